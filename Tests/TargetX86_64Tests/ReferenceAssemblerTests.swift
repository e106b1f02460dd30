import Codegen
import ELF
import TargetX86_64
import TestSupport
import Testing

extension ReferenceAssembler {
  /// The assembler for x86-64, if there is one.
  static let found = find(for: .x86_64)
}

extension InstructionFamily: InstructionSpace {}

/// Prints instructions, lets an assembler assemble the text, and compares with what the encoder
/// makes of the instructions: so encoder and printer are checked at once.
@Suite struct ReferenceAssemblerTests {
  private typealias Comparison = EncoderComparison<InstructionFamily>

  @Test(.enabled(if: ReferenceAssembler.found != nil, "needs GNU as or llvm-mc"))
  func agreesOnEveryFamilyOfInstructions() throws {
    let assembler = try #require(ReferenceAssembler.found)
    let comparison = Comparison(
      InstructionFamily.all, samplesPerSpace: Comparison.isFull ? nil : 800
    ) { assembler.isGNU || !isDifferentInLLVM($0) }
    let time = ContinuousClock().measure {
      let (count, differences) = comparison.run { instructions in
        let batch = encoded(instructions)
        do {
          return batch.firstDifference(from: try assembler.assembleText(Array(batch.source.utf8)))
        } catch {
          return "\(error)"
        }
      }
      for difference in differences.prefix(20) { Issue.record("\(difference)") }
      #expect(count > (Comparison.isFull ? 10_000_000 : 200_000))
      print("x86-64: \(count) instructions compared with \(assembler.path)")
    }
    print("in \(time)")
  }

  /// Our own assembler reads all that the printer writes.
  @Test func ownAssemblerAgrees() {
    let comparison = Comparison(InstructionFamily.all, samplesPerSpace: 200)
    let (count, differences) = comparison.run { instructions in
      let batch = encoded(instructions)
      do {
        let sections = try assembleSections(batch.source, machine: .x86_64)
        return sections[".text"].map { batch.firstDifference(from: $0) } ?? "no text section"
      } catch {
        return "\(error)"
      }
    }
    for difference in differences.prefix(20) { Issue.record("\(difference)") }
    #expect(count > 50_000)
  }
}

private func encoded(_ instructions: [MachineInstruction]) -> EncodedBatch {
  let printer = X86Printer(symbols: ["data"])
  return EncodedBatch(
    instructions, symbols: printer.symbols, header: X86Printer.header,
    encode: { X86Encoder.encode($0, into: &$1) }, print: { printer.text($0) })
}

/// Where GNU and LLVM differ we follow GNU: the operands of `xchg` change places, and LLVM
/// takes a jump by way of a fixed address for a jump to it.
private func isDifferentInLLVM(_ instruction: MachineInstruction) -> Bool {
  let isBranch =
    instruction.opcode == X86Opcode.jmp.rawValue || instruction.opcode == X86Opcode.call.rawValue
  let isFixedAddress =
    instruction.base.isNone && instruction.index.isNone && instruction.target < 0
  return instruction.opcode == X86Opcode.xchg.rawValue && instruction.form == .rr
    || isBranch && instruction.form == .m && isFixedAddress
}

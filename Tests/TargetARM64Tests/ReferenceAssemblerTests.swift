import Codegen
import ELF
import TargetARM64
import TestSupport
import Testing

extension ReferenceAssembler {
  /// The assembler for AArch64, if there is one.
  static let found = find(for: .aarch64)
}

extension InstructionFamily: InstructionSpace {}

/// Prints instructions, lets an assembler assemble the text, and compares with what the encoder
/// makes of the instructions, and decodes the words: so encoder, printer and decoder are checked at
/// once.
@Suite struct ReferenceAssemblerTests {
  private typealias Comparison = EncoderComparison<InstructionFamily>

  @Test(.enabled(if: ReferenceAssembler.found != nil, "needs GNU as or llvm-mc for AArch64"))
  func agreesOnEveryFamilyOfInstructions() throws {
    let assembler = try #require(ReferenceAssembler.found)
    let comparison = Comparison(
      InstructionFamily.all, samplesPerSpace: Comparison.isFull ? nil : 200
    ) { !InstructionFamily.isUnpredictable($0) }
    let time = ContinuousClock().measure {
      let (count, differences) = comparison.run { instructions in
        let batch = encoded(instructions)
        do {
          let text = try assembler.assembleText(Array(batch.source.utf8))
          return batch.firstDifference(from: text)
            ?? Redecoding.firstDifference(instructions, batch.buffer)
        } catch {
          return "\(error)"
        }
      }
      for difference in differences.prefix(20) { Issue.record("\(difference)") }
      #expect(count > (Comparison.isFull ? 10_000_000 : 150_000))
      print("AArch64: \(count) instructions compared with \(assembler.path)")
    }
    print("in \(time)")
  }

  /// Our own assembler reads all that the printer writes.
  @Test func ownAssemblerAgrees() {
    let comparison = Comparison(InstructionFamily.all, samplesPerSpace: 100) {
      !InstructionFamily.isUnpredictable($0)
    }
    let (count, differences) = comparison.run { instructions in
      let batch = encoded(instructions)
      do {
        let sections = try assembleSections(batch.source, machine: .aarch64)
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
  let printer = ARM64Printer(symbols: ["data"])
  return EncodedBatch(
    instructions, symbols: printer.symbols, header: ARM64Printer.header,
    encode: { ARM64Encoder.encode($0, into: &$1) }, print: { printer.text($0) })
}

/// Decodes words again.
enum Redecoding {
  /// Whether every word is decoded to the instruction that it was made of.
  static func firstDifference(
    _ instructions: [MachineInstruction], _ buffer: CodeBuffer
  ) -> String? {
    let decoder = ARM64Decoder(buffer.bytes, relocations: buffer.relocations)
    let printer = ARM64Printer(symbols: ["data"])
    for (index, instruction) in instructions.enumerated() {
      guard var decoded = try? decoder.instruction(at: 4 * index) else {
        return "\(printer.text(instruction)) is not decoded"
      }
      restoreDistance(&decoded, at: Int64(4 * index))
      if !isSame(decoded, normalized(instruction)) {
        return "\(printer.text(instruction)) is decoded as \(printer.text(decoded))"
      }
    }
    return nil
  }

  /// The decoder makes labels of distances that stay within the code.
  private static func restoreDistance(_ instruction: inout MachineInstruction, at offset: Int64) {
    switch instruction.form {
    case .label: instruction.form = .i
    case .rLabel: instruction.form = .ri
    default: return
    }
    instruction.immediate = Int64(instruction.target) - offset
    instruction.target = -1
  }

  /// Of instructions that have several spellings, the one that the decoder chooses.
  private static func normalized(_ instruction: MachineInstruction) -> MachineInstruction {
    var result = instruction
    let isAddition = instruction.opcode <= ARM64Opcode.subs.rawValue
    let setsFlags = instruction.opcode & 1 != 0
    let hasStackPointer = instruction.s == .sp || instruction.d == .sp && !setsFlags
    let whole: ARM64Modifier = instruction.width == 8 ? .uxtx : .uxtw
    let isWhole = instruction.modifier == whole.rawValue
    if isAddition && instruction.form == .rrr && hasStackPointer && isWhole {
      result.modifier =
        instruction.amount == 0 ? 0 : ARM64Modifier.lsl.rawValue
    }
    if result.modifier == ARM64Modifier.lsl.rawValue && result.amount == 0
      && result.form == .rrr
    {
      result.modifier = 0
    }
    let isOffset = instruction.form == .rm || instruction.form == .mr
    if isOffset && instruction.modifier == ARM64Modifier.unscaled.rawValue {
      let bytes = accessBytes(instruction)
      let isScaled = instruction.displacement >= 0 && instruction.displacement % bytes == 0
      if !isScaled { result.modifier = 0 }
    }
    return result
  }

  private static func accessBytes(_ instruction: MachineInstruction) -> Int32 {
    switch ARM64Opcode(rawValue: instruction.opcode) {
    case .ldrsb: 1
    case .ldrsh: 2
    case .ldrsw: 4
    default: Int32(instruction.width)
    }
  }
}

/// Whether two instructions are equal in all fields.
func isSame(_ a: MachineInstruction, _ b: MachineInstruction) -> Bool {
  a.opcode == b.opcode && a.form == b.form && a.width == b.width && a.condition == b.condition
    && a.scale == b.scale && a.modifier == b.modifier && a.amount == b.amount && a.d == b.d
    && a.s == b.s && a.base == b.base && a.index == b.index && a.displacement == b.displacement
    && a.target == b.target && a.immediate == b.immediate
}

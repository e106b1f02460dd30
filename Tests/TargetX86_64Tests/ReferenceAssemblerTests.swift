import Codegen
import ELF
import Foundation
import TargetX86_64
import TestSupport
import Testing

extension ReferenceAssembler {
  /// The assembler for x86-64, if there is one.
  static let found = find(for: .x86_64)
}

/// Prints instructions, lets the reference assembler assemble the text, and compares with what the
/// encoder makes of the instructions: so encoder and printer are checked at once.
///
/// By default a fixed sample of every family is compared. With the environment variable
/// `RAIL_VERIFY_ENCODERS=full` (see `scripts/verify-encoders`) it is everything, tens of millions
/// of instructions.
@Suite(.enabled(if: ReferenceAssembler.found != nil, "needs GNU as or llvm-mc"))
struct ReferenceAssemblerTests {
  static let isFull = ProcessInfo.processInfo.environment["RAIL_VERIFY_ENCODERS"] == "full"
  static let samplesPerFamily = 800
  static let batchSize = 100_000

  @Test func agreesOnEveryFamilyOfInstructions() throws {
    let assembler = try #require(ReferenceAssembler.found)
    let batches = Self.makeBatches()
    let results = Results()
    let clock = ContinuousClock()
    let time = clock.measure {
      // Two at a time: while one waits for the assembler the other prints.
      DispatchQueue.concurrentPerform(iterations: 2) { worker in
        for index in stride(from: worker, to: batches.count, by: 2) {
          results.add(batches[index].compare(with: assembler))
        }
      }
    }
    for difference in results.differences.prefix(20) { Issue.record("\(difference)") }
    #expect(results.count > (Self.isFull ? 10_000_000 : 200_000))
    print("\(results.count) instructions compared with \(assembler.path) in \(time)")
  }

  /// Pieces of families, gathered to batches of about the same size.
  private static func makeBatches() -> [Batch] {
    var batches = [Batch()]
    for family in InstructionFamily.all {
      let taken = isFull ? family.count : min(family.count, samplesPerFamily)
      let stride = taken == family.count ? 1 : spreadingStride(family.count)
      var first = 0
      while first < taken {
        if batches[batches.count - 1].count >= batchSize { batches.append(Batch()) }
        let count = min(taken - first, batchSize - batches[batches.count - 1].count)
        batches[batches.count - 1].pieces.append(
          Batch.Piece(family: family, numbers: first..<first + count, stride: stride))
        first += count
      }
    }
    return batches
  }

  /// A number near the golden section of `count` that has no divisor with it in common: its
  /// multiples spread evenly.
  private static func spreadingStride(_ count: Int) -> Int {
    var stride = count * 618 / 1000 + 1
    while greatestCommonDivisor(stride, count) != 1 { stride += 1 }
    return stride
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }

  final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var count = 0
    private(set) var differences: [String] = []

    func add(_ result: (count: Int, difference: String?)) {
      lock.withLock {
        count += result.count
        if let difference = result.difference { differences.append(difference) }
      }
    }
  }
}

/// Instructions that are assembled together.
struct Batch: Sendable {
  struct Piece: Sendable {
    var family: InstructionFamily
    var numbers: Range<Int>
    /// Distance in the family from one instruction to the next; no divisor of its size, so that
    /// none comes twice.
    var stride: Int

    func instruction(_ number: Int) -> MachineInstruction {
      family.instruction(at: number * stride % family.count)
    }
  }

  var pieces: [Piece] = []
  var count: Int { pieces.reduce(0) { $0 + $1.numbers.count } }

  /// Number of instructions compared, and a description of the first difference.
  func compare(with assembler: ReferenceAssembler) -> (count: Int, difference: String?) {
    var instructions: [MachineInstruction] = []
    instructions.reserveCapacity(count)
    for piece in pieces {
      for number in piece.numbers {
        let instruction = piece.instruction(number)
        if assembler.isGNU || !Batch.isDifferentInLLVM(instruction) {
          instructions.append(instruction)
        }
      }
    }
    return (instructions.count, Batch.firstDifference(instructions, assembler))
  }

  /// Where GNU and LLVM differ we follow GNU: the operands of `xchg` change places, and LLVM takes
  /// a jump by way of a fixed address for a jump to it.
  private static func isDifferentInLLVM(_ instruction: MachineInstruction) -> Bool {
    let isBranch =
      instruction.opcode == X86Opcode.jmp.rawValue || instruction.opcode == X86Opcode.call.rawValue
    let isFixedAddress =
      instruction.base.isNone && instruction.index.isNone && instruction.target < 0
    return instruction.opcode == X86Opcode.xchg.rawValue && instruction.form == .rr
      || isBranch && instruction.form == .m && isFixedAddress
  }

  static func firstDifference(
    _ instructions: [MachineInstruction], _ assembler: ReferenceAssembler
  ) -> String? {
    let printer = X86Printer(symbols: ["data"])
    var buffer = CodeBuffer()
    var ends: [Int] = []
    ends.reserveCapacity(instructions.count)
    var text = X86Printer.header + "\n"
    for instruction in instructions {
      X86Encoder.encode(instruction, into: &buffer)
      ends.append(buffer.bytes.count)
      printer.print(instruction, into: &text)
      text += "\n"
    }
    let expected: ReferenceAssembler.Section
    do {
      expected = try assembler.assembleText(Array(text.utf8))
    } catch {
      return "\(error)"
    }
    func describe(_ offset: Int) -> String {
      guard let index = ends.firstIndex(where: { $0 > offset }) else { return "too many bytes" }
      let start = index == 0 ? 0 : ends[index - 1]
      let theirs = expected.bytes[min(start, expected.bytes.count)...].prefix(
        ends[index] - start + 2)
      return
        "\(printer.text(instructions[index])): encoder gives \(hex(buffer.bytes[start..<ends[index]])), "
        + "assembler gives \(hex(theirs)) (and on)"
    }
    if buffer.bytes != expected.bytes {
      let length = zip(buffer.bytes, expected.bytes).prefix { $0 == $1 }.count
      return describe(min(length, buffer.bytes.count - 1))
    }
    let ours = buffer.relocations.map {
      ReferenceAssembler.Relocation(
        offset: $0.offset, kind: $0.kind, symbol: printer.symbols[$0.symbol], addend: $0.addend)
    }
    if ours != expected.relocations {
      guard let pair = zip(ours, expected.relocations).first(where: { $0 != $1 }) else {
        return "\(ours.count) relocations, the assembler has \(expected.relocations.count)"
      }
      return "\(describe(pair.0.offset)): relocation \(pair.0), the assembler has \(pair.1)"
    }
    return nil
  }
}

import Codegen
import ELF
import Foundation
import TargetARM64
import TestSupport
import Testing

extension ReferenceAssembler {
  /// The assembler for AArch64, if there is one.
  static let found = find(for: .aarch64)
}

/// Prints instructions, lets the reference assembler assemble the text, and compares with what the
/// encoder makes of the instructions, and decodes the words: so encoder, printer and decoder are
/// checked at once.
///
/// By default a fixed sample of every family is compared. With the environment variable
/// `RAIL_VERIFY_ENCODERS=full` (see `scripts/verify-encoders`) it is everything, more than ten
/// million instructions.
@Suite(.enabled(if: ReferenceAssembler.found != nil, "needs GNU as or llvm-mc for AArch64"))
struct ReferenceAssemblerTests {
  static let isFull = ProcessInfo.processInfo.environment["RAIL_VERIFY_ENCODERS"] == "full"
  static let samplesPerFamily = 200
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
    #expect(results.count > (Self.isFull ? 10_000_000 : 150_000))
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

/// A number near the golden section of `count` that has no divisor with it in common: its multiples
/// spread evenly.
func spreadingStride(_ count: Int) -> Int {
  func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
  var stride = count * 618 / 1000 + 1
  while greatestCommonDivisor(stride, count) != 1 { stride += 1 }
  return stride
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
        if !InstructionFamily.isUnpredictable(instruction) { instructions.append(instruction) }
      }
    }
    return (instructions.count, Batch.firstDifference(instructions, assembler))
  }

  static func firstDifference(
    _ instructions: [MachineInstruction], _ assembler: ReferenceAssembler
  ) -> String? {
    let printer = ARM64Printer(symbols: ["data"])
    var buffer = CodeBuffer()
    instructions.withUnsafeBufferPointer { ARM64Encoder.encode($0, into: &buffer) }
    var text = ARM64Printer.header + "\n"
    for instruction in instructions {
      printer.print(instruction, into: &text)
      text += "\n"
    }
    let expected: ReferenceAssembler.Section
    do {
      expected = try assembler.assembleText(Array(text.utf8))
    } catch {
      return "\(error)"
    }
    if buffer.bytes != expected.bytes {
      let length = zip(buffer.bytes, expected.bytes).prefix { $0 == $1 }.count
      let index = min(length / 4, instructions.count - 1)
      let theirs = expected.bytes.dropFirst(4 * index).prefix(4)
      return "\(printer.text(instructions[index])): encoder gives "
        + "\(hex(buffer.bytes[4 * index..<4 * index + 4])), assembler gives \(hex(theirs))"
    }
    let ours = buffer.relocations.map {
      ReferenceAssembler.Relocation(
        offset: $0.offset, kind: $0.kind, symbol: printer.symbols[$0.symbol], addend: $0.addend)
    }
    if let pair = zip(ours, expected.relocations).first(where: { $0 != $1 }) {
      return "\(printer.text(instructions[pair.0.offset / 4])): relocation \(pair.0), "
        + "the assembler has \(pair.1)"
    }
    if ours.count != expected.relocations.count {
      return "\(ours.count) relocations, the assembler has \(expected.relocations.count)"
    }
    return firstDecodedDifference(instructions, buffer)
  }

  /// Whether every word is decoded to the instruction that it was made of.
  static func firstDecodedDifference(
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

/// The bytes of one instruction, as hexadecimal text that is easy to compare.
func hex(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

public import Codegen
import ELF
import Foundation

/// All instructions of one kind: the product of what its operands may be.
public protocol InstructionSpace: Sendable {
  /// Number of instructions.
  var count: Int { get }
  /// One of them; `index` in 0..<count.
  func instruction(at index: Int) -> MachineInstruction
}

/// Takes a sample of many spaces of instructions, or everything, and compares it in large batches
/// with what an assembler makes of their text.
///
/// With the environment variable `RAIL_VERIFY_ENCODERS=full` (see `scripts/verify-encoders`) it is
/// everything, tens of millions of instructions.
public struct EncoderComparison<Space: InstructionSpace>: Sendable {
  public static var isFull: Bool {
    ProcessInfo.processInfo.environment["RAIL_VERIFY_ENCODERS"] == "full"
  }

  private let batches: [[Piece]]
  private let isIncluded: @Sendable (MachineInstruction) -> Bool

  /// A part of a space.
  private struct Piece: Sendable {
    var space: Space
    var numbers: Range<Int>
    /// Distance in the space from one instruction to the next; no divisor of its size, so that none
    /// comes twice.
    var stride: Int
  }

  private static var batchSize: Int { 100_000 }

  /// - Parameters:
  ///   - samplesPerSpace: how many instructions of each space are compared; nil is everything.
  ///   - isIncluded: whether an instruction is to be compared at all.
  public init(
    _ spaces: [Space], samplesPerSpace: Int?,
    isIncluded: @escaping @Sendable (MachineInstruction) -> Bool = { _ in true }
  ) {
    self.isIncluded = isIncluded
    var batches: [[Piece]] = [[]]
    var filled = 0
    for space in spaces {
      let taken = min(space.count, samplesPerSpace ?? .max)
      let stride = taken == space.count ? 1 : spreadingStride(space.count)
      var first = 0
      while first < taken {
        if filled >= Self.batchSize {
          batches.append([])
          filled = 0
        }
        let count = min(taken - first, Self.batchSize - filled)
        batches[batches.count - 1].append(
          Piece(space: space, numbers: first..<first + count, stride: stride))
        first += count
        filled += count
      }
    }
    self.batches = batches
  }

  /// Compares all batches, two at a time: while one waits for an assembler the other prints.
  /// `difference` describes the first difference in a batch.
  public func run(
    _ difference: @escaping @Sendable ([MachineInstruction]) -> String?
  ) -> (count: Int, differences: [String]) {
    let results = Results()
    DispatchQueue.concurrentPerform(iterations: 2) { worker in
      for index in stride(from: worker, to: batches.count, by: 2) {
        let instructions = instructions(of: batches[index])
        results.add(instructions.count, difference(instructions))
      }
    }
    return (results.count, results.differences)
  }

  private func instructions(of pieces: [Piece]) -> [MachineInstruction] {
    var result: [MachineInstruction] = []
    for piece in pieces {
      for number in piece.numbers {
        let instruction = piece.space.instruction(at: number * piece.stride % piece.space.count)
        if isIncluded(instruction) { result.append(instruction) }
      }
    }
    return result
  }

  private final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var count = 0
    private(set) var differences: [String] = []

    func add(_ count: Int, _ difference: String?) {
      lock.withLock {
        self.count += count
        if let difference { differences.append(difference) }
      }
    }
  }
}

/// A number near the golden section of `count` that has no divisor with it in common: its multiples
/// spread evenly.
public func spreadingStride(_ count: Int) -> Int {
  func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
  var stride = count * 618 / 1000 + 1
  while greatestCommonDivisor(stride, count) != 1 { stride += 1 }
  return stride
}

/// Instructions as an encoder and as a printer make them.
public struct EncodedBatch {
  public var instructions: [MachineInstruction]
  public var buffer: CodeBuffer
  /// Offset of the end of each instruction.
  public var ends: [Int]
  /// The instructions as a source.
  public var source: String
  public var symbols: [String]
  private let text: (MachineInstruction) -> String

  /// - Parameters:
  ///   - header: the first line of the source.
  ///   - encode: appends an instruction.
  ///   - print: an instruction as a line of source.
  public init(
    _ instructions: [MachineInstruction], symbols: [String], header: String,
    encode: (MachineInstruction, inout CodeBuffer) -> Void,
    print: @escaping (MachineInstruction) -> String
  ) {
    self.instructions = instructions
    self.symbols = symbols
    text = print
    buffer = CodeBuffer()
    ends = []
    ends.reserveCapacity(instructions.count)
    source = header + "\n"
    for instruction in instructions {
      encode(instruction, &buffer)
      ends.append(buffer.bytes.count)
      source += print(instruction)
      source += "\n"
    }
  }

  /// Describes where the section that an assembler made of the source differs from the encoder's.
  public func firstDifference(from section: ReferenceAssembler.Section) -> String? {
    if buffer.bytes != section.bytes {
      let length = zip(buffer.bytes, section.bytes).prefix { $0 == $1 }.count
      return describe(min(length, buffer.bytes.count - 1), section.bytes)
    }
    let ours = buffer.relocations.map {
      ReferenceAssembler.Relocation(
        offset: $0.offset, kind: $0.kind, symbol: symbols[$0.symbol], addend: $0.addend)
    }
    if let pair = zip(ours, section.relocations).first(where: { $0 != $1 }) {
      return "\(describe(pair.0.offset, section.bytes)): relocation \(pair.0), "
        + "the assembler has \(pair.1)"
    }
    if ours.count != section.relocations.count {
      return "\(ours.count) relocations, the assembler has \(section.relocations.count)"
    }
    return nil
  }

  private func describe(_ offset: Int, _ theirs: [UInt8]) -> String {
    guard let index = ends.firstIndex(where: { $0 > offset }) else { return "too many bytes" }
    let start = index == 0 ? 0 : ends[index - 1]
    let other = theirs[min(start, theirs.count)...].prefix(ends[index] - start + 2)
    return "\(text(instructions[index])): encoder gives \(hex(buffer.bytes[start..<ends[index]])), "
      + "assembler gives \(hex(other)) (and on)"
  }
}

/// Bytes as hexadecimal text that is easy to compare.
public func hex(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

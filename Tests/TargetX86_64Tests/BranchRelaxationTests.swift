import Codegen
import ELF
import TargetX86_64
import TestSupport
import Testing

/// A function as a list of what the code generator would do: filler bytes, jumps, labels.
enum Piece: Sendable {
  /// That many `nop`s.
  case filler(Int)
  case jump(Int)
  case jumpIf(X86Condition, Int)
  case call(Int)
  case label(Int)
}

/// Encodes the pieces as one function, with short jumps; label numbers are those of the pieces.
func relaxed(_ pieces: [Piece]) -> CodeBuffer {
  var buffer = CodeBuffer()
  let labels = pieces.reduce(0) {
    if case .label(let label) = $1 { max($0, label + 1) } else { $0 }
  }
  _ = buffer.makeLabels(labels)
  var relaxation = BranchRelaxation()
  relaxation.begin(buffer)
  for piece in pieces { append(piece, to: &buffer) }
  relaxation.finish(&buffer)
  return buffer
}

func append(_ piece: Piece, to buffer: inout CodeBuffer) {
  switch piece {
  case .filler(let count): buffer.bytes.append(contentsOf: repeatElement(0x90, count: count))
  case .jump(let label): X86Encoder.encode(X86.jump(Int32(label)), into: &buffer)
  case .jumpIf(let condition, let label):
    X86Encoder.encode(X86.jump(condition, Int32(label)), into: &buffer)
  case .call(let label): X86Encoder.encode(X86.call(label: Int32(label)), into: &buffer)
  case .label(let label): buffer.place(Int32(label))
  }
}

@Suite struct BranchRelaxationTests {
  /// The distance counts from the end of the jump; 127 is the last that fits forward.
  @Test(arguments: 124...132)
  func forwardJumpIsShortUpTo127(_ distance: Int) {
    let jump = relaxed([.jump(0), .filler(distance), .label(0)])
    let conditional = relaxed([.jumpIf(.less, 0), .filler(distance), .label(0)])
    if distance <= 127 {
      #expect(Array(jump.bytes.prefix(3)) == [0xEB, UInt8(distance), 0x90])
      #expect(Array(conditional.bytes.prefix(3)) == [0x7C, UInt8(distance), 0x90])
      #expect(jump.labels == [Int32(distance + 2)])
    } else {
      #expect(Array(jump.bytes.prefix(6)) == [0xE9, UInt8(distance), 0, 0, 0, 0x90])
      #expect(Array(conditional.bytes.prefix(7)) == [0x0F, 0x8C, UInt8(distance), 0, 0, 0, 0x90])
      #expect(jump.labels == [Int32(distance + 5)])
    }
  }

  /// Backward the jump itself counts: 126 bytes before it and its own two.
  @Test(arguments: 122...132)
  func backwardJumpIsShortDownTo128(_ filler: Int) {
    let jump = Array(relaxed([.label(0), .filler(filler), .jump(0)]).bytes.dropFirst(filler))
    let conditional = Array(
      relaxed([.label(0), .filler(filler), .jumpIf(.equal, 0)]).bytes.dropFirst(filler))
    if filler <= 126 {
      #expect(jump == [0xEB, UInt8(truncatingIfNeeded: -filler - 2)])
      #expect(conditional == [0x74, UInt8(truncatingIfNeeded: -filler - 2)])
    } else {
      #expect(jump == [0xE9, UInt8(truncatingIfNeeded: -filler - 5), 0xFF, 0xFF, 0xFF])
      #expect(
        conditional == [0x0F, 0x84, UInt8(truncatingIfNeeded: -filler - 6), 0xFF, 0xFF, 0xFF])
    }
  }

  @Test func jumpToItselfAndToTheNextInstruction() {
    #expect(relaxed([.label(0), .jump(0)]).bytes == [0xEB, 0xFE])
    #expect(relaxed([.jump(0), .label(0)]).bytes == [0xEB, 0x00])
  }

  /// Each jump of the chain reaches its target only while the next one is short; whether the last
  /// one reaches decides for all.
  @Test(arguments: [1, 2, 10, 20_000])
  func oneLongJumpMakesAForwardChainLong(_ length: Int) {
    func chain(tooFar: Int) -> CodeBuffer {
      var pieces: [Piece] = []
      for index in 0..<length {
        pieces += [.jump(index), .filler(25)]
        if index > 0 { pieces.append(.label(index - 1)) }
        pieces.append(.filler(75))
      }
      pieces += [
        .jump(length), .filler(25), .label(length - 1), .filler(102 + tooFar), .label(length),
      ]
      return relaxed(pieces)
    }
    #expect(chain(tooFar: 0).bytes.count == 102 * length + 2 + 127)
    #expect(chain(tooFar: 1).bytes.count == 105 * length + 5 + 128)
  }

  @Test(arguments: [1, 2, 10, 20_000])
  func oneLongJumpMakesABackwardChainLong(_ length: Int) {
    func chain(tooFar: Int) -> CodeBuffer {
      var pieces: [Piece] = [.label(0), .filler(102 + tooFar)]
      for index in 0..<length {
        pieces += [.label(index + 1), .filler(24), .jump(index), .filler(76)]
      }
      pieces += [.filler(24), .jump(length)]
      return relaxed(pieces)
    }
    #expect(chain(tooFar: 0).bytes.count == 102 + 102 * length + 26)
    #expect(chain(tooFar: 1).bytes.count == 103 + 105 * length + 29)
  }

  /// Two jumps over each other, both of which reach only while the other is short: both are short.
  @Test func jumpsThatDependOnEachOtherStayShort() {
    let buffer = relaxed([
      .label(0), .filler(60), .jump(1), .filler(62), .jump(0), .filler(63), .label(1),
    ])
    #expect(buffer.bytes.count == 60 + 2 + 62 + 2 + 63)
  }

  @Test func labelsRelocationsAndNotedOffsetsMoveWithTheCode() {
    var buffer = CodeBuffer()
    for _ in 0..<5 { buffer.append8(0xCC) }
    let labels = buffer.makeLabels(2)
    var relaxation = BranchRelaxation()
    relaxation.begin(buffer)
    var returns: [Int32] = [77]
    for _ in 0..<3 {
      X86Encoder.encode(X86.jump(.above, labels + 1), into: &buffer)
      X86Encoder.encode(X86.call(symbol: 9), into: &buffer)
      returns.append(Int32(buffer.offset))
    }
    buffer.place(labels)
    X86Encoder.encode(X86.load(.rax, .init(symbol: 3)), into: &buffer)
    buffer.place(labels + 1)
    relaxation.finish(&buffer)
    relaxation.movement.move(&returns, from: 1)
    #expect(returns == [77, 12, 19, 26])
    #expect(buffer.labels == [26, 33])
    #expect(buffer.relocations.map(\.offset) == [8, 15, 22, 29])
    #expect(buffer.bytes.count == 33)
    #expect(buffer.fixups.isEmpty)
  }

  @Test func otherFunctionsAreReachedWithLongBranches() {
    var buffer = CodeBuffer()
    let functions = buffer.makeLabels(2)
    var relaxation = BranchRelaxation()
    buffer.place(functions)
    relaxation.begin(buffer)
    X86Encoder.encode(X86.call(label: functions + 1), into: &buffer)
    X86Encoder.encode(X86.jump(functions + 1), into: &buffer)
    X86Encoder.encode(X86.jump(functions), into: &buffer)
    relaxation.finish(&buffer)
    #expect(buffer.fixups.count == 2)
    buffer.place(functions + 1)
    relaxation.begin(buffer)
    X86Encoder.encode(X86.call(label: functions), into: &buffer)
    relaxation.finish(&buffer)
    X86Encoder.resolveFixups(in: &buffer)
    #expect(
      hex(buffer.bytes) == "e8 07 00 00 00 e9 02 00 00 00 eb f4 e8 ef ff ff ff")
    #expect(buffer.fixups.isEmpty)
  }

  /// Random functions, dense with jumps of about the critical length, against the other assembler.
  @Test(.enabled(if: ReferenceAssembler.found != nil, "needs GNU as or llvm-mc"), arguments: 0..<12)
  func choosesTheSameLengthsAsTheReferenceAssembler(_ seed: UInt64) throws {
    let assembler = try #require(ReferenceAssembler.found)
    var random = SplitMix64(state: seed)
    let labels = 800
    var pieces: [Piece] = []
    for label in 0..<labels {
      for _ in 0..<random.next() % 5 {
        let target = label + Int(random.next() % 17) - 8
        guard target >= 0 && target < labels else { continue }
        let condition = X86Condition(rawValue: UInt8(random.next() % 16)) ?? .equal
        switch random.next() % 5 {
        case 0, 1: pieces.append(.jump(target))
        case 2, 3: pieces.append(.jumpIf(condition, target))
        default: pieces.append(.call(target))
        }
      }
      pieces += [.filler(Int(random.next() % (8 + seed * 2))), .label(label)]
    }
    let printer = X86Printer()
    var text = X86Printer.header + "\n"
    for piece in pieces {
      switch piece {
      case .filler(let count): for _ in 0..<count { text += "nop\n" }
      case .jump(let label): text += printer.text(X86.jump(Int32(label))) + "\n"
      case .jumpIf(let condition, let label):
        text += printer.text(X86.jump(condition, Int32(label))) + "\n"
      case .call(let label): text += printer.text(X86.call(label: Int32(label))) + "\n"
      case .label(let label): text += printer.label(Int32(label)) + ":\n"
      }
    }
    let expected = try assembler.assembleText(Array(text.utf8))
    let ours = relaxed(pieces)
    #expect(ours.bytes.count == expected.bytes.count)
    #expect(ours.bytes == expected.bytes)
  }
}

/// A small generator with a fixed sequence (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, 2014).
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

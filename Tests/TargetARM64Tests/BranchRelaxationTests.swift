import Codegen
import ELF
import TargetARM64
import TestSupport
import Testing

/// A function as a list of what the code generator would do.
enum Piece: Sendable {
  /// That many `nop`s.
  case filler(Int)
  case branch(Int)
  case branchIf(ARM64Condition, Int)
  case ifZero(Int)
  case ifSet(Int)
  case address(Int)
  case label(Int)

  var instruction: MachineInstruction? {
    switch self {
    case .filler, .label: nil
    case .branch(let label): ARM64.branch(Int32(label))
    case .branchIf(let condition, let label): ARM64.branch(condition, Int32(label))
    case .ifZero(let label): ARM64.branchIfZero(.x5, Int32(label))
    case .ifSet(let label): ARM64.branchIfSet(.x6, bit: 40, Int32(label))
    case .address(let label): ARM64.address(.x7, label: Int32(label))
    }
  }
}

/// Encodes the pieces as one function; label numbers are those of the pieces.
func relaxed(_ pieces: [Piece]) -> CodeBuffer {
  var buffer = CodeBuffer()
  let labels = pieces.reduce(0) {
    if case .label(let label) = $1 { max($0, label + 1) } else { $0 }
  }
  _ = buffer.makeLabels(labels)
  var relaxation = BranchRelaxation()
  relaxation.begin(buffer)
  append(pieces, to: &buffer)
  relaxation.finish(&buffer)
  return buffer
}

func append(_ pieces: [Piece], to buffer: inout CodeBuffer) {
  for piece in pieces {
    switch piece {
    case .filler(let count):
      let nop: [UInt8] = [0x1F, 0x20, 0x03, 0xD5]
      buffer.bytes.append(
        contentsOf: repeatElement(nop, count: count).joined())
    case .label(let label): buffer.place(Int32(label))
    default:
      if let instruction = piece.instruction { ARM64Encoder.encode(instruction, into: &buffer) }
    }
  }
}

/// The instructions of a range of words, as text; labels are offsets.
func texts(_ buffer: CodeBuffer, _ words: Range<Int>) -> [String] {
  let decoder = ARM64Decoder(buffer.bytes)
  let printer = ARM64Printer(labelPrefix: "@")
  return words.map { index in
    (try? decoder.instruction(at: 4 * index)).map { printer.text($0) } ?? "?"
  }
}

@Suite struct BranchRelaxationTests {
  static let kinds: [(piece: Piece, text: String, inverted: String, reach: Int)] = [
    (.branchIf(.less, 0), "b.lt ", "b.ge ", 1 << 20),
    (.ifZero(0), "cbz x5, ", "cbnz x5, ", 1 << 20),
    (.ifSet(0), "tbnz x6, #40, ", "tbz x6, #40, ", 1 << 15),
  ]

  @Test(arguments: kinds.indices, [-1, 0, 1])
  func forwardBranchesReachUpToTheirLimit(_ kind: Int, _ excess: Int) {
    let (piece, text, inverted, reach) = Self.kinds[kind]
    // The branch itself counts, and the largest distance is one instruction below the limit.
    let filler = reach / 4 - 2 + excess
    let buffer = relaxed([piece, .filler(filler), .label(0)])
    let end = buffer.bytes.count
    if excess <= 0 {
      #expect(end == 4 + 4 * filler)
      #expect(texts(buffer, 0..<2) == [text + "@\(end)", "nop"])
    } else {
      #expect(end == 8 + 4 * filler)
      #expect(texts(buffer, 0..<3) == [inverted + "@8", "b @\(end)", "nop"])
    }
    #expect(buffer.labels == [Int32(end)])
  }

  @Test(arguments: kinds.indices, [-1, 0, 1])
  func backwardBranchesReachDownToTheirLimit(_ kind: Int, _ excess: Int) {
    let (piece, text, inverted, reach) = Self.kinds[kind]
    let filler = reach / 4 + excess
    let buffer = relaxed([.label(0), .filler(filler), piece, .filler(1)])
    if excess <= 0 {
      #expect(texts(buffer, filler..<filler + 2) == [text + "@0", "nop"])
    } else {
      let next = 4 * filler + 8
      #expect(
        texts(buffer, filler..<filler + 3) == [inverted + "@\(next)", "b @0", "nop"])
    }
  }

  @Test func farAddressesAreSums() {
    let near = relaxed([.address(0), .filler((1 << 18) - 2), .label(0)])
    #expect(texts(near, 0..<2) == ["adr x7, @1048572", "nop"])
    let far = relaxed([.address(0), .filler(1 << 18), .label(0)])
    #expect(
      texts(far, 0..<4)
        == ["adr x7, @0", "add x7, x7, #256, lsl #12", "add x7, x7, #12", "nop"])
    #expect(far.labels == [0x10_000C])
    let back = relaxed([.label(0), .filler(1 << 18 | 5), .address(0)])
    let start = 1 << 18 | 5
    #expect(
      texts(back, start..<start + 3)
        == ["adr x7, @\(4 * start)", "sub x7, x7, #256, lsl #12", "sub x7, x7, #20"])
  }

  @Test func aConditionThatCannotFailNeedsNoInversion() {
    let buffer = relaxed([.branchIf(.always, 0), .filler(1 << 18), .label(0)])
    #expect(texts(buffer, 0..<3) == ["nop", "b @1048584", "nop"])
  }

  /// Each branch of the chain reaches its target only while the next one is short.
  @Test(arguments: [2, 50, 3000])
  func oneLongBranchMakesAChainLong(_ length: Int) {
    func chain(tooFar: Int) -> CodeBuffer {
      // Branch i and label i are a reach apart, with the branch i + 1 in between, for as many as
      // fit.
      var pieces: [Piece] = []
      for index in 0..<length { pieces.append(.ifSet(index)) }
      pieces.append(.filler((1 << 13) - 1 - length))
      for index in 0..<length {
        if index == length - 1 { pieces.append(.filler(tooFar)) }
        pieces += [.label(index), .filler(1)]
      }
      return relaxed(pieces)
    }
    #expect(chain(tooFar: 0).bytes.count == 4 * ((1 << 13) - 1 + length))
    #expect(chain(tooFar: 1).bytes.count == 4 * ((1 << 13) - 1 + length + 1 + length))
  }

  @Test func labelsRelocationsAndNotedOffsetsMoveWithTheCode() {
    var buffer = CodeBuffer()
    buffer.append32(0)
    let labels = buffer.makeLabels(2)
    var relaxation = BranchRelaxation()
    relaxation.begin(buffer)
    var returns: [Int32] = [77]
    for _ in 0..<3 {
      ARM64Encoder.encode(ARM64.branchIfClear(.x1, bit: 3, labels + 1), into: &buffer)
      ARM64Encoder.encode(ARM64.call(symbol: 9), into: &buffer)
      returns.append(Int32(buffer.offset))
    }
    buffer.place(labels)
    append([.filler(1 << 14)], to: &buffer)
    ARM64Encoder.encode(ARM64.load(.x0, .init(.x1, lowPartOf: 3)), into: &buffer)
    buffer.place(labels + 1)
    relaxation.finish(&buffer)
    relaxation.movement.move(&returns, from: 1)
    #expect(returns == [77, 16, 28, 40])
    #expect(buffer.labels == [40, 40 + 65536 + 4])
    #expect(buffer.relocations.map(\.offset) == [12, 24, 36, 40 + 65536])
    #expect(
      texts(buffer, 1..<5) == ["tbnz w1, #3, @12", "b @65580", "bl @12", "tbnz w1, #3, @24"])
    #expect(buffer.fixups.isEmpty)
  }

  /// A label that is not placed is in another function, which may be anywhere.
  @Test func otherFunctionsAreReachedFromAnywhere() {
    var buffer = CodeBuffer()
    let functions = buffer.makeLabels(2)
    var relaxation = BranchRelaxation()
    buffer.place(functions)
    relaxation.begin(buffer)
    ARM64Encoder.encode(ARM64.call(label: functions + 1), into: &buffer)
    ARM64Encoder.encode(ARM64.branchIfZero(.x0, functions + 1), into: &buffer)
    ARM64Encoder.encode(ARM64.branchIfZero(.x0, functions), into: &buffer)
    ARM64Encoder.encode(ARM64.address(.x3, label: functions + 1), into: &buffer)
    relaxation.finish(&buffer)
    #expect(buffer.fixups.count == 3)
    buffer.place(functions + 1)
    ARM64Encoder.resolveFixups(in: &buffer)
    #expect(
      texts(buffer, 0..<7) == [
        "bl @28", "cbnz x0, @12", "b @28", "cbz x0, @0", "adr x3, @16",
        "add x3, x3, #0, lsl #12", "add x3, x3, #12",
      ])
    #expect(buffer.fixups.isEmpty)
  }

  @Test func aFieldThatCannotReachIsAnErrorForTheAssembler() {
    var buffer = CodeBuffer()
    _ = buffer.makeLabel()
    ARM64Encoder.encode(ARM64.branchIfClear(.x0, bit: 0, 0), into: &buffer)
    let fixup = buffer.fixups[0]
    #expect(throws: ARM64EncodingError.branchOutOfRange) {
      try ARM64Encoder.resolve(fixup, target: 1 << 15, in: &buffer)
    }
    #expect(throws: ARM64EncodingError.misalignedBranch) {
      try ARM64Encoder.resolve(fixup, target: 6, in: &buffer)
    }
  }

  /// Random functions around the limit of `tbz`: every branch goes where it should, and only where
  /// it must by a long form.
  @Test(arguments: 0..<8) func randomFunctionsKeepTheirMeaning(_ seed: UInt64) throws {
    var random = RandomNumbers(seed: seed)
    let labels = 120
    var pieces: [Piece] = []
    for label in 0..<labels {
      for _ in 0..<random.below(4) {
        let target = random.below(labels)
        pieces.append(random.below(3) == 0 ? .ifZero(target) : .ifSet(target))
      }
      pieces += [.filler(random.below(300)), .label(label)]
    }
    let buffer = relaxed(pieces)
    let decoder = ARM64Decoder(buffer.bytes)
    var offset = 0
    for piece in pieces {
      switch piece {
      case .filler(let count): offset += 4 * count
      case .label(let label): #expect(buffer.labels[label] == Int32(offset))
      case .ifZero(let label), .ifSet(let label):
        let instruction = try decoder.instruction(at: offset)
        let target = Int(buffer.labels[label])
        if Int(instruction.target) == target && instruction.opcode == piece.instruction?.opcode {
          offset += 4
          continue
        }
        let distance = target - offset
        let second = try decoder.instruction(at: offset + 4)
        #expect(instruction.target == Int32(offset + 8))
        #expect(instruction.opcode == (piece.instruction?.opcode ?? 0) ^ 1)
        #expect(second.opcode == ARM64Opcode.b.rawValue && Int(second.target) == target)
        #expect(distance < -(1 << 15) || distance >= 1 << 15)
        offset += 8
      default: Issue.record("no such piece here")
      }
    }
    #expect(offset == buffer.bytes.count)
  }
}

import Codegen
import TargetARM64
import TestSupport
import Testing

@Suite struct ImmediateTests {
  /// All patterns by their definition: a run of ones in an element, rotated, repeated.
  static func bitmasksByDefinition(bits: Int) -> Set<UInt64> {
    var values: Set<UInt64> = []
    var size = 2
    while size <= bits {
      for ones in 1..<size {
        for rotation in 0..<size {
          var value: UInt64 = 0
          for bit in 0..<bits where (bit + rotation) % size < ones { value |= 1 << UInt64(bit) }
          values.insert(value)
        }
      }
      size *= 2
    }
    return values
  }

  @Test(arguments: [(8, 5334), (4, 1302)] as [(UInt8, Int)])
  func bitmasksAreThoseOfTheDefinition(_ width: UInt8, _ count: Int) {
    let expected = Self.bitmasksByDefinition(bits: Int(width) * 8)
    #expect(expected.count == count)
    var decoded: Set<UInt64> = []
    for fields in UInt32(0)..<1 << 13 {
      guard let value = ARM64BitmaskImmediate.decode(fields, width: width) else { continue }
      #expect(decoded.insert(value).inserted, "two encodings")
      #expect(ARM64BitmaskImmediate.encode(value, width: width) == fields)
    }
    #expect(decoded == expected)
  }

  @Test func otherConstantsAreNoBitmasks() {
    let bitmasks = Self.bitmasksByDefinition(bits: 64)
    var random = RandomNumbers(seed: 4)
    for value in bitmasks {
      let changed = value ^ 1 << UInt64(random.below(64))
      let isBitmask = ARM64BitmaskImmediate.encode(changed, width: 8) != nil
      if isBitmask != bitmasks.contains(changed) { Issue.record("\(changed)") }
    }
    #expect(ARM64BitmaskImmediate.encode(0, width: 8) == nil)
    #expect(ARM64BitmaskImmediate.encode(.max, width: 8) == nil)
    #expect(ARM64BitmaskImmediate.encode(0xFFFF_FFFF, width: 4) == nil)
    #expect(ARM64BitmaskImmediate.encode(0x1_0000_0001, width: 4) == nil)
  }

  @Test func floatAndByteMaskConstantsAreThereAndBack() {
    for bits in UInt8.min...UInt8.max {
      let value = ARM64FloatImmediate.decode(bits)
      #expect(ARM64FloatImmediate.encode(value) == bits)
      #expect(value.magnitude >= 0.125 && value.magnitude <= 31)
      #expect(ARM64ByteMaskImmediate.encode(ARM64ByteMaskImmediate.decode(bits)) == bits)
    }
    for value in [0.0, -0.0, 0.1, 32, 1.03125, .infinity, .nan, 0.0625] {
      #expect(ARM64FloatImmediate.encode(value) == nil)
    }
    #expect(ARM64ByteMaskImmediate.encode(1) == nil)
  }

  // MARK: Constants

  /// What the instructions of a sequence put into their register.
  static func evaluate(_ sequence: [MachineInstruction]) -> UInt64? {
    var value: UInt64?
    for instruction in sequence {
      let immediate = UInt64(bitPattern: instruction.immediate)
      let shift = UInt64(instruction.amount)
      switch ARM64Opcode(rawValue: instruction.opcode) {
      case .movz: value = immediate << shift
      case .movn: value = ~(immediate << shift)
      case .movk: value = value.map { $0 & ~(0xFFFF << shift) | immediate << shift }
      case .orr where instruction.s == .zr: value = immediate
      default: return nil
      }
      if instruction.width == 4 { value = value.map { $0 & 0xFFFF_FFFF } }
    }
    return value
  }

  @Test func constantsAreMadeByValidSequencesOfTheLengthAnnounced() {
    var random = RandomNumbers(seed: 9)
    var values: [UInt64] = [0, 1, .max, 0xFFFF_FFFF, 0x8000_0000, 1 << 63, 0xFFFF_0000_FFFF_1234]
    values += Self.bitmasksByDefinition(bits: 64).sorted()
    for _ in 0..<20_000 {
      let parts: [UInt64] = [0, 0xFFFF, 0x5555, 0xFF00, UInt64(random.below(0x1_0000))]
      values.append((0..<4).reduce(0) { value, _ in value << 16 | parts[random.below(5)] })
      values.append(random.next() >> UInt64(random.below(64)))
    }
    for value in values {
      var sequence: [MachineInstruction] = []
      ARM64.appendConstant(Int64(bitPattern: value), to: .x3, into: &sequence)
      let isEncodable = sequence.allSatisfy { (try? ARM64Encoder.word($0)) != nil }
      if !isEncodable || sequence.count > 4 || Self.evaluate(sequence) != value
        || ARM64.constantLength(Int64(bitPattern: value)) != sequence.count
      {
        Issue.record("\(value): \(sequence.map { ARM64Printer().text($0) })")
        return
      }
    }
  }

  @Test(
    arguments: [
      (0, 1), (-1, 1), (0xFFFF, 1), (0x1_0000, 1), (0xFFFF_FFFF, 1), (0xFFFF_1234, 1),
      (0x1234_5678, 2), (-0x1234_5678, 2), (0x7FFF_FFFF_FFFF_FFFF, 1), (0x5555_5555_5555_5555, 1),
      (0x5555_5555_5555_1234, 2), (0x00FF_FFFF_FFF0_1234, 2), (0x1234_5678_9ABC, 3),
      (0x1234_5678_9ABC_DEF0, 4), (0x5555_1234_5555_9876, 3), (0x1234_FFFF_FFFF_5678, 2),
    ] as [(Int64, Int)])
  func wellKnownConstantsAreShort(_ value: Int64, _ length: Int) {
    #expect(ARM64.constantLength(value) == length)
  }
}

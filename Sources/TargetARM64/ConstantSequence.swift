public import Codegen

extension ARM64 {
  /// Appends the shortest sequence we know, of one to four instructions, that puts `value` into the
  /// general register `d`. Flags and other registers are kept.
  ///
  /// Tried are, in this order: one move of 16 bits or of a bitmask; two or three instructions that
  /// put 16 bits each over zeros, ones or a bitmask.
  public static func appendConstant(
    _ value: Int64, to d: Register, into output: inout [MachineInstruction]
  ) {
    let bits = UInt64(bitPattern: value)
    if let single = singleMove(bits, d) {
      output.append(single)
      return
    }
    let zeros = (0..<4).count { part(bits, $0) == 0 }
    let ones = (0..<4).count { part(bits, $0) == 0xFFFF }
    let moves = 4 - max(zeros, ones)
    if moves == 2 {
      appendMoves(bits, overOnes: ones > zeros, to: d, into: &output)
    } else if let base = bitmask(within: bits, replacing: 1) {
      output.append(rri(.orr, d, .zr, Int64(bitPattern: base)))
      appendDifferences(from: base, to: bits, d, into: &output)
    } else if moves == 4, let base = bitmask(within: bits, replacing: 2) {
      output.append(rri(.orr, d, .zr, Int64(bitPattern: base)))
      appendDifferences(from: base, to: bits, d, into: &output)
    } else {
      appendMoves(bits, overOnes: ones > zeros, to: d, into: &output)
    }
  }

  /// How many instructions ``appendConstant(_:to:into:)`` appends.
  public static func constantLength(_ value: Int64) -> Int {
    let bits = UInt64(bitPattern: value)
    if singleMove(bits, .x0) != nil { return 1 }
    let zeros = (0..<4).count { part(bits, $0) == 0 }
    let ones = (0..<4).count { part(bits, $0) == 0xFFFF }
    let moves = 4 - max(zeros, ones)
    if moves == 2 || bitmask(within: bits, replacing: 1) != nil { return 2 }
    return moves == 4 && bitmask(within: bits, replacing: 2) == nil ? 4 : 3
  }

  /// 16 of 64 bits.
  private static func part(_ bits: UInt64, _ index: Int) -> UInt64 {
    bits >> UInt64(16 * index) & 0xFFFF
  }

  private static func singleMove(_ bits: UInt64, _ d: Register) -> MachineInstruction? {
    for index in 0..<4 {
      let shift = UInt8(16 * index)
      let mask: UInt64 = 0xFFFF << UInt64(shift)
      if bits & ~mask == 0 { return moveWide(.movz, d, UInt16(part(bits, index)), shift: shift) }
      if ~bits & ~mask == 0 { return moveWide(.movn, d, UInt16(part(~bits, index)), shift: shift) }
      if index < 2 && (~bits & ~mask) << 32 == 0 && bits >> 32 == 0 {
        return moveWide(.movn, d, UInt16(part(~bits, index)), shift: shift, width: 4)
      }
    }
    if ARM64BitmaskImmediate.encode(bits, width: 8) != nil {
      return rri(.orr, d, .zr, Int64(bitPattern: bits))
    }
    return ARM64BitmaskImmediate.encode(bits, width: 4) == nil
      ? nil : rri(.orr, d, .zr, Int64(bitPattern: bits), width: 4)
  }

  /// `movz` or `movn`, then `movk` for whatever differs from zero or all ones.
  private static func appendMoves(
    _ bits: UInt64, overOnes: Bool, to d: Register, into output: inout [MachineInstruction]
  ) {
    let background: UInt64 = overOnes ? 0xFFFF : 0
    var isFirst = true
    for index in 0..<4 where part(bits, index) != background {
      let shift = UInt8(16 * index)
      let value = UInt16(part(bits, index))
      if !isFirst {
        output.append(moveWide(.movk, d, value, shift: shift))
      } else if overOnes {
        output.append(moveWide(.movn, d, ~value, shift: shift))
      } else {
        output.append(moveWide(.movz, d, value, shift: shift))
      }
      isFirst = false
    }
  }

  private static func appendDifferences(
    from base: UInt64, to bits: UInt64, _ d: Register, into output: inout [MachineInstruction]
  ) {
    for index in 0..<4 where part(bits, index) != part(base, index) {
      output.append(
        moveWide(.movk, d, UInt16(part(bits, index)), shift: UInt8(16 * index)))
    }
  }

  /// A bitmask immediate that differs from `bits` in `count` parts of 16 bits, 1 or 2.
  ///
  /// A run of ones that ends in a part is worth a `movk` there only if that part becomes zeros,
  /// ones, or the same as another part: those are the candidates.
  private static func bitmask(within bits: UInt64, replacing count: Int) -> UInt64? {
    for first in 0..<4 {
      for choice in 0..<6 {
        let base = replacing(bits, first, candidate(bits, choice))
        if count == 1 {
          if ARM64BitmaskImmediate.encode(base, width: 8) != nil { return base }
          continue
        }
        for second in first + 1..<4 {
          for other in 0..<6 {
            let base = replacing(base, second, candidate(bits, other))
            if ARM64BitmaskImmediate.encode(base, width: 8) != nil { return base }
          }
        }
      }
    }
    return nil
  }

  private static func candidate(_ bits: UInt64, _ choice: Int) -> UInt64 {
    switch choice {
    case 0: 0
    case 1: 0xFFFF
    default: part(bits, choice - 2)
    }
  }

  private static func replacing(_ bits: UInt64, _ index: Int, _ value: UInt64) -> UInt64 {
    bits & ~(0xFFFF << UInt64(16 * index)) | value << UInt64(16 * index)
  }
}

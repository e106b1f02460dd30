public import Codegen

/// The registers of AArch64 as ``Register`` values: general registers are 0..<31, the stack pointer
/// is 31, and SIMD&FP registers are 32..<64, each by its hardware number.
extension Register {
  /// The general register `number`, 0...30.
  @inlinable public static func x(_ number: Int32) -> Register { Register(number) }

  /// The SIMD&FP register `number`, 0..<32. The instruction's width tells whether b, h, s, d or q
  /// is meant.
  @inlinable public static func v(_ number: Int32) -> Register {
    Register(Register.firstFloat + number)
  }

  @inlinable public static var x0: Register { Register(0) }
  @inlinable public static var x1: Register { Register(1) }
  @inlinable public static var x2: Register { Register(2) }
  @inlinable public static var x3: Register { Register(3) }
  @inlinable public static var x4: Register { Register(4) }
  @inlinable public static var x5: Register { Register(5) }
  @inlinable public static var x6: Register { Register(6) }
  @inlinable public static var x7: Register { Register(7) }
  @inlinable public static var x8: Register { Register(8) }
  @inlinable public static var x9: Register { Register(9) }
  @inlinable public static var x10: Register { Register(10) }
  @inlinable public static var x11: Register { Register(11) }
  @inlinable public static var x12: Register { Register(12) }
  @inlinable public static var x13: Register { Register(13) }
  @inlinable public static var x14: Register { Register(14) }
  @inlinable public static var x15: Register { Register(15) }
  @inlinable public static var x16: Register { Register(16) }
  @inlinable public static var x17: Register { Register(17) }
  @inlinable public static var x18: Register { Register(18) }
  @inlinable public static var x19: Register { Register(19) }
  @inlinable public static var x20: Register { Register(20) }
  @inlinable public static var x21: Register { Register(21) }
  @inlinable public static var x22: Register { Register(22) }
  @inlinable public static var x23: Register { Register(23) }
  @inlinable public static var x24: Register { Register(24) }
  @inlinable public static var x25: Register { Register(25) }
  @inlinable public static var x26: Register { Register(26) }
  @inlinable public static var x27: Register { Register(27) }
  @inlinable public static var x28: Register { Register(28) }
  /// The frame pointer.
  @inlinable public static var x29: Register { Register(29) }
  /// The link register.
  @inlinable public static var x30: Register { Register(30) }

  @inlinable public static var sp: Register { Register(31) }

  /// The register that reads as zero and forgets what is written. Instructions encode it as 31, the
  /// number of the stack pointer, but no operand can be either: so they are two here, and the wrong
  /// one is an error.
  @inlinable public static var zr: Register { Register(31 - 64) }
}

/// Condition codes by their number in instructions (Arm ARM, C1.2.4).
///
/// After `fcmp` with a NaN carry and overflow are set: `carrySet`, `above`, `less`, `lessOrEqual`,
/// `notEqual` and `overflow` hold. The comparisons of numbers that a NaN does not fulfil are
/// `equal`, `negative` (less), `belowOrEqual` (less or equal), `greater` and `greaterOrEqual`.
public enum ARM64Condition: UInt8, Sendable, CaseIterable {
  case equal, notEqual
  /// Unsigned: above or equal; below.
  case carrySet, carryClear
  case negative, positiveOrZero
  /// After `fcmp`: an operand is NaN.
  case overflow, noOverflow
  /// Unsigned.
  case above, belowOrEqual
  case greaterOrEqual, less, greater, lessOrEqual
  /// `al`, and `nv`, which means the same.
  case always, alwaysToo

  /// The condition that holds exactly when this one does not; `always` has none and gives
  /// `alwaysToo`.
  @inlinable public var inverted: ARM64Condition { ARM64Condition(rawValue: rawValue ^ 1)! }

  /// The condition with the same outcome after the operands of the comparison have been exchanged.
  public var swapped: ARM64Condition {
    switch self {
    case .carrySet: .belowOrEqual
    case .belowOrEqual: .carrySet
    case .carryClear: .above
    case .above: .carryClear
    case .less: .greater
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .lessOrEqual: .greaterOrEqual
    case .equal, .notEqual, .negative, .positiveOrZero, .overflow, .noOverflow, .always, .alwaysToo:
      self
    }
  }

  /// Whether the condition can fail.
  @inlinable public var isConditional: Bool { rawValue < 14 }

  /// How assemblers write it.
  public var name: String {
    switch self {
    case .equal: "eq"
    case .notEqual: "ne"
    case .carrySet: "hs"
    case .carryClear: "lo"
    case .negative: "mi"
    case .positiveOrZero: "pl"
    case .overflow: "vs"
    case .noOverflow: "vc"
    case .above: "hi"
    case .belowOrEqual: "ls"
    case .greaterOrEqual: "ge"
    case .less: "lt"
    case .greater: "gt"
    case .lessOrEqual: "le"
    case .always: "al"
    case .alwaysToo: "nv"
    }
  }
}

/// Values of `MachineInstruction.modifier`: what happens to the last register operand, or to the
/// address.
public enum ARM64Modifier: UInt8, Sendable, CaseIterable {
  case none
  /// The last register is shifted by `amount` bits. (An immediate of `add` and `sub` that is zero:
  /// it is encoded as shifted by 12 bits.)
  case lsl, lsr, asr, ror
  /// The low 8, 16, 32 or 64 bits of the last register are extended, then shifted left by `amount`
  /// bits.
  case uxtb, uxth, uxtw, uxtx, sxtb, sxth, sxtw, sxtx
  /// The base register becomes the address, before or after the access.
  case preIndex, postIndex
  /// The displacement is encoded in bytes, although it could be in units of the access.
  case unscaled

  /// Whether the modifier is an extension; its number in instructions is the distance from `uxtb`.
  @inlinable var isExtension: Bool {
    rawValue >= ARM64Modifier.uxtb.rawValue && rawValue <= ARM64Modifier.sxtx.rawValue
  }
}

/// System registers as `mrs` and `msr` number them: op0, op1, CRn, CRm and op2, from the highest of
/// 16 bits (Arm ARM, C5.3). Those a program may use without privileges.
public enum ARM64SystemRegister: Int64, Sendable, CaseIterable {
  case nzcv = 0xDA10
  case fpcr = 0xDA20
  case fpsr = 0xDA21
  case tpidrEL0 = 0xDE82
  case tpidrroEL0 = 0xDE83
  case ctrEL0 = 0xD801
  case dczidEL0 = 0xD807
  case cntfrqEL0 = 0xDF00
  case cntpctEL0 = 0xDF01
  case cntvctEL0 = 0xDF02

  /// Whether programs may write to it.
  public var isWritable: Bool {
    switch self {
    case .nzcv, .fpcr, .fpsr, .tpidrEL0: true
    case .tpidrroEL0, .ctrEL0, .dczidEL0, .cntfrqEL0, .cntpctEL0, .cntvctEL0: false
    }
  }

  /// The number that a name such as `s3_3_c13_c0_2` tells: op0 (2 or 3), op1, CRn, CRm and op2.
  public static func number(of name: String) -> Int64? {
    let parts = name.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].first == "s", parts[2].first == "c", parts[3].first == "c"
    else { return nil }
    let fields = [
      parts[0].dropFirst(), parts[1], parts[2].dropFirst(), parts[3].dropFirst(), parts[4],
    ]
    let limits: [Int64] = [4, 8, 16, 16, 8]
    var number: Int64 = 0
    for (field, limit) in zip(fields, limits) {
      guard field.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let value = Int64(field), value < limit
      else { return nil }
      number = number * limit + value
    }
    return number >= 0x8000 ? number : nil
  }

  /// How assemblers write it.
  public var name: String {
    switch self {
    case .nzcv: "nzcv"
    case .fpcr: "fpcr"
    case .fpsr: "fpsr"
    case .tpidrEL0: "tpidr_el0"
    case .tpidrroEL0: "tpidrro_el0"
    case .ctrEL0: "ctr_el0"
    case .dczidEL0: "dczid_el0"
    case .cntfrqEL0: "cntfrq_el0"
    case .cntpctEL0: "cntpct_el0"
    case .cntvctEL0: "cntvct_el0"
    }
  }
}

/// What a barrier waits for and for whom: the operand of `dmb` and `dsb` (Arm ARM, C6.2).
public enum ARM64Barrier: Int64, Sendable, CaseIterable {
  case oshld = 1
  case oshst, osh
  case nshld = 5
  case nshst, nsh
  case ishld = 9
  case ishst, ish
  case ld = 13
  case st, sy
}

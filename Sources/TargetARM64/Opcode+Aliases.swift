public import Codegen

// Aliases: other names for instructions with particular operands (Arm ARM, C6.2). The printer
// writes them where the manual prefers them.

extension ARM64 {
  // MARK: Moves

  @inlinable public static func mov(_ d: Register, _ s: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    d == .sp || s == .sp
      ? rri(.add, d, s, 0, width: width) : rrr(.orr, d, .zr, s, width: width)
  }

  /// `movz`, `movn` or `movk` with 16 bits at the position `shift`: 0, 16, 32 or 48.
  @inlinable public static func moveWide(
    _ opcode: ARM64Opcode, _ d: Register, _ value: UInt16, shift: UInt8 = 0, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: .ri, width: width, amount: shift, d: d,
      immediate: Int64(value))
  }

  @inlinable public static func mvn(
    _ d: Register, _ s: Register, _ modifier: ARM64Modifier = .none, _ amount: UInt8 = 0,
    width: UInt8 = 8
  ) -> MachineInstruction {
    rrr(.orn, d, .zr, s, modifier, amount, width: width)
  }

  /// d = 0.
  @inlinable public static func clear(_ d: Register) -> MachineInstruction {
    d.isFloat ? ri(.movi, d, 0) : moveWide(.movz, d, 0)
  }

  // MARK: Arithmetic

  @inlinable public static func add(_ d: Register, _ s: Register, _ m: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    rrr(.add, d, s, m, width: width)
  }

  @inlinable public static func sub(_ d: Register, _ s: Register, _ m: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    rrr(.sub, d, s, m, width: width)
  }

  /// Whether ``add(_:_:_:width:)-(_,_,Int64,_)`` takes the constant.
  @inlinable public static func isAddImmediate(_ value: Int64) -> Bool {
    let magnitude = value.magnitude
    return magnitude < 0x1000 || magnitude < 0x100_0000 && magnitude & 0xFFF == 0
  }

  /// d = s + immediate: an `add`, or of a negative immediate a `sub`. The immediate has 12 bits, or
  /// 24 bits of which the low 12 are zero.
  @inlinable public static func add(
    _ d: Register, _ s: Register, _ immediate: Int64, width: UInt8 = 8
  ) -> MachineInstruction {
    rri(
      immediate < 0 ? .sub : .add, d, s, Int64(bitPattern: UInt64(immediate.magnitude)),
      width: width)
  }

  @inlinable public static func sub(
    _ d: Register, _ s: Register, _ immediate: Int64, width: UInt8 = 8
  ) -> MachineInstruction {
    rri(
      immediate < 0 ? .add : .sub, d, s, Int64(bitPattern: UInt64(immediate.magnitude)),
      width: width)
  }

  @inlinable public static func cmp(
    _ s: Register, _ m: Register, _ modifier: ARM64Modifier = .none, _ amount: UInt8 = 0,
    width: UInt8 = 8
  ) -> MachineInstruction {
    rrr(.subs, .zr, s, m, modifier, amount, width: width)
  }

  /// Compares with a constant as ``add(_:_:_:width:)-(_,_,Int64,_)`` takes it; the flags are the
  /// same for `cmp` of a constant and `cmn` of its negative.
  @inlinable public static func cmp(_ s: Register, _ immediate: Int64, width: UInt8 = 8)
    -> MachineInstruction
  {
    rri(
      immediate < 0 ? .adds : .subs, .zr, s, Int64(bitPattern: UInt64(immediate.magnitude)),
      width: width)
  }

  @inlinable public static func cmn(
    _ s: Register, _ m: Register, _ modifier: ARM64Modifier = .none, _ amount: UInt8 = 0,
    width: UInt8 = 8
  ) -> MachineInstruction {
    rrr(.adds, .zr, s, m, modifier, amount, width: width)
  }

  @inlinable public static func neg(
    _ d: Register, _ s: Register, _ modifier: ARM64Modifier = .none, _ amount: UInt8 = 0,
    width: UInt8 = 8
  ) -> MachineInstruction {
    rrr(.sub, d, .zr, s, modifier, amount, width: width)
  }

  @inlinable public static func negs(
    _ d: Register, _ s: Register, _ modifier: ARM64Modifier = .none, _ amount: UInt8 = 0,
    width: UInt8 = 8
  ) -> MachineInstruction {
    rrr(.subs, d, .zr, s, modifier, amount, width: width)
  }

  @inlinable public static func tst(
    _ s: Register, _ m: Register, _ modifier: ARM64Modifier = .none, _ amount: UInt8 = 0,
    width: UInt8 = 8
  ) -> MachineInstruction {
    rrr(.ands, .zr, s, m, modifier, amount, width: width)
  }

  /// The immediate is one of ``ARM64BitmaskImmediate``.
  @inlinable public static func tst(_ s: Register, mask: Int64, width: UInt8 = 8)
    -> MachineInstruction
  {
    rri(.ands, .zr, s, mask, width: width)
  }

  // MARK: Multiplication

  @inlinable public static func mul(_ d: Register, _ s: Register, _ m: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    rrrr(.madd, d, s, m, .zr, width: width)
  }

  @inlinable public static func mneg(_ d: Register, _ s: Register, _ m: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    rrrr(.msub, d, s, m, .zr, width: width)
  }

  @inlinable public static func smull(_ d: Register, _ s: Register, _ m: Register)
    -> MachineInstruction
  {
    rrrr(.smaddl, d, s, m, .zr)
  }

  @inlinable public static func umull(_ d: Register, _ s: Register, _ m: Register)
    -> MachineInstruction
  {
    rrrr(.umaddl, d, s, m, .zr)
  }

  // MARK: Shifts and bit fields

  /// `sbfm`, `bfm` or `ubfm` with their two fields.
  @inlinable public static func bitfield(
    _ opcode: ARM64Opcode, _ d: Register, _ s: Register, immr: UInt8, imms: UInt8,
    width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: .rri, width: width, amount: imms, d: d, s: s,
      immediate: Int64(immr))
  }

  /// Shifts by a constant below the width in bits.
  @inlinable public static func lsl(
    _ d: Register, _ s: Register, _ amount: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    let last = width &* 8 &- 1
    return bitfield(
      .ubfm, d, s, immr: (0 &- amount) & last, imms: last &- amount, width: width)
  }

  @inlinable public static func lsr(
    _ d: Register, _ s: Register, _ amount: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    bitfield(.ubfm, d, s, immr: amount, imms: width &* 8 &- 1, width: width)
  }

  @inlinable public static func asr(
    _ d: Register, _ s: Register, _ amount: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    bitfield(.sbfm, d, s, immr: amount, imms: width &* 8 &- 1, width: width)
  }

  @inlinable public static func ror(
    _ d: Register, _ s: Register, _ amount: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    extr(d, s, s, amount, width: width)
  }

  /// The bits of high:low from `lowest` on.
  @inlinable public static func extr(
    _ d: Register, _ high: Register, _ low: Register, _ lowest: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: ARM64Opcode.extr.rawValue, form: .rrri, width: width, d: d, s: high, index: low,
      immediate: Int64(lowest))
  }

  /// d = `count` bits of s from `lowest` on; the rest is zero.
  @inlinable public static func ubfx(
    _ d: Register, _ s: Register, lowest: UInt8, count: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    bitfield(.ubfm, d, s, immr: lowest, imms: lowest &+ count &- 1, width: width)
  }

  /// d = `count` bits of s from `lowest` on, with sign.
  @inlinable public static func sbfx(
    _ d: Register, _ s: Register, lowest: UInt8, count: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    bitfield(.sbfm, d, s, immr: lowest, imms: lowest &+ count &- 1, width: width)
  }

  /// d = the low `count` bits of s, shifted to `lowest`.
  @inlinable public static func ubfiz(
    _ d: Register, _ s: Register, lowest: UInt8, count: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    bitfield(
      .ubfm, d, s, immr: (0 &- lowest) & (width &* 8 &- 1), imms: count &- 1, width: width)
  }

  /// Like ``ubfiz(_:_:lowest:count:width:)``, with sign.
  @inlinable public static func sbfiz(
    _ d: Register, _ s: Register, lowest: UInt8, count: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    bitfield(
      .sbfm, d, s, immr: (0 &- lowest) & (width &* 8 &- 1), imms: count &- 1, width: width)
  }

  /// Replaces `count` bits of d from `lowest` on by the low bits of s.
  @inlinable public static func bfi(
    _ d: Register, _ s: Register, lowest: UInt8, count: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    bitfield(
      .bfm, d, s, immr: (0 &- lowest) & (width &* 8 &- 1), imms: count &- 1, width: width)
  }

  /// Replaces the low `count` bits of d by those of s from `lowest` on.
  @inlinable public static func bfxil(
    _ d: Register, _ s: Register, lowest: UInt8, count: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    bitfield(.bfm, d, s, immr: lowest, imms: lowest &+ count &- 1, width: width)
  }

  /// Sign-extends `bytes` (1, 2 or 4) to `width`.
  @inlinable public static func signExtend(
    _ d: Register, _ s: Register, bytes: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    bitfield(.sbfm, d, s, immr: 0, imms: bytes &* 8 &- 1, width: width)
  }

  /// Zero-extends `bytes` (1, 2 or 4) to 64 bits.
  @inlinable public static func zeroExtend(_ d: Register, _ s: Register, bytes: UInt8)
    -> MachineInstruction
  {
    bytes == 4
      ? rrr(.orr, d, .zr, s, width: 4)
      : bitfield(.ubfm, d, s, immr: 0, imms: bytes &* 8 &- 1, width: 4)
  }

  // MARK: Conditions

  /// `csel`, `csinc`, `csinv`, `csneg` or `fcsel`.
  @inlinable public static func select(
    _ opcode: ARM64Opcode, _ condition: ARM64Condition, _ d: Register, _ s: Register,
    _ m: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: .rrr, width: width, condition: condition.rawValue, d: d, s: s,
      index: m)
  }

  /// d = 1 if the condition holds, else 0.
  @inlinable public static func cset(
    _ condition: ARM64Condition, _ d: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    select(.csinc, condition.inverted, d, .zr, .zr, width: width)
  }

  /// d = -1 if the condition holds, else 0.
  @inlinable public static func csetm(
    _ condition: ARM64Condition, _ d: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    select(.csinv, condition.inverted, d, .zr, .zr, width: width)
  }

  /// d = s + 1 if the condition holds, else s.
  @inlinable public static func cinc(
    _ condition: ARM64Condition, _ d: Register, _ s: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    select(.csinc, condition.inverted, d, s, s, width: width)
  }

  /// d = -s if the condition holds, else s.
  @inlinable public static func cneg(
    _ condition: ARM64Condition, _ d: Register, _ s: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    select(.csneg, condition.inverted, d, s, s, width: width)
  }

  /// `ccmp`, `ccmn`, `fccmp` or `fccmpe` of registers: if the condition does not hold, the flags N,
  /// Z, C and V become the bits of `flags`.
  @inlinable public static func compareIf(
    _ opcode: ARM64Opcode, _ condition: ARM64Condition, _ d: Register, _ s: Register,
    else flags: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: .rr, width: width, condition: condition.rawValue,
      amount: flags, d: d, s: s)
  }

  /// `ccmp` or `ccmn` with a constant below 32.
  @inlinable public static func compareIf(
    _ opcode: ARM64Opcode, _ condition: ARM64Condition, _ d: Register, immediate: UInt8,
    else flags: UInt8, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: .ri, width: width, condition: condition.rawValue,
      amount: flags, d: d, immediate: Int64(immediate))
  }

  // MARK: Floating point

  /// Between two registers of any kind, without conversion.
  @inlinable public static func fmov(_ d: Register, _ s: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    rr(.fmov, d, s, width: width)
  }

  /// A constant, if it is one of ``ARM64FloatImmediate``.
  @inlinable public static func fmov(_ d: Register, constant: Double, width: UInt8 = 8)
    -> MachineInstruction?
  {
    ARM64FloatImmediate.encode(constant).map { ri(.fmov, d, Int64($0), width: width) }
  }
}

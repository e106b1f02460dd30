/// The instructions of AArch64 (Armv8-A with floating point, no extensions) that the compiler can
/// emit and the assembler accepts: raw values are `MachineInstruction.opcode`.
///
/// A case is one instruction of the architecture. Aliases such as `mov`, `cmp` or `lsl` are no
/// instructions here: the functions of ``ARM64`` make them, and the printer writes them.
///
/// Comments list the forms as in ``OperandForm`` and the widths, which are the sizes of the
/// operands in bytes: 4 is `w` or `s`, 8 is `x` or `d`, 16 is `q`. Instructions without a choice of
/// width want 8.
public enum ARM64Opcode: UInt16, Sendable, CaseIterable {
  // MARK: Arithmetic: width 4 or 8. The order is that of the bits op and S

  /// rri: 12 bits, or 12 bits shifted by 12; rrr: shifted by `lsl`, `lsr` or `asr`, or extended and
  /// shifted by up to 4; `add` also rrSymbol: the low 12 bits of an address.
  case add, adds, sub, subs
  /// rrr.
  case adc, adcs, sbc, sbcs

  // MARK: Logic: width 4 or 8. The order is that of the bits opc and N

  /// rrr: shifted; `and`, `orr`, `eor` and `ands` also rri: a bitmask immediate.
  case and, bic, orr, orn, eor, eon, ands, bics

  // MARK: Moves and bit fields: width 4 or 8

  /// ri: 16 bits, shifted left by `amount`.
  case movn, movz, movk
  /// rri: immr is the immediate, imms is `amount`.
  case sbfm, bfm, ubfm
  /// rrri: the bits of d:s from `immediate` on.
  case extr

  // MARK: Bits: rr, width 4 or 8

  case rbit, rev16
  /// Width 8: reverses the bytes in both words.
  case rev32
  case rev, clz, cls

  // MARK: Multiplication and shifts

  /// rrr; width 4 or 8.
  case udiv, sdiv, lslv, lsrv, asrv, rorv
  /// rrrr: base + s * index, base - s * index; width 4 or 8.
  case madd, msub
  /// rrrr: the same with factors of 32 bits.
  case smaddl, smsubl, umaddl, umsubl
  /// rrr: the upper half of the product.
  case smulh, umulh

  // MARK: Conditions: width 4 or 8

  /// rrr: s if the condition holds, else index, its successor, its complement, its negative.
  case csel, csinc, csinv, csneg
  /// rr: compares d with s; ri: with an immediate below 32. If the condition does not hold the
  /// flags become `amount`.
  case ccmn, ccmp

  // MARK: Addresses

  /// rSymbol, rLabel; ri: `immediate` bytes from here.
  case adr
  /// rSymbol; ri: `immediate` bytes from the beginning of this page, a multiple of 4096.
  case adrp

  // MARK: Memory
  //
  // A memory operand is `base + displacement`, also with ``ARM64Modifier/preIndex`` or `postIndex`,
  // or `base + index` extended and shifted by 0 or the logarithm of the access; with `target` it is
  // `base` plus the low 12 bits of a symbol's address.

  /// rm; rLabel, rSymbol, ri: near the instruction. Width 1, 2, 4 or 8, and 16 for a SIMD&FP
  /// register.
  case ldr
  /// mr.
  case str
  /// rm: extends 8 or 16 bits to `width`, 4 or 8.
  case ldrsb, ldrsh
  /// rm, rLabel, rSymbol, ri: extends 32 bits to 64.
  case ldrsw
  /// rrm: loads or stores d and s; width 4 or 8, and 16 for SIMD&FP registers.
  case ldp, stp
  /// rrm: extends 32 bits to 64.
  case ldpsw
  /// rm without displacement; width 1, 2, 4 or 8.
  case ldar, ldxr, ldaxr
  /// mr without displacement; width 1, 2, 4 or 8.
  case stlr
  /// rrm without displacement: stores s; d becomes 0, or 1 if that failed.
  case stxr, stlxr

  // MARK: Control. A branch with `i` or `ri` goes `immediate` bytes from itself

  /// label, symbol, i.
  case b, bl
  /// label, symbol, i.
  case bCond
  /// rLabel, rSymbol, ri; width 4 or 8.
  case cbz, cbnz
  /// rLabel, rSymbol, ri: the bit `amount`; width 4 for bits below 32, else 8.
  case tbz, tbnz
  /// r.
  case br, blr, ret

  // MARK: System

  /// i: 16 bits.
  case svc, brk, udf
  /// i: 7 bits; 0 is `nop`.
  case hint
  /// i: 4 bits.
  case clrex, dsb, dmb, isb
  /// ri: the number of a system register, as in ``ARM64SystemRegister``. `msr` reads d.
  case mrs, msr

  // MARK: Floating point: width 4 or 8

  /// rr: between SIMD&FP registers, and between them and general ones; ri: the 8 bits of
  /// ``ARM64FloatImmediate``.
  case fmov
  /// rr.
  case fabs, fneg, fsqrt
  /// rr: width 2, 4 or 8 from another one, which is in `scale`.
  case fcvt
  /// rr: rounds to an integer: to nearest with ties to even, up, down, towards zero, to nearest
  /// with ties away; as the control register says, with and without the exception "inexact".
  case frintn, frintp, frintm, frintz, frinta, frintx, frinti
  /// rrr; in the order of their numbers.
  case fmul, fdiv, fadd, fsub, fmax, fmin, fmaxnm, fminnm, fnmul
  /// rrrr: base + s * index, base - s * index, -base - s * index, -base + s * index.
  case fmadd, fmsub, fnmadd, fnmsub
  /// rr: compares d with s; r: with zero. `fcmpe` is an exception also for quiet NaNs.
  case fcmp, fcmpe
  /// rr: as `ccmp`.
  case fccmp, fccmpe
  /// rrr.
  case fcsel
  /// rr: to an integer of `width`, signed or unsigned, from a floating-point number of `scale`
  /// bytes; rounded to nearest, up, down, towards zero, to nearest with ties away.
  case fcvtns, fcvtnu, fcvtps, fcvtpu, fcvtms, fcvtmu, fcvtzs, fcvtzu, fcvtas, fcvtau
  /// rr: to a floating-point number of `width` from an integer of `scale` bytes.
  case scvtf, ucvtf

  // MARK: Vectors: width 8 or 16

  /// ri: all bits of a byte are the same; with width 16 in both halves.
  case movi
  /// rrr.
  case andVector, bicVector, orrVector, ornVector, eorVector
  /// rr: the number of ones in each byte.
  case cnt
  /// rr: d is a byte, the sum of all bytes of s.
  case addv
}

extension ARM64Opcode {
  /// Whether the condition flags may differ afterwards.
  public var writesFlags: Bool {
    switch self {
    case .adds, .subs, .adcs, .sbcs, .ands, .bics, .ccmn, .ccmp, .fcmp, .fcmpe, .fccmp, .fccmpe,
      .bl, .blr, .svc, .msr:
      true
    default: false
    }
  }

  /// Whether the outcome depends on the condition flags.
  public var readsFlags: Bool {
    switch self {
    case .adc, .adcs, .sbc, .sbcs, .csel, .csinc, .csinv, .csneg, .ccmn, .ccmp, .bCond, .fccmp,
      .fccmpe, .fcsel, .mrs:
      true
    default: false
    }
  }
}

public import Codegen

/// The instructions of x86-64 that the compiler can emit and the assembler accepts: raw values are
/// `MachineInstruction.opcode`.
///
/// A case stands for one mnemonic, or for one meaning of a mnemonic whose operands have different
/// roles. Which operand forms and widths a case accepts is told by ``forms`` and ``widths``, what
/// happens to its operands by ``destinationRole``, ``sourceRole``, ``implicitReads`` and
/// ``implicitWrites``. ``X86`` makes instructions with fewer words.
///
/// Comments list the forms as in ``OperandForm``.
public enum X86Opcode: UInt16, Sendable, CaseIterable {
  // MARK: Two-operand arithmetic: rr, rm, mr, ri, mi, in the order of the hardware's numbers
  case add, or, adc, sbb, and, sub, xor, cmp

  // MARK: Moves
  /// rr, rm, mr, ri, mi; rSymbol of width 4: the absolute address of a symbol in the low 4 GiB.
  ///
  /// `ri` of width 8 takes any immediate; the encoder chooses the shortest of the three forms. It
  /// never touches the flags.
  case mov
  /// rr, rm: zero-extends 8 or 16 bits to `width`. (32 bits: `mov` of width 4.)
  case movzx8, movzx16
  /// rr, rm: sign-extends 8, 16 or 32 bits to `width`.
  case movsx8, movsx16, movsxd
  /// rm, rSymbol, rLabel: the address of a memory operand, a symbol, a label.
  case lea
  /// rr, mr: exchanges; with memory it is atomic.
  case xchg
  /// r, i, m of width 8.
  case push
  /// r, m of width 8.
  case pop
  /// r of width 4 or 8.
  case bswap

  // MARK: More integer arithmetic
  /// rr, mr, ri, mi.
  case test
  /// rr, rm (d = d * operand), rri, rmi (d = operand * immediate); width 2, 4 or 8.
  case imul
  /// r, m: rdx:rax = rax * operand (width 1: ax = al * operand).
  case mul, imulWide
  /// r, m: rax, rdx = quotient and remainder of rdx:rax by operand (width 1: al, ah of ax).
  case div, idiv
  /// r, m.
  case neg, not, inc, dec
  /// none: rdx (edx) = sign of rax (eax).
  case cqo, cdq

  // MARK: Shifts and bits
  /// ri, mi: by a constant below the width in bits.
  case shl, shr, sar, rol, ror
  /// r, m: by cl.
  case shlCL, shrCL, sarCL, rolCL, rorCL
  /// rri: shifts `immediate` bits of s into d.
  case shld, shrd
  /// rr: the same by cl.
  case shldCL, shrdCL
  /// rr, mr, ri, mi: the carry flag = a bit of the first operand.
  case bt
  /// rr, rm; width 2, 4 or 8.
  case popcnt, lzcnt, tzcnt, bsr, bsf

  // MARK: Conditions
  /// r, m of width 1: 0 or 1. The rest of the register is kept.
  case setcc
  /// rr, rm; width 2, 4 or 8. With width 4 the upper half of d becomes 0 either way.
  case cmovcc

  // MARK: Control
  /// label, symbol, r, m.
  case jmp
  /// label, symbol.
  case jcc
  /// label, symbol, r, m.
  case call
  /// none.
  case ret, ud2, int3, endbr64, syscall
  /// none: one byte; i: that many bytes (1...15) of padding.
  case nop

  // MARK: SSE2, double precision
  /// rm, mr. To copy a register use `movapd`.
  case movsd
  /// rr, rm, mr; memory is 16 bytes, aligned.
  case movapd
  /// rr, rm with 8 bytes of memory.
  case addsd, subsd, mulsd, divsd, sqrtsd, minsd, maxsd
  /// rr, rm: flags as of an unsigned comparison; parity when unordered.
  case ucomisd, comisd
  /// rr, rm with 16 bytes of aligned memory.
  case xorpd, andpd, orpd, andnpd, unpcklpd
  /// rr, rm: d is an SSE register, the source a signed integer of `width` 4 or 8.
  case cvtsi2sd
  /// rr, rm: d is a signed integer of `width` 4 or 8, truncated or rounded; out of range gives the
  /// most negative.
  case cvttsd2si, cvtsd2si
  /// rr, rm.
  case cvtsd2ss

  // MARK: SSE, single precision
  /// rm, mr. To copy a register use `movaps`.
  case movss
  /// rr, rm, mr; memory is 16 bytes, aligned.
  case movaps
  /// rr, rm.
  case cvtss2sd

  // MARK: Between the register files: rr
  /// d is an SSE register, s a general one: 32 or 64 bits; the upper bits become 0.
  case movdToXMM, movqToXMM
  /// d is a general register, s an SSE one.
  case movdFromXMM, movqFromXMM

  // MARK: What only hand-written programs use
  //
  /// none.
  case clc, stc, cmc, cld, std, hlt, leave, lahf, sahf, pushfq, popfq
  case cbw, cwde, cdqe, cwd
  case cpuid, rdtsc, rdtscp, xgetbv, pause, lfence, mfence, sfence
  /// none; the width is that of an element.
  case movs, cmps, stos, lods, scas
  /// i: `ret` that takes that many bytes from the stack; an interrupt.
  case retBytes, int
  /// ri, mi; r, m by cl.
  case rcl, rcr, rclCL, rcrCL
  /// rr, mr, ri, mi.
  case bts, btr, btc
  /// rr, mr.
  case xadd, cmpxchg
  /// m of 8 or 16 bytes.
  case cmpxchg8b, cmpxchg16b
  /// mr of width 4 or 8: a store past the caches.
  case movnti
  /// m of 4 bytes: the control register of SSE.
  case ldmxcsr, stmxcsr

  // MARK: More SSE
  //
  /// rr, rm, mr of 16 bytes.
  case movups, movupd, movdqa, movdqu
  /// rm, mr of 4 and 8 bytes.
  case movdMemory, movqMemory
  /// rr, rm.
  case addss, subss, mulss, divss, sqrtss, minss, maxss, ucomiss, comiss
  /// rr, rm: between a number of single precision and a signed integer of `width` 4 or 8.
  case cvtsi2ss, cvttss2si, cvtss2si
  /// rr, rm with 16 bytes of aligned memory.
  case addpd, subpd, mulpd, divpd, sqrtpd, minpd, maxpd
  case addps, subps, mulps, divps, sqrtps, minps, maxps
  case andps, orps, andnps, xorps, unpcklps
  case pxor, por, pand, pandn
  case paddb, paddw, paddd, paddq, psubb, psubw, psubd, psubq
  case pcmpeqb, pcmpeqw, pcmpeqd, pcmpgtb, pcmpgtw, pcmpgtd
  case pminub, pmaxub, punpcklbw, punpcklqdq
  case unpckhpd, unpckhps, punpcklwd, punpckldq, punpckhbw, punpckhwd, punpckhdq, punpckhqdq
  case packuswb, packsswb, packssdw, pmuludq, pmullw, pmulhw, pmulhuw, pmaddwd, psadbw
  case pavgb, pavgw, pminsw, pmaxsw
  case psllw, pslld, psllq, psrlw, psrld, psrlq, psraw, psrad
  case paddusb, paddusw, paddsb, paddsw, psubusb, psubusw, psubsb, psubsw
  /// rr, rm: conversions of several elements.
  case cvtdq2pd, cvtdq2ps, cvttps2dq, cvtps2dq, cvttpd2dq, cvtps2pd, cvtpd2ps
  /// ri: shifts the elements of d, or all of it by bytes, by a number of 8 bits.
  case psllwBy, pslldBy, psllqBy, psrlwBy, psrldBy, psrlqBy, psrawBy, psradBy, pslldqBy, psrldqBy
  /// rri, rmi: elements chosen by a number of 8 bits.
  case pshufd, shufps, shufpd, pshuflw, pshufhw
  /// rri, rmi: all ones where the relation holds that a number below 8 names.
  case cmpsdBy, cmpssBy, cmppdBy, cmppsBy
  /// rr: the highest bits of the elements in a general register.
  case pmovmskb, movmskpd, movmskps
}

/// A set of operand forms.
public struct OperandFormSet: OptionSet, Sendable, Hashable {
  public let rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  init(_ form: OperandForm) { rawValue = 1 << UInt32(form.rawValue) }

  @inlinable public func contains(_ form: OperandForm) -> Bool {
    rawValue >> UInt32(form.rawValue) & 1 != 0
  }

  static var none: OperandFormSet { OperandFormSet(.none) }
  static var r: OperandFormSet { OperandFormSet(.r) }
  static var rr: OperandFormSet { OperandFormSet(.rr) }
  static var ri: OperandFormSet { OperandFormSet(.ri) }
  static var rri: OperandFormSet { OperandFormSet(.rri) }
  static var rm: OperandFormSet { OperandFormSet(.rm) }
  static var rmi: OperandFormSet { OperandFormSet(.rmi) }
  static var mr: OperandFormSet { OperandFormSet(.mr) }
  static var mi: OperandFormSet { OperandFormSet(.mi) }
  static var m: OperandFormSet { OperandFormSet(.m) }
  static var i: OperandFormSet { OperandFormSet(.i) }
  static var label: OperandFormSet { OperandFormSet(.label) }
  static var symbol: OperandFormSet { OperandFormSet(.symbol) }
  static var rSymbol: OperandFormSet { OperandFormSet(.rSymbol) }
  static var rLabel: OperandFormSet { OperandFormSet(.rLabel) }
}

/// What an instruction does with an explicit register operand.
public enum OperandRole: UInt8, Sendable {
  case read, write, readWrite
}

extension X86Opcode {
  /// The operand forms the instruction can be encoded with.
  public var forms: OperandFormSet {
    switch self {
    case .add, .or, .adc, .sbb, .and, .sub, .xor, .cmp: [.rr, .rm, .mr, .ri, .mi]
    case .mov: [.rr, .rm, .mr, .ri, .mi, .rSymbol]
    case .movzx8, .movzx16, .movsx8, .movsx16, .movsxd: [.rr, .rm]
    case .lea: [.rm, .rSymbol, .rLabel]
    case .xchg: [.rr, .mr]
    case .push: [.r, .i, .m]
    case .pop: [.r, .m]
    case .bswap: [.r]
    case .test, .bt: [.rr, .mr, .ri, .mi]
    case .imul: [.rr, .rm, .rri, .rmi]
    case .mul, .imulWide, .div, .idiv, .neg, .not, .inc, .dec, .setcc: [.r, .m]
    case .cqo, .cdq, .ret, .ud2, .int3, .endbr64, .syscall: [.none]
    case .shl, .shr, .sar, .rol, .ror: [.ri, .mi]
    case .shlCL, .shrCL, .sarCL, .rolCL, .rorCL: [.r, .m]
    case .shld, .shrd: [.rri]
    case .shldCL, .shrdCL: [.rr]
    case .popcnt, .lzcnt, .tzcnt, .bsr, .bsf, .cmovcc: [.rr, .rm]
    case .jmp, .call: [.label, .symbol, .r, .m]
    case .jcc: [.label, .symbol]
    case .nop: [.none, .i]
    case .movsd, .movss, .movapd, .movaps, .movups, .movupd, .movdqa, .movdqu: [.rr, .rm, .mr]
    case .addsd, .subsd, .mulsd, .divsd, .sqrtsd, .minsd, .maxsd, .ucomisd, .comisd, .xorpd,
      .andpd, .orpd, .andnpd, .unpcklpd, .cvtsi2sd, .cvttsd2si, .cvtsd2si, .cvtsd2ss, .cvtss2sd:
      [.rr, .rm]
    case .movdToXMM, .movqToXMM, .movdFromXMM, .movqFromXMM, .pmovmskb, .movmskpd, .movmskps: [.rr]
    case .clc, .stc, .cmc, .cld, .std, .hlt, .leave, .lahf, .sahf, .pushfq, .popfq, .cbw, .cwde,
      .cdqe, .cwd, .cpuid, .rdtsc, .rdtscp, .xgetbv, .pause, .lfence, .mfence, .sfence, .movs,
      .cmps, .stos, .lods, .scas: [.none]
    case .retBytes, .int: [.i]
    case .rcl, .rcr: [.ri, .mi]
    case .rclCL, .rcrCL: [.r, .m]
    case .bts, .btr, .btc: [.rr, .mr, .ri, .mi]
    case .xadd, .cmpxchg: [.rr, .mr]
    case .cmpxchg8b, .cmpxchg16b, .ldmxcsr, .stmxcsr: [.m]
    case .movnti: [.mr]
    case .movdMemory, .movqMemory: [.rm, .mr]
    case .addss, .subss, .mulss, .divss, .sqrtss, .minss, .maxss, .ucomiss, .comiss, .cvtsi2ss,
      .cvttss2si, .cvtss2si, .addpd, .subpd, .mulpd, .divpd, .sqrtpd, .minpd, .maxpd, .addps,
      .subps, .mulps, .divps, .sqrtps, .minps, .maxps, .andps, .orps, .andnps, .xorps, .unpcklps,
      .pxor, .por, .pand, .pandn, .paddb, .paddw, .paddd, .paddq, .psubb, .psubw, .psubd, .psubq,
      .pcmpeqb, .pcmpeqw, .pcmpeqd, .pcmpgtb, .pcmpgtw, .pcmpgtd, .pminub, .pmaxub, .punpcklbw,
      .punpcklqdq:
      [.rr, .rm]
    case .unpckhpd, .unpckhps, .punpcklwd, .punpckldq, .punpckhbw, .punpckhwd, .punpckhdq,
      .punpckhqdq, .packuswb, .packsswb, .packssdw, .pmuludq, .pmullw, .pmulhw, .pmulhuw,
      .pmaddwd, .psadbw, .pavgb, .pavgw, .pminsw, .pmaxsw, .psllw, .pslld, .psllq, .psrlw, .psrld,
      .psrlq, .psraw, .psrad, .paddusb, .paddusw, .paddsb, .paddsw, .psubusb, .psubusw, .psubsb,
      .psubsw, .cvtdq2pd, .cvtdq2ps, .cvttps2dq, .cvtps2dq, .cvttpd2dq, .cvtps2pd, .cvtpd2ps:
      [.rr, .rm]
    case .psllwBy, .pslldBy, .psllqBy, .psrlwBy, .psrldBy, .psrlqBy,
      .psrawBy, .psradBy, .pslldqBy, .psrldqBy:
      [.ri]
    case .pshufd, .shufps, .shufpd, .pshuflw, .pshufhw, .cmpsdBy, .cmpssBy, .cmppdBy, .cmppsBy:
      [.rri, .rmi]
    }
  }

  /// The values of `MachineInstruction.width` the instruction accepts, as a bit set: bits 1, 2, 4
  /// and 8, that is the sum of the widths. Instructions without a choice of width want 8.
  public var widths: UInt8 {
    switch self {
    case .add, .or, .adc, .sbb, .and, .sub, .xor, .cmp, .mov, .xchg, .test, .mul, .imulWide, .div,
      .idiv, .neg, .not, .inc, .dec, .shl, .shr, .sar, .rol, .ror, .shlCL, .shrCL, .sarCL, .rolCL,
      .rorCL, .movs, .cmps, .stos, .lods, .scas, .rcl, .rcr, .rclCL, .rcrCL, .xadd, .cmpxchg:
      1 + 2 + 4 + 8
    case .movzx8, .movsx8, .imul, .shld, .shrd, .shldCL, .shrdCL, .bt, .popcnt, .lzcnt, .tzcnt,
      .bsr, .bsf, .cmovcc, .bts, .btr, .btc:
      2 + 4 + 8
    case .movzx16, .movsx16, .lea, .bswap, .cvtsi2sd, .cvttsd2si, .cvtsd2si, .cvtsi2ss, .cvttss2si,
      .cvtss2si, .movnti:
      4 + 8
    case .setcc: 1
    case .movsxd, .push, .pop, .cqo, .cdq, .jmp, .jcc, .call, .ret, .ud2, .int3, .endbr64,
      .syscall, .nop, .movsd, .movapd, .addsd, .subsd, .mulsd, .divsd, .sqrtsd, .minsd, .maxsd,
      .ucomisd, .comisd, .xorpd, .andpd, .orpd, .andnpd, .unpcklpd, .cvtsd2ss, .movss, .movaps,
      .cvtss2sd, .movdToXMM, .movqToXMM, .movdFromXMM, .movqFromXMM:
      8
    case .clc, .stc, .cmc, .cld, .std, .hlt, .leave, .lahf, .sahf, .pushfq, .popfq, .cbw, .cwde,
      .cdqe, .cwd, .cpuid, .rdtsc, .rdtscp, .xgetbv, .pause, .lfence, .mfence, .sfence, .retBytes,
      .int, .cmpxchg8b, .cmpxchg16b, .ldmxcsr, .stmxcsr, .movups, .movupd, .movdqa, .movdqu,
      .movdMemory, .movqMemory, .addss, .subss, .mulss, .divss, .sqrtss, .minss, .maxss, .ucomiss,
      .comiss, .addpd, .subpd, .mulpd, .divpd, .sqrtpd, .minpd, .maxpd, .addps, .subps, .mulps,
      .divps, .sqrtps, .minps, .maxps, .andps, .orps, .andnps, .xorps, .unpcklps, .pxor, .por,
      .pand, .pandn, .paddb, .paddw, .paddd, .paddq, .psubb, .psubw, .psubd, .psubq, .pcmpeqb,
      .pcmpeqw, .pcmpeqd, .pcmpgtb, .pcmpgtw, .pcmpgtd, .pminub, .pmaxub, .punpcklbw, .punpcklqdq,
      .pshufd, .shufps, .shufpd, .pmovmskb, .movmskpd, .movmskps:
      8
    case .unpckhpd, .unpckhps, .punpcklwd, .punpckldq, .punpckhbw, .punpckhwd, .punpckhdq,
      .punpckhqdq, .packuswb, .packsswb, .packssdw, .pmuludq, .pmullw, .pmulhw, .pmulhuw,
      .pmaddwd, .psadbw, .pavgb, .pavgw, .pminsw, .pmaxsw, .psllw, .pslld, .psllq, .psrlw, .psrld,
      .psrlq, .psraw, .psrad, .paddusb, .paddusw, .paddsb, .paddsw, .psubusb, .psubusw, .psubsb,
      .psubsw, .cvtdq2pd, .cvtdq2ps, .cvttps2dq, .cvtps2dq, .cvttpd2dq, .cvtps2pd, .cvtpd2ps,
      .psllwBy, .pslldBy, .psllqBy, .psrlwBy, .psrldBy, .psrlqBy, .psrawBy, .psradBy, .pslldqBy,
      .psrldqBy, .pshuflw, .pshufhw, .cmpsdBy, .cmpssBy, .cmppdBy, .cmppsBy:
      8
    }
  }

  /// Whether the encoder takes the instruction with this form and width.
  public func accepts(_ form: OperandForm, width: UInt8) -> Bool {
    guard forms.contains(form), widths & width != 0, width.nonzeroBitCount == 1 else {
      return false
    }
    return self != .mov || form != .rSymbol || width == 4
  }

  /// What happens to `d` in the forms that have it. A write of width 1 or 2 leaves the rest of a
  /// general register as it was, and is `.write` nevertheless: nobody may rely on the rest.
  public func destinationRole(_ form: OperandForm) -> OperandRole {
    switch self {
    case .add, .or, .adc, .sbb, .and, .sub, .xor, .xchg, .bswap, .neg, .not, .inc, .dec, .shl, .shr,
      .sar, .rol, .ror, .shlCL, .shrCL, .sarCL, .rolCL, .rorCL, .shld, .shrd, .shldCL, .shrdCL,
      .cmovcc, .addsd, .subsd, .mulsd, .divsd, .minsd, .maxsd, .xorpd, .andpd, .orpd, .andnpd,
      .unpcklpd:
      .readWrite
    case .rcl, .rcr, .rclCL, .rcrCL, .bts, .btr, .btc, .xadd, .cmpxchg, .shufps, .shufpd:
      .readWrite
    case .unpckhpd, .unpckhps, .punpcklwd, .punpckldq, .punpckhbw, .punpckhwd, .punpckhdq,
      .punpckhqdq, .packuswb, .packsswb, .packssdw, .pmuludq, .pmullw, .pmulhw, .pmulhuw,
      .pmaddwd, .psadbw, .pavgb, .pavgw, .pminsw, .pmaxsw, .psllw, .pslld, .psllq, .psrlw, .psrld,
      .psrlq, .psraw, .psrad, .paddusb, .paddusw, .paddsb, .paddsw, .psubusb, .psubusw, .psubsb,
      .psubsw, .psllwBy, .pslldBy, .psllqBy, .psrlwBy, .psrldBy, .psrlqBy, .psrawBy, .psradBy,
      .pslldqBy, .psrldqBy, .cmpsdBy, .cmpssBy, .cmppdBy, .cmppsBy:
      .readWrite
    case .addss, .subss, .mulss, .divss, .minss, .maxss, .addpd, .subpd, .mulpd, .divpd, .minpd,
      .maxpd, .addps, .subps, .mulps, .divps, .minps, .maxps, .andps, .orps, .andnps, .xorps,
      .unpcklps, .pxor, .por, .pand, .pandn, .paddb, .paddw, .paddd, .paddq, .psubb, .psubw,
      .psubd, .psubq, .pcmpeqb, .pcmpeqw, .pcmpeqd, .pcmpgtb, .pcmpgtw, .pcmpgtd, .pminub,
      .pmaxub, .punpcklbw, .punpcklqdq:
      .readWrite
    case .imul: form == .rr || form == .rm ? .readWrite : .write
    case .mov, .movzx8, .movzx16, .movsx8, .movsx16, .movsxd, .lea, .pop, .popcnt, .lzcnt, .tzcnt,
      .bsr, .bsf, .setcc, .movsd, .movapd, .sqrtsd, .cvtsi2sd, .cvttsd2si, .cvtsd2si, .cvtsd2ss,
      .movss, .movaps, .cvtss2sd, .movdToXMM, .movqToXMM, .movdFromXMM, .movqFromXMM:
      .write
    case .cmp, .test, .bt, .push, .mul, .imulWide, .div, .idiv, .jmp, .jcc, .call, .cqo, .cdq, .ret,
      .ud2, .int3, .endbr64, .syscall, .nop, .ucomisd, .comisd:
      .read
    case .movups, .movupd, .movdqa, .movdqu, .movdMemory, .movqMemory, .sqrtss, .sqrtpd, .sqrtps,
      .cvtsi2ss, .cvttss2si, .cvtss2si, .pshufd, .pmovmskb, .movmskpd, .movmskps:
      .write
    case .cvtdq2pd, .cvtdq2ps, .cvttps2dq, .cvtps2dq, .cvttpd2dq, .cvtps2pd, .cvtpd2ps, .pshuflw,
      .pshufhw:
      .write
    case .clc, .stc, .cmc, .cld, .std, .hlt, .leave, .lahf, .sahf, .pushfq, .popfq, .cbw, .cwde,
      .cdqe, .cwd, .cpuid, .rdtsc, .rdtscp, .xgetbv, .pause, .lfence, .mfence, .sfence, .movs,
      .cmps, .stos, .lods, .scas, .retBytes, .int, .cmpxchg8b, .cmpxchg16b, .movnti, .ldmxcsr,
      .stmxcsr, .ucomiss, .comiss:
      .read
    }
  }

  /// What happens to `s` in the forms that have it.
  public var sourceRole: OperandRole { self == .xchg || self == .xadd ? .readWrite : .read }

  /// Whether `d`, where the instruction has one, is an SSE register.
  public var destinationIsFloat: Bool {
    switch self {
    case .movsd, .movapd, .addsd, .subsd, .mulsd, .divsd, .sqrtsd, .minsd, .maxsd, .ucomisd,
      .comisd, .xorpd, .andpd, .orpd, .andnpd, .unpcklpd, .cvtsi2sd, .cvtsd2ss, .movss, .movaps,
      .cvtss2sd, .movdToXMM, .movqToXMM:
      true
    case .cvttss2si, .cvtss2si, .pmovmskb, .movmskpd, .movmskps: false
    default: rawValue >= X86Opcode.movups.rawValue
    }
  }

  /// Whether `s`, where the instruction has one, is an SSE register.
  public var sourceIsFloat: Bool {
    switch self {
    case .movsd, .movapd, .addsd, .subsd, .mulsd, .divsd, .sqrtsd, .minsd, .maxsd, .ucomisd,
      .comisd, .xorpd, .andpd, .orpd, .andnpd, .unpcklpd, .cvttsd2si, .cvtsd2si, .cvtsd2ss, .movss,
      .movaps, .cvtss2sd, .movdFromXMM, .movqFromXMM:
      true
    case .cvtsi2ss: false
    default: rawValue >= X86Opcode.movups.rawValue
    }
  }

  /// General registers read besides the operands, of instructions that the compiler emits. The
  /// stack pointer of `push`, `pop`, `call` and `ret` and the registers of a calling convention are
  /// not listed; `syscall` lists its number only.
  public var implicitReads: RegisterSet {
    switch self {
    case .mul, .imulWide, .cqo, .cdq, .syscall: RegisterSet(.rax)
    case .div, .idiv: [RegisterSet(.rax), RegisterSet(.rdx)]
    case .shlCL, .shrCL, .sarCL, .rolCL, .rorCL, .shldCL, .shrdCL, .rclCL, .rcrCL:
      RegisterSet(.rcx)
    default: []
    }
  }

  /// General registers written besides the operands, with the exceptions of ``implicitReads``.
  public var implicitWrites: RegisterSet {
    switch self {
    case .mul, .imulWide, .div, .idiv: [RegisterSet(.rax), RegisterSet(.rdx)]
    case .cqo, .cdq: RegisterSet(.rdx)
    case .syscall: [RegisterSet(.rax), RegisterSet(.rcx), RegisterSet(.r11)]
    default: []
    }
  }

  /// Whether the arithmetic flags differ or may be undefined afterwards.
  public var writesFlags: Bool {
    switch self {
    case .add, .or, .adc, .sbb, .and, .sub, .xor, .cmp, .test, .imul, .mul, .imulWide, .div, .idiv,
      .neg, .inc, .dec, .shl, .shr, .sar, .rol, .ror, .shlCL, .shrCL, .sarCL, .rolCL, .rorCL, .shld,
      .shrd, .shldCL, .shrdCL, .bt, .popcnt, .lzcnt, .tzcnt, .bsr, .bsf, .call, .syscall, .ucomisd,
      .comisd:
      true
    case .clc, .stc, .cmc, .sahf, .popfq, .cmps, .scas, .rcl, .rcr, .rclCL, .rcrCL, .bts, .btr,
      .btc, .xadd, .cmpxchg, .cmpxchg8b, .cmpxchg16b, .ucomiss, .comiss, .int, .cld, .std:
      true
    default: false
    }
  }

  /// Whether the outcome depends on the arithmetic flags.
  public var readsFlags: Bool {
    switch self {
    case .adc, .sbb, .setcc, .cmovcc, .jcc, .cmc, .lahf, .pushfq, .rcl, .rcr, .rclCL, .rcrCL: true
    default: false
    }
  }
}

import Codegen

// What assembler sources and listings need to know about an opcode.

extension X86Opcode {
  /// The name in Intel's syntax; a condition's suffix follows where there is one. Several opcodes
  /// may have the same.
  public var mnemonic: String {
    switch self {
    case .setcc: "set"
    case .cmovcc: "cmov"
    case .jcc: "j"
    case .imulWide: "imul"
    case .movzx8, .movzx16: "movzx"
    case .movsx8, .movsx16: "movsx"
    case .shlCL: "shl"
    case .shrCL: "shr"
    case .sarCL: "sar"
    case .rolCL: "rol"
    case .rorCL: "ror"
    case .shldCL: "shld"
    case .shrdCL: "shrd"
    case .movdToXMM, .movdFromXMM: "movd"
    case .movqToXMM, .movqFromXMM: "movq"
    case .add, .or, .adc, .sbb, .and, .sub, .xor, .cmp, .mov, .movsxd, .lea, .xchg, .push, .pop,
      .bswap, .test, .imul, .mul, .div, .idiv, .neg, .not, .inc, .dec, .cqo, .cdq, .shl, .shr, .sar,
      .rol, .ror, .shld, .shrd, .bt, .popcnt, .lzcnt, .tzcnt, .bsr, .bsf, .jmp, .call, .ret, .ud2,
      .int3, .endbr64, .syscall, .nop, .movsd, .movapd, .addsd, .subsd, .mulsd, .divsd, .sqrtsd,
      .minsd, .maxsd, .ucomisd, .comisd, .xorpd, .andpd, .orpd, .andnpd, .unpcklpd, .cvtsi2sd,
      .cvttsd2si, .cvtsd2si, .cvtsd2ss, .movss, .movaps, .cvtss2sd:
      "\(self)"
    }
  }

  /// Whether a last operand `cl`, which is no field of the instruction, is written.
  public var countsByCL: Bool {
    switch self {
    case .shlCL, .shrCL, .sarCL, .rolCL, .rorCL, .shldCL, .shrdCL: true
    default: false
    }
  }

  /// Whether the instruction shifts one operand by a constant.
  public var isShiftByConstant: Bool {
    switch self {
    case .shl, .shr, .sar, .rol, .ror: true
    default: false
    }
  }

  /// Bytes of the general register `d` in an instruction of `width`.
  public func destinationWidth(_ width: UInt8) -> UInt8 { self == .movdFromXMM ? 4 : width }

  /// Bytes of the general register `s` in an instruction of `width`.
  public func sourceWidth(_ width: UInt8) -> UInt8 {
    switch self {
    case .movzx8, .movsx8: 1
    case .movzx16, .movsx16: 2
    case .movsxd, .movdToXMM: 4
    default: width
    }
  }

  /// Bytes of the memory operand in an instruction of `width`; 0 if it has none but an address.
  public func memoryWidth(_ width: UInt8) -> UInt8 {
    switch self {
    case .lea: 0
    case .movzx8, .movsx8: 1
    case .movzx16, .movsx16: 2
    case .movsxd, .movss, .cvtss2sd: 4
    case .movapd, .movaps, .xorpd, .andpd, .orpd, .andnpd, .unpcklpd: 16
    case .cvttsd2si, .cvtsd2si: 8
    default: width
    }
  }

  /// The width that the suffix of the mnemonic in AT&T syntax tells, in an instruction of `width`;
  /// 0 if there is no suffix.
  public func suffixWidth(_ width: UInt8) -> UInt8 {
    switch self {
    case .cvtsi2sd, .cvttsd2si, .cvtsd2si, .ret: width
    case _ where destinationIsFloat || sourceIsFloat || forms == [.none]: 0
    default: width
    }
  }

  /// For immediates that are numbers of bits: the first that is too large.
  public func immediateLimit(width: UInt8) -> Int64? {
    switch self {
    case .shl, .shr, .sar, .rol, .ror, .shld, .shrd, .bt: Int64(width) * 8
    default: nil
    }
  }
}

extension X86Encoder {
  /// The opcode of a branch with a field of 4 bytes or of one; nil stands for `jmp`.
  public static func branchOpcode(condition: UInt8?, isLong: Bool) -> [UInt8] {
    guard let condition else { return [isLong ? 0xE9 : 0xEB] }
    return isLong ? [0x0F, 0x80 | condition & 15] : [0x70 | condition & 15]
  }

  /// The bytes with which GNU `as` fills code up: instructions of up to 11 bytes that do nothing.
  public static func alignmentPadding(_ count: Int) -> [UInt8] {
    var buffer = CodeBuffer()
    var missing = count
    while missing > 0 {
      // The longer ones are the one of 8 bytes with the prefixes 66 and 2E.
      let prefixes = max(min(missing, 11) - 9, 0)
      if prefixes > 0 {
        buffer.bytes += Array(repeating: 0x66, count: prefixes)
        buffer.bytes.append(0x2E)
        missing -= prefixes + 1
      }
      let length = prefixes > 0 ? 8 : min(missing, maximumPadding)
      encode(X86.nop(length: length), into: &buffer)
      missing -= length
    }
    return buffer.bytes
  }
}

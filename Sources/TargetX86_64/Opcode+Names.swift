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
    case .rclCL: "rcl"
    case .rcrCL: "rcr"
    case .shldCL: "shld"
    case .shrdCL: "shrd"
    case .movdToXMM, .movdFromXMM, .movdMemory: "movd"
    case .movqToXMM, .movqFromXMM, .movqMemory: "movq"
    case .retBytes: "ret"
    case .cmpsdBy, .cmpssBy, .cmppdBy, .cmppsBy, .psllwBy, .pslldBy, .psllqBy, .psrlwBy, .psrldBy,
      .psrlqBy, .psrawBy, .psradBy, .pslldqBy, .psrldqBy:
      String("\(self)".dropLast(2))
    default:
      "\(self)"
    }
  }

  /// Whether a last operand `cl`, which is no field of the instruction, is written.
  public var countsByCL: Bool {
    switch self {
    case .shlCL, .shrCL, .sarCL, .rolCL, .rorCL, .rclCL, .rcrCL, .shldCL, .shrdCL: true
    default: false
    }
  }

  /// Whether the instruction shifts one operand by a constant.
  public var isShiftByConstant: Bool {
    switch self {
    case .shl, .shr, .sar, .rol, .ror, .rcl, .rcr: true
    default: false
    }
  }

  /// Bytes of the general register `d` in an instruction of `width`.
  public func destinationWidth(_ width: UInt8) -> UInt8 {
    switch self {
    case .movdFromXMM, .pmovmskb, .movmskpd, .movmskps: 4
    default: width
    }
  }

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
    case .movsxd, .movss, .cvtss2sd, .ldmxcsr, .stmxcsr, .movdMemory, .addss, .subss, .mulss,
      .divss, .sqrtss, .minss, .maxss, .ucomiss, .comiss, .cvttss2si, .cvtss2si:
      4
    case .movapd, .movaps, .xorpd, .andpd, .orpd, .andnpd, .unpcklpd, .cmpxchg16b: 16
    case .cvttsd2si, .cvtsd2si, .movqMemory, .cvtdq2pd, .cvtps2pd, .cmpsdBy: 8
    case .cmpssBy: 4
    case .cvtsi2ss: width
    default: rawValue >= X86Opcode.movups.rawValue ? 16 : width
    }
  }

  /// The width that the suffix of the mnemonic in AT&T syntax tells, in an instruction of `width`;
  /// 0 if there is no suffix.
  public func suffixWidth(_ width: UInt8) -> UInt8 {
    switch self {
    case .cvtsi2sd, .cvttsd2si, .cvtsd2si, .cvtsi2ss, .cvttss2si, .cvtss2si, .ret, .leave, .movs,
      .cmps, .stos, .lods, .scas:
      width
    case _ where destinationIsFloat || sourceIsFloat || forms == [.none]: 0
    default: width
    }
  }

  /// For immediates that are not numbers of the instruction's width: those that it takes.
  public func immediateLimits(width: UInt8) -> ClosedRange<Int64>? {
    switch self {
    case .shl, .shr, .sar, .rol, .ror, .rcl, .rcr, .shld, .shrd, .bt, .bts, .btr, .btc:
      0...Int64(width) * 8 - 1
    case .retBytes: 0...0xFFFF
    case .cmpsdBy, .cmpssBy, .cmppdBy, .cmppsBy: 0...7
    case .int, .pshufd, .shufps, .shufpd, .pshuflw, .pshufhw, .psllwBy, .pslldBy, .psllqBy,
      .psrlwBy, .psrldBy, .psrlqBy, .psrawBy, .psradBy, .pslldqBy, .psrldqBy:
      0...0xFF
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

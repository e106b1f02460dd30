import Codegen

// Instructions that the compiler does not emit: for hand-written programs.

extension X86Encoder {
  /// The bytes of an instruction without operands.
  static func fixedBytes(_ opcode: X86Opcode) -> [UInt8]? {
    switch opcode {
    case .clc: [0xF8]
    case .stc: [0xF9]
    case .cmc: [0xF5]
    case .cld: [0xFC]
    case .std: [0xFD]
    case .hlt: [0xF4]
    case .leave: [0xC9]
    case .lahf: [0x9F]
    case .sahf: [0x9E]
    case .pushfq: [0x9C]
    case .popfq: [0x9D]
    case .cbw: [0x66, 0x98]
    case .cwde: [0x98]
    case .cdqe: [0x48, 0x98]
    case .cwd: [0x66, 0x99]
    case .cpuid: [0x0F, 0xA2]
    case .rdtsc: [0x0F, 0x31]
    case .rdtscp: [0x0F, 0x01, 0xF9]
    case .xgetbv: [0x0F, 0x01, 0xD0]
    case .pause: [0xF3, 0x90]
    case .lfence: [0x0F, 0xAE, 0xE8]
    case .mfence: [0x0F, 0xAE, 0xF0]
    case .sfence: [0x0F, 0xAE, 0xF8]
    default: nil
    }
  }

  /// The opcode of a string operation on bytes; that on wider elements is one higher.
  static func stringOpcode(_ opcode: X86Opcode) -> UInt8? {
    switch opcode {
    case .movs: 0xA4
    case .cmps: 0xA6
    case .stos: 0xAA
    case .lods: 0xAC
    case .scas: 0xAE
    default: nil
    }
  }

  static func encodeSystem(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor
  ) {
    if instruction.form == .none, let bytes = fixedBytes(opcode) {
      for byte in bytes { cursor.put8(byte) }
    } else if instruction.form == .none, let code = stringOpcode(opcode) {
      putOpcode(
        OpcodeBytes(code, width: instruction.width), operandSizePrefix: instruction.width == 2,
        rex: instruction.width & 8, forceREX: false, &cursor)
    } else if instruction.form == .i,
      let limits = opcode.immediateLimits(width: instruction.width)
    {
      if !limits.contains(instruction.immediate) {
        encodingFailure(instruction, "immediate out of range")
      }
      cursor.put8(opcode == .int ? 0xCD : 0xC2)
      cursor.put8(UInt8(truncatingIfNeeded: instruction.immediate))
      cursor.put8(UInt8(truncatingIfNeeded: instruction.immediate >> 8), if: opcode != .int)
    } else {
      encodingFailure(instruction, "no such form")
    }
  }

  static func encodeSynchronized(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    if !opcode.forms.contains(instruction.form) {
      encodingFailure(instruction, "no such form")
    }
    let width = instruction.width
    func byWidth(_ code: UInt8) -> OpcodeBytes {
      OpcodeBytes(escaped: width == 1 ? code : code + 1)
    }
    switch opcode {
    case .cmpxchg: encodeStoreLike(byWidth(0xB0), instruction, &cursor, &buffer)
    case .xadd: encodeStoreLike(byWidth(0xC0), instruction, &cursor, &buffer)
    case .movnti: encodeStoreLike(OpcodeBytes(escaped: 0xC3), instruction, &cursor, &buffer)
    case .cmpxchg8b, .cmpxchg16b:
      encodeSingle(
        OpcodeBytes(escaped: 0xC7), width: opcode == .cmpxchg16b ? 8 : 4, digit: 1, instruction,
        &cursor, &buffer)
    default:
      encodeSingle(
        OpcodeBytes(escaped: 0xAE), width: 4, digit: opcode == .ldmxcsr ? 2 : 3, instruction,
        &cursor, &buffer)
    }
  }

  /// Instructions that choose elements by a number, or gather bits of elements.
  static func encodeElements(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let bytes = moreFloatEncoding(opcode, instruction)
    switch instruction.form {
    case .rr where opcode.forms.contains(.rr):
      let d = general(instruction.d, instruction)
      putRegisters(bytes, width: 4, reg: d, rm: float(instruction.s, instruction), &cursor)
    case .rri where opcode.forms.contains(.rri), .rmi where opcode.forms.contains(.rmi):
      if instruction.immediate < 0 || instruction.immediate > 0xFF {
        encodingFailure(instruction, "immediate out of range")
      }
      let d = float(instruction.d, instruction)
      if instruction.form == .rri {
        putRegisters(bytes, width: 4, reg: d, rm: float(instruction.s, instruction), &cursor)
      } else {
        putMemory(bytes, width: 4, reg: d, instruction, trailing: 1, &cursor, &buffer)
      }
      cursor.put8(UInt8(truncatingIfNeeded: instruction.immediate))
    default: encodingFailure(instruction, "no such form")
    }
  }

  /// The opcode and its extension of a shift by a number.
  static let vectorShifts: [(opcode: X86Opcode, code: UInt8, digit: UInt8)] = [
    (.psrlwBy, 0x71, 2), (.psrawBy, 0x71, 4), (.psllwBy, 0x71, 6),
    (.psrldBy, 0x72, 2), (.psradBy, 0x72, 4), (.pslldBy, 0x72, 6),
    (.psrlqBy, 0x73, 2), (.psrldqBy, 0x73, 3), (.psllqBy, 0x73, 6), (.pslldqBy, 0x73, 7),
  ]

  static func encodeVectorShift(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor
  ) {
    guard instruction.form == .ri, let shift = vectorShifts.first(where: { $0.opcode == opcode })
    else { encodingFailure(instruction, "no such form") }
    if instruction.immediate < 0 || instruction.immediate > 0xFF {
      encodingFailure(instruction, "immediate out of range")
    }
    putRegisters(
      OpcodeBytes(escaped: shift.code, prefix: 0x66), width: 4, reg: shift.digit,
      rm: float(instruction.d, instruction), &cursor)
    cursor.put8(UInt8(truncatingIfNeeded: instruction.immediate))
  }

  static func moreFloatEncoding(
    _ opcode: X86Opcode, _ instruction: MachineInstruction
  ) -> OpcodeBytes {
    for entry in moreFloatOpcodes where entry.opcode == opcode {
      return OpcodeBytes(escaped: entry.code, prefix: entry.prefix)
    }
    encodingFailure(instruction, "not an SSE instruction")
  }

  /// The SSE instructions that the compiler does not emit, with their mandatory prefix (Intel
  /// manual, volume 2, appendix A.3).
  static let moreFloatOpcodes: [(opcode: X86Opcode, prefix: UInt8, code: UInt8)] = [
    (.movups, 0, 0x10), (.movupd, 0x66, 0x10), (.movdqa, 0x66, 0x6F), (.movdqu, 0xF3, 0x6F),
    (.movdMemory, 0x66, 0x6E), (.movqMemory, 0xF3, 0x7E),
    (.sqrtss, 0xF3, 0x51), (.addss, 0xF3, 0x58), (.mulss, 0xF3, 0x59), (.subss, 0xF3, 0x5C),
    (.minss, 0xF3, 0x5D), (.divss, 0xF3, 0x5E), (.maxss, 0xF3, 0x5F),
    (.ucomiss, 0, 0x2E), (.comiss, 0, 0x2F),
    (.sqrtpd, 0x66, 0x51), (.addpd, 0x66, 0x58), (.mulpd, 0x66, 0x59), (.subpd, 0x66, 0x5C),
    (.minpd, 0x66, 0x5D), (.divpd, 0x66, 0x5E), (.maxpd, 0x66, 0x5F),
    (.sqrtps, 0, 0x51), (.addps, 0, 0x58), (.mulps, 0, 0x59), (.subps, 0, 0x5C),
    (.minps, 0, 0x5D), (.divps, 0, 0x5E), (.maxps, 0, 0x5F),
    (.unpcklps, 0, 0x14), (.andps, 0, 0x54), (.andnps, 0, 0x55), (.orps, 0, 0x56),
    (.xorps, 0, 0x57),
    (.punpcklbw, 0x66, 0x60), (.pcmpgtb, 0x66, 0x64), (.pcmpgtw, 0x66, 0x65),
    (.pcmpgtd, 0x66, 0x66), (.punpcklqdq, 0x66, 0x6C), (.pshufd, 0x66, 0x70),
    (.pcmpeqb, 0x66, 0x74), (.pcmpeqw, 0x66, 0x75), (.pcmpeqd, 0x66, 0x76),
    (.shufps, 0, 0xC6), (.shufpd, 0x66, 0xC6), (.paddq, 0x66, 0xD4), (.pmovmskb, 0x66, 0xD7),
    (.pminub, 0x66, 0xDA), (.pand, 0x66, 0xDB), (.pmaxub, 0x66, 0xDE), (.pandn, 0x66, 0xDF),
    (.por, 0x66, 0xEB), (.pxor, 0x66, 0xEF), (.psubb, 0x66, 0xF8), (.psubw, 0x66, 0xF9),
    (.psubd, 0x66, 0xFA), (.psubq, 0x66, 0xFB), (.paddb, 0x66, 0xFC), (.paddw, 0x66, 0xFD),
    (.paddd, 0x66, 0xFE), (.movmskpd, 0x66, 0x50), (.movmskps, 0, 0x50),
    (.unpckhpd, 0x66, 0x15), (.unpckhps, 0, 0x15), (.punpcklwd, 0x66, 0x61),
    (.punpckldq, 0x66, 0x62), (.punpckhbw, 0x66, 0x68), (.punpckhwd, 0x66, 0x69),
    (.punpckhdq, 0x66, 0x6A), (.punpckhqdq, 0x66, 0x6D), (.packuswb, 0x66, 0x67),
    (.packsswb, 0x66, 0x63), (.packssdw, 0x66, 0x6B), (.pmuludq, 0x66, 0xF4),
    (.pmullw, 0x66, 0xD5), (.pmulhw, 0x66, 0xE5), (.pmulhuw, 0x66, 0xE4), (.pmaddwd, 0x66, 0xF5),
    (.psadbw, 0x66, 0xF6), (.pavgb, 0x66, 0xE0), (.pavgw, 0x66, 0xE3), (.pminsw, 0x66, 0xEA),
    (.pmaxsw, 0x66, 0xEE), (.psllw, 0x66, 0xF1), (.pslld, 0x66, 0xF2), (.psllq, 0x66, 0xF3),
    (.psrlw, 0x66, 0xD1), (.psrld, 0x66, 0xD2), (.psrlq, 0x66, 0xD3), (.psraw, 0x66, 0xE1),
    (.psrad, 0x66, 0xE2), (.paddusb, 0x66, 0xDC), (.paddusw, 0x66, 0xDD), (.paddsb, 0x66, 0xEC),
    (.paddsw, 0x66, 0xED), (.psubusb, 0x66, 0xD8), (.psubusw, 0x66, 0xD9), (.psubsb, 0x66, 0xE8),
    (.psubsw, 0x66, 0xE9), (.cvtdq2pd, 0xF3, 0xE6), (.cvtdq2ps, 0, 0x5B),
    (.cvttps2dq, 0xF3, 0x5B), (.cvtps2dq, 0x66, 0x5B), (.cvttpd2dq, 0x66, 0xE6),
    (.cvtps2pd, 0, 0x5A), (.cvtpd2ps, 0x66, 0x5A), (.pshuflw, 0xF2, 0x70), (.pshufhw, 0xF3, 0x70),
    (.cmpsdBy, 0xF2, 0xC2), (.cmpssBy, 0xF3, 0xC2), (.cmppdBy, 0x66, 0xC2), (.cmppsBy, 0, 0xC2),
  ]
}

import Codegen

// SSE and SSE2: doubles, and what little of single precision conversions need.

extension X86Encoder {
  /// Instructions between SSE registers and memory.
  static func encodeFloat(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    var bytes = floatEncoding(opcode, instruction)
    switch instruction.form {
    case .rr:
      let d = float(instruction.d, instruction)
      let s = float(instruction.s, instruction)
      putRegisters(bytes, width: 4, reg: d, rm: s, &cursor)
    case .rm:
      let d = float(instruction.d, instruction)
      putMemory(bytes, width: 4, reg: d, instruction, &cursor, &buffer)
    case .mr where opcode.forms.contains(.mr):
      let s = float(instruction.s, instruction)
      bytes = storeEncoding(opcode, bytes)
      putMemory(bytes, width: 4, reg: s, instruction, &cursor, &buffer)
    default: encodingFailure(instruction, "no such form")
    }
  }

  /// Of an instruction that loads, the one that stores: mostly the opcode is one higher.
  private static func storeEncoding(_ opcode: X86Opcode, _ load: OpcodeBytes) -> OpcodeBytes {
    var bytes = load
    switch opcode {
    case .movdqa, .movdqu, .movdMemory: bytes.opcode += 0x10
    case .movqMemory: bytes = OpcodeBytes(escaped: 0xD6, prefix: 0x66)
    default: bytes.opcode += 1
    }
    return bytes
  }

  private static func floatEncoding(
    _ opcode: X86Opcode, _ instruction: MachineInstruction
  ) -> OpcodeBytes {
    switch opcode {
    case .movsd: OpcodeBytes(escaped: 0x10, prefix: 0xF2)
    case .movss: OpcodeBytes(escaped: 0x10, prefix: 0xF3)
    case .movapd: OpcodeBytes(escaped: 0x28, prefix: 0x66)
    case .movaps: OpcodeBytes(escaped: 0x28)
    case .sqrtsd: OpcodeBytes(escaped: 0x51, prefix: 0xF2)
    case .addsd: OpcodeBytes(escaped: 0x58, prefix: 0xF2)
    case .mulsd: OpcodeBytes(escaped: 0x59, prefix: 0xF2)
    case .subsd: OpcodeBytes(escaped: 0x5C, prefix: 0xF2)
    case .minsd: OpcodeBytes(escaped: 0x5D, prefix: 0xF2)
    case .divsd: OpcodeBytes(escaped: 0x5E, prefix: 0xF2)
    case .maxsd: OpcodeBytes(escaped: 0x5F, prefix: 0xF2)
    case .ucomisd: OpcodeBytes(escaped: 0x2E, prefix: 0x66)
    case .comisd: OpcodeBytes(escaped: 0x2F, prefix: 0x66)
    case .unpcklpd: OpcodeBytes(escaped: 0x14, prefix: 0x66)
    case .andpd: OpcodeBytes(escaped: 0x54, prefix: 0x66)
    case .andnpd: OpcodeBytes(escaped: 0x55, prefix: 0x66)
    case .orpd: OpcodeBytes(escaped: 0x56, prefix: 0x66)
    case .xorpd: OpcodeBytes(escaped: 0x57, prefix: 0x66)
    case .cvtsd2ss: OpcodeBytes(escaped: 0x5A, prefix: 0xF2)
    case .cvtss2sd: OpcodeBytes(escaped: 0x5A, prefix: 0xF3)
    default: moreFloatEncoding(opcode, instruction)
    }
  }

  /// Between the register files. `width` is that of the integer.
  static func encodeConversion(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    switch opcode {
    case .cvtsi2sd, .cvttsd2si, .cvtsd2si, .cvtsi2ss, .cvttss2si, .cvtss2si:
      let toFloat = opcode == .cvtsi2sd || opcode == .cvtsi2ss
      let truncates = opcode == .cvttsd2si || opcode == .cvttss2si
      let isSingle = opcode == .cvtsi2ss || opcode == .cvttss2si || opcode == .cvtss2si
      let bytes = OpcodeBytes(
        escaped: toFloat ? 0x2A : truncates ? 0x2C : 0x2D, prefix: isSingle ? 0xF3 : 0xF2)
      let d = toFloat ? float(instruction.d, instruction) : general(instruction.d, instruction)
      if instruction.form == .rm {
        putMemory(bytes, width: instruction.width, reg: d, instruction, &cursor, &buffer)
      } else {
        if instruction.form != .rr { encodingFailure(instruction, "no such form") }
        let s = toFloat ? general(instruction.s, instruction) : float(instruction.s, instruction)
        putRegisters(bytes, width: instruction.width, reg: d, rm: s, &cursor)
      }
    default:
      if instruction.form != .rr { encodingFailure(instruction, "no such form") }
      let width: UInt8 = opcode == .movqToXMM || opcode == .movqFromXMM ? 8 : 4
      let toXMM = opcode == .movqToXMM || opcode == .movdToXMM
      let x = float(toXMM ? instruction.d : instruction.s, instruction)
      let g = general(toXMM ? instruction.s : instruction.d, instruction)
      putRegisters(
        OpcodeBytes(escaped: toXMM ? 0x6E : 0x7E, prefix: 0x66), width: width, reg: x, rm: g,
        &cursor)
    }
  }
}

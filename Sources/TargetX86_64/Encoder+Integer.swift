import Codegen

// Integer arithmetic, shifts and bit operations.

extension X86Encoder {
  /// `add` … `cmp`: eight operations with one scheme, numbered as the enumeration numbers them.
  static func encodeArithmetic(
    _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let operation = UInt8(truncatingIfNeeded: instruction.opcode)
    let width = instruction.width
    switch instruction.form {
    case .rr:
      encodeStoreLike(OpcodeBytes(operation << 3, width: width), instruction, &cursor, &buffer)
    case .mr:
      encodeStoreLike(OpcodeBytes(operation << 3, width: width), instruction, &cursor, &buffer)
    case .rm:
      let d = general(instruction.d, instruction)
      putMemory(
        OpcodeBytes(operation << 3 | 2, width: width), width: width, reg: d, instruction,
        forceREX: needsREX(d, width: width), &cursor, &buffer)
    case .ri:
      let d = general(instruction.d, instruction)
      let value = immediate(instruction)
      if width != 1 && fitsInByte(value) {
        putRegisters(OpcodeBytes(0x83), width: width, reg: operation, rm: d, &cursor)
        cursor.put8(UInt8(truncatingIfNeeded: value))
        return
      }
      if d == 0 {
        putRegisterInOpcode(
          OpcodeBytes(operation << 3 | 4, width: width), width: width, 0, &cursor)
      } else {
        putRegisters(
          OpcodeBytes(0x80, width: width), width: width, reg: operation, rm: d,
          forceREX: needsREX(d, width: width), &cursor)
      }
      putImmediate(value, width: width, &cursor)
    case .mi:
      let value = immediate(instruction)
      let isShort = width != 1 && fitsInByte(value)
      putMemory(
        isShort ? OpcodeBytes(0x83) : OpcodeBytes(0x80, width: width), width: width, reg: operation,
        instruction, trailing: isShort ? 1 : immediateSize(width: width), &cursor, &buffer)
      putImmediate(value, width: isShort ? 1 : width, &cursor)
    default: encodingFailure(instruction, "no such form")
    }
  }

  /// d or memory is the operand that ModRM calls rm, s the one it calls reg.
  @inline(__always)
  static func encodeStoreLike(
    _ bytes: OpcodeBytes, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let width = instruction.width
    let s = general(instruction.s, instruction)
    if instruction.form == .mr {
      putMemory(
        bytes, width: width, reg: s, instruction, forceREX: needsREX(s, width: width), &cursor,
        &buffer)
    } else {
      let d = general(instruction.d, instruction)
      putRegisters(
        bytes, width: width, reg: s, rm: d, forceREX: needsREX(d | s, width: width), &cursor)
    }
  }

  /// d is the operand that ModRM calls reg, s or memory the one it calls rm.
  @inline(__always)
  static func encodeLoadLike(
    _ bytes: OpcodeBytes, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let d = general(instruction.d, instruction)
    switch instruction.form {
    case .rr:
      let s = general(instruction.s, instruction)
      putRegisters(bytes, width: instruction.width, reg: d, rm: s, &cursor)
    case .rm: putMemory(bytes, width: instruction.width, reg: d, instruction, &cursor, &buffer)
    default: encodingFailure(instruction, "no such form")
    }
  }

  /// d or memory is the only operand; `digit` extends the opcode. `width` 4 where no prefix is
  /// wanted.
  @inline(__always)
  static func encodeSingle(
    _ bytes: OpcodeBytes, width: UInt8, digit: UInt8, _ instruction: MachineInstruction,
    trailing: Int = 0, _ cursor: inout CodeCursor, _ buffer: inout CodeBuffer
  ) {
    switch instruction.form {
    case .r, .ri:
      let d = general(instruction.d, instruction)
      putRegisters(
        bytes, width: width, reg: digit, rm: d, forceREX: needsREX(d, width: width), &cursor)
    case .m, .mi:
      putMemory(
        bytes, width: width, reg: digit, instruction, trailing: trailing, &cursor, &buffer)
    default: encodingFailure(instruction, "no such form")
    }
  }

  static func encodeTest(
    _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let width = instruction.width
    switch instruction.form {
    case .rr, .mr:
      encodeStoreLike(OpcodeBytes(0x84, width: width), instruction, &cursor, &buffer)
    case .ri where instruction.d.index == 0:
      let value = immediate(instruction)
      putRegisterInOpcode(OpcodeBytes(0xA8, width: width), width: width, 0, &cursor)
      putImmediate(value, width: width, &cursor)
    case .ri, .mi:
      let value = immediate(instruction)
      encodeSingle(
        OpcodeBytes(0xF6, width: width), width: width, digit: 0, instruction,
        trailing: immediateSize(width: width), &cursor, &buffer)
      putImmediate(value, width: width, &cursor)
    default: encodingFailure(instruction, "no such form")
    }
  }

  static func encodeMultiply(
    _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let width = instruction.width
    let d = general(instruction.d, instruction)
    switch instruction.form {
    case .rr, .rm:
      encodeLoadLike(OpcodeBytes(escaped: 0xAF), instruction, &cursor, &buffer)
    case .rri, .rmi:
      let value = immediate(instruction)
      let isShort = fitsInByte(value)
      let bytes = OpcodeBytes(isShort ? 0x6B : 0x69)
      if instruction.form == .rri {
        let s = general(instruction.s, instruction)
        putRegisters(bytes, width: width, reg: d, rm: s, &cursor)
      } else {
        putMemory(
          bytes, width: width, reg: d, instruction,
          trailing: isShort ? 1 : immediateSize(width: width), &cursor, &buffer)
      }
      putImmediate(value, width: isShort ? 1 : width, &cursor)
    default: encodingFailure(instruction, "no such form")
    }
  }

  /// Instructions of one operand.
  static func encodeUnary(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let (byte, digit): (UInt8, UInt8) =
      switch opcode {
      case .inc: (0xFE, 0)
      case .dec: (0xFE, 1)
      case .not: (0xF6, 2)
      case .neg: (0xF6, 3)
      case .mul: (0xF6, 4)
      case .imulWide: (0xF6, 5)
      case .div: (0xF6, 6)
      case .idiv: (0xF6, 7)
      default: (0xD2, shiftDigit(opcode, instruction))
      }
    if instruction.form != .r && instruction.form != .m {
      encodingFailure(instruction, "no such form")
    }
    let width = instruction.width
    encodeSingle(
      OpcodeBytes(byte, width: width), width: width, digit: digit, instruction, &cursor, &buffer)
  }

  /// Shifts by a constant; by one is a byte shorter.
  static func encodeShift(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    if instruction.form != .ri && instruction.form != .mi {
      encodingFailure(instruction, "no such form")
    }
    let width = instruction.width
    let count = shiftCount(instruction)
    let digit = shiftDigit(opcode, instruction)
    let isByOne = count == 1
    encodeSingle(
      OpcodeBytes(isByOne ? 0xD0 : 0xC0, width: width), width: width, digit: digit, instruction,
      trailing: isByOne ? 0 : 1, &cursor, &buffer)
    cursor.put8(count, if: !isByOne)
  }

  /// The immediate of a shift or bit test: a number below the operand's width in bits.
  private static func shiftCount(_ instruction: MachineInstruction) -> UInt8 {
    if instruction.immediate < 0 || instruction.immediate >= Int64(instruction.width) * 8 {
      encodingFailure(instruction, "count out of range")
    }
    return UInt8(truncatingIfNeeded: instruction.immediate)
  }

  private static func shiftDigit(
    _ opcode: X86Opcode, _ instruction: MachineInstruction
  ) -> UInt8 {
    switch opcode {
    case .rol, .rolCL: 0
    case .ror, .rorCL: 1
    case .rcl, .rclCL: 2
    case .rcr, .rcrCL: 3
    case .shl, .shlCL: 4
    case .shr, .shrCL: 5
    case .sar, .sarCL: 7
    default: encodingFailure(instruction, "not a shift")
    }
  }

  static func encodeDoubleShift(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor
  ) {
    let d = general(instruction.d, instruction)
    let s = general(instruction.s, instruction)
    let byCL = opcode == .shldCL || opcode == .shrdCL
    if instruction.form != (byCL ? .rr : .rri) { encodingFailure(instruction, "no such form") }
    let byte: UInt8 = opcode == .shld || opcode == .shldCL ? 0xA4 : 0xAC
    let count = byCL ? 0 : shiftCount(instruction)
    putRegisters(
      OpcodeBytes(escaped: byte | (byCL ? 1 : 0)), width: instruction.width, reg: s, rm: d, &cursor)
    cursor.put8(count, if: !byCL)
  }

  static func encodeBitTest(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let digit: UInt8 =
      switch opcode {
      case .bt: 4
      case .bts: 5
      case .btr: 6
      default: 7
      }
    switch instruction.form {
    case .rr, .mr:
      encodeStoreLike(OpcodeBytes(escaped: 0x83 | digit << 3), instruction, &cursor, &buffer)
    case .ri, .mi:
      let bit = shiftCount(instruction)
      encodeSingle(
        OpcodeBytes(escaped: 0xBA), width: instruction.width, digit: digit, instruction,
        trailing: 1, &cursor, &buffer)
      cursor.put8(bit)
    default: encodingFailure(instruction, "no such form")
    }
  }

  static func bitCountEncoding(_ opcode: X86Opcode) -> OpcodeBytes {
    switch opcode {
    case .popcnt: OpcodeBytes(escaped: 0xB8, prefix: 0xF3)
    case .tzcnt: OpcodeBytes(escaped: 0xBC, prefix: 0xF3)
    case .lzcnt: OpcodeBytes(escaped: 0xBD, prefix: 0xF3)
    case .bsf: OpcodeBytes(escaped: 0xBC)
    default: OpcodeBytes(escaped: 0xBD)
    }
  }
}

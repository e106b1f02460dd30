import Codegen

// Moves between integer registers and memory, and addresses.

extension X86Encoder {
  static func encodeMove(
    _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let width = instruction.width
    switch instruction.form {
    case .rr, .mr:
      encodeStoreLike(OpcodeBytes(0x88, width: width), instruction, &cursor, &buffer)
    case .rm:
      let d = general(instruction.d, instruction)
      putMemory(
        OpcodeBytes(0x8A, width: width), width: width, reg: d, instruction,
        forceREX: needsREX(d, width: width), &cursor, &buffer)
    case .ri: encodeConstant(instruction, &cursor)
    case .mi:
      let value = immediate(instruction)
      putMemory(
        OpcodeBytes(0xC6, width: width), width: width, reg: 0, instruction,
        trailing: immediateSize(width: width), &cursor, &buffer)
      putImmediate(value, width: width, &cursor)
    case .rSymbol where width == 4:
      putRegisterInOpcode(
        OpcodeBytes(0xB8), width: 4, general(instruction.d, instruction), &cursor)
      putSymbolField(X86Relocation.absolute32, instruction, addend: 0, &cursor, &buffer)
    default: encodingFailure(instruction, "no such form")
    }
  }

  /// A constant, in the shortest way that keeps the flags: writing the lower half clears the upper
  /// one, so that 32 bits do for numbers without sign; then 32 bits with sign, then all 64.
  private static func encodeConstant(
    _ instruction: MachineInstruction, _ cursor: inout CodeCursor
  ) {
    let d = general(instruction.d, instruction)
    let value = instruction.immediate
    let width = instruction.width
    if width != 8 {
      let narrow = immediate(instruction)
      putRegisterInOpcode(
        OpcodeBytes(width == 1 ? 0xB0 : 0xB8), width: width, d, forceREX: needsREX(d, width: width),
        &cursor)
      putImmediate(narrow, width: width, &cursor)
    } else if value >> 32 == 0 {
      putRegisterInOpcode(OpcodeBytes(0xB8), width: 4, d, &cursor)
      cursor.put32(Int32(truncatingIfNeeded: value))
    } else if value == Int64(Int32(truncatingIfNeeded: value)) {
      putRegisters(OpcodeBytes(0xC7), width: 8, reg: 0, rm: d, &cursor)
      cursor.put32(Int32(truncatingIfNeeded: value))
    } else {
      putRegisterInOpcode(OpcodeBytes(0xB8), width: 8, d, &cursor)
      cursor.put64(value)
    }
  }

  static func encodeExtension(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let (bytes, sourceWidth): (OpcodeBytes, UInt8) =
      switch opcode {
      case .movzx8: (OpcodeBytes(escaped: 0xB6), 1)
      case .movzx16: (OpcodeBytes(escaped: 0xB7), 2)
      case .movsx8: (OpcodeBytes(escaped: 0xBE), 1)
      case .movsx16: (OpcodeBytes(escaped: 0xBF), 2)
      default: (OpcodeBytes(0x63), 4)
      }
    let d = general(instruction.d, instruction)
    switch instruction.form {
    case .rr:
      let s = general(instruction.s, instruction)
      putRegisters(
        bytes, width: instruction.width, reg: d, rm: s, forceREX: needsREX(s, width: sourceWidth),
        &cursor)
    case .rm: putMemory(bytes, width: instruction.width, reg: d, instruction, &cursor, &buffer)
    default: encodingFailure(instruction, "no such form")
    }
  }

  static func encodeAddress(
    _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let d = general(instruction.d, instruction)
    let width = instruction.width
    switch instruction.form {
    case .rm: putMemory(OpcodeBytes(0x8D), width: width, reg: d, instruction, &cursor, &buffer)
    case .rSymbol, .rLabel:
      let rex = (width & 8) | (d & 8) >> 1
      putOpcode(OpcodeBytes(0x8D), operandSizePrefix: false, rex: rex, forceREX: false, &cursor)
      cursor.put8((d & 7) << 3 | 5)
      if instruction.form == .rSymbol {
        putSymbolField(X86Relocation.pc32, instruction, addend: -4, &cursor, &buffer)
      } else {
        putLabelField(.relative, instruction, &cursor, &buffer)
      }
    default: encodingFailure(instruction, "no such form")
    }
  }

  /// Exchanges. With the accumulator there is a form of one byte, of which `xchg eax, eax` would be
  /// taken for the `nop` that does not clear the upper half.
  static func encodeExchange(
    _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let width = instruction.width
    guard instruction.form == .rr else {
      if instruction.form != .mr { encodingFailure(instruction, "no such form") }
      encodeStoreLike(OpcodeBytes(0x86, width: width), instruction, &cursor, &buffer)
      return
    }
    let d = general(instruction.d, instruction)
    let s = general(instruction.s, instruction)
    if d | s == 0 && width == 8 {
      cursor.put8(0x90)
    } else if width != 1 && (d == 0 || s == 0) && (d | s != 0 || width != 4) {
      putRegisterInOpcode(OpcodeBytes(0x90), width: width, d | s, &cursor)
    } else {
      encodeStoreLike(OpcodeBytes(0x86, width: width), instruction, &cursor, &buffer)
    }
  }

  static func encodeStackOrSwap(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    switch (opcode, instruction.form) {
    case (.push, .r):
      putRegisterInOpcode(OpcodeBytes(0x50), width: 4, general(instruction.d, instruction), &cursor)
    case (.pop, .r):
      putRegisterInOpcode(OpcodeBytes(0x58), width: 4, general(instruction.d, instruction), &cursor)
    case (.bswap, .r):
      let d = general(instruction.d, instruction)
      putRegisterInOpcode(OpcodeBytes(escaped: 0xC8), width: instruction.width, d, &cursor)
    case (.push, .i):
      let value = immediate(instruction)
      cursor.put8(fitsInByte(value) ? 0x6A : 0x68)
      putImmediate(value, width: fitsInByte(value) ? 1 : 4, &cursor)
    case (.push, .m): putMemory(OpcodeBytes(0xFF), width: 4, reg: 6, instruction, &cursor, &buffer)
    case (.pop, .m): putMemory(OpcodeBytes(0x8F), width: 4, reg: 0, instruction, &cursor, &buffer)
    default: encodingFailure(instruction, "no such form")
    }
  }
}

import Codegen
import ELF

// Prefixes, ModRM, SIB and displacement: what all instructions have in common.
//
//   [66] [F2 | F3] [REX] [0F] opcode  ModRM [SIB] [disp8 | disp32] [immediate]

/// The opcode of an instruction with its mandatory prefix and escape byte.
struct OpcodeBytes {
  var opcode: UInt8
  /// 0 if there is none.
  var prefix: UInt8
  /// Whether 0F stands before the opcode.
  var isEscaped: Bool

  @inline(__always) init(_ opcode: UInt8) {
    self.opcode = opcode
    prefix = 0
    isEscaped = false
  }

  @inline(__always) init(escaped opcode: UInt8, prefix: UInt8 = 0) {
    self.opcode = opcode
    self.prefix = prefix
    isEscaped = true
  }

  /// An opcode whose lowest bit is 0 for bytes and 1 for wider operands.
  @inline(__always) init(_ opcode: UInt8, width: UInt8) {
    self.init(opcode | (width == 1 ? 0 : 1))
  }
}

/// Relocation types of the x86-64 ELF supplement, table 4.9.
enum X86Relocation {
  static let absolute64: UInt32 = 1
  static let pc32: UInt32 = 2
  static let plt32: UInt32 = 4
  static let absolute32: UInt32 = 10

  /// Bytes of the field.
  static func size(_ kind: UInt32) -> Int { kind == absolute64 ? 8 : 4 }
}

extension X86Encoder {
  /// The number of a general register.
  @inline(__always)
  static func general(_ register: Register, _ instruction: MachineInstruction) -> UInt8 {
    if UInt32(bitPattern: register.index) >= 16 {
      encodingFailure(instruction, "operand is not a general register")
    }
    return UInt8(truncatingIfNeeded: register.index)
  }

  /// The number of an SSE register.
  @inline(__always)
  static func float(_ register: Register, _ instruction: MachineInstruction) -> UInt8 {
    let number = UInt32(bitPattern: register.index &- Register.firstFloat)
    if number >= 16 { encodingFailure(instruction, "operand is not an SSE register") }
    return UInt8(truncatingIfNeeded: number)
  }

  @inline(__always)
  static func condition(_ instruction: MachineInstruction) -> UInt8 {
    if instruction.condition >= 16 { encodingFailure(instruction, "no such condition") }
    return instruction.condition
  }

  /// Bytes 4 to 7 need a REX prefix: without one they are ah, ch, dh and bh.
  @inline(__always)
  static func needsREX(_ number: UInt8, width: UInt8) -> Bool { width == 1 && number >= 4 }

  /// Everything before ModRM. `rex` holds the bits W, R, X and B.
  @inline(__always)
  static func putOpcode(
    _ bytes: OpcodeBytes, operandSizePrefix: Bool, rex: UInt8, forceREX: Bool,
    _ cursor: inout CodeCursor
  ) {
    cursor.put8(0x66, if: operandSizePrefix)
    cursor.put8(bytes.prefix, if: bytes.prefix != 0)
    cursor.put8(0x40 | rex, if: rex != 0 || forceREX)
    cursor.put8(0x0F, if: bytes.isEscaped)
    cursor.put8(bytes.opcode)
  }

  /// An instruction with the register (or opcode extension) `reg` and the register `rm`. `width`
  /// tells the prefixes: 2 gives 66, 8 gives REX.W; instructions that need neither pass 4.
  @inline(__always)
  static func putRegisters(
    _ bytes: OpcodeBytes, width: UInt8, reg: UInt8, rm: UInt8, forceREX: Bool = false,
    _ cursor: inout CodeCursor
  ) {
    let rex = (width & 8) | (reg & 8) >> 1 | rm >> 3
    putOpcode(bytes, operandSizePrefix: width == 2, rex: rex, forceREX: forceREX, &cursor)
    cursor.put8(0xC0 | (reg & 7) << 3 | rm & 7)
  }

  /// An instruction with the register number in the opcode's low bits.
  @inline(__always)
  static func putRegisterInOpcode(
    _ bytes: OpcodeBytes, width: UInt8, _ register: UInt8, forceREX: Bool = false,
    _ cursor: inout CodeCursor
  ) {
    var bytes = bytes
    bytes.opcode |= register & 7
    putOpcode(
      bytes, operandSizePrefix: width == 2, rex: (width & 8) | register >> 3, forceREX: forceREX,
      &cursor)
  }

  /// An instruction with the register (or opcode extension) `reg` and the memory operand of
  /// `instruction`.
  ///
  /// `trailing`: bytes of immediate that follow. The program counter of a relative operand is that
  /// of the next instruction, so they belong to the addend of its relocation.
  static func putMemory(
    _ bytes: OpcodeBytes, width: UInt8, reg: UInt8, _ instruction: MachineInstruction,
    forceREX: Bool = false, trailing: Int = 0, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    let hasBase = !instruction.base.isNone && instruction.base != .rip
    let base = hasBase ? general(instruction.base, instruction) : 0
    let index = instruction.index.isNone ? 0 : general(instruction.index, instruction)
    let rex = (width & 8) | (reg & 8) >> 1 | (index & 8) >> 2 | base >> 3
    putOpcode(bytes, operandSizePrefix: width == 2, rex: rex, forceREX: forceREX, &cursor)
    let field = (reg & 7) << 3
    if !hasBase {
      putMemoryWithoutBase(field, index, instruction, trailing, &cursor, &buffer)
      return
    }
    if instruction.target >= 0 {
      encodingFailure(instruction, "a symbol excludes a base register")
    }
    let displacement = instruction.displacement
    let mode: UInt8
    if displacement == 0 && base & 7 != 5 {  // of rbp and r13 there is no form without
      mode = 0x00
    } else {
      mode = fitsInByte(displacement) ? 0x40 : 0x80
    }
    if instruction.index.isNone && base & 7 != 4 {  // rsp and r12 announce a SIB byte
      cursor.put8(mode | field | base & 7)
    } else {
      cursor.put8(mode | field | 4)
      cursor.put8(scaleAndIndex(instruction, index) | base & 7)
    }
    if mode == 0x40 {
      cursor.put8(UInt8(truncatingIfNeeded: displacement))
    } else if mode == 0x80 {
      cursor.put32(displacement)
    }
  }

  /// The forms without a base register: relative to the program counter, or an address and perhaps
  /// an index.
  private static func putMemoryWithoutBase(
    _ field: UInt8, _ index: UInt8, _ instruction: MachineInstruction, _ trailing: Int,
    _ cursor: inout CodeCursor, _ buffer: inout CodeBuffer
  ) {
    let isRelative = instruction.base == .rip
    if instruction.target < 0 && !isRelative {
      cursor.put8(field | 4)
      cursor.put8(scaleAndIndex(instruction, index) | 5)
      cursor.put32(instruction.displacement)
      return
    }
    if !instruction.index.isNone {
      encodingFailure(instruction, "a relative address excludes an index register")
    }
    cursor.put8(field | 5)
    if isRelative && instruction.target < 0 {
      cursor.put32(instruction.displacement)
    } else {
      putSymbolField(X86Relocation.pc32, instruction, addend: -4 - trailing, &cursor, &buffer)
    }
  }

  /// Scale and index as they stand in a SIB byte.
  @inline(__always)
  private static func scaleAndIndex(_ instruction: MachineInstruction, _ index: UInt8) -> UInt8 {
    if instruction.index.isNone { return 4 << 3 }
    if index == 4 { encodingFailure(instruction, "rsp cannot be an index") }
    if instruction.scale.nonzeroBitCount != 1 || instruction.scale > 8 {
      encodingFailure(instruction, "the scale is not 1, 2, 4 or 8")
    }
    return UInt8(truncatingIfNeeded: instruction.scale.trailingZeroBitCount) << 6 | (index & 7) << 3
  }

  /// A 32-bit field for the instruction's symbol plus its displacement plus `addend`.
  static func putSymbolField(
    _ kind: UInt32, _ instruction: MachineInstruction, addend: Int,
    _ cursor: inout CodeCursor, _ buffer: inout CodeBuffer
  ) {
    if instruction.target < 0 { encodingFailure(instruction, "no symbol") }
    buffer.relocations.append(
      Relocation(
        offset: cursor.offset, kind: kind, symbol: Int(instruction.target),
        addend: Int(instruction.displacement) + addend))
    cursor.put32(0)
  }

  // MARK: Immediates

  /// The immediate, sign-extended from the operand's width (from 32 bits for width 8). Narrow
  /// operands may be given as signed or unsigned numbers.
  @inline(__always)
  static func immediate(_ instruction: MachineInstruction) -> Int32 {
    let value = instruction.immediate
    switch instruction.width {
    case 1:
      if value < -0x80 || value > 0xFF { encodingFailure(instruction, "immediate out of range") }
      return Int32(Int8(truncatingIfNeeded: value))
    case 2:
      if value < -0x8000 || value > 0xFFFF {
        encodingFailure(instruction, "immediate out of range")
      }
      return Int32(Int16(truncatingIfNeeded: value))
    case 4:
      if value < -0x8000_0000 || value > 0xFFFF_FFFF {
        encodingFailure(instruction, "immediate out of range")
      }
      return Int32(truncatingIfNeeded: value)
    default:
      if value != Int64(Int32(truncatingIfNeeded: value)) {
        encodingFailure(instruction, "immediate out of range")
      }
      return Int32(truncatingIfNeeded: value)
    }
  }

  @inline(__always)
  static func fitsInByte(_ value: Int32) -> Bool { value == Int32(Int8(truncatingIfNeeded: value)) }

  /// Bytes of an immediate that is not shortened to one byte.
  @inline(__always)
  static func immediateSize(width: UInt8) -> Int { Int(min(width, 4)) }

  @inline(__always)
  static func putImmediate(_ value: Int32, width: UInt8, _ cursor: inout CodeCursor) {
    switch width {
    case 1: cursor.put8(UInt8(truncatingIfNeeded: value))
    case 2: cursor.put16(UInt16(truncatingIfNeeded: value))
    default: cursor.put32(value)
    }
  }
}

import Codegen

// Branches, conditions, and instructions without operands.

/// The fields that depend on a label, `CodeBuffer.Fixup.kind`. All are 32 bits wide and get the
/// distance from the field to the label plus what the field holds.
enum X86Fixup: UInt8 {
  case relative
  /// The field ends a `jmp` or `jcc` which may be shortened.
  case jump, conditionalJump
}

extension X86Encoder {
  /// The longest instruction that does nothing and is recommended (Intel manual, volume 2, NOP).
  static let maximumPadding = 9

  static func encodeBranch(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    switch instruction.form {
    case .label, .symbol:
      if opcode == .jcc {
        let condition = condition(instruction)
        cursor.put8(0x0F)
        cursor.put8(0x80 + condition)
      } else {
        cursor.put8(opcode == .jmp ? 0xE9 : 0xE8)
      }
      if instruction.form == .symbol {
        // A place inside a function cannot be reached by way of a procedure linkage table.
        let kind = instruction.displacement == 0 ? X86Relocation.plt32 : X86Relocation.pc32
        putSymbolField(kind, instruction, addend: -4, &cursor, &buffer)
      } else {
        let kind: X86Fixup =
          opcode == .jcc ? .conditionalJump : opcode == .jmp ? .jump : .relative
        putLabelField(kind, instruction, &cursor, &buffer)
      }
    case .r where opcode != .jcc, .m where opcode != .jcc:
      encodeSingle(
        OpcodeBytes(0xFF), width: 4, digit: opcode == .jmp ? 4 : 2, instruction, &cursor, &buffer)
    default: encodingFailure(instruction, "no such form")
    }
  }

  /// The distance from the next instruction to the instruction's label.
  static func putLabelField(
    _ kind: X86Fixup, _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    if instruction.target < 0 { encodingFailure(instruction, "no label") }
    buffer.fixups.append(
      CodeBuffer.Fixup(
        offset: Int32(cursor.offset), label: instruction.target, kind: kind.rawValue))
    cursor.put32(-4)
  }

  static func encodeSet(
    _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    if instruction.form != .r && instruction.form != .m {
      encodingFailure(instruction, "no such form")
    }
    encodeSingle(
      OpcodeBytes(escaped: 0x90 + condition(instruction)), width: 1, digit: 0, instruction, &cursor,
      &buffer)
  }

  static func encodeFixed(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, _ cursor: inout CodeCursor
  ) {
    if opcode == .nop && instruction.form == .i {
      encodePadding(instruction, &cursor)
      return
    }
    if instruction.form != .none { encodingFailure(instruction, "no such form") }
    switch opcode {
    case .cqo: cursor.put16(0x9948)
    case .cdq: cursor.put8(0x99)
    case .ret: cursor.put8(0xC3)
    case .ud2: cursor.put16(0x0B0F)
    case .int3: cursor.put8(0xCC)
    case .endbr64: cursor.put32(Int32(bitPattern: 0xFA1E_0FF3))
    case .syscall: cursor.put16(0x050F)
    case .nop: cursor.put8(0x90)
    default: encodingFailure(instruction, "not an instruction without operands")
    }
  }

  /// One instruction of 1 to 15 bytes that does nothing: the recommended ones up to nine bytes,
  /// then more operand-size prefixes.
  private static func encodePadding(
    _ instruction: MachineInstruction, _ cursor: inout CodeCursor
  ) {
    let length = instruction.immediate
    if length < 1 || length > Int64(maximumLength) {
      encodingFailure(instruction, "length out of range")
    }
    var prefixes = max(length - Int64(maximumPadding), 0)
    if length == 2 || length == 6 || length == 9 { prefixes += 1 }
    if length > 9 { prefixes += 1 }
    for _ in 0..<prefixes { cursor.put8(0x66) }
    switch length - prefixes {
    case 1: cursor.put8(0x90)
    case 3: putLongNop(modRM: 0x00, operand: 0, &cursor)
    case 4: putLongNop(modRM: 0x40, operand: 1, &cursor)
    case 5: putLongNop(modRM: 0x44, operand: 2, &cursor)
    case 7: putLongNop(modRM: 0x80, operand: 4, &cursor)
    default: putLongNop(modRM: 0x84, operand: 5, &cursor)
    }
  }

  /// `nop dword ptr [rax + …]` with `operand` bytes of SIB and displacement, all zero.
  private static func putLongNop(modRM: UInt8, operand: Int, _ cursor: inout CodeCursor) {
    cursor.put16(0x1F0F)
    cursor.put8(modRM)
    for _ in 0..<operand { cursor.put8(0) }
  }
}

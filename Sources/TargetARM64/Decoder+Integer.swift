import Codegen

// Integer instructions, in the order of the manual (Arm ARM, C4.1.92 and C4.1.95).

extension WordDecoding {
  /// Data processing with an immediate.
  func decodeImmediate() -> MachineInstruction? {
    switch bits(23, 3) {
    case 0, 1:
      let value = signed(5, 19) << 2 | Int64(bits(29, 2))
      return bit(31) ? ARM64.ri(.adrp, general(0), value << 12) : ARM64.ri(.adr, general(0), value)
    case 2: return decodeAddImmediate()
    case 4:
      let opcodes: [ARM64Opcode] = [.and, .orr, .eor, .ands]
      let opcode = opcodes[Int(bits(29, 2))]
      guard let value = ARM64BitmaskImmediate.decode(bits(10, 13), width: width) else {
        return nil
      }
      let d = opcode == .ands ? general(0) : generalOrStackPointer(0)
      return ARM64.rri(opcode, d, general(5), Int64(bitPattern: value), width: width)
    case 5:
      let opcodes: [ARM64Opcode?] = [.movn, nil, .movz, .movk]
      guard let opcode = opcodes[Int(bits(29, 2))] else { return nil }
      return ARM64.moveWide(
        opcode, general(0), UInt16(bits(5, 16)), shift: UInt8(bits(21, 2) * 16), width: width)
    case 6:
      guard bits(29, 2) < 3, let opcode = opcode(.sbfm, bits(29, 2)) else { return nil }
      return ARM64.bitfield(
        opcode, general(0), general(5), immr: UInt8(bits(16, 6)), imms: UInt8(bits(10, 6)),
        width: width)
    case 7:
      return ARM64.extr(general(0), general(5), general(16), UInt8(bits(10, 6)), width: width)
    default: return nil
    }
  }

  private func decodeAddImmediate() -> MachineInstruction? {
    guard let opcode = opcode(.add, bits(29, 2)) else { return nil }
    let d = bit(29) ? general(0) : generalOrStackPointer(0)
    let value = Int64(bits(10, 12))
    var instruction = ARM64.rri(
      opcode, d, generalOrStackPointer(5), bit(22) ? value << 12 : value, width: width)
    if bit(22) && value == 0 { instruction.modifier = ARM64Modifier.lsl.rawValue }
    return instruction
  }

  /// Data processing with registers.
  func decodeRegister() -> MachineInstruction? {
    switch (bit(28), bits(21, 4)) {
    case (false, 0..<8): decodeLogical()
    case (false, 8...): bit(21) ? decodeAddExtended() : decodeAddShifted()
    case (true, 0): registers(opcode(.adc, bits(29, 2)))
    case (true, 2): decodeConditionalCompare()
    case (true, 4): decodeSelect()
    case (true, 6): bit(30) ? decodeOneSource() : decodeTwoSources()
    case (true, 8...): decodeThreeSources()
    default: nil
    }
  }

  /// A shift of the last register.
  private func shift() -> (ARM64Modifier, UInt8) {
    let modifiers: [ARM64Modifier] = [.lsl, .lsr, .asr, .ror]
    return (modifiers[Int(bits(22, 2))], UInt8(bits(10, 6)))
  }

  private func decodeLogical() -> MachineInstruction? {
    guard let opcode = opcode(.and, bits(29, 2) << 1 | bits(21, 1)) else { return nil }
    let (modifier, amount) = shift()
    return ARM64.rrr(opcode, general(0), general(5), general(16), modifier, amount, width: width)
  }

  private func decodeAddShifted() -> MachineInstruction? {
    guard let opcode = opcode(.add, bits(29, 2)) else { return nil }
    let (modifier, amount) = shift()
    return ARM64.rrr(opcode, general(0), general(5), general(16), modifier, amount, width: width)
  }

  /// The extension of all bits is a shift, if only because the stack pointer is an operand.
  private func decodeAddExtended() -> MachineInstruction? {
    guard let opcode = opcode(.add, bits(29, 2)) else { return nil }
    let d = bit(29) ? general(0) : generalOrStackPointer(0)
    let s = generalOrStackPointer(5)
    var modifier = ARM64Modifier(
      rawValue: ARM64Modifier.uxtb.rawValue + UInt8(bits(13, 3)))
    let isWhole = modifier == (width == 8 ? .uxtx : .uxtw)
    if isWhole && (d == .sp || s == .sp) { modifier = .lsl }
    return modifier.map {
      ARM64.rrr(opcode, d, s, general(16), $0, UInt8(bits(10, 3)), width: width)
    }
  }

  /// Three general registers.
  private func registers(_ opcode: ARM64Opcode?) -> MachineInstruction? {
    opcode.map { ARM64.rrr($0, general(0), general(5), general(16), width: width) }
  }

  private func decodeConditionalCompare() -> MachineInstruction? {
    guard let condition = ARM64Condition(rawValue: UInt8(bits(12, 4))) else { return nil }
    let opcode: ARM64Opcode = bit(30) ? .ccmp : .ccmn
    let flags = UInt8(bits(0, 4))
    return bit(11)
      ? ARM64.compareIf(
        opcode, condition, general(5), immediate: UInt8(bits(16, 5)), else: flags, width: width)
      : ARM64.compareIf(opcode, condition, general(5), general(16), else: flags, width: width)
  }

  private func decodeSelect() -> MachineInstruction? {
    guard let opcode = opcode(.csel, bits(30, 1) << 1 | bits(10, 1)),
      let condition = ARM64Condition(rawValue: UInt8(bits(12, 4)))
    else { return nil }
    return ARM64.select(opcode, condition, general(0), general(5), general(16), width: width)
  }

  private func decodeOneSource() -> MachineInstruction? {
    let opcode: ARM64Opcode
    switch bits(10, 6) {
    case 0: opcode = .rbit
    case 1: opcode = .rev16
    case 2: opcode = width == 8 ? .rev32 : .rev
    case 3: opcode = .rev
    case 4: opcode = .clz
    case 5: opcode = .cls
    default: return nil
    }
    return ARM64.rr(opcode, general(0), general(5), width: width)
  }

  private func decodeTwoSources() -> MachineInstruction? {
    switch bits(10, 6) {
    case 2, 3: registers(opcode(.udiv, bits(10, 1)))
    case 8...11: registers(opcode(.lslv, bits(10, 2)))
    default: nil
    }
  }

  private func decodeThreeSources() -> MachineInstruction? {
    let opcode: ARM64Opcode
    switch (bits(21, 3), bit(15)) {
    case (0, false): opcode = .madd
    case (0, true): opcode = .msub
    case (1, false): opcode = .smaddl
    case (1, true): opcode = .smsubl
    case (5, false): opcode = .umaddl
    case (5, true): opcode = .umsubl
    case (2, false): return registers(.smulh)
    case (6, false): return registers(.umulh)
    default: return nil
    }
    return ARM64.rrrr(opcode, general(0), general(5), general(16), general(10), width: width)
  }
}

/// The length of the x86-64 instruction at `offset`, also of those that our decoder does not know,
/// so that what follows them is read from its beginning. Nil if there is no instruction or the code
/// ends within it.
///
/// Intel manual, volume 2, chapter 2 (formats) and appendix A (opcode maps, 64-bit mode).
func x86InstructionLength(_ code: [UInt8], at offset: Int) -> Int? {
  var scan = LengthScan(code: code, position: offset)
  guard scan.skipInstruction(), scan.position - offset <= 15 else { return nil }
  return scan.position - offset
}

private struct LengthScan {
  let code: [UInt8]
  var position: Int
  private var has66 = false
  private var has67 = false
  private var isWide = false

  init(code: [UInt8], position: Int) {
    self.code = code
    self.position = position
  }

  /// Moves behind the instruction, if there is one.
  mutating func skipInstruction() -> Bool {
    skipPrefixes()
    guard let opcode = next() else { return false }
    switch opcode {
    case 0x0F: return skipEscaped()
    case 0xC5: return skipVector(payload: 1)
    case 0xC4: return skipVector(payload: 2)
    case 0x62: return skipVector(payload: 3)
    default: return skipPlain(opcode)
    }
  }

  private mutating func next() -> UInt8? {
    guard position < code.count else { return nil }
    defer { position += 1 }
    return code[position]
  }

  private mutating func skip(_ count: Int) -> Bool {
    guard count <= code.count - position else { return false }
    position += count
    return true
  }

  private mutating func skipPrefixes() {
    while position < code.count {
      switch code[position] {
      case 0x66: has66 = true
      case 0x67: has67 = true
      case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0xF0, 0xF2, 0xF3: break
      case 0x40...0x4F:
        isWide = code[position] & 8 != 0
        position += 1
        return
      default: return
      }
      position += 1
    }
  }

  // MARK: Opcode maps

  /// Bytes of an immediate operand that is as wide as the operands, but at most 32 bits.
  private var immediateSize: Int { has66 && !isWide ? 2 : 4 }

  private mutating func skipPlain(_ opcode: UInt8) -> Bool {
    switch opcode {
    case 0x00...0x3F:
      switch opcode & 7 {
      case 0...3: return skipOperands()
      case 4: return skip(1)
      case 5: return skip(immediateSize)
      default: return false
      }
    case 0x50...0x5F, 0x6C...0x6F, 0x90...0x99, 0x9B...0x9F, 0xA4...0xA7, 0xAA...0xAF, 0xC3, 0xC9,
      0xCB, 0xCC, 0xCF, 0xD7, 0xEC...0xEF, 0xF1, 0xF4, 0xF5, 0xF8...0xFD:
      return true
    case 0x63, 0x84...0x8F, 0xD0...0xD3, 0xD8...0xDF, 0xFE, 0xFF: return skipOperands()
    case 0x6B, 0x80, 0x83, 0xC0, 0xC1, 0xC6: return skipOperands() && skip(1)
    case 0x69, 0x81, 0xC7: return skipOperands() && skip(immediateSize)
    case 0x6A, 0x70...0x7F, 0xA8, 0xB0...0xB7, 0xCD, 0xE0...0xE7, 0xEB: return skip(1)
    case 0x68, 0xA9: return skip(immediateSize)
    case 0xA0...0xA3: return skip(has67 ? 4 : 8)
    case 0xB8...0xBF: return skip(isWide ? 8 : immediateSize)
    case 0xC2, 0xCA: return skip(2)
    case 0xC8: return skip(3)
    case 0xE8, 0xE9: return skip(4)
    case 0xF6, 0xF7: return skipGroup3(opcode)
    default: return false
    }
  }

  /// `test` has an immediate operand, the other instructions with these opcodes have none.
  private mutating func skipGroup3(_ opcode: UInt8) -> Bool {
    guard position < code.count else { return false }
    let isTest = code[position] & 0x38 <= 0x08
    let size = opcode == 0xF6 ? 1 : immediateSize
    return skipOperands() && skip(isTest ? size : 0)
  }

  private mutating func skipEscaped() -> Bool {
    guard let opcode = next() else { return false }
    switch opcode {
    case 0x38: return skip(1) && skipOperands()
    case 0x3A: return skip(1) && skipOperands() && skip(1)
    case 0x05...0x09, 0x0B, 0x0E, 0x30...0x35, 0x37, 0x77, 0xA0...0xA2, 0xA8...0xAA, 0xC8...0xCF:
      return true
    case 0x80...0x8F: return skip(4)
    case 0x0F, 0x70...0x73, 0xA4, 0xAC, 0xBA, 0xC2, 0xC4...0xC6: return skipOperands() && skip(1)
    case 0x04, 0x0A, 0x0C, 0x24...0x27, 0x36, 0x39, 0x3B...0x3F, 0x7A, 0x7B, 0xA6, 0xA7:
      return false
    default: return skipOperands()
    }
  }

  /// VEX and EVEX: `payload` bytes, of which the first tells the opcode map if there are several.
  private mutating func skipVector(payload: Int) -> Bool {
    guard position < code.count else { return false }
    let map = payload == 1 ? 1 : code[position] & (payload == 2 ? 31 : 7)
    guard skip(payload), let opcode = next() else { return false }
    switch map {
    case 1:
      if opcode == 0x77 { return true }
      let hasImmediate = [0x70, 0x71, 0x72, 0x73, 0xC2, 0xC4, 0xC5, 0xC6].contains(opcode)
      return skipOperands() && skip(hasImmediate ? 1 : 0)
    case 2, 5, 6: return skipOperands()
    case 3: return skipOperands() && skip(1)
    default: return false
    }
  }

  /// ModRM, SIB and displacement.
  private mutating func skipOperands() -> Bool {
    guard let modRM = next() else { return false }
    let mode = modRM >> 6
    if mode == 3 { return true }
    var displacement = mode == 1 ? 1 : mode == 2 ? 4 : 0
    if modRM & 7 == 4 {
      guard let sib = next() else { return false }
      if sib & 7 == 5 && mode == 0 { displacement = 4 }
    } else if modRM & 7 == 5 && mode == 0 {
      displacement = 4
    }
    return skip(displacement)
  }
}

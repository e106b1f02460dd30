import Codegen

// The text of loads and stores.

extension ARM64Printer {
  func loadStore(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let register = opcode == .str ? instruction.s : instruction.d
    let access = ARM64Encoder.accessWidth(opcode, instruction)
    let width = register.isFloat ? access : instruction.width
    let text = registerName(register, width: width)
    if instruction.form != .rm && instruction.form != .mr {
      return Spelling("\(opcode)", text, reference(instruction))
    }
    var mnemonic = "\(opcode)"
    if isUnscaled(instruction, access) {
      mnemonic = (opcode == .str ? "stur" : "ldur") + mnemonic.dropFirst(3)
    }
    if !register.isFloat && (opcode == .ldr || opcode == .str) {
      mnemonic += access == 1 ? "b" : access == 2 ? "h" : ""
    }
    return address(Spelling(mnemonic, text), instruction)
  }

  /// Whether the displacement is encoded in bytes.
  private func isUnscaled(_ instruction: MachineInstruction, _ access: UInt8) -> Bool {
    if instruction.modifier == ARM64Modifier.unscaled.rawValue { return true }
    if instruction.modifier != 0 || !instruction.index.isNone || instruction.target >= 0 {
      return false
    }
    let displacement = instruction.displacement
    return displacement < 0 || displacement & (Int32(access) - 1) != 0
      || displacement >= 0x1000 * Int32(access)
  }

  /// Adds the memory operand.
  private func address(_ spelling: Spelling, _ instruction: MachineInstruction) -> Spelling {
    let base = registerName(instruction.base, width: 8)
    if !instruction.index.isNone {
      return spelling.adding("[\(base), \(indexText(instruction))]")
    }
    if instruction.target >= 0 {
      return spelling.adding("[\(base), :lo12:\(symbol(instruction))]")
    }
    let displacement = number(Int64(instruction.displacement))
    switch ARM64Modifier(rawValue: instruction.modifier) {
    case .postIndex: return spelling.adding("[\(base)]").adding(displacement)
    case .preIndex: return spelling.adding("[\(base), \(displacement)]!")
    default:
      return spelling.adding(
        instruction.displacement == 0 ? "[\(base)]" : "[\(base), \(displacement)]")
    }
  }

  private func indexText(_ instruction: MachineInstruction) -> String {
    let modifier = ARM64Modifier(rawValue: instruction.modifier) ?? .none
    let isNarrow = modifier == .uxtw || modifier == .sxtw
    let index = registerName(instruction.index, width: isNarrow ? 4 : 8)
    if modifier == .none { return index }
    return "\(index), \(modifier)" + (instruction.amount == 0 ? "" : " #\(instruction.amount)")
  }

  func pair(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let spelling = Spelling(
      "\(opcode)", name(instruction.d, instruction), name(instruction.s, instruction))
    return address(spelling, instruction)
  }

  func synchronized(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let suffix = instruction.width == 1 ? "b" : instruction.width == 2 ? "h" : ""
    let mnemonic = "\(opcode)" + suffix
    switch instruction.form {
    case .rm: return address(Spelling(mnemonic, name(instruction.d, instruction)), instruction)
    case .mr: return address(Spelling(mnemonic, name(instruction.s, instruction)), instruction)
    default:
      let status = registerName(instruction.d, width: 4)
      return address(Spelling(mnemonic, status, name(instruction.s, instruction)), instruction)
    }
  }
}

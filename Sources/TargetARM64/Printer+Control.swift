import Codegen

// The text of addresses, branches and system instructions.

extension ARM64Printer {
  func control(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let d = name(instruction.d, instruction)
    switch opcode {
    case .b, .bl: return Spelling("\(opcode)", reference(instruction))
    case .bCond: return Spelling("b." + conditionName(instruction), reference(instruction))
    case .adr, .adrp, .cbz, .cbnz: return Spelling("\(opcode)", d, reference(instruction))
    case .tbz, .tbnz:
      return Spelling("\(opcode)", d, "#\(instruction.amount)", reference(instruction))
    case .ret where instruction.d == .x30: return Spelling("ret")
    case .br, .blr, .ret: return Spelling("\(opcode)", d)
    case .hint: return hint(instruction.immediate)
    case .dmb, .dsb:
      let barrier = ARM64Barrier(rawValue: instruction.immediate).map { "\($0)" }
      return Spelling("\(opcode)", barrier ?? number(instruction.immediate))
    case .isb, .clrex:
      return Spelling("\(opcode)").adding(
        instruction.immediate == 15 ? "" : number(instruction.immediate))
    case .mrs: return Spelling("mrs", d, systemRegister(instruction.immediate))
    case .msr:
      let register = ARM64SystemRegister(rawValue: instruction.immediate)
      let isWritable = register?.isWritable ?? false
      return Spelling(
        "msr", isWritable ? systemRegister(instruction.immediate) : numbered(instruction.immediate),
        d)
    default: return Spelling("\(opcode)", number(instruction.immediate))
    }
  }

  private func hint(_ value: Int64) -> Spelling {
    switch value {
    case 0: Spelling("nop")
    case 1: Spelling("yield")
    case 2: Spelling("wfe")
    case 3: Spelling("wfi")
    case 4: Spelling("sev")
    case 5: Spelling("sevl")
    default: Spelling("hint", number(value))
    }
  }

  private func systemRegister(_ value: Int64) -> String {
    if let register = ARM64SystemRegister(rawValue: value) { return register.name }
    return numbered(value)
  }

  /// A system register by its number; assemblers refuse to write to those whose name they know as
  /// read-only.
  private func numbered(_ value: Int64) -> String {
    "s\(value >> 14)_\(value >> 11 & 7)_c\(value >> 7 & 15)_c\(value >> 3 & 15)_\(value & 7)"
  }
}

import Codegen

// The text of floating-point and vector instructions that do not just list their registers.

extension ARM64Printer {
  func floatSpecial(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let d = name(instruction.d, instruction)
    switch (opcode, instruction.form) {
    case (.fmov, .ri):
      return Spelling("fmov", d, "#\(floatConstant(instruction.immediate))")
    case (.fmov, _), (.fcmp, .rr), (.fcmpe, .rr):
      return Spelling("\(opcode)", d, name(instruction.s, instruction))
    case (.fcmp, _), (.fcmpe, _): return Spelling("\(opcode)", d, "#0.0")
    default:
      return Spelling("\(opcode)", d, registerName(instruction.s, width: instruction.scale))
    }
  }

  private func floatConstant(_ bits: Int64) -> String {
    "\(ARM64FloatImmediate.decode(UInt8(truncatingIfNeeded: bits)))"
  }

  func vector(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let arrangement = instruction.width == 16 ? ".16b" : ".8b"
    func vectorName(_ register: Register) -> String {
      register.isFloat ? "v\(register.hardwareNumber)" + arrangement : name(register, instruction)
    }
    let d = vectorName(instruction.d)
    let s = vectorName(instruction.s)
    let m = vectorName(instruction.index)
    switch opcode {
    case .movi:
      let number = instruction.d.hardwareNumber
      let value = "#0x" + String(UInt64(bitPattern: instruction.immediate), radix: 16)
      return Spelling("movi", instruction.width == 16 ? "v\(number).2d" : "d\(number)", value)
    case .cnt: return Spelling("cnt", d, s)
    case .addv: return Spelling("addv", registerName(instruction.d, width: 1), s)
    case .orrVector where instruction.s == instruction.index: return Spelling("mov", d, s)
    default: return Spelling(String("\(opcode)".prefix(3)), d, s, m)
    }
  }
}

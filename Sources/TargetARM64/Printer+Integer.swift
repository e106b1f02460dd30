import Codegen

// The text of integer instructions, with their aliases (Arm ARM, C6.2: "Alias conditions").

extension ARM64Printer {
  /// The modifier as an operand of its own; empty if there is none.
  private func modifier(_ instruction: MachineInstruction) -> String {
    guard let modifier = ARM64Modifier(rawValue: instruction.modifier) else { return "<modifier>" }
    switch modifier {
    case .none: return ""
    case .lsl, .lsr, .asr, .ror: return "\(modifier) #\(instruction.amount)"
    default:
      return instruction.amount == 0 ? "\(modifier)" : "\(modifier) #\(instruction.amount)"
    }
  }

  /// The last register of an addition: extended ones are `w` unless 64 bits are taken.
  private func addedRegister(_ instruction: MachineInstruction) -> String {
    let isNarrow =
      switch ARM64Modifier(rawValue: instruction.modifier) {
      case .uxtb, .uxth, .uxtw, .sxtb, .sxth, .sxtw: true
      default: false
      }
    return registerName(instruction.index, width: isNarrow ? 4 : instruction.width)
  }

  func addSubtract(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let d = name(instruction.d, instruction)
    let s = name(instruction.s, instruction)
    let comparison = opcode == .subs ? "cmp" : "cmn"
    let isComparison = instruction.d == .zr && (opcode == .subs || opcode == .adds)
    switch instruction.form {
    case .rrSymbol: return Spelling("\(opcode)", d, s, ":lo12:" + symbol(instruction))
    case .rri:
      let value = instruction.immediate
      let isMove = opcode == .add && value == 0 && instruction.modifier == 0
      if isMove && (instruction.d == .sp || instruction.s == .sp) { return Spelling("mov", d, s) }
      let isShifted = value >= 0x1000 || instruction.modifier != 0
      let spelling =
        isComparison ? Spelling(comparison, s) : Spelling("\(opcode)", d, s)
      return spelling.adding(number(isShifted ? value >> 12 : value))
        .adding(isShifted ? "lsl #12" : "")
    default:
      let m = addedRegister(instruction)
      let modifier = modifier(instruction)
      if isComparison { return Spelling(comparison, s, m).adding(modifier) }
      let isShift = instruction.modifier <= ARM64Modifier.ror.rawValue
      if instruction.s == .zr && isShift && (opcode == .sub || opcode == .subs) {
        return Spelling(opcode == .sub ? "neg" : "negs", d, m).adding(modifier)
      }
      return Spelling("\(opcode)", d, s, m).adding(modifier)
    }
  }

  func logical(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let d = name(instruction.d, instruction)
    let s = name(instruction.s, instruction)
    if instruction.form == .rri {
      let value = "#0x" + String(UInt64(bitPattern: instruction.immediate), radix: 16)
      if opcode == .ands && instruction.d == .zr { return Spelling("tst", s, value) }
      if opcode == .orr && instruction.s == .zr && !isWideMove(instruction) {
        return Spelling("mov", d, constant(instruction.immediate, instruction))
      }
      return Spelling("\(opcode)", d, s, value)
    }
    let m = name(instruction.index, instruction)
    let modifier = modifier(instruction)
    if opcode == .ands && instruction.d == .zr { return Spelling("tst", s, m).adding(modifier) }
    if instruction.s == .zr {
      if opcode == .orr && modifier.isEmpty { return Spelling("mov", d, m) }
      if opcode == .orn { return Spelling("mvn", d, m).adding(modifier) }
    }
    return Spelling("\(opcode)", d, s, m).adding(modifier)
  }

  /// Whether the assembler would make a constant with `movz` or `movn`.
  private func isWideMove(_ instruction: MachineInstruction) -> Bool {
    let bits = UInt64(bitPattern: instruction.immediate)
    let all: UInt64 = instruction.width == 8 ? .max : 0xFFFF_FFFF
    return stride(from: UInt64(0), to: UInt64(instruction.width) * 8, by: 16).contains {
      let others = ~(0xFFFF << $0) & all
      return bits & others == 0 || ~bits & others == 0
    }
  }

  /// The constant of a `mov`, as a number with sign.
  private func constant(_ value: Int64, _ instruction: MachineInstruction) -> String {
    number(instruction.width == 4 ? Int64(Int32(truncatingIfNeeded: value)) : value)
  }

  /// `movz` and `movn` are `mov` with the constant they make, unless another instruction would make
  /// it.
  func moveWide(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let d = name(instruction.d, instruction)
    let bits = UInt64(bitPattern: instruction.immediate)
    let hasUselessShift = bits == 0 && instruction.amount != 0
    let isComplementOfOther = opcode == .movn && instruction.width == 4 && bits == 0xFFFF
    if opcode != .movk && !hasUselessShift && !isComplementOfOther && instruction.amount < 64 {
      let shifted = bits << UInt64(instruction.amount)
      let value = Int64(bitPattern: opcode == .movz ? shifted : ~shifted)
      return Spelling("mov", d, constant(value, instruction))
    }
    return Spelling("\(opcode)", d, number(instruction.immediate))
      .adding(instruction.amount == 0 ? "" : "lsl #\(instruction.amount)")
  }

  func bitfield(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let d = name(instruction.d, instruction)
    let s = name(instruction.s, instruction)
    let last = Int64(instruction.width) * 8 - 1
    let immr = instruction.immediate
    let imms = Int64(instruction.amount)
    let isSigned = opcode == .sbfm
    if opcode == .bfm {
      return imms < immr
        ? Spelling("bfi", d, s, number(last &+ 1 &- immr), number(imms + 1))
        : Spelling("bfxil", d, s, number(immr), number(imms &- immr &+ 1))
    }
    if imms == last { return Spelling(isSigned ? "asr" : "lsr", d, s, number(immr)) }
    if !isSigned && imms + 1 == immr { return Spelling("lsl", d, s, number(last - imms)) }
    if imms < immr {
      return Spelling(
        isSigned ? "sbfiz" : "ubfiz", d, s, number(last &+ 1 &- immr), number(imms + 1))
    }
    if immr == 0 && (isSigned || instruction.width == 4) {
      let narrow = registerName(instruction.s, width: 4)
      switch imms {
      case 7: return Spelling(isSigned ? "sxtb" : "uxtb", d, narrow)
      case 15: return Spelling(isSigned ? "sxth" : "uxth", d, narrow)
      case 31: return Spelling("sxtw", d, narrow)
      default: break
      }
    }
    return Spelling(isSigned ? "sbfx" : "ubfx", d, s, number(immr), number(imms &- immr &+ 1))
  }

  func extract(_ instruction: MachineInstruction) -> Spelling {
    let d = name(instruction.d, instruction)
    let s = name(instruction.s, instruction)
    let lowest = number(instruction.immediate)
    return instruction.s == instruction.index
      ? Spelling("ror", d, s, lowest)
      : Spelling("extr", d, s, name(instruction.index, instruction), lowest)
  }

  func withCarry(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let d = name(instruction.d, instruction)
    let m = name(instruction.index, instruction)
    if instruction.s == .zr && (opcode == .sbc || opcode == .sbcs) {
      return Spelling(opcode == .sbc ? "ngc" : "ngcs", d, m)
    }
    return Spelling("\(opcode)", d, name(instruction.s, instruction), m)
  }

  func multiplyAdd(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let isLong = opcode != .madd && opcode != .msub
    let factorWidth = isLong ? 4 : instruction.width
    let d = name(instruction.d, instruction)
    let s = registerName(instruction.s, width: factorWidth)
    let m = registerName(instruction.index, width: factorWidth)
    if instruction.base != .zr {
      return Spelling("\(opcode)", d, s, m, name(instruction.base, instruction))
    }
    let alias =
      switch opcode {
      case .madd: "mul"
      case .msub: "mneg"
      case .smaddl: "smull"
      case .smsubl: "smnegl"
      case .umaddl: "umull"
      default: "umnegl"
      }
    return Spelling(alias, d, s, m)
  }

  func select(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let d = name(instruction.d, instruction)
    let s = name(instruction.s, instruction)
    let condition = ARM64Condition(rawValue: instruction.condition)
    if let condition, condition.isConditional, instruction.s == instruction.index {
      let isZero = instruction.s == .zr
      let inverted = condition.inverted.name
      switch opcode {
      case .csinc where isZero: return Spelling("cset", d, inverted)
      case .csinv where isZero: return Spelling("csetm", d, inverted)
      case .csinc: return Spelling("cinc", d, s, inverted)
      case .csinv: return Spelling("cinv", d, s, inverted)
      case .csneg: return Spelling("cneg", d, s, inverted)
      default: break
      }
    }
    return Spelling(
      "\(opcode)", d, s, name(instruction.index, instruction), conditionName(instruction))
  }

  func conditionalCompare(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    let second =
      instruction.form == .ri
      ? number(instruction.immediate) : name(instruction.s, instruction)
    return Spelling(
      "\(opcode)", name(instruction.d, instruction), second, "#\(instruction.amount)",
      conditionName(instruction))
  }
}

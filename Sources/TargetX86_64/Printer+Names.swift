import Codegen

// Names of registers, instructions and sizes in the Intel syntax of GNU `as`.

private let registerNames64 = [
  "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
  "r14", "r15",
]
private let registerNames32 = [
  "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d",
  "r13d", "r14d", "r15d",
]
private let registerNames16 = [
  "ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w", "r12w", "r13w",
  "r14w", "r15w",
]
private let registerNames8 = [
  "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b", "r13b",
  "r14b", "r15b",
]

/// The name of a register as an operand of `width` bytes. Virtual registers are `v0`, `v1`, …
func registerName(_ register: Register, width: UInt8) -> String {
  let index = Int(register.index)
  if register.isNone { return "<none>" }
  if register.isVirtual { return "v\(register.index - Register.firstVirtual)" }
  if register.isFloat { return "xmm\(register.hardwareNumber)" }
  if register == .rip { return "rip" }
  guard index < 16 else { return "<register \(index)>" }
  switch width {
  case 1: return registerNames8[index]
  case 2: return registerNames16[index]
  case 4: return registerNames32[index]
  default: return registerNames64[index]
  }
}

extension X86Printer {
  func mnemonic(_ opcode: X86Opcode, _ instruction: MachineInstruction) -> String {
    let suffix = X86Condition(rawValue: instruction.condition)?.suffix ?? "<condition>"
    return switch opcode {
    case .setcc: "set" + suffix
    case .cmovcc: "cmov" + suffix
    case .jcc: "j" + suffix
    case .mov where instruction.form == .ri && !fitsSignExtended(instruction): "movabs"
    case .imulWide: "imul"
    case .movzx8, .movzx16: "movzx"
    case .movsx8, .movsx16: "movsx"
    case .shlCL: "shl"
    case .shrCL: "shr"
    case .sarCL: "sar"
    case .rolCL: "rol"
    case .rorCL: "ror"
    case .shldCL: "shld"
    case .shrdCL: "shrd"
    case .movdToXMM, .movdFromXMM: "movd"
    case .movqToXMM, .movqFromXMM: "movq"
    case .add, .or, .adc, .sbb, .and, .sub, .xor, .cmp, .mov, .movsxd, .lea, .xchg, .push, .pop,
      .bswap, .test, .imul, .mul, .div, .idiv, .neg, .not, .inc, .dec, .cqo, .cdq, .shl, .shr, .sar,
      .rol, .ror, .shld, .shrd, .bt, .popcnt, .lzcnt, .tzcnt, .bsr, .bsf, .jmp, .call, .ret, .ud2,
      .int3, .endbr64, .syscall, .nop, .movsd, .movapd, .addsd, .subsd, .mulsd, .divsd, .sqrtsd,
      .minsd, .maxsd, .ucomisd, .comisd, .xorpd, .andpd, .orpd, .andnpd, .unpcklpd, .cvtsi2sd,
      .cvttsd2si, .cvtsd2si, .cvtsd2ss, .movss, .movaps, .cvtss2sd:
      "\(opcode)"
    }
  }

  /// Whether the constant of a `mov` has one of the 32-bit encodings.
  private func fitsSignExtended(_ instruction: MachineInstruction) -> Bool {
    instruction.width != 8 || instruction.immediate >> 32 == 0
      || instruction.immediate == Int64(Int32(truncatingIfNeeded: instruction.immediate))
  }

  func destinationWidth(_ opcode: X86Opcode, _ instruction: MachineInstruction) -> UInt8 {
    opcode == .movdFromXMM ? 4 : instruction.width
  }

  func sourceWidth(_ opcode: X86Opcode, _ instruction: MachineInstruction) -> UInt8 {
    switch opcode {
    case .movzx8, .movsx8: 1
    case .movzx16, .movsx16: 2
    case .movsxd, .movdToXMM: 4
    default: instruction.width
    }
  }

  /// What stands before a memory operand: its size.
  func memoryKeyword(_ opcode: X86Opcode, _ instruction: MachineInstruction) -> String {
    switch opcode {
    case .lea: ""
    case .movzx8, .movsx8: "byte ptr "
    case .movzx16, .movsx16: "word ptr "
    case .movsxd, .movss, .cvtss2sd: "dword ptr "
    case .movapd, .movaps, .xorpd, .andpd, .orpd, .andnpd, .unpcklpd: "xmmword ptr "
    case .cvttsd2si, .cvtsd2si: "qword ptr "
    default:
      switch instruction.width {
      case 1: "byte ptr "
      case 2: "word ptr "
      case 4: "dword ptr "
      default: "qword ptr "
      }
    }
  }
}

public import Codegen

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
  /// The name of a register as an operand of `width` bytes.
  public static func name(of register: Register, width: UInt8) -> String {
    registerName(register, width: width)
  }

  func mnemonic(_ opcode: X86Opcode, _ instruction: MachineInstruction) -> String {
    switch opcode {
    case .setcc, .cmovcc, .jcc:
      opcode.mnemonic + (X86Condition(rawValue: instruction.condition)?.suffix ?? "<condition>")
    case .mov where instruction.form == .ri && !fitsSignExtended(instruction): "movabs"
    case .movs, .cmps, .stos, .lods, .scas:
      opcode.mnemonic
        + (instruction.width == 1
          ? "b" : instruction.width == 2 ? "w" : instruction.width == 4 ? "d" : "q")
    default: opcode.mnemonic
    }
  }

  /// Whether the constant of a `mov` has one of the 32-bit encodings.
  private func fitsSignExtended(_ instruction: MachineInstruction) -> Bool {
    instruction.width != 8 || instruction.immediate >> 32 == 0
      || instruction.immediate == Int64(Int32(truncatingIfNeeded: instruction.immediate))
  }

  /// What stands before a memory operand: its size.
  func memoryKeyword(_ opcode: X86Opcode, _ instruction: MachineInstruction) -> String {
    switch opcode.memoryWidth(instruction.width) {
    case 0: ""
    case 1: "byte ptr "
    case 2: "word ptr "
    case 4: "dword ptr "
    case 16: "xmmword ptr "
    default: "qword ptr "
    }
  }
}

import Codegen

// Instructions that the compiler does not emit.

extension InstructionDecoding {
  /// An instruction of one opcode byte without operands, or nil.
  func decodeHandWritten(_ code: UInt8) -> MachineInstruction? {
    switch code {
    case 0xA4, 0xA5: X86.none(.movs, width: width(code))
    case 0xA6, 0xA7: X86.none(.cmps, width: width(code))
    case 0xAA, 0xAB: X86.none(.stos, width: width(code))
    case 0xAC, 0xAD: X86.none(.lods, width: width(code))
    case 0xAE, 0xAF: X86.none(.scas, width: width(code))
    case 0x98: X86.none(width == 8 ? .cdqe : width == 2 ? .cbw : .cwde)
    case 0x99 where width == 2: X86.none(.cwd)
    case _ where has66: nil
    case 0x9C: X86.none(.pushfq)
    case 0x9D: X86.none(.popfq)
    case 0x9E: X86.none(.sahf)
    case 0x9F: X86.none(.lahf)
    case 0xC9: X86.none(.leave)
    case 0xF4: X86.none(.hlt)
    case 0xF5: X86.none(.cmc)
    case 0xF8: X86.none(.clc)
    case 0xF9: X86.none(.stc)
    case 0xFC: X86.none(.cld)
    case 0xFD: X86.none(.std)
    default: nil
    }
  }

  /// The instruction with the opcode 0F `code` that has no operands, or one of the group that
  /// begins with 0F AE.
  mutating func decodeEscapedSystem(_ code: UInt8) throws(X86DecodingError) -> MachineInstruction {
    try requireNoPrefix()
    switch code {
    case 0x31: return X86.none(.rdtsc)
    case 0xA2: return X86.none(.cpuid)
    case 0x01:
      switch try byte() {
      case 0xF9: return X86.none(.rdtscp)
      case 0xD0: return X86.none(.xgetbv)
      default: throw .unknownInstruction
      }
    default:
      let operands = try operands()
      switch (operands.digit, operands.isMemory, operands.rm) {
      case (2, true, _): return single(.ldmxcsr, operands, width: 8)
      case (3, true, _): return single(.stmxcsr, operands, width: 8)
      case (5, false, 0): return X86.none(.lfence)
      case (6, false, 0): return X86.none(.mfence)
      case (7, false, 0): return X86.none(.sfence)
      default: throw .unknownInstruction
      }
    }
  }
}

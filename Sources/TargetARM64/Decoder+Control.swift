import Codegen

// Branches and system instructions, in the order of the manual (Arm ARM, C4.1.93).

extension WordDecoding {
  func decodeControl() -> MachineInstruction? {
    switch bits(29, 3) {
    case 0, 4: return ARM64.i(bit(31) ? .bl : .b, signed(0, 26) << 2)
    case 1, 5: return bit(25) ? decodeTestBit() : decodeCompare()
    case 2:
      var instruction = ARM64.i(.bCond, signed(5, 19) << 2)
      instruction.condition = UInt8(bits(0, 4))
      return instruction
    case 6: return bit(25) ? decodeToRegister() : bit(24) ? decodeSystem() : decodeException()
    default: return nil
    }
  }

  private func decodeCompare() -> MachineInstruction? {
    ARM64.ri(bit(24) ? .cbnz : .cbz, general(0), signed(5, 19) << 2, width: width)
  }

  private func decodeTestBit() -> MachineInstruction? {
    var instruction = ARM64.ri(
      bit(24) ? .tbnz : .tbz, general(0), signed(5, 14) << 2, width: width)
    instruction.amount = UInt8(bits(31, 1) << 5 | bits(19, 5))
    return instruction
  }

  private func decodeToRegister() -> MachineInstruction? {
    bits(21, 4) < 3 ? opcode(.br, bits(21, 4)).map { ARM64.r($0, general(5)) } : nil
  }

  private func decodeException() -> MachineInstruction? {
    switch (bits(21, 3), bits(0, 2)) {
    case (0, 1): ARM64.i(.svc, Int64(bits(5, 16)))
    case (1, 0): ARM64.i(.brk, Int64(bits(5, 16)))
    default: nil
    }
  }

  private func decodeSystem() -> MachineInstruction? {
    if bit(20) {
      let register = Int64(0x8000 | bits(5, 15))
      return ARM64.ri(bit(21) ? .mrs : .msr, general(0), register)
    }
    let value = Int64(bits(8, 4))
    switch (bits(12, 4), bits(5, 3)) {
    case (2, _): return ARM64.i(.hint, Int64(bits(5, 7)))
    case (3, 2): return ARM64.i(.clrex, value)
    case (3, 4): return ARM64.i(.dsb, value)
    case (3, 5): return ARM64.i(.dmb, value)
    case (3, 6): return ARM64.i(.isb, value)
    default: return nil
    }
  }
}

import Codegen

// Loads and stores, in the order of the manual (Arm ARM, C4.1.94).

extension WordDecoding {
  func decodeMemory() -> MachineInstruction? {
    switch bits(27, 3) {
    case 1 where !bit(26): decodeSynchronized()
    case 3 where !bit(24): decodeLiteral()
    case 5: decodePair()
    case 7: decodeSingle()
    default: nil
    }
  }

  private func decodeSynchronized() -> MachineInstruction? {
    let width = UInt8(1) << UInt8(bits(30, 2))
    let memory = ARM64.Memory(generalOrStackPointer(5))
    switch bits(21, 3) << 1 | bits(15, 1) {
    case 0: return ARM64.rrm(.stxr, general(16), general(0), memory, width: width)
    case 1: return ARM64.rrm(.stlxr, general(16), general(0), memory, width: width)
    case 4: return ARM64.rm(.ldxr, general(0), memory, width: width)
    case 5: return ARM64.rm(.ldaxr, general(0), memory, width: width)
    case 9: return ARM64.mr(.stlr, memory, general(0), width: width)
    case 13: return ARM64.rm(.ldar, general(0), memory, width: width)
    default: return nil
    }
  }

  private func decodeLiteral() -> MachineInstruction? {
    let distance = signed(5, 19) << 2
    let d = bit(26) ? float(0) : general(0)
    switch (bits(30, 2), bit(26)) {
    case (0, _): return ARM64.ri(.ldr, d, distance, width: 4)
    case (1, _): return ARM64.ri(.ldr, d, distance)
    case (2, true): return ARM64.ri(.ldr, d, distance, width: 16)
    case (2, false): return ARM64.ri(.ldrsw, d, distance)
    default: return nil
    }
  }

  private func decodePair() -> MachineInstruction? {
    let modes: [ARM64Modifier?] = [nil, .postIndex, ARM64Modifier.none, .preIndex]
    guard let mode = modes[Int(bits(23, 2))], bits(30, 2) < 3 else { return nil }
    var opcode: ARM64Opcode = bit(22) ? .ldp : .stp
    var width: UInt8 = 4 << UInt8(bits(30, 2))
    var logarithm = Int64(2 + bits(30, 2))
    if !bit(26) {
      switch bits(30, 2) {
      case 0: break
      case 1:
        guard bit(22) else { return nil }
        opcode = .ldpsw
        logarithm = 2
      default:
        width = 8
        logarithm = 3
      }
    }
    let displacement = Int32(signed(15, 7) << logarithm)
    let memory = ARM64.Memory(generalOrStackPointer(5), displacement, mode: mode)
    return bit(26)
      ? ARM64.rrm(opcode, float(0), float(10), memory, width: width)
      : ARM64.rrm(opcode, general(0), general(10), memory, width: width)
  }

  private func decodeSingle() -> MachineInstruction? {
    var logarithm = bits(30, 2)
    let operation = bits(22, 2)
    var opcode: ARM64Opcode = operation == 0 ? .str : .ldr
    var width = UInt8(1) << UInt8(logarithm)
    if bit(26) {
      if operation >= 2 {
        if logarithm != 0 { return nil }
        logarithm = 4
        width = 16
        opcode = operation == 2 ? .str : .ldr
      }
    } else if operation >= 2 {
      switch logarithm {
      case 0: opcode = .ldrsb
      case 1: opcode = .ldrsh
      case 2: opcode = .ldrsw
      default: return nil
      }
      width = operation == 2 ? 8 : 4
    }
    guard let memory = memory(logarithm) else { return nil }
    let register = bit(26) ? float(0) : general(0)
    return opcode == .str
      ? ARM64.mr(.str, memory, register, width: width)
      : ARM64.rm(opcode, register, memory, width: width)
  }

  /// The memory operand of an access of two to the power of `logarithm` bytes.
  private func memory(_ logarithm: UInt32) -> ARM64.Memory? {
    let base = generalOrStackPointer(5)
    if bit(24) { return ARM64.Memory(base, Int32(bits(10, 12) << logarithm)) }
    let displacement = Int32(signed(12, 9))
    switch (bit(21), bits(10, 2)) {
    case (false, 0):
      let isScaled = displacement >= 0 && displacement & (1 << Int32(logarithm) - 1) == 0
      return ARM64.Memory(base, displacement, mode: isScaled ? .unscaled : .none)
    case (false, 1): return ARM64.Memory(base, displacement, mode: .postIndex)
    case (false, 3): return ARM64.Memory(base, displacement, mode: .preIndex)
    case (true, 2):
      let modifier: ARM64Modifier
      switch bits(13, 3) {
      case 2: modifier = .uxtw
      case 3: modifier = .lsl
      case 6: modifier = .sxtw
      case 7: modifier = .sxtx
      default: return nil
      }
      return ARM64.Memory(
        base, index: general(16), modifier, amount: bit(12) ? UInt8(logarithm) : 0)
    default: return nil
    }
  }
}

import Codegen

// Branches and system instructions (Arm ARM, C4.1.93).

/// The fields of instructions that depend on a label, `CodeBuffer.Fixup.kind`.
public enum ARM64Fixup: UInt8, Sendable {
  /// `b`, `bl`: ±128 MiB.
  case branch26
  /// `b.cond`, `cbz` and `cbnz`, `tbz` and `tbnz`: ±1 MiB, ±1 MiB, ±32 KiB.
  case conditional19, compare19, testBit14
  /// A load from near the instruction: ±1 MiB.
  case literal19
  /// `adr`: ±1 MiB.
  case address21
  /// `adr` of its own address and two `add` or `sub`, which ``BranchRelaxation`` makes: ±16 MiB.
  case addressSum
}

extension ARM64Encoder {
  /// A distance in bytes as a number of instructions of `bits` bits.
  static func branchField(
    _ distance: Int64, bits: Int64
  ) throws(ARM64EncodingError) -> UInt32 {
    if distance & 3 != 0 { throw .misalignedBranch }
    let count = distance >> 2
    if count < -1 << (bits - 1) || count >= 1 << (bits - 1) { throw .branchOutOfRange }
    return UInt32(truncatingIfNeeded: count) & (1 << UInt32(bits) - 1)
  }

  static func branch(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    switch opcode {
    case .b, .bl:
      let base: UInt32 = opcode == .b ? 0x1400_0000 : 0x9400_0000
      return base | (try branchDistance(instruction, bits: 26))
    case .bCond:
      return 0x5400_0000 | (try branchDistance(instruction, bits: 19)) << 5
        | (try condition(instruction))
    case .cbz, .cbnz:
      let base = try size(instruction) | 0x3400_0000 | number(opcode, from: .cbz) << 24
      return base | (try registerBranchDistance(instruction, bits: 19)) << 5
        | (try general(instruction.d))
    default:
      let bit = try amount(instruction, below: 64)
      if instruction.width != (bit < 32 ? 4 : 8) { throw .wrongWidth }
      let base = 0x3600_0000 | number(opcode, from: .tbz) << 24 | (bit >> 5) << 31
      return base | (bit & 31) << 19 | (try registerBranchDistance(instruction, bits: 14)) << 5
        | (try general(instruction.d))
    }
  }

  private static func branchDistance(
    _ instruction: MachineInstruction, bits: Int64
  ) throws(ARM64EncodingError) -> UInt32 {
    switch instruction.form {
    case .label where instruction.target >= 0, .symbol where instruction.target >= 0: return 0
    case .i: return try branchField(instruction.immediate, bits: bits)
    default: throw .noSuchForm
    }
  }

  private static func registerBranchDistance(
    _ instruction: MachineInstruction, bits: Int64
  ) throws(ARM64EncodingError) -> UInt32 {
    switch instruction.form {
    case .rLabel where instruction.target >= 0, .rSymbol where instruction.target >= 0: return 0
    case .ri: return try branchField(instruction.immediate, bits: bits)
    default: throw .noSuchForm
    }
  }

  static func branchToRegister(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.r, instruction)
    return 0xD61F_0000 | number(opcode, from: .br) << 21 | (try general(instruction.d)) << 5
  }

  static func system(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    if opcode == .mrs || opcode == .msr {
      try require(.ri, instruction)
      let register = instruction.immediate
      if register < 0x8000 || register > 0xFFFF { throw .immediateOutOfRange }
      return (opcode == .mrs ? 0xD530_0000 : 0xD510_0000) | UInt32(register & 0x7FFF) << 5
        | (try general(instruction.d))
    }
    try require(.i, instruction)
    let value = instruction.immediate
    switch opcode {
    case .svc: return 0xD400_0001 | (try unsigned(value, bits: 16)) << 5
    case .brk: return 0xD420_0000 | (try unsigned(value, bits: 16)) << 5
    case .udf: return try unsigned(value, bits: 16)
    case .hint: return 0xD503_201F | (try unsigned(value, bits: 7)) << 5
    case .clrex: return 0xD503_305F | (try unsigned(value, bits: 4)) << 8
    case .dsb: return 0xD503_309F | (try unsigned(value, bits: 4)) << 8
    case .dmb: return 0xD503_30BF | (try unsigned(value, bits: 4)) << 8
    default: return 0xD503_30DF | (try unsigned(value, bits: 4)) << 8
    }
  }
}

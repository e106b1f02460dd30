import Codegen

// Integer arithmetic, logic, shifts and conditions (Arm ARM, C4.1.92 and C4.1.95).

extension ARM64Encoder {
  static func addSubtract(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    let operation = number(opcode, from: .add)
    let base = try size(instruction) | operation << 29
    let setsFlags = operation & 1 != 0
    switch instruction.form {
    case .rri:
      let d = try setsFlags ? general(instruction.d) : generalOrStackPointer(instruction.d)
      let s = try generalOrStackPointer(instruction.s)
      return base | 0x1100_0000 | (try addImmediate(instruction)) | s << 5 | d
    case .rrSymbol where opcode == .add && instruction.target >= 0 && instruction.width == 8:
      let d = try generalOrStackPointer(instruction.d)
      let s = try generalOrStackPointer(instruction.s)
      return base | 0x1100_0000 | s << 5 | d
    case .rrr:
      return base | (try addedRegister(instruction, setsFlags: setsFlags))
    default: throw .noSuchForm
    }
  }

  /// The 12 bits of an immediate and the one that shifts them by 12.
  private static func addImmediate(
    _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    let value = instruction.immediate
    if instruction.modifier == ARM64Modifier.lsl.rawValue && value == 0 { return 1 << 22 }
    if instruction.modifier != 0 { throw .wrongModifier }
    if value >= 0 && value < 0x1000 { return UInt32(value) << 10 }
    if value < 0 || value >= 0x100_0000 || value & 0xFFF != 0 { throw .immediateOutOfRange }
    return 1 << 22 | UInt32(value >> 12) << 10
  }

  /// The forms with a shifted or extended register. Only the latter takes the stack pointer.
  private static func addedRegister(
    _ instruction: MachineInstruction, setsFlags: Bool
  ) throws(ARM64EncodingError) -> UInt32 {
    guard let modifier = ARM64Modifier(rawValue: instruction.modifier) else {
      throw .wrongModifier
    }
    let m = try general(instruction.index)
    let hasStackPointer = instruction.s == .sp || instruction.d == .sp && !setsFlags
    if !modifier.isExtension && !hasStackPointer {
      let d = try general(instruction.d)
      let s = try general(instruction.s)
      let shift = try shift(modifier, instruction)
      if shift >> 22 == 3 { throw .wrongModifier }
      return 0x0B00_0000 | shift | m << 16 | s << 5 | d
    }
    let d = try setsFlags ? general(instruction.d) : generalOrStackPointer(instruction.d)
    let s = try generalOrStackPointer(instruction.s)
    var option: UInt32 = instruction.width == 8 ? 3 : 2
    if modifier.isExtension {
      option = UInt32(modifier.rawValue - ARM64Modifier.uxtb.rawValue)
    } else if modifier != .lsl && modifier != .none
      || modifier == .none && instruction.amount != 0
    {
      throw .wrongModifier
    }
    let amount = try amount(instruction, below: 5)
    return 0x0B20_0000 | m << 16 | option << 13 | amount << 10 | s << 5 | d
  }

  /// Kind and amount of a shift.
  @inline(__always)
  private static func shift(
    _ modifier: ARM64Modifier, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    if modifier == .none {
      if instruction.amount != 0 { throw .wrongModifier }
      return 0
    }
    if modifier.rawValue > ARM64Modifier.ror.rawValue { throw .wrongModifier }
    let amount = try amount(instruction, below: instruction.width * 8)
    return UInt32(modifier.rawValue - ARM64Modifier.lsl.rawValue) << 22 | amount << 10
  }

  static func logical(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    let operation = number(opcode, from: .and)
    let base = try size(instruction) | (operation >> 1) << 29
    switch instruction.form {
    case .rri where operation & 1 == 0:
      if instruction.modifier != 0 { throw .wrongModifier }
      guard
        let fields = ARM64BitmaskImmediate.encode(
          UInt64(bitPattern: instruction.immediate), width: instruction.width)
      else { throw .immediateOutOfRange }
      let d = try opcode == .ands ? general(instruction.d) : generalOrStackPointer(instruction.d)
      return base | 0x1200_0000 | fields << 10 | (try general(instruction.s)) << 5 | d
    case .rrr:
      guard let modifier = ARM64Modifier(rawValue: instruction.modifier) else {
        throw .wrongModifier
      }
      let shift = try shift(modifier, instruction)
      let m = try general(instruction.index)
      let s = try general(instruction.s)
      let d = try general(instruction.d)
      return base | 0x0A00_0000 | (operation & 1) << 21 | shift | m << 16 | s << 5 | d
    default: throw .noSuchForm
    }
  }

  static func moveWide(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.ri, instruction)
    let size = try size(instruction)
    let operation: UInt32 = opcode == .movn ? 0 : opcode == .movz ? 2 : 3
    let value = try unsigned(instruction.immediate, bits: 16)
    let amount = try amount(instruction, below: instruction.width * 8)
    if amount & 15 != 0 { throw .amountOutOfRange }
    return size | 0x1280_0000 | operation << 29 | (amount >> 4) << 21
      | value << 5 | (try general(instruction.d))
  }

  static func bitfield(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.rri, instruction)
    let size = try size(instruction)
    let immr = try unsigned(instruction.immediate, bits: instruction.width == 8 ? 6 : 5)
    let imms = try amount(instruction, below: instruction.width * 8)
    return size | 0x1300_0000 | number(opcode, from: .sbfm) << 29 | size >> 9 | immr << 16
      | imms << 10 | (try general(instruction.s)) << 5 | (try general(instruction.d))
  }

  static func extract(_ instruction: MachineInstruction) throws(ARM64EncodingError) -> UInt32 {
    try require(.rrri, instruction)
    let size = try size(instruction)
    let lowest = try unsigned(instruction.immediate, bits: instruction.width == 8 ? 6 : 5)
    return size | 0x1380_0000 | size >> 9 | (try general(instruction.index)) << 16 | lowest << 10
      | (try general(instruction.s)) << 5 | (try general(instruction.d))
  }

  static func oneSource(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.rr, instruction)
    let size = try size(instruction)
    let operation: UInt32
    switch opcode {
    case .rbit: operation = 0
    case .rev16: operation = 1
    case .rev32:
      try requireWidth8(instruction)
      operation = 2
    case .rev: operation = instruction.width == 8 ? 3 : 2
    case .clz: operation = 4
    default: operation = 5
    }
    return size | 0x5AC0_0000 | operation << 10 | (try general(instruction.s)) << 5
      | (try general(instruction.d))
  }

  static func multiplyAdd(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.rrrr, instruction)
    var base = try size(instruction) | 0x1B00_0000
    switch opcode {
    case .madd: break
    case .msub: base |= 0x8000
    default:
      try requireWidth8(instruction)
      switch opcode {
      case .smaddl: base |= 0x20_0000
      case .smsubl: base |= 0x20_8000
      case .umaddl: base |= 0xA0_0000
      default: base |= 0xA0_8000
      }
    }
    return base | (try general(instruction.index)) << 16 | (try general(instruction.base)) << 10
      | (try general(instruction.s)) << 5 | (try general(instruction.d))
  }

  static func conditionalCompare(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    let flags = try amount(instruction, below: 16)
    let base =
      try size(instruction) | 0x3A40_0000 | number(opcode, from: .ccmn) << 30
      | (try condition(instruction)) << 12 | (try general(instruction.d)) << 5 | flags
    switch instruction.form {
    case .rr: return base | (try general(instruction.s)) << 16
    case .ri: return base | 0x800 | (try unsigned(instruction.immediate, bits: 5)) << 16
    default: throw .noSuchForm
    }
  }

  static func address(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    let base: UInt32 = opcode == .adr ? 0x1000_0000 : 0x9000_0000
    let d = try general(instruction.d)
    switch instruction.form {
    case .rSymbol where instruction.target >= 0: return base | d
    case .rLabel where instruction.target >= 0 && opcode == .adr: return base | d
    case .ri:
      let unit: Int64 = opcode == .adr ? 0 : 12
      let value = instruction.immediate >> unit
      if value << unit != instruction.immediate || value < -0x10_0000 || value >= 0x10_0000 {
        throw .immediateOutOfRange
      }
      return base | d | splitField(value)
    default: throw .noSuchForm
    }
  }

  /// The 21 bits of `adr` and `adrp`: the low two are bits 30 and 29 of the word.
  static func splitField(_ value: Int64) -> UInt32 {
    let bits = UInt32(truncatingIfNeeded: value)
    return (bits & 3) << 29 | (bits >> 2 & 0x7FFFF) << 5
  }
}

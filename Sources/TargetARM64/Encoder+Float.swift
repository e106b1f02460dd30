import Codegen

// Scalar floating point and the few vector instructions (Arm ARM, C4.1.96).

extension ARM64Encoder {
  /// Moves between SIMD&FP registers, between the register files, and of constants.
  static func floatMove(_ instruction: MachineInstruction) throws(ARM64EncodingError) -> UInt32 {
    let type = try floatType(instruction.width)
    switch instruction.form {
    case .ri:
      let value = try unsigned(instruction.immediate, bits: 8)
      return 0x1E20_1000 | type | value << 13 | (try float(instruction.d))
    case .rr where instruction.d.isFloat && instruction.s.isFloat:
      return try floatUnary(.fmov, instruction)
    case .rr where instruction.d.isFloat:
      return 0x1E27_0000 | (try size(instruction)) | type | (try general(instruction.s)) << 5
        | (try float(instruction.d))
    case .rr:
      return 0x1E26_0000 | (try size(instruction)) | type | (try float(instruction.s)) << 5
        | (try general(instruction.d))
    default: throw .noSuchForm
    }
  }

  static func floatUnary(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.rr, instruction)
    let operation: UInt32
    switch opcode {
    case .fmov: operation = 0
    case .fabs: operation = 1
    case .fneg: operation = 2
    case .fsqrt: operation = 3
    case .frintx: operation = 14
    case .frinti: operation = 15
    default: operation = 8 + number(opcode, from: .frintn)
    }
    return 0x1E20_4000 | (try floatType(instruction.width)) | operation << 15
      | (try float(instruction.s)) << 5 | (try float(instruction.d))
  }

  static func floatConvert(_ instruction: MachineInstruction) throws(ARM64EncodingError) -> UInt32 {
    try require(.rr, instruction)
    if instruction.width == instruction.scale { throw .wrongWidth }
    let source = try floatTypeOrHalf(instruction.scale)
    let target = try floatTypeOrHalf(instruction.width)
    return 0x1E22_4000 | source << 22 | target << 15 | (try float(instruction.s)) << 5
      | (try float(instruction.d))
  }

  private static func floatTypeOrHalf(_ width: UInt8) throws(ARM64EncodingError) -> UInt32 {
    switch width {
    case 2: return 3
    case 4: return 0
    case 8: return 1
    default: throw .wrongWidth
    }
  }

  /// d, s and index are SIMD&FP registers.
  static func floatBinary(
    _ base: UInt32, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.rrr, instruction)
    let s = try float(instruction.s)
    let m = try float(instruction.index)
    return base | (try floatType(instruction.width)) | m << 16 | s << 5
      | (try float(instruction.d))
  }

  static func floatMultiplyAdd(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.rrrr, instruction)
    let operation = number(opcode, from: .fmadd)
    let base = 0x1F00_0000 | (operation >> 1) << 21 | (operation & 1) << 15
    let m = try float(instruction.index)
    let a = try float(instruction.base)
    return base | (try floatType(instruction.width)) | m << 16 | a << 10
      | (try float(instruction.s)) << 5 | (try float(instruction.d))
  }

  static func floatCompare(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    let base =
      try 0x1E20_0000 | floatType(instruction.width) | (try float(instruction.d)) << 5
    let signals: UInt32 = opcode == .fcmpe || opcode == .fccmpe ? 0x10 : 0
    switch (opcode, instruction.form) {
    case (.fcmp, .r), (.fcmpe, .r): return base | 0x2008 | signals
    case (.fcmp, .rr), (.fcmpe, .rr):
      return base | 0x2000 | signals | (try float(instruction.s)) << 16
    case (.fccmp, .rr), (.fccmpe, .rr):
      let flags = try amount(instruction, below: 16)
      return base | 0x400 | signals | (try float(instruction.s)) << 16
        | (try condition(instruction)) << 12 | flags
    default: throw .noSuchForm
    }
  }

  /// Between numbers of the two register files. Rounding mode and operation are bits 20 to 16.
  static func integerConversion(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.rr, instruction)
    let toFloat = opcode == .scvtf || opcode == .ucvtf
    let integerWidth = toFloat ? instruction.scale : instruction.width
    let floatWidth = toFloat ? instruction.width : instruction.scale
    if integerWidth != 4 && integerWidth != 8 { throw .wrongWidth }
    let operation: UInt32
    switch opcode {
    case .scvtf, .ucvtf: operation = 2 + number(opcode, from: .scvtf)
    case .fcvtas, .fcvtau: operation = 4 + number(opcode, from: .fcvtas)
    default:
      let number = number(opcode, from: .fcvtns)
      operation = (number >> 1) << 3 | number & 1
    }
    let d = try toFloat ? float(instruction.d) : general(instruction.d)
    let s = try toFloat ? general(instruction.s) : float(instruction.s)
    return 0x1E20_0000 | (integerWidth == 8 ? 1 << 31 : 0) | (try floatType(floatWidth))
      | operation << 16 | s << 5 | d
  }

  static func vector(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    if instruction.width != 8 && instruction.width != 16 { throw .wrongWidth }
    let d = try float(instruction.d) | (instruction.width == 16 ? 1 << 30 : 0)
    switch opcode {
    case .movi:
      try require(.ri, instruction)
      guard let bits = ARM64ByteMaskImmediate.encode(UInt64(bitPattern: instruction.immediate))
      else { throw .immediateOutOfRange }
      return 0x2F00_E400 | UInt32(bits >> 5) << 16 | UInt32(bits & 31) << 5 | d
    case .cnt:
      try require(.rr, instruction)
      return 0x0E20_5800 | (try float(instruction.s)) << 5 | d
    case .addv:
      try require(.rr, instruction)
      return 0x0E31_B800 | (try float(instruction.s)) << 5 | d
    default:
      try require(.rrr, instruction)
      let operation = number(opcode, from: .andVector)
      let base: UInt32 = 0x0E20_1C00 | (operation & 3) << 22 | (operation >> 2) << 29
      return base | (try float(instruction.index)) << 16 | (try float(instruction.s)) << 5 | d
    }
  }
}

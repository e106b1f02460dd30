import Codegen

// Loads and stores (Arm ARM, C4.1.94).

extension ARM64Encoder {
  /// Bytes that an instruction of the `ldr` family reads or writes.
  static func accessWidth(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> UInt8 {
    switch opcode {
    case .ldrsb: 1
    case .ldrsh: 2
    case .ldrsw: 4
    default: instruction.width
    }
  }

  static func loadStore(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    if instruction.form != .rm && instruction.form != .mr {
      return try loadLiteral(opcode, instruction)
    }
    if (opcode == .str) != (instruction.form == .mr) { throw .noSuchForm }
    let register = opcode == .str ? instruction.s : instruction.d
    let access = accessWidth(opcode, instruction)
    let logarithm = try logarithm(access)
    var base: UInt32 = 0x3800_0000
    let number: UInt32
    if register.isFloat {
      if opcode != .str && opcode != .ldr { throw .notGeneral }
      number = try float(register)
      base |= (logarithm & 3) << 30 | 1 << 26 | (logarithm >> 2) << 23
      base |= opcode == .ldr ? 1 << 22 : 0
    } else {
      number = try general(register)
      if logarithm > 3 { throw .wrongWidth }
      base |= logarithm << 30 | (try generalOperation(opcode, instruction)) << 22
    }
    return base | (try addressing(instruction, logarithm, loaded: register)) | number
  }

  private static func logarithm(_ width: UInt8) throws(ARM64EncodingError) -> UInt32 {
    if width.nonzeroBitCount != 1 || width > 16 { throw .wrongWidth }
    return UInt32(width.trailingZeroBitCount)
  }

  /// The field opc of accesses with general registers.
  private static func generalOperation(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    switch opcode {
    case .str: return 0
    case .ldr: return 1
    case .ldrsw:
      try requireWidth8(instruction)
      return 2
    default: return (try size(instruction)) == 0 ? 3 : 2
    }
  }

  /// Base register and offset, with the bits that select the kind of address.
  private static func addressing(
    _ instruction: MachineInstruction, _ logarithm: UInt32, loaded: Register
  ) throws(ARM64EncodingError) -> UInt32 {
    let base = try generalOrStackPointer(instruction.base) << 5
    let displacement = instruction.displacement
    guard let modifier = ARM64Modifier(rawValue: instruction.modifier) else {
      throw .wrongModifier
    }
    if !instruction.index.isNone {
      return base | (try indexed(instruction, modifier, logarithm))
    }
    if instruction.amount != 0 { throw .wrongModifier }
    if instruction.target >= 0 {
      if modifier != .none { throw .wrongModifier }
      return base | 1 << 24
    }
    switch modifier {
    case .none:
      let scaled = displacement >> Int32(logarithm)
      if scaled << Int32(logarithm) == displacement && scaled >= 0 && scaled < 0x1000 {
        return base | 1 << 24 | UInt32(bitPattern: scaled) << 10
      }
      return base | (try byteOffset(displacement))
    case .unscaled: return base | (try byteOffset(displacement))
    case .preIndex, .postIndex:
      if loaded == instruction.base && loaded != .sp { throw .baseIsLoaded }
      return base | (try byteOffset(displacement)) | (modifier == .preIndex ? 0xC00 : 0x400)
    default: throw .wrongModifier
    }
  }

  /// An offset of 9 bits with sign.
  private static func byteOffset(_ displacement: Int32) throws(ARM64EncodingError) -> UInt32 {
    if displacement < -256 || displacement > 255 { throw .displacementOutOfRange }
    return UInt32(bitPattern: displacement & 0x1FF) << 12
  }

  private static func indexed(
    _ instruction: MachineInstruction, _ modifier: ARM64Modifier, _ logarithm: UInt32
  ) throws(ARM64EncodingError) -> UInt32 {
    if instruction.displacement != 0 || instruction.target >= 0 { throw .indexAndDisplacement }
    let option: UInt32
    switch modifier {
    case .none, .lsl: option = 3
    case .uxtw: option = 2
    case .sxtw: option = 6
    case .sxtx: option = 7
    default: throw .wrongModifier
    }
    let amount = UInt32(instruction.amount)
    if amount != 0 && (amount != logarithm || modifier == .none) { throw .amountOutOfRange }
    let isShifted: UInt32 = amount == 0 ? 0 : 1
    return 0x20_0800 | (try general(instruction.index)) << 16 | option << 13 | isShifted << 12
  }

  /// `ldr` and `ldrsw` from a place near the instruction.
  private static func loadLiteral(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    var base: UInt32 = 0x1800_0000
    let isFloat = instruction.d.isFloat
    let number = try isFloat ? float(instruction.d) : general(instruction.d)
    switch (opcode, instruction.width) {
    case (.ldr, 4): break
    case (.ldr, 8): base |= 1 << 30
    case (.ldr, 16) where isFloat: base |= 2 << 30
    case (.ldrsw, 8) where !isFloat: base |= 2 << 30
    case (.ldr, _), (.ldrsw, _): throw .wrongWidth
    default: throw .noSuchForm
    }
    base |= isFloat ? 1 << 26 : 0
    switch instruction.form {
    case .rLabel where instruction.target >= 0, .rSymbol where instruction.target >= 0:
      return base | number
    case .ri:
      return base | number | (try branchField(instruction.immediate, bits: 19)) << 5
    default: throw .noSuchForm
    }
  }

  static func pair(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.rrm, instruction)
    let d = instruction.d
    let s = instruction.s
    var base: UInt32 = opcode == .stp ? 0x2800_0000 : 0x2840_0000
    var logarithm: UInt32
    var number: UInt32
    if d.isFloat {
      logarithm = try self.logarithm(instruction.width)
      if logarithm < 2 { throw .wrongWidth }
      if opcode == .ldpsw { throw .notGeneral }
      base |= 1 << 26 | (logarithm - 2) << 30
      number = try float(d) | (try float(s)) << 10
    } else {
      logarithm = try size(instruction) == 0 ? 2 : 3
      if opcode == .ldpsw {
        try requireWidth8(instruction)
        logarithm = 2
        base |= 1 << 30
      } else {
        base |= (logarithm - 2) << 31
      }
      number = try general(d) | (try general(s)) << 10
    }
    if opcode != .stp && d == s { throw .loadedTwice }
    number |= try generalOrStackPointer(instruction.base) << 5
    let displacement = instruction.displacement
    let scaled = displacement >> Int32(logarithm)
    if scaled << Int32(logarithm) != displacement || scaled < -64 || scaled > 63 {
      throw .displacementOutOfRange
    }
    return base | number | UInt32(bitPattern: scaled & 0x7F) << 15 | (try pairMode(instruction))
  }

  private static func pairMode(
    _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    if !instruction.index.isNone || instruction.target >= 0 || instruction.amount != 0 {
      throw .noSuchForm
    }
    let isUpdated = instruction.base == instruction.d || instruction.base == instruction.s
    switch ARM64Modifier(rawValue: instruction.modifier) {
    case .some(.none): return 2 << 23
    case .preIndex, .postIndex:
      if isUpdated { throw .baseIsLoaded }
      return instruction.modifier == ARM64Modifier.preIndex.rawValue ? 3 << 23 : 1 << 23
    default: throw .wrongModifier
    }
  }

  /// Ordered and exclusive accesses.
  static func synchronized(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    let logarithm = try logarithm(instruction.width)
    if logarithm > 3 { throw .wrongWidth }
    if !instruction.index.isNone || instruction.displacement != 0 || instruction.target >= 0
      || instruction.modifier != 0 || instruction.amount != 0
    {
      throw .noSuchForm
    }
    let address = try generalOrStackPointer(instruction.base) << 5
    let word: UInt32 = logarithm << 30 | 0x0800_7C00 | address
    switch opcode {
    case .ldar, .ldxr, .ldaxr:
      try require(.rm, instruction)
      let kind: UInt32 = opcode == .ldar ? 0xC0_8000 : opcode == .ldaxr ? 0x40_8000 : 0x40_0000
      return word | kind | 31 << 16 | (try general(instruction.d))
    case .stlr:
      try require(.mr, instruction)
      return word | 0x80_8000 | 31 << 16 | (try general(instruction.s))
    default:
      try require(.rrm, instruction)
      let d = instruction.d
      if d == instruction.s || d == instruction.base { throw .statusIsOperand }
      return word | (opcode == .stlxr ? 0x8000 : 0) | (try general(d)) << 16
        | (try general(instruction.s))
    }
  }
}

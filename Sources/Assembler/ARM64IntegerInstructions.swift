import Codegen
import Diagnostics
import ELF
import TargetARM64

extension Assembly {
  mutating func assembleInteger(_ mnemonic: ARM64Mnemonic) throws(AssemblyError) {
    switch mnemonic {
    case .addSubtract(let opcode):
      let d = try parseGeneral()
      try parseComma()
      let s = try parseGeneral(width: d.width)
      try parseComma()
      try assembleAddend(opcode, d.register, s, isSourceGiven: true)
    case .compare(let opcode):
      let s = try parseGeneral()
      try parseComma()
      try assembleAddend(opcode, .zr, s, isSourceGiven: true)
    case .negate(let opcode):
      let d = try parseGeneral()
      try parseComma()
      var zero = d
      zero.register = .zr
      try assembleAddend(opcode, d.register, zero, isSourceGiven: false)
    case .negateWithCarry(let opcode):
      let d = try parseGeneral()
      try parseComma()
      let m = try parseGeneral(width: d.width)
      try emit(ARM64.rrr(opcode, d.register, .zr, m.register, width: d.width))
    case .logical(let opcode):
      if let vector = armRegister(token), !vector.arrangement.isEmpty {
        try assembleVectorLogic(opcode)
        return
      }
      let d = try parseGeneral()
      try parseComma()
      let s = try parseGeneral(width: d.width)
      try parseComma()
      try assembleLogical(opcode, d, s)
    case .test:
      let s = try parseGeneral()
      try parseComma()
      var zero = s
      zero.register = .zr
      try assembleLogical(.ands, zero, s)
    case .moveNot:
      let d = try parseGeneral()
      try parseComma()
      let m = try parseGeneral(width: d.width)
      try emitShifted(.orn, d, .zr, m)
    case .move: try assembleMove()
    case .moveWide(let opcode): try assembleMoveWide(opcode)
    case .bitfield, .bitfieldAlias, .extend, .shift, .extract: try assembleBits(mnemonic)
    case .twoRegisters(let opcode):
      let d = try parseGeneral()
      try parseComma()
      let s = try parseGeneral(width: d.width)
      try emit(ARM64.rr(opcode, d.register, s.register, width: d.width))
    case .threeRegisters(let opcode):
      let d = try parseGeneral()
      try parseComma()
      let s = try parseGeneral(width: d.width)
      try parseComma()
      let m = try parseGeneral(width: d.width)
      try emit(ARM64.rrr(opcode, d.register, s.register, m.register, width: d.width))
    case .multiplyAdd(let opcode): try assembleMultiplication(opcode, hasAddend: true)
    case .multiply(let opcode): try assembleMultiplication(opcode, hasAddend: false)
    default: return
    }
  }

  private mutating func assembleMultiplication(
    _ opcode: ARM64Opcode, hasAddend: Bool
  ) throws(AssemblyError) {
    let isLong = opcode != .madd && opcode != .msub
    let d = try parseGeneral(width: isLong ? 8 : nil)
    let width = isLong ? 4 : d.width
    try parseComma()
    let s = try parseGeneral(width: width)
    try parseComma()
    let m = try parseGeneral(width: width)
    var addend = Register.zr
    if hasAddend {
      try parseComma()
      addend = try parseGeneral(width: d.width).register
    }
    try emit(
      ARM64.rrrr(opcode, d.register, s.register, m.register, addend, width: d.width))
  }

  // MARK: Addition

  /// The last operand of an addition: a number, an address's low part, or a register that may be
  /// shifted or extended.
  private mutating func assembleAddend(
    _ opcode: ARM64Opcode, _ d: Register, _ s: ARM64RegisterName, isSourceGiven: Bool
  ) throws(AssemblyError) {
    if armRegister(token) == nil && isSourceGiven {
      try assembleAddImmediate(opcode, d, s)
      return
    }
    let start = token.start
    let m = try parseGeneral()
    var modifier = ARM64Modifier.none
    var amount: UInt8 = 0
    if takeIf(UInt8(ascii: ",")) {
      guard let (kind, count, _) = try parseModifier() else {
        throw expected("a shift or an extension")
      }
      (modifier, amount) = (kind, count)
    }
    let isNarrow =
      switch modifier {
      case .uxtb, .uxth, .uxtw, .sxtb, .sxth, .sxtw: true
      default: false
      }
    let expected: UInt8 = isNarrow ? 4 : s.width
    if m.width != expected && !(isNarrow && s.width == 4) {
      throw AssemblyError(
        "E0405", "expected a register of \(Int(expected) * 8) bits", range(from: start),
        help: "a w register is extended to 64 bits by uxtw or sxtw")
    }
    try emit(
      ARM64.rrr(opcode, d, s.register, m.register, modifier, amount, width: s.width),
      range(from: start))
  }

  private mutating func assembleAddImmediate(
    _ opcode: ARM64Opcode, _ d: Register, _ s: ARM64RegisterName
  ) throws(AssemblyError) {
    let immediate = try parseARMImmediate()
    if immediate.part == "lo12" && opcode == .add {
      var instruction = MachineInstruction(
        opcode: opcode.rawValue, form: .rrSymbol, width: s.width, d: d, s: s.register)
      instruction.displacement = 0
      try emit(instruction, to: immediate.operand)
      return
    }
    var value = try number(immediate, "the number")
    var isShifted = false
    if takeIf(UInt8(ascii: ",")) {
      guard let (modifier, amount, range) = try parseModifier(), modifier == .lsl,
        amount == 0 || amount == 12
      else {
        throw AssemblyError("E0405", "a number can be shifted by lsl #12 only", immediate.range)
      }
      isShifted = amount == 12
      guard value >= 0, value < 0x1000 else {
        throw AssemblyError(
          "E0406", "\(value) does not fit into 12 bits", immediate.range, "shifted by \(amount)"
        ).with(range, "by this")
      }
      if isShifted { value <<= 12 }
    }
    if s.width == 4 && value > 0x7FFF_FFFF && value <= 0xFFFF_FFFF {
      value = Int64(Int32(truncatingIfNeeded: value))
    }
    var operation = opcode
    if value < 0 {
      // Adding a negative number is subtracting a positive one.
      switch opcode {
      case .add: operation = .sub
      case .adds: operation = .subs
      case .sub: operation = .add
      default: operation = .adds
      }
    }
    guard ARM64.isAddImmediate(value) else {
      throw AssemblyError(
        "E0406", "\(value) cannot be added by one instruction", immediate.range,
        help: "numbers have 12 bits, or 24 of which the low 12 are 0; "
          + "others are loaded into a register first")
    }
    var instruction = ARM64.rri(
      operation, d, s.register, Int64(bitPattern: UInt64(value.magnitude)), width: s.width)
    if isShifted && value == 0 { instruction.modifier = ARM64Modifier.lsl.rawValue }
    try emit(instruction, immediate.range)
  }

  // MARK: Logic

  private mutating func assembleLogical(
    _ opcode: ARM64Opcode, _ d: ARM64RegisterName, _ s: ARM64RegisterName
  ) throws(AssemblyError) {
    if armRegister(token) != nil {
      let m = try parseGeneral(width: s.width)
      try emitShifted(opcode, d, s.register, m)
      return
    }
    let immediate = try parseARMImmediate()
    var value = try number(immediate, "the mask")
    var operation = opcode
    // There are none with the complement of a number, but the complement is a number.
    switch opcode {
    case .bic: (operation, value) = (.and, ~value)
    case .orn: (operation, value) = (.orr, ~value)
    case .eon: (operation, value) = (.eor, ~value)
    case .bics: (operation, value) = (.ands, ~value)
    default: break
    }
    if s.width == 4 {
      guard value >= -0x8000_0000 - 0x7FFF_FFFF, value <= 0xFFFF_FFFF else {
        throw AssemblyError("E0406", "the mask does not fit into 32 bits", immediate.range)
      }
      value &= 0xFFFF_FFFF
    }
    guard ARM64BitmaskImmediate.encode(UInt64(bitPattern: value), width: s.width) != nil else {
      throw AssemblyError(
        "E0406", "the mask \(hexadecimal(value)) cannot be encoded", immediate.range,
        help: "masks are runs of ones, repeated every 2, 4, 8, 16, 32 or 64 bits; "
          + "others are loaded into a register first")
    }
    try emit(
      ARM64.rri(operation, d.register, s.register, value, width: s.width), immediate.range)
  }

  private func hexadecimal(_ value: Int64) -> String {
    "0x" + String(UInt64(bitPattern: value), radix: 16)
  }

  /// An operation with a last register that may be shifted.
  private mutating func emitShifted(
    _ opcode: ARM64Opcode, _ d: ARM64RegisterName, _ s: Register, _ m: ARM64RegisterName
  ) throws(AssemblyError) {
    var modifier = ARM64Modifier.none
    var amount: UInt8 = 0
    var operand: SourceRange?
    if takeIf(UInt8(ascii: ",")) {
      guard let (kind, count, range) = try parseModifier() else { throw expected("a shift") }
      (modifier, amount) = (kind, count)
      operand = range
    }
    try emit(
      ARM64.rrr(opcode, d.register, s, m.register, modifier, amount, width: d.width), operand)
  }

  private mutating func assembleVectorLogic(_ opcode: ARM64Opcode) throws(AssemblyError) {
    let operations: [ARM64Opcode: ARM64Opcode] = [
      .and: .andVector, .bic: .bicVector, .orr: .orrVector, .orn: .ornVector, .eor: .eorVector,
    ]
    let d = try parseVector()
    guard let operation = operations[opcode], d.arrangement != "2d" else {
      throw AssemblyError(
        "E0405", "this does not exist for vectors of this kind", range(from: statementStart))
    }
    try parseComma()
    let s = try parseVector(d.arrangement)
    try parseComma()
    let m = try parseVector(d.arrangement)
    try emit(ARM64.rrr(operation, d.register, s.register, m.register, width: d.width))
  }

  // MARK: Moves

  private mutating func assembleMove() throws(AssemblyError) {
    if let vector = armRegister(token), vector.isFloat {
      let d = try parseVector()
      try parseComma()
      let s = try parseVector(d.arrangement)
      if d.arrangement == "2d" {
        throw AssemblyError(
          "E0405", "vectors are moved as .8b or .16b", range(from: statementStart))
      }
      try emit(ARM64.rrr(.orrVector, d.register, s.register, s.register, width: d.width))
      return
    }
    let d = try parseGeneral()
    try parseComma()
    if armRegister(token) != nil {
      let s = try parseGeneral(width: d.width)
      if token.isPunctuation(UInt8(ascii: ",")) {
        try emitShifted(.orr, d, .zr, s)
      } else {
        try emit(ARM64.mov(d.register, s.register, width: d.width))
      }
      return
    }
    let immediate = try parseARMImmediate()
    let value = try number(immediate, "the number")
    guard let instruction = constantMove(d, value) else {
      throw AssemblyError(
        "E0406", "\(value) cannot be moved by one instruction", immediate.range,
        help: "movz and movk make it of 16 bits each; or write: ldr \(d.width == 8 ? "x" : "w")"
          + "\(d.register.index), =\(value)")
    }
    try emit(instruction, immediate.range)
  }

  /// The first of `movz`, `movn` and `orr` that makes a constant.
  private func constantMove(_ d: ARM64RegisterName, _ value: Int64) -> MachineInstruction? {
    if d.width == 4 && !ranged(value, size: 4) { return nil }
    let all: UInt64 = d.width == 8 ? .max : 0xFFFF_FFFF
    let bits = UInt64(bitPattern: value) & all
    for (opcode, wanted) in [(ARM64Opcode.movz, bits), (.movn, ~bits & all)] {
      for shift in stride(from: UInt8(0), to: d.width * 8, by: 16) {
        let chunk = wanted >> UInt64(shift) & 0xFFFF
        if chunk << UInt64(shift) == wanted && d.register != .sp {
          return ARM64.moveWide(
            opcode, d.register, UInt16(chunk), shift: shift, width: d.width)
        }
      }
    }
    guard ARM64BitmaskImmediate.encode(bits, width: d.width) != nil else { return nil }
    return ARM64.rri(.orr, d.register, .zr, Int64(bitPattern: bits), width: d.width)
  }

  private mutating func assembleMoveWide(_ opcode: ARM64Opcode) throws(AssemblyError) {
    let d = try parseGeneral()
    try parseComma()
    let immediate = try parseARMImmediate()
    if !immediate.part.isEmpty {
      guard let (kind, shift) = wideMovePart(immediate.part) else {
        throw AssemblyError(
          "E0409", "':\(immediate.part):' is not possible here", immediate.range,
          help: ":abs_g0: to :abs_g3: are, and with _nc those without a check of the range")
      }
      try emit(
        ARM64.moveWide(opcode, d.register, 0, shift: shift, width: d.width), immediate.range)
      addFixup(kind.rawValue, immediate.operand.expression, back: 4, immediate.range)
      return
    }
    let value = try number(immediate, "the number", 0...0xFFFF)
    var shift: UInt8 = 0
    var operand = immediate.range
    if takeIf(UInt8(ascii: ",")) {
      guard let (modifier, amount, range) = try parseModifier(), modifier == .lsl else {
        throw expected("lsl #16, #32 or #48")
      }
      shift = amount
      operand = range
    }
    try emit(
      ARM64.moveWide(opcode, d.register, UInt16(value), shift: shift, width: d.width), operand)
  }

  private func wideMovePart(_ part: String) -> (AArch64Relocation, UInt8)? {
    switch part {
    case "abs_g0": (.movwUnsignedG0, 0)
    case "abs_g0_nc": (.movwUnsignedG0NoCheck, 0)
    case "abs_g1": (.movwUnsignedG1, 16)
    case "abs_g1_nc": (.movwUnsignedG1NoCheck, 16)
    case "abs_g2": (.movwUnsignedG2, 32)
    case "abs_g2_nc": (.movwUnsignedG2NoCheck, 32)
    case "abs_g3": (.movwUnsignedG3, 48)
    default: nil
    }
  }

  // MARK: Bit fields

  private mutating func assembleBits(_ mnemonic: ARM64Mnemonic) throws(AssemblyError) {
    let d = try parseGeneral()
    let last = Int64(d.width) * 8 - 1
    try parseComma()
    switch mnemonic {
    case .bitfield(let opcode):
      let s = try parseGeneral(width: d.width)
      try parseComma()
      let immr = try parseARMNumber("the rotation", 0...last)
      try parseComma()
      let imms = try parseARMNumber("the last bit", 0...last)
      try emit(
        ARM64.bitfield(
          opcode, d.register, s.register, immr: UInt8(immr), imms: UInt8(imms), width: d.width))
    case .bitfieldAlias(let alias):
      let s = try parseGeneral(width: d.width)
      try parseComma()
      let lowest = UInt8(try parseARMNumber("the lowest bit", 0...last))
      try parseComma()
      let count = UInt8(try parseARMNumber("the number of bits", 1...last + 1 - Int64(lowest)))
      let (to, from, width) = (d.register, s.register, d.width)
      let instruction =
        switch alias {
        case .ubfx: ARM64.ubfx(to, from, lowest: lowest, count: count, width: width)
        case .sbfx: ARM64.sbfx(to, from, lowest: lowest, count: count, width: width)
        case .ubfiz: ARM64.ubfiz(to, from, lowest: lowest, count: count, width: width)
        case .sbfiz: ARM64.sbfiz(to, from, lowest: lowest, count: count, width: width)
        case .bfi: ARM64.bfi(to, from, lowest: lowest, count: count, width: width)
        case .bfxil: ARM64.bfxil(to, from, lowest: lowest, count: count, width: width)
        }
      try emit(instruction)
    case .extend(let opcode, let bytes):
      let s = try parseGeneral(width: 4)
      if opcode == .sbfm {
        try emit(ARM64.signExtend(d.register, s.register, bytes: bytes, width: d.width))
      } else {
        try emit(ARM64.zeroExtend(d.register, s.register, bytes: bytes))
      }
    case .shift(let opcode):
      let s = try parseGeneral(width: d.width)
      try parseComma()
      if armRegister(token) != nil {
        let m = try parseGeneral(width: d.width)
        try emit(ARM64.rrr(opcode, d.register, s.register, m.register, width: d.width))
        return
      }
      let amount = UInt8(try parseARMNumber("shift amount", 0...last))
      try emit(constantShift(opcode, d, s, amount))
    default:
      let s = try parseGeneral(width: d.width)
      try parseComma()
      let m = try parseGeneral(width: d.width)
      try parseComma()
      let lowest = UInt8(try parseARMNumber("the lowest bit", 0...last))
      try emit(ARM64.extr(d.register, s.register, m.register, lowest, width: d.width))
    }
  }

  private func constantShift(
    _ opcode: ARM64Opcode, _ d: ARM64RegisterName, _ s: ARM64RegisterName, _ amount: UInt8
  ) -> MachineInstruction {
    switch opcode {
    case .lslv: ARM64.lsl(d.register, s.register, amount, width: d.width)
    case .lsrv: ARM64.lsr(d.register, s.register, amount, width: d.width)
    case .asrv: ARM64.asr(d.register, s.register, amount, width: d.width)
    default: ARM64.ror(d.register, s.register, amount, width: d.width)
    }
  }
}

import Codegen
import Diagnostics
import TargetARM64

extension Assembly {
  mutating func assembleFloat(_ mnemonic: ARM64Mnemonic) throws(AssemblyError) {
    switch mnemonic {
    case .floatMove: try assembleFloatMove()
    case .floatUnary(let opcode):
      let d = try parseFloat()
      try parseComma()
      let s = try parseFloat(width: d.width)
      try emit(ARM64.rr(opcode, d.register, s.register, width: d.width))
    case .floatConvert:
      let d = try parseFloat()
      try parseComma()
      let s = try parseFloat()
      try emit(
        ARM64.rr(.fcvt, d.register, s.register, width: d.width, sourceWidth: s.width))
    case .floatBinary(let opcode):
      let d = try parseFloat()
      try parseComma()
      let s = try parseFloat(width: d.width)
      try parseComma()
      let m = try parseFloat(width: d.width)
      try emit(ARM64.rrr(opcode, d.register, s.register, m.register, width: d.width))
    case .floatMultiplyAdd(let opcode):
      let d = try parseFloat()
      try parseComma()
      let s = try parseFloat(width: d.width)
      try parseComma()
      let m = try parseFloat(width: d.width)
      try parseComma()
      let a = try parseFloat(width: d.width)
      try emit(
        ARM64.rrrr(opcode, d.register, s.register, m.register, a.register, width: d.width))
    case .floatCompare(let opcode):
      let d = try parseFloat()
      try parseComma()
      if armRegister(token) != nil {
        let s = try parseFloat(width: d.width)
        try emit(ARM64.rr(opcode, d.register, s.register, width: d.width))
        return
      }
      let (value, range) = try parseARMFloat()
      guard value.bitPattern == 0 else {
        throw AssemblyError("E0406", "the only constant here is 0.0", range)
      }
      try emit(ARM64.r(opcode, d.register, width: d.width))
    case .toInteger(let opcode):
      let d = try parseGeneral()
      try parseComma()
      let s = try parseFloat()
      try emit(
        ARM64.rr(opcode, d.register, s.register, width: d.width, sourceWidth: s.width))
    case .fromInteger(let opcode):
      let d = try parseFloat()
      try parseComma()
      let s = try parseGeneral()
      try emit(
        ARM64.rr(opcode, d.register, s.register, width: d.width, sourceWidth: s.width))
    case .moveVectorConstant: try assembleVectorConstant()
    case .countOnes:
      let d = try parseVector()
      try parseComma()
      let s = try parseVector(d.arrangement)
      try emit(ARM64.rr(.cnt, d.register, s.register, width: d.width))
    case .addAcross:
      let d = try parseFloat(width: 1)
      try parseComma()
      let s = try parseVector()
      try emit(ARM64.rr(.addv, d.register, s.register, width: s.width))
    default: return
    }
  }

  private mutating func assembleFloatMove() throws(AssemblyError) {
    let first = token
    let d = try parseARMRegister()
    guard d.arrangement.isEmpty else {
      throw AssemblyError("E0405", "expected a scalar register", range(first))
    }
    try parseComma()
    guard let s = armRegister(token) else {
      let (value, range) = try parseARMFloat()
      guard d.isFloat else {
        throw AssemblyError("E0405", "the number needs a floating-point register", range)
      }
      if value.bitPattern == 0 {
        // There is no such constant, but the register that is zero.
        try emit(ARM64.fmov(d.register, .zr, width: d.width), range)
        return
      }
      guard let instruction = ARM64.fmov(d.register, constant: value, width: d.width) else {
        throw AssemblyError(
          "E0406", "\(value) is no constant of fmov", range,
          help: "constants are n/16 times a power of two from 1/8 to 16, n from 16 to 31; "
            + "others are loaded from memory")
      }
      try emit(instruction, range)
      return
    }
    let source = token
    advance()
    guard s.arrangement.isEmpty, d.isFloat || s.isFloat, s.width == d.width else {
      throw AssemblyError(
        "E0405", "the registers do not fit each other", range(source),
        help: "fmov moves 32 or 64 bits between s and w, d and x, or two of one kind")
    }
    try emit(ARM64.fmov(d.register, s.register, width: d.width))
  }

  /// `movi d0, #0xff00…` and `movi v0.2d, #…`.
  private mutating func assembleVectorConstant() throws(AssemblyError) {
    let first = token
    let d = try parseARMRegister()
    guard d.isFloat, d.arrangement == "2d" || d.arrangement.isEmpty && d.width == 8 else {
      throw AssemblyError("E0405", "expected d0 or v0.2d", range(first))
    }
    try parseComma()
    let immediate = try parseARMImmediate()
    let value = try number(immediate, "the constant")
    try emit(ARM64.ri(.movi, d.register, value, width: d.width), immediate.range)
  }
}

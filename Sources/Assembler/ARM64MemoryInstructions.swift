import Codegen
import Diagnostics
import ELF
import TargetARM64

extension Assembly {
  mutating func assembleMemory(_ mnemonic: ARM64Mnemonic) throws(AssemblyError) {
    switch mnemonic {
    case .address(let opcode): try assembleAddress(opcode)
    case .load(let opcode, let width, let isUnscaled):
      try assembleLoad(opcode, width: width, isUnscaled: isUnscaled)
    case .pair(let opcode): try assemblePair(opcode)
    case .exclusive(let opcode, let width): try assembleExclusive(opcode, width: width)
    default: return
    }
  }

  /// `adr` and `adrp`.
  private mutating func assembleAddress(_ opcode: ARM64Opcode) throws(AssemblyError) {
    let d = try parseGeneral(width: 8)
    try parseComma()
    let target = try parseARMImmediate()
    if target.part.isEmpty, let distance = knownConstant(target.operand.expression) {
      try emit(ARM64.ri(opcode, d.register, distance), target.range)
      return
    }
    let kind: AArch64Relocation?
    switch (opcode, target.part) {
    case (_, ""), (.adrp, "pg_hi21"): kind = nil
    case (.adrp, "pg_hi21_nc"): kind = .adrPage21NoCheck
    case (.adrp, "got"): kind = .adrGotPage21
    default:
      throw AssemblyError("E0409", "':\(target.part):' is not possible here", target.range)
    }
    let instruction = MachineInstruction(
      opcode: opcode.rawValue, form: .rSymbol, d: d.register)
    try emit(instruction, to: target.operand, kind: kind)
  }

  private mutating func assembleLoad(
    _ opcode: ARM64Opcode, width: UInt8, isUnscaled: Bool
  ) throws(AssemblyError) {
    let register =
      try width != 0 ? parseGeneral(width: 4) : parseLoaded(opcode)
    try parseComma()
    let access = width != 0 ? width : register.width
    if opcode != .str && !token.isPunctuation(UInt8(ascii: "[")) && !isUnscaled && width == 0 {
      try assembleLiteral(opcode, register)
      return
    }
    var address = try parseAddress()
    if isUnscaled {
      guard address.memory.modifier == .none, address.memory.index.isNone else {
        throw AssemblyError("E0405", "this address is not possible here", address.range)
      }
      address.memory.modifier = .unscaled
    }
    var instruction =
      opcode == .str
      ? ARM64.mr(opcode, address.memory, register.register, width: access)
      : ARM64.rm(opcode, register.register, address.memory, width: access)
    guard let symbol = address.symbol else {
      try emit(instruction, address.range)
      return
    }
    guard symbol.variant == "lo12" || symbol.variant == "got_lo12", address.memory.modifier == .none
    else {
      throw AssemblyError(
        "E0409", "the offset has to be a number that is known here", symbol.range,
        help: ":lo12:SYMBOL is the low part of an address whose page adrp has loaded")
    }
    let isSlot = symbol.variant == "got_lo12"
    if isSlot && (opcode != .ldr || access != 8 || register.isFloat) {
      throw AssemblyError("E0409", "':got_lo12:' belongs to a load of 64 bits", symbol.range)
    }
    instruction.target = 0
    try emit(instruction, to: symbol, kind: isSlot ? .load64GotLow12 : nil)
  }

  /// The register of `ldr`, `str`, and those that extend.
  private mutating func parseLoaded(_ opcode: ARM64Opcode) throws(AssemblyError)
    -> ARM64RegisterName
  {
    if opcode == .ldrsw { return try parseGeneral(width: 8) }
    if opcode != .ldr && opcode != .str { return try parseGeneral() }
    let first = token
    let register = try parseARMRegister()
    if !register.arrangement.isEmpty {
      throw AssemblyError(
        "E0405", "expected a register", range(first), help: "a whole vector register is q0")
    }
    return register
  }

  /// `ldr x0, label` and `ldr x0, =value`.
  private mutating func assembleLiteral(
    _ opcode: ARM64Opcode, _ register: ARM64RegisterName
  ) throws(AssemblyError) {
    let instruction = MachineInstruction(
      opcode: opcode.rawValue, form: .rSymbol, width: register.width, d: register.register)
    if takeIf(UInt8(ascii: "=")) {
      guard register.width == 4 || register.width == 8, opcode == .ldr else {
        throw AssemblyError(
          "E0405", "a constant has 32 or 64 bits", range(from: statementStart))
      }
      let value = try parseOperand()
      let symbol = try literal(
        value.expression, size: Int(register.width), value.range)
      try emit(
        instruction,
        to: Operand(expression: expressions.symbol(symbol), range: value.range))
      return
    }
    let target = try parseARMImmediate()
    if !target.part.isEmpty {
      throw AssemblyError("E0409", "':\(target.part):' is not possible here", target.range)
    }
    if let distance = knownConstant(target.operand.expression) {
      var instruction = instruction
      instruction.form = .ri
      instruction.immediate = distance
      try emit(instruction, target.range)
    } else {
      try emit(instruction, to: target.operand)
    }
  }

  private mutating func assemblePair(_ opcode: ARM64Opcode) throws(AssemblyError) {
    let first = token
    let d = try parseARMRegister()
    guard d.arrangement.isEmpty, !d.isFloat || d.width >= 4 else {
      throw AssemblyError("E0405", "expected a register", range(first), "w0, x0, s0, d0 or q0")
    }
    try parseComma()
    let s = try d.isFloat ? parseFloat(width: d.width) : parseGeneral(width: d.width)
    try parseComma()
    let address = try parseAddress()
    if let symbol = address.symbol {
      throw AssemblyError(
        "E0409", "the offset has to be a number that is known here", symbol.range)
    }
    guard address.memory.index.isNone else {
      throw AssemblyError("E0405", "pairs have no index register", address.range)
    }
    try emit(
      ARM64.rrm(opcode, d.register, s.register, address.memory, width: d.width), address.range)
  }

  private mutating func assembleExclusive(
    _ opcode: ARM64Opcode, width: UInt8
  ) throws(AssemblyError) {
    var status = Register.none
    if opcode == .stxr || opcode == .stlxr {
      status = try parseGeneral(width: 4).register
      try parseComma()
    }
    let register = try parseGeneral(width: width == 0 ? nil : 4)
    try parseComma()
    let address = try parseAddress()
    guard address.symbol == nil, address.memory.index.isNone, address.memory.displacement == 0,
      address.memory.modifier == .none
    else {
      throw AssemblyError("E0405", "this takes a base register only", address.range)
    }
    let access = width == 0 ? register.width : width
    switch opcode {
    case .ldar, .ldxr, .ldaxr:
      try emit(ARM64.rm(opcode, register.register, address.memory, width: access))
    case .stlr:
      try emit(ARM64.mr(opcode, address.memory, register.register, width: access))
    default:
      try emit(ARM64.rrm(opcode, status, register.register, address.memory, width: access))
    }
  }
}

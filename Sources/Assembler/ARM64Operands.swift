import Codegen
import Diagnostics
import ELF
import TargetARM64

/// An address in brackets.
struct ARM64Address {
  var memory: ARM64.Memory
  /// The offset, if it is not a number that is known: its low 12 bits are meant.
  var symbol: Operand?
  var range: SourceRange
}

/// A number or an address behind an optional `#`.
struct ARM64Immediate {
  var operand: Operand
  /// What stands between colons before it, in lower case: `lo12`, `got`.
  var part = ""
  var range: SourceRange { operand.range }
}

extension Assembly {
  // MARK: Registers

  /// The register that a token names.
  func armRegister(_ token: AssemblyToken) -> ARM64RegisterName? {
    guard token.kind == .name, token.end - token.start <= 8 else { return nil }
    return ARM64RegisterName(string(token).lowercased())
  }

  mutating func parseARMRegister() throws(AssemblyError) -> ARM64RegisterName {
    guard let register = armRegister(token) else { throw expected("a register") }
    advance()
    return register
  }

  mutating func parseGeneral(width: UInt8? = nil) throws(AssemblyError) -> ARM64RegisterName {
    let first = token
    let register = try parseARMRegister()
    guard register.isGeneral else {
      throw AssemblyError("E0405", "expected a general register", range(first), "w0 or x0")
    }
    if let width, register.width != width {
      throw AssemblyError(
        "E0405", "expected a register of \(Int(width) * 8) bits", range(first),
        width == 8 ? "x and not w" : "w and not x")
    }
    return register
  }

  mutating func parseFloat(width: UInt8? = nil) throws(AssemblyError) -> ARM64RegisterName {
    let first = token
    let register = try parseARMRegister()
    guard register.isFloat, register.arrangement.isEmpty else {
      throw AssemblyError("E0405", "expected a floating-point register", range(first), "s0 or d0")
    }
    if let width, register.width != width {
      throw AssemblyError(
        "E0405", "expected a floating-point register of \(Int(width) * 8) bits", range(first))
    }
    return register
  }

  mutating func parseVector(_ arrangement: String? = nil) throws(AssemblyError)
    -> ARM64RegisterName
  {
    let first = token
    let register = try parseARMRegister()
    guard !register.arrangement.isEmpty, arrangement == nil || arrangement == register.arrangement
    else {
      throw AssemblyError(
        "E0405", "expected a vector register", range(first),
        arrangement.map { "v0.\($0)" } ?? "v0.8b or v0.16b")
    }
    return register
  }

  mutating func parseComma() throws(AssemblyError) { try expect(UInt8(ascii: ","), "','") }

  // MARK: Numbers

  mutating func parseARMImmediate() throws(AssemblyError) -> ARM64Immediate {
    let start = token.start
    _ = takeIf(UInt8(ascii: "#"))
    var part = ""
    if takeIf(UInt8(ascii: ":")) {
      guard token.kind == .name else { throw expected("a part of an address, as lo12") }
      part = string(token).lowercased()
      advance()
      try expect(UInt8(ascii: ":"), "':'")
    }
    var parser = ExpressionParser()
    parser.endsAtExclamation = true
    let expression = try parse(&parser)
    return ARM64Immediate(
      operand: Operand(expression: expression, range: range(from: start)), part: part)
  }

  /// A number that has to be known.
  mutating func parseARMNumber(
    _ what: String, _ limits: ClosedRange<Int64>
  ) throws(AssemblyError) -> Int64 {
    let immediate = try parseARMImmediate()
    return try number(immediate, what, limits)
  }

  func number(
    _ immediate: ARM64Immediate, _ what: String, _ limits: ClosedRange<Int64>
  ) throws(AssemblyError) -> Int64 {
    let value = try number(immediate, what)
    guard limits.contains(value) else {
      throw AssemblyError(
        "E0406", "\(what) \(value) is out of range", immediate.range,
        "from \(limits.lowerBound) to \(limits.upperBound)")
    }
    return value
  }

  func number(_ immediate: ARM64Immediate, _ what: String) throws(AssemblyError) -> Int64 {
    if !immediate.part.isEmpty {
      throw AssemblyError("E0409", "':\(immediate.part):' is not possible here", immediate.range)
    }
    return try constant(immediate.operand.expression, immediate.range, what)
  }

  /// A floating-point number behind an optional `#`.
  mutating func parseARMFloat() throws(AssemblyError) -> (Double, SourceRange) {
    let start = token.start
    _ = takeIf(UInt8(ascii: "#"))
    let isNegative = takeIf(UInt8(ascii: "-"))
    if !isNegative { _ = takeIf(UInt8(ascii: "+")) }
    let value: Double
    switch token.kind {
    case .float: value = Double(bitPattern: token.value)
    case .integer: value = Double(token.value)
    default: throw expected("a floating-point number")
    }
    advance()
    return (isNegative ? -value : value, range(from: start))
  }

  // MARK: Conditions and shifts

  mutating func parseCondition() throws(AssemblyError) -> ARM64Condition {
    guard token.kind == .name else { throw expected("a condition, as eq") }
    let name = string(token).lowercased()
    guard let condition = ARM64Mnemonic.conditions.first(where: { $0.0 == name })?.1 else {
      throw AssemblyError(
        "E0405", "'\(name)' is no condition", range(token),
        help: "conditions are " + ARM64Mnemonic.conditions.map(\.0).joined(separator: ", "))
    }
    advance()
    return condition
  }

  /// `lsl #3`, `uxtw`: nil if no such word stands here.
  mutating func parseModifier() throws(AssemblyError) -> (ARM64Modifier, UInt8, SourceRange)? {
    guard token.kind == .name, let modifier = shift(named: string(token).lowercased()) else {
      return nil
    }
    let start = token.start
    advance()
    var amount: Int64 = 0
    let isShift = modifier.rawValue <= ARM64Modifier.ror.rawValue
    let hasAmount =
      !isAtEndOfStatement && !token.isPunctuation(UInt8(ascii: "]"))
      && !token.isPunctuation(UInt8(ascii: ","))
    if isShift || hasAmount { amount = try parseARMNumber("shift amount", 0...63) }
    return (modifier, UInt8(amount), range(from: start))
  }

  private func shift(named name: String) -> ARM64Modifier? {
    switch name {
    case "lsl": .lsl
    case "lsr": .lsr
    case "asr": .asr
    case "ror": .ror
    case "uxtb": .uxtb
    case "uxth": .uxth
    case "uxtw": .uxtw
    case "uxtx": .uxtx
    case "sxtb": .sxtb
    case "sxth": .sxth
    case "sxtw": .sxtw
    case "sxtx": .sxtx
    default: nil
    }
  }

  // MARK: Addresses

  /// `[base]`, `[base, #8]`, `[base, #8]!`, `[base], #8`, `[base, x1, lsl #3]`,
  /// `[base, :lo12:symbol]`.
  mutating func parseAddress() throws(AssemblyError) -> ARM64Address {
    let start = token.start
    try expect(UInt8(ascii: "["), "'['")
    let base = try parseGeneral(width: 8)
    var address = ARM64Address(memory: ARM64.Memory(base.register), range: range(from: start))
    if base.register == .zr {
      throw AssemblyError("E0405", "xzr cannot be the base of an address", range(from: start))
    }
    if takeIf(UInt8(ascii: ",")) {
      if armRegister(token) != nil {
        try parseIndex(&address, start)
        address.range = range(from: start)
        return address
      }
      let immediate = try parseARMImmediate()
      if immediate.part.isEmpty && knownConstant(immediate.operand.expression) != nil {
        address.memory.displacement = try displacement(immediate)
      } else {
        address.symbol = immediate.operand
        address.symbol?.variant = immediate.part
      }
      try expect(UInt8(ascii: "]"), "']'")
      if takeIf(UInt8(ascii: "!")) { address.memory.modifier = .preIndex }
    } else {
      try expect(UInt8(ascii: "]"), "']'")
      if takeIf(UInt8(ascii: ",")) {
        let immediate = try parseARMImmediate()
        address.memory.displacement = try displacement(immediate)
        address.memory.modifier = .postIndex
      } else if token.isPunctuation(UInt8(ascii: "!")) {
        throw AssemblyError(
          "E0405", "an address with '!' needs an offset", range(token), help: "[base, #8]!")
      }
    }
    address.range = range(from: start)
    return address
  }

  private func displacement(_ immediate: ARM64Immediate) throws(AssemblyError) -> Int32 {
    Int32(try number(immediate, "the offset", -0x1_0000...0x1_0000))
  }

  private mutating func parseIndex(
    _ address: inout ARM64Address, _ start: Int
  ) throws(AssemblyError) {
    let index = try parseGeneral()
    var modifier = ARM64Modifier.none
    var amount: UInt8 = 0
    if takeIf(UInt8(ascii: ",")) {
      guard let (kind, count, _) = try parseModifier() else {
        throw expected("lsl, uxtw, sxtw or sxtx")
      }
      modifier = kind
      amount = count
    }
    let isNarrow = modifier == .uxtw || modifier == .sxtw
    if (index.width == 4) != isNarrow {
      throw AssemblyError(
        "E0405", "the index does not fit its extension", range(from: start),
        help: "w registers need uxtw or sxtw, x registers lsl or sxtx")
    }
    try expect(UInt8(ascii: "]"), "']'")
    address.memory.index = index.register
    address.memory.modifier = modifier == .lsl && amount == 0 ? .none : modifier
    address.memory.amount = amount
  }
}

import Codegen
import Diagnostics
import TargetX86_64
import Support

/// An operand of an x86-64 instruction, in either syntax.
struct X86Operand {
  enum Kind: UInt8 {
    case register, immediate, memory
  }

  var kind: Kind
  var range: SourceRange
  /// The register operand.
  var register = Register.none
  /// Bytes of the register, or of the memory as the source says; 0 if it does not say.
  var width: UInt8 = 0
  var isFloat = false
  /// ah, ch, dh or bh: ``register`` is spl, bpl, sil or dil.
  var isHighByte = false
  /// The immediate, or the displacement of memory.
  var expression: Operand?
  // Memory
  var base = Register.none
  var index = Register.none
  var scale: UInt8 = 1
  /// The prefix of a segment register, or 0.
  var segment: UInt8 = 0
  /// Nothing but an expression, which a branch takes as its target.
  var isBare = false
  /// AT&T: `*`, a branch goes by way of the operand.
  var isIndirect = false

  var isCL: Bool { kind == .register && register == .rcx && width == 1 }
}

extension Assembly {
  /// The number among interned names of a register that a token names.
  mutating func x86Register(_ token: AssemblyToken) -> Int32? {
    let word = internedWord(token)
    return Vocabulary.entry(vocabulary.x86Registers, word) == nil ? nil : word
  }

  private func registerEntry(_ word: Int32, _ range: SourceRange) throws(AssemblyError)
    -> X86RegisterName
  {
    guard let entry = Vocabulary.entry(vocabulary.x86Registers, word), entry.kind != .unsupported
    else {
      let name = names.string(of: .init(index: word))
      throw AssemblyError(
        "E0413", "register '\(name)' is not supported", range,
        help: "general registers of 8 to 64 bits, xmm0 to xmm15 and rip are")
    }
    return entry
  }

  /// All operands of an instruction, in the order of Intel's manual: the destination first.
  mutating func parseX86Operands() throws(AssemblyError) -> [X86Operand] {
    var operands: [X86Operand] = []
    if isAtEndOfStatement { return operands }
    repeat {
      operands.append(try isIntelSyntax ? parseIntelOperand() : parseATTOperand())
    } while takeIf(UInt8(ascii: ","))
    return isIntelSyntax ? operands : operands.reversed()
  }

  // MARK: Intel

  /// The size that a word before an operand says.
  private func sizeKeyword() -> UInt8? {
    guard token.kind == .name else { return nil }
    switch string(token).lowercased() {
    case "byte": return 1
    case "word": return 2
    case "dword": return 4
    case "qword": return 8
    case "xmmword", "oword": return 16
    default: return nil
    }
  }

  private mutating func parseIntelOperand() throws(AssemblyError) -> X86Operand {
    let start = token.start
    var width: UInt8 = 0
    if let size = sizeKeyword() {
      width = size
      advance()
      if token.kind == .name && string(token).lowercased() == "ptr" { advance() }
    } else if token.kind == .name, string(token).lowercased() == "short" {
      advance()
    }
    var segment: UInt8 = 0
    if token.kind == .name, let word = x86Register(token) {
      let register = try registerEntry(word, range(token))
      let registerToken = token
      let saved = lexer
      advance()
      if register.kind == .segment {
        try expect(UInt8(ascii: ":"), "':' behind a segment register")
        segment = register.prefix
      } else if isAtEndOfStatement || token.isPunctuation(UInt8(ascii: ",")) {
        return try registerOperand(register, range(registerToken))
      } else {
        lexer = saved
        token = registerToken
      }
    }
    var parser = ExpressionParser()
    parser.isIntel = true
    parser.allowsVariants = true
    let expression = try parse(&parser)
    let operandRange = range(from: start)
    var operand = X86Operand(kind: .memory, range: operandRange)
    operand.segment = segment
    operand.width = width
    let isMemory = parser.hasBrackets || parser.hasRegisters || width != 0 || segment != 0
    if parser.hasOffset && !parser.hasBrackets {
      operand.kind = .immediate
    } else if !isMemory {
      operand.isBare = true
      operand.kind = knownConstant(expression) != nil ? .immediate : .memory
    }
    var displacement = expression
    if parser.hasRegisters {
      displacement = try takeRegisters(of: expression, &operand, operandRange)
    }
    operand.expression = Operand(
      expression: displacement, variant: parser.variant, range: operandRange)
    return operand
  }

  private func registerOperand(
    _ register: X86RegisterName, _ range: SourceRange
  ) throws(AssemblyError) -> X86Operand {
    guard register.kind == .general || register.kind == .float || register.kind == .highByte
    else {
      throw AssemblyError("E0405", "this register is no operand", range)
    }
    var operand = X86Operand(kind: .register, range: range)
    operand.register = register.register
    operand.width = register.width
    operand.isFloat = register.kind == .float
    operand.isHighByte = register.kind == .highByte
    return operand
  }

  /// Takes base and index out of the sum in an address and returns what is left.
  private mutating func takeRegisters(
    of expression: ExpressionID, _ operand: inout X86Operand, _ range: SourceRange
  ) throws(AssemblyError) -> ExpressionID {
    let node = expressions[expression]
    switch node.kind {
    case .register:
      try addRegister(Int32(node.value), scale: nil, &operand, range)
      return expressions.constant(0)
    case .add:
      let left = try takeRegisters(of: node.left, &operand, range)
      let right = try takeRegisters(of: node.right, &operand, range)
      return expressions.binary(.add, left, right)
    case .subtract:
      if hasRegister(node.right) {
        throw AssemblyError("E0405", "a register cannot be subtracted in an address", range)
      }
      let left = try takeRegisters(of: node.left, &operand, range)
      return expressions.binary(.subtract, left, node.right)
    case .multiply:
      let (left, right) = (expressions[node.left], expressions[node.right])
      if left.kind == .register, let scale = knownConstant(node.right) {
        try addRegister(Int32(left.value), scale: scale, &operand, range)
        return expressions.constant(0)
      }
      if right.kind == .register, let scale = knownConstant(node.left) {
        try addRegister(Int32(right.value), scale: scale, &operand, range)
        return expressions.constant(0)
      }
      fallthrough
    default:
      if hasRegister(expression) {
        throw AssemblyError(
          "E0405", "this is no address", range,
          help: "an address is base + index * scale + displacement")
      }
      return expression
    }
  }

  private func hasRegister(_ expression: ExpressionID) -> Bool {
    let node = expressions[expression]
    switch node.kind {
    case .register: return true
    case .constant, .symbol: return false
    case .negate, .complement, .not: return hasRegister(node.left)
    default: return hasRegister(node.left) || hasRegister(node.right)
    }
  }

  private func addRegister(
    _ word: Int32, scale: Int64?, _ operand: inout X86Operand, _ range: SourceRange
  ) throws(AssemblyError) {
    let register = try addressRegister(word, range)
    if scale == nil && operand.base.isNone {
      operand.base = register
      return
    }
    guard operand.index.isNone else {
      throw AssemblyError("E0405", "an address has at most two registers", range)
    }
    try setIndex(register, scale: scale ?? 1, &operand, range)
    if scale == nil && register == .rsp {
      // Only the other one can be the index.
      operand.index = operand.base
      operand.base = register
    }
  }

  private func addressRegister(
    _ word: Int32, _ range: SourceRange
  ) throws(AssemblyError) -> Register {
    let entry = try registerEntry(word, range)
    guard entry.width == 8, entry.kind == .general || entry.kind == .instructionPointer else {
      throw AssemblyError(
        "E0405", "'\(names.string(of: .init(index: word)))' cannot be part of an address", range,
        help: "addresses have 64 bits")
    }
    return entry.register
  }

  private func setIndex(
    _ register: Register, scale: Int64, _ operand: inout X86Operand, _ range: SourceRange
  ) throws(AssemblyError) {
    guard scale == 1 || scale == 2 || scale == 4 || scale == 8 else {
      throw AssemblyError("E0406", "the scale of an index is 1, 2, 4 or 8, not \(scale)", range)
    }
    operand.index = register
    operand.scale = UInt8(scale)
  }

  // MARK: AT&T

  private mutating func parseATTOperand() throws(AssemblyError) -> X86Operand {
    let start = token.start
    if takeIf(UInt8(ascii: "$")) {
      let expression = try parseOperand()
      var operand = X86Operand(kind: .immediate, range: range(from: start))
      operand.expression = expression
      return operand
    }
    let isIndirect = takeIf(UInt8(ascii: "*"))
    let looksLikeRegister = token.kind == .name && x86Register(token) != nil
    var segment: UInt8 = 0
    if token.isPunctuation(UInt8(ascii: "%")) {
      let register = try parseATTRegister()
      if register.kind == .segment {
        try expect(UInt8(ascii: ":"), "':' behind a segment register")
        segment = register.prefix
      } else {
        var operand = try registerOperand(register, range(from: start))
        operand.isIndirect = isIndirect
        return operand
      }
    }
    var operand = X86Operand(kind: .memory, range: range(from: start))
    operand.segment = segment
    operand.isIndirect = isIndirect
    let hasDisplacement = !(token.isPunctuation(UInt8(ascii: "(")) && isRegisterNext())
    if hasDisplacement {
      operand.expression = try parseOperand()
      if looksLikeRegister { noteRegisterWithoutPercent(operand.expression) }
    }
    if takeIf(UInt8(ascii: "(")) {
      try parseATTAddress(&operand, start)
    } else {
      operand.isBare = segment == 0 && !isIndirect
    }
    operand.range = range(from: start)
    return operand
  }

  /// A symbol may have the name of a register, if the source defines it.
  private mutating func noteRegisterWithoutPercent(_ operand: Operand?) {
    guard let operand, expressions[operand.expression].kind == .symbol else { return }
    let symbol = Int(expressions[operand.expression].left)
    if symbols[symbol].registerUse == nil { symbols[symbol].registerUse = operand.range }
  }

  /// Reports registers without `%`, which were taken for symbols.
  mutating func reportRegistersWithoutPercent() {
    for symbol in symbols where !symbol.isDefined {
      guard let range = symbol.registerUse else { continue }
      report(
        AssemblyError(
          "E0405", "register '\(symbol.name)' without '%'", range, help: Assembly.syntaxHelp))
    }
  }

  static let syntaxHelp =
    "this is AT&T syntax: for Intel's, begin the file with .intel_syntax noprefix"

  /// Whether `(` begins the registers of an address and not an expression.
  private func isRegisterNext() -> Bool {
    var rest = lexer
    let next = rest.next()
    return next.isPunctuation(UInt8(ascii: "%")) || next.isPunctuation(UInt8(ascii: ","))
  }

  private mutating func parseATTRegister() throws(AssemblyError) -> X86RegisterName {
    let start = token.start
    advance()
    guard token.kind == .name, token.start == previousEnd, let word = x86Register(token) else {
      throw AssemblyError("E0405", "there is no such register", range(start, token.end))
    }
    advance()
    return try registerEntry(word, range(from: start))
  }

  /// `base, index, scale)`, of which the first and the last may be missing.
  private mutating func parseATTAddress(
    _ operand: inout X86Operand, _ start: Int
  ) throws(AssemblyError) {
    func check(_ register: X86RegisterName) throws(AssemblyError) -> Register {
      guard
        register.width == 8, register.kind == .general || register.kind == .instructionPointer
      else {
        throw AssemblyError(
          "E0405", "this register cannot be part of an address", range(from: start),
          help: "addresses have 64 bits")
      }
      return register.register
    }
    if token.isPunctuation(UInt8(ascii: "%")) {
      let base = try parseATTRegister()
      operand.base = try check(base)
    }
    if takeIf(UInt8(ascii: ",")) {
      guard token.isPunctuation(UInt8(ascii: "%")) else { throw expected("the index register") }
      let register = try parseATTRegister()
      let index = try check(register)
      var scale: Int64 = 1
      if takeIf(UInt8(ascii: ",")) { scale = try parseConstant("the scale of an index") }
      try setIndex(index, scale: scale, &operand, range(from: start))
    }
    try expect(UInt8(ascii: ")"), "')' behind the registers of an address")
  }
}

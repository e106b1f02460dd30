import Diagnostics

// Expressions with the precedence of GNU assemblers, which is not that of C: from tightest to
// loosest, `* / % << >>`, then `| & ^ !`, then `+ -` and comparisons, then `&&`, then `||`.

/// An expression as an operand: its value, and what is to be taken of a symbol in it.
struct Operand {
  var expression: ExpressionID
  /// `@PLT`, `@GOTPCREL`: in lower case, empty if there is none.
  var variant = ""
  var range: SourceRange
}

extension Assembly {
  static let maximumNesting = 100

  /// Parses an expression.
  mutating func parseExpression() throws(AssemblyError) -> ExpressionID {
    var parser = ExpressionParser()
    return try parse(&parser)
  }

  /// Parses an expression that may have a variant.
  mutating func parseOperand() throws(AssemblyError) -> Operand {
    var parser = ExpressionParser()
    parser.allowsVariants = true
    let start = token.start
    let expression = try parse(&parser)
    return Operand(
      expression: expression, variant: parser.variant, range: range(from: start))
  }

  /// Parses an expression that has to be a number now.
  mutating func parseConstant(_ what: String) throws(AssemblyError) -> Int64 {
    let start = token.start
    let expression = try parseExpression()
    return try constant(expression, range(from: start), what)
  }

  mutating func parse(_ parser: inout ExpressionParser) throws(AssemblyError) -> ExpressionID {
    let start = token.start
    let result = try parseBinary(level: 0, &parser)
    if expressions[result].depth > Assembly.maximumExpressionDepth {
      throw AssemblyError("E0409", "the expression is too complex", range(from: start))
    }
    return result
  }

  private mutating func parseBinary(
    level: Int, _ parser: inout ExpressionParser
  ) throws(AssemblyError) -> ExpressionID {
    if level > 4 { return try parseUnary(&parser) }
    var left = try parseBinary(level: level + 1, &parser)
    while let kind = binaryOperator(parser), ExpressionParser.level(kind) == level {
      // The sum of a symbol and brackets, as in `table[rax*8]`.
      if !token.isPunctuation(UInt8(ascii: "[")) { advance() }
      let right = try parseBinary(level: level + 1, &parser)
      left = expressions.binary(kind, left, right)
      if expressions[left].depth > Assembly.maximumExpressionDepth {
        throw AssemblyError("E0409", "the expression is too complex", range(token))
      }
    }
    return left
  }

  private func binaryOperator(_ parser: ExpressionParser) -> ExpressionArena.Kind? {
    guard token.kind == .punctuation else {
      return parser.isIntel && token.kind == .name ? intelOperator() : nil
    }
    switch Punctuation(token.value) {
    case UInt8(ascii: "*"): return .multiply
    case UInt8(ascii: "/"): return .divide
    case UInt8(ascii: "%"): return .remainder
    case Operators.shiftLeft: return .shiftLeft
    case Operators.shiftRight: return .shiftRight
    case UInt8(ascii: "|"): return .or
    case UInt8(ascii: "&"): return .and
    case UInt8(ascii: "^"): return .xor
    case UInt8(ascii: "!"): return parser.endsAtExclamation ? nil : .orNot
    case UInt8(ascii: "+"): return .add
    case UInt8(ascii: "-"): return .subtract
    case Operators.equal: return .equal
    case Operators.notEqual: return .notEqual
    case UInt8(ascii: "<"): return .less
    case UInt8(ascii: ">"): return .greater
    case Operators.lessOrEqual: return .lessOrEqual
    case Operators.greaterOrEqual: return .greaterOrEqual
    case Operators.and: return .logicalAnd
    case Operators.or: return .logicalOr
    case UInt8(ascii: "["): return parser.isIntel ? .add : nil
    default: return nil
    }
  }

  /// Operators that Intel's syntax writes as words.
  private func intelOperator() -> ExpressionArena.Kind? {
    switch string(token).lowercased() {
    case "shl": .shiftLeft
    case "shr": .shiftRight
    case "mod": .remainder
    case "and": .and
    case "or": .or
    case "xor": .xor
    default: nil
    }
  }

  private mutating func parseUnary(
    _ parser: inout ExpressionParser
  ) throws(AssemblyError) -> ExpressionID {
    parser.nesting += 1
    defer { parser.nesting -= 1 }
    if parser.nesting > Assembly.maximumNesting {
      throw AssemblyError("E0409", "the expression is nested too deeply", range(token))
    }
    if parser.isIntel && token.kind == .name && string(token).lowercased() == "not" {
      advance()
      return expressions.unary(.complement, try parseUnary(&parser))
    }
    guard token.kind == .punctuation else { return try parsePrimary(&parser) }
    switch Punctuation(token.value) {
    case UInt8(ascii: "-"):
      advance()
      return expressions.unary(.negate, try parseUnary(&parser))
    case UInt8(ascii: "~"):
      advance()
      return expressions.unary(.complement, try parseUnary(&parser))
    case UInt8(ascii: "!"):
      advance()
      return expressions.unary(.not, try parseUnary(&parser))
    case UInt8(ascii: "+"):
      advance()
      return try parseUnary(&parser)
    default: return try parsePrimary(&parser)
    }
  }

  private mutating func parsePrimary(
    _ parser: inout ExpressionParser
  ) throws(AssemblyError) -> ExpressionID {
    let first = token
    switch first.kind {
    case .integer:
      advance()
      return expressions.constant(Int64(bitPattern: first.value))
    case .numericReference:
      let symbol = try numericReference(first)
      advance()
      return expressions.symbol(symbol)
    case .name, .quoted: return try parseName(&parser)
    case .punctuation where first.isPunctuation(UInt8(ascii: "(")):
      advance()
      let inner = try parseBinary(level: 0, &parser)
      try expect(UInt8(ascii: ")"), "')'")
      return inner
    case .punctuation where first.isPunctuation(UInt8(ascii: "[")) && parser.isIntel:
      advance()
      parser.hasBrackets = true
      let inner = try parseBinary(level: 0, &parser)
      try expect(UInt8(ascii: "]"), "']'")
      return inner
    default: throw expected("an expression")
    }
  }

  private mutating func parseName(
    _ parser: inout ExpressionParser
  ) throws(AssemblyError) -> ExpressionID {
    let first = token
    if first.kind == .name {
      if text(first).elementsEqual(".".utf8) {
        advance()
        return expressions.symbol(makeSymbolHere())
      }
      if parser.isIntel, let register = x86Register(first) {
        advance()
        parser.hasRegisters = true
        return expressions.register(Int32(register))
      }
      if parser.isIntel && string(first).lowercased() == "offset" {
        advance()
        parser.hasOffset = true
        return try parseUnary(&parser)
      }
    }
    let symbol = symbol(named: internedName(first))
    advance()
    if parser.allowsVariants && takeIf(UInt8(ascii: "@")) {
      guard token.kind == .name else { throw expected("what is wanted of the symbol, as @PLT") }
      if !parser.variant.isEmpty {
        throw AssemblyError("E0409", "an operand has at most one '@'", range(token))
      }
      parser.variant = string(token).lowercased()
      advance()
    }
    if symbols[Int(symbol)].usedAt == nil { symbols[Int(symbol)].usedAt = range(first) }
    if case .expression(let meaning) = symbols[Int(symbol)].definition {
      // What the symbol stands for now: it may stand for something else later.
      if let value = knownConstant(meaning) { return expressions.constant(value) }
      return meaning
    }
    return expressions.symbol(symbol)
  }
}

/// What is allowed in an expression, and what was found in it.
struct ExpressionParser {
  /// Whether a symbol may be followed by `@PLT` and its like.
  var allowsVariants = false
  /// Intel syntax of memory operands: registers, brackets, and operators that are words.
  var isIntel = false
  /// Whether `!` ends the expression: AArch64's `[x0, #8]!`.
  var endsAtExclamation = false

  var variant = ""
  var hasRegisters = false
  var hasBrackets = false
  /// `offset symbol`
  var hasOffset = false
  var nesting = 0

  /// The level of an operator, the loosest being 0.
  static func level(_ kind: ExpressionArena.Kind) -> Int {
    switch kind {
    case .logicalOr: 0
    case .logicalAnd: 1
    case .add, .subtract, .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual: 2
    case .or, .and, .xor, .orNot: 3
    default: 4
    }
  }
}

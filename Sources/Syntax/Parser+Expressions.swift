import Diagnostics

extension BinaryOperator {
  /// Binding strength: the levels of language.md §4, `&&` and `*` split off from `||` and `+`.
  @inline(__always)
  var precedence: Int {
    switch self {
    case .pipe: 1
    case .compose: 2
    case .or: 3
    case .and: 4
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual: 5
    case .cons, .append: 6
    case .add, .subtract: 7
    case .multiply, .divide, .remainder: 8
    }
  }

  static let comparisonPrecedence = 5

  @inline(__always)
  var isRightAssociative: Bool {
    switch self {
    case .or, .and, .cons, .append: true
    default: false
    }
  }
}

extension TokenKind {
  /// The operator of a token that is one.
  @inline(__always)
  var binaryOperator: BinaryOperator? {
    BinaryOperator(rawValue: Int32(rawValue) - Int32(TokenKind.pipe.rawValue))
  }

  /// Whether an operand may begin with this.
  var startsOperand: Bool {
    switch self {
    case .subtract, .backslash, .if, .match, .let: true
    default: startsAtom
    }
  }
}

// MARK: - Operators

extension Parser {
  mutating func parseExpression() -> NodeID {
    parseBinary(minimum: 1)
  }

  /// Operands joined by operators of at least this precedence (precedence climbing; Richards,
  /// 1979).
  private mutating func parseBinary(minimum: Int) -> NodeID {
    let first = index
    defer { depth -= 1 }
    guard enter() else { return addError(from: first) }
    var left = parseUnary()
    while current.isBinaryOperator, let op = current.binaryOperator, op.precedence >= minimum {
      let precedence = op.precedence
      let operatorIndex = index
      consumeOperator(op)
      let right = parseBinary(minimum: op.isRightAssociative ? precedence : precedence + 1)
      left = add(
        .binary, from: first, height: max(height(left), height(right)), a: left.index,
        b: right.index, c: op.rawValue, d: Int32(bitPattern: tokens[operatorIndex].start))
      if precedence == BinaryOperator.comparisonPrecedence { reportChain(after: operatorIndex) }
    }
    return left
  }

  /// Consumes an operator and makes sure that its operand may stand on the next line.
  @inline(__always)
  private mutating func consumeOperator(_ op: BinaryOperator) {
    if top.kind != .condition { markHead() }
    advance()
    if !current.startsOperand { beginOperand(after: op) }
  }

  private mutating func beginOperand(after op: BinaryOperator) {
    let token = tokens[index]
    if token.kind != .endOfFile && token.isFirst && token.column > declarationColumn && !isUnwinding
    {
      grantedIndex = index
      refresh()
    }
    if !current.startsOperand { reportExpected("an expression after '\(op.text)'") }
  }

  /// After a comparison: reports another one.
  private mutating func reportChain(after operatorIndex: Int) {
    guard let next = current.binaryOperator,
      next.precedence == BinaryOperator.comparisonPrecedence,
      let op = tokens[operatorIndex].kind.binaryOperator
    else { return }
    let first = range(of: tokens[operatorIndex])
    let second = range(of: tokens[index])
    report(.chainedComparison(second, first: first, operators: (op.text, next.text)))
  }

  @inline(__always)
  private mutating func parseUnary() -> NodeID {
    if current.startsAtom {
      let first = index
      let callee = parsePostfix()
      return parseArguments(of: callee, from: first)
    }
    return parsePrefix()
  }

  private mutating func parsePrefix() -> NodeID {
    switch current {
    case .subtract: parseNegation()
    case .let: parseLetOperand()
    case .if, .match, .backslash: parseForm()
    default: missingExpression()
    }
  }

  /// Before a number a minus makes the negative literal, else it negates an application.
  private mutating func parseNegation() -> NodeID {
    let first = index
    defer { depth -= 1 }
    guard enter() else { return addError(from: first) }
    advance()
    if current == .integer || current == .float {
      let literal = parseNegativeLiteral(from: first)
      return parseArguments(of: literal, from: first)
    }
    let operand = parseUnary()
    return add(.negate, from: first, height: height(operand), a: operand.index)
  }

  /// The number after a minus, which is consumed already.
  mutating func parseNegativeLiteral(from first: Int) -> NodeID {
    let token = tokens[index]
    let value = Int(token.value)
    advance()
    if token.kind == .integer {
      tree.integers[value] = -abs(tree.integers[value])
      return add(.integer, from: first, height: 0, a: token.value)
    }
    tree.floats[value] = -abs(tree.floats[value])
    return add(.float, from: first, height: 0, a: token.value)
  }

  /// Reports that no operand begins here. Operators without operands count as one mistake.
  mutating func missingExpression() -> NodeID {
    let first = index
    reportExpected("an expression")
    if current.isBinaryOperator {
      while current.isBinaryOperator { advance() }
      lastErrorIndex = index
    }
    return addError(from: first)
  }
}

// MARK: - Application and fields

extension Parser {
  /// The arguments that follow a callee: atoms, and at last perhaps an `if`, `match` or lambda.
  @inline(__always)
  private mutating func parseArguments(of callee: NodeID, from first: Int) -> NodeID {
    guard startsArgument else { return callee }
    let mark = scratch.count
    repeat {
      let argument = current.startsAtom ? parsePostfix() : parseForm()
      scratch.append(argument.index)
    } while startsArgument
    let list = takeList(from: mark)
    return add(
      .application, from: first, height: max(height(callee), list.height), a: callee.index,
      b: list.start, c: list.count)
  }

  @inline(__always)
  private var startsArgument: Bool {
    current.startsAtom || current == .backslash || current == .if || current == .match
  }

  /// An atom and the fields or record braces behind it.
  @inline(__always)
  private mutating func parsePostfix() -> NodeID {
    let first = index
    let atom = parseAtom()
    guard current == .dot || current == .leftBrace else { return atom }
    return parseSuffixes(of: atom, from: first)
  }

  private mutating func parseSuffixes(of atom: NodeID, from first: Int) -> NodeID {
    var base = atom
    while true {
      if current == .dot {
        base = parseField(of: base, from: first)
      } else if current == .leftBrace && isRecordConstruction(base) {
        base = parseRecordConstruction(base, from: first)
      } else {
        return base
      }
    }
  }

  /// `.name`, without space around the dot.
  private mutating func parseField(of base: NodeID, from first: Int) -> NodeID {
    let previous = tokens[index - 1].kind
    let isNumber = previous == .integer || previous == .float
    let isAttached = isAdjacent
    let dot = index
    if isNumber {
      report(.fieldOfNumber(range(of: tokens[dot])))
    } else if !isAttached {
      report(.detachedDot(range(of: tokens[dot])))
    }
    advance()
    if current != .name || !isAdjacent {
      if isNumber { lastErrorIndex = index }
      reportExpected(
        "the name of a field directly after '.'",
        help: current == .integer ? "a pattern takes a tuple apart: let (a, b) = tuple" : nil)
      return addError(from: first)
    }
    let name = tokens[index]
    advance()
    if isNumber || !isAttached { return addError(from: first) }
    return add(
      .field, from: first, height: height(base), a: base.index, b: name.value,
      d: Int32(bitPattern: name.start))
  }

  /// Whether the brace that is next begins the fields of a record of this constructor: `C { x = …`
  /// or `C {}`, but not `f { r | …`.
  private func isRecordConstruction(_ base: NodeID) -> Bool {
    guard tree[base].kind == .name || tree[base].kind == .field else { return false }
    switch tokens[index + 1].kind {
    case .rightBrace: return true
    case .name: return tokens[index + 2].kind == .equals
    default: return false
    }
  }

  private mutating func parseRecordConstruction(_ base: NodeID, from first: Int) -> NodeID {
    let opener = index
    openBracket(.rightBrace)
    let mark = scratch.count
    parseFieldValues()
    return finishRecord(.recordConstruction, base, from: first, openedAt: opener, mark: mark)
  }

  /// `x = e, y = e` up to the closing brace, with a comma allowed before it.
  private mutating func parseFieldValues() {
    while current == .name {
      let first = index
      let name = tokens[index]
      advance()
      var value: NodeID
      if take(.equals) {
        value = parseExpression()
      } else {
        reportExpected("'=' and the value of the field")
        value = addError(from: index)
      }
      let field = add(
        .fieldValue, from: first, height: height(value), a: name.value, b: value.index)
      scratch.append(field.index)
      if !take(.comma) { return }
    }
    if current != .rightBrace { reportExpected("the name of a field") }
  }

  private mutating func finishRecord(
    _ kind: SyntaxKind, _ base: NodeID, from first: Int, openedAt opener: Int, mark: Int
  ) -> NodeID {
    let isClosed = closeBracket(openedAt: opener)
    let list = takeList(from: mark)
    guard isClosed else { return addError(from: first) }
    return add(
      kind, from: first, height: max(height(base), list.height), a: base.index, b: list.start,
      c: list.count)
  }
}

// MARK: - Atoms

extension Parser {
  private mutating func parseAtom() -> NodeID {
    let token = tokens[index]
    switch current {
    case .name:
      advance()
      return addLeaf(.name, token, a: token.value)
    case .integer, .character:
      advance()
      return addLeaf(.integer, token, a: checkedInteger(token))
    case .float:
      advance()
      return addLeaf(.float, token, a: token.value)
    case .string:
      advance()
      return addLeaf(.string, token, a: token.value)
    case .true, .false:
      advance()
      return addLeaf(.boolean, token, a: token.kind == .true ? 1 : 0)
    case .null:
      advance()
      return addLeaf(.null, token)
    case .leftParenthesis: return parseParentheses()
    case .leftBracket: return parseListOrRange()
    case .leftBrace: return parseRecordUpdate()
    case .interpolationStart: return parseInterpolation()
    case .invalid:
      advance()
      return addLeaf(.error, token)
    default: return missingExpression()
    }
  }

  /// The index of a literal without a minus, which may be no more than 2^62 - 1.
  mutating func checkedInteger(_ token: Token) -> Int32 {
    let index = Int(token.value)
    if tree.integers[index] == Int(Lexer.integerBound) {
      reports.add(.integerOutOfRange(range(of: token)))
      tree.integers[index] = 0
    }
    return token.value
  }

  /// `()`, `(e)` or a tuple.
  private mutating func parseParentheses() -> NodeID {
    let first = index
    openBracket(.rightParenthesis)
    if current == .rightParenthesis {
      _ = closeBracket(openedAt: first)
      return add(.unit, from: first, height: 0)
    }
    let mark = scratch.count
    repeat { scratch.append(parseExpression().index) } while take(.comma)
    let isClosed = closeBracket(openedAt: first)
    if isClosed && scratch.count == mark + 1 { return NodeID(index: scratch.removeLast()) }
    let list = takeList(from: mark)
    guard isClosed else { return addError(from: first) }
    return add(.tuple, from: first, height: list.height, b: list.start, c: list.count)
  }

  /// `[e1, …]` or `[a .. b]`.
  private mutating func parseListOrRange() -> NodeID {
    let first = index
    openBracket(.rightBracket)
    let mark = scratch.count
    while current != .rightBracket {
      scratch.append(parseExpression().index)
      if current == .range && scratch.count == mark + 1 {
        return parseRange(from: first, start: NodeID(index: scratch.removeLast()))
      }
      if !take(.comma) { break }
    }
    let isClosed = closeBracket(openedAt: first)
    let list = takeList(from: mark)
    guard isClosed else { return addError(from: first) }
    return add(.list, from: first, height: list.height, b: list.start, c: list.count)
  }

  private mutating func parseRange(from first: Int, start: NodeID) -> NodeID {
    advance()
    let end = parseExpression()
    guard closeBracket(openedAt: first) else { return addError(from: first) }
    return add(
      .range, from: first, height: max(height(start), height(end)), a: start.index, b: end.index)
  }

  /// `{ r | x = e, … }`.
  private mutating func parseRecordUpdate() -> NodeID {
    let first = index
    openBracket(.rightBrace)
    let record = parseExpression()
    let mark = scratch.count
    if current == .bar {
      advanceHead()
      parseFieldValues()
    } else {
      reportExpected(
        "'|' after the record",
        help: "a record is built by its constructor: C { field = value }, "
          + "and changed by { record | field = value }")
    }
    return finishRecord(.recordUpdate, record, from: first, openedAt: first, mark: mark)
  }

  /// `$"text {e} text"`.
  private mutating func parseInterpolation() -> NodeID {
    let first = index
    advance()
    let mark = scratch.count
    var isWhole = true
    while !isUnwinding {
      let token = tokens[index]
      if token.kind == .interpolationText {
        scratch.append(addLeaf(.string, token, a: token.value).index)
        advance()
      } else if token.kind == .holeStart {
        let opener = index
        openBracket(.holeEnd)
        scratch.append(parseExpression().index)
        if !closeBracket(openedAt: opener) { isWhole = false }
      } else {
        break
      }
    }
    if current == .interpolationEnd { advance() }
    let list = takeList(from: mark)
    guard isWhole && !isUnwinding else { return addError(from: first) }
    return add(.interpolation, from: first, height: list.height, b: list.start, c: list.count)
  }
}

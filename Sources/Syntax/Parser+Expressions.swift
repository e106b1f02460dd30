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

  /// Operands joined by operators of at least this precedence (precedence climbing; Richards, 1979).
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
    guard !current.startsOperand else { return }
    let isUnequal = op == .divide && current == .equals && isAdjacent
    let range = range(of: token)
    report(
      .expected(
        "an expression after '\(op.text)'", found: describeNext(), range,
        help: isUnequal ? "'unequal' is written '!='" : nil,
        edits: isUnequal
          ? [
            Diagnostic.Edit(
              SourceRange(file: tree.file, start: token.start - 1, end: token.end), "!=")
          ] : []))
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

  /// `if`, `match` or a lambda.
  private mutating func parseForm() -> NodeID {
    switch current {
    case .if: parseIf()
    case .match: parseMatch()
    default: parseLambda()
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
    let isNumber = tree[base].kind == .integer || tree[base].kind == .float
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
      reportExpected("the name of a field directly after '.'")
      return addError(from: first)
    }
    let name = tokens[index]
    advance()
    if isNumber || !isAttached { return addError(from: first) }
    return add(
      .field, from: first, height: height(base), a: base.index, b: name.value,
      d: Int32(bitPattern: name.start))
  }

  /// Whether the brace that is next begins the fields of a record of this constructor: `C { x = …` or
  /// `C {}`, but not `f { r | …`.
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
        "'|' after the record", help: "a record with other fields is { record | field = value }")
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

// MARK: - Forms

extension Parser {
  /// An expression in which newlines are white space, up to a keyword or `->`.
  private mutating func parseCondition() -> NodeID {
    push(bracket: .condition)
    refresh()
    let result = parseExpression()
    popBracket()
    refresh()
    return result
  }

  private mutating func parseIf() -> NodeID {
    let first = index
    advance()
    let condition = parseCondition()
    guard expectThen() else {
      let missing = addError(from: index)
      return add(
        .ifExpression, from: first, height: max(height(condition), 1), a: condition.index,
        b: missing.index, c: missing.index)
    }
    pendingElse += 1
    advanceHead()
    let thenBranch = parseBlock(.then)
    pendingElse -= 1
    let elseBranch: NodeID
    if current == .else {
      advanceHead()
      elseBranch = parseBlock(.else)
    } else {
      let end = tokens[index - 1].end
      let position = SourceRange(file: tree.file, start: end, end: end)
      report(.ifWithoutElse(range(of: tokens[first]), at: position))
      elseBranch = addError(from: index)
    }
    return add(
      .ifExpression, from: first,
      height: max(height(condition), max(height(thenBranch), height(elseBranch))),
      a: condition.index, b: thenBranch.index, c: elseBranch.index)
  }

  private mutating func expectThen() -> Bool {
    if current == .then { return true }
    let isEquals = current == .equals
    reportExpected("'then'", help: isEquals ? "'==' compares" : nil)
    return skip(to: .then)
  }

  private mutating func parseLambda() -> NodeID {
    let first = index
    advance()
    let mark = scratch.count
    while current.startsAtomPattern { scratch.append(parseAtomPattern().index) }
    if scratch.count == mark {
      reportExpected("a parameter after '\\'")
    } else if current != .arrow {
      reportExpected("'->' or another parameter")
    }
    let list = takeList(from: mark)
    let body: NodeID
    if current == .arrow || skip(to: .arrow) {
      advance()
      body = parseBlock(.arrow)
    } else {
      body = addError(from: index)
    }
    return add(
      .lambda, from: first, height: max(list.height, height(body)), b: list.start, c: list.count,
      d: body.index)
  }

  private mutating func parseMatch() -> NodeID {
    let first = index
    advance()
    let scrutinee = parseCondition()
    let number = matches.count
    matches.append(OpenMatch(tokenIndex: first, column: 0, previousInSlot: -1))
    let mark = scratch.count
    while current == .bar && ownsBar(number) { scratch.append(parseArm().index) }
    if scratch.count == mark {
      let found = describeNext()
      let position = range(of: tokens[index])
      report(.matchWithoutArms(range(of: tokens[first]), found: found, at: position))
      scratch.append(addError(from: index).index)
    }
    closeMatch(number)
    let list = takeList(from: mark)
    return add(
      .matchExpression, from: first, height: max(height(scrutinee), list.height),
      a: scrutinee.index, b: list.start, c: list.count)
  }

  /// Whether the `|` that is next begins an arm of the innermost open match.
  private mutating func ownsBar(_ number: Int) -> Bool {
    let token = tokens[index]
    if matches[number].column == 0 {
      matches[number].column = token.column
      matches[number].previousInSlot = matchColumns[token.column]
      matchColumns[token.column] = Int32(number)
      return true
    }
    guard token.isFirst else { return true }
    var candidate = matchColumns[token.column]
    while candidate >= firstMatch {
      let match = matches[Int(candidate)]
      if match.column == token.column { return Int(candidate) == number }
      candidate = match.previousInSlot
    }
    if number > firstMatch {
      let owner = range(of: tokens[matches[number].tokenIndex])
      warn(.ambiguousArm(range(of: token), owner: owner))
    }
    return true
  }

  private mutating func closeMatch(_ number: Int) {
    let match = matches.removeLast()
    if match.column != 0 { matchColumns[match.column] = match.previousInSlot }
  }

  private mutating func parseArm() -> NodeID {
    let first = index
    advanceHead()
    let pattern = parsePattern()
    var guardNode = NodeID.none
    if current == .if {
      advance()
      guardNode = parseCondition()
    }
    if current != .arrow {
      reportExpected(guardNode.isNone ? "'->' after the pattern" : "'->' after the guard")
    }
    let body: NodeID
    if current == .arrow || skip(to: .arrow) {
      advance()
      body = parseBlock(.arrow)
    } else {
      body = addError(from: index)
    }
    return add(
      .matchArm, from: first,
      height: max(height(pattern), max(height(guardNode), height(body))), a: pattern.index,
      b: guardNode.index, c: body.index)
  }
}

// MARK: - Let

extension Parser {
  /// `let p = e` or `let f p… = e`, a statement; with `in`, an expression.
  mutating func parseLet() -> NodeID {
    let first = index
    defer { depth -= 1 }
    guard enter() else { return addError(from: first) }
    let column = tokens[index].column
    advance()
    let head = parseLetHead()
    let value: NodeID
    if expectEquals() {
      advance()
      pendingIn += 1
      value = parseBlock(.equals, letColumn: column)
      pendingIn -= 1
    } else {
      value = addError(from: index)
    }
    let statement = finishLet(head, value, from: first)
    guard current == .in else { return statement }
    advanceHead()
    let body = parseBlock(.in)
    let mark = scratch.count
    scratch.append(statement.index)
    scratch.append(body.index)
    let list = takeList(from: mark)
    return add(.block, from: first, height: list.height, b: list.start, c: list.count)
  }

  /// What stands between `let` and `=`: a pattern, or a name with parameters.
  private enum LetHead {
    case pattern(NodeID)
    case function(name: Int32, parameters: (start: Int32, count: Int32, height: UInt16))
  }

  private mutating func parseLetHead() -> LetHead {
    let token = tokens[index]
    guard current == .name && token.value != words.underscore && !isQualifiedOrRecord else {
      return .pattern(parsePattern())
    }
    // A name alone may be the head of a pattern: let x :: xs = …
    if tokens[index + 1].kind == .cons { return .pattern(parsePattern()) }
    advance()
    let mark = scratch.count
    while current.startsAtomPattern { scratch.append(parseAtomPattern().index) }
    if scratch.count == mark {
      return .pattern(addLeaf(.namePattern, token, a: token.value))
    }
    return .function(name: token.value, parameters: takeList(from: mark))
  }

  /// Whether the name that is next is followed by `.` or `{`.
  private var isQualifiedOrRecord: Bool {
    let next = tokens[index + 1]
    return next.kind == .leftBrace || next.kind == .dot && next.start == tokens[index].end
  }

  private mutating func finishLet(_ head: LetHead, _ value: NodeID, from first: Int) -> NodeID {
    switch head {
    case .pattern(let pattern):
      add(
        .letStatement, from: first, height: max(height(pattern), height(value)), a: pattern.index,
        b: value.index)
    case .function(let name, let parameters):
      add(
        .letFunction, from: first, height: max(parameters.height, height(value)), a: name,
        b: parameters.start, c: parameters.count, d: value.index)
    }
  }

  /// Whether `=` is next, if need be after a report and with other tokens on the line skipped.
  mutating func expectEquals() -> Bool {
    if current == .equals { return true }
    if current == .colon {
      report(.typeAnnotationInside(range(of: tokens[index])))
    } else {
      reportExpected("'='")
    }
    return skip(to: .equals)
  }
}

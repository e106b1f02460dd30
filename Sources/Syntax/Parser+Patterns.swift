import Diagnostics

extension TokenKind {
  /// Whether a pattern that needs no parentheses as an argument may begin with this.
  @inline(__always)
  var startsAtomPattern: Bool {
    switch self {
    case .name, .integer, .character, .float, .string, .true, .false, .null, .leftParenthesis,
      .leftBracket, .invalid:
      true
    default: false
    }
  }
}

extension Parser {
  /// `p | q … as name`: alternatives of lists, constructors and atoms.
  mutating func parsePattern() -> NodeID {
    let first = index
    defer { depth -= 1 }
    guard enter() else { return addError(from: first) }
    var pattern = parseConsPattern()
    if current == .bar {
      let mark = scratch.count
      scratch.append(pattern.index)
      while current == .bar {
        advanceHead()
        scratch.append(parseConsPattern().index)
      }
      let list = takeList(from: mark)
      pattern = add(.orPattern, from: first, height: list.height, b: list.start, c: list.count)
    }
    if isWord(words.as) { pattern = parseAs(pattern, from: first) }
    return pattern
  }

  private mutating func parseAs(_ pattern: NodeID, from first: Int) -> NodeID {
    advance()
    let name = tokens[index]
    guard current == .name else {
      reportExpected("a name after 'as'")
      return pattern
    }
    advance()
    return add(
      .asPattern, from: first, height: height(pattern), a: pattern.index, b: name.value)
  }

  /// `p :: q :: r`, right-associative.
  private mutating func parseConsPattern() -> NodeID {
    let first = index
    let head = parseConstructorPattern()
    guard current == .cons else { return head }
    let mark = scratch.count
    scratch.append(Int32(first))
    scratch.append(head.index)
    while current == .cons {
      advanceHead()
      scratch.append(Int32(index))
      scratch.append(parseConstructorPattern().index)
    }
    var tail = NodeID(index: scratch.removeLast())
    scratch.count -= 1
    while scratch.count > mark {
      let head = NodeID(index: scratch.removeLast())
      let start = Int(scratch.removeLast())
      tail = add(
        .consPattern, from: start, height: max(height(head), height(tail)), a: head.index,
        b: tail.index)
    }
    return tail
  }

  /// A constructor with arguments, a negative number, or an atom.
  private mutating func parseConstructorPattern() -> NodeID {
    switch current {
    case .subtract: parseNegativePattern()
    case .name: parseNamePattern(takesArguments: true)
    default: parseAtomPattern()
    }
  }

  /// `_`, `x`, `M.C`, a record pattern or, where arguments are allowed, `C p q`.
  private mutating func parseNamePattern(takesArguments: Bool) -> NodeID {
    let first = index
    var name = tokens[index]
    advance()
    if name.value == words.underscore { return addLeaf(.wildcardPattern, name) }
    var module: Int32 = -1
    if current == .dot && isAdjacent {
      module = name.value
      advance()
      name = tokens[index]
      guard current == .name && isAdjacent else {
        reportExpected("a constructor directly after '.'")
        return addError(from: first)
      }
      advance()
    }
    if current == .leftBrace { return parseRecordPattern(name.value, module, from: first) }
    let mark = scratch.count
    if takesArguments {
      while startsPatternArgument { scratch.append(parsePatternArgument().index) }
    }
    if module < 0 && scratch.count == mark { return addLeaf(.namePattern, name, a: name.value) }
    let list = takeList(from: mark)
    return add(
      .constructorPattern, from: first, height: list.height, a: name.value, b: list.start,
      c: list.count, d: module)
  }

  private var startsPatternArgument: Bool {
    current.startsAtomPattern && !isWord(words.as) || current == .subtract
  }

  private mutating func parsePatternArgument() -> NodeID {
    guard current == .subtract else { return parseAtomPattern() }
    let first = index
    let pattern = parseNegativePattern()
    let range = range(from: first)
    if tree[pattern].kind != .error {
      let text = String(decoding: source[Int(range.start)..<Int(range.end)], as: UTF8.self)
      reports.add(.bareNegativePattern(range, text: text))
    }
    return pattern
  }

  private mutating func parseNegativePattern() -> NodeID {
    let first = index
    advance()
    guard current == .integer || current == .float else {
      reportExpected("a number after '-'")
      return addError(from: first)
    }
    let literal = parseNegativeLiteral(from: first)
    return add(.literalPattern, from: first, height: 1, a: literal.index)
  }
}

// MARK: - Atoms

extension Parser {
  /// A pattern that can be a parameter or an argument of a constructor.
  mutating func parseAtomPattern() -> NodeID {
    let token = tokens[index]
    switch current {
    case .name: return parseNamePattern(takesArguments: false)
    case .integer, .character:
      advance()
      return addLiteralPattern(.integer, token, a: checkedInteger(token))
    case .float:
      advance()
      return addLiteralPattern(.float, token, a: token.value)
    case .string:
      advance()
      return addLiteralPattern(.string, token, a: token.value)
    case .true, .false:
      advance()
      return addLiteralPattern(.boolean, token, a: token.kind == .true ? 1 : 0)
    case .null:
      advance()
      return addLiteralPattern(.null, token, a: -1)
    case .leftParenthesis: return parseParenthesizedPattern()
    case .leftBracket: return parseListPattern()
    case .invalid:
      advance()
      return addLeaf(.error, token)
    default:
      reportExpected("a pattern")
      return addError(from: index)
    }
  }

  private mutating func addLiteralPattern(_ kind: SyntaxKind, _ token: Token, a: Int32) -> NodeID {
    let first = index - 1
    let literal = addLeaf(kind, token, a: a)
    return add(.literalPattern, from: first, height: 1, a: literal.index)
  }

  /// `{ x, y = p, _ }` after a constructor.
  private mutating func parseRecordPattern(
    _ constructor: Int32, _ module: Int32, from first: Int
  ) -> NodeID {
    let opener = index
    openBracket(.rightBrace)
    let mark = scratch.count
    while current == .name {
      scratch.append(parseFieldPattern().index)
      if !take(.comma) { break }
    }
    let isClosed = closeBracket(openedAt: opener)
    let list = takeList(from: mark)
    guard isClosed else { return addError(from: first) }
    return add(
      .recordPattern, from: first, height: list.height, a: constructor, b: list.start,
      c: list.count, d: module)
  }

  private mutating func parseFieldPattern() -> NodeID {
    let first = index
    let name = tokens[index]
    advance()
    if name.value == words.underscore { return addLeaf(.wildcardPattern, name) }
    let pattern = take(.equals) ? parsePattern() : NodeID.none
    return add(
      .fieldPattern, from: first, height: height(pattern), a: name.value, b: pattern.index)
  }

  /// `()`, `(p)` or a tuple.
  private mutating func parseParenthesizedPattern() -> NodeID {
    let first = index
    openBracket(.rightParenthesis)
    if current == .rightParenthesis {
      _ = closeBracket(openedAt: first)
      let unit = add(.unit, from: first, height: 0)
      return add(.literalPattern, from: first, height: 1, a: unit.index)
    }
    let mark = scratch.count
    repeat { scratch.append(parsePattern().index) } while take(.comma)
    let isClosed = closeBracket(openedAt: first)
    if isClosed && scratch.count == mark + 1 { return NodeID(index: scratch.removeLast()) }
    let list = takeList(from: mark)
    guard isClosed else { return addError(from: first) }
    return add(.tuplePattern, from: first, height: list.height, b: list.start, c: list.count)
  }

  private mutating func parseListPattern() -> NodeID {
    let first = index
    openBracket(.rightBracket)
    let mark = scratch.count
    while current != .rightBracket {
      scratch.append(parsePattern().index)
      if !take(.comma) { break }
    }
    let isClosed = closeBracket(openedAt: first)
    let list = takeList(from: mark)
    guard isClosed else { return addError(from: first) }
    return add(.listPattern, from: first, height: list.height, b: list.start, c: list.count)
  }
}

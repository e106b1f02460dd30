// What extends as far to the right as possible: `if`, lambda, `match` and `let`.

import Diagnostics

// MARK: - Conditions and lambdas

extension Parser {
  /// `if`, `match` or a lambda.
  mutating func parseForm() -> NodeID {
    switch current {
    case .if: parseIf()
    case .match: parseMatch()
    default: parseLambda()
    }
  }

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
    guard expectThen(first) else {
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

  /// Whether `then` is next, if need be after a report and with other tokens on the line skipped.
  private mutating func expectThen(_ ifIndex: Int) -> Bool {
    if current == .then { return true }
    reportExpected(
      "'then'", help: current == .equals ? "'==' compares" : nil,
      secondary: [Diagnostic.Label(range(of: tokens[ifIndex]), "of this 'if'")])
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

}

// MARK: - Match

extension Parser {
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
      let position = rangeOfNext
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
    let body =
      expectArrow(after: guardNode.isNone ? "pattern" : "guard")
      ? parseBlock(.arrow) : addError(from: index)
    return add(
      .matchArm, from: first,
      height: max(height(pattern), max(height(guardNode), height(body))), a: pattern.index,
      b: guardNode.index, c: body.index)
  }
}

extension Parser {
  /// Consumes the `->` of an arm, if need be after a report and with other tokens on the line
  /// skipped; false if there is none, with the whole line skipped.
  private mutating func expectArrow(after part: String) -> Bool {
    if take(.arrow) { return true }
    reportExpected("'->' after the \(part)")
    if current == .equals && tokens[index + 1].kind == .greater {
      advance()
      advance()
      return true
    }
    if skip(to: .arrow) {
      advance()
      return true
    }
    skipLine()
    return false
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

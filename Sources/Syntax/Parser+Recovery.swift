// Reporting, and going on after an error.

import Diagnostics

extension Parser {
  /// Reports an error unless one has been reported at the same token, which would be its
  /// consequence.
  mutating func report(_ diagnostic: Diagnostic) {
    guard !isUnwinding && index != lastErrorIndex else { return }
    if isCutShort && tokens[index].kind == .endOfFile { return }
    lastErrorIndex = index
    reports.add(diagnostic)
    if reports.isFull { beginUnwinding() }
  }

  mutating func warn(_ diagnostic: Diagnostic) {
    reports.add(diagnostic)
  }

  /// `expected X, found Y` at the next token.
  mutating func reportExpected(
    _ expected: String, help: String? = nil, secondary: [Diagnostic.Label] = []
  ) {
    guard !isUnwinding && index != lastErrorIndex else { return }
    let found = describeNext()
    report(.expected(expected, found: found, rangeOfNext, secondary: secondary, help: help))
  }

  /// Where the next token stands; if the block has ended before it, the end of the last line.
  var rangeOfNext: SourceRange {
    let isLineEnd = current == .endOfBlock || current == .nextStatement
    guard isLineEnd, index > 0, tokens[index].isFirst else { return range(of: tokens[index]) }
    let end = tokens[index - 1].end
    return SourceRange(file: tree.file, start: end, end: end)
  }

  /// Gives a line, and the ones below it that are not left of it, another column; nothing if they
  /// are many.
  func shift(linesFrom first: Int, to column: UInt32) -> [Diagnostic.Edit] {
    let old = tokens[first].column
    if old == column { return [] }
    var edits: [Diagnostic.Edit] = []
    var next = first
    repeat {
      let token = tokens[next]
      if token.isFirst {
        guard token.kind != .endOfFile, token.column >= old, edits.count < 100 else { break }
        let width = token.column - old + column - 1
        edits.append(
          Diagnostic.Edit(
            SourceRange(
              file: tree.file, start: token.start - (token.column - 1), end: token.start),
            String(repeating: " ", count: Int(width))))
      }
      next += 1
    } while next < first + 10_000
    return edits.count < 100 ? edits : []
  }

  /// The next token in plain words.
  func describeNext() -> String {
    let token = tokens[index]
    switch token.kind {
    case .endOfFile: return "the end of the file"
    case _ where current == .endOfBlock || current == .nextStatement: return "the end of the line"
    case .integer, .float: return "the number \(sourceText(token))"
    case .character: return "the character \(sourceText(token))"
    case .string: return "a string"
    case .interpolationStart, .interpolationText: return "an interpolated string"
    case .interpolationEnd: return "the end of the string"
    default: return "'\(sourceText(token))'"
    }
  }

  /// Where a token stands; for the end of the file, the end of the last line with text.
  func range(of token: Token) -> SourceRange {
    if token.kind == .endOfFile {
      let end = index > 0 ? tokens[index - 1].end : 0
      return SourceRange(file: tree.file, start: end, end: end)
    }
    return SourceRange(file: tree.file, start: token.start, end: token.end)
  }

  /// The text of a token, shortened if it is long.
  func sourceText(_ token: Token) -> String {
    let limit = 40
    let bytes = source[Int(token.start)..<Int(token.end)]
    guard bytes.count > limit else { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: bytes.prefix(limit), as: UTF8.self) + "…"
  }

  /// Leaves every construct up to a block or the file that can go on.
  mutating func beginUnwinding() {
    isUnwinding = true
    current = .endOfBlock
  }
}

// MARK: - Nesting

extension Parser {
  /// Enters one more level; false, after a report and with everything up to the next declaration
  /// skipped, if it is one too many. The caller subtracts 1 from `depth` when it leaves, in either
  /// case.
  @inline(__always)
  mutating func enter() -> Bool {
    depth += 1
    if depth <= SyntaxTree.maximumNesting { return true }
    leaveDeepNesting()
    return false
  }

  private mutating func leaveDeepNesting() {
    reportNesting(at: index)
    skipToDeclaration()
    lastErrorIndex = index
    beginUnwinding()
  }

  /// In place of a node whose children are too high.
  mutating func addTooHigh(from first: Int) -> NodeID {
    reportNesting(at: first)
    return addError(from: first)
  }

  private mutating func reportNesting(at token: Int) {
    guard !isNestingReported else { return }
    isNestingReported = true
    reports.add(.nestedTooDeeply(range(of: tokens[token])))
  }
}

// MARK: - Declarations

extension Parser {
  /// Whether the line that begins with the token at `first` reads like a declaration.
  func looksLikeDeclaration(_ first: Int) -> Bool {
    switch tokens[first].kind {
    case .type, .import, .foreign, .link, .directive: return true
    case .name: break
    default: return false
    }
    var next = first + 1
    var openBrackets = 0
    while !tokens[next].isFirst {
      let kind = tokens[next].kind
      if kind.isOpener { openBrackets += 1 }
      if kind.isCloser { openBrackets -= 1 }
      if openBrackets == 0 && (kind == .equals || kind == .colon) { return true }
      if openBrackets < 0 || kind == .let { return false }
      next += 1
    }
    return false
  }

  /// Moves to the next line, from the next token on, that is not inside the declaration and reads
  /// like another one.
  mutating func skipToDeclaration() {
    while tokens[index].kind != .endOfFile && !isBoundary(index) { index += 1 }
  }

  private func isBoundary(_ candidate: Int) -> Bool {
    let token = tokens[candidate]
    guard token.isFirst && token.column <= declarationColumn else { return false }
    return token.kind == .let || looksLikeDeclaration(candidate)
  }

  /// Moves behind a body that was not indented: lines that do not read like declarations.
  mutating func skipUnindentedBody() {
    repeat {
      index += 1
      let token = tokens[index]
      if token.isFirst && token.column <= declarationColumn && looksLikeDeclaration(index) { break }
    } while tokens[index].kind != .endOfFile
  }
}

// MARK: - Statements

extension Parser {
  /// After a statement of the block on top: if something is left over, reports it, and skips to
  /// where the block goes on or ends.
  mutating func recoverAfterStatement(_ statementIndex: Int) {
    if !isUnwinding {
      // A line that belongs to nothing may be the body of a let around here, in old code.
      let isAfterLet = pendingIn > 0 || endsWithOpenLet
      if isAfterLet && (tokens[index].isFirst || current == .let) { return }
      switch current {
      case .nextStatement, .endOfBlock, .then, .else, .in, .bar: return
      case .comma, .rightParenthesis, .rightBracket, .rightBrace, .holeEnd, .interpolationEnd:
        if bracketCount > 0 { return }
      default: break
      }
      reportLeftover()
    }
    let skipped = index
    skipStatement(mustMove: index == statementIndex)
    if index > skipped { scratch.append(addError(from: skipped).index) }
  }

  private mutating func reportLeftover() {
    let range = range(of: tokens[index])
    switch current {
    case .rightParenthesis, .rightBracket, .rightBrace:
      report(.unmatchedCloser(sourceText(tokens[index]), range))
    case .equals:
      reportExpected(
        "the end of the statement",
        help: "a local definition begins with 'let'; '==' compares")
    case .comma:
      reportExpected("the end of the statement", help: "a tuple stands in parentheses")
    case .colon:
      report(.typeAnnotationInside(range))
    default:
      reportExpected("the end of the statement")
    }
  }

  /// Skips the rest of a statement: to the next one of the block on top, or to its end. Text in
  /// brackets is skipped as a whole.
  private mutating func skipStatement(mustMove: Bool) {
    if reports.isFull { return }
    let wasUnwinding = isUnwinding
    let mayEndAnywhere = !wasUnwinding || bracketCount == 0
    isUnwinding = false
    var mustMove = mustMove
    var openBrackets = 0
    var openIfs = 0
    skipping: while true {
      let token = tokens[index]
      let kind = token.isFirst ? layoutKind(token) : token.kind
      if openBrackets == 0 && !mustMove {
        switch kind {
        case .nextStatement: break skipping
        case .endOfBlock:
          isUnwinding = !mayEndAnywhere
          break skipping
        case .else where openIfs == 0 && pendingElse > 0 && mayEndAnywhere: break skipping
        case .in where pendingIn > 0 && mayEndAnywhere: break skipping
        case .bar where token.isFirst && matches.count > firstMatch && mayEndAnywhere:
          break skipping
        case .comma, .rightParenthesis, .rightBracket, .rightBrace, .holeEnd, .interpolationEnd:
          if bracketCount > 0 && mayEndAnywhere { break skipping }
        default: break
        }
      }
      if token.kind == .endOfFile { break }
      if token.kind.isOpener { openBrackets += 1 }
      if token.kind.isCloser && openBrackets > 0 { openBrackets -= 1 }
      if token.kind == .if { openIfs += 1 }
      if token.kind == .else && openIfs > 0 { openIfs -= 1 }
      mustMove = false
      index += 1
    }
    refresh()
  }

  /// Skips the rest of the line, and the lines of brackets that are opened on it, unless the block
  /// ends here.
  mutating func skipLine() {
    if current == .endOfBlock || current == .nextStatement { return }
    var openBrackets = 0
    while tokens[index].kind != .endOfFile {
      let token = tokens[index]
      if openBrackets == 0 && (token.isFirst || token.kind.isCloser) && index != lastErrorIndex {
        break
      }
      if token.kind.isOpener { openBrackets += 1 }
      if token.kind.isCloser && openBrackets > 0 { openBrackets -= 1 }
      index += 1
    }
    refresh()
  }

  /// Skips to a token of this kind on the same line, outside brackets; false and no move if there
  /// is none.
  mutating func skip(to kind: TokenKind) -> Bool {
    guard !isUnwinding else { return false }
    var next = index
    var openBrackets = 0
    while tokens[next].kind != .endOfFile && (next == index || !tokens[next].isFirst) {
      let token = tokens[next].kind
      if openBrackets == 0 && token == kind {
        index = next
        refresh()
        return current == kind
      }
      if token.isOpener { openBrackets += 1 }
      if token.isCloser { openBrackets -= 1 }
      if openBrackets < 0 { return false }
      next += 1
    }
    return false
  }
}

// MARK: - Brackets

extension Parser {
  /// Consumes the opening bracket that is next.
  mutating func openBracket(_ closer: TokenKind) {
    push(bracket: .bracket, closer: closer)
    advance()
  }

  /// Consumes the closing bracket; false after a report if something else had to be done to get out
  /// of the bracket that the token at `opener` opened.
  mutating func closeBracket(openedAt opener: Int) -> Bool {
    if current == top.closer {
      popBracket()
      advance()
      return true
    }
    if !isUnwinding { recoverBracket(openedAt: opener) }
    popBracket()
    refresh()
    return false
  }

  private mutating func recoverBracket(openedAt opener: Int) {
    if let declaration = swallowedDeclaration(after: opener) {
      index = declaration
      lastErrorIndex = -1
      reportUnclosed(opener)
      beginUnwinding()
      return
    }
    let token = tokens[index]
    reportUnclosed(opener)
    if isUnwinding { return }
    if token.kind == .endOfFile || token.isFirst && token.column <= top.statementColumn {
      beginUnwinding()
    } else if token.kind.isCloser {
      if !isAwaited(token.kind) { index += 1 }
    } else {
      skipToCloser()
    }
  }

  private mutating func reportUnclosed(_ opener: Int) {
    let closer = closerText(top.closer)
    let openerLabel = Diagnostic.Label(range(of: tokens[opener]), "this is not closed")
    let token = tokens[index]
    guard token.isFirst || token.kind.isCloser else {
      // Something is in the way rather than missing.
      return reportExpected("'\(closer)'", secondary: [openerLabel])
    }
    let end = index > 0 ? tokens[index - 1].end : 0
    report(
      .unclosedBracket(
        closer, found: describeNext(), range(of: token), opener: openerLabel, after: end))
  }

  private func closerText(_ kind: TokenKind) -> String {
    switch kind {
    case .rightParenthesis: ")"
    case .rightBracket: "]"
    default: "}"
    }
  }

  /// Whether a bracket around the one on top is closed by this.
  private func isAwaited(_ closer: TokenKind) -> Bool {
    contexts.contains { $0.kind == .bracket && $0.closer == closer }
  }

  /// The first line inside a bracket that looks like a declaration: then the bracket was not
  /// closed.
  private mutating func swallowedDeclaration(after opener: Int) -> Int? {
    guard index - opener <= rereadBudget else { return nil }
    rereadBudget -= index - opener
    for candidate in opener + 1..<max(index, opener + 1) {
      let token = tokens[candidate]
      if token.isFirst && token.column <= declarationColumn && looksLikeDeclaration(candidate) {
        return candidate
      }
    }
    return nil
  }

  /// Skips to behind the closer of the bracket on top, or to a line that is left of its content.
  private mutating func skipToCloser() {
    var openBrackets = 0
    while true {
      let token = tokens[index]
      if token.kind == .endOfFile
        || token.isFirst && token.column <= top.statementColumn && !token.kind.isCloser
      {
        return beginUnwinding()
      }
      if openBrackets == 0 && token.kind.isCloser {
        if token.kind == top.closer || !isAwaited(token.kind) { index += 1 }
        return
      }
      if token.kind.isOpener { openBrackets += 1 }
      if token.kind.isCloser { openBrackets -= 1 }
      index += 1
    }
  }
}

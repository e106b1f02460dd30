// Lines in the wrong column, and single tokens that are missing, too many, or others.

import Diagnostics

extension RepairContext {
  /// Other columns for the line of the error and those around it.
  func layout() -> [RepairCandidate] {
    let starts = lineStarts
    guard let line = starts.lastIndex(where: { $0 <= errorIndex }) else { return [] }
    var found: [RepairCandidate] = []
    if error.code == "E0121" { found += indentedBody(starts, from: line) }
    for candidate in [line, line + 1, line - 1] where starts.indices.contains(candidate) {
      found += otherColumns(starts, candidate)
    }
    if error.code == "E0123" { found += missingIn() }
    return found
  }

  /// The lines below an opener that should have been indented.
  private func indentedBody(_ starts: [Int], from line: Int) -> [RepairCandidate] {
    let column = tokens[region.lowerBound].column
    let lines = starts[line...].filter { $0 >= errorIndex }
    guard let first = lines.first, tokens[first].column <= column else {
      let isEmpty = errorIndex > region.lowerBound && kind(errorIndex - 1) != .equals
      return isEmpty
        ? [plain("write '()' if there is nothing to do", [insert(" ()", after: errorIndex - 1)])]
        : []
    }
    return [plain("indent the lines of the body", lines.map { insert("  ", before: $0) })]
  }

  /// The columns of neighbouring lines.
  private func otherColumns(_ starts: [Int], _ line: Int) -> [RepairCandidate] {
    let own = tokens[starts[line]].column
    var columns: [UInt32] = []
    for offset in [-1, -2, 1] where starts.indices.contains(line + offset) {
      let column = tokens[starts[line + offset]].column
      if column != own && !columns.contains(column) { columns.append(column) }
    }
    return columns.map { column in
      plain(
        "indent the line like its neighbours", [indent(lineOf: starts[line], to: column)],
        isHabit: false)
    }
  }

  /// `let x = 5 print x` on one line: `in` stands before what is no argument.
  private func missingIn() -> [RepairCandidate] {
    guard let start = region.first(where: { tokens[$0].start == error.primary.range.start }),
      let equals = (start..<nextLine(after: start)).first(where: { kind($0) == .equals })
    else { return [] }
    let end = nextLine(after: start)
    var found: [RepairCandidate] = []
    for index in equals + 2..<max(end, equals + 2) where kind(index) == .name {
      switch kind(index - 1) {
      case .integer, .float, .string, .character, .true, .false, .null, .rightParenthesis,
        .rightBracket:
        found.append(
          plain("put 'in' before what uses the name", [insert("in ", before: index)]))
      default: break
      }
    }
    return found
  }

  // MARK: - Single tokens

  /// Insertions, removals and replacements of one token at the error or some tokens before it.
  func singleTokenChanges() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    for offset in 0...6 {
      let index = errorIndex - offset
      guard index > region.lowerBound, index <= region.upperBound else { continue }
      found += insertions(before: index)
    }
    for offset in 0...1 {
      let index = errorIndex - offset
      guard region.contains(index), index > region.lowerBound, kind(index) != .endOfFile else {
        continue
      }
      if isRemovable(index) {
        found.append(plain("remove '\(text(index))'", [remove(index)], isHabit: false))
      }
    }
    return found
  }

  /// Only punctuation is removed: a name or literal has a meaning for its author.
  private func isRemovable(_ index: Int) -> Bool {
    switch kind(index) {
    case .comma, .rightParenthesis, .rightBracket, .rightBrace, .then, .else, .in: true
    default: false
    }
  }

  private func insertions(before index: Int) -> [RepairCandidate] {
    let previous = kind(index - 1)
    if !canPrecedeInsertion(previous) { return [] }
    var found: [RepairCandidate] = []
    for (token, text) in missingTokens() {
      found.append(
        plain("insert '\(token)'", [insert(text, after: index - 1)], isHabit: false))
    }
    return found
  }

  private func canPrecedeInsertion(_ kind: TokenKind) -> Bool {
    switch kind {
    case .name, .integer, .float, .string, .character, .true, .false, .null, .rightParenthesis,
      .rightBracket, .rightBrace, .interpolationEnd:
      true
    default: false
    }
  }

  /// What may be missing, as far as the message of the parser tells: the token and its text with
  /// space before it.
  private func missingTokens() -> [(String, String)] {
    var tokens: [(String, String)] = []
    let message = error.message
    if message.contains("'then'") { tokens.append(("then", " then")) }
    if message.contains("'='") { tokens.append(("=", " =")) }
    if message.contains("'->'") { tokens += [("->", " ->"), ("if", " if")] }
    if message.contains("'else'") { tokens.append(("else", " else")) }
    if message.contains("')'") { tokens += [(")", ")"), (",", ",")] }
    if message.contains("']'") { tokens += [("]", "]"), (",", ",")] }
    if message.contains("'}'") { tokens += [("}", " }"), (",", ",")] }
    // In a type a token more often makes something quite different.
    if tokens.isEmpty && kind(region.lowerBound) != .type {
      tokens = [
        ("then", " then"), ("=", " ="), ("->", " ->"), ("else", " else"), (",", ","), (")", ")"),
      ]
    }
    return tokens
  }

  /// The closer of an open bracket, at the end of its line or of one below.
  func missingClosers() -> [RepairCandidate] {
    guard error.code == "E0125", let opener = error.secondary.first?.range,
      let first = region.first(where: { tokens[$0].start == opener.start })
    else { return [] }
    let closer =
      switch kind(first) {
      case .leftParenthesis: ")"
      case .leftBracket: "]"
      default: "}"
      }
    var found: [RepairCandidate] = []
    var line = first
    while region.contains(line), kind(line) != .endOfFile, found.count < 20 {
      let next = nextLine(after: line)
      let last = kind(next - 1) == .endOfFile ? next - 2 : next - 1
      if last > first || last == first && kind(first + 1) == .endOfFile {
        found.append(plain("insert '\(closer)'", [insert(closer, after: last)], isHabit: false))
      }
      line = next
    }
    return found
  }

  /// A closer too many: perhaps its opener is missing, before the name behind the callee.
  func missingOpeners() -> [RepairCandidate] {
    guard error.code == "E0126", region.contains(errorIndex) else { return [] }
    let opener = text(errorIndex) == ")" ? "(" : "["
    var first = errorIndex
    var depth = 0
    while first > region.lowerBound, !isFirst(first) {
      let previous = kind(first - 1)
      if previous.isCloser { depth += 1 }
      if previous.isOpener { depth -= 1 }
      if depth < 0 || depth == 0 && !previous.startsAtom && !previous.isOpener { break }
      first -= 1
    }
    guard opener == "(", kind(first) == .name, kind(first + 1) == .name, errorIndex > first + 2
    else { return [] }
    return [plain("insert '('", [insert("(", before: first + 1)], isHabit: false)]
  }
}

// Conditions, matches, lambdas and statements as other languages write them.

import Diagnostics

extension RepairContext {
  // MARK: - Conditions

  func conditions() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    if let candidate = foreignConditions() { found.append(candidate) }
    for index in region {
      if kind(index) == .then || kind(index) == .else, kind(index + 1) == .colon {
        found.append(
          foreign(
            "unexpected ':'", at: range(index + 1), "'\(text(index))' has no ':' behind it",
            [remove(index + 1)]))
      }
      if kind(index) == .if {
        if let candidate = assignmentInCondition(index) { found.append(candidate) }
      }
      if isInvalid(index, "?") { found += ternary(index) }
    }
    found += bracedConditions()
    if error.code == "E0122" { found += missingElse() }
    if let candidate = missingThen() { found.append(candidate) }
    return found
  }

  /// `if c:`, `elif c:`, `else:`, `if c do`: all of them together.
  private func foreignConditions() -> RepairCandidate? {
    var edits: [Diagnostic.Edit] = []
    var first: (place: SourceRange, help: String)?
    for index in region {
      let isElseIf = isWord(index, in: ["elif", "elsif", "elseif"])
      if isElseIf {
        first = first ?? (range(index), "write 'else if'")
        edits.append(replace(index, "else if"))
      }
      if isElseIf || kind(index) == .if, let sign = foreignThen(index) {
        first = first ?? (range(sign), "a condition is followed by 'then'")
        edits.append(replaceAttached(sign, " then"))
      }
      if kind(index) == .else, kind(index + 1) == .colon, !edits.isEmpty {
        edits.append(remove(index + 1))
      }
    }
    guard let first else { return nil }
    let word = text(first.place.start..<first.place.end)
    return foreign("unexpected '\(word)'", at: first.place, first.help, edits)
  }

  /// The `:` or `do` that stands where an `if` has its `then`.
  private func foreignThen(_ start: Int) -> Int? {
    var index = start + 1
    while region.contains(index), kind(index) != .then, kind(index) != .else {
      if kind(index) == .colon || isWord(index, "do"), depth(at: index, from: start) == 0 {
        return index
      }
      index += 1
    }
    return nil
  }

  /// A condition at the end of its line, with nothing behind it.
  private func missingThen() -> RepairCandidate? {
    guard error.message.hasPrefix("expected 'then'"), let opener = error.secondary.first?.range,
      let first = region.first(where: { tokens[$0].start == opener.start }), kind(first) == .if
    else { return nil }
    let next = nextLine(after: first)
    guard region.contains(next), kind(next) != .endOfFile, next - 1 > first else { return nil }
    return plain("insert 'then'", [insert(" then", after: next - 1)], isHabit: false)
  }

  /// `if a = 1`
  private func assignmentInCondition(_ start: Int) -> RepairCandidate? {
    var index = start + 1
    while region.contains(index), kind(index) != .then, kind(index) != .arrow {
      if kind(index) == .equals && !touchesOperator(index) {
        return plain("'==' compares", [replace(index, "==")])
      }
      index += 1
    }
    return nil
  }

  private func touchesOperator(_ index: Int) -> Bool {
    touchesNext(index) && kind(index + 1).isBinaryOperator
      || index > region.lowerBound && touchesNext(index - 1) && kind(index - 1).isBinaryOperator
  }

  /// `if (c) { a } else { b }`
  private func bracedConditions() -> [RepairCandidate] {
    var edits: [Diagnostic.Edit] = []
    var place: SourceRange?
    var index = region.lowerBound
    while index < region.upperBound {
      if kind(index) == .if,
        let opener = (index..<region.upperBound).first(where: {
          kind($0) == .leftBrace && depth(at: $0, from: index) == 0
        }), !(index..<opener).contains(where: { kind($0) == .then }),
        let end = closer(of: opener)
      {
        place = place ?? range(opener)
        edits += braces(opener, end, opening: "then")
      }
      if kind(index) == .else, kind(index + 1) == .leftBrace, let end = closer(of: index + 1) {
        edits += braces(index + 1, end, opening: "")
        if let last = edits.indices.dropLast().last {
          edits[last] = remove(index + 1)
        }
      }
      index += 1
    }
    guard let place else { return [] }
    edits += returns(from: region.lowerBound) + lineEndSemicolons()
    return [
      foreign(
        "unexpected '{'", at: place, "a condition is written: if … then … else …", merged(edits))
    ]
  }

  /// `c ? a : b`
  private func ternary(_ mark: Int) -> [RepairCandidate] {
    var start = mark
    while start > region.lowerBound,
      !endsExpression(kind(start - 1)) || depthBetween(start, mark) != 0
    {
      start -= 1
    }
    guard start < mark,
      let colon = (mark..<region.upperBound).first(where: {
        kind($0) == .colon && depth(at: $0, from: mark) == 0
      })
    else { return [] }
    return [
      foreign(
        "unexpected '?'", at: range(mark), "a condition is written: if … then … else …",
        [insert("if ", before: start), replace(mark, "then"), replace(colon, "else")])
    ]
  }

  private func depthBetween(_ start: Int, _ end: Int) -> Int { depth(at: end, from: start) }

  private func endsExpression(_ kind: TokenKind) -> Bool {
    switch kind {
    case .equals, .leftParenthesis, .leftBracket, .arrow, .then, .else, .in, .comma: true
    default: false
    }
  }

  /// An `if` without `else`: another word in its place, the `else` of the next `if`, or nothing to
  /// do.
  private func missingElse() -> [RepairCandidate] {
    guard let start = region.first(where: { tokens[$0].start == error.primary.range.start }),
      let place = error.secondary.first?.range
    else { return [] }
    let next = region.first { tokens[$0].start >= place.end } ?? region.upperBound
    guard next > start else { return [] }
    let column = tokens[lineStart(of: start)].column
    let isStatement =
      isFirst(next) && kind(next) != .endOfFile && tokens[next].column >= column
    let comma = (start..<next).last { kind($0) == .comma && depth(at: $0, from: start) == 0 }
    if let comma {
      return [
        plain("write 'else' between the branches", [replaceAttached(comma, " else")])
      ]
    }
    guard isStatement, isFirst(start) || kind(start - 1) == .else else { return [] }
    if kind(next) == .if && tokens[next].column == tokens[start].column
      && isValue(from: start, to: next)
    {
      return [
        plain(
          "the conditions below may belong to it: write 'else if'",
          [insert("else ", before: next)])
      ]
    }
    return [
      plain(
        "write 'else ()' if there is nothing to do",
        [insert(" else ()", after: next - 1)])
    ]
  }

  /// Whether the `then` branch is a mere literal, which as a statement would be useless.
  private func isValue(from start: Int, to next: Int) -> Bool {
    guard next - 2 > start, kind(next - 2) == .then else { return false }
    switch kind(next - 1) {
    case .string, .integer, .float, .true, .false, .null, .character: return true
    default: return false
    }
  }

  // MARK: - Match

  func matches() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    if let candidate = foreignMatch() { found.append(candidate) }
    if let candidate = foreignArms() { found.append(candidate) }
    if let candidate = missingBars() { found.append(candidate) }
    for index in region where isWord(index, "when") {
      found.append(
        foreign(
          "unexpected 'when'", at: range(index), "a guard is written: | pattern if condition -> …",
          [replace(index, "if")]))
    }
    return found
  }

  private func foreignWordsOfMatch(_ start: Int) -> [Diagnostic.Edit] {
    var edits: [Diagnostic.Edit] = []
    if isWord(start, in: ["case", "switch", "when"]) { edits.append(replace(start, "match")) }
    var index = start + 1
    while region.contains(index), kind(index) != .bar, kind(index) != .arrow {
      if isWord(index, in: ["with", "of"]) { edits.append(remove(index)) }
      if kind(index) == .leftBrace, isFirst(index + 1), let end = closer(of: index) {
        edits += [remove(index), remove(end)]
      }
      if kind(index) == .colon && isFirst(index + 1) { edits.append(remove(index)) }
      if isFirst(index + 1) { break }
      index += 1
    }
    return edits
  }

  /// `match x with`, `case x of`, `match x { … }`, with arms of any spelling.
  private func foreignMatch() -> RepairCandidate? {
    for start in region where kind(start) == .match || isWord(start, in: ["case", "switch"]) {
      let head = foreignWordsOfMatch(start)
      guard let first = head.first else { continue }
      let word = kind(start) == .match ? textAt(first.range) : text(start)
      let place = kind(start) == .match ? first.range : range(start)
      return foreign(
        "unexpected '\(word)'", at: trimmed(place), "a match is written: match value",
        merged(head + armEdits(from: start + 1)))
    }
    return nil
  }

  private func textAt(_ range: SourceRange) -> String {
    text(range.start..<range.end).filter { $0 != " " && $0 != "\n" }
  }

  private func trimmed(_ range: SourceRange) -> SourceRange {
    var result = range
    while result.end > result.start + 1, [0x20, 0x0A].contains(bytes[Int(result.end) - 1]) {
      result.end -= 1
    }
    while result.start < result.end - 1, [0x20, 0x0A].contains(bytes[Int(result.start)]) {
      result.start += 1
    }
    return result
  }

  /// Changes of the lines behind a `match` that look like arms.
  private func armEdits(from first: Int) -> [Diagnostic.Edit] {
    var edits: [Diagnostic.Edit] = []
    for line in lineStarts where line >= first {
      var start = line
      let end = nextLine(after: line)
      if isWord(line, in: ["case"]) {
        edits.append(replace(line, "|"))
      } else if isWord(line, in: ["default", "otherwise"]) {
        edits.append(replace(line, "| _"))
      } else if kind(line) != .bar {
        guard arrow(in: line..<end) != nil else { continue }
        edits.append(insert("| ", before: line))
      } else {
        start = line + 1
      }
      if let (arrow, last) = arrow(in: start..<end), arrow != last || kind(arrow) != .arrow {
        edits.append(replace(arrow, last, "->"))
      }
      if kind(end - 1) == .comma, region.contains(end - 1) { edits.append(remove(end - 1)) }
    }
    return edits
  }

  /// What stands between the pattern and the value of an arm: `->`, `=>`, `=` or `:`.
  private func arrow(in line: Range<Int>) -> (first: Int, last: Int)? {
    for index in line {
      if kind(index) == .arrow { return (index, index) }
      if kind(index) == .equals, touchesNext(index), kind(index + 1) == .greater {
        return (index, index + 1)
      }
      if kind(index) == .equals || kind(index) == .colon,
        depth(at: index, from: line.lowerBound) == 0
      {
        return (index, index)
      }
    }
    return nil
  }

  /// `| p => e`, `| p = e`
  private func foreignArms() -> RepairCandidate? {
    var edits: [Diagnostic.Edit] = []
    var place: SourceRange?
    for bar in region where kind(bar) == .bar {
      let end = min(nextLine(after: bar), nextBar(after: bar))
      guard let (first, last) = arrow(in: bar..<end), kind(first) != .arrow else { continue }
      place = place ?? range(first, last)
      edits.append(replace(first, last, "->"))
    }
    guard let place else { return nil }
    return foreign(
      "unexpected '\(text(place.start..<place.end))'", at: place,
      "an arm is written: | pattern -> expression", edits)
  }

  private func nextBar(after bar: Int) -> Int {
    var next = bar + 1
    while region.contains(next), kind(next) != .bar { next += 1 }
    return next
  }

  /// Lines that are arms but for their `|`.
  private func missingBars() -> RepairCandidate? {
    guard let start = region.first(where: { kind($0) == .match }) else { return nil }
    var edits: [Diagnostic.Edit] = []
    for line in lineStarts where line > start && kind(line) != .bar {
      if let (first, _) = arrow(in: line..<nextLine(after: line)), kind(first) == .arrow,
        kind(line) != .backslash
      {
        edits.append(insert("| ", before: line))
      }
    }
    if edits.isEmpty { return nil }
    return plain("an arm begins with '|'", edits)
  }

  // MARK: - Lambdas

  func lambdas() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    for index in region {
      if isWord(index, in: ["fun", "fn", "lambda", "func", "function"]),
        let candidate = wordLambda(index)
      {
        found.append(candidate)
      }
      if let candidate = arrowLambda(index) { found.append(candidate) }
      if let candidate = barLambda(index) { found.append(candidate) }
    }
    return found
  }

  /// `fun x y -> e`, `lambda x, y: e`
  private func wordLambda(_ word: Int) -> RepairCandidate? {
    var parameters: [String] = []
    var index = word + 1
    while region.contains(index), !isFirst(index) {
      switch kind(index) {
      case .name: parameters.append(text(index))
      case .comma: break
      case .leftParenthesis:
        guard let end = closer(of: index) else { return nil }
        parameters += parameterNames(index, end)
        if parameters.isEmpty { parameters = ["()"] }
        index = end
      case .arrow, .colon, .equals:
        guard !parameters.isEmpty else { return nil }
        var last = index
        if kind(index) == .equals {
          guard touchesNext(index), kind(index + 1) == .greater else { return nil }
          last = index + 1
        }
        return foreign(
          "unexpected '\(text(word))'", at: range(word),
          "a function without a name is written: \\x -> expression",
          [replace(word, last, "\\\(parameters.joined(separator: " ")) ->")])
      default: return nil
      }
      index += 1
    }
    return nil
  }

  /// `x => e`, `(a, b) => e`, and `(x -> e)` without its backslash.
  private func arrowLambda(_ first: Int) -> RepairCandidate? {
    var parameters: [String] = []
    var next = first
    if kind(first) == .leftParenthesis, let end = closer(of: first) {
      parameters = parameterNames(first, end)
      if parameters.isEmpty { parameters = ["()"] }
      next = end + 1
    } else if kind(first) == .name {
      while kind(next) == .name {
        parameters.append(text(next))
        next += 1
      }
      guard first > region.lowerBound, startsOperand(after: first - 1) else { return nil }
    } else {
      return nil
    }
    let isFat = kind(next) == .equals && touchesNext(next) && kind(next + 1) == .greater
    guard isFat || kind(next) == .arrow else { return nil }
    if first > region.lowerBound, kind(first - 1) == .bar || kind(first - 1) == .backslash {
      return nil
    }
    let last = isFat ? next + 1 : next
    let place = isFat ? range(next, last) : range(first)
    return foreign(
      "unexpected '\(text(place.start..<place.end))'", at: place,
      "a function without a name is written: \\x -> expression",
      [replace(first, last, "\\\(parameters.joined(separator: " ")) ->")])
  }

  private func startsOperand(after index: Int) -> Bool {
    switch kind(index) {
    case .leftParenthesis, .leftBracket, .comma, .equals, .pipe, .compose, .then, .else: true
    default: false
    }
  }

  /// `|x, y| e`
  private func barLambda(_ first: Int) -> RepairCandidate? {
    guard kind(first) == .bar, first > region.lowerBound, !isFirst(first) else { return nil }
    var parameters: [String] = []
    var next = first + 1
    while kind(next) == .name || kind(next) == .comma {
      if kind(next) == .name { parameters.append(text(next)) }
      next += 1
    }
    guard kind(next) == .bar, !parameters.isEmpty else { return nil }
    return foreign(
      "unexpected '|'", at: range(first, next),
      "a function without a name is written: \\x -> expression",
      [replace(first, next, "\\\(parameters.joined(separator: " ")) ->")])
  }

  // MARK: - Statements

  func statements() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    let semicolons = lineEndSemicolons()
    if !semicolons.isEmpty {
      found.append(plain("a statement ends with its line: it has no ';'", semicolons))
    }
    let commas = region.filter { isInvalid($0, ";") && isInList($0) }.map { replace($0, ",") }
    if !commas.isEmpty { found.append(plain("elements are separated by ','", commas)) }
    for index in region {
      if isWord(index, in: ["val", "var", "const", "mut", "auto", "my", "local"]),
        kind(index + 1) == .name, isFirst(index)
      {
        found.append(
          foreign(
            "unexpected '\(text(index))'", at: range(index), "a local definition begins with 'let'",
            [replace(index, "let")]))
      }
      if kind(index) == .let {
        if kind(index + 1) == .name, kind(index + 2) == .equal {
          found.append(plain("'=' defines, '==' compares", [replace(index + 2, "=")]))
        }
        if isInvalid(index + 2, ":") || kind(index + 2) == .colon, kind(index + 3) == .equals,
          touchesNext(index + 2)
        {
          found.append(
            plain("a definition is written with '='", [replace(index + 2, index + 3, "=")]))
        }
      }
      if isFirst(index), index > region.lowerBound,
        kind(index) == .name || kind(index) == .leftParenthesis,
        let equals = (index..<nextLine(after: index)).first(where: { kind($0) == .equals }),
        depth(at: equals, from: index) == 0, !touchesNext(equals) || kind(equals + 1) != .greater
      {
        found.append(plain("a local definition begins with 'let'", [insert("let ", before: index)]))
      }
      if isWord(index, in: ["begin", "do"]), let candidate = bracketWords(index) {
        found.append(candidate)
      }
    }
    let first = region.lowerBound
    if let equal = (first..<nextLine(after: first)).first(where: { kind($0) == .equal }),
      kind(first) == .name, !(first..<equal).contains(where: { kind($0) == .equals })
    {
      found.append(plain("'=' defines, '==' compares", [replace(equal, "=")]))
    }
    return found
  }

  private func isInList(_ index: Int) -> Bool {
    var depth = 0
    var candidate = index - 1
    while candidate >= region.lowerBound {
      if kind(candidate).isCloser { depth += 1 }
      if kind(candidate).isOpener {
        if depth == 0 { return true }
        depth -= 1
      }
      candidate -= 1
    }
    return false
  }

  /// `begin … end`
  private func bracketWords(_ word: Int) -> RepairCandidate? {
    var edits = [remove(word)]
    let end = region.last { isWord($0, in: ["end", "done"]) && (isFirst($0) || isFirst($0 + 1)) }
    if let end { edits.append(remove(end)) }
    return foreign(
      "unexpected '\(text(word))'", at: range(word),
      "a block has no brackets: its lines stand in one column", edits)
  }
}

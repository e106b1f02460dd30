// Definitions, types and imports as other languages write them.

import Diagnostics

extension RepairContext {
  static let definitionWords = [
    "def", "fn", "fun", "func", "function", "defun", "proc", "sub", "let", "rec", "val", "var",
    "const", "static", "pub", "public", "private", "export", "async", "define",
  ]

  /// `def f(x):`, `fn f(x, y) { … }`, `function f(x) { return …; }`: everything at once, because
  /// nothing of it helps alone.
  func definitions() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    let column = tokens[region.lowerBound].column
    for first in lineStarts where tokens[first].column <= column {
      if let candidate = definition(first) { found.append(candidate) }
    }
    if let candidate = bracedBody() { found.append(candidate) }
    if let candidate = missingMain() { found.append(candidate) }
    if let candidate = whereClause() { found.append(candidate) }
    if let candidate = equationGuards() { found.append(candidate) }
    if let candidate = statementsOnOneLine() { found.append(candidate) }
    return found
  }

  private func definition(_ first: Int) -> RepairCandidate? {
    var name = first
    while isWord(name, in: RepairContext.definitionWords) || kind(name) == .let { name += 1 }
    guard kind(name) == .name, name > first || isCallOfDefinition(name) else { return nil }
    var edits: [Diagnostic.Edit] = []
    if name > first {
      edits.append(
        Diagnostic.Edit(
          SourceRange(file: file, start: tokens[first].start, end: tokens[name].start), ""))
    }
    var next = name + 1
    if kind(next) == .leftParenthesis && touchesNext(name), let end = closer(of: next) {
      let isMain = text(name) == "main"
      let parameters = parameterNames(next, end)
      let replaced = parameters.isEmpty && !isMain ? " ()" : parameters.map { " " + $0 }.joined()
      edits.append(
        Diagnostic.Edit(
          SourceRange(file: file, start: tokens[name].end, end: tokens[end].end), replaced))
      next = end + 1
    }
    guard let opener = bodyOpener(from: next) else { return nil }
    if kind(next) == .arrow || kind(next) == .colon, opener > next {
      // A result type: -> int, : int
      edits.append(
        Diagnostic.Edit(
          SourceRange(file: file, start: tokens[next - 1].end, end: tokens[opener - 1].end), ""))
    }
    next = opener
    switch kind(opener) {
    case .colon: edits.append(replaceAttached(opener, " ="))
    case .leftBrace:
      guard let last = closer(of: opener) else { return nil }
      edits += braces(opener, last, opening: "=")
    default: break
    }
    let body = opener + 1
    edits += returns(from: body)
    edits += lineEndSemicolons()
    let word = name > first ? text(first) : text(next)
    let place = name > first ? range(first) : range(next)
    return foreign(
      "unexpected '\(word)'", at: place, "a definition is written: name parameters = expression",
      merged(edits))
  }

  /// What stands between the head of a definition and its body: `=`, `{`, or the last `:` of the
  /// line.
  private func bodyOpener(from first: Int) -> Int? {
    var colon: Int?
    var index = first
    while region.contains(index), index == first || !isFirst(index) {
      switch kind(index) {
      case .equals, .leftBrace: return index
      case .colon: colon = index
      default: break
      }
      index += 1
    }
    return colon
  }

  /// `main() {`, `f(x):`
  private func isCallOfDefinition(_ name: Int) -> Bool {
    guard kind(name + 1) == .leftParenthesis, touchesNext(name), let end = closer(of: name + 1)
    else { return false }
    return kind(end + 1) == .leftBrace || kind(end + 1) == .colon
  }

  /// The names in `(a, b: int, c = 1)`.
  func parameterNames(_ opener: Int, _ end: Int) -> [String] {
    var names: [String] = []
    var expectsName = true
    var depth = 0
    for index in opener + 1..<max(end, opener + 1) {
      if kind(index).isOpener { depth += 1 }
      if kind(index).isCloser { depth -= 1 }
      if expectsName && kind(index) == .name {
        names.append(text(index))
        expectsName = false
      }
      if kind(index) == .comma && depth == 0 { expectsName = true }
    }
    return names
  }

  /// Replaces a token and the white space before it.
  func replaceAttached(_ index: Int, _ text: String) -> Diagnostic.Edit {
    let start =
      index > region.lowerBound && !isFirst(index)
      ? tokens[index - 1].end : tokens[index].start
    return Diagnostic.Edit(
      SourceRange(file: file, start: start, end: tokens[index].end), text)
  }

  /// Removes a pair of braces; in place of the first one stands `opening`.
  func braces(_ opener: Int, _ end: Int, opening: String) -> [Diagnostic.Edit] {
    [replaceAttached(opener, " " + opening), remove(end)]
  }

  /// Removes `return` where it begins a body or a line.
  func returns(from first: Int) -> [Diagnostic.Edit] {
    region.filter { index in
      index >= first && isWord(index, "return")
        && (index == first || isFirst(index) || isOpening(kind(index - 1)))
    }.map(remove)
  }

  private func isOpening(_ kind: TokenKind) -> Bool {
    switch kind {
    case .equals, .then, .else, .arrow, .in, .leftBrace, .colon: true
    default: false
    }
  }

  func lineEndSemicolons() -> [Diagnostic.Edit] {
    region.filter { isInvalid($0, ";") && (isFirst($0 + 1) || kind($0 + 1) == .rightBrace) }
      .map(remove)
  }

  /// Drops edits that overlap an earlier one of the list.
  func merged(_ edits: [Diagnostic.Edit]) -> [Diagnostic.Edit] {
    var kept: [Diagnostic.Edit] = []
    for edit in edits {
      let overlaps = kept.contains {
        edit.range.start < $0.range.end && $0.range.start < edit.range.end
          || edit.range.start == $0.range.start
      }
      if !overlaps { kept.append(edit) }
    }
    return kept
  }

  /// `main = { … }`
  private func bracedBody() -> RepairCandidate? {
    let opener = region.first { index in
      kind(index) == .leftBrace && index > region.lowerBound && isOpening(kind(index - 1))
        && isFirst(index + 1)
    }
    guard let opener, let end = closer(of: opener) else { return nil }
    let edits = [remove(opener), remove(end)] + returns(from: opener + 1) + lineEndSemicolons()
    return foreign(
      "unexpected '{'", at: range(opener), "a block has no braces: its lines stand in one column",
      merged(edits))
  }

  /// Statements at top level.
  private func missingMain() -> RepairCandidate? {
    guard kind(errorIndex) != .equals else { return nil }
    let isDefined = tokens.contains { token in
      token.kind == .name && token.isFirst
        && bytes[Int(token.start)..<Int(token.end)].elementsEqual("main".utf8)
    }
    var last = min(errorIndex, region.upperBound - 1)
    if last > region.lowerBound, isFirst(last) { last -= 1 }
    let first = lineStart(of: last)
    guard !isDefined, region.contains(first), kind(first) == .name else { return nil }
    let column = tokens[first].column
    let lines = lineStarts.filter { $0 >= first }
    let hasDefinitions = lines.contains { tokens[$0].column == column && $0 != first }
    let help = "a program begins with the definition of 'main'"
    if !hasDefinitions { return plain(help, [insert("main = ", before: first)]) }
    let edits = lines.enumerated().map { number, line in
      insert(number == 0 ? "main =\n  " : "  ", before: line)
    }
    return plain(help, edits)
  }

  /// `area r = pi * r * r where pi = 3`
  private func whereClause() -> RepairCandidate? {
    guard let word = region.first(where: { isWord($0, "where") }),
      let equals = region.first(where: { kind($0) == .equals && $0 < word }),
      !isFirst(equals + 1) || isFirst(word)
    else { return nil }
    var last = region.upperBound - 1
    if kind(last) == .endOfFile { last -= 1 }
    guard last > word, equals + 1 < word else { return nil }
    // Only definitions, each on its own line.
    var lines = lineStarts.filter { $0 > word }
    if lines.first != word + 1 { lines.insert(word + 1, at: 0) }
    var lets = ""
    for (number, line) in lines.enumerated() {
      let end = number + 1 < lines.count ? lines[number + 1] - 1 : last
      guard end >= line else { return nil }
      lets += "\n  let \(text(tokens[line].start..<tokens[end].end))"
    }
    let body = range(equals + 1, word - 1)
    let all = SourceRange(file: file, start: tokens[equals].end, end: tokens[last].end)
    let value = text(body.start..<body.end)
    return foreign(
      "unexpected 'where'", at: range(word), "what a definition needs is named before, with 'let'",
      [Diagnostic.Edit(all, lets + "\n  " + value)])
  }

  /// `f x | x < 0 = … | otherwise = …`
  private func equationGuards() -> RepairCandidate? {
    let bars = lineStarts.filter { kind($0) == .bar }
    guard let first = bars.first, kind(region.lowerBound) == .name,
      !region.contains(where: { $0 < first && kind($0) == .equals })
    else { return nil }
    var edits = [insert(" =", after: first - 1)]
    for (number, bar) in bars.enumerated() {
      let end = number + 1 < bars.count ? bars[number + 1] : region.upperBound
      guard let equals = (bar..<end).first(where: { kind($0) == .equals }) else { return nil }
      if isWord(bar + 1, "otherwise") || kind(bar + 1) == .true {
        edits.append(
          Diagnostic.Edit(range(bar, equals), "else"))
      } else {
        edits.append(replace(bar, number == 0 ? "if" : "else if"))
        edits.append(replace(equals, "then"))
      }
    }
    return foreign(
      "unexpected '|'", at: range(first), "a condition is written: if … then … else …", edits)
  }

  /// `main = print 1; print 2`
  private func statementsOnOneLine() -> RepairCandidate? {
    guard let equals = region.first(where: { kind($0) == .equals }), !isFirst(equals + 1) else {
      return nil
    }
    let separators = region.filter {
      isInvalid($0, ";") && depth(at: $0, from: region.lowerBound) == 0
    }
    guard !separators.isEmpty else { return nil }
    var edits = [
      Diagnostic.Edit(
        SourceRange(file: file, start: tokens[equals].end, end: tokens[equals + 1].start), "\n  ")
    ]
    for separator in separators {
      if isFirst(separator + 1) {
        edits.append(remove(separator))
      } else {
        let place = SourceRange(
          file: file, start: tokens[separator].start, end: tokens[separator + 1].start)
        edits.append(Diagnostic.Edit(place, "\n  "))
      }
    }
    return foreign(
      "unexpected ';'", at: range(separators[0]), "each statement stands on a line of its own",
      edits)
  }

  // MARK: - Types

  /// `data T = …`, `enum T { A, B }`, `type T = A, B`, `C<a, b>`
  func typeDeclarations() -> [RepairCandidate] {
    let first = region.lowerBound
    var edits: [Diagnostic.Edit] = []
    var place = range(first)
    var message = "unexpected '\(text(first))'"
    var isBraced = false
    if isWord(first, in: ["data", "enum", "union", "datatype", "newtype"]) {
      edits.append(replace(first, "type"))
    } else if kind(first) != .type {
      return []
    }
    if let opener = region.first(where: { kind($0) == .leftBrace }), opener == first + 2,
      let end = closer(of: opener)
    {
      isBraced = true
      edits.append(replace(opener, "="))
      edits.append(remove(end))
      if kind(end - 1) == .comma { edits.append(remove(end - 1)) }
    }
    var inner: Range<Int> = first..<first
    for index in region where kind(index) == .less && touchesNext(index - 1) {
      guard let end = region.first(where: { $0 > index && kind($0) == .greater }) else { break }
      if kind(first) == .type && edits.isEmpty {
        place = range(index)
        message = "unexpected '<'"
      }
      edits.append(replace(index, " "))
      edits.append(remove(end))
      for comma in index..<end where kind(comma) == .comma { edits.append(replace(comma, "")) }
      inner = index..<end
    }
    for index in region where kind(index) == .comma && !inner.contains(index) {
      if depth(at: index, from: first) == (isBraced ? 1 : 0) && kind(index + 1) == .name {
        if kind(first) == .type && edits.isEmpty {
          place = range(index)
          message = "unexpected ','"
        }
        let isConstructor = text(index + 1).first?.isUppercase ?? false
        edits.append(replaceAttached(index, isConstructor ? " |" : ""))
      }
    }
    for index in region where isWord(index, "of") && kind(index - 1) == .name {
      edits.append(remove(index))
    }
    if edits.isEmpty { return [] }
    return [
      foreign(
        message, at: place, "a type is written: type Name = | First field | Second", merged(edits))
    ]
  }

  // MARK: - Imports

  func imports() -> [RepairCandidate] {
    let first = region.lowerBound
    if isWord(first, "from"), kind(first + 2) == .import {
      var names: [String] = []
      var index = first + 3
      while region.contains(index), !isFirst(index) {
        if kind(index) == .name { names.append(text(index)) }
        index += 1
      }
      let module = kind(first + 1) == .string ? text(first + 1) : "\"\(text(first + 1)).rail\""
      let list = names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
      return [
        foreign(
          "unexpected 'from'", at: range(first), "write: import \(module)\(list)",
          [replace(first, index - 1, "import \(module)\(list)")])
      ]
    }
    let words = ["open", "use", "using", "include", "require", "from"]
    guard isWord(first, in: words), kind(first + 1) == .name || kind(first + 1) == .string else {
      return []
    }
    return [
      foreign(
        "unexpected '\(text(first))'", at: range(first), "write: import \(text(first + 1))",
        [replace(first, "import")] + lineEndSemicolons())
    ]
  }
}

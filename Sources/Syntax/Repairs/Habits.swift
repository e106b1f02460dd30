// Spellings of other languages, and slips of the pen, that show in the tokens of a declaration.

import Diagnostics
import Support

extension RepairContext {
  /// All changes worth a trial, the most specific first.
  func habits() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    found += comments()
    found += quotes()
    found += misspelledKeywords()
    found += imports()
    found += definitions()
    found += typeDeclarations()
    found += matches()
    found += conditions()
    found += lambdas()
    found += statements()
    found += operators()
    found += numbers()
    found += annotations()
    found += layout()
    return found
  }

  /// A candidate that explains itself as a spelling which Rail does not have.
  func foreign(
    _ message: String, at place: SourceRange, _ help: String, _ edits: [Diagnostic.Edit]
  ) -> RepairCandidate {
    RepairCandidate(help: help, edits: edits, message: message, place: place, isHabit: true)
  }

  /// A candidate that leaves the parser's message as it is.
  func plain(_ help: String, _ edits: [Diagnostic.Edit], isHabit: Bool = true) -> RepairCandidate {
    RepairCandidate(help: help, edits: edits, isHabit: isHabit)
  }

  // MARK: - Comments and quotes

  private func comments() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    for index in region {
      if kind(index) == .divide, touchesNext(index), kind(index + 1) == .divide {
        found.append(
          foreign(
            "unexpected '//'", at: range(index, index + 1), "a comment begins with '--'",
            [replace(index, index + 1, "--")]))
      }
      if isInvalid(index, "#") || kind(index) == .directive && !isRailDirective(index) {
        let start = tokens[index].start
        let place = SourceRange(file: file, start: start, end: start + 1)
        let needsSpace = bytes[Int(start) + 1] != 0x20
        found.append(
          foreign(
            "unexpected '#'", at: place, "a comment begins with '--'",
            [Diagnostic.Edit(place, needsSpace ? "-- " : "--")]))
      }
    }
    return found + blockComments("/*", "*/") + blockComments("(*", "*)")
  }

  private func isRailDirective(_ index: Int) -> Bool {
    ["#strict", "#generate"].contains(text(index))
  }

  private func blockComments(_ opener: String, _ closer: String) -> [RepairCandidate] {
    var edits: [Diagnostic.Edit] = []
    var place: SourceRange?
    var offset = byteRange.lowerBound
    let (first, last) = (Array(opener.utf8), Array(closer.utf8))
    while offset + 2 <= byteRange.upperBound {
      let pair = Array(bytes[offset..<(offset + 2)])
      let isOpen = edits.count % 2 == 1
      if pair == (isOpen ? last : first) {
        let range = SourceRange(file: file, start: UInt32(offset), end: UInt32(offset + 2))
        edits.append(Diagnostic.Edit(range, isOpen ? "-}" : "{-"))
        if place == nil { place = range }
        offset += 2
      } else {
        offset += 1
      }
    }
    guard let place, edits.count % 2 == 0 else { return [] }
    return [
      foreign(
        "unexpected '\(opener)'", at: place, "a block comment is written {- … -}", edits)
    ]
  }

  private func quotes() -> [RepairCandidate] {
    switch error.code {
    case "E0106": singleQuotes()
    case "E0102": missingQuote()
    default: backquotes()
    }
  }

  /// The offset of a byte on the same line, from `offset` on.
  private func find(_ byte: UInt8, from offset: Int) -> Int? {
    var next = offset
    while next < byteRange.upperBound && bytes[next] != 0x0A {
      if bytes[next] == byte { return next }
      next += 1
    }
    return nil
  }

  private func edit(_ start: Int, _ end: Int, _ text: String) -> Diagnostic.Edit {
    Diagnostic.Edit(SourceRange(file: file, start: UInt32(start), end: UInt32(end)), text)
  }

  private func singleQuotes() -> [RepairCandidate] {
    let start = Int(error.primary.range.start)
    guard let end = find(UInt8(ascii: "'"), from: start + 1) else { return [] }
    let inner = text(UInt32(start + 1)..<UInt32(end))
    let escaped = inner.replacingQuotes()
    return [
      plain("write a string with double quotes", [edit(start, end + 1, "\"\(escaped)\"")])
    ]
  }

  private func missingQuote() -> [RepairCandidate] {
    let start = Int(error.primary.range.start)
    let lineEnd = find(0x0A, from: start) ?? endOfLine(start)
    var end = lineEnd
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x0D { end -= 1 }
    var ends = [end]
    // Closing brackets at the end of the line probably stand behind the string.
    var bracket = end
    while bracket > start + 1, [0x29, 0x5D, 0x7D].contains(bytes[bracket - 1]) {
      bracket -= 1
      ends.append(bracket)
    }
    return ends.map { plain("close the string on its line", [edit($0, $0, "\"")], isHabit: false) }
  }

  private func endOfLine(_ offset: Int) -> Int {
    var next = offset
    while next < bytes.count - 1 && bytes[next] != 0x0A { next += 1 }
    return next
  }

  /// `` `text ${x}` ``
  private func backquotes() -> [RepairCandidate] {
    guard let first = region.first(where: { isInvalid($0, "`") }) else { return [] }
    let start = Int(tokens[first].start)
    guard let end = find(UInt8(ascii: "`"), from: start + 1) else { return [] }
    let inner = text(UInt32(start + 1)..<UInt32(end))
    let hasHoles = inner.contains("${")
    var content = inner.replacingQuotes()
    while let dollar = content.firstIndex(of: "$"), content[dollar...].hasPrefix("${") {
      content.remove(at: dollar)
    }
    return [
      foreign(
        "unexpected '`'", at: range(first), "text with holes is written $\"…{expression}…\"",
        [edit(start, end + 1, (hasHoles ? "$\"" : "\"") + content + "\"")])
    ]
  }

  // MARK: - Numbers

  private func numbers() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    for index in region {
      if kind(index) == .dot, touchesNext(index), kind(index + 1) == .integer {
        found.append(plain("write 0.\(text(index + 1))", [insert("0", before: index)]))
      }
      if kind(index) == .dot, index > region.lowerBound, kind(index - 1) == .integer,
        !(touchesNext(index) && kind(index + 1) == .name)
      {
        found.append(plain("write \(text(index - 1)).0", [insert("0", after: index)]))
      }
      if let candidate = thousands(index) { found.append(candidate) }
    }
    return found
  }

  /// `1,000,000`
  private func thousands(_ index: Int) -> RepairCandidate? {
    guard kind(index) == .integer, !(index > region.lowerBound && kind(index - 1) == .comma) else {
      return nil
    }
    var edits: [Diagnostic.Edit] = []
    var next = index
    while touchesNext(next), kind(next + 1) == .comma, touchesNext(next + 1),
      kind(next + 2) == .integer, text(next + 2).count == 3
    {
      edits.append(replace(next + 1, "_"))
      next += 2
    }
    if edits.isEmpty { return nil }
    return plain("digits are grouped with '_'", edits)
  }

  // MARK: - Keywords

  private static let keywords = [
    "let", "then", "else", "match", "type", "import", "foreign", "if", "in",
  ]

  /// Names that are almost keywords.
  private func misspelledKeywords() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    for index in region where kind(index) == .name {
      let name = text(index)
      guard name.utf8.count > 1, name.utf8.count < 9 else { continue }
      for keyword in RepairContext.keywords
      where editDistance(Array(name.utf8), Array(keyword.utf8)) == 1 {
        // Every name of two letters is near to 'in' or 'if'.
        if keyword.utf8.count < 3 && Set(name.utf8) != Set(keyword.utf8) { continue }
        found.append(
          RepairCandidate(
            help: "did you mean '\(keyword)'?", edits: [replace(index, keyword)],
            message: "unexpected '\(name)'", place: range(index), isHabit: true))
      }
    }
    return found
  }
}

extension String {
  /// The text with every double quote escaped.
  fileprivate func replacingQuotes() -> String {
    var result = ""
    for character in self {
      if character == "\"" { result += "\\" }
      result.append(character)
    }
    return result
  }
}

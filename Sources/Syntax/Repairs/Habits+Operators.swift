// Operators and type annotations as other languages write them.

import Diagnostics

extension RepairContext {
  func operators() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    if error.code == "E0124" { found += chainedComparison() }
    for index in region {
      if let (last, replacement, help) = twoPartOperator(index) {
        let place = range(index, last)
        found.append(
          foreign(
            "unexpected '\(text(place.start..<place.end))'", at: place, help,
            [replace(index, last, replacement)]))
      }
      if let candidate = wrongOperator(index) { found.append(candidate) }
      found += restOfLine(index)
    }
    return found
  }

  /// `a <= x <= b`, or words for operators between comparisons: `a < b and c < d`.
  private func chainedComparison() -> [RepairCandidate] {
    var words: [Diagnostic.Edit] = []
    var place: SourceRange?
    for index in region where isAtomEnd(index - 1) {
      guard let sign = operatorWords[text(index)], kind(index) == .name else { continue }
      words.append(replace(index, sign))
      place = place ?? range(index)
    }
    if let place, let sign = words.first?.replacement {
      return [
        foreign(
          "unexpected '\(text(place.start..<place.end))'", at: place,
          "this operator is written '\(sign)'", words)
      ]
    }
    guard let first = error.secondary.first?.range,
      let start = region.first(where: { tokens[$0].start == first.start }),
      errorIndex > start + 1, region.contains(errorIndex)
    else { return [] }
    let middle = range(start + 1, errorIndex - 1)
    let operand = text(middle.start..<middle.end)
    return [
      plain(
        "compare twice: … \(operand) && \(operand) …",
        [insert(" && \(operand)", after: errorIndex - 1)])
    ]
  }

  private var operatorWords: [String: String] {
    ["and": "&&", "or": "||", "AND": "&&", "OR": "||"]
  }

  /// Operators that are read as two.
  private func twoPartOperator(_ index: Int) -> (last: Int, replacement: String, help: String)? {
    guard touchesNext(index) else { return nil }
    switch (kind(index), kind(index + 1)) {
    case (.equal, .equals): return (index + 1, "==", "'equal' is written '=='")
    case (.notEqual, .equals): return (index + 1, "!=", "'unequal' is written '!='")
    case (.less, .greater): return (index + 1, "!=", "'unequal' is written '!='")
    case (.divide, .equals): return (index + 1, "!=", "'unequal' is written '!='")
    case (.equals, .less): return (index + 1, "<=", "'less or equal' is written '<='")
    case (.colon, .equals): return (index + 1, "=", "a definition is written with '='")
    default: return nil
    }
  }

  private func isAtomEnd(_ index: Int) -> Bool {
    guard region.contains(index) else { return false }
    return kind(index) == .name || kind(index) == .integer || kind(index) == .float
  }

  private func wrongOperator(_ index: Int) -> RepairCandidate? {
    let place = range(index)
    let name = text(index)
    switch name {
    case "&":
      let isText = kind(index - 1) == .string || kind(index + 1) == .string
      return foreign(
        "unexpected '&'", at: place,
        isText ? "strings and lists are joined by '++'" : "logical and is '&&'",
        [replace(index, isText ? "++" : "&&")])
    case "^":
      if kind(index - 1) == .string || kind(index + 1) == .string {
        return foreign(
          "unexpected '^'", at: place, "strings and lists are joined by '++'",
          [replace(index, "++")])
      }
      guard isAtomEnd(index - 1), isAtomEnd(index + 1) else { return nil }
      return foreign(
        "unexpected '^'", at: place, "a power is written: pow x y",
        [replace(index - 1, index + 1, "pow \(text(index - 1)) \(text(index + 1))")])
    case "@":
      return foreign(
        "unexpected '@'", at: place, "strings and lists are joined by '++'", [replace(index, "++")])
    case "!":
      guard touchesNext(index) else { return nil }
      return foreign(
        "unexpected '!'", at: place, "the function 'not' negates a condition",
        [replace(index, "not ")])
    case ":" where isInsideExpression(index):
      return plain("an element is put before a list with '::'", [replace(index, "::")])
    case "|" where kind(index) == .bar && !isFirst(index):
      return plain("logical or is '||'", [replace(index, "||")])
    case "++" where isFirst(index + 1) && isAtomEnd(index - 1):
      return foreign(
        "unexpected '++'", at: place, "nothing can be changed: write the new value",
        [replaceAttached(index, " + 1")])
    case ".." where kind(index) == .range:
      return outsideRange(index)
    case ".":
      return composition(index)
    default: return nil
    }
  }

  private func isInsideExpression(_ index: Int) -> Bool {
    kind(index) == .colon && depth(at: index, from: region.lowerBound) > 0
  }

  /// `a .. b` outside brackets.
  private func outsideRange(_ index: Int) -> RepairCandidate? {
    if kind(index - 1) == .string || kind(index + 1) == .string {
      return foreign(
        "unexpected '..'", at: range(index), "strings and lists are joined by '++'",
        [replace(index, "++")])
    }
    guard isAtomEnd(index - 1), isAtomEnd(index + 1) else { return nil }
    return foreign(
      "unexpected '..'", at: range(index), "a range stands in brackets: [a .. b]",
      [replace(index - 1, index + 1, "[\(text(index - 1)) .. \(text(index + 1))]")])
  }

  /// `f . g`, with space on both sides: a field if it is one line's only dot with a small name.
  private func composition(_ index: Int) -> RepairCandidate? {
    guard kind(index) == .dot, kind(index - 1) == .name, kind(index + 1) == .name,
      !touchesNext(index - 1) || !touchesNext(index)
    else { return nil }
    let isPointFree =
      kind(index - 2) == .equals && isFirst(index + 2)
      && !parameters(before: index - 2).contains(text(index - 1))
    if isPointFree {
      return foreign(
        "unexpected '.'", at: range(index), "functions are composed with '>>', the first one first",
        [replace(index - 1, index + 1, "\(text(index + 1)) >> \(text(index - 1))")])
    }
    return plain(
      "write \(text(index - 1)).\(text(index + 1)) without spaces",
      [replace(index - 1, index + 1, "\(text(index - 1)).\(text(index + 1))")])
  }

  private func parameters(before equals: Int) -> [String] {
    (lineStart(of: equals)..<equals).filter { kind($0) == .name }.map { text($0) }
  }

  /// `f $ x` and `f <| x`: the rest of the line is one argument.
  private func restOfLine(_ index: Int) -> [RepairCandidate] {
    var last = index
    if kind(index) == .less, touchesNext(index), kind(index + 1) == .bar {
      last = index + 1
    } else if !isInvalid(index, "$") {
      return []
    }
    let end = nextLine(after: last) - 1
    guard end > last, region.contains(end), kind(end) != .endOfFile else { return [] }
    let place = range(index, last)
    let spelling = text(place.start..<place.end)
    let opening = SourceRange(
      file: file, start: tokens[index].start, end: tokens[last + 1].start)
    return [
      foreign(
        "unexpected '\(spelling)'", at: place, "put the argument in parentheses",
        [Diagnostic.Edit(opening, "("), insert(")", after: end)])
    ]
  }

  // MARK: - Annotations

  /// Types of parameters and locals, and `name :: type`.
  func annotations() -> [RepairCandidate] {
    var found: [RepairCandidate] = []
    let first = region.lowerBound
    if kind(first) == .name, kind(first + 1) == .cons {
      found.append(
        foreign(
          "unexpected '::'", at: range(first + 1), "a signature is written: name : type",
          [replace(first + 1, ":")]))
    }
    var edits: [Diagnostic.Edit] = []
    var place: SourceRange?
    for index in region where kind(index) == .colon {
      if let edit = parenthesizedAnnotation(index) ?? annotationBeforeEquals(index) {
        place = place ?? range(index)
        edits.append(edit)
      }
    }
    if let place {
      found.append(
        foreign(
          "unexpected ':'", at: place,
          "types are inferred; a top-level definition may have a signature of its own", edits))
    }
    return found
  }

  /// `(a : int)` becomes `a`.
  private func parenthesizedAnnotation(_ colon: Int) -> Diagnostic.Edit? {
    guard kind(colon - 1) == .name, kind(colon - 2) == .leftParenthesis,
      let end = closer(of: colon - 2)
    else { return nil }
    return replace(colon - 2, end, text(colon - 1))
  }

  /// `let x : int = 5` becomes `let x = 5`.
  private func annotationBeforeEquals(_ colon: Int) -> Diagnostic.Edit? {
    guard colon > region.lowerBound + 1,
      let equals = (colon..<nextLine(after: colon)).first(where: { kind($0) == .equals }),
      equals > colon + 1, depth(at: equals, from: colon) == 0
    else { return nil }
    return Diagnostic.Edit(
      SourceRange(file: file, start: tokens[colon - 1].end, end: tokens[equals - 1].end), "")
  }
}

// Finds out what was probably meant where a file could not be parsed.
//
// After an error in a declaration, small changes of its text are tried, the most specific first:
// spellings from other languages, layout, then single tokens inserted, removed or replaced near the
// error. A change is believed if the declaration parses without an error afterwards. The idea, and
// judging a repair by how far the parser comes with it, is from M. Burke and G. Fisher, "A
// practical method for LR and LL syntactic error diagnosis and recovery", TOPLAS 9(2), 1987. All
// this costs nothing in a file without errors.

import Diagnostics
import Support

/// A change of the text that may be what the user meant.
struct RepairCandidate {
  /// What to do, for the user.
  var help: String
  var edits: [Diagnostic.Edit]
  /// A better message than that of the parser, and the place it is about.
  var message: String?
  var place: SourceRange?
  /// Whether it may be combined with other candidates when none of them suffices alone.
  var isHabit = false
}

extension SyntaxReports {
  /// Gives the errors suggestions where a change of the text makes a declaration parse, and removes
  /// errors that are only consequences of the first one of such a declaration.
  mutating func addRepairs(_ file: SourceFile, _ tokens: [Token]) {
    guard !isFull else { return }
    addInterpolations(file, tokens)
    guard hasErrors else { return }
    var search = RepairSearch(file: self.file, bytes: file.bytes, tokens: tokens)
    diagnostics = search.repaired(diagnostics)
  }
}

extension SyntaxReports {
  /// `"a \(x) b"` is Swift's notation for `$"a {x} b"`: the warning about its escape says so.
  private mutating func addInterpolations(_ file: SourceFile, _ tokens: [Token]) {
    for index in diagnostics.indices where diagnostics[index].code == "W0101" {
      let place = Int(diagnostics[index].primary.range.start)
      guard file.bytes[place + 1] == UInt8(ascii: "("),
        let token = tokens.first(where: { Int($0.end) > place }), token.kind == .string
      else { continue }
      let text = file.bytes[Int(token.start)..<Int(token.end)]
      guard let replacement = interpolated(Array(text)) else { continue }
      diagnostics[index].help = "text with holes is written $\"…{expression}…\""
      diagnostics[index].edits = [
        Diagnostic.Edit(
          SourceRange(file: self.file, start: token.start, end: token.end), replacement)
      ]
    }
  }

  /// The literal with `{x}` for `\(x)`; nil if the parentheses do not match.
  private func interpolated(_ text: [UInt8]) -> String? {
    var result: [UInt8] = [UInt8(ascii: "$")]
    /// How many parentheses are open in the hole at hand.
    var depth = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      if depth == 0, byte == UInt8(ascii: "\\"), index + 1 < text.count {
        index += 2
        if text[index - 1] == UInt8(ascii: "(") {
          depth = 1
          result.append(UInt8(ascii: "{"))
        } else {
          result += [byte, text[index - 1]]
        }
        continue
      }
      if depth == 0, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") { result.append(byte) }
      if depth > 0, byte == UInt8(ascii: "(") { depth += 1 }
      if depth > 0, byte == UInt8(ascii: ")") { depth -= 1 }
      let closes = depth == 0 && byte == UInt8(ascii: ")") && isHole(result)
      result.append(closes ? UInt8(ascii: "}") : byte)
      index += 1
    }
    return depth == 0 ? String(decoding: result, as: UTF8.self) : nil
  }

  /// Whether the last brace is one that opens a hole.
  private func isHole(_ text: [UInt8]) -> Bool {
    guard let last = text.lastIndex(where: { $0 == 0x7B || $0 == 0x7D }) else { return false }
    return text[last] == 0x7B && !(last > 0 && text[last - 1] == 0x7B)
  }
}

struct RepairSearch {
  let file: FileID
  let bytes: [UInt8]
  let tokens: [Token]
  /// How many more bytes may be parsed for trials: help is not worth more than a moment.
  private var budget = 1_500_000

  init(file: FileID, bytes: [UInt8], tokens: [Token]) {
    self.file = file
    self.bytes = bytes
    self.tokens = tokens
  }

  /// The diagnostics of the file, those of each broken declaration together.
  mutating func repaired(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let declarations = DeclarationStarts(tokens, bytes)
    var groups: [(region: Range<Int>, members: [Int])] = []
    for (index, diagnostic) in diagnostics.enumerated() where diagnostic.severity == .error {
      let region = declarations.region(of: diagnostic, tokens)
      if let last = groups.indices.last, groups[last].region.overlaps(region) {
        let old = groups[last].region
        groups[last].region =
          min(old.lowerBound, region.lowerBound)..<max(old.upperBound, region.upperBound)
        groups[last].members.append(index)
      } else {
        groups.append((region, [index]))
      }
    }
    var result = diagnostics
    var dropped: Set<Int> = []
    for group in groups {
      let errors = group.members.map { diagnostics[$0] }
      // A declaration that is sound by itself was only drawn into the error of an earlier one.
      if groups.contains(where: { $0.region.lowerBound < group.region.lowerBound }),
        let first = errors.first, errors.allSatisfy({ $0.code >= "E0120" }),
        let context = RepairContext(first, group.region, self), isSound(context)
      {
        dropped.formUnion(group.members)
        continue
      }
      guard let repair = repair(errors, group.region) else { continue }
      result[group.members[0]] = repair.diagnostic
      if repair.explainsAll { dropped.formUnion(group.members.dropFirst()) }
    }
    return result.indices.filter { !dropped.contains($0) }.map { result[$0] }
  }

  /// The first error of a declaration with a suggestion; nil if it should stay as it is.
  ///
  /// - Parameter region: indices of the declaration's tokens.
  private mutating func repair(
    _ errors: [Diagnostic], _ region: Range<Int>
  ) -> (diagnostic: Diagnostic, explainsAll: Bool)? {
    guard let first = errors.min(by: { $0.primary.range.start < $1.primary.range.start }),
      let context = RepairContext(first, region, self)
    else { return nil }
    let own = errors.flatMap(\.edits)
    // What the lexer and the parser suggest knows less of what stands around it.
    let isBlind = ["E0101", "E0125", "E0126"].contains(first.code)
    let isExplained = errors.allSatisfy { !$0.edits.isEmpty }
    if isExplained && !isBlind && isRepaired(own, context) { return nil }
    let habits = context.missingOpeners() + context.missingClosers() + context.habits()
    for candidate in habits where isRepaired(candidate.edits, context) {
      return (apply(candidate, to: first), true)
    }
    if let combined = combination(habits, own: errors), isRepaired(combined.edits, context) {
      return (apply(combined, to: first), true)
    }
    if isExplained && isBlind && isRepaired(own, context) { return nil }
    for candidate in context.singleTokenChanges() where isRepaired(candidate.edits, context) {
      return (apply(candidate, to: first), true)
    }
    let before = errors.count
    for candidate in habits {
      guard let count = errorCount(candidate.edits, context) else { return nil }
      if count < before { return (apply(candidate, to: first), false) }
    }
    return nil
  }

  private func apply(_ candidate: RepairCandidate, to diagnostic: Diagnostic) -> Diagnostic {
    var result = diagnostic
    result.help = candidate.help
    result.edits = candidate.edits
    if diagnostic.code == "E0125", candidate.message == nil, let edit = candidate.edits.first {
      result.message = "expected '\(edit.replacement)'"
      result.primary = .init(edit.range, "it is missing here")
    }
    guard let message = candidate.message, let place = candidate.place else { return result }
    // A message of its own about the same place is at least as exact.
    if diagnostic.code != "E0120" && place.start == diagnostic.primary.range.start { return result }
    return .foreignSpelling(message, at: place, help: candidate.help, edits: candidate.edits)
  }

  /// All habits that fit together, and the edits that the errors have of their own, as one change.
  private func combination(
    _ habits: [RepairCandidate], own errors: [Diagnostic]
  ) -> RepairCandidate? {
    guard var result = habits.first else { return nil }
    var helps = [result.help]
    for candidate in habits.dropFirst() where candidate.isHabit {
      if fits(candidate.edits, result.edits) {
        result.edits += candidate.edits
        helps.append(candidate.help)
      }
    }
    for error in errors where !error.edits.isEmpty && fits(error.edits, result.edits) {
      result.edits += error.edits
      if let help = error.help { helps.append(help) }
    }
    var told: [String] = []
    for help in helps where !told.contains(help) { told.append(help) }
    result.help = told.joined(separator: "; ")
    return result
  }

  private func fits(_ new: [Diagnostic.Edit], _ old: [Diagnostic.Edit]) -> Bool {
    new.allSatisfy { edit in
      old.allSatisfy {
        edit.range.end <= $0.range.start && edit.range.start < $0.range.start
          || $0.range.end <= edit.range.start && $0.range.start < edit.range.start
      }
    }
  }

  // MARK: - Trials

  private mutating func isSound(_ context: RepairContext) -> Bool {
    let range = context.byteRange
    guard budget >= range.count else { return false }
    budget -= range.count + 256
    var interner = Interner()
    let trial = SourceFile(path: "", text: Array(bytes[range]))
    return parseOnce(trial, id: file, interner: &interner).reports.diagnostics.isEmpty
  }

  private mutating func isRepaired(
    _ edits: [Diagnostic.Edit], _ context: RepairContext
  ) -> Bool {
    errorCount(edits, context) == 0
  }

  /// How many syntax errors the declaration has after a change, layout warnings included; nil if no
  /// more trials are allowed.
  private mutating func errorCount(
    _ edits: [Diagnostic.Edit], _ context: RepairContext
  ) -> Int? {
    let range = context.byteRange
    if edits.isEmpty { return .max }
    guard budget >= range.count else { return nil }
    budget -= range.count + 256
    let sorted = edits.sorted { $0.range.start < $1.range.start }
    let isInside = sorted.allSatisfy {
      Int($0.range.start) >= range.lowerBound && Int($0.range.end) <= range.upperBound
    }
    // The edits of several errors may be alternatives.
    guard isInside, !FixPass.overlap(sorted) else { return .max }
    let text = applyEdits(sorted, to: bytes[range])
    var interner = Interner()
    let trial = SourceFile(path: "", text: text)
    let (_, reports) = parseOnce(trial, id: file, interner: &interner)
    return reports.diagnostics.count
  }
}

/// Where the declarations of a broken file probably begin.
private struct DeclarationStarts {
  /// Indices of tokens, ascending, and the number of tokens.
  private var starts: [Int] = []

  init(_ tokens: [Token], _ bytes: [UInt8]) {
    guard let column = tokens.first?.column else { return }
    // Behind an '=' at the end of a line, lines that are not indented may be the body.
    var isBelowOpener = false
    for (index, token) in tokens.enumerated() {
      if token.kind == .endOfFile { break }
      if index == 0 {
        starts.append(0)
      } else if token.isFirst && token.column <= column {
        let isBody = token.kind == .let && (isBelowOpener || tokens[index - 1].kind == .equals)
        let isOpened = tokens[index - 1].kind == .equals
        if isBody {
          isBelowOpener = true
        } else if DeclarationStarts.looksLikeDeclaration(tokens, index)
          || token.kind == .name && !isBelowOpener && !isOpened
            && !DeclarationStarts.isEnd(token, bytes)
        {
          starts.append(index)
          isBelowOpener = false
        } else if isOpened {
          isBelowOpener = true
        }
      }
    }
    starts.append(tokens.count)
  }

  /// Words with which other languages end what they have begun above.
  private static func isEnd(_ token: Token, _ bytes: [UInt8]) -> Bool {
    ["end", "done", "where"].contains {
      bytes[Int(token.start)..<Int(token.end)].elementsEqual($0.utf8)
    }
  }

  /// Whether a line begins like a declaration: with its keyword, or with a name and an `=` or `:`
  /// somewhere on it.
  private static func looksLikeDeclaration(_ tokens: [Token], _ first: Int) -> Bool {
    switch tokens[first].kind {
    case .type, .import, .foreign, .link, .directive, .let: return true
    case .name: break
    default: return false
    }
    var next = first + 1
    while next < tokens.count && !tokens[next].isFirst {
      switch tokens[next].kind {
      case .equals, .colon, .equal, .cons: return true
      default: break
      }
      next += 1
    }
    // A head whose '=' is missing: what follows is indented.
    return next < tokens.count && tokens[next].kind != .endOfFile
      && tokens[next].column > tokens[first].column
  }

  /// The tokens of the declaration in which an error was reported.
  func region(of diagnostic: Diagnostic, _ tokens: [Token]) -> Range<Int> {
    var low = 0
    var high = starts.count - 1
    guard high > 0 else { return 0..<tokens.count }
    let offset = place(of: diagnostic)
    while high - low > 1 {
      let middle = (low + high) / 2
      if tokens[starts[middle]].start <= offset { low = middle } else { high = middle }
    }
    // A string that has no end swallows the rest of the file.
    if diagnostic.code == "E0102" { return starts[low]..<tokens.count }
    return starts[low]..<starts[low + 1]
  }

  /// What was expected at the beginning of a line is missing in the declaration above it, which the
  /// second label of the message marks.
  private func place(of diagnostic: Diagnostic) -> UInt32 {
    let own = diagnostic.primary.range.start
    switch diagnostic.code {
    case "E0121", "E0125", "E0127":
      return diagnostic.secondary.first.map { min($0.range.start, own) } ?? own
    default: return own
    }
  }
}

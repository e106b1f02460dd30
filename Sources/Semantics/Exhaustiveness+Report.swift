import Diagnostics
import Support

/// What the check of a match has found, in words.
extension CoverageChecker {
  func report(
    _ match: CoreExpression, _ file: FileID, _ graph: ModuleGraph, _ interner: Interner,
    _ diagnostics: inout DiagnosticSink
  ) {
    let keyword = SourceRange(
      file: file, start: match.start, end: min(match.end, match.start + UInt32("match".utf8.count)))
    guard isComplete else {
      diagnostics.report(.matchTooLarge(at: keyword))
      return
    }
    reportMissing(match, at: keyword, graph, interner, &diagnostics)
    let arms = program.list(match).map { program.arms[Int($0)] }
    for (number, arm) in arms.enumerated() {
      if isArmReached[number] {
        reportAlternatives(of: arm.pattern, file, &diagnostics)
      } else {
        diagnostics.report(unreached(number, of: arms, match, file, graph))
      }
    }
  }

  private func reportMissing(
    _ match: CoreExpression, at keyword: SourceRange, _ graph: ModuleGraph, _ interner: Interner,
    _ diagnostics: inout DiagnosticSink
  ) {
    if missing.isEmpty { return }
    let cases = missingCases(interner)
    if cases.isEmpty {
      diagnostics.report(.noArmForOtherValues(at: keyword))
    } else {
      let layout = ArmLayout(match, keyword.file, graph)
      diagnostics.report(
        .notCovered(
          joined(cases), at: keyword, edits: layout.map { [$0.addition(of: cases)] } ?? []))
    }
  }

  /// An arm that is not reached: it goes above the arm that takes everything, or can be removed.
  private func unreached(
    _ number: Int, of arms: [CoreArm], _ match: CoreExpression, _ file: FileID,
    _ graph: ModuleGraph
  ) -> Diagnostic {
    let place = range(of: arms[number].pattern, file)
    let layout = ArmLayout(match, file, graph)
    let catchAll = arms[..<number].firstIndex { arm in
      let kind = program.patterns[Int(arm.pattern)].kind
      return arm.guardExpression < 0 && (kind == .wildcard || kind == .variable)
    }
    guard let catchAll else {
      let edit = layout?.removal(of: number)
      return .armNeverReached(
        at: place, catchAll: nil,
        suggestion: edit.map { .init("remove it", [$0]) })
    }
    let edits = layout?.move(catchAll, behind: arms.count - 1) ?? []
    return .armNeverReached(
      at: place, catchAll: range(of: arms[catchAll].pattern, file),
      suggestion: edits.isEmpty ? nil : .init("put the arm for everything last", edits))
  }

  func reportIrrefutable(
    _ pattern: Int32, _ file: FileID, _ interner: Interner, _ diagnostics: inout DiagnosticSink
  ) {
    guard isComplete, !missing.isEmpty else { return }
    let cases = missingCases(interner)
    diagnostics.report(
      .mayNotMatch(cases.isEmpty ? "any other value" : joined(cases), at: range(of: pattern, file)))
  }

  /// Alternatives of a reached arm that are not reached; nothing inside such an alternative is
  /// told.
  private func reportAlternatives(
    of pattern: Int32, _ file: FileID, _ diagnostics: inout DiagnosticSink
  ) {
    var pending = [pattern]
    while let index = pending.popLast() {
      let node = program.patterns[Int(index)]
      switch node.kind {
      case .or:
        for alternative in program.list(node) {
          if reachedAlternatives.contains(alternative) {
            pending.append(alternative)
          } else {
            diagnostics.report(.alternativeNeverReached(at: range(of: alternative, file)))
          }
        }
      case .as_: pending.append(node.a)
      case .cons: pending.append(contentsOf: [node.a, node.b])
      case .tuple, .constructor: pending.append(contentsOf: program.list(node))
      case .wildcard, .variable, .integer, .float, .string, .null, .unit, .nil_: break
      }
    }
  }

  private func range(of pattern: Int32, _ file: FileID) -> SourceRange {
    let node = program.patterns[Int(pattern)]
    return SourceRange(file: file, start: node.start, end: node.end)
  }

  // MARK: - Missing cases

  /// Several cases, separated by commas; a sign that there are more of them at the end.
  private func joined(_ cases: [String]) -> String {
    let shown = cases.prefix(CoverageChecker.missingLimit - 1)
    return shown.joined(separator: ", ") + (cases.count > shown.count ? ", …" : "")
  }

  /// The missing cases as the user would write them; at most ``missingLimit``. Left out are those
  /// that are values of an open family as a whole, and unnamed values.
  private func missingCases(_ interner: Interner) -> [String] {
    var cases: [String] = []
    for last in missing {
      var known: [Int32: Fact] = [:]
      var open: [(occurrence: Int32, start: Int32, count: Int32)] = []
      var fact = last
      while fact >= 0 {
        let node = facts[Int(fact)]
        known[node.occurrence] = node
        if case .missing(let start, let count) = node.form {
          open.append((node.occurrence, start, count))
        }
        fact = node.next
      }
      var combination = 0
      while cases.count < CoverageChecker.missingLimit {
        var rest = combination
        for place in open {
          let head = missingHeads[Int(place.start) + rest % Int(place.count)]
          rest /= Int(place.count)
          known[place.occurrence]?.form = .head(head)
        }
        if rest > 0 { break }
        var writer = CaseWriter(
          program: program, interner: interner, strings: strings, known: known)
        writer.write(0, .whole)
        if isClosed(known[0]) { cases.append(writer.text) }
        combination += 1
      }
    }
    return cases
  }
}

extension CoverageChecker {
  /// Whether what is known about a value says that it is of a closed family.
  private func isClosed(_ fact: Fact?) -> Bool {
    guard let fact, case .head(let head) = fact.form else { return false }
    switch head.kind {
    case .constructor, .tuple, .unit, .nil_, .cons: return true
    case .integer: return fact.isBoolean
    case .float, .string, .null: return false
    }
  }
}

/// Writes a pattern from what is known about its parts.
private struct CaseWriter {
  /// What a pattern is part of: decides about parentheses.
  enum Context {
    case whole, head, argument
  }

  /// Patterns are cut with `_` and `…` beyond this size.
  static let limit = 160

  let program: CoreProgram
  let interner: Interner
  /// See ``CoverageChecker/strings``.
  let strings: [Int32]
  let known: [Int32: CoverageChecker.Fact]
  var text = ""
  var depth = 0

  mutating func write(_ occurrence: Int32, _ context: Context) {
    guard let fact = known[occurrence], case .head(let head) = fact.form,
      text.utf8.count < CaseWriter.limit, depth < 50
    else {
      text += "_"
      return
    }
    depth += 1
    defer { depth -= 1 }
    switch head.kind {
    case .constructor: writeConstructor(program.constructors[head.value], fact.parts, context)
    case .tuple: writeTuple(head.value, fact.parts)
    case .integer:
      text += fact.isBoolean ? (head.value == 1 ? "true" : "false") : String(head.value)
    case .float: text += Double(bitPattern: UInt64(bitPattern: Int64(head.value))).description
    case .string: writeString(head.value)
    case .null: text += "null"
    case .unit: text += "()"
    case .nil_: text += "[]"
    case .cons: writeCons(occurrence, context)
    }
  }

  /// A string literal if it is plain, else `_`.
  private mutating func writeString(_ number: Int) {
    let bytes = program.strings[Int(strings[number])]
    let isPlain =
      bytes.count <= 20
      && bytes.allSatisfy {
        $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      }
    text += isPlain ? "\"" + String(decoding: bytes, as: UTF8.self) + "\"" : "_"
  }

  private func isKnown(_ occurrence: Int32) -> Bool {
    guard let fact = known[occurrence], case .head = fact.form else { return false }
    return true
  }

  private mutating func writeConstructor(
    _ constructor: CoreConstructor, _ parts: Int32, _ context: Context
  ) {
    let name = interner.string(of: constructor.name)
    if constructor.fieldCount == 0 {
      text += name
    } else if !constructor.fieldNames.isEmpty {
      writeRecord(name, constructor, parts)
    } else {
      let needsParentheses = context == .argument
      text += needsParentheses ? "(" + name : name
      for index in 0..<constructor.fieldCount {
        text += " "
        write(part(parts, index), .argument)
      }
      if needsParentheses { text += ")" }
    }
  }

  private func part(_ parts: Int32, _ index: Int32) -> Int32 { parts < 0 ? -1 : parts + index }

  private mutating func writeRecord(
    _ name: String, _ constructor: CoreConstructor, _ parts: Int32
  ) {
    text += name + " { "
    var isFirst = true
    var isWhole = true
    for (index, field) in zip(Int32(0)..., constructor.fieldNames) {
      guard isKnown(part(parts, index)) else {
        isWhole = false
        continue
      }
      text += (isFirst ? "" : ", ") + interner.string(of: field) + " = "
      write(part(parts, index), .whole)
      isFirst = false
    }
    text += isWhole ? " }" : (isFirst ? "_ }" : ", _ }")
  }

  private mutating func writeTuple(_ count: Int, _ parts: Int32) {
    text += "("
    for index in 0..<count {
      if text.utf8.count >= CaseWriter.limit {
        text += ", …"
        break
      }
      if index > 0 { text += ", " }
      write(part(parts, Int32(index)), .whole)
    }
    text += ")"
  }

  /// `[a, b]` if the end of the list is known, else `a :: b :: _`.
  private mutating func writeCons(_ occurrence: Int32, _ context: Context) {
    var heads: [Int32] = []
    var current = occurrence
    var isEnded = false
    while let fact = known[current], case .head(let head) = fact.form {
      if head.kind == .nil_ {
        isEnded = true
        break
      }
      if head.kind != .cons { break }
      heads.append(part(fact.parts, 0))
      current = part(fact.parts, 1)
    }
    let shown = heads.prefix(40)
    if isEnded && shown.count == heads.count {
      text += "["
      for (index, head) in shown.enumerated() {
        if index > 0 { text += ", " }
        write(head, .whole)
      }
      text += "]"
      return
    }
    let needsParentheses = context != .whole
    if needsParentheses { text += "(" }
    for head in shown {
      write(head, .head)
      text += " :: "
    }
    text += shown.count == heads.count ? "_" : "…"
    if needsParentheses { text += ")" }
  }
}

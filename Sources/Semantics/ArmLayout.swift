import Diagnostics
import Syntax

/// How the arms of a `match` stand in the text, to add, remove or move some.
struct ArmLayout {
  private let file: FileID
  private let bytes: [UInt8]
  /// From the `|` of each arm to the end of its body.
  private let arms: [Range<Int>]

  init?(_ match: CoreExpression, _ file: FileID, _ graph: ModuleGraph) {
    let tree = graph.trees[Int(file.index)]
    let node = tree.nodes.first {
      $0.kind == .matchExpression && $0.start == match.start && $0.end == match.end
    }
    guard let node else { return nil }
    var arms: [Range<Int>] = []
    for index in tree.list(node.b, node.c) {
      let arm = tree.nodes[Int(index)]
      guard arm.kind == .matchArm else { return nil }
      arms.append(Int(arm.start)..<Int(arm.end))
    }
    if arms.isEmpty { return nil }
    self.file = file
    self.arms = arms
    bytes = graph.sources[file].bytes
  }

  /// New arms behind the last one, in the column of the first. What they do is left to the user:
  /// they end the program with a message.
  func addition(of patterns: [String]) -> Diagnostic.Edit {
    let first = arms[0].lowerBound
    let last = arms[arms.count - 1].upperBound
    var separator = " "
    if isFirstOnLine(first) {
      separator = "\n" + String(repeating: " ", count: first - lineStart(first))
    }
    let text = patterns.map { pattern in
      "\(separator)| \(pattern) -> panic \"not handled: \(escaped(pattern))\""
    }
    return edit(last, last, text.joined())
  }

  /// Removes an arm with its lines, or alone if it shares its line with another.
  func removal(of number: Int) -> Diagnostic.Edit {
    let range = linesOrText(of: number)
    return edit(range.lowerBound, range.upperBound, "")
  }

  /// Moves an arm behind another one; only whole lines are moved.
  func move(_ number: Int, behind last: Int) -> [Diagnostic.Edit] {
    guard isFirstOnLine(arms[number].lowerBound), isFirstOnLine(arms[last].lowerBound) else {
      return []
    }
    let removed = linesOrText(of: number)
    let text = String(decoding: bytes[arms[number]], as: UTF8.self)
    let indentation = String(
      repeating: " ", count: arms[number].lowerBound - lineStart(arms[number].lowerBound))
    let end = arms[last].upperBound
    return [
      edit(removed.lowerBound, removed.upperBound, ""),
      edit(end, end, "\n" + indentation + text),
    ]
  }

  // MARK: - Places

  private func edit(_ start: Int, _ end: Int, _ text: String) -> Diagnostic.Edit {
    Diagnostic.Edit(SourceRange(file: file, start: UInt32(start), end: UInt32(end)), text)
  }

  private func linesOrText(of number: Int) -> Range<Int> {
    let arm = arms[number]
    guard isFirstOnLine(arm.lowerBound) else {
      return (number > 0 ? arms[number - 1].upperBound : arm.lowerBound)..<arm.upperBound
    }
    var end = arm.upperBound
    while bytes[end] == 0x20 || bytes[end] == 0x0D { end += 1 }
    // A comment, or something else that belongs to the line, stays.
    guard bytes[end] == 0x0A || end == bytes.count - 1 else { return arm }
    if bytes[end] == 0x0A { end += 1 }
    return lineStart(arm.lowerBound)..<end
  }

  private func lineStart(_ offset: Int) -> Int {
    var start = offset
    while start > 0 && bytes[start - 1] != 0x0A { start -= 1 }
    return start
  }

  private func isFirstOnLine(_ offset: Int) -> Bool {
    bytes[lineStart(offset)..<offset].allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }

  private func escaped(_ pattern: String) -> String {
    var text = ""
    for character in pattern {
      if character == "\"" || character == "\\" { text += "\\" }
      text.append(character)
    }
    return text
  }
}

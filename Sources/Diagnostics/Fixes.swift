// Carrying out suggestions: which edits of many diagnostics can be applied in one pass, and the
// text that they give.

/// The suggestions that fit together, out of those of one run of the compiler.
public struct FixPass: Sendable {
  /// The diagnostics whose first suggestions are carried out, in the order of the file.
  public private(set) var applied: [Diagnostic] = []
  /// How many suggestions were left for a later pass because they touch the same text as another.
  public private(set) var postponedCount = 0
  /// The accepted edits, by place, each once.
  public private(set) var edits: [Diagnostic.Edit] = []

  /// Chooses, in order, the diagnostics whose edits overlap nothing that is chosen already.
  ///
  /// A suggestion is carried out as a whole or not at all. One that touches another file is left
  /// out, and so is one that contradicts itself. Warnings may be consequences of errors: as long as
  /// there are errors with suggestions, only those count.
  ///
  /// - Parameters:
  ///   - diagnostics: in the order of `DiagnosticSink.sorted()`.
  ///   - count: the length of the file's text.
  public init(_ diagnostics: [Diagnostic], file: FileID, count: Int) {
    let candidates = diagnostics.filter { diagnostic in
      !diagnostic.edits.isEmpty
        && diagnostic.edits.allSatisfy { $0.range.file == file && Int($0.range.end) <= count }
        && !FixPass.overlap(diagnostic.edits)
    }
    let hasErrors = candidates.contains { $0.severity == .error }
    for diagnostic in candidates where !hasErrors || diagnostic.severity == .error {
      let new = diagnostic.edits.filter { !contains($0) }
      if new.isEmpty { continue }
      guard !FixPass.overlap(edits + new) else {
        postponedCount += 1
        continue
      }
      edits += new
      applied.append(diagnostic)
    }
    edits.sort { FixPass.isBefore($0, $1) }
  }

  /// The text of the file with the edits carried out.
  public func apply(to text: [UInt8]) -> [UInt8] { applyEdits(edits, to: text[...]) }

  private func contains(_ edit: Diagnostic.Edit) -> Bool {
    edits.contains { $0.range == edit.range && $0.replacement == edit.replacement }
  }

  private static func isBefore(_ left: Diagnostic.Edit, _ right: Diagnostic.Edit) -> Bool {
    (left.range.start, left.range.end) < (right.range.start, right.range.end)
  }

  /// Whether two of the edits touch the same bytes, or insert at the same place, where their order
  /// would be a guess.
  public static func overlap(_ edits: [Diagnostic.Edit]) -> Bool {
    let sorted = edits.sorted(by: isBefore)
    return zip(sorted, sorted.dropFirst()).contains { left, right in
      right.range.start < left.range.end || right.range.start == left.range.start
    }
  }
}

/// Carries out edits that are sorted by place and do not overlap.
///
/// - Parameter text: a part of a file's text whose indices are offsets in the file.
public func applyEdits(_ edits: [Diagnostic.Edit], to text: ArraySlice<UInt8>) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(text.count + 64)
  var position = text.startIndex
  for edit in edits {
    let start = Int(edit.range.start)
    precondition(start >= position, "edits overlap")
    result.append(contentsOf: text[position..<start])
    result.append(contentsOf: edit.replacement.utf8)
    position = Int(edit.range.end)
  }
  result.append(contentsOf: text[position...])
  return result
}

import Support

/// Finds the name that was probably meant.
struct Suggestions {
  /// How many cells of distance tables may still be computed: help is not worth more than a moment,
  /// even for a file full of unknown names.
  private var budget = 20_000_000

  /// The candidate with the smallest edit distance to `name`, the first of equals, if it is small
  /// enough: one edit in short names, a third of the length in long ones.
  mutating func nearest(
    to name: Symbol, among candidates: some Sequence<Symbol>, _ interner: Interner
  ) -> Symbol? {
    let wanted = Array(interner.bytes(of: name))
    guard wanted.count > 1, wanted.count < 100 else { return nil }
    var best: Symbol?
    var bestDistance = max(1, wanted.count / 3) + 1
    for candidate in candidates where candidate != name {
      let bytes = interner.bytes(of: candidate)
      budget -= 8
      if budget <= 0 { return nil }
      guard abs(bytes.count - wanted.count) < bestDistance else { continue }
      budget -= bytes.count * wanted.count
      let distance = editDistance(wanted, Array(bytes))
      if distance < bestDistance {
        bestDistance = distance
        best = candidate
      }
    }
    return best
  }
}

/// The module of the standard library in which a beginner looks for a name in vain among the
/// builtins.
func libraryModule(of name: String) -> String? {
  switch name {
  case "for_each", "concat", "zip", "take", "drop", "nth", "any", "all", "sum", "sort", "sort_by":
    "list"
  case "llm": "llm"
  default: nil
  }
}

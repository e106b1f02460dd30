import Support

/// Finds the name that was probably meant.
struct Suggestions {
  /// How many cells of distance tables may still be computed: help is not worth more than a moment,
  /// even for a file full of unknown names.
  private var budget = 20_000_000

  /// The candidate with the smallest edit distance to `name`, the first of equals, if it is small
  /// enough.
  ///
  /// Four of five misspellings are one insertion, deletion, replacement or swap of neighbours
  /// (Damerau 1964), so one edit is allowed in names of three letters and up, two from six letters,
  /// and a third of the length beyond eight. Shorter names are near to everything.
  mutating func nearest(
    to name: Symbol, among candidates: some Sequence<Symbol>, _ interner: Interner
  ) -> Symbol? {
    let wanted = Array(interner.bytes(of: name))
    guard wanted.count > 2, wanted.count < 100 else { return nil }
    var best: Symbol?
    var bestDistance = Suggestions.limit(wanted.count) + 1
    for candidate in candidates where candidate != name {
      let bytes = interner.bytes(of: candidate)
      budget -= 8
      if budget <= 0 { return nil }
      guard abs(bytes.count - wanted.count) < bestDistance else { continue }
      // Of three letters the first is hardly ever the wrong one.
      if wanted.count == 3 && bytes.first != wanted.first { continue }
      budget -= bytes.count * wanted.count
      let distance = editDistance(wanted, Array(bytes))
      if distance < bestDistance {
        bestDistance = distance
        best = candidate
      }
    }
    return best
  }

  private static func limit(_ length: Int) -> Int {
    length < 6 ? 1 : max(2, length / 3)
  }

  /// The candidate that differs only in capitals and underscores.
  mutating func respelled(
    _ name: Symbol, among candidates: some Sequence<Symbol>, _ interner: Interner
  ) -> Symbol? {
    let wanted = foldedBytes(Array(interner.bytes(of: name)))
    guard wanted.count > 1 else { return nil }
    for candidate in candidates where candidate != name {
      let bytes = interner.bytes(of: candidate)
      budget -= 8
      if budget <= 0 { return nil }
      // Underscores may be many; capitals do not change the length.
      guard bytes.count >= wanted.count, bytes.count <= 2 * wanted.count else { continue }
      if foldedBytes(Array(bytes)) == wanted { return candidate }
    }
    return nil
  }

  /// The candidate that a name abbreviates: it begins with the same two letters, ends with the same
  /// one, and has all letters of the name in their order (`vals` for `values`).
  mutating func unabbreviated(
    _ name: Symbol, among candidates: some Sequence<Symbol>, _ interner: Interner
  ) -> Symbol? {
    let wanted = Array(interner.bytes(of: name))
    guard wanted.count > 2 else { return nil }
    for candidate in candidates where candidate != name {
      let bytes = Array(interner.bytes(of: candidate))
      budget -= 8
      if budget <= 0 { return nil }
      guard bytes.count > wanted.count, bytes.prefix(2) == wanted.prefix(2),
        bytes.last == wanted.last
      else { continue }
      var rest = wanted[...]
      for byte in bytes where byte == rest.first { rest = rest.dropFirst() }
      if rest.isEmpty { return candidate }
    }
    return nil
  }

  /// The only candidate that has all words of a name (or whose words are all in the name), words
  /// being separated by underscores: `parse_number` for `number`.
  mutating func sharingWords(
    _ name: Symbol, among candidates: some Sequence<Symbol>, _ interner: Interner
  ) -> Symbol? {
    let wanted = words(name, interner)
    guard wanted.contains(where: { $0.count > 3 }) else { return nil }
    var found: Symbol?
    for candidate in candidates where candidate != name {
      budget -= 32
      if budget <= 0 { return nil }
      let other = words(candidate, interner)
      guard wanted.isSubset(of: other) || other.isSubset(of: wanted) && other.count > 1 else {
        continue
      }
      if found != nil && found != candidate { return nil }
      found = candidate
    }
    return found
  }

  private func words(_ name: Symbol, _ interner: Interner) -> Set<[UInt8]> {
    Set(interner.bytes(of: name).split(separator: UInt8(ascii: "_")).map { Array($0) })
  }
}

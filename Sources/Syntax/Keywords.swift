import Support

/// Tells keywords from names by their symbols.
struct KeywordTable {
  /// Indexed by symbol; only as long as the last keyword needs.
  private var kinds: [TokenKind] = []

  init(_ interner: inout Interner) {
    for (text, kind) in KeywordTable.keywords {
      let index = Int(interner.intern(text).index)
      while kinds.count <= index { kinds.append(.name) }
      kinds[index] = kind
    }
  }

  @inline(__always)
  func kind(of symbol: Symbol) -> TokenKind {
    let index = Int(symbol.index)
    return index < kinds.count ? kinds[index] : .name
  }

  /// `with handle resume perform effect module export where` are reserved for later but names for
  /// now, and `as` is a keyword only in some places.
  static let keywords: [(String, TokenKind)] = [
    ("let", .let), ("in", .in), ("if", .if), ("then", .then), ("else", .else), ("match", .match),
    ("type", .type), ("import", .import), ("foreign", .foreign), ("link", .link), ("true", .true),
    ("false", .false), ("null", .null),
  ]
}

import Diagnostics
import Support
import Syntax

/// What was probably meant by a name that nothing visible has.
extension NameResolver {
  /// Reports a name that nothing visible has.
  mutating func reportUnknown(_ symbol: Symbol, at place: SourceRange) {
    if mayMissNames || isDefinitionBroken { return }
    let name = interner.string(of: symbol)
    // What is not shown needs no help.
    let suggestions =
      reportCount < NameResolver.reportLimit ? suggestionsForUnknown(symbol, name, at: place) : []
    report(
      .unknownName(
        name, at: place, label: "not found in this scope", suggestions: suggestions))
  }

  private mutating func suggestionsForUnknown(
    _ symbol: Symbol, _ name: String, at place: SourceRange
  ) -> [Diagnostic.Suggestion] {
    var found: [Diagnostic.Suggestion] = []
    if let suggestion = foreignWord(symbol, name, at: place) { found.append(suggestion) }
    if let near = suggestions.respelled(symbol, among: locals.entered, interner)
      ?? suggestions.respelled(symbol, among: values.entered, interner)
    {
      found.append(replacing(place, by: near))
    }
    if let rail = railName(of: name), rail != name, isUsable(rail) {
      found.append(
        .init("in Rail this is '\(rail)'", [Diagnostic.Edit(place, rail)]))
    }
    if let near = suggestions.nearest(to: symbol, among: locals.entered, interner)
      ?? suggestions.unabbreviated(symbol, among: locals.entered, interner)
    {
      found.append(replacing(place, by: near))
    }
    found += exportsNamed(name, symbol, at: place)
    if found.isEmpty || found[0].edits.isEmpty {
      if let near = suggestions.nearest(to: symbol, among: values.entered, interner) {
        found.append(replacing(place, by: near))
      }
    }
    if found.isEmpty {
      let own = scopes[module].definitions.lazy.map(\.name)
      if let near = suggestions.sharingWords(symbol, among: locals.entered, interner)
        ?? suggestions.sharingWords(symbol, among: own, interner)
      {
        found.append(replacing(place, by: near))
      }
    }
    return unique(found)
  }

  private func unique(_ suggestions: [Diagnostic.Suggestion]) -> [Diagnostic.Suggestion] {
    var result: [Diagnostic.Suggestion] = []
    for suggestion in suggestions
    where !result.contains(where: { $0.text == suggestion.text }) && result.count < 3 {
      result.append(suggestion)
    }
    return result
  }

  func replacing(_ place: SourceRange, by symbol: Symbol) -> Diagnostic.Suggestion {
    let name = interner.string(of: symbol)
    return .init("did you mean '\(name)'?", [Diagnostic.Edit(place, name)])
  }

  /// Whether a name of the language or its builtins stands for itself here.
  private func isUsable(_ name: String) -> Bool {
    if ["true", "false", "null"].contains(name) { return true }
    guard let symbol = interner.find(name), Int(symbol.index) < symbolCount else { return false }
    return locals[symbol] < 0 && values[symbol].binding.kind != .none
  }

  // MARK: - Words of other languages

  private mutating func foreignWord(
    _ symbol: Symbol, _ name: String, at place: SourceRange
  ) -> Diagnostic.Suggestion? {
    let bytes = graph.sources[tree.file].bytes
    let end = Int(place.end)
    if name == "f" && bytes[end] == UInt8(ascii: "\"") {
      return .init(
        "text with holes is written $\"…{expression}…\"", [Diagnostic.Edit(place, "$")])
    }
    if let sign = operatorWord(name), isBetweenOperands(place, bytes) {
      return infix(name, sign, at: place, bytes)
    }
    if ["return", "do", "begin", "yield", "await", "new", "lazy", "with"].contains(name) {
      var removed = place
      while bytes[Int(removed.end)] == 0x20 { removed.end += 1 }
      if bytes[Int(removed.end)] == 0x0A && removed.start > 0 {
        removed = place
        while removed.start > 0, bytes[Int(removed.start) - 1] == 0x20 { removed.start -= 1 }
      }
      let help =
        name == "return"
        ? "the last expression of a function is its value: write it without 'return'"
        : "Rail has no word '\(name)' here: leave it out"
      return .init(help, [Diagnostic.Edit(removed, "")])
    }
    return definitionBehindKeyword(symbol, name)
  }

  private func isBetweenOperands(_ place: SourceRange, _ bytes: [UInt8]) -> Bool {
    var before = Int(place.start) - 1
    while before >= 0, bytes[before] == 0x20 { before -= 1 }
    var after = Int(place.end)
    while bytes[after] == 0x20 { after += 1 }
    return before >= 0 && isOperandEdge(bytes[before], opening: false)
      && isOperandEdge(bytes[after], opening: true)
  }

  private func isOperandEdge(_ byte: UInt8, opening: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "\""),
      UInt8(ascii: "'"):
      true
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "-"), UInt8(ascii: "\\"): opening
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): !opening
    default: false
    }
  }

  /// `a and b`; `a is not b`.
  private func infix(
    _ word: String, _ sign: String, at place: SourceRange, _ bytes: [UInt8]
  ) -> Diagnostic.Suggestion {
    var range = place
    var sign = sign
    let rest = String(decoding: bytes[Int(place.end)...].prefix(5), as: UTF8.self)
    if word == "is" && rest == " not " {
      range.end += 4
      sign = "!="
    }
    return .init("this operator is written '\(sign)'", [Diagnostic.Edit(range, sign)])
  }

  /// A name that `def`, `let rec` or the like has made a parameter: `def f x = …` defines `def`.
  private func definitionBehindKeyword(
    _ symbol: Symbol, _ name: String
  ) -> Diagnostic.Suggestion? {
    let file = graph.sources[tree.file]
    for node in tree.nodes
    where node.kind == .functionDeclaration || node.kind == .letFunction {
      guard node.c > 0, node.a >= 0 else { continue }
      let keyword = interner.string(of: Symbol(index: node.a))
      guard foreignKeywords.contains(keyword) else { continue }
      let first = tree.nodes[Int(tree.lists[Int(node.b)])]
      guard first.kind == .namePattern, first.a == symbol.index else { continue }
      let word = nameRange(Symbol(index: node.a), in: node)
      let isLocal = node.kind == .letFunction
      let help =
        isLocal
        ? "a local definition is written: let \(name) … = …"
        : "a definition is written: \(name) … = …"
      guard word.end <= first.start, Int(first.start) <= file.count else { continue }
      return .init(
        help,
        [
          Diagnostic.Edit(
            SourceRange(file: tree.file, start: word.start, end: first.start), "")
        ])
    }
    return nil
  }

  // MARK: - Other modules

  /// Modules that have the name: imported ones that bring it only with a qualifier, those of the
  /// program that this module does not import, those beside it, and those of the library.
  private mutating func exportsNamed(
    _ name: String, _ symbol: Symbol, at place: SourceRange
  ) -> [Diagnostic.Suggestion] {
    for imported in graph.modules[module].imports where imported.target >= 0 {
      guard let alias = imported.alias, export(symbol, of: imported.target) != nil else { continue }
      let qualified = interner.string(of: alias) + "." + name
      return [.init("write '\(qualified)'", [Diagnostic.Edit(place, qualified)])]
    }
    for neighbour in neighbours.modules(in: folder) where neighbour.names.contains(name) {
      if let imported = importOf(neighbour.path) {
        guard !imported.names.isNone else { continue }
        return [additionToList(name, imported)]
      }
      return [importing(neighbour.path, "'\(name)'")]
    }
    if let library = libraryModule(of: name), isInLibrary(library) {
      return [importing(library: library, "'\(name)'")]
    }
    return []
  }

  /// The folder of the module at hand.
  var folder: String { graph.modules[module].directory }

  /// The import of this module that names a file beside it.
  private func importOf(_ path: String) -> ModuleImport? {
    let full = normalise(join(folder, path))
    return graph.modules[module].imports.first {
      $0.target >= 0 && graph.sources[FileID(index: $0.target)].path == full
    }
  }

  private func additionToList(_ name: String, _ imported: ModuleImport) -> Diagnostic.Suggestion {
    let list = tree[imported.names]
    let items = tree.list(list.b, list.c)
    let end = items.last.map { tree.nodes[Int($0)].end } ?? list.start + 1
    let place = SourceRange(file: tree.file, start: end, end: end)
    return .init(
      "add '\(name)' to the list of the import",
      [Diagnostic.Edit(place, items.isEmpty ? name : ", " + name)])
  }

  func importing(
    _ path: String, _ what: String, alias: String? = nil
  ) -> Diagnostic.Suggestion {
    let suffix = alias.map { " as \($0)" } ?? ""
    let line = "import \"\(path)\"\(suffix)"
    return .init("\(what) is defined in \(path): add '\(line)'", [importEdit(line)])
  }

  private func importing(library: String, _ what: String) -> Diagnostic.Suggestion {
    .init(
      "it is defined in module '\(library)': add 'import \(library)'",
      [importEdit("import \(library)")])
  }

  /// Adds a line behind the last import or, if there is none, at the head of the file.
  func importEdit(_ line: String) -> Diagnostic.Edit {
    if let last = graph.modules[module].imports.last {
      let end = tree[last.node].end
      return Diagnostic.Edit(SourceRange(file: tree.file, start: end, end: end), "\n" + line)
    }
    let bytes = graph.sources[tree.file].bytes
    var offset = 0
    // Directives and a line for the shell stay above.
    while bytes[offset] == UInt8(ascii: "#") {
      while bytes[offset] != 0 && bytes[offset] != 0x0A { offset += 1 }
      if bytes[offset] == 0x0A { offset += 1 }
    }
    let place = SourceRange(file: tree.file, start: UInt32(offset), end: UInt32(offset))
    return Diagnostic.Edit(place, line + "\n")
  }

  // MARK: - Constructors

  mutating func reportUnknownConstructor(
    _ symbol: Symbol, at place: SourceRange, pattern: SyntaxNode? = nil
  ) {
    if mayMissNames || isDefinitionBroken || reportCount >= NameResolver.reportLimit { return }
    var found: [Diagnostic.Suggestion] = []
    if let pattern, let tuple = tuplePattern(symbol, pattern) { found.append(tuple) }
    let constructors = values.entered.lazy.filter { [values] in
      values[$0].binding.kind == .constructor
    }
    if let near = suggestions.respelled(symbol, among: constructors, interner)
      ?? suggestions.nearest(to: symbol, among: constructors, interner)
      ?? suggestions.sharingWords(symbol, among: constructors, interner)
    {
      found.append(replacing(place, by: near))
    }
    let name = interner.string(of: symbol)
    if found.isEmpty, let rail = railName(of: name), ["true", "false", "null"].contains(rail) {
      found.append(.init("in Rail this is '\(rail)'", [Diagnostic.Edit(place, rail)]))
    }
    if found.isEmpty { found += exportsNamed(name, symbol, at: place) }
    report(.unknownConstructor(name, at: place, suggestions: found))
  }

  /// `(a b)` where a tuple was meant: a small letter and parts that are all names.
  private func tuplePattern(_ symbol: Symbol, _ node: SyntaxNode) -> Diagnostic.Suggestion? {
    guard node.kind == .constructorPattern, !isCapitalised(symbol), node.c > 0 else { return nil }
    let bytes = graph.sources[tree.file].bytes
    guard node.start > 0, bytes[Int(node.start) - 1] == UInt8(ascii: "(") else { return nil }
    var edits = [commaAfter(nameRange(symbol, in: node).end)]
    for part in lists[Int(node.b)..<Int(node.b + node.c - 1)] {
      edits.append(commaAfter(nodes[Int(part)].end))
    }
    return .init("the parts of a tuple are separated by ','", edits)
  }

  private func commaAfter(_ end: UInt32) -> Diagnostic.Edit {
    Diagnostic.Edit(SourceRange(file: tree.file, start: end, end: end), ",")
  }

  // MARK: - Modules

  /// Reports `M.name` where `M` is no alias.
  mutating func reportUnknownModule(_ alias: Symbol, at place: SourceRange, name: Symbol?) {
    let shown = interner.string(of: alias)
    if isDefinitionBroken { return }
    var found: [Diagnostic.Suggestion] = []
    if let name, reportCount < NameResolver.reportLimit {
      found += qualifiedSuggestions(shown, interner.string(of: name), at: place)
    }
    let aliases = graph.modules[module].imports.compactMap(\.alias)
    if let near = suggestions.respelled(alias, among: aliases, interner)
      ?? suggestions.nearest(to: alias, among: aliases, interner)
    {
      found.append(replacing(place, by: near))
    }
    report(.unknownModule(shown, at: place, suggestions: unique(found)))
  }

  /// For `M.name`: another module with that name, the builtin of that name, or a module to import.
  private mutating func qualifiedSuggestions(
    _ alias: String, _ name: String, at place: SourceRange
  ) -> [Diagnostic.Suggestion] {
    let file = foldedName(alias)
    for neighbour in neighbours.modules(in: folder) {
      let base = neighbour.path.split(separator: "/").last.map(String.init) ?? neighbour.path
      guard neighbour.names.contains(name), foldedName(String(base.dropLast(5))) == file else {
        continue
      }
      if let imported = importOf(neighbour.path) {
        guard let other = imported.alias else { continue }
        let shown = interner.string(of: other)
        return [.init("its alias here is '\(shown)'", [Diagnostic.Edit(place, shown)])]
      }
      return [importing(neighbour.path, "'\(name)'", alias: alias)]
    }
    if let symbol = interner.find(name) {
      for imported in graph.modules[module].imports where imported.target >= 0 {
        guard let other = imported.alias, export(symbol, of: imported.target) != nil else {
          continue
        }
        let shown = interner.string(of: other)
        return [.init("did you mean '\(shown)'?", [Diagnostic.Edit(place, shown)])]
      }
    }
    let bytes = graph.sources[tree.file].bytes
    guard bytes[Int(place.end)] == UInt8(ascii: ".") else { return [] }
    var whole = place
    whole.end += UInt32(1 + name.utf8.count)
    let own = isUsable(name) ? name : nil
    guard let rail = railName(of: alias + name) ?? own ?? railName(of: name), isUsable(rail) else {
      return []
    }
    return [
      .init("this is a builtin, which needs no module: '\(rail)'", [Diagnostic.Edit(whole, rail)])
    ]
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

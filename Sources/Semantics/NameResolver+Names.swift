import Diagnostics
import Support
import Syntax

/// Names in expressions.
extension NameResolver {
  /// The value of a name that stands for itself (not as the function of a call).
  mutating func resolveName(_ node: SyntaxNode) -> Int32 {
    let symbol = Symbol(index: node.a)
    let local = locals[symbol]
    if local >= 0 {
      uses.useLocal(local)
      return add(.local, a: local, node)
    }
    let binding = binding(of: symbol, node)
    if binding.kind == .intrinsic && binding.index == wellKnown.readLine {
      // `read_line` alone is the next line.
      let callee = add(.intrinsic, a: binding.index, node)
      let argument = addInteger(0, node)
      return addCall(callee, [argument], start: node.start, end: node.end)
    }
    return add(value(of: binding, argumentCount: 0), node)
  }

  /// What a name that is no local stands for; reports unknown and ambiguous names.
  mutating func binding(of symbol: Symbol, _ node: SyntaxNode) -> Binding {
    let visible = values[symbol]
    let binding = visible.binding
    noteUse(symbol, visible)
    switch binding.kind {
    case .global, .constructor, .foreign, .intrinsic, .lost: return binding
    case .ambiguous:
      reportAmbiguous(symbol, ambiguities[Int(binding.index)], at: range(node))
      return .none
    case .none: return bindingOfUnseen(symbol, node)
    }
  }

  private mutating func bindingOfUnseen(_ symbol: Symbol, _ node: SyntaxNode) -> Binding {
    if let provided = importerProvided(symbol), provided.kind != .none {
      if let place = sourceRange(of: provided) { uses.use(provider: place.file.index) }
      if provided.kind == .global { uses.use(global: provided.index) }
      report(
        .providedByImporter(
          interner.string(of: symbol), at: range(node), definition: sourceRange(of: provided)))
      values.enter(symbol, VisibleBinding(binding: provided, level: .imported))
      return provided
    }
    reportUnknown(symbol, at: range(node))
    return .none
  }

  /// A binding as an expression, without its place; ``CoreKind/error`` for ``Binding/none``.
  ///
  /// - Parameter argumentCount: to how many arguments the value is applied.
  func value(of binding: Binding, argumentCount: Int32) -> (kind: CoreKind, a: Int32) {
    switch binding.kind {
    case .none, .ambiguous, .lost: return (.error, -1)
    case .constructor: return (.constructor, binding.index)
    case .intrinsic: return (.intrinsic, binding.index)
    case .foreign: return socketFunctionOrChannel(binding, argumentCount)
    case .global:
      if argumentCount >= 2, let range = preludeRange(binding) { return (.global, range) }
      return (.global, binding.index)
    }
  }

  /// `range a b` is another function than `range n`.
  private func preludeRange(_ binding: Binding) -> Int32? {
    let global = core.globals[Int(binding.index)]
    guard global.name == wellKnown.range, global.file.index == ModuleGraph.prelude else {
      return nil
    }
    return core.preludeGlobals["_range_between"]
  }

  /// A foreign `send` or `recv` is the socket function only with four arguments.
  private func socketFunctionOrChannel(
    _ binding: Binding, _ argumentCount: Int32
  ) -> (kind: CoreKind, a: Int32) {
    let name = core.foreigns[Int(binding.index)].name
    guard name == wellKnown.send || name == wellKnown.receive, argumentCount != 4,
      let channel = core.preludeGlobals[interner.string(of: name)]
    else { return (.foreign, binding.index) }
    return (.global, channel)
  }

  // MARK: - Qualified names

  /// Whether a `field` node is `M.name` with an alias `M` of this module.
  func isQualifiedName(_ node: SyntaxNode) -> Bool {
    guard node.kind == .field else { return false }
    let base = nodes[Int(node.a)]
    guard base.kind == .name else { return false }
    let symbol = Symbol(index: base.a)
    return locals[symbol] < 0 && moduleAliases[symbol] != 0
  }

  /// The definition behind `M.name`; reports it if there is none.
  mutating func qualifiedBinding(alias: Symbol, name: Symbol, at place: SourceRange) -> Binding {
    let target = moduleAliases[alias] - 1
    if target < 0 { return .lost }
    uses.use(alias: alias, in: module)
    if let binding = export(name, of: target) {
      if binding.kind == .global { uses.use(global: binding.index) }
      return binding
    }
    if scopes[Int(target)].isIncomplete { return .lost }
    let file = graph.sources[FileID(index: target)].path
    if isPrivate(name), scopes[Int(target)].definitions.contains(where: { $0.name == name }) {
      report(.privateName(interner.string(of: name), at: place))
    } else {
      let names = scopes[Int(target)].definitions.map(\.name)
      let near =
        suggestions.respelled(name, among: names, interner)
        ?? suggestions.nearest(to: name, among: names, interner)
        ?? suggestions.sharingWords(name, among: names, interner)
      let prefix = interner.string(of: alias) + "."
      let found = near.map { symbol -> Diagnostic.Suggestion in
        let meant = prefix + interner.string(of: symbol)
        return .init("did you mean '\(meant)'?", [Diagnostic.Edit(place, meant)])
      }
      report(
        .unknownName(
          prefix + interner.string(of: name), at: place, label: "not defined in \(file)",
          suggestions: found.map { [$0] } ?? []))
    }
    return .none
  }

  /// Several imports bring the name: the last of them gets an alias.
  private mutating func reportAmbiguous(
    _ symbol: Symbol, _ candidates: [Binding], at place: SourceRange
  ) {
    let places = candidates.compactMap { sourceRange(of: $0) }
    let name = interner.string(of: symbol)
    let last = graph.modules[module].imports.last { imported in
      imported.alias == nil && imported.names.isNone
        && places.contains { $0.file.index == imported.target }
    }
    var edits: [Diagnostic.Edit] = []
    if let last {
      let alias = moduleName(graph.sources[FileID(index: last.target)].path)
      let end = tree[last.node].end
      edits = [
        Diagnostic.Edit(SourceRange(file: tree.file, start: end, end: end), " as \(alias)"),
        Diagnostic.Edit(place, "\(alias).\(name)"),
      ]
    }
    report(.ambiguousName(name, at: place, candidates: places, edits: edits))
  }

  /// A good alias for a file: `Second` for `lib/second.rail`.
  private func moduleName(_ path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let base = file.hasSuffix(".rail") ? String(file.dropLast(5)) : file
    return base.prefix(1).uppercased() + base.dropFirst()
  }
}

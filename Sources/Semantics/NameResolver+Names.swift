import Diagnostics
import Support
import Syntax

/// Names in expressions.
extension NameResolver {
  /// The value of a name that stands for itself (not as the function of a call).
  mutating func resolveName(_ node: SyntaxNode) -> Int32 {
    let symbol = Symbol(index: node.a)
    let local = locals[symbol]
    if local >= 0 { return add(.local, a: local, node) }
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
    let binding = values[symbol].binding
    switch binding.kind {
    case .global, .constructor, .foreign, .intrinsic, .lost: return binding
    case .ambiguous:
      let candidates = ambiguities[Int(binding.index)].compactMap { sourceRange(of: $0) }
      report(
        .ambiguousName(interner.string(of: symbol), at: range(node), candidates: candidates))
      return .none
    case .none: return bindingOfUnseen(symbol, node)
    }
  }

  private mutating func bindingOfUnseen(_ symbol: Symbol, _ node: SyntaxNode) -> Binding {
    if let provided = importerProvided(symbol), provided.kind != .none {
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
    if let binding = export(name, of: target) { return binding }
    if scopes[Int(target)].isIncomplete { return .lost }
    let file = graph.sources[FileID(index: target)].path
    if isPrivate(name), scopes[Int(target)].definitions.contains(where: { $0.name == name }) {
      report(.privateName(interner.string(of: name), at: place))
    } else {
      let near = suggestions.nearest(
        to: name, among: scopes[Int(target)].definitions.lazy.map(\.name), interner)
      let prefix = interner.string(of: alias) + "."
      report(
        .unknownName(
          prefix + interner.string(of: name), at: place, label: "not defined in \(file)",
          near: near.map { prefix + interner.string(of: $0) }))
    }
    return .none
  }

  // MARK: - Unknown names

  /// Reports a name that nothing visible has.
  mutating func reportUnknown(_ symbol: Symbol, at place: SourceRange) {
    if mayMissNames { return }
    let name = interner.string(of: symbol)
    if let library = libraryModule(of: name), isInLibrary(library) {
      report(.nameInLibrary(name, library, at: place))
      return
    }
    let near =
      suggestions.nearest(to: symbol, among: locals.entered, interner)
      ?? suggestions.nearest(to: symbol, among: values.entered, interner)
    report(
      .unknownName(
        name, at: place, label: "not found in this scope",
        near: near.map { interner.string(of: $0) }
      ))
  }

  mutating func reportUnknownConstructor(_ symbol: Symbol, at place: SourceRange) {
    if mayMissNames { return }
    let constructors = values.entered.lazy.filter { [values] in
      values[$0].binding.kind == .constructor
    }
    let near = suggestions.nearest(to: symbol, among: constructors, interner)
    report(
      .unknownConstructor(
        interner.string(of: symbol), at: place, near: near.map { interner.string(of: $0) }))
  }
}

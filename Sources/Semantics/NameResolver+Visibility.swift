import Diagnostics
import Support
import Syntax

/// Which top-level names a module sees: its own definitions hide what it imports, and both hide the
/// builtins.
extension NameResolver {
  /// Enters the visible intrinsics and the public definitions of the prelude, for all modules.
  mutating func enterBuiltins() {
    for (index, symbol) in wellKnown.intrinsicSymbols.enumerated()
    where !intrinsics[index].isHidden {
      let binding = Binding(index: Int32(index), kind: .intrinsic)
      values.enter(symbol, VisibleBinding(binding: binding, level: .builtin))
    }
    let prelude = scopes[Int(ModuleGraph.prelude)]
    for definition in prelude.definitions {
      if definition.binding.kind == .global {
        core.preludeGlobals[interner.string(of: definition.name)] = definition.binding.index
      }
      guard !isPrivate(definition.name) else { continue }
      values.enter(
        definition.name, VisibleBinding(binding: definition.binding, level: .builtin))
    }
    for type in prelude.types where !isPrivate(type.name) { types.enter(type.name, type.binding) }
  }

  struct ModuleMark {
    var values: Int
    var types: Int
    var aliases: Int
  }

  /// Makes a module the one at hand.
  mutating func enterModule(_ index: Int) -> ModuleMark {
    module = index
    tree = graph.trees[index]
    reportCount = 0
    unusedLocalCount = 0
    mayMissNames = scopes[index].isIncomplete
    let mark = ModuleMark(values: values.mark, types: types.mark, aliases: moduleAliases.mark)
    if graph.modules[index].isEmbedded { enterHiddenIntrinsics() }
    for imported in graph.modules[index].imports {
      if imported.target >= 0 { enter(imported) } else { enterLost(imported) }
    }
    for qualified in scopes[index].qualifiedNames { enterImported(qualified) }
    let own = scopes[index]
    for definition in own.definitions {
      values.enter(definition.name, VisibleBinding(binding: definition.binding, level: .own))
    }
    for type in own.types { types.enter(type.name, type.binding) }
    return mark
  }

  mutating func leaveModule(to mark: ModuleMark) {
    values.leave(to: mark.values)
    types.leave(to: mark.types)
    moduleAliases.leave(to: mark.aliases)
  }

  private mutating func enterHiddenIntrinsics() {
    for (index, symbol) in wellKnown.intrinsicSymbols.enumerated() where intrinsics[index].isHidden
    {
      let binding = Binding(index: Int32(index), kind: .intrinsic)
      values.enter(symbol, VisibleBinding(binding: binding, level: .builtin))
    }
  }

  // MARK: - Imports

  /// What a module that was not found would have brought is not reported as missing.
  private mutating func enterLost(_ imported: ModuleImport) {
    if let alias = imported.alias { moduleAliases.enter(alias, -1) }
    if !imported.names.isNone {
      for item in tree.list(tree[imported.names].b, tree[imported.names].c) {
        let node = tree.nodes[Int(item)]
        guard node.kind == .name else { continue }
        values.enter(Symbol(index: node.a), VisibleBinding(binding: .lost, level: .imported))
      }
    } else if imported.alias == nil {
      mayMissNames = true
    }
  }

  private mutating func enter(_ imported: ModuleImport) {
    let target = scopes[Int(imported.target)]
    if imported.alias == nil && target.isIncomplete { mayMissNames = true }
    if let alias = imported.alias { enter(alias: alias, of: imported) }
    if !imported.names.isNone {
      for item in tree.list(tree[imported.names].b, tree[imported.names].c) {
        enter(selected: tree.nodes[Int(item)], from: imported.target)
      }
    } else if imported.alias == nil {
      for definition in target.definitions where !isPrivate(definition.name) {
        enterImported(definition)
      }
      for type in target.types where !isPrivate(type.name) { types.enter(type.name, type.binding) }
    }
  }

  private mutating func enter(alias: Symbol, of imported: ModuleImport) {
    let existing = moduleAliases[alias]
    if existing > 0 && existing != imported.target + 1 {
      let node = tree[imported.node]
      report(
        .definedTwice(interner.string(of: alias), at: nameRange(alias, in: node), first: nil))
    }
    moduleAliases.enter(alias, imported.target + 1)
  }

  /// An item of a selective list: a value, a type, or both.
  private mutating func enter(selected item: SyntaxNode, from target: Int32) {
    guard item.kind == .name else { return }
    let name = Symbol(index: item.a)
    let range = SourceRange(file: tree.file, start: item.start, end: item.end)
    if isPrivate(name) {
      report(.privateName(interner.string(of: name), at: range))
      return
    }
    var isFound = false
    if let binding = export(name, of: target) {
      enterImported(Definition(name: name, binding: binding))
      isFound = true
    }
    for type in scopes[Int(target)].types where type.name == name {
      types.enter(name, type.binding)
      isFound = true
    }
    if !isFound && scopes[Int(target)].isIncomplete {
      values.enter(name, VisibleBinding(binding: .lost, level: .imported))
    } else if !isFound {
      let file = graph.sources[FileID(index: target)].path
      let near = nearestExport(name, of: target)
      report(
        .unknownName(
          interner.string(of: name), at: range, label: "not defined in \(file)",
          suggestions: suggestionsForSelected(name, near, item, at: range)))
      // Uses of it, or of what was meant, are no further mistakes.
      values.enter(name, VisibleBinding(binding: .lost, level: .imported))
      if let near { values.enter(near, VisibleBinding(binding: .lost, level: .imported)) }
    }
  }

  /// A name that the module of a selective list does not have: one like it, or another module.
  private mutating func suggestionsForSelected(
    _ name: Symbol, _ near: Symbol?, _ item: SyntaxNode, at place: SourceRange
  ) -> [Diagnostic.Suggestion] {
    if let near { return [replacing(place, by: near)] }
    let shown = interner.string(of: name)
    for neighbour in neighbours.modules(in: folder) where neighbour.names.contains(shown) {
      let addition = importEdit("import \"\(neighbour.path)\" (\(shown))")
      var edits = [addition]
      if let removed = placeInList(of: item) { edits.insert(Diagnostic.Edit(removed, ""), at: 0) }
      return [.init("'\(shown)' is defined in \(neighbour.path)", edits)]
    }
    return []
  }

  private mutating func nearestExport(_ name: Symbol, of target: Int32) -> Symbol? {
    let names = scopes[Int(target)].definitions.map(\.name).filter { !isPrivate($0) }
    return suggestions.respelled(name, among: names, interner)
      ?? suggestions.nearest(to: name, among: names, interner)
  }

  /// An item of a selective list with the comma beside it.
  private func placeInList(of item: SyntaxNode) -> SourceRange? {
    for node in tree.nodes where node.kind == .importNames {
      let items = tree.list(node.b, node.c).map { tree.nodes[Int($0)] }
      guard let index = items.firstIndex(where: { $0.start == item.start }), items.count > 1 else {
        continue
      }
      if index > 0 {
        return SourceRange(file: tree.file, start: items[index - 1].end, end: item.end)
      }
      return SourceRange(file: tree.file, start: item.start, end: items[1].start)
    }
    return nil
  }

  private mutating func enterImported(_ definition: Definition) {
    let existing = values[definition.name]
    var binding = definition.binding
    if existing.level == .imported && existing.binding != binding {
      if existing.binding.kind == .ambiguous {
        let index = Int(existing.binding.index)
        if ambiguities[index].contains(binding) { return }
        ambiguities.append(ambiguities[index] + [binding])
      } else {
        ambiguities.append([existing.binding, binding])
      }
      binding = Binding(index: Int32(ambiguities.count - 1), kind: .ambiguous)
    }
    values.enter(definition.name, VisibleBinding(binding: binding, level: .imported))
  }

  // MARK: - Old libraries

  /// A definition of that name in the namespace of the modules that import this one, directly or
  /// not: old libraries use names that only the importing program provides.
  mutating func importerProvided(_ name: Symbol) -> Binding? {
    var isSeen = [Bool](repeating: false, count: graph.modules.count)
    isSeen[module] = true
    var queue = graph.modules[module].importers
    var next = 0
    while next < queue.count {
      let importer = Int(queue[next])
      next += 1
      if isSeen[importer] { continue }
      isSeen[importer] = true
      if let binding = visible(name, in: importer) { return binding }
      queue.append(contentsOf: graph.modules[importer].importers)
    }
    return nil
  }

  /// What a module that is not at hand defines or imports without a qualifier.
  private mutating func visible(_ name: Symbol, in other: Int) -> Binding? {
    if let binding = export(name, of: Int32(other)) { return binding }
    for imported in graph.modules[other].imports where imported.target >= 0 {
      guard imported.alias == nil && imported.names.isNone else { continue }
      if let binding = export(name, of: imported.target) { return binding }
    }
    return nil
  }
}

import Diagnostics
import Support
import Syntax

// Names that nothing uses. As in OCaml (warnings 26, 32 and 33 of its manual), these are what a
// `let` names alone, private definitions and imports; not parameters or parts of a pattern, which
// often are there because the shape of something asks for them. A name that begins with `_` is
// unused on purpose. Nothing is told about a file with errors: a misspelled use would make the name
// that was meant seem unused.

/// What has been used so far.
struct UseRecords {
  /// By symbol: 1 + the module that has last used an imported value or type of that name.
  private var imported: [Int32]
  /// By symbol: 1 + the module that has last used an alias of that name.
  private var aliases: [Int32]
  /// By global.
  private(set) var isGlobalUsed: [Bool]
  /// Modules that provide a name to a module which does not import them.
  private(set) var providers: Set<Int32> = []
  /// The names of the `let`s in the definition at hand, and which of its locals have been used.
  var lets: [(local: Int32, name: Symbol, node: SyntaxNode)] = []
  private var isLocalUsed: [Bool] = []

  init(symbolCount: Int, globalCount: Int) {
    imported = [Int32](repeating: 0, count: symbolCount)
    aliases = imported
    isGlobalUsed = [Bool](repeating: false, count: globalCount)
  }

  @inline(__always)
  mutating func useLocal(_ local: Int32) {
    let index = Int(local)
    if index >= isLocalUsed.count {
      isLocalUsed.append(
        contentsOf: repeatElement(false, count: index + 32 - isLocalUsed.count))
    }
    isLocalUsed[index] = true
  }

  func isUsed(local: Int32) -> Bool {
    Int(local) < isLocalUsed.count && isLocalUsed[Int(local)]
  }

  mutating func beginDefinition() {
    lets.removeAll(keepingCapacity: true)
    isLocalUsed.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  mutating func useImported(_ symbol: Symbol, in module: Int) {
    imported[Int(symbol.index)] = Int32(module) + 1
  }

  func isUsed(imported symbol: Symbol, in module: Int) -> Bool {
    imported[Int(symbol.index)] == Int32(module) + 1
  }

  mutating func use(alias: Symbol, in module: Int) {
    aliases[Int(alias.index)] = Int32(module) + 1
  }

  func isUsed(alias: Symbol, in module: Int) -> Bool {
    aliases[Int(alias.index)] == Int32(module) + 1
  }

  @inline(__always)
  mutating func use(global: Int32) { isGlobalUsed[Int(global)] = true }

  mutating func use(provider: Int32) { providers.insert(provider) }
}

/// An import that its module does not use, to be reported unless another module turns out to need
/// it.
struct UnusedImport {
  var target: Int32
  var diagnostic: Diagnostic
}

extension NameResolver {
  /// Notes that the module at hand uses a name of its top level.
  @inline(__always)
  mutating func noteUse(_ symbol: Symbol, _ visible: VisibleBinding) {
    if visible.binding.kind == .global { uses.use(global: visible.binding.index) }
    if visible.level == .imported { uses.useImported(symbol, in: module) }
  }

  // MARK: - Locals

  /// How many unused locals are told of a file.
  static let unusedLimit = 100

  /// Reports the `let`s of the definition at hand whose names nothing uses.
  mutating func reportUnusedLocals() {
    if uses.lets.isEmpty || graph.sources[tree.file].isPrelude { return }
    for entry in uses.lets where !uses.isUsed(local: entry.local) && !isPrivate(entry.name) {
      if unusedLocalCount >= NameResolver.unusedLimit {
        if unusedLocalCount == NameResolver.unusedLimit {
          unusedLocalCount += 1
          unusedLocals.append((module, .tooManyWarnings(at: range(entry.node))))
        }
        return
      }
      unusedLocalCount += 1
      let place = nameRange(entry.name, in: entry.node)
      unusedLocals.append((module, .unusedLocal(interner.string(of: entry.name), at: place)))
    }
  }

  // MARK: - Imports

  /// Finds the imports that the module at hand has not used; its bodies must be translated.
  mutating func findUnusedImports() {
    if graph.modules[module].isEmbedded { return }
    for (index, imported) in graph.modules[module].imports.enumerated()
    where imported.target >= 0 && !scopes[Int(imported.target)].isIncomplete {
      if let diagnostic = unusedImport(imported, number: index) {
        unusedImports.append(UnusedImport(target: imported.target, diagnostic: diagnostic))
      }
    }
  }

  private func unusedImport(_ imported: ModuleImport, number: Int) -> Diagnostic? {
    let node = tree[imported.node]
    let target = scopes[Int(imported.target)]
    if !imported.names.isNone { return unusedName(imported, node) }
    var isUsed = target.definitions.isEmpty && target.types.isEmpty
    if let alias = imported.alias {
      isUsed = isUsed || uses.isUsed(alias: alias, in: module)
      isUsed =
        isUsed
        || scopes[module].qualifiedNames.contains {
          uses.isUsed(imported: $0.name, in: module)
        }
    } else {
      isUsed =
        isUsed
        || target.definitions.contains {
          uses.isUsed(imported: $0.name, in: module)
        }
      isUsed = isUsed || target.types.contains { uses.isUsed(imported: $0.name, in: module) }
    }
    return isUsed ? nil : .unusedImport(at: range(node), removing: wholeLines(node))
  }

  /// Names of a selective list: all of them, or those that can be taken out.
  private func unusedName(_ imported: ModuleImport, _ node: SyntaxNode) -> Diagnostic? {
    let list = tree[imported.names]
    let items = Array(tree.list(list.b, list.c)).map { tree.nodes[Int($0)] }
    let unused = items.indices.filter {
      items[$0].kind == .name && !uses.isUsed(imported: Symbol(index: items[$0].a), in: module)
    }
    guard let first = unused.first else { return nil }
    if unused.count == items.count {
      return .unusedImport(at: range(node), removing: wholeLines(node))
    }
    // From the end of the item before, or to the start of the one behind.
    let item = items[first]
    let removed =
      first > 0
      ? SourceRange(file: tree.file, start: items[first - 1].end, end: item.end)
      : SourceRange(file: tree.file, start: item.start, end: items[first + 1].start)
    return .unusedImportedName(
      interner.string(of: Symbol(index: item.a)), at: range(item), removing: removed)
  }

  /// The lines of a declaration, with their line ends.
  func wholeLines(_ node: SyntaxNode) -> SourceRange {
    let bytes = graph.sources[tree.file].bytes
    var (start, end) = (Int(node.start), Int(node.end))
    while start > 0 && bytes[start - 1] != 0x0A { start -= 1 }
    while bytes[end] != 0 && bytes[end] != 0x0A { end += 1 }
    if bytes[end] == 0x0A { end += 1 }
    return SourceRange(file: tree.file, start: UInt32(start), end: UInt32(end))
  }

  // MARK: - The program

  /// Reports what nothing uses in the files without errors. Every module must be translated.
  mutating func reportUnused() {
    var hasErrors = [Bool](repeating: false, count: graph.modules.count)
    for diagnostic in diagnostics.diagnostics where diagnostic.severity == .error {
      hasErrors[Int(diagnostic.primary.range.file.index)] = true
    }
    for (module, diagnostic) in unusedLocals where !hasErrors[module] {
      diagnostics.report(diagnostic)
    }
    for unused in unusedImports where !uses.providers.contains(unused.target) {
      let file = unused.diagnostic.primary.range.file
      if !hasErrors[Int(file.index)] { diagnostics.report(unused.diagnostic) }
    }
    for pending in pendingGlobals where !hasErrors[pending.module] {
      let global = core.globals[Int(pending.global)]
      if uses.isGlobalUsed[Int(pending.global)] || !isPrivate(global.name) { continue }
      if graph.modules[pending.module].isEmbedded { continue }
      tree = graph.trees[pending.module]
      let node = tree.nodes[Int(pending.node)]
      let place = SourceRange(file: global.file, start: global.start, end: global.end)
      diagnostics.report(
        .unusedDefinition(
          interner.string(of: global.name), at: place, removing: wholeLines(node)))
    }
  }
}

import Diagnostics
import Support
import Syntax

/// Collecting what the modules define.
extension NameResolver {
  /// Fills ``scopes`` and the tables of types, constructors, foreigns and globals.
  mutating func collectDefinitions() {
    values = SymbolTable(count: interner.count, empty: .none)
    types = SymbolTable(count: interner.count, empty: .none)
    isFieldName = [Bool](repeating: false, count: interner.count)
    for index in graph.modules.indices {
      module = index
      tree = graph.trees[index]
      reportCount = 0
      let valueMark = values.mark
      let typeMark = types.mark
      for declaration in tree.declarations { collect(declaration) }
      values.leave(to: valueMark)
      types.leave(to: typeMark)
    }
    collectQualifiedNames()
  }

  /// Syntax errors in a definition hide nothing; others may have hidden declarations. So may one at
  /// the name that a definition seems to have: `def f(x): …` defines no `def`.
  mutating func findIncompleteModules() {
    var offsets = [[UInt32]](repeating: [], count: graph.modules.count)
    for diagnostic in diagnostics.diagnostics where diagnostic.severity == .error {
      // A definition with 'let' defines what it says.
      if diagnostic.code == "E0133" { continue }
      let range = diagnostic.primary.range
      offsets[Int(range.file.index)].append(range.start)
    }
    syntaxErrors = offsets
    for index in graph.modules.indices where !offsets[index].isEmpty {
      let tree = graph.trees[index]
      let known = tree.declarations.map { tree[$0] }.filter { $0.kind != .error }
      scopes[index].isIncomplete = offsets[index].contains { offset in
        guard let owner = known.last(where: { $0.start <= offset }) else { return true }
        switch owner.kind {
        case .functionDeclaration: return owner.start == offset
        case .importDeclaration: return offset >= owner.end
        default: return true
        }
      }
    }
  }

  private mutating func collect(_ declaration: NodeID) {
    let node = tree[declaration]
    switch node.kind {
    case .functionDeclaration: collectFunction(node, declaration)
    case .foreignDeclaration: collectForeign(node)
    case .typeDeclaration: collectType(node)
    case .aliasDeclaration:
      let name = Symbol(index: node.a)
      aliases.append(TypeAlias(module: Int32(module), name: name, node: declaration.index))
      let binding = TypeBinding(index: Int32(aliases.count - 1), kind: .alias)
      define(type: name, binding, at: nameRange(name, in: node))
    default: break
    }
  }

  private mutating func collectFunction(_ node: SyntaxNode, _ declaration: NodeID) {
    let name = Symbol(index: node.a)
    let range = nameRange(name, in: node)
    let index = Int32(core.globals.count)
    core.globals.append(
      CoreGlobal(
        name: name, file: tree.file, start: range.start, end: range.end, parameterCount: node.c))
    pendingGlobals.append(PendingGlobal(module: module, node: declaration.index, global: index))
    // A constant `args` does not hide the builtin.
    if name == wellKnown.arguments && node.c == 0 && module != Int(ModuleGraph.prelude) { return }
    define(name, Binding(index: index, kind: .global), at: range)
  }

  private mutating func collectForeign(_ node: SyntaxNode) {
    let name = Symbol(index: node.a)
    let range = nameRange(name, in: node)
    var parameters: [CoreForeign.Kind] = []
    for field in tree.list(node.b, node.c) {
      parameters.append(foreignKind(ofParameter: tree.nodes[Int(field)]))
    }
    let result: CoreForeign.Kind = node.d < 0 ? .int : foreignKind(ofType: node.d)
    let index = Int32(core.foreigns.count)
    core.foreigns.append(
      CoreForeign(
        name: name, file: tree.file, start: range.start, end: range.end, parameters: parameters,
        result: result == .any ? .int : result))
    define(name, Binding(index: index, kind: .foreign), at: range)
  }

  /// A parameter is a name, a type word or `(name : type)`.
  private func foreignKind(ofParameter field: SyntaxNode) -> CoreForeign.Kind {
    if field.b >= 0 { return foreignKind(ofType: field.b) }
    guard field.a >= 0 else { return .any }
    return wellKnown.typeWords.foreignKind(Symbol(index: field.a)) ?? .any
  }

  private func foreignKind(ofType index: Int32) -> CoreForeign.Kind {
    let node = tree.nodes[Int(index)]
    guard node.kind == .typeName, node.b < 0 else { return .any }
    return wellKnown.typeWords.foreignKind(Symbol(index: node.a)) ?? .any
  }

  private mutating func collectType(_ node: SyntaxNode) {
    let name = Symbol(index: node.a)
    let typeIndex = Int32(core.types.count)
    let first = Int32(core.constructors.count)
    define(
      type: name, TypeBinding(index: typeIndex, kind: .type), at: nameRange(name, in: node))
    core.types.append(
      CoreType(name: name, file: tree.file, firstConstructor: first, constructorCount: 0))
    for member in tree.list(node.b, node.c) {
      let constructor = tree.nodes[Int(member)]
      if constructor.kind == .constructorDeclaration { collect(constructor, of: typeIndex) }
    }
    core.types[Int(typeIndex)].constructorCount = Int32(core.constructors.count) - first
  }

  private mutating func collect(_ constructor: SyntaxNode, of type: Int32) {
    let name = Symbol(index: constructor.a)
    let range = nameRange(name, in: constructor)
    var fieldNames: [Symbol] = []
    if constructor.d == 1 {
      var seen: Set<Symbol> = []
      for fieldIndex in tree.list(constructor.b, constructor.c) {
        let field = tree.nodes[Int(fieldIndex)]
        let fieldName = Symbol(index: field.a)
        if !seen.insert(fieldName).inserted {
          report(
            .fieldTwice(interner.string(of: fieldName), at: nameRange(fieldName, in: field)))
        }
        fieldNames.append(fieldName)
        isFieldName[Int(fieldName.index)] = true
      }
    }
    let index = Int32(core.constructors.count)
    core.constructors.append(
      CoreConstructor(
        name: name, type: type, fieldCount: constructor.c, fieldNames: fieldNames))
    constructorRanges.append(range)
    define(name, Binding(index: index, kind: .constructor), at: range)
  }

  private mutating func define(_ name: Symbol, _ binding: Binding, at range: SourceRange) {
    let existing = values[name]
    guard existing.binding.kind == .none else {
      report(
        .definedTwice(
          interner.string(of: name), at: range, first: sourceRange(of: existing.binding)))
      return
    }
    values.enter(name, VisibleBinding(binding: binding, level: .own))
    scopes[module].definitions.append(Definition(name: name, binding: binding))
  }

  private mutating func define(type name: Symbol, _ binding: TypeBinding, at range: SourceRange) {
    guard types[name].kind == .none else {
      report(.definedTwice(interner.string(of: name), at: range, first: nil))
      return
    }
    types.enter(name, binding)
    scopes[module].types.append(TypeDefinition(name: name, binding: binding))
  }

  // MARK: - What other modules see

  /// The public value of that name in a module.
  mutating func export(_ name: Symbol, of module: Int32) -> Binding? {
    if let exports = scopes[Int(module)].exports { return exports[name] }
    var exports: [Symbol: Binding] = [:]
    for definition in scopes[Int(module)].definitions where !isPrivate(definition.name) {
      exports[definition.name] = definition.binding
    }
    scopes[Int(module)].exports = exports
    return exports[name]
  }

  /// Interns `M_name` for the names of modules that are imported as `M`.
  private mutating func collectQualifiedNames() {
    var joined: [UInt8] = []
    for index in graph.modules.indices {
      for imported in graph.modules[index].imports {
        guard let alias = imported.alias, imported.target >= 0 else { continue }
        for definition in scopes[Int(imported.target)].definitions
        where !isPrivate(definition.name) {
          joined.removeAll(keepingCapacity: true)
          joined.append(contentsOf: interner.bytes(of: alias))
          joined.append(UInt8(ascii: "_"))
          joined.append(contentsOf: interner.bytes(of: definition.name))
          let symbol = joined.withUnsafeBufferPointer { interner.intern($0) }
          scopes[index].qualifiedNames.append(
            Definition(name: symbol, binding: definition.binding))
        }
      }
    }
    let missing = interner.count - isFieldName.count
    isFieldName.append(contentsOf: repeatElement(false, count: missing))
  }

  /// Names that begin with `_` belong to their file.
  func isPrivate(_ name: Symbol) -> Bool {
    interner.bytes(of: name).first == UInt8(ascii: "_")
  }

  // MARK: - Places

  /// Where a definition stands; nil for an intrinsic.
  func sourceRange(of binding: Binding) -> SourceRange? {
    switch binding.kind {
    case .none, .intrinsic, .ambiguous, .lost: return nil
    case .constructor: return constructorRanges[Int(binding.index)]
    case .global:
      let global = core.globals[Int(binding.index)]
      return SourceRange(file: global.file, start: global.start, end: global.end)
    case .foreign:
      let foreign = core.foreigns[Int(binding.index)]
      return SourceRange(file: foreign.file, start: foreign.start, end: foreign.end)
    }
  }

  /// The range of the first occurrence of a name in a node, as a whole word.
  func nameRange(_ name: Symbol, in node: SyntaxNode) -> SourceRange {
    let text = interner.bytes(of: name)
    let source = graph.sources[tree.file].bytes
    let (start, count) = (Int(node.start), text.count)
    let isThere = source.withUnsafeBufferPointer { bytes in
      text.withUnsafeBufferPointer { occurs($0, in: bytes, at: start) }
    }
    if isThere { return range(start, start + count) }
    var offset = start + 1
    while offset + count <= Int(node.end) {
      let found = source.withUnsafeBufferPointer { bytes in
        text.withUnsafeBufferPointer {
          !isNameByte(bytes[offset - 1]) && occurs($0, in: bytes, at: offset)
        }
      }
      if found { return range(offset, offset + count) }
      offset += 1
    }
    return SourceRange(file: tree.file, start: node.start, end: node.end)
  }

  private func occurs(
    _ name: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>, at offset: Int
  ) -> Bool {
    guard offset + name.count < bytes.count else { return false }
    for index in 0..<name.count where bytes[offset + index] != name[index] { return false }
    return !isNameByte(bytes[offset + name.count])
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "'"):
      true
    default: false
    }
  }

  private func range(_ start: Int, _ end: Int) -> SourceRange {
    SourceRange(file: tree.file, start: UInt32(start), end: UInt32(end))
  }
}

import Diagnostics
import Support
import Syntax

/// Records and fields.
extension NameResolver {
  // MARK: - Access

  /// `r.x.y`, or `M.name` if `M` is the alias of an import.
  mutating func resolveField(_ index: Int32) -> Int32 {
    let mark = scratch.count
    var current = index
    while nodes[Int(current)].kind == .field && !isQualifiedName(nodes[Int(current)]) {
      scratch.append(current)
      current = nodes[Int(current)].a
    }
    var value = resolveFieldBase(current)
    while scratch.count > mark {
      let node = nodes[Int(scratch.removeLast())]
      value = addField(of: value, node)
    }
    return value
  }

  private mutating func resolveFieldBase(_ index: Int32) -> Int32 {
    let node = nodes[Int(index)]
    if node.kind == .field {
      let alias = Symbol(index: nodes[Int(node.a)].a)
      let binding = qualifiedBinding(alias: alias, name: Symbol(index: node.b), at: range(node))
      return add(value(of: binding, argumentCount: 0), node)
    }
    if node.kind == .name {
      let symbol = Symbol(index: node.a)
      let isUnknown = locals[symbol] < 0 && values[symbol].binding.kind == .none
      if isUnknown && isCapitalised(symbol) && !mayMissNames {
        report(.unknownModule(interner.string(of: symbol), at: range(node)))
        return add(.error, node)
      }
    }
    return resolve(index)
  }

  private mutating func addField(of record: Int32, _ node: SyntaxNode) -> Int32 {
    let name = Symbol(index: node.b)
    // After an error in the record the field is not worth a second one.
    if core.expressions[Int(record)].kind == .error { return record }
    guard node.b >= 0 else { return add(.error, node) }
    let position = UInt32(bitPattern: node.d)
    guard isFieldName[Int(name.index)] else {
      reportUnknownField(
        name, at: SourceRange(file: tree.file, start: position, end: node.end), of: nil)
      return add(.error, node)
    }
    core.expressions.append(
      CoreExpression(
        .field, a: record, b: name.index, start: node.start, end: node.end, position: position))
    return Int32(core.expressions.count - 1)
  }

  private mutating func reportUnknownField(
    _ name: Symbol, at place: SourceRange, of constructor: Int32?
  ) {
    if constructor == nil && mayMissNames { return }
    var near: Symbol?
    if let constructor {
      let fields = core.constructors[Int(constructor)].fieldNames
      near = suggestions.nearest(to: name, among: fields, interner)
    } else {
      let fields = isFieldName.indices.lazy.filter { [isFieldName] in isFieldName[$0] }
        .map { Symbol(index: Int32($0)) }
      near = suggestions.nearest(to: name, among: fields, interner)
    }
    let owner = constructor.map { interner.string(of: core.constructors[Int($0)].name) }
    report(
      .unknownField(
        interner.string(of: name), of: owner, at: place, near: near.map { interner.string(of: $0) })
    )
  }

  // MARK: - Construction

  /// `C { x = e, … }`: the values are evaluated in the order in which they are written.
  mutating func resolveConstruction(_ node: SyntaxNode) -> Int32 {
    let fields = Array(lists[Int(node.b)..<Int(node.b + node.c)])
    guard let constructor = recordConstructor(node.a) else {
      for field in fields { _ = resolve(nodes[Int(field)].b) }
      return add(.error, node)
    }
    let names = core.constructors[Int(constructor)].fieldNames
    let order = positions(of: fields, in: names, constructor: constructor, node)
    let binderMark = binders.count
    var values = [Int32](repeating: -1, count: names.count)
    var isInOrder = true
    var last = -1
    for position in order {
      isInOrder = isInOrder && position > last
      last = position
    }
    for (field, position) in zip(fields, order) {
      let fieldNode = nodes[Int(field)]
      var value = resolve(fieldNode.b)
      if !isInOrder {
        let local = newLocal(-1, fieldNode.start)
        push(.let, a: local, b: value, fieldNode)
        value = add(.local, a: local, fieldNode)
      }
      if position >= 0 { values[position] = value }
    }
    // An unknown or repeated field probably is the one that is missing.
    if order.allSatisfy({ $0 >= 0 }) {
      for (index, value) in values.enumerated() where value < 0 {
        reportMissingField(names[index], of: constructor, node)
      }
    }
    guard !values.contains(-1) else {
      return closeBinders(to: binderMark, around: add(.error, node))
    }
    let mark = scratch.count
    scratch.append(contentsOf: values)
    let record = addWithList(
      .construct, a: constructor, from: mark, start: node.start, end: node.end)
    return closeBinders(to: binderMark, around: record)
  }

  private mutating func push(_ kind: CoreKind, a: Int32, b: Int32, _ node: SyntaxNode) {
    binders.append(Binder(kind: kind, a: a, b: b, start: node.start, end: node.end))
  }

  private mutating func reportMissingField(
    _ name: Symbol, of constructor: Int32, _ node: SyntaxNode
  ) {
    report(
      .missingField(
        interner.string(of: name),
        of: interner.string(of: core.constructors[Int(constructor)].name), at: range(node)))
  }

  /// The constructor before `{`, which must be one with named fields.
  private mutating func recordConstructor(_ index: Int32) -> Int32? {
    let node = nodes[Int(index)]
    let binding: Binding
    if isQualifiedName(node) {
      let alias = Symbol(index: nodes[Int(node.a)].a)
      binding = qualifiedBinding(alias: alias, name: Symbol(index: node.b), at: range(node))
    } else if node.kind == .name {
      binding = self.binding(of: Symbol(index: node.a), node)
    } else {
      _ = resolveField(index)
      return nil
    }
    return requireRecord(binding, node)
  }

  /// The index of a constructor with named fields; reports anything else.
  mutating func requireRecord(_ binding: Binding, _ node: SyntaxNode) -> Int32? {
    guard binding.kind != .none && binding.kind != .lost else { return nil }
    if binding.kind == .constructor,
      !core.constructors[Int(binding.index)].fieldNames.isEmpty
        || core.constructors[Int(binding.index)].fieldCount == 0
    {
      return binding.index
    }
    let text = graph.sources[tree.file].bytes[Int(node.start)..<Int(node.end)]
    report(.notARecord(String(decoding: text, as: UTF8.self), at: range(node)))
    return nil
  }

  /// The positions of the fields of a construction or pattern among the names of the constructor's
  /// fields; -1 for unknown and repeated ones, which are reported.
  mutating func positions(
    of fields: [Int32], in names: [Symbol], constructor: Int32, _ node: SyntaxNode
  ) -> [Int] {
    var position: [Symbol: Int] = [:]
    for (index, name) in names.enumerated() where position[name] == nil { position[name] = index }
    var isGiven = [Bool](repeating: false, count: names.count)
    return fields.map { field in
      let fieldNode = nodes[Int(field)]
      let name = Symbol(index: fieldNode.a)
      let place = nameRange(name, in: fieldNode)
      guard let index = position[name] else {
        reportUnknownField(name, at: place, of: constructor)
        return -1
      }
      if isGiven[index] {
        report(.fieldTwice(interner.string(of: name), at: place))
        return -1
      }
      isGiven[index] = true
      return index
    }
  }

  // MARK: - Update

  /// `{ r | x = e, … }`.
  mutating func resolveUpdate(_ node: SyntaxNode) -> Int32 {
    let record = resolve(node.a)
    let mark = scratch.count
    var names: [Symbol] = []
    var given: Set<Symbol> = []
    var isSound = true
    for offset in node.b..<(node.b + node.c) {
      let field = nodes[Int(lists[Int(offset)])]
      let name = Symbol(index: field.a)
      if !isFieldName[Int(name.index)] {
        reportUnknownField(name, at: nameRange(name, in: field), of: nil)
        isSound = false
      } else if !given.insert(name).inserted {
        report(
          .fieldTwice(interner.string(of: name), at: nameRange(name, in: field)))
        isSound = false
      }
      names.append(name)
      scratch.append(resolve(field.b))
    }
    guard isSound else {
      dropScratch(to: mark)
      return add(.error, node)
    }
    core.updates.append(names)
    return addWithList(
      .update, a: record, b: Int32(core.updates.count - 1), from: mark, start: node.start,
      end: node.end)
  }
}

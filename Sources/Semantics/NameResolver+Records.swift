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
        let isShown = reportCount < NameResolver.reportLimit && !isDefinitionBroken
        let member = isShown ? nodes.first { $0.kind == .field && $0.a == index } : nil
        reportUnknownModule(
          symbol, at: range(node), name: member.flatMap { $0.b < 0 ? nil : Symbol(index: $0.b) })
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
        name, at: SourceRange(file: tree.file, start: position, end: node.end), of: nil, in: node)
      return add(.error, node)
    }
    core.expressions.append(
      CoreExpression(
        .field, a: record, b: name.index, start: node.start, end: node.end, position: position))
    return Int32(core.expressions.count - 1)
  }

  private mutating func reportUnknownField(
    _ name: Symbol, at place: SourceRange, of constructor: Int32?, in access: SyntaxNode? = nil
  ) {
    if constructor == nil && mayMissNames || isDefinitionBroken { return }
    if reportCount >= NameResolver.reportLimit {
      report(.unknownField(interner.string(of: name), of: nil, at: place, suggestions: []))
      return
    }
    let fields: [Symbol]
    if let constructor {
      fields = core.constructors[Int(constructor)].fieldNames
    } else {
      fields = isFieldName.indices.filter { isFieldName[$0] }.map { Symbol(index: Int32($0)) }
    }
    var found: [Diagnostic.Suggestion] = []
    if let access, let call = method(name, access) { found.append(call) }
    if let near = suggestions.respelled(name, among: fields, interner)
      ?? suggestions.nearest(to: name, among: fields, interner)
      ?? suggestions.sharingWords(name, among: fields, interner)
    {
      found.append(replacing(place, by: near))
    }
    let owner = constructor.map { interner.string(of: core.constructors[Int($0)].name) }
    report(.unknownField(interner.string(of: name), of: owner, at: place, suggestions: found))
  }

  /// `xs.length`, `xs.map(f)`: a function of Rail in the notation of methods.
  private func method(_ name: Symbol, _ access: SyntaxNode) -> Diagnostic.Suggestion? {
    let shown = interner.string(of: name)
    let isFunction = locals[name] >= 0 || values[name].binding.kind != .none
    guard let function = isFunction ? shown : railName(of: shown) else { return nil }
    let bytes = graph.sources[tree.file].bytes
    func text(_ start: UInt32, _ end: UInt32) -> String {
      String(decoding: bytes[Int(start)..<Int(end)], as: UTF8.self)
    }
    let base = text(nodes[Int(access.a)].start, UInt32(bitPattern: access.d) - 1)
    var (range, arguments) = (self.range(access), "")
    if let call = nodes.first(where: {
      $0.kind == .application && nodes[Int($0.a)].start == access.start
        && nodes[Int($0.a)].end == access.end
    }), call.end > access.end {
      // Without the parentheses of an empty list of arguments.
      let isEmpty = call.c == 1 && nodes[Int(lists[Int(call.b)])].kind == .unit
      let written = text(access.end, call.end)
      arguments = isEmpty ? "" : " " + trimmedArguments(written)
      range.end = call.end
    }
    let replacement = "\(function)\(arguments) \(base)"
    let needsParentheses = isArgument(range.start, bytes)
    return .init(
      "functions stand before their arguments: \(function) …",
      [Diagnostic.Edit(range, needsParentheses ? "(\(replacement))" : replacement)])
  }

  /// What stands in the parentheses of a call, if that is one atom or lambda, else as it is
  /// written.
  private func trimmedArguments(_ text: String) -> String {
    let trimmed = text.drop { $0 == " " }
    guard trimmed.hasPrefix("("), trimmed.hasSuffix(")") else { return String(trimmed) }
    let inner = trimmed.dropFirst().dropLast()
    let isAtom = inner.utf8.allSatisfy {
      $0 == UInt8(ascii: "_") || $0 > 0x2F && $0 < 0x3A || $0 > 0x40 && $0 < 0x5B
        || $0 > 0x60 && $0 < 0x7B
    }
    return isAtom && !inner.isEmpty ? String(inner) : String(trimmed)
  }

  /// Whether an expression at this place is an argument of the call that it stands in.
  private func isArgument(_ start: UInt32, _ bytes: [UInt8]) -> Bool {
    var before = Int(start) - 1
    while before >= 0, bytes[before] == 0x20 { before -= 1 }
    guard before >= 0 else { return false }
    switch bytes[before] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ")"),
      UInt8(ascii: "]"), UInt8(ascii: "\""):
      let word = bytes[...before].reversed().prefix { $0 > 0x60 && $0 < 0x7B }.reversed()
      return !["then", "else", "in", "if", "match"].contains { word.elementsEqual($0.utf8) }
    default: return false
    }
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

import Diagnostics
import Support
import Syntax

/// Where a pattern stands decides what its bare names are.
enum PatternMode {
  /// An arm of a `match`: a capitalised name is a constructor, a small-letter one if one is
  /// declared.
  case match
  /// `let`, a lambda or a parameter: a bare name is a variable. Inside a larger pattern a
  /// capitalised name is a constructor if one of that name is declared.
  case binding
}

/// The variables of the pattern (or of the list of parameters) at hand.
struct PatternState {
  /// Its variables in order of their appearance.
  var variables: [(name: Symbol, local: Int32)] = []
  /// Whether a part of it has been reported.
  var hasError = false
  /// By symbol: the number of the pattern that has bound it last. Alternatives bind a name again:
  /// it is taken back at the end of each.
  var boundIn: [Int32]
  /// By symbol: 1 + the local that the first alternative bound, while another one is translated.
  var alternativeLocal: [Int32]
  var serial: Int32 = 0

  init(symbolCount: Int) {
    boundIn = [Int32](repeating: 0, count: symbolCount)
    alternativeLocal = [Int32](repeating: 0, count: symbolCount)
  }
}

/// Patterns. A pattern is translated as a whole; then its variables are entered into the scope.
extension NameResolver {
  mutating func beginPattern() {
    pattern.serial += 1
    pattern.variables.removeAll(keepingCapacity: true)
    pattern.hasError = false
  }

  mutating func enterPatternVariables() {
    for variable in pattern.variables { locals.enter(variable.name, variable.local) }
  }

  /// Makes a name a variable of the pattern at hand.
  mutating func bind(_ name: Symbol, to local: Int32, _ node: SyntaxNode) {
    let index = Int(name.index)
    if pattern.boundIn[index] == pattern.serial {
      report(
        .boundTwice(interner.string(of: name), at: nameRange(name, in: node)))
      pattern.hasError = true
      return
    }
    pattern.boundIn[index] = pattern.serial
    pattern.variables.append((name, local))
  }

  private mutating func bindVariable(_ name: Symbol, _ node: SyntaxNode) -> Int32 {
    let known = pattern.alternativeLocal[Int(name.index)]
    let local = known > 0 ? known - 1 : newLocal(name.index, node.start)
    bind(name, to: local, node)
    return local
  }

  /// A pattern of `let`, a lambda or a parameter; it must fit every value.
  mutating func resolveIrrefutable(_ index: Int32) -> Int32 {
    let resolved: Int32
    let node = nodes[Int(index)]
    if node.kind == .namePattern {
      resolved = addVariable(Symbol(index: node.a), node)
    } else {
      resolved = resolvePattern(index, mode: .binding)
    }
    requireIrrefutable(resolved)
    return resolved
  }

  mutating func requireIrrefutable(_ resolved: Int32) {
    guard !pattern.hasError && !isDefinitionBroken else { return }
    coverage.append(CoverageRequest(kind: .irrefutable, file: tree.file, index: resolved))
  }

  /// Translates a pattern; returns the index of the Core pattern.
  mutating func resolvePattern(_ index: Int32, mode: PatternMode) -> Int32 {
    let node = nodes[Int(index)]
    switch node.kind {
    case .wildcardPattern: return addPattern(.wildcard, node)
    case .namePattern: return resolveNamePattern(node, mode)
    case .literalPattern: return resolveLiteral(nodes[Int(node.a)])
    case .constructorPattern:
      guard let constructor = patternConstructor(node) else { return failedPattern(node, mode) }
      return resolveConstructorPattern(
        constructor, arguments: node.b, count: node.c, node, mode: mode)
    case .recordPattern: return resolveRecordPattern(node, mode)
    case .tuplePattern: return resolvePatternItems(node, as: .tuple, mode)
    case .listPattern: return resolveListPattern(node, mode)
    case .consPattern: return resolveConsPattern(index, mode)
    case .asPattern:
      let inner = resolvePattern(node.a, mode: mode)
      let local = bindVariable(Symbol(index: node.b), node)
      return addPattern(.as_, a: inner, b: local, node)
    case .orPattern: return resolveAlternatives(node, mode)
    case .error:
      pattern.hasError = true
      return addPattern(.wildcard, node)
    default: preconditionFailure("\(node.kind) is no pattern")
    }
  }

  private mutating func addVariable(_ name: Symbol, _ node: SyntaxNode) -> Int32 {
    let local = bindVariable(name, node)
    return addPattern(.variable, a: local, node)
  }

  // MARK: - Names and constructors

  private mutating func resolveNamePattern(_ node: SyntaxNode, _ mode: PatternMode) -> Int32 {
    let name = Symbol(index: node.a)
    let visible = values[name].binding
    let isCapital = isCapitalised(name)
    if visible.kind == .constructor && (mode == .match || isCapital) {
      noteUse(name, values[name])
      return resolveConstructorPattern(visible.index, arguments: 0, count: 0, node, mode: mode)
    }
    guard mode == .match && isCapital else { return addVariable(name, node) }
    guard let constructor = visibleConstructor(name, node) else {
      return failedPattern(node, mode)
    }
    return resolveConstructorPattern(constructor, arguments: 0, count: 0, node, mode: mode)
  }

  /// The constructor of a `constructorPattern` or `recordPattern`; reports it if there is none.
  private mutating func patternConstructor(_ node: SyntaxNode) -> Int32? {
    let name = Symbol(index: node.a)
    guard node.d >= 0 else { return visibleConstructor(name, node) }
    let alias = Symbol(index: node.d)
    let aliasRange = nameRange(alias, in: node)
    guard moduleAliases[alias] != 0 else {
      reportUnknownModule(alias, at: aliasRange, name: name)
      return nil
    }
    let target = moduleAliases[alias] - 1
    if target < 0 || scopes[Int(target)].isIncomplete { return nil }
    uses.use(alias: alias, in: module)
    if let binding = export(name, of: target), binding.kind == .constructor { return binding.index }
    reportUnknownConstructor(name, at: nameRange(name, in: node))
    return nil
  }

  private mutating func visibleConstructor(_ name: Symbol, _ node: SyntaxNode) -> Int32? {
    let visible = values[name].binding
    switch visible.kind {
    case .constructor:
      noteUse(name, values[name])
      return visible.index
    case .ambiguous:
      _ = binding(of: name, node)
      return nil
    case .none:
      guard let provided = importerProvided(name), provided.kind == .constructor else { break }
      return binding(of: name, node).index
    case .lost: return nil
    case .global, .foreign, .intrinsic: break
    }
    reportUnknownConstructor(name, at: nameRange(name, in: node), pattern: node)
    return nil
  }

  /// Translates the sub-patterns of a pattern with an error, so that their variables are known.
  private mutating func failedPattern(_ node: SyntaxNode, _ mode: PatternMode) -> Int32 {
    pattern.hasError = true
    if node.kind == .constructorPattern {
      for offset in node.b..<(node.b + node.c) {
        _ = resolvePattern(lists[Int(offset)], mode: mode)
      }
    } else if node.kind == .recordPattern {
      for offset in node.b..<(node.b + node.c) {
        let field = nodes[Int(lists[Int(offset)])]
        if field.kind == .fieldPattern { _ = resolveFieldPattern(field, mode) }
      }
    }
    pattern.hasError = true
    return addPattern(.wildcard, node)
  }

  mutating func resolveConstructorPattern(
    _ constructor: Int32, arguments: Int32, count: Int32, _ node: SyntaxNode, mode: PatternMode
  ) -> Int32 {
    let mark = scratch.count
    for offset in arguments..<(arguments + count) {
      scratch.append(resolvePattern(lists[Int(offset)], mode: mode))
    }
    guard core.constructors[Int(constructor)].fieldCount == count else {
      dropScratch(to: mark)
      reportArity(
        of: constructor, given: Int(count), at: node,
        edits: arityEdits(constructor, arguments, Int(count), node))
      pattern.hasError = true
      return addPattern(.wildcard, node)
    }
    return addPatternWithList(.constructor, a: constructor, from: mark, node)
  }

  /// Adds `_` for each missing part of a constructor's pattern, or removes the parts too many.
  private func arityEdits(
    _ constructor: Int32, _ arguments: Int32, _ count: Int, _ node: SyntaxNode
  ) -> [Diagnostic.Edit] {
    let wanted = Int(core.constructors[Int(constructor)].fieldCount)
    if count > wanted {
      let name = SyntaxNode(
        .name, start: node.start,
        end: nameRange(
          core.constructors[Int(constructor)].name, in: node
        ).end)
      guard wanted > 0 else {
        return [
          Diagnostic.Edit(SourceRange(file: tree.file, start: name.end, end: node.end), "")
        ]
      }
      return removal(
        of: arguments + Int32(wanted)..<arguments + Int32(count), after: -1, from: arguments)
    }
    let missing = String(repeating: " _", count: wanted - count)
    let bytes = graph.sources[tree.file].bytes
    // A name alone in a pattern's argument needs parentheses then.
    let isArgument =
      count == 0 && node.start > 0 && bytes[Int(node.start) - 1] == 0x20
      && bytes[Int(node.end)] != UInt8(ascii: ")") && !isWholePattern(node, bytes)
    if isArgument {
      let name = String(decoding: bytes[Int(node.start)..<Int(node.end)], as: UTF8.self)
      return [Diagnostic.Edit(range(node), "(\(name)\(missing))")]
    }
    return [
      Diagnostic.Edit(SourceRange(file: tree.file, start: node.end, end: node.end), missing)
    ]
  }

  /// Whether a pattern directly follows the `|` of its arm or another separator.
  private func isWholePattern(_ node: SyntaxNode, _ bytes: [UInt8]) -> Bool {
    var before = Int(node.start) - 1
    while before > 0, bytes[before] == 0x20 { before -= 1 }
    switch bytes[before] {
    case UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ","), UInt8(ascii: "["),
      UInt8(ascii: "="), UInt8(ascii: ":"):
      return true
    default: return false
    }
  }

  // MARK: - Records

  private mutating func resolveRecordPattern(_ node: SyntaxNode, _ mode: PatternMode) -> Int32 {
    guard let index = patternConstructor(node),
      let constructor = requireRecord(Binding(index: index, kind: .constructor), node)
    else { return failedPattern(node, mode) }
    let items = lists[Int(node.b)..<Int(node.b + node.c)]
    let fields = items.filter { nodes[Int($0)].kind == .fieldPattern }
    let names = core.constructors[Int(constructor)].fieldNames
    let order = positions(of: fields, in: names, constructor: constructor, node)
    var parts = [Int32](repeating: -1, count: names.count)
    for (field, position) in zip(fields, order) {
      let part = resolveFieldPattern(nodes[Int(field)], mode)
      if position >= 0 { parts[position] = part }
    }
    let hasRest = fields.count < items.count
    for (index, part) in parts.enumerated() where part < 0 {
      if !hasRest {
        pattern.hasError = true
        report(
          .fieldNotMatched(
            interner.string(of: names[index]),
            of: interner.string(of: core.constructors[Int(constructor)].name), at: range(node),
            edit: restEdit(node)))
      }
      parts[index] = addPattern(.wildcard, node)
    }
    if order.contains(-1) { pattern.hasError = true }
    let mark = scratch.count
    scratch.append(contentsOf: parts)
    return addPatternWithList(.constructor, a: constructor, from: mark, node)
  }

  /// Adds `_` for all fields that a record pattern does not mention.
  private func restEdit(_ node: SyntaxNode) -> Diagnostic.Edit? {
    guard node.c > 0 else { return nil }
    let end = nodes[Int(lists[Int(node.b + node.c - 1)])].end
    return Diagnostic.Edit(SourceRange(file: tree.file, start: end, end: end), ", _")
  }

  /// `x = p`, or `x`, which binds a variable of the field's name.
  private mutating func resolveFieldPattern(_ node: SyntaxNode, _ mode: PatternMode) -> Int32 {
    if node.b >= 0 { return resolvePattern(node.b, mode: mode) }
    return addVariable(Symbol(index: node.a), node)
  }

  // MARK: - Lists, tuples, literals

  private mutating func resolvePatternItems(
    _ node: SyntaxNode, as kind: CorePatternKind, _ mode: PatternMode
  ) -> Int32 {
    let mark = scratch.count
    for offset in node.b..<(node.b + node.c) {
      scratch.append(resolvePattern(lists[Int(offset)], mode: mode))
    }
    return addPatternWithList(kind, from: mark, node)
  }

  /// `[p, q]` is `p :: q :: []`.
  private mutating func resolveListPattern(_ node: SyntaxNode, _ mode: PatternMode) -> Int32 {
    let mark = scratch.count
    for offset in node.b..<(node.b + node.c) {
      scratch.append(resolvePattern(lists[Int(offset)], mode: mode))
    }
    var tail = addPattern(.nil_, node)
    while scratch.count > mark {
      tail = addPattern(.cons, a: scratch.removeLast(), b: tail, node)
    }
    return tail
  }

  private mutating func resolveConsPattern(_ index: Int32, _ mode: PatternMode) -> Int32 {
    let mark = scratch.count
    var current = index
    while nodes[Int(current)].kind == .consPattern {
      scratch.append(current)
      scratch.append(resolvePattern(nodes[Int(current)].a, mode: mode))
      current = nodes[Int(current)].b
    }
    var tail = resolvePattern(current, mode: mode)
    while scratch.count > mark {
      let head = scratch.removeLast()
      let node = nodes[Int(scratch.removeLast())]
      tail = addPattern(.cons, a: head, b: tail, node)
    }
    return tail
  }

  private mutating func resolveLiteral(_ node: SyntaxNode) -> Int32 {
    switch node.kind {
    case .integer:
      let value = tree.integers[Int(node.a)]
      return addPattern(
        CorePattern(
          .integer, a: Int32(truncatingIfNeeded: value),
          b: Int32(truncatingIfNeeded: value >> 32), c: 0, start: node.start, end: node.end))
    case .boolean:
      return addPattern(
        CorePattern(.integer, a: node.a, b: 0, c: 1, start: node.start, end: node.end))
    case .float:
      core.floats.append(tree.floats[Int(node.a)])
      return addPattern(.float, a: Int32(core.floats.count - 1), node)
    case .string:
      core.strings.append(Array(tree.string(node.a)))
      return addPattern(.string, a: Int32(core.strings.count - 1), node)
    case .null: return addPattern(.null, node)
    case .unit: return addPattern(.unit, node)
    case .error:
      pattern.hasError = true
      return addPattern(.wildcard, node)
    default: preconditionFailure("\(node.kind) is no literal")
    }
  }

  // MARK: - Alternatives

  /// Every alternative binds the names of the first to the same locals.
  private mutating func resolveAlternatives(_ node: SyntaxNode, _ mode: PatternMode) -> Int32 {
    let mark = scratch.count
    let first = pattern.variables.count
    scratch.append(resolvePattern(lists[Int(node.b)], mode: mode))
    let variables = Array(pattern.variables[first...])
    let saved = variables.map { pattern.alternativeLocal[Int($0.name.index)] }
    for variable in variables {
      pattern.alternativeLocal[Int(variable.name.index)] = variable.local + 1
    }
    for offset in (node.b + 1)..<(node.b + node.c) {
      forget(from: first)
      scratch.append(resolvePattern(lists[Int(offset)], mode: mode))
      checkSameNames(variables, from: first, nodes[Int(lists[Int(offset)])])
    }
    for (variable, local) in zip(variables, saved) {
      pattern.alternativeLocal[Int(variable.name.index)] = local
    }
    forget(from: first)
    for variable in variables {
      pattern.boundIn[Int(variable.name.index)] = pattern.serial
      pattern.variables.append(variable)
    }
    return addPatternWithList(.or, from: mark, node)
  }

  private mutating func forget(from first: Int) {
    for variable in pattern.variables[first...] { pattern.boundIn[Int(variable.name.index)] = 0 }
    pattern.variables.removeLast(pattern.variables.count - first)
  }

  private mutating func checkSameNames(
    _ expected: [(name: Symbol, local: Int32)], from first: Int, _ alternative: SyntaxNode
  ) {
    let found = pattern.variables[first...]
    let missing = expected.first { pattern.boundIn[Int($0.name.index)] != pattern.serial }
    let extra = found.first { pattern.alternativeLocal[Int($0.name.index)] == 0 }
    guard let odd = missing ?? extra else { return }
    // A name that could not be understood must not be reported as missing.
    if !pattern.hasError {
      report(
        .differentNames(interner.string(of: odd.name), at: range(alternative)))
    }
    pattern.hasError = true
  }

  // MARK: - Nodes

  private mutating func addPattern(_ pattern: CorePattern) -> Int32 {
    core.patterns.append(pattern)
    return Int32(core.patterns.count - 1)
  }

  private mutating func addPattern(
    _ kind: CorePatternKind, a: Int32 = -1, b: Int32 = -1, _ node: SyntaxNode
  ) -> Int32 {
    addPattern(CorePattern(kind, a: a, b: b, start: node.start, end: node.end))
  }

  private mutating func addPatternWithList(
    _ kind: CorePatternKind, a: Int32 = -1, from mark: Int, _ node: SyntaxNode
  ) -> Int32 {
    let start = Int32(core.operands.count)
    let count = scratch.count - mark
    moveScratchToOperands(from: mark)
    return addPattern(
      CorePattern(
        kind, a: a, listStart: start, listCount: Int32(count), start: node.start, end: node.end))
  }
}

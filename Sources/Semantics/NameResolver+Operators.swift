import Diagnostics
import Support
import Syntax

/// Operators and calls.
extension NameResolver {
  // MARK: - Binary operators

  /// How a chain of operators nests.
  private enum Chain {
    /// `a + b + c`; comparisons, which do not chain, are here too.
    case left
    /// `a :: b :: c`
    case right
    case pipe, composition
  }

  private func chain(_ operation: BinaryOperator) -> Chain {
    switch operation {
    case .pipe: .pipe
    case .compose: .composition
    case .or, .and, .cons, .append: .right
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual, .add, .subtract,
      .multiply, .divide, .remainder:
      .left
    }
  }

  /// Chains are translated in loops, not by recursion.
  mutating func resolveBinary(_ index: Int32, _ node: SyntaxNode) -> Int32 {
    switch chain(operatorOf(node)) {
    case .left: return resolveLeftChain(index)
    case .right: return resolveRightChain(index)
    case .pipe: return resolvePipe(index)
    case .composition: return resolveComposition(index, node)
    }
  }

  func operatorOf(_ node: SyntaxNode) -> BinaryOperator {
    guard let operation = BinaryOperator(rawValue: node.c) else {
      preconditionFailure("no binary operator has the number \(node.c)")
    }
    return operation
  }

  private func isLink(_ index: Int32, of kind: Chain) -> Bool {
    let node = nodes[Int(index)]
    return node.kind == .binary && chain(operatorOf(node)) == kind
  }

  private mutating func resolveLeftChain(_ index: Int32) -> Int32 {
    let mark = scratch.count
    var current = index
    while isLink(current, of: .left) {
      scratch.append(current)
      current = nodes[Int(current)].a
    }
    var left = resolve(current)
    while scratch.count > mark {
      let node = nodes[Int(scratch.removeLast())]
      let right = resolve(node.b)
      left = addBinary(node, left, right)
    }
    return left
  }

  private mutating func resolveRightChain(_ index: Int32) -> Int32 {
    let mark = scratch.count
    var current = index
    while isLink(current, of: .right) {
      let left = resolve(nodes[Int(current)].a)
      scratch.append(current)
      scratch.append(left)
      current = nodes[Int(current)].b
    }
    var right = resolve(current)
    while scratch.count > mark {
      let left = scratch.removeLast()
      let node = nodes[Int(scratch.removeLast())]
      right = addBinary(node, left, right)
    }
    return right
  }

  private mutating func addBinary(_ node: SyntaxNode, _ left: Int32, _ right: Int32) -> Int32 {
    let position = UInt32(bitPattern: node.d)
    let operation: CoreOperator
    switch operatorOf(node) {
    case .and, .or:
      let kind: CoreKind = operatorOf(node) == .and ? .and : .or
      core.expressions.append(
        CoreExpression(
          kind, a: left, b: right, start: node.start, end: node.end, position: position))
      return Int32(core.expressions.count - 1)
    case .pipe, .compose: preconditionFailure("\(operatorOf(node)) has no operator in Core")
    case .equal: operation = .equal
    case .notEqual: operation = .notEqual
    case .less: operation = .less
    case .greater: operation = .greater
    case .lessOrEqual: operation = .lessOrEqual
    case .greaterOrEqual: operation = .greaterOrEqual
    case .cons: operation = .cons
    case .append: operation = .append
    case .add: operation = .add
    case .subtract: operation = .subtract
    case .multiply: operation = .multiply
    case .divide: operation = .divide
    case .remainder: operation = .remainder
    }
    return addOperator(operation, left, right, node, position: position)
  }

  // MARK: - Pipes and composition

  /// `x |> f a |> g`: the value becomes the last argument of each call.
  private mutating func resolvePipe(_ index: Int32) -> Int32 {
    let mark = scratch.count
    var current = index
    while isLink(current, of: .pipe) {
      scratch.append(current)
      current = nodes[Int(current)].a
    }
    let start = nodes[Int(current)].start
    var value = resolve(current)
    while scratch.count > mark {
      let node = nodes[Int(scratch.removeLast())]
      value = resolvePiped(value, into: node.b, start: start, end: node.end)
    }
    return value
  }

  /// The function `target` applied to its arguments and then to `value`.
  private mutating func resolvePiped(
    _ value: Int32, into target: Int32, start: UInt32, end: UInt32
  ) -> Int32 {
    let node = nodes[Int(target)]
    switch node.kind {
    case .application:
      return resolveApplication(node, piped: value)
    case .binary where operatorOf(node) == .compose:
      let parts = partsOfComposition(target)
      if areEffectless(parts) {
        var result = value
        for part in parts { result = resolvePiped(result, into: part, start: start, end: end) }
        return result
      }
    default: break
    }
    return resolveCall(
      callee: target, arguments: 0, count: 0, piped: value, start: start, end: end)
  }

  private func areEffectless(_ parts: [Int32]) -> Bool {
    for part in parts where !isEffectless(part) { return false }
    return true
  }

  private func partsOfComposition(_ index: Int32) -> [Int32] {
    var parts: [Int32] = []
    var current = index
    while isLink(current, of: .composition) {
      parts.append(nodes[Int(current)].b)
      current = nodes[Int(current)].a
    }
    parts.append(current)
    return parts.reversed()
  }

  /// `f >> g` is the function that applies `f` and then `g`. Parts whose evaluation could have an
  /// effect are evaluated once, in front of it.
  private mutating func resolveComposition(_ index: Int32, _ node: SyntaxNode) -> Int32 {
    let binderMark = binders.count
    var parts: [(syntax: Int32, local: Int32)] = []
    for part in partsOfComposition(index) {
      if isEffectless(part) {
        parts.append((part, -1))
      } else {
        let partNode = nodes[Int(part)]
        let value = resolveCallee(part, argumentCount: 1)
        let local = newLocal(-1, partNode.start)
        binders.append(
          Binder(kind: .let, a: local, b: value, start: partNode.start, end: partNode.end))
        parts.append((part, local))
      }
    }
    let parameter = newLocal(-1, node.start)
    var value = add(.local, a: parameter, node)
    for part in parts {
      if part.local < 0 {
        value = resolvePiped(value, into: part.syntax, start: node.start, end: node.end)
      } else {
        let callee = add(.local, a: part.local, nodes[Int(part.syntax)])
        value = addCall(callee, [value], start: node.start, end: node.end)
      }
    }
    let mark = scratch.count
    scratch.append(parameter)
    let lambda = addWithList(
      .lambda, a: value, b: -1, from: mark, start: node.start, end: node.end)
    return closeBinders(to: binderMark, around: lambda)
  }

  /// Whether evaluating a part of a composition has no effect, however often and whenever it is
  /// done: a local, a function's name, a lambda, a known function with too few arguments that are
  /// atoms.
  private func isEffectless(_ index: Int32) -> Bool {
    let node = nodes[Int(index)]
    switch node.kind {
    case .lambda, .name: return isAtom(index)
    case .application:
      guard let arity = knownArity(of: nodes[Int(node.a)]), arity > Int(node.c) else {
        return false
      }
      for offset in node.b..<(node.b + node.c) where !isAtom(lists[Int(offset)]) { return false }
      return true
    default: return false
    }
  }

  private func isAtom(_ index: Int32) -> Bool {
    let node = nodes[Int(index)]
    switch node.kind {
    case .integer, .float, .string, .boolean, .null, .unit, .lambda: return true
    case .name: return locals[Symbol(index: node.a)] >= 0 || (knownArity(of: node) ?? 0) > 0
    default: return false
    }
  }

  /// How many arguments the function takes that a name stands for, if it is one of the top level.
  private func knownArity(of node: SyntaxNode) -> Int? {
    guard node.kind == .name, locals[Symbol(index: node.a)] < 0 else { return nil }
    let binding = values[Symbol(index: node.a)].binding
    switch binding.kind {
    case .none, .ambiguous, .lost: return nil
    case .global:
      let global = core.globals[Int(binding.index)]
      return global.name == wellKnown.range ? nil : Int(global.parameterCount)
    case .constructor: return Int(core.constructors[Int(binding.index)].fieldCount)
    case .foreign: return nil
    case .intrinsic: return intrinsics[Int(binding.index)].arity
    }
  }

  // MARK: - Calls

  mutating func resolveApplication(_ node: SyntaxNode, piped: Int32) -> Int32 {
    resolveCall(
      callee: node.a, arguments: node.b, count: node.c, piped: piped, start: node.start,
      end: node.end)
  }

  /// A call with the arguments in a list of the tree and, if `piped` is not -1, that value as the
  /// last.
  private mutating func resolveCall(
    callee: Int32, arguments: Int32, count: Int32, piped: Int32, start: UInt32, end: UInt32
  ) -> Int32 {
    let total = count + (piped < 0 ? 0 : 1)
    let constructor = constructorOfCallee(callee)
    let function = constructor < 0 ? resolveCallee(callee, argumentCount: total) : -1
    let mark = scratch.count
    for offset in arguments..<(arguments + count) { scratch.append(resolve(lists[Int(offset)])) }
    if piped >= 0 { scratch.append(piped) }
    let position = nodes[Int(callee)].start
    guard constructor >= 0 else {
      return addWithList(
        .call, a: function, from: mark, start: start, end: end, position: position)
    }
    let fieldCount = core.constructors[Int(constructor)].fieldCount
    if total == fieldCount {
      return addWithList(
        .construct, a: constructor, from: mark, start: start, end: end, position: position)
    }
    if total > fieldCount {
      dropScratch(to: mark)
      let extra = piped < 0 ? arguments + fieldCount..<arguments + count : 0..<0
      reportArity(
        of: constructor, given: Int(total), at: nodes[Int(callee)],
        edits: removal(of: extra, after: Int32(fieldCount) == 0 ? callee : -1, from: arguments))
      return add(.error, nodes[Int(callee)])
    }
    let value = add(.constructor, a: constructor, nodes[Int(callee)])
    return addWithList(.call, a: value, from: mark, start: start, end: end, position: position)
  }

  /// The constructor that is called, or -1 if it is none.
  private mutating func constructorOfCallee(_ index: Int32) -> Int32 {
    let node = nodes[Int(index)]
    if node.kind == .name {
      let symbol = Symbol(index: node.a)
      guard locals[symbol] < 0 else { return -1 }
      let visible = values[symbol]
      guard visible.binding.kind == .constructor else { return -1 }
      noteUse(symbol, visible)
      return visible.binding.index
    }
    guard isQualifiedName(node) else { return -1 }
    uses.use(alias: Symbol(index: nodes[Int(node.a)].a), in: module)
    let target = moduleAliases[Symbol(index: nodes[Int(node.a)].a)] - 1
    guard target >= 0, let binding = export(Symbol(index: node.b), of: target) else { return -1 }
    return binding.kind == .constructor ? binding.index : -1
  }

  /// The function of a call: a name there is never read as a value.
  private mutating func resolveCallee(_ index: Int32, argumentCount: Int32) -> Int32 {
    let node = nodes[Int(index)]
    guard node.kind == .name else { return resolve(index) }
    let symbol = Symbol(index: node.a)
    let local = locals[symbol]
    if local >= 0 {
      uses.useLocal(local)
      return add(.local, a: local, node)
    }
    return add(value(of: binding(of: symbol, node), argumentCount: argumentCount), node)
  }

  /// Removes arguments: from the end of what stands before them to the end of the last one.
  func removal(of extra: Range<Int32>, after callee: Int32, from first: Int32) -> [Diagnostic.Edit]
  {
    guard let last = extra.last else { return [] }
    let before = extra.lowerBound > first ? lists[Int(extra.lowerBound) - 1] : callee
    guard before >= 0 else { return [] }
    // The end of a node in parentheses does not include them: only plain ones are removed.
    let bytes = graph.sources[tree.file].bytes
    let range = SourceRange(
      file: tree.file, start: nodes[Int(before)].end, end: nodes[Int(lists[Int(last)])].end)
    let text = bytes[Int(range.start)..<Int(range.end)]
    let opening = text.count { $0 == UInt8(ascii: "(") }
    let closing = text.count { $0 == UInt8(ascii: ")") }
    return opening == closing ? [Diagnostic.Edit(range, "")] : []
  }

  mutating func reportArity(
    of constructor: Int32, given: Int, at node: SyntaxNode, edits: [Diagnostic.Edit]
  ) {
    let declared = core.constructors[Int(constructor)]
    let file = core.types[Int(declared.type)].file
    // Its declaration may not have been understood.
    if scopes[Int(file.index)].isIncomplete { return }
    report(
      .constructorArity(
        interner.string(of: declared.name), takes: Int(declared.fieldCount), given: given,
        at: range(node), declaration: constructorRanges[Int(constructor)], edits: edits))
  }
}

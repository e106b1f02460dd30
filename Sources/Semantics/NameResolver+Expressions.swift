import Diagnostics
import Support
import Syntax

/// Expressions. Recursion follows the nesting of the source text, which the parser limits; what the
/// parser reads in a loop (chains of operators, statements, `else if`) is translated in a loop.
extension NameResolver {
  /// Translates a syntax node; returns the index of the Core expression.
  mutating func resolve(_ index: Int32) -> Int32 {
    let node = nodes[Int(index)]
    switch node.kind {
    case .name: return resolveName(node)
    case .integer: return addInteger(tree.integers[Int(node.a)], node)
    case .float:
      core.floats.append(tree.floats[Int(node.a)])
      return add(.float, a: Int32(core.floats.count - 1), node)
    case .string: return addString(node)
    case .boolean: return addInteger(Int(node.a), node)
    case .null: return add(.null, node)
    case .unit: return add(.unit, node)
    case .application: return resolveApplication(node, piped: -1)
    case .binary: return resolveBinary(index, node)
    case .negate:
      let operand = resolve(node.a)
      return addOperator(.negate, operand, -1, node, position: node.start)
    case .field: return resolveField(index)
    case .block, .letStatement, .letFunction: return resolveBlock(index)
    case .ifExpression: return resolveIf(index)
    case .matchExpression: return resolveMatch(node)
    case .lambda: return resolveLambda(node, name: -1)
    case .interpolation: return resolveItems(node, as: .interpolation)
    case .tuple: return resolveItems(node, as: .tuple)
    case .list: return node.c == 0 ? add(.nil_, node) : resolveItems(node, as: .list)
    case .range: return resolveRange(node)
    case .recordConstruction: return resolveConstruction(node)
    case .recordUpdate: return resolveUpdate(node)
    case .error: return add(.error, node)
    case .functionDeclaration, .signatureDeclaration, .typeDeclaration, .aliasDeclaration,
      .constructorDeclaration, .fieldDeclaration, .foreignDeclaration, .importDeclaration,
      .importNames, .linkDeclaration, .generateDirective, .matchArm, .fieldValue,
      .wildcardPattern, .namePattern, .literalPattern, .constructorPattern, .recordPattern,
      .fieldPattern, .tuplePattern, .listPattern, .consPattern, .asPattern, .orPattern,
      .typeName, .typeApplication, .typeFunction, .typeTuple, .typeList, .typeExtra:
      preconditionFailure("\(node.kind) is no expression")
    }
  }

  private mutating func resolveItems(_ node: SyntaxNode, as kind: CoreKind) -> Int32 {
    let mark = scratch.count
    for offset in node.b..<(node.b + node.c) { scratch.append(resolve(lists[Int(offset)])) }
    return addWithList(kind, from: mark, start: node.start, end: node.end)
  }

  private mutating func resolveRange(_ node: SyntaxNode) -> Int32 {
    let first = resolve(node.a)
    let last = resolve(node.b)
    guard let function = core.preludeGlobals["_range_inclusive"] else { return add(.error, node) }
    let callee = add(.global, a: function, node)
    return addCall(callee, [first, last], start: node.start, end: node.end)
  }

  // MARK: - Functions

  private mutating func resolveLambda(_ node: SyntaxNode, name: Int32) -> Int32 {
    let mark = scratch.count
    let body = resolveFunction(parameters: node.b, count: node.c, body: node.d)
    return addWithList(.lambda, a: body, b: name, from: mark, start: node.start, end: node.end)
  }

  /// Translates the body of a function; its parameters become locals that are pushed on
  /// ``scratch``. Parameters that are patterns are taken apart at the beginning of the body.
  mutating func resolveFunction(parameters: Int32, count: Int32, body: Int32) -> Int32 {
    let scope = locals.mark
    let binderMark = binders.count
    beginPattern()
    let firstParameter = scratch.count
    for offset in parameters..<(parameters + count) {
      let parameter = nodes[Int(lists[Int(offset)])]
      let isName = parameter.kind == .namePattern
      let local = newLocal(isName ? parameter.a : -1, parameter.start)
      scratch.append(local)
      if isName { bind(Symbol(index: parameter.a), to: local, parameter) }
    }
    for offset in 0..<Int(count) {
      let parameterIndex = lists[Int(parameters) + offset]
      let parameter = nodes[Int(parameterIndex)]
      if parameter.kind == .namePattern || parameter.kind == .wildcardPattern { continue }
      let resolved = resolveIrrefutable(parameterIndex)
      let value = add(.local, a: scratch[firstParameter + offset], parameter)
      binders.append(
        Binder(
          kind: .destructure, a: resolved, b: value, start: parameter.start, end: parameter.end))
    }
    enterPatternVariables()
    let value = closeBinders(to: binderMark, around: resolve(body))
    locals.leave(to: scope)
    return value
  }

  // MARK: - Blocks

  /// A block, or a lone statement where the parser has recovered from an error.
  private mutating func resolveBlock(_ index: Int32) -> Int32 {
    let scope = locals.mark
    let binderMark = binders.count
    var block = nodes[Int(index)]
    var value: Int32 = -1
    if block.kind != .block {
      resolveStatement(index, block)
      value = add(.error, block)
    }
    while value < 0 {
      for offset in block.b..<(block.b + block.c - 1) {
        let statement = lists[Int(offset)]
        resolveStatement(statement, nodes[Int(statement)])
      }
      let lastIndex = lists[Int(block.b + block.c - 1)]
      let last = nodes[Int(lastIndex)]
      switch last.kind {
      case .block: block = last  // `let … in` nests to the right: no recursion
      case .letStatement, .letFunction:
        resolveStatement(lastIndex, last)
        value = add(.error, last)
      default: value = resolve(lastIndex)
      }
    }
    let result = closeBinders(to: binderMark, around: value)
    locals.leave(to: scope)
    return result
  }

  /// Translates a statement that is not the last of its block to a binder.
  private mutating func resolveStatement(_ index: Int32, _ node: SyntaxNode) {
    switch node.kind {
    case .letStatement: resolveLet(node)
    case .letFunction: resolveLetFunction(node)
    default:
      warnIfValueIsUseless(index)
      let effect = resolve(index)
      push(.sequence, a: -1, b: effect, node)
    }
  }

  private mutating func resolveLet(_ node: SyntaxNode) {
    let value = resolve(node.b)
    let target = nodes[Int(node.a)]
    switch target.kind {
    case .wildcardPattern: push(.sequence, a: -1, b: value, node)
    case .namePattern:
      let local = newLocal(target.a, target.start)
      locals.enter(Symbol(index: target.a), local)
      uses.lets.append((local, Symbol(index: target.a), target))
      push(.let, a: local, b: value, node)
    default:
      beginPattern()
      let resolved = resolveIrrefutable(node.a)
      enterPatternVariables()
      push(.destructure, a: resolved, b: value, node)
    }
  }

  /// `let f x = …`, or `let C x = …` with a constructor, which takes a value apart.
  private mutating func resolveLetFunction(_ node: SyntaxNode) {
    let name = Symbol(index: node.a)
    let binding = values[name].binding
    if binding.kind == .constructor && isCapitalised(name) {
      let value = resolve(node.d)
      beginPattern()
      let resolved = resolveConstructorPattern(
        binding.index, arguments: node.b, count: node.c, node, mode: .binding)
      enterPatternVariables()
      requireIrrefutable(resolved)
      push(.destructure, a: resolved, b: value, node)
      return
    }
    let local = newLocal(node.a, node.start)
    locals.enter(name, local)
    uses.lets.append((local, name, node))
    let function = resolveLambda(node, name: node.a)
    push(.letFunction, a: local, b: function, node)
  }

  private mutating func push(_ kind: CoreKind, a: Int32, b: Int32, _ node: SyntaxNode) {
    binders.append(Binder(kind: kind, a: a, b: b, start: node.start, end: node.end))
  }

  /// Wraps a value in the binders above `mark`, the latest innermost.
  mutating func closeBinders(to mark: Int, around value: Int32) -> Int32 {
    var result = value
    while binders.count > mark {
      let binder = binders.removeLast()
      core.expressions.append(
        CoreExpression(
          binder.kind, a: binder.a, b: binder.b, c: result, start: binder.start, end: binder.end,
          position: binder.start))
      result = Int32(core.expressions.count - 1)
    }
    return result
  }

  // MARK: - Choices

  /// `if` with all its `else if`s.
  private mutating func resolveIf(_ index: Int32) -> Int32 {
    let mark = scratch.count
    var current = index
    while nodes[Int(current)].kind == .ifExpression {
      let node = nodes[Int(current)]
      let condition = resolve(node.a)
      let consequence = resolve(node.b)
      scratch.append(current)
      scratch.append(condition)
      scratch.append(consequence)
      current = node.c
    }
    var result = resolve(current)
    while scratch.count > mark {
      let consequence = scratch.removeLast()
      let condition = scratch.removeLast()
      let node = nodes[Int(scratch.removeLast())]
      core.expressions.append(
        CoreExpression(
          .if, a: condition, b: consequence, c: result, start: node.start, end: node.end,
          position: node.start))
      result = Int32(core.expressions.count - 1)
    }
    return result
  }

  private mutating func resolveMatch(_ node: SyntaxNode) -> Int32 {
    let scrutinee = resolve(node.a)
    let mark = scratch.count
    var isSound = true
    for offset in node.b..<(node.b + node.c) {
      let armNode = nodes[Int(lists[Int(offset)])]
      guard armNode.kind == .matchArm else {
        isSound = false
        continue
      }
      let scope = locals.mark
      beginPattern()
      let armPattern = resolvePattern(armNode.a, mode: .match)
      // Text that was not understood could have been a pattern.
      isSound = isSound && !pattern.hasError && nodes[Int(armNode.c)].kind != .error
      enterPatternVariables()
      let guardExpression = armNode.b < 0 ? -1 : resolve(armNode.b)
      let body = resolve(armNode.c)
      locals.leave(to: scope)
      core.arms.append(
        CoreArm(pattern: armPattern, guardExpression: guardExpression, body: body))
      scratch.append(Int32(core.arms.count - 1))
    }
    let match = addWithList(.match, a: scrutinee, from: mark, start: node.start, end: node.end)
    if isSound && !isDefinitionBroken {
      coverage.append(CoverageRequest(kind: .match, file: tree.file, index: match))
    }
    return match
  }
}

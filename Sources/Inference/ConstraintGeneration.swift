import Diagnostics
import Semantics

// Rule 1 of the inference: each expression yields a node, and constraints between the nodes.
// Recursion follows the nesting of expressions; bodies of `let`s and chains of `else if` are loops.

extension TypeInference {
  /// The nodes and constraints of a definition whose parameters and result have nodes.
  mutating func generate(definition: Int32) {
    let global = program.globals[Int(definition)]
    current = definition
    firstLocal = global.firstLocal
    isStrict = strictFiles[Int(global.file.index)]
    isUnconditional = true
    let base = nodesOfGlobal[Int(definition)]
    for parameter in 0..<global.parameterCount {
      localNodes[firstLocal + parameter] = base + parameter
    }
    generate(global.body, into: base + global.parameterCount)
  }

  @inline(__always) func expression(_ index: Int32) -> CoreExpression {
    program.expressions[Int(index)]
  }

  @inline(__always) func operand(_ expression: CoreExpression, _ position: Int32) -> Int32 {
    program.operands[Int(expression.listStart + position)]
  }

  // MARK: - Bindings and choices

  /// Has the value of an expression flow to a node. A declared type is handed inward to the parts
  /// of literals, where ints may still become floats.
  mutating func generate(_ index: Int32, into target: Int32) {
    let mark = factLog.next
    let wasUnconditional = isUnconditional
    var current = index
    while true {
      let next = expression(current)
      switch next.kind {
      case .let, .letFunction, .destructure, .sequence:
        note(current, target)
        bind(next)
        current = next.c
        continue
      case .if:
        note(current, target)
        _ = generate(next.a)
        isUnconditional = false
        let branch = factLog.next
        assume(next.a, isTrue: true)
        generate(next.b, into: target)
        forgetFacts(to: branch)
        assume(next.a, isTrue: false)
        current = next.c
        continue
      case .match:
        note(current, target)
        generateMatch(next, current, into: target)
      case .list where isDeclared(target, .list):
        note(current, target)
        let element = system.kid(system.find(target), 0)
        for position in 0..<next.listCount { generate(operand(next, position), into: element) }
      case .tuple where isDeclared(target, .tuple, next.listCount):
        note(current, target)
        let root = system.find(target)
        for position in 0..<next.listCount {
          generate(operand(next, position), into: system.kid(root, position))
        }
      case .operator
      where next.a == CoreOperator.cons.rawValue && isDeclared(target, .list):
        note(current, target)
        generate(operand(next, 0), into: system.kid(system.find(target), 0))
        generate(operand(next, 1), into: target)
      case .construct where isDeclared(target, constructor: next.a):
        note(current, target)
        let root = system.find(target)
        let offset = constructorOffsets[Int(next.a)]
        for position in 0..<next.listCount {
          generate(operand(next, position), into: system.kid(root, offset + position))
        }
      case .lambda where isDeclared(target, .function):
        note(current, target)
        generateLambda(next, declared: system.find(target), site: current)
      default:
        let value = generate(current)
        system.flow(value, target, site: current)
      }
      break
    }
    forgetFacts(to: mark)
    isUnconditional = wasUnconditional
  }

  private mutating func isDeclared(_ node: Int32, _ head: TypeHead, _ kids: Int32 = -1) -> Bool {
    let root = system.nodes[system.find(node)]
    return root.isRigid && root.head == head && (kids < 0 || root.kidCount == kids)
  }

  private mutating func isDeclared(_ node: Int32, constructor: Int32) -> Bool {
    let root = system.nodes[system.find(node)]
    return root.isRigid && root.head == .named
      && root.payload == program.constructors[Int(constructor)].type
  }

  @inline(__always) mutating func note(_ expression: Int32, _ node: Int32) {
    if recordsExpressions { expressionNodes[expression] = node }
  }

  /// A statement before the value of a block.
  private mutating func bind(_ statement: CoreExpression) {
    switch statement.kind {
    case .let:
      let value = generate(statement.b)
      localNodes[firstLocal + statement.a] = value
      learn(local: firstLocal + statement.a, value: statement.b)
    case .letFunction:
      let node = generateFunction(statement.b, binding: firstLocal + statement.a)
      note(statement.b, node)
    case .destructure:
      let value = generate(statement.b)
      generate(pattern: statement.a, of: value, site: statement.b, isTotal: false)
    default: _ = generate(statement.b)
    }
  }

  private mutating func generateMatch(_ match: CoreExpression, _ index: Int32, into target: Int32) {
    let value = generate(match.a)
    let wasUnconditional = isUnconditional
    var hasLastArm = false
    for position in 0..<match.listCount {
      let arm = program.arms[Int(operand(match, position))]
      if arm.guardExpression < 0 && isIrrefutable(arm.pattern) { hasLastArm = true }
    }
    let slot = key(match.a)
    let before = factLog.next
    for position in 0..<match.listCount {
      let arm = program.arms[Int(operand(match, position))]
      generate(pattern: arm.pattern, of: value, site: match.a, isTotal: hasLastArm)
      isUnconditional = false
      let mark = factLog.next
      learn(pattern: arm.pattern, slot)
      if arm.guardExpression >= 0 {
        _ = generate(arm.guardExpression)
        assume(arm.guardExpression, isTrue: true)
      }
      generate(arm.body, into: target)
      forgetFacts(to: mark)
      // After an arm for the empty list the others see a longer one.
      if arm.guardExpression < 0, program.patterns[Int(arm.pattern)].kind == .nil_ {
        learn(slot, atLeast: 1)
      }
    }
    forgetFacts(to: before)
    isUnconditional = wasUnconditional
  }

  // MARK: - Values

  /// The node of an expression.
  mutating func generate(_ index: Int32) -> Int32 {
    let next = expression(index)
    let node: Int32
    switch next.kind {
    case .integer:
      let isZero = next.a == 0 && next.b == 0 && !isStrict
      node = isZero ? system.new(extra: .zero) : ConstraintSystem.Shared.int
    case .float: node = ConstraintSystem.Shared.float
    case .string: node = ConstraintSystem.Shared.string
    case .null: node = introduce(.null, at: index)
    case .unit: node = system.new(extra: .unit)
    case .nil_: node = system.newStructure(.list, kid: system.new(), origin: index)
    case .local: node = localNodes[firstLocal + next.a]
    case .global: node = valueOf(global: next.a, site: index)
    case .intrinsic: node = valueOf(intrinsic: next.a, site: index)
    case .constructor: node = valueOf(constructor: next.a, site: index)
    case .foreign: node = valueOf(foreign: next.a, site: index)
    case .call: node = generateCall(next, index)
    case .operator: node = generateOperator(next, index)
    case .and, .or:
      _ = generate(next.a)
      let wasUnconditional = isUnconditional
      isUnconditional = false
      let mark = factLog.next
      assume(next.a, isTrue: next.kind == .and)
      _ = generate(next.b)
      forgetFacts(to: mark)
      isUnconditional = wasUnconditional
      node = ConstraintSystem.Shared.int
    case .if, .match:
      node = system.new()
      generate(index, into: node)
    case .tuple: node = generateTuple(next, index)
    case .list: node = generateList(next, index)
    case .construct: node = generateConstruction(next, index)
    case .field:
      let record = generate(next.a)
      node = system.new()
      system.field(record, next.b, node, site: index, flags: constraintFlags)
    case .update: node = generateUpdate(next, index)
    case .interpolation:
      for position in 0..<next.listCount { _ = generate(operand(next, position)) }
      node = ConstraintSystem.Shared.string
    case .let, .letFunction, .destructure, .sequence: node = generateBlock(index)
    case .lambda: node = generateFunction(index, binding: -1)
    case .error: node = ConstraintSystem.Shared.dyn
    case .cast: node = generateCast(next)
    case .coerce: preconditionFailure("inference reads Core that has no types yet")
    }
    note(index, node)
    return node
  }

  var constraintFlags: Constraint.Flags { isUnconditional ? .unconditional : [] }

  /// A node for one of the extra values, remembered for `#strict`.
  mutating func introduce(_ extra: Extras, at site: Int32) -> Int32 {
    let node = system.new(extra: extra)
    if isStrict { introductions.append(Introduction(node: node, site: site, owner: current)) }
    return node
  }

  private mutating func generateBlock(_ index: Int32) -> Int32 {
    let mark = factLog.next
    var current = index
    var blocks: [Int32] = []
    while true {
      let next = expression(current)
      switch next.kind {
      case .let, .letFunction, .destructure, .sequence:
        if recordsExpressions { blocks.append(current) }
        bind(next)
        current = next.c
      default:
        let node = generate(current)
        for block in blocks { note(block, node) }
        forgetFacts(to: mark)
        return node
      }
    }
  }

  private mutating func generateTuple(_ tuple: CoreExpression, _ site: Int32) -> Int32 {
    let node = system.newStructure(.tuple, freshKids: tuple.listCount, origin: site)
    for position in 0..<tuple.listCount {
      generate(operand(tuple, position), into: system.kid(node, position))
    }
    return node
  }

  private mutating func generateList(_ list: CoreExpression, _ site: Int32) -> Int32 {
    let element = system.new()
    let node = system.newStructure(.list, kid: element, origin: site)
    for position in 0..<list.listCount { generate(operand(list, position), into: element) }
    return node
  }

  /// A lambda or local function.
  ///
  /// - Parameter binding: the local that the function may refer to, or -1.
  private mutating func generateFunction(_ index: Int32, binding: Int32) -> Int32 {
    let lambda = expression(index)
    let count = lambda.listCount
    let parameters = system.nodes.next
    for _ in 0...count { _ = system.new() }
    for position in 0..<count {
      localNodes[firstLocal + operand(lambda, position)] = parameters + position
    }
    var node = parameters + count
    for position in stride(from: count - 1, through: 0, by: -1) {
      node = system.newFunction(parameter: parameters + position, result: node, origin: index)
    }
    if binding >= 0 { localNodes[binding] = node }
    generateBody(lambda.a, into: parameters + count)
    return node
  }

  private mutating func generateBody(_ body: Int32, into result: Int32) {
    let wasUnconditional = isUnconditional
    isUnconditional = false
    generate(body, into: result)
    isUnconditional = wasUnconditional
  }

  /// A lambda whose type is declared.
  private mutating func generateLambda(_ lambda: CoreExpression, declared: Int32, site: Int32) {
    var target = declared
    var position: Int32 = 0
    while position < lambda.listCount, isDeclared(target, .function) {
      let root = system.find(target)
      localNodes[firstLocal + operand(lambda, position)] = system.kid(root, 0)
      target = system.kid(root, 1)
      position += 1
    }
    if position == lambda.listCount {
      generateBody(lambda.a, into: target)
      return
    }
    // More parameters than are declared: the rest is an ordinary function.
    let rest = lambda.listCount - position
    let parameters = system.nodes.next
    for _ in 0...rest { _ = system.new() }
    var node = parameters + rest
    for offset in stride(from: rest - 1, through: 0, by: -1) {
      localNodes[firstLocal + operand(lambda, position + offset)] = parameters + offset
      node = system.newFunction(parameter: parameters + offset, result: node, origin: site)
    }
    generateBody(lambda.a, into: parameters + rest)
    system.flow(node, target, site: site)
  }

  // MARK: - Operators

  /// An operand of arithmetic or of a comparison, where 0 is an int.
  private mutating func generateOperand(_ index: Int32) -> Int32 {
    if expression(index).kind == .integer {
      note(index, ConstraintSystem.Shared.int)
      return ConstraintSystem.Shared.int
    }
    return generate(index)
  }

  private mutating func generateOperator(_ next: CoreExpression, _ site: Int32) -> Int32 {
    guard let operation = CoreOperator(rawValue: next.a) else {
      preconditionFailure("no operator has the number \(next.a)")
    }
    switch operation {
    case .add, .subtract, .multiply, .divide, .remainder:
      let left = generateOperand(operand(next, 0))
      let right = generateOperand(operand(next, 1))
      if left == ConstraintSystem.Shared.int && right == left { return left }
      let result = system.new()
      system.arithmetic(
        operation == .add ? ArithmeticClass.addition : ArithmeticClass.other, left, right, result,
        site: site, flags: constraintFlags)
      return result
    case .negate:
      let value = generateOperand(operand(next, 0))
      let result = system.new()
      system.arithmetic(
        ArithmeticClass.other, ConstraintSystem.Shared.int, value, result, site: site,
        flags: constraintFlags)
      return result
    case .equal, .notEqual:
      _ = generateOperand(operand(next, 0))
      _ = generateOperand(operand(next, 1))
      return ConstraintSystem.Shared.int
    case .less, .greater, .lessOrEqual, .greaterOrEqual:
      let left = generateOperand(operand(next, 0))
      let right = generateOperand(operand(next, 1))
      comparisons.append(Comparison(left: left, right: right, site: site))
      return ConstraintSystem.Shared.int
    case .cons:
      let element = system.new()
      let list = system.newStructure(.list, kid: element, origin: site)
      generate(operand(next, 0), into: element)
      let rest = generate(operand(next, 1))
      system.demand(rest, list, site: site, argument: 2, isUnconditional: isUnconditional)
      return list
    case .append:
      let left = generate(operand(next, 0))
      let right = generate(operand(next, 1))
      let result = system.new()
      system.append(left, right, result, site: site, flags: constraintFlags)
      return result
    }
  }
}

/// An ordering whose operands have to be of comparable kinds.
struct Comparison {
  var left: Int32
  var right: Int32
  var site: Int32
}

/// A place where an extra value comes into being.
struct Introduction {
  var node: Int32
  var site: Int32
  /// The definition it stands in.
  var owner: Int32
}

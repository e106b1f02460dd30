import CRailRuntime
import IR
import Semantics

/// Where the value of an expression goes.
enum Destination {
  /// It is the function's result: calls are tail calls.
  case tail
  /// It is the only argument of a jump to this block.
  case join(BlockID)
}

extension ProgramLowering {
  // MARK: - Expressions with several ends

  /// Lowers an expression whose value goes to `destination`; leaves no open block.
  mutating func lower(_ start: Int32, to destination: Destination) {
    var index = start
    while true {
      let expression = core.expressions[Int(index)]
      switch expression.kind {
      case .let, .letFunction, .destructure, .sequence:
        lowerBinding(expression)
        index = expression.c
      case .if:
        let then = builder.makeBlock()
        let otherwise = builder.makeBlock()
        lowerCondition(expression.a, then: then, else: otherwise)
        builder.begin(then)
        lower(expression.b, to: destination)
        builder.begin(otherwise)
        index = expression.c
      case .match:
        lowerMatch(expression, to: destination)
        return
      case .call:
        lowerCall(expression, to: destination)
        return
      case .integer, .float, .string, .null, .unit, .nil_, .local, .global, .intrinsic,
        .constructor, .foreign, .operator, .and, .or, .tuple, .list, .construct, .field, .update,
        .interpolation, .lambda, .coerce, .cast, .error:
        builder.position = position(expression.start)
        deliver(lowerValue(index), to: destination)
        return
      }
    }
  }

  mutating func deliver(_ value: ValueID, to destination: Destination) {
    switch destination {
    case .tail: builder.return(adapt(value, to: context.resultType))
    case .join(let block):
      let type = builder.type(of: builder.parameter(0, of: block))
      builder.jump(block, CollectionOfOne(adapt(value, to: type)))
    }
  }

  /// The value of an expression.
  mutating func lowerValue(_ start: Int32) -> ValueID {
    var index = start
    while true {
      let expression = core.expressions[Int(index)]
      switch expression.kind {
      case .let, .letFunction, .destructure, .sequence:
        lowerBinding(expression)
        index = expression.c
        builder.position = position(core.expressions[Int(index)].start)
      case .if, .match:
        let join = builder.makeBlock(
          parameterCount: 1, type: representation(ofExpression: index))
        lower(index, to: .join(join))
        return begin(join: join)
      case .integer:
        return builder.int(Int64(integerValue(expression.a, expression.b)))
      case .null: return word(UInt64(RAIL_NULL))
      case .unit: return word(UInt64(RAIL_UNIT))
      case .nil_: return word(UInt64(RAIL_NIL))
      case .float where representation(ofExpression: index) == .float:
        return builder.float(core.floats[Int(expression.a)])
      case .coerce: return lowerCoercion(expression, index)
      case .cast: return lowerCast(expression)
      case .float, .string, .intrinsic, .constructor, .foreign:
        guard let value = staticValue(index) else {
          preconditionFailure("a literal has a static value")
        }
        return emit(value)
      case .local: return value(ofLocal: expression.a)
      case .global: return lowerGlobalValue(expression, index)
      case .call:
        return adapt(lowerCall(expression), to: representation(ofExpression: index))
      case .operator: return lowerOperator(expression)
      case .and, .or: return lowerTruth(index)
      case .tuple, .construct, .list: return lowerStructure(expression, index)
      case .field: return lowerField(expression)
      case .update: return lowerUpdate(expression)
      case .interpolation: return lowerInterpolation(expression)
      case .lambda:
        let lambda = lambda(at: index)
        return lowerClosure(lambda, index)
      case .error: preconditionFailure("a program with errors is not lowered")
      }
    }
  }

  /// Begins a join block; its parameter is the value of the expression.
  private mutating func begin(join: BlockID) -> ValueID {
    builder.begin(join)
    return builder.parameter(0, of: join)
  }

  // MARK: - Bindings

  private mutating func lowerBinding(_ expression: CoreExpression) {
    switch expression.kind {
    case .let: bind(expression.a, lowerValue(expression.b))
    case .letFunction:
      let lambda = lambda(at: expression.b)
      if lambdas[Int(lambda)].isClosure {
        bind(expression.a, lowerClosure(lambda, expression.b))
      }
    case .destructure: lowerDestructure(expression)
    default: _ = lowerValue(expression.b)
    }
  }

  mutating func value(ofLocal local: Int32) -> ValueID {
    switch binding(of: local) {
    case .value(let value): return value
    case .function(let lambda): return emit(.data(closureObject(ofLambda: lambda)))
    }
  }

  private mutating func lowerGlobalValue(_ expression: CoreExpression, _ index: Int32) -> ValueID {
    if let value = staticValue(index) { return emit(value) }
    builder.position = position(expression.position)
    return builder.call(function(ofGlobal: expression.a), [])
  }

  /// A new closure with its captured variables.
  private mutating func lowerClosure(_ lambda: Int32, _ index: Int32) -> ValueID {
    let info = lambdas[Int(lambda)]
    if !info.isClosure { return emit(.data(closureObject(ofLambda: lambda))) }
    let expression = core.expressions[Int(index)]
    var payload = [builder.functionAddress(function(ofLambda: lambda))]
    for local in info.captures { payload.append(adapt(value(ofLocal: local), to: .word)) }
    builder.position = position(expression.position)
    return builder.allocate(
      header: header(
        kind: RAIL_KIND_CLOSURE, aux: Int(expression.listCount), words: payload.count), payload)
  }

  // MARK: - Conditions

  /// Branches on whether an expression is true: anything but the int 0.
  mutating func lowerCondition(_ index: Int32, then: BlockID, else otherwise: BlockID) {
    let expression = core.expressions[Int(index)]
    switch expression.kind {
    case .and:
      let middle = builder.makeBlock()
      lowerCondition(expression.a, then: middle, else: otherwise)
      builder.begin(middle)
      lowerCondition(expression.b, then: then, else: otherwise)
    case .or:
      let middle = builder.makeBlock()
      lowerCondition(expression.a, then: then, else: middle)
      builder.begin(middle)
      lowerCondition(expression.b, then: then, else: otherwise)
    case .operator:
      if let comparison = lowerComparison(expression) {
        builder.branch(comparison, then: then, else: otherwise)
      } else {
        branchOnTruth(lowerValue(index), then: then, else: otherwise)
      }
    case .call:
      let callee = core.expressions[Int(expression.a)]
      if callee.kind == .intrinsic && intrinsics[Int(callee.a)].arity == expression.listCount,
        case .kindTest(let kind) = intrinsicLowerings[Int(callee.a)],
        let operand = core.list(expression).first
      {
        builder.branch(lowerKindTest(kind, lowerValue(operand)), then: then, else: otherwise)
        return
      }
      branchOnTruth(lowerValue(index), then: then, else: otherwise)
    default:
      builder.position = position(expression.start)
      branchOnTruth(lowerValue(index), then: then, else: otherwise)
    }
  }

  private mutating func branchOnTruth(
    _ value: ValueID, then: BlockID, else otherwise: BlockID
  ) {
    builder.branch(
      builder.compare(.notEqual, value, builder.int(0)), then: then, else: otherwise)
  }

  /// 1 or 0, by whether a condition is true.
  private mutating func lowerTruth(_ index: Int32) -> ValueID {
    let join = builder.makeBlock(parameterCount: 1)
    let then = builder.makeBlock()
    let otherwise = builder.makeBlock()
    lowerCondition(index, then: then, else: otherwise)
    builder.begin(then)
    builder.jump(join, CollectionOfOne(builder.int(1)))
    builder.begin(otherwise)
    builder.jump(join, CollectionOfOne(builder.int(0)))
    return begin(join: join)
  }

  // MARK: - Operators

  private mutating func lowerOperator(_ expression: CoreExpression) -> ValueID {
    guard let operation = CoreOperator(rawValue: expression.a) else {
      preconditionFailure("not an operator: \(expression.a)")
    }
    if let value = lowerProvenOperator(operation, expression) { return value }
    switch operation {
    case .equal, .notEqual:
      if let comparison = lowerImmediateComparison(expression, operation) {
        return truth(comparison)
      }
    case .cons: return lowerCons(expression)
    case .append:
      let list = core.list(expression)
      let left = lowerValue(list[list.startIndex])
      let right = lowerValue(list[list.startIndex + 1])
      builder.position = position(expression.position)
      return builder.call(function(ofPrelude: "_append_operator"), [left, right])
    case .add, .subtract, .multiply, .divide, .remainder, .negate, .less, .greater, .lessOrEqual,
      .greaterOrEqual:
      break
    }
    let (left, right) = lowerOperands(expression)
    return builder.generic(genericOperation(operation), left, right)
  }

  /// A comparison as a raw 0 or 1; `nil` for the other operators.
  private mutating func lowerComparison(_ expression: CoreExpression) -> ValueID? {
    guard let operation = CoreOperator(rawValue: expression.a) else { return nil }
    if let comparison = lowerProvenComparison(operation, expression) { return comparison }
    switch operation {
    case .equal, .notEqual:
      if let comparison = lowerImmediateComparison(expression, operation) { return comparison }
    case .less, .greater, .lessOrEqual, .greaterOrEqual: break
    case .add, .subtract, .multiply, .divide, .remainder, .negate, .cons, .append: return nil
    }
    let (left, right) = lowerOperands(expression)
    return builder.genericCompare(genericOperation(operation), left, right)
  }

  /// `x == []` and the like: an immediate constant equals nothing but itself, so the bits decide.
  private mutating func lowerImmediateComparison(
    _ expression: CoreExpression, _ operation: CoreOperator
  ) -> ValueID? {
    let list = core.list(expression)
    let (left, right) = (list[list.startIndex], list[list.startIndex + 1])
    guard isImmediate(left) || isImmediate(right) else { return nil }
    let (a, b) = (lowerValue(left), lowerValue(right))
    return builder.compare(operation == .equal ? .equal : .notEqual, a, b)
  }

  private func isImmediate(_ index: Int32) -> Bool {
    let expression = core.expressions[Int(index)]
    switch expression.kind {
    case .null, .unit, .nil_: return true
    case .constructor: return core.constructors[Int(expression.a)].fieldCount == 0
    case .construct: return expression.listCount == 0
    default: return false
    }
  }

  func genericOperation(_ operation: CoreOperator) -> GenericOperation {
    switch operation {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .remainder: .remainder
    case .negate: .negate
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .greater: .greater
    case .lessOrEqual: .lessOrEqual
    case .greaterOrEqual: .greaterOrEqual
    case .cons, .append: preconditionFailure("\(operation) is not a generic operation")
    }
  }

  // MARK: - Small helpers

  mutating func word(_ bits: UInt64) -> ValueID { builder.constant(Int64(bitPattern: bits)) }

  /// The int 0 or 1 for a raw 0 or 1.
  mutating func truth(_ raw: ValueID) -> ValueID {
    let doubled = builder.operation(.add, .raw, raw, raw)
    return builder.operation(.or, .word, doubled, builder.constant(1, .raw))
  }

  /// Whether a value has exactly these bits, as a raw 0 or 1.
  mutating func isWord(_ value: ValueID, _ bits: UInt64) -> ValueID {
    builder.compare(.equal, value, word(bits))
  }

  mutating func emit(_ value: StaticValue) -> ValueID {
    switch value {
    case .word(let bits): word(bits)
    case .data(let index): builder.dataAddress(Int(index))
    }
  }

  @discardableResult
  mutating func callRuntime(_ name: String, _ arguments: [ValueID]) -> ValueID {
    builder.callRuntime(external(name), arguments)
  }

  /// The function of a prelude definition that the language itself refers to.
  mutating func function(ofPrelude name: String) -> Int {
    guard let global = core.preludeGlobals[name] else {
      preconditionFailure("the prelude does not define \(name)")
    }
    return function(ofGlobal: global)
  }
}

import Semantics

extension TypedEmission {
  // MARK: - Definitions

  /// Appends an instance to the globals of the result.
  mutating func emit(instance index: Int32) {
    enter(index)
    let place = Int(places[Int(index)])
    findLocalFunctions()
    number(place)
    chooseRepresentations()
    var global = source.globals[Int(instance.source)]
    let locals = Int(global.firstLocal)..<Int(global.firstLocal + global.localCount)
    global.firstLocal = Int32(output.locals.count)
    output.locals.append(contentsOf: source.locals[locals])
    for local in 0..<global.localCount {
      typing.ofLocal.append(
        isRawLocal[local] ? CoreTyping.simple(.rawFloat) : localType(local))
    }
    global.body = emit(global.body, raw: results.isRaw[Int(units[place])], isLast: true)
    output.globals.append(global)
  }

  /// Sets ``isRawLocal`` and ``isNaturallyRaw``: parts stand before what they are parts of, and
  /// values of locals before the uses of these.
  private mutating func chooseRepresentations() {
    let global = source.globals[Int(instance.source)]
    isRawLocal.refill(false, times: Int(global.localCount))
    for local in 0..<isRawLocal.next {
      let parameter = functions.parameters[local]
      if parameter >= 0 { isRawLocal[local] = parameters.isRaw(parameter) }
    }
    isNaturallyRaw.truncate(to: 0)
    for index in firstExpression...global.body {
      isNaturallyRaw.append(comesRaw(index, expression(index)))
    }
  }

  @inline(__always) mutating func isRaw(_ index: Int32) -> Bool {
    isNaturallyRaw[index - firstExpression]
  }

  private mutating func comesRaw(_ index: Int32, _ next: CoreExpression) -> Bool {
    switch next.kind {
    case .operator:
      guard let operation = CoreOperator(rawValue: next.a), isArithmetic(operation) else {
        return false
      }
      return proof(of: next) == .float
    case .local:
      let value = valueOfLocal[next.a]
      if value >= 0 && isFloat(localType(next.a)) {
        isRawLocal[next.a] = isRaw(value) || expression(value).kind == .float
      }
      return isRawLocal[next.a]
    case .call: return callComesRaw(next)
    case .if:
      guard isFloat(type(of: index)) else { return false }
      if let isTrue = truth(next.a) { return isRaw(isTrue ? next.b : next.c) }
      return isRaw(next.b) || isRaw(next.c)
    case .match:
      guard isFloat(type(of: index)) else { return false }
      for position in 0..<next.listCount
      where isRaw(source.arms[Int(operand(next, position))].body) { return true }
      return false
    case .let, .letFunction, .destructure, .sequence:
      return isFloat(type(of: index)) && isRaw(next.c)
    case .cast:
      return isFloat(type(of: index)) && (isRaw(next.a) || isConverted(next))
    default: return false
    }
  }

  private mutating func isArithmetic(_ operation: CoreOperator) -> Bool {
    switch operation {
    case .add, .subtract, .multiply, .divide, .remainder, .negate: true
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual, .cons, .append: false
    }
  }

  private mutating func callComesRaw(_ call: CoreExpression) -> Bool {
    let callee = expression(call.a)
    switch callee.kind {
    case .global:
      let target = target(call.a)
      guard target >= 0, source.globals[Int(callee.a)].parameterCount == call.listCount else {
        return false
      }
      return results.isRaw[Int(units[Int(places[Int(target)])])]
    case .intrinsic:
      let same = operandOfIdentity(call)
      if same >= 0 { return isRaw(same) }
      guard case .rawFloat? = provenForms[Int(callee.a)]?.result else { return false }
      return proof(ofCall: call, callee.a).rawValue >= 0
    case .local where functions.isDirect(callee.a):
      return results.isRaw[Int(functions.units[callee.a])]
    default: return false
    }
  }

  // MARK: - Expressions

  /// Emits an expression whose value is to be a raw float or a word; returns its number.
  ///
  /// - Parameter isLast: whether the value is what a function returns.
  mutating func emit(_ start: Int32, raw: Bool, isLast: Bool = false) -> Int32 {
    let mark = chain.count
    var index = start
    while true {
      let next = expression(index)
      var link = ChainLink(expression: index, a: next.a, b: next.b)
      switch next.kind {
      case .let: link.b = emit(next.b, raw: isLetRaw(next))
      case .letFunction: link.b = emitLambda(next.b, binding: next.a)
      case .destructure: link.b = emit(next.b, raw: false)
      case .sequence: link.b = emit(next.b, raw: isRaw(next.b))
      case .if:
        if let isTrue = truth(next.a) {
          index = isTrue ? next.b : next.c
          continue
        }
        link.a = emit(next.a, raw: false)
        link.b = emit(next.b, raw: raw, isLast: isLast)
      default:
        let result = emitEnd(index, next, raw: raw, isLast: isLast)
        return close(chainFrom: mark, around: result, raw: raw)
      }
      chain.append(link)
      index = next.c
    }
  }

  /// Whether the value of a `let` is held as a raw float. One without uses has not been asked for.
  private mutating func isLetRaw(_ binding: CoreExpression) -> Bool { isRawLocal[binding.a] }

  private mutating func close(chainFrom mark: Int, around value: Int32, raw: Bool) -> Int32 {
    var result = value
    while chain.count > mark {
      let link = chain.removeLast()
      var copy = expression(link.expression)
      copy.a = link.a
      copy.b = link.b
      copy.c = result
      result = append(copy, raw ? CoreTyping.simple(.rawFloat) : type(of: link.expression))
    }
    return result
  }

  /// Emits an expression that is no binding and no condition.
  private mutating func emitEnd(
    _ index: Int32, _ next: CoreExpression, raw: Bool, isLast: Bool
  ) -> Int32 {
    switch next.kind {
    case .match: return emitMatch(index, next, raw: raw, isLast: isLast)
    case .float:
      return append(next, raw ? CoreTyping.simple(.rawFloat) : type(of: index))
    case .call:
      let same = operandOfIdentity(next)
      if same >= 0 { return emit(same, raw: raw) }
      let call = emitCall(index, next)
      // A call in tail position stays one.
      return convert(isLast ? call : asserted(call), raw: raw)
    case .operator: return convert(asserted(emitOperator(index, next)), raw: raw)
    case .local:
      let type = isRaw(index) ? CoreTyping.simple(.rawFloat) : type(of: index)
      return convert(asserted(append(next, type)), raw: raw)
    case .field, .global: return convert(asserted(emitWord(index, next)), raw: raw)
    case .lambda: return convert(emitLambda(index, binding: -1), raw: raw)
    case .cast: return emitCast(index, next, raw: raw)
    default: return convert(emitWord(index, next), raw: raw)
    }
  }

  /// With `--check-types`, an assertion that an emitted expression has its type.
  private mutating func asserted(_ index: Int32) -> Int32 {
    let type = typing.ofExpression[Int(index)]
    if !assertsTypes || type == CoreTyping.simple(.rawFloat) { return index }
    let operand = output.expressions[Int(index)]
    let node = CoreExpression(
      .coerce, a: index, b: CoreCoercion.assertType.rawValue, start: operand.start,
      end: operand.end, position: operand.position)
    return append(node, type)
  }

  /// Converts the value of an emitted expression.
  private mutating func convert(_ index: Int32, raw: Bool) -> Int32 {
    let isRaw = typing.ofExpression[Int(index)] == CoreTyping.simple(.rawFloat)
    if isRaw == raw { return index }
    return coerce(index, raw ? .unboxFloat : .boxFloat)
  }

  private mutating func coerce(_ index: Int32, _ coercion: CoreCoercion) -> Int32 {
    let operand = output.expressions[Int(index)]
    let node = CoreExpression(
      .coerce, a: index, b: coercion.rawValue, start: operand.start, end: operand.end,
      position: operand.position)
    return append(node, CoreTyping.simple(coercion == .boxFloat ? .float : .rawFloat))
  }

  @inline(__always) private mutating func append(_ node: CoreExpression, _ type: Int32) -> Int32 {
    output.expressions.append(node)
    typing.ofExpression.append(type)
    return Int32(output.expressions.count - 1)
  }

  /// Appends a node whose list is what has been pushed on ``pendingOperands`` since `mark`.
  private mutating func append(
    _ node: CoreExpression, listFrom mark: Int32, _ type: Int32
  ) -> Int32 {
    var node = node
    node.listStart = Int32(output.operands.count)
    for position in mark..<pendingOperands.next {
      output.operands.append(pendingOperands[position])
    }
    pendingOperands.truncate(to: Int(mark))
    return append(node, type)
  }

  // MARK: - Kinds of expressions

  /// An expression all of whose parts, and whose value, are words.
  private mutating func emitWord(_ index: Int32, _ next: CoreExpression) -> Int32 {
    var copy = next
    switch next.kind {
    case .integer, .float, .string, .null, .unit, .nil_, .local, .intrinsic, .constructor, .foreign,
      .error:
      return append(copy, type(of: index))
    case .global:
      let target = target(index)
      if target >= 0 { copy.a = number(of: target) }
      if target >= 0 && target != column(index) { copy.b = CoreGlobalUse.standIn.rawValue }
      return append(copy, type(of: index))
    case .field:
      copy.a = emit(next.a, raw: false)
      return append(copy, type(of: index))
    case .and, .or:
      copy.a = emit(next.a, raw: false)
      copy.b = emit(next.b, raw: false)
      return append(copy, type(of: index))
    case .update:
      copy.a = emit(next.a, raw: false)
      return emitItems(copy, type(of: index))
    case .tuple, .list, .construct, .interpolation: return emitItems(copy, type(of: index))
    case .call, .operator, .coerce, .cast, .if, .let, .letFunction, .destructure, .sequence,
      .lambda,
      .match:
      preconditionFailure("\(next.kind) has a rule of its own")
    }
  }

  private mutating func emitItems(_ node: CoreExpression, _ type: Int32) -> Int32 {
    let mark = pendingOperands.next
    for position in 0..<node.listCount {
      pendingOperands.append(emit(operand(node, position), raw: false))
    }
    return append(node, listFrom: mark, type)
  }

  private mutating func emitMatch(
    _ index: Int32, _ match: CoreExpression, raw: Bool, isLast: Bool
  ) -> Int32 {
    var copy = match
    copy.a = emit(match.a, raw: false)
    let mark = pendingOperands.next
    for position in 0..<match.listCount {
      var arm = source.arms[Int(operand(match, position))]
      if arm.guardExpression >= 0 { arm.guardExpression = emit(arm.guardExpression, raw: false) }
      arm.body = emit(arm.body, raw: raw, isLast: isLast)
      pendingOperands.append(Int32(output.arms.count))
      output.arms.append(arm)
    }
    return append(copy, listFrom: mark, raw ? CoreTyping.simple(.rawFloat) : type(of: index))
  }

  /// - Parameter binding: the local that the function is bound to, or -1.
  private mutating func emitLambda(_ index: Int32, binding: Int32) -> Int32 {
    let lambda = expression(index)
    let isDirect = binding >= 0 && functions.isDirect(binding)
    var copy = lambda
    copy.a = emit(
      lambda.a, raw: isDirect && results.isRaw[Int(functions.units[binding])],
      isLast: true)
    let mark = pendingOperands.next
    for position in 0..<lambda.listCount { pendingOperands.append(operand(lambda, position)) }
    return append(copy, listFrom: mark, type(of: index))
  }

  private mutating func emitOperator(_ index: Int32, _ next: CoreExpression) -> Int32 {
    let proof = proof(of: next)
    var copy = next
    copy.b = proof.rawValue
    let mark = pendingOperands.next
    for position in 0..<next.listCount {
      let part = operand(next, position)
      pendingOperands.append(proof == .float ? emitFloat(part) : emit(part, raw: false))
    }
    return append(
      copy, listFrom: mark, isRaw(index) ? CoreTyping.simple(.rawFloat) : type(of: index))
  }

  /// Emits a number as a raw float.
  private mutating func emitFloat(_ index: Int32) -> Int32 {
    let type = type(of: index)
    if isExactly(type, .int) {
      let literal = expression(index)
      if literal.kind == .integer {
        var copy = literal
        copy.kind = .float
        copy.a = Int32(output.floats.count)
        copy.b = -1
        output.floats.append(Double(Int(literal.b) << 32 | Int(UInt32(bitPattern: literal.a))))
        return append(copy, CoreTyping.simple(.rawFloat))
      }
      return coerce(emit(index, raw: false), .intToFloat)
    }
    if isIntOrFloat(type) { return coerce(emit(index, raw: false), .numToFloat) }
    return emit(index, raw: true)
  }

  // MARK: - Casts

  /// Whether a cast to float is applied to an int, or to one of both.
  private mutating func isConverted(_ cast: CoreExpression) -> Bool {
    let operand = type(of: cast.a)
    return isExactly(operand, .int) || isExactly(operand, .num)
  }

  /// A cast of what has the declared type is not needed.
  private mutating func emitCast(_ index: Int32, _ cast: CoreExpression, raw: Bool) -> Int32 {
    let result = type(of: index)
    if isFloat(result) && isConverted(cast) { return convert(emitFloat(cast.a), raw: raw) }
    let operand = type(of: cast.a)
    let isNumber = isExactly(operand, .int) || isExactly(operand, .num) || isFloat(operand)
    let isKnown = typing.types[Int(operand)].head != .dyn
    if operand == result && isKnown || isExactly(result, .num) && isNumber {
      return emit(cast.a, raw: raw)
    }
    var copy = cast
    copy.a = emit(cast.a, raw: false)
    return convert(append(copy, result), raw: raw)
  }

  // MARK: - Calls

  private mutating func emitCall(_ index: Int32, _ call: CoreExpression) -> Int32 {
    let callee = expression(call.a)
    switch callee.kind {
    case .global: return emitGlobalCall(index, call, callee)
    case .intrinsic:
      let proof = proof(ofCall: call, callee.a)
      var copy = call
      copy.b = proof.rawValue
      copy.a = append(callee, CoreTyping.simple(.dyn))
      let form = provenForms[Int(callee.a)]
      let mark = pendingOperands.next
      for position in 0..<call.listCount {
        let argument = operand(call, position)
        var isFloat = false
        if proof.rawValue >= 0, case .rawFloat? = form?.operands[Int(position)] { isFloat = true }
        pendingOperands.append(isFloat ? emitFloat(argument) : emit(argument, raw: false))
      }
      return append(
        copy, listFrom: mark, isRaw(index) ? CoreTyping.simple(.rawFloat) : type(of: index))
    case .local where functions.isDirect(callee.a):
      let lambda = expression(functions.lambdas[callee.a])
      var copy = call
      copy.a = append(callee, type(of: call.a))
      let mark = pendingOperands.next
      for position in 0..<call.listCount {
        let parameter = operand(lambda, position)
        pendingOperands.append(emit(operand(call, position), raw: isRawLocal[parameter]))
      }
      return append(
        copy, listFrom: mark, isRaw(index) ? CoreTyping.simple(.rawFloat) : type(of: index))
    default:
      var copy = call
      copy.a = emit(call.a, raw: false)
      return emitItems(copy, type(of: index))
    }
  }

  private mutating func emitGlobalCall(
    _ index: Int32, _ call: CoreExpression, _ callee: CoreExpression
  ) -> Int32 {
    let isAppend = callee.a == wellKnown.append || callee.a == wellKnown.appendOperator
    if isAppend && call.listCount == 2 {
      let proof = proof(
        of: .append, type(of: operand(call, 0)), type(of: operand(call, 1)))
      if proof != .none {
        var copy = call
        copy.kind = .operator
        copy.a = CoreOperator.append.rawValue
        copy.b = proof.rawValue
        return emitItems(copy, type(of: index))
      }
    }
    var copy = call
    copy.a = emitWord(call.a, callee)
    let target = target(call.a)
    let isDirect =
      target >= 0 && source.globals[Int(callee.a)].parameterCount == call.listCount
    let mark = pendingOperands.next
    for position in 0..<call.listCount {
      let isRaw = isDirect && isRawParameter(target, position)
      pendingOperands.append(emit(operand(call, position), raw: isRaw))
    }
    return append(
      copy, listFrom: mark, isRaw(index) ? CoreTyping.simple(.rawFloat) : type(of: index))
  }
}

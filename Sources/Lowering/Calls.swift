import CRailRuntime
import IR
import Semantics
import Support

extension ProgramLowering {
  /// An application of an unknown function passes at most this many arguments at once.
  private static let largestApplication = 16

  // MARK: - Calls by destination

  mutating func lowerCall(_ expression: CoreExpression, to destination: Destination) {
    switch destination {
    case .tail:
      if let value = lowerCall(expression, inTailPosition: true) {
        deliver(value, to: destination)
      }
    case .join: deliver(lowerCall(expression), to: destination)
    }
  }

  mutating func lowerCall(_ expression: CoreExpression) -> ValueID {
    guard let value = lowerCall(expression, inTailPosition: false) else {
      preconditionFailure("only a call in tail position ends its block")
    }
    return value
  }

  /// The value of a call, or `nil` if it has become a tail call, which ends the block.
  private mutating func lowerCall(
    _ expression: CoreExpression, inTailPosition isTail: Bool
  ) -> ValueID? {
    let callee = core.expressions[Int(expression.a)]
    let arguments = core.list(expression)
    switch callee.kind {
    case .global:
      return lowerGlobalCall(expression, callee.a, arguments, isTail)
    case .local:
      if case .function(let lambda) = binding(of: callee.a) {
        return lowerLambdaCall(expression, lambda, arguments, isTail)
      }
    case .intrinsic:
      let arity = intrinsics[Int(callee.a)].arity
      if arguments.count >= arity {
        let values = arguments.map { lowerValue($0) }
        builder.position = position(expression.position)
        if expression.b >= 0 && values.count == arity {
          return lowerProvenIntrinsic(callee.a, values, expression)
        }
        let isLast = isTail && values.count == arity && context.resultType == .word
        guard
          let value = lowerIntrinsic(
            callee.a, Array(values[..<arity]), operand: arguments.first, inTailPosition: isLast)
        else { return nil }
        return applyRest(value, values[arity...], expression, isTail)
      }
    case .constructor:
      let count = Int(core.constructors[Int(callee.a)].fieldCount)
      if count > 0 && arguments.count >= count {
        let values = arguments.map { lowerValue($0) }
        builder.position = position(expression.position)
        let built = builder.allocate(
          header: header(kind: RAIL_KIND_CONSTRUCTOR, aux: Int(callee.a), words: count),
          values[..<count])
        return applyRest(built, values[count...], expression, isTail)
      }
    case .foreign:
      let count = core.foreigns[Int(callee.a)].parameters.count
      if arguments.count >= max(1, count) {
        let values = arguments.map { lowerValue($0) }
        builder.position = position(expression.position)
        let value = lowerForeign(callee.a, Array(values[..<count]))
        return applyRest(value, values[max(1, count)...], expression, isTail)
      }
    default: break
    }
    let function = lowerValue(expression.a)
    let values = arguments.map { lowerValue($0) }
    return apply(function, values[...], expression, isTail)
  }

  // MARK: - Known functions

  private mutating func lowerGlobalCall(
    _ expression: CoreExpression, _ global: Int32, _ arguments: ArraySlice<Int32>, _ isTail: Bool
  ) -> ValueID? {
    let definition = core.globals[Int(global)]
    let arity = Int(definition.parameterCount)
    if arity == 0 {
      let callee = lowerValue(expression.a)
      let values = arguments.map { lowerValue($0) }
      if case .data(let object)? = staticValue(expression.a),
        let (function, arity) = statics.closureFunctions[object], arity <= values.count
      {
        return call(KnownFunction(function, arity: arity), values, expression, isTail)
      }
      return apply(callee, values[...], expression, isTail)
    }
    let values = arguments.map { lowerValue($0) }
    if values.count < arity {
      let code = closureFunction(ofGlobal: global)
      return partial(closureObject(code, arity: arity), arity, values, expression)
    }
    if isTail && values.count == arity, let loop = context.loop, loop.name == .global(global) {
      builder.position = position(expression.position)
      jump(to: loop, values)
      return nil
    }
    let keepsFrame = isPrelude(global) && !isPrelude(context.global) && !mayTransfer(global)
    let known = KnownFunction(
      function(ofGlobal: global), parameters: parameterTypes(ofGlobal: global),
      result: resultType(ofGlobal: global))
    return call(known, values, expression, isTail && !keepsFrame)
  }

  private mutating func jump(to loop: LoopTarget, _ values: [ValueID]) {
    let arguments = values.enumerated().map { position, value in
      adapt(value, to: builder.type(of: builder.parameter(position, of: loop.block)))
    }
    builder.jump(loop.block, arguments)
  }

  private mutating func lowerLambdaCall(
    _ expression: CoreExpression, _ lambda: Int32, _ arguments: ArraySlice<Int32>, _ isTail: Bool
  ) -> ValueID? {
    let info = lambdas[Int(lambda)]
    let arity = Int(core.expressions[Int(info.expression)].listCount)
    let values = arguments.map { lowerValue($0) }
    if values.count < arity {
      return partial(closureObject(ofLambda: lambda), arity, values, expression)
    }
    if isTail && values.count == arity, let loop = context.loop,
      loop.name == .local(info.selfLocal)
    {
      builder.position = position(expression.position)
      jump(to: loop, values)
      return nil
    }
    let captured = info.captures.map { value(ofLocal: $0) }
    let known = KnownFunction(
      function(ofLambda: lambda),
      parameters: captured.map { builder.type(of: $0) } + parameterTypes(ofLambda: lambda),
      result: resultType(ofLambda: lambda))
    return call(known, captured + values, expression, isTail)
  }

  /// A function of the program, and how its parameters and result are passed.
  private struct KnownFunction {
    var function: Int
    var parameters: [IRType]
    var result: IRType

    init(_ function: Int, parameters: [IRType], result: IRType) {
      self.function = function
      self.parameters = parameters
      self.result = result
    }

    /// The code of a closure.
    init(_ function: Int, arity: Int) {
      self.init(function, parameters: Array(repeating: .word, count: arity), result: .word)
    }
  }

  /// Calls a function with at least as many arguments as it takes.
  private mutating func call(
    _ known: KnownFunction, _ values: [ValueID], _ expression: CoreExpression, _ isTail: Bool
  ) -> ValueID? {
    builder.position = position(expression.position)
    let arguments = zip(values, known.parameters).map { adapt($0, to: $1) }
    if values.count == arguments.count && isTail && known.result == context.resultType {
      builder.tailCall(known.function, arguments)
      return nil
    }
    let result = builder.call(known.function, arguments, type: known.result)
    return applyRest(result, values[arguments.count...], expression, isTail)
  }

  /// A closure for a known function of which some arguments are still missing.
  private mutating func partial(
    _ closure: Int32, _ arity: Int, _ values: [ValueID], _ expression: CoreExpression
  ) -> ValueID {
    builder.position = position(expression.position)
    let enter = builder.externalAddress(external("rail_partial_enter"))
    let function = builder.dataAddress(Int(closure))
    let values = values.map { adapt($0, to: .word) }
    return builder.allocate(
      header: header(
        kind: RAIL_KIND_CLOSURE, aux: arity - values.count, words: values.count + 2),
      [enter, function] + values)
  }

  // MARK: - Unknown functions

  private mutating func applyRest(
    _ function: ValueID, _ values: ArraySlice<ValueID>, _ expression: CoreExpression,
    _ isTail: Bool
  ) -> ValueID? {
    values.isEmpty ? function : apply(function, values, expression, isTail)
  }

  private mutating func apply(
    _ function: ValueID, _ values: ArraySlice<ValueID>, _ expression: CoreExpression,
    _ isTail: Bool
  ) -> ValueID? {
    builder.position = position(expression.position)
    var function = function
    let words = values.map { adapt($0, to: .word) }
    var rest = words[...]
    while true {
      let now = rest.prefix(Self.largestApplication)
      rest = rest.dropFirst(now.count)
      largestApplication = max(largestApplication, now.count)
      if rest.isEmpty && isTail && context.resultType == .word {
        // Checked while the frame is still there, so that the error is reported at the place of the call.
        checkFunction(function)
        builder.tailCallValue(function, now)
        return nil
      }
      function = builder.callValue(function, now)
      if rest.isEmpty { return function }
    }
  }

  /// Raises if a value is no function.
  private mutating func checkFunction(_ value: ValueID) {
    let isFunction = builder.makeBlock()
    let isNone = builder.makeBlock(isCold: true)
    builder.branch(
      builder.testKind(value, UInt8(RAIL_KIND_CLOSURE)), then: isFunction, else: isNone)
    builder.begin(isNone)
    callRuntime("rail_not_callable", [value])
    builder.unreachable()
    builder.begin(isFunction)
  }

  // MARK: - Foreign functions

  /// A foreign function of the runtime's table (language.md §10).
  mutating func lowerForeign(_ index: Int32, _ values: [ValueID]) -> ValueID {
    let foreign = core.foreigns[Int(index)]
    let name = interner.string(of: foreign.name)
    let signature = ([foreign.result] + foreign.parameters).map(signatureLetter).joined()
    let arguments = list(of: values)
    let address = builder.externalAddress(external("rail_foreign_" + name))
    let doubled = builder.operation(.add, .raw, address, address)
    return callRuntime(
      "rail_foreign_call",
      [
        builder.operation(.or, .word, doubled, builder.constant(1, .raw)),
        builder.dataAddress(Int(stringObject(Array(name.utf8)))),
        builder.dataAddress(Int(stringObject(Array(signature.utf8)))), arguments,
      ])
  }

  /// How `rail_foreign_call` is told of a kind.
  private func signatureLetter(_ kind: CoreForeign.Kind) -> String {
    switch kind {
    case .int: "i"
    case .string: "s"
    case .pointer: "p"
    case .float: "f"
    case .unit: "u"
    case .any: "a"
    }
  }

  // MARK: - Facts about tail calls

  /// Whether a body calls the function named so, with all its arguments, in tail position.
  func hasSelfTailCall(_ start: Int32, _ name: LoopTarget.Name, _ arity: Int) -> Bool {
    var index = start
    while true {
      let expression = core.expressions[Int(index)]
      switch expression.kind {
      case .let, .letFunction, .destructure, .sequence: index = expression.c
      case .if:
        if hasSelfTailCall(expression.b, name, arity) { return true }
        index = expression.c
      case .match:
        return core.list(expression).contains { arm in
          hasSelfTailCall(core.arms[Int(arm)].body, name, arity)
        }
      case .call:
        let callee = core.expressions[Int(expression.a)]
        guard Int(expression.listCount) == arity else { return false }
        switch callee.kind {
        case .global: return name == .global(callee.a)
        case .local: return name == .local(callee.a)
        default: return false
        }
      default: return false
      }
    }
  }

  /// Whether a prelude function may hand control over for good, by a tail call of a function it was given. If not, user
  /// code calls it with its own frame kept, so that errors in it are reported at the place of the call.
  mutating func mayTransfer(_ global: Int32) -> Bool {
    switch transferStates[Int(global)] {
    case 1, 2: return false
    case 3: return true
    default: break
    }
    transferStates[Int(global)] = 1
    analyse(global: global)
    let result = transfers(core.globals[Int(global)].body, in: global)
    transferStates[Int(global)] = result ? 3 : 2
    return result
  }

  private mutating func transfers(_ start: Int32, in global: Int32) -> Bool {
    var index = start
    while true {
      let expression = core.expressions[Int(index)]
      switch expression.kind {
      case .let, .destructure, .sequence: index = expression.c
      case .letFunction:
        if transfers(core.expressions[Int(expression.b)].a, in: global) { return true }
        index = expression.c
      case .if:
        if transfers(expression.b, in: global) { return true }
        index = expression.c
      case .match:
        for arm in core.list(expression)
        where transfers(core.arms[Int(arm)].body, in: global) { return true }
        return false
      case .call:
        let callee = core.expressions[Int(expression.a)]
        switch callee.kind {
        case .global:
          let arity = core.globals[Int(callee.a)].parameterCount
          return expression.listCount > arity || mayTransfer(callee.a)
        case .intrinsic:
          if case .attempt = intrinsicLowerings[Int(callee.a)] { return true }
          return Int(expression.listCount) > intrinsics[Int(callee.a)].arity
        case .constructor: return false
        case .local:
          // A call of a local function stays inside: its body is looked at where it is bound.
          let first = core.globals[Int(global)].firstLocal
          return namedLambdas[Int(first + callee.a)] < 0
        default: return true
        }
      default: return false
      }
    }
  }
}

import CRailRuntime
import Diagnostics
import IR
import Semantics
import Support

/// Functions that the compiler makes so that what is no Rail function can be passed around as one, by what they wrap.
struct WrapperFunctions {
  var intrinsics: [Int32: Int] = [:]
  var constructors: [Int32: Int] = [:]
  var foreigns: [Int32: Int] = [:]
}

extension ProgramLowering {
  mutating func wrapper(ofIntrinsic index: Int32) -> Int {
    if let known = wrapperFunctions.intrinsics[index] { return known }
    let function = request(.intrinsic(index))
    wrapperFunctions.intrinsics[index] = function
    return function
  }

  mutating func wrapper(ofConstructor index: Int32) -> Int {
    if let known = wrapperFunctions.constructors[index] { return known }
    let function = request(.constructor(index))
    wrapperFunctions.constructors[index] = function
    return function
  }

  mutating func wrapper(ofForeign index: Int32) -> Int {
    if let known = wrapperFunctions.foreigns[index] { return known }
    let function = request(.foreign(index))
    wrapperFunctions.foreigns[index] = function
    return function
  }

  // MARK: - Bodies

  /// Makes one function and adds it to the program. Functions are made in the order of their numbers.
  mutating func lower(_ next: PendingFunction) {
    switch next.body {
    case .main: lowerMain()
    case .global(let global): lowerGlobal(global)
    case .uniform(let global): lowerUniform(global)
    case .constant(let global): lowerConstant(global)
    case .lambda(let expression, let global): lowerLambda(expression, global)
    case .intrinsic(let index): lowerIntrinsicWrapper(index)
    case .constructor(let index): lowerConstructorWrapper(index)
    case .foreign(let index): lowerForeignWrapper(index)
    }
    program.functions.append(builder.finish())
  }

  /// `rail_main`: the value of `main`, applied to the arguments of the program if it takes them.
  private mutating func lowerMain() {
    startMain()
    let function = function(ofGlobal: core.main)
    if core.globals[Int(core.main)].parameterCount == 0 {
      builder.tailCall(function, [])
    } else {
      let arguments = callRuntime("rail_command_line", [builder.int(0)])
      let type = resultType(ofGlobal: core.main)
      if type == .word {
        builder.tailCall(function, [arguments])
      } else {
        builder.return(adapt(builder.call(function, [arguments], type: type), to: .word))
      }
    }
  }

  /// Takes and gives words for a global that takes or gives raw floats. Such a function never calls a closure in tail
  /// position, so the frame that waits for its result to be boxed cannot pile up.
  private mutating func lowerUniform(_ global: Int32) {
    let definition = core.globals[Int(global)]
    let types = parameterTypes(ofGlobal: global)
    enter(global: global)
    start(
      name: interner.string(of: definition.name), parameterCount: types.count,
      flags: hidden | self.definition(at: definition.start, isLambda: false))
    let arguments = types.enumerated().map { adapt(builder.parameter($0), to: $1) }
    let function = function(ofGlobal: global)
    let result = resultType(ofGlobal: global)
    if result == .word {
      builder.tailCall(function, arguments)
    } else {
      builder.return(adapt(builder.call(function, arguments, type: result), to: .word))
    }
  }

  mutating func startMain() {
    enter(global: -1)
    start(name: "rail_main", parameterCount: 0, flags: hidden)
  }

  private mutating func lowerGlobal(_ global: Int32) {
    let definition = core.globals[Int(global)]
    enter(global: global)
    let types = parameterTypes(ofGlobal: global)
    start(
      name: interner.string(of: definition.name), parameters: types,
      result: resultType(ofGlobal: global),
      flags: flags(ofGlobal: global) | self.definition(at: definition.start, isLambda: false),
      position: position(definition.start))
    beginBody(
      definition.body, name: .global(global), parameters: Array(0..<Int32(types.count)),
      values: types.indices.map { builder.parameter($0) }, prefix: [])
  }

  private mutating func lowerLambda(_ index: Int32, _ global: Int32) {
    enter(global: global)
    let expression = core.expressions[Int(index)]
    let lambda = lambda(at: index)
    let info = lambdas[Int(lambda)]
    let parameters = Array(core.list(expression))
    let name =
      expression.b >= 0
      ? interner.string(of: .init(index: expression.b)) : "lambda"
    let isClosure = info.isClosure
    let leading = isClosure ? 0 : info.captures.count
    let captures = info.captures.map { representation(ofLocal: $0, in: global) }
    start(
      name: name,
      parameters: (isClosure ? [] : captures) + parameterTypes(ofLambda: lambda),
      result: resultType(ofLambda: lambda), hasEnvironment: isClosure,
      flags: flags(ofGlobal: global) | definition(at: expression.start, isLambda: true),
      position: position(expression.start))
    var prefix: [ValueID] = []
    for (position, local) in info.captures.enumerated() {
      if isClosure {
        let word = builder.load(.word, builder.environment, offset: 8 * (position + 1))
        bind(local, adapt(word, to: captures[position]))
      } else {
        bind(local, builder.parameter(position))
        prefix.append(builder.parameter(position))
      }
    }
    if info.selfLocal >= 0 && isClosure { bind(info.selfLocal, builder.environment) }
    beginBody(
      expression.a, name: .local(info.selfLocal), parameters: parameters,
      values: parameters.enumerated().map { position, local in
        adapt(
          builder.parameter(leading + position), to: representation(ofLocal: local, in: global))
      }, prefix: prefix)
  }

  /// Binds the parameters and lowers the body; if it calls itself in tail position, in a loop.
  private mutating func beginBody(
    _ body: Int32, name: LoopTarget.Name, parameters: [Int32], values: [ValueID],
    prefix: [ValueID]
  ) {
    var values = values
    if name != .local(-1) && !parameters.isEmpty
      && hasSelfTailCall(body, name, parameters.count)
    {
      let block = builder.makeBlock(parameters: values.map { builder.type(of: $0) })
      builder.jump(block, values)
      builder.begin(block)
      values = values.indices.map { builder.parameter($0, of: block) }
      context.loop = LoopTarget(
        name: name, parameterCount: values.count, block: block, prefix: prefix)
    }
    for (local, value) in zip(parameters, values) { bind(local, value) }
    lower(body, to: .tail)
  }

  private mutating func lowerIntrinsicWrapper(_ index: Int32) {
    let intrinsic = intrinsics[Int(index)]
    enter(global: -1)
    start(name: "\(intrinsic.name)", parameterCount: intrinsic.arity, flags: prelude)
    let parameters = (0..<intrinsic.arity).map { builder.parameter($0) }
    if let value = lowerIntrinsic(index, parameters, inTailPosition: true) {
      builder.return(value)
    }
  }

  private mutating func lowerConstructorWrapper(_ index: Int32) {
    let constructor = core.constructors[Int(index)]
    let count = Int(constructor.fieldCount)
    enter(global: -1)
    start(name: interner.string(of: constructor.name), parameterCount: count, flags: prelude)
    let parameters = (0..<count).map { builder.parameter($0) }
    builder.return(
      builder.allocate(
        header: header(kind: RAIL_KIND_CONSTRUCTOR, aux: Int(index), words: count), parameters))
  }

  private mutating func lowerForeignWrapper(_ index: Int32) {
    let foreign = core.foreigns[Int(index)]
    enter(global: -1)
    let count = foreign.parameters.count
    start(
      name: interner.string(of: foreign.name), parameterCount: max(1, count), flags: prelude)
    let parameters = (0..<count).map { builder.parameter($0) }
    builder.return(lowerForeign(index, parameters))
  }

  // MARK: - Constants

  /// The accessor of a constant: its slot's value; at the first call, computes it.
  private mutating func lowerConstant(_ global: Int32) {
    let definition = core.globals[Int(global)]
    enter(global: global)
    start(
      name: interner.string(of: definition.name), parameterCount: 0,
      flags: flags(ofGlobal: global), position: position(definition.start))
    if let value = staticValue(definition.body) {
      builder.return(emit(value))
      return
    }
    if global == core.main && !isMainMentioned {
      builder.return(adapt(lowerValue(definition.body), to: .word))
      return
    }
    let slot = slot(ofGlobal: global)
    let done = builder.makeBlock()
    let notDone = builder.makeBlock(isCold: true)
    let value = builder.load(.word, builder.globalAddress(slot))
    // The low bytes of the states without a value differ in one bit.
    let states = UInt64(RAIL_UNINITIALISED ^ RAIL_INITIALISING)
    let lowByte = builder.operation(
      .and, .raw, value, builder.constant(Int64(0xFF & ~states), .raw))
    builder.branch(
      builder.compare(
        .equal, lowByte, builder.constant(Int64(RAIL_UNINITIALISED) & ~Int64(states), .raw)),
      then: notDone, else: done)
    builder.begin(done)
    builder.return(value)
    builder.begin(notDone)
    initialise(global, slot, value)
  }

  /// Computes a constant. Meanwhile its slot holds the one that is at the head of the list of those being computed,
  /// and is there itself (`RAIL_INITIALISING` in the ABI header).
  private mutating func initialise(_ global: Int32, _ slot: Int, _ state: ValueID) {
    let definition = core.globals[Int(global)]
    let evaluate = builder.makeBlock(isCold: true)
    let cycle = builder.makeBlock(isCold: true)
    builder.branch(isWord(state, UInt64(RAIL_UNINITIALISED)), then: evaluate, else: cycle)
    builder.begin(cycle)
    builder.position = position(definition.start)
    let name = stringObject(Array(interner.bytes(of: definition.name)))
    callRuntime("rail_constant_cycle", [builder.dataAddress(Int(name))])
    builder.unreachable()
    builder.begin(evaluate)
    let head = builder.globalAddress(0)
    let enclosing = builder.load(.word, head)
    builder.store(builder.globalAddress(slot), enclosing)
    let link = slot << Int(RAIL_NULLARY_SHIFT) | Int(RAIL_INITIALISING)
    builder.store(builder.globalAddress(0), builder.constant(Int64(link)))
    let result = adapt(lowerValue(definition.body), to: .word)
    builder.store(builder.globalAddress(0), enclosing)
    builder.store(builder.globalAddress(slot), result)
    builder.return(result)
  }

  // MARK: - Application of unknown functions

  /// Makes `rail_apply_N` for every N up to the largest in use.
  mutating func lowerApplyFunctions() {
    guard largestApplication > 0 else { return }
    for count in 1...largestApplication {
      lowerApply(count)
      program.applyFunctions.append((count, Int32(program.functions.count)))
      program.functions.append(builder.finish())
    }
  }

  /// `rail_apply_N`: calls a function of N parameters, makes a partial application of one with more, and goes on applying the
  /// result of one with fewer (eval/apply: Marlow & Peyton Jones, JFP 2006).
  private mutating func lowerApply(_ count: Int) {
    enter(global: -1)
    start(name: "rail_apply_\(count)", parameterCount: count, hasEnvironment: true, flags: hidden)
    let callee = builder.environment
    let arguments = (0..<count).map { builder.parameter($0) }
    let isFunction = builder.makeBlock()
    let isNone = builder.makeBlock(isCold: true)
    builder.branch(
      builder.testKind(callee, UInt8(RAIL_KIND_CLOSURE)), then: isFunction, else: isNone)
    builder.begin(isNone)
    callRuntime("rail_not_callable", [callee])
    builder.unreachable()

    builder.begin(isFunction)
    let arity = builder.operation(
      .shiftRightLogical, .raw, builder.load32(callee, offset: -8),
      builder.constant(Int64(RAIL_AUX_SHIFT), .raw))
    let exact = builder.makeBlock()
    let inexact = builder.makeBlock()
    builder.branch(
      builder.compare(.equal, arity, builder.constant(Int64(count), .raw)), then: exact,
      else: inexact)
    builder.begin(exact)
    builder.tailCallClosure(callee, arguments)
    builder.begin(inexact)
    let tooFew = builder.makeBlock()
    var next = builder.makeBlock()
    builder.branch(
      builder.compare(.greater, arity, builder.constant(Int64(count), .raw)), then: tooFew,
      else: next)
    builder.begin(tooFew)
    builder.return(partialApplication(of: callee, arity: arity, arguments))
    builder.begin(next)
    for taken in stride(from: count - 1, to: 0, by: -1) {
      let matches = builder.makeBlock()
      next = builder.makeBlock()
      builder.branch(
        builder.compare(.equal, arity, builder.constant(Int64(taken), .raw)), then: matches,
        else: next)
      builder.begin(matches)
      let result = builder.callClosure(callee, arguments[..<taken])
      builder.tailCallValue(result, arguments[taken...])
      builder.begin(next)
    }
    builder.unreachable()
  }

  /// A closure for a function of which fewer arguments are given than its `arity` (raw).
  private mutating func partialApplication(
    of callee: ValueID, arity: ValueID, _ arguments: [ValueID]
  ) -> ValueID {
    let enter = builder.externalAddress(external("rail_partial_enter"))
    let start = header(kind: RAIL_KIND_CLOSURE, words: arguments.count + 2)
    let closure = builder.allocate(header: start, [enter, callee] + arguments)
    let remaining = builder.operation(
      .subtract, .raw, arity, builder.constant(Int64(arguments.count), .raw))
    let aux = builder.operation(
      .shiftLeft, .raw, remaining, builder.constant(Int64(RAIL_AUX_SHIFT), .raw))
    let complete = builder.operation(
      .or, .raw, aux, builder.constant(Int64(bitPattern: start), .raw))
    builder.store(closure, offset: -8, complete)
    return closure
  }

  // MARK: - Facts about functions

  private var hidden: UInt32 { UInt32(RAIL_FUNCTION_HIDDEN) }
  private var prelude: UInt32 { UInt32(RAIL_FUNCTION_PRELUDE) }

  func isPrelude(_ global: Int32) -> Bool {
    sources[core.globals[Int(global)].file].isPrelude
  }

  private func flags(ofGlobal global: Int32) -> UInt32 { isPrelude(global) ? prelude : 0 }

  /// In typed Core a definition may have several functions, which are equal as values: the number that they
  /// share, in the place that it has among the flags.
  private func definition(at offset: UInt32, isLambda: Bool) -> UInt32 {
    let limit = UInt32.max >> UInt32(RAIL_FUNCTION_DEFINITION_SHIFT + 1)
    guard core.typing != nil, offset < limit else { return 0 }
    return ((offset + 1) << 1 | (isLambda ? 1 : 0)) << UInt32(RAIL_FUNCTION_DEFINITION_SHIFT)
  }
}

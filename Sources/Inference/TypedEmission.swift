import Semantics

/// Makes typed Core of solved instances: names of globals become names of instances, proofs are
/// noted at operations, and conversions are made explicit.
///
/// What is held as a raw float: the results of float arithmetic, parameters of functions that are
/// only called directly, results of such functions (``ResultRepresentations``), and `let` locals
/// bound to one of these. Everything that comes out of a structure or a closure is boxed, and so is
/// what goes in.
struct TypedEmission: ~Copyable {
  let source: CoreProgram
  let wellKnown: WellKnownFunctions
  let provenForms: [(operands: [ProvenOperand], result: ProvenResult)?]
  var solved: SolvedInstances
  var output: CoreProgram
  var typing: CoreTyping
  /// By instance: its place among the instances of the result, or -1.
  var places: [Int32]
  /// The instances that are needed, in the order of their first mention.
  var order: [Int32] = []
  var results = ResultRepresentations()
  var parameters = ParameterRepresentations()
  /// Whether types are asserted at run time.
  var assertsTypes = false
  /// By place: the unit of the instance, and the first of its local functions.
  var units: [Int32] = []
  var firstLocalUnits: [Int32] = []
  /// By place: the first parameter of the instance, and of its local functions, in `parameters`.
  var firstParameters: [Int32] = []
  var firstLocalParameters: [Int32] = []

  // MARK: The instance at hand
  var instance: Instance
  var firstExpression: Int32 = 0
  var firstLocal: Int32 = 0
  var functions = LocalFunctions()
  /// By expression, from the first on: whether its value comes as a raw float.
  var isNaturallyRaw = GrowableBuffer<Bool>()
  /// By local: whether it is held as a raw float.
  var isRawLocal = GrowableBuffer<Bool>()
  var valueOfLocal = GrowableBuffer<Int32>()
  var chain: [ChainLink] = []
  var pendingOperands = GrowableBuffer<Int32>()

  /// A binding or condition whose last part is still to be emitted.
  struct ChainLink {
    var expression: Int32
    var a: Int32
    var b: Int32
  }

  init(
    _ source: CoreProgram, wellKnown: WellKnownFunctions, _ solved: consuming SolvedInstances
  ) {
    self.source = source
    self.wellKnown = wellKnown
    provenForms = intrinsics.map(\.provenForm)
    output = source
    typing = solved.types.typing
    places = [Int32](repeating: -1, count: solved.instances.count)
    instance = solved.instances[Int(solved.main)]
    self.solved = solved
  }

  mutating func run() -> CoreProgram {
    reserve()
    request(solved.main)
    var next = 0
    while next < order.count {
      enter(order[next])
      analyse(order[next])
      next += 1
    }
    parameters.solve()
    results.solve(parameters)
    typing.firstInstance = Int32(source.globals.count)
    for index in order {
      emit(instance: index)
      typing.sourceOfInstance.append(instance.source)
    }
    output.main = typing.firstInstance
    output.typing = typing
    return output
  }

  /// The definitions of the source program assume nothing.
  private mutating func reserve() {
    let dyn = CoreTyping.simple(.dyn)
    let expressions = source.expressions.count + solved.expressionTypes.count
    typing.ofExpression.reserveCapacity(expressions + expressions / 8)
    typing.ofExpression.append(contentsOf: repeatElement(dyn, count: source.expressions.count))
    typing.ofLocal.reserveCapacity(source.locals.count + solved.localTypes.count)
    typing.ofLocal.append(contentsOf: repeatElement(dyn, count: source.locals.count))
    output.expressions.reserveCapacity(expressions + expressions / 8)
    output.operands.reserveCapacity(2 * source.operands.count)
    output.arms.reserveCapacity(2 * source.arms.count)
    output.locals.reserveCapacity(source.locals.count + solved.localTypes.count)
  }

  /// The number of an instance among the globals of the result.
  mutating func number(of index: Int32) -> Int32 {
    Int32(source.globals.count) + places[Int(index)]
  }

  mutating func request(_ index: Int32) {
    if places[Int(index)] >= 0 { return }
    places[Int(index)] = Int32(order.count)
    order.append(index)
    units.append(results.addUnit())
    firstLocalUnits.append(-1)
    firstParameters.append(parameters.count)
    firstLocalParameters.append(-1)
    let source = source.globals[Int(solved.instances[Int(index)].source)]
    for position in 0..<source.parameterCount {
      parameters.add(isFloat: isFloat(parameterType(index, position)))
    }
  }

  /// Whether a parameter of an instance is passed as a raw float.
  mutating func isRawParameter(_ index: Int32, _ position: Int32) -> Bool {
    parameters.isRaw(firstParameters[Int(places[Int(index)])] + position)
  }

  mutating func enter(_ index: Int32) {
    instance = solved.instances[Int(index)]
    let global = source.globals[Int(instance.source)]
    firstExpression = range(of: instance.source).lowerBound
    firstLocal = global.firstLocal
  }

  /// The expressions of a definition: those behind the body of the one before.
  mutating func range(of global: Int32) -> Range<Int32> {
    source.firstExpression(of: global)..<(source.globals[Int(global)].body + 1)
  }

  // MARK: - Types
  //
  // Here and below functions are `mutating` that change nothing: for a borrowed `self` the compiler
  // would copy the whole of it at each call.

  @inline(__always) mutating func expression(_ index: Int32) -> CoreExpression {
    source.expressions[Int(index)]
  }

  @inline(__always) mutating func operand(_ expression: CoreExpression, _ position: Int32) -> Int32
  {
    source.operands[Int(expression.listStart + position)]
  }

  /// The type of an expression of the instance at hand; see ``SolvedInstances/expressionTypes``.
  @inline(__always) mutating func column(_ index: Int32) -> Int32 {
    solved.expressionTypes[instance.firstType + index - firstExpression]
  }

  /// What a call of an instance with all its arguments gives.
  mutating func resultType(ofInstance index: Int32) -> Int32 {
    let target = solved.instances[Int(index)]
    var type = target.key
    for _ in 0..<source.globals[Int(target.source)].parameterCount { type = typing.part(type, 1) }
    return type
  }

  /// The instance that the name of a global stands for, or -1 if it stands for itself.
  mutating func target(_ index: Int32) -> Int32 {
    let instance = column(index)
    let known = solved.instances[Int(instance)]
    if known.isOriginal { return -1 }
    return known.standIn >= 0 ? known.standIn : instance
  }

  mutating func type(of index: Int32) -> Int32 {
    let type = column(index)
    return expression(index).kind == .global ? solved.instances[Int(type)].key : type
  }

  mutating func localType(_ local: Int32) -> Int32 {
    solved.localTypes[instance.firstLocal + local]
  }

  mutating func parameterType(_ index: Int32, _ position: Int32) -> Int32 {
    solved.localTypes[solved.instances[Int(index)].firstLocal + position]
  }

  @inline(__always) mutating func isExactly(_ type: Int32, _ head: CoreTypeHead) -> Bool {
    typing.isExactly(type, head)
  }

  mutating func isFloat(_ type: Int32) -> Bool { type == CoreTyping.simple(.float) }

  // MARK: - Proofs

  /// What can be taken for granted of the operands of an operator.
  mutating func proof(of next: CoreExpression) -> CoreOperandProof {
    guard let operation = CoreOperator(rawValue: next.a) else { return .none }
    let left = type(of: operand(next, 0))
    if operation == .negate {
      return isExactly(left, .int) ? .int : isFloat(left) ? .float : .none
    }
    return proof(of: operation, left, type(of: operand(next, 1)))
  }

  mutating func proof(of operation: CoreOperator, _ left: Int32, _ right: Int32) -> CoreOperandProof
  {
    let isText = isExactly(left, .string) && isExactly(right, .string)
    switch operation {
    case .cons: return isExactly(right, .list) ? .list : .none
    case .append:
      if isText { return .string }
      return isExactly(left, .list) && isExactly(right, .list) ? .list : .none
    case .add, .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual:
      if isText { return .string }
    case .subtract, .multiply, .divide, .remainder, .negate: break
    }
    if isExactly(left, .int) && isExactly(right, .int) { return .int }
    // What is combined or compared with a float is converted by the language.
    if isFloat(left) && isNumber(right) || isNumber(left) && isFloat(right) { return .float }
    return .none
  }

  private mutating func isNumber(_ type: Int32) -> Bool {
    isFloat(type) || isExactly(type, .int) || isIntOrFloat(type)
  }

  /// Whether a value may be an int or a float, and nothing else.
  mutating func isIntOrFloat(_ type: Int32) -> Bool {
    let known = typing.types[Int(type)]
    return known.head == .num && known.extras.isEmpty
      || known.head == .float && known.extras == .zero
  }

  /// What can be taken for granted of a call of an intrinsic with all its arguments.
  mutating func proof(ofCall call: CoreExpression, _ intrinsic: Int32) -> CoreCallProof {
    guard let form = provenForms[Int(intrinsic)], form.operands.count == Int(call.listCount) else {
      return .none
    }
    let isNonEmpty = column(call.a) == CoreCallProof.nonEmpty.rawValue
    for (position, wanted) in form.operands.enumerated() {
      let type = type(of: operand(call, Int32(position)))
      let fits: Bool
      switch wanted {
      case .any: fits = true
      case .int: fits = isExactly(type, .int)
      // An int stays what it is in `to_int`; all others convert it.
      case .rawFloat: fits = intrinsic == wellKnown.toInt ? isFloat(type) : isNumber(type)
      case .string: fits = isExactly(type, .string)
      case .bytes: fits = isExactly(type, .bytes)
      case .list: fits = isExactly(type, .list)
      case .array: fits = isExactly(type, .array)
      case .floatArray: fits = isExactly(type, .floatArray)
      }
      if !fits { return isNonEmpty ? .onlyNonEmpty : .none }
    }
    return isNonEmpty ? .nonEmpty : .operands
  }

  /// Whether a condition is true, if the types of locals decide it.
  mutating func truth(_ index: Int32) -> Bool? {
    let next = expression(index)
    switch next.kind {
    case .and:
      guard let left = truth(next.a) else { return nil }
      return left ? truth(next.b) : false
    case .or:
      guard let left = truth(next.a) else { return nil }
      return left ? true : truth(next.b)
    case .call:
      guard let heads = wellKnown.test(expression(next.a)), next.listCount == 1,
        expression(operand(next, 0)).kind == .local
      else { return nil }
      let type = typing.types[Int(type(of: operand(next, 0)))]
      if !type.extras.isEmpty || type.head == .dyn || type.head == .nothing { return nil }
      if heads.contains(type.head) { return true }
      return type.head == .num ? nil : false
    default: return nil
    }
  }

  /// A conversion to a float of what is one already: the operand of such a call, or -1.
  mutating func operandOfIdentity(_ call: CoreExpression) -> Int32 {
    let callee = expression(call.a)
    guard callee.kind == .intrinsic, call.listCount == 1 else { return -1 }
    let type = type(of: operand(call, 0))
    if callee.a == wellKnown.toFloat && isFloat(type) { return operand(call, 0) }
    if callee.a == wellKnown.toInt && isExactly(type, .int) { return operand(call, 0) }
    return -1
  }
}

/// The functions that specialisation treats specially.
struct WellKnownFunctions {
  /// `append` and the function behind `++`.
  var append: Int32
  var appendOperator: Int32
  var toFloat: Int32
  var toInt: Int32
  /// `try`
  var attempt: Int32
  /// The functions that test the kind of their only argument, and the kinds for which they give 1;
  /// of globals and of intrinsics.
  private var globalTests: [(function: Int32, heads: [CoreTypeHead])] = []
  private var intrinsicTests: [(function: Int32, heads: [CoreTypeHead])] = []

  init(_ inference: borrowing TypeInference) {
    append = inference.appendFunction
    appendOperator = inference.appendOperator
    func intrinsic(_ name: String) -> Int32 {
      Int32(intrinsics.firstIndex { $0.name.description == name } ?? -1)
    }
    toFloat = intrinsic("to_float")
    toInt = intrinsic("to_int")
    attempt = intrinsic("try")
    intrinsicTests = [
      (intrinsic("is_int"), [.int]), (intrinsic("is_string"), [.string]),
      (intrinsic("is_list"), [.list]), (intrinsic("is_function"), [.function]),
    ]
    let globals = inference.program.preludeGlobals
    for (name, heads) in [
      ("_is_float", [CoreTypeHead.float]), ("_is_number", [.int, .float, .num]),
      ("_is_array", [.array]),
    ] {
      if let global = globals[name] { globalTests.append((global, heads)) }
    }
  }

  /// The kinds for which a function gives 1, if it tests kinds.
  func test(_ callee: CoreExpression) -> [CoreTypeHead]? {
    switch callee.kind {
    case .global: globalTests.first { $0.function == callee.a }?.heads
    case .intrinsic: intrinsicTests.first { $0.function == callee.a }?.heads
    default: nil
    }
  }
}

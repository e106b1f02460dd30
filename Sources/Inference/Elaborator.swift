import Diagnostics
import Semantics
import Support

/// Copies a program, expression by expression, with casts put in. Parts still stand before what
/// they are parts of, and the expressions of a definition still stand together.
struct Elaborator {
  private let program: CoreProgram
  private(set) var result: CoreProgram
  private let casts: [PlannedCast]
  /// How the messages of casts begin.
  private let texts: [DeclaredDemand: [UInt8]]
  /// By expression: the index in `casts` of the cast of its value, or -1.
  private var castOf: [Int32]
  /// By expression of the old program: the expression that stands for it.
  private(set) var newIndex: [Int32] = []
  /// By global and by constructor: the function that is passed around instead, or -1.
  private var wrapperOfGlobal: [Int32]
  private var wrapperOfConstructor: [Int32]
  private var wrapped: [Wrapped] = []
  private var textIndices: [DeclaredDemand: Int32] = [:]

  private enum Wrapped {
    case global(CoreSignature)
    case constructor(Int32)
  }

  init(_ program: CoreProgram, casts: [PlannedCast], texts: [DeclaredDemand: [UInt8]]) {
    self.program = program
    result = program
    self.casts = casts
    self.texts = texts
    castOf = [Int32](repeating: -1, count: program.expressions.count)
    for (index, cast) in casts.enumerated()
    where castOf[Int(cast.site)] < 0 && !program.declarations.isAny(cast.demand.declared) {
      castOf[Int(cast.site)] = Int32(index)
    }
    wrapperOfGlobal = [Int32](repeating: -1, count: program.globals.count)
    wrapperOfConstructor = [Int32](repeating: -1, count: program.constructors.count)
    findWrappers()
  }

  var isNeeded: Bool { !wrapped.isEmpty || castOf.contains { $0 >= 0 } }

  mutating func run() {
    result.expressions.removeAll(keepingCapacity: true)
    newIndex.reserveCapacity(program.expressions.count)
    for index in program.expressions.indices { copy(Int32(index)) }
    for index in result.arms.indices {
      let arm = result.arms[index]
      if arm.guardExpression >= 0 {
        result.arms[index].guardExpression = newIndex[Int(arm.guardExpression)]
      }
      result.arms[index].body = newIndex[Int(arm.body)]
    }
    for index in result.globals.indices where result.globals[index].body >= 0 {
      result.globals[index].body = newIndex[Int(result.globals[index].body)]
    }
    for function in wrapped { addWrapper(function) }
  }

  // MARK: - Expressions

  private mutating func copy(_ index: Int32) {
    var expression = program.expressions[Int(index)]
    func moved(_ part: Int32) -> Int32 { part < 0 ? part : newIndex[Int(part)] }
    switch expression.kind {
    case .integer, .float, .string, .null, .unit, .nil_, .local, .intrinsic, .foreign, .error: break
    case .global:
      let wrapper = wrapperOfGlobal[Int(expression.a)]
      if wrapper >= 0 && !isCallee[Int(index)] { expression.a = wrapper }
    case .constructor:
      let wrapper = wrapperOfConstructor[Int(expression.a)]
      if wrapper >= 0 && !isCallee[Int(index)] {
        expression.kind = .global
        expression.a = wrapper
      }
    case .call, .update:
      expression.a = moved(expression.a)
      moveList(expression)
    case .operator, .tuple, .list, .construct, .interpolation: moveList(expression)
    case .coerce, .cast, .field, .lambda, .match: expression.a = moved(expression.a)
    case .and, .or:
      expression.a = moved(expression.a)
      expression.b = moved(expression.b)
    case .if:
      expression.a = moved(expression.a)
      expression.b = moved(expression.b)
      expression.c = moved(expression.c)
    case .let, .letFunction, .destructure, .sequence:
      expression.b = moved(expression.b)
      expression.c = moved(expression.c)
    }
    if castOf[Int(index)] < 0 {
      newIndex.append(add(expression))
      return
    }
    let demand = casts[Int(castOf[Int(index)])].demand
    if let float = floatLiteral(expression, demand.declared) {
      newIndex.append(add(float))
    } else {
      newIndex.append(addCast(of: add(expression), to: demand, expression))
    }
  }

  private mutating func moveList(_ expression: CoreExpression) {
    for index in Int(expression.listStart)..<Int(expression.listStart + expression.listCount) {
      result.operands[index] = newIndex[Int(program.operands[index])]
    }
  }

  private mutating func add(_ expression: CoreExpression) -> Int32 {
    result.expressions.append(expression)
    return Int32(result.expressions.count - 1)
  }

  /// An int literal where a float is declared.
  private mutating func floatLiteral(
    _ expression: CoreExpression, _ declared: Int32
  ) -> CoreExpression? {
    guard expression.kind == .integer,
      program.declarations.types[Int(declared)].kind == .float,
      program.declarations.types[Int(declared)].extras.isEmpty
    else { return nil }
    let number = Int64(expression.b) << 32 | Int64(UInt32(bitPattern: expression.a))
    result.floats.append(Double(number))
    return CoreExpression(
      .float, a: Int32(result.floats.count - 1), start: expression.start, end: expression.end,
      position: expression.position)
  }

  private mutating func addCast(
    of operand: Int32, to demand: DeclaredDemand, _ place: CoreExpression
  ) -> Int32 {
    var text = textIndices[demand] ?? -1
    if text < 0 {
      text = Int32(result.strings.count)
      result.strings.append(texts[demand] ?? [])
      textIndices[demand] = text
    }
    return add(
      CoreExpression(
        .cast, a: operand, b: demand.declared, c: text, start: place.start, end: place.end,
        position: place.start))
  }

  // MARK: - Functions that are passed around

  /// By expression: whether it is a function that is called with all its arguments.
  private var isCallee: [Bool] = []

  private mutating func findWrappers() {
    let needsWrapper = globalsThatConvert()
    isCallee = [Bool](repeating: false, count: program.expressions.count)
    if needsWrapper.isEmpty && !program.constructors.contains(where: \.hasTypedFields) { return }
    for expression in program.expressions where expression.kind == .call {
      let callee = program.expressions[Int(expression.a)]
      switch callee.kind {
      case .global:
        let count = program.globals[Int(callee.a)].parameterCount
        isCallee[Int(expression.a)] = count > 0 && expression.listCount >= count
      case .constructor:
        let count = program.constructors[Int(callee.a)].fieldCount
        isCallee[Int(expression.a)] = expression.listCount >= count
      default: break
      }
    }
    for (index, expression) in program.expressions.enumerated() where !isCallee[index] {
      let next = Int32(program.globals.count + wrapped.count)
      switch expression.kind {
      case .global:
        guard wrapperOfGlobal[Int(expression.a)] < 0, let signature = needsWrapper[expression.a]
        else { continue }
        wrapperOfGlobal[Int(expression.a)] = next
        wrapped.append(.global(signature))
      case .constructor where program.constructors[Int(expression.a)].hasTypedFields:
        guard wrapperOfConstructor[Int(expression.a)] < 0 else { continue }
        wrapperOfConstructor[Int(expression.a)] = next
        wrapped.append(.constructor(expression.a))
      default: break
      }
    }
  }

  /// The functions with a parameter of which not every value will do; only looked up.
  private func globalsThatConvert() -> [Int32: CoreSignature] {
    var found: [Int32: CoreSignature] = [:]
    for signature in program.declarations.signatures
    where program.globals[Int(signature.global)].signature >= 0
      && !signature.parameters.allSatisfy({ program.declarations.isAny($0) })
    {
      found[signature.global] = signature
    }
    return found
  }

  /// `f p1 … pn = f (cast p1) … (cast pn)`
  private mutating func addWrapper(_ function: Wrapped) {
    switch function {
    case .global(let signature):
      let global = program.globals[Int(signature.global)]
      let place = CoreExpression(
        .global, a: signature.global, start: global.start, end: global.end, position: global.start)
      addFunction(like: global, fields: signature.parameters, place) { elaborator, arguments in
        let callee = elaborator.add(place)
        return elaborator.addList(.call, a: callee, arguments, place)
      }
    case .constructor(let index):
      let constructor = program.constructors[Int(index)]
      let range = program.declarations.types[Int(constructor.fieldTypes[0])].range
      let global = CoreGlobal(
        name: constructor.name, file: range.file, start: range.start, end: range.end,
        parameterCount: constructor.fieldCount)
      let place = CoreExpression(
        .construct, a: index, start: range.start, end: range.end, position: range.start)
      addFunction(like: global, fields: constructor.fieldTypes, place) { elaborator, arguments in
        elaborator.addList(.construct, a: index, arguments, place)
      }
    }
  }

  private mutating func addFunction(
    like model: CoreGlobal, fields: [Int32], _ place: CoreExpression,
    body: (inout Elaborator, [Int32]) -> Int32
  ) {
    var global = model
    global.signature = -1
    global.firstLocal = Int32(result.locals.count)
    global.localCount = Int32(fields.count)
    var arguments: [Int32] = []
    for (position, declared) in fields.enumerated() {
      let isNamed = model.body >= 0
      result.locals.append(
        isNamed
          ? program.locals[Int(model.firstLocal) + position]
          : CoreLocal(name: .init(index: -1), start: place.start))
      var argument = place
      argument.kind = .local
      argument.a = Int32(position)
      let local = add(argument)
      arguments.append(
        program.declarations.isAny(declared)
          ? local : addCast(of: local, to: .whole(declared), place))
    }
    global.body = body(&self, arguments)
    result.globals.append(global)
  }

  private mutating func addList(
    _ kind: CoreKind, a: Int32, _ list: [Int32], _ place: CoreExpression
  ) -> Int32 {
    let start = Int32(result.operands.count)
    result.operands.append(contentsOf: list)
    return add(
      CoreExpression(
        kind, a: a, listStart: start, listCount: Int32(list.count), start: place.start,
        end: place.end, position: place.position))
  }
}

import Semantics

/// Decides which functions return raw floats: the greatest fixpoint of "every way out gives a
/// float, and none is a call of something that returns a word". A call in tail position thus never
/// needs a conversion behind it that would keep its caller's frame, as long as control stays among
/// functions that return raw floats; and from these it never leads to others.
struct ResultRepresentations {
  /// By unit, an instance or local function: whether it returns a raw float.
  private(set) var isRaw: [Bool] = []
  /// The calls in tail position, from callee to caller.
  private var calls: [(callee: Int32, caller: Int32)] = []
  /// Units that give back parameters: if one of them is a raw float, so is the result.
  private var returned: [(unit: Int32, parameter: Int32)] = []

  mutating func addUnit() -> Int32 {
    isRaw.append(false)
    return Int32(isRaw.count - 1)
  }

  mutating func propose(_ unit: Int32) { isRaw[Int(unit)] = true }

  /// Proposes a unit that returns a parameter, provided that the parameter is a raw float.
  mutating func propose(_ unit: Int32, ifRaw parameter: Int32) {
    returned.append((unit, parameter))
  }

  mutating func add(callIn caller: Int32, of callee: Int32) { calls.append((callee, caller)) }

  mutating func solve(_ parameters: ParameterRepresentations) {
    for (unit, parameter) in returned where parameters.isRaw(parameter) { propose(unit) }
    calls.sort { ($0.callee, $0.caller) < ($1.callee, $1.caller) }
    var starts = [Int](repeating: 0, count: isRaw.count + 1)
    for (callee, _) in calls { starts[Int(callee) + 1] += 1 }
    for unit in isRaw.indices { starts[unit + 1] += starts[unit] }
    var pending: [Int] = []
    for unit in isRaw.indices where !isRaw[unit] { pending.append(unit) }
    while let unit = pending.popLast() {
      for index in starts[unit]..<starts[unit + 1] where isRaw[Int(calls[index].caller)] {
        isRaw[Int(calls[index].caller)] = false
        pending.append(Int(calls[index].caller))
      }
    }
  }
}

/// Decides which parameters are passed as raw floats: those of type float that some operation,
/// perhaps in a function to which they are handed on, takes as one. The others stay boxed, so that
/// what is only passed around is not boxed again.
struct ParameterRepresentations {
  private var isFloat: [Bool] = []
  private var isUsed: [Bool] = []
  /// Parameters that are handed on, from the parameter that receives them.
  private var uses: [(receiver: Int32, parameter: Int32)] = []

  var count: Int32 { Int32(isFloat.count) }

  func isRaw(_ parameter: Int32) -> Bool { isUsed[Int(parameter)] && isFloat[Int(parameter)] }

  mutating func add(isFloat: Bool) {
    self.isFloat.append(isFloat)
    isUsed.append(false)
  }

  mutating func noteUse(_ parameter: Int32) { isUsed[Int(parameter)] = true }

  mutating func noteUse(_ parameter: Int32, as receiver: Int32) {
    if isFloat[Int(parameter)] { uses.append((receiver, parameter)) }
  }

  mutating func solve() {
    uses.sort { ($0.receiver, $0.parameter) < ($1.receiver, $1.parameter) }
    var starts = [Int](repeating: 0, count: isFloat.count + 1)
    for (receiver, _) in uses { starts[Int(receiver) + 1] += 1 }
    for parameter in isFloat.indices { starts[parameter + 1] += starts[parameter] }
    var pending = isUsed.indices.filter { isUsed[$0] }
    while let receiver = pending.popLast() {
      for index in starts[receiver]..<starts[receiver + 1] {
        let parameter = Int(uses[index].parameter)
        if isUsed[parameter] { continue }
        isUsed[parameter] = true
        pending.append(parameter)
      }
    }
  }
}

/// The local functions of an instance that are only called, with all their arguments.
struct LocalFunctions: ~Copyable {
  /// By local: the `lambda` bound to it, or -1.
  var lambdas = GrowableBuffer<Int32>()
  /// By local: whether it is used otherwise.
  var escapes = GrowableBuffer<Bool>()
  /// By expression, from the first of the definition on: whether it is the name in a call of such a
  /// function.
  var isCallee = GrowableBuffer<Bool>()
  /// By local: the unit of such a function.
  var units = GrowableBuffer<Int32>()
  /// By local: which parameter it is (``ParameterRepresentations``), or -1.
  var parameters = GrowableBuffer<Int32>()

  mutating func reset(locals: Int, expressions: Int) {
    lambdas.refill(-1, times: locals)
    escapes.refill(false, times: locals)
    isCallee.refill(false, times: expressions)
    units.refill(-1, times: locals)
    parameters.refill(-1, times: locals)
  }

  /// Whether a local is a function that is only called directly.
  func isDirect(_ local: Int32) -> Bool { lambdas[local] >= 0 && !escapes[local] }
}

extension TypedEmission {
  /// Finds the instances that the instance at hand needs, and what its functions return.
  mutating func analyse(_ index: Int32) {
    let body = source.globals[Int(instance.source)].body
    for next in firstExpression...body {
      let name = expression(next)
      guard name.kind == .global else { continue }
      let target = target(next)
      if target >= 0 { request(target) }
    }
    let place = Int(places[Int(index)])
    firstLocalUnits[place] = Int32(results.isRaw.count)
    firstLocalParameters[place] = parameters.count
    findLocalFunctions()
    number(place)
    collectUses(upTo: body)
    // Constants are kept as words.
    if source.globals[Int(instance.source)].parameterCount > 0 {
      analyse(body, unit: units[place])
    }
    for local in 0..<functions.lambdas.next where functions.isDirect(local) {
      let lambda = expression(functions.lambdas[local])
      analyse(lambda.a, unit: functions.units[local])
    }
  }

  /// Sets ``functions`` and ``valueOfLocal``. The uses of a local stand before the binding that
  /// encloses them, and names of callees before their calls: looking from the end, the definition
  /// of each comes first.
  mutating func findLocalFunctions() {
    let global = source.globals[Int(instance.source)]
    functions.reset(
      locals: Int(global.localCount), expressions: Int(global.body - firstExpression + 1))
    valueOfLocal.refill(-1, times: Int(global.localCount))
    for next in stride(from: global.body, through: firstExpression, by: -1) {
      let node = expression(next)
      switch node.kind {
      case .let: valueOfLocal[node.a] = node.b
      case .letFunction: functions.lambdas[node.a] = node.b
      case .call:
        let callee = expression(node.a)
        guard callee.kind == .local, functions.lambdas[callee.a] >= 0 else { continue }
        let lambda = expression(functions.lambdas[callee.a])
        if lambda.listCount == node.listCount {
          functions.isCallee[node.a - firstExpression] = true
        }
      case .local where functions.lambdas[node.a] >= 0:
        if !functions.isCallee[next - firstExpression] { functions.escapes[node.a] = true }
      default: continue
      }
    }
  }

  /// Gives the local functions that are called directly, and all parameters, their numbers.
  mutating func number(_ place: Int) {
    for local in 0..<source.globals[Int(instance.source)].parameterCount {
      functions.parameters[local] = firstParameters[place] + local
    }
    var unit = firstLocalUnits[place]
    var parameter = firstLocalParameters[place]
    for local in 0..<functions.lambdas.next where functions.isDirect(local) {
      functions.units[local] = unit
      if unit == Int32(results.isRaw.count) { _ = results.addUnit() }
      unit += 1
      let lambda = expression(functions.lambdas[local])
      for position in 0..<lambda.listCount {
        let own = operand(lambda, position)
        functions.parameters[own] = parameter
        if parameter == parameters.count { parameters.add(isFloat: isFloat(localType(own))) }
        parameter += 1
      }
    }
  }

  // MARK: - Uses of parameters

  private mutating func collectUses(upTo body: Int32) {
    for index in firstExpression...body {
      let next = expression(index)
      switch next.kind {
      case .operator where proof(of: next) == .float:
        for position in 0..<next.listCount { noteUse(operand(next, position)) }
      case .call: collectUses(inCall: next)
      default: continue
      }
    }
  }

  /// Notes that a value is taken as a raw float.
  private mutating func noteUse(_ index: Int32) {
    let parameter = parameter(index)
    if parameter >= 0 { parameters.noteUse(parameter) }
  }

  /// Which parameter an expression is, perhaps by another name, or -1.
  private mutating func parameter(_ index: Int32) -> Int32 {
    var name = expression(index)
    while name.kind == .local {
      let parameter = functions.parameters[name.a]
      if parameter >= 0 || valueOfLocal[name.a] < 0 { return parameter }
      name = expression(valueOfLocal[name.a])
    }
    return -1
  }

  private mutating func collectUses(inCall call: CoreExpression) {
    let callee = expression(call.a)
    switch callee.kind {
    case .intrinsic:
      guard proof(ofCall: call, callee.a).rawValue >= 0,
        let form = provenForms[Int(callee.a)]
      else { return }
      for (position, wanted) in form.operands.enumerated() {
        if case .rawFloat = wanted { noteUse(operand(call, Int32(position))) }
      }
    case .global:
      let target = target(call.a)
      guard target >= 0, source.globals[Int(callee.a)].parameterCount == call.listCount else {
        return
      }
      let first = firstParameters[Int(places[Int(target)])]
      for position in 0..<call.listCount { note(operand(call, position), as: first + position) }
    case .local where functions.isDirect(callee.a):
      let lambda = expression(functions.lambdas[callee.a])
      for position in 0..<call.listCount {
        let receiver = functions.parameters[operand(lambda, position)]
        note(operand(call, position), as: receiver)
      }
    default: return
    }
  }

  private mutating func note(_ argument: Int32, as receiver: Int32) {
    let parameter = parameter(argument)
    if parameter >= 0 { parameters.noteUse(parameter, as: receiver) }
  }

  // MARK: - Ways out

  private enum WayOut {
    case raw, boxed
    case parameter(Int32)
    /// A call that must stay a tail call.
    case unknownCall
    case call(Int32)
  }

  private mutating func analyse(_ body: Int32, unit: Int32) {
    if !isFloat(type(of: body)) { return }
    var calls: [Int32] = []
    var returned: [Int32] = []
    var isWorthwhile = false
    var pending = [body]
    while let index = pending.popLast() {
      let next = expression(index)
      switch next.kind {
      case .let, .letFunction, .destructure, .sequence: pending.append(next.c)
      case .if:
        pending.append(next.c)
        pending.append(next.b)
      case .match:
        for position in 0..<next.listCount {
          pending.append(source.arms[Int(operand(next, position))].body)
        }
      default:
        switch wayOut(index, next) {
        case .raw: isWorthwhile = true
        case .boxed: break
        case .parameter(let parameter): returned.append(parameter)
        case .unknownCall: return
        case .call(let callee):
          calls.append(callee)
          if callee != unit { isWorthwhile = true }
        }
      }
    }
    if isWorthwhile { results.propose(unit) }
    for parameter in returned { results.propose(unit, ifRaw: parameter) }
    for callee in calls { results.add(callIn: unit, of: callee) }
  }

  private mutating func wayOut(_ index: Int32, _ next: CoreExpression) -> WayOut {
    switch next.kind {
    case .float: return .raw
    case .operator: return proof(of: next) == .float ? .raw : .boxed
    case .local:
      let parameter = functions.parameters[next.a]
      if parameter >= 0 { return .parameter(parameter) }
      return valueOfLocal[next.a] >= 0 ? .raw : .boxed
    case .call: return wayOut(call: next)
    default: return .boxed
    }
  }

  private mutating func wayOut(call: CoreExpression) -> WayOut {
    let callee = expression(call.a)
    switch callee.kind {
    case .global:
      let target = target(call.a)
      guard target >= 0, source.globals[Int(callee.a)].parameterCount == call.listCount else {
        return .unknownCall
      }
      let result = resultType(ofInstance: target)
      // A call that never returns needs no conversion.
      if result == CoreTyping.simple(.nothing) { return .boxed }
      return .call(units[Int(places[Int(target)])])
    case .intrinsic:
      if callee.a == wellKnown.attempt || intrinsics[Int(callee.a)].arity != call.listCount {
        return .unknownCall
      }
      guard case .rawFloat? = provenForms[Int(callee.a)]?.result,
        proof(ofCall: call, callee.a).rawValue >= 0
      else { return .boxed }
      return .raw
    case .foreign:
      let count = source.foreigns[Int(callee.a)].parameters.count
      return max(1, count) == Int(call.listCount) ? .boxed : .unknownCall
    case .local where functions.isDirect(callee.a):
      return .call(functions.units[callee.a])
    default: return .unknownCall
    }
  }
}

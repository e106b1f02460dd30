import Semantics

/// Decides which functions return raw floats: the greatest fixpoint of "every way out gives a float, and
/// none is a call of something that returns a word". A call in tail position thus never needs a
/// conversion behind it that would keep its caller's frame, as long as control stays among functions
/// that return raw floats; and from these it never leads to others.
struct ResultRepresentations {
  /// By unit, an instance or local function: whether it returns a raw float.
  private(set) var isRaw: [Bool] = []
  /// The calls in tail position, from callee to caller.
  private var calls: [(callee: Int32, caller: Int32)] = []

  mutating func addUnit() -> Int32 {
    isRaw.append(false)
    return Int32(isRaw.count - 1)
  }

  mutating func propose(_ unit: Int32) { isRaw[Int(unit)] = true }

  mutating func add(callIn caller: Int32, of callee: Int32) { calls.append((callee, caller)) }

  mutating func solve() {
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

/// The local functions of an instance that are only called, with all their arguments.
struct LocalFunctions {
  /// By local: the `lambda` bound to it, or -1.
  var lambdas: [Int32] = []
  /// By local: whether it is used otherwise.
  var escapes: [Bool] = []
  /// By expression, from the first of the definition on: whether it is the name in a call of such a function.
  var isCallee: [Bool] = []
  /// By local: the unit of such a function.
  var units: [Int32] = []

  mutating func reset(locals: Int, expressions: Int) {
    lambdas.removeAll(keepingCapacity: true)
    escapes.removeAll(keepingCapacity: true)
    isCallee.removeAll(keepingCapacity: true)
    units.removeAll(keepingCapacity: true)
    lambdas.append(contentsOf: repeatElement(-1, count: locals))
    escapes.append(contentsOf: repeatElement(false, count: locals))
    units.append(contentsOf: repeatElement(-1, count: locals))
    isCallee.append(contentsOf: repeatElement(false, count: expressions))
  }

  /// Whether a local is a function that is only called directly.
  func isDirect(_ local: Int32) -> Bool { lambdas[Int(local)] >= 0 && !escapes[Int(local)] }
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
    findLocalFunctions()
    numberUnits(from: firstLocalUnits[place])
    // Constants are kept as words.
    if source.globals[Int(instance.source)].parameterCount > 0 {
      analyse(body, unit: units[place])
    }
    for local in functions.lambdas.indices where functions.isDirect(Int32(local)) {
      let lambda = expression(functions.lambdas[local])
      analyse(lambda.a, unit: functions.units[local])
    }
  }

  /// Sets ``functions`` and ``valueOfLocal``. The uses of a local stand before the binding that encloses them, and names of
  /// callees before their calls: looking from the end, the definition of each comes first.
  mutating func findLocalFunctions() {
    let global = source.globals[Int(instance.source)]
    functions.reset(
      locals: Int(global.localCount), expressions: Int(global.body - firstExpression + 1))
    valueOfLocal.removeAll(keepingCapacity: true)
    valueOfLocal.append(contentsOf: repeatElement(-1, count: Int(global.localCount)))
    for next in stride(from: global.body, through: firstExpression, by: -1) {
      let node = expression(next)
      switch node.kind {
      case .let: valueOfLocal[Int(node.a)] = node.b
      case .letFunction: functions.lambdas[Int(node.a)] = node.b
      case .call:
        let callee = expression(node.a)
        guard callee.kind == .local, functions.lambdas[Int(callee.a)] >= 0 else { continue }
        let lambda = expression(functions.lambdas[Int(callee.a)])
        if lambda.listCount == node.listCount {
          functions.isCallee[Int(node.a - firstExpression)] = true
        }
      case .local where functions.lambdas[Int(node.a)] >= 0:
        if !functions.isCallee[Int(next - firstExpression)] { functions.escapes[Int(node.a)] = true }
      default: continue
      }
    }
  }

  /// Gives the local functions that are called directly numbers of units.
  mutating func numberUnits(from first: Int32) {
    var unit = first
    for local in functions.lambdas.indices where functions.isDirect(Int32(local)) {
      functions.units[local] = unit
      if unit == Int32(results.isRaw.count) { _ = results.addUnit() }
      unit += 1
    }
  }

  // MARK: - Ways out

  private enum WayOut {
    case raw, boxed
    /// A call that must stay a tail call.
    case unknownCall
    case call(Int32)
  }

  private mutating func analyse(_ body: Int32, unit: Int32) {
    if !isFloat(type(of: body)) { return }
    var calls: [Int32] = []
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
        case .unknownCall: return
        case .call(let callee):
          calls.append(callee)
          isWorthwhile = true
        }
      }
    }
    if !isWorthwhile { return }
    results.propose(unit)
    for callee in calls { results.add(callIn: unit, of: callee) }
  }

  private func wayOut(_ index: Int32, _ next: CoreExpression) -> WayOut {
    switch next.kind {
    case .float: return .raw
    case .operator: return proof(of: next) == .float ? .raw : .boxed
    case .local:
      let isParameter = next.a < source.globals[Int(instance.source)].parameterCount
      return isParameter || valueOfLocal[Int(next.a)] >= 0 ? .raw : .boxed
    case .call: return wayOut(call: next)
    default: return .boxed
    }
  }

  private func wayOut(call: CoreExpression) -> WayOut {
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
      return .call(functions.units[Int(callee.a)])
    default: return .unknownCall
    }
  }
}

import Semantics

/// What is known about a `lambda` expression.
struct LambdaInfo {
  var expression: Int32
  var global: Int32
  /// The lambda around it, -1 if there is none.
  var parent: Int32
  /// The local that names it (`letFunction`), or -1.
  var selfLocal: Int32 = -1
  /// Whether the name is only ever called, with all arguments: then its captured variables are passed as
  /// additional parameters (lambda lifting, Johnsson 1985) and no closure is made.
  var isLifted = false
  /// Locals of the functions around it that it needs, ascending.
  var captures: [Int32] = []
  /// The function made of it, -1 if not asked for yet.
  var function: Int32 = -1

  /// Without captured variables it is an ordinary function with a static closure.
  var isClosed: Bool { captures.isEmpty }

  /// Whether it is made at run time, with its captured variables in it.
  var isClosure: Bool { !isLifted && !isClosed }
}

/// Finds, for one global, the lambdas, which of them can be lifted, and what they capture.
///
/// With `direct` the locals that stand in a lambda's own text, `children` the lambdas in it and `calls` the lifted
/// functions it calls, the captures are the least solution of
/// `captures(L) = (direct(L) ∪ captures(children) ∪ captures(calls)) − locals bound in L − L's own name`.
struct CaptureAnalysis {
  let core: CoreProgram
  let global: Int32
  /// Number of the first lambda of this global among all.
  let base: Int32
  var found: [LambdaInfo] = []
  var indices: [(expression: Int32, lambda: Int32)] = []
  private var directs: [Set<Int32>] = []
  private var calls: [Set<Int32>] = []
  /// By local: the lambda it is bound in (relative to `base`), -1 for the global itself.
  private var owners: [Int32]
  /// By local: the lambda it names, or -1.
  private(set) var named: [Int32]
  private var escapes: [Bool]
  private var current: Int32 = -1

  /// A lifted function has at most this many parameters, captured variables included.
  private static let largestLifted = 24

  init(_ core: CoreProgram, global: Int32, base: Int32) {
    self.core = core
    self.global = global
    self.base = base
    let count = Int(core.globals[Int(global)].localCount)
    owners = Array(repeating: -1, count: count)
    named = Array(repeating: -1, count: count)
    escapes = Array(repeating: false, count: count)
  }

  mutating func run() {
    visit(core.globals[Int(global)].body)
    guard !found.isEmpty else { return }
    for local in named.indices where named[local] >= 0 {
      found[Int(named[local])].isLifted = !escapes[local]
    }
    repeat { solve() } while demoteWideFunctions()
  }

  // MARK: - Collection

  private mutating func visit(_ start: Int32) {
    var index = start
    while index >= 0 {
      let expression = core.expressions[Int(index)]
      switch expression.kind {
      case .integer, .float, .string, .null, .unit, .nil_, .global, .intrinsic, .constructor,
        .foreign, .error:
        return
      case .local:
        use(expression.a, isCalled: false)
        return
      case .call:
        visitCall(expression)
        return
      case .operator, .tuple, .list, .construct, .interpolation:
        for operand in core.list(expression) { visit(operand) }
        return
      case .update:
        visit(expression.a)
        for operand in core.list(expression) { visit(operand) }
        return
      case .and, .or:
        visit(expression.a)
        index = expression.b
      case .if:
        visit(expression.a)
        visit(expression.b)
        index = expression.c
      case .field, .coerce, .cast:
        index = expression.a
      case .let:
        owners[Int(expression.a)] = current
        visit(expression.b)
        index = expression.c
      case .letFunction:
        owners[Int(expression.a)] = current
        visitLambda(expression.b, name: expression.a)
        index = expression.c
      case .destructure:
        own(expression.a)
        visit(expression.b)
        index = expression.c
      case .sequence:
        visit(expression.b)
        index = expression.c
      case .lambda:
        visitLambda(index, name: -1)
        return
      case .match:
        visit(expression.a)
        for arm in core.list(expression) {
          let arm = core.arms[Int(arm)]
          own(arm.pattern)
          visit(arm.guardExpression)
          visit(arm.body)
        }
        return
      }
    }
  }

  private mutating func visitCall(_ call: CoreExpression) {
    let callee = core.expressions[Int(call.a)]
    if callee.kind == .local {
      let lambda = named[Int(callee.a)]
      let parameters =
        lambda < 0 ? -1 : core.expressions[Int(found[Int(lambda)].expression)].listCount
      use(callee.a, isCalled: lambda >= 0 && call.listCount >= parameters)
    } else {
      visit(call.a)
    }
    for argument in core.list(call) { visit(argument) }
  }

  private mutating func use(_ local: Int32, isCalled: Bool) {
    if !isCalled { escapes[Int(local)] = true }
    guard current >= 0 else { return }
    if named[Int(local)] >= 0 && isCalled {
      calls[Int(current)].insert(local)
    } else {
      directs[Int(current)].insert(local)
    }
  }

  private mutating func visitLambda(_ index: Int32, name: Int32) {
    let expression = core.expressions[Int(index)]
    let lambda = Int32(found.count)
    found.append(
      LambdaInfo(expression: index, global: global, parent: current, selfLocal: name))
    directs.append([])
    calls.append([])
    indices.append((index, base + lambda))
    if name >= 0 { named[Int(name)] = lambda }
    let outer = current
    current = lambda
    for parameter in core.list(expression) { owners[Int(parameter)] = lambda }
    visit(expression.a)
    current = outer
  }

  /// Notes the locals of a pattern as bound in the current lambda.
  private mutating func own(_ pattern: Int32) {
    let node = core.patterns[Int(pattern)]
    switch node.kind {
    case .wildcard, .integer, .float, .string, .null, .unit, .nil_: break
    case .variable: owners[Int(node.a)] = current
    case .cons:
      own(node.a)
      own(node.b)
    case .as_:
      owners[Int(node.b)] = current
      own(node.a)
    case .tuple, .constructor, .or:
      for part in core.list(node) { own(part) }
    }
  }

  // MARK: - Solution

  private mutating func solve() {
    var sets = found.indices.map { lambda in needs(Int(lambda)) }
    var changed = true
    while changed {
      changed = false
      // Inner lambdas come after outer ones, so going backwards settles most in one round.
      for lambda in found.indices.reversed() {
        let before = sets[lambda].count
        let parent = Int(found[lambda].parent)
        for name in calls[lambda] where found[Int(named[Int(name)])].isLifted {
          add(sets[Int(named[Int(name)])], to: &sets, lambda)
        }
        if parent >= 0 {
          let parentBefore = sets[parent].count
          add(sets[lambda], to: &sets, parent)
          changed = changed || sets[parent].count != parentBefore
        }
        changed = changed || sets[lambda].count != before
      }
    }
    for lambda in found.indices { found[lambda].captures = sets[lambda].sorted() }
  }

  /// The locals that a lambda's own text needs from outside, functions that are called directly not counted.
  private func needs(_ lambda: Int) -> Set<Int32> {
    var result: Set<Int32> = []
    for local in directs[lambda] where isFree(local, in: lambda) { result.insert(local) }
    for name in calls[lambda]
    where !found[Int(named[Int(name)])].isLifted && isFree(name, in: lambda) {
      result.insert(name)
    }
    return result
  }

  private func isFree(_ local: Int32, in lambda: Int) -> Bool {
    owners[Int(local)] != Int32(lambda) && found[lambda].selfLocal != local
  }

  private func add(_ locals: Set<Int32>, to sets: inout [Set<Int32>], _ lambda: Int) {
    for local in locals where isFree(local, in: lambda) && !sets[lambda].contains(local) {
      sets[lambda].insert(local)
    }
  }

  /// Turns lifted functions with too many parameters into closures; whether there were any.
  private mutating func demoteWideFunctions() -> Bool {
    var demoted = false
    for lambda in found.indices where found[lambda].isLifted {
      let parameters = Int(core.expressions[Int(found[lambda].expression)].listCount)
      if found[lambda].captures.count + parameters > Self.largestLifted {
        found[lambda].isLifted = false
        demoted = true
      }
    }
    return demoted
  }
}

extension ProgramLowering {
  /// Analyses the lambdas of a global, once.
  mutating func analyse(global: Int32) {
    guard !isAnalysed[Int(global)] else { return }
    isAnalysed[Int(global)] = true
    var analysis = CaptureAnalysis(core, global: global, base: Int32(lambdas.count))
    analysis.run()
    for (expression, lambda) in analysis.indices { lambdaIndices[Int(expression)] = lambda }
    let first = Int(core.globals[Int(global)].firstLocal)
    for (local, lambda) in analysis.named.enumerated() where lambda >= 0 {
      namedLambdas[first + local] = Int32(lambdas.count) + lambda
    }
    lambdas.append(contentsOf: analysis.found)
  }

  /// The number of a lambda of the current global, whose lambdas are analysed when the first one is met: most
  /// globals have none.
  mutating func lambda(at expression: Int32) -> Int32 {
    if lambdaIndices[Int(expression)] < 0 { analyse(global: context.global) }
    return lambdaIndices[Int(expression)]
  }

  mutating func function(ofLambda lambda: Int32) -> Int {
    let info = lambdas[Int(lambda)]
    if info.function < 0 {
      let function = request(.lambda(expression: info.expression, global: info.global))
      lambdas[Int(lambda)].function = Int32(function)
    }
    return Int(lambdas[Int(lambda)].function)
  }
}

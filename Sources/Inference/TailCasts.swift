import Diagnostics
import Semantics

// A cast of what a call in tail position gives has to wait for that call, so that functions which
// call each other in this way would use up the stack. Where such a call can lead back to the
// function with the declared result, the cast is therefore made where the values come into being:
// in copies of the functions in between, all of whose other ways out lead to a cast or to a
// function that declares the same result. That one cast is enough for all of them: Herman, Tomb and
// Flanagan, "Space-efficient gradual typing" (2007).

/// Takes casts of the results of tail calls out of cycles of tail calls.
struct TailCasts {
  /// The program, with copies of some definitions behind its own.
  private(set) var program: CoreProgram
  private var planned: [PlannedCast]
  /// By cast: whether it is not made where it was planned.
  private var isMoved: [Bool]
  /// By definition: the casts in it, as they were planned; only looked up.
  private var castsOf: [Int32: [Int]] = [:]
  /// The sites of casts; only looked up.
  private var sites: Set<Int32>
  /// Which copy gives values of a declared type; only looked up.
  private var copies: [CopyKey: Int32] = [:]
  /// By definition: the functions it binds that are called only where it ends; only looked up.
  private var endings: [Int32: LocalEndings] = [:]
  private var visitedLocals: Set<LocalKey> = []

  private struct CopyKey: Hashable {
    var global: Int32
    var declared: Int32
  }

  private struct LocalKey: Hashable {
    var owner: Int32
    var local: Int32
  }

  /// Where the result of a definition is passed on to.
  private enum Callee {
    case global(Int32)
    /// A local function, and its `lambda`.
    case local(Int32, Int32)
  }

  init(_ program: CoreProgram, _ casts: [PlannedCast]) {
    self.program = program
    planned = casts
    isMoved = [Bool](repeating: false, count: casts.count)
    sites = Set(casts.map(\.site))
  }

  /// After so many definitions a chain of calls is taken for one that leads back.
  private static let searchLimit = 100

  /// The casts that are left, and those that are made instead.
  var casts: [PlannedCast] { zip(planned, isMoved).filter { !$0.1 }.map(\.0) }

  /// - Parameter owners: by cast: the definition that it stands in.
  mutating func run(owners: [Int32]) {
    for (index, owner) in owners.enumerated() { castsOf[owner, default: []].append(index) }
    var waysOut: Set<Int32> = []
    for (index, owner) in owners.enumerated() {
      if index == 0 || owners[index - 1] != owner {
        waysOut = Set(program.waysOut(of: program.globals[Int(owner)].body))
      }
      let cast = planned[index]
      let signature = program.globals[Int(owner)].signature
      guard signature >= 0, program.expressions[Int(cast.site)].kind == .call,
        cast.demand.subject
          == .init(declared: program.declarations.signatures[Int(signature)].result, isPart: false),
        waysOut.contains(cast.site), let callee = callee(of: cast.site, in: owner),
        leads(from: callee, in: owner, to: owner)
      else { continue }
      isMoved[index] = true
      sites.remove(cast.site)
      pass(cast.site, to: callee, in: owner, cast.demand, goal: owner)
    }
  }

  // MARK: - Moving a cast

  /// Has what a call calls give values of the declared type.
  private mutating func pass(
    _ site: Int32, to callee: Callee, in owner: Int32, _ demand: DeclaredDemand, goal: Int32
  ) {
    switch callee {
    case .global(let global):
      let name = program.expressions[Int(site)].a
      program.expressions[Int(name)].a = copy(of: global, demand, goal: goal)
    case .local(let local, let lambda):
      guard visitedLocals.insert(LocalKey(owner: owner, local: local)).inserted else { return }
      for exit in program.waysOut(of: program.expressions[Int(lambda)].a) {
        cast(exit, in: owner, demand, goal: goal)
      }
    }
  }

  /// Has one way out give a value of the declared type.
  private mutating func cast(
    _ exit: Int32, in owner: Int32, _ demand: DeclaredDemand, goal: Int32
  ) {
    if promises(exit, demand.declared) { return }
    if let callee = callee(of: exit, in: owner), leads(from: callee, in: owner, to: goal) {
      pass(exit, to: callee, in: owner, demand, goal: goal)
    } else if sites.insert(exit).inserted {
      planned.append(PlannedCast(site: exit, demand: demand))
      isMoved.append(false)
    }
  }

  private mutating func copy(of global: Int32, _ demand: DeclaredDemand, goal: Int32) -> Int32 {
    let key = CopyKey(global: global, declared: demand.declared)
    if let known = copies[key] { return known }
    let first = program.firstExpression(of: global)
    let body = program.globals[Int(global)].body
    let distance = Int32(program.expressions.count) - first
    let copy = program.appendCopy(of: global)
    copies[key] = copy
    for index in castsOf[global] ?? [] {
      var cast = planned[index]
      cast.site += distance
      planned.append(cast)
      isMoved.append(false)
      sites.insert(cast.site)
    }
    for exit in program.waysOut(of: body + distance) {
      self.cast(exit, in: copy, demand, goal: goal)
    }
    return copy
  }

  // MARK: - Calls in tail position

  /// Whether an expression is a call of a function that declares the same result.
  private func promises(_ index: Int32, _ declared: Int32) -> Bool {
    let call = program.expressions[Int(index)]
    guard call.kind == .call else { return false }
    let callee = program.expressions[Int(call.a)]
    guard callee.kind == .global else { return false }
    let global = program.globals[Int(callee.a)]
    return global.parameterCount == call.listCount && global.signature >= 0
      && program.declarations.areSame(
        program.declarations.signatures[Int(global.signature)].result, declared)
  }

  /// What a call with all arguments calls, if a cast can be passed on to it: a function whose
  /// result is not declared.
  private mutating func callee(of index: Int32, in owner: Int32) -> Callee? {
    let call = program.expressions[Int(index)]
    guard call.kind == .call else { return nil }
    let callee = program.expressions[Int(call.a)]
    switch callee.kind {
    case .global:
      let global = program.globals[Int(callee.a)]
      guard global.parameterCount == call.listCount, global.body >= 0, global.signature < 0,
        global.file.index != BuiltinNames.preludeFile
      else { return nil }
      return .global(callee.a)
    case .local:
      if endings[owner] == nil { endings[owner] = LocalEndings(program, owner) }
      guard let lambda = endings[owner]?.lambdas[callee.a] else { return nil }
      return .local(callee.a, lambda)
    default: return nil
    }
  }

  /// Whether calls in tail position lead to a definition.
  private mutating func leads(from start: Callee, in owner: Int32, to goal: Int32) -> Bool {
    var bodies: [(body: Int32, owner: Int32)] = []
    var seen: Set<Int32> = []
    func enter(_ callee: Callee, _ owner: Int32) {
      switch callee {
      case .global(let global):
        let body = program.globals[Int(global)].body
        if seen.insert(body).inserted { bodies.append((body, global)) }
      case .local(_, let lambda):
        let body = program.expressions[Int(lambda)].a
        if seen.insert(body).inserted { bodies.append((body, owner)) }
      }
    }
    enter(start, owner)
    while let (body, owner) = bodies.popLast() {
      if seen.count > TailCasts.searchLimit { return true }
      for exit in program.waysOut(of: body) {
        let call = program.expressions[Int(exit)]
        guard call.kind == .call else { continue }
        let name = program.expressions[Int(call.a)]
        if name.kind == .global && name.a == goal { return true }
        if let callee = callee(of: exit, in: owner) { enter(callee, owner) }
      }
    }
    return false
  }
}

/// The local functions of a definition that are called only where the definition ends, so that what
/// they give is what it gives.
private struct LocalEndings {
  /// By local: its `lambda`.
  private(set) var lambdas: [Int32: Int32] = [:]

  init(_ program: CoreProgram, _ owner: Int32) {
    let body = program.globals[Int(owner)].body
    let expressions = program.firstExpression(of: owner)...body
    for index in expressions {
      let node = program.expressions[Int(index)]
      if node.kind == .letFunction { lambdas[node.a] = node.b }
    }
    var isChanged = !lambdas.isEmpty
    while isChanged {
      // Names of local functions that are called in tail position.
      var names: Set<Int32> = []
      let bodies = [body] + lambdas.values.map { program.expressions[Int($0)].a }
      for exit in bodies.flatMap({ program.waysOut(of: $0) }) {
        let call = program.expressions[Int(exit)]
        guard call.kind == .call, program.expressions[Int(call.a)].kind == .local,
          let lambda = lambdas[program.expressions[Int(call.a)].a],
          program.expressions[Int(lambda)].listCount == call.listCount
        else { continue }
        names.insert(call.a)
      }
      isChanged = false
      for index in expressions where !names.contains(index) {
        let node = program.expressions[Int(index)]
        guard node.kind == .local, lambdas.removeValue(forKey: node.a) != nil else { continue }
        isChanged = true
      }
    }
  }
}

import Diagnostics
public import Semantics

// Rule 7 of the inference: every function is solved again for each type at which it is used. The
// key of an instance is the whole type, parameters and result, as a canonical number. An instance
// of a function is made with instances of all functions of its component, since recursion is
// monomorphic.

/// A definition at a type.
struct Instance {
  /// The definition, a global of the source program.
  var source: Int32
  /// The curried function type at which it was asked for; for a constant its type.
  var key: Int32
  /// The type of its first expression in ``SolvedInstances/expressionTypes``; -1 until it is
  /// solved.
  var firstType: Int32 = -1
  /// The type of its first local in ``SolvedInstances/localTypes``.
  var firstLocal: Int32 = -1
  /// Whether the definition of the source program is used: that of a builtin whose type is
  /// declared, which assumes nothing. That it gives values of this type is taken on trust.
  var isOriginal = false
  /// The instance that is used for it, or -1: one of which less is known.
  var standIn: Int32 = -1
}

/// The instances of a program with the types of all their expressions and locals.
struct SolvedInstances: ~Copyable {
  var types = CanonicalTypes()
  var instances: [Instance] = []
  /// Of each instance the types of the expressions of its definition, in order. The entry of the
  /// name of a global is the number of the instance; the entry of the name of an intrinsic in a
  /// call is a `CoreCallProof`.
  var expressionTypes = GrowableBuffer<Int32>(capacity: 4096)
  var localTypes = GrowableBuffer<Int32>(capacity: 4096)
  /// The instance of `main`.
  var main: Int32 = -1

  mutating func removeAll() {
    instances.removeAll(keepingCapacity: true)
    expressionTypes.truncate(to: 0)
    localTypes.truncate(to: 0)
    main = -1
  }
}

/// What specialisation did, for reports.
public struct SpecializationSummary: Sendable {
  /// How often all instances were solved.
  public var rounds = 0
  public var instances = 0
  /// The definitions of which nothing is assumed: their general type did not say enough of an
  /// instance.
  public var dynamicGlobals: [Int32] = []
}

/// Makes typed Core (``CoreTyping``) of a program whose types have been inferred
/// (`TypeInference.run`).
///
/// - Parameter assertsTypes: whether proved types are asserted at run time.
/// - Returns: the program, without types if it could not be specialised.
public func specialize(
  _ inference: consuming TypeInference, assertsTypes: Bool = false
) -> (program: CoreProgram, summary: SpecializationSummary) {
  var specializer = Specializer(inference)
  let isSolved = specializer.run()
  let summary = specializer.summary
  if !isSolved { return (specializer.source, summary) }
  return (specializer.emit(assertsTypes: assertsTypes), summary)
}

private struct Specializer: ~Copyable {
  let source: CoreProgram
  var inference: TypeInference
  var solved = SolvedInstances()
  var summary = SpecializationSummary()
  /// The instance of a global at a type; only looked up.
  private var instanceOfKey: [UInt64: Int32] = [:]
  /// By global: its general instance; only looked up.
  private var generalInstances: [Int32: Int32] = [:]
  /// By global: how many instances it has.
  private var instanceCounts: [Int32]
  /// By global of the component at hand: its place in it.
  private var memberPositions: [Int32]
  /// Whether types that the generic run relied on have turned out otherwise.
  private var isOutdated = false
  /// Where a value of which less is known than in the generic run flows into a declared type.
  private var misfits: [FlowEdge] = []
  private var next = 0
  /// The types of the parameters and the result of a function that is being looked for.
  private var signature = GrowableBuffer<Int32>()
  /// By expression: the call of which it is the callee, or -1.
  private var callOfCallee: [Int32]

  /// More instances of one function than this are not made; what is more uses the general one.
  static let instanceLimit = 32
  /// The same for what the builtins share.
  static let preludeLimit = 256
  /// Types that are nested more deeply make no instances.
  static let depthLimit: Int32 = 96
  /// After so many attempts the program stays as it is.
  static let roundLimit = 8

  init(_ inference: consuming TypeInference) {
    source = inference.program
    instanceCounts = [Int32](repeating: 0, count: inference.program.globals.count)
    memberPositions = instanceCounts
    callOfCallee = [Int32](repeating: -1, count: inference.program.expressions.count)
    for (index, expression) in inference.program.expressions.enumerated()
    where expression.kind == .call {
      callOfCallee[Int(expression.a)] = Int32(index)
    }
    self.inference = inference
    self.inference.expressionNodes.append(-1, times: source.expressions.count)
    self.inference.instanceBases.append(-1, times: source.expressions.count)
  }

  /// Solves all instances; false if the program has to stay untyped.
  mutating func run() -> Bool {
    // Types of constants that never settle cannot be relied on.
    if source.main < 0 || inference.system.persistentChanged { return false }
    for round in 1...Specializer.roundLimit {
      summary.rounds = round
      inference.recordsExpressions = true
      solveAll()
      inference.recordsExpressions = false
      summary.instances = solved.instances.count
      if misfits.isEmpty && !isOutdated { return true }
      if !misfits.isEmpty && !inference.distrust(misfits) { return false }
      start()
      inference.restart()
      inference.run()
      if inference.system.persistentChanged { return false }
    }
    return false
  }

  consuming func emit(assertsTypes: Bool) -> CoreProgram {
    var emission = TypedEmission(source, wellKnown: WellKnownFunctions(inference), solved)
    emission.assertsTypes = assertsTypes
    return emission.run()
  }

  private mutating func start() {
    solved.removeAll()
    solved.types.forgetNodes(from: 0)
    instanceOfKey.removeAll(keepingCapacity: true)
    generalInstances.removeAll()
    misfits.removeAll()
    for index in instanceCounts.indices { instanceCounts[index] = 0 }
    isOutdated = false
    next = 0
  }

  private mutating func solveAll() {
    solved.main = add(source.main, key: -1)
    while next < solved.instances.count {
      let instance = solved.instances[next]
      if instance.firstType < 0 && !instance.isOriginal && instance.standIn < 0 {
        solve(Int32(next))
      }
      next += 1
    }
  }

  // MARK: - Instances

  private func lookup(_ global: Int32, _ key: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: global)) << 32 | UInt64(UInt32(bitPattern: key))
  }

  private mutating func add(_ global: Int32, key: Int32) -> Int32 {
    let index = Int32(solved.instances.count)
    solved.instances.append(Instance(source: global, key: key))
    instanceCounts[Int(global)] += 1
    if key >= 0 { instanceOfKey[lookup(global, key)] = index }
    return index
  }

  /// The instance of a global at a type.
  private mutating func instance(of global: Int32, key: Int32) -> Int32 {
    if let known = instanceOfKey[lookup(global, key)] { return known }
    let isPrelude = source.globals[Int(global)].file.index == BuiltinNames.preludeFile
    let limit =
      isPrelude && !inference.isBuiltin(global)
      ? Specializer.preludeLimit : Specializer.instanceLimit
    let isTooMany = instanceCounts[Int(global)] >= limit
    if isTooMany || solved.types.depths[key] > Specializer.depthLimit {
      return inference.isBuiltin(global)
        ? original(global, key: key) : standIn(for: global, key: key)
    }
    return add(global, key: key)
  }

  /// The general instance of a function, used at a type.
  private mutating func standIn(for global: Int32, key: Int32) -> Int32 {
    let general = generalInstance(of: global)
    if solved.instances[Int(general)].key == key { return general }
    let index = Int32(solved.instances.count)
    var instance = Instance(source: global, key: key)
    instance.standIn = general
    solved.instances.append(instance)
    instanceOfKey[lookup(global, key)] = index
    return index
  }

  /// The instance of a function that takes whatever any caller may pass.
  private mutating func generalInstance(of global: Int32) -> Int32 {
    if let known = generalInstances[global] { return known }
    let key = inference.generalType(of: global, &solved.types)
    let known = instanceOfKey[lookup(global, key)]
    let index = known ?? add(global, key: key)
    generalInstances[global] = index
    solved.instances[Int(index)].standIn = -1
    return index
  }

  /// A builtin as it is, used at a type.
  private mutating func original(_ global: Int32, key: Int32) -> Int32 {
    if let known = instanceOfKey[lookup(global, key)] { return known }
    let index = Int32(solved.instances.count)
    var instance = Instance(source: global, key: key)
    instance.isOriginal = true
    solved.instances.append(instance)
    instanceOfKey[lookup(global, key)] = index
    return index
  }

  /// From the next round on nothing will be assumed of a global.
  private mutating func giveUp(_ global: Int32) {
    isOutdated = true
    if inference.isDynamic[Int(global)] { return }
    inference.isDynamic[Int(global)] = true
    summary.dynamicGlobals.append(global)
  }

  // MARK: - Solving

  /// Solves the component of an instance with the instance's type given.
  private mutating func solve(_ index: Int32) {
    let entry = solved.instances[Int(index)]
    let component = inference.graph.componentOf[Int(entry.source)]
    let members = Array(inference.graph.members(of: Int(component)))
    for member in members {
      for expression in inference.graph.expressions(of: member) {
        inference.expressionNodes[expression] = -1
        inference.instanceBases[expression] = -1
      }
      let global = source.globals[Int(member)]
      for local in global.firstLocal..<(global.firstLocal + global.localCount) {
        inference.localNodes[local] = -1
      }
    }
    inference.isInstance = true
    inference.begin(component: component)
    let keyNode = join(entry)
    for member in members { inference.generate(definition: member) }
    inference.system.settle()
    inference.isInstance = false
    inference.findMisfits(&misfits)
    let isFaithful =
      keyNode < 0 || solved.types.type(of: keyNode, in: &inference.system) == entry.key
    if !isFaithful && inference.isBuiltin(entry.source) {
      solved.instances[Int(index)].isOriginal = true
    } else {
      if !isFaithful { giveUp(entry.source) }
      record(index, members)
    }
    inference.component = -1
    let isChanged = inference.system.persistentChanged
    if isChanged {
      isOutdated = true
      let promoted = inference.system.promote(constants: [])
      inference.system.commit(promoted)
      inference.system.persistentChanged = false
    } else {
      inference.system.dropComponent()
    }
    solved.types.forgetNodes(from: isChanged ? 0 : inference.system.persistentNodes)
  }

  /// Has the type of an instance flow into its parameters, and its result into the type.
  ///
  /// - Returns: the node of the type, or -1.
  private mutating func join(_ entry: Instance) -> Int32 {
    let base = inference.nodesOfGlobal[Int(entry.source)]
    let count = source.globals[Int(entry.source)].parameterCount
    if entry.key < 0 {
      if count > 0 {
        let arguments = inference.system.newStructure(
          .list, kid: ConstraintSystem.Shared.string, origin: -1)
        inference.system.flow(arguments, base, site: -1)
      }
      return -1
    }
    // There is one type of a constant that is not a value as it stands.
    if count == 0, inference.system.find(base) < inference.system.persistentNodes { return -1 }
    let root = solved.types.nodes(of: entry.key, in: &inference.system)
    var node = root
    for position in 0..<count {
      guard inference.system.nodes[node].kidCount == 2 else { return root }
      inference.system.flow(inference.system.kid(node, 0), base + position, site: -1)
      node = inference.system.kid(node, 1)
    }
    inference.system.flow(base + count, node, site: -1)
    return root
  }

  // MARK: - Recording

  /// Keeps the types of the members of a component, as instances.
  private mutating func record(_ entry: Int32, _ members: [Int32]) {
    var instances: [Int32] = []
    for (position, member) in members.enumerated() {
      memberPositions[Int(member)] = Int32(position)
      let key = ownKey(of: member)
      let known = instanceOfKey[lookup(member, key)]
      if member == solved.instances[Int(entry)].source {
        if known == nil { instanceOfKey[lookup(member, key)] = entry }
        if solved.instances[Int(entry)].key < 0 { solved.instances[Int(entry)].key = key }
        instances.append(entry)
      } else {
        let instance = known ?? add(member, key: key)
        solved.instances[Int(instance)].standIn = -1
        instances.append(instance)
      }
    }
    for (position, member) in members.enumerated() {
      let instance = instances[position]
      if solved.instances[Int(instance)].firstType >= 0 { continue }
      record(member, as: instance, instances)
    }
  }

  /// The type that a member of the component at hand has.
  private mutating func ownKey(of member: Int32) -> Int32 {
    let base = inference.nodesOfGlobal[Int(member)]
    let count = source.globals[Int(member)].parameterCount
    signature.truncate(to: 0)
    for node in base...(base + count) {
      signature.append(solved.types.type(of: node, in: &inference.system))
    }
    return solved.types.function(signature)
  }

  private mutating func record(
    _ member: Int32, as instance: Int32, _ instances: [Int32]
  ) {
    let global = source.globals[Int(member)]
    let expressions = inference.graph.expressions(of: member)
    solved.instances[Int(instance)].firstType = solved.expressionTypes.next
    solved.instances[Int(instance)].firstLocal = solved.localTypes.next
    for local in global.firstLocal..<(global.firstLocal + global.localCount) {
      let node = inference.localNodes[local]
      solved.localTypes.append(
        node < 0 ? CoreTyping.simple(.dyn) : solved.types.type(of: node, in: &inference.system))
    }
    for index in expressions {
      let expression = source.expressions[Int(index)]
      let node = inference.expressionNodes[index]
      if expression.kind == .global {
        solved.expressionTypes.append(reference(at: index, to: expression.a, instances))
      } else if node >= 0 {
        solved.expressionTypes.append(solved.types.type(of: node, in: &inference.system))
      } else if expression.kind == .intrinsic {
        let isNonEmpty = node == TypeInference.nonEmptyList
        solved.expressionTypes.append((isNonEmpty ? CoreCallProof.nonEmpty : .operands).rawValue)
      } else {
        solved.expressionTypes.append(CoreTyping.simple(.dyn))
      }
    }
  }

  /// Whether a global has no instances: its type is declared, not inferred.
  private func isOriginal(_ global: Int32) -> Bool {
    inference.isBuiltin(global) || inference.graph.componentOf[Int(global)] < 0
  }

  /// The instance that a name stands for.
  private mutating func reference(
    at index: Int32, to global: Int32, _ instances: [Int32]
  ) -> Int32 {
    let isOwn = inference.graph.componentOf[Int(global)] == inference.component
    if isOwn && !isOriginal(global) && !inference.isDeclared(global) {
      return instances[Int(memberPositions[Int(global)])]
    }
    let base = inference.instanceBases[index]
    guard base >= 0, let scheme = inference.scheme(ofGlobal: global),
      !isOriginal(global) || inference.isSpecializable[Int(global)]
    else { return original(global, key: type(ofName: index)) }
    signature.truncate(to: 0)
    for position in 0...scheme.parameterCount {
      let root = inference.root(scheme, position, base)
      signature.append(solved.types.type(of: root, in: &inference.system))
    }
    if inference.isBuiltin(global) { takeArguments(ofCallee: index) }
    return self.instance(of: global, key: solved.types.function(signature))
  }

  private mutating func type(ofName index: Int32) -> Int32 {
    let node = inference.expressionNodes[index]
    return node < 0 ? CoreTyping.simple(.dyn) : solved.types.type(of: node, in: &inference.system)
  }

  /// A builtin demands something of its arguments, but it takes what it is given: changes
  /// ``signature``.
  private mutating func takeArguments(ofCallee index: Int32) {
    guard callOfCallee[Int(index)] >= 0 else { return }
    let call = source.expressions[Int(callOfCallee[Int(index)])]
    for position in 0..<min(call.listCount, signature.next - 1) {
      let argument = source.operands[Int(call.listStart + position)]
      signature[position] = type(ofName: argument)
    }
  }
}

import CRailRuntime
import IR
import Semantics

/// The match being lowered: its tree, and which parts of the scrutinee have been loaded on the current path.
private struct MatchState {
  var tree: DecisionTree
  var arms: [Arm]
  /// By occurrence: its value on the current path, or none.
  var values: [ValueID]
  /// Occurrences loaded since the start, in order, so that leaving a path can forget them.
  var loaded: [Int32] = []
  /// The block that raises because nothing fits, made when first needed.
  var failure: BlockID?
  var position: UInt32

  struct Arm {
    var guardExpression: Int32
    var locals: [Int32]
    /// The block of an arm that several leaves lead to.
    var block: BlockID?
  }
}

/// A jump table pays from this many cases on.
private let smallestSwitch = 5

extension ProgramLowering {
  // MARK: - match and destructuring let

  mutating func lowerMatch(_ expression: CoreExpression, to destination: Destination) {
    let scrutinee = lowerValue(expression.a)
    let arms = core.list(expression).map { core.arms[Int($0)] }
    var state = makeState(
      scrutinee, patterns: arms.map(\.pattern), guards: arms.map(\.guardExpression), expression)
    lower(state.tree.root, &state) { lowering, arm in
      lowering.lower(arms[arm].body, to: destination)
    }
    for arm in arms.indices {
      guard let block = state.arms[arm].block else { continue }
      builder.begin(block)
      for (index, local) in state.arms[arm].locals.enumerated() {
        bind(local, builder.parameter(index, of: block))
      }
      lower(arms[arm].body, to: destination)
    }
    lowerFailure(state, scrutinee)
  }

  /// Binds the variables of an irrefutable pattern; what follows is lowered in the block that is left open.
  mutating func lowerDestructure(_ expression: CoreExpression) {
    let value = lowerValue(expression.b)
    var state = makeState(value, patterns: [expression.a], guards: [-1], expression)
    let locals = state.arms[0].locals
    let join = builder.makeBlock(parameterCount: locals.count)
    state.arms[0].block = join
    state.tree.leafCounts[0] = 2
    lower(state.tree.root, &state) { _, _ in }
    lowerFailure(state, value)
    builder.begin(join)
    for (index, local) in locals.enumerated() { bind(local, builder.parameter(index, of: join)) }
  }

  private mutating func makeState(
    _ scrutinee: ValueID, patterns: [Int32], guards: [Int32], _ expression: CoreExpression
  ) -> MatchState {
    let tree = DecisionTreeBuilder.build(core, patterns: patterns, guards: guards.map { $0 >= 0 })
    var values = Array(repeating: ValueID.none, count: tree.occurrences.count)
    values[0] = scrutinee
    let arms = zip(patterns, guards).map { pattern, condition in
      var locals: [Int32] = []
      collectLocals(of: pattern, into: &locals)
      return MatchState.Arm(guardExpression: condition, locals: locals)
    }
    return MatchState(
      tree: tree, arms: arms, values: values, position: position(expression.position))
  }

  /// The variables of a pattern; those of one alternative stand for all.
  private func collectLocals(of pattern: Int32, into locals: inout [Int32]) {
    let node = core.patterns[Int(pattern)]
    switch node.kind {
    case .wildcard, .integer, .float, .string, .null, .unit, .nil_: break
    case .variable: locals.append(node.a)
    case .cons:
      collectLocals(of: node.a, into: &locals)
      collectLocals(of: node.b, into: &locals)
    case .as_:
      locals.append(node.b)
      collectLocals(of: node.a, into: &locals)
    case .tuple, .constructor:
      for part in core.list(node) { collectLocals(of: part, into: &locals) }
    case .or:
      if let first = core.list(node).first { collectLocals(of: first, into: &locals) }
    }
  }

  private mutating func lowerFailure(_ state: MatchState, _ scrutinee: ValueID) {
    guard let failure = state.failure else { return }
    builder.begin(failure)
    builder.position = state.position
    callRuntime("rail_match_error", [scrutinee])
    builder.unreachable()
  }

  // MARK: - Nodes

  private mutating func lower(
    _ node: Int32, _ state: inout MatchState,
    body: (inout ProgramLowering, Int) -> Void
  ) {
    switch state.tree.nodes[Int(node)] {
    case .fail:
      let failure = state.failure ?? builder.makeBlock(isCold: true)
      state.failure = failure
      builder.jump(failure)
    case .leaf(let arm, let bindings, let next):
      lowerLeaf(arm, bindings, next, &state, body: body)
    case .test(let occurrence, let cases, let otherwise):
      lowerTest(occurrence, cases, otherwise, &state, body: body)
    }
  }

  private mutating func lowerLeaf(
    _ arm: Int, _ bindings: [(local: Int32, occurrence: Int32)], _ next: Int32,
    _ state: inout MatchState, body: (inout ProgramLowering, Int) -> Void
  ) {
    let mark = state.loaded.count
    for (local, occurrence) in bindings { bind(local, value(of: occurrence, &state)) }
    let isShared = state.tree.leafCounts[arm] > 1
    let condition = state.arms[arm].guardExpression
    var otherwise: BlockID?
    if condition >= 0 {
      let fits = builder.makeBlock()
      let fails = builder.makeBlock()
      lowerCondition(condition, then: fits, else: fails)
      builder.begin(fits)
      otherwise = fails
    }
    if isShared {
      let values = state.arms[arm].locals.map { value(ofLocal: $0) }
      let block = state.arms[arm].block ?? builder.makeBlock(parameterCount: values.count)
      state.arms[arm].block = block
      builder.jump(block, values)
    } else {
      body(&self, arm)
    }
    if let otherwise {
      builder.begin(otherwise)
      lower(next, &state, body: body)
    }
    forget(to: mark, &state)
  }

  private mutating func lowerTest(
    _ occurrence: Int32, _ cases: [(head: PatternHead, node: Int32)], _ otherwise: Int32,
    _ state: inout MatchState, body: (inout ProgramLowering, Int) -> Void
  ) {
    let mark = state.loaded.count
    let value = value(of: occurrence, &state)
    var remaining = cases[...]
    if let (blocks, rest) = lowerSwitch(value, cases) {
      // The cases of the switch are lowered from its blocks, the others are tested where it leads to by default.
      for (block, node) in blocks {
        let inner = state.loaded.count
        builder.begin(block)
        lower(node, &state, body: body)
        forget(to: inner, &state)
      }
      builder.begin(rest)
      remaining = cases.filter { !isSwitchable($0.head) }[...]
    }
    for (head, node) in remaining {
      let inner = state.loaded.count
      let fits = builder.makeBlock()
      let next = builder.makeBlock()
      builder.position = state.position
      builder.branch(test(value, head), then: fits, else: next)
      builder.begin(fits)
      lower(node, &state, body: body)
      forget(to: inner, &state)
      builder.begin(next)
    }
    lower(otherwise, &state, body: body)
    forget(to: mark, &state)
  }

  /// A raw condition: whether `value` has the head.
  private mutating func test(_ value: ValueID, _ head: PatternHead) -> ValueID {
    switch head {
    case .integer(let number):
      return builder.genericCompare(.equal, value, builder.int(Int64(number)))
    case .float(let number):
      let constant = builder.dataAddress(Int(floatObject(number)))
      return builder.genericCompare(.equal, value, constant)
    case .string(let bytes):
      let constant = builder.dataAddress(Int(stringObject(bytes)))
      return builder.genericCompare(.equal, value, constant)
    case .null: return isWord(value, UInt64(RAIL_NULL))
    case .unit: return isWord(value, UInt64(RAIL_UNIT))
    case .nil_: return isWord(value, UInt64(RAIL_NIL))
    case .cons: return builder.testKind(value, UInt8(RAIL_KIND_CONS))
    case .tuple(let count):
      return builder.testHeader(
        value, UInt32(RAIL_KIND_TUPLE) | UInt32(count) << UInt32(RAIL_AUX_SHIFT))
    case .constructor(let index):
      if core.constructors[Int(index)].fieldCount == 0 {
        return isWord(value, nullaryConstructor(index))
      }
      return testConstructor(value, index)
    }
  }

  // MARK: - Parts of the scrutinee

  /// The value of an occurrence, loaded if it has not been on this path.
  private mutating func value(of occurrence: Int32, _ state: inout MatchState) -> ValueID {
    let known = state.values[Int(occurrence)]
    if !known.isNone { return known }
    let place = state.tree.occurrences[Int(occurrence)]
    let parent = value(of: place.parent, &state)
    let loaded = builder.load(.word, parent, offset: 8 * Int(place.field))
    state.values[Int(occurrence)] = loaded
    state.loaded.append(occurrence)
    return loaded
  }

  private func forget(to mark: Int, _ state: inout MatchState) {
    while state.loaded.count > mark { state.values[Int(state.loaded.removeLast())] = .none }
  }

  // MARK: - Switches

  /// Whether a head can be a case of a jump table: constructors with fields, by their descriptor.
  private func isSwitchable(_ head: PatternHead) -> Bool {
    if case .constructor(let index) = head {
      return core.constructors[Int(index)].fieldCount > 0
    }
    return false
  }

  /// Begins a multi-way branch on the constructor if there are enough cases: the block of each case, with its node, and the block
  /// for everything else; the current block is ended.
  private mutating func lowerSwitch(
    _ value: ValueID, _ cases: [(head: PatternHead, node: Int32)]
  ) -> (cases: [(BlockID, Int32)], otherwise: BlockID)? {
    var byConstructor: [Int32: Int32] = [:]
    for (head, node) in cases where isSwitchable(head) {
      if case .constructor(let index) = head { byConstructor[index] = node }
    }
    guard byConstructor.count >= smallestSwitch, let lowest = byConstructor.keys.min(),
      let highest = byConstructor.keys.max()
    else { return nil }
    guard Int(highest - lowest) < 4 * byConstructor.count + 16 else { return nil }
    let isConstructor = builder.makeBlock()
    let otherwise = builder.makeBlock()
    builder.branch(
      builder.testKind(value, UInt8(RAIL_KIND_CONSTRUCTOR)), then: isConstructor, else: otherwise)
    builder.begin(isConstructor)
    let descriptor = builder.operation(
      .shiftRightLogical, .raw, builder.load32(value, offset: -8),
      builder.constant(Int64(RAIL_AUX_SHIFT), .raw))
    var blocks: [(BlockID, Int32)] = []
    var targets: [BlockID] = []
    for constructor in lowest...highest {
      if let node = byConstructor[constructor] {
        let block = builder.makeBlock()
        blocks.append((block, node))
        targets.append(block)
      } else {
        targets.append(otherwise)
      }
    }
    builder.switch(descriptor, lowest: Int(lowest), cases: targets, default: otherwise)
    return (blocks, otherwise)
  }
}

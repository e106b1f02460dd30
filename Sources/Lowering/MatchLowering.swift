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
  /// The type of the scrutinee in typed Core, else `dyn`.
  var type: Int32
  /// By occurrence: the head it has been found to have on the current path, if its parts are looked at.
  var heads: [PatternHead?]

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
    let scrutinee = adapt(lowerValue(expression.a), to: .word)
    var arms: [CoreArm] = []
    for arm in core.list(expression) { arms.append(core.arms[Int(arm)]) }
    var state = makeState(
      scrutinee, expression.a, patterns: arms.map(\.pattern),
      guards: arms.map(\.guardExpression), expression)
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
    let value = adapt(lowerValue(expression.b), to: .word)
    var state = makeState(
      value, expression.b, patterns: [expression.a], guards: [-1], expression)
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
    _ scrutinee: ValueID, _ scrutineeExpression: Int32, patterns: [Int32], guards: [Int32],
    _ expression: CoreExpression
  ) -> MatchState {
    let tree = DecisionTreeBuilder.build(core, patterns: patterns, guards: guards.map { $0 >= 0 })
    var values = Array(repeating: ValueID.none, count: tree.occurrences.count)
    values[0] = scrutinee
    var arms: [MatchState.Arm] = []
    for (pattern, condition) in zip(patterns, guards) {
      var locals: [Int32] = []
      collectLocals(of: pattern, into: &locals)
      arms.append(MatchState.Arm(guardExpression: condition, locals: locals))
    }
    let type =
      core.typing?.ofExpression[Int(scrutineeExpression)] ?? CoreTyping.simple(.dyn)
    return MatchState(
      tree: tree, arms: arms, values: values, position: position(expression.position), type: type,
      heads: Array(repeating: nil, count: values.count))
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
    builder.position = state.position
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
    builder.position = state.position
    let value = value(of: occurrence, &state)
    let type = type(of: occurrence, state)
    let isComplete = coversAll(cases, type)
    var remaining = cases[...]
    if let (blocks, rest) = lowerSwitch(value, type, cases) {
      // The cases of the switch are lowered from its blocks, the others are tested where it leads to by default.
      for (block, head, node) in blocks {
        builder.begin(block)
        lowerCase(head, node, occurrence, &state, body: body)
      }
      builder.begin(rest)
      remaining = cases.filter { !isSwitchable($0.head) }[...]
      if isComplete && remaining.isEmpty { builder.unreachable() }
    }
    while let (head, node) = remaining.popFirst() {
      if isComplete && remaining.isEmpty {
        // The type has no other values.
        lowerCase(head, node, occurrence, &state, body: body)
        break
      }
      let fits = builder.makeBlock()
      let next = builder.makeBlock()
      builder.position = state.position
      builder.branch(test(value, head, type), then: fits, else: next)
      builder.begin(fits)
      lowerCase(head, node, occurrence, &state, body: body)
      builder.begin(next)
    }
    if !isComplete { lower(otherwise, &state, body: body) }
    forget(to: mark, &state)
  }

  /// What follows once an occurrence is known to have a head.
  private mutating func lowerCase(
    _ head: PatternHead, _ node: Int32, _ occurrence: Int32, _ state: inout MatchState,
    body: (inout ProgramLowering, Int) -> Void
  ) {
    let mark = state.loaded.count
    state.heads[Int(occurrence)] = head
    lower(node, &state, body: body)
    forget(to: mark, &state)
  }

  /// A raw condition: whether `value` has the head.
  private mutating func test(_ value: ValueID, _ head: PatternHead, _ type: Int32) -> ValueID {
    switch head {
    case .integer(let number):
      let constant = builder.int(Int64(number))
      if hasHead(type, .int) { return builder.compare(.equal, value, constant) }
      return builder.genericCompare(.equal, value, constant)
    case .float(let number):
      let constant = builder.dataAddress(Int(floatObject(number)))
      return builder.genericCompare(.equal, value, constant)
    case .string(let bytes):
      let constant = builder.dataAddress(Int(stringObject(bytes)))
      return builder.genericCompare(.equal, value, constant)
    case .null: return isWord(value, UInt64(RAIL_NULL))
    case .unit: return isWord(value, UInt64(RAIL_UNIT))
    case .nil_: return isWord(value, UInt64(RAIL_NIL))
    case .cons:
      if hasHead(type, .list) {
        return builder.compare(.notEqual, value, word(UInt64(RAIL_NIL)))
      }
      return builder.testKind(value, UInt8(RAIL_KIND_CONS))
    case .tuple(let count):
      return builder.testHeader(
        value, UInt32(RAIL_KIND_TUPLE) | UInt32(count) << UInt32(RAIL_AUX_SHIFT))
    case .constructor(let index):
      if core.constructors[Int(index)].fieldCount == 0 {
        return isWord(value, nullaryConstructor(index))
      }
      if isAlwaysObject(type) {
        return builder.compare(
          .equal, builder.load32(value, offset: -8), builder.constant(constructorHeader(index), .raw))
      }
      return testConstructor(value, index)
    }
  }

  // MARK: - Types

  private func hasHead(_ type: Int32, _ head: CoreTypeHead) -> Bool {
    core.typing?.isExactly(type, head) ?? false
  }

  /// The type of an occurrence on the current path.
  private func type(of occurrence: Int32, _ state: MatchState) -> Int32 {
    if occurrence == 0 { return state.type }
    let place = state.tree.occurrences[Int(occurrence)]
    let parent = type(of: place.parent, state)
    guard let typing = core.typing, let head = state.heads[Int(place.parent)] else {
      return CoreTyping.simple(.dyn)
    }
    switch head {
    case .cons where typing.types[Int(parent)].head == .list:
      if place.field == 0 { return typing.part(parent, 0) }
      return typing.isExactly(parent, .list) ? parent : CoreTyping.simple(.dyn)
    case .tuple(let count)
    where typing.types[Int(parent)].head == .tuple && typing.types[Int(parent)].partCount == count:
      return typing.part(parent, place.field)
    case .constructor(let index) where typing.types[Int(parent)].head == .named:
      let declared = core.types[Int(typing.types[Int(parent)].payload)]
      guard core.constructors[Int(index)].type == typing.types[Int(parent)].payload else {
        return CoreTyping.simple(.dyn)
      }
      var first: Int32 = 0
      for earlier in declared.firstConstructor..<index {
        first += core.constructors[Int(earlier)].fieldCount
      }
      return typing.part(parent, first + place.field)
    default: return CoreTyping.simple(.dyn)
    }
  }

  /// Whether every value of the type has one of the heads.
  private func coversAll(_ cases: [(head: PatternHead, node: Int32)], _ type: Int32) -> Bool {
    guard let typing = core.typing, typing.types[Int(type)].extras.isEmpty else { return false }
    let proved = typing.types[Int(type)]
    switch proved.head {
    case .unit:
      return cases.contains { $0.head == .unit }
    case .list:
      return cases.contains { $0.head == .nil_ } && cases.contains { $0.head == .cons }
    case .tuple:
      return cases.contains { $0.head == .tuple(Int(proved.partCount)) }
    case .named:
      let declared = core.types[Int(proved.payload)]
      let own = cases.count { entry in
        guard case .constructor(let index) = entry.head else { return false }
        return core.constructors[Int(index)].type == proved.payload
      }
      return own == Int(declared.constructorCount)
    default: return false
    }
  }

  /// Whether every value of the type is an object of one of its constructors.
  private func isAlwaysObject(_ type: Int32) -> Bool {
    guard let typing = core.typing, typing.isExactly(type, .named) else { return false }
    let declared = core.types[Int(typing.types[Int(type)].payload)]
    let own = declared.firstConstructor..<declared.firstConstructor + declared.constructorCount
    return own.allSatisfy { core.constructors[Int($0)].fieldCount > 0 }
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
    _ value: ValueID, _ type: Int32, _ cases: [(head: PatternHead, node: Int32)]
  ) -> (cases: [(BlockID, PatternHead, Int32)], otherwise: BlockID)? {
    var byConstructor: [Int32: Int32] = [:]
    for (head, node) in cases where isSwitchable(head) {
      if case .constructor(let index) = head { byConstructor[index] = node }
    }
    guard byConstructor.count >= smallestSwitch, let lowest = byConstructor.keys.min(),
      let highest = byConstructor.keys.max()
    else { return nil }
    guard Int(highest - lowest) < 4 * byConstructor.count + 16 else { return nil }
    let otherwise = builder.makeBlock()
    if !isAlwaysObject(type) {
      let isConstructor = builder.makeBlock()
      builder.branch(
        builder.testKind(value, UInt8(RAIL_KIND_CONSTRUCTOR)), then: isConstructor, else: otherwise)
      builder.begin(isConstructor)
    }
    let descriptor = builder.operation(
      .shiftRightLogical, .raw, builder.load32(value, offset: -8),
      builder.constant(Int64(RAIL_AUX_SHIFT), .raw))
    var blocks: [(BlockID, PatternHead, Int32)] = []
    var targets: [BlockID] = []
    for constructor in lowest...highest {
      if let node = byConstructor[constructor] {
        let block = builder.makeBlock()
        blocks.append((block, .constructor(constructor), node))
        targets.append(block)
      } else {
        targets.append(otherwise)
      }
    }
    builder.switch(descriptor, lowest: Int(lowest), cases: targets, default: otherwise)
    return (blocks, otherwise)
  }
}

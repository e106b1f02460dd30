public import IR
import Support

/// Where each value is used next, at every point of a function.
///
/// Time is counted in steps: one for an instruction, many for a call, since a value that is needed only after a call
/// has to leave its register anyway. Between blocks, the distance to the next use is the shortest over all paths, where
/// leaving a loop and going to a rarely executed block count as long ways. (Next-use distances after M. Braun, S. Hack,
/// Register Spilling and Live-Range Splitting for SSA-Form Programs, CC 2009.)
///
/// The tables are sparse: a block lists the values that live into it, so that time and space are linear in the function's
/// size plus the total length of these lists. Constants are not followed from block to block.
public struct Liveness: Sendable {
  /// A value that lives into a block, with the distance from the block's start to its next use.
  public struct Entry: Sendable {
    public var value: Int32
    public var distance: Int32
  }

  /// The value is not used again.
  public static let never = Int32.max
  static let callSteps: Int32 = 64
  static let coldSteps: Int32 = 1 << 10
  /// More than any way through a loop should take.
  static let loopExitSteps: Int32 = 1 << 16
  /// Distances do not grow beyond this.
  private static let farthest: Int32 = 1 << 24

  /// Time of each selected instruction in linear order, and of the end.
  public private(set) var times: [Int32] = []
  /// Per operand: time of the value's next use after the instruction, or `never`.
  public private(set) var nextUses: [Int32] = []
  /// Per value: time of its first use, or `never`.
  public private(set) var firstUses: [Int32] = []
  /// Per value: the register in which it is wanted next, by its physical number or as ``parameterHint(_:)``; or -1.
  public private(set) var hints: [Int32] = []
  public private(set) var entries: [Entry] = []
  private var entryStart: [Int32] = []
  private var entryCount: [Int32] = []
  /// The entries of the round before, for back edges.
  private var previousEntries: [Entry] = []

  /// The walk through a block, per value.
  private var states: [State] = []
  /// The values that are live.
  private var live: [Int32] = []

  private struct State {
    var nextUse = Liveness.never
    /// A register where it is wanted, and when.
    var hint: Int32 = -1
    var hintTime: Int32 = 0
    /// Position in `live`, or -1.
    var position: Int32 = -1
  }

  public init() {}

  /// Hint for a value that is passed to a block parameter: wherever that parameter is.
  static func parameterHint(_ parameter: Int32) -> Int32 { parameter + Register.firstVirtual }

  /// Range of ``entries``: the values that live into a block, its parameters excepted.
  @inlinable public func liveIn(_ block: Int) -> Range<Int> { range(block) }

  @usableFromInline func range(_ block: Int) -> Range<Int> {
    Int(entryStart[block])..<Int(entryStart[block] + entryCount[block])
  }

  /// Repeats the walk over all blocks until what lives into loops is known: once more than loops are nested.
  public mutating func compute(
    _ function: IRFunction, _ code: SelectedCode, _ graph: ControlFlowGraph
  ) {
    reset(function, code)
    assignTimes(code)
    var changed = true
    while changed {
      changed = false
      swap(&entries, &previousEntries)
      entries.removeAll(keepingCapacity: true)
      for block in graph.postorder {
        let before = entryCount[Int(block)]
        walk(Int(block), function, code, graph)
        if entryCount[Int(block)] != before { changed = graph.hasLoops }
      }
    }
  }

  private mutating func reset(_ function: IRFunction, _ code: SelectedCode) {
    let values = function.valueTypes.count
    entryStart.prepare(function.blocks.count, 0)
    entryCount.prepare(function.blocks.count, 0)
    nextUses.prepare(code.operands.count, Liveness.never)
    firstUses.prepare(values, Liveness.never)
    hints.prepare(values, -1)
    states.prepare(values, State())
    entries.removeAll(keepingCapacity: true)
  }

  private mutating func assignTimes(_ code: SelectedCode) {
    times.removeAll(keepingCapacity: true)
    var time: Int32 = 0
    for instruction in code.instructions {
      times.append(time)
      time += instruction.flags.contains(.call) ? Liveness.callSteps : 1
    }
    times.append(time)
  }

  /// Goes through a block from its end to its start.
  private mutating func walk(
    _ block: Int, _ function: IRFunction, _ code: SelectedCode, _ graph: ControlFlowGraph
  ) {
    live.removeAll(keepingCapacity: true)
    let start = Int(code.blockStarts[block])
    let end = Int(code.blockStarts[block + 1])
    for target in graph.successors(block) {
      meet(block, Int(target), endTime: times[end], function, graph)
    }
    var nextCall = Liveness.never
    for index in stride(from: end - 1, through: start, by: -1) {
      let instruction = code.instructions[index]
      let time = times[index]
      if instruction.result >= 0 { define(instruction, nextCall, code) }
      if instruction.flags.contains(.call) { nextCall = time }
      let first = Int(instruction.operandStart)
      for operand in stride(from: first + Int(instruction.operandCount) - 1, through: first, by: -1) {
        use(operand, time, code)
      }
      if index == end - 1 { hintArguments(instruction, time, function, code) }
      if instruction.reuse != 0 { passHint(instruction, time, code) }
    }
    record(block, function, code, startTime: times[start])
  }

  /// Takes over what lives into a successor.
  private mutating func meet(
    _ block: Int, _ target: Int, endTime: Int32, _ function: IRFunction, _ graph: ControlFlowGraph
  ) {
    var base = endTime
    if graph.loopDepth[target] < graph.loopDepth[block] { base += Liveness.loopExitSteps }
    if function.blocks[target].isCold && !function.blocks[block].isCold {
      base += Liveness.coldSteps
    }
    let isBack = graph.hasLoops && graph.isBackEdge(from: block, to: target)
    for index in range(target) {
      let entry = isBack ? previousEntries[index] : entries[index]
      touch(entry.value, at: base + entry.distance)
    }
  }

  private mutating func touch(_ value: Int32, at time: Int32) {
    let index = Int(value)
    if states[index].position < 0 {
      states[index] = State(nextUse: time, position: Int32(live.count))
      live.append(value)
    } else {
      states[index].nextUse = min(states[index].nextUse, time)
    }
  }

  /// Wants the arguments of a jump where the parameters of its target are.
  private mutating func hintArguments(
    _ terminator: SelectedInstruction, _ time: Int32, _ function: IRFunction, _ code: SelectedCode
  ) {
    let instruction = function.instructions[Int(terminator.ir)]
    guard instruction.opcode == .jump, instruction.listCount > 0 else { return }
    let parameter = function.blocks[Int(instruction.immediate)].firstParameter
    for index in 0..<Int(terminator.operandCount) {
      let value = Int(code.operands[Int(terminator.operandStart) + index].value)
      states[value].hint = Liveness.parameterHint(parameter + Int32(index))
      states[value].hintTime = time
    }
  }

  /// An operand that ends here, and whose register the result should take, is wanted where the result is.
  private mutating func passHint(
    _ instruction: SelectedInstruction, _ time: Int32, _ code: SelectedCode
  ) {
    guard instruction.result >= 0, hints[Int(instruction.result)] >= 0 else { return }
    for index in 0..<Int(instruction.operandCount) where instruction.reuse >> UInt8(index) & 1 != 0 {
      let operand = Int(instruction.operandStart) + index
      guard nextUses[operand] == Liveness.never else { continue }
      let value = Int(code.operands[operand].value)
      states[value].hint = hints[Int(instruction.result)]
      states[value].hintTime = time
    }
  }

  private mutating func define(
    _ instruction: SelectedInstruction, _ nextCall: Int32, _ code: SelectedCode
  ) {
    let value = Int(instruction.result)
    let state = states[value]
    guard state.position >= 0 else {
      firstUses[value] = Liveness.never
      return
    }
    firstUses[value] = state.nextUse
    // After a call the wish is void: the value has left its register.
    hints[value] = state.hintTime <= nextCall ? state.hint : -1
    remove(value)
  }

  private mutating func use(_ operand: Int, _ time: Int32, _ code: SelectedCode) {
    let use = code.operands[operand]
    guard use.constraint != .constant else { return }
    let value = Int(use.value)
    if states[value].position < 0 {
      states[value].position = Int32(live.count)
      states[value].hint = -1
      live.append(use.value)
      nextUses[operand] = Liveness.never
    } else {
      nextUses[operand] = states[value].nextUse
    }
    states[value].nextUse = time
    if use.hint >= 0 {
      states[value].hint = Int32(use.hint)
      states[value].hintTime = time
    }
  }

  private mutating func remove(_ value: Int) {
    let position = Int(states[value].position)
    let last = live.removeLast()
    if position < live.count {
      live[position] = last
      states[Int(last)].position = Int32(position)
    }
    states[value].position = -1
  }

  /// Lists what lives into the block.
  private mutating func record(
    _ block: Int, _ function: IRFunction, _ code: SelectedCode, startTime: Int32
  ) {
    let first = Int(function.blocks[block].firstParameter)
    for value in first..<first + Int(function.blocks[block].parameterCount) {
      guard states[value].position >= 0 else {
        firstUses[value] = Liveness.never
        continue
      }
      firstUses[value] = states[value].nextUse
      hints[value] = states[value].hint
      remove(value)
    }
    entryStart[block] = Int32(entries.count)
    for value in live {
      states[Int(value)].position = -1
      if code.isConstant[Int(value)] { continue }
      let distance = min(states[Int(value)].nextUse - startTime, Liveness.farthest)
      entries.append(Entry(value: value, distance: distance))
    }
    entryCount[block] = Int32(entries.count) - entryStart[block]
  }
}

public import IR
import Support

/// Linear scan register allocation on SSA form.
///
/// Blocks are visited in linear order, hot ones first, and instructions in each from start to end, with a picture of what every
/// register holds at that moment. Values are brought into registers when an instruction wants them there; when
/// registers run out, the value leaves whose next use is farthest away (L. Belady, 1966). A value that leaves its
/// register for the first time gets a slot; since it is defined once, one store serves all later loads. The store stands in the
/// last block that dominates all places where the value is only in its slot, so that a path that needs no slot does
/// not pay for it.
///
/// A block with one predecessor starts as that ended. At a block with several, the first that is visited decides, and
/// the others bring their registers into the same state on the edge; where loops begin, values that are not needed before the
/// next call stay in their slots. As no register survives a call, this does what splitting intervals would do
/// (C. Wimmer, M. Franz, Linear Scan Register Allocation on SSA Form, CGO 2010), in one pass, and it knows the exact
/// contents of all registers at each safepoint. The same scheme, without the placing of stores, is that of Go's compiler.
public struct RegisterAllocator: Sendable {
  public var allocation = Allocation()

  let registers: AllocatableRegisters
  /// The picture: what is known about each value, and the value in each register or -1.
  var states: [State] = []
  var content: [Int32] = []
  /// Allocatable registers that hold nothing.
  var free: UInt64 = 0
  /// Registers of the operands of the current instruction.
  var pinned: UInt64 = 0
  var block = 0
  /// Per block: number of calls in the blocks before it, cold ones not counted; and the last block with a back edge to it.
  var callsBefore: [Int32] = []
  var loopEnd: [Int32] = []
  var hasDominators = false

  struct State {
    var nextUse = Liveness.never
    /// The register that holds the value, or -1.
    var register: Int32 = -1
    /// The register in which the value arrives if it is a block parameter, -1 while that is open.
    var parameterRegister: Int32 = -1
    /// Its register in the state that an edge has to reach, -1 otherwise.
    var wantedRegister: Int32 = -1
  }

  public init(registers: AllocatableRegisters) {
    self.registers = registers
  }

  /// `incoming` tells where the parameters of the function are: registers, or `constant` for those in memory,
  /// which ``Allocation/startContents`` and ``Allocation/arrivesInSlot`` of block 0 say where to load to.
  public mutating func run(
    _ function: IRFunction, _ code: SelectedCode, _ liveness: Liveness,
    _ graph: inout ControlFlowGraph, incoming: [Location]
  ) {
    reset(function, code)
    if graph.hasLoops { findLoopExtents(function, code, graph) }
    receiveParameters(function, liveness, incoming)
    for index in function.blocks.indices {
      block = index
      begin(function, code, liveness)
      for position in Int(code.blockStarts[index])..<Int(code.blockStarts[index + 1]) {
        allocate(position, function, code, liveness, &graph)
      }
      end(function, code, liveness, &graph)
    }
    placeStores(&graph)
  }

  private mutating func reset(_ function: IRFunction, _ code: SelectedCode) {
    let values = function.valueTypes.count
    let blocks = function.blocks.count
    hasDominators = false
    free = registers.general | registers.float
    states.prepare(values, State())
    content.prepare(Int(Register.firstVirtual), -1)
    allocation.results.prepare(code.instructions.count, -1)
    allocation.values.prepare(values, ValuePlacement())
    allocation.edgeMoveStart.prepare(blocks, 0)
    allocation.edgeMoveCount.prepare(blocks, 0)
    allocation.startContentStart.prepare(blocks, -1)
    allocation.startContentCount.prepare(blocks, 0)
    allocation.operands.prepare(code.operands.count, .constant)
    allocation.moves.removeAll(keepingCapacity: true)
    allocation.edgeMoves.removeAll(keepingCapacity: true)
    allocation.registerMasks.removeAll(keepingCapacity: true)
    allocation.spilled.removeAll(keepingCapacity: true)
    allocation.startContents.removeAll(keepingCapacity: true)
  }

  /// Notes which part of the linear order each loop takes, and how many calls there are.
  private mutating func findLoopExtents(
    _ function: IRFunction, _ code: SelectedCode, _ graph: ControlFlowGraph
  ) {
    let blocks = function.blocks.count
    callsBefore.prepare(blocks + 1, 0)
    loopEnd.prepare(blocks, -1)
    for index in 0..<blocks {
      var calls: Int32 = 0
      if !function.blocks[index].isCold {
        for position in Int(code.blockStarts[index])..<Int(code.blockStarts[index + 1])
        where code.instructions[position].flags.contains(.call) {
          calls += 1
        }
        for target in graph.successors(index)
        where graph.isBackEdge(from: index, to: Int(target)) {
          loopEnd[Int(target)] = max(loopEnd[Int(target)], Int32(index))
        }
      }
      callsBefore[index + 1] = callsBefore[index] + calls
    }
  }

  /// Decides where the parameters of the function go.
  private mutating func receiveParameters(
    _ function: IRFunction, _ liveness: Liveness, _ incoming: [Location]
  ) {
    var taken: UInt64 = 0
    allocation.startContentStart[0] = 0
    for (value, location) in incoming.enumerated() where location.isRegister {
      taken |= 1 << UInt64(location.code)
      guard liveness.firstUses[value] != Liveness.never else { continue }
      allocation.startContents.append(
        RegisterContent(value: Int32(value), register: location.code))
    }
    for (value, location) in incoming.enumerated() where !location.isRegister {
      guard liveness.firstUses[value] != Liveness.never else { continue }
      let candidates = classMask(function.valueTypes[value]) & ~taken
      if liveness.firstUses[value] < Liveness.callSteps && candidates != 0 {
        let chosen = pick(candidates)
        taken |= 1 << UInt64(chosen)
        allocation.startContents.append(RegisterContent(value: Int32(value), register: chosen))
      } else {
        allocation.values[value].arrivesInSlot = true
        allocation.values[value].spillBlock = 0
        allocation.spilled.append(Int32(value))
      }
    }
    allocation.startContentCount[0] = Int32(allocation.startContents.count)
  }

  // MARK: - Blocks

  private mutating func begin(
    _ function: IRFunction, _ code: SelectedCode, _ liveness: Liveness
  ) {
    var held = (registers.general | registers.float) & ~free
    while held != 0 {
      release(Int(content[held.trailingZeroBitCount]))
      held &= held - 1
    }
    let time = liveness.times[Int(code.blockStarts[block])]
    for index in liveness.liveIn(block) {
      let entry = liveness.entries[index]
      states[Int(entry.value)].nextUse = time + entry.distance
    }
    let first = Int(function.blocks[block].firstParameter)
    for value in first..<first + Int(function.blocks[block].parameterCount) {
      states[value].nextUse = liveness.firstUses[value]
      allocation.values[value].definitionBlock = Int32(block)
    }
    let start = Int(allocation.startContentStart[block])
    precondition(start >= 0, "a block is visited after one of its predecessors")
    for index in start..<start + Int(allocation.startContentCount[block]) {
      let held = allocation.startContents[index]
      occupy(held.register, with: held.value)
    }
  }

  // MARK: - The picture

  @inline(__always) func classMask(_ type: IRType) -> UInt64 {
    type == .float ? registers.float : registers.general
  }

  /// A register of a set that is not empty.
  @inline(__always) func pick(_ candidates: UInt64) -> Int32 {
    let preferred = candidates & registers.preferred
    return Int32((preferred != 0 ? preferred : candidates).trailingZeroBitCount)
  }

  @inline(__always) mutating func occupy(_ physical: Int32, with value: Int32) {
    content[Int(physical)] = value
    states[Int(value)].register = physical
    free &= ~(1 << UInt64(physical))
  }

  @inline(__always) mutating func release(_ value: Int) {
    let physical = states[value].register
    content[Int(physical)] = -1
    states[value].register = -1
    free |= 1 << UInt64(physical)
  }

  /// Frees the register of the set whose value is not needed for the longest time.
  mutating func evict(
    from candidates: UInt64, _ code: SelectedCode, _ graph: inout ControlFlowGraph
  ) -> Int32 {
    var remaining = candidates
    var chosen: Int32 = -1
    var farthest: Int32 = -1
    while remaining != 0 {
      let physical = Int32(remaining.trailingZeroBitCount)
      remaining &= remaining - 1
      let value = Int(content[Int(physical)])
      if states[value].nextUse > farthest {
        farthest = states[value].nextUse
        chosen = physical
      }
    }
    precondition(chosen >= 0, "an instruction wants more registers than there are")
    let value = Int(content[Int(chosen)])
    release(value)
    requireSlot(value, code, &graph)
    return chosen
  }

  /// The value is needed in its slot from here on.
  mutating func requireSlot(
    _ value: Int, _ code: SelectedCode, _ graph: inout ControlFlowGraph
  ) {
    if code.isConstant[value] { return }
    let known = allocation.values[value].spillBlock
    let here = Int32(block)
    if known < 0 {
      allocation.values[value].spillBlock = here
      allocation.spilled.append(Int32(value))
    } else if known != here && known != allocation.values[value].definitionBlock {
      needDominators(&graph)
      allocation.values[value].spillBlock = graph.commonDominator(known, here)
    }
  }

  private mutating func needDominators(_ graph: inout ControlFlowGraph) {
    if hasDominators { return }
    graph.computeDominators()
    hasDominators = true
  }

  /// Moves stores up to where the value is in a register at the block's start, and out of loops.
  private mutating func placeStores(_ graph: inout ControlFlowGraph) {
    for value in allocation.spilled {
      let home = allocation.values[Int(value)].definitionBlock
      var place = allocation.values[Int(value)].spillBlock
      if place == home { continue }
      needDominators(&graph)
      while place != home
        && (graph.loopDepth[Int(place)] > graph.loopDepth[Int(home)]
          || allocation.registerAtStart(of: Int(place), value) < 0)
      {
        place = graph.dominator[Int(place)]
      }
      allocation.values[Int(value)].spillBlock = place
    }
  }
}

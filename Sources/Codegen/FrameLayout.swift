public import IR
import Support

/// The frame of a function: which slot each spilled value has, and which slots hold values of the collector at each
/// safepoint.
///
/// Slots are words from the stack pointer upwards. A slot is occupied from the store of its value to the last use, on every
/// path; since stores dominate what they serve, values can be given slots in the order of their stores, each the first that is not
/// occupied then (graphs of SSA live ranges are chordal: S. Hack, Register Allocation for Programs in SSA Form, 2007).
public struct FrameLayout: Sendable {
  /// More would be an absurd function; each of its stack maps may need a bit for every slot.
  public static let maximumSlots = 1 << 15

  /// Per value: its slot, or -1.
  public private(set) var slots: [Int32] = []
  public private(set) var slotCount = 0
  private var hasSlots = false
  /// Values to be stored in their slots at the start of a block: those with `spillBlock` there that are not defined by one of its
  /// instructions.
  private var storeStart: [Int32] = []
  private var storeList: [Int32] = []
  /// Bitmaps of the slots that hold live values, one after the other, and where that of each safepoint ends.
  public private(set) var maps: [UInt32] = []
  private var mapEnds: [Int32] = []

  // The walk through a block: per slot the value in it, and the words among them.
  private var owners: [Owner] = []
  private var words: [UInt32] = []
  private var currentBlock: Int32 = 0
  /// No slot below this is free.
  private var firstFree = 0

  /// The value in a slot, -1 if it is free. An entry of another block means nothing: so the table need not be cleared for each.
  private struct Owner {
    var value: Int32
    var block: Int32
  }

  public init() {}

  /// Values to be stored at the start of a block.
  public func stores(atStartOf block: Int) -> ArraySlice<Int32> {
    hasSlots ? storeList[Int(storeStart[block])..<Int(storeStart[block + 1])] : []
  }

  /// The slots with live values at a safepoint, a range of ``maps``: bit i of the whole is slot i.
  public func mapRange(ofSafepoint index: Int) -> Range<Int> {
    if mapEnds.isEmpty { return 0..<0 }
    return (index == 0 ? 0 : Int(mapEnds[index - 1]))..<Int(mapEnds[index])
  }

  public mutating func compute(
    _ function: IRFunction, _ code: SelectedCode, _ liveness: Liveness, _ graph: ControlFlowGraph,
    _ allocation: Allocation
  ) {
    slotCount = 0
    hasSlots = false
    maps.removeAll(keepingCapacity: true)
    mapEnds.removeAll(keepingCapacity: true)
    owners.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
    slots.prepare(function.valueTypes.count, -1)
    if allocation.spilled.isEmpty { return }
    hasSlots = true
    listStores(function, allocation)
    for block in function.blocks.indices {
      begin(block, function, liveness, graph, allocation)
      for position in Int(code.blockStarts[block])..<Int(code.blockStarts[block + 1]) {
        pass(code.instructions[position], block, function, code, liveness, allocation)
      }
    }
    slotCount = owners.count
  }

  /// Sorts the stores at block starts by their block.
  private mutating func listStores(_ function: IRFunction, _ allocation: Allocation) {
    storeStart.prepare(function.blocks.count + 1, 0)
    for value in allocation.spilled where isStoredAtStart(value, function, allocation) {
      storeStart[Int(allocation.values[Int(value)].spillBlock) + 1] += 1
    }
    for block in function.blocks.indices { storeStart[block + 1] += storeStart[block] }
    storeList.prepare(Int(storeStart[function.blocks.count]), -1)
    var cursors = storeStart
    for value in allocation.spilled where isStoredAtStart(value, function, allocation) {
      let block = Int(allocation.values[Int(value)].spillBlock)
      storeList[Int(cursors[block])] = value
      cursors[block] += 1
    }
  }

  private func isStoredAtStart(
    _ value: Int32, _ function: IRFunction, _ allocation: Allocation
  ) -> Bool {
    if allocation.values[Int(value)].arrivesInSlot { return false }
    let place = allocation.values[Int(value)].spillBlock
    return place != allocation.values[Int(value)].definitionBlock
      || isParameter(value, of: function.blocks[Int(place)])
  }

  private func isParameter(_ value: Int32, of block: IRBlock) -> Bool {
    value >= block.firstParameter && value < block.firstParameter + block.parameterCount
  }

  /// Establishes which slots are occupied at the start of a block.
  private mutating func begin(
    _ block: Int, _ function: IRFunction, _ liveness: Liveness, _ graph: ControlFlowGraph,
    _ allocation: Allocation
  ) {
    currentBlock = Int32(block)
    for index in words.indices { words[index] = 0 }
    firstFree = 0
    for index in liveness.liveIn(block) {
      let value = liveness.entries[index].value
      if isInSlot(value, atStartOf: block, graph, allocation) {
        occupy(slots[Int(value)], value, function)
      }
    }
    let parameters = function.blocks[block]
    for value in parameters.firstParameter..<parameters.firstParameter + parameters.parameterCount
    where allocation.values[Int(value)].spillBlock == Int32(block) {
      assignSlot(value, function)
    }
    for value in stores(atStartOf: block) where slots[Int(value)] < 0 {
      assignSlot(value, function)
    }
  }

  /// Whether a value that lives into a block has been stored before.
  public func isInSlot(
    _ value: Int32, atStartOf block: Int, _ graph: ControlFlowGraph, _ allocation: Allocation
  ) -> Bool {
    let place = allocation.values[Int(value)].spillBlock
    if place < 0 { return false }
    if place == allocation.values[Int(value)].definitionBlock { return true }
    return place != Int32(block) && graph.dominates(place, Int32(block))
  }

  /// Goes past one instruction.
  private mutating func pass(
    _ instruction: SelectedInstruction, _ block: Int, _ function: IRFunction, _ code: SelectedCode,
    _ liveness: Liveness, _ allocation: Allocation
  ) {
    let isSafepoint = instruction.flags.contains(.safepoint)
    let survives = instruction.flags.contains(.operandsSurvive)
    if isSafepoint && survives { recordMap() }
    let first = Int(instruction.operandStart)
    for index in first..<first + Int(instruction.operandCount)
    where liveness.nextUses[index] == Liveness.never {
      let value = code.operands[index].value
      let slot = slots[Int(value)]
      if slot >= 0 && owner(Int(slot)) == value { vacate(slot) }
    }
    if isSafepoint && !survives { recordMap() }
    if instruction.result >= 0 && allocation.values[Int(instruction.result)].spillBlock == Int32(block) {
      assignSlot(instruction.result, function)
    }
  }

  private mutating func recordMap() {
    maps.append(contentsOf: words)
    mapEnds.append(Int32(maps.count))
  }

  // MARK: - Slots

  private func owner(_ slot: Int) -> Int32 {
    owners[slot].block == currentBlock ? owners[slot].value : -1
  }

  private mutating func assignSlot(_ value: Int32, _ function: IRFunction) {
    var slot = firstFree
    while slot < owners.count && owner(slot) >= 0 { slot += 1 }
    firstFree = slot
    if slot == owners.count {
      owners.append(Owner(value: -1, block: -1))
      if slot & 31 == 0 { words.append(0) }
    }
    slots[Int(value)] = Int32(slot)
    occupy(Int32(slot), value, function)
  }

  private mutating func occupy(_ slot: Int32, _ value: Int32, _ function: IRFunction) {
    owners[Int(slot)] = Owner(value: value, block: currentBlock)
    if function.valueTypes[Int(value)] == .word {
      words[Int(slot >> 5)] |= 1 << UInt32(slot & 31)
    }
  }

  private mutating func vacate(_ slot: Int32) {
    owners[Int(slot)].value = -1
    firstFree = min(firstFree, Int(slot))
    words[Int(slot >> 5)] &= ~(1 << UInt32(slot & 31))
  }
}

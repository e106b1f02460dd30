/// Brings the blocks of a ``FunctionBuilder`` into the form of a finished function: only what can be reached,
/// critical edges split, cold blocks last. Keeps its work arrays between functions.
struct BlockOrder: Sendable {
  /// Per block: its only predecessor, or `none` or `several`.
  private var predecessors: [Int32] = []
  /// Per block: the last block that had an edge to it split, and the number of the block that splits it.
  private var splitSources: [Int32] = []
  private var splits: [Int32] = []
  /// Per block: whether it is placed with the cold ones. So is every block that only cold ones lead to; hence no cold
  /// block dominates a hot one.
  private var isCold: [Bool] = []
  /// The targets of the blocks that split edges; these are numbered behind the others.
  private var splitTargets: [Int32] = []
  /// Reachable blocks in their final order, hot and cold.
  private var hot: [Int32] = []
  private var hotCount = 0
  private var cold: [Int32] = []
  /// Per block: its final number.
  private var numbers: [Int32] = []

  private static let none: Int32 = -1
  private static let several: Int32 = -2

  /// `begun` lists the blocks in the order in which they were begun. The edges in `instructions` and `operands` are
  /// changed in place; the blocks of `function` and their instructions are the result.
  mutating func arrange(
    _ blocks: [IRBlock], begun: [Int32], _ instructions: inout [IRInstruction],
    _ operands: inout [Int32], into function: inout IRFunction
  ) {
    findPredecessors(blocks, begun, instructions, operands)
    splitCriticalEdges(blocks, begun, &instructions, &operands)
    hotCount = hot.count
    hot.append(contentsOf: cold)
    fill(&numbers, blocks.count + splitTargets.count)
    for (number, block) in hot.enumerated() { numbers[Int(block)] = Int32(number) }

    function.blocks.reserveCapacity(hot.count)
    function.instructions.reserveCapacity(instructions.count + splitTargets.count)
    for block in hot {
      place(Int(block), blocks, instructions, into: &function)
      mapSuccessors(of: &function.instructions[function.instructions.count - 1], &operands) {
        numbers[Int($0)]
      }
    }
  }

  /// A block is begun after the predecessors that are not at the end of a back edge, so one pass in that order sees
  /// which blocks can be reached, and which from a hot block.
  private mutating func findPredecessors(
    _ blocks: [IRBlock], _ begun: [Int32], _ instructions: [IRInstruction], _ operands: [Int32]
  ) {
    fill(&predecessors, blocks.count)
    isCold.removeAll(keepingCapacity: true)
    isCold.append(contentsOf: repeatElement(true, count: blocks.count))
    isCold[0] = false
    for block in begun where block == 0 || predecessors[Int(block)] != Self.none {
      if blocks[Int(block)].isCold { isCold[Int(block)] = true }
      let terminator = instructions[Int(blocks[Int(block)].end) - 1]
      forEachSuccessor(of: terminator, operands) { target in
        precondition(blocks[Int(target)].end >= 0, "a block that is jumped to was never begun")
        let known = predecessors[Int(target)]
        predecessors[Int(target)] = known == Self.none || known == block ? block : Self.several
        if !isCold[Int(block)] { isCold[Int(target)] = false }
      }
    }
  }

  /// Lists the blocks in `hot` and `cold`, a new one for each critical edge after its source.
  private mutating func splitCriticalEdges(
    _ blocks: [IRBlock], _ begun: [Int32], _ instructions: inout [IRInstruction],
    _ operands: inout [Int32]
  ) {
    fill(&splits, blocks.count)
    fill(&splitSources, blocks.count)
    splitTargets.removeAll(keepingCapacity: true)
    hot.removeAll(keepingCapacity: true)
    cold.removeAll(keepingCapacity: true)
    for block in begun where block == 0 || predecessors[Int(block)] != Self.none {
      list(block, isCold: isCold[Int(block)])
      let last = Int(blocks[Int(block)].end) - 1
      guard instructions[last].opcode == .branch || instructions[last].opcode == .switch else {
        continue
      }
      mapSuccessors(of: &instructions[last], &operands) { target in
        guard predecessors[Int(target)] == Self.several else { return target }
        if splitSources[Int(target)] != block {
          splitSources[Int(target)] = block
          splits[Int(target)] = Int32(blocks.count + splitTargets.count)
          splitTargets.append(target)
          list(splits[Int(target)], isCold: isCold[Int(block)] || isCold[Int(target)])
        }
        return splits[Int(target)]
      }
    }
  }

  private mutating func list(_ block: Int32, isCold: Bool) {
    if isCold { cold.append(block) } else { hot.append(block) }
  }

  private func place(
    _ block: Int, _ blocks: [IRBlock], _ instructions: [IRInstruction],
    into function: inout IRFunction
  ) {
    let start = Int32(function.instructions.count)
    var placed: IRBlock
    if block < blocks.count {
      placed = blocks[block]
      placed.isCold = isCold[block]
      function.instructions.append(contentsOf: instructions[Int(placed.start)..<Int(placed.end)])
    } else {
      let target = splitTargets[block - blocks.count]
      placed = IRBlock(isCold: function.blocks.count >= hotCount)
      function.instructions.append(IRInstruction(.jump, immediate: Int64(target)))
    }
    placed.start = start
    placed.end = Int32(function.instructions.count)
    function.blocks.append(placed)
  }

  private func fill(_ array: inout [Int32], _ count: Int) {
    array.removeAll(keepingCapacity: true)
    array.append(contentsOf: repeatElement(Self.none, count: count))
  }
}

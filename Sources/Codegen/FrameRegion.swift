import IR

// Where a function gets its frame. Most functions that call others also have a way out that does
// not, the end of a recursion for example: it need not pay for a frame that it does not use, nor for
// the test whether there is room for it. (F. C. Chow, Minimizing Register Usage Penalty at Procedure
// Calls, PLDI 1988, calls that shrink-wrapping; this is the case that costs nothing to find.)

extension FunctionCompiler {
  /// Follows the function from its beginning along blocks that need no frame, each of which leads to
  /// one further block and otherwise to blocks that need none either and end the function. The frame
  /// is made where this ends, at ``frameBlock``; blocks on the way are not reached from elsewhere.
  mutating func findFrameBlock() {
    frameBlock = 0
    isFrameless.removeAll(keepingCapacity: true)
    guard frameWords > 0, graph.predecessors(0).isEmpty,
      memoryParameters.allSatisfy({ $0.to.isRegister })
    else { return }
    var block = 0
    var frameless: [Int] = []
    while !needsFrame(block), let (next, exits) = continuation(of: block) {
      frameless.append(block)
      frameless += exits
      block = next
    }
    if block == 0 || isSkipped[block] { return }
    frameBlock = block
    isFrameless.append(contentsOf: repeatElement(false, count: function.blocks.count))
    for block in frameless { isFrameless[block] = true }
  }

  /// The one block that `block` leads to and that does not end the function without a frame, and
  /// those that do; nil if there are several, or if one can be reached from elsewhere.
  private func continuation(of block: Int) -> (next: Int, exits: [Int])? {
    var next = -1
    var exits: [Int] = []
    for target in graph.successors(block) {
      let successor = Int(target)
      guard graph.predecessors(successor).count == 1 else { return nil }
      if graph.successors(successor).isEmpty && !needsFrame(successor) {
        exits.append(successor)
      } else if next < 0 {
        next = successor
      } else {
        return nil
      }
    }
    return next < 0 ? nil : (next, exits)
  }

  /// Whether a block calls anything, perhaps out of line, or uses a slot.
  private func needsFrame(_ block: Int) -> Bool {
    if !frame.stores(atStartOf: block).isEmpty { return true }
    let range =
      Int(selection.code.blockStarts[block])..<Int(selection.code.blockStarts[block + 1])
    for index in range {
      let selected = selection.code.instructions[index]
      let instruction = function.instructions[Int(selected.ir)]
      if !selected.flags.isDisjoint(with: [.call, .safepoint]) || hasColdPath(instruction.opcode) {
        return true
      }
      if selected.result >= 0
        && allocator.allocation.values[Int(selected.result)].spillBlock == Int32(block)
      {
        return true
      }
      let first = Int(selected.operandStart)
      for operand in first..<first + Int(selected.operandCount)
      where isSlot(allocator.allocation.operands[operand]) {
        return true
      }
    }
    if allocator.allocation.edgeMoves(block).contains(where: { usesSlot($0) }) { return true }
    return allocator.allocation.moves.contains {
      range.contains(Int($0.position)) && usesSlot($0)
    }
  }

  private func usesSlot(_ move: Move) -> Bool { isSlot(move.from) || isSlot(move.to) }

  private func isSlot(_ location: Location) -> Bool {
    location.isSlot || location == .valueSlot
  }

  /// Whether a target may finish an instruction out of line, though it calls nothing.
  private func hasColdPath(_ opcode: Opcode) -> Bool {
    opcode == .divide || opcode == .remainder
  }
}

import Support

/// The control flow of one function: edges, orders, loops, dominators. All tables are indexed by block; they are
/// reused from function to function.
public struct ControlFlowGraph: Sendable {
  public private(set) var blockCount = 0
  /// Blocks such that each comes before those it can only be reached from, by way of forward edges. Unreachable blocks are not
  /// listed.
  public private(set) var postorder: [Int32] = []
  /// Position of each block in the reverse of ``postorder``, -1 if it cannot be reached.
  public private(set) var order: [Int32] = []
  public private(set) var hasLoops = false
  /// Number of loops around each block.
  public private(set) var loopDepth: [Int32] = []
  /// The immediate dominator of each block, -1 for the entry; empty until ``computeDominators()``.
  public private(set) var dominator: [Int32] = []

  private var successorStart: [Int32] = []
  private var successorList: [Int32] = []
  private var predecessorStart: [Int32] = []
  private var predecessorList: [Int32] = []
  /// The innermost loop of each block, and for each loop its parent and its header.
  private var innermost: [Int32] = []
  private var parents: [Int32] = []
  private var headers: [Int32] = []
  /// Preorder position in the tree of dominators, and number of blocks below and at each.
  private var subtreeStart: [Int32] = []
  private var subtreeSize: [Int32] = []
  private var stack: [Int32] = []
  private var cursors: [Int32] = []

  public init() {}

  /// Computes everything but the dominators. Terminators and their targets must be valid.
  public mutating func compute(_ function: IRFunction) {
    blockCount = function.blocks.count
    hasLoops = false
    dominator.removeAll(keepingCapacity: true)
    loopDepth.prepare(blockCount, 0)
    collectSuccessors(function)
    orderBlocks()
    collectPredecessors()
    if hasLoops { findLoops() }
  }

  /// The successors of a block, as often as its terminator names them.
  @inlinable public func successors(_ block: Int) -> ArraySlice<Int32> {
    slice(block, isSuccessor: true)
  }

  @inlinable public func predecessors(_ block: Int) -> ArraySlice<Int32> {
    slice(block, isSuccessor: false)
  }

  @usableFromInline func slice(_ block: Int, isSuccessor: Bool) -> ArraySlice<Int32> {
    isSuccessor
      ? successorList[Int(successorStart[block])..<Int(successorStart[block + 1])]
      : predecessorList[Int(predecessorStart[block])..<Int(predecessorStart[block + 1])]
  }

  /// Whether an edge leads back to the header of a loop.
  public func isBackEdge(from source: Int, to target: Int) -> Bool {
    order[target] <= order[source]
  }

  /// Whether a block is the target of a back edge.
  public func isLoopHeader(_ block: Int) -> Bool {
    hasLoops && innermost[block] >= 0 && headers[Int(innermost[block])] == Int32(block)
  }

  // MARK: - Edges

  private mutating func collectSuccessors(_ function: IRFunction) {
    successorStart.removeAll(keepingCapacity: true)
    successorList.removeAll(keepingCapacity: true)
    for block in function.blocks {
      successorStart.append(Int32(successorList.count))
      forEachSuccessor(of: function.instructions[Int(block.end) - 1], function.operands) {
        successorList.append($0)
      }
    }
    successorStart.append(Int32(successorList.count))
  }

  /// Sorts the edges that leave reachable blocks by their target.
  private mutating func collectPredecessors() {
    predecessorStart.prepare(blockCount + 1, 0)
    for block in 0..<blockCount where order[block] >= 0 {
      for target in successors(block) { predecessorStart[Int(target) + 1] += 1 }
    }
    for block in 0..<blockCount { predecessorStart[block + 1] += predecessorStart[block] }
    predecessorList.prepare(Int(predecessorStart[blockCount]), 0)
    cursors.removeAll(keepingCapacity: true)
    cursors.append(contentsOf: predecessorStart[..<blockCount])
    for block in 0..<blockCount where order[block] >= 0 {
      for target in successors(block) {
        predecessorList[Int(cursors[Int(target)])] = Int32(block)
        cursors[Int(target)] += 1
      }
    }
  }

  /// Depth-first search from the entry. A back edge is one to a block whose search has not ended.
  private mutating func orderBlocks() {
    let unseen: Int32 = -1
    let active: Int32 = -2
    let done: Int32 = -3
    order.prepare(blockCount, unseen)
    postorder.removeAll(keepingCapacity: true)
    stack.removeAll(keepingCapacity: true)
    cursors.removeAll(keepingCapacity: true)
    cursors.append(contentsOf: successorStart)
    stack.append(0)
    order[0] = active
    while let block = stack.last {
      let next = cursors[Int(block)]
      if next == successorStart[Int(block) + 1] {
        order[Int(block)] = done
        postorder.append(block)
        stack.removeLast()
        continue
      }
      cursors[Int(block)] = next + 1
      let target = successorList[Int(next)]
      switch order[Int(target)] {
      case unseen:
        order[Int(target)] = active
        stack.append(target)
      case active: hasLoops = true
      default: break
      }
    }
    for (position, block) in postorder.enumerated() {
      order[Int(block)] = Int32(postorder.count - 1 - position)
    }
  }

  // MARK: - Loops

  /// Finds natural loops from the inside out: walks from each back edge against the direction of control up to the
  /// header, stepping over loops that are known already. (As LLVM's LoopInfo does; for reducible graphs.)
  private mutating func findLoops() {
    innermost.prepare(blockCount, -1)
    parents.removeAll(keepingCapacity: true)
    headers.removeAll(keepingCapacity: true)
    for header in postorder {
      stack.removeAll(keepingCapacity: true)
      for source in predecessors(Int(header))
      where isBackEdge(from: Int(source), to: Int(header)) {
        stack.append(source)
      }
      if stack.isEmpty { continue }
      let loop = Int32(headers.count)
      headers.append(header)
      parents.append(-1)
      enclose(header, loop)
      while let block = stack.popLast() { enclose(block, loop) }
    }
    // Outer loops have been found after the inner ones.
    var depths = [Int32](repeating: 1, count: headers.count)
    for loop in headers.indices.reversed() where parents[loop] >= 0 {
      depths[loop] = depths[Int(parents[loop])] + 1
    }
    for block in 0..<blockCount where innermost[block] >= 0 {
      loopDepth[block] = depths[Int(innermost[block])]
    }
  }

  /// Adds a block, or the outermost loop around it, to `loop`, and puts what leads there on the stack.
  private mutating func enclose(_ block: Int32, _ loop: Int32) {
    if innermost[Int(block)] < 0 {
      innermost[Int(block)] = loop
      if block != headers[Int(loop)] { stack.append(contentsOf: predecessors(Int(block))) }
      return
    }
    var inner = innermost[Int(block)]
    while parents[Int(inner)] >= 0 { inner = parents[Int(inner)] }
    if inner == loop { return }
    parents[Int(inner)] = loop
    let header = headers[Int(inner)]
    if header == headers[Int(loop)] { return }
    for source in predecessors(Int(header))
    where !isBackEdge(from: Int(source), to: Int(header)) {
      stack.append(source)
    }
  }

  // MARK: - Dominators

  /// Computes ``dominator`` (K. Cooper, T. Harvey, K. Kennedy, A Simple, Fast Dominance Algorithm, 2001).
  public mutating func computeDominators() {
    dominator.prepare(blockCount, -1)
    var changed = true
    while changed {
      changed = false
      for block in postorder.reversed() where block != 0 {
        var common: Int32 = -1
        for source in predecessors(Int(block)) where source == 0 || dominator[Int(source)] >= 0 {
          common = common < 0 ? source : commonAncestor(common, source)
        }
        if dominator[Int(block)] != common {
          dominator[Int(block)] = common
          changed = hasLoops
        }
      }
    }
    numberDominatorTree()
  }

  /// Numbers the tree of dominators such that a subtree is a range.
  private mutating func numberDominatorTree() {
    subtreeSize.prepare(blockCount, 1)
    for block in postorder where block != 0 {
      subtreeSize[Int(dominator[Int(block)])] += subtreeSize[Int(block)]
    }
    subtreeStart.prepare(blockCount, 0)
    cursors.prepare(blockCount, 1)
    for block in postorder.reversed() where block != 0 {
      let parent = Int(dominator[Int(block)])
      let start = cursors[parent]
      subtreeStart[Int(block)] = start
      cursors[parent] = start + subtreeSize[Int(block)]
      cursors[Int(block)] = start + 1
    }
  }

  /// The last block that dominates both; needs ``computeDominators()``.
  public func commonDominator(_ first: Int32, _ second: Int32) -> Int32 {
    if dominates(first, second) { return first }
    return commonAncestor(first, second)
  }

  private func commonAncestor(_ first: Int32, _ second: Int32) -> Int32 {
    var first = first
    var second = second
    while first != second {
      if order[Int(first)] > order[Int(second)] {
        first = dominator[Int(first)]
      } else {
        second = dominator[Int(second)]
      }
    }
    return first
  }

  /// Whether `first` dominates `second` or is the same; needs ``computeDominators()``.
  public func dominates(_ first: Int32, _ second: Int32) -> Bool {
    let offset = subtreeStart[Int(second)] - subtreeStart[Int(first)]
    return offset >= 0 && offset < subtreeSize[Int(first)]
  }
}

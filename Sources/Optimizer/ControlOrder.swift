import IR
import Support

/// An order of the reachable blocks of a function in which each comes after its forward predecessors, and which
/// otherwise is that of the function (Kahn's algorithm, CACM 1962, with a heap of the blocks that are ready).
struct ControlOrder {
  private(set) var blocks: [Int32] = []
  /// By block: forward predecessors that have not been listed yet.
  private var waiting: [Int32] = []
  private var ready: [Int32] = []

  mutating func compute(_ function: IRFunction, _ graph: ControlFlowGraph) {
    blocks.removeAll(keepingCapacity: true)
    waiting.prepare(function.blocks.count, 0)
    for block in graph.postorder {
      for source in graph.predecessors(Int(block))
      where !graph.isBackEdge(from: Int(source), to: Int(block)) {
        waiting[Int(block)] += 1
      }
    }
    insert(0)
    while let block = takeLeast() {
      blocks.append(block)
      for target in graph.successors(Int(block))
      where !graph.isBackEdge(from: Int(block), to: Int(target)) {
        waiting[Int(target)] -= 1
        if waiting[Int(target)] == 0 { insert(target) }
      }
    }
  }

  // MARK: - A binary heap

  private mutating func insert(_ block: Int32) {
    ready.append(block)
    var child = ready.count - 1
    while child > 0 && ready[(child - 1) / 2] > ready[child] {
      ready.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func takeLeast() -> Int32? {
    guard let least = ready.first else { return nil }
    let last = ready.removeLast()
    guard !ready.isEmpty else { return least }
    ready[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < ready.count else { return least }
      if child + 1 < ready.count && ready[child + 1] < ready[child] { child += 1 }
      if ready[parent] <= ready[child] { return least }
      ready.swapAt(parent, child)
      parent = child
    }
  }
}

import Semantics

// The type of an instance that serves all callers: what a signature says of it, and `dyn` for what
// it leaves to callers.

extension TypeInference {
  /// The type of a function for whatever any caller may pass.
  mutating func generalType(of global: Int32, _ types: inout CanonicalTypes) -> Int32 {
    guard let scheme = scheme(ofGlobal: global) else { return CoreTyping.simple(.dyn) }
    let base = system.instantiate(scheme, table, site: -1, namesSite: false)
    var memo: [Int32: Int32] = [:]
    var parts = GrowableBuffer<Int32>()
    for position in 0...scheme.parameterCount {
      let general = generalNode(of: root(scheme, position, base), &memo)
      parts.append(types.type(of: general, in: &system))
    }
    return types.function(parts)
  }

  /// A copy of a type without what is known only by inference. That has to stay where something
  /// declared is inside which no check at run time can find: callers may not pass anything else
  /// there.
  private mutating func generalNode(of node: Int32, _ memo: inout [Int32: Int32]) -> Int32 {
    let root = system.find(node)
    if root < system.persistentNodes { return root }
    if let known = memo[root] { return known }
    let source = system.nodes[root]
    guard source.head != .variable, source.isRigid || holdsPromise(root) else {
      return ConstraintSystem.Shared.dyn
    }
    let copy = system.new()
    memo[root] = copy
    var kids: [Int32] = []
    for position in 0..<source.kidCount {
      kids.append(generalNode(of: system.kid(root, position), &memo))
    }
    system.nodes[copy].head = source.head
    system.nodes[copy].extras = source.extras
    system.nodes[copy].payload = source.payload
    system.nodes[copy].firstKid = system.kids.next
    system.nodes[copy].kidCount = source.kidCount
    for kid in kids { system.kids.append(kid) }
    return copy
  }

  /// Whether a part of a type is declared and cannot be checked at run time.
  private mutating func holdsPromise(_ root: Int32) -> Bool {
    var seen = [root]
    var index = 0
    while index < seen.count {
      let node = system.nodes[seen[index]]
      index += 1
      for position in 0..<node.kidCount {
        let kid = system.find(system.kids[node.firstKid + position])
        if system.nodes[kid].isRigid {
          if !system.isCheckable(kid) { return true }
        } else if !seen.contains(kid) {
          seen.append(kid)
        }
      }
    }
    return false
  }
}

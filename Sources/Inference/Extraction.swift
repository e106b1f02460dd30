// Copying the types of a finished component to where they outlive it: into schemes, and, for
// constants, among the persistent nodes.

extension ConstraintSystem {
  /// A type with more nodes than this becomes `dyn`.
  static let sizeLimit = 4096
  /// What is nested more deeply than this becomes `dyn`.
  static let depthLimit = 64

  // MARK: - Persistent nodes

  /// Decides which nodes of the component stay: those of its constants, and what persistent nodes
  /// have come to refer to. Returns them in the order of their future numbers.
  mutating func promote(constants: [Int32]) -> [Int32] {
    var promoted: [Int32] = []
    var frontier: [Int32] = []
    pass += 1
    for index in 0..<touched.next { frontier.append(find(touched[index])) }
    frontier.reverse()
    for constant in constants { frontier.append(constant) }
    while let next = frontier.popLast() {
      let node = find(next)
      let isShared = nodes[node].isRigid && node < persistentNodes
      if isShared || nodes[node].mark == pass << 5 { continue }
      nodes[node].mark = pass << 5
      if node >= persistentNodes {
        // What a variable of a signature stands for is not known outside its function.
        if nodes[node].head == .variable { nodes[node].head = .dyn }
        nodes[node].promotion = persistentNodes + Int32(promoted.count)
        nodes[node].flags.insert(.monomorphic)
        promoted.append(node)
      } else if nodes[node].firstKid < persistentKids {
        continue  // it has no kids that are new
      }
      for position in stride(from: nodes[node].kidCount - 1, through: 0, by: -1) {
        frontier.append(kid(node, position))
      }
    }
    markOpen(promoted)
    return promoted
  }

  /// Open are unresolved nodes, and everything below what is mutable.
  private mutating func markOpen(_ promoted: [Int32]) {
    var frontier: [Int32] = []
    for node in promoted {
      if nodes[node].head == .unresolved && nodes[node].extras.isEmpty {
        nodes[node].flags.insert(.open)
      }
      if nodes[node].head.isMutable { frontier.append(kid(node, 0)) }
    }
    for index in 0..<touched.next {
      let node = find(touched[index])
      guard nodes[node].flags.contains(.open) else { continue }
      for position in 0..<nodes[node].kidCount { frontier.append(kid(node, position)) }
    }
    while let next = frontier.popLast() {
      let node = find(next)
      if nodes[node].isRigid || nodes[node].flags.contains(.open) { continue }
      nodes[node].flags.insert(.open)
      for position in 0..<nodes[node].kidCount { frontier.append(kid(node, position)) }
    }
  }

  /// Drops the component and keeps what has been promoted.
  mutating func commit(_ promoted: [Int32]) {
    var kept: [TypeNode] = []
    var keptKids: [Int32] = []
    for (position, node) in promoted.enumerated() {
      var copy = nodes[node]
      copy.parent = persistentNodes + Int32(position)
      copy.promotion = -1
      copy.cause = -1
      copy.lastOut = -1
      copy.lastIn = -1
      copy.lastUse = -1
      copy.flags.remove(.queued)
      copy.firstKid = persistentKids + Int32(keptKids.count)
      for kid in 0..<copy.kidCount { keptKids.append(finalNumber(of: self.kid(node, kid))) }
      kept.append(copy)
    }
    pass += 1
    for index in 0..<touched.next {
      let node = find(touched[index])
      guard node < persistentNodes, nodes[node].kidCount > 0,
        nodes[node].firstKid >= persistentKids, nodes[node].mark != pass << 5
      else { continue }
      nodes[node].mark = pass << 5
      var newKids: [Int32] = []
      for kid in 0..<nodes[node].kidCount { newKids.append(finalNumber(of: self.kid(node, kid))) }
      nodes[node].firstKid = persistentKids + Int32(keptKids.count)
      keptKids.append(contentsOf: newKids)
    }
    dropComponent()
    for node in kept { nodes.append(node) }
    for kid in keptKids { kids.append(kid) }
    persistentNodes = nodes.next
    persistentKids = kids.next
  }

  /// The number that a node which stays will have.
  private mutating func finalNumber(of node: Int32) -> Int32 {
    let root = find(node)
    return root < persistentNodes ? root : nodes[root].promotion
  }

  // MARK: - Schemes

  /// Copies the types behind `roots` to a scheme, with the operations that wait for them. A type
  /// that is too large is made `dyn` first.
  mutating func extract(
    parameterCount: Int32, roots: [Int32], into table: inout SchemeTable
  ) -> Scheme {
    while !isShallow(roots) { run() }
    if !numberNodes(roots) {
      for root in roots { makeDynamic(root, cause: -1) }
      run()
      waiting.removeAll()
      pass += 1
      visited.removeAll()
      for root in roots { number(root) }
    }
    var scheme = Scheme(
      firstNode: table.nodes.next, nodeCount: Int32(visited.count), firstKid: table.kids.next,
      firstConstraint: table.constraints.next, firstRoot: table.roots.next,
      parameterCount: parameterCount)
    for node in visited { write(node, scheme, &table) }
    scheme.kidCount = table.kids.next - scheme.firstKid
    for root in roots { table.roots.append(reference(to: root)) }
    for index in waiting { write(constraint: index, scheme, &table) }
    scheme.constraintCount = table.constraints.next - scheme.firstConstraint
    return scheme
  }

  private mutating func write(_ node: Int32, _ scheme: Scheme, _ table: inout SchemeTable) {
    let source = nodes[node]
    table.nodes.append(
      SchemeNode(
        head: source.head, extras: source.extras,
        flags: source.flags.intersection([.frozen, .guessed, .numeric, .rigid]),
        payload: source.payload, firstKid: table.kids.next - scheme.firstKid,
        kidCount: source.kidCount, origin: source.origin))
    for position in 0..<source.kidCount {
      table.kids.append(reference(to: kids[source.firstKid + position]))
    }
  }

  private mutating func write(
    constraint index: Int32, _ scheme: Scheme, _ table: inout SchemeTable
  ) {
    var copy = constraints[index]
    copy.a = reference(to: copy.a)
    copy.b = reference(to: copy.b)
    copy.result = reference(to: copy.result)
    // Constraints of a scheme are few: a search is fast enough.
    for earlier in scheme.firstConstraint..<table.constraints.next {
      let other = table.constraints[earlier]
      if other.kind == copy.kind && other.operation == copy.operation && other.a == copy.a
        && other.b == copy.b && other.result == copy.result && other.payload == copy.payload
      {
        if copy.flags.contains(.unconditional), !other.flags.contains(.unconditional) {
          table.constraints[earlier] = copy
        }
        return
      }
    }
    table.constraints.append(copy)
  }

  /// Makes what is nested too deeply `dyn`; returns whether there was nothing to do. Chains of
  /// definitions that each wrap the last would otherwise make types that grow with the program.
  private mutating func isShallow(_ roots: [Int32]) -> Bool {
    pass += 1
    visited.removeAll(keepingCapacity: true)
    for root in roots { number(root) }
    var first = 0
    var depth = 0
    while first < visited.count {
      let end = visited.count
      if depth == ConstraintSystem.depthLimit {
        let deep = visited[first..<end].filter { nodes[$0].kidCount > 0 && !nodes[$0].isRigid }
        for node in deep { makeDynamic(node, cause: -1) }
        return deep.isEmpty
      }
      for index in first..<end {
        let node = visited[index]
        for position in 0..<nodes[node].kidCount { number(kid(node, position)) }
      }
      first = end
      depth += 1
    }
    return true
  }

  /// Numbers what a scheme consists of; false if it is too much.
  private mutating func numberNodes(_ roots: [Int32]) -> Bool {
    pass += 1
    visited.removeAll(keepingCapacity: true)
    waiting.removeAll(keepingCapacity: true)
    var next = 0
    for root in roots { number(root) }
    while next < visited.count {
      let node = visited[next]
      next += 1
      if visited.count > ConstraintSystem.sizeLimit { return false }
      for position in 0..<nodes[node].kidCount { number(kid(node, position)) }
      let last = nodes[node].lastUse
      if last < 0 { continue }
      var use = uses[last].next
      while true {
        let index = uses[use].constraint
        let constraint = constraints[index]
        if constraint.mark != pass && waits(constraint) {
          constraints[index].mark = pass
          waiting.append(index)
          if waiting.count > 4 * ConstraintSystem.constraintLimit { return false }
          number(constraint.a)
          number(constraint.b)
          number(constraint.result)
        }
        if use == last { break }
        use = uses[use].next
      }
    }
    waiting.sort()
    return true
  }

  private mutating func number(_ node: Int32) {
    let root = find(node)
    if nodes[root].mark == pass << 5 || isShared(root) { return }
    nodes[root].mark = pass << 5
    nodes[root].number = Int32(visited.count)
    visited.append(root)
  }

  private mutating func isShared(_ root: Int32) -> Bool {
    root < persistentNodes || nodes[root].promotion >= 0
  }

  private mutating func reference(to node: Int32) -> Int32 {
    let root = find(node)
    if root < persistentNodes { return ~root }
    let promotion = nodes[root].promotion
    return promotion >= 0 ? ~promotion : nodes[root].number
  }
}

// Rule 5 of the inference: which nodes of a component a use of its definitions gets copies of, and
// what has to be made one before that. The interface of a component is what can be reached from the
// types of its definitions, and the operands and results of operations that wait for a part of it.

/// Membership of a node in the sets of a pass, kept in ``TypeNode/mark`` with the number of the
/// pass.
private struct Membership: OptionSet {
  var rawValue: Int32

  static let interface = Membership(rawValue: 1)
  /// Reached from the interface.
  static let forward = Membership(rawValue: 2)
  /// Reaches the interface.
  static let backward = Membership(rawValue: 4)
  /// Monomorphic and open.
  static let shared = Membership(rawValue: 8)
  static let grouped = Membership(rawValue: 16)

  static let member: Membership = [.interface, .shared]
  static let between: Membership = [.forward, .backward]
}

// Small functions of this file are `mutating`, although they change nothing: for a borrowed `self`
// the compiler would copy the whole of it at each call.

extension ConstraintSystem {
  /// More operations than this are not carried in a scheme: their operands become one class.
  static let constraintLimit = 32

  private mutating func bits(of node: Int32) -> Membership {
    let mark = nodes[node].mark
    return mark >> 5 == pass ? Membership(rawValue: mark & 31) : []
  }

  private mutating func add(_ membership: Membership, to node: Int32) {
    nodes[node].mark = pass << 5 | bits(of: node).union(membership).rawValue
  }

  /// Unifies what instances must not tell apart.
  ///
  /// - Parameter roots: the types of the parameters and results of the component.
  mutating func prepareGeneralization(roots: [Int32]) {
    interfaceRoots = roots
    var isChanged = true
    while isChanged {
      pass += 1
      collectInterface(roots)
      markBackward()
      isChanged = linkMembers()
      run()
      if !isChanged { isChanged = simplifyConstraints() }
    }
  }

  /// Marks what operations take as numbers, back to where it comes from: only printing asks for it.
  private mutating func spreadNumbers() {
    for index in 0..<constraints.next where constraints[index].kind == .arithmetic {
      let (a, b) = (find(constraints[index].a), find(constraints[index].b))
      let isNumeric =
        constraints[index].operation != ArithmeticClass.addition || nodes[a].head.isNumber
        || nodes[b].head.isNumber
      guard isNumeric, !waits(constraints[index]) else { continue }
      for node in [a, b] where nodes[node].head == .unresolved {
        nodes[node].flags.insert(.numeric)
      }
    }
    for index in persistentNodes..<nodes.next where nodes[index].parent == index {
      let node = nodes[index]
      let isTaken =
        node.head == .unresolved
        ? node.flags.contains(.numeric)
        : node.head.isNumber && !node.flags.isDisjoint(with: [.guessed, .rigid])
      if isTaken && node.lastIn >= 0 { frontier.append(index) }
    }
    while frontier.count > 0 {
      let node = frontier.removeLast()
      let last = nodes[node].lastIn
      var edge = edges[last].nextIn
      while true {
        let source = find(edges[edge].from)
        if nodes[source].head == .unresolved, !nodes[source].flags.contains(.numeric) {
          nodes[source].flags.insert(.numeric)
          if nodes[source].lastIn >= 0 { frontier.append(source) }
        }
        if edge == last { break }
        edge = edges[edge].nextIn
      }
    }
  }

  /// Leaves only operations that wait in the lists of the nodes, where extraction looks for them.
  ///
  /// - Parameter marksNumbers: whether signatures will be printed.
  mutating func dropDecidedUses(marksNumbers: Bool) {
    if marksNumbers { spreadNumbers() }
    for node in persistentNodes..<nodes.next { nodes[node].lastUse = -1 }
    for index in 0..<touched.next { nodes[touched[index]].lastUse = -1 }
    uses.truncate(to: 0)
    for index in 0..<constraints.next {
      let constraint = constraints[index]
      guard waits(constraint) else { continue }
      let (a, b, result) = (find(constraint.a), find(constraint.b), find(constraint.result))
      insertUse(of: index, by: a)
      if b != a { insertUse(of: index, by: b) }
      if result != a && result != b { insertUse(of: index, by: result) }
    }
  }

  // MARK: - The interface

  /// Sets ``members``: the nodes of the interface, and open nodes that it is joined with.
  private mutating func collectInterface(_ roots: [Int32]) {
    members.truncate(to: 0)
    for root in roots { include(root) }
    for index in 0..<touched.next { include(touched[index], sharedOnly: true) }
    while frontier.count > 0 {
      let node = frontier.removeLast()
      if bits(of: node).contains(.interface) {
        let (first, count) = (nodes[node].firstKid, nodes[node].kidCount)
        for position in 0..<count { include(kids[first + position]) }
      }
      includeOperations(on: node)
      followForward(from: node)
    }
  }

  /// Adds a node to the interface, or to the open nodes if it is one.
  private mutating func include(_ node: Int32, sharedOnly: Bool = false) {
    let root = find(node)
    let flags = nodes[root].flags
    // What flows into a dyn is frozen, which schemes say; what comes out of one is dyn.
    if nodes[root].head == .dyn { return }
    if flags.contains(.rigid) {
      // What a declared type leaves open belongs to the interface, not the type itself.
      let isOpen = root >= persistentNodes && nodes[root].kidCount > 0 && !sharedOnly
      guard isOpen, !bits(of: root).contains(.interface) else { return }
      add(.interface, to: root)
      frontier.append(root)
      return
    }
    if !bits(of: root).isDisjoint(with: .member) { return }
    if flags.contains(.monomorphic) {
      guard flags.contains(.open) else { return }
      add(.shared, to: root)
    } else {
      if sharedOnly { return }
      add(.interface, to: root)
    }
    members.append(root)
    frontier.append(root)
  }

  private mutating func includeOperations(on node: Int32) {
    let last = nodes[node].lastUse
    if last < 0 { return }
    var use = uses[last].next
    while true {
      let constraint = constraints[uses[use].constraint]
      if waits(constraint), find(constraint.a) == node || find(constraint.b) == node {
        include(constraint.a)
        include(constraint.b)
        include(constraint.result)
      }
      if use == last { break }
      use = uses[use].next
    }
  }

  /// Whether an operation may still say something about its result.
  mutating func waits(_ constraint: Constraint) -> Bool {
    switch constraint.kind {
    case .demand, .totalDemand: false
    case .arithmetic: !constraint.flags.contains(.done) && !isDecided(constraint)
    case .append, .field: !constraint.flags.contains(.done)
    }
  }

  /// Whether a literal decides the result of arithmetic, whatever the other operand is: what is
  /// added to a string gives a string, and a number and a float give a float. What is dyn already
  /// stays so.
  private mutating func isDecided(_ constraint: Constraint) -> Bool {
    if nodes[constraint.result].parent == constraint.result, nodes[constraint.result].head == .dyn {
      return true
    }
    for operand in [constraint.a, constraint.b] where nodes[operand].isRigid {
      if nodes[operand].head == .float { return true }
      if nodes[operand].head == .string && constraint.operation == ArithmeticClass.addition {
        return true
      }
    }
    return false
  }

  private mutating func followForward(from node: Int32) {
    let last = nodes[node].lastOut
    if last < 0 { return }
    var edge = edges[last].nextOut
    while true {
      let target = find(edges[edge].to)
      let flags = nodes[target].flags
      if flags.contains(.monomorphic) {
        include(target, sharedOnly: true)
      } else if !flags.contains(.rigid), nodes[target].head != .dyn,
        bits(of: target).isDisjoint(with: [.member, .forward])
      {
        add(.forward, to: target)
        frontier.append(target)
      }
      if edge == last { break }
      edge = edges[edge].nextOut
    }
  }

  private mutating func markBackward() {
    for position in 0..<members.next { frontier.append(members[position]) }
    while frontier.count > 0 {
      let node = frontier.removeLast()
      let last = nodes[node].lastIn
      if last < 0 { continue }
      var edge = edges[last].nextIn
      while true {
        let source = find(edges[edge].from)
        let isInner =
          nodes[source].flags.isDisjoint(with: [.rigid, .monomorphic]) && nodes[source].head != .dyn
        if isInner, bits(of: source).isDisjoint(with: [.member, .backward]) {
          add(.backward, to: source)
          frontier.append(source)
        }
        if edge == last { break }
        edge = edges[edge].nextIn
      }
    }
  }

  // MARK: - Linking

  /// Unifies members that are joined by a flow through inner nodes. Such inner nodes lie between
  /// two members; along an edge of which both ends are members or between, everything belongs
  /// together.
  private mutating func linkMembers() -> Bool {
    var isChanged = false
    for position in 0..<members.next where !bits(of: members[position]).contains(.grouped) {
      let member = members[position]
      group.truncate(to: 0)
      add(.grouped, to: member)
      frontier.append(member)
      var isCopied = false
      while frontier.count > 0 {
        let node = frontier.removeLast()
        let membership = bits(of: node)
        if !membership.isDisjoint(with: .member) { group.append(node) }
        if membership.contains(.interface) { isCopied = true }
        collectNeighbours(of: node)
      }
      guard isCopied && group.count > 1 else { continue }
      isChanged = true
      for other in 1..<group.next { unify(group[0], group[other], site: -1) }
    }
    return isChanged
  }

  private mutating func collectNeighbours(of node: Int32) {
    let lastOut = nodes[node].lastOut
    if lastOut >= 0 {
      var edge = edges[lastOut].nextOut
      while true {
        visit(find(edges[edge].to))
        if edge == lastOut { break }
        edge = edges[edge].nextOut
      }
    }
    let lastIn = nodes[node].lastIn
    if lastIn >= 0 {
      var edge = edges[lastIn].nextIn
      while true {
        visit(find(edges[edge].from))
        if edge == lastIn { break }
        edge = edges[edge].nextIn
      }
    }
  }

  private mutating func visit(_ node: Int32) {
    let membership = bits(of: node)
    if membership.contains(.grouped) || nodes[node].isRigid { return }
    let belongs =
      !membership.isDisjoint(with: .member) || membership.isSuperset(of: .between)
    guard belongs else { return }
    add(.grouped, to: node)
    frontier.append(node)
  }

  // MARK: - Constraints

  /// Drops operations that are decided; returns whether nodes have been unified for it.
  private mutating func simplifyConstraints() -> Bool {
    var isChanged = false
    var waiting: [Int32] = []
    for index in 0..<constraints.next {
      let constraint = constraints[index]
      guard constraint.kind == .arithmetic, waits(constraint) else { continue }
      let (a, b, result) = (find(constraint.a), find(constraint.b), find(constraint.result))
      let touchesInterface =
        bits(of: a).union(bits(of: b)).union(bits(of: result)).contains(.interface)
      guard touchesInterface else {
        constraints[index].flags.insert(.done)
        continue
      }
      let head = nodes[result].head
      if head.isScalar && nodes[a].head == head && nodes[b].head == head {
        constraints[index].flags.insert(.done)
        for operand in [a, b] where !nodes[operand].isRigid && find(operand) != find(result) {
          unify(operand, result, site: constraint.site)
          isChanged = true
        }
        continue
      }
      waiting.append(index)
    }
    isChanged = dropDuplicates(&waiting) || isChanged
    if waiting.count > ConstraintSystem.constraintLimit {
      isChanged = joinOperands(of: waiting) || isChanged
      isChanged = dropDuplicates(&waiting) || isChanged
    }
    run()
    return isChanged
  }

  /// Of operations on the same classes one is enough: an unconditional one if there is one. Their
  /// results, whose types follow from those of the operands in the same way, become one class;
  /// returns whether there were several.
  private mutating func dropDuplicates(_ waiting: inout [Int32]) -> Bool {
    if waiting.count < 2 { return false }
    struct Key: Hashable {
      var operation: UInt8
      var a: Int32
      var b: Int32
    }
    var first: [Key: Int32] = [:]
    var isChanged = false
    waiting.removeAll { index in
      let constraint = constraints[index]
      let (a, b) = (find(constraint.a), find(constraint.b))
      let key = Key(operation: constraint.operation, a: min(a, b), b: max(a, b))
      guard let earlier = first[key] else {
        first[key] = index
        return false
      }
      let (kept, result) = (find(constraints[earlier].result), find(constraint.result))
      if kept != result {
        // A class of a declared type stays as it is, and so does the operation.
        if nodes[kept].isRigid || nodes[result].isRigid { return false }
        unify(kept, result, site: constraint.site)
        isChanged = true
      }
      if constraint.flags.contains(.unconditional),
        !constraints[earlier].flags.contains(.unconditional)
      {
        constraints[earlier].flags.insert(.unconditional)
        constraints[earlier].site = constraint.site
        constraints[earlier].original = constraint.original
      }
      constraints[index].flags.insert(.done)
      return true
    }
    return isChanged
  }

  /// Makes the unresolved operands and results of many operations one class.
  private mutating func joinOperands(of waiting: [Int32]) -> Bool {
    var first: Int32 = -1
    var isChanged = false
    for index in waiting {
      let constraint = constraints[index]
      for node in [constraint.a, constraint.b, constraint.result] {
        let root = find(node)
        guard nodes[root].head == .unresolved, !nodes[root].isRigid else { continue }
        if first < 0 { first = root }
        if find(first) != root {
          unify(first, root, site: constraint.site)
          isChanged = true
        }
      }
    }
    return isChanged
  }
}

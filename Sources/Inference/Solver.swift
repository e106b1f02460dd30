// Rule 2 of the inference: what a flow of values does to the types at its ends. The rules are those
// of soft typing (Wright and Cartwright, 1997) with an absorbing dynamic type (Henglein, 1992).

extension ConstraintSystem {
  /// Values flow from one node to another.
  mutating func flow(_ from: Int32, _ to: Int32, site: Int32, place: FlowPlace = .value) {
    let from = find(from)
    let to = find(to)
    if from == to { return }
    // The type of a literal never changes: nothing need be remembered.
    if nodes[from].isRigid && nodes[from].head.isScalar {
      if !nodes[to].isRigid {
        fire(from, to, site)
        return
      }
      if nodes[from].hasHead(of: nodes[to]) && nodes[from].extras.isEmpty { return }
    }
    insert(from: from, to: to, site: site, place: place)
    fire(from, to, site)
  }

  /// As ``flow(_:_:site:place:)`` for parts of types, each pair once.
  mutating func link(_ from: Int32, _ to: Int32, site: Int32, place: FlowPlace) {
    let from = find(from)
    let to = find(to)
    // What is checked as part of a whole in one place must still be looked at by itself in another.
    let key = place == .part && nodes[to].isRigid ? ~to : to
    if from == to || !links.insert(from, key) { return }
    flow(from, to, site: site, place: place)
  }

  /// Solves everything that is in the queue.
  mutating func run() {
    while queueHead < queue.next {
      let node = find(queue[queueHead])
      queueHead += 1
      // A node that was merged while it waited stands twice in the queue, which does no harm.
      nodes[node].flags.remove(.queued)
      revisit(node)
    }
    queue.truncate(to: 0)
    queueHead = 0
  }

  private mutating func revisit(_ node: Int32) {
    let lastOut = nodes[node].lastOut
    if lastOut >= 0 {
      var edge = edges[lastOut].nextOut
      while true {
        let next = edges[edge]
        fire(find(next.from), find(next.to), next.site)
        if edge == lastOut { break }
        edge = edges[edge].nextOut
      }
    }
    let root = find(node)
    if nodes[root].head == .dyn { freezeSources(of: root) }
    let lastUse = nodes[root].lastUse
    if lastUse >= 0 {
      var use = uses[lastUse].next
      while true {
        solve(uses[use].constraint)
        if use == lastUse { break }
        use = uses[use].next
      }
    }
  }

  private mutating func freezeSources(of node: Int32) {
    let last = nodes[node].lastIn
    if last < 0 { return }
    var edge = edges[last].nextIn
    while true {
      freeze(edges[edge].from, site: edges[edge].site)
      if edge == last { break }
      edge = edges[edge].nextIn
    }
  }

  /// Carries over what is known of `from` to `to`, both representatives.
  mutating func fire(_ from: Int32, _ to: Int32, _ site: Int32) {
    if from == to { return }
    let source = nodes[from]
    let target = nodes[to]
    if target.isRigid {
      check(from, against: to, site)
      return
    }
    let more = source.extras.subtracting(target.extras)
    if !more.isEmpty {
      nodes[to].extras.formUnion(more)
      noteChange(to)
      push(to)
    }
    if source.head == .dyn {
      if target.head != .dyn { makeDynamic(to, cause: source.cause, site: site) }
      return
    }
    if target.head == .dyn {
      freeze(from, site: site)
      return
    }
    switch source.head {
    case .unresolved: return
    case _ where target.head == .unresolved: adopt(from, by: to, site)
    case _ where source.hasHead(of: target):
      if source.kidCount > 0 { linkKids(from, to, site) }
    case .int where target.head == .num, .float where target.head == .num: return
    case _ where source.head.isNumber && target.head.isNumber:
      addCause(site, source, target, isNumber: true)
      setHead(to, .num, origin: source.origin, isGuessed: isGuess(source) || isGuess(target))
      nodes[to].cause = Int32(causes.count - 1)
    default:
      addCause(site, source, target, isNumber: false)
      makeDynamic(to, cause: Int32(causes.count - 1))
      freeze(from, site: site)
    }
  }

  private func isGuess(_ node: TypeNode) -> Bool { node.flags.contains(.guessed) }

  mutating func addCause(_ site: Int32, _ found: TypeNode, _ other: TypeNode, isNumber: Bool) {
    causes.append(
      Cause(
        site: site, found: found.head, foundPayload: found.payload, foundOrigin: found.origin,
        other: other.head, otherPayload: other.payload, otherOrigin: other.origin,
        isNumber: isNumber))
  }

  /// An unresolved node takes the head of what flows in. Structure is copied down to a certain
  /// depth, so that what flows in elsewhere does not flow back; below, and in constants, it is
  /// unified.
  private mutating func adopt(_ from: Int32, by to: Int32, _ site: Int32) {
    let source = nodes[from]
    if source.kidCount == 0 {
      if source.head == .variable && nodes[to].flags.contains(.monomorphic) {
        makeDynamic(to, cause: -1)
        return
      }
      setHead(
        to, source.head, payload: source.payload, origin: source.origin < 0 ? site : source.origin,
        isGuessed: isGuess(source))
      return
    }
    let depth = nodes[to].depth
    let isDeep = depth >= ConstraintSystem.copyDepth || nodes[to].flags.contains(.monomorphic)
    // A declared type is finite once its fields are shared, so it can be copied to the end.
    if isDeep && !source.isRigid {
      unify(from, to, site: site)
      return
    }
    setFreshHead(to, like: from)
    if find(to) == to { linkKids(from, to, site) }
  }

  /// Gives an unresolved node the head of another, with fresh kids. Fields with declared types are
  /// the same in all values of a type.
  mutating func setFreshHead(_ node: Int32, like model: Int32, isGuessed: Bool = false) {
    let source = nodes[model]
    let depth = nodes[node].depth &+ 1
    let firstKid = kids.next
    // A declared type may be exponential as a tree.
    if source.isRigid { declaredCopies += source.kidCount }
    let isBounded =
      depth > ConstraintSystem.declaredDepth || declaredCopies > ConstraintSystem.declaredLimit
    for position in 0..<source.kidCount {
      let kid = find(kids[source.firstKid + position])
      let isShared = nodes[kid].isRigid && (source.head == .named || isBounded)
      kids.append(isShared ? kid : new(depth: depth))
    }
    setHead(
      node, source.head, payload: source.payload, firstKid: firstKid, kidCount: source.kidCount,
      origin: source.origin, isGuessed: isGuessed || isGuess(source))
  }

  mutating func setHead(
    _ node: Int32, _ head: TypeHead, payload: Int32 = 0, firstKid: Int32 = 0, kidCount: Int32 = 0,
    origin: Int32, isGuessed: Bool
  ) {
    nodes[node].head = head
    nodes[node].payload = payload
    nodes[node].firstKid = firstKid
    nodes[node].kidCount = kidCount
    nodes[node].origin = origin
    if isGuessed { nodes[node].flags.insert(.guessed) }
    noteChange(node)
    push(node)
    if isStalled { resolved.append(node) }
    if nodes[node].flags.contains(.frozen) { freezeParts(of: node) }
  }

  /// Links the kids of two nodes of the same head: along the flow, against it for parameters, both
  /// ways for what is mutable.
  mutating func linkKids(_ from: Int32, _ to: Int32, _ site: Int32) {
    let count = nodes[from].kidCount
    switch nodes[from].head {
    case .function:
      link(kid(to, 0), kid(from, 0), site: site, place: .part)
      link(kid(from, 1), kid(to, 1), site: site, place: .part)
    case .array, .channel:
      link(kid(from, 0), kid(to, 0), site: site, place: .part)
      link(kid(to, 0), kid(from, 0), site: site, place: .part)
    default:
      // A link may change either node, but never the kids that it has.
      let (fromKids, toKids) = (nodes[from].firstKid, nodes[to].firstKid)
      let place = nodes[to].isRigid ? FlowPlace.component : .part
      for position in 0..<count {
        link(kids[fromKids + position], kids[toKids + position], site: site, place: place)
      }
    }
  }

  // MARK: - dyn

  /// Makes a class and all its parts `dyn`. Declared types stay, but not what they leave open.
  ///
  /// - Parameter site: the expression whose value is the reason, or -1.
  mutating func makeDynamic(_ node: Int32, cause: Int32, site: Int32 = -1) {
    let base = pending.next
    pending.append(node)
    while pending.next > base {
      let next = find(pending.removeLast())
      if nodes[next].head == .dyn { continue }
      let (first, count) = (nodes[next].firstKid, nodes[next].kidCount)
      if nodes[next].isRigid {
        // The flag says of a declared type that this has been done.
        if next < persistentNodes || count == 0 || isGuess(nodes[next]) { continue }
        nodes[next].flags.insert(.guessed)
        for position in 0..<count { pending.append(kids[first + position]) }
        continue
      }
      for position in 0..<count {
        let kid = kids[first + position]
        if nodes[find(kid)].isRigid { notePromise(of: find(kid), in: next, site: site) }
        pending.append(kid)
      }
      nodes[next].head = .dyn
      nodes[next].kidCount = 0
      nodes[next].payload = 0
      nodes[next].cause = cause
      noteChange(next)
      push(next)
    }
  }

  /// Something unknown takes the place of a value with a declared part. Where no check could find
  /// out whether it has such a part, too, it may not; but fields keep their types in all values.
  private mutating func notePromise(of part: Int32, in whole: Int32, site: Int32) {
    let isChanged = nodes[whole].head.isMutable || nodes[whole].head == .function
    guard nodes[whole].head != .named, nodes[part].head != .variable, nodes[part].head != .dyn,
      isChanged || !isCheckable(part)
    else { return }
    escapes.append(Escape(site: site, node: part))
  }

  /// The value has become a `dyn` somewhere: what may be passed into it is anything from now on.
  mutating func freeze(_ node: Int32, site: Int32) {
    let base = pending.next
    pending.append(node)
    drainFreezes(to: base, site)
  }

  private mutating func freezeParts(of node: Int32) {
    let base = pending.next
    applyFreeze(node)
    drainFreezes(to: base, -1)
  }

  /// Freezes what waits in ``pending``; an entry `~n` is node n as a field whose type is declared.
  private mutating func drainFreezes(to base: Int32, _ site: Int32) {
    while pending.next > base {
      let entry = pending.removeLast()
      let next = find(entry < 0 ? ~entry : entry)
      if nodes[next].flags.contains(.frozen) { continue }
      if nodes[next].isRigid {
        freezeDeclared(next, isField: entry < 0, site)
        continue
      }
      nodes[next].flags.insert(.frozen)
      noteChange(next)
      applyFreeze(next)
    }
  }

  /// Makes the contravariant and mutable parts of a node `dyn`; leaves the others in ``pending``.
  private mutating func applyFreeze(_ node: Int32) {
    let (first, count) = (nodes[node].firstKid, nodes[node].kidCount)
    switch nodes[node].head {
    case .unresolved, .dyn: return
    case .function:
      let result = kids[first + 1]
      makeDynamic(kids[first], cause: -1)
      pending.append(result)
    case .array, .channel: makeDynamic(kids[first], cause: -1)
    case .named:
      for position in 0..<count {
        let kid = find(kids[first + position])
        pending.append(nodes[kid].isRigid ? ~kid : kid)
      }
    default: for position in 0..<count { pending.append(kids[first + position]) }
    }
  }

  /// A value of a declared type becomes `dyn`. A field keeps its type, because whoever takes it out
  /// knows it. A function or something mutable cannot keep its promise.
  private mutating func freezeDeclared(_ node: Int32, isField: Bool, _ site: Int32) {
    if isField && node < persistentNodes { return }
    if node >= persistentNodes { nodes[node].flags.insert(.frozen) }
    let (first, count) = (nodes[node].firstKid, nodes[node].kidCount)
    switch nodes[node].head {
    case .variable:
      if !variableMayBeDynamic[Int(nodes[node].payload)] {
        escapes.append(Escape(site: site, node: node))
      }
    case .array, .channel, .function:
      let changing = find(kids[first])
      makeDynamic(changing, cause: -1)
      if !isField && nodes[changing].isRigid && nodes[changing].head != .dyn {
        escapes.append(Escape(site: site, node: node))
      }
      if nodes[node].head == .function {
        let result = kids[first + 1]
        pending.append(isField ? ~result : result)
      }
    case .named:
      for position in 0..<count {
        let kid = find(kids[first + position])
        pending.append(nodes[kid].isRigid ? ~kid : kid)
      }
    default:
      for position in 0..<count {
        let kid = kids[first + position]
        pending.append(isField ? ~kid : kid)
      }
    }
  }

  // MARK: - Unification

  /// Makes two classes one.
  mutating func unify(_ first: Int32, _ second: Int32, site: Int32) {
    let base = pending.next
    pending.append(first)
    pending.append(second)
    while pending.next > base {
      var other = find(pending.removeLast())
      var root = find(pending.removeLast())
      if root == other { continue }
      if nodes[root].isRigid || nodes[other].isRigid {
        flow(root, other, site: site)
        flow(other, root, site: site)
        continue
      }
      if other < root { swap(&root, &other) }
      merge(other, into: root, site)
    }
  }

  /// Merges two flexible representatives; pairs of kids that have to follow are left in
  /// ``pending``.
  private mutating func merge(_ other: Int32, into root: Int32, _ site: Int32) {
    let left = nodes[root]
    let right = nodes[other]
    nodes[other].parent = root
    mergeLists(of: other, into: root)
    nodes[root].extras.formUnion(right.extras)
    nodes[root].flags.formUnion(right.flags.intersection([.frozen, .monomorphic, .open, .numeric]))
    nodes[root].depth = min(left.depth, right.depth)
    if left.cause < 0 { nodes[root].cause = right.cause }
    if !right.extras.subtracting(left.extras).isEmpty || other < persistentNodes {
      noteChange(root)
    }
    push(root)
    if left.head == .dyn || right.head == .dyn {
      absorb(left, right, root)
    } else if right.head == .unresolved {
      if isStalled && left.head != .unresolved { resolved.append(root) }
    } else if left.head == .unresolved {
      setHead(
        root, right.head, payload: right.payload, firstKid: right.firstKid,
        kidCount: right.kidCount, origin: right.origin, isGuessed: isGuess(right))
    } else if left.hasHead(of: right) {
      if isGuess(left) != isGuess(right) {
        nodes[root].flags.insert(.guessed)
      }
      for position in 0..<left.kidCount {
        pending.append(kids[left.firstKid + position])
        pending.append(kids[right.firstKid + position])
      }
    } else if left.head.isNumber && right.head.isNumber {
      addCause(site, right, left, isNumber: true)
      nodes[root].cause = Int32(causes.count - 1)
      setHead(root, .num, origin: left.origin, isGuessed: isGuess(left) || isGuess(right))
    } else {
      addCause(site, right, left, isNumber: false)
      let cause = Int32(causes.count - 1)
      makeKidsDynamic(right, cause)
      makeDynamic(root, cause: cause)
    }
    // One half may have been frozen when the other had no head yet.
    let flags = nodes[root].flags
    if flags.contains(.frozen) && !(left.flags.contains(.frozen) && right.flags.contains(.frozen)) {
      freezeParts(of: root)
    }
  }

  /// One of two merged nodes was `dyn`.
  private mutating func absorb(_ left: TypeNode, _ right: TypeNode, _ root: Int32) {
    if left.head == .dyn {
      makeKidsDynamic(right, left.cause)
      return
    }
    makeDynamic(root, cause: right.cause)
  }

  private mutating func makeKidsDynamic(_ node: TypeNode, _ cause: Int32) {
    for position in 0..<node.kidCount { makeDynamic(kids[node.firstKid + position], cause: cause) }
  }
}

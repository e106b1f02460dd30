// Rule 4 of the inference: what is assumed when nothing more follows. The assumptions are tried in
// order; each is followed by solving what it entails.

extension ConstraintSystem {
  /// Solves all constraints, with the assumptions that are needed for it.
  mutating func settle() {
    run()
    isStalled = true
    var changed = true
    while changed {
      changed = resolveDemanded()
      changed = resolveOperands() || changed
      changed = resolveBackward() || changed
    }
    isStalled = false
    resolved.truncate(to: 0)
  }

  /// (i) A value of unknown type on which an operation is applied has the type that the operation
  /// wants.
  private mutating func resolveDemanded() -> Bool {
    var changed = false
    for index in 0..<constraints.next {
      let constraint = constraints[index]
      switch constraint.kind {
      case .demand, .totalDemand:
        let value = find(constraint.a)
        guard nodes[value].head == .unresolved, !nodes[value].isRigid else { continue }
        let template = find(constraint.b)
        let head = nodes[template].head
        if head == .float || head == .num || head == .unresolved || head == .dyn { continue }
        if nodes[value].depth > 4 && nodes[template].kidCount > 0 && !nodes[template].isRigid {
          unify(value, template, site: constraint.site)
        } else {
          setFreshHead(value, like: template, isGuessed: true)
        }
        changed = true
        run()
      case .field:
        guard nodes[find(constraint.a)].head == .unresolved else { continue }
        changed = resolveRecord(constraint) || changed
      case .arithmetic, .append: continue
      }
    }
    return changed
  }

  /// A record of unknown type has the only type that has such a field.
  private mutating func resolveRecord(_ constraint: Constraint) -> Bool {
    var owner: Int32 = -1
    for type in 0..<(fieldOffsets.count - 1) {
      for field in Int(fieldOffsets[type])..<Int(fieldOffsets[type + 1])
      where fieldNames[field] == constraint.payload {
        if owner >= 0 && owner != Int32(type) { return false }
        owner = Int32(type)
      }
    }
    if owner < 0 { return false }
    let fields = fieldOffsets[Int(owner)]..<fieldOffsets[Int(owner) + 1]
    let template = newStructure(
      .named, payload: owner, freshKids: Int32(fields.count), origin: -1)
    for (kid, field) in zip(nodes[template].firstKid..., fields)
    where declaredFields[Int(field)] >= 0 {
      kids[kid] = declaredFields[Int(field)]
    }
    setFreshHead(find(constraint.a), like: template, isGuessed: true)
    run()
    return true
  }

  /// (ii) What is added to a string is a string; what else may be the literal 0 and takes part in
  /// arithmetic is an int.
  private mutating func resolveOperands() -> Bool {
    var changed = false
    for index in 0..<constraints.next where constraints[index].kind == .arithmetic {
      let constraint = constraints[index]
      let isText =
        constraint.operation == ArithmeticClass.addition
        && (nodes[find(constraint.a)].head == .string || nodes[find(constraint.b)].head == .string)
      for operand in [constraint.a, constraint.b, constraint.result] {
        let node = find(operand)
        guard nodes[node].head == .unresolved, !nodes[node].isRigid else { continue }
        guard isText || nodes[node].extras.contains(.zero) else { continue }
        setHead(node, isText ? .string : .int, origin: -1, isGuessed: true)
        changed = true
        run()
      }
    }
    return changed
  }

  /// (iii) A value of unknown type that flows where a structure or a string is has that type. Each
  /// node that gets a head may resolve the sources of its edges in turn, so they are followed
  /// backward.
  private mutating func resolveBackward() -> Bool {
    resolved.truncate(to: 0)
    var changed = false
    for index in 0..<edges.next {
      changed = resolveSource(of: index) || changed
      changed = followResolved() || changed
    }
    return changed
  }

  private mutating func followResolved() -> Bool {
    var changed = false
    var next: Int32 = 0
    while next < resolved.next {
      let node = find(resolved[next])
      next += 1
      let last = nodes[node].lastIn
      if last < 0 { continue }
      var edge = edges[last].nextIn
      while true {
        changed = resolveSource(of: edge) || changed
        if edge == last { break }
        edge = edges[edge].nextIn
      }
    }
    resolved.truncate(to: 0)
    return changed
  }

  private mutating func resolveSource(of edge: Int32) -> Bool {
    let from = find(edges[edge].from)
    guard nodes[from].head == .unresolved else { return false }
    let to = find(edges[edge].to)
    let head = nodes[to].head
    if from == to { return false }
    if nodes[to].isRigid {
      resolveByDeclaration(from, to)
    } else if head == .string || (head.isScalar && head != .int && !head.isNumber) {
      setHead(
        from, head, payload: nodes[to].payload, origin: nodes[to].origin, isGuessed: true)
    } else if head.isStructured {
      if nodes[from].depth < ConstraintSystem.copyDepth {
        setFreshHead(from, like: to, isGuessed: true)
      } else {
        unify(from, to, site: edges[edge].site)
      }
    }
    if nodes[find(from)].head == .unresolved { return false }
    run()
    return true
  }
}

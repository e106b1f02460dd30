// Rule 11 of the inference, the part of the solver: declared types never change. What flows into
// them goes on to their parts; whether it fits is judged when the component is solved
// (`FlowJudgement`).

extension ConstraintSystem {
  /// Carries over what is known of a value to the parts of the declared type that it flows into.
  mutating func check(_ from: Int32, against to: Int32, _ site: Int32) {
    let source = nodes[from]
    let target = nodes[to]
    if target.head == .dyn {
      freeze(from, site: site)
      return
    }
    switch source.head {
    case .unresolved: return
    case .dyn:
      if target.kidCount > 0 && to >= persistentNodes { makeDynamic(to, cause: source.cause) }
    case _ where source.hasHead(of: target):
      if source.kidCount > 0 { linkKids(from, to, site) }
    default: return
    }
  }

  /// An unresolved value that flows into a declared type is of that type, unless it is only one of
  /// the extra values. What may be 0, such as the head of a list, is so where no check could tell.
  mutating func resolveByDeclaration(_ node: Int32, _ declared: Int32) {
    let target = nodes[declared]
    if target.head == .dyn || target.head == .unresolved { return }
    let extras = nodes[node].extras
    guard extras.isEmpty || extras == .zero && target.kidCount > 0 && !isCheckable(declared) else {
      return
    }
    setFreshHead(node, like: declared, isGuessed: true)
    if nodes[node].origin < -1 { nodes[node].origin = -1 }
  }

  /// The extra values that a type takes in any case.
  func allowedExtras(_ node: TypeNode) -> Extras {
    var allowed = node.extras
    switch node.head {
    case .int, .num: allowed.insert(.zero)
    case .unit: allowed.insert(.unit)
    case .pointer: allowed.formUnion([.null, .zero])
    default: break
    }
    return allowed
  }

  /// Whether a check at run time can tell if a value is of a declared type: it cannot look into
  /// functions and what is mutable, nor know what a variable stands for. Fields with declared types
  /// are known to have them.
  mutating func isCheckable(_ root: Int32) -> Bool {
    var seen = [find(root)]
    var index = 0
    while index < seen.count {
      let node = nodes[seen[index]]
      index += 1
      switch node.head {
      case .variable: return false
      case .function, .array, .channel, .thread:
        for position in 0..<node.kidCount {
          let kid = nodes[find(kids[node.firstKid + position])]
          if kid.isRigid && kid.head != .dyn { return false }
        }
        continue
      default: break
      }
      for position in 0..<node.kidCount {
        let kid = find(kids[node.firstKid + position])
        if node.head == .named && nodes[kid].isRigid && kid < persistentNodes { continue }
        if !seen.contains(kid) { seen.append(kid) }
      }
    }
    return true
  }

  /// A copy of a declared scalar or of the outermost node of a declared type at which values are
  /// converted.
  mutating func checkedCopy(of node: Int32) -> Int32 {
    let root = find(node)
    guard nodes[root].isRigid, nodes[root].head != .dyn, nodes[root].head != .variable else {
      return node
    }
    let copy = new()
    let source = nodes[root]
    nodes[copy].head = source.head
    nodes[copy].extras = source.extras
    nodes[copy].payload = source.payload
    nodes[copy].firstKid = source.firstKid
    nodes[copy].kidCount = source.kidCount
    nodes[copy].origin = source.origin
    nodes[copy].flags = [.rigid, .checked]
    return copy
  }
}

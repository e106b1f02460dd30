// Rule 11 of the inference: values that flow into declared types. Declared types never change; what
// does not fit is a violation, unless a check at run time can decide.

extension ConstraintSystem {
  /// Compares what flows with the declared type of the target.
  ///
  /// - Parameter isPart: whether the value is part of a larger one, so that it cannot be converted.
  mutating func check(_ from: Int32, against to: Int32, _ site: Int32, _ isPart: Bool) {
    let source = nodes[from]
    let target = nodes[to]
    if target.head == .dyn {
      freeze(from)
      return
    }
    switch source.head {
    case .unresolved: return
    case .dyn:
      if hasUncheckableParts(to) { violate(.dynamicReference, site, from, to) }
    case _ where target.head == .unresolved:
      // A hole of a declared type: a field without a type. It is inferred.
      return
    case _ where source.hasHead(of: target):
      if source.kidCount > 0 { linkKids(from, to, site) }
    case _ where target.head == .variable: violate(.notGeneral, site, from, to)
    case _ where source.head.isNumber && target.head.isNumber:
      if isPart && target.head == .float { violate(.intElements, site, from, to) }
      if source.head == .float && target.head == .int { violate(.mismatch, site, from, to) }
    case .pointer where isWord(target.head), .int where target.head == .pointer,
      .bytes where target.head == .pointer, .floatArray where target.head == .pointer,
      .string where target.head == .pointer:
      return
    default: violate(.mismatch, site, from, to)
    }
  }

  private func isWord(_ head: TypeHead) -> Bool {
    head == .int || head == .bytes || head == .string || head == .floatArray
  }

  mutating func violate(_ kind: Violation.Kind, _ site: Int32, _ found: Int32, _ declared: Int32) {
    violations.append(Violation(kind: kind, site: site, found: found, declared: declared))
  }

  /// Whether a declared type has parts that a check of a `dyn` at run time cannot look into: functions,
  /// what is mutable, and what the caller chooses.
  private mutating func hasUncheckableParts(_ root: Int32) -> Bool {
    var seen = [find(root)]
    var index = 0
    while index < seen.count {
      let node = nodes[seen[index]]
      index += 1
      switch node.head {
      case .function, .array, .channel, .thread, .variable: return true
      default: break
      }
      for position in 0..<node.kidCount {
        let kid = find(kids[node.firstKid + position])
        if !seen.contains(kid) { seen.append(kid) }
      }
    }
    return false
  }

  /// An unresolved value that flows into a declared type is of that type, unless it is only one of the
  /// extra values, which must be allowed.
  mutating func resolveByDeclaration(_ node: Int32, _ declared: Int32, site: Int32) {
    let target = nodes[declared]
    let extras = nodes[node].extras
    if target.head == .dyn || target.head == .unresolved { return }
    if extras.isEmpty {
      setFreshHead(node, like: declared, isGuessed: true)
      return
    }
    var allowed = target.extras.union(.error)
    if target.head.isNumber { allowed.insert(.zero) }
    if target.head == .unit { allowed.insert(.unit) }
    if target.head == .pointer { allowed.formUnion([.null, .zero]) }
    if extras.isDisjoint(with: allowed) {
      let kind: Violation.Kind = target.head == .variable ? .notGeneral : .mismatch
      violate(kind, site, node, declared)
    }
  }
}

import Semantics

// Rule 11 of the inference, the verdict: when a component is solved, everything that flows into a
// declared type either is of that type, or is checked or converted at run time, or is an error.

/// An expression whose value has to be cast to a declared type.
struct PlannedCast {
  var site: Int32
  var demand: DeclaredDemand
}

/// What is wrong with a value that flows into a declared type.
struct Violation {
  enum Kind: UInt8 {
    /// It is of another kind.
    case mismatch
    /// It has ints inside, where floats are declared.
    case intElements
    /// The declared type leaves the choice to the caller, but the value has one certain type.
    case notGeneral
    /// It is a `dyn`, or may be an extra value, where no check at run time can tell.
    case uncheckable
  }

  var kind: Kind
  /// The nodes that differ, perhaps deep inside.
  var found: Int32
  var declared: Int32
}

private enum Verdict {
  case fits
  case needsCast
  case fails(Violation)

  /// The worse of two.
  func joined(with other: Verdict) -> Verdict {
    switch (self, other) {
    case (.fails, _): self
    case (_, .fails): other
    case (.needsCast, _): self
    default: other
    }
  }
}

/// Compares types with declared types.
private struct FlowJudge {
  /// Whether something was taken for granted that depends on callers.
  var isUncertain = false
  private var seen: Set<UInt64> = []

  /// - Parameter isInside: whether the value is part of a larger one.
  mutating func verdict(
    _ from: Int32, _ to: Int32, isInside: Bool, _ system: inout ConstraintSystem
  ) -> Verdict {
    let (found, declared) = (system.find(from), system.find(to))
    let target = system.nodes[declared]
    if found == declared || !target.isRigid || target.head == .dyn { return .fits }
    let source = system.nodes[found]
    if !source.isRigid && system.isUncertain(found) { isUncertain = true }
    let key = UInt64(UInt32(bitPattern: found)) << 32 | UInt64(UInt32(bitPattern: declared))
    if source.kidCount > 0 && !seen.insert(key).inserted { return .fits }
    let excess = source.extras.subtracting(system.allowedExtras(target))
    let outer = excess.isEmpty ? Verdict.fits : .needsCast
    let isOnlyWrong = !excess.isEmpty && excess == source.extras && excess != .error
    switch source.head {
    case .unresolved:
      if isUncertain && !system.isCheckable(declared) {
        return .fails(Violation(kind: .uncheckable, found: found, declared: declared))
      }
      let isConverted = target.head == .float && excess == .zero && !isInside
      return isOnlyWrong && !isConverted ? fail(.mismatch, found, declared, system) : outer
    case .dyn:
      return system.isCheckable(declared)
        ? .needsCast : .fails(Violation(kind: .uncheckable, found: found, declared: declared))
    case _ where source.hasHead(of: target):
      // An extra value of which the operation assumed that there may be others.
      if source.flags.contains(.guessed), isOnlyWrong, !system.isUncertain(found) {
        return .fails(Violation(kind: .mismatch, found: found, declared: declared))
      }
      return outer.joined(with: parts(found, declared, &system))
    case _ where target.head == .variable:
      return .fails(Violation(kind: .notGeneral, found: found, declared: declared))
    case .int where target.head == .num, .float where target.head == .num: return outer
    case .int where target.head == .float && isInside:
      return fail(.intElements, found, declared, system)
    case .int where target.head == .float, .num where target.head == .float,
      .num where target.head == .int:
      return .needsCast
    case .int where target.head == .pointer, .bytes where target.head == .pointer,
      .floatArray where target.head == .pointer, .string where target.head == .pointer:
      return outer
    case .pointer
    where target.head == .int || target.head == .bytes || target.head == .string
      || target.head == .floatArray:
      return .needsCast
    default: return fail(.mismatch, found, declared, system)
    }
  }

  /// A difference that is an error only if nothing unknown is behind it.
  private func fail(
    _ kind: Violation.Kind, _ found: Int32, _ declared: Int32, _ system: borrowing ConstraintSystem
  ) -> Verdict {
    let node = system.nodes[found]
    let isGuess = node.flags.contains(.guessed) || !node.isRigid && system.isUncertain(found)
    return isGuess
      ? .needsCast : .fails(Violation(kind: kind, found: found, declared: declared))
  }

  private mutating func parts(
    _ found: Int32, _ declared: Int32, _ system: inout ConstraintSystem
  ) -> Verdict {
    let count = system.nodes[found].kidCount
    var result = Verdict.fits
    for position in 0..<count {
      let (part, wanted) = (system.kid(found, position), system.kid(declared, position))
      switch system.nodes[found].head {
      case .function where position == 0:
        result = result.joined(with: exact(wanted, part, &system))
      case .function, .array, .channel, .thread:
        result = result.joined(with: exact(part, wanted, &system))
      default:
        result = result.joined(with: verdict(part, wanted, isInside: true, &system))
      }
    }
    return result
  }

  /// Where no check can look: a cast is not possible.
  private mutating func exact(
    _ from: Int32, _ to: Int32, _ system: inout ConstraintSystem
  ) -> Verdict {
    let verdict = verdict(from, to, isInside: true, &system)
    guard case .needsCast = verdict else { return verdict }
    return .fails(
      Violation(kind: .uncheckable, found: system.find(from), declared: system.find(to)))
  }
}

extension TypeInference {
  /// Decides about all flows of the component into declared types. The interface must be marked.
  mutating func judgeFlows() {
    var isMarked = false
    for index in 0..<system.edges.next {
      let edge = system.edges[index]
      let target = system.find(edge.to)
      guard system.nodes[target].isRigid, edge.place == .value || edge.place == .part else {
        continue
      }
      if system.nodes[target].head == .dyn { continue }
      if !isMarked { system.markUncertain() }
      isMarked = true
      judge(edge, target)
    }
    for escape in system.escapes { report(escape) }
  }

  /// What flows into a declared type in the component at hand and is not of that type, although it
  /// was so, or was cast, in the generic run. For instances.
  mutating func findMisfits(_ misfits: inout [FlowEdge]) {
    for index in 0..<system.edges.next {
      let edge = system.edges[index]
      let target = system.find(edge.to)
      let node = system.nodes[target]
      guard node.isRigid, node.head != .dyn, edge.place != .component,
        !node.flags.contains(.checked)
      else { continue }
      var judge = FlowJudge()
      switch judge.verdict(edge.from, target, isInside: edge.place == .part, &system) {
      case .fits: continue
      case .needsCast where edge.place == .cast: continue
      // What is certain to fail at run time gives no value.
      case .fails(let violation) where edge.place == .cast && violation.kind != .uncheckable:
        continue
      case .needsCast, .fails: misfits.append(edge)
      }
    }
  }

  private mutating func judge(_ edge: FlowEdge, _ target: Int32) {
    var judge = FlowJudge()
    let verdict = judge.verdict(edge.from, target, isInside: edge.place == .part, &system)
    let declared = system.nodes[target].declared
    func demand(_ inference: inout TypeInference) -> DeclaredDemand {
      DeclaredDemand(declared: declared, subject: inference.subject(of: edge.site))
    }
    if edge.place == .value {
      var needsCast = judge.isUncertain
      switch verdict {
      case .fits: break
      case .needsCast: needsCast = true
      case .fails(let violation):
        needsCast = true
        report(violation, at: edge.site, demand(&self))
      }
      if needsCast && !system.isCheckable(target) { fix(edge.from, as: target) }
      guard needsCast, edge.site >= 0 else { return }
      if declared >= 0 {
        casts.append(PlannedCast(site: edge.site, demand: demand(&self)))
      } else if case .needsCast = verdict {
        let violation = Violation(
          kind: .uncheckable, found: system.find(edge.from), declared: target)
        report(violation, at: edge.site, demand(&self))
      }
      return
    }
    let isChecked = system.nodes[target].flags.contains(.checked)
    switch verdict {
    case .fits:
      // Callers must not be able to change what nobody can check.
      if judge.isUncertain && !(isChecked && system.isCheckable(target)) {
        fix(edge.from, as: target)
      }
    case .needsCast:
      if isChecked && system.isCheckable(target) { return }
      let violation = Violation(
        kind: .uncheckable, found: system.find(edge.from), declared: target)
      report(part: violation, edge, demand(&self))
    case .fails(let violation):
      if isChecked, violation.kind == .intElements, violation.declared == target { return }
      report(part: violation, edge, demand(&self))
    }
  }

  /// Something unknown flows into part of a declared type: what has it became a dyn.
  private mutating func report(
    part violation: Violation, _ edge: FlowEdge, _ demand: DeclaredDemand
  ) {
    let found = system.nodes[violation.found]
    let isTold = found.cause >= 0 && demand.subject != nil
    if violation.kind == .uncheckable && found.head == .dyn && !isTold {
      report(Escape(site: edge.site, node: violation.declared))
    } else {
      report(violation, at: edge.site, demand)
    }
  }

  /// Makes the type of a node in the scheme of its function as good as declared.
  private mutating func fix(_ node: Int32, as declared: Int32) {
    let root = system.find(node)
    guard !system.nodes[root].isRigid, system.nodes[root].head != .unresolved,
      system.nodes[root].head != .dyn, root >= system.persistentNodes
    else { return }
    system.nodes[root].flags.insert(.rigid)
    system.nodes[root].origin = min(-1, system.nodes[declared].origin)
  }
}

import Semantics

// What is known of operands, and which operations fail for that.

/// The kind that all values of a class have.
struct KnownKind {
  /// Null, which has no constructor, is `unresolved`.
  var head: TypeHead
  var payload: Int32 = 0
  var kidCount: Int32 = 0

  init(_ node: TypeNode) {
    head = node.head
    payload = node.payload
    kidCount = node.kidCount
  }

  init(_ extra: Extras) {
    head = extra == .zero ? .int : extra == .unit ? .unit : .unresolved
  }

  var isSequence: Bool { head == .list || head == .string }

  var isOrdered: Bool { head.isNumber || isSequence || head == .tuple || head == .variable }
}

extension TypeInference {
  mutating func fails(_ constraint: Constraint) -> Bool {
    if constraint.flags.contains(.inherited) && !constraint.flags.contains(.unconditional) {
      return false
    }
    switch constraint.kind {
    case .totalDemand: return false
    case .demand:
      guard let found = kind(constraint.a) else { return false }
      return !accepts(system.nodes[system.find(constraint.b)], found)
    case .arithmetic: return !wrongOperands(constraint).isEmpty
    case .append:
      let (left, right) = (kind(constraint.a), kind(constraint.b))
      if let left, !left.isSequence { return true }
      if let right, !right.isSequence { return true }
      guard let left, let right else { return false }
      return left.head != right.head
    case .field:
      guard let record = kind(constraint.a) else { return false }
      return record.head != .named || !hasField(type: record.payload, symbol: constraint.payload)
    }
  }

  mutating func fails(_ comparison: Comparison) -> Bool {
    let (left, right) = (kind(comparison.left), kind(comparison.right))
    if let left, !left.isOrdered { return true }
    if let right, !right.isOrdered { return true }
    guard let left, let right, left.head != .variable, right.head != .variable else { return false }
    return left.head != right.head && !(left.head.isNumber && right.head.isNumber)
  }

  mutating func fails(_ check: ArgumentCheck) -> Bool {
    guard let found = kind(check.value) else { return false }
    var wanted = TypeNode(index: 0)
    wanted.head = check.demand.head
    wanted.payload = check.demand.payload
    wanted.kidCount = check.demand.kidCount >= 0 ? check.demand.kidCount : found.kidCount
    return !accepts(wanted, found)
  }

  /// The kind of all values of a class, if they are of one kind.
  mutating func kind(_ node: Int32) -> KnownKind? {
    let node = system.nodes[system.find(node)]
    if let only = onlyExtra(node) { return KnownKind(only) }
    switch node.head {
    case .unresolved, .dyn, .pointer: return nil
    default: break
    }
    if node.flags.contains(.guessed) { return nil }
    let mayDiffer = node.head.isNumber ? node.extras.subtracting(.zero) : node.extras
    return mayDiffer.isEmpty ? KnownKind(node) : nil
  }

  /// The extra value that is the only one which a class has: no other value flows into it, although
  /// an operation may have asked for one. An error value is none: what it is used for raises with
  /// its own message.
  func onlyExtra(_ node: TypeNode) -> Extras? {
    guard node.head == .unresolved || node.flags.contains(.guessed), !node.isRigid else {
      return nil
    }
    switch node.extras {
    case .zero, .null, .unit: return node.extras
    default: return nil
    }
  }

  private func accepts(_ wanted: TypeNode, _ found: KnownKind) -> Bool {
    switch wanted.head {
    case .unresolved, .dyn, .pointer: true
    case .float, .num: found.head.isNumber
    case .int: found.head == .int || found.head == .num
    default:
      found.head == wanted.head && found.payload == wanted.payload
        && found.kidCount == wanted.kidCount
    }
  }

  private func hasField(type: Int32, symbol: Int32) -> Bool {
    let range = Int(system.fieldOffsets[Int(type)])..<Int(system.fieldOffsets[Int(type) + 1])
    return system.fieldNames[range].contains(symbol)
  }

  /// The operands of arithmetic on which the failure rests: one that no arithmetic takes, or both.
  mutating func wrongOperands(_ constraint: Constraint) -> [Int32] {
    let (first, second) = (system.find(constraint.a), system.find(constraint.b))
    let isAddition = constraint.operation == ArithmeticClass.addition
    let (left, right) = (kind(first), kind(second))
    if let left, !isOperand(left, isAddition) { return [first] }
    if let right, !isOperand(right, isAddition) { return [second] }
    guard isAddition, let left, let right, left.head.isNumber != right.head.isNumber else {
      return []
    }
    return [first, second]
  }

  private func isOperand(_ kind: KnownKind, _ isAddition: Bool) -> Bool {
    kind.head.isNumber || isAddition && kind.head == .string
  }
}

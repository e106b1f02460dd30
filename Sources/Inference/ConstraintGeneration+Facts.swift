import Semantics

// Facts about the length of lists, from which it follows that `head` does not give 0 (rule 1). A
// fact belongs to a slot: a local or a constant; it says of how many elements a value has at least.

/// A value whose length may be known: `tail` applied `depth` times to what is in a slot.
struct LengthKey {
  var slot: Int32
  var depth: Int32

  static let none = LengthKey(slot: -1, depth: 0)
}

/// What is to be restored when a branch is left.
struct FactChange {
  var slot: Int32
  var before: Int32
}

extension TypeInference {
  /// The slot behind an expression that is a name or a chain of `tail`s of one.
  mutating func key(_ index: Int32) -> LengthKey {
    var depth: Int32 = 0
    var current = expression(index)
    while true {
      switch current.kind {
      case .local: return LengthKey(slot: firstLocal + current.a, depth: depth)
      case .global:
        guard program.globals[Int(current.a)].parameterCount == 0 else { return .none }
        return LengthKey(slot: Int32(program.locals.count) + current.a, depth: depth)
      case .call:
        let callee = expression(current.a)
        guard callee.kind == .intrinsic, callee.a == wellKnown.tail, current.listCount == 1
        else { return .none }
        depth += 1
        current = expression(operand(current, 0))
      default: return .none
      }
    }
  }

  mutating func isNonEmpty(_ index: Int32) -> Bool {
    let value = expression(index)
    switch value.kind {
    case .list: return value.listCount > 0
    case .operator: return value.a == CoreOperator.cons.rawValue
    case .call where expression(value.a).kind == .global:
      let callee = expression(value.a).a
      return value.listCount == 2 && (callee == wellKnown.split || callee == wellKnown.strSplit)
    default:
      let key = key(index)
      return key.slot >= 0 && leastLength[key.slot] > key.depth
    }
  }

  // MARK: - Learning and forgetting

  mutating func learn(_ key: LengthKey, atLeast count: Int32) {
    let length = count + key.depth
    guard key.slot >= 0, count > 0, leastLength[key.slot] < length else { return }
    factLog.append(FactChange(slot: key.slot, before: leastLength[key.slot]))
    leastLength[key.slot] = length
  }

  mutating func forgetFacts(to mark: Int32) {
    while factLog.next > mark {
      let change = factLog.removeLast()
      leastLength[change.slot] = change.before
    }
  }

  /// `let x = …`: a list of known length, or the length of a list.
  mutating func learn(local: Int32, value: Int32) {
    lengthOfLocal[local] = lengthArgument(value)
    let own = LengthKey(slot: local, depth: 0)
    if expression(value).kind == .list {
      learn(own, atLeast: expression(value).listCount)
    } else if isNonEmpty(value) {
      learn(own, atLeast: 1)
    }
  }

  /// A list pattern that has fitted.
  mutating func learn(pattern index: Int32, _ key: LengthKey) {
    var count: Int32 = 0
    var pattern = program.patterns[Int(index)]
    while true {
      if pattern.kind == .as_ {
        pattern = program.patterns[Int(pattern.a)]
      } else if pattern.kind == .cons {
        count += 1
        pattern = program.patterns[Int(pattern.b)]
      } else {
        break
      }
    }
    learn(key, atLeast: count)
  }

  // MARK: - Conditions

  /// Learns what a condition says.
  mutating func assume(_ condition: Int32, isTrue: Bool) {
    for (key, count) in facts(condition, isTrue) { learn(key, atLeast: count) }
  }

  private mutating func facts(_ index: Int32, _ isTrue: Bool) -> [(LengthKey, Int32)] {
    let condition = expression(index)
    switch condition.kind {
    case .and, .or:
      let left = facts(condition.a, isTrue)
      let right = facts(condition.b, isTrue)
      if (condition.kind == .and) == isTrue { return left.isEmpty ? right : left + right }
      return common(left, right)
    case .operator: return comparisonFacts(condition, isTrue)
    case .call:
      let callee = expression(condition.a)
      guard callee.kind == .global, condition.listCount == 1 else { return [] }
      let argument = operand(condition, 0)
      if callee.a == wellKnown.not { return facts(argument, !isTrue) }
      if callee.a == wellKnown.isEmpty && !isTrue { return [(key(argument), 1)] }
      return []
    default: return []
    }
  }

  /// What both say.
  private mutating func common(
    _ left: [(LengthKey, Int32)], _ right: [(LengthKey, Int32)]
  ) -> [(LengthKey, Int32)] {
    var both: [(LengthKey, Int32)] = []
    for (key, count) in left {
      for (otherKey, otherCount) in right where key.slot == otherKey.slot {
        let least = min(count + key.depth, otherCount + otherKey.depth)
        both.append((LengthKey(slot: key.slot, depth: 0), least))
      }
    }
    return both
  }

  /// `length xs < 3` and the like, or with a name for the length, or the sides exchanged.
  private mutating func comparisonFacts(_ condition: CoreExpression, _ isTrue: Bool) -> [(
    LengthKey, Int32
  )] {
    guard condition.listCount == 2, var operation = CoreOperator(rawValue: condition.a) else {
      return []
    }
    var list = lengthOperand(operand(condition, 0))
    var bound = smallLiteral(operand(condition, 1))
    if list.slot < 0 {
      list = lengthOperand(operand(condition, 1))
      bound = smallLiteral(operand(condition, 0))
      operation = mirrored(operation)
    }
    guard list.slot >= 0, let bound else { return [] }
    let least: Int32?
    switch operation {
    case .equal: least = isTrue ? bound : (bound == 0 ? 1 : nil)
    case .notEqual: least = isTrue ? (bound == 0 ? 1 : nil) : bound
    case .less: least = isTrue ? nil : bound
    case .lessOrEqual: least = isTrue ? nil : bound + 1
    case .greater: least = isTrue ? bound + 1 : nil
    case .greaterOrEqual: least = isTrue ? bound : nil
    case .add, .subtract, .multiply, .divide, .remainder, .negate, .cons, .append: least = nil
    }
    guard let least, least > 0 else { return [] }
    return [(list, least)]
  }

  private func mirrored(_ operation: CoreOperator) -> CoreOperator {
    switch operation {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: operation
    }
  }

  private mutating func lengthOperand(_ index: Int32) -> LengthKey {
    let operand = expression(index)
    if operand.kind == .local { return lengthOfLocal[firstLocal + operand.a] }
    return lengthArgument(index)
  }

  /// The list of which an expression is the length.
  private mutating func lengthArgument(_ index: Int32) -> LengthKey {
    let call = expression(index)
    guard call.kind == .call, call.listCount == 1 else { return .none }
    let callee = expression(call.a)
    guard callee.kind == .intrinsic, callee.a == wellKnown.length else { return .none }
    return key(operand(call, 0))
  }

  private mutating func smallLiteral(_ index: Int32) -> Int32? {
    let literal = expression(index)
    guard literal.kind == .integer, literal.b == 0, literal.a >= 0, literal.a < 1 << 20 else {
      return nil
    }
    return literal.a
  }
}

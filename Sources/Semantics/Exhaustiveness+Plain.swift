/// The ordinary shapes of matches, which need no decision tree.
extension CoverageChecker {
  /// Whether a match is certainly complete and every arm of it is reached. False means only that
  /// the decision tree has to tell.
  ///
  /// Recognised are arms that are a constructor (or list form) with nothing but variables in it,
  /// arms that are a few literals, and a last arm for everything.
  func isPlainlySound(_ match: CoreExpression) -> Bool {
    var seen: UInt64 = 0
    var family: Int32 = -1
    var memberCount = 0
    var literals = 0
    let arms = program.list(match)
    for (number, armIndex) in zip(0..., arms) {
      let arm = program.arms[Int(armIndex)]
      let pattern = withoutNames(arm.pattern)
      switch pattern.kind {
      case .wildcard, .variable:
        let isLast = number == arms.count - 1
        if arm.guardExpression >= 0 {
          if isLast { return false }
          continue
        }
        // Unreachable if the arms above have covered every member.
        return isLast && (memberCount == 0 || seen != mask(memberCount))
      case .constructor:
        let type = program.constructors[Int(pattern.a)].type
        if family >= 0 && family != type || literals > 0 { return false }
        family = type
        memberCount = Int(program.types[Int(type)].constructorCount)
        let member = Int(pattern.a - program.types[Int(type)].firstConstructor)
        if memberCount > 64 || !see(member, pattern, arm, &seen) { return false }
      case .nil_, .cons:
        if family >= 0 && family != .max || literals > 0 { return false }
        family = .max
        memberCount = 2
        if !see(pattern.kind == .nil_ ? 0 : 1, pattern, arm, &seen) { return false }
      case .integer, .string:
        literals += 1
        if family >= 0 || literals > 8 || isRepeated(pattern, in: arms, before: number) {
          return false
        }
      case .float, .null, .unit, .tuple, .as_, .or: return false
      }
    }
    return memberCount > 0 && seen == mask(memberCount)
  }

  private func mask(_ count: Int) -> UInt64 { count == 64 ? .max : (1 << UInt64(count)) - 1 }

  private func withoutNames(_ index: Int32) -> CorePattern {
    var pattern = program.patterns[Int(index)]
    while pattern.kind == .as_ { pattern = program.patterns[Int(pattern.a)] }
    return pattern
  }

  /// Notes an arm for a member of a family; false if it is not of the plain shape.
  private func see(
    _ member: Int, _ pattern: CorePattern, _ arm: CoreArm, _ seen: inout UInt64
  ) -> Bool {
    let bit: UInt64 = 1 << UInt64(member)
    if seen & bit != 0 { return false }
    if pattern.kind == .cons {
      if !takesAll(pattern.a) || !takesAll(pattern.b) { return false }
    } else {
      for part in program.list(pattern) where !takesAll(part) { return false }
    }
    if arm.guardExpression < 0 { seen |= bit }
    return true
  }

  private func takesAll(_ index: Int32) -> Bool {
    let kind = program.patterns[Int(index)].kind
    return kind == .variable || kind == .wildcard
  }

  /// Whether an arm above tests for the same literal, or for one of another kind.
  private func isRepeated(
    _ pattern: CorePattern, in arms: ArraySlice<Int32>, before number: Int
  ) -> Bool {
    for armIndex in arms.prefix(number) {
      let other = withoutNames(program.arms[Int(armIndex)].pattern)
      if other.kind == .variable || other.kind == .wildcard { continue }
      if other.kind != pattern.kind || other.c != pattern.c { return true }
      if pattern.kind == .integer {
        if pattern.c == 1 || other.integerValue == pattern.integerValue { return true }
      } else if program.strings[Int(other.a)] == program.strings[Int(pattern.a)] {
        return true
      }
    }
    return false
  }

  /// Whether a pattern certainly takes every value of its kind.
  func isPlainlyIrrefutable(_ index: Int32) -> Bool {
    let pattern = program.patterns[Int(index)]
    switch pattern.kind {
    case .wildcard, .variable, .unit: return true
    case .as_: return isPlainlyIrrefutable(pattern.a)
    case .tuple: return program.list(pattern).allSatisfy(isPlainlyIrrefutable)
    case .constructor:
      let type = program.constructors[Int(pattern.a)].type
      return program.types[Int(type)].constructorCount == 1
        && program.list(pattern).allSatisfy(isPlainlyIrrefutable)
    case .integer, .float, .string, .null, .nil_, .cons, .or: return false
    }
  }
}

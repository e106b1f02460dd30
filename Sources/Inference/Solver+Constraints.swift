// Rule 3 of the inference: what operations ask of their operands and say about their results.

extension ConstraintSystem {
  // MARK: - Making constraints

  /// A value is used as one of the constructor of `template`, whose kids stand for its parts.
  ///
  /// - Parameter argument: the number of the argument, from 1, or 0.
  mutating func demand(
    _ value: Int32, _ template: Int32, site: Int32, argument: Int32 = 0, isTotal: Bool = false,
    isUnconditional: Bool = false
  ) {
    var constraint = Constraint(
      kind: isTotal ? .totalDemand : .demand, a: find(value), b: template, result: -1, site: site,
      payload: argument)
    if isUnconditional { constraint.flags.insert(.unconditional) }
    let index = add(constraint)
    insertUse(of: index, by: constraint.a)
    solve(index)
  }

  mutating func arithmetic(
    _ operation: UInt8, _ a: Int32, _ b: Int32, _ result: Int32, site: Int32,
    flags: Constraint.Flags, original: Int32 = -1
  ) {
    addOperation(
      Constraint(
        kind: .arithmetic, operation: operation, flags: flags, a: find(a), b: find(b),
        result: find(result), site: site, original: original))
  }

  mutating func append(
    _ a: Int32, _ b: Int32, _ result: Int32, site: Int32, flags: Constraint.Flags,
    original: Int32 = -1
  ) {
    addOperation(
      Constraint(
        kind: .append, flags: flags, a: find(a), b: find(b), result: find(result), site: site,
        original: original))
  }

  mutating func field(
    _ record: Int32, _ symbol: Int32, _ result: Int32, site: Int32, flags: Constraint.Flags,
    original: Int32 = -1
  ) {
    let record = find(record)
    let index = add(
      Constraint(
        kind: .field, flags: flags, a: record, b: record, result: find(result), site: site,
        payload: symbol, original: original))
    insertUse(of: index, by: record)
    solve(index)
  }

  private mutating func add(_ constraint: Constraint) -> Int32 {
    constraints.append(constraint)
    return constraints.next - 1
  }

  private mutating func addOperation(_ constraint: Constraint) {
    let index = add(constraint)
    if !isSettled(constraint.a) { insertUse(of: index, by: constraint.a) }
    if constraint.b != constraint.a && !isSettled(constraint.b) {
      insertUse(of: index, by: constraint.b)
    }
    if constraint.result != constraint.a && constraint.result != constraint.b {
      insertUse(of: index, by: constraint.result)
    }
    solve(index)
  }

  /// Whether a node is the type of a literal, which no constraint need wait for.
  private mutating func isSettled(_ node: Int32) -> Bool {
    nodes[node].isRigid && nodes[node].head.isScalar && nodes[node].head != .variable
  }

  // MARK: - Solving them

  mutating func solve(_ index: Int32) {
    switch constraints[index].kind {
    case .demand, .totalDemand: solveDemand(index)
    case .arithmetic: solveArithmetic(index)
    case .append: solveAppend(index)
    case .field: solveField(index)
    }
  }

  private mutating func solveDemand(_ index: Int32) {
    let value = find(constraints[index].a)
    let template = find(constraints[index].b)
    if value == template { return }
    let found = nodes[value]
    let wanted = nodes[template]
    switch found.head {
    case .unresolved:
      if wanted.head.isNumber { nodes[value].flags.insert(.numeric) }
      return
    case .dyn:
      releaseParts(of: template, index)
    case _ where found.hasHead(of: wanted):
      if found.kidCount > 0 { linkKids(value, template, constraints[index].site) }
    case .int where wanted.head.isNumber, .num where wanted.head.isNumber,
      .float where wanted.head == .num:
      return
    default: releaseParts(of: template, index)
    }
  }

  /// The operation fails, or is checked at run time: what it takes out is anything, and what it
  /// puts in may become anything.
  private mutating func releaseParts(of template: Int32, _ index: Int32) {
    if constraints[index].flags.contains(.done) { return }
    constraints[index].flags.insert(.done)
    let (first, count) = (nodes[template].firstKid, nodes[template].kidCount)
    if nodes[template].head == .function {
      let result = kids[first + 1]
      freeze(kids[first], site: constraints[index].site)
      makeDynamic(result, cause: -1)
      return
    }
    for position in 0..<count { makeDynamic(kids[first + position], cause: -1) }
  }

  /// The kind of an operand of arithmetic: a float that may be the int 0 is a number.
  private mutating func operandKind(_ node: Int32) -> TypeHead {
    let operand = nodes[node]
    if operand.head == .float && operand.extras.contains(.zero) { return .num }
    return operand.head
  }

  private mutating func solveArithmetic(_ index: Int32) {
    let constraint = constraints[index]
    let a = find(constraint.a)
    let b = find(constraint.b)
    let left = operandKind(a)
    let right = operandKind(b)
    if left == .unresolved && right == .unresolved { return }
    let isAddition = constraint.operation == ArithmeticClass.addition
    if isAddition && (left == .string || right == .string) {
      solveAdditionOfStrings(constraint, a, b)
      return
    }
    if left == .float || right == .float {
      let other = left == .float ? right : left
      if other == .unresolved || other.isNumber || other == .dyn {
        setResult(constraint, .float, a, b)
        return
      }
    }
    if left == .unresolved || right == .unresolved {
      // Once one operand is a dyn or a number of unknown kind, so is the result, whatever the other
      // is.
      let known = left == .unresolved ? right : left
      if known == .num || (known == .dyn && !isAddition) { setResult(constraint, .num, a, b) }
      return
    }
    if left == .pointer || right == .pointer {
      makeDynamic(constraint.result, cause: -1)
    } else if left == .dyn || right == .dyn {
      if isAddition && !left.isNumber && !right.isNumber {
        makeDynamic(constraint.result, cause: nodes[left == .dyn ? a : b].cause)
      } else {
        setResult(constraint, .num, a, b)
      }
    } else if left.isNumber && right.isNumber {
      setResult(constraint, left == .num || right == .num ? .num : .int, a, b)
    } else {
      setResult(constraint, .num, a, b)
    }
  }

  /// `+` where an operand is a string. An operand that may be 0 instead does not decide: 0 is added
  /// to numbers, and if both are 0, so is the sum.
  private mutating func solveAdditionOfStrings(_ constraint: Constraint, _ a: Int32, _ b: Int32) {
    let (left, right) = (nodes[a], nodes[b])
    let leftDecides = left.head == .string && !left.extras.contains(.zero)
    let rightDecides = right.head == .string && !right.extras.contains(.zero)
    let other = left.head == .string ? right : left
    if leftDecides || rightDecides || other.head == .unresolved {
      setResult(constraint, .string, a, b)
    } else {
      makeDynamic(constraint.result, cause: other.cause)
    }
  }

  private mutating func setResult(
    _ constraint: Constraint, _ head: TypeHead, _ a: Int32, _ b: Int32
  ) {
    let result = find(constraint.result)
    let node = nodes[result]
    if node.head == .dyn || node.head == head { return }
    let isGuess =
      nodes[a].flags.contains(.guessed) || nodes[b].flags.contains(.guessed)
    if node.isRigid { return }
    if node.head == .unresolved {
      setHead(result, head, origin: constraint.site, isGuessed: isGuess)
    } else if node.head.isNumber && head.isNumber {
      if node.head == .num { return }
      var found = TypeNode(index: result)
      found.head = head
      found.origin = constraint.site
      addCause(constraint.site, found, node, isNumber: true)
      setHead(result, .num, origin: node.origin, isGuessed: isGuess)
      nodes[result].cause = Int32(causes.count - 1)
    } else {
      var found = TypeNode(index: result)
      found.head = head
      found.origin = constraint.site
      addCause(constraint.site, found, node, isNumber: false)
      makeDynamic(result, cause: Int32(causes.count - 1))
    }
  }

  /// Two lists or two strings. As soon as one operand is known, both flow into the result. An
  /// operand that then turns out to be `dyn` may change what the result can be.
  private mutating func solveAppend(_ index: Int32) {
    let constraint = constraints[index]
    let (a, b, result) = (find(constraint.a), find(constraint.b), find(constraint.result))
    guard let kind = kindOfAppended(a, b) else {
      flowAppended(index, a, b, result)
      return
    }
    if constraint.flags.contains(.done) && constraint.payload == Int32(kind.rawValue) { return }
    if constraint.payload == Constraint.isFromResult { return }
    constraints[index].flags.insert(.done)
    constraints[index].payload = Int32(kind.rawValue)
    switch kind {
    case .string: appendStrings(constraint, result)
    case .list: appendLists(constraint, a, b, result)
    default: makeDynamic(result, cause: nodes[a].head == .dyn ? nodes[a].cause : -1)
    }
  }

  /// What the operands of an append say of its result: a string, a list or `dyn`.
  private mutating func kindOfAppended(_ a: Int32, _ b: Int32) -> TypeHead? {
    let (left, right) = (nodes[a].head, nodes[b].head)
    for head in [left, right] where head == .list || head == .string { return head }
    return left == .unresolved || right == .unresolved ? nil : .dyn
  }

  /// What flows into a list or string is one, if it is not known.
  private mutating func flowAppended(_ index: Int32, _ a: Int32, _ b: Int32, _ result: Int32) {
    let constraint = constraints[index]
    guard !constraint.flags.contains(.done), nodes[a].head == .unresolved,
      nodes[b].head == .unresolved,
      nodes[result].head == .list || nodes[result].head == .string
    else { return }
    constraints[index].flags.insert(.done)
    constraints[index].payload = Constraint.isFromResult
    flow(a, result, site: constraint.site)
    flow(b, result, site: constraint.site)
  }

  private mutating func appendStrings(_ constraint: Constraint, _ result: Int32) {
    let text = newScalar(.string, origin: constraint.site)
    flow(text, result, site: constraint.site)
    for operand in [constraint.a, constraint.b] where nodes[find(operand)].head == .unresolved {
      demand(operand, Shared.string, site: constraint.site, isTotal: true)
    }
  }

  private mutating func appendLists(
    _ constraint: Constraint, _ a: Int32, _ b: Int32, _ result: Int32
  ) {
    let element = new()
    let list = newStructure(.list, kid: element, origin: constraint.site)
    flow(list, result, site: constraint.site)
    demand(a, list, site: constraint.site, isTotal: true)
    demand(b, list, site: constraint.site, isTotal: true)
  }

  private mutating func solveField(_ index: Int32) {
    if constraints[index].flags.contains(.done) { return }
    let constraint = constraints[index]
    let record = find(constraint.a)
    switch nodes[record].head {
    case .unresolved: return
    case .named:
      constraints[index].flags.insert(.done)
      let type = nodes[record].payload
      let first = nodes[record].firstKid
      var found = false
      for position in 0..<nodes[record].kidCount
      where fieldNames[Int(fieldOffsets[Int(type)] + position)] == constraint.payload {
        found = true
        flow(kids[first + position], constraint.result, site: constraint.site)
      }
      if !found { makeDynamic(constraint.result, cause: -1) }
    default:
      constraints[index].flags.insert(.done)
      solveFieldOfUnknown(constraint, cause: nodes[record].cause)
    }
  }

  /// A field of something whose type is not known: of one of the types that have it. Where all of
  /// them declare the field, it has these types.
  private mutating func solveFieldOfUnknown(_ constraint: Constraint, cause: Int32) {
    var isDeclared = true
    for field in fieldNames.indices where fieldNames[field] == constraint.payload {
      let declared = declaredFields[field]
      if declared >= 0 {
        flow(declared, constraint.result, site: constraint.site)
      } else {
        isDeclared = false
      }
    }
    if !isDeclared { makeDynamic(constraint.result, cause: cause) }
  }
}

/// How the operators of arithmetic differ for the types: only `+` is defined on strings.
enum ArithmeticClass {
  static let other: UInt8 = 0
  static let addition: UInt8 = 1
}

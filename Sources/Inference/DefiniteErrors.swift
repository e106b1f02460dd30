import Diagnostics
import Semantics
import Support

// Rule 9 of the inference: operations that fail whatever the inputs. A wrong report is worse than a
// missing one, so an operand counts only if everything that can flow into it is known in this
// component: its kind comes from values, not from other operations on it, it has no extra values,
// and nothing flows into it from the interface, behind which callers are, or from constants that
// others may change.

/// An operation on a parameter that is carried out whenever its function is called.
struct ParameterDemand {
  var parameter: Int32
  var head: TypeHead
  var payload: Int32
  /// The components of a tuple, or -1.
  var kidCount: Int32 = -1
  /// The call of the builtin, or the value that a pattern is for.
  var site: Int32
}

/// An argument that has to be compared with a ``ParameterDemand`` of the callee.
struct ArgumentCheck {
  var value: Int32
  var argument: Int32
  var callee: Int32
  var demand: ParameterDemand
}

extension TypeInference {
  /// Reports the operations of the component that always fail. The interface must be marked.
  mutating func reportDefiniteErrors() {
    var isMarked = false
    for index in 0..<system.constraints.next where fails(system.constraints[index]) {
      if !isMarked { system.markUncertain() }
      isMarked = true
      report(system.constraints[index])
    }
    for comparison in comparisons where fails(comparison) {
      if !isMarked { system.markUncertain() }
      isMarked = true
      report(comparison)
    }
    for check in argumentChecks where fails(check) {
      if !isMarked { system.markUncertain() }
      isMarked = true
      report(check)
    }
    if !wrongArguments.isEmpty || !surplusSites.isEmpty { reportWrongArguments() }
  }

  // MARK: - Reports

  /// Whether nothing that is not known flows into a node.
  private mutating func isCertain(_ node: Int32) -> Bool {
    let root = system.find(node)
    return system.nodes[root].isRigid || !system.isUncertain(root)
  }

  /// Whether an operation stands in a file that leaves nothing to run time, so that what its
  /// operands were seen to be decides, whoever passes them.
  private func isStrict(_ constraint: Constraint, _ operands: [Int32]) -> Bool {
    !constraint.flags.contains(.inherited)
      && strictFiles[Int(range(of: constraint.site).file.index)]
      && operands.allSatisfy { onlyExtra(system.nodes[$0]) == nil }
  }

  private mutating func report(_ constraint: Constraint) {
    let a = system.find(constraint.a)
    let b = system.find(constraint.b)
    switch constraint.kind {
    case .totalDemand: return
    case .demand:
      guard isCertain(a) || isStrict(constraint, [a]) else { return }
      reportDemand(constraint, a, b)
    case .arithmetic:
      let wrong = wrongOperands(constraint)
      guard wrong.allSatisfy({ isCertain($0) }) || isStrict(constraint, wrong) else { return }
      reportOperation(constraint, a, b, wrong)
    case .append:
      var wrong: [Int32] = []
      for node in [a, b] {
        if let kind = kind(node), !kind.isSequence { wrong.append(node) }
      }
      if wrong.isEmpty { wrong = [a, b] }
      guard wrong.contains(where: { isCertain($0) }),
        wrong.count == 1 || isCertain(a) && isCertain(b)
      else { return }
      reportOperation(constraint, a, b, wrong)
    case .field:
      guard isCertain(a) else { return }
      let site = constraint.site
      add(
        .noSuchField(
          name(Symbol(index: constraint.payload)), foundName(a), at: range(of: site),
          origin: origin(a, unless: site)), at: site)
    }
  }

  private mutating func reportDemand(_ constraint: Constraint, _ found: Int32, _ wanted: Int32) {
    let site = constraint.site
    let expression = expression(site)
    let position = constraint.payload - 1
    if position >= 0 {
      guard position < expression.listCount else { return }
      let argument = operand(expression, position)
      let callee = expression.kind == .call ? calleeName(expression.a) : "::"
      let diagnostic = Diagnostic.wrongArgument(
        callee, number: Int(constraint.payload), found: foundName(found), wanted: kindName(wanted),
        at: range(of: argument), origin: origin(found, ofValue: argument))
      var value = system.nodes[found]
      if let kind = kind(found) { value.head = kind.head }
      wrongArguments.append(
        WrongArgument(
          site: site, position: position, found: value, wanted: system.nodes[wanted],
          diagnostic: diagnostic))
    } else if system.nodes[wanted].head == .function {
      reportCall(of: found, expression, site)
    } else if expression.kind == .update, let field = program.updates[Int(expression.b)].first {
      add(
        .noSuchField(
          name(field), foundName(found), at: range(of: expression.a),
          origin: origin(found, ofValue: expression.a)), at: site)
    } else {
      add(
        .wrongPattern(
          found: foundName(found), wanted: kindName(wanted), at: range(of: site),
          origin: origin(found, ofValue: site)), at: site)
    }
  }

  /// A call of something that is no function, or of the result of one that is given too much.
  private mutating func reportCall(of found: Int32, _ call: CoreExpression, _ site: Int32) {
    let callee = program.expressions[Int(call.a)]
    if let count = arity(of: callee), count > 0 {
      surplusSites.append(site)
      add(
        .tooManyArguments(
          calleeName(call.a), takes: count, given: Int(call.listCount), result: foundName(found),
          at: range(of: site),
          suggestion: suggestion(forSurplusArgumentsOf: site, takes: count)), at: site)
    } else {
      add(
        .notAFunction(
          foundName(found), at: range(of: call.a), origin: origin(found, ofValue: call.a),
          suggestion: suggestion(forCallOf: system.nodes[found].head, site)), at: site)
    }
  }

  private mutating func reportOperation(
    _ constraint: Constraint, _ a: Int32, _ b: Int32, _ wrong: [Int32]
  ) {
    let site = constraint.site
    if constraint.flags.contains(.inherited) {
      let call = expression(site)
      guard call.kind == .call, constraint.original >= 0 else { return }
      // What fails whatever the caller passes is reported in the called function.
      let found = wrong.filter { !system.nodes[$0].isRigid }
      if found.isEmpty { return }
      add(
        .wrongArgumentOfFunction(
          calleeName(call.a), found: found.map { foundName($0) }, at: range(of: site),
          reason: .init(
            range(of: constraint.original),
            "'\(operatorName(constraint.original))' is always applied to it"),
          suggestion: suggestion(forTupleIn: call)),
        at: site)
      return
    }
    let expression = expression(site)
    guard expression.listCount >= 1 else { return }
    let operands = program.list(expression)
    var labels: [Diagnostic.Label] = []
    for (operand, node) in zip(operands, expression.listCount == 1 ? [b] : [a, b])
    where kind(node) != nil || system.nodes[node].head != .unresolved {
      labels.append(.init(range(of: operand), foundName(node)))
    }
    for (operand, node) in zip(operands, expression.listCount == 1 ? [b] : [a, b])
    where wrong.contains(node) {
      let isOperand = operands.contains(system.nodes[node].origin)
      if !isOperand, let origin = origin(node, ofValue: operand) { labels.append(origin) }
    }
    let isOneKnown = [a, b].contains { kind($0) == nil }
    add(
      .wrongOperands(
        operatorName(site), left: expression.listCount == 1 || isOneKnown ? nil : foundName(a),
        right: foundName(isOneKnown ? wrong[0] : b), at: range(of: site), labels: labels,
        isAddition: constraint.operation == ArithmeticClass.addition,
        offersShow: constraint.kind == .arithmetic
          && [a, b].contains { system.nodes[$0].head == .string },
        suggestion: suggestion(
          forOperator: site, [a, b], isAddition: constraint.operation == ArithmeticClass.addition)),
      at: site)
  }

  private mutating func report(_ comparison: Comparison) {
    let (left, right) = (system.find(comparison.left), system.find(comparison.right))
    let operands = program.list(expression(comparison.site))
    guard let first = operands.first, let last = operands.last else { return }
    var wrong: [Int32] = []
    for node in [left, right] {
      if let kind = kind(node), !kind.isOrdered, isCertain(node) { wrong.append(node) }
    }
    if wrong.isEmpty {
      guard isCertain(left), isCertain(right) else { return }
      wrong = [left, right]
    }
    var labels: [Diagnostic.Label] = []
    for (operand, node) in [(first, left), (last, right)] where kind(node) != nil {
      labels.append(.init(range(of: operand), foundName(node)))
    }
    let areKnown = labels.count == 2
    add(
      .wrongOperands(
        operatorName(comparison.site), left: areKnown ? foundName(left) : nil,
        right: foundName(areKnown ? right : wrong[0]), at: range(of: comparison.site),
        labels: labels, isAddition: false, offersShow: false,
        suggestion: suggestion(forOperator: comparison.site, [left, right], isAddition: false)),
      at: comparison.site)
  }

  private mutating func report(_ check: ArgumentCheck) {
    let value = system.find(check.value)
    guard isCertain(value) else { return }
    let operation = expression(check.demand.site)
    var reason =
      "'\(operation.kind == .call ? calleeName(operation.a) : "")' is always applied to it"
    if operation.kind != .call {
      var wanted = TypeNode(index: 0)
      wanted.head = check.demand.head
      wanted.payload = check.demand.payload
      wanted.kidCount = check.demand.kidCount
      reason = "it is always matched with \(kindName(wanted))"
    }
    add(
      .wrongArgumentOfFunction(
        name(program.globals[Int(check.callee)].name), found: [foundName(value)],
        at: range(of: check.argument), reason: .init(range(of: check.demand.site), reason),
        suggestion: separatingArguments(check.argument, of: check.callee)), at: check.argument)
  }

  /// Errors of the main file and of strict files; warnings elsewhere, and where nothing leads to.
  ///
  /// - Parameter mayBeWarning: whether the program can go on, because the operation raises.
  mutating func add(_ diagnostic: Diagnostic, at site: Int32, mayBeWarning: Bool = true) {
    let global = graph.owner(of: site)
    let file = program.globals[Int(global)].file
    if file.index == BuiltinNames.preludeFile { return }
    // What is wrong in one place is told once.
    let place = diagnostic.primary.range
    guard reportedPlaces.insert(UInt64(place.start) << 32 | UInt64(place.end)).inserted else {
      return
    }
    var diagnostic = diagnostic
    let isError = file.index == TypeInference.mainFile || strictFiles[Int(file.index)]
    if mayBeWarning && (!isError || !isReached[Int(global)]) {
      diagnostic.severity = .warning
      diagnostic.code = "W" + diagnostic.code.dropFirst()
    }
    diagnostics.report(diagnostic)
  }

  // MARK: - Names and places

  func range(of expression: Int32) -> SourceRange {
    let global = graph.owner(of: expression)
    let node = program.expressions[Int(expression)]
    return SourceRange(file: program.globals[Int(global)].file, start: node.start, end: node.end)
  }

  /// A label for the value from which a kind comes, if it is another expression.
  func origin(_ node: Int32, unless expressions: Int32...) -> Diagnostic.Label? {
    let origin = system.nodes[node].origin
    if onlyExtra(system.nodes[node]) != nil { return nil }
    if origin < 0 || expressions.contains(origin) { return nil }
    let place = range(of: origin)
    if place.file.index == BuiltinNames.preludeFile { return nil }
    return .init(place, "\(kindName(node)) comes from here")
  }

  /// A label for where a value comes from; if its kind does not say it, for what a variable is
  /// bound to.
  func origin(_ node: Int32, ofValue site: Int32) -> Diagnostic.Label? {
    if let label = origin(node, unless: site) { return label }
    guard system.nodes[node].origin < 0, let definition = definition(ofLocal: site) else {
      return nil
    }
    let place = range(of: definition)
    let bytes = sources[place.file].bytes[Int(place.start)..<Int(place.end)]
    if bytes.contains(0x0A) { return nil }
    return .init(place, "\(foundName(node)) comes from here")
  }

  func name(_ symbol: Symbol) -> String { interner.string(of: symbol) }

  func arity(of callee: CoreExpression) -> Int? {
    switch callee.kind {
    case .global: Int(program.globals[Int(callee.a)].parameterCount)
    case .intrinsic: intrinsics[Int(callee.a)].arity
    case .foreign: program.foreigns[Int(callee.a)].parameters.count
    default: nil
    }
  }

  func calleeName(_ index: Int32) -> String {
    let callee = expression(index)
    switch callee.kind {
    case .global: return name(program.globals[Int(callee.a)].name)
    case .intrinsic: return intrinsics[Int(callee.a)].name.description
    case .foreign: return name(program.foreigns[Int(callee.a)].name)
    case .local: return name(program.locals[Int(firstLocalOf(index) + callee.a)].name)
    default: return "the function"
    }
  }

  func firstLocalOf(_ expression: Int32) -> Int32 {
    program.globals[Int(graph.owner(of: expression))].firstLocal
  }

  private func operatorName(_ index: Int32) -> String {
    let operation = expression(index)
    guard operation.kind == .operator, let known = CoreOperator(rawValue: operation.a) else {
      return operation.kind == .call ? calleeName(operation.a) : "this operation"
    }
    switch known {
    case .add: return "+"
    case .subtract, .negate: return "-"
    case .multiply: return "*"
    case .divide: return "/"
    case .remainder: return "%"
    case .equal: return "=="
    case .notEqual: return "!="
    case .less: return "<"
    case .greater: return ">"
    case .lessOrEqual: return "<="
    case .greaterOrEqual: return ">="
    case .cons: return "::"
    case .append: return "++"
    }
  }

  /// The kind of an operand, if only to say that it is an extra value and no other.
  private func foundName(_ node: Int32) -> String {
    guard let extra = onlyExtra(system.nodes[node]), !system.isUncertain(node) else {
      return kindName(node)
    }
    return extra == .zero ? kindName(.int, 0) : valueName(extra)
  }

  /// A kind of value as messages name it.
  func kindName(_ node: Int32) -> String {
    kindName(system.nodes[node])
  }

  private func kindName(_ node: TypeNode) -> String {
    if node.head == .tuple { return "a tuple of \(node.kidCount)" }
    if node.head == .variable && node.declared >= 0 {
      return "a value of the type '\(text(of: node.declared))' that callers choose"
    }
    return kindName(node.head, node.payload)
  }

  func kindName(_ head: TypeHead, _ payload: Int32) -> String {
    switch head {
    case .unresolved, .dyn: "a value"
    case .int: "an int"
    case .float: "a float"
    case .num: "a number"
    case .string: "a string"
    case .unit: "unit"
    case .pointer: "a pointer"
    case .bytes: "bytes"
    case .floatArray: "a float array"
    case .variable: "a value of a type that callers choose"
    case .list: "a list"
    case .array: "an array"
    case .channel: "a channel"
    case .thread: "a thread"
    case .tuple: "a tuple"
    case .function: "a function"
    case .named: "a '\(name(program.types[Int(payload)].name))' value"
    }
  }
}

extension ConstraintSystem {
  private static let uncertain: Int32 = 1

  func isUncertain(_ root: Int32) -> Bool {
    nodes[root].mark == pass << 5 | ConstraintSystem.uncertain
  }

  /// Marks everything into which values may flow that the component does not know: from its callers
  /// and from open constants, along edges and through operations.
  mutating func markUncertain() {
    var frontier = interfaceRoots.map { find($0) }
    for index in 0..<touched.next {
      let node = find(touched[index])
      if nodes[node].flags.contains(.open) { frontier.append(node) }
    }
    pass += 1
    while let next = frontier.popLast() {
      let node = find(next)
      if isUncertain(node) { continue }
      nodes[node].mark = pass << 5 | ConstraintSystem.uncertain
      let lastOut = nodes[node].lastOut
      if lastOut >= 0 {
        var edge = edges[lastOut].nextOut
        while true {
          frontier.append(edges[edge].to)
          if edge == lastOut { break }
          edge = edges[edge].nextOut
        }
      }
      let lastUse = nodes[node].lastUse
      if lastUse >= 0 {
        var use = uses[lastUse].next
        while true {
          let constraint = constraints[uses[use].constraint]
          switch constraint.kind {
          case .demand, .totalDemand: break
          case .arithmetic, .append, .field: frontier.append(constraint.result)
          }
          if use == lastUse { break }
          use = uses[use].next
        }
      }
      // What is taken out of an uncertain value is uncertain.
      for position in 0..<nodes[node].kidCount { frontier.append(kid(node, position)) }
    }
  }
}

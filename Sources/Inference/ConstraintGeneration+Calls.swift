import Semantics
import Support

extension TypeInference {
  // MARK: - Calls

  mutating func generateCall(_ call: CoreExpression, _ site: Int32) -> Int32 {
    let callee = expression(call.a)
    switch callee.kind {
    case .global: return generateCall(toGlobal: callee.a, call, site)
    case .intrinsic: return generateCall(toIntrinsic: callee.a, call, site)
    case .foreign:
      return generateCall(schemeOf(foreign: callee.a), builtin: true, call, site)
    default:
      let function = generate(call.a)
      return apply(function, call, from: 0, site)
    }
  }

  private mutating func generateCall(
    toGlobal global: Int32, _ call: CoreExpression, _ site: Int32
  ) -> Int32 {
    let isOwn = isInComponent(global)
    if !isOwn {
      if global == appendFunction || global == appendOperator, call.listCount == 2 {
        let left = generate(operand(call, 0))
        let right = generate(operand(call, 1))
        let result = system.new()
        system.append(left, right, result, site: site, flags: constraintFlags)
        return result
      }
      guard let scheme = scheme(ofGlobal: global) else { return applyUnknown(call) }
      noteUse(of: global, scheme, site: site)
      return generateCall(scheme, builtin: isBuiltin(global), callee: global, call, site)
    }
    let count = program.globals[Int(global)].parameterCount
    let base = nodesOfGlobal[Int(global)]
    for position in 0..<min(count, call.listCount) {
      generate(operand(call, position), into: base + position)
    }
    if call.listCount == count { return base + count }
    if call.listCount > count { return apply(base + count, call, from: count, site) }
    var rest = (call.listCount..<count).map { base + $0 }
    checkParameters(of: global, &rest)
    return curry(rest, to: base + count, site: site)
  }

  /// A function with a signature that is passed around converts its arguments itself.
  private mutating func checkParameters(of global: Int32, _ parameters: inout [Int32]) {
    guard program.globals[Int(global)].signature >= 0 else { return }
    for index in parameters.indices {
      parameters[index] = system.checkedCopy(of: parameters[index])
    }
  }

  /// A call of something with a scheme.
  private mutating func generateCall(
    _ scheme: Scheme, builtin: Bool, callee: Int32 = -1, _ call: CoreExpression, _ site: Int32
  ) -> Int32 {
    let base = system.instantiate(scheme, table, site: site, namesSite: builtin)
    if recordsExpressions { instanceBases[call.a] = base }
    let count = scheme.parameterCount
    let given = min(count, call.listCount)
    for position in 0..<given {
      let parameter = root(scheme, position, base)
      let argument = operand(call, position)
      let head = scheme.demandsArguments ? declaredHead(scheme, position) : .unresolved
      if scheme.demandsArguments && head != .unresolved && head != .dyn {
        let value = generate(argument)
        system.demand(
          value, parameter, site: site, argument: position + 1, isTotal: scheme.isSoft,
          isUnconditional: isUnconditional)
        if !scheme.isSoft {
          noteDemand(of: argument, system.nodes[parameter], site)
        }
      } else if !scheme.isDeclared, let demand = demand(of: callee, on: position) {
        let value = generate(argument)
        system.flow(value, parameter, site: argument)
        argumentChecks.append(
          ArgumentCheck(value: value, argument: argument, callee: callee, demand: demand))
        noteDemand(of: argument, demand)
      } else {
        generate(argument, into: parameter)
      }
    }
    let result = result(of: scheme, base, site)
    if call.listCount == count { return result }
    if call.listCount > count { return apply(result, call, from: count, site) }
    var rest = (call.listCount..<count).map { root(scheme, $0, base) }
    if callee >= 0 { checkParameters(of: callee, &rest) }
    return curry(rest, to: result, site: site)
  }

  /// The head of a parameter in the scheme itself, whatever has flowed into its copy.
  func declaredHead(_ scheme: Scheme, _ position: Int32) -> TypeHead {
    let reference = table.roots[scheme.firstRoot + position]
    return reference < 0
      ? system.nodes[~reference].head : table.nodes[scheme.firstNode + reference].head
  }

  /// What a function does to a parameter whenever it is called.
  private mutating func demand(of callee: Int32, on position: Int32) -> ParameterDemand? {
    if callee < 0 { return nil }
    return parameterDemands[callee]?.first { $0.parameter == position }
  }

  /// Remembers that the function at hand always applies a builtin to one of its parameters.
  private mutating func noteDemand(of argument: Int32, _ wanted: TypeNode, _ site: Int32) {
    noteDemand(
      of: argument,
      ParameterDemand(parameter: 0, head: wanted.head, payload: wanted.payload, site: site))
  }

  mutating func noteDemand(of argument: Int32, _ demand: ParameterDemand) {
    let value = expression(argument)
    guard isUnconditional, value.kind == .local,
      value.a < program.globals[Int(current)].parameterCount
    else { return }
    var demand = demand
    demand.parameter = value.a
    parameterDemands[current, default: []].append(demand)
  }

  /// The copy of a parameter of a scheme, or of its result behind them.
  @inline(__always) func root(_ scheme: Scheme, _ position: Int32, _ base: Int32) -> Int32 {
    system.resolve(table.roots[scheme.firstRoot + position], base)
  }

  /// The copy of the result of a scheme.
  private mutating func result(of scheme: Scheme, _ base: Int32, _ site: Int32) -> Int32 {
    let result = root(scheme, scheme.parameterCount, base)
    if scheme.resultExtras.isEmpty { return result }
    let joined = introduce(scheme.resultExtras, at: site)
    system.flow(result, joined, site: site)
    return joined
  }

  /// A call of something that has no type because of an error: everything may happen to the
  /// arguments.
  private mutating func applyUnknown(_ call: CoreExpression) -> Int32 {
    for position in 0..<call.listCount {
      generate(operand(call, position), into: ConstraintSystem.Shared.dyn)
    }
    return ConstraintSystem.Shared.dyn
  }

  /// Applies a value to the arguments of a call from number `first` on.
  mutating func apply(
    _ function: Int32, _ call: CoreExpression, from first: Int32, _ site: Int32
  ) -> Int32 {
    var function = function
    for position in first..<call.listCount {
      let root = system.find(function)
      let argument = operand(call, position)
      if system.nodes[root].head == .function {
        let (parameter, result) = (system.kid(root, 0), system.kid(root, 1))
        generate(argument, into: parameter)
        function = result
      } else {
        let parameter = system.new()
        let result = system.new()
        let template = system.newFunction(parameter: parameter, result: result, origin: site)
        generate(argument, into: parameter)
        system.demand(function, template, site: site, isUnconditional: isUnconditional)
        function = result
      }
    }
    return function
  }

  // MARK: - Intrinsics

  private mutating func generateCall(
    toIntrinsic index: Int32, _ call: CoreExpression, _ site: Int32
  ) -> Int32 {
    if call.listCount >= 1 {
      if index == wellKnown.head {
        let result = generateHead(call, site)
        return call.listCount == 1 ? result : apply(result, call, from: 1, site)
      }
      if index == wellKnown.tail && call.listCount == 1 {
        let list = system.newStructure(.list, kid: system.new(), origin: site)
        let value = generate(operand(call, 0))
        system.demand(value, list, site: site, argument: 1, isTotal: true)
        if isNonEmpty(operand(call, 0)) { noteNonEmpty(call) }
        return list
      }
    }
    return generateCall(schemeOf(intrinsic: index), builtin: true, call, site)
  }

  /// `head xs` may be 0, unless the list is known not to be empty.
  private mutating func generateHead(_ call: CoreExpression, _ site: Int32) -> Int32 {
    let argument = operand(call, 0)
    let element = system.new()
    let list = system.newStructure(.list, kid: element, origin: site)
    let value = generate(argument)
    system.demand(value, list, site: site, argument: 1, isTotal: true)
    let isNonEmpty = isNonEmpty(argument)
    if isNonEmpty { noteNonEmpty(call) }
    let result = isNonEmpty ? system.new() : introduce(.zero, at: site)
    system.flow(element, result, site: site)
    return result
  }

  private mutating func noteNonEmpty(_ call: CoreExpression) {
    if recordsExpressions { expressionNodes[call.a] = TypeInference.nonEmptyList }
  }

  // MARK: - Functions as values

  mutating func valueOf(global: Int32, site: Int32) -> Int32 {
    let count = program.globals[Int(global)].parameterCount
    if isInComponent(global) {
      let base = nodesOfGlobal[Int(global)]
      var parameters = (0..<count).map { base + $0 }
      checkParameters(of: global, &parameters)
      return curry(parameters, to: base + count, site: site)
    }
    guard let scheme = scheme(ofGlobal: global) else { return ConstraintSystem.Shared.dyn }
    noteUse(of: global, scheme, site: site)
    return valueOf(scheme, site: site, builtin: isBuiltin(global), global: global)
  }

  mutating func valueOf(intrinsic: Int32, site: Int32) -> Int32 {
    valueOf(schemeOf(intrinsic: intrinsic), site: site, builtin: true)
  }

  mutating func valueOf(foreign: Int32, site: Int32) -> Int32 {
    valueOf(schemeOf(foreign: foreign), site: site, builtin: true)
  }

  private mutating func valueOf(
    _ scheme: Scheme, site: Int32, builtin: Bool, global: Int32 = -1
  ) -> Int32 {
    let base = system.instantiate(scheme, table, site: site, namesSite: builtin)
    if recordsExpressions { instanceBases[site] = base }
    let count = scheme.parameterCount
    var parameters = (0..<count).map { root(scheme, $0, base) }
    if global >= 0 { checkParameters(of: global, &parameters) }
    return curry(parameters, to: result(of: scheme, base, site), site: site)
  }

  /// The curried function from some nodes to another.
  private mutating func curry(_ parameters: [Int32], to result: Int32, site: Int32) -> Int32 {
    var node = result
    for parameter in parameters.reversed() {
      node = system.newFunction(parameter: parameter, result: node, origin: site)
    }
    return node
  }

  // MARK: - Constructors and records

  /// A constructor as a function, or its value if it has no fields.
  mutating func valueOf(constructor index: Int32, site: Int32) -> Int32 {
    let constructor = program.constructors[Int(index)]
    let type = instance(ofType: constructor.type, site: site)
    let offset = constructorOffsets[Int(index)]
    var node = type
    for position in stride(from: constructor.fieldCount - 1, through: 0, by: -1) {
      let field = system.checkedCopy(of: system.kid(type, offset + position))
      node = system.newFunction(parameter: field, result: node, origin: site)
    }
    return node
  }

  mutating func generateConstruction(_ next: CoreExpression, _ site: Int32) -> Int32 {
    let type = instance(ofType: program.constructors[Int(next.a)].type, site: site)
    let offset = constructorOffsets[Int(next.a)]
    for position in 0..<next.listCount {
      generate(operand(next, position), into: system.kid(type, offset + position))
    }
    return type
  }

  /// A node for a declared type with its own kids.
  mutating func instance(ofType type: Int32, site: Int32) -> Int32 {
    let scheme = table.schemes[Int(typeSchemes[Int(type)])]
    let base = system.instantiate(scheme, table, site: site, namesSite: true)
    return root(scheme, 0, base)
  }

  /// `{ r | x = e }`: a value of the type of `r`, whose changed fields have new types.
  mutating func generateUpdate(_ next: CoreExpression, _ site: Int32) -> Int32 {
    let record = generate(next.a)
    let fields = program.updates[Int(next.b)]
    guard let type = onlyType(withFields: fields) else {
      system.flow(record, ConstraintSystem.Shared.dyn, site: site)
      for position in 0..<next.listCount {
        generate(operand(next, position), into: ConstraintSystem.Shared.dyn)
      }
      return ConstraintSystem.Shared.dyn
    }
    let old = instance(ofType: type, site: site)
    let updated = instance(ofType: type, site: site)
    system.demand(record, old, site: site, isUnconditional: isUnconditional)
    let names = system.fieldOffsets[Int(type)]
    let count = system.fieldOffsets[Int(type) + 1] - names
    for kid in 0..<count {
      let name = system.fieldNames[Int(names + kid)]
      if !fields.contains(where: { $0.index == name }) {
        system.flow(system.kid(old, kid), system.kid(updated, kid), site: site)
      }
    }
    for (position, field) in fields.enumerated() {
      let kids = (0..<count).filter { system.fieldNames[Int(names + $0)] == field.index }
      let argument = operand(next, Int32(position))
      if let kid = kids.first, kids.count == 1 {
        generate(argument, into: system.kid(updated, kid))
        continue
      }
      let value = generate(argument)
      for kid in kids { system.flow(value, system.kid(updated, kid), site: argument) }
    }
    return updated
  }

  /// The type that has all these fields, if there is exactly one.
  private func onlyType(withFields fields: [Symbol]) -> Int32? {
    var found: Int32?
    for type in program.types.indices {
      let range = Int(system.fieldOffsets[type])..<Int(system.fieldOffsets[type + 1])
      let hasAll = fields.allSatisfy { field in
        system.fieldNames[range].contains(field.index)
      }
      if hasAll {
        if found != nil { return nil }
        found = Int32(type)
      }
    }
    return found
  }
}

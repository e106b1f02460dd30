extension CoreVerifier {
  // MARK: - Calls

  mutating func verifyCall(_ index: Int32, _ call: CoreExpression) {
    for position in 0..<call.listCount { verify(operand(call, position)) }
    let callee = expression(call.a)
    switch callee.kind {
    case .global, .intrinsic, .constructor, .foreign: verifyApplication(of: call.a, call, index)
    case .local where directFunctions.contains(callee.a):
      guard let lambda = functions[callee.a] else { return }
      let function = expression(lambda)
      for position in 0..<call.listCount {
        let parameter = localType(operand(function, position))
        require(type(of: operand(call, position)), flowsTo: parameter, index, "an argument")
      }
      require(type(of: function.a), flowsTo: type(of: index), index, "the result")
    default:
      verify(call.a)
      requireWord(call.a)
      verifyUnknown(type(of: call.a), call, from: 0, index)
    }
  }

  /// The application of a value to the arguments of a call from number `first` on.
  private mutating func verifyUnknown(
    _ function: Int32, _ call: CoreExpression, from first: Int32, _ index: Int32
  ) {
    var type = function
    for position in first..<call.listCount {
      let argument = operand(call, position)
      requireWord(argument)
      switch head(type) {
      case .function:
        require(self.type(of: argument), flowsTo: typing.part(type, 0), index, "an argument")
        type = typing.part(type, 1)
      case .dyn: require(self.type(of: argument), flowsTo: type, index, "an argument")
      default: return  // an error at run time
      }
    }
    require(type, flowsTo: self.type(of: index), index, "the result")
  }

  /// A name as a value, or in a call.
  ///
  /// - Parameters:
  ///   - name: the expression with the name.
  ///   - call: the call, or nil for a value.
  ///   - index: the expression whose value is the result.
  mutating func verifyApplication(of name: Int32, _ call: CoreExpression?, _ index: Int32) {
    let callee = expression(name)
    switch callee.kind {
    case .global: verifyGlobal(name, callee.a, call, index)
    case .constructor: verifyConstructor(callee.a, call, index)
    case .intrinsic:
      if let call, call.b >= 0 {
        verifyProved(callee.a, call, index)
        return
      }
      if typeOfIntrinsic[Int(callee.a)] == nil {
        typeOfIntrinsic[Int(callee.a)] = BuiltinType(intrinsicType(intrinsics[Int(callee.a)]))
      }
      guard let type = typeOfIntrinsic[Int(callee.a)] else { return }
      let isNonEmpty = call?.b == CoreCallProof.onlyNonEmpty.rawValue
      verifyBuiltin(type, isNonEmpty: isNonEmpty, call, index)
    default: verifyForeign(callee.a, call, index)
    }
  }

  // MARK: - Definitions

  private mutating func verifyGlobal(
    _ name: Int32, _ global: Int32, _ call: CoreExpression?, _ index: Int32
  ) {
    if global < typing.firstInstance {
      if appendFunctions.contains(global), let call, call.listCount == 2 {
        let operands = [operand(call, 0), operand(call, 1)]
        for part in operands { requireWord(part) }
        verifyAppend(index, operands)
        return
      }
      guard let type = preludeTypeOfGlobal[global] else {
        report(index, "refers to a definition that is no instance and has no declared type")
        return
      }
      verifyBuiltin(type, isNonEmpty: false, call, index)
      return
    }
    let definition = program.globals[Int(global)]
    let parameters = (0..<definition.parameterCount).map {
      typing.ofLocal[Int(definition.firstLocal + $0)]
    }
    let result = typing.ofExpression[Int(definition.body)]
    if expression(name).b == CoreGlobalUse.standIn.rawValue {
      verifyStandIn(name, parameters, result, call, index)
      return
    }
    if let call, call.listCount == definition.parameterCount {
      for (position, parameter) in parameters.enumerated() {
        let argument = operand(call, Int32(position))
        require(type(of: argument), flowsTo: parameter, index, "an argument")
      }
      require(result, flowsTo: type(of: index), index, "the result")
      return
    }
    verifyWords(parameters.map { boxed($0) }, boxed(result), call, index)
  }

  /// An instance that is used at the type of its name, but takes raw floats where it says so
  /// itself.
  private mutating func verifyStandIn(
    _ name: Int32, _ parameters: [Int32], _ result: Int32, _ call: CoreExpression?, _ index: Int32
  ) {
    guard let call, call.listCount == parameters.count else {
      if let call { verifyUnknown(type(of: name), call, from: 0, index) }
      return
    }
    var used = type(of: name)
    for (position, parameter) in parameters.enumerated() {
      guard head(used) == .function else {
        report(index, "is used as a function, not as \(text(used))")
        return
      }
      let argument = type(of: operand(call, Int32(position)))
      require(boxed(argument), flowsTo: typing.part(used, 0), index, "an argument")
      require(
        (head(argument) == .rawFloat) == (head(parameter) == .rawFloat), index,
        "an argument is held in another way")
      used = typing.part(used, 1)
    }
    require(
      head(result) == .rawFloat ? result : used, flowsTo: type(of: index), index, "the result")
  }

  private mutating func verifyConstructor(
    _ constructor: Int32, _ call: CoreExpression?, _ index: Int32
  ) {
    let declared = program.constructors[Int(constructor)]
    let count = declared.fieldCount
    let given = call?.listCount ?? 0
    guard given <= count else { return }  // an error at run time
    // Behind the parameters that are left stands the type itself.
    var type = type(of: index)
    var rest: [Int32] = []
    for _ in given..<count {
      if head(type) == .function {
        rest.append(typing.part(type, 0))
        type = typing.part(type, 1)
      } else {
        rest.append(CoreTyping.simple(.dyn))
      }
    }
    let fits = head(type) == .named && subtypes.type(type).payload == declared.type
    require(fits || head(type) == .dyn, index, "a constructor gives", type)
    if !fits && head(type) != .dyn { return }
    for field in 0..<count {
      let first = firstPartOfConstructor[Int(constructor)]
      let part = fits ? typing.part(type, first + field) : CoreTyping.simple(.dyn)
      if field < given, let call {
        requireWord(operand(call, field))
        require(self.type(of: operand(call, field)), flowsTo: part, index, "a field")
      } else {
        require(rest[Int(field - given)], flowsTo: part, index, "a field")
      }
    }
  }

  /// A function that takes and gives words, applied to none, some, all or more of its arguments.
  private mutating func verifyWords(
    _ parameters: [Int32], _ result: Int32, _ call: CoreExpression?, _ index: Int32
  ) {
    let given = Int(call?.listCount ?? 0)
    for (position, parameter) in parameters.prefix(given).enumerated() {
      guard let call else { break }
      let argument = operand(call, Int32(position))
      requireWord(argument)
      require(type(of: argument), flowsTo: parameter, index, "an argument")
    }
    if given > parameters.count, let call {
      verifyUnknown(result, call, from: Int32(parameters.count), index)
      return
    }
    var type = type(of: index)
    for parameter in parameters.dropFirst(given) {
      let isFunction = head(type) == .function
      require(isFunction || head(type) == .dyn, index, "a function has the type", type)
      let own = isFunction ? typing.part(type, 0) : CoreTyping.simple(.dyn)
      require(own, flowsTo: parameter, index, "a parameter")
      if isFunction { type = typing.part(type, 1) }
    }
    require(result, flowsTo: type, index, "the result")
  }

  // MARK: - Intrinsics

  /// A call of an intrinsic in its proven form.
  private mutating func verifyProved(_ intrinsic: Int32, _ call: CoreExpression, _ index: Int32) {
    guard let form = intrinsics[Int(intrinsic)].provenForm,
      form.operands.count == Int(call.listCount)
    else {
      report(index, "has no proven form")
      return
    }
    for (position, wanted) in form.operands.enumerated() {
      let part = operand(call, Int32(position))
      switch wanted {
      case .any: requireWord(part)
      case .int: require(part, isExactly: .int)
      case .rawFloat: require(part, isExactly: .rawFloat)
      case .string: require(part, isExactly: .string)
      case .bytes: require(part, isExactly: .bytes)
      case .list: require(part, isExactly: .list)
      case .array: require(part, isExactly: .array)
      case .floatArray: require(part, isExactly: .floatArray)
      }
    }
    let first = type(of: operand(call, 0))
    let result = type(of: index)
    switch form.result {
    case .int: require(.int, flowsTo: result, index, "the result")
    case .rawFloat: require(.rawFloat, flowsTo: result, index, "the result")
    case .zero: requireExtra(.zero, in: result, index)
    case .same: require(first, flowsTo: result, index, "the result")
    case .element, .elementOrZero:
      require(subtypes.type(first).partCount == 1, index, "the first operand has no elements")
      if subtypes.type(first).partCount != 1 { return }
      require(typing.part(first, 0), flowsTo: result, index, "the element")
      if case .elementOrZero = form.result, call.b != CoreCallProof.nonEmpty.rawValue {
        requireExtra(.zero, in: result, index)
      }
    }
    if form.operands.count == 3, case .any = form.operands[2] {
      require(type(of: operand(call, 2)), flowsTo: typing.part(first, 0), index, "what is stored")
    }
  }

  private mutating func verifyForeign(_ foreign: Int32, _ call: CoreExpression?, _ index: Int32) {
    let declared = program.foreigns[Int(foreign)]
    func word(_ kind: CoreForeign.Kind) -> String {
      switch kind {
      case .int: "int"
      case .string: "string"
      case .pointer: "ptr"
      case .float: "float"
      case .unit: "unit"
      case .any: "any"
      }
    }
    let parameters = declared.parameters.enumerated().map { "p\($0) -> " }.joined()
    verifyBuiltin(
      BuiltinType(parameters + word(declared.result)), isNonEmpty: false, call, index)
  }

  // MARK: - Builtins

  /// What is known of the type variables of a builtin where it is used: values of the types in
  /// `lower` flow into them, and from there into the types in `upper`. There are types for the
  /// variables if the ones flow into the others.
  struct Bounds {
    var lower: [[Int32]]
    var upper: [[Int32]]
  }

  /// A builtin that checks its arguments.
  private mutating func verifyBuiltin(
    _ type: BuiltinType, isNonEmpty: Bool, _ call: CoreExpression?, _ index: Int32
  ) {
    var bounds = Bounds(
      lower: Array(repeating: [], count: type.variableCount),
      upper: Array(repeating: [], count: type.variableCount))
    var node = type.root
    var given: Int32 = 0
    while let call, given < call.listCount, let parts = functionParts(type, node) {
      let argument = operand(call, given)
      requireWord(argument)
      take(self.type(of: argument), as: parts.parameter, of: type, &bounds, index)
      node = parts.result
      given += 1
    }
    if let call, given < call.listCount {
      // What it returns is applied to the other arguments.
      if case .variable(let number) = type.nodes[Int(node)].kind {
        for lower in bounds.lower[Int(number)] { verifyUnknown(lower, call, from: given, index) }
      }
    } else {
      var target = self.type(of: index)
      while let parts = functionParts(type, node), head(target) == .function {
        take(typing.part(target, 0), as: parts.parameter, of: type, &bounds, index)
        target = typing.part(target, 1)
        node = parts.result
      }
      give(node, of: type, to: target, &bounds, index)
      if type.resultMayBeZero && !isNonEmpty && functionParts(type, node) == nil {
        requireExtra(.zero, in: target, index)
      }
    }
    for number in 0..<type.variableCount {
      for lower in bounds.lower[number] {
        for upper in bounds.upper[number] {
          require(lower, flowsTo: upper, index, "a part")
        }
      }
    }
  }

  private func functionParts(
    _ type: BuiltinType, _ node: Int32
  ) -> (parameter: Int32, result: Int32)? {
    guard case .head(.function) = type.nodes[Int(node)].kind else { return nil }
    return (type.nodes[Int(node)].parts[0], type.nodes[Int(node)].parts[1])
  }

  /// A value of the type `source` is given where the builtin takes a `node`.
  private mutating func take(
    _ source: Int32, as node: Int32, of type: BuiltinType, _ bounds: inout Bounds, _ index: Int32
  ) {
    let wanted = type.nodes[Int(node)]
    switch wanted.kind {
    case .variable(let number): bounds.lower[Int(number)].append(source)
    case .extra: return
    case .head(.dyn): require(source, flowsTo: CoreTyping.simple(.dyn), index, "an argument")
    case .head(let wantedHead):
      let known = subtypes.type(source)
      let isSame =
        known.head == wantedHead && Int(known.partCount) == wanted.parts.count
        && (wantedHead != .named || known.payload == resultType)
      // A value of another kind is not used, unless it may be of any kind.
      guard isSame || known.head == .dyn else { return }
      for (number, part) in wanted.parts.enumerated() {
        let own = isSame ? typing.part(source, Int32(number)) : CoreTyping.simple(.dyn)
        let isParameter = wantedHead == .function && number == 0
        if !isParameter { take(own, as: part, of: type, &bounds, index) }
        if isParameter || wantedHead == .array || wantedHead == .channel {
          give(part, of: type, to: own, &bounds, index)
        }
      }
    }
  }

  /// The builtin gives a `node` where a value of the type `target` is wanted.
  private mutating func give(
    _ node: Int32, of type: BuiltinType, to target: Int32, _ bounds: inout Bounds, _ index: Int32
  ) {
    let given = type.nodes[Int(node)]
    switch given.kind {
    case .variable(let number): bounds.upper[Int(number)].append(target)
    case .extra(let extra): requireExtra(extra, in: target, index)
    case .head(let givenHead):
      if given.parts.isEmpty {
        require(givenHead, flowsTo: target, index, "the result")
        return
      }
      let known = subtypes.type(target)
      let isSame =
        known.head == givenHead && Int(known.partCount) == given.parts.count
        && (givenHead != .named || known.payload == resultType)
      require(isSame || known.head == .dyn, index, "the result has the type", target)
      guard isSame || known.head == .dyn else { return }
      for (number, part) in given.parts.enumerated() {
        let own = isSame ? typing.part(target, Int32(number)) : CoreTyping.simple(.dyn)
        let isParameter = givenHead == .function && number == 0
        if !isParameter { give(part, of: type, to: own, &bounds, index) }
        if isParameter || givenHead == .array || givenHead == .channel {
          take(own, as: part, of: type, &bounds, index)
        }
      }
    }
  }
}

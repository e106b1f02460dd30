import Support

extension CoreVerifier {
  // MARK: - Operators

  mutating func verifyOperator(_ index: Int32, _ node: CoreExpression) {
    for position in 0..<node.listCount { verify(operand(node, position)) }
    guard let operation = CoreOperator(rawValue: node.a),
      let proof = CoreOperandProof(rawValue: node.b)
    else {
      report(index, "unknown operator \(node.a) or proof \(node.b)")
      return
    }
    let operands = (0..<node.listCount).map { operand(node, $0) }
    require(operands.count == (operation == .negate ? 1 : 2), index, "wrong number of operands")
    switch proof {
    case .none: verifyUnproved(index, operation, operands)
    case .int:
      for part in operands { require(part, isExactly: .int) }
      require(isArithmetic(operation) || isComparison(operation), index, "is not for ints")
      require(.int, flowsTo: type(of: index), index, "the result")
    case .float:
      for part in operands { require(part, isExactly: .rawFloat) }
      require(isArithmetic(operation) || isComparison(operation), index, "is not for floats")
      let result: CoreTypeHead = isComparison(operation) ? .int : .rawFloat
      require(result, flowsTo: type(of: index), index, "the result")
    case .string:
      for part in operands { require(part, isExactly: .string) }
      let isText = operation == .add || operation == .append
      require(isText || isComparison(operation), index, "is not for strings")
      require(isText ? .string : .int, flowsTo: type(of: index), index, "the result")
    case .list: verifyProvedList(index, operation, operands)
    }
  }

  private func isArithmetic(_ operation: CoreOperator) -> Bool {
    switch operation {
    case .add, .subtract, .multiply, .divide, .remainder, .negate: true
    default: false
    }
  }

  private func isComparison(_ operation: CoreOperator) -> Bool {
    switch operation {
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual: true
    default: false
    }
  }

  private mutating func verifyProvedList(
    _ index: Int32, _ operation: CoreOperator, _ operands: [Int32]
  ) {
    guard operands.count == 2 else { return }
    require(operands[1], isExactly: .list)
    switch operation {
    case .cons: verifyCons(index, operands)
    case .append:
      require(operands[0], isExactly: .list)
      for part in operands { require(type(of: part), flowsTo: type(of: index), part, "a part") }
    default: report(index, "is not for lists")
    }
  }

  private mutating func verifyCons(_ index: Int32, _ operands: [Int32]) {
    requireWord(operands[0])
    requireWord(operands[1])
    let element = element(of: type(of: index), index)
    require(type(of: operands[0]), flowsTo: element, operands[0], "the first element")
    let rest = type(of: operands[1])
    switch head(rest) {
    case .list: require(typing.part(rest, 0), flowsTo: element, operands[1], "the other elements")
    case .dyn: require(.dyn, flowsTo: element, operands[1], "the other elements")
    default: return  // an error at run time
    }
  }

  /// What elements a list may have that is of a type.
  private mutating func element(of type: Int32, _ index: Int32) -> Int32 {
    switch head(type) {
    case .list: return typing.part(type, 0)
    case .dyn: return CoreTyping.simple(.dyn)
    default:
      report(index, "a list has the type \(text(type))")
      return CoreTyping.simple(.dyn)
    }
  }

  /// The result has the type if every result that the operands allow has.
  private mutating func verifyUnproved(
    _ index: Int32, _ operation: CoreOperator, _ operands: [Int32]
  ) {
    for part in operands { requireWord(part) }
    let result = type(of: index)
    switch operation {
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual:
      require(.int, flowsTo: result, index, "the result")
    case .cons: verifyCons(index, operands)
    case .append: verifyAppend(index, operands)
    case .add, .subtract, .multiply, .divide, .remainder, .negate:
      let types = operands.map { type(of: $0) }
      if operation == .add && types.allSatisfy({ maybe($0, .string) }) {
        require(.string, flowsTo: result, index, "the result")
      }
      if types.allSatisfy({ maybe($0, .int) }) {
        require(.int, flowsTo: result, index, "the result")
      }
      let areNumbers = types.allSatisfy { maybe($0, .int) || maybe($0, .float) }
      if areNumbers && types.contains(where: { maybe($0, .float) }) {
        require(.float, flowsTo: result, index, "the result")
      }
    }
  }

  /// Whether a value of the type may be an int, float or string.
  private func maybe(_ type: Int32, _ kind: CoreTypeHead) -> Bool {
    switch head(type) {
    case .dyn: return true
    case .num: return kind != .string
    case let own:
      return own == kind || kind == .int && subtypes.extras(of: type).contains(.zero)
    }
  }

  mutating func verifyAppend(_ index: Int32, _ operands: [Int32]) {
    let types = operands.map { type(of: $0) }
    let result = type(of: index)
    if types.allSatisfy({ head($0) == .string || head($0) == .dyn }) {
      require(.string, flowsTo: result, index, "the result")
    }
    guard types.allSatisfy({ head($0) == .list || head($0) == .dyn }) else { return }
    let element = element(of: result, index)
    for type in types {
      let own = head(type) == .list ? typing.part(type, 0) : CoreTyping.simple(.dyn)
      require(own, flowsTo: element, index, "the elements")
    }
  }

  // MARK: - Structures

  /// The parts of a tuple or constructor.
  mutating func verifyItems(
    _ index: Int32, _ node: CoreExpression, _ wanted: CoreTypeHead, payload: Int32,
    from first: Int32
  ) {
    verifyParts(node)
    let type = type(of: index)
    let known = subtypes.type(type)
    let fits =
      known.head == wanted
      && (wanted == .tuple ? known.partCount == node.listCount : known.payload == payload)
    require(fits || known.head == .dyn, index, "the value has the type", type)
    if !fits && known.head != .dyn { return }
    for position in 0..<node.listCount {
      let part = fits ? typing.part(type, first + position) : CoreTyping.simple(.dyn)
      require(self.type(of: operand(node, position)), flowsTo: part, index, "a part")
    }
  }

  mutating func verifyList(_ index: Int32, _ node: CoreExpression) {
    verifyParts(node)
    let element = element(of: type(of: index), index)
    for position in 0..<node.listCount {
      require(type(of: operand(node, position)), flowsTo: element, index, "an element")
    }
  }

  mutating func verifyConstruction(_ index: Int32, _ node: CoreExpression) {
    verifyItems(
      index, node, .named, payload: program.constructors[Int(node.a)].type,
      from: firstPartOfConstructor[Int(node.a)])
  }

  mutating func verifyField(_ index: Int32, _ node: CoreExpression) {
    verify(node.a)
    requireWord(node.a)
    let record = type(of: node.a)
    switch head(record) {
    case .dyn:
      let isTrusted = head(type(of: index)) != .rawFloat && isTypedEverywhere(field: node.b)
      if !isTrusted { require(.dyn, flowsTo: type(of: index), index, "the field") }
    case .named:
      for (part, name) in fieldNames(of: subtypes.type(record).payload).enumerated()
      where name == node.b {
        require(typing.part(record, Int32(part)), flowsTo: type(of: index), index, "the field")
      }
    default: return  // an error at run time
    }
  }

  /// Whether all fields of a name have declared types.
  private func isTypedEverywhere(field name: Int32) -> Bool {
    program.constructors.allSatisfy { constructor in
      constructor.fieldNames.indices.allSatisfy { field in
        constructor.fieldNames[field].index != name
          || subtypes.isTyped(field: field, of: constructor)
      }
    }
  }

  /// The names of all fields of a type, -1 for those without.
  private func fieldNames(of type: Int32) -> [Int32] {
    let declared = program.types[Int(type)]
    var names: [Int32] = []
    for index in declared.firstConstructor..<(declared.firstConstructor + declared.constructorCount)
    {
      let constructor = program.constructors[Int(index)]
      for field in 0..<Int(constructor.fieldCount) {
        let isNamed = field < constructor.fieldNames.count
        names.append(isNamed ? constructor.fieldNames[field].index : -1)
      }
    }
    return names
  }

  mutating func verifyUpdate(_ index: Int32, _ node: CoreExpression) {
    verify(node.a)
    requireWord(node.a)
    verifyParts(node)
    let (record, result) = (type(of: node.a), type(of: index))
    let changed = program.updates[Int(node.b)].map(\.index)
    let dyn = CoreTyping.simple(.dyn)
    switch head(result) {
    case .dyn:
      require(record, flowsTo: dyn, index, "the record")
      for position in 0..<node.listCount {
        require(type(of: operand(node, position)), flowsTo: dyn, index, "a field")
      }
    case .named:
      let isSame = subtypes.type(record).payload == subtypes.type(result).payload
      for (number, name) in fieldNames(of: subtypes.type(result).payload).enumerated() {
        let part = typing.part(result, Int32(number))
        if let position = changed.firstIndex(of: name), name >= 0 {
          let value = type(of: operand(node, Int32(position)))
          require(value, flowsTo: part, index, "a field")
        } else if head(record) == .named && isSame {
          require(typing.part(record, Int32(number)), flowsTo: part, index, "a kept field")
        } else if head(record) == .dyn && !subtypes.isTypedPart(number, of: result) {
          require(dyn, flowsTo: part, index, "a kept field")
        }
      }
    default: report(index, "a record has the type \(text(result))")
    }
  }
}

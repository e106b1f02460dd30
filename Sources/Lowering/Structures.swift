import CRailRuntime
import IR
import Semantics
import Support

extension ProgramLowering {
  /// Lists with more computed elements than this are built through an array, so that the elements are not all live at once.
  private static let largestInlineList = 32

  // MARK: - Tuples, constructors, lists

  mutating func lowerStructure(_ expression: CoreExpression, _ index: Int32) -> ValueID {
    if let value = staticValue(index) { return emit(value) }
    let parts = core.list(expression)
    if expression.kind == .list && parts.count > Self.largestInlineList {
      return lowerLongList(parts)
    }
    let values = parts.map { lowerValue($0) }
    builder.position = position(expression.position)
    switch expression.kind {
    case .tuple:
      return builder.allocate(
        header: header(kind: RAIL_KIND_TUPLE, aux: values.count, words: values.count), values)
    case .construct:
      return builder.allocate(
        header: header(
          kind: RAIL_KIND_CONSTRUCTOR, aux: Int(expression.a), words: values.count), values)
    default: return list(of: values)
    }
  }

  /// Allocates the cells of a list whose elements have been computed.
  mutating func list(of values: [ValueID]) -> ValueID {
    var list = word(UInt64(RAIL_NIL))
    for value in values.reversed() { list = cell(value, list) }
    return list
  }

  private mutating func cell(_ head: ValueID, _ tail: ValueID) -> ValueID {
    builder.allocate(header: header(kind: RAIL_KIND_CONS, words: 2), [head, tail])
  }

  private mutating func lowerLongList(_ parts: ArraySlice<Int32>) -> ValueID {
    let array = callRuntime("rail_arr_new", [builder.int(Int64(parts.count)), builder.int(0)])
    for (position, part) in parts.enumerated() {
      let value = lowerValue(part)
      _ = builder.generic(.arraySet, array, builder.int(Int64(position)), value)
    }
    return builder.call(function(ofPrelude: "arr_to_list"), [array])
  }

  /// `x :: xs`: the tail must be a list.
  mutating func lowerCons(_ expression: CoreExpression) -> ValueID {
    let list = core.list(expression)
    let head = lowerValue(list[list.startIndex])
    let tailExpression = list[list.startIndex + 1]
    let tail = lowerValue(tailExpression)
    builder.position = position(expression.position)
    let isProved = expression.b == CoreOperandProof.list.rawValue
    if !isProved && !isList(tailExpression) { checkList(tail) }
    return cell(head, tail)
  }

  /// Whether an expression can only be a list.
  private func isList(_ index: Int32) -> Bool {
    let expression = core.expressions[Int(index)]
    switch expression.kind {
    case .list, .nil_: return true
    case .operator: return expression.a == CoreOperator.cons.rawValue
    default: return false
    }
  }

  /// Raises if `tail` is no list.
  private mutating func checkList(_ tail: ValueID) {
    let isList = builder.makeBlock()
    let isNoCell = builder.makeBlock()
    let isNoList = builder.makeBlock(isCold: true)
    builder.branch(
      builder.testKind(tail, UInt8(RAIL_KIND_CONS)), then: isList, else: isNoCell)
    builder.begin(isNoCell)
    builder.branch(isWord(tail, UInt64(RAIL_NIL)), then: isList, else: isNoList)
    builder.begin(isNoList)
    raiseKindError("::", argument: 2, tail)
    builder.begin(isList)
  }

  // MARK: - Records

  /// `r.x`: the field of whichever constructor the record has.
  mutating func lowerField(_ expression: CoreExpression) -> ValueID {
    let record = lowerValue(expression.a)
    let name = Symbol(index: expression.b)
    builder.position = position(expression.position)
    let owners = fieldOwners[name] ?? []
    if let only = onlyConstructor(ofExpression: expression.a),
      let owner = owners.first(where: { $0.constructor == only })
    {
      return builder.load(.word, record, offset: 8 * owner.field)
    }
    let join = builder.makeBlock(parameterCount: 1)
    for (constructor, field) in owners {
      let found = builder.makeBlock()
      let next = builder.makeBlock()
      builder.branch(testConstructor(record, constructor), then: found, else: next)
      builder.begin(found)
      builder.jump(join, CollectionOfOne(builder.load(.word, record, offset: 8 * field)))
      builder.begin(next)
    }
    raiseKindError("." + interner.string(of: name), record)
    builder.begin(join)
    return builder.parameter(0, of: join)
  }

  /// `{ r | x = e }`: a copy of the record with some fields replaced.
  mutating func lowerUpdate(_ expression: CoreExpression) -> ValueID {
    let record = lowerValue(expression.a)
    let names = core.updates[Int(expression.b)]
    let values = core.list(expression).map { lowerValue($0) }
    builder.position = position(expression.position)
    if let only = onlyConstructor(ofExpression: expression.a) {
      return copy(record, Int(only), names, values)
    }
    let candidates = core.constructors.indices.filter { index in
      names.allSatisfy { core.constructors[index].fieldNames.contains($0) }
    }
    // If there is one such type, what is put into it has been cast already.
    let isOneType = Set(candidates.map { core.constructors[$0].type }).count == 1
    let join = builder.makeBlock(parameterCount: 1)
    for index in candidates {
      let found = builder.makeBlock()
      let next = builder.makeBlock()
      builder.branch(testConstructor(record, Int32(index)), then: found, else: next)
      builder.begin(found)
      let fields = isOneType ? values : cast(values, toFields: names, of: index)
      builder.jump(join, CollectionOfOne(copy(record, index, names, fields)))
      builder.begin(next)
    }
    raiseKindError("{ … | \(names.map { interner.string(of: $0) }.joined(separator: ", ")) }", record)
    builder.begin(join)
    return builder.parameter(0, of: join)
  }

  /// A copy of a record that is known to have this constructor, with some fields replaced.
  private mutating func copy(
    _ record: ValueID, _ constructor: Int, _ names: [Symbol], _ values: [ValueID]
  ) -> ValueID {
    let fields = core.constructors[constructor].fieldNames.enumerated().map { field, name in
      if let replaced = names.firstIndex(of: name) { return values[replaced] }
      return builder.load(.word, record, offset: 8 * field)
    }
    return builder.allocate(
      header: header(kind: RAIL_KIND_CONSTRUCTOR, aux: constructor, words: fields.count), fields)
  }

  /// The constructor of a value whose type is proved and has one only.
  private func onlyConstructor(ofExpression index: Int32) -> Int32? {
    guard let typing = core.typing else { return nil }
    let type = typing.ofExpression[Int(index)]
    guard typing.isExactly(type, .named) else { return nil }
    let declared = core.types[Int(typing.types[Int(type)].payload)]
    return declared.constructorCount == 1 ? declared.firstConstructor : nil
  }

  mutating func testConstructor(_ value: ValueID, _ constructor: Int32) -> ValueID {
    builder.testHeader(value, UInt32(constructorHeader(constructor)))
  }

  /// The low 32 bits of the header of a constructor's objects.
  func constructorHeader(_ constructor: Int32) -> Int64 {
    Int64(RAIL_KIND_CONSTRUCTOR) | Int64(constructor) << Int64(RAIL_AUX_SHIFT)
  }

  /// Ends the block with "'operation' cannot be applied to …".
  private mutating func raiseKindError(
    _ operation: String, argument: Int = 1, _ value: ValueID
  ) {
    let name = builder.dataAddress(Int(stringObject(Array(operation.utf8))))
    callRuntime("rail_kind_error", [name, builder.int(Int64(argument)), value])
    builder.unreachable()
  }

  // MARK: - Interpolation

  mutating func lowerInterpolation(_ expression: CoreExpression) -> ValueID {
    var parts: [ValueID] = []
    for part in core.list(expression) {
      let value = lowerValue(part)
      builder.position = position(expression.position)
      parts.append(shown(value, part))
    }
    builder.position = position(expression.position)
    return callRuntime("rail_concat_list", [list(of: parts)])
  }
}

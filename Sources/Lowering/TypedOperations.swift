import CRailRuntime
import IR
import Semantics

// What typed Core has proved, as code without checks.

/// How the proven form of an intrinsic is done.
enum ProvenLowering {
  case listPart(GenericOperation)
  /// An operation on two operands of the kinds that its fast path is for.
  case binary(GenericOperation)
  case not
  case shift(Opcode)
  case arraySet, arrayLength
  /// Of a float array or a byte buffer.
  case length
  case floatElement, setFloatElement
  case byte, setByte
  case float(Opcode)
  case intToFloat
  /// The runtime function, with boxed floats.
  case call

  init(_ name: String) {
    switch name {
    case "head": self = .listPart(.head)
    case "tail": self = .listPart(.tail)
    case "arr_get": self = .binary(.arrayGet)
    case "arr_set": self = .arraySet
    case "arr_len": self = .arrayLength
    case "bit_and": self = .binary(.bitAnd)
    case "bit_or": self = .binary(.bitOr)
    case "bit_xor": self = .binary(.bitXor)
    case "bit_not": self = .not
    case "shl": self = .shift(.shiftLeft)
    case "shr": self = .shift(.shiftRightLogical)
    case "sar": self = .shift(.shiftRightArithmetic)
    case "float_arr_len", "bytes_len": self = .length
    case "float_arr_get": self = .floatElement
    case "float_arr_set": self = .setFloatElement
    case "bytes_get", "str_at": self = .byte
    case "bytes_set": self = .setByte
    case "fneg": self = .float(.floatNegate)
    case "fsqrt", "sqrt": self = .float(.floatSquareRoot)
    case "to_float": self = .intToFloat
    default: self = .call
    }
  }
}

extension ProgramLowering {
  // MARK: - Conversions

  mutating func lowerCoercion(_ expression: CoreExpression, _ index: Int32) -> ValueID {
    guard let coercion = CoreCoercion(rawValue: expression.b) else {
      preconditionFailure("no coercion has the number \(expression.b)")
    }
    switch coercion {
    case .boxFloat:
      if let value = staticValue(index) { return emit(value) }
      let value = lowerValue(expression.a)
      builder.position = position(expression.position)
      return box(value)
    case .unboxFloat: return unbox(lowerValue(expression.a))
    case .intToFloat: return intToFloat(lowerValue(expression.a))
    case .numToFloat: return numToFloat(lowerValue(expression.a))
    case .assertType: return lowerAssertion(expression, index)
    }
  }

  private mutating func intToFloat(_ word: ValueID) -> ValueID {
    builder.operation(.intToFloat, .float, untag(word))
  }

  private mutating func numToFloat(_ word: ValueID) -> ValueID {
    let isInt = builder.makeBlock()
    let isBoxed = builder.makeBlock()
    let join = builder.makeBlock(parameterCount: 1, type: .float)
    builder.branch(
      builder.operation(.and, .raw, word, builder.constant(1, .raw)), then: isInt, else: isBoxed)
    builder.begin(isInt)
    builder.jump(join, CollectionOfOne(intToFloat(word)))
    builder.begin(isBoxed)
    builder.jump(join, CollectionOfOne(unbox(word)))
    builder.begin(join)
    return builder.parameter(0, of: join)
  }

  private mutating func untag(_ word: ValueID) -> ValueID {
    builder.operation(.shiftRightArithmetic, .raw, word, builder.constant(1, .raw))
  }

  private mutating func tag(_ raw: ValueID) -> ValueID {
    let doubled = builder.operation(.add, .raw, raw, raw)
    return builder.operation(.or, .word, doubled, builder.constant(1, .raw))
  }

  // MARK: - Operators

  /// An operator whose operands are proved to be ints or floats, or nil: then it is done like any other.
  mutating func lowerProvenOperator(
    _ operation: CoreOperator, _ expression: CoreExpression
  ) -> ValueID? {
    switch CoreOperandProof(rawValue: expression.b) {
    case .int: return lowerIntOperator(operation, expression)
    case .float: return lowerFloatOperator(operation, expression)
    case .string, .list, .none?, nil: return nil
    }
  }

  /// A comparison of operands that are proved to be ints or floats, as a raw 0 or 1.
  mutating func lowerProvenComparison(
    _ operation: CoreOperator, _ expression: CoreExpression
  ) -> ValueID? {
    guard let condition = condition(of: operation) else { return nil }
    switch CoreOperandProof(rawValue: expression.b) {
    case .int:
      // Tagged ints are ordered like the numbers.
      let (left, right) = lowerOperands(expression)
      return builder.compare(condition, left, right)
    case .float:
      let (left, right) = lowerOperands(expression)
      return builder.floatCompare(condition, left, right)
    case .string, .list, .none?, nil: return nil
    }
  }

  private func condition(of operation: CoreOperator) -> Condition? {
    switch operation {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .greater: .greater
    case .lessOrEqual: .lessOrEqual
    case .greaterOrEqual: .greaterOrEqual
    case .add, .subtract, .multiply, .divide, .remainder, .negate, .cons, .append: nil
    }
  }

  private mutating func lowerIntOperator(
    _ operation: CoreOperator, _ expression: CoreExpression
  ) -> ValueID? {
    if let comparison = lowerProvenComparison(operation, expression) { return truth(comparison) }
    let proof: OperandProof
    switch operation {
    case .add, .subtract, .multiply: proof = .both
    case .negate: proof = .first
    case .divide, .remainder:
      let list = core.list(expression)
      let divisor = core.expressions[Int(list[list.startIndex + 1])]
      let isLiteral = divisor.kind == .integer && integerValue(divisor.a, divisor.b) != 0
      proof = isLiteral ? [.first, .second, .inDomain] : .both
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual, .cons, .append:
      return nil
    }
    let (left, right) = lowerOperands(expression)
    return builder.generic(genericOperation(operation), left, right, proof: proof)
  }

  private mutating func lowerFloatOperator(
    _ operation: CoreOperator, _ expression: CoreExpression
  ) -> ValueID? {
    if let comparison = lowerProvenComparison(operation, expression) { return truth(comparison) }
    let opcode: Opcode
    switch operation {
    case .add: opcode = .floatAdd
    case .subtract: opcode = .floatSubtract
    case .multiply: opcode = .floatMultiply
    case .divide: opcode = .floatDivide
    case .negate: opcode = .floatNegate
    case .remainder:
      let (left, right) = lowerOperands(expression)
      return unbox(builder.generic(.remainder, box(left), box(right)))
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual, .cons, .append:
      return nil
    }
    let (left, right) = lowerOperands(expression)
    return builder.operation(opcode, .float, left, right)
  }

  // MARK: - Intrinsics

  /// An intrinsic in its proven form (``Intrinsic/provenForm``).
  mutating func lowerProvenIntrinsic(
    _ index: Int32, _ values: [ValueID], _ call: CoreExpression
  ) -> ValueID {
    let isNonEmpty = call.b == CoreCallProof.nonEmpty.rawValue
    switch provenLowerings[Int(index)] {
    case .listPart(let operation):
      return builder.generic(operation, values[0], proof: isNonEmpty ? [.first, .inDomain] : .first)
    case .binary(let operation): return builder.generic(operation, values[0], values[1], proof: .both)
    case .not: return builder.generic(.bitXor, values[0], builder.int(-1), proof: .both)
    case .shift(let opcode):
      return tag(builder.operation(opcode, .raw, untag(values[0]), untag(values[1])))
    case .arraySet:
      let stored = core.list(call)[core.list(call).startIndex + 2]
      return builder.generic(
        .arraySet, values[0], values[1], values[2],
        proof: isExactly(stored, .int) ? [.both, .storesNoPointer] : .both)
    case .arrayLength: return builder.generic(.arrayLength, values[0], proof: .first)
    case .length: return tag(length(of: values[0]))
    case .floatElement:
      return builder.loadIndexed(.float, values[0], checkedIndex(values, index))
    case .setFloatElement:
      builder.storeIndexed(values[0], checkedIndex(values, index), values[2])
      return builder.int(1)
    case .byte: return tag(builder.loadByte(values[0], checkedIndex(values, index)))
    case .setByte:
      builder.storeByte(values[0], checkedIndex(values, index), untag(values[2]))
      return builder.int(0)
    case .float(let opcode): return builder.operation(opcode, .float, values[0])
    case .intToFloat: return intToFloat(values[0])
    case .call:
      return callWithWords(index, values)
    }
  }

  /// The runtime function of an intrinsic, whose proven form has raw floats.
  private mutating func callWithWords(_ index: Int32, _ values: [ValueID]) -> ValueID {
    let words = values.map { adapt($0, to: .word) }
    let result = callRuntime("rail_\(intrinsics[Int(index)].name)", words)
    if case .rawFloat? = intrinsics[Int(index)].provenForm?.result { return unbox(result) }
    return result
  }

  // MARK: - Elements

  private mutating func length(of object: ValueID) -> ValueID {
    builder.operation(
      .shiftRightLogical, .raw, builder.load(.raw, object, offset: -8),
      builder.constant(Int64(RAIL_LENGTH_SHIFT), .raw))
  }

  /// The untagged index, in a block where it is known to be in range; otherwise the runtime function of the intrinsic
  /// raises the error.
  private mutating func checkedIndex(_ values: [ValueID], _ intrinsic: Int32) -> ValueID {
    let index = untag(values[1])
    let inRange = builder.makeBlock()
    let outOfRange = builder.makeBlock(isCold: true)
    builder.branch(
      builder.compare(.below, index, length(of: values[0])), then: inRange, else: outOfRange)
    builder.begin(outOfRange)
    let words = values.map { adapt($0, to: .word) }
    callRuntime("rail_\(intrinsics[Int(intrinsic)].name)", words)
    builder.unreachable()
    builder.begin(inRange)
    return index
  }

  /// Whether an expression has exactly a type with this head.
  func isExactly(_ index: Int32, _ head: CoreTypeHead) -> Bool {
    guard let typing = core.typing else { return false }
    return typing.isExactly(typing.ofExpression[Int(index)], head)
  }
}

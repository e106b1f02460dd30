import CRailRuntime
import IR
import Semantics

// What typed Core has proved, as code without checks. Raw floats are IR values of the type `float`; everything else is
// a word.

extension ProgramLowering {
  /// Whether the value of an expression is a raw float.
  func isRawFloat(_ index: Int32) -> Bool {
    guard let typing = core.typing else { return false }
    return typing.ofExpression[Int(index)] == CoreTyping.simple(.rawFloat)
  }

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
    }
  }

  /// A new boxed float.
  mutating func box(_ float: ValueID) -> ValueID {
    builder.allocate(header: header(kind: RAIL_KIND_FLOAT, words: 1), [float])
  }

  /// The number in a boxed float.
  mutating func unbox(_ word: ValueID) -> ValueID { builder.load(.float, word, offset: 0) }

  private mutating func intToFloat(_ word: ValueID) -> ValueID {
    let number = builder.operation(.shiftRightArithmetic, .raw, word, builder.constant(1, .raw))
    return builder.operation(.intToFloat, .float, number)
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
}

import IR
import Semantics

// `length xs == 0` and the like look at no more of a list than decides them.

extension ProgramLowering {
  /// The operands of an operator. The length of a list that is compared with a literal is counted up to one
  /// more than the literal: the result is the same, and the cost does not depend on the list.
  mutating func lowerOperands(_ expression: CoreExpression) -> (ValueID, ValueID) {
    let list = core.list(expression)
    let first = list[list.startIndex]
    guard list.count > 1 else {
      let value = lowerValue(first)
      builder.position = position(expression.position)
      return (value, .none)
    }
    let second = list[list.startIndex + 1]
    let isComparison = CoreOperator(rawValue: expression.a).map(compares) ?? false
    let left = lowerOperand(first, comparedWith: isComparison ? second : nil)
    let right = lowerOperand(second, comparedWith: isComparison ? first : nil)
    builder.position = position(expression.position)
    return (left, right)
  }

  private func compares(_ operation: CoreOperator) -> Bool {
    switch operation {
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual: true
    case .add, .subtract, .multiply, .divide, .remainder, .negate, .cons, .append: false
    }
  }

  private mutating func lowerOperand(_ index: Int32, comparedWith other: Int32?) -> ValueID {
    guard let other, let measured = argument(ofLength: index), let limit = limit(other) else {
      return lowerValue(index)
    }
    let value = adapt(lowerValue(measured), to: .word)
    builder.position = position(core.expressions[Int(index)].position)
    return callRuntime("rail_length_up_to", [value, builder.int(limit)])
  }

  /// The `x` of `length x`.
  private func argument(ofLength index: Int32) -> Int32? {
    var call = core.expressions[Int(index)]
    // What `length` gives is an int whatever is asserted of it.
    while call.kind == .coerce && call.b == CoreCoercion.assertType.rawValue {
      call = core.expressions[Int(call.a)]
    }
    guard call.kind == .call, call.listCount == 1 else { return nil }
    let callee = core.expressions[Int(call.a)]
    guard callee.kind == .intrinsic, callee.a == lengthIntrinsic else { return nil }
    return core.list(call).first
  }

  /// How far to count for a comparison with this literal.
  private func limit(_ index: Int32) -> Int64? {
    let expression = core.expressions[Int(index)]
    guard expression.kind == .integer else { return nil }
    let literal = integerValue(expression.a, expression.b)
    // A length is never so great.
    guard literal < Int(UInt32.max) else { return nil }
    return Int64(max(0, literal + 1))
  }
}

private let lengthIntrinsic = Int32(
  intrinsics.firstIndex { $0.name.description == "length" } ?? -1)

import CRailRuntime
import IR
import Semantics

// `--check-types`: the types that the compiler has proved are asserted at run time, one level deep.

extension ProgramLowering {
  mutating func lowerAssertion(_ expression: CoreExpression, _ index: Int32) -> ValueID {
    let value = lowerValue(expression.a)
    guard let typing = core.typing else { return value }
    let type = typing.ofExpression[Int(index)]
    guard let allowed = allowedValues(typing.types[Int(type)]) else { return value }
    let text = typeText(type, typing, core, interner)
    builder.position = position(expression.position)
    return callRuntime(
      "rail_assert_type",
      [
        value, builder.int(allowed), builder.dataAddress(Int(stringObject(Array(text.utf8)))),
      ])
  }

  /// The bits `RAIL_ALLOWS_*` and of kinds of the values of a type; nil if any value will do.
  private func allowedValues(_ type: CoreValueType) -> Int64? {
    var allowed: Int64
    switch type.head {
    case .dyn, .rawFloat: return nil
    // What C calls a pointer may be of several kinds.
    case .pointer: return nil
    case .nothing: allowed = 0
    case .int: allowed = Int64(RAIL_ALLOWS_INT)
    case .float: allowed = bit(RAIL_KIND_FLOAT)
    case .num: allowed = Int64(RAIL_ALLOWS_INT) | bit(RAIL_KIND_FLOAT)
    case .string: allowed = bit(RAIL_KIND_STRING)
    case .unit: allowed = Int64(RAIL_ALLOWS_UNIT)
    case .bytes: allowed = bit(RAIL_KIND_BYTES)
    case .floatArray: allowed = bit(RAIL_KIND_FLOAT_ARRAY)
    case .list: allowed = bit(RAIL_KIND_CONS) | Int64(RAIL_ALLOWS_NIL)
    case .array: allowed = bit(RAIL_KIND_ARRAY)
    case .channel: allowed = bit(RAIL_KIND_CHANNEL)
    case .thread: allowed = bit(RAIL_KIND_THREAD)
    case .tuple: allowed = bit(RAIL_KIND_TUPLE)
    case .function: allowed = bit(RAIL_KIND_CLOSURE)
    case .named: allowed = bit(RAIL_KIND_CONSTRUCTOR) | Int64(RAIL_ALLOWS_NULLARY)
    }
    if type.extras.contains(.zero) { allowed |= Int64(RAIL_ALLOWS_ZERO) }
    if type.extras.contains(.null) { allowed |= Int64(RAIL_ALLOWS_NULL) }
    if type.extras.contains(.unit) { allowed |= Int64(RAIL_ALLOWS_UNIT) }
    if type.extras.contains(.error) { allowed |= bit(RAIL_KIND_ERROR) }
    return allowed
  }

  private func bit(_ kind: Int32) -> Int64 { 1 << Int64(kind >> 1) }
}

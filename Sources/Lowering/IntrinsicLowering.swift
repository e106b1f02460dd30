import CRailRuntime
import IR
import Semantics

/// How an intrinsic is done.
enum IntrinsicLowering {
  /// Inline, with a path out of line.
  case generic(GenericOperation)
  case kindTest(KindTest)
  /// `try`: an assembly routine, which calls functions it is given.
  case attempt
  /// A call of this C function.
  case runtime(String)
  /// The same, but there are variants `…_int` and `…_string` for an operand of that kind.
  case text(String)
  case show

  /// The tests by which the prelude finds out what it has been given.
  enum KindTest { case int, string, list, function }

  init(_ name: String) {
    switch name {
    case "head": self = .generic(.head)
    case "tail": self = .generic(.tail)
    case "arr_get": self = .generic(.arrayGet)
    case "arr_set": self = .generic(.arraySet)
    case "arr_len": self = .generic(.arrayLength)
    case "bit_and": self = .generic(.bitAnd)
    case "bit_or": self = .generic(.bitOr)
    case "bit_xor": self = .generic(.bitXor)
    case "is_int": self = .kindTest(.int)
    case "is_string": self = .kindTest(.string)
    case "is_list": self = .kindTest(.list)
    case "is_function": self = .kindTest(.function)
    case "try": self = .attempt
    case "show": self = .show
    case "print", "print_raw": self = .text("rail_" + name)
    default: self = .runtime("rail_" + name)
    }
  }
}

extension ProgramLowering {
  /// An intrinsic applied to all its arguments; `nil` if it has become a tail call. `operand` is the expression of the
  /// first one, if there is one.
  mutating func lowerIntrinsic(
    _ index: Int32, _ values: [ValueID], operand: Int32? = nil, inTailPosition isTail: Bool
  ) -> ValueID? {
    switch intrinsicLowerings[Int(index)] {
    case .generic(let operation):
      return builder.generic(
        operation, values[0], values.count > 1 ? values[1] : .none,
        values.count > 2 ? values[2] : .none)
    case .kindTest(let kind): return truth(lowerKindTest(kind, values[0]))
    case .attempt:
      // The routine calls functions of one argument.
      largestApplication = max(largestApplication, 1)
      let routine = external("rail_try")
      if isTail {
        builder.tailCallExternal(routine, values)
        return nil
      }
      return builder.callExternal(routine, values)
    case .runtime(let name): return callRuntime(name, values)
    case .show:
      return operand.map { shown(values[0], $0) } ?? callRuntime("rail_show", values)
    case .text(let name):
      switch operand.flatMap(knownKind) {
      case .int: return callRuntime(name + "_int", values)
      case .string: return callRuntime(name + "_string", values)
      case nil: return callRuntime(name, values)
      }
    }
  }

  /// Whether a value is of a kind, as a raw 0 or 1.
  mutating func lowerKindTest(_ kind: IntrinsicLowering.KindTest, _ value: ValueID) -> ValueID {
    switch kind {
    case .int: return builder.operation(.and, .raw, value, builder.constant(1, .raw))
    case .string: return builder.testKind(value, UInt8(RAIL_KIND_STRING))
    case .function: return builder.testKind(value, UInt8(RAIL_KIND_CLOSURE))
    case .list:
      let isCell = builder.testKind(value, UInt8(RAIL_KIND_CONS))
      return builder.operation(.or, .raw, isCell, isWord(value, UInt64(RAIL_NIL)))
    }
  }
}

/// A kind of value that the compiler can be sure of.
enum KnownKind { case int, string }

extension ProgramLowering {
  /// The kind that the value of an expression has for certain, by its form or its type.
  func knownKind(_ index: Int32) -> KnownKind? {
    let expression = core.expressions[Int(index)]
    switch expression.kind {
    case .integer: return .int
    case .string, .interpolation: return .string
    case .operator:
      // What has a string on one side has a string on the other, or raises an error.
      let operation = CoreOperator(rawValue: expression.a)
      if operation == .add || operation == .append,
        core.list(expression).contains(where: { knownKind($0) == .string })
      {
        return .string
      }
    case .call:
      let callee = core.expressions[Int(expression.a)]
      if callee.kind == .intrinsic && expression.listCount == 1,
        isTextIntrinsic("\(intrinsics[Int(callee.a)].name)")
      {
        return .string
      }
    default: break
    }
    return isExactly(index, .int) ? .int : isExactly(index, .string) ? .string : nil
  }

  private func isTextIntrinsic(_ name: String) -> Bool { name == "show" || name == "repr" }

  /// The text of a value of an expression, as `show` makes it.
  mutating func shown(_ value: ValueID, _ expression: Int32) -> ValueID {
    switch knownKind(expression) {
    case .string: return value
    case .int: return callRuntime("rail_show_int", [value])
    case nil: return callRuntime("rail_show", [value])
    }
  }
}

import Diagnostics

// Every message of this stage, ordered by code. Names stand in single quotes as the user wrote them. What is
// an error here is reported as a warning (`W` for `E`) where `add` in `DefiniteErrors` decides so.

private func error(
  _ code: String, _ message: String, at range: SourceRange, label: String = "",
  secondary: [Diagnostic.Label] = [], help: String? = nil
) -> Diagnostic {
  Diagnostic(
    code: code, severity: .error, message: message, primary: .init(range, label),
    secondary: secondary, help: help)
}

// MARK: - Operations that always fail (E030x)

extension Diagnostic {
  /// E0301. `left` is nil for a sign.
  static func wrongOperands(
    _ operation: String, left: String?, right: String, at range: SourceRange, labels: [Label],
    isAddition: Bool, offersShow: Bool
  ) -> Diagnostic {
    let operands = left.map { "\($0) and \(right)" } ?? right
    var help: String?
    if offersShow && isAddition {
      help = "'show' turns the other operand into a string: \"…\" + show x"
    } else if offersShow {
      help = "'parse_int' and 'parse_float' read numbers from strings"
    }
    return error(
      "E0301", "'\(operation)' cannot be applied to \(operands)", at: range, secondary: labels,
      help: help)
  }

  /// E0302: an argument of a builtin.
  static func wrongArgument(
    _ function: String, number: Int, found: String, wanted: String, at range: SourceRange,
    origin: Label?
  ) -> Diagnostic {
    error(
      "E0302", "'\(function)' cannot be applied to \(found)", at: range,
      label: "argument \(number) must be \(wanted)", secondary: origin.map { [$0] } ?? [])
  }

  static func notAFunction(_ found: String, at range: SourceRange, origin: Label?) -> Diagnostic {
    error(
      "E0303", "not a function: \(found) is called", at: range,
      label: "this is \(found)", secondary: origin.map { [$0] } ?? [])
  }

  static func tooManyArguments(
    _ function: String, takes: Int, given: Int, result: String, at range: SourceRange
  ) -> Diagnostic {
    error(
      "E0304",
      "'\(function)' takes \(takes) argument\(takes == 1 ? "" : "s"), but \(given) are given",
      at: range, label: "its result is \(result), which cannot be applied to anything")
  }

  static func wrongPattern(
    found: String, wanted: String, at range: SourceRange, origin: Label?
  ) -> Diagnostic {
    error(
      "E0305", "the pattern for \(wanted) never fits \(found)", at: range, label: "this is \(found)",
      secondary: origin.map { [$0] } ?? [])
  }

  static func noSuchField(
    _ field: String, _ found: String, at range: SourceRange, origin: Label?
  ) -> Diagnostic {
    error(
      "E0306", "\(found) has no field '\(field)'", at: range, secondary: origin.map { [$0] } ?? [])
  }

  /// E0307: an operation that the called function always carries out fails for this argument.
  static func wrongArgumentOfFunction(
    _ function: String, operation: String, found: [String], at range: SourceRange,
    operation place: SourceRange
  ) -> Diagnostic {
    error(
      "E0307", "'\(function)' cannot take \(found.joined(separator: " and ")) here", at: range,
      secondary: [.init(place, "'\(operation)' is always applied to it")])
  }
}

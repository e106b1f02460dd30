import Diagnostics

// Every message of this stage, ordered by code. Names stand in single quotes as the user wrote
// them. What is an error here is reported as a warning (`W` for `E`) where `add` in
// `DefiniteErrors` decides so.

// MARK: - Operations that always fail (E030x)

extension Diagnostic {
  /// E0301. `left` is nil for a sign.
  static func wrongOperands(
    _ operation: String, left: String?, right: String, at range: SourceRange, labels: [Label],
    isAddition: Bool, offersShow: Bool, suggestion: Suggestion?
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
      help: suggestion?.text ?? help, edits: suggestion?.edits ?? [])
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

  static func notAFunction(
    _ found: String, at range: SourceRange, origin: Label?, suggestion: Suggestion?
  ) -> Diagnostic {
    error(
      "E0303", "not a function: \(found) is called", at: range,
      label: "this is \(found)", secondary: origin.map { [$0] } ?? [], help: suggestion?.text,
      edits: suggestion?.edits ?? [])
  }

  static func tooManyArguments(
    _ function: String, takes: Int, given: Int, result: String, at range: SourceRange,
    suggestion: Suggestion?
  ) -> Diagnostic {
    error(
      "E0304",
      "'\(function)' takes \(takes) argument\(takes == 1 ? "" : "s"), but \(given) are given",
      at: range, label: "its result is \(result), which cannot be applied to anything",
      help: suggestion?.text, edits: suggestion?.edits ?? [])
  }

  static func wrongPattern(
    found: String, wanted: String, at range: SourceRange, origin: Label?
  ) -> Diagnostic {
    error(
      "E0305", "the pattern for \(wanted) never fits \(found)", at: range,
      label: "this is \(found)",
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
    _ function: String, found: [String], at range: SourceRange, reason: Label,
    suggestion: Suggestion?
  ) -> Diagnostic {
    error(
      "E0307", "'\(function)' cannot take \(found.joined(separator: " and ")) here", at: range,
      secondary: [reason], help: suggestion?.text,
      edits: suggestion?.edits ?? [])
  }
}

// MARK: - Declared types (E031x)

extension Diagnostic {
  /// E0310 to E0313.
  ///
  /// - Parameters:
  ///   - subject: what must be what, such as "argument 1 of 'f' must be int".
  ///   - isInside: whether what was found is part of the value.
  ///   - function: what would convert the value, as `edits` do.
  static func violatedDeclaration(
    _ kind: Violation.Kind, subject: String, found: String, isInside: Bool,
    at range: SourceRange, labels: [Label], function: String?, edits: [Edit]
  ) -> Diagnostic {
    let relation = isInside ? "has \(found) in it" : "this is \(found)"
    let help: String?
    let code: String
    switch kind {
    case .mismatch:
      code = "E0310"
      help = function.map { "'\($0)' converts it" }
    case .intElements:
      code = "E0311"
      help = "ints inside a value stay ints: \(function ?? "to_float") makes floats of them"
    case .notGeneral:
      code = "E0312"
      help = "the signature lets callers choose that type; write the type that is meant"
    case .uncheckable:
      code = "E0313"
      help =
        "functions, arrays and channels cannot be checked at run time; declare the type of what "
        + "flows here, or 'dyn'"
    }
    return error(
      code, "\(subject), but \(isInside ? "the value \(relation)" : relation)", at: range,
      secondary: labels, help: help, edits: edits)
  }

  /// E0314: a value of a declared type is mixed with others.
  static func declaredBecomesDynamic(
    _ found: String, isVariable: Bool, at range: SourceRange, labels: [Label]
  ) -> Diagnostic {
    error(
      "E0314",
      isVariable
        ? "\(found) is used as a dyn here"
        : "what is declared to be \(found) is used as a dyn here",
      at: range, secondary: labels,
      help: isVariable
        ? "write 'dyn' in the signature for what may be mixed with values of other types"
        : "functions and what is mutable cannot be both: use one type, or declare 'dyn'")
  }
}

// MARK: - Strict files (E032x)

extension Diagnostic {
  /// E0320, or E0321 for an int and a float.
  static func strictMixture(
    _ first: String, _ second: String, areNumbers: Bool, at range: SourceRange, labels: [Label],
    literal: SourceRange?
  ) -> Diagnostic {
    let end = literal.map { SourceRange(file: $0.file, start: $0.end, end: $0.end) }
    return error(
      areNumbers ? "E0321" : "E0320",
      areNumbers
        ? "an int and a float meet here" : "\(first) and \(second) meet here", at: range,
      label: "in a #strict file values of one place have one type", secondary: labels,
      help: areNumbers
        ? "write the int as a float, or convert it with 'to_float'"
        : "use a type with a constructor for each kind of value",
      edits: end.map { [Diagnostic.Edit($0, ".0")] } ?? [])
  }

  static func strictExtra(_ extra: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0322", "this may be \(extra)", at: range,
      help: extra == "0"
        ? "match on the list, or test its length first"
        : "in a #strict file a signature must say so: 'a or \(extra == "an error value" ? "error" : extra)'"
    )
  }

  static func strictAmbiguity(_ name: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0323", "nothing says what the constant '\(name)' holds", at: range,
      help: "write its signature")
  }

  static func strictImport(_ name: String, at range: SourceRange, definition: SourceRange)
    -> Diagnostic
  {
    error(
      "E0324", "the type of '\(name)' contains dyn", at: range,
      secondary: [.init(definition, "it is defined here, without a signature")],
      help: "give '\(name)' a signature; if dyn is meant, write it there")
  }
}

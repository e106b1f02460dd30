import Diagnostics

// Every message of this stage, ordered by code. Names stand in single quotes as the user wrote
// them.

/// "takes 1 argument", "takes 2 arguments".
private func count(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}

private func error(
  _ code: String, _ message: String, at range: SourceRange, label: String = "",
  secondary: [Diagnostic.Label] = [], help: String? = nil, edits: [Diagnostic.Edit] = []
) -> Diagnostic {
  Diagnostic(
    code: code, severity: .error, message: message, primary: .init(range, label),
    secondary: secondary, help: help, edits: edits)
}

private func warning(
  _ code: String, _ message: String, at range: SourceRange, label: String = "",
  secondary: [Diagnostic.Label] = [], help: String? = nil
) -> Diagnostic {
  Diagnostic(
    code: code, severity: .warning, message: message, primary: .init(range, label),
    secondary: secondary, help: help)
}

private func didYouMean(
  _ near: String?, at range: SourceRange
) -> (help: String?, edits: [Diagnostic.Edit]) {
  guard let near else { return (nil, []) }
  return ("did you mean '\(near)'?", [Diagnostic.Edit(range, near)])
}

// MARK: - Names and modules (E02xx)

extension Diagnostic {
  static func tooMany(at range: SourceRange) -> Diagnostic {
    error("E0200", "too many errors: the others of this file are not shown", at: range)
  }

  /// E0201. `label` says where the name was looked for.
  static func unknownName(
    _ name: String, at range: SourceRange, label: String, near: String?
  ) -> Diagnostic {
    let (help, edits) = didYouMean(near, at: range)
    return error(
      "E0201", "unknown name '\(name)'", at: range, label: label, help: help, edits: edits)
  }

  /// E0201: a name that a module of the standard library has.
  static func nameInLibrary(_ name: String, _ module: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0201", "unknown name '\(name)'", at: range, label: "not found in this scope",
      help: "it is defined in module '\(module)': add 'import \(module)'")
  }

  static func unknownConstructor(
    _ name: String, at range: SourceRange, near: String?
  ) -> Diagnostic {
    let (help, edits) = didYouMean(near, at: range)
    return error(
      "E0202", "unknown constructor '\(name)'", at: range, label: "not declared by any type",
      help: help, edits: edits)
  }

  static func unknownModule(_ name: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0203", "unknown module '\(name)'", at: range, label: "no import has this alias",
      help: "an import declares it: import \"…\" as \(name)")
  }

  static func definedTwice(
    _ name: String, at range: SourceRange, first: SourceRange?
  ) -> Diagnostic {
    error(
      "E0204", "'\(name)' is defined twice", at: range,
      secondary: first.map { [.init($0, "first defined here")] } ?? [])
  }

  static func ambiguousName(
    _ name: String, at range: SourceRange, candidates: [SourceRange]
  ) -> Diagnostic {
    error(
      "E0205", "'\(name)' is ambiguous", at: range, label: "several imports bring this name",
      secondary: candidates.map { .init($0, "one definition") },
      help: "give one of the imports an alias: import \"…\" as M, then M.\(name)")
  }

  /// E0206. `name` with its quotation marks, if it is a path.
  static func moduleNotFound(
    _ name: String, lookedIn places: [String], at range: SourceRange
  ) -> Diagnostic {
    error(
      "E0206", "cannot find module \(name)", at: range,
      help: "looked for " + places.joined(separator: ", "))
  }

  static func cannotRead(_ what: String, _ reason: String, at range: SourceRange) -> Diagnostic {
    error("E0207", "cannot read \(what): \(reason)", at: range)
  }

  static func noMain(at range: SourceRange) -> Diagnostic {
    error(
      "E0208", "no 'main' in this file", at: range,
      help: "a program begins with the definition of 'main'")
  }

  static func mainParameters(_ number: Int, at range: SourceRange) -> Diagnostic {
    error(
      "E0209", "'main' takes at most one parameter, but \(number) are declared", at: range,
      help: "its parameter is the list of arguments")
  }

  static func privateName(_ name: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0210", "'\(name)' is private to its file", at: range,
      label: "names that begin with '_' are not visible to importers")
  }
}

// MARK: - Patterns (E022x)

extension Diagnostic {
  static func notCovered(_ missing: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0220", "this match does not cover \(missing)", at: range,
      help: "add the missing cases, or a last arm '| _ -> …'")
  }

  static func mayNotMatch(_ missing: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0221", "this pattern may not match: \(missing) is not covered", at: range,
      help: "use 'match' with an arm for every case")
  }

  static func constructorArity(
    _ name: String, takes: Int, given: Int, at range: SourceRange, declaration: SourceRange
  ) -> Diagnostic {
    let verb = given == 1 ? "is" : "are"
    return error(
      "E0222", "'\(name)' takes \(count(takes, "argument")), but \(given) \(verb) given",
      at: range, secondary: [.init(declaration, "declared here")])
  }

  /// E0223. `name` is bound by only one of the alternatives.
  static func differentNames(_ name: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0223", "the alternatives of a pattern must bind the same names", at: range,
      label: "'\(name)' is not bound on both sides of '|'")
  }

  static func boundTwice(_ name: String, at range: SourceRange) -> Diagnostic {
    error("E0224", "'\(name)' is bound twice in the same pattern", at: range)
  }
}

// MARK: - Records (E023x)

extension Diagnostic {
  /// E0230. `owner` is the constructor that was asked for the field, if there is one.
  static func unknownField(
    _ name: String, of owner: String?, at range: SourceRange, near: String?
  ) -> Diagnostic {
    let (help, edits) = didYouMean(near, at: range)
    let label = owner.map { "'\($0)' has no such field" } ?? "no record has such a field"
    return error(
      "E0230", "unknown field '\(name)'", at: range, label: label, help: help, edits: edits)
  }

  static func missingField(
    _ name: String, of constructor: String, at range: SourceRange
  ) -> Diagnostic {
    error(
      "E0231", "missing field '\(name)'", at: range,
      label: "'\(constructor)' needs a value for each of its fields")
  }

  static func fieldNotMatched(
    _ name: String, of constructor: String, at range: SourceRange
  ) -> Diagnostic {
    error(
      "E0231", "missing field '\(name)'", at: range,
      label: "this pattern does not mention a field of '\(constructor)'",
      help: "'_' stands for all other fields: \(constructor) { …, _ }")
  }

  static func fieldTwice(_ name: String, at range: SourceRange) -> Diagnostic {
    error("E0232", "field '\(name)' is given twice", at: range)
  }

  static func notARecord(_ name: String, at range: SourceRange) -> Diagnostic {
    error("E0233", "'\(name)' is no constructor with named fields", at: range)
  }
}

// MARK: - Declarations (E024x)

extension Diagnostic {
  static func signatureWithoutDefinition(_ name: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0240", "the signature of '\(name)' has no definition", at: range,
      help: "define '\(name)' in this file, or remove the signature")
  }

  static func unknownType(_ name: String, at range: SourceRange) -> Diagnostic {
    error("E0241", "unknown type '\(name)'", at: range)
  }

  static func generationIsOff(at range: SourceRange) -> Diagnostic {
    error(
      "E0242", "'#generate' is not allowed here", at: range,
      help: "write the declarations yourself: this version does not ask a server for them")
  }

  static func dynamicLinking(at range: SourceRange) -> Diagnostic {
    error(
      "E0243", "dynamic linking is not available in this version", at: range,
      help: "without 'link', 'foreign' declares C functions that the runtime provides")
  }

  static func unknownForeignFunction(_ name: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0244", "the runtime has no C function '\(name)'", at: range,
      help: "docs/foreign.md lists those that it has")
  }

  /// - Parameter declaration: the whole second signature.
  static func secondSignature(
    _ name: String, at range: SourceRange, first: SourceRange, declaration: SourceRange
  ) -> Diagnostic {
    error(
      "E0245", "'\(name)' has two signatures", at: range, label: "the second",
      secondary: [.init(first, "the first is here")], help: "remove one of them",
      edits: [Diagnostic.Edit(declaration, "")])
  }

  static func typeArguments(
    _ type: String, takes: Int, given: Int, at range: SourceRange
  ) -> Diagnostic {
    error(
      "E0246", "\(type) takes \(count(takes, "argument")), but \(given) \(given == 1 ? "is" : "are") given",
      at: range)
  }

  /// E0247, or W0208 in loose imported code.
  static func signatureTooShort(
    _ name: String, takes: Int, declared: Int, at range: SourceRange, definition: SourceRange,
    isError: Bool
  ) -> Diagnostic {
    let label = Label(definition, "its definition has \(count(takes, "parameter"))")
    if isError {
      return error(
        "E0247", "the signature of '\(name)' has \(count(declared, "parameter"))", at: range,
        secondary: [label], help: "a function of two parameters has a type like 'int -> int -> int'")
    }
    return warning(
      "W0208",
      "the signature of '\(name)' is ignored: it has \(count(declared, "parameter"))", at: range,
      secondary: [label])
  }

  static func cyclicAlias(_ name: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0248", "the alias '\(name)' stands for itself", at: range,
      help: "a type that contains itself needs a constructor: type T = | C …")
  }

  static func typeTooLarge(at range: SourceRange) -> Diagnostic {
    error("E0249", "this type is too large when its aliases are written out", at: range)
  }
}

// MARK: - Warnings (W02xx)

extension Diagnostic {
  static func armNeverReached(at range: SourceRange) -> Diagnostic {
    warning(
      "W0201", "this arm is never reached", at: range, label: "the arms above it take every value")
  }

  static func alternativeNeverReached(at range: SourceRange) -> Diagnostic {
    warning("W0202", "this alternative is never reached", at: range)
  }

  static func noArmForOtherValues(at range: SourceRange) -> Diagnostic {
    warning(
      "W0203", "this match has no arm for other values", at: range,
      help: "without a last arm '| _ -> …' other values are an error at run time")
  }

  static func matchTooLarge(at range: SourceRange) -> Diagnostic {
    warning(
      "W0204", "this match is too large to be checked for missing cases", at: range,
      help: "match in several steps, or add a last arm '| _ -> …'")
  }

  static func valueNotUsed(at range: SourceRange) -> Diagnostic {
    warning(
      "W0205", "the value of this expression is not used", at: range,
      help: "write 'let _ = …' if that is meant")
  }

  static func signatureIgnored(
    _ name: String, unknownType type: String, at range: SourceRange
  ) -> Diagnostic {
    warning(
      "W0206", "the signature of '\(name)' is ignored: unknown type '\(type)'", at: range)
  }

  static func providedByImporter(
    _ name: String, at range: SourceRange, definition: SourceRange?
  ) -> Diagnostic {
    warning(
      "W0207", "'\(name)' is only known to the program that imports this file", at: range,
      secondary: definition.map { [.init($0, "it is taken from here")] } ?? [],
      help: "import the module that defines it")
  }
}

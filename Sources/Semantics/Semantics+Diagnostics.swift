import Diagnostics

// Every message of this stage, ordered by code. Names stand in single quotes as the user wrote
// them.

/// "takes 1 argument", "takes 2 arguments".
private func count(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}

extension Diagnostic {
  /// The diagnostic with the first of some suggestions as its help, the others as alternatives.
  private func suggesting(_ suggestions: [Suggestion], else help: String? = nil) -> Diagnostic {
    var result = self
    result.help = suggestions.first?.text ?? help
    result.edits = suggestions.first?.edits ?? []
    result.alternatives = Array(suggestions.dropFirst())
    return result
  }
}

// MARK: - Names and modules (E02xx)

extension Diagnostic {
  static func tooMany(at range: SourceRange) -> Diagnostic {
    error("E0200", "too many errors: the others of this file are not shown", at: range)
  }

  /// E0201. `label` says where the name was looked for.
  static func unknownName(
    _ name: String, at range: SourceRange, label: String, suggestions: [Suggestion]
  ) -> Diagnostic {
    error("E0201", "unknown name '\(name)'", at: range, label: label).suggesting(suggestions)
  }

  static func unknownConstructor(
    _ name: String, at range: SourceRange, suggestions: [Suggestion]
  ) -> Diagnostic {
    error("E0202", "unknown constructor '\(name)'", at: range, label: "not declared by any type")
      .suggesting(suggestions)
  }

  static func unknownModule(
    _ name: String, at range: SourceRange, suggestions: [Suggestion]
  ) -> Diagnostic {
    error("E0203", "unknown module '\(name)'", at: range, label: "no import has this alias")
      .suggesting(suggestions, else: "an import declares it: import \"…\" as \(name)")
  }

  static func definedTwice(
    _ name: String, at range: SourceRange, first: SourceRange?
  ) -> Diagnostic {
    error(
      "E0204", "'\(name)' is defined twice", at: range,
      secondary: first.map { [.init($0, "first defined here")] } ?? [])
  }

  static func ambiguousName(
    _ name: String, at range: SourceRange, candidates: [SourceRange], edits: [Edit]
  ) -> Diagnostic {
    error(
      "E0205", "'\(name)' is ambiguous", at: range, label: "several imports bring this name",
      secondary: candidates.map { .init($0, "one definition") },
      help: "give one of the imports an alias: import \"…\" as M, then M.\(name)", edits: edits)
  }

  /// E0206. `name` with its quotation marks, if it is a path.
  static func moduleNotFound(
    _ name: String, lookedIn places: [String], at range: SourceRange, suggestion: Suggestion?
  ) -> Diagnostic {
    let looked = "looked for " + places.joined(separator: ", ")
    guard let suggestion else {
      return error("E0206", "cannot find module \(name)", at: range, help: looked)
    }
    return error("E0206", "cannot find module \(name)", at: range, label: looked)
      .suggesting([suggestion])
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
  /// - Parameter edits: the missing arms, if they can be written out.
  static func notCovered(
    _ missing: String, at range: SourceRange, edits: [Edit]
  ) -> Diagnostic {
    error(
      "E0220", "this match does not cover \(missing)", at: range,
      help: "add the missing cases, or a last arm '| _ -> …'", edits: edits)
  }

  static func mayNotMatch(_ missing: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0221", "this pattern may not match: \(missing) is not covered", at: range,
      help: "use 'match' with an arm for every case")
  }

  static func constructorArity(
    _ name: String, takes: Int, given: Int, at range: SourceRange, declaration: SourceRange,
    edits: [Edit]
  ) -> Diagnostic {
    let help =
      edits.isEmpty
      ? nil
      : given < takes ? "'_' stands for a part that is not needed" : "leave out what is too many"
    let verb = given == 1 ? "is" : "are"
    return error(
      "E0222", "'\(name)' takes \(count(takes, "argument")), but \(given) \(verb) given",
      at: range, secondary: [.init(declaration, "declared here")], help: help, edits: edits)
  }

  /// E0223. `name` is bound by only one of the alternatives.
  static func differentNames(_ name: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0223", "the alternatives of a pattern must bind the same names", at: range,
      label: "'\(name)' is not bound on both sides of '|'")
  }

  static func boundTwice(_ name: String, at range: SourceRange) -> Diagnostic {
    error(
      "E0224", "'\(name)' is bound twice in the same pattern", at: range,
      help: "'_' stands for a part that needs no name", edits: [Edit(range, "_")])
  }
}

// MARK: - Records (E023x)

extension Diagnostic {
  /// E0230. `owner` is the constructor that was asked for the field, if there is one.
  static func unknownField(
    _ name: String, of owner: String?, at range: SourceRange, suggestions: [Suggestion]
  ) -> Diagnostic {
    let label = owner.map { "'\($0)' has no such field" } ?? "no record has such a field"
    return error("E0230", "unknown field '\(name)'", at: range, label: label)
      .suggesting(suggestions)
  }

  static func missingField(
    _ name: String, of constructor: String, at range: SourceRange
  ) -> Diagnostic {
    error(
      "E0231", "missing field '\(name)'", at: range,
      label: "'\(constructor)' needs a value for each of its fields")
  }

  static func fieldNotMatched(
    _ name: String, of constructor: String, at range: SourceRange, edit: Edit?
  ) -> Diagnostic {
    error(
      "E0231", "missing field '\(name)'", at: range,
      label: "this pattern does not mention a field of '\(constructor)'",
      help: "'_' stands for all other fields: \(constructor) { …, _ }",
      edits: edit.map { [$0] } ?? [])
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
  static func signatureWithoutDefinition(
    _ name: String, at range: SourceRange, suggestion: Suggestion?
  ) -> Diagnostic {
    error("E0240", "the signature of '\(name)' has no definition", at: range).suggesting(
      suggestion.map { [$0] } ?? [],
      else: "define '\(name)' in this file, or remove the signature")
  }

  static func unknownType(
    _ name: String, at range: SourceRange, suggestion: Suggestion?
  ) -> Diagnostic {
    error("E0241", "unknown type '\(name)'", at: range).suggesting(suggestion.map { [$0] } ?? [])
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
      "E0246",
      "\(type) takes \(count(takes, "argument")), but \(given) \(given == 1 ? "is" : "are") given",
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
        secondary: [label], help: "a function of two parameters has a type like 'int -> int -> int'"
      )
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
  /// - Parameter catchAll: the arm above that takes every value, if one does so alone.
  static func armNeverReached(
    at range: SourceRange, catchAll: SourceRange?, suggestion: Suggestion?
  ) -> Diagnostic {
    warning(
      "W0201", "this arm is never reached", at: range,
      label: catchAll == nil ? "the arms above it take every value" : "",
      secondary: catchAll.map { [.init($0, "this takes every value")] } ?? []
    ).suggesting(suggestion.map { [$0] } ?? [])
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
      help: "write 'let _ = …' if that is meant",
      edits: [Edit(SourceRange(file: range.file, start: range.start, end: range.start), "let _ = ")]
    )
  }

  static func signatureIgnored(
    _ name: String, unknownType type: String, at range: SourceRange, suggestion: Suggestion?
  ) -> Diagnostic {
    warning(
      "W0206", "the signature of '\(name)' is ignored: unknown type '\(type)'", at: range
    ).suggesting(suggestion.map { [$0] } ?? [])
  }

  static func providedByImporter(
    _ name: String, at range: SourceRange, definition: SourceRange?
  ) -> Diagnostic {
    warning(
      "W0207", "'\(name)' is only known to the program that imports this file", at: range,
      secondary: definition.map { [.init($0, "it is taken from here")] } ?? [],
      help: "import the module that defines it")
  }

  static func tooManyWarnings(at range: SourceRange) -> Diagnostic {
    warning("W0199", "too many warnings: the others of this file are not shown", at: range)
  }

  static func unusedLocal(_ name: String, at range: SourceRange) -> Diagnostic {
    warning(
      "W0211", "'\(name)' is never used", at: range,
      help: "a name that begins with '_' is unused on purpose", edits: [Edit(range, "_" + name)])
  }

  static func unusedImport(at range: SourceRange, removing lines: SourceRange) -> Diagnostic {
    warning(
      "W0209", "nothing of this import is used", at: range, help: "remove it",
      edits: [Edit(lines, "")])
  }

  static func unusedImportedName(
    _ name: String, at range: SourceRange, removing item: SourceRange
  ) -> Diagnostic {
    warning(
      "W0209", "'\(name)' is imported but never used", at: range, help: "remove it from the list",
      edits: [Edit(item, "")])
  }

  static func unusedDefinition(
    _ name: String, at range: SourceRange, removing lines: SourceRange
  ) -> Diagnostic {
    warning(
      "W0210", "'\(name)' is private to this file and never used", at: range,
      help: "remove the definition", edits: [Edit(lines, "")])
  }
}

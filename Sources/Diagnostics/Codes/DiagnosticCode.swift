// The registry of everything the compiler may report. `rail check --explain CODE` prints an entry,
// and `docs/errors` has a page for each (`scripts/update-diagnostics` writes them).

/// The explanation of a code that stands in messages.
public struct DiagnosticCode: Sendable {
  /// A program that gives the message, and how it could be repaired.
  public struct Example: Sendable {
    public var wrong: String
    public var repaired: String
    /// Files beside the program.
    public var support: [(path: String, text: String)]
  }

  /// `E0201`, `W0205`.
  public var code: String
  /// A few words, with a capital and without a full stop.
  public var title: String
  /// Why this is reported and what to do; paragraphs of Markdown.
  public var explanation: String
  /// Nil where a program that shows it would be absurdly large, or is no Rail program.
  public var example: Example?

  init(
    _ code: String, _ title: String, _ explanation: String, wrong: String, repaired: String,
    support: [(path: String, text: String)] = []
  ) {
    self.code = code
    self.title = title
    self.explanation = explanation
    example = Example(wrong: wrong, repaired: repaired, support: support)
  }

  /// A code without an example.
  init(_ code: String, _ title: String, _ explanation: String) {
    self.code = code
    self.title = title
    self.explanation = explanation
  }

  /// A type error, which is a warning with the same number in imported code that is not strict.
  public var isTypeError: Bool { code.hasPrefix("E03") }
}

/// All codes, errors before warnings, in order of their numbers.
public let diagnosticCodes: [DiagnosticCode] =
  lexicalErrors + syntaxErrors + nameErrors + patternErrors + recordErrors + declarationErrors
  + typeErrors + assemblyErrors + layoutWarnings + programWarnings

/// The entry of a code in any case. In imported code a type error `E03…` is reported as a warning
/// `W03…`: both have one entry.
public func diagnosticCode(_ code: String) -> DiagnosticCode? {
  let wanted = code.uppercased()
  if let entry = diagnosticCodes.first(where: { $0.code == wanted }) { return entry }
  guard wanted.hasPrefix("W03") else { return nil }
  return diagnosticCodes.first { $0.code == "E" + wanted.dropFirst() }
}

/// The code that was probably meant by one that does not exist: one with the same digits, else the
/// one with the nearest number.
public func nearestDiagnosticCode(_ code: String) -> DiagnosticCode? {
  let digits = code.filter(\.isNumber)
  guard let number = Int(digits), number < 100_000 else { return nil }
  let isWarning = code.uppercased().hasPrefix("W")
  return diagnosticCodes.min { left, right in
    distance(left, number, isWarning) < distance(right, number, isWarning)
  }
}

private func distance(_ entry: DiagnosticCode, _ number: Int, _ isWarning: Bool) -> Int {
  let own = Int(entry.code.dropFirst()) ?? 0
  let isOtherKind = entry.code.hasPrefix("W") != isWarning
  return abs(own - number) * 2 + (isOtherKind ? 1 : 0)
}

// MARK: - Texts

extension DiagnosticCode {
  /// The page in `docs/errors`.
  public var page: String {
    var text = "# \(code): \(title)\n\n\(explanation)\n"
    if isTypeError {
      text += "\nIn imported files that are not `#strict` this is a warning, "
      text += "`W\(code.dropFirst())`.\n"
    }
    guard let example else { return text }
    for file in example.support {
      text += "\n`\(file.path)`, beside the program:\n\n```rail\n\(file.text)\n```\n"
    }
    text += "\nWrong:\n\n```rail\n\(example.wrong)\n```\n"
    text += "\nRepaired:\n\n```rail\n\(example.repaired)\n```\n"
    return text
  }

  /// What `--explain` prints.
  public var terminalText: String {
    var text = "\(code): \(title)\n\n\(explanation)\n"
    if isTypeError {
      text += "\nIn imported files that are not #strict this is a warning, W\(code.dropFirst()).\n"
    }
    guard let example else { return text }
    for file in example.support {
      text += "\n\(file.path), beside the program:\n\n\(indented(file.text))"
    }
    text += "\nwrong:\n\n\(indented(example.wrong))"
    text += "\nrepaired:\n\n\(indented(example.repaired))"
    return text
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
  }
}

/// The list of all pages: `docs/errors/README.md`.
public func diagnosticIndex() -> String {
  var text = """
    # Errors and warnings

    Every message of the compiler has a code. `rail check --explain E0201` prints what stands on
    its page here. The pages are generated from `Sources/Diagnostics/Codes` by
    `scripts/update-diagnostics`.

    | code | meaning |
    |---|---|

    """
  for entry in diagnosticCodes {
    text += "| [\(entry.code)](\(entry.code).md) | \(entry.title) |\n"
  }
  return text
}

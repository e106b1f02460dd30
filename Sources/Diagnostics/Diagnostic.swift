/// Something to tell the user about a program: typed data, worded by one factory function a message
/// (in `Syntax+Diagnostics.swift`, `Semantics+Diagnostics.swift`, …) and rendered elsewhere.
public struct Diagnostic: Sendable {
  public enum Severity: UInt8, Sendable { case error, warning }

  /// A span with a few words about its part in the problem.
  public struct Label: Sendable {
    public var range: SourceRange
    public var text: String

    public init(_ range: SourceRange, _ text: String = "") {
      self.range = range
      self.text = text
    }
  }

  /// Replacement of a range of text that would repair the program.
  public struct Edit: Sendable {
    public var range: SourceRange
    public var replacement: String

    public init(_ range: SourceRange, _ replacement: String) {
      self.range = range
      self.replacement = replacement
    }
  }

  /// One way to repair the program.
  public struct Suggestion: Sendable {
    /// What to do, in the words of `help`.
    public var text: String
    /// The edits that carry it out; empty if that is not mechanical.
    public var edits: [Edit]

    public init(_ text: String, _ edits: [Edit] = []) {
      self.text = text
      self.edits = edits
    }
  }

  /// Stable: `E0201`; warnings have a `W`. `diagnosticCodes` explains all of them.
  public var code: String
  public var severity: Severity
  /// One line, no full stop. Names of the program stand in single quotes.
  public var message: String
  public var primary: Label
  public var secondary: [Label] = []
  /// What to do about it, if known: the best suggestion.
  public var help: String?
  /// The edits that carry out `help`, if it is mechanical. They do not overlap.
  public var edits: [Edit] = []
  /// What else the user may have meant, the more likely first.
  public var alternatives: [Suggestion] = []

  public init(
    code: String, severity: Severity, message: String, primary: Label, secondary: [Label] = [],
    help: String? = nil, edits: [Edit] = [], alternatives: [Suggestion] = []
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.primary = primary
    self.secondary = secondary
    self.help = help
    self.edits = edits
    self.alternatives = alternatives
  }
}

extension Diagnostic {
  public static func error(
    _ code: String, _ message: String, at range: SourceRange, label: String = "",
    secondary: [Label] = [], help: String? = nil, edits: [Edit] = []
  ) -> Diagnostic {
    Diagnostic(
      code: code, severity: .error, message: message, primary: .init(range, label),
      secondary: secondary, help: help, edits: edits)
  }

  public static func warning(
    _ code: String, _ message: String, at range: SourceRange, label: String = "",
    secondary: [Label] = [], help: String? = nil, edits: [Edit] = []
  ) -> Diagnostic {
    var warning = error(
      code, message, at: range, label: label, secondary: secondary, help: help, edits: edits)
    warning.severity = .warning
    return warning
  }
}

/// Collects the diagnostics of a compilation.
public struct DiagnosticSink: Sendable {
  public private(set) var diagnostics: [Diagnostic] = []
  public private(set) var errorCount = 0

  public init() {}

  public var hasErrors: Bool { errorCount > 0 }

  public mutating func report(_ diagnostic: Diagnostic) {
    diagnostics.append(diagnostic)
    if diagnostic.severity == .error { errorCount += 1 }
  }

  /// All diagnostics by file, position and severity; equal ones in order of their report, and exact
  /// repetitions only once.
  public func sorted() -> [Diagnostic] {
    func key(_ diagnostic: Diagnostic) -> (Int32, UInt32, UInt8) {
      let range = diagnostic.primary.range
      return (range.file.index, range.start, diagnostic.severity.rawValue)
    }
    let order = diagnostics.indices.sorted { left, right in
      let (leftKey, rightKey) = (key(diagnostics[left]), key(diagnostics[right]))
      return leftKey == rightKey ? left < right : leftKey < rightKey
    }
    var result: [Diagnostic] = []
    for index in order {
      let next = diagnostics[index]
      if let last = result.last, last.code == next.code, last.message == next.message,
        last.primary.range == next.primary.range
      {
        continue
      }
      result.append(next)
    }
    return result
  }
}

import Diagnostics

/// Collects what lexer and parser report about one file. A file that is no Rail program at all, or
/// made to do harm, would give millions of errors: after a limit the stages stop reading it.
struct SyntaxReports {
  static let limit = 100

  let file: FileID
  var diagnostics: [Diagnostic] = []
  private var errorCount = 0
  private var warningCount = 0

  init(file: FileID) { self.file = file }

  var hasErrors: Bool { errorCount > 0 }

  var hasUnknownEscapes: Bool { warningCount > 0 && diagnostics.contains { $0.code == "W0101" } }

  /// Whether the limit of errors has been reached and reported.
  var isFull: Bool { errorCount > SyntaxReports.limit }

  /// Whether a warning would be dropped.
  var isFullOfWarnings: Bool { warningCount > SyntaxReports.limit }

  mutating func add(_ diagnostic: Diagnostic) {
    switch diagnostic.severity {
    case .error:
      if errorCount < SyntaxReports.limit {
        diagnostics.append(diagnostic)
      } else if errorCount == SyntaxReports.limit {
        diagnostics.append(.tooManyErrors(diagnostic.primary.range))
      }
      errorCount += 1
    case .warning:
      if warningCount < SyntaxReports.limit {
        diagnostics.append(diagnostic)
      } else if warningCount == SyntaxReports.limit {
        diagnostics.append(.tooManyWarnings(diagnostic.primary.range))
      }
      warningCount += 1
    }
  }

  func send(to sink: inout DiagnosticSink) {
    for diagnostic in diagnostics { sink.report(diagnostic) }
  }
}

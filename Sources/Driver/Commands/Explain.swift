import Diagnostics

/// `rail check --explain CODE`.
func explain(_ code: String, _ terminal: Terminal) -> Int32 {
  if let entry = diagnosticCode(code) {
    terminal.print(entry.terminalText)
    return ExitStatus.fine
  }
  let near = nearestDiagnosticCode(code).map { "; the nearest is \($0.code), \"\($0.title)\"" }
  terminal.fail("there is no code '\(code)'\(near ?? ": they look like E0201 or W0205")")
  return ExitStatus.usage
}

import CPosix
import Diagnostics
import Glibc
import Support

/// Standard output and error of the command.
struct Terminal {
  /// Whether messages are coloured: only on a terminal, and not if NO_COLOR is set (no-color.org).
  let usesColour: Bool

  init() {
    let isWanted = (Files.environment("NO_COLOR") ?? "").isEmpty
    usesColour = isWanted && isatty(STDERR_FILENO) == 1
  }

  func printError(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

  func print(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

  func print(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

  /// A one-line message of the command itself.
  func fail(_ message: String) { printError("rail: error: \(message)\n") }

  /// A reader that has gone away, or a full disk, ends the command.
  private func write(_ bytes: [UInt8], to descriptor: Int32) {
    do throws(Files.Failure) {
      try Files.writeAll(bytes, to: descriptor)
    } catch {
      exit(1)
    }
  }

  /// Prints all diagnostics, and how many there are if there are several.
  func report(_ diagnostics: DiagnosticSink, _ sources: SourceMap, asJSON: Bool) {
    let sorted = diagnostics.sorted()
    if sorted.isEmpty { return }
    if asJSON {
      print(renderJSON(sorted, sources).bytes)
      return
    }
    var renderer = Renderer(sources, isColored: usesColour)
    printError(renderer.render(sorted).string)
    let errors = sorted.count { $0.severity == .error }
    let warnings = sorted.count - errors
    if errors + warnings > 1 {
      let parts = [counted(errors, "error"), counted(warnings, "warning")].compactMap { $0 }
      printError(parts.joined(separator: ", ") + "\n")
    }
  }

  private func counted(_ count: Int, _ noun: String) -> String? {
    count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}

import Diagnostics
import Semantics
import Support
import Syntax

/// A broken program and the one that its author meant (`fixtures/README.md`).
public struct RepairCase: Sendable {
  public struct File: Sendable {
    public var path: String
    public var broken: String
    public var intended: String
  }

  public var name: String
  /// The main file first.
  public var files: [File]

  /// What came of carrying out the compiler's suggestions.
  public enum Outcome: String, Sendable {
    /// The program that was meant, token by token and in structure.
    case intended
    /// Another program, without errors.
    case other
    /// A program that still has errors.
    case broken
    /// The compiler has nothing to say about the broken program.
    case silent
  }

  /// Reads a file of cases: `=== name` begins one, `file path` another file of it; other lines
  /// belong to the broken program (`-`), to the intended one (`+`) or to both (a space). Lines that
  /// begin with `#` before the first case are comments.
  public static func parse(_ text: String) -> [RepairCase] {
    var cases: [RepairCase] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("=== ") {
        let main = File(path: "main.rail", broken: "", intended: "")
        cases.append(RepairCase(name: String(line.dropFirst(4)), files: [main]))
        continue
      }
      guard let current = cases.indices.last, let marker = line.first else { continue }
      if line.hasPrefix("file ") {
        cases[current].files.append(
          File(path: String(line.dropFirst(5)), broken: "", intended: ""))
        continue
      }
      let file = cases[current].files.count - 1
      let content = line.dropFirst() + "\n"
      if marker != "+" { cases[current].files[file].broken += content }
      if marker != "-" { cases[current].files[file].intended += content }
    }
    return cases
  }

  /// Carries out the suggestions for the broken program. Call this on a deep stack.
  public func run() -> (outcome: Outcome, repaired: String) {
    let provider = memoryProgram(files.map { ($0.path, $0.broken) })
    var compilation = Compilation(provider: provider)
    compilation.check(files[0].path, requireMain: false)
    if compilation.diagnostics.diagnostics.isEmpty { return (.silent, files[0].broken) }
    let repair = Repair(files[0].path, provider: provider)
    let text = String(decoding: repair.text, as: UTF8.self)
    if RepairCase.isSameProgram(text, files[0].intended) { return (.intended, text) }
    return (repair.errorCount > 0 ? .broken : .other, text)
  }

  /// Whether two texts have the same tokens and the same structure, and no syntax errors.
  static func isSameProgram(_ left: String, _ right: String) -> Bool {
    let (first, second) = (outline(left), outline(right))
    return first.errorCount == 0 && second.errorCount == 0 && first.text == second.text
  }

  private static func outline(_ text: String) -> (errorCount: Int, text: [UInt8]) {
    let file = SourceFile(path: "main.rail", text: Array(text.utf8))
    let id = FileID(index: 0)
    var interner = Interner()
    var sink = DiagnosticSink()
    let tree = Syntax.parse(file, id: id, interner: &interner, diagnostics: &sink)
    var unused = DiagnosticSink()
    let tokens = lex(file, id: id, interner: &interner, diagnostics: &unused).tokens
    var result = dump(tree, interner, positions: false).bytes
    for token in tokens {
      result.append(contentsOf: file.bytes[Int(token.start)..<Int(token.end)])
      result.append(0x0A)
    }
    return (sink.errorCount, result)
  }
}

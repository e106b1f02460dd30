import Diagnostics
import Driver
import Foundation
import Support
import Testing

/// The registry of codes agrees with the compiler and with `docs/errors`.
@Suite struct DiagnosticCodeTests {
  @Test func codesAreOrderedAndUnique() {
    let codes = diagnosticCodes.map(\.code)
    let errors = codes.filter { $0.hasPrefix("E") }
    let warnings = codes.filter { $0.hasPrefix("W") }
    #expect(errors + warnings == codes)
    #expect(errors == Set(errors).sorted())
    #expect(warnings == Set(warnings).sorted())
  }

  /// The codes that stand as literals in the source of the compiler.
  private func codesInSources() throws -> Set<String> {
    var codes: Set<String> = []
    let sources = Repository.root.appending(path: "Sources")
    let files = try #require(FileManager.default.enumerator(atPath: sources.path))
    for case let path as String in files
    where path.hasSuffix(".swift") && !path.hasPrefix("Diagnostics/Codes/") {
      let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
      let code = #/"(?<code>[EW][0-9]{4})"/#
      for match in text.matches(of: code) { codes.insert(String(match.output.code)) }
    }
    return codes
  }

  @Test func codesOfTheCompilerAndOfTheRegistryAreTheSame() throws {
    let used = try codesInSources()
    let registered = Set(diagnosticCodes.map(\.code))
    #expect(used.subtracting(registered).sorted() == [])
    #expect(registered.subtracting(used).sorted() == [])
  }

  private func messages(
    _ program: String, _ support: [(path: String, text: String)]
  ) -> [(code: String, text: String)] {
    let files = [(path: "main.rail", text: program + "\n")] + support
    return onDeepStack {
      checkProgram("main.rail", provider: memoryProgram(files), requireMain: true).diagnostics
        .map { ($0.code, $0.message) }
    }
  }

  @Test(arguments: diagnosticCodes.filter { $0.example != nil }.map(\.code))
  func wrongExampleGivesItsCodeAndRepairedOneNothing(_ code: String) throws {
    let example = try #require(diagnosticCode(code)?.example)
    let wrong = messages(example.wrong, example.support)
    #expect(Set(wrong.map(\.code)) == [code], "\(wrong)")
    let repaired = messages(example.repaired, example.support)
    #expect(repaired.isEmpty, "\(repaired)")
  }

  /// Those need a file of absurd size, a file that cannot be read, or bytes that are no text; and
  /// assembly is no Rail program.
  @Test func onlyFewCodesHaveNoExample() {
    let without = diagnosticCodes.filter { $0.example == nil && !$0.code.hasPrefix("E04") }
      .map(\.code)
    #expect(
      without == ["E0111", "E0112", "E0113", "E0200", "E0207", "E0249", "W0102", "W0199", "W0204"])
  }

  @Test func explanationIsFoundInAnyCase() {
    #expect(diagnosticCode("e0201")?.code == "E0201")
    #expect(diagnosticCode("W0301")?.code == "E0301")
    #expect(diagnosticCode("E9999") == nil)
    #expect(nearestDiagnosticCode("E0999")?.code == diagnosticCodes.last { $0.code < "F" }?.code)
    #expect(nearestDiagnosticCode("w201")?.code == "W0201")
    #expect(nearestDiagnosticCode("nonsense") == nil)
  }

  @Test func pagesAreUpToDate() throws {
    try Repository.expect("docs/errors/README.md", toBe: diagnosticIndex())
    for entry in diagnosticCodes {
      try Repository.expect("docs/errors/\(entry.code).md", toBe: entry.page)
    }
    let expected = ["README.md"] + diagnosticCodes.map { $0.code + ".md" }
    #expect(Repository.list("docs/errors") == expected.sorted())
  }
}

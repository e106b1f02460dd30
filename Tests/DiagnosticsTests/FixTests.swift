import Diagnostics
import Driver
import Support
import Testing

/// Carrying out suggestions.
@Suite struct FixTests {
  private let file = FileID(index: 0)

  private func edit(_ start: UInt32, _ end: UInt32, _ text: String) -> Diagnostic.Edit {
    Diagnostic.Edit(SourceRange(file: file, start: start, end: end), text)
  }

  private func problem(
    _ edits: [Diagnostic.Edit], severity: Diagnostic.Severity = .error
  ) -> Diagnostic {
    let range = edits.first?.range ?? SourceRange(file: file, start: 0, end: 0)
    return Diagnostic(
      code: "E0201", severity: severity, message: "", primary: .init(range), edits: edits)
  }

  private func applied(_ diagnostics: [Diagnostic], to text: String) -> (String, FixPass) {
    let bytes = Array(text.utf8)
    let pass = FixPass(diagnostics, file: file, count: bytes.count)
    return (String(decoding: pass.apply(to: bytes), as: UTF8.self), pass)
  }

  @Test func editsOfSeveralDiagnosticsAreCarriedOutTogether() {
    let (text, pass) = applied(
      [problem([edit(4, 5, "xyz")]), problem([edit(0, 1, ""), edit(2, 2, "-")])], to: "abcdef")
    #expect(text == "b-cdxyzf")
    #expect(pass.applied.count == 2)
  }

  @Test func overlappingSuggestionsWaitForTheNextPass() {
    let (text, pass) = applied(
      [problem([edit(0, 3, "x")]), problem([edit(2, 4, "y")])], to: "abcdef")
    #expect(text == "xdef")
    #expect(pass.postponedCount == 1)
  }

  @Test func insertionsAtOnePlaceAreNotGuessedInOrder() {
    let (text, pass) = applied(
      [problem([edit(1, 1, "x")]), problem([edit(1, 1, "y")])], to: "ab")
    #expect(text == "axb")
    #expect(pass.postponedCount == 1)
  }

  @Test func equalEditsAreCarriedOutOnce() {
    let (text, _) = applied([problem([edit(1, 1, "x")]), problem([edit(1, 1, "x")])], to: "ab")
    #expect(text == "axb")
  }

  @Test func suggestionThatContradictsItselfIsRefused() {
    let (text, pass) = applied([problem([edit(0, 2, "x"), edit(1, 3, "y")])], to: "abc")
    #expect(text == "abc")
    #expect(pass.applied.isEmpty)
  }

  @Test func editsOutsideTheFileAreRefused() {
    let other = Diagnostic.Edit(
      SourceRange(file: FileID(index: 1), start: 0, end: 0), "x")
    let (text, _) = applied([problem([other]), problem([edit(2, 9, "y")])], to: "abc")
    #expect(text == "abc")
  }

  @Test func warningsWaitUntilErrorsAreRepaired() {
    let (text, _) = applied(
      [problem([edit(0, 1, "x")], severity: .warning), problem([edit(1, 2, "y")])], to: "ab")
    #expect(text == "ay")
  }

  private func repair(_ text: String) -> Repair {
    onDeepStack { Repair("main.rail", provider: memoryProgram([("main.rail", text)])) }
  }

  @Test func repairGoesOnUntilNothingChanges() {
    let result = repair("def square(x): return x * x\nmain = print (sqare (len [1]))\n")
    #expect(
      String(decoding: result.text, as: UTF8.self)
        == "square x = x * x\nmain = print (square (length [1]))\n")
    #expect(result.errorCount == 0)
    #expect(!result.isUnsettled)
    #expect(result.steps.count == 3)
  }

  @Test func soundProgramIsLeftAlone() {
    let text = "main = print 1\n"
    let result = repair(text)
    #expect(result.text == Array(text.utf8))
    #expect(result.steps.isEmpty)
  }

  @Test func whatCannotBeRepairedIsCounted() {
    let result = repair("main = print (xyzzy 1)\n")
    #expect(result.errorCount == 1)
    #expect(result.steps.isEmpty)
  }
}

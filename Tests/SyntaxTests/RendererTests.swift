import Diagnostics
import Support
import Testing

@Suite struct RendererTests {
  private func render(_ text: String, _ make: (FileID) -> Diagnostic, isColored: Bool = false)
    -> String
  {
    render(bytes: Array(text.utf8), make, isColored: isColored)
  }

  private func render(
    bytes: [UInt8], _ make: (FileID) -> Diagnostic, isColored: Bool = false
  ) -> String {
    var sources = SourceMap()
    let id = sources.add(SourceFile(path: "table.rail", text: bytes))
    var renderer = Renderer(sources, isColored: isColored)
    return renderer.render([make(id)]).string
  }

  private func label(_ file: FileID, _ start: Int, _ end: Int, _ text: String = "")
    -> Diagnostic.Label
  {
    Diagnostic.Label(SourceRange(file: file, start: UInt32(start), end: UInt32(end)), text)
  }

  @Test func showsTheLineAndAHint() {
    let text = render("-- counts\ncount xs = lenght xs\n") {
      Diagnostic(
        code: "E0201", severity: .error, message: "unknown name 'lenght'",
        primary: label($0, 21, 27, "not found in this scope"), help: "did you mean 'length'?")
    }
    #expect(
      text == """
        error[E0201]: unknown name 'lenght'
          --> table.rail:2:12
        2 | count xs = lenght xs
          |            ^^^^^^ not found in this scope
          = help: did you mean 'length'?


        """)
  }

  @Test func showsSecondaryLabelsOnOneLineAndOnOthers() {
    let text = render("f a b c = a < b < c\n\n\ng = 1\n") {
      Diagnostic(
        code: "E1", severity: .warning, message: "m", primary: label($0, 16, 17, "here"),
        secondary: [label($0, 12, 13, "and here"), label($0, 22, 23, "there")])
    }
    #expect(
      text == """
        warning[E1]: m
          --> table.rail:1:17
        1 | f a b c = a < b < c
          |             -   ^ here
          |             and here
        ...
        4 | g = 1
          | - there


        """)
  }

  @Test func hangsTextsOfThreeLabelsBelow() {
    let text = render("a bb ccc\n") {
      Diagnostic(
        code: "E1", severity: .error, message: "m", primary: label($0, 0, 1, "one"),
        secondary: [label($0, 2, 4, "two"), label($0, 5, 8, "three")])
    }
    #expect(
      text == """
        error[E1]: m
          --> table.rail:1:1
        1 | a bb ccc
          | ^ -- --- three
          | | two
          | one


        """)
  }

  @Test func marksOverlappingLabelsSeparately() {
    let text = render("abc def\n") {
      Diagnostic(
        code: "E1", severity: .error, message: "m", primary: label($0, 4, 7, "inner"),
        secondary: [label($0, 0, 7, "outer")])
    }
    #expect(
      text == """
        error[E1]: m
          --> table.rail:1:5
        1 | abc def
          | ------- outer
          |     ^^^ inner


        """)
  }

  @Test func marksBeginningAndEndOfSpansOverLines() {
    let text = render("f =\n  if a then\n    1\n    2\n  else 3\n") {
      Diagnostic(
        code: "E1", severity: .error, message: "m", primary: label($0, 6, 36, "all of this"))
    }
    #expect(
      text == """
        error[E1]: m
          --> table.rail:2:3
        2 |   if a then
          |   ^^^^^^^^^
        ...
        5 |   else 3
          |   ^^^^^^ all of this


        """)
  }

  @Test func alignsMarksUnderWideAndTabbedText() {
    let text = render("\tä日本 x\n") {
      Diagnostic(code: "E1", severity: .error, message: "m", primary: label($0, 10, 11))
    }
    #expect(
      text == """
        error[E1]: m
          --> table.rail:1:11
        1 |  ä日本 x
          |        ^


        """)
  }

  @Test func hidesWhatCannotBeShown() {
    let text = render(bytes: [0x61, 0xFF, 0x1B, 0xE2, 0x80, 0xAE, 0x62, 0x0D, 0x0A]) {
      Diagnostic(code: "E1", severity: .error, message: "m", primary: label($0, 6, 7))
    }
    #expect(
      text == """
        error[E1]: m
          --> table.rail:1:7
        1 | a???b
          |     ^


        """)
  }

  @Test func marksPlacesAtTheEndOfTheFile() {
    let text = render("f = (1") {
      Diagnostic(code: "E1", severity: .error, message: "m", primary: label($0, 6, 6, "here"))
    }
    #expect(
      text == """
        error[E1]: m
          --> table.rail:1:7
        1 | f = (1
          |       ^ here


        """)
    let empty = render("") {
      Diagnostic(code: "E1", severity: .error, message: "m", primary: label($0, 0, 0))
    }
    #expect(empty == "error[E1]: m\n  --> table.rail:1:1\n1 |\n  | ^\n\n")
  }

  @Test(arguments: [0, 400_000, 999_999])
  func showsAWindowOfLongLines(_ place: Int) throws {
    let line = String(repeating: "abcdefghij", count: 100_000)
    let text = render(line) {
      Diagnostic(code: "E1", severity: .error, message: "m", primary: label($0, place, place + 1))
    }
    #expect(text.utf8.count < 600)
    let lines = text.split(separator: "\n")
    let column = try #require(lines[3].firstIndex(of: "^"))
    let shown = lines[2][
      lines[2].index(
        lines[2].startIndex, offsetBy: lines[3].distance(from: lines[3].startIndex, to: column))]
    #expect(shown == Array("abcdefghij")[place % 10])
  }

  @Test func colorsOnlyOnRequest() {
    func make(_ file: FileID) -> Diagnostic {
      Diagnostic(code: "E1", severity: .error, message: "m", primary: label(file, 0, 1, "x"))
    }
    let plain = render("f = 1\n", make)
    let colored = render("f = 1\n", make, isColored: true)
    #expect(!plain.contains("\u{1B}"))
    #expect(colored.contains("\u{1B}[1;31merror[E1]\u{1B}[0m"))
    let stripped = colored.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(stripped == plain)
  }

  @Test func rendersJSON() {
    var sources = SourceMap()
    let id = sources.add(SourceFile(path: "a\"b.rail", text: Array("f = (\n".utf8)))
    let diagnostic = Diagnostic(
      code: "E1", severity: .error, message: "tab\there", primary: label(id, 4, 5, "p"),
      secondary: [label(id, 0, 1, "s")], help: "h",
      edits: [Diagnostic.Edit(label(id, 5, 5).range, ")")],
      alternatives: [Diagnostic.Suggestion("other")])
    #expect(
      renderJSON([diagnostic], sources).string == """
        {"code":"E1","severity":"error","message":"tab\\there","file":"a\\"b.rail",\
        "start":{"line":1,"column":5},"end":{"line":1,"column":6},"label":"p",\
        "labels":[{"file":"a\\"b.rail","start":{"line":1,"column":1},\
        "end":{"line":1,"column":2},"text":"s"}],"help":"h",\
        "edits":[{"file":"a\\"b.rail","start":{"line":1,"column":6},\
        "end":{"line":1,"column":6},"replacement":")"}],\
        "alternatives":[{"help":"other","edits":[]}]}

        """)
  }

  @Test func sortsAndDropsRepetitions() {
    let file = FileID(index: 0)
    var sink = DiagnosticSink()
    for (code, place) in [("E3", 9), ("W1", 4), ("E2", 4), ("E3", 9)] {
      let severity: Diagnostic.Severity = code == "W1" ? .warning : .error
      sink.report(
        Diagnostic(
          code: code, severity: severity, message: "m", primary: label(file, place, place + 1)))
    }
    #expect(sink.sorted().map(\.code) == ["E2", "W1", "E3"])
    #expect(sink.errorCount == 3)
  }
}

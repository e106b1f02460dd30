import Diagnostics
import Driver
import Foundation
import Support
import Testing

/// The exact text of every message: `fixtures/diagnostics/NAME.txt` for each `NAME.rail` beside it,
/// and `fixtures/diagnostics/codes/CODE.txt` for the wrong example of each code.
@Suite struct SnapshotTests {
  private func rendered(_ files: [(path: String, text: String)]) -> String {
    onDeepStack {
      let (diagnostics, sources) = checkProgram(
        files[0].path, provider: memoryProgram(files), requireMain: true)
      var renderer = Renderer(sources, isColored: false)
      return renderer.render(diagnostics).string
    }
  }

  @Test(arguments: Repository.list("fixtures/diagnostics").filter { $0.hasSuffix(".rail") })
  func messagesOfProgram(_ name: String) throws {
    let text = try #require(Repository.text("fixtures/diagnostics/" + name))
    let support = Repository.list("fixtures/diagnostics/support").map { file in
      (path: "support/" + file, text: Repository.text("fixtures/diagnostics/support/" + file) ?? "")
    }
    try Repository.expect(
      "fixtures/diagnostics/\(name.dropLast(5)).txt", toBe: rendered([(name, text)] + support))
  }

  @Test(arguments: diagnosticCodes.filter { $0.example != nil }.map(\.code))
  func messageOfCode(_ code: String) throws {
    let example = try #require(diagnosticCode(code)?.example)
    try Repository.expect(
      "fixtures/diagnostics/codes/\(code).txt",
      toBe: rendered([("example.rail", example.wrong + "\n")] + example.support))
  }

  @Test func everySnapshotHasItsProgram() {
    let names = Repository.list("fixtures/diagnostics")
    for name in names where name.hasSuffix(".txt") {
      #expect(names.contains(name.dropLast(4) + ".rail"), "\(name) belongs to nothing")
    }
    for name in Repository.list("fixtures/diagnostics/codes") {
      #expect(diagnosticCode(String(name.dropLast(4)))?.example != nil, "\(name)")
    }
  }
}

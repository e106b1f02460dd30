import Diagnostics
import Foundation
import Support
import Syntax
import Testing

/// The root of the repository.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// A program of `fixtures/syntax/layout.txt` and the tree and messages that are expected of it.
struct LayoutCase: Sendable, CustomTestStringConvertible {
  var name: String
  var source: String
  var expected: String

  var testDescription: String { name }

  static let file = repository.appendingPathComponent("fixtures/syntax/layout.txt")

  static let all: [LayoutCase] = {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return text.components(separatedBy: "=== ").dropFirst().map { block in
      let lines = block.components(separatedBy: "\n")
      let end = lines.firstIndex(of: "---") ?? lines.count
      let source = lines[1..<end].joined(separator: "\n") + "\n"
      let expected = lines[min(end + 1, lines.count)...].joined(separator: "\n")
      return LayoutCase(
        name: lines[0], source: source,
        expected: expected.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }()

  /// The tree, or instead of it the errors; and the warnings.
  var actual: String {
    let parsed = Parsed(source)
    let lines = LineTable(parsed.sources.files[0])
    func texts(_ diagnostics: [Diagnostic], _ title: String) -> [String] {
      diagnostics.map {
        let position = lines.position(of: $0.primary.range.start)
        return "\(title) \(position.line):\(position.column): \($0.message)"
      }
    }
    let errors = texts(parsed.errors, "error")
    let result = errors.isEmpty ? [parsed.compact] : errors
    return (result + texts(parsed.warnings, "warning")).joined(separator: "\n")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

@Suite struct LayoutTests {
  @Test(arguments: LayoutCase.all)
  func linesBelongTogether(_ layout: LayoutCase) {
    #expect(layout.actual == layout.expected)
  }

  @Test func thereAreCases() {
    #expect(LayoutCase.all.count > 170)
  }

  /// `RAIL_BLESS=1` rewrites the expectations, to be read over before they are committed.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["RAIL_BLESS"] == "1"))
  func bless() throws {
    let text = LayoutCase.all.map { "=== \($0.name)\n\($0.source)---\n\($0.actual)\n" }.joined()
    try text.write(to: LayoutCase.file, atomically: true, encoding: .utf8)
  }
}

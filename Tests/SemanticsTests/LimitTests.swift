import Diagnostics
import Semantics
import Support
import Syntax
import TestSupport
import Testing

/// Programs that are large or deep in one way, with the codes that they must give.
private struct LargeProgram: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var text: String
  var codes: [String]

  init(_ title: String, _ text: String, _ codes: [String] = []) {
    testDescription = title
    self.text = text
    self.codes = codes
  }
}

private func times(_ count: Int, _ text: (Int) -> String, _ separator: String = "") -> String {
  (0..<count).map(text).joined(separator: separator)
}

private let depth = SyntaxTree.maximumNesting - 10

private let largePrograms: [LargeProgram] = [
  LargeProgram("lists in lists", "f = " + times(depth, { _ in "[" }) + times(depth, { _ in "]" })),
  LargeProgram("lambdas in lambdas", "f = " + times(depth / 2, { "\\x\($0) -> " }) + "x0"),
  LargeProgram("a long sum", "f x = x" + times(depth, { _ in " + x" })),
  LargeProgram("a long list of cells", "f x = " + times(depth - 2, { _ in "x :: " }) + "[]"),
  LargeProgram("a long pipe", "f x = x" + times(depth / 2, { _ in " |> f" })),
  LargeProgram("a long composition", "f = show" + times(depth / 2, { _ in " >> show" })),
  LargeProgram("many fields", "type R = R { a : R }\nf x = x" + times(depth, { _ in ".a" })),
  LargeProgram("many elses", "f x = " + times(depth / 2, { "if x == \($0) then 1 else " }) + "0"),
  LargeProgram("many statements", "f x =\n" + times(50_000, { "  let y\($0) = x\n" }) + "  y49999",
    ["W0199"] + [String](repeating: "W0211", count: 100)),
  LargeProgram("many definitions", times(20_000, { "f\($0) x = f\(($0 + 7) % 20_000) x\n" })),
  LargeProgram(
    "a list pattern",
    "f x = match x\n  | [" + times(5_000, { _ in "1" }, ", ") + "] -> 1\n  | _ -> 2"),
  LargeProgram("many parameters", "f " + times(2_000, { "x\($0)" }, " ") + " = x1999"),
  LargeProgram(
    "a tuple of a thousand tests",
    "f x = match x\n"
      + times(20, { arm in "  | (" + times(1_000, { "\($0 + arm)" }, ", ") + ") -> 1\n" }),
    ["E0220"]),
  LargeProgram(
    "ten thousand numbers", "f x = match x\n" + times(10_000, { "  | \($0) -> 1\n" }), ["W0203"]),
  LargeProgram(
    "ten thousand strings",
    "f x = match x\n" + times(10_000, { "  | \"\($0)\" -> 1\n" }) + "  | _ -> 1"),
  LargeProgram(
    "ten thousand constructors",
    "type T = " + times(10_000, { "| C\($0)" }) + "\nf x = match x\n"
      + times(9_999, { "  | C\($0) -> 1\n" }), ["E0220"]),
  LargeProgram(
    "an exponential decision tree",
    "f x = match x\n"
      + times(
        24,
        { arm in
          "  | (" + times(48, { $0 / 2 == arm ? "true" : "_" }, ", ") + ") -> 1\n"
        }) + "  | _ -> 1\n  | _ -> 2", ["W0204"]),
  LargeProgram(
    "alternatives of alternatives",
    "f x = match x\n  | (" + times(40, { _ in "(1 | 2 | 3)" }, ", ") + ") -> 1\n  | _ -> 2",
    ["W0204"]),
  LargeProgram(
    "thousands of unknown names", "f =\n" + times(3_000, { "  g\($0)x \($0)\n" }) + "  0",
    ["E0200"] + [String](repeating: "E0201", count: 199)),
]

@Suite struct LimitTests {
  @Test(.timeLimit(.minutes(1)), arguments: largePrograms)
  fileprivate func largeProgramsAreNoProblem(_ program: LargeProgram) {
    let analysis = analyse(program.text)
    #expect(analysis.diagnostics.diagnostics.map(\.code).sorted() == program.codes)
    // The text of Core is written without recursion.
    #expect(!analysis.core.isEmpty)
  }
}

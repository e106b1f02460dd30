import Diagnostics
import Semantics
import TestSupport
import Testing

private let types = """
  type Color = | Red | Green | Blue
  type Option = | None | Some value
  type Shape = | Dot | Circle { r : int } | Box { w : int, h : int }
  type Wrap = | Wrap inner

  """

/// The arms of a match, and the codes and messages that it must give.
private let matchCases: [(arms: String, messages: [String])] = [
  ("Red -> 1 | Green -> 2", ["E0220: this match does not cover Blue"]),
  ("Red -> 1", ["E0220: this match does not cover Green, Blue"]),
  ("Red -> 1 | Some _ -> 2", ["E0220: this match does not cover Green, Blue, None"]),
  ("None -> 1 | Some Red -> 2", ["E0220: this match does not cover Some Green, Some Blue"]),
  (
    "(Red, _) -> 1 | (_, true) -> 2",
    ["E0220: this match does not cover (Green, false), (Blue, false)"]
  ),
  (
    "(Red, Red) -> 1 | (Red, _) -> 2 | (_, Red) -> 3",
    [
      "E0220: this match does not cover (Green, Green), (Green, Blue), (Blue, Green), (Blue, Blue)"
    ]
  ),
  ("(_, _) -> 1 | _ -> 2", ["W0201: this arm is never reached"]),
  ("[] -> 1 | [_] -> 2", ["E0220: this match does not cover _ :: _ :: _"]),
  ("[] -> 1 | _ :: _ :: _ -> 2", ["E0220: this match does not cover [_]"]),
  ("Some (x :: _) -> 1 | None -> 2", ["E0220: this match does not cover Some []"]),
  ("Some [] -> 1 | None -> 2", ["E0220: this match does not cover Some (_ :: _)"]),
  ("Dot -> 1 | Circle { r } -> 2", ["E0220: this match does not cover Box { _ }"]),
  (
    "Dot -> 1 | Circle _ -> 2 | Box { w = 1, h } -> 3",
    ["E0220: this match does not cover Box { _ }"]
  ),
  (
    "Dot -> 1 | Circle _ -> 2 | Box { w = true, h = _ } -> 3",
    ["E0220: this match does not cover Box { w = false, _ }"]
  ),
  (
    "Wrap (Wrap Red) -> 1 | Wrap (Wrap Green) -> 2",
    ["E0220: this match does not cover Wrap (Wrap Blue)"]
  ),
  ("() -> 1", []),
  ("true -> 1 | false -> 2", []),
  ("true -> 1", ["E0220: this match does not cover false"]),
  ("true -> 1 | 0 -> 2", ["W0203: this match has no arm for other values"]),
  ("0 -> 1 | 1 -> 2", ["W0203: this match has no arm for other values"]),
  ("0.0 -> 1 | -0.0 -> 2 | _ -> 3", ["W0201: this arm is never reached"]),
  ("null -> 1", ["W0203: this match has no arm for other values"]),
  ("null -> 1 | Some _ -> 2 | None -> 3", []),
  ("null -> 1 | Some _ -> 2", ["E0220: this match does not cover None"]),
  ("0 -> 1 | [] -> 2 | _ :: _ -> 3", []),
  ("0 -> 1 | [] -> 2 | _ :: _ -> 3 | _ -> 4", []),
  ("1 -> 1 | [] -> 2 | _ :: _ -> 3", ["W0203: this match has no arm for other values"]),
  ("[] -> 2 | _ :: _ -> 3 | _ -> 4", ["W0201: this arm is never reached"]),
  ("x if x > 0 -> 1", ["W0203: this match has no arm for other values"]),
  ("Some x if x -> 1 | None -> 2", ["E0220: this match does not cover Some _"]),
  ("Some 1 -> 1 | None -> 2", ["E0220: this match does not cover Some _"]),
  (
    "(1, Red) -> 1 | (_, Green) -> 2 | (_, Blue) -> 3",
    ["E0220: this match does not cover (_, Red)"]
  ),
  ("Red | Green | Red -> 1 | Blue -> 2", ["W0202: this alternative is never reached"]),
  ("Red -> 1 | Red | Green -> 2 | _ -> 3", ["W0202: this alternative is never reached"]),
  ("_ | Red -> 1", ["W0202: this alternative is never reached"]),
  ("Some (1 | 2) -> 1 | Some (2 | 3) -> 2 | _ -> 3", ["W0202: this alternative is never reached"]),
  ("\"a\" -> 1 | \"a\" -> 2 | _ -> 3", ["W0201: this arm is never reached"]),
  ("(\"a\", []) -> 1 | (_, _ :: _) -> 2", ["E0220: this match does not cover (_, [])"]),
  (
    "(\"a\", []) -> 1 | (\"a\", _) -> 2 | (_, []) -> 3",
    ["E0220: this match does not cover (_, _ :: _)"]
  ),
]

/// Patterns that are no parameters, and the words for it.
private let irrefutableCases: [(pattern: String, messages: [String])] = [
  ("(a, (b, _))", []), ("(Wrap x)", []), ("(Wrap (a, _) as all)", []), ("()", []),
  ("(Some x)", ["E0221: this pattern may not match: None is not covered"]),
  ("[]", ["E0221: this pattern may not match: _ :: _ is not covered"]),
  ("(x :: xs)", ["E0221: this pattern may not match: [] is not covered"]),
  ("(Wrap (Some x))", ["E0221: this pattern may not match: Wrap None is not covered"]),
  ("(1, x)", ["E0221: this pattern may not match: (_, _) is not covered"]),
  ("null", ["E0221: this pattern may not match: any other value is not covered"]),
]

@Suite struct ExhaustivenessTests {
  @Test(arguments: matchCases)
  func matchesAreCheckedAsTheBookSays(_ arms: String, _ messages: [String]) {
    let found = analyse(types + "f v = match v | \(arms)").messages
    #expect(found.map { String($0.drop { $0 != " " }.dropFirst()) } == messages)
  }

  @Test(arguments: irrefutableCases)
  func patternsOfParametersMustFitEveryValue(_ pattern: String, _ messages: [String]) {
    for program in ["f \(pattern) = 1", "f = \\\(pattern) -> 1", "f v = let \(pattern) = v in 1"] {
      let found = analyse(types + program).messages
      #expect(found.map { String($0.drop { $0 != " " }.dropFirst()) } == messages)
    }
  }

  /// Random matches over small types against the definition, applied to all values.
  @Test(arguments: 1...40)
  func agreesWithTryingAllValues(_ seed: Int) {
    var random = RandomNumbers(seed: UInt64(seed))
    var program = SmallType.declarations
    var expected: [String] = []
    for number in 0..<25 {
      let type = SmallType.random(depth: 2, &random)
      let match = RandomMatch(number, type, &random)
      expected += match.expected(at: program.utf8.count { $0 == UInt8(ascii: "\n") } + 1)
      program += match.text
    }
    #expect(analyse(program).places == expected.sorted(), "\(program)")
  }

  @Test func missingCasesCompleteTheMatch() {
    var random = RandomNumbers(seed: 7)
    for number in 0..<200 {
      let type = SmallType.random(depth: 2, &random)
      let match = RandomMatch(number, type, &random)
      let analysis = analyse(SmallType.declarations + match.text)
      guard
        let missing = analysis.diagnostics.diagnostics.first(where: { $0.code == "E0220" })?
          .message,
        !missing.hasSuffix("…")
      else { continue }
      let cases = splitCases(String(missing.dropFirst("this match does not cover ".count)))
      let more = cases.map { "  | \($0) -> 0\n" }.joined()
      let completed = analyse(SmallType.declarations + match.text + more)
      #expect(!completed.diagnostics.hasErrors, "\(match.text)\(more)")
      let reached = completed.diagnostics.diagnostics.filter { $0.code == "W0201" }
      #expect(
        reached.count == analysis.diagnostics.diagnostics.filter { $0.code == "W0201" }.count,
        "\(match.text)\(more)")
    }
  }

  /// Splits at the commas outside brackets.
  private func splitCases(_ text: String) -> [String] {
    var (cases, depth) = ([""], 0)
    for character in text {
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if character == "," && depth == 0 {
        cases.append("")
      } else {
        cases[cases.count - 1].append(character)
      }
    }
    return cases
  }
}

/// A function that matches its parameter over random arms, some of them with guards.
private struct RandomMatch {
  var type: SmallType
  var arms: [(pattern: SmallPattern, isGuarded: Bool)] = []
  var text: String
  /// By arm: the column at which its pattern begins, and those of its alternatives.
  private var columns: [(arm: Int, alternatives: [Int: Int])] = []

  init(_ number: Int, _ type: SmallType, _ random: inout RandomNumbers) {
    self.type = type
    text = "f\(number) v = match v\n"
    var next = 0
    for _ in 0...random.below(7) {
      let pattern = type.randomPattern(depth: 3, next: &next, &random)
      let isGuarded = random.below(5) == 0
      arms.append((pattern, isGuarded))
      var line = "  | "
      var starts: [Int: Int] = [:]
      pattern.write(to: &line, &starts)
      columns.append((5, starts))
      text += line + (isGuarded ? " if v" : "") + " -> 0\n"
    }
  }

  /// The diagnostics, as `line code` or, for alternatives, `line column code`.
  func expected(at line: Int) -> [String] {
    var isArmReached = [Bool](repeating: false, count: arms.count)
    var reached: Set<Int> = []
    var isMissing = false
    for value in type.values {
      var isCovered = false
      for (number, arm) in arms.enumerated() {
        var chosen: [Int] = []
        guard arm.pattern.fits(value, tryingAll: arm.isGuarded, &chosen) else { continue }
        isArmReached[number] = true
        reached.formUnion(chosen)
        if !arm.isGuarded {
          isCovered = true
          break
        }
      }
      if !isCovered { isMissing = true }
    }
    var result: [String] = []
    if isMissing { result.append("\(line) \(isClosed ? "E0220" : "W0203")") }
    for (number, arm) in arms.enumerated() {
      if !isArmReached[number] {
        result.append("\(line + number + 1) W0201")
      } else {
        for alternative in arm.pattern.unreached(reached) {
          guard let column = columns[number].alternatives[alternative] else { continue }
          result.append("\(line + number + 1) \(column + 1) W0202")
        }
      }
    }
    return result
  }

  /// Whether the values are of a closed family, which some arm names.
  private var isClosed: Bool {
    if case .number = type { return false }
    return arms.contains { $0.pattern.isTest }
  }
}

extension Analysis {
  /// The diagnostics as `line code` or, for alternatives, `line column code`, sorted.
  fileprivate var places: [String] {
    diagnostics.sorted().map { diagnostic in
      let file = sources[diagnostic.primary.range.file]
      let place = LineTable(file).position(of: diagnostic.primary.range.start)
      return diagnostic.code == "W0202"
        ? "\(place.line) \(place.column) W0202" : "\(place.line) \(diagnostic.code)"
    }.sorted()
  }
}

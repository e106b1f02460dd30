import Foundation
import Semantics
import Support
import Testing

private let declarations = """
  type Point = Point { x : int, y : int } | Origin
  type Pair = | Pair a b
  foreign recv fd buf n flags -> int
  k = 1
  f a b = a

  """

/// Right sides of `main v g = …`, and what they are in Core. `prelude:` stands for its path.
private let expressionCases: [(source: String, core: String)] = [
  ("v |> f 1 |> g", "(g.1 (f 1 v.0))"),
  ("v |> g >> show", "(%show (g.1 v.0))"),
  ("v |> \\x -> x", "((\\x.2 ->\n      x.2) v.0)"),
  ("f 1 >> g", "(\\_.2 ->\n    (g.1 (f 1 _.2)))"),
  ("g 1 >> show", "let _.2 = (g.1 1)\n  (\\_.3 ->\n    (%show (_.2 _.3)))"),
  ("k >> g", "let _.2 = k\n  (\\_.3 ->\n    (g.1 (_.2 _.3)))"),
  ("(f v) g", "((f v.0) g.1)"),
  ("Pair v g", "(make Pair v.0 g.1)"),
  ("v |> Pair 1", "(make Pair 1 v.0)"),
  ("Pair v", "(Pair v.0)"),
  ("Origin", "Origin"),
  (
    "(range v, range 1 v, v |> range 1, [1 .. v])",
    "(tuple (prelude:range v.0) (prelude:_range_between 1 v.0) (prelude:_range_between 1 v.0)"
      + " (prelude:_range_inclusive 1 v.0))"
  ),
  ("map range v", "(prelude:map prelude:range v.0)"),
  (
    "read_line + read_line 0 + (0 |> read_line)",
    "(+ (+ (%read_line 0) (%read_line 0)) (%read_line 0))"
  ),
  (
    "(recv 1 2 3 4, recv v, recv)", "(tuple (foreign.recv 1 2 3 4) (prelude:recv v.0) prelude:recv)"
  ),
  ("v && g || not v", "(|| (&& v.0 g.1) (prelude:not v.0))"),
  ("v :: g :: []", "(:: v.0 (:: g.1 []))"),
  ("v - 1 - 2 * -v", "(- (- v.0 1) (* 2 (negate v.0)))"),
  ("(true, false, null, (), -4611686018427387904)", "(tuple 1 0 null () -4611686018427387904)"),
  ("$\"a{v}b{1}\"", "(text \"a\" v.0 \"b\" 1)"),
  ("v.x.y", "(.y (.x v.0))"),
  ("Point { x = v, y = g }", "(make Point v.0 g.1)"),
  ("Point { y = g 1, x = v }", "let _.2 = (g.1 1)\n  let _.3 = v.0\n  (make Point _.3 _.2)"),
  ("{ v | y = 1, x = g }", "(update v.0 (y 1) (x g.1))"),
  ("if v then 1 else if g then 2 else 3", "(if v.0\n    1\n    (if g.1\n      2\n      3))"),
  ("\\(a, b) _ -> a", "(\\_.2 _.3 ->\n    let (tuple a.4 b.5) = _.2\n    a.4)"),
  ("let h x = h x in h", "let function h.2 = (\\x.3 ->\n      (h.2 x.3))\n  h.2"),
  ("let Pair a b = v in a", "let (Pair a.2 b.3) = v.0\n  a.2"),
  ("let Origin = v in Origin", "let Origin.2 = v.0\n  Origin.2"),
  ("let _ = print v in 1", "(%print v.0)\n  1"),
  (
    "match v | [a, 2] as b if a -> b | 1.5 | \"s\" | _ -> 0",
    "(match v.0\n    | ((:: a.2 (:: 2 [])) as b.3) if a.2 ->\n      b.3\n"
      + "    | (or 1.5 \"s\" _) ->\n      0)"
  ),
  (
    "match v | (a, 1) | (1, a) -> a | _ -> 0",
    "(match v.0\n    | (or (tuple a.2 1) (tuple 1 a.2)) ->\n      a.2\n    | _ ->\n      0)"
  ),
  (
    "match v | Point { y, x = 1 } -> y | Origin | Point { _ } -> 0",
    "(match v.0\n    | (Point 1 y.2) ->\n      y.2\n    | (or (Origin) (Point _ _)) ->\n      0)"
  ),
]

@Suite struct CoreTests {
  @Test(arguments: expressionCases)
  func sugarDisappears(_ source: String, _ core: String) throws {
    let analysis = analyse(declarations + "main v g = " + source)
    // The runtime has no sockets, which is reported where `recv` is declared.
    #expect(analysis.messages.filter { !$0.contains("'main'") && !$0.contains("'recv'") } == [])
    let text = analysis.core
    let start = try #require(text.range(of: "main v.0 g.1 =\n  "))
    let body = text[start.upperBound...].replacing("stdlib/prelude.rail:", with: "prelude:")
    #expect(body == core + "\n\n")
  }

  @Test func declarationsAreWritten() {
    let analysis = analyse(
      """
      type T a = | A | B a (c : int) | C { d : int, e : a }
      foreign f (x : float) str -> unit
      x = 1
      """
    )
    #expect(
      analysis.core
        == "type T = A | B 2 | C { d, e }\n\nforeign f float string -> unit\n\nx =\n  1\n\n")
  }

  @Test func preludeIsPartOfTheProgramButNotOfItsText() {
    let analysis = analyse("x = 1")
    #expect(analysis.program.preludeGlobals["map"] != nil)
    #expect(!analysis.core.contains("map"))
    let all = dump(analysis.program, analysis.sources, analysis.interner, includesPrelude: true)
    #expect(all.string.contains("\nmap f.0 xs.1 =\n"))
  }

  /// The order of the arena that consumers rely on.
  @Test func operandsComeBeforeTheirUsers() {
    let program = analyse("x = 1").program
    for (index, node) in program.expressions.enumerated() {
      #expect(children(of: node, in: program).allSatisfy { $0 < index })
    }
  }

  private func children(of node: CoreExpression, in program: CoreProgram) -> [Int32] {
    let list = Array(program.list(node))
    switch node.kind {
    case .integer, .float, .string, .null, .unit, .nil_, .local, .global, .intrinsic, .constructor,
      .foreign, .error:
      return []
    case .call, .update: return [node.a] + list
    case .operator, .tuple, .list, .construct, .interpolation: return list
    case .and, .or: return [node.a, node.b]
    case .if: return [node.a, node.b, node.c]
    case .field, .lambda, .coerce, .cast: return [node.a]
    case .let, .letFunction, .destructure, .sequence: return [node.b, node.c]
    case .match:
      return [node.a]
        + list.flatMap { arm in
          let arm = program.arms[Int(arm)]
          return [arm.guardExpression, arm.body]
        }
    }
  }
}

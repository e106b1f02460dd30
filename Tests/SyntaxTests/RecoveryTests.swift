import Diagnostics
import Support
import Syntax
import Testing

@Suite struct RecoveryTests {
  /// Every program with all that is reported for it: one message a mistake, whatever follows it.
  @Test(arguments: [
    (
      "f = (1 +\n\ng = [1, 2)\nmain = 0",
      ["3:1: expected ')', found 'g'", "3:10: expected ']', found ')'"]
    ),
    ("f = (1 + 2\ng = 3\nmain = g", ["1:11: expected ')'"]),
    ("f x =\n  let y = h (k (x\n  let z = 1\n  y + z", ["3:3: expected ')', found 'let'"]),
    ("f = [1, 2\n\ntype T = A | B", ["1:10: expected ']'"]),
    ("f = (1 + 2", ["1:11: expected ')'"]),
    ("f = g (a = 1) b", ["1:10: expected ')', found '='"]),
    ("f = 1)\ng = 2", ["1:6: unexpected ')'"]),
    (
      "f =\n  print 1)\n  print (2\n  3\ng = 4",
      [
        "2:10: unexpected ')'", "5:1: expected ')', found 'g'",
      ]
    ),
    (
      "f =\n  x = 5\n  let y 7\n  y",
      [
        "2:5: expected the end of the statement, found '='",
        "3:10: expected '=', found the end of the line",
      ]
    ),
    ("f = if a = 1 then 2 else 3", ["1:10: expected 'then', found '='"]),
    (
      "f = if a then b\ng = if c then d",
      ["1:5: 'if' needs an 'else'", "2:5: 'if' needs an 'else'"]
    ),
    ("f x =\n  if x then print 1\n  print 2", ["2:3: 'if' needs an 'else'"]),
    ("f =\n  let x = 1\n\ng = 2", ["2:3: 'let' without a body"]),
    (
      "f =\ng =\nh = 1",
      [
        "2:1: expected an expression after '='", "3:1: expected an expression after '='",
      ]
    ),
    ("main =\nprint 1\nprint 2\ng = 1", ["2:1: expected an expression after '='"]),
    (
      "f x = match x\n  | 1 -> 2\n  | + -> 3\n  | 4 5\n  | _ -> 6",
      [
        "3:5: expected a pattern, found '+'",
        "4:7: expected '->' after the pattern, found the number 5",
      ]
    ),
    (
      "f x = match x\n\ng = 1",
      [
        "1:14: expected '|' and an arm of this 'match', found the end of the line"
      ]
    ),
    (
      "f = \\ -> 1\ng = \\x 2",
      [
        "1:7: expected a parameter after '\\', found '->'",
        "2:9: expected '->' or another parameter, found the end of the file",
      ]
    ),
    (
      "f = * / %\ng = 1 / = 2",
      [
        "1:5: expected an expression, found '*'",
        "2:9: expected an expression after '/', found '='",
      ]
    ),
    (
      "f = a < b < c && d == e == f",
      [
        "1:11: comparison operators do not chain", "1:25: comparison operators do not chain",
      ]
    ),
    ("f = a /= b", ["1:7: unexpected '/='"]),
    ("f = 1. + 2", ["1:6: expected a digit after the point"]),
    ("f r = r .x", ["1:9: expected a name directly behind and a value directly before '.'"]),
    ("f = t.0", ["1:7: expected the name of a field directly after '.', found the number 0"]),
    ("f = ; a\ng = a ; b", ["1:5: unexpected character ';'", "2:7: unexpected character ';'"]),
    (
      "f = $\"a {} {1, 2} b\"\ng = 1",
      [
        "1:10: expected an expression, found '}'", "1:14: expected '}', found ','",
      ]
    ),
    ("f = $\"a {x\ng = 1", ["1:5: unterminated string"]),
    ("f =\n  let x = {- 1", ["2:11: unterminated comment"]),
    ("f =\n  g \"\"\"a\n", ["2:5: unterminated string"]),
    ("f = g \"a\ng = 1", ["1:7: unterminated string"]),
    ("f = { x = 1 }", ["1:9: expected '|' after the record, found '='"]),
    ("f = P { x = }", ["1:13: expected an expression, found '}'"]),
    ("f : int ->\ng : list\nh = 1", ["1:11: expected a type, found the end of the line"]),
    (
      "type = A\ntype T A\ntype U = | 1\ntype V = A | B",
      [
        "1:6: expected the name of the type, found '='",
        "2:9: expected '=', found the end of the line",
        "3:12: expected the name of a constructor, found the number 1",
      ]
    ),
    (
      "import 3\nlink x\nforeign 1",
      [
        "1:8: expected the path or name of a module after 'import', found the number 3",
        "2:6: expected a linker option in quotes after 'link', found 'x'",
        "3:9: expected the name of the foreign function, found the number 1",
      ]
    ),
    (
      "#foo bar\nf = 1\n#strict",
      [
        "1:1: unknown directive '#foo'", "3:1: '#strict' must stand at the head of the file",
      ]
    ),
    (
      "1 + 2\nlet x = 3\nprint 4\nmain = 0",
      [
        "1:1: expected a declaration, found the number 1",
        "2:1: expected a declaration, found 'let'",
        "3:8: expected '=' or another parameter, found the end of the line",
      ]
    ),
    ("f x : int = 1", ["1:5: unexpected ':'"]),
    ("f =\n  let x : int = 1\n  x", ["2:9: expected '=', found ':'"]),
    (") ] } | -> = then", ["1:1: unexpected ')'"]),
    ("f = x\n  | A -> 1", ["2:3: unexpected '|'"]),
    (
      "f x = match x\n  | Some -1 -> 2",
      [
        "2:10: expected parentheses around a negative number in a pattern's argument"
      ]
    ),
    (
      "f = 4611686018427387904\ng = -4611686018427387904\nh = - 4611686018427387905",
      [
        "1:5: integer literal is out of range", "3:7: integer literal is out of range",
      ]
    ),
    (
      "f 4611686018427387904 = match x | -4611686018427387904 -> 1 | _ -> 2",
      [
        "1:3: integer literal is out of range"
      ]
    ),
  ])
  func reportsEachMistakeOnce(_ text: String, _ expected: [String]) {
    #expect(Parsed(text).messages == expected)
  }

  /// What stands around a mistake is understood.
  @Test(arguments: [
    ("f = (1 + 2\ng = 3", "f = !\ng = 3"),
    ("f =\n  print )\n  print 2", "f = {print; !; (print 2)}"),
    ("f a = if a = 1 then 2 else 3", "f a = (if a 2 3)"),
    ("f a = if a then 2", "f a = (if a 2 !)"),
    ("f x = match x\n  | 4 5 -> 1\n  | _ -> 6", "f x = (match x [4 -> 1] [_ -> 6])"),
    ("f =\n  let x = 1", "f = {let x = 1; !}"),
    ("f =\n  let y 7\n  y", "f = {let y 7 = !; y}"),
    ("f x 5+ = x\ng = 1", "f x 5 = x\ng = 1"),
    ("f = [1, (2 3]\ng = 1", "f = [1, !]\ng = 1"),
    (
      "f =\n  each xs (\\x ->\n    print = x\n    print x)\n  done",
      """
      f = {(each xs (\\x -> {print; !; (print x)})); done}
      """
    ),
    ("f a =\n  if a then\n    b = c\n  else d", "f a = (if a {b; !} d)"),
  ])
  func keepsWhatStandsAround(_ text: String, _ expected: String) {
    let parsed = Parsed(text)
    #expect(parsed.compact == expected)
    #expect(!parsed.errors.isEmpty)
  }

  @Test(arguments: [
    ("f = (1 + 2\ng = 3", "f = (1 + 2)\ng = 3"), ("f = a & b", "f = a && b"),
    ("f = a +.5", "f = a + 0.5"), ("f = a /= b", "f = a != b"), ("f = 1)", "f = 1"),
    ("f x = match x\n  | 1 => 2\n  | _ => 3", "f x = match x\n  | 1 -> 2\n  | _ -> 3"),
    ("f = $\"a } b\"", "f = $\"a }} b\""),
    ("f x = match x | A -1 -> 1", "f x = match x | A (-1) -> 1"),
    ("f = “a\"", "f = \"a\""), ("\u{FEFF}f = 1", "f = 1"), ("let f = 1", "f = 1"),
  ])
  func editsRepairTheProgram(_ text: String, _ repaired: String) throws {
    let parsed = Parsed(text)
    var bytes = Array(text.utf8)
    let edits = parsed.errors.flatMap(\.edits).sorted { $0.range.start > $1.range.start }
    try #require(!edits.isEmpty)
    for edit in edits {
      bytes.replaceSubrange(
        Int(edit.range.start)..<Int(edit.range.end), with: edit.replacement.utf8)
    }
    #expect(String(decoding: bytes, as: UTF8.self) == repaired)
    #expect(Parsed(bytes: bytes).messages.isEmpty)
  }
}

@Suite struct HelpTests {
  /// The first mistake is explained with words that contain these.
  @Test(arguments: [
    ("// note\nf = 1", "'--'"), ("f = 1 // note", "'--'"), ("f = [1; 2]", "','"),
    ("f = a; b", "a line of its own"), ("f = map (fun x -> x) xs", "\\x -> expression"),
    ("f x =\n  x = 3\n  x", "begins with 'let'"), ("f = if a = b then 1 else 2", "'=='"),
    ("f = { x = 1 }", "C { field = value }"), ("f t = t.0", "let (a, b) = tuple"),
    ("f = !x", "'not'"), ("let x = 1", "has no 'let'"), ("f = (1", "insert ')'"),
    ("f =\ng = 1", "indent the line"), ("f = 'abc'", "double quotes"), ("f = 1_", "between two"),
    ("f x =\n  if x then 1", "else ()"), ("f = {- {- -}", "nest"), ("f = 1.x", "1.0"),
  ])
  func saysWhatToDo(_ text: String, _ words: String) throws {
    let first = try #require(Parsed(text).errors.first)
    let help = try #require(first.help)
    #expect(help.contains(words))
  }
}

@Suite struct NestingTests {
  private static let limit = SyntaxTree.maximumNesting

  /// Programs that nest one way, as deep as asked.
  private static let shapes: [@Sendable (Int) -> String] = [
    { "f = " + String(repeating: "(", count: $0) + "x" + String(repeating: ")", count: $0) },
    { "f = " + String(repeating: "[", count: $0) + String(repeating: "]", count: $0) },
    { "f = " + String(repeating: "- ", count: $0) + "x" },
    { "f = " + String(repeating: "\\x -> ", count: $0) + "x" },
    { "f = " + String(repeating: "if a then b else ", count: $0) + "x" },
    { "f = " + String(repeating: "if ", count: $0) + "x" },
    { "f = " + String(repeating: "match x | A -> ", count: $0) + "x" },
    { "f = " + String(repeating: "let x = ", count: $0) + "1" },
    { "f = " + String(repeating: "let x = 1 in ", count: $0) + "x" },
    { "f = x" + String(repeating: " + x", count: $0) },
    { "f = x" + String(repeating: " :: x", count: $0) },
    { "f = x" + String(repeating: ".y", count: $0) },
    { "f = " + String(repeating: "$\"{", count: $0) + "x" + String(repeating: "}\"", count: $0) },
    { "f = " + String(repeating: "C { x = ", count: $0) + "1" + String(repeating: "}", count: $0) },
    { "f " + String(repeating: "(", count: $0) + "x" + String(repeating: ")", count: $0) + " = 1" },
    { "f = match x | a" + String(repeating: " :: a", count: $0) + " -> 1" },
    { "f : a" + String(repeating: " -> a", count: $0) },
    { "f : " + String(repeating: "[", count: $0) + "a" + String(repeating: "]", count: $0) },
    { "f : a" + String(repeating: " or 0", count: $0) },
  ]

  @Test(arguments: 0..<19)
  func limitsTheDepthOfTrees(_ shape: Int) {
    onDeepStack {
      let deep = Parsed(NestingTests.shapes[shape](NestingTests.limit * 3) + "\ng = 1")
      #expect(deep.messages.count { $0.hasSuffix("nested too deeply") } == 1)
      #expect(deep.errors.count <= 2)
      #expect(deep.tree.nodes.allSatisfy { Int($0.height) <= NestingTests.limit })
      let fine = Parsed(NestingTests.shapes[shape](NestingTests.limit / 4))
      #expect(fine.messages.filter { $0.hasSuffix("nested too deeply") }.isEmpty)
    }
  }

  @Test func goesOnBehindDeepNesting() {
    onDeepStack {
      let parsed = Parsed("f = " + String(repeating: "(", count: 20_000) + "\ng = 1\nh = )")
      #expect(parsed.compact == "f = !\ng = 1\nh = !\n!")
      #expect(parsed.errors.count == 2)
    }
  }

  /// Long is not deep.
  @Test func acceptsLongPrograms() {
    let lines = (0..<30_000).map { "  let x\($0) = \($0)" }.joined(separator: "\n")
    let list = (0..<30_000).map(String.init).joined(separator: ", ")
    let arguments = String(repeating: " x", count: 30_000)
    let parsed = Parsed("f =\n\(lines)\n  x1\ng = [\(list)]\nh = f\(arguments)")
    #expect(parsed.messages.isEmpty)
    #expect(parsed.tree.nodes.allSatisfy { $0.height < 10 })
  }
}

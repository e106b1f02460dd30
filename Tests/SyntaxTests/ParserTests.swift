import Diagnostics
import Support
import Syntax
import Testing

@Suite struct ParserTests {
  @Test(arguments: [
    ("a || b && c == d", "(|| a (&& b (== c d)))"), ("a && b || c", "(|| (&& a b) c)"),
    ("a || b || c", "(|| a (|| b c))"), ("a - b - c", "(- (- a b) c)"),
    ("a * b + c % d / e", "(+ (* a b) (/ (% c d) e))"), ("a :: b ++ c", "(:: a (++ b c))"),
    ("x |> f |> g", "(|> (|> x f) g)"), ("x |> f >> g >> h", "(|> x (>> (>> f g) h))"),
    ("a + b < c * d", "(< (+ a b) (* c d))"), ("f x + g y", "(+ (f x) (g y))"),
    ("f (g x) [1] (a, b)", "(f (g x) [1] <a, b>)"), ("f r.x (g r).y.z", "(f r.x (g r).y.z)"),
    ("M.f M.C { x = 1 }", "(M.f M.C{ x=1 })"), ("-x.y", "(neg x.y)"), ("- f x", "(neg (f x))"),
    ("2 - -3", "(- 2 -3)"), ("-2 * x", "(* -2 x)"), ("f -1", "(- f 1)"),
    ("if a then b else c + d", "(if a b (+ c d))"),
    ("(if a then b else c) + d", "(+ (if a b c) d)"),
    ("a + if b then c else d", "(+ a (if b c d))"), ("\\a -> a + 1", "(\\a -> (+ a 1))"),
    ("let x = 1 in x + 1", "{let x = 1; (+ x 1)}"), ("f \\x -> x", "(f (\\x -> x))"),
    ("[x]", "[x]"), ("[1, 2,]", "[1, 2]"), ("[]", "[]"), ("[a .. b + 1]", "[a .. (+ b 1)]"),
    ("{ r | x = 1, y = 2, }", "{r | x=1 y=2 }"), ("{ f r | x = 1 }", "{(f r) | x=1 }"),
    ("C {}", "C{ }"), ("f { r | x = 1 }", "(f {r | x=1 })"), ("()", "()"), ("(x)", "x"),
    ("'a'", "97"), ("true", "true"), ("null", "null"), ("-1.5", "-1.5"),
    ("$\"{x}{y}\"", "$(x y)"), ("$\"\"", "$()"),
    ("-4611686018427387904", "-4611686018427387904"),
  ])
  func understandsExpressions(_ text: String, _ expected: String) {
    let parsed = Parsed("v = \(text)")
    #expect(parsed.compact == "v = \(expected)")
    #expect(parsed.messages.isEmpty)
  }

  @Test func gathersDeclarationsInOrder() {
    let parsed = Parsed("#strict\nimport a\n-- note\nf : int\nf = 1\ntype T = A\n")
    #expect(parsed.compact == "import a\nf : int\nf = 1\ntype T | A")
    #expect(parsed.tree.isStrict)
  }

  @Test func putsChildrenBeforeParents() {
    let parsed = Parsed(
      """
      type T a = C (x : a) | D { y : int }
      f (p, [q]) = match p | C x if x > 1 -> $"{x}" | _ -> {q | y = 1}
      """)
    #expect(parsed.messages.isEmpty)
    for index in parsed.tree.nodes.indices {
      let node = parsed.tree.nodes[index]
      let children = parsed.tree.children(of: NodeID(index: Int32(index)))
      for child in children where !child.isNone {
        #expect(Int(child.index) < index)
        #expect(parsed.tree[child].height < node.height)
      }
    }
  }

  @Test func rangesCoverTheText() {
    let text = "f x = (a + b) * g x\n"
    let parsed = Parsed(text)
    let product = parsed.tree.nodes.first {
      $0.kind == .binary && $0.c == BinaryOperator.multiply.rawValue
    }
    #expect(product.map { [$0.start, $0.end] } == [6, 19])
    #expect(product.map { $0.d } == 14)
  }

  @Test func dumpsSyntax() {
    let parsed = Parsed("f 1 = \"a\"\nimport b (c)\ng = \\x -> x.y")
    #expect(
      dump(parsed.tree, parsed.interner).string == """
        (functionDeclaration f @0..<9
          (literalPattern @2..<3
            (integer 1 @2..<3))
          (string "a" @6..<9))
        (importDeclaration b @10..<22
          (importNames @19..<22
            (name c @20..<21)))
        (functionDeclaration g @23..<36
          (lambda @27..<36
            (namePattern x @28..<29)
            (field y @33..<36
              (name x @33..<34))))

        """)
  }

  /// Linear in the text, and flat: without a deep stack.
  @Test func dumpsDeepTrees() {
    let parsed = onDeepStack { Parsed("f = x" + String(repeating: " + x", count: 9_000)) }
    let text = dump(parsed.tree, parsed.interner, positions: false)
    #expect(text.bytes.count < 9_000 * 300)
  }
}

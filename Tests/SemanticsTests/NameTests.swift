import Diagnostics
import Semantics
import Testing

private let nameCases = [
  DiagnosticCase("locals, globals and builtins", "f x =\n  let y = x\n  print (g y)\ng y = y"),
  DiagnosticCase(
    "a let is not in scope in its own value", "f x = let y = y in x",
    ["1:15 E0201: unknown name 'y'"]),
  DiagnosticCase("a local function is", "f x = let g n = g (n - 1) in g x"),
  DiagnosticCase(
    "a let ends with its block", "f x = (let y = x in y) + y", ["1:26 E0201: unknown name 'y'"]),
  DiagnosticCase(
    "a parameter ends with its lambda", "f x = (\\y -> y) y", ["1:17 E0201: unknown name 'y'"]),
  DiagnosticCase(
    "an arm's variables end with it", "f x = match x\n  | [y] -> y\n  | _ -> y",
    ["3:10 E0201: unknown name 'y'"]),
  DiagnosticCase(
    "definitions and constructors share one namespace", "type T = | F\nf = 1\nF x = x",
    ["3:1 E0204: 'F' is defined twice"]),
  DiagnosticCase(
    "definitions and foreign functions too", "foreign f x -> int\nf x = x",
    ["2:1 E0204: 'f' is defined twice"]),
  DiagnosticCase("a type may have a constructor's name", "type Box = | Box x\nf (Box x) = x"),
  DiagnosticCase(
    "two types of one name", "type T = | A\ntype T = | B", ["2:6 E0204: 'T' is defined twice"]),
  DiagnosticCase(
    "hidden intrinsics are the prelude's", "f x = kind_error x",
    ["1:7 E0201: unknown name 'kind_error'"]),
  DiagnosticCase(
    "private names of the prelude too", "f x = _map x", ["1:7 E0201: unknown name '_map'"]),
  DiagnosticCase(
    "a program may define both", "kind_error x = x\n_map x = kind_error x\nf = _map 1"),
  DiagnosticCase("capitalised variables", "f X = let Y = X in (\\Z -> Z + Y) 1"),
  DiagnosticCase(
    "a repeated parameter", "f x x = x", ["1:5 E0224: 'x' is bound twice in the same pattern"]),
  DiagnosticCase(
    "a signature needs a definition", "f : int -> int\ng : int\ng = 1",
    ["1:1 E0240: the signature of 'f' has no definition"]),
  DiagnosticCase(
    "a second signature", "f : int\nf = 1\nf : int", ["3:1 E0245: 'f' has two signatures"]),
  DiagnosticCase(
    "a signature with an unknown word", "f : handle -> int\nf x = x",
    ["1:5 W0206: the signature of 'f' is ignored: unknown type 'handle'"]),
  DiagnosticCase(
    "which is an error in a strict file", "#strict\nf : handle -> int\nf x = x",
    ["2:5 E0241: unknown type 'handle'"]),
  DiagnosticCase(
    "type words, variables, aliases",
    "type P = (int, str)\nf : P -> u8 -> [a'] -> b or 0\nf x y z = x"),
  DiagnosticCase(
    "a field of an unknown type", "type T a = | C (x : a) (y : Blue)",
    ["1:29 E0241: unknown type 'Blue'"]),
  DiagnosticCase(
    "too many arguments for a constructor", "type T = | C x\nf = C 1 2",
    ["2:5 E0222: 'C' takes 1 argument, but 2 are given"]),
  DiagnosticCase("args is not hidden", "args = 1\nf = args"),
  DiagnosticCase(
    "errors do not hide one another", "f = a + b :: c",
    [
      "1:5 E0201: unknown name 'a'", "1:9 E0201: unknown name 'b'", "1:14 E0201: unknown name 'c'",
    ]),
  DiagnosticCase(
    "generation is off", "#generate \"x\"\nf = 1", ["1:1 E0242: '#generate' is not allowed here"]),
]

@Suite struct NameTests {
  @Test(arguments: nameCases)
  func findsNames(_ test: DiagnosticCase) {
    #expect(analyse(test.program).messages == test.messages)
  }

  @Test func onlyProgramsNeedMain() {
    #expect(analyse("f = 1").messages == [])
    #expect(analyse("f = 1", requireMain: true).messages == ["1:1 E0208: no 'main' in this file"])
    #expect(
      analyse("main a b = 1", requireMain: true).messages
        == ["1:1 E0209: 'main' takes at most one parameter, but 2 are declared"])
  }

  @Test(arguments: [
    ("f x = lenght x", "length"), ("count = 1\nf x = cuont", "count"),
    ("f value = vlaue", "value"), ("type T = | Some x\nf = Sone 1", "Some"),
    ("f x = match x\n  | Okk y -> y\n  | _ -> 0", "Ok"),
    ("type P = P { wide : int }\nf p = p.widr", "wide"),
  ])
  func theNearestNameIsProposedAndCanBeInserted(_ program: String, _ near: String) {
    let diagnostics = analyse(program).diagnostics.diagnostics
    #expect(diagnostics.count == 1)
    #expect(diagnostics.first?.help == "did you mean '\(near)'?")
    #expect(diagnostics.first?.edits.map(\.replacement) == [near])
  }

  @Test func aNameOfTheLibraryIsProposedAsImport() {
    var files = MemoryFiles(files: ["main.rail": "f xs = take 2 xs"])
    #expect(files.analyse().diagnostics.diagnostics.first?.help?.contains("import") != true)
    files.library["list.rail"] = "take n xs = xs"
    #expect(
      files.analyse().diagnostics.diagnostics.first?.help
        == "it is defined in module 'list': add 'import list'")
  }
}

import Testing

/// Signatures and typed fields: what violates them, with the line and the beginning of the message.
@Suite struct DeclaredTypeTests {
  @Test(arguments: violations)
  func violationsAreReported(_ test: ErrorCase) {
    let found = problems(in: ["main.rail": test.program])
    #expect(found.count == test.problems.count)
    for (line, expected) in zip(found, test.problems) {
      #expect(line.hasPrefix("main.rail:\(expected)"), "\(line)")
    }
  }

  @Test(arguments: conforming)
  func whatMayConformIsNoError(_ program: String) {
    #expect(problems(in: ["main.rail": program]).isEmpty)
  }

  @Test func violationsInImportedLooseCodeAreWarnings() {
    let files = [
      "main.rail": "import \"m.rail\"\nmain = f 1", "m.rail": "f : int -> string\nf x = x + 1",
    ]
    #expect(
      problems(in: files) == [
        "m.rail:2: W0310 the result of 'f' must be string, but this is an int"
      ])
  }
}

private let violations: [ErrorCase] = [
  ErrorCase("f : int -> int\nf x = x\nmain = f \"a\"", "3: E0310 argument 1 of 'f' must be int"),
  ErrorCase("f : int -> int\nf x = 2.5\nmain = f 1", "2: E0310 the result of 'f' must be int"),
  ErrorCase("f : int -> int\nf x = null\nmain = f 1", "2: E0310 the result of 'f' must be int"),
  ErrorCase(
    "f : list float -> int\nf xs = 1\nn = [1]\nmain = f n", "4: E0311 argument 1 of 'f'"),
  ErrorCase("f : a -> a\nf x = 5\nmain = f 1", "2: E0312"),
  ErrorCase("f : a -> int\nf x = x + 1\nmain = f 1", "2: E0301 '+' cannot be applied"),
  ErrorCase(
    "f : array int -> int\nf a = 1\nm = [arr_new 1 0, \"a\"]\nmain = f (head m)", "4: E0313"),
  ErrorCase(
    "f : array int -> int\nf a = length [a, 5]\nmain = f (arr_new 1 0)", "2: E0314"),
  ErrorCase(
    "f : (int -> int) -> int\nf g = length [g, 5]\nmain = f (\\x -> x)", "2: E0314"),
  ErrorCase("type P = P { x : int }\nmain = P { x = \"a\" }", "2: E0310 field 'x' of 'P'"),
  ErrorCase("type P = P (x : int)\nmain = P \"a\"", "2: E0310 argument 1 of 'P'"),
  // All mentions of a variable, and of a type, are told apart.
  ErrorCase("f : a -> a\nf x = 5\nmain = f 1", "2: E0312 the result of 'f' must be a"),
  ErrorCase(
    "f : a -> list a\nf x = if x then [x, 2] else []\nmain = f 1",
    "2: E0312 a part of the result of 'f' must be a"),
  ErrorCase(
    "type T = L | N T\nf : T -> T\nf t = 5\nmain = f L",
    "3: E0310 the result of 'f' must be T, but this is an int"),
  ErrorCase(
    "type T = L | N (t : T)\nf : T -> T\nf t =\n  let x = \"a\"\n  match t\n    | L -> t\n    | _ -> x\nmain = f L",
    "7: E0310 the result of 'f' must be T, but this is a string"),
  ErrorCase(
    "type T = L | N (t : T)\nf : T -> T -> T\nf t u = t\nmain = f L 5",
    "4: E0310 argument 2 of 'f' must be T, but this is an int"),
  ErrorCase(
    "type T = L | N (t : T)\nf : T -> T\nf t = N 5\nmain = f L",
    "3: E0310 argument 1 of 'N' must be T, but this is an int"),
  ErrorCase(
    "type T = L | N\ntype R = R { t : T, u : T }\nf r = { r | u = 5 }\nmain = f (R { t = L, u = N })",
    "3: E0310 field 'u' of 'R' must be T, but this is an int"),
  // What an undeclared function passes on to a declared array is checked at its callers.
  ErrorCase(
    "f : array int -> int\nf a = 1\ng a = f a\nmain = g (arr_new 1 \"s\")", "4: E03"),
]

private let conforming: [String] = [
  "f : int -> int\nf x = x\nmain = f (head [1, \"a\"])",
  "f : float -> float\nf x = x\nmain = map f [1, 2]",
  "f : bool -> bool\nf x = x\nmain = f (1 == 2)",
  "f : a -> int\nf x = 1\nmain = f 1 + f \"a\"",
  "f : list int -> int\nf xs = 1\nmain = f []",
  "f : string or null -> int\nf s = 1\nmain = f null + f \"a\"",
  "f : dyn -> dyn\nf x = x\nmain = f 1",
  "f : ptr -> int\nf p = 1\nmain = f null",
  "n : [int]\nn = []\nmain = 1 :: n",
  "f : unit -> unit\nf () = ()\nmain = f (print 1)",
  "type T = T (cells : array int)\nf t = [t, 5]\nmain = f (T (arr_new 1 0))",
  "type N a = | E | C (x : a) (r : N (a, a))\nf : N a -> int\nf n = match n | E -> 0 | C x r -> 1\n"
    + "main = f (C 1 (C (2, 3) E))",
  "f : int -> int\nf x = g x\ng x = if x == 0 then 0 else f (x - 1)\nmain = f 3",
]

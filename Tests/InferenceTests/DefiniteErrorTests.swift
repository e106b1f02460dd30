import Testing

/// A program and what is wrong with it, as `line: code message`.
struct ErrorCase: Sendable, CustomTestStringConvertible {
  var program: String
  var problems: [String]

  var testDescription: String { program }

  init(_ program: String, _ problems: String...) {
    self.program = program
    self.problems = problems
  }
}

@Suite struct DefiniteErrorTests {
  @Test(arguments: failingPrograms + correctPrograms)
  func whatAlwaysFailsIsReported(_ test: ErrorCase) {
    #expect(problems(in: ["main.rail": test.program]) == test.problems.map { "main.rail:\($0)" })
  }

  @Test func whatMainDoesNotNeedIsAWarning() {
    #expect(
      problems(in: ["main.rail": "f x = \"a\" - 1\nmain = 0"])
        == ["main.rail:1: W0301 '-' cannot be applied to a string and an int"])
  }

  @Test func importedLooseCodeGivesWarnings() {
    let files = ["main.rail": "import \"m.rail\"\nmain = f 1", "m.rail": "f x = \"a\" - 1"]
    #expect(
      problems(in: files) == ["m.rail:1: W0301 '-' cannot be applied to a string and an int"])
  }
}

/// Operands, arguments, callees, records and scrutinees that are always of a wrong kind, and
/// surplus arguments (`language.md` §6), each directly, as the result of a call, and as one of the
/// values unit, null and 0 that may be anything else in principle.
let failingPrograms: [ErrorCase] = [
  ErrorCase("f _ = print 1 2", "1: E0304 'print' takes 1 argument, but 2 are given"),
  ErrorCase(
    "log x = print x\nf _ = log 1 2", "2: E0304 'log' takes 1 argument, but 2 are given"),
  ErrorCase("f _ = str_len \"a\" 1\nstr_len s = length s + 0",
    "1: E0304 'str_len' takes 1 argument, but 2 are given"),
  ErrorCase("f x = (show x) 1", "1: E0303 not a function: a string is called"),
  ErrorCase(
    "f _ =\n  let r = print 1\n  r 2", "3: E0303 not a function: unit is called"),
  ErrorCase("f _ = null 2", "1: E0303 not a function: null is called"),
  ErrorCase("f _ =\n  let z = 0\n  z 2", "3: E0303 not a function: an int is called"),
  ErrorCase("f _ = 1 + print 2", "1: E0301 '+' cannot be applied to an int and unit"),
  ErrorCase("f x = x * null", "1: E0301 '*' cannot be applied to null"),
  ErrorCase("f _ = -()", "1: E0301 '-' cannot be applied to unit"),
  ErrorCase("f _ = print 1 < 2", "1: E0301 '<' cannot be applied to unit and an int"),
  ErrorCase("f x = x >= null", "1: E0301 '>=' cannot be applied to null"),
  ErrorCase("f _ = print 1 ++ \"a\"", "1: E0301 '++' cannot be applied to unit and a string"),
  ErrorCase("f _ = sqrt ()", "1: E0302 'sqrt' cannot be applied to unit"),
  ErrorCase("f _ = str_sub null 0 1", "1: E0302 'str_sub' cannot be applied to null"),
  ErrorCase("f _ = 1 :: print 2", "1: E0302 '::' cannot be applied to unit"),
  ErrorCase("type R = R { a }\nf _ = null.a", "2: E0306 null has no field 'a'"),
  ErrorCase("type R = R { a }\nf _ = { null | a = 1 }", "2: E0306 null has no field 'a'"),
  ErrorCase("type R = R { a }\nf _ = { 5 | a = 1 }", "2: E0306 an int has no field 'a'"),
  ErrorCase(
    "f _ = match print 1 | (a, b) -> a", "1: E0305 the pattern for a tuple of 2 never fits unit"),
  ErrorCase(
    "f _ = match show 1 | (a, b) -> a",
    "1: E0305 the pattern for a tuple of 2 never fits a string"),
  ErrorCase(
    "f _ =\n  let (a, b) = length [1]\n  a",
    "2: E0305 the pattern for a tuple of 2 never fits an int"),
  ErrorCase("f x = str_sub x 0 1\ng _ = f (print 1)", "2: E0307 'f' cannot take unit here"),
  ErrorCase("f x = x + 1\ng _ = f (print 1)", "2: E0307 'f' cannot take unit here"),
  ErrorCase(
    "f c = if c then g 0 else 1\ng x = length (str_sub x 0 1)\nmain = f 0",
    "1: E0307 'g' cannot take an int here"),
  // What is wrong with a function is told there, and not again at its calls.
  ErrorCase("f x = x - \"a\"\ng _ = f 1", "1: E0301 '-' cannot be applied to a string"),
  ErrorCase("f _ = \"a\" - 1", "1: E0301 '-' cannot be applied to a string and an int"),
  ErrorCase("f _ = \"a\" + 1", "1: E0301 '+' cannot be applied to a string and an int"),
  ErrorCase(
    "f n =\n  let s = \"abc\"\n  s * n", "3: E0301 '*' cannot be applied to a string"),
  ErrorCase("f _ = 1 < \"a\"", "1: E0301 '<' cannot be applied to an int and a string"),
  ErrorCase("f _ = \"a\" ++ [1]", "1: E0301 '++' cannot be applied to a string and a list"),
  ErrorCase("f _ = arr_get [1, 2] 0", "1: E0302 'arr_get' cannot be applied to a list"),
  ErrorCase("f _ = sqrt \"x\"", "1: E0302 'sqrt' cannot be applied to a string"),
  ErrorCase("f _ = 1 :: 2", "1: E0302 '::' cannot be applied to an int"),
  ErrorCase("f _ = map 3 [1]", "1: E0302 'map' cannot be applied to an int"),
  ErrorCase("f _ = (head [1]) 3", "1: E0303 not a function: an int is called"),
  ErrorCase("f _ = length 3 4", "1: E0304 'length' takes 1 argument, but 2 are given"),
  ErrorCase(
    "f x = x + 1\ng _ = f 1 2", "2: E0304 'f' takes 1 argument, but 2 are given"),
  ErrorCase(
    "f _ = match [1] | (a, b) -> a", "1: E0305 the pattern for a tuple of 2 never fits a list"),
  ErrorCase(
    "type P = P { x, y }\nf _ = \"s\".x", "2: E0306 a string has no field 'x'"),
  ErrorCase("f x = x + 1\ng _ = f \"s\"", "2: E0307 'f' cannot take a string here"),
  ErrorCase("f x = str_sub x 0 1\ng _ = f 5", "2: E0307 'f' cannot take an int here"),
  ErrorCase(
    "f x = str_sub x 0 1\ng y = f y\nh _ = g 5", "3: E0307 'g' cannot take an int here"),
]

/// Programs that may succeed, although some flow or demand in them does not fit.
let correctPrograms: [ErrorCase] = [
  ErrorCase(
    "show_it x isnum = if isnum then show (x + 1) else show x\nmain = print (show_it \"a\" false)"),
  ErrorCase("f c = g (if c then 0 else \"a\")\ng x = length (str_sub x 0 1)\nmain = f 0"),
  ErrorCase("f x kind = if kind == 1 then str_sub x 0 1 else show (arr_len x)"),
  ErrorCase("loop acc n = if n == 0 then acc + 1 else loop \"a\" (n - 1)\nmain = loop 5 0"),
  ErrorCase("main = spawn 5"),
  ErrorCase("main = head (head [[1], \"a\"]) + 1"),
  ErrorCase("f xs = match xs | Some x -> x | _ -> 0\ntype O = None | Some v\nmain = f 5"),
  ErrorCase("main = min 1 2.5"),
  ErrorCase("f a =\n  let _ = arr_set a 0 a\n  a\nmain = f (arr_new 2 1)"),
  ErrorCase("main = [1, \"a\", 2.5, [], (1, 2)]"),
  ErrorCase("log x = if x then print x else \\y -> y\nmain = log 1 2"),
  ErrorCase("f g = g (print 1)\nmain = f (\\x -> x)"),
  ErrorCase("f xs = (head xs) 3\nmain = f [print]"),
  ErrorCase("cell = arr_new 1 0\nput x = arr_set cell 0 x\nmain = (arr_get cell 0) 3"),
  ErrorCase("f _ = error \"not yet\"\nmain = try (\\_ -> f 1 2) (\\m -> m)"),
  ErrorCase("f x = print x == null\nmain = if print 1 then length (print 2) else 0"),
  ErrorCase("pick n = if n == 0 then null else \"abc\"\nmain = pick 1 + \"x\""),
]

import Testing

/// A program and the types of its definitions. Those that types.md names as counterexamples say so.
struct TypeCase: Sendable, CustomTestStringConvertible {
  var idea: String
  var program: String
  var types: [String]
  /// Whether the types, written as signatures, promise no more than callers rely on.
  var canBePasted = true

  var testDescription: String { idea }
}

@Suite struct TypesTests {
  @Test(arguments: typeCases)
  func definitionsHaveTheirTypes(_ test: TypeCase) {
    #expect(types(of: test.program) == test.types)
  }

  /// Not so where arithmetic decides about types: signatures cannot say that an int gives an int
  /// and a float a float. So only functions are compared.
  @Test(arguments: typeCases.filter(\.canBePasted))
  func typesCanBePastedAsSignatures(_ test: TypeCase) {
    let signatures = test.types.filter { !$0.hasPrefix("--") && !test.program.contains($0 + "\n") }
    let program = test.program + "\n" + signatures.joined(separator: "\n")
    #expect(problems(in: ["main.rail": program]).isEmpty)
    let functions = types(of: program).filter { $0.contains("->") }
    #expect(functions == test.types.filter { $0.contains("->") })
  }

  @Test(arguments: typeCases)
  func typesAreTheSameEveryTime(_ test: TypeCase) {
    #expect(types(of: test.program) == types(of: test.program))
  }
}

let typeCases: [TypeCase] = [
  TypeCase(
    idea: "an int is not converted because a float flows in elsewhere (§1.1)",
    program: """
      half x = x / 2
      uses = (half 5, half 2.5)
      mixed = [1, 2.5]
      """,
    types: ["half : num -> num", "uses : (int, float)", "mixed : list num"]),
  TypeCase(
    idea: "the same operation on the same operands is one, however often it stands there",
    program: """
      at i = float_arr_get (float_arr_new 9 1.0) (i * 7 + 1)
      many i x = (at i, at i, at i, at i, at i, at i, at i, at i, at i, at i, at i, at i,
        at i, at i, at i, at i, at i, at i, at i, at i, x * 2)
      use = many 1 2.5
      last = match use
        | (_, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, x) -> x
      """,
    types: [
      "at : num -> float",
      "many : num -> num -> (\(Array(repeating: "float", count: 20).joined(separator: ", ")), num)",
      "use : (\(Array(repeating: "float", count: 21).joined(separator: ", ")))", "last : float",
    ]),
  TypeCase(
    idea: "the sum of a list begins with the int 0 (§1.1)",
    program: """
      sum xs = if length xs == 0 then 0 else head xs + sum (tail xs)
      ints = sum [1, 2]
      floats = sum [1.5]
      mixed = sum [1, 2.5]
      none = sum []
      """,
    types: [
      "sum : list num -> num", "ints : int", "floats : num", "mixed : num", "none : int",
    ]),
  TypeCase(
    idea: "an array in a mixed list has elements of any type (§1.2)",
    program: """
      alias _ =
        let a = arr_new 3 0
        let l = [a, 1]
        let _ = arr_set (head l) 0 "x"
        arr_get a 0 + 1
      """,
    types: ["alias : a -> num"]),
  TypeCase(
    idea: "a function in a mixed list has a parameter of any type (§1.2)",
    program: """
      alias _ =
        let g = \\y -> y + 1
        let l = [g, 5]
        let _ = (head l) "s"
        g 3
      """,
    types: ["alias : a -> num"]),
  TypeCase(
    idea: "what flowed into a dyn keeps its type outside (§1.2)",
    program: """
      both tok = ([1, "S", tok], tok)
      use = both [1, 2]
      """,
    types: ["both : a -> (list dyn, a)", "use : (list dyn, list int)"]),
  TypeCase(
    idea: "the freeze of a parameter is part of the scheme (§1.2)",
    program: """
      f x = [x, "a", 1]
      g _ =
        let h = \\y -> y + 1
        let _ = f h
        h 3
      """,
    types: ["f : a -> list dyn", "g : a -> num"]),
  TypeCase(
    idea: "what flows through a cell of a constant is not generalised (§1.4)",
    program: """
      cache = arr_new 1 0
      put x = arr_set cache 0 x
      get _ = arr_get cache 0
      main =
        let _ = put "s"
        get 0 + "1"
      """,
    types: [
      "cache : array (string or 0)", "put : string or 0 -> int", "get : a -> string or 0",
      "main : string",
    ]),
  TypeCase(
    idea: "a parameter that is the result is one type with it (§1.4)",
    program: """
      f c x = if c then "a" else x
      g = f 1 (head [1, "a"])
      """,
    types: ["f : a -> string -> string", "g : dyn"]),
  TypeCase(
    idea: "cyclic types (§1.4)",
    program: """
      mk n = if n == 0 then [] else [mk (n - 1)]
      pr n x = if n == 0 then x else pr (n - 1) (x, x)
      """,
    types: ["-- mk : num -> a where a = list a", "-- pr : num -> a -> a where a = (a, a)"]),
  TypeCase(
    idea: "closures (§1.5)",
    program: """
      make_adder n = \\x -> x - n
      three = make_adder 1 4
      float = make_adder 1 2.5
      """,
    types: ["make_adder : num -> num -> num", "three : int", "float : float"]),
  TypeCase(
    idea: "head before the test of emptiness (§1.6)",
    program: """
      first cs =
        let c = head cs
        if length cs == 0 then "" else c + "x"
      safe cs = if length cs > 0 then head cs else "none"
      """,
    types: ["first : list string -> string", "safe : list string -> string"]),
  TypeCase(
    idea: "extra values ride along (§1.6)",
    program: """
      name n = if n == 0 then null else "abc"
      fail n = if n < 0 then error "negative" else n + 1
      log c = if c then print "x" else 0
      take ch = recv ch
      """,
    types: [
      "name : a -> string or null", "fail : num -> num or error", "log : a -> int or unit",
      "take : chan (a or 0) -> a or 0",
    ]),
  TypeCase(
    idea: "an operation under a condition says nothing about callers (§1.7)",
    program: """
      show_it x isnum = if isnum then show (x + 1) else show x
      main = print (show_it "a" false)
      """,
    types: ["show_it : num -> a -> string", "main : unit"], canBePasted: false),
  TypeCase(
    idea: "spawn takes values that are no functions (§1.7)",
    program: """
      a = spawn 5
      b = spawn (\\_ -> "x")
      c = fiber_await b
      """,
    types: ["a : thread dyn", "b : thread string", "c : string"]),
  TypeCase(
    idea: "recursion in one type at a time (§1.7)",
    program: """
      d1 x = (x, x)
      d2 x = d1 (d1 x)
      """,
    types: ["d1 : a -> (a, a)", "d2 : a -> ((a, a), (a, a))"]),
  TypeCase(
    idea: "declared types",
    program: """
      type Tree = | Leaf | Node left value right
      insert x t = match t
        | Leaf -> Node Leaf x Leaf
        | Node l v r -> if x < v then Node (insert x l) v r else Node l v (insert x r)
      type Point = Point { x, y }
      norm p = p.x * p.x + p.y * p.y
      move p = { p | x = 1.5 }
      seven = norm (Point { x = 1, y = 2 })
      moved = move (Point { x = 1, y = 2 })
      """,
    types: [
      "insert : a -> Tree -> Tree", "norm : Point -> num", "move : Point -> Point", "seven : int",
      "moved : Point",
    ]),
  TypeCase(
    idea: "types with written parameters",
    program: """
      type Box a = | Box (v : a) (times : int)
      box x = Box x 1
      b = box "s"
      open b = match b | Box v _ -> v
      """,
    types: ["box : a -> Box a", "b : Box string", "open : Box a -> a"]),
  TypeCase(
    idea: "complete signatures are the types, incomplete ones are completed",
    program: """
      half : float -> float
      half x = x / 2
      h = half 1
      type Shape = Circle r | Rect w h
      width : Shape -> int
      width s = match s | Circle r -> r | Rect w _ -> w
      pair : a -> b -> (b, a)
      pair x y = (y, x)
      use = pair 1 "a"
      """,
    types: [
      "half : float -> float", "h : float", "width : Shape -> int", "pair : a -> b -> (b, a)",
      "use : (string, int)",
    ]),
  TypeCase(
    idea: "functions of functions",
    program: """
      compose f g x = f (g x)
      twice f x = f (f x)
      lengths xs = map length xs
      total xs = fold (\\a b -> a + b) 0 xs
      evens = filter (\\n -> n % 2 == 0) [1, 2, 3]
      """,
    types: [
      "compose : (a -> b) -> (c -> a) -> c -> b", "twice : (a -> a) -> a -> a",
      "lengths : list a -> list int", "total : list num -> num", "evens : list int",
    ]),
]

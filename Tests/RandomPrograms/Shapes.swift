/// A small program that has broken type inference or code generation before, or could: definitions, and
/// expressions whose values are printed. `#` stands for a number that makes names unique, `«int»` for any
/// term of that type.
struct Shape: Sendable {
  var definitions: String
  var uses: [String]

  init(_ definitions: String, _ uses: [String]) {
    self.definitions = definitions
    self.uses = uses
  }
}

let shapes: [Shape] = [
  // Conversion of ints to floats is caused by operations, never by inference.
  Shape(
    "half# x = x / 2",
    ["(half# «int», half# «float»)", "map half# [«int», «float»]", "bit_and (half# «int») 255"]),
  Shape(
    "rem# x y = x % y\nshown# x = show (x + 9007199254740993)",
    ["(rem# «int» 7, rem# «float» 7, rem# 7.5 «small»)", "(shown# «int», shown# «float»)"]),
  // What flows into something mixed is frozen, not changed.
  Shape(
    """
    alias# x =
      let a = arr_new 3 0
      let l = [a, 1]
      arr_set (head l) 0 x
      arr_get a 0 + 1
    """, ["alias# \"x\"", "alias# «int»", "alias# «float»"]),
  Shape(
    """
    called# x =
      let g = \\y -> y + 1
      let l = [g, 5]
      let first = try (\\_ -> (head l) x) (\\m -> m)
      (first, g 3)
    """, ["called# \"s\"", "called# «float»", "called# «int»"]),
  Shape(
    "wrap# x = [x, \"a\"]",
    [
      "(head (wrap# (\\y -> y + 1))) «string»", "(head (wrap# (\\y -> y + 1))) «int»",
      "map (\\v -> v + «string») (wrap# «string»)",
    ]),
  // Dynamic values where lists, functions and fields are wanted.
  Shape(
    "sum_list# xs = fold (\\s x -> s + x) 0 xs\nmixed# = [[1, 2, 3], \"abc\", 2.5, [0.5, 1]]",
    [
      "sum_list# (item 0 mixed#)", "sum_list# (item «small» mixed#)", "sum_list# (item 3 mixed#)",
      "map (\\v -> length v) mixed#",
    ]),
  // Mutable cells are not generalised.
  Shape(
    "cache# = arr_new 1 0\nput# x = arr_set cache# 0 x\nget# _ = arr_get cache# 0",
    [
      "(let _ = put# «string» in get# 0 + 1)", "(let _ = put# «int» in get# 0 + 1)",
      "(let _ = put# «float» in (get# 0) * 2)",
    ]),
  Shape(
    "link# c x = if c then \"a\" else x",
    ["link# «bool» «string» + \"!\"", "[link# false «int», 1]", "link# «bool» (item 1 [1, \"b\"])"]),
  Shape(
    "nest# n = if n == 0 then [] else [nest# (n - 1)]",
    ["nest# «small»", "length (nest# 3)", "nest# 2 == nest# «small»"]),
  // The result is part of what a function is specialised for.
  Shape(
    "adder# n = \\x -> x + n\nin_array# n = arr_new 2 (adder# n)",
    [
      "(adder# 1) «int»", "(adder# 1) «float»", "(adder# «float») «int»", "(adder# \"s\") «string»",
      "(adder# (item 1 [\"a\", 2])) «float»", "(arr_get (in_array# 0.5) 1) «int»",
    ]),
  // Total operations and values of another kind.
  Shape(
    """
    first_word# cs =
      let c = head cs
      if cs == [] then "none" else c + "!"
    """, ["first_word# «list string»", "first_word# []", "first_word# (chars «string»)"]),
  Shape(
    "quiet# c s = if c then print s else 0",
    ["quiet# «bool» «string»", "[quiet# 1 «int», quiet# 0 «float»]"]),
  Shape(
    "fails# c x = if c then x else error \"failed\"\nafter# v = if is_error v then err_msg v else v",
    [
      "after# (fails# «bool» «string»)", "fails# «bool» «int» + 1", "fails# «bool» «float» * 2",
      "show (fails# false 1)", "[fails# false 1, 2]",
    ]),
  Shape(
    "maybe# c x = if c then x else null\nelse# v w = if v == null then w else v",
    ["else# (maybe# «bool» «int») 3 + 1", "else# (maybe# «bool» «float») 3 * 2", "maybe# «bool» «string» + \"x\""]),
  Shape(
    "slots# n = arr_new n 0\nfill# a x = (let _ = arr_set a 0 x in a)",
    [
      "arr_get (fill# (slots# 2) «string») 0 + \"t\"", "arr_get (fill# (slots# 2) «string») 1 + \"t\"",
      "arr_get (fill# (slots# 2) «float») 1 + 1",
    ]),
  // Functions as values, and their equality.
  Shape(
    "plain# x = x + 1\nother# x = x + 1\nadder_of# n = \\x -> x + n",
    [
      "(plain# == plain#, plain# == other#, adder_of# 1 == adder_of# 1)",
      "(head [plain#, 5]) «int»", "(plain# «float», map plain# [«int»])", "show plain#",
    ]),
  // Constants.
  Shape(
    "loop_a# = loop_b# + 1\nloop_b# = loop_a# + 1", ["loop_a#", "(try (\\_ -> loop_b#) (\\m -> m))"]),
  Shape(
    "pi# = 3.25\nscaled# = pi# * 2\ncounts# = arr_new 2 pi#",
    ["(scaled# + «int», arr_get counts# 0 + «float»)", "(let _ = arr_set counts# 1 «int» in counts#)"]),
  // Numbers against each other.
  Shape(
    """
    near# x = match x
      | 0 -> "zero"
      | 1.0 -> "one"
      | 9007199254740993 -> "big"
      | _ -> "other"
    equal# x y = (x == y, x < y, [x] == [y], compare x y)
    """,
    [
      "(near# «int», near# «float», near# (item «small» [1, 1.0, 0.0, \"x\"]))",
      "equal# 9007199254740993 9007199254740992.0", "equal# «int» «float»", "equal# «float» «float»",
      "equal# 4611686018427387903 4.611686018427388e18",
    ]),
  Shape(
    "nan# = 0.0 / 0.0\nsame# x = x == x",
    [
      "(same# nan#, same# [nan#], same# (1, nan#), same# «float», same# «list float»)",
      "(nan# < 1, nan# >= 1, min nan# 1.0, max 1.0 nan#)",
      "(-0.0 == 0.0, 1.0 / (-0.0), -(0.0), 0.0 * (-1), 0 - 0.0)",
    ]),
  // Types that grow, and that are used at several instances.
  Shape(
    "grow# n x = if n <= 0 then 0 else 1 + grow# (n - 1) (x, x)", ["grow# «small» «int»", "grow# 3 «float»"]),
  Shape(
    "sum# xs = if length xs == 0 then 0 else head xs + sum# (tail xs)",
    [
      "(sum# [1, 2], sum# [0.5, 2.5], sum# [1, 2.5], sum# [])", "sum# «list int»", "sum# «list float»",
      "sum# [«int», «float»]", "sum# [\"a\"]",
    ]),
  Shape(
    "show_it# x isnum = if isnum then show (x + 1) else show x",
    ["show_it# \"a\" false", "show_it# «int» «bool»", "show_it# (item 0 [\"s\", 1]) 1"]),
  Shape(
    """
    type Map# = | Empty# | Node# key value left right
    put# k v m = match m
      | Empty# -> Node# k v Empty# Empty#
      | Node# k' v' l r ->
        if k < k' then Node# k' v' (put# k v l) r
        else if k > k' then Node# k' v' l (put# k v r)
        else Node# k v l r
    get# k m = match m
      | Empty# -> 0
      | Node# k' v' l r -> if k < k' then get# k l else if k > k' then get# k r else v'
    """,
    [
      "get# 3 (put# 3 «string» (put# 1 \"b\" Empty#)) + \"!\"", "get# 4 (put# 3 «float» Empty#) + 1",
      "put# \"k\" «int» (put# \"a\" 2 Empty#)", "put# 1.5 «int» (put# «int» 2 (put# «float» 3 Empty#))",
      "fold (\\m k -> put# k (k * k) m) Empty# «list int»",
    ]),
  // Arrays and lists used as records.
  Shape(
    """
    buffer# _ =
      let b = arr_new 2 0
      arr_set b 0 (arr_new 8 0)
      arr_set b 1 0
      b
    push# b x =
      let n = arr_get b 1
      arr_set (arr_get b 0) n x
      arr_set b 1 (n + 1)
      b
    last# b = arr_get (arr_get b 0) (arr_get b 1 - 1)
    """,
    [
      "last# (push# (push# (buffer# 0) «int») «float»)", "last# (push# (buffer# 0) «string») + «string»",
      "arr_get (push# (buffer# 0) 1.5) 1 + 1",
    ]),
  Shape(
    "stats# xs = [xs, fold (\\s x -> s + x) 0.0 xs, length xs]",
    ["stats# «list float»", "item 1 (stats# [1, 2.5]) / item 2 (stats# [1, 2.5])", "head (stats# «list int»)"]),
  Shape(
    """
    eval# e =
      let tag = head e
      if tag == "num" then item 1 e
      else if tag == "add" then eval# (item 1 e) + eval# (item 2 e)
      else if tag == "mul" then eval# (item 1 e) * eval# (item 2 e)
      else error ("bad " + show tag)
    """,
    [
      "eval# [\"add\", [\"num\", «int»], [\"num\", «float»]]", "eval# [\"mul\", [\"num\", «float»], [\"num\", 2]]",
      "eval# [\"neg\", 1]", "eval# [\"add\", [\"num\", \"a\"], [\"num\", \"b\"]]",
      "eval# [\"mul\", [\"num\", \"a\"], [\"num\", 2]]",
    ]),
  // Signatures and typed fields convert and check.
  Shape(
    "scale# : float -> float\nscale# x = x * 2\nlabel# : string -> int -> string\nlabel# s n = s + show n",
    [
      "(scale# «int», scale# «float»)", "scale# (item «small» [1, 2.5, \"x\"])",
      "label# (item 1 [1, \"s\"]) «int»", "label# (item 0 [1, \"s\"]) 2",
    ]),
  Shape(
    "type Point# = Point# { px#, py# : float }\nnorm# p = p.px# * p.px# + p.py# * p.py#",
    ["norm# (Point# { px# = «float», py# = «float» })", "Point# { px# = 1, py# = «int» }",
     "(Point# { px# = 9007199254740993, py# = 0.5 }).px# / 2"]),
  Shape(
    "type Cell# a = Cell# { value# : a, count# : int }\nmake# x = Cell# { value# = x, count# = 1 }\nnext# c = { c | count# = c.count# + 1 }",
    ["next# (next# (make# «string»))", "(next# (make# «float»)).value# + 1", "next# (make# [«int»])"]),
  // Channels, fibers.
  Shape(
    "relay# x y =\n  let c = channel 0\n  let _ = send c x\n  let _ = send c y\n  (recv c, recv c, recv c)",
    ["relay# «int» «string»", "relay# «float» «float»"]),
  Shape("await# x = fiber_await (spawn x)", ["await# 5", "await# (\\_ -> «float»)", "await# «string»"]),
  // Errors at run time, from inside several calls.
  Shape(
    "at# a i = arr_get a i\nrow# a i = 1 + at# a i",
    ["row# (arr_new 3 1) «int»", "row# (arr_new 3 1) 2", "row# (item 0 [arr_new 1 \"s\", 1]) 0", "row# (arr_new «small» 0) «small»"]),
  Shape(
    "div# a b = a / b\nmod# a b = a % b",
    ["(div# «int» «small», mod# «int» «small»)", "(div# «float» 0, mod# 1.5 0)", "div# «int» 0"]),
  Shape(
    "pick# x = match x\n  | 1 -> \"one\"\n  | 2.5 -> \"two and a half\"\n  | \"three\" -> \"3\"\n  | [] -> \"empty\"\n  | [_, _] -> \"pair\"\n  | (_, 0) -> \"zero\"\n  | _ -> \"else\"",
    [
      "map pick# [1, 1.0, 2.5, \"three\", [], [1, 2], (1, 0), (1, 0.0), (), null]",
      "pick# (item «small» [«int», «float», «string», [], (2, 0)])",
    ]),
  Shape(
    "apply# f x = f x",
    ["apply# (item 0 [1, show]) «int»", "apply# (item 1 [1, show]) «float»", "apply# (\\a b -> a + b) 1 «int»"]),
  // Float loops: unboxed state that meets other kinds.
  Shape(
    """
    newton# x =
      let go i y = if i == 0 then y else go (i - 1) ((y + x / y) / 2)
      go 8 x
    mix# n =
      let go i s = if i >= n then s else go (i + 1) (if i == 3 then s + 0.5 else s + i)
      go 0 0
    """, ["(newton# 2, newton# «float»)", "(mix# «small», mix# 3, mix# 6)"]),
  Shape(
    """
    smooth# xs n =
      let go i =
        if i >= float_arr_len xs - 1 then xs
        else
          float_arr_set xs i ((float_arr_get xs (i - 1) + float_arr_get xs (i + 1)) / 2)
          go (i + 1)
      go n
    """, ["smooth# (float_arr_new 5 «float») 1", "smooth# (float_arr_new 5 «int») 0", "smooth# (float_arr_new «small» 1) 1"]),
  Shape(
    "clamp# x = if x < 0 then 0 else if x > 1 then 1 else x\nlerp# a b t = a + (b - a) * clamp# t",
    ["(clamp# «int», clamp# «float»)", "lerp# 0 10 «float»", "lerp# «float» «float» «int»"]),
  Shape(
    "poly# cs x = fold (\\acc c -> acc * x + c) 0 cs",
    ["(poly# [1, 2, 3] 2, poly# [1, 2.5] 2, poly# «list float» «float»)", "poly# «list int» 0.5"]),
  // Many instances of one function.
  Shape(
    "id# x = x\nmany# _ = [id# 1, id# 2.5, id# \"s\", id# [1], id# (1, 2), id# id#, id# (), id# null]",
    ["many# 0", "(id# id#) «int»", "((id# id#) id#) «string»"]),
  Shape(
    """
    chain# x =
      let f a = (a, a)
      let g a = f (f a)
      let h a = g (g a)
      h x
    """, ["chain# «int»", "chain# «float» == chain# «float»"]),
  Shape(
    "curry# f a b = f (a, b)\nuncurry# f (a, b) = f a b",
    ["curry# (\\(a, b) -> a + b) «int» «float»", "uncurry# (\\a b -> a + b) («string», \"x\")",
     "map (uncurry# (\\a b -> a * b)) [(1, 2), («float», 3)]"]),
  // What is not known reaches a declared type through functions without signatures.
  Shape(
    "firsts# : list int -> int\nfirsts# xs = head xs + 1\npass# xs = firsts# xs",
    [
      "pass# [«int»]", "pass# (item 0 [[«int»], \"a\"])", "pass# (item 1 [[«int»], \"a\"])",
      "pass# (item 0 [[\"a\", «int»], 1])", "map pass# [[«int»], [«int», 2]]",
    ]),
  Shape(
    "mean# : float -> float -> float\nmean# a b = (a + b) / 2\nmean_of# xs = mean# (head xs) (head (tail xs))",
    [
      "mean_of# [«float», «float»]", "mean_of# [«int», «float»]", "mean_of# (item 0 [[«int», «int»], 2])",
      "mean_of# (item 1 [[1.5, 2], [\"a\", «float»]])",
    ]),
  Shape(
    """
    type Typed# = Typed# (left# : int) (right# : list float)
    build# a b = Typed# a b
    weigh# t = match t
      | Typed# a b -> fold (\\s x -> s + x) (to_float a) b
    """,
    [
      "weigh# (build# «int» [«float»])", "weigh# (build# «int» [«int», «float»])",
      "weigh# (build# (item 1 [\"a\", «int»]) [0.5])", "build# «int» (item 0 [[«float»], 3])",
      "weigh# (item 1 [1, build# «int» [2.5]])",
    ]),
  Shape(
    """
    down# : int -> int -> int
    down# n a = if n <= 0 then a else across# (n - 1) (a + 1)
    across# n a = if n == 7 then item 1 ["x", a, 2.5] else down# n a
    """, ["down# 20 «int»", "down# «small» 1", "down# 8 (item 1 [«string», «int»])"]),
  Shape(
    "twice# : (int -> int) -> int -> int\ntwice# f x = f (f x)\nvia# f x = twice# f x",
    ["via# (\\y -> y + «int») «int»", "via# (\\y -> y * 2) (item 1 [\"a\", «int»])"]),
  Shape(
    """
    second# : (a, b) -> b
    second# p = match p
      | (_, y) -> y
    keep# : list a -> a -> list a
    keep# xs x = x :: xs
    """,
    [
      "second# («int», «string»)", "second# (item 1 [1, (2, «float»)])", "keep# [«int»] «int»",
      "keep# (item 0 [[«string»], 1]) «string»", "(second# (1, «float»)) / 2",
    ]),
]

extension ProgramGenerator {
  /// One of the shapes, with terms in its holes.
  mutating func makeShape() -> ([Definition], [Statement]) {
    let shape = pick(shapes)
    let number = fresh("")
    let text = shape.definitions.replacing("#", with: number)
    var statements: [Statement] = []
    for use in shape.uses where chance(75) {
      begin(limit: 400)
      let value = filled(use.replacing("#", with: number))
      statements.append(
        chance(70)
          ? .effect(Term(.dynamic, "print (try (\\_ -> repr @0) (\\m -> \"raised \" + m))", [value]))
          : .effect(Term(.dynamic, "check \"shape\" (\\_ -> ~0)", [value])))
    }
    return ([.text(text)], statements)
  }

  /// Puts terms in the place of `«type»`.
  private mutating func filled(_ template: String) -> Term {
    var pieces: [Term.Piece] = []
    for (index, part) in template.split(separator: "«", omittingEmptySubsequences: false).enumerated() {
      guard index > 0, let end = part.firstIndex(of: "»") else {
        pieces.append(.text(String(part)))
        continue
      }
      pieces.append(.operand(term(type(named: part[..<end]), 2)))
      pieces.append(.text(String(part[part.index(after: end)...])))
    }
    return Term(.dynamic, pieces: pieces, isAtom: false)
  }

  private func type(named name: Substring) -> RailType {
    switch name {
    case "int": .int
    case "small": .small
    case "float": .float
    case "string": .string
    case "bool": .bool
    case "list int": .list(.int)
    case "list float": .list(.float)
    case "list string": .list(.string)
    default: preconditionFailure("unknown type \(name)")
    }
  }
}

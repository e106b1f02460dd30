/// Small polymorphic, overloaded and higher-order functions, as programs have them: what they are called with
/// decides what their types are.
struct LibraryFunction: Sendable {
  var name: String
  var text: String
  /// Every way in which terms call it.
  var uses: [(parameters: [RailType], result: RailType)]
  var cost: Int

  init(_ name: String, cost: Int = 3, _ text: String, _ uses: [([RailType], RailType)]) {
    self.name = name
    self.text = text
    self.uses = uses.map { (parameters: $0.0, result: $0.1) }
    self.cost = cost
  }
}

private let a = RailType.variable(0)
private let b = RailType.variable(1)
private let c = RailType.variable(2)

/// The uses of a function that works on ints, floats and mixtures.
private func numeric(_ type: (RailType) -> ([RailType], RailType)) -> [([RailType], RailType)] {
  [type(.int), type(.float), type(.number)]
}

let library: [LibraryFunction] = [
  LibraryFunction("same", "same x = x", [([a], a)]),
  LibraryFunction("keep", "keep x y = x", [([a, b], a)]),
  LibraryFunction("twice", cost: 15, "twice f x = f (f x)", [([.function([a], a), a], a)]),
  LibraryFunction("swap", "swap (x, y) = (y, x)", [([.tuple([a, b])], .tuple([b, a]))]),
  LibraryFunction("both", "both x = (x, x)", [([a], .tuple([a, a]))]),
  LibraryFunction(
    "choose", "choose c x y = if c then x else y",
    [([.bool, a, a], a)]),
  LibraryFunction("half", "half x = x / 2", numeric { ([$0], $0) }),
  LibraryFunction("square", "square x = x * x", numeric { ([$0], $0) }),
  LibraryFunction("rest_of", "rest_of x = x % 3", numeric { ([$0], $0) }),
  LibraryFunction("plus", "plus x y = x + y", numeric { ([$0, $0], $0) } + [([.string, .string], .string)]),
  LibraryFunction("mean", "mean x y = (x + y) / 2.0", numeric { ([$0, $0], .float) }),
  LibraryFunction(
    "make_adder", "make_adder n = \\x -> x + n",
    numeric { ([$0], .function([$0], $0)) } + [([.string], .function([.string], .string))]),
  LibraryFunction(
    "total", cost: 20, "total xs = if length xs == 0 then 0 else head xs + total (tail xs)",
    [([.list(.int)], .int), ([.list(.float)], .number), ([.list(.number)], .number)]),
  LibraryFunction(
    "get_or", cost: 20,
    "get_or other k xs = match xs\n  | [] -> other\n  | x :: rest -> if k <= 0 then x else get_or other (k - 1) rest",
    [([a, .small, .list(a)], a)]),
  LibraryFunction(
    "zip_with", cost: 60,
    "zip_with f xs ys = match (xs, ys)\n  | (x :: xs', y :: ys') -> f x y :: zip_with f xs' ys'\n  | _ -> []",
    [([.function([a, b], c), .list(a), .list(b)], .list(c))]),
  LibraryFunction(
    "fold_right", cost: 60,
    "fold_right f z xs = match xs\n  | [] -> z\n  | x :: rest -> f x (fold_right f z rest)",
    [([.function([a, b], b), b, .list(a)], b)]),
  LibraryFunction(
    "iterate", cost: 60,
    "iterate n f x =\n  let go k y = if k <= 0 then y else go (k - 1) (f y)\n  go (bit_and n 7) x",
    [([.small, .function([a], a), a], a)]),
  LibraryFunction(
    "apply_all", cost: 60, "apply_all fs x = map (\\f -> f x) fs",
    [([.list(.function([a], b)), a], .list(b))]),
  LibraryFunction(
    "update", cost: 60,
    "update f a =\n  let go i =\n    if i >= arr_len a then a\n    else\n      arr_set a i (f (arr_get a i))\n      go (i + 1)\n  go 0",
    [([.function([a], a), .array(a)], .array(a))]),
  LibraryFunction(
    "insert", cost: 20,
    "insert x xs = match xs\n  | y :: ys if y < x -> y :: insert x ys\n  | _ -> x :: xs",
    [RailType.int, .float, .string, .number, .tuple([.int, .string])].map {
      ([$0, .list($0)], .list($0))
    }),
  LibraryFunction(
    "member", cost: 20,
    "member x xs = match xs\n  | [] -> false\n  | y :: ys -> x == y || member x ys",
    [([a, .list(a)], .bool)]),
  LibraryFunction(
    "find_or", cost: 40,
    "find_or other p xs = match xs\n  | [] -> other\n  | x :: _ if p x -> x\n  | _ :: rest -> find_or other p rest",
    [([a, .function([a], .bool), .list(a)], a)]),
  LibraryFunction(
    "flip", cost: 10, "flip f x y = f y x", [([.function([a, b], c), b, a], c)]),
  LibraryFunction(
    "compose", cost: 15, "compose f g = \\x -> f (g x)",
    [([.function([b], c), .function([a], b)], .function([a], c))]),
  LibraryFunction(
    "floats_sum", cost: 20,
    "floats_sum xs =\n  let go i sum =\n    if i >= float_arr_len xs then sum else go (i + 1) (sum + float_arr_get xs i)\n  go 0 0.0",
    [([.floats], .float)]),
  LibraryFunction(
    "count_up", cost: 30,
    "count_up n x =\n  let go i acc = if i >= n then acc else go (i + 1) (acc * 2 + x)\n  go 0 x",
    numeric { ([.small, $0], $0) }),
]

extension ProgramGenerator {
  /// Takes some functions of the library into the program.
  mutating func chooseLibrary() -> [Definition] {
    var definitions: [Definition] = []
    for function in library where chance(35) {
      definitions.append(.text(function.text))
      for use in function.uses {
        functions.append(
          Function(
            name: function.name, parameters: use.parameters, result: use.result,
            cost: function.cost))
      }
    }
    return definitions
  }
}

import Diagnostics
import Inference
import Semantics
import Support
import Testing

/// Typed Core of a program, and how it was made.
private func typedCore(
  _ text: String
) -> (program: CoreProgram, summary: SpecializationSummary, interner: Interner) {
  let analysis = analyse(["main.rail": text])
  precondition(!analysis.diagnostics.hasErrors, "a program of these tests has errors")
  var inference = TypeInference(analysis)
  inference.run()
  _ = inference.elaborate()
  let (program, summary) = specialize(inference)
  return (program, summary, analysis.interner)
}

/// The types at which a definition of a program has instances, parameters and result.
private func instances(of name: String, in text: String) -> [String] {
  onDeepStack {
    let (program, _, interner) = typedCore(text)
    #expect(verify(program, interner) == [])
    guard let typing = program.typing else { return ["no types"] }
    return program.globals[Int(typing.firstInstance)...]
      .filter { interner.string(of: $0.name) == name }
      .map { global in
        let locals = global.firstLocal..<(global.firstLocal + global.parameterCount)
        let types = typing.ofLocal[Int(locals.lowerBound)..<Int(locals.upperBound)]
        return (types + [typing.ofExpression[Int(global.body)]])
          .map { typeText($0, typing, program, interner) }.joined(separator: ", ")
      }
  }
}

@Suite struct SpecializationTests {
  /// The programs of `types.md` §1, each of which failed under some variant of the rules, among
  /// others.
  @Test(arguments: [
    ("half x = x / 2\nmain = print (half 5) ; print (half 2.5)", "half", ["int, int", "raw, raw"]),
    ("id x = x\nmain = print (id 1) ; print (id 2.5)", "id", ["int, int", "float, float"]),
    (
      "make_adder n = \\x -> x + n\nmain = print ((make_adder 1) 2) ; print ((make_adder 1) 2.5)",
      "make_adder", ["int, int -> int", "int, float -> float"]
    ),
    (
      "sum xs = if length xs == 0 then 0 else head xs + sum (tail xs)\nmain = print (sum [1, 2])",
      "sum", ["list int, int"]
    ),
    (
      "loop acc i = if i == 0 then acc else loop (acc + 1.5) (i - 1)\nmain = print (loop 0.0 9)",
      "loop", ["raw, int, raw"]
    ),
    (
      "keep x n = if n == 0 then x else keep x (n - 1)\nmain = print [keep 1.5 9]",
      "keep", ["float, int, float"]
    ),
    (
      "power x n = if n == 0 then 1.0 else x * power x (n - 1)\nmain = print (power 2.0 3)",
      "power", ["raw, int, raw"]
    ),
    (
      "apply f x = f x\nmain = print (apply (\\x -> x * 2.0) 1.5)",
      "apply", ["float -> float, float, float"]
    ),
    (
      "mk n = if n == 0 then [] else [mk (n - 1)]\nmain = print (mk 3)", "mk",
      ["int, list ^"]
    ),
    (
      "cell = arr_new 1 0\nput x = arr_set cell 0 x\nmain = put \"s\" ; put 1", "put",
      ["string, nothing or 0", "int, nothing or 0"]
    ),
    (
      "f x = [x, \"a\"]\nmain = print (length (f (\\y -> y + 1)))", "f",
      ["dyn, list dyn"]
    ),
  ])
  func instancesHaveTypes(_ text: String, _ name: String, _ expected: [String]) {
    let lines = text.split(separator: "\n").map { line in
      line.hasPrefix("main = ")
        ? "main =\n  " + line.dropFirst(7).replacing(" ; ", with: "\n  ") + "\n  0" : String(line)
    }
    #expect(instances(of: name, in: lines.joined(separator: "\n")) == expected)
  }

  @Test func constantHasOneInstance() {
    let text = """
      table = arr_new 3 0
      get i = arr_get table i
      main =
        arr_set table 0 1
        print (get 0 + arr_len table)
        0
      """
    #expect(instances(of: "table", in: text) == ["array int"])
  }

  /// Beyond the limit uses share an instance that assumes nothing. The others keep theirs, and the
  /// types of callers do not depend on it.
  @Test func functionUsedAtTooManyTypesHasAGeneralInstance() {
    func tuple(_ count: Int) -> String {
      "(" + (1...count).map(String.init).joined(separator: ", ") + ")"
    }
    let uses = (2..<40).map { "  use (same \(tuple($0)) \($0))" }
    let text = """
      same x n = if x == x then n else 0
      use n = n + 1
      main =
      \(uses.joined(separator: "\n"))
        0
      """
    let same = instances(of: "same", in: text)
    #expect(same.count == 33)
    #expect(same.first == "(int, int), int, int")
    #expect(same.last == "dyn, dyn, dyn")
    #expect(instances(of: "use", in: text) == ["int, int"])
  }

  /// A signature says what every caller passes: the general instance relies on it.
  @Test func signatureAtGrowingTypesKeepsItsTypes() {
    let text = """
      type Nest a = | End | More (x : a) (rest : Nest (a, a))
      size : Nest a -> int -> int
      size n k = match n
        | End -> k
        | More x rest -> size rest (k + 1)
      main = print (size (More 1 (More (2, 3) End)) 0)
      """
    let size = instances(of: "size", in: text)
    #expect(size.count > 1)
    #expect(size.allSatisfy { $0.hasSuffix("int, int") })
  }

  /// Where a function may be another than declared, only the function that takes it relies on
  /// nothing.
  @Test func signatureThatDoesNotHoldIsNotBelieved() {
    let text = """
      apply : (int -> int) -> int
      apply f = f 1 + 1
      first fs = apply (head fs)
      square : int -> int
      square x = x * x
      main =
        let mixed = [[\\x -> x * 1.5, 5], 5]
        print (first (head mixed))
        print (square 3)
        0
      """
    #expect(instances(of: "square", in: text) == ["int, int"])
    #expect(instances(of: "apply", in: text) == ["dyn, num"])
  }

  @Test(.timeLimit(.minutes(1)))
  func definitionsThatDoubleTheirArgumentsEndSoon() {
    let count = 300
    let chain = (1..<count).map { "f\($0) x = f\($0 - 1) (x, x)" }.joined(separator: "\n")
    let text = "f0 x = (x, x)\n\(chain)\nmain =\n  print (length (f\(count - 1) 1))\n  0"
    #expect(instances(of: "f0", in: text).count == 1)
  }

  @Test(.timeLimit(.minutes(1)))
  func longCyclesOfFunctionsEndSoon() {
    let count = 1000
    let functions = (0..<count).map {
      "f\($0) x y = if x < \($0) then y else f\(($0 * 7 + 1) % count) (x - 1) (f\(($0 + 1) % count) x y)"
    }
    let text =
      functions.joined(separator: "\n") + "\nmain =\n  print (f3 5 2)\n  print (f3 5 \"a\")\n  0"
    #expect(instances(of: "f3", in: text) == ["int, int, int", "int, string, string"])
  }

  @Test func sameProgramGivesSameInstances() {
    let text =
      "pair x = (x, [x])\nmain =\n  print (pair 1)\n  print (pair \"a\")\n  print (pair 1.5)\n  0"
    let first = onDeepStack { typedCore(text).program.typing }
    let second = onDeepStack { typedCore(text).program.typing }
    #expect(first?.ofExpression == second?.ofExpression)
    #expect(first?.sourceOfInstance == second?.sourceOfInstance)
  }
}

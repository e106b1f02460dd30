import IR
import Optimizer
import Testing

/// A function in the text form of the IR, and what must and must not be in the optimised program. It is number 1,
/// the code of a closure that the main function returns.
struct Optimization: Sendable, CustomStringConvertible {
  var description: String
  var text: String
  var has: [String] = []
  var hasNot: [String] = []

  func program() throws -> IRProgram {
    try parseIR(
      """
      externals rail_show
      file "f.rail"
      globals 1
      data 4294967303 f1
      main f0
      function f0 "rail_main" result word
      b0:
        v0: word = dataAddress d0
        return v0
      function f1 "f" environment result word

      """ + text)
  }
}

@Suite("Optimizer")
struct OptimizerTests {
  @Test(arguments: optimizations)
  func leavesOutWhatNeedNotBeDone(_ example: Optimization) throws {
    let program = try example.program()
    #expect(verify(program).isEmpty)
    var optimized = program
    optimize(&optimized)
    #expect(verify(optimized).isEmpty)
    let text = optimized.text()
    for part in example.has { #expect(text.contains(part), "\(text)") }
    for part in example.hasNot { #expect(!text.contains(part), "\(text)") }
  }

  @Test(arguments: optimizations)
  func hasNothingToDoASecondTime(_ example: Optimization) throws {
    var once = try example.program()
    optimize(&once)
    var twice = once
    optimize(&twice)
    #expect(once.functions.map(\.instructions.count) == twice.functions.map(\.instructions.count))
  }
}

private let optimizations = [
  Optimization(
    description: "a float is not boxed to be unboxed",
    text: """
      b0 (v0: word):
        v1: float = constant 1.5
        v2: word = allocate #4294967305 [v1]
        v3: float = load v2 #0
        v4: float = floatAdd v3 v1
        v5: word = allocate #4294967305 [v4]
        return v5
      """, has: ["floatAdd v1 v1"], hasNot: ["load"]),
  Optimization(
    description: "a condition is not tested again where its outcome is known",
    text: """
      b0 (v0: word):
        v1: word = load v0 #8
        v2: raw = testKind.1 v1
        branch v2 b1 b2
      b1:
        v3: raw = testKind.1 v1
        branch v3 b3 b4
      b2:
        return v1
      b3:
        return v0
      b4:
        unreachable
      """, hasNot: ["unreachable"]),
  Optimization(
    description: "the opposite of a known condition is known",
    text: """
      b0 (v0: word):
        v1: word = load v0 #8
        v2: word = load v0 #16
        v3: raw = compare.less v1 v2
        branch v3 b1 b2
      b1:
        v4: raw = compare.lessOrEqual v2 v1
        branch v4 b3 b4
      b2:
        return v1
      b3:
        unreachable
      b4:
        return v0
      """, hasNot: ["unreachable"]),
  Optimization(
    description: "a condition that holds on one of two ways is tested where they meet",
    text: """
      b0 (v0: word):
        v1: word = load v0 #8
        v2: raw = testKind.1 v1
        branch v2 b1 b2
      b1:
        v3: word = load v1 #0
        jump b3 [v3]
      b2:
        jump b3 [v0]
      b3 (v4: word):
        v5: raw = testKind.1 v1
        branch v5 b4 b5
      b4:
        return v4
      b5:
        return v1
      """, has: ["testKind.1 v1\n  branch v2", "testKind.1 v1\n  branch v5"]),
  Optimization(
    description: "an unchecked operation is done once",
    text: """
      b0 (v0: word):
        v1: word = load v0 #8
        v2: word = generic.add v1 v1 #3
        v3: word = generic.add v1 v1 #3
        v4: word = generic.multiply v2 v3 #3
        return v4
      """, has: ["generic.multiply v2 v2"]),
  Optimization(
    description: "a checked operation is done as often as it stands there",
    text: """
      b0 (v0: word):
        v1: word = load v0 #8
        v2: word = generic.add v1 v1
        v3: word = generic.add v1 v1
        return v0
      """, has: ["v2: word = generic.add v1 v1", "v3: word = generic.add v1 v1"]),
  Optimization(
    description: "ints that are known are computed at compile time, modulo 2^63",
    text: """
      b0 (v0: word):
        v1: word = constant #9223372036854775807
        v2: word = constant #3
        v3: word = generic.add v1 v2 #3
        return v3
      """, has: ["constant #-9223372036854775807"], hasNot: ["generic"]),
  Optimization(
    description: "a small function is copied into its caller, and then dropped",
    text: callsOnce + """
      function f2 "least" result word
      b0 (v0: word):
        v1: word = constant #1
        v2: raw = compare.less v0 v1
        branch v2 b1 b2
      b1:
        return v1
      b2:
        return v0
      """, has: ["compare.less"], hasNot: ["call", "least"]),
  Optimization(
    description: "what is copied keeps its place in stack traces, and one copied with its callee both",
    text: """
      b0 (v0: word):
        v1: word = load v0 #8
        v2: word = call f2 [v1] @10:1
        return v2
      function f2 "outer" file 0 result word
      b0 (v0: word):
        v1: word = constant #3
        v2: word = call f3 [v1 v0] @20:2
        return v2
      function f3 "inner" file 0 result word
      b0 (v0: word, v1: word):
        v2: word = generic.add v0 v1 @30:3
        return v2
      """,
    has: [
      "\"outer\" file 0 flags 0 @20:2 from @10:1", "\"inner\" file 0 flags 0 @30:3 from @i",
      "generic.add v2 v1 @i",
    ], hasNot: ["call f"]),
  Optimization(
    description: "a check that has succeeded in a copied function is not made again behind it",
    text: """
      b0 (v0: word):
        v1: word = load v0 #8
        v2: word = call f2 [v1]
        v3: word = call f2 [v1]
        v4: word = generic.add v2 v3 #3
        return v4
      function f2 "checked" result word
      b0 (v0: word):
        v1: raw = load v0 #-8
        v2: raw = constant #8
        v3: raw = compare.below v2 v1
        branch v3 b1 b2
      b1:
        v4: word = load v0 #16
        return v4
      b2 cold:
        v5: word = callRuntime x0 [v0]
        unreachable
      """, has: ["generic.add v6 v6"], hasNot: ["call f2"]),
  Optimization(
    description: "what was computed behind a check is not taken for computed where it fails",
    text: callsOnce + """
      function f2 "checked" result word
      b0 (v0: word):
        v1: raw = load v0 #-8
        v2: raw = constant #8
        v3: raw = compare.below v2 v1
        branch v3 b1 b2
      b1:
        v4: word = load v0 #16
        v5: word = generic.add v4 v4 #3
        return v5
      b2 cold:
        v6: word = load v0 #16
        v7: word = callRuntime x0 [v6]
        unreachable
      """, has: ["callRuntime"], hasNot: ["call f2"]),
  Optimization(
    description: "a tail call in a copy is one only if the copied call was",
    text: """
      b0 (v0: word):
        v1: word = load v0 #8
        v2: word = call f2 [v1]
        tailCall f2 [v2]
      function f2 "wrapper" result word
      b0 (v0: word):
        v1: word = constant #3
        tailCall f3 [v0 v1]
      function f3 "recursive" result word
      b0 (v0: word, v1: word):
        v2: word = generic.add v0 v1
        v3: word = call f3 [v2 v1]
        tailCall f3 [v3 v1]
      """, has: ["v3: word = call f2 [v1 v2]", "tailCall f2 [v3 v2]"], hasNot: ["wrapper\" result"]),
  Optimization(
    description: "a function that calls itself is called",
    text: callsOnce + """
      function f2 "recursive" result word
      b0 (v0: word):
        v1: word = generic.add v0 v0
        v2: word = call f2 [v1]
        return v2
      """, has: ["call f2 [v1]", "recursive"]),
  Optimization(
    description: "behind a copied function that never returns there is nothing",
    text: """
      b0 (v0: word):
        v1: word = constant #5
        v2: word = call f2 [v1]
        v3: word = generic.add v2 v2
        return v3
      function f2 "picky" result word
      b0 (v0: word):
        v1: word = constant #5
        v2: raw = compare.notEqual v0 v1
        branch v2 b1 b2
      b1:
        return v0
      b2 cold:
        v3: word = callRuntime x0 [v0]
        unreachable
      """, has: ["callRuntime"], hasNot: ["generic.add", "call f2"]),
  Optimization(
    description: "loads from what can change are done as often as they stand there",
    text: """
      b0 (v0: word):
        v1: raw = globalAddress g0
        v2: word = load v1 #0
        v3: word = callRuntime x0 [v2]
        v4: word = load v1 #0
        v5: word = callRuntime x0 [v4]
        return v5
      """, has: ["v4: word = load v1"]),
  Optimization(
    description: "a counter that is less than the length needs no bounds check",
    text: loop(from: 1, condition: "less v3 v5", step: 3), has: ["arrayGet v1 v3 #7"]),
  Optimization(
    description: "a counter that begins below 0 needs one",
    text: loop(from: -1, condition: "less v3 v5", step: 3), has: ["arrayGet v1 v3 #3"]),
  Optimization(
    description: "a counter that may reach the length needs one",
    text: loop(from: 1, condition: "lessOrEqual v3 v5", step: 3), has: ["arrayGet v1 v3 #3"]),
  Optimization(
    description: "a counter that takes long steps may wrap and needs one",
    text: loop(from: 1, condition: "less v3 v5", step: 9), has: ["arrayGet v1 v3 #3"]),
  Optimization(
    description: "a counter that goes down needs one",
    text: loop(from: 1, condition: "less v3 v5", step: -1), has: ["arrayGet v1 v3 #3"]),
]

/// A function that gives what function 2 makes of a value.
private let callsOnce = """
  b0 (v0: word):
    v1: word = load v0 #8
    v2: word = call f2 [v1]
    return v2

  """

/// A loop over the elements of an array; the numbers are tagged.
private func loop(from start: Int, condition: String, step: Int) -> String {
  """
  b0 (v0: word):
    v1: word = load v0 #8
    v2: word = constant #\(start)
    jump b1 [v2 v2]
  b1 (v3: word, v4: word):
    v5: word = generic.arrayLength v1 #1
    v6: raw = compare.\(condition)
    branch v6 b2 b3
  b2:
    v7: word = generic.arrayGet v1 v3 #3
    v8: word = generic.add v4 v7
    v9: word = constant #\(step)
    v10: word = generic.add v3 v9 #3
    jump b1 [v10 v8]
  b3:
    return v4
  """
}

import Codegen
import IR
import TestSupport
import Testing

/// Functions make their frame where they need it.
@Suite("Frames") struct FrameTests {
  /// How often a function's code makes room on the stack, and how many of its ways out come before
  /// and behind that.
  struct Shape: Equatable {
    var frames = 0
    var returnsBefore = 0
    var returnsBehind = 0
  }

  private func shape(_ text: String, _ machine: TestMachine) throws -> Shape {
    let object = try machine.target.generateObject(
      try parseIR(text), CodegenOptions(verifies: true))
    let lines = machine.target.assemblyText(object).split(separator: "\n").map {
      $0.drop { $0 == " " }
    }
    let code = lines.drop { $0 != "rail.f:" }.prefix { $0 != "rail_main:" }
    var shape = Shape()
    for line in code {
      if line.hasPrefix("sub rsp, ") || line.hasPrefix("sub sp, ") || line.hasPrefix("stp x30, ") {
        shape.frames += 1
      } else if line == "ret" {
        if shape.frames == 0 { shape.returnsBefore += 1 } else { shape.returnsBehind += 1 }
      }
    }
    return shape
  }

  struct Example: CustomTestStringConvertible {
    var name: String
    /// What follows the parameter v0 and the constants v1 and v2.
    var body: String
    var shape: Shape

    var testDescription: String { name }
  }

  /// Two calls and a return, for the end of a function.
  private static let calls = """
      v30: word = call f0 [v1]
      v31: word = call f0 [v30]
      v32: word = generic.add v30 v31
      return v32
    """

  private static let examples = [
    Example(
      name: "the end of a recursion",
      body: """
          v3: raw = compare.less v0 v1
          branch v3 b1 b2
        b1:
          return v0
        b2:
        \(calls)
        """, shape: Shape(frames: 1, returnsBefore: 1, returnsBehind: 1)),
    Example(
      name: "two ways out, one after the other",
      body: """
          v3: raw = compare.less v0 v1
          branch v3 b1 b2
        b1:
          return v0
        b2:
          v4: raw = compare.equal v0 v2
          branch v4 b3 b4
        b3:
          return v1
        b4:
        \(calls)
        """, shape: Shape(frames: 1, returnsBefore: 2, returnsBehind: 1)),
    Example(
      name: "both ways call",
      body: """
          v3: raw = compare.less v0 v1
          branch v3 b1 b2
        b1:
          v5: word = call f0 [v2]
          return v5
        b2:
        \(calls)
        """, shape: Shape(frames: 1, returnsBefore: 0, returnsBehind: 2)),
    Example(
      name: "the beginning may call the runtime",
      body: """
          v3: word = generic.multiply v0 v1
          v4: raw = compare.less v3 v1
          branch v4 b1 b2
        b1:
          return v0
        b2:
        \(calls)
        """, shape: Shape(frames: 1, returnsBefore: 0, returnsBehind: 2)),
    Example(
      name: "calls in a loop",
      body: """
          v3: raw = compare.less v0 v1
          branch v3 b1 b2
        b1:
          return v0
        b2:
          jump b3 [v0]
        b3 (v4: word):
          v5: word = call f0 [v4]
          v6: raw = compare.less v5 v1
          branch v6 b4 b5
        b4:
          jump b3 [v5]
        b5:
          return v5
        """, shape: Shape(frames: 1, returnsBefore: 0, returnsBehind: 2)),
  ]

  @Test(arguments: examples, TestMachine.all)
  func framesBeginWhereTheyAreNeeded(_ example: Example, _ machine: TestMachine) throws {
    let text = """
      main f1
      function f0 "f" result word
      b0 (v0: word):
        v1: word = constant #5
        v2: word = constant #7
      \(example.body)
      function f1 "g" result word
      b0:
        v0: word = constant #21
        v1: word = call f0 [v0]
        return v1
      """
    let found = try shape(text, machine)
    #expect(found == example.shape)
  }
}

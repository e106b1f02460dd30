import IR
import Testing

@Suite("Verifier") struct VerifierTests {
  struct Violation: CustomTestStringConvertible {
    var rule: String
    /// The body of a function with a word, a raw and a float as parameters.
    var body: String
    var message: String

    var testDescription: String { rule }
  }

  private func program(_ body: String) throws -> IRProgram {
    let lines = body.split(separator: "\n").map { line in
      line.wholeMatch(of: /b[0-9].*:/) == nil ? "  \(line)" : "\(line)"
    }
    return try parseIR(
      """
      externals rail_show
      globals 1
      data 4294967299 1
      function f0 "f" result word
      b0 (v0: word, v1: raw, v2: float):
      \(lines.joined(separator: "\n"))
      """)
  }

  @Test func reportsAnInlinedCallThatIsItsOwnCaller() throws {
    let program = try parseIR(
      """
      inlined i0 "f" file -1 flags 0 @1:1 from @i0
      """)
    #expect(verify(program).map(\.message) == ["the file, the position or the caller of i0 cannot be"])
  }

  @Test func reportsAPositionInAnInlinedCallThatIsNotThere() throws {
    let program = try program("unreachable @i7")
    #expect(verify(program).map(\.message) == ["b0: unreachable @i7: there is no i7"])
  }

  @Test func acceptsWhatKeepsTheRules() throws {
    let body = """
      v3: raw = globalAddress g0
      store v3 v0 #0
      branch v1 b1 b2
      b1:
      v4: word = generic.add v0 v0
      jump b3 [v4 v2]
      b2:
      jump b3 [v0 v2]
      b3 (v5: word, v6: float):
      v7: word = allocate #8589934593 [v5 v0]
      v8: word = callRuntime x0 [v7]
      return v8
      """
    #expect(verify(try program(body)) == [])
  }

  @Test(arguments: violations) func reports(violation: Violation) throws {
    let problems = verify(try program(violation.body))
    #expect(
      problems.contains { $0.message.contains(violation.message) },
      "\(problems.map(\.description))")
  }

  static let violations = [
    Violation(
      rule: "a use is dominated by its definition",
      body: """
        branch v1 b1 b2
        b1:
        v3: word = constant #1
        jump b3
        b2:
        jump b3
        b3:
        return v3
        """, message: "v3 is used where it need not be defined"),
    Violation(
      rule: "in a block too", body: "v3: word = generic.add v4 v0\nv4: word = constant #1\nreturn v3",
      message: "v4 is used where it need not be defined"),
    Violation(rule: "values have a definition", body: "return v9", message: "v9 has no definition"),
    Violation(
      rule: "operands have the right types", body: "v3: word = generic.add v0 v1\nreturn v3",
      message: "v1 has the wrong type"),
    Violation(
      rule: "results too", body: "v3: word = compare.less v1 v1\nreturn v3",
      message: "the result has the wrong type"),
    Violation(rule: "the function returns its type", body: "return v1", message: "the result has the wrong type"),
    Violation(
      rule: "critical edges are split",
      body: """
        branch v1 b1 b2
        b1:
        jump b2
        b2:
        return v0
        """, message: "the edge from b0 to b2 is critical"),
    Violation(
      rule: "blocks can be reached", body: "return v0\nb1:\nreturn v0", message: "b1 cannot be reached"),
    Violation(
      rule: "hot blocks come first",
      body: """
        branch v1 b1 b2
        b1 cold:
        return v0
        b2:
        return v0
        """, message: "b2 is not cold"),
    Violation(
      rule: "no block is dominated by a later one",
      body: """
        jump b2
        b1:
        return v0
        b2:
        jump b1
        """, message: "b1 is dominated by a later block"),
    Violation(
      rule: "jumps pass all arguments", body: "jump b1 [v0]\nb1:\nreturn v0",
      message: "passes 1 arguments"),
    Violation(
      rule: "arguments have the types of parameters",
      body: "jump b1 [v1]\nb1 (v3: word):\nreturn v3", message: "of another type"),
    Violation(rule: "the entry has no predecessor", body: "jump b0 [v0 v1 v2]", message: "the entry has a predecessor"),
    Violation(rule: "targets exist", body: "jump b7", message: "leads to b7"),
    Violation(
      rule: "terminators stand at the end only", body: "return v0\nreturn v0",
      message: "stands in the wrong place"),
    Violation(
      rule: "references exist", body: "v3: word = dataAddress d1\nreturn v3", message: "no such object"),
    Violation(
      rule: "headers say how many words there are",
      body: "v3: word = allocate #8589934593 [v0]\nreturn v3", message: "the header does not say"),
    Violation(
      rule: "calls pass all arguments", body: "v3: word = call f0 [v0 v1]\nreturn v3",
      message: "the function has 3 parameters"),
    Violation(
      rule: "of the right types", body: "v3: word = call f0 [v0 v0 v2]\nreturn v3",
      message: "argument 1 has the wrong type"),
    Violation(
      rule: "runtime functions take five arguments",
      body: "v3: word = callRuntime x0 [v0 v0 v0 v0 v0 v0]\nreturn v3",
      message: "at most five arguments"),
    Violation(
      rule: "displacements fit", body: "v3: word = load v0 #2147483648\nreturn v3",
      message: "the displacement is too large"),
    Violation(
      rule: "floats are not compared unsigned",
      body: "v3: raw = floatCompare.below v2 v2\nreturn v0", message: "no unsigned comparison"),
    Violation(
      rule: "only comparisons give conditions",
      body: "v3: raw = genericCompare.add v0 v0\nreturn v0", message: "no comparison"),
  ]
}

import IR
import Testing

@Suite("Text form") struct TextTests {
  /// One of every instruction, and every declaration.
  static let everything = """
    externals rail_show rail_try
    globals 2
    file "a \\"b\\".rail"
    descriptor "Point" 2 type 0 ["x" "y"]
    descriptor "None" 0 type 1
    data 4294967299 -1
    data 8589934593 d0 f1 x1
    main f0
    apply 1 f1
    inlined i0 "half" file 0 flags 4 @9:12 from @2:3
    inlined i1 "quarter" file -1 flags 0 tail from @i0
    function f0 "main" file 0 flags 2 result word
    b0:
      v0: word = constant #-81
      v1: float = constant 2.5e-08
      v2: float = constant #9218868437227405313
      v3: word = dataAddress d1
      v4: raw = functionAddress f1
      v5: raw = externalAddress x0
      v6: raw = globalAddress g1
      v7: raw = add v4 v5
      v8: raw = not v7
      v9: float = floatAdd v1 v2
      v10: raw = floatToBits v9
      v11: raw = compare.aboveOrEqual v7 v8
      v12: raw = floatCompare.lessOrEqual v1 v2
      v13: raw = testKind.9 v0
      v14: raw = testHeader v0 #263
      v15: raw = testInts v0 v3
      v16: word = load v3 #8
      v17: float = loadIndexed v3 v7 #-8
      v18: raw = load32 v3 #-4
      v19: raw = loadByte v3 v7 #0
      store v3 v1 #16
      storeIndexed v3 v7 v0 #0
      storeByte v3 v7 v8 #1
      remember v3
      v20: word = allocate #8589934593 [v0 v3]
      v21: word = generic.arraySet v0 v3 v20 @12:4095
      v22: raw = genericCompare.notEqual v0 v3 @3:1
      v23: word = call f0 [] @i1
      v24: word = callValue v0 [v3 v20] @4:5
      v25: float = callClosure v3 [v1]
      callRuntime x0 [v0]
      v26: word = callExternal x1 [v0 v3]
      branch.likely v22 b1 b2 @1:1
    b1:
      switch v7 #-1 b3 [b4 b3]
    b2 cold:
      jump b5 [v0 v1] @7:1
    b3 cold:
      jump b6 @9:9
    b4 cold:
      tailCallValue v0 [v3]
    b5 (v30: word, v31: float) cold:
      return v30
    b6 cold:
      tailCall f0 []
    function f1 "apply" environment result word
    b0 (v0: word, v1: word):
      tailCallExternal x1 [v1 v1]

    """

  @Test func readsWhatItPrints() throws {
    let program = try parseIR(Self.everything)
    #expect(program.text() == Self.everything)
    #expect(verify(program) == [])
  }

  @Test func skipsComments() throws {
    let text = """
      ; a program
      main f0 ; its function

      function f0 "main" result word ; no parameters
      b0:
        ; nothing
        v0: word = constant #1 ; 0
        return v0
      """
    #expect(try parseIR(text).functions[0].instructions.count == 2)
  }

  @Test(arguments: [
    ("nonsense", 1, "expected a declaration"),
    ("main x0", 1, "expected 'f'"),
    ("function f1 \"f\"", 1, "in order"),
    ("function f0 \"f\nb0:", 1, "no end"),
    ("function f0 \"f\"\nb1:\n  unreachable", 2, "in order"),
    ("function f0 \"f\"\nb0:\n  frobnicate", 3, "no instruction 'frobnicate'"),
    ("function f0 \"f\"\nb0:\n  v0: word = compare.sideways v0 v0", 3, "no variant 'sideways'"),
    ("function f0 \"f\"\nb0:\n  v0: int = constant #1", 3, "no type 'int'"),
    ("function f0 \"f\"\nb0:\n  v0: word = constant 1", 3, "expected '#'"),
    ("function f0 \"f\"\nb0:\n  v0: float = constant x", 3, "'x' is no number"),
    ("function f0 \"f\"\nb0:\n  v0: word = constant #1 #2", 3, "end of the line"),
    ("function f0 \"f\"\nb0:\n  v0: raw = constant #1\n  v0: raw = constant #1", 4, "defined twice"),
    ("function f0 \"f\"\nb0:\n  v99999999: raw = constant #1", 3, "out of range"),
    ("globals 99999999999999999999", 1, "expected a number"),
    ("function f0 \"f\" @-1:1", 1, "not negative"),
    ("inlined i1 \"f\" file 0 flags 0 from", 1, "in order"),
    ("inlined i0 \"f\" file 0 flags 0 tail", 1, "expected 'tail from'"),
  ])
  func reportsTheLineOfAnError(text: String, line: Int, message: String) {
    let error = #expect(throws: IRParseError.self) { try parseIR(text) }
    #expect(error?.line == line)
    #expect(error?.message.contains(message) ?? false, "\(error?.message ?? "")")
  }
}

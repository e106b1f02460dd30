import Codegen
import IR
import TargetARM64
import TargetX86_64
import TestSupport
import Testing

/// What each of these programs prints follows from its text; most also run with a collection at every safepoint.
@Suite("Execution") struct ExecutionTests {
  struct Example: CustomTestStringConvertible {
    var name: String
    var text: String
    var output: String
    var isStressed = true

    var testDescription: String { name }
  }

  @Test(arguments: controlExamples + callExamples + valueExamples, TestMachine.all)
  func prints(example: Example, machine: TestMachine) throws {
    let program = try CompiledProgram(text: example.text, for: machine)
    let result = try program.run()
    #expect(result.outputText == example.output, "\(result.errorText)")
    #expect(result.status == 0)
    if example.isStressed {
      let stressed = try program.run(isStressed: true)
      #expect(stressed.outputText == example.output, "\(stressed.errorText)")
    }
  }

  /// More values than registers live across a call and a collection: the stack map needs several words.
  @Test(arguments: [20, 31, 32, 33, 64, 100, 200], TestMachine.all)
  func keepsManyValuesInSlots(count: Int, machine: TestMachine) throws {
    var builder = FunctionBuilder()
    var program = IRProgram()
    program.externals = ["rail_print"]
    program.mainFunction = 0
    builder.start(name: "main", parameters: [])
    var lists: [ValueID] = []
    for index in 0..<count {
      lists.append(
        builder.allocate(
          header: IRInterpreter.consHeader, [builder.int(Int64(index)), builder.constant(2)]))
    }
    var sum = builder.call(1, [builder.int(0)])
    for (index, list) in lists.enumerated() {
      let weighted = builder.generic(
        .multiply, builder.generic(.head, list), builder.int(Int64(index)))
      sum = builder.generic(.add, sum, weighted)
    }
    builder.callRuntime(0, [sum], type: .none)
    builder.return(builder.int(0))
    program.functions.append(builder.finish())
    builder.start(name: "identity", parameters: [.word])
    _ = builder.allocate(header: IRInterpreter.consHeader, [builder.parameter(0), builder.int(1)])
    builder.return(builder.parameter(0))
    program.functions.append(builder.finish())
    let expected = (0..<count).reduce(0) { $0 + $1 * $1 }
    let result = try CompiledProgram(program, for: machine).run(isStressed: true)
    #expect(result.outputText == "\(expected)\n", "\(result.errorText)")
  }

  /// More slots than an instruction can address, and an object that is filled from them.
  @Test(arguments: TestMachine.all) func reachesDistantSlots(machine: TestMachine) throws {
    let (count, fields) = (5000, 300)
    var builder = FunctionBuilder()
    var program = IRProgram()
    program.externals = ["rail_print"]
    program.mainFunction = 0
    builder.start(name: "main", parameters: [])
    let values = (0..<count).map { builder.call(1, [builder.int(Int64($0))]) }
    // A tuple, whose header has the number of components twice.
    let header = UInt64(fields << 32 | fields << 8 | 3)
    let tuple = builder.allocate(header: header, Array(values.suffix(fields)))
    var sum = builder.load(.word, tuple, offset: 8 * (fields - 1))
    sum = builder.generic(.add, sum, builder.load(.word, tuple))
    for value in values { sum = builder.generic(.add, sum, value) }
    builder.callRuntime(0, [sum], type: .none)
    builder.return(builder.int(0))
    program.functions.append(builder.finish())
    builder.start(name: "identity", parameters: [.word])
    builder.return(builder.parameter(0))
    program.functions.append(builder.finish())
    let expected = count * (count - 1) / 2 + (count - 1) + (count - fields)
    let result = try CompiledProgram(program, for: machine).run(isStressed: true)
    #expect(result.outputText == "\(expected)\n", "\(result.errorText)")
  }

  @Test(arguments: TestMachine.all) func reportsThePlaceOfAnError(machine: TestMachine) throws {
    let text = """
      externals rail_print
      file "lib/sum.rail"
      main f0
      function f0 "main" file 0 result word
      b0:
        v0: word = constant #2
        v1: word = call f1 [v0] @20:3
        return v1
      function f1 "total" file 0 result word
      b0 (v0: word):
        v1: word = constant #5
        v2: word = generic.subtract v0 v1 @7:12
        return v2
      """
    let result = try CompiledProgram(text: text, for: machine).run()
    #expect(result.status == 1)
    #expect(result.errorText.contains("lib/sum.rail:7:12"))
    #expect(result.errorText.contains("in total"))
    #expect(result.errorText.contains("lib/sum.rail:20:3"))
  }

  @Test(arguments: TestMachine.all)
  func raisesWhenTheStackIsExhausted(machine: TestMachine) throws {
    let text = """
      main f0
      function f0 "main" result word
      b0:
        v0: word = constant #3
        v1: word = call f1 [v0]
        return v1
      function f1 "deeper" result word
      b0 (v0: word):
        v1: word = call f1 [v0]
        v2: word = generic.add v1 v0
        return v2
      """
    let result = try CompiledProgram(text: text, for: machine).run()
    #expect(result.status == 1)
    #expect(result.errorText.contains("stack"), "\(result.errorText)")
  }

  @Test func refusesApplicationsThatTheProgramDoesNotProvide() throws {
    let text = """
      main f0
      function f0 "main" result word
      b0:
        v0: word = constant #3
        v1: word = callValue v0 [v0 v0]
        return v1
      """
    let program = try parseIR(text)
    for target in [Target.x86_64, .arm64] {
      #expect(throws: CodegenError.missingApplyFunction(arguments: 2)) {
        try target.generateObject(program, CodegenOptions())
      }
    }
  }

  @Test(
    .enabled(
      if: TestMachine.names.contains(Target.arm64.name),
      "qemu-aarch64 is not installed: no program of this suite has been run for AArch64"))
  func runsOnBothMachines() {
    #expect(TestMachine.all.count == 2)
  }
}

// MARK: - Control

private let controlExamples = [
  ExecutionTests.Example(
    name: "parameters rotate through a loop of ten million rounds",
    text: """
      externals rail_print
      main f0
      function f0 "main" result word
      b0:
        v0: raw = constant #10000000
        v1: raw = constant #1
        v2: raw = constant #2
        v3: raw = constant #3
        v4: raw = constant #0
        jump b1 [v0 v1 v2 v3]
      b1 (v10: raw, v11: raw, v12: raw, v13: raw):
        v14: raw = compare.greater v10 v4
        branch v14 b2 b3
      b2:
        v15: raw = subtract v10 v1
        jump b1 [v15 v12 v13 v11]
      b3:
        v16: raw = constant #100
        v17: raw = multiply v11 v16
        v18: raw = constant #10
        v19: raw = multiply v12 v18
        v20: raw = add v17 v19
        v21: raw = add v20 v13
        v22: raw = add v21 v21
        v23: word = add v22 v1
        callRuntime x0 [v23]
        v24: word = constant #1
        return v24
      """, output: "231\n", isStressed: false),
  ExecutionTests.Example(
    name: "a dense switch goes through a table, a sparse one through a search",
    text: """
      externals rail_print
      main f0
      function f0 "main" result word
      b0:
        v0: raw = constant #-3
        jump b1 [v0]
      b1 (v1: raw):
        v2: word = call f1 [v1]
        callRuntime x0 [v2]
        v3: raw = constant #1
        v4: raw = add v1 v3
        v5: raw = constant #6
        v6: raw = compare.less v4 v5
        branch v6 b2 b3
      b2:
        jump b1 [v4]
      b3:
        v7: word = constant #1
        return v7
      function f1 "dense" result word
      b0 (v0: raw):
        switch v0 #-2 b7 [b1 b2 b3 b4 b5 b6]
      b1:
        v1: word = constant #21
        return v1
      b2:
        v2: word = constant #23
        return v2
      b3:
        v3: word = constant #25
        return v3
      b4:
        v4: word = constant #27
        return v4
      b5:
        v5: word = constant #29
        return v5
      b6:
        v6: word = constant #31
        return v6
      b7:
        switch v0 #4 b8 [b9]
      b8:
        v8: word = constant #1
        return v8
      b9:
        v9: word = constant #3
        return v9
      """, output: "0\n10\n11\n12\n13\n14\n15\n1\n0\n"),
  ExecutionTests.Example(
    name: "the most negative number divided by -1 wraps",
    text: """
      externals rail_print
      main f0
      function f0 "main" result word
      b0:
        v0: raw = constant #-9223372036854775808
        v1: raw = constant #-1
        v2: word = call f1 [v0 v1]
        callRuntime x0 [v2]
        v3: raw = constant #-20
        v4: raw = constant #7
        v5: word = call f1 [v3 v4]
        callRuntime x0 [v5]
        v6: word = constant #1
        return v6
      function f1 "divide" result word
      b0 (v0: raw, v1: raw):
        v2: raw = divide v0 v1
        v3: raw = remainder v0 v1
        v4: raw = constant #1000
        v5: raw = multiply v3 v4
        v6: raw = add v2 v5
        v7: raw = constant #1
        v8: raw = shiftLeft v6 v7
        v9: word = or v8 v7
        return v9
      """, output: "0\n-6002\n"),
]

// MARK: - Calls

private let callExamples = [
  ExecutionTests.Example(
    name: "tail calls: direct, mutual, of a closure and of a value, ten million deep",
    text: """
      externals rail_print
      main f0
      apply 1 f4
      data 4294967559 f3
      function f0 "main" result word
      b0:
        v0: word = constant #20000001
        v1: word = constant #1
        v2: word = call f1 [v0 v1]
        callRuntime x0 [v2]
        v3: word = dataAddress d0
        v4: word = callClosure v3 [v0]
        callRuntime x0 [v4]
        return v1
      function f1 "even" result word
      b0 (v0: word, v1: word):
        v2: word = constant #1
        v3: raw = genericCompare.equal v0 v2
        branch v3 b1 b2
      b1:
        return v1
      b2:
        v4: word = constant #3
        v5: word = generic.subtract v0 v4
        tailCall f2 [v1 v5]
      function f2 "odd" result word
      b0 (v0: word, v1: word):
        v2: word = constant #3
        v3: word = generic.add v0 v2
        tailCall f1 [v1 v3]
      function f3 "count" environment result word
      b0 (v0: word, v1: word):
        v2: word = constant #1
        v3: raw = genericCompare.lessOrEqual v1 v2
        branch v3 b1 b2
      b1:
        return v1
      b2:
        v4: word = constant #3
        v5: word = generic.subtract v1 v4
        v8: word = constant #5
        v6: word = generic.remainder v5 v8
        v7: raw = genericCompare.equal v6 v2
        branch v7 b3 b4
      b3:
        tailCallClosure v0 [v5]
      b4:
        tailCallValue v0 [v5]
      function f4 "apply" environment result word
      b0 (v0: word, v1: word):
        tailCallClosure v0 [v1]
      """, output: "10000000\n0\n", isStressed: false),
  ExecutionTests.Example(
    name: "arguments beyond the registers, ints and floats mixed",
    text: """
      externals rail_print
      main f0
      function f0 "main" result word
      b0:
        v0: word = constant #3
        v1: word = constant #5
        v2: word = constant #7
        v3: word = constant #9
        v4: word = constant #11
        v5: word = constant #13
        v6: word = constant #15
        v7: word = constant #17
        v8: float = constant 1.0
        v9: float = constant 2.0
        v10: float = constant 4.0
        v11: float = constant 8.0
        v12: word = call f1 [v0 v8 v1 v9 v2 v10 v3 v11 v4 v8 v5 v9 v6 v10 v7 v11 v0 v8 v1 v9]
        callRuntime x0 [v12]
        v13: word = constant #1
        return v13
      function f1 "shuffle" result word
      b0 (v0: word, v1: float, v2: word, v3: float, v4: word, v5: float, v6: word, v7: float, v8: word, v9: float, v10: word, v11: float, v12: word, v13: float, v14: word, v15: float, v16: word, v17: float, v18: word, v19: float):
        v30: word = call f2 [v18 v19 v16 v17 v14 v15 v12 v13 v10 v11 v8 v9 v6 v7 v4 v5 v2 v3 v0 v1]
        v31: word = generic.add v30 v18
        return v31
      function f2 "weigh" result word
      b0 (v0: word, v1: float, v2: word, v3: float, v4: word, v5: float, v6: word, v7: float, v8: word, v9: float, v10: word, v11: float, v12: word, v13: float, v14: word, v15: float, v16: word, v17: float, v18: word, v19: float):
        v20: float = floatAdd v1 v3
        v21: float = floatMultiply v5 v7
        v22: float = floatSubtract v9 v11
        v23: float = floatDivide v13 v15
        v24: float = floatMultiply v17 v19
        v25: float = floatAdd v20 v21
        v26: float = floatAdd v22 v23
        v27: float = floatAdd v25 v26
        v28: float = floatAdd v27 v24
        v29: word = allocate #4294967305 [v28]
        v30: word = generic.multiply v0 v2
        v31: word = generic.multiply v4 v6
        v32: word = generic.subtract v8 v10
        v33: word = generic.multiply v12 v14
        v34: word = generic.add v16 v18
        v35: word = generic.add v30 v31
        v36: word = generic.add v32 v33
        v37: word = generic.add v34 v35
        v38: word = generic.add v36 v37
        v39: word = generic.add v38 v29
        return v39
      """, output: "116\n"),
  ExecutionTests.Example(
    name: "try catches what is raised in a slow path",
    text: """
      externals rail_print rail_try
      main f0
      apply 1 f3
      data 4294967559 f1
      data 4294967559 f2
      function f0 "main" result word
      b0:
        v0: word = dataAddress d0
        v1: word = dataAddress d1
        v2: word = callExternal x1 [v0 v1]
        callRuntime x0 [v2]
        v3: word = constant #1
        return v3
      function f1 "body" environment result word
      b0 (v0: word, v1: word):
        v2: word = constant #2
        v3: word = generic.add v2 v1
        return v3
      function f2 "handler" environment result word
      b0 (v0: word, v1: word):
        v2: word = constant #85
        return v2
      function f3 "apply" environment result word
      b0 (v0: word, v1: word):
        tailCallClosure v0 [v1]
      """, output: "42\n"),
]

// MARK: - Values

private let valueExamples = [
  ExecutionTests.Example(
    name: "a list of ten thousand elements survives collections",
    text: """
      externals rail_print
      main f0
      function f0 "main" result word
      b0:
        v0: word = constant #20001
        v1: word = constant #2
        jump b1 [v0 v1]
      b1 (v2: word, v3: word):
        v4: word = constant #1
        v5: raw = genericCompare.greater v2 v4
        branch v5 b2 b3
      b2:
        v6: word = allocate #8589934593 [v2 v3]
        v7: word = constant #3
        v8: word = generic.subtract v2 v7
        jump b1 [v8 v6]
      b3:
        jump b4 [v3 v4]
      b4 (v10: word, v11: word):
        v12: raw = testKind.1 v10
        branch v12 b5 b6
      b5:
        v13: word = generic.head v10
        v14: word = generic.add v11 v13
        v15: word = generic.tail v10
        jump b4 [v15 v14]
      b6:
        callRuntime x0 [v11]
        v16: word = constant #1
        return v16
      """, output: "50005000\n"),
  ExecutionTests.Example(
    name: "generic operations leave their inline path for floats and strings",
    text: """
      externals rail_print
      main f0
      data 4294967305 4612811918334230528
      data 779 7303014
      data 779 7496034
      function f0 "main" result word
      b0:
        v0: word = dataAddress d0
        v1: word = constant #7
        v2: word = generic.add v0 v1
        callRuntime x0 [v2]
        v3: word = generic.subtract v1 v0
        callRuntime x0 [v3]
        v4: word = generic.multiply v0 v0
        callRuntime x0 [v4]
        v5: word = generic.less v1 v0
        callRuntime x0 [v5]
        v6: raw = genericCompare.less v0 v1
        branch v6 b1 b3
      b1:
        v7: word = dataAddress d1
        v8: word = dataAddress d2
        v9: word = generic.less v8 v7
        callRuntime x0 [v9]
        v10: word = generic.negate v0
        callRuntime x0 [v10]
        jump b2
      b2:
        v11: word = constant #1
        return v11
      b3 cold:
        jump b2
      """, output: "5.5\n0.5\n6.25\n0\n1\n-2.5\n"),
  ExecutionTests.Example(
    name: "unordered comparisons are false, but for not equal",
    text: """
      externals rail_print
      main f0
      function f0 "main" result word
      b0:
        v0: float = constant 0.0
        v1: float = floatDivide v0 v0
        v2: raw = floatCompare.equal v1 v1
        v3: raw = floatCompare.notEqual v1 v1
        v4: raw = floatCompare.less v1 v0
        v5: raw = floatCompare.greaterOrEqual v1 v0
        v6: raw = floatCompare.lessOrEqual v0 v0
        v7: raw = constant #2
        v8: raw = multiply v2 v7
        v9: raw = add v8 v3
        v10: raw = multiply v9 v7
        v11: raw = add v10 v4
        v12: raw = multiply v11 v7
        v13: raw = add v12 v5
        v14: raw = multiply v13 v7
        v15: raw = add v14 v6
        v16: raw = multiply v15 v7
        v17: raw = constant #1
        v18: word = add v16 v17
        callRuntime x0 [v18]
        v19: raw = floatCompare.equal v1 v0
        branch v19 b1 b2
      b1:
        return v18
      b2:
        v20: raw = floatCompare.notEqual v1 v0
        branch v20 b3 b4
      b3:
        v21: word = constant #15
        callRuntime x0 [v21]
        v22: word = constant #1
        return v22
      b4:
        return v18
      """, output: "9\n7\n"),
]

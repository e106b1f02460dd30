import IR
import Testing

@Suite("Builder") struct BuilderTests {
  private func text(_ function: IRFunction) -> String {
    var text = ""
    function.print(index: 0, into: &text)
    return text
  }

  private func problems(_ function: IRFunction) -> [IRProblem] {
    var program = IRProgram()
    program.functions = [function]
    return verify(program)
  }

  @Test func splitsCriticalEdgesAndMovesColdBlocksToTheEnd() {
    var builder = FunctionBuilder()
    builder.start(name: "f", parameters: [.word, .raw])
    let rare = builder.makeBlock(isCold: true)
    let usual = builder.makeBlock()
    let merge = builder.makeBlock()
    builder.branch(builder.parameter(1), then: rare, else: merge)
    builder.begin(rare)
    // Only the cold block leads to this one.
    builder.branch(builder.parameter(1), then: usual, else: merge)
    builder.begin(usual)
    builder.return(builder.parameter(0))
    builder.begin(merge)
    builder.return(builder.int(1))
    let function = builder.finish()
    #expect(problems(function).isEmpty)
    #expect(
      text(function) == """
        function f0 "f" result word
        b0 (v0: word, v1: raw):
          branch.unlikely v1 b3 b1
        b1:
          jump b2
        b2:
          v2: word = constant #3
          return v2
        b3 cold:
          branch v1 b5 b4
        b4 cold:
          jump b2
        b5 cold:
          return v0

        """)
  }

  @Test func dropsBlocksThatCannotBeReached() {
    var builder = FunctionBuilder()
    builder.start(name: "f", parameters: [.word])
    let merge = builder.makeBlock(parameterCount: 1)
    builder.return(builder.parameter(0))
    builder.begin(merge)
    builder.jump(merge, [builder.parameter(0, of: merge)])
    let function = builder.finish()
    #expect(function.blocks.count == 1)
    #expect(problems(function).isEmpty)
  }

  @Test func splitsOneEdgeForSeveralCasesOfASwitch() {
    var builder = FunctionBuilder()
    builder.start(name: "f", parameters: [.raw], resultType: .raw)
    let (one, two) = (builder.makeBlock(), builder.makeBlock())
    builder.switch(builder.parameter(0), lowest: 0, cases: [two, one, two], default: two)
    builder.begin(one)
    builder.jump(two)
    builder.begin(two)
    builder.return(builder.parameter(0))
    let function = builder.finish()
    #expect(problems(function).isEmpty)
    #expect(function.blocks.count == 4)
  }

  @Test func isReusedForTheNextFunction() {
    var builder = FunctionBuilder()
    for count in [3, 0, 1] {
      builder.start(
        name: "f", parameters: Array(repeating: IRType.word, count: count), hasEnvironment: true)
      builder.return(builder.environment)
      let function = builder.finish()
      #expect(function.parameterCount == count)
      #expect(function.valueTypes.count == count + 1)
      #expect(problems(function).isEmpty)
    }
  }
}

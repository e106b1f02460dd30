import IR
import TestSupport
import Testing

/// Random programs must print what the interpreter says, also when every safepoint collects and moves objects.
@Suite("Random programs") struct DifferentialTests {
  struct Shape: CustomTestStringConvertible {
    var seeds: Range<UInt64>
    var functions: Int
    var size: Int

    var testDescription: String { "\(functions) functions of size \(size), seeds \(seeds)" }
  }

  static let shapes = [
    Shape(seeds: 0..<12, functions: 14, size: 6),
    Shape(seeds: 100..<110, functions: 12, size: 14),
    Shape(seeds: 200..<204, functions: 8, size: 80),
    Shape(seeds: 300..<301, functions: 4, size: 300),
  ]

  @Test(arguments: shapes, TestMachine.all)
  func computeWhatTheInterpreterSays(shape: Shape, machine: TestMachine) throws {
    for seed in shape.seeds {
      var generator = RandomProgram(seed: seed, size: shape.size)
      let program = generator.make(functions: shape.functions)
      var interpreter = IRInterpreter(program)
      let outcome = interpreter.run()
      let expected = try #require(outcome, "seed \(seed) runs for too long")
      let result = try CompiledProgram(program, for: machine).run(isStressed: true)
      #expect(result.status == 0, "seed \(seed): \(result.errorText)")
      let printed = result.outputText.split(separator: "\n").map { Int64($0) }
      #expect(printed == expected, "seed \(seed)")
    }
  }

  @Test func textFormKeepsPrograms() throws {
    for seed in UInt64(0)..<10 {
      var generator = RandomProgram(seed: seed)
      let text = generator.make(functions: 8).text()
      #expect(try parseIR(text).text() == text, "seed \(seed)")
    }
  }
}

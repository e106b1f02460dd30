import Foundation
import RuntimeImage
import TestSupport
import Testing

/// Hand-written programs (`runtime/tests/programs`) that are what a compiler would emit, linked
/// with the very objects that `rail` embeds.
@Suite(.enabled(if: findTool("clang") != nil && findTool("ld.lld") != nil, "clang and ld.lld"))
struct ProgramTests {
  struct Expectation: CustomTestStringConvertible, Sendable {
    var program: String
    var status: Int32
    var output: String
    var errors = ""
    var testDescription: String { program }
  }

  static let expectations = [
    Expectation(program: "exit_status", status: 7, output: "hello\n"),
    Expectation(
      program: "errors", status: 1, output: "first\n1\nsecond\n42\n",
      errors: """
        rail: error: index 5 is out of range for an array of length 3
          at map            program.rail:12:7
          in user           program.rail:12:7

        """),
    Expectation(program: "partial", status: 0, output: "123\n123456\n123456789\n123456789\n"),
    Expectation(program: "deep_lists", status: 0, output: "200010000\nstack exhausted\n"),
    Expectation(program: "fast_stubs", status: 0, output: "equal\n"),
    Expectation(program: "slow_paths", status: 0, output: "left right left right \nleft right \n"),
  ]

  /// Settings under which every program behaves alike.
  static let environments: [[String]] = [
    [], ["RAIL_STACK_MAX=1m", "RAIL_GC_STRESS=1"], ["RAIL_HEAP_MAX=16m", "RAIL_STACK_MAX=2m"],
  ]

  @Test(arguments: expectations, environments)
  func behaves(_ expected: Expectation, in environment: [String]) throws {
    let directory = try TemporaryDirectory()
    let program = try link(expected.program, in: directory)
    let result = try runProgram("/usr/bin/env", environment + [program])
    #expect(result.outputText == expected.output)
    #expect(result.errorText == expected.errors)
    #expect(result.status == expected.status)
  }

  /// Assembles a program and links it with the runtime.
  private func link(_ name: String, in directory: TemporaryDirectory) throws -> String {
    let clang = try #require(findTool("clang"))
    let runtime = repository.path + "/runtime"
    let object = directory.path("program.o")
    try runTool(
      clang,
      [
        "--target=x86_64-unknown-linux-gnu", "-I\(runtime)/include", "-I\(runtime)/tests/programs",
        "-c", "\(runtime)/tests/programs/\(name).S", "-o", object,
      ])
    let objects = try runtimeObjects(.x86_64).map {
      try directory.write(Array($0.bytes), to: "\($0.name)_runtime.o")
    }
    let executable = directory.path("program")
    try runTool(
      try #require(findTool("ld.lld")),
      ["--gc-sections", "-z", "noexecstack", "-o", executable, object] + objects)
    return executable
  }
}

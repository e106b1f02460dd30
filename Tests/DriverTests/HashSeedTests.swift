import Foundation
import TestSupport
import Testing

/// Swift seeds the hashes of each process anew. What depends on the order of a dictionary or set therefore
/// differs from one process to the next, sooner or later; what the compiler says and makes must not.
@Suite(.enabled(if: railExecutable != nil, "needs the built rail executable"))
struct HashSeedTests {
  /// How many processes are compared.
  private static let processCount = 4

  /// Expects the same output, messages and status from several processes.
  ///
  /// - Parameter output: a file that they write, or nil.
  private func expectSame(_ arguments: [String], output: String? = nil) throws {
    let rail = try #require(railExecutable)
    var first: (result: ProgramResult, file: Data?)?
    for _ in 0..<HashSeedTests.processCount {
      let result = try runProgram(
        "/usr/bin/env", ["-u", "SWIFT_DETERMINISTIC_HASHING", rail] + arguments)
      let file = output.flatMap { FileManager.default.contents(atPath: $0) }
      #expect(output == nil || file != nil, "\(arguments): \(result.errorText)")
      guard let first else {
        first = (result, file)
        continue
      }
      #expect(result.outputText == first.result.outputText, "\(arguments)")
      #expect(result.errorText == first.result.errorText, "\(arguments)")
      #expect(result.status == first.result.status, "\(arguments)")
      #expect(file == first.file, "\(arguments): the files differ")
    }
  }

  private func expectSameBuild(_ source: String) throws {
    let directory = try TemporaryDirectory()
    let output = directory.path("program")
    try expectSame(["check", "--types", source])
    for stage in ["types", "proofs", "ir"] {
      try expectSame(["build", source, "--emit", stage, "-o", "-"])
    }
    for level in ["-O0", "-O"] {
      try expectSame(["build", level, source, "-o", output], output: output)
    }
  }

  static let wrongPrograms =
    programs(in: "fixtures/diagnostics")
    + programs(in: "fixtures/conformance/types").filter {
      $0.contains("violated") || $0.contains("strict_mixtures") || $0.contains("errors")
    }

  private static func programs(in folder: String) -> [String] {
    let files = try? FileManager.default.contentsOfDirectory(
      atPath: repository.appendingPathComponent(folder).path)
    return (files ?? []).filter { $0.hasSuffix(".rail") }.sorted().map { "\(folder)/\($0)" }
  }

  @Test(arguments: wrongPrograms)
  func messagesDoNotDependOnTheSeed(_ path: String) throws {
    let source = repository.appendingPathComponent(path).path
    try expectSame(["check", source])
    try expectSame(["check", "--json", source])
  }

  @Test func thereAreWrongPrograms() { #expect(HashSeedTests.wrongPrograms.count > 40) }

  @Test(arguments: [
    "fixtures/examples/json.rail", "fixtures/examples/calculator.rail",
    "fixtures/examples/sudoku.rail", "fixtures/conformance/types/many_instances.rail",
    "fixtures/conformance/types/declared_tail_calls_unproved.rail",
    "fixtures/conformance/types/declared_polymorphic_recursion.rail",
    "fixtures/conformance/types/strict_program.rail", "fixtures/bench/red_black_tree.rail",
  ])
  func compilationDoesNotDependOnTheSeed(_ path: String) throws {
    try expectSameBuild(repository.appendingPathComponent(path).path)
  }

  @Test(.enabled(if: findTool("python3") != nil, "needs python3"))
  func compilationOfALargeProgramDoesNotDependOnTheSeed() throws {
    let generator = repository.appendingPathComponent("scripts/generate-program").path
    let program = try runProgram(try #require(findTool("python3")), [generator, "3000"])
    let directory = try TemporaryDirectory()
    try expectSameBuild(try directory.write(Array(program.outputText.utf8), to: "large.rail"))
  }
}

import Foundation
import TestSupport
import Testing

/// The runtime's C code under sanitizers: the collector against a model, and every builtin.
@Suite(.enabled(if: findTool("clang") != nil && findTool("bash") != nil, "clang and bash"))
struct HostedTests {
  @Test func runtimeKeepsItsPromisesUnderSanitizers() throws {
    let bash = try #require(findTool("bash"))
    let script = repository.appendingPathComponent("scripts/test-runtime").path
    let result = try runProgram(bash, [script, "4", "100000"])
    #expect(result.status == 0, "\(result.outputText)\(result.errorText)")
    #expect(result.outputText.contains("builtins: all promises kept"))
  }
}

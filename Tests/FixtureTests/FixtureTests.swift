import Driver
import Support
import Testing

/// The root of the repository.
private let root = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  .dropLast(3).joined(separator: "/")

private func fixtures(in folder: String) -> [String] {
  var paths: [String] = []
  collectFixtures(root + "/fixtures/" + folder, into: &paths)
  return paths.map { String($0.dropFirst(root.count + 1)) }
}

/// Every annotated program does what it says (`fixtures/README.md`).
@Suite struct FixtureTests {
  @Test(arguments: fixtures(in: "conformance"))
  func conformanceProgramBehavesAsAnnotated(_ path: String) {
    expectPass(path)
  }

  @Test(arguments: fixtures(in: "examples"))
  func exampleBehavesAsAnnotated(_ path: String) {
    expectPass(path)
  }

  @Test func conformanceSuiteIsThere() {
    #expect(fixtures(in: "conformance").count >= 250)
    #expect(fixtures(in: "examples").count >= 12)
  }

  private func expectPass(_ path: String) {
    for optimizes in [false, true] {
      var options = Options()
      options.verifies = true
      options.optimizes = optimizes
      let problems = onDeepStack { [options] in runFixture(root + "/" + path, options: options) }
      guard let problems else {
        Issue.record("\(path) has no directives")
        return
      }
      for problem in problems { Issue.record("\(path) \(optimizes ? "-O" : "-O0"): \(problem)") }
    }
  }
}

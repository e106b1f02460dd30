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

/// How programs are compiled: what they do must not depend on it.
enum Level: CaseIterable {
  case unoptimized, optimized

  var options: Options {
    var options = Options()
    options.verifies = true
    options.optimizes = self == .optimized
    return options
  }
}

/// Every annotated program does what it says (`fixtures/README.md`).
@Suite struct FixtureTests {
  @Test(arguments: fixtures(in: "conformance"), Level.allCases)
  func conformanceProgramBehavesAsAnnotated(_ path: String, _ level: Level) {
    expectPass(path, level)
  }

  @Test(arguments: fixtures(in: "examples"), Level.allCases)
  func exampleBehavesAsAnnotated(_ path: String, _ level: Level) {
    expectPass(path, level)
  }

  @Test func conformanceSuiteIsThere() {
    #expect(fixtures(in: "conformance").count >= 250)
    #expect(fixtures(in: "examples").count >= 12)
  }

  private func expectPass(_ path: String, _ level: Level) {
    let problems = onDeepStack { runFixture(root + "/" + path, options: level.options) }
    guard let problems else {
      Issue.record("\(path) has no directives")
      return
    }
    for problem in problems { Issue.record("\(path) \(level): \(problem)") }
  }
}

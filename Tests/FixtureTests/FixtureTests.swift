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
  /// Optimized, and asserting at run time what was proved of the types.
  case checked

  var options: Options {
    var options = Options()
    options.verifies = true
    options.optimizes = self != .unoptimized
    options.assertsTypes = self == .checked
    return options
  }
}

/// The second target: its programs run through QEMU's user mode, or natively on such a machine.
enum AArch64 {
  static let platform = Platform(named: "aarch64-linux")
  static let runner: ProgramRunner? = platform.flatMap { try? $0.findRunner() }
  static var isRunnable: Bool { runner != nil }
}

private let conformance = fixtures(in: "conformance")
private let examples = fixtures(in: "examples")
private let benchmarks = fixtures(in: "bench")
private let everything = conformance + examples + benchmarks

/// Every annotated program does what it says (`fixtures/README.md`).
@Suite struct FixtureTests {
  @Test(arguments: conformance, Level.allCases)
  func conformanceProgramBehavesAsAnnotated(_ path: String, _ level: Level) {
    expectPass(path, level.options)
  }

  @Test(arguments: examples, Level.allCases)
  func exampleBehavesAsAnnotated(_ path: String, _ level: Level) {
    expectPass(path, level.options)
  }

  @Test(
    .enabled(
      if: AArch64.isRunnable,
      "qemu-aarch64 is not installed: \(everything.count) programs not run"),
    // What is proved of types does not depend on the machine.
    arguments: everything, [Level.unoptimized, .optimized])
  func programBehavesAsAnnotatedOnAArch64(_ path: String, _ level: Level) throws {
    var options = level.options
    options.platform = try #require(AArch64.platform)
    expectPass(path, options, try #require(AArch64.runner))
  }

  /// At the small sizes that their directives name.
  @Test(arguments: benchmarks, Level.allCases)
  func benchmarkBehavesAsAnnotated(_ path: String, _ level: Level) {
    expectPass(path, level.options)
  }

  @Test func conformanceSuiteIsThere() {
    #expect(conformance.count >= 250)
    #expect(examples.count >= 12)
    #expect(benchmarks.count >= 16)
  }

  private func expectPass(
    _ path: String, _ options: Options, _ runner: ProgramRunner = .machine
  ) {
    let problems = onDeepStack { runFixture(root + "/" + path, options: options, runner: runner) }
    guard let problems else {
      Issue.record("\(path) has no directives")
      return
    }
    let level =
      options.assertsTypes ? "checked" : options.optimizes ? "optimized" : "unoptimized"
    for problem in problems {
      Issue.record("\(path) for \(options.platform.name), \(level): \(problem)")
    }
  }
}

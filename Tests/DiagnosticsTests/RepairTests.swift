import Diagnostics
import Driver
import Support
import Testing

/// Broken programs of three kinds of authors, and how often carrying out the compiler's suggestions
/// mechanically gives the program that was meant (`fixtures/README.md`).
@Suite struct RepairTests {
  /// How many of a file's programs are repaired; a number here may only grow.
  private static let reached = [
    "beginners.repairs": 91, "generators.repairs": 114, "refactorings.repairs": 43,
  ]

  @Test(arguments: reached.keys.sorted())
  func suggestionsRepairAtLeastAsManyProgramsAsBefore(_ name: String) throws {
    let text = try #require(Repository.text("fixtures/repairs/" + name))
    let cases = RepairCase.parse(text)
    let repaired = onDeepStack { cases.count { $0.run().outcome == .intended } }
    let share = 100 * repaired / max(cases.count, 1)
    print("\(name): \(repaired) of \(cases.count) broken programs repaired (\(share) %)")
    #expect(repaired >= Self.reached[name] ?? .max)
  }

  @Test func corpusIsLargeAndSound() throws {
    let names = Repository.list("fixtures/repairs")
    #expect(names == Self.reached.keys.sorted())
    var count = 0
    var seen: Set<String> = []
    for name in names {
      for repairCase in RepairCase.parse(try #require(Repository.text("fixtures/repairs/" + name)))
      {
        count += 1
        #expect(seen.insert(repairCase.name).inserted, "\(repairCase.name) stands there twice")
        let intended = onDeepStack {
          checkProgram(
            "main.rail", provider: memoryProgram(repairCase.files.map { ($0.path, $0.intended) }))
        }
        let errors = intended.diagnostics.filter { $0.severity == .error }.map(\.message)
        #expect(errors.isEmpty, "\(name): \(repairCase.name)")
      }
    }
    #expect(count >= 150)
  }
}

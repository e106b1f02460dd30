import RandomPrograms
import Testing

/// Optimised and unoptimised code, and stressed and ordinary memory management, are told apart by nothing that a
/// program can show. `scripts/random-programs` tries more programs and reduces those that disagree.
@Suite struct RandomProgramTests {
  /// A thousand programs in portions that run side by side.
  static let portions = stride(from: 1, to: 1001, by: 125).map { (first: UInt64) in
    first..<first + 125
  }

  @Test(arguments: portions)
  func optimizationChangesNothing(_ seeds: Range<UInt64>) throws {
    expectSame(seeds, try Side("-O0"), try Side("-O"))
  }

  @Test(arguments: [UInt64(20_001)..<20_101, 20_101..<20_201])
  func movingObjectsAllTheTimeChangesNothing(_ seeds: Range<UInt64>) throws {
    expectSame(seeds, try Side(""), try Side("RAIL_GC_STRESS=1"))
  }

  @Test(
    .enabled(
      if: AArch64.isRunnable, "qemu-aarch64 is not installed: 100 random programs not run for it"))
  func theTargetChangesNothing() throws {
    expectSame(
      40_001..<40_101, try Side("-O"), try Side("-O --target=aarch64-linux"))
  }

  @Test func compilingTwiceGivesTheSameBytes() throws {
    expectSame(30_001..<30_101, try Side(""), try Side(""))
  }

  @Test func aSeedGivesOneProgram() {
    let text = ProgramGenerator.program(seed: 7).text
    #expect(text == ProgramGenerator.program(seed: 7).text)
    #expect(text != ProgramGenerator.program(seed: 8).text)
  }

  @Test func shrinkingLeavesOnlyWhatMatters() {
    var shrinker = Shrinker { $0.text.contains("arr_get") }
    let programs = (1..<40).map { ProgramGenerator.program(seed: UInt64($0)) }
    for program in programs where program.text.contains("arr_get") {
      #expect(shrinker.shrink(program).text.split(separator: "\n").count < 24)
    }
  }

  private func expectSame(_ seeds: Range<UInt64>, _ first: Side, _ second: Side) {
    let summary = compareRandomPrograms(seeds: seeds, first, second, shrinks: true) { report in
      Issue.record("\(report)")
    }
    #expect(summary.programs == seeds.count)
    // Most programs have to say something.
    #expect(summary.undecided < 5)
    #expect(summary.refused < seeds.count / 4)
  }
}

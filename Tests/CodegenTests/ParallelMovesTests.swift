import Codegen
import Testing

@Suite("Parallel moves") struct ParallelMovesTests {
  private static let scratch = Register(11)

  /// Executes the steps on numbered locations.
  private func execute(_ moves: ParallelMoves, _ contents: [Int]) -> [Int] {
    var contents = contents
    for step in moves.steps {
      contents[Int(step.to.code)] =
        step.from == .constant ? 1000 + Int(step.value) : contents[Int(step.from.code)]
    }
    return contents
  }

  @Test(arguments: 0..<300) func givesEveryDestinationItsSource(seed: Int) {
    var random = RandomSource(seed: UInt64(seed))
    let places = 16 + random.below(80)
    var moves = ParallelMoves()
    moves.clear()
    let before = (0..<128).map { $0 }
    var expected = before
    var free = (0..<places).filter { $0 != Int(Self.scratch.index) }
    for _ in 0..<random.below(free.count) {
      let to = free.remove(at: random.below(free.count))
      if random.once(in: 6) {
        moves.add(.constant, Location(code: Int32(to)), value: Int32(to))
        expected[to] = 1000 + to
      } else {
        // Few sources, so that there are both cycles and values with many readers.
        var from = random.once(in: 2) ? to ^ 1 : random.below(places)
        if from == Int(Self.scratch.index) || from >= places { from = to }
        moves.add(Location(code: Int32(from)), Location(code: Int32(to)), value: -1)
        expected[to] = from
      }
    }
    moves.resolve(scratch: Self.scratch)
    var after = execute(moves, before)
    after[Int(Self.scratch.index)] = expected[Int(Self.scratch.index)]
    #expect(after == expected)
  }

  @Test func rotatesWithOneExtraMove() {
    var moves = ParallelMoves()
    for index in 0..<5 {
      moves.add(Location(code: Int32(index)), Location(code: Int32((index + 1) % 5)), value: -1)
    }
    moves.resolve(scratch: Self.scratch)
    #expect(moves.steps.count == 6)
  }
}

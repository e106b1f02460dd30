import Support

/// Brings moves that happen all at once into an order in which they can be done one after the other.
///
/// A move may be done when nobody has still to read its destination. What is left then are cycles, each of which is broken by
/// saving one value, a double too, in a general scratch register. Linear in the number of moves. (Compare X. Leroy, L. Rideau, B. Serpette, Tilting at
/// Windmills with Coq, 2008.) Destinations are all different. Constants come last, when the scratch register is free.
public struct ParallelMoves: Sendable {
  public struct Step: Sendable {
    public var from: Location
    public var to: Location
    /// The value that is read: tells which constant.
    public var value: Int32

    @inlinable public init(from: Location, to: Location, value: Int32) {
      self.from = from
      self.to = to
      self.value = value
    }
  }

  /// The moves in an order that works, after ``resolve(scratch:)``.
  public private(set) var steps: [Step] = []

  private var moves: [Step] = []
  /// Per location: how many moves have yet to read it, and the move that writes it, or -1. When nothing is being resolved,
  /// they are 0 and -1 everywhere.
  private var readers: [Int32] = []
  private var writers: [Int32] = []
  private var ready: [Int32] = []

  public init() {}

  public mutating func clear() {
    moves.removeAll(keepingCapacity: true)
    steps.removeAll(keepingCapacity: true)
  }

  /// Adds a move; slots must be numbered already.
  public mutating func add(_ from: Location, _ to: Location, value: Int32) {
    if from == to { return }
    moves.append(Step(from: from, to: to, value: value))
  }

  public mutating func resolve(scratch: Register) {
    if moves.count == 1 {
      steps.append(moves[0])
      return
    }
    count()
    ready.removeAll(keepingCapacity: true)
    for index in moves.indices where moves[index].from != .constant {
      if readers[Int(moves[index].to.code)] == 0 { ready.append(Int32(index)) }
    }
    drain()
    for index in moves.indices where moves[index].from != .constant {
      // Still waiting: part of a cycle.
      guard writers[Int(moves[index].to.code)] == Int32(index) else { continue }
      let scratch = Location(scratch)
      let saved = moves[index].from
      steps.append(Step(from: saved, to: scratch, value: moves[index].value))
      moves[index].from = scratch
      readers[Int(scratch.code)] += 1
      finishReading(saved)
      drain()
    }
    for move in moves where move.from == .constant { steps.append(move) }
  }

  /// Fills the tables; they are as large as the largest location asks for.
  private mutating func count() {
    var size = Int(Register.firstVirtual)
    for move in moves { size = max(size, Int(max(move.from.code, move.to.code)) + 1) }
    if readers.count < size {
      readers.prepare(size, 0)
      writers.prepare(size, -1)
    }
    for (index, move) in moves.enumerated() where move.from != .constant {
      readers[Int(move.from.code)] += 1
      writers[Int(move.to.code)] = Int32(index)
    }
  }

  private mutating func drain() {
    while let index = ready.popLast() {
      let move = moves[Int(index)]
      steps.append(move)
      writers[Int(move.to.code)] = -1
      finishReading(move.from)
    }
  }

  /// One reader less: the move that writes the location may now be possible.
  private mutating func finishReading(_ location: Location) {
    readers[Int(location.code)] -= 1
    let writer = writers[Int(location.code)]
    if readers[Int(location.code)] == 0 && writer >= 0 { ready.append(writer) }
  }
}

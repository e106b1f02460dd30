/// A value that changes its place.
public struct Move: Sendable {
  /// Selected instruction before which it happens; unused for the moves of an edge.
  public var position: Int32
  /// The value that is read, and from where: a register, its slot, or nowhere for a constant.
  public var source: Int32
  public var from: Location
  /// The same value, or the block parameter that takes it over, and where that is: a register or its slot.
  public var destination: Int32
  public var to: Location
}

/// The value in a register at the start of a block.
public struct RegisterContent: Sendable {
  public var value: Int32
  public var register: Int32
}

/// Where a value is defined and where it gets into its slot.
public struct ValuePlacement: Sendable {
  /// The block of its definition, -1 while that is not known.
  public var definitionBlock: Int32 = -1
  /// The block in which it is stored in its slot, -1 if it never is. That is its own block, directly behind its
  /// definition, or one that is dominated by it, at the start.
  public var spillBlock: Int32 = -1
  /// Whether it is a parameter that is passed in its slot.
  public var arrivesInSlot = false
}

/// What the register allocator has decided about a function. Slots are named by their values; which slot of the
/// frame that is, is up to ``FrameLayout``.
public struct Allocation: Sendable {
  /// Per operand: where the instruction finds it.
  public internal(set) var operands: [Location] = []
  /// Per selected instruction: the register of its result, -1 if it has none.
  public internal(set) var results: [Int32] = []
  /// In the order of their positions; those of one position happen one after the other.
  public internal(set) var moves: [Move] = []
  /// The moves at the end of a block, before its jump: all at once. ``edgeMoveStart`` has one entry more than there are blocks.
  public internal(set) var edgeMoves: [Move] = []
  public internal(set) var edgeMoveStart: [Int32] = []
  public internal(set) var edgeMoveCount: [Int32] = []
  /// Per safepoint in linear order: the general registers that hold values and keep them.
  public internal(set) var registerMasks: [UInt32] = []
  public internal(set) var values: [ValuePlacement] = []
  /// Values that have a slot.
  public internal(set) var spilled: [Int32] = []
  /// Values in registers at the start of each block.
  public internal(set) var startContents: [RegisterContent] = []
  public internal(set) var startContentStart: [Int32] = []
  public internal(set) var startContentCount: [Int32] = []

  public init() {}

  /// The register of a value at the start of a block, -1 if it is in none.
  public func registerAtStart(of block: Int, _ value: Int32) -> Int32 {
    let start = Int(startContentStart[block])
    for index in start..<start + Int(startContentCount[block])
    where startContents[index].value == value {
      return startContents[index].register
    }
    return -1
  }

  public func edgeMoves(_ block: Int) -> ArraySlice<Move> {
    let start = Int(edgeMoveStart[block])
    return edgeMoves[start..<start + Int(edgeMoveCount[block])]
  }
}

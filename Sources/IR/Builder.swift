/// A block of the function that a ``FunctionBuilder`` is making. It stays valid until `finish`, which may number the
/// finished function's blocks differently.
public struct BlockID: Hashable, Sendable {
  public let index: Int32

  @inlinable public init(_ index: Int32) { self.index = index }
}

/// Makes one ``IRFunction`` after the other, instruction by instruction.
///
/// A client makes blocks in any order, begins each once, fills it and ends it with a terminator. A block is begun
/// after all its predecessors have been ended, but for those at the back edges of a loop; the entry is begun by
/// `start`. `finish` then
/// * drops blocks that cannot be reached,
/// * splits critical edges,
/// * moves cold blocks, and those that only cold ones lead to, to the end,
/// so the client need not think of any of these.
///
/// The arrays are kept between functions: a finished function costs one exact allocation for each of its own.
public struct FunctionBuilder: Sendable {
  /// The source position given to the instructions that follow: `line << 12 | column`, 0 for none.
  public var position: UInt32 = 0
  /// Whether instructions can be added: a block has been begun and has no terminator yet.
  public private(set) var isOpen = false
  public private(set) var currentBlock = BlockID(0)

  @usableFromInline var instructions: [IRInstruction] = []
  @usableFromInline var operands: [Int32] = []
  @usableFromInline var valueTypes: [IRType] = []
  private var blocks: [IRBlock] = []
  /// Blocks in the order in which they were begun.
  private var begun: [Int32] = []
  private var header = IRFunction(name: "")
  private var blockOrder = BlockOrder()

  public init() {}

  // MARK: - Functions

  /// Starts a function and begins its entry block. `parameters` does not count the closure, which `environment`
  /// returns if there is one. Instructions have the function's position until another is set.
  public mutating func start(
    name: String, parameters: some Collection<IRType>, file: Int32 = -1,
    hasEnvironment: Bool = false, flags: UInt32 = 0, position: UInt32 = 0,
    resultType: IRType = .word
  ) {
    precondition(!isOpen, "the previous function's last block has no terminator")
    header = IRFunction(
      name: name, file: file, hasEnvironment: hasEnvironment, flags: flags, position: position,
      resultType: resultType)
    instructions.removeAll(keepingCapacity: true)
    operands.removeAll(keepingCapacity: true)
    valueTypes.removeAll(keepingCapacity: true)
    blocks.removeAll(keepingCapacity: true)
    begun.removeAll(keepingCapacity: true)
    self.position = position
    if hasEnvironment { valueTypes.append(.word) }
    valueTypes.append(contentsOf: parameters)
    blocks.append(IRBlock(firstParameter: 0, parameterCount: Int32(valueTypes.count)))
    begin(BlockID(0))
  }

  /// The closure whose code the function is.
  public var environment: ValueID {
    precondition(header.hasEnvironment)
    return ValueID(Int32(0))
  }

  /// A parameter of the function, not counting the closure.
  public func parameter(_ index: Int) -> ValueID {
    ValueID(index + (header.hasEnvironment ? 1 : 0))
  }

  @inlinable public func type(of value: ValueID) -> IRType { valueTypes[Int(value.index)] }

  /// Returns the function; every block that was begun must have its terminator.
  public mutating func finish() -> IRFunction {
    precondition(!isOpen, "the last block has no terminator")
    var function = header
    function.valueTypes = Array(valueTypes)
    blockOrder.arrange(blocks, begun: begun, &instructions, &operands, into: &function)
    function.operands = Array(operands)
    return function
  }

  // MARK: - Blocks

  /// A new block with `parameterCount` parameters of one type. It is placed where it is begun.
  public mutating func makeBlock(
    parameterCount: Int = 0, type: IRType = .word, isCold: Bool = false
  ) -> BlockID {
    let first = Int32(valueTypes.count)
    for _ in 0..<parameterCount { valueTypes.append(type) }
    return addBlock(first, isCold)
  }

  /// A new block with parameters of the given types.
  public mutating func makeBlock(
    parameters: some Collection<IRType>, isCold: Bool = false
  ) -> BlockID {
    let first = Int32(valueTypes.count)
    valueTypes.append(contentsOf: parameters)
    return addBlock(first, isCold)
  }

  private mutating func addBlock(_ firstParameter: Int32, _ isCold: Bool) -> BlockID {
    blocks.append(
      IRBlock(
        firstParameter: firstParameter, parameterCount: Int32(valueTypes.count) - firstParameter,
        start: -1, end: -1, isCold: isCold))
    return BlockID(Int32(blocks.count - 1))
  }

  /// The parameter `index` of a block.
  public func parameter(_ index: Int, of block: BlockID) -> ValueID {
    ValueID(blocks[Int(block.index)].firstParameter + Int32(index))
  }

  /// Makes `block` the one that instructions are added to.
  public mutating func begin(_ block: BlockID) {
    precondition(!isOpen, "the previous block has no terminator")
    let index = Int(block.index)
    precondition(begun.isEmpty || blocks[index].start < 0, "a block is begun once")
    blocks[index].start = Int32(instructions.count)
    begun.append(block.index)
    currentBlock = block
    isOpen = true
  }

  // MARK: - Instructions

  /// Adds an instruction; defines a value if it has a type.
  @inlinable @discardableResult
  public mutating func append(_ instruction: IRInstruction) -> ValueID {
    precondition(isOpen, "no block has been begun")
    var added = instruction
    added.position = position
    var result = ValueID.none
    if added.type != .none {
      result = ValueID(valueTypes.count)
      valueTypes.append(added.type)
      added.result = result.index
    }
    instructions.append(added)
    return result
  }

  /// Adds a copy of an instruction with other operands in its list. Not for terminators that name blocks.
  @discardableResult
  public mutating func append(
    _ instruction: IRInstruction, list: some Collection<ValueID>
  ) -> ValueID {
    var added = instruction
    setList(list, of: &added)
    let result = append(added)
    if added.opcode.isTerminator { endBlock() }
    return result
  }

  @inlinable mutating func appendTerminator(_ instruction: IRInstruction) {
    append(instruction)
    endBlock()
  }

  @usableFromInline func isCold(_ block: BlockID) -> Bool { blocks[Int(block.index)].isCold }

  @usableFromInline mutating func endBlock() {
    blocks[Int(currentBlock.index)].end = Int32(instructions.count)
    isOpen = false
  }

  /// Copies `list` to the operand pool and sets the instruction's range.
  @inlinable mutating func setList(
    _ list: some Collection<ValueID>, of instruction: inout IRInstruction
  ) {
    instruction.listStart = Int32(operands.count)
    for value in list { operands.append(value.index) }
    instruction.listCount = Int32(operands.count) - instruction.listStart
  }

  @inlinable mutating func setList(
    _ list: some Collection<BlockID>, of instruction: inout IRInstruction
  ) {
    instruction.listStart = Int32(operands.count)
    for block in list { operands.append(block.index) }
    instruction.listCount = Int32(operands.count) - instruction.listStart
  }
}

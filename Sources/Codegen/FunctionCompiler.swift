public import IR

/// Compiles one function after the other: selection, liveness, register allocation, frame layout,
/// emission. All tables are reused.
///
/// What is here is the same on all machines. Each target extends this with the emission of its
/// instructions, and makes the calls:
///
///     compiler.begin(function)
///     compiler.selection.…            // the target's selection
///     if compiler.allocate() { … }    // the target's emission
public struct FunctionCompiler {
  public var module: ModuleState
  public private(set) var function = IRFunction(name: "")
  private(set) var graph = ControlFlowGraph()
  public var selection: Selection
  private var liveness = Liveness()
  public private(set) var allocator: RegisterAllocator
  public private(set) var frame = FrameLayout()
  public var moves = ParallelMoves()
  let convention: RegisterConvention
  private let verifies: Bool
  /// Nil if debuggers are told nothing.
  public let debugTarget: DebugTarget?

  // What emission makes: instructions, and what stands between them.
  public var output: [MachineInstruction] = []
  public internal(set) var marks: [Mark] = []
  public var coldPaths: [ColdPath] = []
  /// Places of the function's parameters.
  private var incoming: [ArgumentAssigner.Place] = []
  private var incomingLocations: [Location] = []
  /// Parameters that are passed in memory and used.
  public private(set) var memoryParameters: [MemoryParameter] = []
  /// Arguments of the current call that are passed in memory.
  public private(set) var memoryArguments: [MemoryArgument] = []
  /// Labels of the blocks, those of empty ones replaced by the label of the block they lead to.
  public private(set) var blockLabels: [Int32] = []
  public private(set) var isSkipped: [Bool] = []
  /// Words between the stack pointer and the return address, 0 if there is no frame.
  public private(set) var frameWords: Int32 = 0
  /// The block at whose beginning the frame is made, and which blocks do without it: an empty list
  /// if none do. See ``findFrameBlock()``.
  public internal(set) var frameBlock = 0
  var isFrameless: [Bool] = []
  /// The entry of the function.
  public var label: Int32 = 0
  // The place where emission stands.
  public var block = 0
  public var position = 0
  public var nextMove = 0
  public var nextSafepoint = 0
  /// What debuggers have been told last.
  var debugPosition: UInt32 = 0
  var debugFrame = DebugRecord.Frame(size: 0)

  /// Something between two machine instructions.
  public struct Mark: Sendable {
    public enum Kind: Sendable {
      /// `number` is the label that stands here.
      case label
      /// The return address of a call from `position`; `number` is the index of its safepoint, or
      /// -1 if nothing is live.
      case call
      /// For debuggers: the code from here on stands for the line of `position`.
      case line
      /// For debuggers: from here on, `number` bytes of the stack belong to the function.
      case frame
      /// The same, and the return address is in its register.
      case leafFrame
    }

    public var kind: Kind
    /// Number of instructions before it.
    public var index: Int32
    public var number: Int32 = -1
    /// Source position.
    public var position: UInt32 = 0
  }

  /// An argument that is passed in the thread state at a byte offset.
  public struct MemoryArgument: Sendable {
    public var value: Int32
    public var from: Location
    public var offset: Int32
  }

  /// A parameter that is passed in the thread state at a byte offset, and where it goes: a register
  /// or a slot.
  public struct MemoryParameter: Sendable {
    public var offset: Int32
    public var to: Location
  }

  public init(
    _ program: IRProgram, _ convention: RegisterConvention, _ options: CodegenOptions,
    _ debugTarget: DebugTarget
  ) {
    module = ModuleState(program, runtimeSymbolCount: ModuleState.runtimeSymbolCount)
    selection = Selection(convention)
    allocator = RegisterAllocator(registers: convention.allocatable)
    self.convention = convention
    verifies = options.verifies
    self.debugTarget = options.hasDebugInformation ? debugTarget : nil
  }

  // MARK: - Before emission

  /// Starts with a function.
  public mutating func begin(_ compiled: IRFunction) {
    function = compiled
    graph.compute(function)
  }

  /// Finds a place for every value of the selected code, and names the blocks; false if the frame
  /// would be too large.
  public mutating func allocate() -> Bool {
    liveness.compute(function, selection.code, graph)
    findIncoming()
    allocator.run(
      function, selection.code, liveness, &graph, incoming: incomingLocations)
    frame.compute(function, selection.code, liveness, graph, allocator.allocation)
    if frame.slotCount > FrameLayout.maximumSlots {
      module.fail(.frameTooLarge(function: function.name, slots: frame.slotCount))
      return false
    }
    if verifies { verifyAllocation() }
    placeMemoryParameters()
    output.removeAll(keepingCapacity: true)
    marks.removeAll(keepingCapacity: true)
    coldPaths.removeAll(keepingCapacity: true)
    nextMove = 0
    nextSafepoint = 0
    // With the return address, an even number of words.
    frameWords = Int32(frame.slotCount)
    if selection.wantsFrame || frameWords > 0 { frameWords |= 1 }
    nameBlocks()
    findFrameBlock()
    beginDebugRecord()
    return true
  }

  /// Stops the compiler if the register allocation is wrong.
  private func verifyAllocation() {
    var verifier = AllocationVerifier(
      function, selection.code, liveness, graph, allocator.allocation, frame,
      incoming: incomingLocations)
    verifier.run()
    precondition(
      verifier.problems.isEmpty,
      "register allocation: " + verifier.problems.joined(separator: "\n"))
  }

  /// Finds out where the caller has put the parameters.
  private mutating func findIncoming() {
    incoming.removeAll(keepingCapacity: true)
    incomingLocations.removeAll(keepingCapacity: true)
    var assigner = ArgumentAssigner(convention)
    let entry = function.blocks[0]
    for value in Int(entry.firstParameter)..<Int(entry.firstParameter + entry.parameterCount) {
      let place: ArgumentAssigner.Place =
        function.hasEnvironment && value == 0
        ? .register(convention.environment) : assigner.next(function.valueTypes[value])
      incoming.append(place)
      switch place {
      case .register(let register): incomingLocations.append(Location(register))
      case .memory:
        incomingLocations.append(.constant)
        module.useThreadState()
      }
    }
  }

  /// Finds out where parameters that are passed in memory go.
  private mutating func placeMemoryParameters() {
    memoryParameters.removeAll(keepingCapacity: true)
    for (value, place) in incoming.enumerated() {
      guard case .memory(let offset) = place else { continue }
      let register = allocator.allocation.registerAtStart(of: 0, Int32(value))
      if register >= 0 {
        memoryParameters.append(MemoryParameter(offset: offset, to: Location(Register(register))))
      } else if frame.slots[value] >= 0 {
        memoryParameters.append(
          MemoryParameter(offset: offset, to: Location(slot: frame.slots[value])))
      }
    }
  }

  // MARK: - Blocks

  /// Gives blocks their labels. A block that only jumps on has that of its target, and is not
  /// placed.
  private mutating func nameBlocks() {
    let count = function.blocks.count
    let first = module.buffer.makeLabels(count)
    blockLabels.removeAll(keepingCapacity: true)
    isSkipped.removeAll(keepingCapacity: true)
    for index in 0..<count {
      blockLabels.append(first + Int32(index))
      isSkipped.append(isEmpty(index))
    }
    // Backwards, so that chains are followed in one pass. A chain that leads back to itself is cut.
    for index in (0..<count).reversed() where isSkipped[index] {
      let target = Int(function.instructions[Int(function.blocks[index].end) - 1].immediate)
      isSkipped[index] = target > index || !isSkipped[target]
      if isSkipped[index] { blockLabels[index] = blockLabels[target] }
    }
  }

  /// Whether a block does nothing but jump to another.
  private func isEmpty(_ index: Int) -> Bool {
    guard index > 0 else { return false }
    let start = selection.code.blockStarts[index]
    guard selection.code.blockStarts[index + 1] == start + 1,
      allocator.allocation.edgeMoveCount[index] == 0,
      frame.stores(atStartOf: index).isEmpty
    else { return false }
    return function.instructions[Int(function.blocks[index].end) - 1].opcode == .jump
  }

  /// The words of the frame in the block where emission stands: as ``frameWords``, or 0.
  public var openFrameWords: Int32 {
    isFrameless.isEmpty || !isFrameless[block] ? frameWords : 0
  }

  /// The label of the block that is placed next, or -1.
  public func nextLabel() -> Int32 {
    var next = block + 1
    while next < function.blocks.count && isSkipped[next] { next += 1 }
    return next < function.blocks.count ? blockLabels[next] : -1
  }

  // MARK: - Output

  @inlinable @inline(__always) public mutating func emit(_ instruction: MachineInstruction) {
    output.append(instruction)
  }

  public mutating func place(_ label: Int32) {
    marks.append(Mark(kind: .label, index: Int32(output.count), number: label))
  }

  /// Notes that the instruction emitted last is a call.
  public mutating func markCall(safepoint: Int, position: UInt32) {
    marks.append(
      Mark(
        kind: .call, index: Int32(output.count), number: Int32(safepoint), position: position))
  }

  /// Adds the entry of the frame table for a mark that is a return address, which stands at
  /// `offset`.
  public mutating func addSite(_ mark: Mark, offset: Int) {
    module.returnOffsets.append(Int32(truncatingIfNeeded: offset))
    var entry = FrameEntry(
      registerMask: 0, slots: 0, position: mark.position,
      frameWords: UInt32(max(frameWords, 1)))
    if mark.number >= 0 {
      entry.registerMask = allocator.allocation.registerMasks[Int(mark.number)]
      entry.slots = module.slotField(frame.maps, frame.mapRange(ofSafepoint: Int(mark.number)))
    }
    module.frameEntries.append(entry)
  }

  // MARK: - Operands

  /// Where the operand `index` of an instruction is.
  public func location(_ selected: SelectedInstruction, _ index: Int) -> Location {
    let operand = Int(selected.operandStart) + index
    return resolve(
      allocator.allocation.operands[operand], selection.code.operands[operand].value)
  }

  /// The register of an operand that is in one.
  @inlinable @inline(__always)
  public func register(_ selected: SelectedInstruction, _ index: Int) -> Register {
    let location = allocator.allocation.operands[Int(selected.operandStart) + index]
    precondition(location.isRegister, "the operand has a register")
    return location.register
  }

  @inlinable @inline(__always)
  public func value(_ selected: SelectedInstruction, _ index: Int) -> Int32 {
    selection.code.operands[Int(selected.operandStart) + index].value
  }

  /// The instruction that defines a value.
  @inlinable @inline(__always)
  public func definition(_ value: Int32) -> IRInstruction {
    function.instructions[Int(selection.definitions[Int(value)])]
  }

  /// The bits of a constant operand.
  public func constant(_ selected: SelectedInstruction, _ index: Int) -> Int64 {
    definition(value(selected, index)).immediate
  }

  @inlinable public var result: Register { Register(allocator.allocation.results[position]) }

  public func resolve(_ location: Location, _ value: Int32) -> Location {
    location == .valueSlot ? Location(slot: frame.slots[Int(value)]) : location
  }

  /// The slot into which the result of the current instruction is stored at once, or -1.
  public func resultSlot(_ selected: SelectedInstruction) -> Int32 {
    guard selected.result >= 0,
      allocator.allocation.values[Int(selected.result)].spillBlock == Int32(block)
    else { return -1 }
    return frame.slots[Int(selected.result)]
  }

  /// The symbol and displacement that an address instruction stands for.
  public mutating func symbolReference(
    _ instruction: IRInstruction
  ) -> (symbol: Int32, displacement: Int32) {
    switch instruction.opcode {
    case .dataAddress: (module.rodataSymbol, module.dataOffset(instruction.immediate))
    case .globalAddress: (module.globalsSymbol, Int32(instruction.immediate) * 8)
    case .externalAddress: (module.externalSymbol(instruction.immediate), 0)
    default: preconditionFailure("\(instruction.opcode) is not the address of a symbol")
    }
  }

  // MARK: - Moves

  /// The next of the moves to registers that the allocator wants before the current instruction.
  @inlinable @inline(__always)
  public mutating func takeMove() -> ParallelMoves.Step? {
    guard nextMove < allocator.allocation.moves.count,
      Int(allocator.allocation.moves[nextMove].position) == position
    else { return nil }
    let move = allocator.allocation.moves[nextMove]
    nextMove += 1
    return ParallelMoves.Step(
      from: resolve(move.from, move.source), to: move.to, value: move.source)
  }

  /// Puts the moves at the end of a block, before it jumps, into ``moves``, in a possible order.
  public mutating func findEdgeMoves() {
    moves.clear()
    for move in allocator.allocation.edgeMoves(block) {
      moves.add(
        resolve(move.from, move.source), resolve(move.to, move.destination), value: move.source)
    }
    moves.resolve(scratch: convention.scratch)
  }

  /// Finds out how the arguments of a call, and the callee if it is a value, get to where the
  /// callee expects them: first come those in memory, ``memoryArguments``, which nobody reads
  /// before the call, then all registers at once, ``moves``.
  public mutating func findArgumentMoves(
    _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) {
    moves.clear()
    memoryArguments.removeAll(keepingCapacity: true)
    var index = 0
    if instruction.opcode.operandShape.values > 0 {
      moves.add(
        location(selected, 0), Location(convention.environment), value: value(selected, 0))
      index = 1
    }
    var assigner = ArgumentAssigner(convention)
    while index < Int(selected.operandCount) {
      let argument = value(selected, index)
      let from = location(selected, index)
      switch assigner.next(function.valueTypes[Int(argument)]) {
      case .register(let register): moves.add(from, Location(register), value: argument)
      case .memory(let offset):
        module.useThreadState()
        memoryArguments.append(MemoryArgument(value: argument, from: from, offset: offset))
      }
      index += 1
    }
    moves.resolve(scratch: convention.scratch)
  }
}

import CRailRuntime
import Codegen
import IR

/// Compiles one function after the other: selection, liveness, register allocation, frame layout, emission. All tables are
/// reused.
struct FunctionCompiler {
  var module: ModuleState
  var function = IRFunction(name: "")
  var graph = ControlFlowGraph()
  var selection = X86Selection()
  var liveness = Liveness()
  var allocator = RegisterAllocator(registers: CallingConvention.allocatable)
  var frame = FrameLayout()
  var moves = ParallelMoves()

  var relaxation = BranchRelaxation()
  var verifies = false

  // What emission makes: instructions, and what stands between them.
  var output: [MachineInstruction] = []
  var marks: [Mark] = []
  var coldPaths: [ColdPath] = []
  /// Places of the function's parameters.
  var incoming: [ArgumentAssigner.Place] = []
  var incomingLocations: [Location] = []
  /// Labels of the blocks, those of empty ones replaced by the label of the block they lead to.
  var blockLabels: [Int32] = []
  var isSkipped: [Bool] = []
  /// Words of the frame, 0 if there is none.
  var frameWords: Int32 = 0
  // The place where emission stands.
  var block = 0
  var position = 0
  var nextMove = 0
  var nextSafepoint = 0

  // What debuggers are told.
  var recordsDebug = false
  /// The position of the code that is being emitted, and the size of the frame there.
  var debugPosition: UInt32 = 0
  var debugFrameSize: Int32 = 0
  /// A function is entered with nothing but the return address on the stack.
  static let entryFrame = DebugRecord.Frame(size: 8)

  /// Something between two machine instructions.
  struct Mark {
    enum Kind {
      /// `number` is the label that stands here.
      case label
      /// The return address of a call from `position`; `number` is the index of its safepoint, or -1
      /// if nothing is live.
      case call
      /// For debuggers: the code from here on stands for the line of `position`.
      case line
      /// For debuggers: from here on, `number` bytes of the stack belong to the function.
      case frame
    }

    var kind: Kind
    /// Number of instructions before it.
    var index: Int32
    var number: Int32 = -1
    /// Source position.
    var position: UInt32 = 0
  }

  init(module: ModuleState) {
    self.module = module
  }

  /// Appends the code of a function to the module. `label` is its entry.
  mutating func compile(_ compiled: IRFunction, label: Int32) {
    function = compiled
    graph.compute(function)
    selection.run(function)
    liveness.compute(function, selection.code, graph)
    findIncoming()
    allocator.run(
      function, selection.code, liveness, &graph, incoming: incomingLocations)
    frame.compute(function, selection.code, liveness, graph, allocator.allocation)
    if frame.slotCount > FrameLayout.maximumSlots {
      module.fail(.frameTooLarge(function: function.name, slots: frame.slotCount))
      return
    }
    if verifies { verifyAllocation() }
    emitFunction(label)
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
    var assigner = ArgumentAssigner()
    let entry = function.blocks[0]
    for value in Int(entry.firstParameter)..<Int(entry.firstParameter + entry.parameterCount) {
      let place: ArgumentAssigner.Place =
        function.hasEnvironment && value == 0
        ? .register(CallingConvention.environment) : assigner.next(function.valueTypes[value])
      incoming.append(place)
      switch place {
      case .register(let register): incomingLocations.append(Location(register))
      case .memory: incomingLocations.append(.constant)
      }
    }
  }

  // MARK: - The function as a whole

  private mutating func emitFunction(_ label: Int32) {
    output.removeAll(keepingCapacity: true)
    marks.removeAll(keepingCapacity: true)
    coldPaths.removeAll(keepingCapacity: true)
    nextMove = 0
    nextSafepoint = 0
    nameBlocks()
    beginDebugRecord()
    emitPrologue(label)
    for index in function.blocks.indices where !isSkipped[index] {
      block = index
      emitBlock()
    }
    emitColdPaths()
  }

  /// Gives blocks their labels. A block that only jumps on has that of its target, and is not placed.
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

  /// The label of the block that is placed next, or -1.
  func nextLabel() -> Int32 {
    var next = block + 1
    while next < function.blocks.count && isSkipped[next] { next += 1 }
    return next < function.blocks.count ? blockLabels[next] : -1
  }

  private mutating func emitPrologue(_ label: Int32) {
    place(label)
    frameWords = Int32(frame.slotCount)
    if selection.wantsFrame || frameWords > 0 { frameWords |= 1 }
    if frameWords > 0 { emit(X86.sub(.rsp, frameWords * 8)) }
    noteFrame(words: frameWords)
    if selection.callsCode {
      let exhausted = module.buffer.makeLabel()
      emit(
        X86.rm(.cmp, .rsp, X86.Memory(CallingConvention.thread, RAIL_THREAD_STACK_LIMIT)))
      emit(X86.jump(.below, exhausted))
      coldPaths.append(ColdPath(kind: .stackExhausted, label: exhausted))
    }
    loadParameters()
  }

  /// Fetches parameters that are passed in memory.
  private mutating func loadParameters() {
    for (value, place) in incoming.enumerated() {
      guard case .memory(let offset) = place else { continue }
      let memory = X86.Memory(CallingConvention.thread, offset)
      let register = allocator.allocation.registerAtStart(of: 0, Int32(value))
      if register >= 0 {
        load(Register(register), memory)
      } else if frame.slots[value] >= 0 {
        emit(X86.load(CallingConvention.scratch, memory))
        emit(X86.store(slotMemory(frame.slots[value]), CallingConvention.scratch))
      }
    }
  }

  mutating func emitEpilogue() {
    if frameWords > 0 { emit(X86.add(.rsp, frameWords * 8)) }
    noteFrame(words: 0)
  }

  // MARK: - Blocks

  private mutating func emitBlock() {
    place(blockLabels[block])
    // The block before may have ended with its frame gone.
    noteFrame(words: frameWords)
    let start = Int(selection.code.blockStarts[block])
    noteLine(ofInstruction: start)
    for value in frame.stores(atStartOf: block) {
      let register = allocator.allocation.registerAtStart(of: block, value)
      store(slotMemory(frame.slots[Int(value)]), Register(register))
    }
    let end = Int(selection.code.blockStarts[block + 1])
    for index in start..<end {
      position = index
      noteLine(ofInstruction: index)
      emitMoves()
      let selected = selection.code.instructions[index]
      emitInstruction(selected)
      if selected.result >= 0
        && allocator.allocation.values[Int(selected.result)].spillBlock == Int32(block)
      {
        let slot = frame.slots[Int(selected.result)]
        store(slotMemory(slot), Register(allocator.allocation.results[index]))
      }
    }
  }

  /// The moves that the allocator wants before the instruction.
  private mutating func emitMoves() {
    while nextMove < allocator.allocation.moves.count
      && Int(allocator.allocation.moves[nextMove].position) == position
    {
      let move = allocator.allocation.moves[nextMove]
      copy(move.source, from: resolve(move.from, move.source), to: move.to.register)
      nextMove += 1
    }
  }

  // MARK: - Output

  @inline(__always) mutating func emit(_ instruction: MachineInstruction) {
    output.append(instruction)
  }

  mutating func place(_ label: Int32) {
    marks.append(Mark(kind: .label, index: Int32(output.count), number: label))
  }

  /// Notes that the instruction emitted last is a call.
  mutating func markCall(safepoint: Int, position: UInt32) {
    marks.append(
      Mark(
        kind: .call, index: Int32(output.count), number: Int32(safepoint), position: position))
  }

  // MARK: - Operands

  /// Where the operand `index` of an instruction is.
  func location(_ selected: SelectedInstruction, _ index: Int) -> Location {
    let operand = Int(selected.operandStart) + index
    return resolve(
      allocator.allocation.operands[operand], selection.code.operands[operand].value)
  }

  /// The register of an operand that is in one.
  @inline(__always)
  func register(_ selected: SelectedInstruction, _ index: Int) -> Register {
    let location = allocator.allocation.operands[Int(selected.operandStart) + index]
    precondition(location.isRegister, "the operand has a register")
    return location.register
  }

  @inline(__always)
  func value(_ selected: SelectedInstruction, _ index: Int) -> Int32 {
    selection.code.operands[Int(selected.operandStart) + index].value
  }

  /// The bits of a constant operand that selection has found to be small.
  func immediate(_ selected: SelectedInstruction, _ index: Int) -> Int32 {
    let definition = selection.definitions[Int(value(selected, index))]
    return Int32(truncatingIfNeeded: function.instructions[Int(definition)].immediate)
  }

  var result: Register { Register(allocator.allocation.results[position]) }

  func resolve(_ location: Location, _ value: Int32) -> Location {
    location == .valueSlot ? Location(slot: frame.slots[Int(value)]) : location
  }

  func slotMemory(_ slot: Int32) -> X86.Memory {
    precondition(slot >= 0, "the value has a slot")
    return X86.Memory(.rsp, slot * 8)
  }
}

import CRailRuntime
import Codegen
import IR

extension FunctionCompiler {
  /// Makes the machine instructions of a function. `label` is its entry.
  mutating func compile(_ compiled: IRFunction, label: Int32) {
    begin(compiled)
    selection.run(function)
    guard allocate() else { return }
    self.label = label
    place(label)
    if frameBlock == 0 { emitPrologue() }
    loadParameters()
    for index in function.blocks.indices where !isSkipped[index] {
      block = index
      emitBlock()
    }
    emitColdPaths()
  }

  private mutating func emitPrologue() {
    if module.checksStack(label, frameWords: frameWords) { emitStackCheck() }
    if frameWords > 0 { emit(X86.sub(.rsp, frameWords * 8)) }
    noteFrame(words: frameWords)
  }

  /// Goes to the runtime, in the place of this function, unless the stack has room for its frame.
  private mutating func emitStackCheck() {
    let limit = X86.Memory(CallingConvention.thread, RAIL_THREAD_STACK_LIMIT)
    if !module.isLargeFrame(words: frameWords) {
      emit(X86.rm(.cmp, .rsp, limit))
    } else {
      let scratch = CallingConvention.scratch
      emit(X86.lea(scratch, X86.Memory(.rsp, -frameWords * 8)))
      emit(X86.rm(.cmp, scratch, limit))
    }
    emit(X86.jump(.below, symbol: module.slowStack()))
  }

  /// Fetches parameters that are passed in memory.
  private mutating func loadParameters() {
    for parameter in memoryParameters {
      let memory = X86.Memory(CallingConvention.thread, parameter.offset)
      if parameter.to.isRegister {
        load(parameter.to.register, memory)
      } else {
        load(CallingConvention.scratch, memory)
        store(slotMemory(parameter.to.slot), CallingConvention.scratch)
      }
    }
  }

  mutating func emitEpilogue() {
    if openFrameWords > 0 { emit(X86.add(.rsp, frameWords * 8)) }
    noteFrame(words: 0)
  }

  /// Notes that from here on the function has `words` words of the stack above the stack pointer,
  /// without the return address.
  mutating func noteFrame(words: Int32) { noteFrame(DebugRecord.Frame(size: 8 + 8 * words)) }

  // MARK: - Blocks

  private mutating func emitBlock() {
    place(blockLabels[block])
    let start = Int(selection.code.blockStarts[block])
    // The block before may have ended with its frame gone.
    let makesFrame = block == frameBlock && block > 0
    noteFrame(words: makesFrame ? 0 : openFrameWords)
    noteLine(ofInstruction: start)
    if makesFrame { emitPrologue() }
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
      let slot = resultSlot(selected)
      if slot >= 0 { store(slotMemory(slot), result) }
    }
  }

  /// The moves that the allocator wants before the instruction.
  private mutating func emitMoves() {
    while let move = takeMove() {
      copy(move.value, from: move.from, to: move.to.register)
    }
  }

  // MARK: - Operands

  /// The bits of a constant operand that selection has found to be small.
  func immediate(_ selected: SelectedInstruction, _ index: Int) -> Int32 {
    Int32(truncatingIfNeeded: constant(selected, index))
  }

  func slotMemory(_ slot: Int32) -> X86.Memory {
    precondition(slot >= 0, "the value has a slot")
    return X86.Memory(.rsp, slot * 8)
  }
}

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

  // MARK: - Frames

  /// A frame is the slots, from the stack pointer upwards, and the return address above them.
  private mutating func emitPrologue() {
    if module.checksStack(label, frameWords: frameWords) { emitStackCheck() }
    if frameWords > 0 { openFrame(bytes: (frameWords + 1) * 8) }
  }

  /// Goes to the runtime, in the place of this function, unless the stack has room for its frame.
  private mutating func emitStackCheck() {
    var limit = CallingConvention.stackLimit
    if module.isLargeFrame(words: frameWords) {
      // The limit is far from the end of the address space, and a frame has less than 24 bits.
      let scratch = CallingConvention.scratch
      let bytes = Int64(frameWords + 1) * 8
      if bytes >= 0x1000 {
        emit(ARM64.add(scratch, limit, bytes & ~0xFFF))
        limit = scratch
      }
      emit(ARM64.add(scratch, limit, bytes & 0xFFF))
      limit = scratch
    }
    let exhausted = module.buffer.makeLabel()
    emit(ARM64.cmp(.sp, limit, .uxtx))
    emit(ARM64.branch(.carryClear, exhausted))
    coldPaths.append(ColdPath(kind: .stackExhausted, label: exhausted))
  }

  mutating func emitEpilogue() {
    if openFrameWords > 0 { closeFrame(bytes: (frameWords + 1) * 8) }
  }

  /// Makes a frame whose last word is the return address; of the smallest frame, the other word is
  /// so too.
  mutating func openFrame(bytes: Int32) {
    let link = CallingConvention.link
    if bytes == 16 {
      emit(ARM64.storePair(link, link, ARM64.Memory(.sp, -16, mode: .preIndex)))
    } else {
      moveStackPointer(-Int64(bytes))
      noteFrame(DebugRecord.Frame(size: bytes, keepsReturnRegister: true))
      store(memory(.sp, bytes - 8, width: 8), link)
    }
    noteFrame(DebugRecord.Frame(size: bytes))
  }

  mutating func closeFrame(bytes: Int32) {
    let link = CallingConvention.link
    if bytes == 16 {
      emit(
        ARM64.loadPair(CallingConvention.scratch, link, ARM64.Memory(.sp, 16, mode: .postIndex)))
    } else {
      load(link, memory(.sp, bytes - 8, width: 8))
      moveStackPointer(Int64(bytes))
    }
    noteFrame(DebugRecord.Frame(size: 0, keepsReturnRegister: true))
  }

  /// Notes that the function has its frame, of so many words besides the return address, if any.
  mutating func noteFrame(words: Int32) {
    noteFrame(
      words > 0
        ? DebugRecord.Frame(size: (words + 1) * 8)
        : DebugRecord.Frame(size: 0, keepsReturnRegister: true))
  }

  /// Adds a number of up to 24 bits.
  private mutating func moveStackPointer(_ bytes: Int64) {
    let low = bytes % 0x1000
    if bytes - low != 0 { emit(ARM64.add(.sp, .sp, bytes - low)) }
    if low != 0 { emit(ARM64.add(.sp, .sp, low)) }
  }

  /// Fetches parameters that are passed in memory.
  private mutating func loadParameters() {
    for parameter in memoryParameters {
      let memory = ARM64.Memory(CallingConvention.thread, parameter.offset)
      if parameter.to.isRegister {
        load(parameter.to.register, memory)
      } else {
        load(CallingConvention.scratch, memory)
        store(slotMemory(parameter.to.slot), CallingConvention.scratch)
      }
    }
  }

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
}

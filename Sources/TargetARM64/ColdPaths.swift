import CRailRuntime
import Codegen
import IR

extension FunctionCompiler {
  mutating func emitColdPaths() {
    var index = 0
    while index < coldPaths.count {
      let path = coldPaths[index]
      place(path.label)
      noteFrame(words: frameWords)
      noteLine(path.position == 0 ? function.position : path.position)
      emitColdPath(path)
      index += 1
    }
  }

  private mutating func emitColdPath(_ path: ColdPath) {
    switch path.kind {
    case .slow, .slowRaw, .slowBranch:
      passOperands(path)
      emitRuntimeCall(path.symbol, path.safepoint, path.position)
      finishSlow(path)
    case .allocate:
      let scratch = CallingConvention.scratch
      ARM64.appendConstant(Int64(path.immediate), to: scratch, into: &output)
      emit(ARM64.store(scratchWord(0), scratch))
      emitRuntimeCall(module.slowAllocate(), path.safepoint, path.position)
      emit(ARM64.branch(path.join))
    case .apply:
      emit(ARM64.call(label: path.target))
      markCall(safepoint: path.safepoint, position: path.position)
      emit(ARM64.branch(path.join))
    case .stackExhausted:
      noteFrame(DebugRecord.Frame(size: 0, keepsReturnRegister: true))
      emit(ARM64.branch(symbol: module.slowStack()))
    case .negateQuotient, .clearRemainder:
      preconditionFailure("division does not trap")
    }
  }

  /// Stores the operands in the thread state.
  private mutating func passOperands(_ path: ColdPath) {
    for index in 0..<path.operandCount {
      let (location, value) = path.operand(index)
      copy(value, from: location, to: scratchWord(index))
    }
  }

  private mutating func finishSlow(_ path: ColdPath) {
    if path.kind == .slowBranch {
      let scratch = CallingConvention.scratch
      emit(ARM64.load(scratch, scratchWord(0)))
      // The ints 1 and 0 differ in bit 1.
      emit(ARM64.branchIfSet(scratch, bit: 1, path.join))
      emit(ARM64.branch(path.target))
      return
    }
    if path.result >= 0 {
      let d = Register(path.result)
      emit(ARM64.load(d, scratchWord(0)))
      if path.kind == .slowRaw { emit(ARM64.lsr(d, d, 1)) }
    }
    emit(ARM64.branch(path.join))
  }

  private func scratchWord(_ index: Int) -> ARM64.Memory {
    ARM64.Memory(CallingConvention.thread, RAIL_THREAD_SCRATCH + Int32(8 * index))
  }
}

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
      emitSlowCall(path.symbol, path)
      finishSlow(path)
    case .allocate:
      emit(X86.mi(.mov, scratchWord(0), Int64(path.immediate)))
      emitSlowCall(module.slowAllocate(), path)
      emit(X86.jump(path.join))
    case .apply:
      emit(X86.call(label: path.target))
      markCall(safepoint: path.safepoint, position: path.position)
      emit(X86.jump(path.join))
    case .stackExhausted:
      preconditionFailure("functions jump to the runtime themselves")
    case .negateQuotient:
      emit(X86.r(.neg, .rax))
      emit(X86.jump(path.join))
    case .clearRemainder:
      emit(X86.clear(.rdx))
      emit(X86.jump(path.join))
    }
  }

  /// Stores the operands in the thread state.
  private mutating func passOperands(_ path: ColdPath) {
    for index in 0..<path.operandCount {
      let (location, value) = path.operand(index)
      copy(value, from: location, to: scratchWord(index))
    }
  }

  /// Calls a stub of the runtime.
  private mutating func emitSlowCall(_ symbol: Int32, _ path: ColdPath) {
    alignStack()
    emit(X86.call(symbol: symbol))
    markCall(safepoint: path.safepoint, position: path.position)
    undoAlignment()
  }

  private mutating func finishSlow(_ path: ColdPath) {
    if path.kind == .slowBranch {
      emit(X86.mi(.cmp, scratchWord(0), 1))
      emit(X86.jump(.notEqual, path.join))
      emit(X86.jump(path.target))
      return
    }
    if path.result >= 0 {
      emit(X86.load(Register(path.result), scratchWord(0)))
      if path.kind == .slowRaw { emit(X86.ri(.shr, Register(path.result), 1)) }
    }
    emit(X86.jump(path.join))
  }

  private func scratchWord(_ index: Int) -> X86.Memory {
    X86.Memory(CallingConvention.thread, RAIL_THREAD_SCRATCH + Int32(8 * index))
  }
}

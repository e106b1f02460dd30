import CRailRuntime
import Codegen
import IR

/// Code that is rarely executed and stands behind the function: what inline code jumps to when its assumption does
/// not hold.
struct ColdPath {
  enum Kind {
    /// Calls `symbol` with the operands; the result, if `result` is not -1, goes there.
    case slow
    /// The same for a comparison whose result is wanted as a raw 0 or 1.
    case slowRaw
    /// The same, but goes to `join` if the result is true and to `target` if not.
    case slowBranch
    /// Gets new space for an object of `immediate` bytes.
    case allocate
    /// Calls the function `target` with everything in place.
    case apply
    /// The stack is exhausted.
    case stackExhausted
    /// Division by -1.
    case negateQuotient, clearRemainder
  }

  var kind: Kind
  var label: Int32
  /// Where the path comes back to.
  var join: Int32 = -1
  var target: Int32 = -1
  var symbol: Int32 = -1
  var result: Int32 = -1
  var immediate: Int32 = 0
  var safepoint = -1
  var position: UInt32 = 0
  /// The operands: at most three, with the values that tell about constants.
  var operandCount = 0
  var operands: (Location, Location, Location) = (.constant, .constant, .constant)
  var values: (Int32, Int32, Int32) = (-1, -1, -1)

  init(kind: Kind, label: Int32, join: Int32 = -1) {
    self.kind = kind
    self.label = label
    self.join = join
  }

  mutating func add(_ location: Location, _ value: Int32) {
    switch operandCount {
    case 0: (operands.0, values.0) = (location, value)
    case 1: (operands.1, values.1) = (location, value)
    default: (operands.2, values.2) = (location, value)
    }
    operandCount += 1
  }

  func operand(_ index: Int) -> (Location, Int32) {
    switch index {
    case 0: (operands.0, values.0)
    case 1: (operands.1, values.1)
    default: (operands.2, values.2)
    }
  }
}

extension FunctionCompiler {
  // MARK: - Recording

  mutating func addOperand(_ path: inout ColdPath, _ selected: SelectedInstruction, _ index: Int) {
    path.add(location(selected, index), value(selected, index))
  }

  /// The operands of a generic operation in the order in which the runtime wants them.
  mutating func addOperands(
    _ path: inout ColdPath, _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) {
    if selected.variant & Variant.swapped != 0 {
      addOperand(&path, selected, 1)
      addOperand(&path, selected, 0)
    } else {
      for index in 0..<Int(selected.operandCount) { addOperand(&path, selected, index) }
    }
  }

  /// Ends the record of a path that has the current instruction's stack map.
  mutating func addSafepoint(_ path: inout ColdPath, _ instruction: IRInstruction) {
    path.safepoint = nextSafepoint
    path.position = instruction.position
    nextSafepoint += 1
    coldPaths.append(path)
  }

  // MARK: - Emission

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
      emit(X86.call(symbol: module.slowStack()))
      markCall(safepoint: -1, position: path.position)
      emit(X86.none(.ud2))
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

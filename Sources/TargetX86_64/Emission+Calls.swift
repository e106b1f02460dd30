import CRailRuntime
import Codegen
import IR

extension FunctionCompiler {
  /// Calls with up to this many arguments test inline whether they may go straight to the closure's
  /// code.
  private static let inlineArguments = 6

  mutating func emitCall(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    passArguments(selected, instruction)
    let safepoint = nextSafepoint
    nextSafepoint += 1
    switch instruction.opcode {
    case .call:
      emit(X86.call(label: module.functionLabel(instruction.immediate)))
    case .callClosure:
      emit(X86.call(X86.Memory(CallingConvention.environment)))
    case .callRuntime:
      emit(X86.lea(.rax, symbol: module.externalSymbol(instruction.immediate)))
      alignStack()
      emit(X86.call(symbol: module.callC()))
      markCall(safepoint: safepoint, position: instruction.position)
      undoAlignment()
      return
    case .callExternal:
      emit(X86.call(symbol: module.externalSymbol(instruction.immediate)))
    default:
      emitCallValue(instruction, safepoint)
      return
    }
    markCall(safepoint: safepoint, position: instruction.position)
  }

  /// A function without a frame has to align the stack pointer before it calls.
  mutating func alignStack() {
    guard frameWords == 0 else { return }
    emit(X86.sub(.rsp, 8))
    noteFrame(words: 1)
  }

  mutating func undoAlignment() {
    guard frameWords == 0 else { return }
    emit(X86.add(.rsp, 8))
    noteFrame(words: 0)
  }

  /// A closure that takes just these arguments is called directly; `rail_apply_N` knows what to do
  /// with the rest.
  private mutating func emitCallValue(_ instruction: IRInstruction, _ safepoint: Int) {
    let apply = module.applyLabel(instruction.listCount)
    if instruction.listCount > Self.inlineArguments {
      emit(X86.call(label: apply))
    } else {
      let other = module.buffer.makeLabel()
      let done = module.buffer.makeLabel()
      emitClosureTest(instruction.listCount, otherwise: other)
      emit(X86.call(X86.Memory(CallingConvention.environment)))
      var path = ColdPath(kind: .apply, label: other, join: done)
      path.target = apply
      path.safepoint = safepoint
      path.position = instruction.position
      coldPaths.append(path)
      markCall(safepoint: safepoint, position: instruction.position)
      place(done)
      return
    }
    markCall(safepoint: safepoint, position: instruction.position)
  }

  /// Goes on if the environment register holds a closure that takes `count` arguments.
  private mutating func emitClosureTest(_ count: Int32, otherwise: Int32) {
    let closure = CallingConvention.environment
    emitPointerTest(closure, otherwise: otherwise)
    let header = count << RAIL_AUX_SHIFT | RAIL_KIND_CLOSURE
    emit(X86.mi(.cmp, X86.Memory(closure, -8), Int64(header), width: 4))
    emit(X86.jump(.notEqual, otherwise))
  }

  mutating func emitTailCall(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    passArguments(selected, instruction)
    emitEpilogue()
    switch instruction.opcode {
    case .tailCall:
      emit(X86.jump(module.functionLabel(instruction.immediate)))
    case .tailCallClosure:
      emit(X86.jump(X86.Memory(CallingConvention.environment)))
    case .tailCallExternal:
      emit(X86.jump(symbol: module.externalSymbol(instruction.immediate)))
    default:
      let apply = module.applyLabel(instruction.listCount)
      if instruction.listCount > Self.inlineArguments {
        emit(X86.jump(apply))
      } else {
        emitClosureTest(instruction.listCount, otherwise: apply)
        emit(X86.jump(X86.Memory(CallingConvention.environment)))
      }
    }
  }

  mutating func emitReturn(_ selected: SelectedInstruction) {
    let isFloat = function.resultType == .float
    copy(
      value(selected, 0), from: location(selected, 0),
      to: isFloat ? CallingConvention.floatResult : CallingConvention.result)
    emitEpilogue()
    emit(X86.none(.ret))
  }

  /// Brings the arguments, and the callee if it is a value, to where the callee expects them.
  private mutating func passArguments(
    _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) {
    findArgumentMoves(selected, instruction)
    for argument in memoryArguments {
      copy(
        argument.value, from: argument.from,
        to: X86.Memory(CallingConvention.thread, argument.offset))
    }
    emitMoveSteps()
  }
}

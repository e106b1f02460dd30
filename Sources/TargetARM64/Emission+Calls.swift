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
      emit(ARM64.call(label: module.functionLabel(instruction.immediate)))
    case .callClosure:
      emitClosureCode()
      emit(ARM64.call(CallingConvention.scratch))
    case .callRuntime:
      makeAddress(CallingConvention.scratch, module.externalSymbol(instruction.immediate), 0)
      emitRuntimeCall(module.callC(), safepoint, instruction.position)
      return
    case .callExternal:
      emit(ARM64.call(symbol: module.externalSymbol(instruction.immediate)))
    default:
      emitCallValue(instruction, safepoint)
      return
    }
    markCall(safepoint: safepoint, position: instruction.position)
  }

  /// Calls a routine of the runtime. A function without a frame has to keep its return address.
  mutating func emitRuntimeCall(_ symbol: Int32, _ safepoint: Int, _ position: UInt32) {
    if frameWords == 0 { openFrame(bytes: 16) }
    emit(ARM64.call(symbol: symbol))
    markCall(safepoint: safepoint, position: position)
    if frameWords == 0 { closeFrame(bytes: 16) }
  }

  /// Loads the address of the code of the closure in the environment register.
  private mutating func emitClosureCode() {
    emit(ARM64.load(CallingConvention.scratch, ARM64.Memory(CallingConvention.environment)))
  }

  /// A closure that takes just these arguments is called directly; `rail_apply_N` knows what to do
  /// with the rest.
  private mutating func emitCallValue(_ instruction: IRInstruction, _ safepoint: Int) {
    let apply = module.applyLabel(instruction.listCount)
    if instruction.listCount > Self.inlineArguments {
      emit(ARM64.call(label: apply))
      markCall(safepoint: safepoint, position: instruction.position)
      return
    }
    let other = module.buffer.makeLabel()
    let done = module.buffer.makeLabel()
    emitClosureTest(instruction.listCount, otherwise: other)
    emitClosureCode()
    emit(ARM64.call(CallingConvention.scratch))
    var path = ColdPath(kind: .apply, label: other, join: done)
    path.target = apply
    path.safepoint = safepoint
    path.position = instruction.position
    coldPaths.append(path)
    markCall(safepoint: safepoint, position: instruction.position)
    place(done)
  }

  /// Goes on if the environment register holds a closure that takes `count` arguments.
  private mutating func emitClosureTest(_ count: Int32, otherwise: Int32) {
    let closure = CallingConvention.environment
    let scratch = CallingConvention.scratch
    emitPointerTest(closure, otherwise: otherwise)
    emit(ARM64.load(scratch, ARM64.Memory(closure, -8), width: 4))
    emit(ARM64.cmp(scratch, Int64(count << RAIL_AUX_SHIFT | RAIL_KIND_CLOSURE), width: 4))
    emit(ARM64.branch(.notEqual, otherwise))
  }

  mutating func emitTailCall(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    passArguments(selected, instruction)
    emitEpilogue()
    switch instruction.opcode {
    case .tailCall:
      emit(ARM64.branch(module.functionLabel(instruction.immediate)))
    case .tailCallClosure:
      emitClosureCode()
      emit(ARM64.branch(CallingConvention.scratch))
    case .tailCallExternal:
      emit(ARM64.branch(symbol: module.externalSymbol(instruction.immediate)))
    default:
      let apply = module.applyLabel(instruction.listCount)
      if instruction.listCount > Self.inlineArguments {
        emit(ARM64.branch(apply))
      } else {
        emitClosureTest(instruction.listCount, otherwise: apply)
        emitClosureCode()
        emit(ARM64.branch(CallingConvention.scratch))
      }
    }
  }

  mutating func emitReturn(_ selected: SelectedInstruction) {
    let isFloat = function.resultType == .float
    copy(
      value(selected, 0), from: location(selected, 0),
      to: isFloat ? CallingConvention.floatResult : CallingConvention.result)
    emitEpilogue()
    emit(ARM64.ret())
  }

  /// Brings the arguments, and the callee if it is a value, to where the callee expects them.
  private mutating func passArguments(
    _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) {
    findArgumentMoves(selected, instruction)
    for argument in memoryArguments {
      copy(
        argument.value, from: argument.from,
        to: ARM64.Memory(CallingConvention.thread, argument.offset))
    }
    emitMoveSteps()
  }
}

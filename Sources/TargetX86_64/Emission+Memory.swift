import CRailRuntime
import Codegen
import IR

extension FunctionCompiler {
  // MARK: - Loads and stores

  /// The memory operand of a load or store whose operand 0, and perhaps 1, is its address.
  private mutating func memory(
    _ selected: SelectedInstruction, _ instruction: IRInstruction, scale: UInt8?
  ) -> X86.Memory {
    let displacement = Int32(truncatingIfNeeded: instruction.immediate)
    if selected.variant == Variant.symbolAddress {
      let address = symbolReference(definition(instruction.a))
      return X86.Memory(symbol: address.symbol, address.displacement + displacement)
    }
    guard let scale else { return X86.Memory(register(selected, 0), displacement) }
    return X86.Memory(
      register(selected, 0), displacement, index: register(selected, 1), scale: scale)
  }

  mutating func emitLoad(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    switch instruction.opcode {
    case .load: load(result, memory(selected, instruction, scale: nil))
    case .loadIndexed: load(result, memory(selected, instruction, scale: 8))
    case .load32: emit(X86.load(result, memory(selected, instruction, scale: nil), width: 4))
    default: emit(X86.rm(.movzx8, result, memory(selected, instruction, scale: 1), width: 4))
    }
  }

  mutating func emitStore(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let index = Int(selected.operandCount) - 1
    let stored = location(selected, index)
    switch instruction.opcode {
    case .store:
      copy(value(selected, index), from: stored, to: memory(selected, instruction, scale: nil))
    case .storeIndexed:
      copy(value(selected, index), from: stored, to: memory(selected, instruction, scale: 8))
    default:
      let target = memory(selected, instruction, scale: 1)
      if stored.isRegister {
        emit(X86.mr(.mov, target, stored.register, width: 1))
      } else {
        let byte = Int8(truncatingIfNeeded: immediate(selected, index))
        emit(X86.mi(.mov, target, Int64(byte), width: 1))
      }
    }
  }

  // MARK: - Objects

  /// Advances the allocation pointer; if that goes beyond the limit, the cold path gets new space.
  /// The object is then filled from its end, which is where the allocation pointer stands in both
  /// cases.
  mutating func emitAllocate(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let size = Int32(8 * (selected.operandCount + 1))
    let pointer = CallingConvention.allocationPointer
    let slow = module.buffer.makeLabel()
    let done = module.buffer.makeLabel()
    emit(X86.add(pointer, size))
    emit(X86.rm(.cmp, pointer, X86.Memory(CallingConvention.thread, RAIL_THREAD_ALLOCATION_LIMIT)))
    emit(X86.jump(.above, slow))
    place(done)
    var path = ColdPath(kind: .allocate, label: slow, join: done)
    path.immediate = size
    addSafepoint(&path, instruction)

    storeHeader(X86.Memory(pointer, -size), instruction.immediate)
    for index in 0..<Int(selected.operandCount) {
      copy(
        value(selected, index), from: location(selected, index),
        to: X86.Memory(pointer, Int32(8 * (index + 1)) - size))
    }
    emit(X86.lea(result, X86.Memory(pointer, 8 - size)))
  }

  private mutating func storeHeader(_ memory: X86.Memory, _ header: Int64) {
    if let small = Int32(exactly: header) {
      emit(X86.mi(.mov, memory, Int64(small)))
    } else {
      emit(X86.mov(CallingConvention.scratch, immediate: header))
      emit(X86.store(memory, CallingConvention.scratch))
    }
  }

  mutating func emitRemember(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let slow = module.buffer.makeLabel()
    let done = module.buffer.makeLabel()
    emit(X86.jump(slow))
    place(done)
    var path = ColdPath(kind: .slow, label: slow, join: done)
    path.symbol = module.slowRemember()
    addOperand(&path, selected, 0)
    addSafepoint(&path, instruction)
  }
}

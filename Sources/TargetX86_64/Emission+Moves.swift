import Codegen
import IR

// Copies between registers, slots, memory and constants.

extension FunctionCompiler {
  mutating func load(_ register: Register, _ memory: X86.Memory) {
    emit(register.isFloat ? X86.rm(.movsd, register, memory) : X86.load(register, memory))
  }

  mutating func store(_ memory: X86.Memory, _ register: Register) {
    emit(register.isFloat ? X86.mr(.movsd, memory, register) : X86.store(memory, register))
  }

  /// Copies a value to a register.
  mutating func copy(_ value: Int32, from: Location, to register: Register) {
    if from.isSlot {
      load(register, slotMemory(from.slot))
    } else if from.isRegister {
      copy(from.register, to: register)
    } else {
      makeConstant(value, in: register)
    }
  }

  mutating func copy(_ source: Register, to register: Register) {
    if source == register { return }
    switch (source.isFloat, register.isFloat) {
    case (false, false): emit(X86.mov(register, source))
    case (true, true): emit(X86.rr(.movapd, register, source))
    case (false, true): emit(X86.rr(.movqToXMM, register, source))
    case (true, false): emit(X86.rr(.movqFromXMM, register, source))
    }
  }

  /// Copies a value to memory; uses a scratch register if it is in none.
  mutating func copy(_ value: Int32, from: Location, to memory: X86.Memory) {
    if from.isRegister {
      store(memory, from.register)
    } else if from.isSlot {
      load(CallingConvention.floatScratch, slotMemory(from.slot))
      store(memory, CallingConvention.floatScratch)
    } else if let bits = smallBits(value) {
      emit(X86.mi(.mov, memory, Int64(bits)))
    } else {
      makeConstant(value, in: CallingConvention.scratch)
      store(memory, CallingConvention.scratch)
    }
  }

  /// The bits of a constant, a double too, if they fit a sign-extended 32-bit field.
  private func smallBits(_ value: Int32) -> Int32? {
    let definition = definition(value)
    return definition.opcode == .constant ? Int32(exactly: definition.immediate) : nil
  }

  /// Makes a constant in a register. May change the flags and, for a double, the scratch register.
  mutating func makeConstant(_ value: Int32, in register: Register) {
    let definition = definition(value)
    switch definition.opcode {
    case .constant where register.isFloat:
      if definition.immediate == 0 {
        emit(X86.rr(.xorpd, register, register))
      } else {
        emit(X86.mov(CallingConvention.scratch, immediate: definition.immediate))
        emit(X86.rr(.movqToXMM, register, CallingConvention.scratch))
      }
    case .constant:
      emit(
        definition.immediate == 0
          ? X86.clear(register) : X86.mov(register, immediate: definition.immediate))
    case .functionAddress:
      emit(X86.lea(register, label: module.functionLabel(definition.immediate)))
    default:
      let (symbol, displacement) = symbolReference(definition)
      emit(X86.lea(register, symbol: symbol, displacement))
    }
  }

  // MARK: - Parallel moves

  /// The moves at the end of a block, before it jumps.
  mutating func emitEdgeMoves() {
    findEdgeMoves()
    emitMoveSteps()
  }

  /// The steps of ``moves``.
  mutating func emitMoveSteps() {
    for step in moves.steps {
      if step.to.isRegister {
        copy(step.value, from: step.from, to: step.to.register)
      } else {
        copy(step.value, from: step.from, to: slotMemory(step.to.slot))
      }
    }
  }
}

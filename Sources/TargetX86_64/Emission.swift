import CRailRuntime
import Codegen
import IR

extension FunctionCompiler {
  /// Emits the machine instructions of one selected instruction.
  mutating func emitInstruction(_ selected: SelectedInstruction) {
    let instruction = function.instructions[Int(selected.ir)]
    switch instruction.opcode {
    case .constant, .dataAddress, .functionAddress, .externalAddress, .globalAddress:
      preconditionFailure("constants are not selected")
    case .add: emitAdd(selected)
    case .subtract: emitSubtract(selected)
    case .multiply: emitMultiply(selected)
    case .divide, .remainder: emitDivision(selected, instruction)
    case .and: emitLogical(.and, selected)
    case .or: emitLogical(.or, selected)
    case .xor: emitLogical(.xor, selected)
    case .shiftLeft: emitShift(.shl, .shlCL, selected)
    case .shiftRightLogical: emitShift(.shr, .shrCL, selected)
    case .shiftRightArithmetic: emitShift(.sar, .sarCL, selected)
    case .negate: emitUnary(.neg, selected)
    case .not: emitUnary(.not, selected)
    case .floatAdd: emitFloat(.addsd, commutes: true, selected)
    case .floatSubtract: emitFloat(.subsd, commutes: false, selected)
    case .floatMultiply: emitFloat(.mulsd, commutes: true, selected)
    case .floatDivide: emitFloat(.divsd, commutes: false, selected)
    case .floatNegate: emitFloatNegate(selected)
    case .floatSquareRoot: emitConversion(.sqrtsd, selected)
    case .intToFloat: emitConversion(.cvtsi2sd, selected)
    case .floatToBits, .bitsToFloat:
      copy(value(selected, 0), from: location(selected, 0), to: result)
    case .compare, .floatCompare, .testKind, .testHeader, .testInts:
      emitConditionValue(selected, instruction)
    case .load, .load32, .loadIndexed, .loadByte: emitLoad(selected, instruction)
    case .store, .storeIndexed, .storeByte: emitStore(selected, instruction)
    case .remember: emitRemember(selected, instruction)
    case .allocate: emitAllocate(selected, instruction)
    case .generic: emitGeneric(selected, instruction)
    case .genericCompare: emitGenericCompareValue(selected, instruction, isTagged: false)
    case .call, .callValue, .callClosure, .callRuntime, .callExternal:
      emitCall(selected, instruction)
    case .return: emitReturn(selected)
    case .jump: emitJump(Int(instruction.immediate))
    case .branch: emitBranch(selected, instruction)
    case .switch: emitSwitch(selected, instruction)
    case .tailCall, .tailCallValue, .tailCallClosure, .tailCallExternal:
      emitTailCall(selected, instruction)
    case .unreachable: emit(X86.none(.ud2))
    }
  }

  // MARK: - Integer arithmetic

  /// d = d op right, where right is a register, a slot or a small constant.
  mutating func combine(
    _ opcode: X86Opcode, _ d: Register, _ selected: SelectedInstruction, _ index: Int
  ) {
    let right = location(selected, index)
    if right.isRegister {
      emit(X86.rr(opcode, d, right.register))
    } else if right.isSlot {
      emit(X86.rm(opcode, d, slotMemory(right.slot)))
    } else {
      emit(X86.ri(opcode, d, Int64(immediate(selected, index))))
    }
  }

  private mutating func emitAdd(_ selected: SelectedInstruction) {
    let left = register(selected, 0)
    let right = location(selected, 1)
    if right.isSlot {
      copy(left, to: result)
      combine(.add, result, selected, 1)
    } else if right.isRegister {
      addRegisters(result, left, right.register, 0)
    } else {
      addConstant(result, left, immediate(selected, 1))
    }
  }

  /// d = a + constant.
  mutating func addConstant(_ d: Register, _ a: Register, _ constant: Int32) {
    if constant == 0 {
      copy(a, to: d)
    } else if d == a {
      emit(X86.add(d, constant))
    } else {
      emit(X86.lea(d, X86.Memory(a, constant)))
    }
  }

  /// d = a + b + constant.
  mutating func addRegisters(_ d: Register, _ a: Register, _ b: Register, _ constant: Int32) {
    if constant != 0 || (d != a && d != b) {
      emit(X86.lea(d, X86.Memory(a, constant, index: b)))
    } else {
      emit(X86.add(d, d == a ? b : a))
    }
  }

  private mutating func emitSubtract(_ selected: SelectedInstruction) {
    let left = register(selected, 0)
    let right = location(selected, 1)
    if right == .constant && immediate(selected, 1) != Int32.min {
      addConstant(result, left, -immediate(selected, 1))
    } else {
      subtract(result, left, selected)
    }
  }

  /// d = left - operand 1.
  mutating func subtract(_ d: Register, _ left: Register, _ selected: SelectedInstruction) {
    let right = location(selected, 1)
    if right.isRegister && right.register == d && left != d {
      emit(X86.r(.neg, d))
      emit(X86.add(d, left))
    } else {
      copy(left, to: d)
      combine(.sub, d, selected, 1)
    }
  }

  private mutating func emitMultiply(_ selected: SelectedInstruction) {
    let left = register(selected, 0)
    let right = location(selected, 1)
    if right == .constant {
      emit(X86.rri(.imul, result, left, Int64(immediate(selected, 1))))
    } else if right.isRegister && right.register == result {
      emit(X86.rr(.imul, result, left))
    } else {
      copy(left, to: result)
      combine(.imul, result, selected, 1)
    }
  }

  private mutating func emitLogical(_ opcode: X86Opcode, _ selected: SelectedInstruction) {
    let left = register(selected, 0)
    let right = location(selected, 1)
    if right.isRegister && right.register == result {
      emit(X86.rr(opcode, result, left))
    } else {
      copy(left, to: result)
      combine(opcode, result, selected, 1)
    }
  }

  private mutating func emitUnary(_ opcode: X86Opcode, _ selected: SelectedInstruction) {
    copy(register(selected, 0), to: result)
    emit(X86.r(opcode, result))
  }

  private mutating func emitShift(
    _ byConstant: X86Opcode, _ byRegister: X86Opcode, _ selected: SelectedInstruction
  ) {
    if selected.variant == Variant.constantRight {
      copy(register(selected, 0), to: result)
      let count = Int64(immediate(selected, 1) & 63)
      if count != 0 { emit(X86.ri(byConstant, result, count)) }
      return
    }
    // The result or the first operand may be in rcx.
    let scratch = CallingConvention.scratch
    copy(value(selected, 0), from: location(selected, 0), to: scratch)
    copy(value(selected, 1), from: location(selected, 1), to: .rcx)
    emit(X86.r(byRegister, scratch))
    copy(scratch, to: result)
  }

  /// The most negative number divided by -1 is no case for `idiv`, which would trap.
  private mutating func emitDivision(
    _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) {
    let scratch = CallingConvention.scratch
    copy(value(selected, 1), from: location(selected, 1), to: scratch)
    copy(value(selected, 0), from: location(selected, 0), to: .rax)
    let constant = selection.smallConstant(instruction.b, function)
    if constant == nil || constant == -1 {
      let done = module.buffer.makeLabel()
      let special = module.buffer.makeLabel()
      emit(X86.cmp(scratch, -1))
      emit(X86.jump(.equal, special))
      emit(X86.none(.cqo))
      emit(X86.r(.idiv, scratch))
      place(done)
      coldPaths.append(
        ColdPath(
          kind: instruction.opcode == .divide ? .negateQuotient : .clearRemainder, label: special,
          join: done))
    } else {
      emit(X86.none(.cqo))
      emit(X86.r(.idiv, scratch))
    }
  }

  // MARK: - Floating point

  private mutating func emitFloat(
    _ opcode: X86Opcode, commutes: Bool, _ selected: SelectedInstruction
  ) {
    let left = register(selected, 0)
    let right = location(selected, 1)
    let d = result
    guard right.isRegister else {
      copy(left, to: d)
      emit(X86.rm(opcode, d, slotMemory(right.slot)))
      return
    }
    if right.register != d || left == d {
      copy(left, to: d)
      emit(X86.rr(opcode, d, right.register))
    } else if commutes {
      emit(X86.rr(opcode, d, left))
    } else {
      emit(X86.rr(.movapd, CallingConvention.floatScratch, d))
      copy(left, to: d)
      emit(X86.rr(opcode, d, CallingConvention.floatScratch))
    }
  }

  private mutating func emitFloatNegate(_ selected: SelectedInstruction) {
    emit(X86.mov(CallingConvention.scratch, immediate: Int64.min))
    emit(X86.rr(.movqToXMM, CallingConvention.floatScratch, CallingConvention.scratch))
    copy(register(selected, 0), to: result)
    emit(X86.rr(.xorpd, result, CallingConvention.floatScratch))
  }

  /// An instruction that keeps the upper half of its result: cleared before, so as not to wait for
  /// what was there.
  private mutating func emitConversion(_ opcode: X86Opcode, _ selected: SelectedInstruction) {
    let source = location(selected, 0)
    if !(source.isRegister && source.register == result) {
      emit(X86.rr(.xorpd, result, result))
    }
    emit(
      source.isRegister
        ? X86.rr(opcode, result, source.register)
        : X86.rm(opcode, result, slotMemory(source.slot)))
  }
}

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
    case .add: emitSum(.add, selected)
    case .subtract: emitSum(.sub, selected)
    case .multiply:
      emit(ARM64.mul(result, register(selected, 0), register(selected, 1)))
    case .divide, .remainder: emitDivision(selected, instruction)
    case .and: emitLogical(.and, selected)
    case .or: emitLogical(.orr, selected)
    case .xor: emitLogical(.eor, selected)
    case .shiftLeft: emitShift(.lslv, ARM64.lsl, selected)
    case .shiftRightLogical: emitShift(.lsrv, ARM64.lsr, selected)
    case .shiftRightArithmetic: emitShift(.asrv, ARM64.asr, selected)
    case .negate: emit(ARM64.neg(result, register(selected, 0)))
    case .not: emit(ARM64.mvn(result, register(selected, 0)))
    case .floatAdd: emitFloat(.fadd, selected)
    case .floatSubtract: emitFloat(.fsub, selected)
    case .floatMultiply: emitFloat(.fmul, selected)
    case .floatDivide: emitFloat(.fdiv, selected)
    case .floatNegate: emit(ARM64.rr(.fneg, result, register(selected, 0)))
    case .floatSquareRoot: emit(ARM64.rr(.fsqrt, result, register(selected, 0)))
    case .intToFloat:
      emit(ARM64.rr(.scvtf, result, register(selected, 0), sourceWidth: 8))
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
    case .unreachable: emit(ARM64.i(.udf, 0))
    }
  }

  // MARK: - Integer arithmetic

  /// `add` or `sub`.
  private mutating func emitSum(_ opcode: ARM64Opcode, _ selected: SelectedInstruction) {
    let left = register(selected, 0)
    if location(selected, 1).isRegister {
      emit(ARM64.rrr(opcode, result, left, register(selected, 1)))
    } else {
      let constant = constant(selected, 1)
      addConstant(result, left, opcode == .add ? constant : -constant)
    }
  }

  /// d = a + constant; the constant is one that `add` or `sub` takes.
  mutating func addConstant(_ d: Register, _ a: Register, _ constant: Int64) {
    if constant == 0 {
      copy(a, to: d)
    } else {
      emit(ARM64.add(d, a, constant))
    }
  }

  mutating func emitLogical(_ opcode: ARM64Opcode, _ selected: SelectedInstruction) {
    let left = register(selected, 0)
    if location(selected, 1).isRegister {
      emit(ARM64.rrr(opcode, result, left, register(selected, 1)))
    } else {
      emit(ARM64.rri(opcode, result, left, constant(selected, 1)))
    }
  }

  private mutating func emitShift(
    _ byRegister: ARM64Opcode,
    _ byConstant: (Register, Register, UInt8, UInt8) -> MachineInstruction,
    _ selected: SelectedInstruction
  ) {
    let left = register(selected, 0)
    if location(selected, 1).isRegister {
      emit(ARM64.rrr(byRegister, result, left, register(selected, 1)))
      return
    }
    let count = UInt8(truncatingIfNeeded: constant(selected, 1) & 63)
    if count == 0 {
      copy(left, to: result)
    } else {
      emit(byConstant(result, left, count, 8))
    }
  }

  /// The most negative number divided by -1 wraps, as it should.
  private mutating func emitDivision(
    _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) {
    let left = register(selected, 0)
    let right = register(selected, 1)
    if instruction.opcode == .divide {
      emit(ARM64.rrr(.sdiv, result, left, right))
    } else {
      let quotient = CallingConvention.scratch
      emit(ARM64.rrr(.sdiv, quotient, left, right))
      emit(ARM64.rrrr(.msub, result, quotient, right, left))
    }
  }

  // MARK: - Floating point

  private mutating func emitFloat(_ opcode: ARM64Opcode, _ selected: SelectedInstruction) {
    emit(ARM64.rrr(opcode, result, register(selected, 0), register(selected, 1)))
  }
}

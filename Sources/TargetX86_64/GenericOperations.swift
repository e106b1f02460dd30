import CRailRuntime
import Codegen
import IR

// `generic` and `genericCompare`: what is done inline for ints, cons cells and arrays. Every test
// that fails goes to a cold path (ColdPaths.swift) before any register has been changed but the
// scratch register.

extension FunctionCompiler {
  mutating func emitGeneric(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let operation = genericOperation(instruction)
    if operation.isComparison {
      emitGenericCompareValue(selected, instruction, isTagged: true)
      return
    }
    let slow = module.buffer.makeLabel()
    let done = module.buffer.makeLabel()
    let proof = OperandProof(rawValue: instruction.immediate)
    switch operation {
    case .add, .subtract, .multiply, .bitAnd, .bitOr, .bitXor:
      emitOperandTest(selected, proof, slow)
      emitIntOperation(operation, selected)
    case .divide, .remainder:
      emitGenericDivision(operation, selected, proof, slow)
    case .negate:
      emitOperandTest(selected, proof, slow)
      copy(register(selected, 0), to: result)
      emit(X86.r(.neg, result))
      emit(X86.add(result, 2))
    case .head, .tail:
      emitListAccess(operation, selected, proof, slow)
    case .arrayLength:
      emitArrayTest(register(selected, 0), proof, slow)
      emit(X86.lea(result, X86.Memory(CallingConvention.scratch, 1)))
    case .arrayGet, .arraySet:
      emitElementAccess(operation, selected, instruction, slow)
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual:
      preconditionFailure("comparisons have been dealt with")
    }
    if operation.isUnchecked(proof) { return }
    place(done)
    var path = ColdPath(kind: .slow, label: slow, join: done)
    path.result = result.index
    addSlowPath(path, selected, instruction)
  }

  // MARK: - Ints

  /// Goes on if the operands are tagged ints, as far as that is not known.
  mutating func emitOperandTest(
    _ selected: SelectedInstruction, _ proof: OperandProof, _ slow: Int32
  ) {
    guard let operands = unprovedInts(selected, proof) else { return }
    emitIntTest(operands.first, operands.second ?? operands.first)
    emit(X86.jump(.equal, slow))
  }

  /// Arithmetic on tagged ints: 2a+1 and 2b+1 give 2(a+b)+1 and so on.
  private mutating func emitIntOperation(
    _ operation: GenericOperation, _ selected: SelectedInstruction
  ) {
    let left = register(selected, 0)
    let right = location(selected, 1)
    let d = result
    switch operation {
    case .add:
      if right.isRegister {
        addRegisters(d, left, right.register, -1)
      } else {
        addConstant(d, left, immediate(selected, 1) - 1)
      }
    case .subtract:
      if right.isRegister {
        subtract(d, left, selected)
        emit(X86.r(.inc, d))
      } else {
        subtractConstant(d, left, immediate(selected, 1))
      }
    case .multiply: emitIntMultiply(d, left, right, selected)
    case .bitAnd: emitBits(.and, d, left, selected)
    case .bitOr: emitBits(.or, d, left, selected)
    default:
      emitBits(.xor, d, left, selected)
      emit(X86.r(.inc, d))
    }
  }

  /// d = left - constant + 1 for a tagged constant.
  private mutating func subtractConstant(_ d: Register, _ left: Register, _ constant: Int32) {
    // 1 - constant does not overflow but for constants near the lower bound.
    if constant > Int32.min + 2 {
      addConstant(d, left, 1 - constant)
    } else {
      copy(left, to: d)
      emit(X86.sub(d, constant))
      emit(X86.r(.inc, d))
    }
  }

  /// (2a+1 - 1) * b + 1; with a constant b: (2a+1) * b + (1 - b).
  private mutating func emitIntMultiply(
    _ d: Register, _ left: Register, _ right: Location, _ selected: SelectedInstruction
  ) {
    if right.isRegister {
      let scratch = CallingConvention.scratch
      copy(right.register, to: scratch)
      emit(X86.ri(.sar, scratch, 1))
      addConstant(d, left, -1)
      emit(X86.rr(.imul, d, scratch))
      emit(X86.r(.inc, d))
    } else {
      let factor = immediate(selected, 1) >> 1
      emit(X86.rri(.imul, d, left, Int64(factor)))
      emit(X86.add(d, 1 - factor))
    }
  }

  private mutating func emitBits(
    _ opcode: X86Opcode, _ d: Register, _ left: Register, _ selected: SelectedInstruction
  ) {
    let right = location(selected, 1)
    if right.isRegister && right.register == d {
      emit(X86.rr(opcode, d, left))
    } else {
      copy(left, to: d)
      combine(opcode, d, selected, 1)
    }
  }

  // MARK: - Lists and arrays

  private mutating func emitListAccess(
    _ operation: GenericOperation, _ selected: SelectedInstruction, _ proof: OperandProof,
    _ slow: Int32
  ) {
    let list = register(selected, 0)
    let isUnchecked = operation.isUnchecked(proof)
    if !isUnchecked { emitPointerTest(list, otherwise: slow) }
    if !proof.contains(.first) {
      emit(X86.mi(.cmp, X86.Memory(list, -8), Int64(RAIL_KIND_CONS), width: 1))
      emit(X86.jump(.notEqual, slow))
    }
    emit(X86.load(result, list, operation == .head ? 0 : 8))
  }

  /// Goes on if `array` is one, with twice its length in the scratch register. (The header has the
  /// length in bits 8..63, and bit 7 is clear for all kinds.)
  private mutating func emitArrayTest(
    _ array: Register, _ proof: OperandProof, _ slow: Int32
  ) {
    let scratch = CallingConvention.scratch
    if !proof.contains(.first) { emitPointerTest(array, otherwise: slow) }
    emit(X86.load(scratch, array, -8))
    if !proof.contains(.first) {
      emit(X86.cmp(scratch, RAIL_KIND_ARRAY, width: 1))
      emit(X86.jump(.notEqual, slow))
    }
    emit(X86.ri(.shr, scratch, Int64(RAIL_LENGTH_SHIFT - 1)))
  }

  /// A tagged index is 2i+1: below twice the length, unsigned, exactly if it is in range, and four
  /// times it is the byte offset plus 4.
  private mutating func emitElementAccess(
    _ operation: GenericOperation, _ selected: SelectedInstruction, _ instruction: IRInstruction,
    _ slow: Int32
  ) {
    let array = register(selected, 0)
    let index = register(selected, 1)
    let proof = OperandProof(rawValue: instruction.immediate)
    if !proof.contains(.second) {
      emit(X86.test(index, 1, width: 1))
      emit(X86.jump(.equal, slow))
    }
    if !operation.isUnchecked(proof) {
      emitArrayTest(array, proof, slow)
      emit(X86.cmp(index, CallingConvention.scratch))
      emit(X86.jump(.aboveOrEqual, slow))
    }
    let element = X86.Memory(array, -4, index: index, scale: 4)
    if operation == .arrayGet {
      emit(X86.load(result, element))
      return
    }
    copy(value(selected, 2), from: location(selected, 2), to: element)
    if location(selected, 2).isRegister && !proof.contains(.storesNoPointer) {
      emitBarrier(selected, instruction)
    }
    emit(X86.mov(result, immediate: 1))
  }

  /// Tells the collector if what has been stored is a pointer.
  private mutating func emitBarrier(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let slow = module.buffer.makeLabel()
    let done = module.buffer.makeLabel()
    emit(X86.test(register(selected, 2), 7, width: 1))
    emit(X86.jump(.equal, slow))
    place(done)
    addBarrierPath(
      ColdPath(kind: .slow, label: slow, join: done), selected, instruction)
  }

  // MARK: - Comparisons

  /// A comparison that gives 0 or 1, raw or tagged.
  mutating func emitGenericCompareValue(
    _ selected: SelectedInstruction, _ instruction: IRInstruction, isTagged: Bool
  ) {
    let slow = module.buffer.makeLabel()
    let done = module.buffer.makeLabel()
    emitOperandTest(selected, [], slow)
    compareOperands(selected)
    setResult(conditionCode(selected, instruction), result)
    if isTagged { emit(X86.lea(result, X86.Memory(result, 1, index: result))) }
    place(done)
    var path = ColdPath(kind: isTagged ? .slow : .slowRaw, label: slow, join: done)
    path.result = result.index
    addSlowPath(path, selected, instruction)
  }

  mutating func emitGenericBranch(
    _ selected: SelectedInstruction, _ instruction: IRInstruction, _ targets: Targets
  ) {
    let slow = module.buffer.makeLabel()
    emitOperandTest(selected, [], slow)
    compareOperands(selected)
    branch(conditionCode(selected, instruction), targets)
    var path = ColdPath(kind: .slowBranch, label: slow, join: targets.then)
    path.target = targets.otherwise
    addSlowPath(path, selected, instruction)
  }

  private mutating func compareOperands(_ selected: SelectedInstruction) {
    let right = location(selected, 1)
    if right.isRegister {
      emit(X86.cmp(register(selected, 0), right.register))
    } else {
      emit(X86.cmp(register(selected, 0), immediate(selected, 1)))
    }
  }
}

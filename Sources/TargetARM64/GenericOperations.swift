import CRailRuntime
import Codegen
import IR

// `generic` and `genericCompare`: what is done inline for ints, cons cells and arrays. Every test
// that fails goes to a cold path (ColdPaths.swift) before any register has been changed but the
// scratch registers.

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
      emit(ARM64.neg(result, register(selected, 0)))
      emit(ARM64.add(result, result, 2))
    case .head, .tail:
      emitListAccess(operation, selected, proof, slow)
    case .arrayLength:
      emitArrayTest(register(selected, 0), proof, slow)
      emit(ARM64.add(result, CallingConvention.scratch, 1))
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
    emitIntTest(operands.first, operands.second ?? operands.first, otherwise: slow)
  }

  /// Arithmetic on tagged ints: 2a+1 and 2b+1 give 2(a+b)+1 and so on.
  private mutating func emitIntOperation(
    _ operation: GenericOperation, _ selected: SelectedInstruction
  ) {
    let left = register(selected, 0)
    let right = location(selected, 1)
    switch operation {
    case .add where right.isRegister:
      emit(ARM64.sub(CallingConvention.scratch, left, 1))
      emit(ARM64.add(result, CallingConvention.scratch, right.register))
    case .add: addConstant(result, left, constant(selected, 1) - 1)
    case .subtract where right.isRegister:
      emit(ARM64.sub(CallingConvention.scratch, left, right.register))
      emit(ARM64.add(result, CallingConvention.scratch, 1))
    case .subtract: addConstant(result, left, 1 - constant(selected, 1))
    case .multiply: emitIntMultiply(left, right, selected)
    case .bitAnd: emitLogical(.and, selected)
    case .bitOr: emitLogical(.orr, selected)
    default:
      emitLogical(.eor, selected)
      emit(ARM64.add(result, result, 1))
    }
  }

  /// (2a+1 - 1) * b + 1; with a constant b: (2a+1) * b + (1 - b).
  private mutating func emitIntMultiply(
    _ left: Register, _ right: Location, _ selected: SelectedInstruction
  ) {
    let first = CallingConvention.scratch
    let second = CallingConvention.addressScratch
    if right.isRegister {
      emit(ARM64.asr(second, right.register, 1))
      emit(ARM64.sub(first, left, 1))
      emit(ARM64.mul(first, first, second))
      emit(ARM64.add(result, first, 1))
    } else {
      let factor = constant(selected, 1) >> 1
      ARM64.appendConstant(factor, to: first, into: &output)
      ARM64.appendConstant(1 - factor, to: second, into: &output)
      emit(ARM64.rrrr(.madd, result, left, first, second))
    }
  }

  // MARK: - Lists and arrays

  private mutating func emitListAccess(
    _ operation: GenericOperation, _ selected: SelectedInstruction, _ proof: OperandProof,
    _ slow: Int32
  ) {
    let list = register(selected, 0)
    let scratch = CallingConvention.scratch
    if !operation.isUnchecked(proof) { emitPointerTest(list, otherwise: slow) }
    if !proof.contains(.first) {
      emit(ARM64.load(scratch, ARM64.Memory(list, -8), width: 1))
      emit(ARM64.cmp(scratch, Int64(RAIL_KIND_CONS), width: 4))
      emit(ARM64.branch(.notEqual, slow))
    }
    emit(ARM64.load(result, ARM64.Memory(list, operation == .head ? 0 : 8)))
  }

  /// Goes on if `array` is one, with twice its length in the scratch register. (The header has the
  /// length in bits 8..63, and bit 7 is clear for all kinds.)
  private mutating func emitArrayTest(
    _ array: Register, _ proof: OperandProof, _ slow: Int32
  ) {
    let header = CallingConvention.scratch
    let kind = CallingConvention.addressScratch
    if !proof.contains(.first) { emitPointerTest(array, otherwise: slow) }
    emit(ARM64.load(header, ARM64.Memory(array, -8)))
    if !proof.contains(.first) {
      emit(ARM64.zeroExtend(kind, header, bytes: 1))
      emit(ARM64.cmp(kind, Int64(RAIL_KIND_ARRAY), width: 4))
      emit(ARM64.branch(.notEqual, slow))
    }
    emit(ARM64.lsr(header, header, UInt8(RAIL_LENGTH_SHIFT - 1)))
  }

  /// A tagged index is 2i+1: below twice the length, unsigned, exactly if it is in range, and four
  /// times it is the byte offset plus 4.
  private mutating func emitElementAccess(
    _ operation: GenericOperation, _ selected: SelectedInstruction, _ instruction: IRInstruction,
    _ slow: Int32
  ) {
    let array = register(selected, 0)
    let index = register(selected, 1)
    let address = CallingConvention.addressScratch
    let proof = OperandProof(rawValue: instruction.immediate)
    if !proof.contains(.second) { emit(ARM64.branchIfClear(index, bit: 0, slow)) }
    if !operation.isUnchecked(proof) {
      emitArrayTest(array, proof, slow)
      emit(ARM64.cmp(index, CallingConvention.scratch))
      emit(ARM64.branch(.carrySet, slow))
    }
    emit(ARM64.rrr(.add, address, array, index, .lsl, 2))
    let element = ARM64.Memory(address, -4)
    if operation == .arrayGet {
      emit(ARM64.load(result, element))
      return
    }
    copy(value(selected, 2), from: location(selected, 2), to: element)
    if location(selected, 2).isRegister && !proof.contains(.storesNoPointer) {
      emitBarrier(selected, instruction)
    }
    emit(ARM64.moveWide(.movz, result, 1))
  }

  /// Tells the collector if what has been stored is a pointer.
  private mutating func emitBarrier(
    _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) {
    let slow = module.buffer.makeLabel()
    let done = module.buffer.makeLabel()
    emit(ARM64.tst(register(selected, 2), mask: 7))
    emit(ARM64.branch(.equal, slow))
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
    let condition = conditionCode(selected, instruction)
    if isTagged {
      // 3 if the condition holds, else 0 + 1.
      emit(ARM64.moveWide(.movz, CallingConvention.scratch, 3))
      emit(ARM64.select(.csinc, condition, result, CallingConvention.scratch, .zr))
    } else {
      emit(ARM64.cset(condition, result))
    }
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
}

import CRailRuntime
import Codegen
import IR

extension FunctionCompiler {
  // MARK: - Jumps and branches

  mutating func emitJump(_ target: Int) {
    emitEdgeMoves()
    if blockLabels[target] != nextLabel() { emit(ARM64.branch(blockLabels[target])) }
  }

  mutating func emitBranch(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let targets = targets(instruction)
    if selected.fused < 0 {
      emitNonzeroBranch(register(selected, 0), targets)
      return
    }
    let condition = function.instructions[Int(selected.fused)]
    if condition.opcode == .genericCompare {
      emitGenericBranch(selected, condition, targets)
    } else {
      emitTest(selected, condition, targets)
    }
  }

  /// Goes to one of two labels, with no jump to the one that comes next.
  mutating func branch(_ condition: ARM64Condition, _ targets: Targets) {
    if targets.then == targets.next {
      emit(ARM64.branch(condition.inverted, targets.otherwise))
    } else {
      emit(ARM64.branch(condition, targets.then))
      if targets.otherwise != targets.next { emit(ARM64.branch(targets.otherwise)) }
    }
  }

  private mutating func emitNonzeroBranch(_ value: Register, _ targets: Targets) {
    if targets.then == targets.next {
      emit(ARM64.branchIfZero(value, targets.otherwise))
    } else {
      emit(ARM64.branchIfNotZero(value, targets.then))
      if targets.otherwise != targets.next { emit(ARM64.branch(targets.otherwise)) }
    }
  }

  // MARK: - Tests

  /// Tests and branches.
  private mutating func emitTest(
    _ selected: SelectedInstruction, _ condition: IRInstruction, _ targets: Targets
  ) {
    switch condition.opcode {
    case .compare:
      if !emitZeroBranch(selected, condition, targets) {
        compareOperands(selected)
        branch(conditionCode(selected, condition), targets)
      }
    case .floatCompare:
      branch(emitFloatCompare(selected, condition), targets)
    case .testKind, .testHeader:
      emitPointerTest(register(selected, 0), otherwise: targets.otherwise)
      emitHeaderCompare(register(selected, 0), condition)
      branch(.equal, targets)
    case .testInts:
      emitIntTest(register(selected, 0), register(selected, 1), otherwise: targets.otherwise)
      if targets.then != targets.next { emit(ARM64.branch(targets.then)) }
    default:
      preconditionFailure("\(condition.opcode) is no test")
    }
  }

  /// Makes 0 or 1 of a test.
  mutating func emitConditionValue(_ selected: SelectedInstruction, _ condition: IRInstruction) {
    switch condition.opcode {
    case .compare:
      compareOperands(selected)
      emit(ARM64.cset(conditionCode(selected, condition), result))
    case .testInts:
      emit(ARM64.rrr(.and, result, register(selected, 0), register(selected, 1)))
      emit(ARM64.rri(.and, result, result, 1))
    case .floatCompare:
      let outcome = emitFloatCompare(selected, condition)
      emit(ARM64.cset(outcome, result))
    default:
      // Of no pointer the flags say "not equal" already.
      let done = module.buffer.makeLabel()
      emitPointerTest(register(selected, 0), otherwise: done)
      emitHeaderCompare(register(selected, 0), condition)
      place(done)
      emit(ARM64.cset(.equal, result))
    }
  }

  // MARK: - Integers

  /// Compares operand 0 with operand 1, a register or a constant.
  mutating func compareOperands(_ selected: SelectedInstruction) {
    let left = register(selected, 0)
    if location(selected, 1).isRegister {
      emit(ARM64.cmp(left, register(selected, 1)))
    } else {
      emit(ARM64.cmp(left, constant(selected, 1)))
    }
  }

  /// Branches on equality with 0 in one instruction; says whether that is what is wanted.
  private mutating func emitZeroBranch(
    _ selected: SelectedInstruction, _ condition: IRInstruction, _ targets: Targets
  ) -> Bool {
    guard location(selected, 1) == .constant, constant(selected, 1) == 0 else { return false }
    switch conditionCode(selected, condition) {
    case .notEqual:
      emitNonzeroBranch(register(selected, 0), targets)
    case .equal:
      let exchanged = Targets(
        then: targets.otherwise, otherwise: targets.then, next: targets.next)
      emitNonzeroBranch(register(selected, 0), exchanged)
    default: return false
    }
    return true
  }

  /// The condition under which a comparison of operand 0 with operand 1 holds.
  func conditionCode(
    _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) -> ARM64Condition {
    let code: ARM64Condition =
      switch comparison(instruction) {
      case .equal: .equal
      case .notEqual: .notEqual
      case .less: .less
      case .greater: .greater
      case .lessOrEqual: .lessOrEqual
      case .greaterOrEqual: .greaterOrEqual
      case .below: .carryClear
      case .aboveOrEqual: .carrySet
      }
    return selected.variant & Variant.swapped != 0 ? code.swapped : code
  }

  /// Goes on if both are tagged ints.
  mutating func emitIntTest(_ a: Register, _ b: Register, otherwise: Int32) {
    if a == b {
      emit(ARM64.branchIfClear(a, bit: 0, otherwise))
    } else {
      emit(ARM64.rrr(.and, CallingConvention.scratch, a, b))
      emit(ARM64.branchIfClear(CallingConvention.scratch, bit: 0, otherwise))
    }
  }

  // MARK: - Floating point

  /// Gives the condition that holds if the comparison does: none but "not equal" with a NaN.
  private mutating func emitFloatCompare(
    _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) -> ARM64Condition {
    emit(ARM64.rr(.fcmp, register(selected, 0), register(selected, 1)))
    switch comparison(instruction) {
    case .equal: return .equal
    case .notEqual: return .notEqual
    case .less: return .negative
    case .greater: return .greater
    case .lessOrEqual: return .belowOrEqual
    case .greaterOrEqual: return .greaterOrEqual
    case .below, .aboveOrEqual: preconditionFailure("floats have no unsigned comparison")
    }
  }

  // MARK: - Objects

  /// Goes on if `a` is a pointer; the flags say "equal" then, else "not equal".
  mutating func emitPointerTest(_ a: Register, otherwise: Int32) {
    emit(ARM64.tst(a, mask: 7))
    emit(ARM64.branch(.notEqual, otherwise))
  }

  private mutating func emitHeaderCompare(_ a: Register, _ condition: IRInstruction) {
    let scratch = CallingConvention.scratch
    if condition.opcode == .testKind {
      emit(ARM64.load(scratch, ARM64.Memory(a, -8), width: 1))
      emit(ARM64.cmp(scratch, Int64(condition.aux), width: 4))
      return
    }
    emit(ARM64.load(scratch, ARM64.Memory(a, -8), width: 4))
    let header = condition.immediate & 0xFFFF_FFFF
    if ARM64.isAddImmediate(header) {
      emit(ARM64.cmp(scratch, header, width: 4))
    } else {
      let other = CallingConvention.addressScratch
      ARM64.appendConstant(header, to: other, into: &output)
      emit(ARM64.cmp(scratch, other, width: 4))
    }
  }

  // MARK: - Switches

  mutating func emitSwitch(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let value = register(selected, 0)
    switch switchPlan(instruction) {
    case .table(let lowest, let labels):
      emitTableJump(value, lowest: lowest, labels, blockLabels[Int(instruction.b)])
    case .search(let steps):
      for step in steps { emitSearchStep(step, value) }
    }
  }

  /// An indirect jump through a table of addresses in read-only data.
  private mutating func emitTableJump(
    _ value: Register, lowest: Int32, _ labels: [Int32], _ otherwise: Int32
  ) {
    let index = CallingConvention.scratch
    let table = CallingConvention.addressScratch
    if ARM64.isAddImmediate(Int64(lowest)) {
      emit(ARM64.sub(index, value, Int64(lowest)))
    } else {
      ARM64.appendConstant(-Int64(lowest), to: index, into: &output)
      emit(ARM64.add(index, index, value))
    }
    emitCompare(index, Int64(labels.count), scratch: table)
    emit(ARM64.branch(.carrySet, otherwise))
    makeAddress(table, module.rodataSymbol, module.addJumpTable(labels))
    emit(ARM64.load(table, ARM64.Memory(table, index: index, .lsl, amount: 3)))
    emit(ARM64.branch(table))
  }

  private mutating func emitSearchStep(_ step: SearchStep, _ value: Register) {
    switch step {
    case .compare(let constant): emitCompare(value, constant, scratch: CallingConvention.scratch)
    case .ifEqual(let label): emit(ARM64.branch(.equal, label))
    case .ifGreater(let label): emit(ARM64.branch(.greater, label))
    case .jump(let label): emit(ARM64.branch(label))
    case .label(let label): place(label)
    }
  }

  private mutating func emitCompare(_ value: Register, _ constant: Int64, scratch: Register) {
    if ARM64.isAddImmediate(constant) {
      emit(ARM64.cmp(value, constant))
    } else {
      ARM64.appendConstant(constant, to: scratch, into: &output)
      emit(ARM64.cmp(value, scratch))
    }
  }
}

import CRailRuntime
import Codegen
import IR

extension FunctionCompiler {
  // MARK: - Jumps and branches

  mutating func emitJump(_ target: Int) {
    emitEdgeMoves()
    if blockLabels[target] != nextLabel() { emit(X86.jump(blockLabels[target])) }
  }

  mutating func emitBranch(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let targets = targets(instruction)
    if selected.fused >= 0 {
      let condition = function.instructions[Int(selected.fused)]
      if condition.opcode == .genericCompare {
        emitGenericBranch(selected, condition, targets)
      } else {
        emitTest(selected, condition, targets)
      }
    } else {
      emit(X86.test(register(selected, 0), register(selected, 0)))
      branch(.notEqual, targets)
    }
  }

  /// Goes to one of two labels, with no jump to the one that comes next.
  mutating func branch(_ condition: X86Condition, _ targets: Targets) {
    if targets.then == targets.next {
      emit(X86.jump(condition.inverted, targets.otherwise))
    } else {
      emit(X86.jump(condition, targets.then))
      if targets.otherwise != targets.next { emit(X86.jump(targets.otherwise)) }
    }
  }

  // MARK: - Tests

  /// Tests and branches.
  mutating func emitTest(
    _ selected: SelectedInstruction, _ condition: IRInstruction, _ targets: Targets
  ) {
    switch condition.opcode {
    case .compare:
      emitCompare(selected)
      branch(conditionCode(selected, condition), targets)
    case .floatCompare:
      let (outcome, parity) = emitFloatCompare(selected, condition)
      switch parity {
      case .ordered: break
      case .falseIfUnordered: emit(X86.jump(.parity, targets.otherwise))
      case .trueIfUnordered: emit(X86.jump(.parity, targets.then))
      }
      branch(outcome, targets)
    case .testKind, .testHeader:
      emitPointerTest(register(selected, 0), otherwise: targets.otherwise)
      emitHeaderCompare(register(selected, 0), condition)
      branch(.equal, targets)
    case .testInts:
      emitIntTest(register(selected, 0), register(selected, 1))
      branch(.notEqual, targets)
    default:
      preconditionFailure("\(condition.opcode) is no test")
    }
  }

  /// Makes 0 or 1 of a test.
  mutating func emitConditionValue(_ selected: SelectedInstruction, _ condition: IRInstruction) {
    let d = result
    switch condition.opcode {
    case .compare:
      emitCompare(selected)
      setResult(conditionCode(selected, condition), d)
    case .testInts:
      emitIntTest(register(selected, 0), register(selected, 1))
      setResult(.notEqual, d)
    case .floatCompare:
      let (outcome, parity) = emitFloatCompare(selected, condition)
      setFloatResult(outcome, parity, d)
    default:
      let done = module.buffer.makeLabel()
      let scratch = CallingConvention.scratch
      emit(X86.clear(scratch))
      emitPointerTest(register(selected, 0), otherwise: done)
      emitHeaderCompare(register(selected, 0), condition)
      emit(X86.set(.equal, scratch))
      place(done)
      copy(scratch, to: d)
    }
  }

  mutating func setResult(_ condition: X86Condition, _ d: Register) {
    emit(X86.set(condition, d))
    emit(X86.rr(.movzx8, d, d, width: 4))
  }

  // MARK: - Integers

  private mutating func emitCompare(_ selected: SelectedInstruction) {
    let left = location(selected, 0)
    let right = location(selected, 1)
    if right.isRegister && left.isRegister {
      emit(X86.cmp(left.register, right.register))
    } else if right.isSlot {
      emit(X86.rm(.cmp, left.register, slotMemory(right.slot)))
    } else {
      compareConstant(left, immediate(selected, 1))
    }
  }

  private mutating func compareConstant(_ left: Location, _ constant: Int32) {
    if left.isSlot {
      emit(X86.mi(.cmp, slotMemory(left.slot), Int64(constant)))
    } else if constant == 0 {
      emit(X86.test(left.register, left.register))
    } else {
      emit(X86.cmp(left.register, constant))
    }
  }

  /// The condition under which a comparison of operand 0 with operand 1 holds.
  func conditionCode(
    _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) -> X86Condition {
    let code: X86Condition =
      switch comparison(instruction) {
      case .equal: .equal
      case .notEqual: .notEqual
      case .less: .less
      case .greater: .greater
      case .lessOrEqual: .lessOrEqual
      case .greaterOrEqual: .greaterOrEqual
      case .below: .below
      case .aboveOrEqual: .aboveOrEqual
      }
    return selected.variant & Variant.swapped != 0 ? code.swapped : code
  }

  /// Both are ints: "not equal" holds.
  mutating func emitIntTest(_ a: Register, _ b: Register) {
    if a == b {
      emit(X86.test(a, 1, width: 1))
    } else {
      let scratch = CallingConvention.scratch
      emit(X86.mov(scratch, a, width: 4))
      emit(X86.rr(.and, scratch, b, width: 4))
      emit(X86.test(scratch, 1, width: 1))
    }
  }

  // MARK: - Floating point

  /// What an unordered comparison, which sets the parity flag, means.
  private enum Parity { case ordered, falseIfUnordered, trueIfUnordered }

  /// `ucomisd` gives the flags of an unsigned comparison, "below" and "equal" when unordered:
  /// greater is safe to ask for, less is asked the other way round.
  private mutating func emitFloatCompare(
    _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) -> (X86Condition, Parity) {
    let condition = comparison(instruction)
    var left = register(selected, 0)
    var right = register(selected, 1)
    if condition == .less || condition == .lessOrEqual { swap(&left, &right) }
    emit(X86.rr(.ucomisd, left, right))
    switch condition {
    case .equal: return (.equal, .falseIfUnordered)
    case .notEqual: return (.notEqual, .trueIfUnordered)
    case .less, .greater: return (.above, .ordered)
    case .lessOrEqual, .greaterOrEqual: return (.aboveOrEqual, .ordered)
    case .below, .aboveOrEqual: preconditionFailure("floats have no unsigned comparison")
    }
  }

  private mutating func setFloatResult(_ outcome: X86Condition, _ parity: Parity, _ d: Register) {
    let scratch = CallingConvention.scratch
    switch parity {
    case .ordered: break
    case .falseIfUnordered, .trueIfUnordered:
      emit(X86.set(parity == .falseIfUnordered ? .noParity : .parity, scratch))
      emit(X86.set(outcome, d))
      emit(X86.rr(parity == .falseIfUnordered ? .and : .or, d, scratch, width: 4))
      emit(X86.rr(.movzx8, d, d, width: 4))
      return
    }
    setResult(outcome, d)
  }

  // MARK: - Objects

  /// Goes on if `a` is a pointer.
  mutating func emitPointerTest(_ a: Register, otherwise: Int32) {
    emit(X86.test(a, 7, width: 1))
    emit(X86.jump(.notEqual, otherwise))
  }

  private mutating func emitHeaderCompare(_ a: Register, _ condition: IRInstruction) {
    if condition.opcode == .testKind {
      emit(X86.mi(.cmp, X86.Memory(a, -8), Int64(condition.aux), width: 1))
    } else {
      // The assembler takes 32-bit immediates as signed.
      let header = Int32(truncatingIfNeeded: condition.immediate)
      emit(X86.mi(.cmp, X86.Memory(a, -8), Int64(header), width: 4))
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
    let scratch = CallingConvention.scratch
    emit(X86.lea(scratch, X86.Memory(value, -lowest)))
    emit(X86.cmp(scratch, Int32(labels.count)))
    emit(X86.jump(.aboveOrEqual, otherwise))
    let table = module.addJumpTable(labels)
    // Indexed by the value itself, so that one scratch register is enough.
    emit(X86.lea(scratch, symbol: module.rodataSymbol, table - 8 * lowest))
    emit(X86.jump(X86.Memory(scratch, index: value, scale: 8)))
  }

  private mutating func emitSearchStep(_ step: SearchStep, _ value: Register) {
    switch step {
    case .compare(let constant): emitCompare(value, constant)
    case .ifEqual(let label): emit(X86.jump(.equal, label))
    case .ifGreater(let label): emit(X86.jump(.greater, label))
    case .jump(let label): emit(X86.jump(label))
    case .label(let label): place(label)
    }
  }

  private mutating func emitCompare(_ value: Register, _ constant: Int64) {
    if let small = Int32(exactly: constant) {
      emit(X86.cmp(value, small))
    } else {
      emit(X86.mov(CallingConvention.scratch, immediate: constant))
      emit(X86.cmp(value, CallingConvention.scratch))
    }
  }
}

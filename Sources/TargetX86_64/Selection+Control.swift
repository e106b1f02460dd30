import CRailRuntime
import Codegen
import IR

extension X86Selection {
  // MARK: - Operations on values of unknown kind

  /// The operands of `generic`. Constants that are tagged ints become part of the instructions where there is a form for it.
  mutating func selectGeneric(
    _ instruction: IRInstruction, _ selected: inout SelectedInstruction, _ function: IRFunction
  ) {
    guard let operation = GenericOperation(rawValue: instruction.aux) else {
      preconditionFailure("no such generic operation")
    }
    if !operation.isUnchecked(OperandProof(rawValue: instruction.immediate)) {
      selected.flags = .safepoint
    }
    switch operation {
    case .add, .multiply, .bitAnd, .bitOr, .bitXor:
      selected.reuse = operation == .multiply ? 1 : 3
      binary(instruction, &selected, commutes: true, function)
    case .subtract:
      selected.reuse = 1
      binary(instruction, &selected, commutes: false, function)
    case .divide, .remainder:
      binary(instruction, &selected, commutes: false, function)
      selected.clobbers = RegisterSet([RegisterSet(.rax), RegisterSet(.rdx)]).rawValue
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual:
      binary(instruction, &selected, commutes: true, function)
    case .negate:
      selected.reuse = 1
      register(instruction.a)
    case .head, .tail, .arrayLength:
      register(instruction.a)
    case .arrayGet:
      register(instruction.a)
      register(instruction.b)
    case .arraySet:
      register(instruction.a)
      register(instruction.b)
      if smallConstant(instruction.c, function) != nil {
        embedded(instruction.c)
      } else {
        register(instruction.c)
      }
    }
  }

  mutating func selectGenericCompare(
    _ instruction: IRInstruction, _ selected: inout SelectedInstruction, _ function: IRFunction
  ) {
    selected.flags = .safepoint
    binary(instruction, &selected, commutes: true, function)
  }

  /// Two operands, one of which may be a constant int; `commutes` if that may be the first.
  private mutating func binary(
    _ instruction: IRInstruction, _ selected: inout SelectedInstruction, commutes: Bool,
    _ function: IRFunction
  ) {
    if smallInt(instruction.b, function) != nil {
      selected.variant = Variant.constantRight
      register(instruction.a)
      embedded(instruction.b)
    } else if commutes && smallInt(instruction.a, function) != nil {
      selected.variant = Variant.constantRight | Variant.swapped
      register(instruction.b)
      embedded(instruction.a)
    } else {
      register(instruction.a)
      register(instruction.b)
    }
  }

  // MARK: - Calls

  mutating func selectCall(_ index: Int, _ instruction: IRInstruction, _ function: IRFunction) {
    var selected = begin(index, function)
    selected.flags = [.call, .safepoint]
    noteCall(isC: instruction.opcode == .callRuntime)
    selectArguments(instruction, function)
    let isFloat = instruction.type == .float
    selected.resultRegister = Int8(
      (isFloat ? CallingConvention.floatResult : CallingConvention.result).index)
    finish(selected)
  }

  /// The callee, if it is a value, and the arguments.
  private mutating func selectArguments(_ instruction: IRInstruction, _ function: IRFunction) {
    if instruction.opcode.operandShape.values > 0 {
      anywhere(instruction.a, hint: CallingConvention.environment)
    }
    var assigner = ArgumentAssigner()
    for value in function.list(of: instruction) {
      switch assigner.next(function.valueTypes[Int(value)]) {
      case .register(let register): anywhere(value, hint: register)
      case .memory: anywhere(value)
      }
    }
  }

  // MARK: - Terminators

  mutating func selectTerminator(_ index: Int, _ fused: Int, _ function: IRFunction) {
    let instruction = function.instructions[index]
    var selected = begin(index, function)
    switch instruction.opcode {
    case .return:
      let isFloat = function.resultType == .float
      anywhere(
        instruction.a, hint: isFloat ? CallingConvention.floatResult : CallingConvention.result)
      selected.flags = .leaves
    case .jump:
      for value in function.list(of: instruction) { anywhere(value) }
    case .branch:
      selectBranch(instruction, fused, &selected, function)
    case .switch:
      register(instruction.a)
    case .tailCall, .tailCallValue, .tailCallClosure, .tailCallExternal:
      selectArguments(instruction, function)
      selected.flags = .leaves
    case .unreachable:
      selected.flags = .leaves
    default:
      preconditionFailure("a block ends with \(instruction.opcode)")
    }
    finish(selected)
  }

  private mutating func selectBranch(
    _ instruction: IRInstruction, _ fused: Int, _ selected: inout SelectedInstruction,
    _ function: IRFunction
  ) {
    selected.fused = Int32(fused)
    if fused < 0 {
      register(instruction.a)
    } else if function.instructions[fused].opcode == .genericCompare {
      selectGenericCompare(function.instructions[fused], &selected, function)
    } else {
      selectCondition(function.instructions[fused], &selected, function)
    }
  }
}

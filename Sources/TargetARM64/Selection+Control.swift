import CRailRuntime
import Codegen
import IR

extension Selection {
  // MARK: - Operations on values of unknown kind

  /// The operands of `generic`. Constants that are tagged ints become part of the instructions
  /// where there is a form for it.
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
    case .add:
      selectBinary(instruction, &selected, commutes: true, .intSum, function)
    case .subtract:
      selectBinary(instruction, &selected, commutes: false, .intSum, function)
    case .multiply:
      selectBinary(instruction, &selected, commutes: true, .int, function)
    case .divide, .remainder:
      selectBinary(instruction, &selected, commutes: false, .int, function)
    case .bitAnd, .bitOr, .bitXor:
      selectBinary(instruction, &selected, commutes: true, .intMask, function)
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual:
      selectBinary(instruction, &selected, commutes: true, .intComparison, function)
    case .negate, .head, .tail, .arrayLength:
      register(instruction.a)
    case .arrayGet:
      register(instruction.a)
      register(instruction.b)
    case .arraySet:
      register(instruction.a)
      register(instruction.b)
      if isImmediate(instruction.c, .any, function) {
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
    selectBinary(instruction, &selected, commutes: true, .intComparison, function)
  }

  // MARK: - Terminators

  mutating func selectTerminator(_ index: Int, _ fused: Int, _ function: IRFunction) {
    let instruction = function.instructions[index]
    var selected = begin(index, function)
    if instruction.opcode != .branch {
      selectTransfer(instruction, &selected, function)
    } else if fused >= 0 {
      selected.fused = Int32(fused)
      selectCondition(function.instructions[fused], &selected, function)
    } else {
      register(instruction.a)
    }
    finish(selected)
  }
}

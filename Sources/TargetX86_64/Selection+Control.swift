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
    case .add, .multiply, .bitAnd, .bitOr, .bitXor:
      selected.reuse = operation == .multiply ? 1 : 3
      binary(instruction, &selected, commutes: true, function)
    case .subtract:
      selected.reuse = 1
      binary(instruction, &selected, commutes: false, function)
    case .divide, .remainder:
      binary(instruction, &selected, commutes: false, function)
      selected.reuse = 1
      if multipliesOrDivides(by: instruction.b, function) {
        selected.clobbers = RegisterSet(.rax, .rdx).rawValue
      }
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

  /// Whether division by a value takes an instruction with operands in fixed registers.
  private func multipliesOrDivides(by divisor: Int32, _ function: IRFunction) -> Bool {
    guard let tagged = smallInt(divisor, function), tagged >> 1 != 0 else { return true }
    switch ConstantDivision(by: Int64(tagged >> 1)) {
    case .unit, .power: return false
    case .multiplication: return true
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
    let embedsB = smallInt(instruction.b, function) != nil
    let embedsA = !embedsB && commutes && smallInt(instruction.a, function) != nil
    selectOperands(instruction, &selected, embedsB: embedsB, embedsA: embedsA)
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

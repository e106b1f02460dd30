import IR
import Support

/// Removes instructions whose results nothing needs and that do nothing else.
struct DeadCode {
  private var isNeeded: [Bool] = []
  /// By value: the instruction that defines it, -1 for parameters of blocks.
  private var definitions: [Int32] = []
  private var pending: [Int32] = []

  /// Removes from the function what is dead; values keep their numbers.
  mutating func remove(from function: inout IRFunction) {
    markNeeded(function)
    var kept = 0
    for block in function.blocks.indices {
      let start = Int32(kept)
      for index in Int(function.blocks[block].start)..<Int(function.blocks[block].end) {
        let instruction = function.instructions[index]
        if instruction.result < 0 || isNeeded[Int(instruction.result)]
          || !isRemovable(instruction)
        {
          if kept < index { function.instructions[kept] = instruction }
          kept += 1
        }
      }
      function.blocks[block].start = start
      function.blocks[block].end = Int32(kept)
    }
    function.instructions.removeLast(function.instructions.count - kept)
  }

  /// Marks the values that instructions with an effect need, directly or not.
  private mutating func markNeeded(_ function: IRFunction) {
    isNeeded.prepare(function.valueTypes.count, false)
    definitions.prepare(function.valueTypes.count, -1)
    for (index, instruction) in function.instructions.enumerated() where instruction.result >= 0 {
      definitions[Int(instruction.result)] = Int32(index)
    }
    for instruction in function.instructions where !isRemovable(instruction) {
      needOperands(of: instruction, function)
    }
    while let value = pending.popLast() {
      let definition = definitions[Int(value)]
      guard definition >= 0 else { continue }
      let instruction = function.instructions[Int(definition)]
      if isRemovable(instruction) { needOperands(of: instruction, function) }
    }
  }

  private mutating func needOperands(of instruction: IRInstruction, _ function: IRFunction) {
    let shape = instruction.opcode.operandShape
    if shape.values > 0 { need(instruction.a) }
    if shape.values > 1 { need(instruction.b) }
    if shape.values > 2 { need(instruction.c) }
    if shape.hasValueList {
      for value in function.list(of: instruction) { need(value) }
    }
  }

  private mutating func need(_ value: Int32) {
    guard value >= 0, !isNeeded[Int(value)] else { return }
    isNeeded[Int(value)] = true
    pending.append(value)
  }

  /// Whether an instruction does nothing but give a result.
  private func isRemovable(_ instruction: IRInstruction) -> Bool {
    if instruction.opcode.isPure { return true }
    switch instruction.opcode {
    case .testKind, .testHeader, .load, .loadIndexed, .load32, .loadByte, .allocate: return true
    case .generic:
      guard let operation = GenericOperation(rawValue: instruction.aux) else { return false }
      let proof = OperandProof(rawValue: instruction.immediate)
      return operation != .arraySet && operation.isUnchecked(proof)
    default: return false
    }
  }
}

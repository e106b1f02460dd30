import IR
import Support

/// Finds the parameters of blocks that never are negative ints: loop counters that begin with a constant that is
/// not negative and are only increased, where they are known to be less than something, so that they do not wrap.
///
/// An optimistic fixed point over the parameters, as for induction variables in Wegman & Zadeck, "Constant
/// propagation with conditional branches" (TOPLAS 1991), with the two-valued lattice of "not negative".
struct LoopCounters {
  /// By value of the function at hand: whether it is such a parameter.
  private(set) var isNotNegative: [Bool] = []
  /// By value: the instruction that defines it, -1 for parameters, and the block that it is in.
  private var definitions: [Int32] = []
  private var blockOf: [Int32] = []

  /// How many conditions around an addition are looked at.
  private static let conditionLimit = 8

  /// `graph` has its dominators.
  mutating func find(in function: IRFunction, _ graph: ControlFlowGraph) {
    isNotNegative.prepare(function.valueTypes.count, false)
    guard graph.hasLoops else { return }
    definitions.prepare(function.valueTypes.count, -1)
    blockOf.prepare(function.valueTypes.count, -1)
    for (number, block) in function.blocks.enumerated() where graph.order[number] >= 0 {
      for index in Int(block.start)..<Int(block.end) {
        let result = function.instructions[index].result
        if result >= 0 {
          definitions[Int(result)] = Int32(index)
          blockOf[Int(result)] = Int32(number)
        }
      }
      if number == 0 { continue }
      for value in block.firstParameter..<block.firstParameter + block.parameterCount
      where function.valueTypes[Int(value)] == .word {
        isNotNegative[Int(value)] = true
      }
    }
    var isChanged = true
    while isChanged {
      isChanged = false
      for (number, block) in function.blocks.enumerated() where graph.order[number] >= 0 {
        let jump = function.instructions[Int(block.end) - 1]
        if jump.opcode == .jump { isChanged = meet(jump, function, graph) || isChanged }
      }
    }
  }

  /// Takes parameters out that a jump may make negative; whether there were any.
  private mutating func meet(
    _ jump: IRInstruction, _ function: IRFunction, _ graph: ControlFlowGraph
  ) -> Bool {
    let first = function.blocks[Int(jump.immediate)].firstParameter
    var isChanged = false
    for (parameter, argument) in zip(first..., function.list(of: jump))
    where isNotNegative[Int(parameter)] && !isNotNegative(argument, function, graph) {
      isNotNegative[Int(parameter)] = false
      isChanged = true
    }
    return isChanged
  }

  private func isNotNegative(
    _ value: Int32, _ function: IRFunction, _ graph: ControlFlowGraph
  ) -> Bool {
    let definition = definitions[Int(value)]
    guard definition >= 0 else { return isNotNegative[Int(value)] }
    let instruction = function.instructions[Int(definition)]
    switch instruction.opcode {
    case .constant: return isNaturalInt(instruction)
    case .generic:
      guard GenericOperation(rawValue: instruction.aux) == .add,
        OperandProof(rawValue: instruction.immediate).isSuperset(of: .both)
      else { return false }
      let step = definitions[Int(instruction.b)]
      guard step >= 0, isOne(function.instructions[Int(step)]),
        isNotNegative(instruction.a, function, graph)
      else { return false }
      return isBounded(instruction.a, at: blockOf[Int(value)], function, graph)
    default: return false
    }
  }

  private func isNaturalInt(_ instruction: IRInstruction) -> Bool {
    instruction.type == .word && instruction.immediate & 1 == 1 && instruction.immediate > 0
  }

  private func isOne(_ instruction: IRInstruction) -> Bool {
    instruction.opcode == .constant && instruction.type == .word && instruction.immediate == 3
  }

  /// Whether a tagged int is less than another wherever `block` is executed.
  private func isBounded(
    _ value: Int32, at block: Int32, _ function: IRFunction, _ graph: ControlFlowGraph
  ) -> Bool {
    var current = block
    for _ in 0..<LoopCounters.conditionLimit {
      let dominator = graph.dominator[Int(current)]
      guard dominator >= 0 else { return false }
      let branch = function.instructions[Int(function.blocks[Int(dominator)].end) - 1]
      if branch.opcode == .branch, branch.b != branch.c,
        graph.predecessors(Int(current)).count == 1,
        bounds(branch.a, value, branch.b == current, function)
      {
        return true
      }
      current = dominator
    }
    return false
  }

  /// Whether a condition with this outcome says that the value is less than something.
  private func bounds(
    _ condition: Int32, _ value: Int32, _ outcome: Bool, _ function: IRFunction
  ) -> Bool {
    let definition = definitions[Int(condition)]
    guard definition >= 0 else { return false }
    let instruction = function.instructions[Int(definition)]
    guard instruction.opcode == .compare, let stated = Condition(rawValue: instruction.aux) else {
      return false
    }
    let condition = outcome ? stated : stated.negated
    return condition == .less && instruction.a == value
      || condition == .greater && instruction.b == value
  }
}

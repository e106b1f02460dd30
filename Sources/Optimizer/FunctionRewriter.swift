import IR
import Support

/// Makes a function anew, better: see ``optimize(_:)``.
///
/// Blocks are visited in an order of control (each after its forward predecessors, otherwise as they stood), so
/// that the operands of an instruction have been rewritten before it, but for the parameters of loop headers,
/// which are made in advance.
struct FunctionRewriter {
  var inlining: Inlining
  var builder = FunctionBuilder()
  private var graph = ControlFlowGraph()
  private var order = ControlOrder()
  private var table = ValueTable()
  private var counters = LoopCounters()
  /// By value of the new function: whether it is a parameter that never is a negative int.
  private var isNotNegative: [Bool] = []
  /// By value of the new function: the instruction that defines it; `unreachable` for parameters.
  private var definitions: [IRInstruction] = []
  /// The lists of the new function's allocations.
  private var payloads: [ValueID] = []
  /// By value of the old function: the new one.
  var values: [ValueID] = []
  /// By block of the old function: the new one, made when first mentioned.
  private var blocks: [BlockID?] = []
  private var isReached: [Bool] = []
  /// By block of the old function: the condition that holds in it and its outcome, because the only way there is
  /// the branch on it.
  private var conditions: [(value: ValueID, outcome: Bool)?] = []
  /// The block of the old function that is being rewritten.
  private(set) var current: Int32 = 0
  /// Whether what is computed now is computed whenever control comes to the end of `current`.
  var isUnconditional = true
  /// Whether control never comes from here to the end of `current`: what is known at that end need not hold.
  var isDoomed = false
  var copy = InlinedCopy()

  init(_ program: IRProgram) {
    inlining = Inlining(functionCount: program.functions.count, calls: program.inlinedCalls)
  }

  mutating func rewrite(_ index: Int, in program: IRProgram) -> IRFunction {
    let function = program.functions[index]
    prepare(function)
    for block in order.blocks where isReached[Int(block)] {
      begin(block, function)
      let range = Int(function.blocks[Int(block)].start)..<Int(function.blocks[Int(block)].end)
      for position in range {
        let instruction = function.instructions[position]
        builder.position = instruction.position
        if inlineCall(instruction, function, self: index, program) { continue }
        if instruction.opcode.isTerminator {
          end(instruction, function)
        } else {
          let value = add(mapped(instruction), list(of: instruction, function))
          if instruction.result >= 0 { values[Int(instruction.result)] = value }
        }
      }
    }
    return builder.finish()
  }

  private mutating func prepare(_ function: IRFunction) {
    graph.compute(function)
    graph.computeDominators()
    order.compute(function, graph)
    counters.find(in: function, graph)
    isNotNegative.removeAll(keepingCapacity: true)
    table.reset(capacity: function.instructions.count)
    values.prepare(function.valueTypes.count, .none)
    blocks.prepare(function.blocks.count, nil)
    conditions.prepare(function.blocks.count, nil)
    isReached.prepare(function.blocks.count, false)
    isReached[0] = true
    definitions.removeAll(keepingCapacity: true)
    payloads.removeAll(keepingCapacity: true)
    let parameters = function.valueTypes[..<Int(function.blocks[0].parameterCount)]
    builder.start(
      name: function.name, parameters: parameters.dropFirst(function.hasEnvironment ? 1 : 0),
      file: function.file, hasEnvironment: function.hasEnvironment, flags: function.flags,
      position: function.position, resultType: function.resultType)
    for parameter in parameters.indices { values[parameter] = ValueID(parameter) }
  }

  private mutating func begin(_ block: Int32, _ function: IRFunction) {
    current = block
    isUnconditional = true
    if block == 0 { return }
    builder.begin(newBlock(block, function))
    guard let (value, outcome) = conditions[Int(block)] else { return }
    let condition = definition(of: value)
    noteOutcome(condition, outcome)
  }

  /// Remembers the outcome of a condition from here on.
  mutating func noteOutcome(_ condition: IRInstruction, _ outcome: Bool) {
    guard isCondition(condition.opcode) else { return }
    table.insert(normalised(ValueKey(condition)), .outcome(outcome), block: current)
  }

  private mutating func newBlock(_ block: Int32, _ function: IRFunction) -> BlockID {
    if let known = blocks[Int(block)] { return known }
    let old = function.blocks[Int(block)]
    let parameters = Int(old.firstParameter)..<Int(old.firstParameter + old.parameterCount)
    let made = builder.makeBlock(
      parameters: function.valueTypes[parameters], isCold: old.isCold)
    for (position, value) in parameters.enumerated() {
      values[value] = builder.parameter(position, of: made)
      if counters.isNotNegative[value] { noteNotNegative(values[value]) }
    }
    blocks[Int(block)] = made
    return made
  }

  private mutating func noteNotNegative(_ value: ValueID) {
    let missing = Int(value.index) + 1 - isNotNegative.count
    if missing > 0 {
      isNotNegative.append(contentsOf: repeatElement(false, count: missing))
    }
    isNotNegative[Int(value.index)] = true
  }

  // MARK: - Operands

  private func mapped(_ instruction: IRInstruction) -> IRInstruction {
    mapped(instruction, values)
  }

  func mapped(_ instruction: IRInstruction, _ values: [ValueID]) -> IRInstruction {
    var result = instruction
    result.result = -1
    let shape = instruction.opcode.operandShape
    if shape.values > 0 && instruction.a >= 0 { result.a = values[Int(instruction.a)].index }
    if shape.values > 1 && instruction.b >= 0 { result.b = values[Int(instruction.b)].index }
    if shape.values > 2 && instruction.c >= 0 { result.c = values[Int(instruction.c)].index }
    return result
  }

  func list(of instruction: IRInstruction, _ function: IRFunction) -> [ValueID] {
    list(of: instruction, function, values)
  }

  func list(
    of instruction: IRInstruction, _ function: IRFunction, _ values: [ValueID]
  ) -> [ValueID] {
    guard instruction.opcode.operandShape.hasValueList, instruction.listCount > 0 else { return [] }
    return function.list(of: instruction).map { values[Int($0)] }
  }

  /// The instruction that defines a value of the new function.
  func definition(of value: ValueID) -> IRInstruction {
    let index = Int(value.index)
    return index >= 0 && index < definitions.count ? definitions[index] : IRInstruction(.unreachable)
  }

  func constant(_ value: Int32) -> Int64? {
    let instruction = definition(of: ValueID(value))
    return instruction.opcode == .constant ? instruction.immediate : nil
  }

  // MARK: - Instructions

  /// Adds an instruction whose operands are values of the new function, unless its value is known.
  mutating func add(_ instruction: IRInstruction, _ list: [ValueID]) -> ValueID {
    if let value = simplified(instruction) { return value }
    var instruction = instruction
    if hasIndexInRange(instruction) { instruction.immediate |= OperandProof.inDomain.rawValue }
    let isCondition = isCondition(instruction.opcode)
    let isNumbered = isNumbered(instruction)
    let key = normalised(ValueKey(instruction))
    if isCondition || isNumbered {
      switch known(key) {
      case .computed(let value): return value
      case .outcome(let outcome): return addConstant(outcome ? 1 : 0, .raw)
      case nil: break
      }
    }
    let value = append(instruction, list)
    // A condition is computed again rather than kept: it is done with the branch on it.
    if isNumbered && isUnconditional { table.insert(key, .computed(value), block: current) }
    return value
  }

  mutating func append(_ instruction: IRInstruction, _ list: [ValueID]) -> ValueID {
    let value = builder.append(instruction, list: list)
    guard !value.isNone else { return value }
    let missing = Int(value.index) - definitions.count
    if missing > 0 {
      definitions.append(contentsOf: repeatElement(IRInstruction(.unreachable), count: missing))
    }
    var definition = instruction
    if instruction.opcode == .allocate {
      definition.listStart = Int32(payloads.count)
      definition.listCount = Int32(list.count)
      payloads.append(contentsOf: list)
    }
    definitions.append(definition)
    return value
  }

  private mutating func addConstant(_ bits: Int64, _ type: IRType) -> ValueID {
    add(IRInstruction(.constant, type: type, immediate: bits), [])
  }

  private func known(_ key: ValueKey) -> KnownValue? {
    if isDoomed { return nil }
    if let value = table.find(key, block: current, graph) { return value }
    guard key.opcode == .compare, let condition = Condition(rawValue: key.aux) else { return nil }
    var opposite = key
    opposite.aux = condition.negated.rawValue
    guard case .outcome(let outcome)? = table.find(opposite, block: current, graph) else {
      return nil
    }
    return .outcome(!outcome)
  }

  /// A comparison of integers has its operands in ascending order.
  private func normalised(_ key: ValueKey) -> ValueKey {
    guard key.opcode == .compare, key.a > key.b,
      let swapped = Condition(rawValue: key.aux)?.swapped
    else { return key }
    var result = key
    result.aux = swapped.rawValue
    swap(&result.a, &result.b)
    return result
  }

  private func isCondition(_ opcode: Opcode) -> Bool {
    switch opcode {
    case .compare, .floatCompare, .testKind, .testHeader, .testInts: true
    default: false
    }
  }

  /// Whether the value of an instruction depends on its operands only, wherever it is executed: payloads and
  /// headers of objects do not change, but for the elements of arrays, which are loaded by other instructions,
  /// and for the slots of constants, whose address is raw.
  private func isNumbered(_ instruction: IRInstruction) -> Bool {
    if isCondition(instruction.opcode) { return false }
    if instruction.opcode.isPure { return true }
    switch instruction.opcode {
    case .load, .load32: return builder.type(of: ValueID(instruction.a)) == .word
    case .generic:
      // Unchecked operations of one or two operands on what does not change.
      guard let operation = GenericOperation(rawValue: instruction.aux) else { return false }
      return operation != .arrayGet && operation != .arraySet
        && operation.isUnchecked(OperandProof(rawValue: instruction.immediate))
    default: return false
    }
  }

  // MARK: - Simplification

  /// The value of an instruction, if it can be told from the definitions of its operands.
  private mutating func simplified(_ instruction: IRInstruction) -> ValueID? {
    switch instruction.opcode {
    case .add, .subtract, .multiply, .and, .or, .xor, .shiftLeft, .shiftRightLogical,
      .shiftRightArithmetic:
      guard let a = constant(instruction.a), let b = constant(instruction.b),
        let bits = folded(instruction.opcode, a, b)
      else { return nil }
      return addConstant(bits, instruction.type)
    case .negate, .not:
      guard let a = constant(instruction.a), let bits = foldedNot(instruction.opcode, a) else {
        return nil
      }
      return addConstant(bits, instruction.type)
    case .intToFloat:
      guard let a = constant(instruction.a) else { return nil }
      return addConstant(Int64(bitPattern: Double(a).bitPattern), .float)
    case .compare: return simplifiedComparison(instruction)
    case .testKind: return simplifiedTest(instruction)
    case .load: return simplifiedLoad(instruction)
    case .generic: return simplifiedOperation(instruction)
    default: return nil
    }
  }

  private mutating func simplifiedComparison(_ instruction: IRInstruction) -> ValueID? {
    guard let condition = Condition(rawValue: instruction.aux) else { return nil }
    if let a = constant(instruction.a), let b = constant(instruction.b) {
      return addConstant(holds(condition, a, b) ? 1 : 0, .raw)
    }
    if condition == .below && isIndexInRange(instruction.a, below: instruction.b) {
      return addConstant(1, .raw)
    }
    guard instruction.a == instruction.b else { return nil }
    return addConstant(holds(condition, 0, 0) ? 1 : 0, .raw)
  }

  /// Whether an object that has just been made is of a kind.
  private mutating func simplifiedTest(_ instruction: IRInstruction) -> ValueID? {
    let object = definition(of: ValueID(instruction.a))
    guard object.opcode == .allocate else { return nil }
    return addConstant(object.immediate & 0xFF == Int64(instruction.aux) ? 1 : 0, .raw)
  }

  /// What an object that has just been made holds.
  private mutating func simplifiedLoad(_ instruction: IRInstruction) -> ValueID? {
    let object = definition(of: ValueID(instruction.a))
    guard object.opcode == .allocate, instruction.immediate >= 0, instruction.immediate % 8 == 0,
      instruction.immediate / 8 < Int64(object.listCount)
    else { return nil }
    let value = payloads[Int(object.listStart) + Int(instruction.immediate / 8)]
    return builder.type(of: value) == instruction.type ? value : nil
  }

  private mutating func simplifiedOperation(_ instruction: IRInstruction) -> ValueID? {
    guard let operation = GenericOperation(rawValue: instruction.aux), instruction.b >= 0,
      let a = constant(instruction.a), let b = constant(instruction.b),
      let bits = foldedInts(operation, a, b)
    else { return nil }
    return addConstant(bits, .word)
  }

  // MARK: - Indices

  /// Whether an access to an element of an array needs no test of its index: the index never is negative, and has
  /// been found to be less than the length of the array.
  private func hasIndexInRange(_ instruction: IRInstruction) -> Bool {
    guard instruction.opcode == .generic, let operation = GenericOperation(rawValue: instruction.aux),
      operation == .arrayGet || operation == .arraySet,
      OperandProof(rawValue: instruction.immediate).isSuperset(of: .both),
      isNatural(instruction.b)
    else { return false }
    let length = IRInstruction(
      .generic, type: .word, aux: GenericOperation.arrayLength.rawValue, a: instruction.a,
      immediate: OperandProof.first.rawValue)
    guard case .computed(let length)? = known(ValueKey(length)) else { return false }
    return isLess(instruction.b, length)
  }

  /// The same for the untagged index and length that accesses to float arrays and bytes compare.
  private func isIndexInRange(_ index: Int32, below length: Int32) -> Bool {
    let untagged = definition(of: ValueID(index))
    guard untagged.opcode == .shiftRightArithmetic, constant(untagged.b) == 1,
      isNatural(untagged.a)
    else { return false }
    let doubled = IRInstruction(.add, type: .raw, a: length, b: length)
    guard case .computed(let doubled)? = known(ValueKey(doubled)) else { return false }
    let one = IRInstruction(.constant, type: .raw, immediate: 1)
    guard case .computed(let one)? = known(ValueKey(one)) else { return false }
    let tagged = IRInstruction(.or, type: .word, a: doubled.index, b: one.index)
    guard case .computed(let tagged)? = known(ValueKey(tagged)) else { return false }
    return isLess(untagged.a, tagged)
  }

  private func isLess(_ a: Int32, _ b: ValueID) -> Bool {
    let less = IRInstruction(
      .compare, type: .raw, aux: Condition.less.rawValue, a: a, b: b.index)
    if case .outcome(true)? = known(normalised(ValueKey(less))) { return true }
    return false
  }

  private func isNatural(_ value: Int32) -> Bool {
    if let bits = constant(value) { return bits & 1 == 1 && bits > 0 }
    return Int(value) < isNotNegative.count && isNotNegative[Int(value)]
  }

  // MARK: - Terminators

  private mutating func end(_ instruction: IRInstruction, _ function: IRFunction) {
    switch instruction.opcode {
    case .jump:
      jump(to: Int32(instruction.immediate), list(of: instruction, function), function)
    case .branch:
      let condition = values[Int(instruction.a)]
      if let outcome = constant(condition.index) {
        jump(to: outcome != 0 ? instruction.b : instruction.c, [], function)
        return
      }
      note(condition, true, in: instruction.b, otherwise: instruction.c)
      note(condition, false, in: instruction.c, otherwise: instruction.b)
      let then = reach(instruction.b, function)
      let otherwise = reach(instruction.c, function)
      builder.branch(condition, then: then, else: otherwise)
    case .switch:
      endWithSwitch(instruction, function)
    default:
      _ = append(mapped(instruction), list(of: instruction, function))
    }
  }

  private mutating func jump(to block: Int32, _ arguments: [ValueID], _ function: IRFunction) {
    let target = reach(block, function)
    builder.jump(target, arguments)
  }

  private mutating func reach(_ block: Int32, _ function: IRFunction) -> BlockID {
    isReached[Int(block)] = true
    return newBlock(block, function)
  }

  /// Remembers the outcome of a condition for a block that only the branch on it leads to.
  private mutating func note(
    _ condition: ValueID, _ outcome: Bool, in block: Int32, otherwise: Int32
  ) {
    if block != otherwise && graph.predecessors(Int(block)).count == 1 {
      conditions[Int(block)] = (condition, outcome)
    }
  }

  private mutating func endWithSwitch(_ instruction: IRInstruction, _ function: IRFunction) {
    let value = values[Int(instruction.a)]
    let cases = function.list(of: instruction)
    if let number = constant(value.index) {
      let (position, overflows) = number.subtractingReportingOverflow(instruction.immediate)
      let isCase = !overflows && position >= 0 && position < Int64(cases.count)
      jump(to: isCase ? cases[cases.startIndex + Int(position)] : instruction.b, [], function)
      return
    }
    let targets = cases.map { reach($0, function) }
    let otherwise = reach(instruction.b, function)
    builder.switch(value, lowest: Int(instruction.immediate), cases: targets, default: otherwise)
  }
}

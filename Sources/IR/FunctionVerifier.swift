/// Checks one function after the other; the rules are in Verifier.swift. Its tables are reused.
struct FunctionVerifier {
  private(set) var problems: [IRProblem] = []
  private let program: IRProgram
  private var index = 0
  private var function = IRFunction(name: "")
  private var graph = ControlFlowGraph()
  /// Per value: its block, and the instruction that defines it, or -1 for a parameter; block -1 if it has no definition.
  private var definitionBlock: [Int32] = []
  private var definitionPosition: [Int32] = []
  private var block = 0
  private var position = 0

  /// After so many problems in a function its rest is not looked at.
  private static let maximumProblems = 20

  init(_ program: IRProgram) { self.program = program }

  mutating func verify(_ index: Int) {
    self.index = index
    function = program.functions[index]
    let before = problems.count
    checkBlocks()
    guard problems.count == before else { return }
    graph.compute(function)
    checkEdges()
    guard problems.count == before else { return }
    graph.computeDominators()
    checkOrder()
    collectDefinitions()
    guard problems.count == before else { return }
    for block in function.blocks.indices {
      self.block = block
      for position in Int(function.blocks[block].start)..<Int(function.blocks[block].end) {
        self.position = position
        checkInstruction(function.instructions[position])
        if problems.count - before > Self.maximumProblems { return }
      }
    }
  }

  private mutating func check(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { report(message()) }
  }

  private mutating func report(_ message: String) {
    problems.append(IRProblem(place: "f\(index) \(function.name)", message: message))
  }

  /// Like `check`, for the instruction at `position`.
  private mutating func checkHere(_ holds: Bool, _ message: @autoclosure () -> String) {
    if holds { return }
    var text = ""
    function.print(function.instructions[position], into: &text)
    report("b\(block): \(text): \(message())")
  }

  // MARK: - Blocks and edges

  private mutating func checkBlocks() {
    check(!function.blocks.isEmpty, "there is no block")
    for (number, block) in function.blocks.enumerated() {
      let isInside =
        block.start >= 0 && block.start < block.end && Int(block.end) <= function.instructions.count
      check(isInside, "b\(number) has no instructions")
      let parameters = Int(block.firstParameter) + Int(block.parameterCount)
      check(
        block.parameterCount == 0
          || (block.firstParameter >= 0 && parameters <= function.valueTypes.count),
        "b\(number) has parameters without a type")
      guard isInside else { return }
      for position in Int(block.start)..<Int(block.end) {
        let opcode = function.instructions[position].opcode
        check(
          opcode.isTerminator == (position == Int(block.end) - 1),
          "b\(number): \(opcode) stands in the wrong place")
      }
      checkTargets(number, function.instructions[Int(block.end) - 1])
    }
    if function.hasEnvironment {
      check(
        function.blocks.first.map { $0.parameterCount > 0 && type($0.firstParameter) == .word }
          ?? false, "the closure is no word")
    }
  }

  private mutating func checkTargets(_ number: Int, _ terminator: IRInstruction) {
    guard hasValidList(terminator) else {
      check(false, "b\(number): the list of the terminator is out of range")
      return
    }
    var missing: Int32?
    forEachSuccessor(of: terminator, function.operands) { target in
      if !function.blocks.indices.contains(Int(target)) { missing = target }
    }
    check(missing == nil, "b\(number) leads to b\(missing ?? -1)")
  }

  private func hasValidList(_ instruction: IRInstruction) -> Bool {
    instruction.listStart >= 0 && instruction.listCount >= 0
      && Int(instruction.listStart) + Int(instruction.listCount) <= function.operands.count
  }

  private mutating func checkEdges() {
    for number in function.blocks.indices {
      check(graph.order[number] >= 0, "b\(number) cannot be reached")
      let successors = graph.successors(number)
      if let first = successors.first, !successors.allSatisfy({ $0 == first }) {
        for target in successors {
          let sources = graph.predecessors(Int(target))
          check(
            sources.allSatisfy { $0 == Int32(number) },
            "the edge from b\(number) to b\(target) is critical")
        }
      }
      let terminator = function.instructions[Int(function.blocks[number].end) - 1]
      if terminator.opcode == .jump {
        checkArguments(number, terminator)
      } else {
        for target in successors {
          check(
            function.blocks[Int(target)].parameterCount == 0,
            "b\(number) passes nothing to the parameters of b\(target)")
        }
      }
    }
    check(graph.predecessors(0).isEmpty, "the entry has a predecessor")
  }

  private mutating func checkArguments(_ number: Int, _ jump: IRInstruction) {
    let target = function.blocks[Int(jump.immediate)]
    check(
      jump.listCount == target.parameterCount,
      "b\(number) passes \(jump.listCount) arguments to b\(jump.immediate)")
    guard jump.listCount == target.parameterCount else { return }
    for (index, value) in function.list(of: jump).enumerated() {
      check(
        type(value) == type(target.firstParameter + Int32(index)),
        "b\(number) passes v\(value) of another type to b\(jump.immediate)")
    }
  }

  private mutating func checkOrder() {
    for number in function.blocks.indices where number > 0 {
      check(
        graph.dominator[number] < Int32(number), "b\(number) is dominated by a later block")
      check(
        function.blocks[number].isCold || !function.blocks[number - 1].isCold,
        "b\(number) is not cold, but the block before is")
    }
  }

  // MARK: - Values

  private func type(_ value: Int32) -> IRType? {
    function.valueTypes.indices.contains(Int(value)) ? function.valueTypes[Int(value)] : nil
  }

  private mutating func collectDefinitions() {
    let count = function.valueTypes.count
    definitionBlock.removeAll(keepingCapacity: true)
    definitionBlock.append(contentsOf: repeatElement(-1, count: count))
    definitionPosition.removeAll(keepingCapacity: true)
    definitionPosition.append(contentsOf: repeatElement(-1, count: count))
    for (number, block) in function.blocks.enumerated() {
      for value in block.firstParameter..<block.firstParameter + block.parameterCount {
        define(value, number, -1)
      }
      for position in Int(block.start)..<Int(block.end) {
        let instruction = function.instructions[position]
        check(
          (instruction.result >= 0) == (instruction.type != .none),
          "b\(number): \(instruction.opcode) has a result or a type, but not both")
        guard instruction.result >= 0 else { continue }
        check(
          type(instruction.result) == instruction.type,
          "v\(instruction.result) does not have the type of its instruction")
        define(instruction.result, number, position)
      }
    }
  }

  private mutating func define(_ value: Int32, _ block: Int, _ position: Int) {
    guard function.valueTypes.indices.contains(Int(value)) else {
      check(false, "v\(value) has no type")
      return
    }
    check(definitionBlock[Int(value)] < 0, "v\(value) is defined twice")
    definitionBlock[Int(value)] = Int32(block)
    definitionPosition[Int(value)] = Int32(position)
  }

  /// A use at `position` of `block`, with one of the types.
  private mutating func checkUse(_ value: Int32, _ allowed: TypeSet) {
    guard value >= 0, Int(value) < definitionBlock.count, definitionBlock[Int(value)] >= 0 else {
      checkHere(false, "v\(value) has no definition")
      return
    }
    let home = definitionBlock[Int(value)]
    let isDominated =
      home == Int32(block)
      ? definitionPosition[Int(value)] < Int32(position) : graph.dominates(home, Int32(block))
    checkHere(isDominated, "v\(value) is used where it need not be defined")
    checkHere(allowed.contains(function.valueTypes[Int(value)]), "v\(value) has the wrong type")
  }

  // MARK: - Instructions

  private mutating func checkInstruction(_ instruction: IRInstruction) {
    guard hasValidList(instruction) else {
      checkHere(false, "the list is out of range")
      return
    }
    if let call = SourcePlace.inlinedCall(instruction.position) {
      checkHere(call < program.inlinedCalls.count, "there is no i\(call)")
    }
    checkOperands(instruction)
    checkResult(instruction)
    checkImmediate(instruction)
    checkCall(instruction)
  }

  private mutating func checkOperands(_ instruction: IRInstruction) {
    let shape = instruction.opcode.operandShape
    var count = shape.values
    if instruction.opcode == .generic {
      guard let operation = GenericOperation(rawValue: instruction.aux) else {
        checkHere(false, "there is no generic operation \(instruction.aux)")
        return
      }
      count = operation.arity
    }
    let types = instruction.opcode.operandTypes
    if count > 0 { checkUse(instruction.a, types.a) }
    if count > 1 { checkUse(instruction.b, types.b) }
    if count > 2 { checkUse(instruction.c, types.c) }
    let usesBlocks = instruction.opcode == .branch || instruction.opcode == .switch
    checkHere(count > 0 || instruction.a < 0, "a is not used")
    checkHere(count > 1 || usesBlocks || instruction.b < 0, "b is not used")
    checkHere(count > 2 || instruction.opcode == .branch || instruction.c < 0, "c is not used")
    if shape.hasValueList {
      for value in function.list(of: instruction) { checkUse(value, types.list) }
    } else {
      checkHere(
        instruction.listCount == 0 || instruction.opcode == .switch, "the list is not used")
    }
    if instruction.opcode == .return {
      checkHere(type(instruction.a) == function.resultType, "the result has the wrong type")
    }
  }

  private mutating func checkResult(_ instruction: IRInstruction) {
    checkHere(
      instruction.opcode.resultTypes.contains(instruction.type), "the result has the wrong type")
    switch instruction.opcode {
    case .compare, .floatCompare:
      let condition = Condition(rawValue: instruction.aux)
      checkHere(condition != nil, "there is no condition \(instruction.aux)")
      let isUnsigned = condition == .below || condition == .aboveOrEqual
      checkHere(
        instruction.opcode == .compare || !isUnsigned, "floats have no unsigned comparison")
    case .genericCompare:
      let operation = GenericOperation(rawValue: instruction.aux)
      checkHere(operation?.isComparison ?? false, "no comparison")
    default: break
    }
  }

  private mutating func checkImmediate(_ instruction: IRInstruction) {
    func exists<Element>(_ table: [Element]) -> Bool {
      instruction.immediate >= 0 && instruction.immediate < table.count
    }
    switch instruction.opcode.immediateMeaning {
    case .none: checkHere(instruction.immediate == 0, "the immediate is not used")
    case .bits, .block: break
    case .number: checkNumber(instruction)
    case .optionalNumber:
      checkHere((0..<16).contains(instruction.immediate), "there is no such proof")
    case .function: checkHere(exists(program.functions), "there is no such function")
    case .data: checkHere(exists(program.data), "there is no such object")
    case .external: checkHere(exists(program.externals), "there is no such external")
    case .global:
      checkHere(
        instruction.immediate >= 0 && instruction.immediate < program.globalCount,
        "there is no such global")
    }
  }

  private mutating func checkNumber(_ instruction: IRInstruction) {
    switch instruction.opcode {
    case .testHeader:
      checkHere(UInt32(exactly: instruction.immediate) != nil, "a header has 32 bits")
    case .allocate:
      // Strings and arrays, which have their length there, are not made inline.
      checkHere(
        instruction.immediate >> 32 == Int64(instruction.listCount),
        "the header does not say how many words there are")
    case .switch:
      checkHere(
        instruction.immediate.addingReportingOverflow(Int64(instruction.listCount)).overflow
          == false, "the cases are out of range")
    default:
      checkHere(Int32(exactly: instruction.immediate) != nil, "the displacement is too large")
    }
  }

  private mutating func checkCall(_ instruction: IRInstruction) {
    switch instruction.opcode {
    case .call, .tailCall:
      guard program.functions.indices.contains(Int(instruction.immediate)) else { return }
      let callee = program.functions[Int(instruction.immediate)]
      checkHere(!callee.hasEnvironment, "the function needs a closure")
      checkHere(
        Int(instruction.listCount) == callee.parameterCount,
        "the function has \(callee.parameterCount) parameters")
      guard Int(instruction.listCount) == callee.parameterCount, !callee.blocks.isEmpty else { return }
      let first = Int(callee.blocks[0].firstParameter)
      for (index, value) in function.list(of: instruction).enumerated() {
        let parameter = first + index
        checkHere(
          callee.valueTypes.indices.contains(parameter) && type(value) == callee.valueTypes[parameter],
          "argument \(index) has the wrong type")
      }
      checkHere(
        callee.resultType == (instruction.opcode == .call ? instruction.type : function.resultType),
        "the function returns \(callee.resultType)")
    case .callRuntime:
      checkHere(instruction.listCount <= 5, "a runtime function has at most five arguments")
    case .callValue, .tailCallValue:
      checkHere(instruction.listCount > 0, "there is nothing to apply to")
    default: break
    }
  }
}

/// Types of values that an operand may have.
struct TypeSet: OptionSet {
  let rawValue: UInt8

  static let none = TypeSet(rawValue: 1)
  static let word = TypeSet(rawValue: 2)
  static let raw = TypeSet(rawValue: 4)
  static let float = TypeSet(rawValue: 8)
  /// 64 bits in a general register.
  static let integer: TypeSet = [.word, .raw]
  static let any: TypeSet = [.word, .raw, .float]

  func contains(_ type: IRType) -> Bool { rawValue >> type.rawValue & 1 != 0 }
}

/// What the operands a, b and c and those in the list may be.
struct OperandTypes {
  var a: TypeSet
  var b: TypeSet
  var c: TypeSet
  var list: TypeSet

  init(_ a: TypeSet = .none, _ b: TypeSet = .none, _ c: TypeSet = .none, list: TypeSet = .any) {
    self.a = a
    self.b = b
    self.c = c
    self.list = list
  }
}

extension Opcode {
  var operandTypes: OperandTypes {
    switch self {
    case .constant, .dataAddress, .functionAddress, .externalAddress, .globalAddress, .allocate,
      .call, .callRuntime, .callExternal, .jump, .tailCall, .tailCallExternal, .unreachable:
      OperandTypes()
    case .add, .subtract, .multiply, .divide, .remainder, .and, .or, .xor, .shiftLeft,
      .shiftRightLogical, .shiftRightArithmetic, .compare:
      OperandTypes(.integer, .integer)
    case .negate, .not, .intToFloat, .bitsToFloat, .load, .load32: OperandTypes(.integer)
    case .floatAdd, .floatSubtract, .floatMultiply, .floatDivide, .floatCompare:
      OperandTypes(.float, .float)
    case .floatNegate, .floatSquareRoot, .floatToBits: OperandTypes(.float)
    case .testKind, .testHeader, .remember: OperandTypes(.word)
    case .testInts, .genericCompare: OperandTypes(.word, .word)
    case .generic: OperandTypes(.word, .word, .word)
    case .loadIndexed, .loadByte: OperandTypes(.integer, .raw)
    case .store: OperandTypes(.integer, .any)
    case .storeIndexed: OperandTypes(.integer, .raw, .any)
    case .storeByte: OperandTypes(.integer, .raw, .integer)
    case .callValue, .tailCallValue: OperandTypes(.word, list: .word)
    case .callClosure, .tailCallClosure: OperandTypes(.word)
    case .return: OperandTypes(.any)
    case .branch, .switch: OperandTypes(.raw)
    }
  }

  var resultTypes: TypeSet {
    switch self {
    case .constant, .load, .loadIndexed, .call, .callClosure, .callExternal: .any
    case .callRuntime: [.none, .any]
    case .dataAddress, .allocate, .generic, .callValue: .word
    case .functionAddress, .externalAddress, .globalAddress, .floatToBits, .compare, .floatCompare,
      .testKind, .testHeader, .testInts, .load32, .loadByte, .genericCompare:
      .raw
    case .add, .subtract, .multiply, .divide, .remainder, .and, .or, .xor, .shiftLeft,
      .shiftRightLogical, .shiftRightArithmetic, .negate, .not:
      .integer
    case .floatAdd, .floatSubtract, .floatMultiply, .floatDivide, .floatNegate, .floatSquareRoot,
      .intToFloat, .bitsToFloat:
      .float
    case .store, .storeIndexed, .storeByte, .remember, .return, .jump, .branch, .switch, .tailCall,
      .tailCallValue, .tailCallClosure, .tailCallExternal, .unreachable:
      .none
    }
  }
}

extension GenericOperation {
  /// Whether `genericCompare` takes it.
  public var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual: true
    case .add, .subtract, .multiply, .divide, .remainder, .negate, .head, .tail, .arrayGet,
      .arraySet, .arrayLength, .bitAnd, .bitOr, .bitXor:
      false
    }
  }
}

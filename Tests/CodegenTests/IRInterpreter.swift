import IR

/// Executes programs of the IR directly: the meaning that generated code is compared with.
///
/// Values are 64 bits. Memory is one array of words that is never collected; addresses are byte offsets into it, so words look as
/// they do in the real thing. What a program may do is limited to what has one meaning: it must not raise errors nor
/// look at addresses.
struct IRInterpreter {
  private let program: IRProgram
  private var memory: [UInt64] = [0, 0]
  private var dataAddresses: [UInt64] = []
  private var globals: UInt64 = 0
  /// Instructions that may still be executed.
  private(set) var fuel: Int
  /// What has been printed: the ints given to `rail_print`.
  private(set) var output: [Int64] = []

  /// Codes of functions, which are no addresses.
  private static let codeBase: UInt64 = 1 << 40
  static let nilWord: UInt64 = 2
  static let consHeader: UInt64 = 2 << 32 | 1
  static let floatHeader: UInt64 = 1 << 32 | 9
  static let arrayKind: UInt64 = 13

  init(_ program: IRProgram, fuel: Int = 20_000_000) {
    self.program = program
    self.fuel = fuel
    for object in program.data {
      dataAddresses.append(UInt64(memory.count + 1) * 8)
      memory.append(contentsOf: object.words)
    }
    for (index, object) in program.data.enumerated() {
      for reference in object.references {
        let word = Int(dataAddresses[index] / 8) - 1 + Int(reference.word)
        switch reference.target {
        case .data(let target): memory[word] = dataAddresses[Int(target)]
        case .function(let target): memory[word] = Self.codeBase + UInt64(target)
        case .external: preconditionFailure("not in test programs")
        }
      }
    }
    globals = UInt64(memory.count) * 8
    memory.append(contentsOf: repeatElement(0x12, count: program.globalCount))
  }

  /// Runs `rail_main`; nil if the fuel does not suffice.
  mutating func run() -> [Int64]? {
    _ = call(Int(program.mainFunction), environment: nil, [])
    return fuel > 0 ? output : nil
  }

  // MARK: - Memory

  private func load(_ address: UInt64) -> UInt64 {
    precondition(address % 8 == 0, "aligned")
    return memory[Int(address / 8)]
  }

  private mutating func store(_ address: UInt64, _ value: UInt64) {
    memory[Int(address / 8)] = value
  }

  private mutating func allocate(_ header: UInt64, _ payload: [UInt64]) -> UInt64 {
    memory.append(header)
    memory.append(contentsOf: payload)
    return UInt64(memory.count - payload.count) * 8
  }

  private func isPointer(_ word: UInt64) -> Bool { word & 7 == 0 }

  private func kind(_ word: UInt64) -> UInt64 {
    isPointer(word) ? load(word - 8) & 0xFF : 0
  }

  // MARK: - Functions

  private mutating func call(
    _ index: Int, environment: UInt64?, _ arguments: [UInt64]
  ) -> UInt64 {
    var index = index
    var environment = environment
    var arguments = arguments
    while true {
      switch execute(program.functions[index], environment, arguments) {
      case .result(let value): return value
      case .tailCall(let target, let closure, let list):
        index = target
        environment = closure
        arguments = list
      }
    }
  }

  private enum Outcome {
    case result(UInt64)
    case tailCall(Int, UInt64?, [UInt64])
  }

  private mutating func execute(
    _ function: IRFunction, _ environment: UInt64?, _ arguments: [UInt64]
  ) -> Outcome {
    var values = [UInt64](repeating: 0, count: function.valueTypes.count)
    let parameters = (environment.map { [$0] } ?? []) + arguments
    for (offset, value) in parameters.enumerated() {
      values[Int(function.blocks[0].firstParameter) + offset] = value
    }
    var block = 0
    while true {
      for position in Int(function.blocks[block].start)..<Int(function.blocks[block].end) - 1 {
        let instruction = function.instructions[position]
        let result = evaluate(instruction, function, values)
        if instruction.result >= 0 { values[Int(instruction.result)] = result }
        if fuel <= 0 { return .result(0) }
        fuel -= 1
      }
      let terminator = function.instructions[Int(function.blocks[block].end) - 1]
      let list = function.list(of: terminator)
      fuel -= 1
      switch terminator.opcode {
      case .return: return .result(values[Int(terminator.a)])
      case .jump:
        block = Int(terminator.immediate)
        let passed = list.map { values[Int($0)] }
        for (offset, value) in passed.enumerated() {
          values[Int(function.blocks[block].firstParameter) + offset] = value
        }
      case .branch:
        block = Int(values[Int(terminator.a)] != 0 ? terminator.b : terminator.c)
      case .switch:
        let offset = Int64(bitPattern: values[Int(terminator.a)]) &- terminator.immediate
        let isCase = offset >= 0 && offset < Int64(terminator.listCount)
        block = Int(isCase ? list[list.startIndex + Int(offset)] : terminator.b)
      case .tailCall:
        return .tailCall(Int(terminator.immediate), nil, list.map { values[Int($0)] })
      case .tailCallValue, .tailCallClosure:
        let closure = values[Int(terminator.a)]
        return .tailCall(code(of: closure), closure, list.map { values[Int($0)] })
      default: preconditionFailure("\(terminator.opcode) is not in test programs")
      }
      if fuel <= 0 { return .result(0) }
    }
  }

  private func code(of closure: UInt64) -> Int { Int(load(closure) - Self.codeBase) }

  // MARK: - Instructions

  private mutating func evaluate(
    _ instruction: IRInstruction, _ function: IRFunction, _ values: [UInt64]
  ) -> UInt64 {
    let a = instruction.a >= 0 ? values[Int(instruction.a)] : 0
    let b = instruction.b >= 0 ? values[Int(instruction.b)] : 0
    let c = instruction.c >= 0 ? values[Int(instruction.c)] : 0
    let immediate = UInt64(bitPattern: instruction.immediate)
    let list = function.list(of: instruction).map { values[Int($0)] }
    switch instruction.opcode {
    case .constant: return immediate
    case .dataAddress: return dataAddresses[Int(immediate)]
    case .functionAddress: return Self.codeBase + immediate
    case .globalAddress: return globals + 8 * immediate
    case .load: return load(a &+ immediate)
    case .loadIndexed: return load(a &+ 8 &* b &+ immediate)
    case .load32:
      let word = load((a &+ immediate) & ~7)
      return (a &+ immediate) & 4 == 0 ? word & 0xFFFF_FFFF : word >> 32
    case .loadByte:
      let address = a &+ b &+ immediate
      return load(address & ~7) >> (8 * (address & 7)) & 0xFF
    case .store: store(a &+ immediate, b)
    case .storeIndexed: store(a &+ 8 &* b &+ immediate, c)
    case .storeByte:
      let address = a &+ b &+ immediate
      let shift = 8 * (address & 7)
      store(address & ~7, load(address & ~7) & ~(0xFF << shift) | (c & 0xFF) << shift)
    case .remember: break
    case .allocate: return allocate(immediate, list)
    case .generic, .genericCompare: return generic(instruction, a, b, c)
    case .call: return call(Int(immediate), environment: nil, list)
    case .callValue, .callClosure: return call(code(of: a), environment: a, list)
    case .callRuntime: return callRuntime(program.externals[Int(immediate)], list)
    default: return compute(instruction, a, b)
    }
    return 0
  }

  /// What has neither memory nor effects.
  private func compute(_ instruction: IRInstruction, _ a: UInt64, _ b: UInt64) -> UInt64 {
    let (x, y) = (Int64(bitPattern: a), Int64(bitPattern: b))
    let (u, v) = (Double(bitPattern: a), Double(bitPattern: b))
    switch instruction.opcode {
    case .add: return a &+ b
    case .subtract: return a &- b
    case .multiply: return a &* b
    case .divide: return UInt64(bitPattern: x.dividedReportingOverflow(by: y).partialValue)
    case .remainder:
      return y == -1 ? 0 : UInt64(bitPattern: x.remainderReportingOverflow(dividingBy: y).partialValue)
    case .and: return a & b
    case .or: return a | b
    case .xor: return a ^ b
    case .shiftLeft: return a << (b & 63)
    case .shiftRightLogical: return a >> (b & 63)
    case .shiftRightArithmetic: return UInt64(bitPattern: x >> Int64(b & 63))
    case .negate: return 0 &- a
    case .not: return ~a
    case .floatAdd: return (u + v).bitPattern
    case .floatSubtract: return (u - v).bitPattern
    case .floatMultiply: return (u * v).bitPattern
    case .floatDivide: return (u / v).bitPattern
    case .floatNegate: return a ^ 1 << 63
    case .floatSquareRoot: return u.squareRoot().bitPattern
    case .intToFloat: return Double(x).bitPattern
    case .floatToBits, .bitsToFloat: return a
    case .compare: return holds(instruction, x, y) ? 1 : 0
    case .floatCompare: return floatHolds(instruction, u, v) ? 1 : 0
    case .testKind: return isPointer(a) && kind(a) == UInt64(instruction.aux) ? 1 : 0
    case .testHeader:
      return isPointer(a) && load(a - 8) & 0xFFFF_FFFF == UInt64(instruction.immediate) ? 1 : 0
    case .testInts: return a & b & 1
    default: preconditionFailure("\(instruction.opcode) is not in test programs")
    }
  }

  private func holds(_ instruction: IRInstruction, _ x: Int64, _ y: Int64) -> Bool {
    switch Condition(rawValue: instruction.aux)! {
    case .equal: x == y
    case .notEqual: x != y
    case .less: x < y
    case .greater: x > y
    case .lessOrEqual: x <= y
    case .greaterOrEqual: x >= y
    case .below: UInt64(bitPattern: x) < UInt64(bitPattern: y)
    case .aboveOrEqual: UInt64(bitPattern: x) >= UInt64(bitPattern: y)
    }
  }

  private func floatHolds(_ instruction: IRInstruction, _ x: Double, _ y: Double) -> Bool {
    switch Condition(rawValue: instruction.aux)! {
    case .equal: x == y
    case .notEqual: x != y
    case .less: x < y
    case .greater: x > y
    case .lessOrEqual: x <= y
    case .greaterOrEqual: x >= y
    case .below, .aboveOrEqual: preconditionFailure("not for floats")
    }
  }

  // MARK: - Generic operations, on ints and floats

  private mutating func generic(
    _ instruction: IRInstruction, _ a: UInt64, _ b: UInt64, _ c: UInt64
  ) -> UInt64 {
    let operation = GenericOperation(rawValue: instruction.aux)!
    switch operation {
    case .head: return kind(a) == 1 ? load(a) : 1
    case .tail: return kind(a) == 1 ? load(a + 8) : Self.nilWord
    case .arrayLength: return (load(a - 8) >> 8) << 1 | 1
    case .arrayGet: return load(a + (b >> 1) * 8)
    case .arraySet:
      store(a + (b >> 1) * 8, c)
      return 1
    case .negate:
      return a & 1 == 1 ? 2 &- a : boxed(-number(a))
    default: break
    }
    if operation.isComparison {
      let outcome: UInt64 = compareNumbers(operation, a, b) ? 1 : 0
      return instruction.opcode == .generic ? outcome << 1 | 1 : outcome
    }
    return a & b & 1 == 1
      ? intOperation(operation, a, b) : floatOperation(operation, number(a), number(b))
  }

  private func compareNumbers(_ operation: GenericOperation, _ a: UInt64, _ b: UInt64) -> Bool {
    func compare<Number: Comparable>(_ x: Number, _ y: Number) -> Bool {
      switch operation {
      case .equal: x == y
      case .notEqual: x != y
      case .less: x < y
      case .greater: x > y
      case .lessOrEqual: x <= y
      default: x >= y
      }
    }
    return a & b & 1 == 1
      ? compare(Int64(bitPattern: a), Int64(bitPattern: b)) : compare(number(a), number(b))
  }

  private func intOperation(_ operation: GenericOperation, _ a: UInt64, _ b: UInt64) -> UInt64 {
    let (x, y) = (Int64(bitPattern: a) >> 1, Int64(bitPattern: b) >> 1)
    let result: Int64
    switch operation {
    case .add: result = x &+ y
    case .subtract: result = x &- y
    case .multiply: result = x &* y
    case .divide: result = x / y
    case .remainder: result = y == -1 ? 0 : x % y
    case .bitAnd: result = x & y
    case .bitOr: result = x | y
    default: result = x ^ y
    }
    return UInt64(bitPattern: result &<< 1 | 1)
  }

  private mutating func floatOperation(
    _ operation: GenericOperation, _ x: Double, _ y: Double
  ) -> UInt64 {
    switch operation {
    case .add: boxed(x + y)
    case .subtract: boxed(x - y)
    case .multiply: boxed(x * y)
    default: preconditionFailure("not in test programs")
    }
  }

  private func number(_ word: UInt64) -> Double {
    word & 1 == 1 ? Double(Int64(bitPattern: word) >> 1) : Double(bitPattern: load(word))
  }

  private mutating func boxed(_ value: Double) -> UInt64 {
    allocate(Self.floatHeader, [value.bitPattern])
  }

  private mutating func callRuntime(_ name: String, _ arguments: [UInt64]) -> UInt64 {
    switch name {
    case "rail_print":
      output.append(Int64(bitPattern: arguments[0]) >> 1)
      return 0x0A
    case "rail_arr_new":
      let count = arguments[0] >> 1
      return allocate(
        count << 8 | Self.arrayKind, Array(repeating: arguments[1], count: Int(count)))
    default: preconditionFailure("\(name) is not in test programs")
    }
  }
}

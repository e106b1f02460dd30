import IR

/// Deterministic random numbers (SplitMix64: G. Steele, D. Lea, C. Flood, OOPSLA 2014).
struct RandomSource {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// True once in `times`.
  mutating func once(in times: Int) -> Bool { below(times) == 0 }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

/// What is known about a value, so that only operations with a defined result are applied to it.
enum ValueKind: Int, CaseIterable {
  case raw, float
  /// A tagged int; an int or a boxed float; a list of numbers; an array of 8 numbers.
  case int, number, list, array

  var type: IRType {
    switch self {
    case .raw: .raw
    case .float: .float
    case .int, .number, .list, .array: .word
    }
  }
}

/// Makes random programs that terminate, raise no errors and print numbers that depend on everything they compute.
struct RandomProgram {
  var random: RandomSource
  var builder = FunctionBuilder()
  private var program = IRProgram()
  private var signatures: [Signature] = []
  /// Values in scope, by kind.
  private var scope: [[ValueID]] = []
  /// How many instructions the current function executes, about, and how often its current place is executed in one call.
  private var cost = 0
  private var weight = 1
  private var depth = 0
  /// How large functions become.
  let size: Int

  private struct Signature {
    var parameters: [ValueKind]
    var result: ValueKind
    var cost: Int
    var hasEnvironment = false
  }

  private static let checksum = 1
  private static let floatBits = 2
  private static let firstApply = 3
  private static let applyCount = 8
  private static let firstRandom = firstApply + applyCount
  private static let arrayLength = 8
  private static let affordable = 20_000

  init(seed: UInt64, size: Int = 12) {
    random = RandomSource(seed: seed)
    self.size = size
  }

  mutating func make(functions count: Int) -> IRProgram {
    program.externals = ["rail_print", "rail_arr_new"]
    program.globalCount = 3
    program.data = [
      DataObject(words: [IRInterpreter.floatHeader, (2.5).bitPattern]),
      DataObject(
        words: [IRInterpreter.consHeader, 7, 0],
        references: [DataReference(word: 2, target: .data(2))]),
      DataObject(words: [IRInterpreter.consHeader, 9, IRInterpreter.nilWord]),
    ]
    for _ in 0..<Self.firstRandom {
      signatures.append(Signature(parameters: [], result: .raw, cost: 50))
    }
    var functions: [IRFunction] = []
    for index in 0..<count { functions.append(randomFunction(Self.firstRandom + index)) }
    program.functions = [mainFunction(), checksumFunction(), floatBitsFunction()]
    for arguments in 1...Self.applyCount {
      program.applyFunctions.append((arguments, Int32(program.functions.count)))
      program.functions.append(applyFunction(arguments))
    }
    program.functions += functions
    program.mainFunction = 0
    return program
  }

  // MARK: - Fixed functions

  /// Stores something in the globals, then calls each function with several arguments and prints what comes out.
  private mutating func mainFunction() -> IRFunction {
    builder.start(name: "main", parameters: [])
    startScope()
    for index in 0..<program.globalCount {
      let address = builder.globalAddress(index)
      let value = constant(.number)
      builder.store(address, value)
    }
    for index in Self.firstRandom..<signatures.count where !signatures[index].hasEnvironment {
      for _ in 0..<3 {
        let arguments = signatures[index].parameters.map { constant($0) }
        let result = builder.call(index, arguments, type: signatures[index].result.type)
        let shifted = builder.operation(
          .shiftLeft, .raw, raw(result, signatures[index].result), builder.constant(1, .raw))
        let tagged = builder.operation(.or, .word, shifted, builder.constant(1, .raw))
        builder.callRuntime(0, [tagged], type: .none)
      }
    }
    builder.return(builder.int(0))
    return builder.finish()
  }

  /// A raw number for any word: of ints, floats, lists and arrays.
  private mutating func checksumFunction() -> IRFunction {
    builder.start(name: "checksum", parameters: [.word], resultType: .raw)
    let value = builder.parameter(0)
    let int = builder.makeBlock()
    let pointer = builder.makeBlock()
    builder.branch(builder.testInts(value, value), then: int, else: pointer)
    builder.begin(int)
    builder.return(builder.operation(.add, .raw, value, builder.constant(0, .raw)))
    builder.begin(pointer)
    let float = builder.makeBlock()
    let notFloat = builder.makeBlock()
    builder.branch(builder.testKind(value, 9), then: float, else: notFloat)
    builder.begin(float)
    builder.tailCall(Self.floatBits, [builder.load(.float, value)])
    builder.begin(notFloat)
    let cons = builder.makeBlock()
    let notCons = builder.makeBlock()
    builder.branch(builder.testKind(value, 1), then: cons, else: notCons)
    builder.begin(cons)
    let head = builder.call(Self.checksum, [builder.load(.word, value)], type: .raw)
    let tail = builder.call(Self.checksum, [builder.load(.word, value, offset: 8)], type: .raw)
    let scaled = builder.operation(.multiply, .raw, head, builder.constant(31, .raw))
    builder.return(builder.operation(.xor, .raw, scaled, tail))
    builder.begin(notCons)
    let array = builder.makeBlock()
    let other = builder.makeBlock()
    builder.branch(builder.testKind(value, 13), then: array, else: other)
    builder.begin(other)
    builder.return(builder.constant(77, .raw))
    builder.begin(array)
    sumElements(value)
    return builder.finish()
  }

  private mutating func sumElements(_ array: ValueID) {
    let header = builder.makeBlock(parameterCount: 2, type: .raw)
    builder.jump(header, [builder.constant(0, .raw), builder.constant(1, .raw)])
    builder.begin(header)
    let (index, sum) = (builder.parameter(0, of: header), builder.parameter(1, of: header))
    let body = builder.makeBlock()
    let done = builder.makeBlock()
    let length = builder.constant(Int64(Self.arrayLength), .raw)
    builder.branch(builder.compare(.less, index, length), then: body, else: done)
    builder.begin(body)
    let element = builder.loadIndexed(.word, array, index)
    let part = builder.call(Self.checksum, [element], type: .raw)
    let scaled = builder.operation(.multiply, .raw, sum, builder.constant(17, .raw))
    let next = builder.operation(.add, .raw, index, builder.constant(1, .raw))
    builder.jump(header, [next, builder.operation(.add, .raw, scaled, part)])
    builder.begin(done)
    builder.return(sum)
  }

  /// The bits of a double, the same for all NaN.
  private mutating func floatBitsFunction() -> IRFunction {
    builder.start(name: "float_bits", parameters: [.float], resultType: .raw)
    let value = builder.parameter(0)
    let number = builder.makeBlock()
    let none = builder.makeBlock(isCold: true)
    builder.branch(builder.floatCompare(.equal, value, value), then: number, else: none)
    builder.begin(number)
    builder.return(builder.operation(.floatToBits, .raw, value))
    builder.begin(none)
    builder.return(builder.constant(0x7FF8, .raw))
    return builder.finish()
  }

  /// `rail_apply_N`, for closures that take just N arguments.
  private mutating func applyFunction(_ count: Int) -> IRFunction {
    builder.start(
      name: "apply", parameters: Array(repeating: IRType.word, count: count),
      hasEnvironment: true)
    builder.tailCallClosure(builder.environment, (0..<count).map { builder.parameter($0) })
    return builder.finish()
  }

  // MARK: - Random functions

  private mutating func randomFunction(_ index: Int) -> IRFunction {
    let isClosure = random.once(in: 4)
    var parameters: [ValueKind] = []
    let count = random.once(in: 5) ? random.below(14) : random.below(5)
    for _ in 0..<count {
      parameters.append(isClosure ? random.pick([.int, .number, .list]) : random.pick(ValueKind.allCases))
    }
    if isClosure && parameters.isEmpty { parameters = [.number] }
    if isClosure { parameters = Array(parameters.prefix(Self.applyCount)) }
    let result: ValueKind =
      isClosure ? random.pick([.int, .number, .list]) : random.pick(ValueKind.allCases)
    let counted = !isClosure && random.once(in: 3)
    if counted { parameters.insert(.raw, at: 0) }
    builder.start(
      name: "f", parameters: parameters.map(\.type), hasEnvironment: isClosure,
      resultType: result.type)
    startScope()
    cost = 5
    weight = counted ? 8 : 1
    depth = 0
    for (offset, kind) in parameters.enumerated() {
      scope[kind.rawValue].append(builder.parameter(offset))
    }
    if isClosure { unpackEnvironment() }
    signatures.append(
      Signature(parameters: parameters, result: result, cost: 0, hasEnvironment: isClosure))
    var counter = ValueID.none
    if counted { counter = beginRecursion(result) }
    statements(size + random.below(size))
    end(index, counter, result)
    signatures[index].cost = cost
    return builder.finish()
  }

  /// A closure has an int and a list besides its code.
  private mutating func unpackEnvironment() {
    scope[ValueKind.int.rawValue].append(builder.load(.word, builder.environment, offset: 8))
    scope[ValueKind.list.rawValue].append(builder.load(.word, builder.environment, offset: 16))
  }

  /// Returns at once unless the low bits of the first parameter are above 0; returns what is passed to the recursive call.
  private mutating func beginRecursion(_ result: ValueKind) -> ValueID {
    let counter = builder.operation(.and, .raw, builder.parameter(0), builder.constant(7, .raw))
    let stop = builder.makeBlock(isCold: random.once(in: 2))
    let goOn = builder.makeBlock()
    let zero = builder.constant(0, .raw)
    builder.branch(builder.compare(.lessOrEqual, counter, zero), then: stop, else: goOn)
    builder.begin(stop)
    builder.return(value(result))
    builder.begin(goOn)
    return builder.operation(.subtract, .raw, counter, builder.constant(1, .raw))
  }

  private mutating func end(_ index: Int, _ counter: ValueID, _ result: ValueKind) {
    if counter.isNone {
      if let callee = callable({ $0.result.type == result.type && $0.result == result && !$0.hasEnvironment }),
        random.once(in: 2)
      {
        cost += weight * signatures[callee].cost
        builder.tailCall(callee, arguments(of: callee))
      } else {
        builder.return(value(result))
      }
      return
    }
    let list = [counter] + arguments(of: index).dropFirst()
    if random.once(in: 2) {
      builder.tailCall(index, list)
    } else {
      let call = builder.call(index, list, type: result.type)
      scope[result.rawValue].append(call)
      statements(3)
      builder.return(random.once(in: 3) ? value(result) : call)
    }
  }

  private mutating func startScope() { scope = Array(repeating: [], count: ValueKind.allCases.count) }

  private mutating func arguments(of function: Int) -> [ValueID] {
    signatures[function].parameters.map { value($0) }
  }

  /// A function that can be called here without taking too long.
  private mutating func callable(_ condition: (Signature) -> Bool) -> Int? {
    let candidates = (Self.firstRandom..<max(signatures.count - 1, Self.firstRandom)).filter {
      condition(signatures[$0]) && cost + weight * signatures[$0].cost < Self.affordable
    }
    return candidates.isEmpty ? nil : random.pick(candidates)
  }

  // MARK: - Values

  /// Some value of a kind; ints are numbers.
  private mutating func value(_ kind: ValueKind) -> ValueID {
    if kind == .number && random.once(in: 2) { return value(.int) }
    let candidates = scope[kind.rawValue]
    if candidates.isEmpty || random.once(in: 8) { return constant(kind) }
    // Prefer young values, but keep old ones alive.
    return random.once(in: 3) ? random.pick(candidates) : candidates[max(candidates.count - 1 - random.below(4), 0)]
  }

  private mutating func values(_ kinds: [ValueKind]) -> [ValueID] { kinds.map { value($0) } }

  private mutating func constant(_ kind: ValueKind) -> ValueID {
    switch kind {
    case .raw: return builder.constant(number(), .raw)
    case .float: return builder.float(random.pick([0, 1, -1.5, 3.25, 1e10, -0.0, 1e-300]))
    case .int: return builder.int((number() << 1) >> 1)
    case .number: return random.once(in: 2) ? builder.int((number() << 1) >> 1) : builder.dataAddress(0)
    case .list: return random.once(in: 2) ? builder.constant(Int64(IRInterpreter.nilWord)) : builder.dataAddress(1)
    case .array:
      return builder.callRuntime(1, [builder.int(Int64(Self.arrayLength)), value(.number)])
    }
  }

  private mutating func number() -> Int64 {
    switch random.below(6) {
    case 0: Int64(bitPattern: random.next())
    case 1: random.pick([Int64.min, Int64.max, 1 << 31, -1 << 31, 1 << 62, -1])
    case 2: Int64(random.below(1 << 20))
    default: Int64(random.below(20)) - 6
    }
  }

  /// A raw number that depends on a value.
  private mutating func raw(_ value: ValueID, _ kind: ValueKind) -> ValueID {
    switch kind {
    case .raw: value
    case .float: builder.call(Self.floatBits, [value], type: .raw)
    case .int, .number, .list, .array: builder.call(Self.checksum, [value], type: .raw)
    }
  }

  private mutating func add(_ kind: ValueKind, _ value: ValueID) {
    scope[kind.rawValue].append(value)
  }

  // MARK: - Statements

  private mutating func statements(_ count: Int) {
    for _ in 0..<count { statement() }
  }

  private mutating func statement() {
    cost += weight
    let choice = random.below(100)
    switch choice {
    case 0..<8 where depth < 3: conditional()
    case 8..<13 where depth < 3 && weight < 50: loop()
    case 13..<16 where depth < 3: choose()
    case 16..<24: callStatement()
    case 24..<34: memoryOperation()
    case 34..<52: genericOperation()
    case 52..<64: floatOperation()
    default: rawOperation()
    }
  }

  private mutating func rawOperation() {
    let (a, b) = (value(.raw), value(.raw))
    switch random.below(14) {
    case 0...6:
      add(.raw, builder.operation(random.pick([.add, .subtract, .multiply, .and, .or, .xor]), .raw, a, b))
    case 7, 8:
      add(
        .raw,
        builder.operation(
          random.pick([.shiftLeft, .shiftRightLogical, .shiftRightArithmetic]), .raw, a, b))
    case 9:
      let divisor = builder.operation(.or, .raw, b, builder.constant(1, .raw))
      add(.raw, builder.operation(random.pick([.divide, .remainder]), .raw, a, divisor))
    case 10: add(.raw, builder.operation(random.pick([.negate, .not]), .raw, a))
    case 11: add(.raw, condition())
    case 12: add(.raw, raw(value(.number), .number))
    default:
      let shifted = builder.operation(.shiftLeft, .raw, a, builder.constant(1, .raw))
      add(.int, builder.operation(.or, .word, shifted, builder.constant(1, .raw)))
    }
  }

  private mutating func floatOperation() {
    let (a, b) = (value(.float), value(.float))
    switch random.below(8) {
    case 0...3:
      add(
        .float,
        builder.operation(
          random.pick([.floatAdd, .floatSubtract, .floatMultiply, .floatDivide]), .float, a, b))
    case 4: add(.float, builder.operation(random.pick([.floatNegate, .floatSquareRoot]), .float, a))
    case 5: add(.float, builder.operation(.intToFloat, .float, value(.raw)))
    case 6: add(.number, builder.allocate(header: IRInterpreter.floatHeader, [a]))
    default: add(.raw, raw(a, .float))
    }
  }

  private mutating func genericOperation() {
    switch random.below(12) {
    case 0...3:
      let kind: ValueKind = random.once(in: 2) ? .int : .number
      let operation: GenericOperation = random.pick([.add, .subtract, .multiply])
      add(kind, builder.generic(operation, value(kind), value(kind)))
    case 4:
      add(.int, builder.generic(random.pick([.bitAnd, .bitOr, .bitXor]), value(.int), value(.int)))
    case 5:
      let odd = builder.generic(.bitOr, value(.int), builder.int(1))
      let divisor = random.once(in: 2) ? odd : builder.int(Int64(random.pick([3, 10, -7, 1, -1])))
      add(.int, builder.generic(random.pick([.divide, .remainder]), value(.int), divisor))
    case 6:
      let kind: ValueKind = random.once(in: 2) ? .int : .number
      add(kind, builder.generic(.negate, value(kind)))
    case 7, 8:
      add(.int, builder.generic(random.pick(Self.comparisons), value(.number), value(.number)))
    case 9: add(.number, builder.generic(.head, value(.list)))
    case 10: add(.list, builder.generic(.tail, value(.list)))
    default: arrayOperation()
    }
  }

  private static let comparisons: [GenericOperation] = [
    .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual,
  ]

  private mutating func arrayOperation() {
    let array = value(.array)
    let mask = builder.int(Int64(Self.arrayLength - 1))
    let index = builder.generic(.bitAnd, value(.int), mask)
    switch random.below(4) {
    case 0, 1: add(.number, builder.generic(.arrayGet, array, index))
    case 2: _ = builder.generic(.arraySet, array, index, value(.number))
    default: add(.int, builder.generic(.arrayLength, array))
    }
  }

  private mutating func memoryOperation() {
    switch random.below(6) {
    case 0, 1:
      add(.list, builder.allocate(header: IRInterpreter.consHeader, [value(.number), value(.list)]))
    case 2:
      add(.list, builder.allocate(header: IRInterpreter.consHeader, [value(.int), value(.list)]))
    case 3: add(.number, builder.load(.word, builder.globalAddress(random.below(3))))
    case 4: builder.store(builder.globalAddress(random.below(3)), value(.number))
    default: byteOperation()
    }
  }

  /// Looks at single bytes of a boxed double.
  private mutating func byteOperation() {
    let box = builder.allocate(header: IRInterpreter.floatHeader, [value(.raw)])
    let index = builder.operation(.and, .raw, value(.raw), builder.constant(7, .raw))
    builder.storeByte(box, index, value(.raw))
    if random.once(in: 2) { builder.storeByte(box, index, builder.constant(200, .raw)) }
    add(.raw, builder.loadByte(box, index))
    add(.raw, builder.load32(box, offset: random.pick([0, 4])))
    add(.raw, builder.load(.raw, box))
  }

  private mutating func callStatement() {
    let wantsClosure = random.once(in: 3)
    guard let callee = callable({ $0.hasEnvironment == wantsClosure }) else { return }
    let signature = signatures[callee]
    cost += weight * signature.cost
    let list = arguments(of: callee)
    if !wantsClosure {
      add(signature.result, builder.call(callee, list, type: signature.result.type))
      return
    }
    let header = UInt64(3) << 32 | UInt64(list.count) << 8 | 7
    let closure = builder.allocate(
      header: header, [builder.functionAddress(callee), value(.int), value(.list)])
    add(
      signature.result,
      random.once(in: 2) ? builder.callValue(closure, list) : builder.callClosure(closure, list))
  }

  // MARK: - Control

  /// A raw condition.
  private mutating func condition() -> ValueID {
    switch random.below(8) {
    case 0, 1: builder.compare(random.pick(Condition.allCases), value(.raw), value(.raw))
    case 2:
      builder.floatCompare(
        random.pick([.equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual]),
        value(.float), value(.float))
    case 3: builder.testKind(value(random.pick([.number, .list])), random.pick([1, 9]))
    case 4: builder.testHeader(value(.list), 1)
    case 5: builder.testInts(value(.number), value(.number))
    default: builder.genericCompare(random.pick(Self.comparisons), value(.number), value(.number))
    }
  }

  /// Runs a part of the program whose values are out of scope behind it.
  private mutating func nested(_ body: (inout RandomProgram) -> Void) {
    let saved = scope
    depth += 1
    body(&self)
    depth -= 1
    scope = saved
  }

  private mutating func conditional() {
    let kinds = randomKinds(4)
    let test = condition()
    let blocks = [builder.makeBlock(isCold: random.once(in: 4)), builder.makeBlock(isCold: random.once(in: 6))]
    let merge = builder.makeBlock(parameters: kinds.map(\.type))
    builder.branch(test, then: blocks[0], else: blocks[1])
    for block in blocks {
      builder.begin(block)
      nested {
        $0.statements($0.random.below(5))
        $0.builder.jump(merge, $0.values(kinds))
      }
    }
    builder.begin(merge)
    receive(kinds, merge)
  }

  private mutating func randomKinds(_ most: Int) -> [ValueKind] {
    (0..<random.below(most + 1)).map { _ in random.pick(ValueKind.allCases) }
  }

  private mutating func receive(_ kinds: [ValueKind], _ block: BlockID, from first: Int = 0) {
    for (offset, kind) in kinds.enumerated() { add(kind, builder.parameter(first + offset, of: block)) }
  }

  private mutating func loop() {
    let kinds = randomKinds(5)
    let trips = random.below(6)
    let header = builder.makeBlock(parameters: [.raw] + kinds.map(\.type))
    builder.jump(header, [builder.constant(Int64(trips), .raw)] + kinds.map { value($0) })
    builder.begin(header)
    receive(kinds, header, from: 1)
    let counter = builder.parameter(0, of: header)
    let body = builder.makeBlock()
    let exit = builder.makeBlock()
    let more = builder.compare(.greater, counter, builder.constant(0, .raw))
    builder.branch(more, then: body, else: exit)
    builder.begin(body)
    weight *= trips + 1
    nested {
      $0.statements(1 + $0.random.below(6))
      let next = $0.builder.operation(.subtract, .raw, counter, $0.builder.constant(1, .raw))
      $0.builder.jump(header, [next] + $0.values(kinds))
    }
    weight /= trips + 1
    builder.begin(exit)
  }

  private mutating func choose() {
    let kinds = randomKinds(2)
    let lowest = random.pick([0, -2, 5, 1 << 40])
    let index = builder.operation(.and, .raw, value(.raw), builder.constant(7, .raw))
    let scrutinee = builder.operation(.add, .raw, index, builder.constant(Int64(lowest), .raw))
    let merge = builder.makeBlock(parameters: kinds.map(\.type))
    let otherwise = builder.makeBlock()
    let cases = (0..<1 + random.below(8)).map { _ in
      random.once(in: 5) ? otherwise : builder.makeBlock(isCold: random.once(in: 8))
    }
    builder.switch(scrutinee, lowest: lowest, cases: cases, default: otherwise)
    var begun: Set<BlockID> = []
    for block in [otherwise] + cases where begun.insert(block).inserted {
      builder.begin(block)
      nested {
        $0.statements($0.random.below(3))
        $0.builder.jump(merge, $0.values(kinds))
      }
    }
    builder.begin(merge)
    receive(kinds, merge)
  }
}

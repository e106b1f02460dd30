public import IR

/// Checks that a register allocation keeps the meaning of a function: that every operand is read from a place that holds its value
/// on every path, also after a collection has moved what the stack maps name.
///
/// The code is executed with values as symbols, block by block: each block starts from what the allocator claims about its start,
/// and each edge must establish the claims of its target, so one pass is a proof by induction. (The idea is that of the checker of
/// Cranelift's regalloc2; a symbolic state per block instead of a fixpoint.)
public struct AllocationVerifier {
  public private(set) var problems: [String] = []

  private let function: IRFunction
  private let code: SelectedCode
  private let liveness: Liveness
  private let graph: ControlFlowGraph
  private let allocation: Allocation
  private let frame: FrameLayout
  private let incoming: [Location]
  /// Per location: the value it holds, or -1.
  private var contents: [Int32] = []
  private var safepoint = 0
  private var nextMove = 0
  private var block = 0

  public init(
    _ function: IRFunction, _ code: SelectedCode, _ liveness: Liveness, _ graph: ControlFlowGraph,
    _ allocation: Allocation, _ frame: FrameLayout, incoming: [Location]
  ) {
    self.function = function
    self.code = code
    self.liveness = liveness
    self.graph = graph
    self.allocation = allocation
    self.frame = frame
    self.incoming = incoming
  }

  public mutating func run() {
    for block in function.blocks.indices {
      self.block = block
      assumeStart()
      for position in Int(code.blockStarts[block])..<Int(code.blockStarts[block + 1]) {
        execute(position)
      }
      checkSuccessors()
    }
  }

  private mutating func check(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { report(message()) }
  }

  private mutating func report(_ message: String) {
    problems.append("\(function.name), b\(block): \(message)")
  }

  // MARK: - Block starts

  private mutating func assumeStart() {
    contents = Array(
      repeating: -1, count: Int(Register.firstVirtual) + frame.slotCount)
    for held in startContents(block) { contents[Int(held.register)] = held.value }
    for index in liveness.liveIn(block) {
      let value = liveness.entries[index].value
      if isInSlot(value, block) { contents[slotIndex(value)] = value }
    }
    for value in parameters(block) where isPassedInSlot(value) { contents[slotIndex(value)] = value }
    if block == 0 { checkIncoming() }
    for value in frame.stores(atStartOf: block) {
      let register = allocation.registerAtStart(of: block, value)
      check(register >= 0, "v\(value) is to be stored but is in no register")
      contents[slotIndex(value)] = value
    }
  }

  /// The parameters of the function arrive in registers of the calling convention.
  private mutating func checkIncoming() {
    for held in startContents(0) {
      let place = incoming[Int(held.value)]
      check(
        !place.isRegister || place.code == held.register,
        "parameter v\(held.value) does not arrive in \(held.register)")
      for (other, location) in incoming.enumerated() where location.code == held.register {
        check(other == Int(held.value), "v\(held.value) is loaded over parameter v\(other)")
      }
    }
  }

  private func startContents(_ block: Int) -> ArraySlice<RegisterContent> {
    let start = Int(allocation.startContentStart[block])
    return allocation.startContents[start..<start + Int(allocation.startContentCount[block])]
  }

  private func parameters(_ block: Int) -> Range<Int32> {
    let first = function.blocks[block].firstParameter
    return first..<first + function.blocks[block].parameterCount
  }

  private func isInSlot(_ value: Int32, _ block: Int) -> Bool {
    frame.isInSlot(value, atStartOf: block, graph, allocation)
  }

  private func isPassedInSlot(_ value: Int32) -> Bool {
    allocation.values[Int(value)].arrivesInSlot && liveness.firstUses[Int(value)] != Liveness.never
  }

  private func slotIndex(_ value: Int32) -> Int {
    Int(Register.firstVirtual + frame.slots[Int(value)])
  }

  // MARK: - Instructions

  private mutating func execute(_ position: Int) {
    while nextMove < allocation.moves.count && Int(allocation.moves[nextMove].position) == position {
      let move = allocation.moves[nextMove]
      checkHolds(move.source, move.from)
      contents[index(move.to, move.destination)] = move.destination
      nextMove += 1
    }
    let instruction = code.instructions[position]
    checkOperands(instruction)
    if instruction.flags.contains(.safepoint) {
      collect(instruction)
      if instruction.flags.contains(.operandsSurvive) { checkOperands(instruction) }
    }
    for register in 0..<Int(Register.firstVirtual)
    where instruction.flags.contains(.call) || instruction.clobbers >> UInt64(register) & 1 != 0 {
      contents[register] = -1
    }
    if instruction.result >= 0 { define(instruction.result, position) }
  }

  private mutating func checkOperands(_ instruction: SelectedInstruction) {
    for operand in Int(instruction.operandStart)..<Int(instruction.operandStart + instruction.operandCount) {
      let wanted = code.operands[operand]
      checkHolds(wanted.value, allocation.operands[operand])
      if wanted.constraint == .register {
        check(allocation.operands[operand].isRegister, "v\(wanted.value) is not in a register")
      }
    }
  }

  private mutating func checkHolds(_ value: Int32, _ location: Location) {
    if location == .constant {
      check(code.isConstant[Int(value)], "v\(value) is no constant")
    } else if location == .valueSlot && frame.slots[Int(value)] < 0 {
      check(false, "v\(value) has no slot")
    } else {
      let index = index(location, value)
      let held = contents[index]
      check(held == value, "location \(index) holds v\(held), not v\(value)")
    }
  }

  private func index(_ location: Location, _ value: Int32) -> Int {
    location == .valueSlot ? slotIndex(value) : Int(location.code)
  }

  /// A collection: only what the stack map names is still valid afterwards, and that must be words.
  private mutating func collect(_ instruction: SelectedInstruction) {
    let mask =
      instruction.flags.contains(.call) ? 0 : allocation.registerMasks[safepoint]
    if instruction.flags.contains(.call) {
      check(allocation.registerMasks[safepoint] == 0, "a call has registers in its stack map")
    }
    let map = frame.maps[frame.mapRange(ofSafepoint: safepoint)]
    safepoint += 1
    for index in contents.indices {
      let isNamed: Bool
      if index < Int(Register.firstVirtual) {
        isNamed = index < 32 && mask >> UInt32(index) & 1 != 0
      } else {
        let slot = index - Int(Register.firstVirtual)
        let word = map.startIndex + slot / 32
        isNamed = word < map.endIndex && map[word] >> UInt32(slot % 32) & 1 != 0
      }
      let isWord =
        contents[index] >= 0 && function.valueTypes[Int(contents[index])] == .word
      if isNamed {
        check(isWord, "the stack map names location \(index), which holds no word")
      } else if isWord {
        contents[index] = -1
      }
    }
  }

  private mutating func define(_ value: Int32, _ position: Int) {
    // In a loop, older copies are those of another iteration.
    for index in contents.indices where contents[index] == value { contents[index] = -1 }
    contents[Int(allocation.results[position])] = value
    if allocation.values[Int(value)].spillBlock == Int32(block) { contents[slotIndex(value)] = value }
  }

  // MARK: - Edges

  private mutating func checkSuccessors() {
    let terminator = code.instructions[Int(code.blockStarts[block + 1]) - 1]
    let instruction = function.instructions[Int(terminator.ir)]
    if instruction.opcode == .jump {
      passArguments(terminator, to: Int(instruction.immediate))
    }
    for target in graph.successors(block) { checkStart(Int(target)) }
  }

  /// All moves of the edge at once; then the parameters are where they have been moved to, or where their arguments were.
  private mutating func passArguments(_ terminator: SelectedInstruction, to target: Int) {
    let before = contents
    for move in allocation.edgeMoves(block) { checkHolds(move.source, move.from) }
    var written = Set<Int>()
    for move in allocation.edgeMoves(block) {
      let place = index(move.to, move.destination)
      check(written.insert(place).inserted, "two moves to location \(place)")
      contents[place] = move.destination
    }
    for (offset, parameter) in parameters(target).enumerated()
    where liveness.firstUses[Int(parameter)] != Liveness.never {
      let argument = code.operands[Int(terminator.operandStart) + offset].value
      let register = allocation.registerAtStart(of: target, parameter)
      let place = register >= 0 ? Int(register) : slotIndex(parameter)
      if !written.contains(place) && before[place] == argument { contents[place] = parameter }
    }
  }

  private mutating func checkStart(_ target: Int) {
    for held in startContents(target) {
      check(
        contents[Int(held.register)] == held.value,
        "b\(target) wants v\(held.value) in \(held.register)")
    }
    for index in liveness.liveIn(target) {
      let value = liveness.entries[index].value
      if isInSlot(value, target) {
        check(
          contents[slotIndex(value)] == value, "b\(target) wants v\(value) in its slot")
      }
    }
    for value in parameters(target) where isPassedInSlot(value) {
      check(contents[slotIndex(value)] == value, "b\(target) wants v\(value) in its slot")
    }
  }
}

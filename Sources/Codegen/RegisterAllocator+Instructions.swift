import IR

extension RegisterAllocator {
  /// Finds places for the operands and the result of one instruction.
  mutating func allocate(
    _ position: Int, _ function: IRFunction, _ code: SelectedCode, _ liveness: Liveness,
    _ graph: inout ControlFlowGraph
  ) {
    let instruction = code.instructions[position]
    let first = Int(instruction.operandStart)
    let operands = first..<first + Int(instruction.operandCount)
    pinned = 0
    locate(operands, position, function, code, liveness, &graph)
    if instruction.flags.contains(.operandsSurvive) {
      recordMask(function)
      endUses(operands, code, liveness)
    } else {
      endUses(operands, code, liveness)
      if instruction.flags.contains(.call) {
        dropRegisters(code, &graph)
      } else if instruction.clobbers != 0 {
        vacate(instruction.clobbers, position, function, code, liveness, &graph)
      }
      if instruction.flags.contains(.safepoint) { recordMask(function) }
    }
    if instruction.result >= 0 {
      define(instruction, position, function, code, liveness, &graph)
    }
  }

  // MARK: - Operands

  private mutating func locate(
    _ operands: Range<Int>, _ position: Int, _ function: IRFunction, _ code: SelectedCode,
    _ liveness: Liveness, _ graph: inout ControlFlowGraph
  ) {
    var missing = false
    for index in operands {
      let operand = code.operands[index]
      if operand.constraint == .constant { continue }
      let physical = states[Int(operand.value)].register
      if physical >= 0 {
        allocation.operands[index] = Location(code: physical)
        pinned |= 1 << UInt64(physical)
      } else {
        missing = true
      }
    }
    guard missing else { return }
    for index in operands {
      let operand = code.operands[index]
      if operand.constraint == .constant || allocation.operands[index].isRegister { continue }
      allocation.operands[index] = fetch(operand, index, position, function, code, liveness, &graph)
    }
  }

  /// Finds a place for an operand that was in no register when the instruction began.
  private mutating func fetch(
    _ operand: SelectedOperand, _ index: Int, _ position: Int, _ function: IRFunction,
    _ code: SelectedCode, _ liveness: Liveness, _ graph: inout ControlFlowGraph
  ) -> Location {
    let value = Int(operand.value)
    if states[value].register >= 0 { return Location(code: states[value].register) }
    let wantsRegister =
      switch operand.constraint {
      case .register: true
      case .preferRegister:
        code.isConstant[value]
          || liveness.nextUses[index] < liveness.times[position] + Liveness.callSteps
      case .any, .constant: false
      }
    let from: Location = code.isConstant[value] ? .constant : .valueSlot
    guard wantsRegister else { return from }
    let candidates = classMask(function.valueTypes[value])
    let available = candidates & free
    let physical =
      available != 0 ? pick(available) : evict(from: candidates & ~pinned, code, &graph)
    occupy(physical, with: operand.value)
    pinned |= 1 << UInt64(physical)
    allocation.moves.append(
      Move(
        position: Int32(position), source: operand.value, from: from,
        destination: operand.value, to: Location(code: physical)))
    return Location(code: physical)
  }

  /// Goes past the uses: frees the registers of values that end here.
  private mutating func endUses(
    _ operands: Range<Int>, _ code: SelectedCode, _ liveness: Liveness
  ) {
    for index in operands where code.operands[index].constraint != .constant {
      states[Int(code.operands[index].value)].nextUse = liveness.nextUses[index]
    }
    for index in operands where code.operands[index].constraint != .constant {
      let value = Int(code.operands[index].value)
      if states[value].nextUse == Liveness.never && states[value].register >= 0 { release(value) }
    }
  }

  // MARK: - What an instruction destroys

  /// A call: everything that is needed later must be in a slot.
  private mutating func dropRegisters(_ code: SelectedCode, _ graph: inout ControlFlowGraph) {
    var held = (registers.general | registers.float) & ~free
    while held != 0 {
      let value = Int(content[held.trailingZeroBitCount])
      held &= held - 1
      release(value)
      requireSlot(value, code, &graph)
    }
  }

  /// Empties the registers of `clobbers`: into other registers if the value is used soon, else it leaves.
  private mutating func vacate(
    _ clobbers: UInt64, _ position: Int, _ function: IRFunction, _ code: SelectedCode,
    _ liveness: Liveness, _ graph: inout ControlFlowGraph
  ) {
    var held = clobbers & (registers.general | registers.float) & ~free
    while held != 0 {
      let physical = Int32(held.trailingZeroBitCount)
      held &= held - 1
      let value = content[Int(physical)]
      release(Int(value))
      let hasSlot = allocation.values[Int(value)].spillBlock >= 0 || code.isConstant[Int(value)]
      let isFar = states[Int(value)].nextUse - liveness.times[position] >= Liveness.callSteps
      // Registers of operands that end here are free already, but the instruction has yet to read them.
      let available = classMask(function.valueTypes[Int(value)]) & free & ~clobbers & ~pinned
      if available == 0 || (hasSlot && isFar) {
        requireSlot(Int(value), code, &graph)
        continue
      }
      let other = pick(available)
      occupy(other, with: value)
      allocation.moves.append(
        Move(
          position: Int32(position), source: value, from: Location(code: physical),
          destination: value, to: Location(code: other)))
    }
  }

  /// Notes which general registers hold values of the collector at this moment.
  private mutating func recordMask(_ function: IRFunction) {
    var mask: UInt32 = 0
    var held = registers.general & ~free
    while held != 0 {
      let physical = held.trailingZeroBitCount
      held &= held - 1
      if function.valueTypes[Int(content[physical])] == .word { mask |= 1 << UInt32(physical) }
    }
    allocation.registerMasks.append(mask)
  }

  // MARK: - Results

  private mutating func define(
    _ instruction: SelectedInstruction, _ position: Int, _ function: IRFunction,
    _ code: SelectedCode, _ liveness: Liveness, _ graph: inout ControlFlowGraph
  ) {
    let value = Int(instruction.result)
    allocation.values[value].definitionBlock = Int32(block)
    let physical = chooseResult(instruction, position, function, code, liveness, &graph)
    allocation.results[position] = physical
    states[value].nextUse = liveness.firstUses[value]
    if states[value].nextUse != Liveness.never { occupy(physical, with: instruction.result) }
  }

  private mutating func chooseResult(
    _ instruction: SelectedInstruction, _ position: Int, _ function: IRFunction, _ code: SelectedCode,
    _ liveness: Liveness, _ graph: inout ControlFlowGraph
  ) -> Int32 {
    if instruction.resultRegister >= 0 { return Int32(instruction.resultRegister) }
    let value = Int(instruction.result)
    let candidates = classMask(function.valueTypes[value])
    let available = candidates & free
    guard available != 0 else { return evict(from: candidates, code, &graph) }
    let hint = hintedRegister(liveness.hints[value])
    if hint >= 0 && candidates >> UInt64(hint) & 1 != 0
      && (available >> UInt64(hint) & 1 != 0
        || yields(hint, time: liveness.times[position], code, &graph))
    {
      return hint
    }
    var reuse = instruction.reuse
    while reuse != 0 {
      let index = Int(instruction.operandStart) + reuse.trailingZeroBitCount
      reuse &= reuse - 1
      let location = allocation.operands[index]
      if location.isRegister && available >> UInt64(location.code) & 1 != 0 { return location.code }
    }
    return pick(available)
  }

  /// Makes a register free whose value has to leave it soon anyway, for a call; says whether it did.
  private mutating func yields(
    _ physical: Int32, time: Int32, _ code: SelectedCode, _ graph: inout ControlFlowGraph
  ) -> Bool {
    let value = Int(content[Int(physical)])
    let distance = states[value].nextUse - time
    let isSpilledAnyway =
      distance >= Liveness.callSteps
      && (distance < Liveness.coldSteps || allocation.values[value].spillBlock >= 0)
    guard isSpilledAnyway else { return false }
    release(value)
    requireSlot(value, code, &graph)
    return true
  }

  /// The physical register that a hint stands for, or -1.
  func hintedRegister(_ hint: Int32) -> Int32 {
    if hint < Register.firstVirtual { return hint }
    return states[Int(hint - Register.firstVirtual)].parameterRegister
  }
}

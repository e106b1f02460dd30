import IR

extension RegisterAllocator {
  /// Hands the picture at the end of the current block on to its successors.
  mutating func end(
    _ function: IRFunction, _ code: SelectedCode, _ liveness: Liveness,
    _ graph: inout ControlFlowGraph
  ) {
    allocation.edgeMoveStart[block] = Int32(allocation.edgeMoves.count)
    let terminator = code.instructions[Int(code.blockStarts[block + 1]) - 1]
    let instruction = function.instructions[Int(terminator.ir)]
    if instruction.opcode == .jump {
      let target = Int(instruction.immediate)
      if allocation.startContentStart[target] < 0 {
        decideStart(of: target, terminator, function, liveness, code, &graph)
      } else {
        reachStart(of: target, liveness, code, &graph)
      }
      passArguments(to: target, terminator, function, code, liveness)
    } else {
      for target in graph.successors(block) where allocation.startContentStart[Int(target)] < 0 {
        inherit(Int(target), liveness)
      }
    }
    allocation.edgeMoveCount[block] =
      Int32(allocation.edgeMoves.count) - allocation.edgeMoveStart[block]
  }

  /// A block with this predecessor only: nothing changes on the way.
  private mutating func inherit(_ target: Int, _ liveness: Liveness) {
    allocation.startContentStart[target] = Int32(allocation.startContents.count)
    for index in liveness.liveIn(target) {
      let value = liveness.entries[index].value
      if states[Int(value)].register >= 0 {
        allocation.startContents.append(
          RegisterContent(value: value, register: states[Int(value)].register))
      }
    }
    endStart(target)
  }

  private mutating func endStart(_ target: Int) {
    allocation.startContentCount[target] =
      Int32(allocation.startContents.count) - allocation.startContentStart[target]
  }

  // MARK: - The first edge to a block

  /// Decides what is in registers where several edges meet.
  private mutating func decideStart(
    of target: Int, _ terminator: SelectedInstruction, _ function: IRFunction,
    _ liveness: Liveness, _ code: SelectedCode, _ graph: inout ControlFlowGraph
  ) {
    allocation.startContentStart[target] = Int32(allocation.startContents.count)
    let isHeader = graph.isLoopHeader(target)
    let hasCalls =
      isHeader && loopEnd[target] >= 0
      && callsBefore[Int(loopEnd[target]) + 1] > callsBefore[target]
    var taken: UInt64 = 0
    for index in liveness.liveIn(target) {
      let entry = liveness.entries[index]
      let value = Int(entry.value)
      guard states[value].register >= 0 else { continue }
      let isFar = entry.distance >= Liveness.callSteps
      if isFar && (isHeader ? hasCalls : allocation.values[value].spillBlock >= 0) {
        requireSlot(value, code, &graph)
        continue
      }
      allocation.startContents.append(
        RegisterContent(value: entry.value, register: states[value].register))
      taken |= 1 << UInt64(states[value].register)
    }
    placeParameters(of: target, terminator, taken, hasCalls, function, liveness, code)
    endStart(target)
  }

  /// Gives each parameter a register, the argument's if that is free, or its slot.
  private mutating func placeParameters(
    of target: Int, _ terminator: SelectedInstruction, _ alreadyTaken: UInt64, _ hasCalls: Bool,
    _ function: IRFunction, _ liveness: Liveness, _ code: SelectedCode
  ) {
    var taken = alreadyTaken
    let first = function.blocks[target].firstParameter
    let time = liveness.times[Int(code.blockStarts[target])]
    for index in 0..<Int(terminator.operandCount) {
      let parameter = Int(first) + index
      guard liveness.firstUses[parameter] != Liveness.never else { continue }
      let argument = allocation.operands[Int(terminator.operandStart) + index]
      let isFar = liveness.firstUses[parameter] - time >= Liveness.callSteps
      let available = classMask(function.valueTypes[parameter]) & ~taken
      if available == 0 || (isFar && (hasCalls || !argument.isRegister)) {
        allocation.values[parameter].arrivesInSlot = true
        allocation.values[parameter].spillBlock = Int32(target)
        allocation.values[parameter].definitionBlock = Int32(target)
        allocation.spilled.append(Int32(parameter))
        continue
      }
      let hint = hintedRegister(liveness.hints[parameter])
      let physical: Int32
      if argument.isRegister && available >> UInt64(argument.code) & 1 != 0 {
        physical = argument.code
      } else if hint >= 0 && available >> UInt64(hint) & 1 != 0 {
        physical = hint
      } else {
        let unused = available & free
        physical = pick(unused != 0 ? unused : available)
      }
      taken |= 1 << UInt64(physical)
      states[parameter].parameterRegister = physical
      allocation.startContents.append(
        RegisterContent(value: Int32(parameter), register: physical))
    }
  }

  // MARK: - Every edge

  /// Brings the values that live into `target` to where it expects them.
  private mutating func reachStart(
    of target: Int, _ liveness: Liveness, _ code: SelectedCode, _ graph: inout ControlFlowGraph
  ) {
    let start = Int(allocation.startContentStart[target])
    let contents = start..<start + Int(allocation.startContentCount[target])
    for index in contents {
      let wanted = allocation.startContents[index]
      states[Int(wanted.value)].wantedRegister = wanted.register
    }
    for index in liveness.liveIn(target) {
      let value = liveness.entries[index].value
      let wanted = states[Int(value)].wantedRegister
      let current = states[Int(value)].register
      if wanted < 0 {
        requireSlot(Int(value), code, &graph)
      } else if wanted != current {
        allocation.edgeMoves.append(
          Move(
            position: -1, source: value,
            from: current >= 0 ? Location(code: current) : .valueSlot, destination: value,
            to: Location(code: wanted)))
      }
    }
    for index in contents { states[Int(allocation.startContents[index].value)].wantedRegister = -1 }
  }

  private mutating func passArguments(
    to target: Int, _ terminator: SelectedInstruction, _ function: IRFunction,
    _ code: SelectedCode, _ liveness: Liveness
  ) {
    let first = function.blocks[target].firstParameter
    for index in 0..<Int(terminator.operandCount) {
      let parameter = Int(first) + index
      guard liveness.firstUses[parameter] != Liveness.never else { continue }
      let operand = Int(terminator.operandStart) + index
      let from = allocation.operands[operand]
      let to: Location =
        allocation.values[parameter].arrivesInSlot
        ? .valueSlot : Location(code: states[parameter].parameterRegister)
      if from == to && from.isRegister { continue }
      allocation.edgeMoves.append(
        Move(
          position: -1, source: code.operands[operand].value, from: from,
          destination: Int32(parameter), to: to))
    }
  }
}

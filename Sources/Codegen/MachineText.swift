import IR

/// The functions of a program after register allocation, as text: the instructions of the IR with
/// the places of their operands and results, and the moves between them.
///
///     f1 fib: 2 slots
///     b0: v0 in rsi
///       branch v2 b1 b2 | genericCompare.less v0 v1 ; v0 in rsi, v1 constant
///     b2: v0 in rsi
///       slot 0 <- v0 in rsi
///       v4 in rsi <- generic.subtract v0 v3 ; v0 in rsi, v3 constant
///
/// Behind a bar is an instruction that is done together with the one before it, behind a semicolon
/// the operands.
extension FunctionCompiler {
  /// Appends the function that has been compiled last.
  public func describe(_ index: Int, into text: inout String) {
    text += "f\(index) \(function.name): \(frame.slotCount) slots\n"
    var moveIndex = 0
    for block in function.blocks.indices {
      describeStart(block, into: &text)
      let end = Int(selection.code.blockStarts[block + 1])
      for position in Int(selection.code.blockStarts[block])..<end {
        while moveIndex < allocator.allocation.moves.count
          && Int(allocator.allocation.moves[moveIndex].position) == position
        {
          describe(allocator.allocation.moves[moveIndex], into: &text)
          moveIndex += 1
        }
        if position + 1 == end {
          for move in allocator.allocation.edgeMoves(block) { describe(move, into: &text) }
        }
        describe(selection.code.instructions[position], position, block, into: &text)
      }
    }
    text += "\n"
  }

  private func describeStart(_ block: Int, into text: inout String) {
    text += "b\(block)" + (function.blocks[block].isCold ? " cold:" : ":")
    let start = Int(allocator.allocation.startContentStart[block])
    for held in allocator.allocation.startContents[
      start..<start + Int(allocator.allocation.startContentCount[block])]
    {
      text += " v\(held.value) in \(convention.name(Register(held.register)))"
    }
    let parameters = function.blocks[block]
    for value in parameters.firstParameter..<parameters.firstParameter + parameters.parameterCount
    where allocator.allocation.values[Int(value)].arrivesInSlot && frame.slots[Int(value)] >= 0 {
      text += " v\(value) in slot \(frame.slots[Int(value)])"
    }
    text += "\n"
    for value in frame.stores(atStartOf: block) {
      let register = allocator.allocation.registerAtStart(of: block, value)
      text += "  slot \(frame.slots[Int(value)]) <- v\(value) in "
      text += convention.name(Register(register)) + "\n"
    }
  }

  private func describe(_ move: Move, into text: inout String) {
    text += "  " + name(move.to, move.destination) + " <- v\(move.source) "
    text += (move.from == .constant ? "" : "in ") + name(move.from, move.source) + "\n"
  }

  private func describe(
    _ selected: SelectedInstruction, _ position: Int, _ block: Int, into text: inout String
  ) {
    text += "  "
    if selected.result >= 0 {
      let register = Register(allocator.allocation.results[position])
      text += "v\(selected.result) in \(convention.name(register)) <- "
    }
    var instruction = function.instructions[Int(selected.ir)]
    instruction.result = -1
    function.print(instruction, into: &text)
    if selected.fused >= 0 {
      text += " |"
      var fused = function.instructions[Int(selected.fused)]
      fused.result = -1
      text += " "
      function.print(fused, into: &text)
    }
    var separator = " ; "
    for index in 0..<Int(selected.operandCount) {
      text += "\(separator)v\(value(selected, index)) "
      let place = location(selected, index)
      text += (place == .constant ? "" : "in ") + name(place, value(selected, index))
      separator = ", "
    }
    text += "\n"
    if selected.result >= 0
      && allocator.allocation.values[Int(selected.result)].spillBlock == Int32(block)
    {
      text += "  slot \(frame.slots[Int(selected.result)]) <- v\(selected.result)\n"
    }
  }

  private func name(_ location: Location, _ value: Int32) -> String {
    let place = resolve(location, value)
    if place == .constant { return "constant" }
    return place.isSlot ? "slot \(place.slot)" : convention.name(place.register)
  }
}

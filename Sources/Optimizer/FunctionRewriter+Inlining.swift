import IR
import Support

/// The copy of a function that is being made in place of a call.
struct InlinedCopy {
  /// By value of the callee: the copy.
  var values: [ValueID] = []
  /// By block of the callee: the copy, made when first mentioned.
  var blocks: [BlockID?] = []
  /// By block of the callee: whether control can come from there to a return.
  var returns: [Bool] = []
  /// The block of the callee to which control must have come if it has returned and is not yet
  /// behind it, as far as that has been followed: up to the first condition that decides between two ways to return.
  var certain: Int32 = 0
  /// Where copies of returns lead with the result; nil if the only one just goes on with `result`.
  var join: BlockID?
  var result = ValueID.none
  /// The call is a tail call, and so are the callee's in the copy.
  var isTail = false
  /// The position of the call, and of the callee's instructions those that have been asked for.
  var position: UInt32 = 0
  var positions: [(original: UInt32, copy: UInt32)] = []
}

extension FunctionRewriter {
  /// Copies the callee in place of a call, if it may be inlined.
  mutating func inlineCall(
    _ call: IRInstruction, _ function: IRFunction, self index: Int, _ program: IRProgram
  ) -> Bool {
    guard call.opcode == .call || call.opcode == .tailCall else { return false }
    let target = Int(call.immediate)
    guard target != index, inlining.isSmall[target], !function.blocks[Int(current)].isCold else {
      return false
    }
    copy.isTail = call.opcode == .tailCall
    copy.position = call.position
    let value = inline(program.functions[target], list(of: call, function))
    if !copy.isTail { values[Int(call.result)] = value }
    return true
  }

  /// Copies a function, whose blocks stand in an order of control; its result, none for a tail call. A block with
  /// the only return comes last, so that what follows the call goes on in it.
  private mutating func inline(_ callee: IRFunction, _ arguments: [ValueID]) -> ValueID {
    let last = prepareCopy(callee, arguments)
    for number in callee.blocks.indices where number != last { copyBlock(number, callee) }
    if last >= 0 { copyBlock(last, callee) }
    isUnconditional = true
    isDoomed = false
    if copy.isTail { return .none }
    if last > 0 && copy.blocks[last] == nil {
      // Control never comes back; what follows is dropped with this block.
      copy.join = builder.makeBlock(parameterCount: 1, type: callee.resultType)
    }
    if let join = copy.join {
      builder.begin(join)
      return builder.parameter(0, of: join)
    }
    return copy.result
  }

  /// Returns the block with the only return, or -1.
  private mutating func prepareCopy(_ callee: IRFunction, _ arguments: [ValueID]) -> Int {
    copy.values.prepare(callee.valueTypes.count, .none)
    for (position, argument) in arguments.enumerated() { copy.values[position] = argument }
    copy.blocks.prepare(callee.blocks.count, nil)
    copy.returns.prepare(callee.blocks.count, false)
    copy.positions.removeAll(keepingCapacity: true)
    copy.certain = 0
    copy.join = nil
    var returnCount = 0
    var last = -1
    for number in callee.blocks.indices.reversed() {
      let terminator = callee.instructions[Int(callee.blocks[number].end) - 1]
      var returns = false
      forEachSuccessor(of: terminator, callee.operands) { if copy.returns[Int($0)] { returns = true } }
      if terminator.opcode == .return || isTailCall(terminator.opcode) {
        returns = true
        returnCount += 1
        last = number
      }
      copy.returns[number] = returns
    }
    guard !copy.isTail else { return -1 }
    if returnCount == 1 { return last }
    copy.join = builder.makeBlock(parameterCount: 1, type: callee.resultType)
    return -1
  }

  private mutating func copyBlock(_ number: Int, _ callee: IRFunction) {
    if number > 0 {
      guard let block = copy.blocks[number] else { return }
      builder.begin(block)
    }
    isUnconditional = copy.certain == Int32(number)
    isDoomed = !copy.returns[number]
    let block = callee.blocks[number]
    for instruction in callee.instructions[Int(block.start)..<Int(block.end)] {
      builder.position =
        mayBeTraced(instruction)
        ? copiedPosition(instruction.position, callee) : copy.position
      if instruction.opcode.isTerminator {
        endCopy(instruction, callee)
      } else {
        let value = add(
          mapped(instruction, copy.values), list(of: instruction, callee, copy.values))
        if instruction.result >= 0 { copy.values[Int(instruction.result)] = value }
      }
    }
    builder.position = copy.position
  }

  // MARK: - Terminators

  /// Ends a block of a copy; one that only returns is left open.
  private mutating func endCopy(_ instruction: IRInstruction, _ callee: IRFunction) {
    switch instruction.opcode {
    case .return:
      endCopyWithResult(copy.values[Int(instruction.a)])
    case .jump:
      let arguments = list(of: instruction, callee, copy.values)
      goOn(certainlyTo: Int32(instruction.immediate))
      builder.jump(copiedBlock(Int32(instruction.immediate), callee), arguments)
    case .branch:
      endCopyWithBranch(instruction, callee)
    case .switch:
      let cases = callee.list(of: instruction).map { copiedBlock($0, callee) }
      let otherwise = copiedBlock(instruction.b, callee)
      builder.switch(
        copy.values[Int(instruction.a)], lowest: Int(instruction.immediate), cases: cases,
        default: otherwise)
    case .tailCall, .tailCallValue, .tailCallClosure, .tailCallExternal:
      endCopyWithCall(instruction, callee)
    case .unreachable: builder.unreachable()
    default: preconditionFailure("\(instruction.opcode) is no terminator")
    }
  }

  private mutating func endCopyWithResult(_ value: ValueID) {
    if copy.isTail {
      builder.return(value)
    } else if let join = copy.join {
      builder.jump(join, CollectionOfOne(value))
    } else {
      copy.result = value
    }
  }

  private mutating func endCopyWithCall(_ instruction: IRInstruction, _ callee: IRFunction) {
    var call = mapped(instruction, copy.values)
    let arguments = list(of: instruction, callee, copy.values)
    guard !copy.isTail else {
      _ = append(call, arguments)
      return
    }
    call.opcode = ordinaryCall(instruction.opcode)
    call.type = callee.resultType
    // The callee's frame would be gone: a trace shows the call of the callee itself.
    builder.position = copy.position
    endCopyWithResult(append(call, arguments))
  }

  private mutating func endCopyWithBranch(_ instruction: IRInstruction, _ callee: IRFunction) {
    let condition = copy.values[Int(instruction.a)]
    if let outcome = constant(condition.index) {
      let target = outcome != 0 ? instruction.b : instruction.c
      goOn(certainlyTo: target)
      builder.jump(copiedBlock(target, callee))
      return
    }
    let then = copiedBlock(instruction.b, callee)
    let otherwise = copiedBlock(instruction.c, callee)
    builder.branch(condition, then: then, else: otherwise)
    switch (copy.returns[Int(instruction.b)], copy.returns[Int(instruction.c)]) {
    case (true, false): goOn(certainlyTo: instruction.b, if: condition, is: true)
    case (false, true): goOn(certainlyTo: instruction.c, if: condition, is: false)
    case (true, true), (false, false): break
    }
  }

  /// Notes that control comes from a block that it certainly came to, if it returns at all, to `block`.
  private mutating func goOn(certainlyTo block: Int32) {
    if isUnconditional { copy.certain = block }
  }

  private mutating func goOn(certainlyTo block: Int32, if condition: ValueID, is outcome: Bool) {
    guard isUnconditional else { return }
    copy.certain = block
    noteOutcome(definition(of: condition), outcome)
  }

  /// The copy of a block; its parameters are bound when it is made.
  private mutating func copiedBlock(_ block: Int32, _ callee: IRFunction) -> BlockID {
    if let known = copy.blocks[Int(block)] { return known }
    let old = callee.blocks[Int(block)]
    let parameters = Int(old.firstParameter)..<Int(old.firstParameter + old.parameterCount)
    let made = builder.makeBlock(
      parameters: callee.valueTypes[parameters], isCold: old.isCold)
    for (position, value) in parameters.enumerated() {
      copy.values[value] = builder.parameter(position, of: made)
    }
    copy.blocks[Int(block)] = made
    return made
  }

  // MARK: - Positions

  /// The position for the copy of an instruction of the callee.
  private mutating func copiedPosition(_ position: UInt32, _ callee: IRFunction) -> UInt32 {
    if let known = copy.positions.first(where: { $0.original == position }) { return known.copy }
    let copied = inlining.position(position, of: callee, calledFrom: copy.position, isTail: copy.isTail)
    copy.positions.append((position, copied))
    return copied
  }
}

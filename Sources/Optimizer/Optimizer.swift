public import IR

/// Optimises a program in place. It does the same as before on every input, with one liberty: how deep the stack
/// may become differs. Stack traces show inlined functions, too (``InlinedCall``).
///
/// Functions are worked on one by one, callees before their callers, so that what is inlined has been
/// optimised. For each, one pass over its blocks in the order of control does inlining, constant folding,
/// value numbering and the elimination of conditions whose outcome is known (`FunctionRewriter`); another
/// drops what is not used (`DeadCode`). At the end functions that nothing refers to any more are dropped.
public func optimize(_ program: inout IRProgram) {
  var rewriter = FunctionRewriter(program)
  var deadCode = DeadCode()
  var references = FunctionReferences(functionCount: program.functions.count)
  for index in calleesFirst(program) {
    var function = rewriter.rewrite(index, in: program)
    deadCode.remove(from: &function)
    rewriter.inlining.note(function, index)
    references.note(function, index)
    program.functions[index] = function
  }
  program.inlinedCalls = rewriter.inlining.calls
  dropUnusedFunctions(&program, references)
}

/// All functions, each after those that it calls directly, but for cycles; a depth-first search in the order of
/// the functions.
private func calleesFirst(_ program: IRProgram) -> [Int] {
  var order: [Int] = []
  order.reserveCapacity(program.functions.count)
  var isSeen = [Bool](repeating: false, count: program.functions.count)
  var stack: [(function: Int, instruction: Int)] = []
  for start in program.functions.indices where !isSeen[start] {
    isSeen[start] = true
    stack.append((start, 0))
    while let (function, from) = stack.last {
      let instructions = program.functions[function].instructions
      var next = from
      while next < instructions.count && !callsUnseen(instructions[next], isSeen) { next += 1 }
      if next == instructions.count {
        order.append(function)
        stack.removeLast()
      } else {
        stack[stack.count - 1].instruction = next + 1
        let callee = Int(instructions[next].immediate)
        isSeen[callee] = true
        stack.append((callee, 0))
      }
    }
  }
  return order
}

private func callsUnseen(_ instruction: IRInstruction, _ isSeen: [Bool]) -> Bool {
  switch instruction.opcode {
  case .call, .tailCall: !isSeen[Int(instruction.immediate)]
  default: false
  }
}

/// The instructions that refer to functions, noted for each function while it is at hand.
private struct FunctionReferences {
  private var instructions: [Int32] = []
  private var ranges: [Range<Int>]

  init(functionCount: Int) { ranges = Array(repeating: 0..<0, count: functionCount) }

  mutating func note(_ function: IRFunction, _ index: Int) {
    let start = instructions.count
    for position in function.instructions.indices
    where refersToFunction(function.instructions[position].opcode) {
      instructions.append(Int32(position))
    }
    ranges[index] = start..<instructions.count
  }

  /// Indices of the instructions of a function that refer to others.
  func of(_ function: Int) -> ArraySlice<Int32> { instructions[ranges[function]] }
}

/// Numbers the functions anew without those that neither the runtime nor a used function refers to. Static
/// objects stay, and so do the functions whose address is in them.
private func dropUnusedFunctions(_ program: inout IRProgram, _ references: FunctionReferences) {
  let numbers = usedFunctionNumbers(program, references)
  var functions: [IRFunction] = []
  functions.reserveCapacity(program.functions.count)
  for index in program.functions.indices where numbers[index] >= 0 {
    for position in references.of(index) {
      let old = Int(program.functions[index].instructions[Int(position)].immediate)
      program.functions[index].instructions[Int(position)].immediate = Int64(numbers[old])
    }
    functions.append(IRFunction(name: ""))
    swap(&functions[functions.count - 1], &program.functions[index])
  }
  program.functions = functions
  for object in program.data.indices {
    for reference in program.data[object].references.indices {
      if case .function(let old) = program.data[object].references[reference].target {
        program.data[object].references[reference].target = .function(numbers[Int(old)])
      }
    }
  }
  if program.mainFunction >= 0 { program.mainFunction = numbers[Int(program.mainFunction)] }
  for index in program.applyFunctions.indices {
    let old = Int(program.applyFunctions[index].function)
    program.applyFunctions[index].function = numbers[old]
  }
}

/// By function: its new number, -1 if it is not used.
private func usedFunctionNumbers(
  _ program: IRProgram, _ references: FunctionReferences
) -> [Int32] {
  var isUsed = [Bool](repeating: false, count: program.functions.count)
  var pending: [Int] = []
  func use(_ function: Int) {
    if !isUsed[function] {
      isUsed[function] = true
      pending.append(function)
    }
  }
  if program.mainFunction >= 0 { use(Int(program.mainFunction)) }
  for apply in program.applyFunctions { use(Int(apply.function)) }
  for object in program.data {
    for reference in object.references {
      if case .function(let function) = reference.target { use(Int(function)) }
    }
  }
  while let next = pending.popLast() {
    for position in references.of(next) {
      use(Int(program.functions[next].instructions[Int(position)].immediate))
    }
  }
  var numbers = [Int32](repeating: -1, count: isUsed.count)
  var count: Int32 = 0
  for index in isUsed.indices where isUsed[index] {
    numbers[index] = count
    count += 1
  }
  return numbers
}

private func refersToFunction(_ opcode: Opcode) -> Bool {
  switch opcode {
  case .call, .tailCall, .functionAddress: true
  default: false
  }
}

/// A violation of the rules of the IR: a defect of whatever made it.
public struct IRProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The function's number and name, or "program".
  public var place: String
  public var message: String

  public var description: String { "\(place): \(message)" }
}

// The rules, checked by `verify`:
//
// A program refers to functions, static objects, externals, globals, files and inlined calls that exist; the
// callers of inlined calls have smaller numbers. Its main function and
// the functions behind `rail_apply_N` have the parameters they must have, all words; the latter have an environment.
//
// Functions:
// * There is at least one block. Each has at least one instruction; the last is a terminator, no other is.
// * The entry has no predecessors. Its first parameter is a word if the function has an environment.
// * Every block can be reached. Blocks stand such that none is dominated by a later one, and hot ones come before
//   cold ones.
// * Critical edges are split: successors of a block with several of them have no other predecessor, and no parameters.
// * A jump passes as many arguments as its target has parameters, of the same types.
//
// Values:
// * Each has one definition, an instruction's result or a block parameter, with the type of `valueTypes`; numbers without
//   a definition have no uses.
// * A use is dominated by its definition.
// * Operands and results have the types that the operation asks for. Fields that an operation does not use are -1 (0 for lists).
//
// Operands in lists lie inside `operands`, and immediates that are displacements, kinds and counts in their ranges:
// allocations have the number of payload words that their header says, calls have as many arguments as the function
// has parameters, calls of the runtime at most five.

/// Checks a program; an empty result means that all rules are kept.
public func verify(_ program: IRProgram) -> [IRProblem] {
  var problems = verifyTables(program)
  var verifier = FunctionVerifier(program)
  for index in program.functions.indices { verifier.verify(index) }
  problems += verifier.problems
  return problems
}

/// Stops the compiler if a program violates the rules.
public func verifyOrTrap(_ program: IRProgram) {
  let problems = verify(program)
  precondition(
    problems.isEmpty, "IR: " + problems.map(\.description).joined(separator: "\n"))
}

private func verifyTables(_ program: IRProgram) -> [IRProblem] {
  var problems: [IRProblem] = []
  func check(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { problems.append(IRProblem(place: "program", message: message())) }
  }
  check(Set(program.externals).count == program.externals.count, "an external is listed twice")
  for (index, object) in program.data.enumerated() {
    check(!object.words.isEmpty, "d\(index) has no header")
    for reference in object.references {
      check(object.words.indices.contains(Int(reference.word)), "d\(index) has no word \(reference.word)")
      switch reference.target {
      case .data(let target):
        check(program.data.indices.contains(Int(target)), "there is no d\(target)")
      case .function(let target):
        check(program.functions.indices.contains(Int(target)), "there is no f\(target)")
      case .external(let target):
        check(program.externals.indices.contains(Int(target)), "there is no x\(target)")
      }
    }
  }
  for (index, call) in program.inlinedCalls.enumerated() {
    check(
      call.file < Int32(program.files.count) && SourcePlace.inlinedCall(call.position) == nil
        && SourcePlace.inlinedCall(call.caller).map { $0 < index } ?? true,
      "the file, the position or the caller of i\(index) cannot be")
  }
  func checkEntry(_ index: Int32, _ role: String, parameters: Int, environment: Bool) {
    guard program.functions.indices.contains(Int(index)) else {
      check(false, "\(role) is no function")
      return
    }
    let function = program.functions[Int(index)]
    check(
      function.parameterCount == parameters && function.hasEnvironment == environment
        && function.resultType == .word,
      "\(role) has the wrong parameters or result")
  }
  if program.knownOutput >= 0 {
    check(
      program.data.indices.contains(Int(program.knownOutput)), "the output is no static object")
  }
  if program.mainFunction >= 0 {
    checkEntry(program.mainFunction, "the main function", parameters: 0, environment: false)
  }
  for apply in program.applyFunctions {
    checkEntry(
      apply.function, "rail_apply_\(apply.arguments)", parameters: apply.arguments,
      environment: true)
  }
  return problems
}

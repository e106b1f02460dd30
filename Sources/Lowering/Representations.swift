import CRailRuntime
import IR
import Semantics

// How values are held. Typed Core has raw floats (IR values of the type `float`) beside the words that everything else
// is. Functions that are called through closures take and give words: their code converts at its entry and exit, or is
// a wrapper around a function that takes raw floats.

extension ProgramLowering {
  /// How the value of an expression is held.
  func representation(ofExpression index: Int32) -> IRType {
    guard let typing = core.typing else { return .word }
    return typing.ofExpression[Int(index)] == CoreTyping.simple(.rawFloat) ? .float : .word
  }

  /// How a local of a global is held.
  func representation(ofLocal local: Int32, in global: Int32) -> IRType {
    guard let typing = core.typing else { return .word }
    let index = Int(core.globals[Int(global)].firstLocal + local)
    return typing.ofLocal[index] == CoreTyping.simple(.rawFloat) ? .float : .word
  }

  /// How the parameters of a global are passed.
  func parameterTypes(ofGlobal global: Int32) -> [IRType] {
    (0..<core.globals[Int(global)].parameterCount).map { representation(ofLocal: $0, in: global) }
  }

  /// How the result of a global with parameters is returned.
  func resultType(ofGlobal global: Int32) -> IRType {
    representation(ofExpression: core.globals[Int(global)].body)
  }

  /// Whether the function of a global can be the code of a closure.
  func isUniform(global: Int32) -> Bool {
    core.typing == nil
      || resultType(ofGlobal: global) == .word
        && parameterTypes(ofGlobal: global).allSatisfy { $0 == .word }
  }

  /// How the parameters of a lambda are passed, captured variables not counted. Only lifted functions, which no closure
  /// has, take raw floats.
  func parameterTypes(ofLambda lambda: Int32) -> [IRType] {
    let info = lambdas[Int(lambda)]
    return core.list(core.expressions[Int(info.expression)]).map { local in
      info.isLifted ? representation(ofLocal: local, in: info.global) : .word
    }
  }

  func resultType(ofLambda lambda: Int32) -> IRType {
    let info = lambdas[Int(lambda)]
    guard info.isLifted else { return .word }
    return representation(ofExpression: core.expressions[Int(info.expression)].a)
  }

  // MARK: - Conversions

  /// A new boxed float.
  mutating func box(_ float: ValueID) -> ValueID {
    builder.allocate(header: header(kind: RAIL_KIND_FLOAT, words: 1), [float])
  }

  /// The number in a boxed float.
  mutating func unbox(_ word: ValueID) -> ValueID { builder.load(.float, word, offset: 0) }

  /// A value held as `type`; a word that is to be a raw float is a boxed float.
  mutating func adapt(_ value: ValueID, to type: IRType) -> ValueID {
    switch (builder.type(of: value), type) {
    case (.float, .word): box(value)
    case (.word, .float): unbox(value)
    default: value
    }
  }
}

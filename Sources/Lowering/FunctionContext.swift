import Diagnostics
import IR
import Semantics

/// What is specific to the function being made.
struct FunctionContext {
  /// The global whose text the code comes from, -1 for compiler-made functions.
  var global: Int32 = -1
  var file = FileID(index: 0)
  /// Distinguishes the bindings of this function from those of others.
  var stamp: Int32 = 0
  /// Where a tail call of the function to itself goes: a block whose parameters are the function's.
  var loop: LoopTarget?
  /// How the result is returned.
  var resultType = IRType.word
}

/// The function that is being made, as the target of its own tail calls.
struct LoopTarget {
  /// The callee that means this function: a global, or a local of its global bound to the function itself.
  enum Name: Equatable {
    case global(Int32)
    case local(Int32)
  }

  var name: Name
  var parameterCount: Int
  var block: BlockID
  /// Values that come before the arguments: the captured variables of a lifted function.
  var prefix: [ValueID]
}

/// What a local variable stands for in the function being made.
enum LocalBinding {
  case value(ValueID)
  /// A local function that is called directly: index in `lambdas`.
  case function(Int32)
}

extension ProgramLowering {
  /// Begins a function of the current file. `name` is what stack traces show; `position` is where it is defined.
  mutating func start(
    name: String, parameterCount: Int, hasEnvironment: Bool = false, flags: UInt32,
    position: UInt32 = 0
  ) {
    start(
      name: name, parameters: Array(repeating: .word, count: parameterCount),
      hasEnvironment: hasEnvironment, flags: flags, position: position)
  }

  /// The same for parameters and a result that may be raw floats.
  mutating func start(
    name: String, parameters: [IRType], result: IRType = .word, hasEnvironment: Bool = false,
    flags: UInt32, position: UInt32 = 0
  ) {
    let file = context.global < 0 ? -1 : context.file.index
    builder.start(
      name: name, parameters: parameters, file: file, hasEnvironment: hasEnvironment, flags: flags,
      position: position, resultType: result)
    context.stamp += 1
    context.loop = nil
    context.resultType = result
  }

  /// Makes `global` the one whose locals and positions are meant.
  mutating func enter(global: Int32) {
    context.global = global
    guard global >= 0 else { return }
    let definition = core.globals[Int(global)]
    context.file = definition.file
    let count = Int(definition.localCount)
    if bindings.count < count {
      let missing = count - bindings.count
      bindings.append(contentsOf: repeatElement(.none, count: missing))
      bindingStamps.append(contentsOf: repeatElement(0, count: missing))
    }
  }

  mutating func bind(_ local: Int32, _ value: ValueID) {
    bindings[Int(local)] = value
    bindingStamps[Int(local)] = context.stamp
  }

  /// What a local is in the function being made.
  func binding(of local: Int32) -> LocalBinding {
    let first = core.globals[Int(context.global)].firstLocal
    let lambda = namedLambdas[Int(first + local)]
    if lambda >= 0 && !lambdas[Int(lambda)].isClosure { return .function(lambda) }
    precondition(
      bindingStamps[Int(local)] == context.stamp, "a local is bound before it is used")
    return .value(bindings[Int(local)])
  }
}

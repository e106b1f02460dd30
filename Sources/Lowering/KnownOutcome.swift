import IR
import Semantics
import Support

/// What a program that depends on nothing does: hello world, for example.
struct KnownOutcome {
  /// Everything it prints, in order.
  var output: [UInt8] = []
  /// The value of `main` if that is an int; other values all mean the exit status 0.
  var status: Int?

  /// What the output's buffer takes: so much is written at the end, all at once.
  static let mostOutput = 32 << 10
}

/// Finds out at compile time what a program does, if it is small and only computes with ints and
/// strings: such a program then consists of its output. Gives up on everything else, and on whatever
/// might raise an error; that is no loss, because the program is then compiled as usual.
struct KnownOutcomeFinder {
  private enum Value: Equatable {
    case integer(Int)
    case string([UInt8])
    case unit, null, emptyList

    var isTrue: Bool { self != .integer(0) }

    /// As `show` writes it.
    var text: [UInt8] {
      switch self {
      case .integer(let number): Array(String(number).utf8)
      case .string(let bytes): bytes
      case .unit: Array("()".utf8)
      case .null: Array("null".utf8)
      case .emptyList: Array("[]".utf8)
      }
    }
  }

  /// More than this many expressions are not evaluated.
  private static let mostSteps = 1000

  private let core: CoreProgram
  private var outcome = KnownOutcome()
  private var steps = 0
  /// Values of constants; `nil` while one is being computed.
  private var constants: [Int32: Value?] = [:]
  /// The values of the locals of the function being evaluated.
  private var locals: [Int32: Value] = [:]

  init(_ core: CoreProgram) { self.core = core }

  /// What the program does, or `nil` if that is not known. It must have a `main`.
  mutating func find() -> KnownOutcome? {
    let main = core.globals[Int(core.main)]
    guard main.parameterCount == 0, let value = constant(core.main) else { return nil }
    if case .integer(let status) = value { outcome.status = status }
    return outcome
  }

  // MARK: - Expressions

  private mutating func value(_ start: Int32) -> Value? {
    var index = start
    while true {
      steps += 1
      if steps > Self.mostSteps { return nil }
      let expression = core.expressions[Int(index)]
      switch expression.kind {
      case .integer: return .integer(integerValue(expression.a, expression.b))
      case .string: return .string(core.strings[Int(expression.a)])
      case .null: return .null
      case .unit: return .unit
      case .nil_: return .emptyList
      case .local: return locals[expression.a]
      case .global: return constant(expression.a)
      case .call: return call(expression)
      case .operator: return operation(expression)
      case .and, .or:
        guard let left = value(expression.a) else { return nil }
        if left.isTrue == (expression.kind == .or) { return .integer(left.isTrue ? 1 : 0) }
        guard let right = value(expression.b) else { return nil }
        return .integer(right.isTrue ? 1 : 0)
      case .interpolation:
        guard let parts = values(core.list(expression)) else { return nil }
        return string(parts.flatMap(\.text))
      case .if:
        guard let condition = value(expression.a) else { return nil }
        index = condition.isTrue ? expression.b : expression.c
      case .let:
        guard let bound = value(expression.b) else { return nil }
        locals[expression.a] = bound
        index = expression.c
      case .sequence:
        guard value(expression.b) != nil else { return nil }
        index = expression.c
      case .float, .intrinsic, .constructor, .foreign, .tuple, .list, .construct, .field, .update,
        .letFunction, .destructure, .lambda, .match, .coerce, .cast, .error:
        return nil
      }
    }
  }

  private mutating func values(_ expressions: ArraySlice<Int32>) -> [Value]? {
    var values: [Value] = []
    for expression in expressions {
      guard let value = value(expression) else { return nil }
      values.append(value)
    }
    return values
  }

  private func string(_ bytes: [UInt8]) -> Value? {
    bytes.count <= KnownOutcome.mostOutput ? .string(bytes) : nil
  }

  // MARK: - Constants and calls

  private mutating func constant(_ global: Int32) -> Value? {
    if let known = constants[global] { return known }
    let definition = core.globals[Int(global)]
    guard definition.parameterCount == 0 else { return nil }
    constants[global] = .some(nil)
    let value = evaluate(definition.body, locals: [:])
    constants[global] = value
    return value
  }

  private mutating func evaluate(_ body: Int32, locals inner: [Int32: Value]) -> Value? {
    let outer = locals
    locals = inner
    defer { locals = outer }
    return value(body)
  }

  private mutating func call(_ expression: CoreExpression) -> Value? {
    let callee = core.expressions[Int(expression.a)]
    guard callee.kind == .global || callee.kind == .intrinsic,
      let arguments = values(core.list(expression))
    else { return nil }
    if callee.kind == .intrinsic { return builtin("\(intrinsics[Int(callee.a)].name)", arguments) }
    let definition = core.globals[Int(callee.a)]
    guard Int(definition.parameterCount) == arguments.count else { return nil }
    var inner: [Int32: Value] = [:]
    for (parameter, argument) in arguments.enumerated() { inner[Int32(parameter)] = argument }
    return evaluate(definition.body, locals: inner)
  }

  private mutating func builtin(_ name: String, _ arguments: [Value]) -> Value? {
    guard arguments.count == 1, let text = arguments.first?.text else { return nil }
    switch name {
    case "show": return .string(text)
    case "print": return print(text + [UInt8(ascii: "\n")])
    case "print_raw": return print(text)
    default: return nil
    }
  }

  private mutating func print(_ text: [UInt8]) -> Value? {
    outcome.output += text
    return outcome.output.count <= KnownOutcome.mostOutput ? .unit : nil
  }

  // MARK: - Operators

  private mutating func operation(_ expression: CoreExpression) -> Value? {
    guard let operation = CoreOperator(rawValue: expression.a),
      let operands = values(core.list(expression)), let left = operands.first,
      let right = operands.last
    else { return nil }
    switch (left, right) {
    case (.integer(let a), .integer(let b)): return arithmetic(operation, a, b)
    case (.string(let a), .string(let b)):
      switch operation {
      case .add, .append: return string(a + b)
      case .equal: return .integer(a == b ? 1 : 0)
      case .notEqual: return .integer(a == b ? 0 : 1)
      default: return nil
      }
    default: return nil
    }
  }

  private func arithmetic(_ operation: CoreOperator, _ a: Int, _ b: Int) -> Value? {
    switch operation {
    case .add: .integer(wrapped(a &+ b))
    case .subtract: .integer(wrapped(a &- b))
    case .multiply: .integer(wrapped(a &* b))
    case .negate: .integer(wrapped(0 &- a))
    case .equal: .integer(a == b ? 1 : 0)
    case .notEqual: .integer(a != b ? 1 : 0)
    case .less: .integer(a < b ? 1 : 0)
    case .greater: .integer(a > b ? 1 : 0)
    case .lessOrEqual: .integer(a <= b ? 1 : 0)
    case .greaterOrEqual: .integer(a >= b ? 1 : 0)
    case .divide, .remainder, .cons, .append: nil
    }
  }

  /// Ints have 63 bits.
  private func wrapped(_ number: Int) -> Int { (number << 1) >> 1 }
}

extension ProgramLowering {
  /// Makes the program of a known outcome: `rail_main` returns the status.
  mutating func lowerOutcome(_ outcome: KnownOutcome) {
    requestMain()
    nextPendingIndex = pending.count
    startMain()
    builder.return(word(outcome.status.map(taggedInt) ?? taggedInt(0)))
    program.functions.append(builder.finish())
    if !outcome.output.isEmpty { program.knownOutput = stringObject(outcome.output) }
  }
}

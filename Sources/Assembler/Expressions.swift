import Diagnostics

/// Index into an ``ExpressionArena``.
typealias ExpressionID = Int32

/// All expressions of a source.
struct ExpressionArena {
  enum Kind: UInt8 {
    case constant, symbol
    /// x86-64: a register within a memory operand; `value` is its number among those of the
    /// vocabulary.
    case register
    case negate, complement, not
    case multiply, divide, remainder, shiftLeft, shiftRight
    case or, and, xor, orNot
    case add, subtract
    case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual
    case logicalAnd, logicalOr
  }

  struct Node {
    var kind: Kind
    /// Nodes before this one; of `symbol` the left one is the symbol.
    var left: Int32 = -1
    var right: Int32 = -1
    var value: Int64 = 0
    /// Number of levels below.
    var depth: Int32 = 0
  }

  private(set) var nodes: [Node] = []

  subscript(id: ExpressionID) -> Node { nodes[Int(id)] }

  mutating func constant(_ value: Int64) -> ExpressionID {
    nodes.append(Node(kind: .constant, value: value))
    return Int32(nodes.count - 1)
  }

  mutating func symbol(_ symbol: Int32) -> ExpressionID {
    nodes.append(Node(kind: .symbol, left: symbol))
    return Int32(nodes.count - 1)
  }

  mutating func register(_ number: Int32) -> ExpressionID {
    nodes.append(Node(kind: .register, value: Int64(number)))
    return Int32(nodes.count - 1)
  }

  mutating func unary(_ kind: Kind, _ operand: ExpressionID) -> ExpressionID {
    let node = self[operand]
    if node.kind == .constant, let value = ExpressionArena.apply(kind, node.value) {
      return constant(value)
    }
    nodes.append(Node(kind: kind, left: operand, depth: node.depth + 1))
    return Int32(nodes.count - 1)
  }

  mutating func binary(
    _ kind: Kind, _ left: ExpressionID, _ right: ExpressionID
  ) -> ExpressionID {
    let (a, b) = (self[left], self[right])
    if a.kind == .constant, b.kind == .constant,
      let value = ExpressionArena.apply(kind, a.value, b.value)
    {
      return constant(value)
    }
    nodes.append(Node(kind: kind, left: left, right: right, depth: max(a.depth, b.depth) + 1))
    return Int32(nodes.count - 1)
  }

  static func apply(_ kind: Kind, _ value: Int64) -> Int64? {
    switch kind {
    case .negate: 0 &- value
    case .complement: ~value
    case .not: value == 0 ? 1 : 0
    default: nil
    }
  }

  /// The result of an operation on numbers, which wrap around; nil for a division by zero.
  /// Comparisons that hold give -1, as in GNU assemblers.
  static func apply(_ kind: Kind, _ a: Int64, _ b: Int64) -> Int64? {
    func truth(_ value: Bool) -> Int64 { value ? -1 : 0 }
    switch kind {
    case .multiply: return a &* b
    case .divide: return b == 0 ? nil : a.dividedReportingOverflow(by: b).partialValue
    case .remainder: return b == 0 ? nil : a.remainderReportingOverflow(dividingBy: b).partialValue
    case .shiftLeft: return b < 0 || b > 63 ? 0 : a << b
    case .shiftRight:
      return b < 0 || b > 63 ? 0 : Int64(bitPattern: UInt64(bitPattern: a) >> UInt64(b))
    case .or: return a | b
    case .and: return a & b
    case .xor: return a ^ b
    case .orNot: return a | ~b
    case .add: return a &+ b
    case .subtract: return a &- b
    case .equal: return truth(a == b)
    case .notEqual: return truth(a != b)
    case .less: return truth(a < b)
    case .greater: return truth(a > b)
    case .lessOrEqual: return truth(a <= b)
    case .greaterOrEqual: return truth(a >= b)
    case .logicalAnd: return a != 0 && b != 0 ? 1 : 0
    case .logicalOr: return a != 0 || b != 0 ? 1 : 0
    case .constant, .symbol, .register, .negate, .complement, .not: return nil
    }
  }
}

/// What an expression amounts to: a number plus the address of a symbol, minus that of another.
struct ExpressionValue: Hashable {
  var constant: Int64 = 0
  /// Symbols, or -1.
  var plus: Int32 = -1
  var minus: Int32 = -1

  var isConstant: Bool { plus < 0 && minus < 0 }
}

extension Assembly {
  /// More levels would make the evaluation recur too deeply.
  static let maximumExpressionDepth: Int32 = 200
  static let maximumAliasDepth = 50
  /// Symbols that stand for expressions of symbols can make a short source very long.
  static let maximumSteps = 20_000

  /// The value of an expression, with as much known as is now. An error has the text of what is
  /// wrong and no range.
  func evaluate(_ id: ExpressionID) throws(ExpressionProblem) -> ExpressionValue {
    var steps = Assembly.maximumSteps
    return try evaluate(id, aliases: 0, &steps)
  }

  private func evaluate(
    _ id: ExpressionID, aliases: Int, _ steps: inout Int
  ) throws(ExpressionProblem) -> ExpressionValue {
    steps -= 1
    if steps < 0 { throw ExpressionProblem("the expression is too complex") }
    let node = expressions[id]
    switch node.kind {
    case .constant: return ExpressionValue(constant: node.value)
    case .symbol:
      if case .expression(let meaning) = symbols[Int(node.left)].definition {
        if aliases >= Assembly.maximumAliasDepth {
          throw ExpressionProblem("symbol '\(symbols[Int(node.left)].name)' depends on itself")
        }
        return try evaluate(meaning, aliases: aliases + 1, &steps)
      }
      return ExpressionValue(plus: node.left)
    case .register: throw ExpressionProblem("a register is no number")
    case .negate, .complement, .not:
      let value = try evaluate(node.left, aliases: aliases, &steps)
      if node.kind == .negate && !value.isConstant {
        return ExpressionValue(
          constant: 0 &- value.constant, plus: value.minus, minus: value.plus)
      }
      let number = try number(value)
      return ExpressionValue(constant: ExpressionArena.apply(node.kind, number) ?? 0)
    case .add, .subtract:
      let left = try evaluate(node.left, aliases: aliases, &steps)
      var right = try evaluate(node.right, aliases: aliases, &steps)
      if node.kind == .subtract {
        right = ExpressionValue(
          constant: 0 &- right.constant, plus: right.minus, minus: right.plus)
      }
      return try sum(left, right)
    default:
      let left = try evaluate(node.left, aliases: aliases, &steps)
      let right = try evaluate(node.right, aliases: aliases, &steps)
      let isComparison =
        node.kind.rawValue >= ExpressionArena.Kind.equal.rawValue
        && node.kind.rawValue <= ExpressionArena.Kind.greaterOrEqual.rawValue
      if isComparison && !(left.isConstant && right.isConstant) {
        // Places can be compared if their distance is known.
        let negated = ExpressionValue(
          constant: 0 &- right.constant, plus: right.minus, minus: right.plus)
        let difference = try number(try sum(left, negated))
        return ExpressionValue(
          constant: ExpressionArena.apply(node.kind, difference, 0) ?? 0)
      }
      let (a, b) = (try number(left), try number(right))
      guard let result = ExpressionArena.apply(node.kind, a, b) else {
        throw ExpressionProblem("division by zero")
      }
      return ExpressionValue(constant: result)
    }
  }

  private func number(_ value: ExpressionValue) throws(ExpressionProblem) -> Int64 {
    if value.isConstant { return value.constant }
    let name = symbols[Int(value.plus >= 0 ? value.plus : value.minus)].name
    throw ExpressionProblem(
      "the address '\(name)' is not known here: only sums and differences can have it",
      isAddress: true)
  }

  private func sum(
    _ a: ExpressionValue, _ b: ExpressionValue
  ) throws(ExpressionProblem) -> ExpressionValue {
    var result = ExpressionValue(constant: a.constant &+ b.constant)
    var (plus, otherPlus) = (a.plus, b.plus)
    var (minus, otherMinus) = (a.minus, b.minus)
    cancel(&plus, &otherMinus, &result.constant)
    cancel(&otherPlus, &minus, &result.constant)
    cancel(&plus, &minus, &result.constant)
    cancel(&otherPlus, &otherMinus, &result.constant)
    if plus >= 0 && otherPlus >= 0 {
      throw ExpressionProblem("the sum of two addresses means nothing", isAddress: true)
    }
    if minus >= 0 && otherMinus >= 0 {
      throw ExpressionProblem("two addresses cannot be subtracted", isAddress: true)
    }
    result.plus = max(plus, otherPlus)
    result.minus = max(minus, otherMinus)
    return result
  }

  /// Replaces a difference of two places by its size, if that is known.
  private func cancel(_ plus: inout Int32, _ minus: inout Int32, _ constant: inout Int64) {
    guard plus >= 0, minus >= 0 else { return }
    if plus != minus {
      guard let distance = distance(from: minus, to: plus) else { return }
      constant &+= Int64(distance)
    }
    plus = -1
    minus = -1
  }

  /// Bytes between two symbols, if that can be said now.
  func distance(from first: Int32, to second: Int32) -> Int? {
    guard case .label(let section, let fragment, let offset) = symbols[Int(first)].definition,
      case .label(section, let other, let otherOffset) = symbols[Int(second)].definition
    else { return nil }
    if fragment == other { return Int(otherOffset - offset) }
    guard isLaidOut else { return nil }
    let fragments = sections[Int(section)].fragments
    return fragments[Int(other)].address + Int(otherOffset)
      - fragments[Int(fragment)].address - Int(offset)
  }

  /// Offset in its section of a label, after layout.
  func address(section: Int32, fragment: Int32, offset: Int32) -> Int {
    sections[Int(section)].fragments[Int(fragment)].address + Int(offset)
  }

  /// The number that an expression is already known to be.
  func knownConstant(_ id: ExpressionID) -> Int64? {
    let node = expressions[id]
    if node.kind == .constant { return node.value }
    guard let value = try? evaluate(id), value.isConstant else { return nil }
    return value.constant
  }

  /// The number that an expression has to be.
  func constant(
    _ id: ExpressionID, _ range: SourceRange, _ what: String
  ) throws(AssemblyError) -> Int64 {
    let value: ExpressionValue
    do throws(ExpressionProblem) {
      value = try evaluate(id)
    } catch {
      throw AssemblyError("E0409", error.text, range)
    }
    if value.isConstant { return value.constant }
    let name = symbols[Int(value.plus >= 0 ? value.plus : value.minus)].name
    let isDefined = symbols[Int(value.plus >= 0 ? value.plus : value.minus)].isDefined
    throw AssemblyError(
      "E0409", "\(what) has to be known here", range,
      isDefined ? "an address is not" : name.isEmpty ? "" : "'\(name)' is not known yet")
  }
}

/// Why an expression has no value.
struct ExpressionProblem: Error {
  var text: String
  /// Whether it might be known later.
  var isAddress = false

  init(_ text: String, isAddress: Bool = false) {
    self.text = text
    self.isAddress = isAddress
  }
}

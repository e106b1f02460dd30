/// How many operations of typed Core are proved to need no check, by kind: for `--emit proofs`.
public struct CoreProofs: Sendable {
  /// The kinds of operations that are counted.
  public enum Kind: Int, Sendable, CaseIterable {
    case arithmetic, ordering, equality, lists, arrays, otherBuiltins, matches, fields, calls

    var title: String {
      switch self {
      case .arithmetic: "arithmetic"
      case .ordering: "ordering"
      case .equality: "equality"
      case .lists: "lists: head tail length :: ++"
      case .arrays: "arrays and bytes"
      case .otherBuiltins: "other builtins"
      case .matches: "match, destructuring"
      case .fields: "record fields"
      case .calls: "calls (proved: of a known function)"
      }
    }
  }

  public private(set) var proved = [Int](repeating: 0, count: Kind.allCases.count)
  public private(set) var total = [Int](repeating: 0, count: Kind.allCases.count)
  private let hasTypes: Bool

  /// Counts in all instances of a program.
  public init(_ program: CoreProgram) {
    hasTypes = program.typing != nil
    guard let typing = program.typing else { return }
    for index in typing.firstExpressionOfInstances(program)..<program.expressions.count {
      count(program.expressions[index], program, typing)
    }
  }

  private mutating func note(_ kind: Kind, _ isProved: Bool) {
    total[kind.rawValue] += 1
    if isProved { proved[kind.rawValue] += 1 }
  }

  private mutating func count(
    _ node: CoreExpression, _ program: CoreProgram, _ typing: CoreTyping
  ) {
    switch node.kind {
    case .operator:
      let isProved = node.b != CoreOperandProof.none.rawValue
      switch CoreOperator(rawValue: node.a) {
      case .equal, .notEqual: note(.equality, isProved)
      case .less, .greater, .lessOrEqual, .greaterOrEqual: note(.ordering, isProved)
      case .cons, .append: note(.lists, isProved)
      case .add, .subtract, .multiply, .divide, .remainder, .negate: note(.arithmetic, isProved)
      case nil: break
      }
    case .call: countCall(node, program)
    case .match: note(.matches, typing.isKnownStructure(node.a))
    case .destructure: note(.matches, typing.isKnownStructure(node.b))
    case .field, .update: note(.fields, typing.isKnownStructure(node.a))
    default: break
    }
  }

  private mutating func countCall(_ node: CoreExpression, _ program: CoreProgram) {
    let callee = program.expressions[Int(node.a)]
    switch callee.kind {
    case .global: note(.calls, program.globals[Int(callee.a)].parameterCount > 0)
    case .local: note(.calls, false)
    case .intrinsic:
      guard let form = intrinsics[Int(callee.a)].provenForm else { return }
      let kind: Kind
      switch form.operands[0] {
      case .list: kind = .lists
      case .array, .floatArray, .bytes: kind = .arrays
      case .any, .int, .rawFloat, .string: kind = .otherBuiltins
      }
      note(kind, node.b >= 0)
    default: break
    }
  }

  /// A line a kind: proved, all, per cent.
  public var text: String {
    if !hasTypes { return "the types of this program could not be settled: nothing is proved\n" }
    var text = ""
    for kind in Kind.allCases where total[kind.rawValue] > 0 {
      text += line(kind.title, proved[kind.rawValue], total[kind.rawValue])
    }
    return text + line("all", proved.reduce(0, +), total.reduce(0, +))
  }

  private func line(_ title: String, _ proved: Int, _ total: Int) -> String {
    let tenths = total == 0 ? 1000 : proved * 1000 / total
    let share = "\(tenths / 10).\(tenths % 10)"
    return right("\(proved)", 8) + right("\(total)", 8) + right(share, 7) + " %  \(title)\n"
  }

  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension CoreTyping {
  /// The first expression that belongs to an instance: they stand behind those of the source
  /// program.
  func firstExpressionOfInstances(_ program: CoreProgram) -> Int {
    guard firstInstance > 0 else { return 0 }
    return Int(program.globals[..<Int(firstInstance)].map(\.body).max() ?? -1) + 1
  }

  /// Whether a value can only be of one constructor's type.
  func isKnownStructure(_ index: Int32) -> Bool {
    let type = types[Int(ofExpression[Int(index)])]
    switch type.head {
    case .nothing, .dyn, .num: return false
    default: return type.extras.isEmpty
    }
  }
}

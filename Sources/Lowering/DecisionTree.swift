import Semantics

/// A place in the value that is matched: the value itself, or a part of a place.
struct Occurrence {
  /// Index of the place it is a part of, -1 for the scrutinee.
  var parent: Int32
  /// Which payload word of the parent's object.
  var field: Int32
}

/// What a test looks for. Literals are compared by value: two patterns with equal ones ask for the same head.
enum PatternHead: Hashable {
  case integer(Int)
  case float(Double)
  case string([UInt8])
  case null, unit, nil_
  case cons
  case tuple(Int)
  case constructor(Int32)
}

/// The decision tree of one match (Maranget, "Compiling pattern matching to good decision trees", ML 2008): along every
/// path each place is tested for each head at most once.
struct DecisionTree {
  enum Node {
    /// No arm fits.
    case fail
    /// All patterns of the arm fit. If it has a guard and that is false, `next` follows, else `next` is -1.
    case leaf(arm: Int, bindings: [(local: Int32, occurrence: Int32)], next: Int32)
    /// Tests an occurrence for one head after the other; `otherwise` follows if it has none of them.
    case test(occurrence: Int32, cases: [(head: PatternHead, node: Int32)], otherwise: Int32)
  }

  var nodes: [Node] = []
  var occurrences: [Occurrence] = [Occurrence(parent: -1, field: 0)]
  /// By arm: how many leaves it has.
  var leafCounts: [Int]
  var root: Int32 = -1
}

/// Builds decision trees.
struct DecisionTreeBuilder {
  private struct Row {
    /// (occurrence, pattern) pairs still to be tested; variables and wildcards are gone.
    var tests: [(occurrence: Int32, pattern: Int32)]
    var bindings: [(local: Int32, occurrence: Int32)]
    var arm: Int
  }

  private let core: CoreProgram
  private let guards: [Bool]
  private var tree: DecisionTree
  /// Parts of an occurrence that exist already, by parent.
  private var parts: [[Int32]] = [[]]
  private var budget: Int

  private init(_ core: CoreProgram, guards: [Bool], budget: Int) {
    self.core = core
    self.guards = guards
    self.budget = budget
    tree = DecisionTree(leafCounts: Array(repeating: 0, count: guards.count))
  }

  /// The tree for arms with these patterns and guards. If a tree that tests nothing twice would be too large (it can be
  /// exponential), the arms are tried one after the other instead.
  static func build(_ core: CoreProgram, patterns: [Int32], guards: [Bool]) -> DecisionTree {
    let nodeLimit = 200 + 40 * patterns.count
    var builder = DecisionTreeBuilder(core, guards: guards, budget: nodeLimit)
    let rows = patterns.enumerated().map { arm, pattern in
      Row(tests: [(0, pattern)], bindings: [], arm: arm)
    }
    if let root = builder.compile(rows) {
      builder.tree.root = root
      return builder.tree
    }
    return sequential(core, patterns, guards)
  }

  /// A tree that tries one arm after the other, each from the start.
  private static func sequential(
    _ core: CoreProgram, _ patterns: [Int32], _ guards: [Bool]
  ) -> DecisionTree {
    var builder = DecisionTreeBuilder(core, guards: guards, budget: Int.max)
    var next = builder.add(.fail)
    for arm in patterns.indices.reversed() {
      builder.fallback = next
      let row = Row(tests: [(0, patterns[arm])], bindings: [], arm: arm)
      guard let root = builder.compile([row]) else {
        preconditionFailure("a tree without a limit is always built")
      }
      next = root
    }
    builder.tree.root = next
    return builder.tree
  }

  /// Where a failed match goes; -1: a `fail` node.
  private var fallback: Int32 = -1

  private mutating func add(_ node: DecisionTree.Node) -> Int32 {
    tree.nodes.append(node)
    return Int32(tree.nodes.count - 1)
  }

  // MARK: - Compilation

  /// The node for the rows in order, or `nil` if the budget is spent.
  private mutating func compile(_ rows: [Row]) -> Int32? {
    budget -= 1
    if budget < 0 { return nil }
    guard !rows.isEmpty else { return fallback >= 0 ? fallback : add(.fail) }
    var rows = rows
    for index in rows.indices { normalise(&rows[index]) }
    if rows.contains(where: { hasAlternatives($0) }) {
      rows = rows.flatMap { expand($0) }
    }
    if rows[0].tests.isEmpty { return leaf(rows) }
    return test(rows)
  }

  private mutating func leaf(_ rows: [Row]) -> Int32? {
    let row = rows[0]
    tree.leafCounts[row.arm] += 1
    guard guards[row.arm] else {
      return add(.leaf(arm: row.arm, bindings: row.bindings, next: -1))
    }
    guard let next = compile(Array(rows.dropFirst())) else { return nil }
    return add(.leaf(arm: row.arm, bindings: row.bindings, next: next))
  }

  /// Tests the occurrence that most rows look at, the first row's leftmost among equals.
  private mutating func test(_ rows: [Row]) -> Int32? {
    let occurrence = chooseOccurrence(rows)
    // One pass sorts the rows by head. A row that does not look at the occurrence belongs to every head, also to
    // those that appear below it.
    var heads: [PatternHead] = []
    var numbers: [PatternHead: Int] = [:]
    var groups: [[Row]] = []
    var rest: [Row] = []
    for row in rows {
      guard let pattern = pattern(at: occurrence, in: row) else {
        for group in groups.indices { groups[group].append(row) }
        rest.append(row)
        continue
      }
      let head = head(of: pattern)
      if numbers[head] == nil {
        numbers[head] = heads.count
        heads.append(head)
        groups.append(rest)
      }
      if let group = numbers[head] { groups[group].append(specialise(row, occurrence)) }
    }
    var cases: [(head: PatternHead, node: Int32)] = []
    for (head, group) in zip(heads, groups) {
      guard let node = compile(group) else { return nil }
      cases.append((head, node))
    }
    guard let otherwise = compile(rest) else { return nil }
    return add(.test(occurrence: occurrence, cases: cases, otherwise: otherwise))
  }

  private func chooseOccurrence(_ rows: [Row]) -> Int32 {
    var best = rows[0].tests[0].occurrence
    var bestCount = 0
    for (occurrence, _) in rows[0].tests {
      let count = rows.count { pattern(at: occurrence, in: $0) != nil }
      if count > bestCount { (best, bestCount) = (occurrence, count) }
    }
    return best
  }

  private func pattern(at occurrence: Int32, in row: Row) -> Int32? {
    row.tests.first { $0.occurrence == occurrence }?.pattern
  }

  /// The row once `occurrence` is known to have the head that the row's pattern asks for.
  private mutating func specialise(_ row: Row, _ occurrence: Int32) -> Row {
    guard let index = row.tests.firstIndex(where: { $0.occurrence == occurrence }) else {
      return row
    }
    let pattern = core.patterns[Int(row.tests[index].pattern)]
    var result = row
    let children: [Int32]
    switch pattern.kind {
    case .cons: children = [pattern.a, pattern.b]
    case .tuple, .constructor: children = Array(core.list(pattern))
    default: children = []
    }
    let added = children.enumerated().map { field, child in
      (part(of: occurrence, field), child)
    }
    result.tests.replaceSubrange(index...index, with: added)
    return result
  }

  private mutating func part(of occurrence: Int32, _ field: Int) -> Int32 {
    while parts[Int(occurrence)].count <= field {
      let number = Int32(parts[Int(occurrence)].count)
      parts[Int(occurrence)].append(Int32(tree.occurrences.count))
      tree.occurrences.append(Occurrence(parent: occurrence, field: number))
      parts.append([])
    }
    return parts[Int(occurrence)][field]
  }

  // MARK: - Patterns

  /// Turns variables and names into bindings and drops what always fits.
  private func normalise(_ row: inout Row) {
    var index = 0
    while index < row.tests.count {
      let (occurrence, pattern) = row.tests[index]
      let node = core.patterns[Int(pattern)]
      switch node.kind {
      case .wildcard: row.tests.remove(at: index)
      case .variable:
        row.bindings.append((node.a, occurrence))
        row.tests.remove(at: index)
      case .as_:
        row.bindings.append((node.b, occurrence))
        row.tests[index].pattern = node.a
      case .integer, .float, .string, .null, .unit, .nil_, .cons, .tuple, .constructor, .or:
        index += 1
      }
    }
  }

  private func hasAlternatives(_ row: Row) -> Bool {
    row.tests.contains { core.patterns[Int($0.pattern)].kind == .or }
  }

  /// The rows that a row with alternatives stands for.
  private func expand(_ row: Row) -> [Row] {
    guard
      let index = row.tests.firstIndex(where: { core.patterns[Int($0.pattern)].kind == .or })
    else { return [row] }
    return core.list(core.patterns[Int(row.tests[index].pattern)]).flatMap { alternative in
      var copy = row
      copy.tests[index].pattern = alternative
      normalise(&copy)
      return expand(copy)
    }
  }

  private func head(of pattern: Int32) -> PatternHead {
    let node = core.patterns[Int(pattern)]
    switch node.kind {
    case .integer: return .integer(integerValue(node.a, node.b))
    case .float:
      // A float pattern with an integral value fits the same values as the int.
      let value = core.floats[Int(node.a)]
      if let int = Int(exactly: value), abs(int) < 1 << 53 { return .integer(int) }
      return .float(value)
    case .string: return .string(core.strings[Int(node.a)])
    case .null: return .null
    case .unit: return .unit
    case .nil_: return .nil_
    case .cons: return .cons
    case .tuple: return .tuple(Int(node.listCount))
    case .constructor: return .constructor(node.a)
    case .wildcard, .variable, .as_, .or:
      preconditionFailure("\(node.kind) patterns have no head")
    }
  }
}

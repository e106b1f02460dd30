import Diagnostics
import Support

// Which values a match does not cover, and which of its arms are never reached.
//
// The check explores the decision tree of the match (Maranget, "Compiling pattern matching to good
// decision trees", ML 2008) without building it; it finds what "Warnings for pattern matching" (JFP
// 2007) calls exhaustiveness and usefulness at once: a leaf without rows is a missing case, a row
// that is first at no leaf is useless. Rows are sparse: they list only the places where they test
// something, so that a tuple of a thousand variables costs nothing.
//
// Decision trees can be exponentially large. Work is counted, and a match that needs more than its
// share is assumed to be complete, with a warning; see ``WorkBudget``.
//
// Rail has no static types here: what a place may hold is told by the patterns that test it.
// Constructors of one type, the list forms, tuples of one length, `true` and `false`, and `()` are
// closed families: all members together cover the place. Ints, floats and strings are open: only a
// variable covers them. Where families are mixed, each closed one must be complete, `0` and `null`
// count as extras, and further arms for other kinds of values are welcome.

/// How much work the checks may do: linear in the size of the program.
struct WorkBudget {
  /// Units are rows and cells that are looked at.
  private var remaining: Int

  init(patternCount: Int) { remaining = 2_000_000 + 200 * patternCount }

  /// The share of a match with so many arms.
  func share(arms: Int) -> Int { min(remaining, 400_000 + 200 * arms) }

  mutating func spend(_ work: Int) { remaining -= work }
}

/// Checks the matches and irrefutable patterns of a program.
func checkCoverage(
  _ requests: [CoverageRequest], in program: CoreProgram, graph: ModuleGraph, interner: Interner,
  diagnostics: inout DiagnosticSink
) {
  var budget = WorkBudget(patternCount: program.patterns.count)
  var checker = CoverageChecker(program)
  for request in requests {
    switch request.kind {
    case .match:
      let match = program.expressions[Int(request.index)]
      if checker.isPlainlySound(match) { continue }
      checker.begin(budget: budget.share(arms: Int(match.listCount)))
      for arm in program.list(match) {
        let arm = program.arms[Int(arm)]
        checker.addRow(pattern: arm.pattern, isGuarded: arm.guardExpression >= 0)
      }
      budget.spend(checker.run())
      checker.report(match, request.file, graph, interner, &diagnostics)
    case .irrefutable:
      if checker.isPlainlyIrrefutable(request.index) { continue }
      checker.begin(budget: budget.share(arms: 1))
      checker.addRow(pattern: request.index, isGuarded: false)
      budget.spend(checker.run())
      checker.reportIrrefutable(request.index, request.file, interner, &diagnostics)
    }
  }
}

/// What a pattern demands of the value at its place.
struct PatternHead: Hashable {
  enum Kind: UInt8 {
    /// value: index of the constructor, number of components, bits of the number, canonical number
    /// of the string.
    case constructor, tuple, integer, float, string
    case null, unit, nil_, cons
  }

  var kind: Kind
  var value: Int
}

struct CoverageChecker {
  let program: CoreProgram

  /// A test that a row still has to pass: `pattern` at the place `occurrence`.
  struct Cell {
    var occurrence: Int32
    var pattern: Int32
    var next: Int32
  }

  /// An arm, or one combination of its alternatives, with the tests that are left.
  struct Row {
    /// First of its cells, -1 if every value fits.
    var cells: Int32
    var arm: Int32
    var isGuarded: Bool
    /// The alternatives that were chosen: a list in ``choices``.
    var choices: Int32
  }

  /// What is known about the value at a place on the way to a node of the tree.
  struct Fact {
    enum Form {
      case head(PatternHead)
      /// One of ``missingHeads``[start..<start + count].
      case missing(start: Int32, count: Int32)
      /// A value of an open family that no pattern names.
      case other
    }

    var occurrence: Int32
    var form: Form
    /// The first of the places of its parts.
    var parts: Int32
    /// Whether all ints at this place are written `true` or `false`.
    var isBoolean: Bool
    var next: Int32
  }

  /// A node of the decision tree that is still to be explored.
  struct Node {
    var rows: Range<Int>
    var facts: Int32
    /// Whether a missing case is one to be told.
    var mayReport: Bool
  }

  var cells: [Cell] = []
  var rows: [Row] = []
  var choices: [(alternative: Int32, next: Int32)] = []
  var facts: [Fact] = []
  var missingHeads: [PatternHead] = []
  var pending: [Node] = []
  var nextOccurrence: Int32 = 1
  var stringNumbers: [[UInt8]: Int] = [:]
  /// The strings by their canonical numbers: indices in the program's strings.
  var strings: [Int32] = []

  /// By arm: whether some value reaches it.
  var isArmReached: [Bool] = []
  var reachedAlternatives: Set<Int32> = []
  /// Facts of the missing cases, at most ``missingLimit``.
  var missing: [Int32] = []
  static let missingLimit = 6
  private var unreachedArms = 0
  private var work = 0
  private var workLimit = 0
  var isComplete: Bool { work <= workLimit }

  init(_ program: CoreProgram) { self.program = program }

  // MARK: - Input

  /// Whether there is nothing more to find out.
  private var isSettled: Bool {
    missing.count == CoverageChecker.missingLimit && unreachedArms == 0 && choices.isEmpty
  }

  mutating func begin(budget: Int) {
    cells.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    choices.removeAll(keepingCapacity: true)
    facts.removeAll(keepingCapacity: true)
    missingHeads.removeAll(keepingCapacity: true)
    pending.removeAll(keepingCapacity: true)
    isArmReached.removeAll(keepingCapacity: true)
    reachedAlternatives.removeAll(keepingCapacity: true)
    missing.removeAll(keepingCapacity: true)
    stringNumbers.removeAll(keepingCapacity: true)
    strings.removeAll(keepingCapacity: true)
    nextOccurrence = 1
    unreachedArms = 0
    work = 0
    workLimit = budget
  }

  mutating func addRow(pattern: Int32, isGuarded: Bool) {
    let row = Row(
      cells: addCell(0, pattern, before: -1), arm: Int32(rows.count), isGuarded: isGuarded,
      choices: -1)
    rows.append(row)
    isArmReached.append(false)
    unreachedArms += 1
  }

  /// Adds a test in front of a list of cells, unless the pattern takes every value.
  private mutating func addCell(_ occurrence: Int32, _ pattern: Int32, before next: Int32) -> Int32
  {
    work += 1
    guard let tested = tested(pattern) else { return next }
    cells.append(Cell(occurrence: occurrence, pattern: tested, next: next))
    return Int32(cells.count - 1)
  }

  /// The pattern without names around it; nil if it takes every value.
  private func tested(_ pattern: Int32) -> Int32? {
    var current = pattern
    while true {
      let node = program.patterns[Int(current)]
      switch node.kind {
      case .wildcard, .variable: return nil
      case .as_: current = node.a
      case .integer, .float, .string, .null, .unit, .nil_, .cons, .tuple, .constructor, .or:
        return current
      }
    }
  }

  // MARK: - Exploration

  /// Explores the tree; returns the work done. If ``isComplete`` is false afterwards, nothing is
  /// known.
  mutating func run() -> Int {
    pending.append(Node(rows: 0..<rows.count, facts: -1, mayReport: true))
    while !isSettled, isComplete, let node = pending.popLast() { explore(node) }
    return work
  }

  private mutating func explore(_ node: Node) {
    var range = node.rows
    while let first = range.first, rows[first].cells < 0 {
      reach(rows[first])
      if !rows[first].isGuarded { return }
      range = (first + 1)..<range.upperBound
    }
    if range.isEmpty {
      if node.mayReport && missing.count < CoverageChecker.missingLimit {
        missing.append(node.facts)
      }
      return
    }
    split(Node(rows: range, facts: node.facts, mayReport: node.mayReport), at: bestPlace(range))
  }

  private mutating func reach(_ row: Row) {
    if !isArmReached[Int(row.arm)] {
      isArmReached[Int(row.arm)] = true
      unreachedArms -= 1
    }
    var choice = row.choices
    while choice >= 0 {
      reachedAlternatives.insert(choices[Int(choice)].alternative)
      choice = choices[Int(choice)].next
    }
  }

  /// How many places are compared, so that choosing one costs no more than splitting there.
  private static let candidateLimit = 8

  /// The place that most rows test, among the first ones that the first row tests.
  private mutating func bestPlace(_ range: Range<Int>) -> Int32 {
    var candidates: [(occurrence: Int32, count: Int)] = []
    var cell = rows[range.lowerBound].cells
    while cell >= 0 && candidates.count < CoverageChecker.candidateLimit {
      candidates.append((cells[Int(cell)].occurrence, 0))
      cell = cells[Int(cell)].next
    }
    if candidates.count == 1 || range.count == 1 { return candidates[0].occurrence }
    for index in range {
      var cell = rows[index].cells
      var looked = 0
      while cell >= 0 && looked < 2 * CoverageChecker.candidateLimit {
        work += 1
        looked += 1
        let occurrence = cells[Int(cell)].occurrence
        for number in candidates.indices where candidates[number].occurrence == occurrence {
          candidates[number].count += 1
        }
        cell = cells[Int(cell)].next
      }
    }
    var best = 0
    for number in candidates.indices where candidates[number].count > candidates[best].count {
      best = number
    }
    return candidates[best].occurrence
  }

  // MARK: - Splitting a node

  /// The rows of one branch.
  private struct Branch {
    var head: PatternHead
    var rows: [Row]
    /// Whether an unguarded row takes everything: rows behind it are out of reach here.
    var isClosed = false
    var parts: Int32
  }

  private mutating func split(_ node: Node, at occurrence: Int32) {
    var branches: [Branch] = []
    var numbers: [PatternHead: Int] = [:]
    var rest = Branch(head: PatternHead(kind: .null, value: 0), rows: [], parts: -1)
    var onlyBooleans = true
    for index in node.rows {
      let row = rows[index]
      let cell = cell(of: row, at: occurrence)
      guard cell >= 0 else {
        for number in branches.indices { append(row, to: &branches[number]) }
        append(row, to: &rest)
        continue
      }
      let others = remove(cell, from: row.cells)
      var alternatives = [(pattern: cells[Int(cell)].pattern, choices: row.choices)]
      while let (pattern, chosen) = alternatives.popLast() {
        work += 1
        var next = row
        next.choices = chosen
        next.cells = others
        guard let tested = tested(pattern) else {
          for number in branches.indices { append(next, to: &branches[number]) }
          append(next, to: &rest)
          continue
        }
        let form = program.patterns[Int(tested)]
        if form.kind == .or {
          for alternative in program.list(form).reversed() {
            choices.append((alternative, chosen))
            alternatives.append((alternative, Int32(choices.count - 1)))
          }
          continue
        }
        if form.kind == .integer && form.c != 1 { onlyBooleans = false }
        let head = head(of: form)
        let number = numbers[head] ?? branches.count
        if number == branches.count {
          numbers[head] = number
          work += rest.rows.count
          branches.append(
            Branch(head: head, rows: rest.rows, isClosed: rest.isClosed, parts: nextOccurrence))
          nextOccurrence += partCount(of: head)
        }
        next.cells = addParts(of: form, at: branches[number].parts, before: others)
        append(next, to: &branches[number])
      }
    }
    if branches.isEmpty {
      // There were only alternatives that take every value.
      let start = rows.count
      rows.append(contentsOf: rest.rows)
      pending.append(
        Node(rows: start..<rows.count, facts: node.facts, mayReport: node.mayReport))
      return
    }
    let families = Families(branches.lazy.map(\.head), program, onlyBooleans: onlyBooleans)
    pushRest(rest, of: node, at: occurrence, families, onlyBooleans)
    for branch in branches.reversed() {
      let fact = Fact(
        occurrence: occurrence, form: .head(branch.head), parts: branch.parts,
        isBoolean: onlyBooleans, next: node.facts)
      push(branch.rows, fact, mayReport: node.mayReport)
    }
  }

  private mutating func append(_ row: Row, to branch: inout Branch) {
    work += 1
    if branch.isClosed { return }
    branch.rows.append(row)
    if row.cells < 0 && !row.isGuarded { branch.isClosed = true }
  }

  private mutating func push(_ branch: [Row], _ fact: Fact, mayReport: Bool) {
    facts.append(fact)
    let start = rows.count
    rows.append(contentsOf: branch)
    pending.append(
      Node(rows: start..<rows.count, facts: Int32(facts.count - 1), mayReport: mayReport))
  }

  /// The branch of the values that no pattern at this place names, if there are any.
  private mutating func pushRest(
    _ rest: Branch, of node: Node, at occurrence: Int32, _ families: Families, _ onlyBooleans: Bool
  ) {
    let form: Fact.Form
    var mayReport = node.mayReport
    if families.isOpen {
      form = .other
    } else if !families.missing.isEmpty {
      form = .missing(start: Int32(missingHeads.count), count: Int32(families.missing.count))
      missingHeads.append(contentsOf: families.missing)
      work += families.missing.count
    } else if families.count > 1 && !rest.rows.isEmpty {
      form = .other
      mayReport = false
    } else {
      return
    }
    let fact = Fact(
      occurrence: occurrence, form: form, parts: -1, isBoolean: onlyBooleans, next: node.facts)
    push(rest.rows, fact, mayReport: mayReport)
  }

  private mutating func cell(of row: Row, at occurrence: Int32) -> Int32 {
    var cell = row.cells
    while cell >= 0 && cells[Int(cell)].occurrence != occurrence {
      work += 1
      cell = cells[Int(cell)].next
    }
    return cell
  }

  /// The list without one of its cells.
  private mutating func remove(_ removed: Int32, from list: Int32) -> Int32 {
    var kept: [Cell] = []
    var cell = list
    while cell != removed {
      kept.append(cells[Int(cell)])
      cell = cells[Int(cell)].next
    }
    var result = cells[Int(removed)].next
    for cell in kept.reversed() {
      work += 1
      cells.append(Cell(occurrence: cell.occurrence, pattern: cell.pattern, next: result))
      result = Int32(cells.count - 1)
    }
    return result
  }

  private mutating func addParts(of form: CorePattern, at parts: Int32, before next: Int32) -> Int32
  {
    if form.kind == .cons {
      return addCell(parts, form.a, before: addCell(parts + 1, form.b, before: next))
    }
    guard form.kind == .tuple || form.kind == .constructor else { return next }
    var result = next
    var occurrence = parts + form.listCount
    for part in program.list(form).reversed() {
      occurrence -= 1
      result = addCell(occurrence, part, before: result)
    }
    return result
  }

  private func partCount(of head: PatternHead) -> Int32 {
    switch head.kind {
    case .cons: 2
    case .tuple: Int32(head.value)
    case .constructor: program.constructors[head.value].fieldCount
    case .integer, .float, .string, .null, .unit, .nil_: 0
    }
  }

  private mutating func head(of form: CorePattern) -> PatternHead {
    switch form.kind {
    case .integer: return PatternHead(kind: .integer, value: form.integerValue)
    case .float:
      let value = program.floats[Int(form.a)]
      // 0.0 and -0.0 are equal.
      return PatternHead(kind: .float, value: Int(bitPattern: UInt((value + 0).bitPattern)))
    case .string:
      let text = program.strings[Int(form.a)]
      work += text.count / 16
      if let number = stringNumbers[text] { return PatternHead(kind: .string, value: number) }
      stringNumbers[text] = strings.count
      strings.append(form.a)
      return PatternHead(kind: .string, value: strings.count - 1)
    case .null: return PatternHead(kind: .null, value: 0)
    case .unit: return PatternHead(kind: .unit, value: 0)
    case .nil_: return PatternHead(kind: .nil_, value: 0)
    case .cons: return PatternHead(kind: .cons, value: 0)
    case .tuple: return PatternHead(kind: .tuple, value: Int(form.listCount))
    case .constructor: return PatternHead(kind: .constructor, value: Int(form.a))
    case .wildcard, .variable, .as_, .or: preconditionFailure("\(form.kind) tests nothing")
    }
  }
}

/// The families of the patterns at one place.
private struct Families {
  /// How many there are; `0` and `null` beside others count too.
  var count = 0
  /// Whether values are left that only a variable can cover.
  var isOpen = false
  /// The members of closed families that no pattern names, in the order of their declaration.
  var missing: [PatternHead] = []

  init(
    _ heads: some Sequence<PatternHead>, _ program: CoreProgram, onlyBooleans: Bool
  ) {
    var typeOrder: [Int32] = []
    var present: Set<Int> = []
    var integers: [Int] = []
    var (hasNil, hasCons, hasNull, hasUnit) = (false, false, false, false)
    var tuples: Set<Int> = []
    var (hasFloat, hasString) = (false, false)
    for head in heads {
      switch head.kind {
      case .constructor:
        let type = program.constructors[head.value].type
        if !typeOrder.contains(type) { typeOrder.append(type) }
        present.insert(head.value)
      case .tuple: tuples.insert(head.value)
      case .integer: if integers.count < 3 { integers.append(head.value) }
      case .float: hasFloat = true
      case .string: hasString = true
      case .null: hasNull = true
      case .unit: hasUnit = true
      case .nil_: hasNil = true
      case .cons: hasCons = true
      }
    }
    for type in typeOrder {
      let first = Int(program.types[Int(type)].firstConstructor)
      for index in first..<(first + Int(program.types[Int(type)].constructorCount))
      where !present.contains(index) {
        missing.append(PatternHead(kind: .constructor, value: index))
      }
    }
    if hasCons && !hasNil { missing.append(PatternHead(kind: .nil_, value: 0)) }
    if hasNil && !hasCons { missing.append(PatternHead(kind: .cons, value: 0)) }
    if onlyBooleans && !integers.isEmpty {
      for value in 0...1 where !integers.contains(value) {
        missing.append(PatternHead(kind: .integer, value: value))
      }
    }
    let closed =
      typeOrder.count + tuples.count + (hasNil || hasCons ? 1 : 0) + (hasUnit ? 1 : 0)
      + (onlyBooleans && !integers.isEmpty ? 1 : 0)
    let hasIntegers = !integers.isEmpty && !onlyBooleans
    let isZeroExtra = hasIntegers && integers == [0] && closed > 0
    count =
      closed + (hasIntegers ? 1 : 0) + (hasFloat ? 1 : 0) + (hasString ? 1 : 0) + (hasNull ? 1 : 0)
    isOpen =
      hasFloat || hasString || (hasIntegers && !isZeroExtra) || (hasNull && closed == 0)
  }
}

extension CorePattern {
  /// The number of an `integer`.
  var integerValue: Int { Int(b) << 32 | Int(UInt32(bitPattern: a)) }
}

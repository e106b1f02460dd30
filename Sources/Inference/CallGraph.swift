import Diagnostics
import Semantics

/// The globals in the order in which they can be inferred: groups that refer to each other
/// (strongly connected components), each after those that it refers to.
struct CallGraph {
  /// The members of all components, back to back; within a component in source order.
  private(set) var members: [Int32] = []
  /// The index in ``members`` of the first member of each component, and the end.
  private(set) var starts: [Int32] = [0]
  /// By global: its component, or -1 if nothing refers to it.
  private(set) var componentOf: [Int32]
  /// By global: the globals that its body mentions, each once.
  private var references: [Int32] = []
  private var referenceStarts: [Int32] = []

  var componentCount: Int { starts.count - 1 }

  func members(of component: Int) -> ArraySlice<Int32> {
    members[Int(starts[component])..<Int(starts[component + 1])]
  }

  func references(of global: Int32) -> ArraySlice<Int32> {
    references[Int(referenceStarts[Int(global)])..<Int(referenceStarts[Int(global) + 1])]
  }

  /// By global: the index of the last expression of its definition.
  private var lastExpressions: [Int32] = []

  /// The definition that an expression is part of.
  func owner(of expression: Int32) -> Int32 {
    var low = 0
    var high = lastExpressions.count - 1
    while low < high {
      let middle = (low + high) / 2
      if lastExpressions[middle] < expression { low = middle + 1 } else { high = middle }
    }
    return Int32(low)
  }

  /// The expressions of a definition.
  func expressions(of global: Int32) -> Range<Int32> {
    let first = global == 0 ? 0 : lastExpressions[Int(global) - 1] + 1
    return first..<(lastExpressions[Int(global)] + 1)
  }

  /// Which globals the evaluation of one may need, by global.
  func reachable(from global: Int32) -> [Bool] {
    var isReached = [Bool](repeating: false, count: componentOf.count)
    var frontier = [global]
    isReached[Int(global)] = true
    while let next = frontier.popLast() {
      for target in references(of: next) where !isReached[Int(target)] {
        isReached[Int(target)] = true
        frontier.append(target)
      }
    }
    return isReached
  }

  /// The graph of all definitions but those of the prelude that nothing refers to. The users of a
  /// definition whose type is declared need not wait for it.
  ///
  /// - Parameters:
  ///   - builtinOfGlobal: by global: its number among the functions of the prelude with a declared
  ///     type, or -1.
  ///   - isSpecializable: by global: whether it belongs to the prelude and may have instances.
  init(_ program: CoreProgram, _ builtinOfGlobal: [Int32], _ isSpecializable: [Bool]) {
    var isOpaque = [Bool](repeating: false, count: program.globals.count)
    var roots: [Int32] = []
    for (index, global) in program.globals.enumerated() {
      let signature = global.signature
      isOpaque[index] =
        builtinOfGlobal[index] >= 0
        || signature >= 0 && program.declarations.signatures[Int(signature)].isComplete
      if isSpecializable[index] || global.file.index != BuiltinNames.preludeFile {
        roots.append(Int32(index))
      }
    }
    componentOf = [Int32](repeating: -1, count: program.globals.count)
    collectReferences(program)
    findComponents(roots: roots, isOpaque: isOpaque)
  }

  /// Expressions of a definition stand together, its body last, and definitions stand in order.
  private mutating func collectReferences(_ program: CoreProgram) {
    var lastSeen = [Int32](repeating: -1, count: program.globals.count)
    var next = 0
    referenceStarts.reserveCapacity(program.globals.count + 1)
    for (index, global) in program.globals.enumerated() {
      referenceStarts.append(Int32(references.count))
      let end = Int(global.body) + 1
      lastExpressions.append(max(global.body, lastExpressions.last ?? -1))
      while next < end {
        let expression = program.expressions[next]
        if expression.kind == .global, lastSeen[Int(expression.a)] != Int32(index) {
          lastSeen[Int(expression.a)] = Int32(index)
          references.append(expression.a)
        }
        next += 1
      }
    }
    referenceStarts.append(Int32(references.count))
  }

  /// Tarjan's algorithm (1972) with an explicit stack, since chains of calls may be long.
  private mutating func findComponents(roots: [Int32], isOpaque: [Bool]) {
    var number = [Int32](repeating: -1, count: componentOf.count)
    var low = number
    var isOnStack = [Bool](repeating: false, count: componentOf.count)
    var stack: [Int32] = []
    var visits: [(global: Int32, next: Int32)] = []
    var count: Int32 = 0
    func enter(_ global: Int32) {
      number[Int(global)] = count
      low[Int(global)] = count
      count += 1
      stack.append(global)
      isOnStack[Int(global)] = true
      visits.append((global, referenceStarts[Int(global)]))
    }
    func visit(_ root: Int32) {
      enter(root)
      while let (global, next) = visits.last {
        if next < referenceStarts[Int(global) + 1] {
          visits[visits.count - 1].next += 1
          let target = references[Int(next)]
          if isOpaque[Int(target)] {
            continue
          } else if number[Int(target)] < 0 {
            enter(target)
          } else if isOnStack[Int(target)] {
            low[Int(global)] = min(low[Int(global)], number[Int(target)])
          }
          continue
        }
        visits.removeLast()
        if let (caller, _) = visits.last {
          low[Int(caller)] = min(low[Int(caller)], low[Int(global)])
        }
        if low[Int(global)] == number[Int(global)] { close(global) }
      }
    }
    func close(_ global: Int32) {
      let component = Int32(starts.count - 1)
      let first = members.count
      while let member = stack.popLast() {
        isOnStack[Int(member)] = false
        componentOf[Int(member)] = component
        members.append(member)
        if member == global { break }
      }
      if members.count > first + 1 { members[first...].sort() }
      starts.append(Int32(members.count))
    }
    for root in roots where number[Int(root)] < 0 { visit(root) }
  }
}

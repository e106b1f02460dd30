import CRailRuntime
import IR

/// What the code of a program needs, found in one pass over it.
///
/// **Stack checks**: which functions compare the stack pointer with the limit before they begin.
/// Only a cycle of calls can exhaust the stack. A function with a call that can lead back to itself
/// looks at the limit, and so does one that calls what is not known; so every cycle has one that
/// does. All others go without, as long as the frames of functions that call each other without
/// looking add up to at most ``uncheckedBytes``. A tail call is no call in this sense: the frame of
/// the callee takes the place of the caller's.
///
/// **Floats**: whether there are any, other than those that the runtime makes.
struct CodeNeeds {
  /// What functions between two that look may use of the stack below the limit: little compared
  /// with what the runtime keeps free there for itself.
  static let uncheckedBytes = 16 << 10
  /// Bytes of a frame that is made without regard to its size once the stack pointer is not below the
  /// limit.
  static let smallFrame = 1 << 10

  /// By function.
  private(set) var checksStack: [Bool]
  private(set) var makesFloats: Bool
  /// By function: the most that it, and what it calls without looking, uses of the stack.
  private var depths: [Int]
  private var calls = CallEdges()

  init(_ program: IRProgram) {
    let count = program.functions.count
    makesFloats = program.data.contains { $0.words.first.map(isFloat) ?? false }
    checksStack = Array(repeating: false, count: count)
    depths = Array(repeating: 0, count: count)
    for index in 0..<count { addCalls(of: index, program) }
    calls.finish()
    var groups = CallGroups(functionCount: count)
    for function in 0..<Int32(count) {
      groups.find(from: function, calls) { members, groupOf in decide(members, groupOf) }
    }
  }

  /// Finds the calls of a function, and estimates its frame: no more slots than values.
  private mutating func addCalls(of index: Int, _ program: IRProgram) {
    calls.beginFunction()
    depths[index] = 8 * (program.functions[index].valueTypes.count + 2)
    for instruction in program.functions[index].instructions {
      switch instruction.opcode {
      case .call: calls.add(Int32(instruction.immediate), isTail: false)
      case .tailCall: calls.add(Int32(instruction.immediate), isTail: true)
      case .callValue, .callClosure, .callExternal, .tailCallExternal:
        // Routines of the runtime with Rail's calling convention have a frame of their own, and
        // call what they are given.
        checksStack[index] = true
      case .allocate:
        if isFloat(UInt64(bitPattern: instruction.immediate)) { makesFloats = true }
      default: break
      }
    }
  }

  /// Decides about the functions of a group; those that they call outside of it have been dealt
  /// with.
  private mutating func decide(_ members: ArraySlice<Int32>, _ groupOf: [Int32]) {
    var deepest = 0
    for member in members {
      let index = Int(member)
      var below = 0
      for edge in calls.edges(of: index) {
        let callee = Int(edge.callee)
        if groupOf[callee] == groupOf[index] {
          if !edge.isTail { checksStack[index] = true }
        } else if !checksStack[callee] {
          below = max(below, depths[callee])
        }
      }
      deepest = max(deepest, depths[index] + below)
    }
    // Inside a group, one function that does not look can only take the place of another.
    for member in members {
      depths[Int(member)] = deepest
      if deepest > Self.uncheckedBytes { checksStack[Int(member)] = true }
    }
  }
}

/// Whether a header is that of a float.
private func isFloat(_ header: UInt64) -> Bool { header & 0xFF == UInt64(RAIL_KIND_FLOAT) }

/// The calls of known functions, by caller.
private struct CallEdges {
  struct Edge {
    var callee: Int32
    var isTail: Bool
  }

  private var all: [Edge] = []
  /// Where the calls of each function begin; one more entry holds the end.
  private var first: [Int32] = []

  mutating func beginFunction() { first.append(Int32(all.count)) }

  mutating func add(_ callee: Int32, isTail: Bool) {
    all.append(Edge(callee: callee, isTail: isTail))
  }

  mutating func finish() { first.append(Int32(all.count)) }

  func start(_ function: Int) -> Int32 { first[function] }
  func end(_ function: Int) -> Int32 { first[function + 1] }
  func callee(_ edge: Int32) -> Int32 { all[Int(edge)].callee }

  func edges(of function: Int) -> ArraySlice<Edge> {
    all[Int(first[function])..<Int(first[function + 1])]
  }
}

/// Strongly connected components of the call graph, callees first (R. Tarjan, Depth-First Search and
/// Linear Graph Algorithms, SIAM Journal on Computing 1, 1972), without recursion.
private struct CallGroups {
  /// By function: its group, -1 while it has none.
  private var groupOf: [Int32]
  private var groupCount: Int32 = 0
  /// By function: when it was found, from 1; 0 if not yet. And the earliest found that it reaches.
  private var found: [Int32]
  private var lowest: [Int32]
  private var clock: Int32 = 0
  /// Functions that have been found and are in no group yet.
  private var open: [Int32] = []
  /// The path that is being followed: functions, and the next call to look at.
  private var path: [(function: Int32, next: Int32)] = []

  init(functionCount: Int) {
    groupOf = Array(repeating: -1, count: functionCount)
    found = Array(repeating: 0, count: functionCount)
    lowest = Array(repeating: 0, count: functionCount)
  }

  /// Calls `body` for each group that `root` reaches and that has not been found before.
  mutating func find(
    from root: Int32, _ calls: CallEdges,
    _ body: (_ members: ArraySlice<Int32>, _ groupOf: [Int32]) -> Void
  ) {
    if found[Int(root)] == 0 { enter(root, calls) }
    while let (function, next) = path.last {
      let index = Int(function)
      if next < calls.end(index) {
        path[path.count - 1].next += 1
        let callee = calls.callee(next)
        if found[Int(callee)] == 0 {
          enter(callee, calls)
        } else if groupOf[Int(callee)] < 0 {
          lowest[index] = min(lowest[index], found[Int(callee)])
        }
        continue
      }
      path.removeLast()
      if let caller = path.last {
        lowest[Int(caller.function)] = min(lowest[Int(caller.function)], lowest[index])
      }
      if lowest[index] == found[index] { closeGroup(of: function, body) }
    }
  }

  private mutating func enter(_ function: Int32, _ calls: CallEdges) {
    clock += 1
    found[Int(function)] = clock
    lowest[Int(function)] = clock
    open.append(function)
    path.append((function, calls.start(Int(function))))
  }

  private mutating func closeGroup(
    of root: Int32, _ body: (_ members: ArraySlice<Int32>, _ groupOf: [Int32]) -> Void
  ) {
    guard let start = open.lastIndex(of: root) else {
      preconditionFailure("the root of a group is open")
    }
    for member in open[start...] { groupOf[Int(member)] = groupCount }
    body(open[start...], groupOf)
    groupCount += 1
    open.removeSubrange(start...)
  }
}

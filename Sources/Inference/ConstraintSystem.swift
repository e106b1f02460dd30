/// The type graph and the constraints between its nodes.
///
/// Nodes are numbered in the order of their making. First come the shared scalars, then what
/// belongs to constants and stays, then the nodes of the component of the call graph at hand, which
/// are dropped when it is done. Classes are kept by union-find with path halving (Tarjan), in which
/// the lower number represents a class. There is no occurs check: types are rational trees (Huet;
/// Colmerauer).
struct ConstraintSystem: ~Copyable {
  var nodes = GrowableBuffer<TypeNode>(capacity: 4096)
  var kids = GrowableBuffer<Int32>(capacity: 4096)
  var edges = GrowableBuffer<FlowEdge>(capacity: 4096)
  var constraints = GrowableBuffer<Constraint>(capacity: 1024)
  var uses = GrowableBuffer<Use>(capacity: 1024)
  var causes: [Cause] = []
  /// Declared types that flow into a `dyn`, although nobody could check what is done with them
  /// there.
  var escapes: [Escape] = []
  /// By variable of a signature: whether it may become `dyn`, because the signature mentions `dyn`.
  var variableMayBeDynamic: [Bool] = []

  /// Nodes and kids below these numbers outlive the component at hand.
  var persistentNodes: Int32 = 0
  var persistentKids: Int32 = 0
  /// Persistent nodes with edges, constraints or changes of the component at hand.
  var touched = GrowableBuffer<Int32>()
  /// Whether a persistent node has changed since this was last reset.
  var persistentChanged = false

  var queue = GrowableBuffer<Int32>()
  var queueHead: Int32 = 0
  /// Pairs of nodes that have been linked below a pair of types.
  var links = PairSet()
  var pending = GrowableBuffer<Int32>()
  /// While the solver is stalled: nodes that have got a head since.
  var isStalled = false
  var resolved = GrowableBuffer<Int32>()

  /// For each type the index in ``fieldNames`` of its first kid's name.
  var fieldOffsets: [Int32] = []
  /// The symbols of fields, -1 for those without a name.
  var fieldNames: [Int32] = []
  /// The nodes of fields whose declared types are the same in all values, -1 for others.
  var declaredFields: [Int32] = []

  /// The number of the present pass over the graph; see ``bits(of:)``.
  var pass: Int32 = 0

  /// The parameters and results of the component, behind which callers are.
  var interfaceRoots: [Int32] = []
  /// The interface under construction, and the nodes of it that are joined.
  var members = GrowableBuffer<Int32>()
  var group = GrowableBuffer<Int32>()
  /// Nodes that a pass over the graph has still to visit; empty between passes.
  var frontier = GrowableBuffer<Int32>()
  /// The nodes and constraints of the scheme under construction.
  var visited: [Int32] = []
  var waiting: [Int32] = []

  /// How deep structure is copied along an edge to an unresolved node; deeper nodes are unified.
  static let copyDepth: UInt8 = 2
  /// The same for declared types, whose parts below are shared; and how many parts are copied in
  /// all.
  static let declaredDepth: UInt8 = 8
  static let declaredLimit: Int32 = 10_000
  var declaredCopies: Int32 = 0

  init() {
    for head in [
      TypeHead.dyn, .int, .float, .num, .string, .unit, .pointer, .bytes, .floatArray,
    ] {
      let node = new()
      nodes[node].head = head
      nodes[node].flags = .rigid
    }
    persistentNodes = nodes.next
  }

  // MARK: - Shared scalars

  /// The type of literals and declared scalars: never changed, shared by all.
  enum Shared {
    static let dyn: Int32 = 0
    static let int: Int32 = 1
    static let float: Int32 = 2
    static let num: Int32 = 3
    static let string: Int32 = 4
    static let unit: Int32 = 5
    static let pointer: Int32 = 6
    static let bytes: Int32 = 7
    static let floatArray: Int32 = 8
  }

  // MARK: - Nodes

  @inline(__always) mutating func new(depth: UInt8 = 0) -> Int32 {
    let index = nodes.next
    var node = TypeNode(index: index)
    node.depth = depth
    nodes.append(node)
    return index
  }

  @inline(__always) mutating func newScalar(_ head: TypeHead, origin: Int32) -> Int32 {
    let index = new()
    nodes[index].head = head
    nodes[index].origin = origin
    return index
  }

  mutating func new(extra: Extras) -> Int32 {
    let index = new()
    nodes[index].extras = extra
    return index
  }

  /// A node with a constructor and one kid.
  @inline(__always) mutating func newStructure(
    _ head: TypeHead, kid: Int32, origin: Int32
  ) -> Int32 {
    let index = newScalar(head, origin: origin)
    nodes[index].firstKid = kids.next
    nodes[index].kidCount = 1
    kids.append(kid)
    return index
  }

  mutating func newFunction(parameter: Int32, result: Int32, origin: Int32) -> Int32 {
    let index = newStructure(.function, kid: parameter, origin: origin)
    kids.append(result)
    nodes[index].kidCount = 2
    return index
  }

  /// A node with fresh kids.
  mutating func newStructure(
    _ head: TypeHead, payload: Int32 = 0, freshKids: Int32, origin: Int32
  ) -> Int32 {
    let first = nodes.next
    for _ in 0..<freshKids { _ = new() }
    let index = newScalar(head, origin: origin)
    nodes[index].payload = payload
    nodes[index].firstKid = kids.next
    nodes[index].kidCount = freshKids
    for kid in first..<(first + freshKids) { kids.append(kid) }
    return index
  }

  @inline(__always) mutating func find(_ node: Int32) -> Int32 {
    var current = node
    while true {
      let parent = nodes[current].parent
      if parent == current { return current }
      let grandparent = nodes[parent].parent
      nodes[current].parent = grandparent
      current = grandparent
    }
  }

  /// The `position`-th kid of a node that represents its class.
  @inline(__always) func kid(_ node: Int32, _ position: Int32) -> Int32 {
    kids[nodes[node].firstKid + position]
  }

  // MARK: - Component by component

  /// Forgets the component at hand, but not what is persistent.
  mutating func dropComponent() {
    for index in 0..<touched.next {
      let node = touched[index]
      nodes[node].lastOut = -1
      nodes[node].lastIn = -1
      nodes[node].lastUse = -1
      nodes[node].flags.remove(.queued)
    }
    touched.truncate(to: 0)
    nodes.truncate(to: Int(persistentNodes))
    kids.truncate(to: Int(persistentKids))
    edges.truncate(to: 0)
    constraints.truncate(to: 0)
    uses.truncate(to: 0)
    links.removeAll()
    causes.removeAll(keepingCapacity: true)
    escapes.removeAll(keepingCapacity: true)
    declaredCopies = 0
    variableMayBeDynamic.removeAll(keepingCapacity: true)
  }

  @inline(__always) mutating func touch(_ node: Int32) {
    if node < persistentNodes { touched.append(node) }
  }

  // MARK: - Lists

  /// Appends an edge to the lists of its ends.
  mutating func insert(from: Int32, to: Int32, site: Int32, place: FlowPlace) {
    let edge = edges.next
    let lastOut = nodes[from].lastOut
    let lastIn = nodes[to].lastIn
    edges.append(
      FlowEdge(
        from: from, to: to, site: site, nextOut: lastOut < 0 ? edge : edges[lastOut].nextOut,
        nextIn: lastIn < 0 ? edge : edges[lastIn].nextIn, place: place))
    if lastOut >= 0 { edges[lastOut].nextOut = edge }
    if lastIn >= 0 { edges[lastIn].nextIn = edge }
    nodes[from].lastOut = edge
    nodes[to].lastIn = edge
    touch(from)
    touch(to)
  }

  /// Puts a constraint in the list of a node that it has to be looked at again with.
  mutating func insertUse(of constraint: Int32, by node: Int32) {
    let use = uses.next
    let last = nodes[node].lastUse
    uses.append(Use(constraint: constraint, next: last < 0 ? use : uses[last].next))
    if last >= 0 { uses[last].next = use }
    nodes[node].lastUse = use
    touch(node)
  }

  /// Joins the lists of a node that is merged into another: circular lists are joined by exchanging
  /// the successors of their ends.
  mutating func mergeLists(of node: Int32, into root: Int32) {
    let out = nodes[node].lastOut
    if out >= 0 {
      let rootOut = nodes[root].lastOut
      if rootOut >= 0 {
        (edges[out].nextOut, edges[rootOut].nextOut) = (edges[rootOut].nextOut, edges[out].nextOut)
      }
      nodes[root].lastOut = out
    }
    let incoming = nodes[node].lastIn
    if incoming >= 0 {
      let rootIn = nodes[root].lastIn
      if rootIn >= 0 {
        (edges[incoming].nextIn, edges[rootIn].nextIn) =
          (edges[rootIn].nextIn, edges[incoming].nextIn)
      }
      nodes[root].lastIn = incoming
    }
    let use = nodes[node].lastUse
    if use >= 0 {
      let rootUse = nodes[root].lastUse
      if rootUse >= 0 {
        (uses[use].next, uses[rootUse].next) = (uses[rootUse].next, uses[use].next)
      }
      nodes[root].lastUse = use
    }
    touch(root)
  }

  // MARK: - The queue

  /// Has the neighbours of a node looked at again.
  @inline(__always) mutating func push(_ node: Int32) {
    if nodes[node].flags.contains(.queued) { return }
    nodes[node].flags.insert(.queued)
    touch(node)
    queue.append(node)
  }

  /// Notes that a persistent node is no longer what earlier components have seen.
  @inline(__always) mutating func noteChange(_ node: Int32) {
    if node < persistentNodes { persistentChanged = true }
  }
}

/// A value of a declared type that flows into a `dyn`.
struct Escape {
  var site: Int32
  /// The node at the time.
  var node: Int32
}

/// A set of pairs of node numbers: open addressing, cleared in time proportional to its contents.
struct PairSet: ~Copyable {
  private var slots = GrowableBuffer<UInt64>(capacity: 1024)
  private var used = GrowableBuffer<Int32>()
  private static let empty = UInt64.max

  init() { slots.append(PairSet.empty, times: 1024) }

  mutating func removeAll() {
    for index in 0..<used.next { slots[used[index]] = PairSet.empty }
    used.truncate(to: 0)
  }

  /// Whether the pair was new.
  mutating func insert(_ first: Int32, _ second: Int32) -> Bool {
    let key = UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
    let slot = place(of: key)
    if slots[slot] == key { return false }
    slots[slot] = key
    used.append(slot)
    if used.count * 2 > slots.count { grow() }
    return true
  }

  /// The slot of a key, or the free one where it belongs: Fibonacci hashing, linear probing (Knuth,
  /// The Art of Computer Programming 3, §6.4).
  private func place(of key: UInt64) -> Int32 {
    let mask = Int32(truncatingIfNeeded: slots.count - 1)
    var slot =
      Int32(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 33) & mask
    while slots[slot] != key && slots[slot] != PairSet.empty { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let count = used.count
    var keys = GrowableBuffer<UInt64>(capacity: count)
    for index in 0..<used.next { keys.append(slots[used[index]]) }
    let size = slots.count * 2
    slots.truncate(to: 0)
    slots.append(PairSet.empty, times: size)
    used.truncate(to: 0)
    for index in 0..<keys.next {
      let slot = place(of: keys[index])
      slots[slot] = keys[index]
      used.append(slot)
    }
  }
}

import Semantics

/// Types as numbers: equal types have equal numbers, whatever graphs they came from.
///
/// A type is a rational tree. What has no cycle is hash-consed from the leaves up. The nodes of a
/// cycle are compared, as a whole, with the cyclic types that are known already, among which the
/// hash of the uppermost levels of the tree selects; if there is none, equal nodes are found by
/// partition refinement (Moore 1956; Hopcroft 1971) and each class becomes a type. Numbers go by
/// the order of first sight.
struct CanonicalTypes: ~Copyable {
  private(set) var typing = CoreTyping()
  /// By type: how deeply it is nested; a cycle counts as one level.
  private(set) var depths = GrowableBuffer<Int32>(capacity: 1024)
  /// By type: hashes of the tree cut off below 0, 1, … levels.
  private var hashes = GrowableBuffer<LevelHashes>(capacity: 1024)
  /// Open addressing over the types, by constructor and the numbers of the parts.
  private var slots = GrowableBuffer<Int32>(capacity: 1024)
  /// The types on cycles, by the hash of most levels; only looked up.
  private var cyclic: [UInt64: [Int32]] = [:]

  // MARK: The graph at hand

  /// By node: its type, -1 if it has not been visited, or, while its cycle is being looked for, -2
  /// less the number of its visit.
  private var typeOfNode = GrowableBuffer<Int32>(capacity: 4096)
  private var visits = GrowableBuffer<Visit>()
  /// Visited nodes whose cycle is not complete, in the order of their visits.
  private var open = GrowableBuffer<Int32>()
  /// By number of the visit: the earliest visit that can be reached from there.
  private var lowest = GrowableBuffer<Int32>()
  /// The parts of the type that is being looked for.
  private var parts = GrowableBuffer<Int32>()
  /// By type: its copy in the graph while types are copied, else -1.
  private var copies = GrowableBuffer<Int32>(capacity: 1024)
  private var copied = GrowableBuffer<Int32>()

  private struct Visit {
    var node: Int32
    var number: Int32
    var nextKid: Int32
  }

  init() {
    slots.append(-1, times: 1024)
    for index in typing.types.indices {
      depths.append(0)
      hashes.append(LevelHashes(typing.types[index]))
      enter(Int32(index))
    }
  }

  // MARK: - Types of nodes

  /// Forgets the nodes from `first` on, whose numbers will be used again.
  mutating func forgetNodes(from first: Int32) {
    typeOfNode.truncate(to: min(typeOfNode.count, Int(first)))
  }

  /// The type of a node.
  mutating func type(of node: Int32, in system: inout ConstraintSystem) -> Int32 {
    if typeOfNode.count < system.nodes.count {
      typeOfNode.append(-1, times: system.nodes.count - typeOfNode.count)
    }
    let root = system.find(node)
    if typeOfNode[root] >= 0 { return typeOfNode[root] }
    visit(root, &system)
    return typeOfNode[root]
  }

  /// Tarjan's algorithm (1972), with an explicit stack, since types may be nested deeply.
  private mutating func visit(_ root: Int32, _ system: inout ConstraintSystem) {
    lowest.truncate(to: 0)
    begin(root, &system)
    while visits.count > 0 {
      let visit = visits[visits.next - 1]
      if visit.nextKid < system.nodes[visit.node].kidCount {
        visits[visits.next - 1].nextKid += 1
        let kid = system.find(system.kid(visit.node, visit.nextKid))
        let known = typeOfNode[kid]
        if known == -1 {
          begin(kid, &system)
        } else if known < -1 {
          lowest[visit.number] = min(lowest[visit.number], -2 - known)
        }
        continue
      }
      _ = visits.removeLast()
      if visits.count > 0 {
        let parent = visits[visits.next - 1].number
        lowest[parent] = min(lowest[parent], lowest[visit.number])
      }
      if lowest[visit.number] == visit.number { close(visit.node, &system) }
    }
  }

  private mutating func begin(_ node: Int32, _ system: inout ConstraintSystem) {
    if system.nodes[node].kidCount == 0 {
      let shape = shape(of: node, system)
      let isSimple = shape.extras.isEmpty && shape.head.rawValue < CoreTypeHead.list.rawValue
      parts.truncate(to: 0)
      typeOfNode[node] = isSimple ? CoreTyping.simple(shape.head) : cons(shape)
      return
    }
    let number = lowest.next
    lowest.append(number)
    typeOfNode[node] = -2 - number
    open.append(node)
    visits.append(Visit(node: node, number: number, nextKid: 0))
  }

  /// All nodes of a cycle, or one node that is on none, have been visited.
  private mutating func close(_ first: Int32, _ system: inout ConstraintSystem) {
    if open[open.next - 1] == first {
      parts.truncate(to: 0)
      var isOnCycle = false
      for position in 0..<system.nodes[first].kidCount {
        let kid = typeOfNode[system.find(system.kid(first, position))]
        isOnCycle = isOnCycle || kid < 0
        parts.append(kid)
      }
      if !isOnCycle {
        _ = open.removeLast()
        typeOfNode[first] = cons(shape(of: first, system))
        return
      }
    }
    var members: [Int32] = []
    while open.count > 0 {
      members.append(open.removeLast())
      if members.last == first { break }
    }
    members.reverse()
    closeCycle(members, &system)
  }

  /// The constructor of a node. An int may be 0 anyway, so that 0 is no extra; likewise `()`.
  private mutating func shape(of node: Int32, _ system: borrowing ConstraintSystem) -> CoreValueType
  {
    let source = system.nodes[node]
    let head = coreHead(source.head)
    var extras = CoreExtras(rawValue: source.extras.rawValue)
    switch head {
    case .int, .num: extras.remove(.zero)
    case .unit: extras.remove(.unit)
    case .dyn: extras = []
    default: break
    }
    return CoreValueType(
      head, extras: extras, payload: source.payload, partCount: source.kidCount)
  }

  // MARK: - Hash-consing

  /// The type with this constructor and the parts in ``parts``.
  private mutating func cons(_ shape: CoreValueType) -> Int32 {
    let mask = slots.next - 1
    var slot = slotHash(shape) & mask
    while slots[slot] >= 0 {
      if isType(slots[slot], shape) { return slots[slot] }
      slot = (slot + 1) & mask
    }
    let type = append(shape)
    var depth: Int32 = 0
    for position in 0..<parts.next { depth = max(depth, depths[parts[position]] + 1) }
    depths.append(depth)
    hashes.append(levelHashes(shape))
    enter(type)
    return type
  }

  /// The hashes of the type with this constructor and the parts in ``parts``.
  private mutating func levelHashes(_ shape: CoreValueType) -> LevelHashes {
    var result = LevelHashes(shape)
    for level in 1..<LevelHashes.count {
      var hash = result[0]
      for position in 0..<parts.next {
        hash = LevelHashes.mix(hash, hashes[parts[position]][level - 1])
      }
      result[level] = hash
    }
    return result
  }

  /// The curried function type from the parameters to the last of `types`.
  mutating func function(_ types: borrowing GrowableBuffer<Int32>) -> Int32 {
    if types.count == 0 { return CoreTyping.simple(.nothing) }
    var result = types[types.next - 1]
    for position in stride(from: types.next - 2, through: 0, by: -1) {
      parts.truncate(to: 0)
      parts.append(types[position])
      parts.append(result)
      result = cons(CoreValueType(.function, partCount: 2))
    }
    return result
  }

  /// Appends a type with the parts in ``parts``.
  private mutating func append(_ shape: CoreValueType) -> Int32 {
    var type = shape
    type.firstPart = Int32(typing.parts.count)
    type.partCount = parts.next
    typing.types.append(type)
    for position in 0..<parts.next { typing.parts.append(parts[position]) }
    return Int32(typing.types.count - 1)
  }

  /// Whether a type has this constructor and the parts in ``parts``.
  private mutating func isType(_ type: Int32, _ shape: CoreValueType) -> Bool {
    guard hasShape(type, shape), typing.types[Int(type)].partCount == parts.next else {
      return false
    }
    for position in 0..<parts.next where typing.part(type, position) != parts[position] {
      return false
    }
    return true
  }

  private mutating func hasShape(_ type: Int32, _ shape: CoreValueType) -> Bool {
    let known = typing.types[Int(type)]
    return known.head == shape.head && known.extras == shape.extras
      && known.payload == shape.payload && known.partCount == shape.partCount
  }

  /// The hash of the type with this constructor and the parts in ``parts``.
  private mutating func slotHash(_ shape: CoreValueType) -> Int32 {
    var hash = LevelHashes.hash(of: shape)
    for position in 0..<parts.next {
      hash = LevelHashes.mix(hash, UInt64(UInt32(bitPattern: parts[position])))
    }
    return Int32(truncatingIfNeeded: hash >> 33)
  }

  /// Puts a type into the table.
  private mutating func enter(_ type: Int32) {
    if 2 * typing.types.count > slots.count {
      let size = 2 * slots.count
      slots.truncate(to: 0)
      slots.append(-1, times: size)
      for known in 0..<type { place(known) }
    }
    place(type)
  }

  private mutating func place(_ type: Int32) {
    let known = typing.types[Int(type)]
    parts.truncate(to: 0)
    for position in 0..<known.partCount { parts.append(typing.part(type, position)) }
    let mask = slots.next - 1
    var slot = slotHash(known) & mask
    while slots[slot] >= 0 { slot = (slot + 1) & mask }
    slots[slot] = type
  }

  // MARK: - Cycles

  private mutating func closeCycle(_ members: [Int32], _ system: inout ConstraintSystem) {
    var cycle = Cycle()
    for (index, node) in members.enumerated() { typeOfNode[node] = -2 - Int32(index) }
    for node in members {
      var kids: [Int32] = []
      for position in 0..<system.nodes[node].kidCount {
        kids.append(typeOfNode[system.find(system.kid(node, position))])
      }
      cycle.shapes.append(shape(of: node, system))
      cycle.kids.append(kids)
    }
    cycle.computeHashes(of: hashes)
    let types = knownTypes(of: cycle) ?? newTypes(of: cycle)
    for (index, node) in members.enumerated() { typeOfNode[node] = types[index] }
  }

  /// The types that the nodes of a cycle are equal to, if there are such types already.
  private mutating func knownTypes(of cycle: Cycle) -> [Int32]? {
    for candidate in cyclic[cycle.hashes[0].last] ?? [] {
      if let types = match(cycle, candidate) { return types }
    }
    return nil
  }

  /// Compares the first node of a cycle with a type, coinductively.
  private mutating func match(_ cycle: Cycle, _ candidate: Int32) -> [Int32]? {
    var assigned = [Int32](repeating: -1, count: cycle.shapes.count)
    assigned[0] = candidate
    var pending = [0]
    while let member = pending.popLast() {
      let type = assigned[member]
      guard hasShape(type, cycle.shapes[member]) else { return nil }
      for (position, kid) in cycle.kids[member].enumerated() {
        let part = typing.part(type, Int32(position))
        if kid >= 0 {
          if kid != part { return nil }
          continue
        }
        let other = Int(-2 - kid)
        if assigned[other] < 0 {
          assigned[other] = part
          pending.append(other)
        } else if assigned[other] != part {
          return nil
        }
      }
    }
    return assigned
  }

  /// New types for the classes of equal nodes of a cycle.
  private mutating func newTypes(of cycle: Cycle) -> [Int32] {
    let (classes, count) = cycle.equalNodes()
    let first = Int32(typing.types.count)
    var depth: Int32 = 0
    for kids in cycle.kids {
      for kid in kids where kid >= 0 { depth = max(depth, depths[kid] + 1) }
    }
    for number in 0..<count {
      guard let member = classes.firstIndex(of: Int32(number)) else { continue }
      parts.truncate(to: 0)
      for kid in cycle.kids[member] {
        parts.append(kid >= 0 ? kid : first + classes[Int(-2 - kid)])
      }
      _ = append(cycle.shapes[member])
      depths.append(depth)
      hashes.append(cycle.hashes[member])
      cyclic[cycle.hashes[member].last, default: []].append(first + Int32(number))
    }
    for number in 0..<count { enter(first + Int32(number)) }
    return classes.map { first + $0 }
  }

  // MARK: - Nodes of types

  /// A copy of a type in the graph, made of nodes that may change.
  mutating func nodes(of root: Int32, in system: inout ConstraintSystem) -> Int32 {
    if copies.count < typing.types.count {
      copies.append(-1, times: typing.types.count - copies.count)
    }
    let result = copy(root, &system)
    var next: Int32 = 0
    while next < copied.next {
      let source = typing.types[Int(copied[next])]
      let node = copies[copied[next]]
      next += 1
      for number in 0..<source.partCount {
        _ = copy(typing.parts[Int(source.firstPart + number)], &system)
      }
      system.nodes[node].head = inferenceHead(source.head)
      system.nodes[node].extras = Extras(rawValue: source.extras.rawValue)
      system.nodes[node].payload = source.payload
      system.nodes[node].firstKid = system.kids.next
      system.nodes[node].kidCount = source.partCount
      for number in 0..<source.partCount {
        system.kids.append(copies[typing.parts[Int(source.firstPart + number)]])
      }
    }
    for position in 0..<copied.next { copies[copied[position]] = -1 }
    copied.truncate(to: 0)
    return result
  }

  private mutating func copy(_ type: Int32, _ system: inout ConstraintSystem) -> Int32 {
    if copies[type] < 0 {
      copies[type] = system.new()
      copied.append(type)
    }
    return copies[type]
  }
}

/// Nodes of a graph that reach each other. Kids are types or, from -2 downward, nodes of the cycle.
private struct Cycle {
  var shapes: [CoreValueType] = []
  var kids: [[Int32]] = []
  var hashes: [LevelHashes] = []

  mutating func computeHashes(of types: borrowing GrowableBuffer<LevelHashes>) {
    hashes = shapes.map { LevelHashes($0) }
    for level in 1..<LevelHashes.count {
      for member in shapes.indices {
        var hash = hashes[member][0]
        for kid in kids[member] {
          let part = kid >= 0 ? types[kid] : hashes[Int(-2 - kid)]
          hash = LevelHashes.mix(hash, part[level - 1])
        }
        hashes[member][level] = hash
      }
    }
  }

  /// Numbers the classes of equal nodes, in the order of their first members.
  func equalNodes() -> (classes: [Int32], count: Int) {
    var classes = [Int32](repeating: 0, count: shapes.count)
    var count = 1
    while true {
      var numbers: [[Int32]: Int32] = [:]
      var refined: [Int32] = []
      for member in shapes.indices {
        let shape = shapes[member]
        var signature: [Int32] = [
          classes[member], Int32(shape.head.rawValue), Int32(shape.extras.rawValue), shape.payload,
        ]
        for kid in kids[member] { signature.append(kid >= 0 ? kid : -1 - classes[Int(-2 - kid)]) }
        let next = Int32(numbers.count)
        refined.append(numbers[signature, default: next])
        if refined[member] == next { numbers[signature] = next }
      }
      classes = refined
      if numbers.count == count { return (classes, count) }
      count = numbers.count
    }
  }
}

/// Hashes of a tree cut off below its first levels.
private struct LevelHashes: BitwiseCopyable {
  static let count = 6
  private var values: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  /// The hashes of a type without parts.
  init(_ shape: CoreValueType) {
    let hash = LevelHashes.hash(of: shape)
    values = (hash, hash, hash, hash, hash, hash)
  }

  subscript(level: Int) -> UInt64 {
    get {
      switch level {
      case 0: values.0
      case 1: values.1
      case 2: values.2
      case 3: values.3
      case 4: values.4
      default: values.5
      }
    }
    set {
      switch level {
      case 0: values.0 = newValue
      case 1: values.1 = newValue
      case 2: values.2 = newValue
      case 3: values.3 = newValue
      case 4: values.4 = newValue
      default: values.5 = newValue
      }
    }
  }

  var last: UInt64 { values.5 }

  static func hash(of shape: CoreValueType) -> UInt64 {
    let bits =
      UInt64(shape.head.rawValue) | UInt64(shape.extras.rawValue) << 8
      | UInt64(UInt32(truncatingIfNeeded: shape.partCount)) << 16
    return mix(mix(0x9E37_79B9_7F4A_7C15, bits), UInt64(UInt32(bitPattern: shape.payload)))
  }

  /// A step of a multiplicative hash.
  static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
    let product = (hash ^ value) &* 0xFF51_AFD7_ED55_8CCD
    return product ^ (product >> 32)
  }
}

/// The head in typed Core.
private func coreHead(_ head: TypeHead) -> CoreTypeHead {
  switch head {
  case .unresolved: .nothing
  case .int: .int
  case .float: .float
  case .num: .num
  case .string: .string
  case .unit: .unit
  case .pointer: .pointer
  case .bytes: .bytes
  case .floatArray: .floatArray
  case .list: .list
  case .array: .array
  case .channel: .channel
  case .thread: .thread
  case .tuple: .tuple
  case .function: .function
  case .named: .named
  // Of a variable of a declared type nothing is known in the body that was checked with it.
  case .variable, .dyn: .dyn
  }
}

/// The head in the type graph.
func inferenceHead(_ head: CoreTypeHead) -> TypeHead {
  switch head {
  case .nothing: .unresolved
  case .int: .int
  case .float, .rawFloat: .float
  case .num: .num
  case .string: .string
  case .unit: .unit
  case .pointer: .pointer
  case .bytes: .bytes
  case .floatArray: .floatArray
  case .list: .list
  case .array: .array
  case .channel: .channel
  case .thread: .thread
  case .tuple: .tuple
  case .function: .function
  case .named: .named
  case .dyn: .dyn
  }
}

// Which types can stand for which: coinductively, because types may be infinite trees (Amadio and
// Cardelli 1993). All that a pair of types needs is a conjunction of further pairs, so that a set
// of pairs which needs only itself holds as a whole.

/// Answers whether values of one type are values of another.
struct CoreSubtypes {
  private(set) var typing: CoreTyping
  /// Pairs that are known to hold.
  private var holding: Set<UInt64> = []
  /// Types that differ from others only in having no extras, by those; only looked up.
  private var plain: [Int32: Int32] = [:]
  private var listOfAnything: Int32?

  /// By declared type: whether it is the same everywhere.
  private let isClosed: [Bool]
  /// By type of the program: of each part, whether it is a field with such a type.
  private var isTypedPart: [[Bool]] = []

  init(_ typing: CoreTyping, _ program: CoreProgram) {
    self.typing = typing
    isClosed = program.closedDeclaredTypes()
    for type in program.types {
      var parts: [Bool] = []
      for index in type.firstConstructor..<(type.firstConstructor + type.constructorCount) {
        let constructor = program.constructors[Int(index)]
        for field in 0..<Int(constructor.fieldCount) {
          parts.append(isTyped(field: field, of: constructor))
        }
      }
      isTypedPart.append(parts)
    }
  }

  /// Whether a part of a type of the program is a field with a type that is the same everywhere.
  func isTypedPart(_ number: Int, of type: Int32) -> Bool {
    isTypedPart[Int(self.type(type).payload)][number]
  }

  func isTyped(field: Int, of constructor: CoreConstructor) -> Bool {
    field < constructor.fieldTypes.count && isClosed[Int(constructor.fieldTypes[field])]
  }

  func type(_ index: Int32) -> CoreValueType { typing.types[Int(index)] }

  /// The type without extras.
  mutating func withoutExtras(_ index: Int32) -> Int32 {
    if type(index).extras.isEmpty { return index }
    if let known = plain[index] { return known }
    var copy = type(index)
    copy.extras = []
    typing.types.append(copy)
    plain[index] = Int32(typing.types.count - 1)
    return Int32(typing.types.count - 1)
  }

  /// The type of lists of which only that is known.
  mutating func anyList() -> Int32 {
    if let listOfAnything { return listOfAnything }
    typing.types.append(
      CoreValueType(.list, firstPart: Int32(typing.parts.count), partCount: 1))
    typing.parts.append(CoreTyping.simple(.dyn))
    let index = Int32(typing.types.count - 1)
    listOfAnything = index
    return index
  }

  /// Whether each value of the first type is one of the second, held in the same way.
  mutating func isSubtype(_ first: Int32, _ second: Int32) -> Bool {
    if first == second || holding.contains(key(first, second)) { return true }
    var assumed: [UInt64] = []
    var pending = [(first, second)]
    while let (from, to) = pending.popLast() {
      if from == to || !holding.insert(key(from, to)).inserted { continue }
      assumed.append(key(from, to))
      if !expand(from, to, &pending) {
        for pair in assumed { holding.remove(pair) }
        return false
      }
    }
    return true
  }

  private func key(_ first: Int32, _ second: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
  }

  /// The extra values that a type has, those that belong to its head included.
  func extras(of index: Int32) -> CoreExtras {
    let known = type(index)
    switch known.head {
    case .int, .num: return known.extras.union(.zero)
    case .unit: return known.extras.union(.unit)
    case .dyn: return [.zero, .null, .unit, .error]
    default: return known.extras
    }
  }

  /// Compares the outermost constructors, and adds the pairs of parts that matter.
  private func expand(_ from: Int32, _ to: Int32, _ pending: inout [(Int32, Int32)]) -> Bool {
    let (source, target) = (type(from), type(to))
    if source.head == .rawFloat || target.head == .rawFloat { return source.head == target.head }
    if target.head == .dyn {
      addFrozenParts(of: from, &pending)
      return true
    }
    guard source.extras.isSubset(of: extras(of: to)) else { return false }
    switch (source.head, target.head) {
    case (.nothing, _), (.int, .num), (.float, .num): return true
    case (.unit, _) where target.extras.contains(.unit): return true
    default: break
    }
    guard source.head == target.head, source.payload == target.payload,
      source.partCount == target.partCount
    else { return false }
    for number in 0..<source.partCount {
      let parts = (typing.part(from, number), typing.part(to, number))
      let isParameter = source.head == .function && number == 0
      if !isParameter { pending.append(parts) }
      if isParameter || isMutable(source.head) { pending.append((parts.1, parts.0)) }
    }
    return true
  }

  /// A value that is treated as one of any kind may be given anything, and gives anything; but a
  /// typed field keeps its type.
  private func addFrozenParts(of from: Int32, _ pending: inout [(Int32, Int32)]) {
    let source = type(from)
    let dyn = CoreTyping.simple(.dyn)
    for number in 0..<source.partCount {
      if source.head == .named && isTypedPart[Int(source.payload)][Int(number)] { continue }
      let part = typing.part(from, number)
      let isParameter = source.head == .function && number == 0
      if !isParameter { pending.append((part, dyn)) }
      if isParameter || isMutable(source.head) { pending.append((dyn, part)) }
    }
  }

  private func isMutable(_ head: CoreTypeHead) -> Bool { head == .array || head == .channel }
}

import IR
import Support

/// What an instruction without effects computes: equal keys, equal values.
struct ValueKey: Equatable {
  var opcode: Opcode
  var type: IRType
  var aux: UInt8
  var a: Int32
  var b: Int32
  var immediate: Int64

  init(_ instruction: IRInstruction) {
    opcode = instruction.opcode
    type = instruction.type
    aux = instruction.aux
    a = instruction.a
    b = instruction.b
    immediate = instruction.immediate
  }

  /// Multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4).
  var hash: UInt64 {
    var bits = UInt64(opcode.rawValue) << 16 | UInt64(type.rawValue) << 8 | UInt64(aux)
    bits = (bits ^ UInt64(UInt32(bitPattern: a))) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ UInt64(UInt32(bitPattern: b)) ^ bits >> 29) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ UInt64(bitPattern: immediate) ^ bits >> 32) &* 0x9E37_79B9_7F4A_7C15
    return bits ^ bits >> 31
  }
}

/// What has been computed in the function at hand, and where: a table for global value numbering (Alpern,
/// Wegman & Zadeck 1988, in its simple form of available expressions along the tree of dominators).
struct ValueTable {
  private struct Entry {
    var key: ValueKey
    var value: KnownValue
    /// The block from whose begin on, and in all that it dominates, the entry holds.
    var block: Int32
    var next: Int32
  }

  private var entries: [Entry] = []
  /// By hash: the last entry, -1 if there is none.
  private var buckets: [Int32] = []
  private var mask = 0

  /// Empties the table; it will have about `capacity` entries.
  mutating func reset(capacity: Int) {
    entries.removeAll(keepingCapacity: true)
    var size = 16
    while size < capacity { size *= 2 }
    mask = size - 1
    buckets.prepare(size, -1)
  }

  mutating func insert(_ key: ValueKey, _ value: KnownValue, block: Int32) {
    let bucket = Int(truncatingIfNeeded: key.hash) & mask
    entries.append(Entry(key: key, value: value, block: block, next: buckets[bucket]))
    buckets[bucket] = Int32(entries.count - 1)
  }

  /// The value of a key in `block`, if it is known there.
  func find(_ key: ValueKey, block: Int32, _ graph: ControlFlowGraph) -> KnownValue? {
    var index = buckets[Int(truncatingIfNeeded: key.hash) & mask]
    while index >= 0 {
      let entry = entries[Int(index)]
      if entry.key == key && graph.dominates(entry.block, block) { return entry.value }
      index = entry.next
    }
    return nil
  }
}

/// What is known of a value.
enum KnownValue {
  /// It has been computed.
  case computed(ValueID)
  /// It is a condition with a known outcome.
  case outcome(Bool)
}

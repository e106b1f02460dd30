/// A set of names with consecutive numbers, in order of first appearance.
///
/// Names are compared byte by byte: unlike `String`, two spellings of one character differ. Each
/// name is hashed once, when it is looked up. An open-addressing table with linear probing that is
/// at most half full.
struct NameTable {
  /// The bytes of all names, one after another.
  private var pool: [UInt8] = []
  /// Where each name ends in `pool`; it begins where the one before ends.
  private var ends: [Int] = []
  private var hashes: [UInt32] = []
  /// Numbers of names by hash, -1 where free. The length is a power of two.
  private var slots: [Int32]

  /// `capacity` names fit without growing.
  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = Array(repeating: -1, count: size)
    ends.reserveCapacity(capacity)
    hashes.reserveCapacity(capacity)
    pool.reserveCapacity(32 * capacity)
  }

  var count: Int { ends.count }

  /// The number of `name`, which is added if it is new.
  mutating func insert(_ name: String) -> Int {
    let bytes = name.utf8.span
    let hash = Self.hash(bytes)
    let slot = self.slot(of: bytes, hash)
    if slots[slot] >= 0 { return Int(slots[slot]) }
    let number = ends.count
    slots[slot] = Int32(number)
    bytes.withUnsafeBufferPointer { pool.append(contentsOf: $0) }
    ends.append(pool.count)
    hashes.append(hash)
    if 2 * ends.count > slots.count { grow() }
    return number
  }

  /// The number of `name`, if it was inserted.
  func find(_ name: String) -> Int? {
    let bytes = name.utf8.span
    let number = slots[slot(of: bytes, Self.hash(bytes))]
    return number >= 0 ? Int(number) : nil
  }

  func name(_ number: Int) -> String {
    let start = number == 0 ? 0 : ends[number - 1]
    return String(decoding: pool[start..<ends[number]], as: UTF8.self)
  }

  /// The slot that holds the name, or the free one where it belongs.
  private func slot(of bytes: Span<UInt8>, _ hash: UInt32) -> Int {
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      if hashes[number] == hash && equals(number, bytes) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func equals(_ number: Int, _ bytes: Span<UInt8>) -> Bool {
    let start = number == 0 ? 0 : ends[number - 1]
    guard ends[number] - start == bytes.count else { return false }
    for index in bytes.indices where pool[start + index] != bytes[index] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: 2 * slots.count)
    for number in hashes.indices {
      var slot = Int(hashes[number]) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }

  /// FNV-1a (Fowler, Noll, Vo; 32 bits), with a final mix because the table uses the low bits.
  private static func hash(_ bytes: Span<UInt8>) -> UInt32 {
    var hash: UInt32 = 0x811c_9dc5
    for index in bytes.indices {
      hash = (hash ^ UInt32(bytes[unchecked: index])) &* 0x0100_0193
    }
    return hash ^ hash >> 15
  }
}

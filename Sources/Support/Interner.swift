/// An interned name: two symbols of one ``Interner`` are equal exactly when their bytes are.
///
/// Symbols are numbered in the order of their first appearance, which is source order; nothing but
/// that order may be read into the number.
public struct Symbol: Hashable, Sendable {
  public let index: Int32

  @inlinable public init(index: Int32) { self.index = index }
}

/// A table of names, keyed by bytes: open addressing with linear probing, so that interning a name
/// costs one pass over its bytes and no allocation unless the name is new.
///
/// Each name has a 64-bit key. For a name of at most eight bytes the key *is* its bytes, so such
/// names are compared without looking at their text; longer names fold eight bytes at a time.
public struct Interner: Sendable {
  private struct Entry {
    var key: UInt64
    var start: Int32
    var count: Int32
  }

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  /// Symbol index + 1, or 0 for a free slot; the count is a power of two.
  private var slots: [Int32] = [Int32](repeating: 0, count: 1024)

  public init() {}

  /// How many different names there are.
  public var count: Int { entries.count }

  public mutating func intern(_ name: UnsafeBufferPointer<UInt8>) -> Symbol {
    let key = Interner.key(name)
    var slot = Interner.slot(key, name.count) & (slots.count - 1)
    while slots[slot] != 0 {
      let candidate = Int(slots[slot]) - 1
      if matches(candidate, key, name) {
        return Symbol(index: Int32(truncatingIfNeeded: candidate))
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return add(name, key, slot)
  }

  public mutating func intern(_ name: String) -> Symbol {
    var copy = name
    return copy.withUTF8 { intern($0) }
  }

  /// The symbol of a name that may not have been interned.
  public func find(_ name: String) -> Symbol? {
    var copy = name
    return copy.withUTF8 { name in
      let key = Interner.key(name)
      var slot = Interner.slot(key, name.count) & (slots.count - 1)
      while slots[slot] != 0 {
        let candidate = Int(slots[slot]) - 1
        if matches(candidate, key, name) { return Symbol(index: Int32(candidate)) }
        slot = (slot + 1) & (slots.count - 1)
      }
      return nil
    }
  }

  public func bytes(of symbol: Symbol) -> ArraySlice<UInt8> {
    let entry = entries[Int(symbol.index)]
    return bytes[Int(entry.start)..<Int(entry.start + entry.count)]
  }

  public func string(of symbol: Symbol) -> String {
    String(decoding: bytes(of: symbol), as: UTF8.self)
  }

  /// Folds a name into 64 bits: eight bytes at a time, each word multiplied into the last.
  private static func key(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var key: UInt64 = 0
    var word: UInt64 = 0
    for index in 0..<name.count {
      word = word << 8 | UInt64(name[index])
      if index & 7 == 7 {
        key = (key ^ word) &* 0x9E37_79B9_7F4A_7C15
        if name.count == 8 { return word }
        key ^= key >> 29
        word = 0
      }
    }
    return key ^ word
  }

  /// Spreads a key over the table: the upper half of a product with the golden ratio (Knuth, The
  /// Art of Computer Programming 3, §6.4).
  private static func slot(_ key: UInt64, _ count: Int) -> Int {
    Int(truncatingIfNeeded: ((key &+ UInt64(count)) &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }

  private func matches(
    _ candidate: Int, _ key: UInt64, _ name: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let entry = entries[candidate]
    guard entry.key == key, Int(entry.count) == name.count else { return false }
    guard name.count > 8 else { return true }
    let start = Int(entry.start)
    for offset in 0..<name.count where bytes[start + offset] != name[offset] { return false }
    return true
  }

  private mutating func add(
    _ name: UnsafeBufferPointer<UInt8>, _ key: UInt64, _ slot: Int
  ) -> Symbol {
    let symbol = Symbol(index: Int32(entries.count))
    entries.append(Entry(key: key, start: Int32(bytes.count), count: Int32(name.count)))
    bytes.append(contentsOf: name)
    slots[slot] = symbol.index + 1
    if entries.count * 2 > slots.count { grow() }
    return symbol
  }

  private mutating func grow() {
    var larger = [Int32](repeating: 0, count: slots.count * 2)
    for index in 0..<entries.count {
      let entry = entries[index]
      var slot = Interner.slot(entry.key, Int(entry.count)) & (larger.count - 1)
      while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
      larger[slot] = Int32(index) + 1
    }
    slots = larger
  }
}

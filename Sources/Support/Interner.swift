/// An interned name: two symbols of one ``Interner`` are equal exactly when their bytes are.
///
/// Symbols are numbered in the order of their first appearance, which is source order; nothing but
/// that order may be read into the number.
public struct Symbol: Hashable, Sendable {
  public let index: Int32

  @inlinable public init(index: Int32) { self.index = index }
}

/// A table of names, keyed by bytes: open addressing with linear probing over an FNV-1a hash
/// (Fowler, Noll, Vo), so that interning a name costs one pass over its bytes and no allocation
/// unless the name is new.
public struct Interner: Sendable {
  private var bytes: [UInt8] = []
  /// `starts[i]..<starts[i + 1]` are the bytes of symbol `i`.
  private var starts: [Int32] = [0]
  private var hashes: [UInt32] = []
  /// Symbol index + 1, or 0 for a free slot; the count is a power of two.
  private var slots: [Int32] = [Int32](repeating: 0, count: 1024)

  public init() {}

  /// How many different names there are.
  public var count: Int { hashes.count }

  public mutating func intern(_ name: UnsafeBufferPointer<UInt8>) -> Symbol {
    var hash: UInt32 = 2_166_136_261
    for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let candidate = Int(slots[slot]) - 1
      if hashes[candidate] == hash && equals(candidate, name) {
        return Symbol(index: Int32(candidate))
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let symbol = Symbol(index: Int32(hashes.count))
    slots[slot] = symbol.index + 1
    hashes.append(hash)
    bytes.append(contentsOf: name)
    starts.append(Int32(bytes.count))
    if hashes.count * 2 > slots.count { grow() }
    return symbol
  }

  public mutating func intern(_ name: String) -> Symbol {
    var copy = name
    return copy.withUTF8 { intern($0) }
  }

  /// The symbol of a name that may not have been interned.
  public func find(_ name: String) -> Symbol? {
    var copy = self
    let before = copy.count
    let symbol = copy.intern(name)
    return copy.count == before ? symbol : nil
  }

  public func bytes(of symbol: Symbol) -> ArraySlice<UInt8> {
    let index = Int(symbol.index)
    return bytes[Int(starts[index])..<Int(starts[index + 1])]
  }

  public func string(of symbol: Symbol) -> String {
    String(decoding: bytes(of: symbol), as: UTF8.self)
  }

  private func equals(_ candidate: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = Int(starts[candidate])
    guard Int(starts[candidate + 1]) - start == name.count else { return false }
    for offset in 0..<name.count where bytes[start + offset] != name[offset] { return false }
    return true
  }

  private mutating func grow() {
    var larger = [Int32](repeating: 0, count: slots.count * 2)
    for index in 0..<hashes.count {
      var slot = Int(hashes[index]) & (larger.count - 1)
      while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
      larger[slot] = Int32(index) + 1
    }
    slots = larger
  }
}

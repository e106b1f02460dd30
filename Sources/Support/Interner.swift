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
/// Each name has a 64-bit key. Of names of one length up to eight bytes no two have the same, so such
/// names are compared without looking at their text; longer names fold eight bytes at a time.
public struct Interner: Sendable {
  /// Key and length stand beside the symbol, so that a short name is found with one access to memory.
  private struct Slot {
    var key: UInt64
    var count: Int32
    /// Symbol index, or -1 for a free slot.
    var symbol: Int32

    static let free = Slot(key: 0, count: 0, symbol: -1)
  }

  private var bytes: [UInt8] = []
  /// `starts[i]..<starts[i + 1]` are the bytes of symbol `i`.
  private var starts: [Int32] = [0]
  /// The count is a power of two, at least twice the number of names.
  private var slots = [Slot](repeating: .free, count: 1024)

  public init() {}

  /// How many different names there are.
  public var count: Int { starts.count - 1 }

  public mutating func intern(_ name: UnsafeBufferPointer<UInt8>) -> Symbol {
    let key = Interner.key(name)
    let slot = find(name, key)
    let symbol = slots[slot].symbol
    return symbol >= 0 ? Symbol(index: symbol) : add(name, key, slot)
  }

  public mutating func intern(_ name: String) -> Symbol {
    var copy = name
    return copy.withUTF8 { intern($0) }
  }

  /// The symbol of a name that may not have been interned.
  public func find(_ name: String) -> Symbol? {
    var copy = name
    let symbol = copy.withUTF8 { slots[find($0, Interner.key($0))].symbol }
    return symbol >= 0 ? Symbol(index: symbol) : nil
  }

  public func bytes(of symbol: Symbol) -> ArraySlice<UInt8> {
    let index = Int(symbol.index)
    return bytes[Int(starts[index])..<Int(starts[index + 1])]
  }

  public func string(of symbol: Symbol) -> String {
    String(decoding: bytes(of: symbol), as: UTF8.self)
  }

  /// Folds a name into 64 bits with loads that overlap instead of a loop over its bytes.
  @inline(__always)
  private static func key(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
    guard let base = name.baseAddress, name.count > 0 else { return 0 }
    let bytes = UnsafeRawPointer(base)
    let count = name.count
    if count < 4 {
      let ends = UInt64(name[0]) << 16 | UInt64(name[count - 1])
      return ends | UInt64(name[count >> 1]) << 8
    }
    if count <= 8 {
      let first = bytes.loadUnaligned(as: UInt32.self)
      let last = bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
      return UInt64(first) << 32 | UInt64(last)
    }
    var key: UInt64 = 0
    var offset = 0
    while offset < count - 8 {
      key = (key ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* goldenRatio
      key ^= key >> 29
      offset += 8
    }
    return key ^ bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
  }

  /// 2^64 divided by the golden ratio.
  private static let goldenRatio: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Where the probing for a key begins: both halves of a 128-bit product, so that every bit of the
  /// key counts (multiplicative hashing: Knuth, The Art of Computer Programming 3, §6.4).
  @inline(__always)
  private func home(_ key: UInt64, _ count: Int) -> Int {
    let product = (key &+ UInt64(count)).multipliedFullWidth(by: Interner.goldenRatio)
    return Int(truncatingIfNeeded: product.high ^ product.low) & (slots.count - 1)
  }

  /// The slot of a name, or the free one where it belongs.
  @inline(__always)
  private func find(_ name: UnsafeBufferPointer<UInt8>, _ key: UInt64) -> Int {
    var index = home(key, name.count)
    while true {
      let slot = slots[index]
      if slot.symbol < 0 { return index }
      if slot.key == key && Int(slot.count) == name.count
        && (name.count <= 8 || equals(slot.symbol, name))
      {
        return index
      }
      index = (index + 1) & (slots.count - 1)
    }
  }

  private func equals(_ symbol: Int32, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = Int(starts[Int(symbol)])
    for offset in 0..<name.count where bytes[start + offset] != name[offset] { return false }
    return true
  }

  private mutating func add(
    _ name: UnsafeBufferPointer<UInt8>, _ key: UInt64, _ slot: Int
  ) -> Symbol {
    let symbol = Symbol(index: Int32(count))
    bytes.append(contentsOf: name)
    starts.append(Int32(bytes.count))
    slots[slot] = Slot(key: key, count: Int32(name.count), symbol: symbol.index)
    if count * 2 > slots.count { grow() }
    return symbol
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: .free, count: old.count * 2)
    for slot in old where slot.symbol >= 0 {
      var index = home(slot.key, Int(slot.count))
      while slots[index].symbol >= 0 { index = (index + 1) & (slots.count - 1) }
      slots[index] = slot
    }
  }
}

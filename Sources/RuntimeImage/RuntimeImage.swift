/// A machine that the embedded runtime has been compiled for.
public enum RuntimeMachine: Sendable, CaseIterable {
  case x86_64, aarch64
}

/// The relocatable ELF objects of the runtime for a machine, sorted by name, like the members of an archive: only those
/// that are asked for are unpacked.
public struct RuntimeObjects: Sendable {
  private let table: EmbeddedTable
  /// In the order of their bytes.
  private let symbols: [(name: StaticString, file: Int32)]

  public init(_ machine: RuntimeMachine) {
    switch machine {
    case .x86_64:
      table = EmbeddedTable(x86_64Image, x86_64Files)
      symbols = x86_64Symbols
    case .aarch64:
      table = EmbeddedTable(aarch64Image, aarch64Files)
      symbols = aarch64Symbols
    }
  }

  public var count: Int { table.files.count }

  /// The number of the object that defines a global or weak symbol.
  public func index(defining symbol: String) -> Int? {
    var symbol = symbol
    return symbol.withUTF8 { wanted in
      var (low, high) = (0, symbols.count)
      while low < high {
        let middle = (low + high) / 2
        let order = symbols[middle].name.withUTF8Buffer { compareBytes($0, wanted) }
        if order == 0 { return Int(symbols[middle].file) }
        if order < 0 { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }

  public func name(_ index: Int) -> String { String(describing: table.files[index].name) }

  /// The bytes of an object, in memory that is never freed or changed.
  public func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> { table.decode(index) }
}

/// Less than 0 if `a` comes before `b`, 0 if they are equal.
private func compareBytes(
  _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>
) -> Int {
  for index in 0..<min(a.count, b.count) where a[index] != b[index] {
    return Int(a[index]) - Int(b[index])
  }
  return a.count - b.count
}

/// Returns all relocatable ELF objects of the runtime, sorted by name.
public func runtimeObjects(
  _ machine: RuntimeMachine
) -> [(name: String, bytes: UnsafeBufferPointer<UInt8>)] {
  let objects = RuntimeObjects(machine)
  return (0..<objects.count).map { (name: objects.name($0), bytes: objects.bytes($0)) }
}

/// Returns the modules of the standard library, sorted by their path below `stdlib`
/// (`prelude.rail`).
public func embeddedLibrary() -> [(path: String, bytes: UnsafeBufferPointer<UInt8>)] {
  let table = EmbeddedTable(libraryImage, libraryFiles)
  return table.files.indices.map { index in
    (path: String(describing: table.files[index].name), bytes: table.decode(index))
  }
}

/// Embedded files, as `ImageWriter` of embed-runtime has written them.
private struct EmbeddedTable: Sendable {
  let literal: StaticString
  let files: [(name: StaticString, size: Int)]
  /// By file: its first group of eight characters.
  private let firstGroups: [Int]

  init(_ literal: StaticString, _ files: [(name: StaticString, size: Int)]) {
    self.literal = literal
    self.files = files
    var groups: [Int] = []
    groups.reserveCapacity(files.count)
    var next = 0
    for file in files {
      groups.append(next)
      next += (file.size + 6) / 7
    }
    firstGroups = groups
  }

  /// Undoes what `ImageWriter` does: eight characters are seven bytes. The memory is never freed.
  func decode(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let size = files[index].size
    let groups = (size + 6) / 7
    let source = UnsafeRawPointer(literal.utf8Start) + 8 * firstGroups[index]
    // Each group is stored as eight bytes, of which the next group overwrites the last.
    let target = UnsafeMutableRawPointer.allocate(byteCount: 7 * groups + 8, alignment: 8)
    for group in 0..<groups {
      let word = source.loadUnaligned(fromByteOffset: 8 * group, as: UInt64.self)
      let bytes = word & 0x007F_7F7F_7F7F_7F7F | spreadHighBits(word >> 56)
      target.storeBytes(of: bytes.littleEndian, toByteOffset: 7 * group, as: UInt64.self)
    }
    return UnsafeBufferPointer(start: target.assumingMemoryBound(to: UInt8.self), count: size)
  }
}

/// Moves bit i of a 7-bit number to bit 8 * i + 7: the product puts copies of the number 7 bits
/// apart, so that bit i of copy i stands at 8 * i; they do not overlap.
private func spreadHighBits(_ bits: UInt64) -> UInt64 {
  ((bits &* 0x0000_0408_1020_4081) & 0x0001_0101_0101_0101) << 7
}

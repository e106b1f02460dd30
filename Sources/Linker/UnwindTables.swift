import ELF

/// Returns `object` with a `.debug_frame` section made of its `.eh_frame` sections, which say the
/// same to C++ programs at run time as `.debug_frame` says to debuggers (System V psABI x86-64,
/// 4.2.4; Linux Standard Base, 10.6).
///
/// Nothing that we link unwinds its own stack, so that the tables need not be loaded. Tables that
/// are damaged, or of a form that compilers for our machines do not use, are left out.
func translateUnwindTables(_ object: ObjectFile, _ facts: MachineFacts) -> ObjectFile {
  let tables = object.sections.indices.filter { index in
    object.sections[index].flags.contains(.allocated) && object.sections[index].name == ".eh_frame"
  }
  if tables.isEmpty || object.sections.contains(where: { $0.name == ".debug_frame" }) {
    return object
  }
  var result = object
  var frames = ObjectSection(name: ".debug_frame", flags: [], alignment: 8)
  let section = ObjectSymbol(
    name: frames.name, place: .section(object.sections.count), binding: .local, kind: .section)
  for table in tables {
    var translation = UnwindTranslation(
      table: object.sections[table], ownSymbol: object.symbols.count, facts: facts, frames: frames)
    if translation.run() { frames = translation.frames }
  }
  if frames.bytes.isEmpty { return object }
  result.sections.append(frames)
  result.symbols.append(section)
  return result
}

/// How the addresses in a table are written (Linux Standard Base, 10.5.1).
private enum PointerEncoding: UInt8 {
  case absolute = 0x00
  /// Distance from the field, signed, 4 or 8 bytes.
  case relative4 = 0x1b
  case relative8 = 0x1c

  var size: Int { self == .relative4 ? 4 : 8 }
}

/// The translation of one table, entry by entry.
private struct UnwindTranslation {
  let table: ObjectSection
  /// The section symbol of `frames`.
  let ownSymbol: Int
  let facts: MachineFacts
  var frames: ObjectSection
  /// By offset in the table: where the common entries are in `frames`, and how their addresses are
  /// written.
  private var common: [Int: (offset: Int, encoding: PointerEncoding)] = [:]
  private var nextRelocation = 0

  init(table: ObjectSection, ownSymbol: Int, facts: MachineFacts, frames: ObjectSection) {
    self.table = table
    self.ownSymbol = ownSymbol
    self.facts = facts
    self.frames = frames
  }

  /// Translates all entries; false if one of them is not as expected.
  mutating func run() -> Bool {
    var offset = 0
    while offset < table.bytes.count {
      guard let length = word(offset) else { return false }
      if length == 0 { return true }
      let end = offset + 4 + length
      guard length >= 4, length < 0xffff_fff0, end <= table.bytes.count,
        let distance = word(offset + 4)
      else { return false }
      let isTranslated =
        distance == 0
        ? addCommonEntry(at: offset, end: end)
        : addEntry(at: offset, end: end, common: offset + 4 - distance)
      if !isTranslated { return false }
      offset = end
    }
    return true
  }

  private func word(_ offset: Int) -> Int? {
    guard offset >= 0, offset + 4 <= table.bytes.count else { return nil }
    return (0..<4).reduce(0) { $0 | Int(table.bytes[offset + $1]) << (8 * $1) }
  }

  // MARK: - Common entries

  /// Length, 0, version, augmentation, code and data units, column of the return address, data of
  /// the augmentation, instructions.
  private mutating func addCommonEntry(at offset: Int, end: Int) -> Bool {
    var reader = TableReader(bytes: table.bytes[..<end], offset: offset + 8)
    guard let version = reader.byte(), version == 1 || version == 3,
      let augmentation = reader.string(), augmentation.first == UInt8(ascii: "z")
    else { return false }
    let units = reader.offset
    guard reader.skipLEB128(), reader.skipLEB128() else { return false }
    guard version == 1 ? reader.byte() != nil : reader.skipLEB128() else { return false }
    let afterColumn = reader.offset
    guard let size = reader.leb128(), size <= end - reader.offset else { return false }
    let instructions = reader.offset + size
    guard let encoding = encoding(augmentation.dropFirst(), &reader) else { return false }
    common[offset] = (frames.bytes.count, encoding)
    begin()
    frames.bytes += [0xff, 0xff, 0xff, 0xff, version, 0]
    frames.bytes += table.bytes[units..<afterColumn]
    frames.bytes += table.bytes[instructions..<end]
    finish()
    return true
  }

  /// What the letters of an augmentation say about the addresses of functions.
  private func encoding(
    _ letters: ArraySlice<UInt8>, _ reader: inout TableReader
  ) -> PointerEncoding? {
    var result = PointerEncoding.absolute
    for letter in letters {
      switch letter {
      case UInt8(ascii: "R"):
        guard let byte = reader.byte(), let encoding = PointerEncoding(rawValue: byte) else {
          return nil
        }
        result = encoding
      case UInt8(ascii: "L"):
        guard reader.byte() != nil else { return nil }
      case UInt8(ascii: "P"):
        // The personality routine: encoding and address.
        guard let byte = reader.byte(), reader.skip(byte & 7 == 0 || byte & 7 == 4 ? 8 : 4) else {
          return nil
        }
      default: return nil
      }
    }
    return result
  }

  // MARK: - Entries of functions

  /// Length, distance to the common entry, address and size of the function, data of the
  /// augmentation, instructions.
  private mutating func addEntry(at offset: Int, end: Int, common position: Int) -> Bool {
    guard let (commonOffset, encoding) = common[position] else { return false }
    var reader = TableReader(bytes: table.bytes[..<end], offset: offset + 8)
    let address = reader.offset
    guard reader.skip(encoding.size), let size = reader.number(encoding.size),
      let augmentation = reader.leb128(), reader.skip(augmentation),
      let function = relocation(at: address)
    else { return false }
    begin()
    frames.relocations.append(
      Relocation(
        offset: frames.bytes.count, kind: facts.address32, symbol: ownSymbol, addend: commonOffset))
    frames.bytes += [0, 0, 0, 0]
    frames.relocations.append(
      Relocation(
        offset: frames.bytes.count, kind: facts.address64, symbol: function.symbol,
        addend: function.addend))
    frames.bytes += [0, 0, 0, 0, 0, 0, 0, 0]
    frames.bytes += (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
    frames.bytes += table.bytes[reader.offset..<end]
    finish()
    return true
  }

  /// The relocation of the field at `offset`; entries are visited in ascending order.
  private mutating func relocation(at offset: Int) -> Relocation? {
    while nextRelocation < table.relocations.count {
      let relocation = table.relocations[nextRelocation]
      if relocation.offset > offset { return nil }
      nextRelocation += 1
      if relocation.offset == offset { return relocation }
    }
    return nil
  }

  // MARK: - Output

  private var start = 0

  private mutating func begin() {
    start = frames.bytes.count
    frames.bytes += [0, 0, 0, 0]
  }

  /// Pads the entry with instructions that do nothing and fills in its length.
  private mutating func finish() {
    while (frames.bytes.count - start) % 8 != 0 { frames.bytes.append(0) }
    let length = frames.bytes.count - start - 4
    for byte in 0..<4 {
      frames.bytes[start + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte))
    }
  }
}

/// Reads the fields of an entry, up to its end.
private struct TableReader {
  let bytes: ArraySlice<UInt8>
  var offset: Int

  mutating func byte() -> UInt8? {
    guard offset < bytes.endIndex else { return nil }
    offset += 1
    return bytes[offset - 1]
  }

  mutating func skip(_ count: Int) -> Bool {
    guard count >= 0, count <= bytes.endIndex - offset else { return false }
    offset += count
    return true
  }

  mutating func number(_ size: Int) -> Int? {
    let start = offset
    guard skip(size) else { return nil }
    return (0..<size).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
  }

  /// The bytes of a string, without its NUL.
  mutating func string() -> ArraySlice<UInt8>? {
    guard let end = bytes[offset...].firstIndex(of: 0) else { return nil }
    defer { offset = end + 1 }
    return bytes[offset..<end]
  }

  mutating func leb128() -> Int? {
    var value = 0
    for shift in stride(from: 0, to: 63, by: 7) {
      guard let byte = byte() else { return nil }
      value |= Int(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  mutating func skipLEB128() -> Bool {
    while let byte = byte() {
      if byte < 0x80 { return true }
    }
    return false
  }
}

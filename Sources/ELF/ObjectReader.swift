/// Reads an ELF64 little-endian relocatable file for x86-64 or AArch64.
///
/// Sections that only describe others (symbol, string, relocation and group tables) are represented
/// by their meaning, those marked as excluded from linking are left out, all others are kept.
/// `name` stands for the file in messages. Whatever the bytes are, the result is a consistent
/// object or an error, and time and memory are proportional to their number.
public func readObject(_ bytes: [UInt8], name: String) throws(ObjectError) -> ObjectFile {
  let result = bytes.withUnsafeBytes { memory in
    Result { () throws(ObjectError) in try readObject(memory, name: name) }
  }
  return try result.get()
}

/// Reads an object from memory that stays valid during the call; see ``readObject(_:name:)``.
/// Debugging information is left out if it is not wanted.
public func readObject(
  _ bytes: UnsafeRawBufferPointer, name: String, wantsDebugSections: Bool = true
) throws(ObjectError) -> ObjectFile {
  var reader = try ObjectReader(bytes, name: name)
  reader.wantsDebugSections = wantsDebugSections
  try reader.readSectionHeaders()
  try reader.readSections()
  try reader.readSymbols()
  try reader.readGroups()
  try reader.readRelocations()
  return reader.object
}

/// The state of reading one object; the methods run in the order of ``readObject(_:name:)``.
struct ObjectReader {
  let fields: FieldReader
  var object: ObjectFile
  var wantsDebugSections = true
  var headers: [SectionHeader] = []
  /// For each section of the file its index in `object.sections`, or -1 if it is not kept.
  var keptIndex: [Int] = []
  /// Index of the symbol table among `headers`, or 0 if there is none.
  var symbolTable = 0
  /// Symbols of sections that are not kept: nothing may refer to them.
  var unusableSymbols: Set<Int> = []
  /// How many bytes of names may still be read. Entries may share bytes of a string table, so
  /// that without a limit a small file could ask for an enormous amount of memory.
  var nameBudget: Int
  /// How many bytes of section contents may still be copied; contents do not overlap.
  var contentBudget: Int

  /// `types`: the `ET` values that are read; empty for all.
  init(
    _ bytes: UnsafeRawBufferPointer, name: String, types: [UInt16] = [ET.relocatable]
  ) throws(ObjectError) {
    fields = FieldReader(bytes: bytes)
    object = ObjectFile(name: name)
    nameBudget = 16 * bytes.count
    contentBudget = bytes.count
    object.machine = try readMachine(types)
  }

  func error(_ kind: ObjectError.Kind, _ detail: String) -> ObjectError {
    ObjectError(file: object.name, kind: kind, detail: detail)
  }

  /// The place of `size` bytes at `offset`, if the file contains them.
  func range(_ offset: UInt64, _ size: UInt64, of what: @autoclosure () -> String)
    throws(ObjectError) -> Range<Int>
  {
    let (end, overflow) = offset.addingReportingOverflow(size)
    guard !overflow, end <= UInt64(fields.count) else {
      throw error(.truncated, "\(what()) extends past the end of the file")
    }
    return Int(offset)..<Int(end)
  }

  /// The name at `offset` of the string table in section `table`.
  mutating func string(_ offset: UInt32, in table: Range<Int>) throws(ObjectError) -> String {
    if offset == 0 && table.isEmpty { return "" }
    guard Int(offset) < table.count else {
      throw error(.malformed, "a name lies outside its string table")
    }
    let start = table.lowerBound + Int(offset)
    var end = start
    var bits: UInt8 = 0
    while end < table.upperBound && fields.u8(end) != 0 {
      bits |= fields.u8(end)
      end += 1
    }
    guard end < table.upperBound else {
      throw error(.malformed, "a string table does not end with a NUL")
    }
    try charge(end - start)
    if bits < 0x80 {
      return String(decoding: UnsafeRawBufferPointer(rebasing: fields.bytes[start..<end]), as: UTF8.self)
    }
    guard let name = String(validating: fields.bytes[start..<end], as: UTF8.self) else {
      throw error(.unsupported, "a name is not valid UTF-8")
    }
    return name
  }

  /// Counts the bytes of one more name.
  mutating func charge(_ count: Int) throws(ObjectError) {
    nameBudget -= count
    guard nameBudget >= 0 else { throw error(.malformed, "names are implausibly long") }
  }

  /// The contents of the string table that section `index` is said to be.
  func stringTable(_ index: UInt32) throws(ObjectError) -> Range<Int> {
    guard index < headers.count, headers[Int(index)].type == SHT.stringTable else {
      throw error(.malformed, "section \(index) should be a string table")
    }
    let header = headers[Int(index)]
    return try range(header.offset, header.size, of: "a string table")
  }
}

// MARK: - Headers and sections

extension ObjectReader {
  private func readMachine(_ types: [UInt16]) throws(ObjectError) -> ELFMachine {
    guard fields.count >= 4, fields.u32(0) == 0x464c_457f else {
      throw error(.unrecognized, "not an ELF file")
    }
    guard fields.count >= ELFSize.header else {
      throw error(.truncated, "the ELF header extends past the end of the file")
    }
    guard fields.u8(4) == 2, fields.u8(5) == 1, fields.u8(6) == 1 else {
      throw error(.unsupported, "not a 64-bit little-endian ELF file of version 1")
    }
    guard types.isEmpty || types.contains(fields.u16(16)) else {
      throw error(.unsupported, "not a relocatable object (ELF type \(fields.u16(16)))")
    }
    guard let machine = ELFMachine(rawValue: fields.u16(18)) else {
      throw error(.unsupported, "for an unsupported processor (ELF machine \(fields.u16(18)))")
    }
    return machine
  }

  /// Reads the section header table. Counts too large for the ELF header are in its entry 0.
  mutating func readSectionHeaders() throws(ObjectError) {
    let offset = fields.u64(40)
    var count = UInt64(fields.u16(60))
    guard offset != 0 else {
      if count != 0 { throw error(.malformed, "sections are counted but there is no table") }
      return
    }
    guard fields.u16(58) == UInt16(ELFSize.sectionHeader) else {
      throw error(.malformed, "section headers have a size of \(fields.u16(58)) bytes")
    }
    let size = UInt64(ELFSize.sectionHeader)
    let first = try range(offset, size, of: "the section header table")
    if count == 0 { count = SectionHeader(fields, at: first.lowerBound).size }
    guard count <= UInt64(fields.count) / size else {
      throw error(.truncated, "the section header table extends past the end of the file")
    }
    let table = try range(offset, count * size, of: "the section header table")
    headers.reserveCapacity(Int(count))
    for at in stride(from: table.lowerBound, to: table.upperBound, by: ELFSize.sectionHeader) {
      headers.append(SectionHeader(fields, at: at))
    }
  }

  mutating func readSections() throws(ObjectError) {
    keptIndex = Array(repeating: -1, count: headers.count)
    guard !headers.isEmpty else { return }
    let short = fields.u16(62)
    let names = try stringTable(short == SHN.extended ? headers[0].link : UInt32(short))
    // Only debugging information is ever compressed. Its sections refer to each other, so that all
    // of it is left out then.
    if headers.contains(where: { $0.flags & SHF.compressed != 0 }) { wantsDebugSections = false }
    for index in 1..<headers.count {
      if headers[index].type == SHT.symbolTable {
        guard symbolTable == 0 else { throw error(.malformed, "more than one symbol table") }
        symbolTable = index
      }
      let name = try string(headers[index].name, in: names)
      guard try keeps(headers[index], name) else { continue }
      keptIndex[index] = object.sections.count
      object.sections.append(try section(headers[index], name))
    }
  }

  /// Whether a section becomes an ``ObjectSection``.
  private func keeps(_ header: SectionHeader, _ name: String) throws(ObjectError) -> Bool {
    let isAllocated = header.flags & SHF.allocate != 0
    if header.flags & SHF.compressed != 0 {
      if isAllocated { throw error(.unsupported, "section '\(name)' is compressed") }
      return false
    }
    if header.flags & SHF.exclude != 0 && !isAllocated { return false }
    if !wantsDebugSections && !isAllocated && name.utf8.starts(with: ".debug_".utf8) {
      return false
    }
    if header.flags & SHF.threadLocal != 0 {
      throw error(.unsupported, "section '\(name)' is thread-local")
    }
    switch header.type {
    case SHT.programBits, SHT.noBits, SHT.note, SHT.initArray, SHT.finiArray, SHT.preinitArray:
      return true
    case SHT.x86_64Unwind where object.machine == .x86_64:
      return true
    case SHT.relocations:
      throw error(.unsupported, "section '\(name)' has relocations without addends")
    default:
      if isAllocated {
        throw error(.unsupported, "section '\(name)' has the unknown type \(header.type)")
      }
      return false
    }
  }

  private mutating func section(
    _ header: SectionHeader, _ name: String
  ) throws(ObjectError) -> ObjectSection {
    let alignment = max(header.alignment, 1)
    guard alignment & (alignment - 1) == 0, alignment <= 1 << 32 else {
      throw error(.malformed, "section '\(name)' has the alignment \(alignment)")
    }
    guard let entrySize = Int(exactly: header.entrySize) else {
      throw error(.malformed, "section '\(name)' has impossibly large entries")
    }
    var section = ObjectSection(
      name: name, flags: sectionFlags(header.flags), alignment: Int(alignment))
    if section.flags.contains(.mergeable) { section.entrySize = entrySize }
    if header.type == SHT.noBits {
      guard let size = Int(exactly: header.size) else {
        throw error(.malformed, "section '\(name)' is impossibly large")
      }
      section.zeroFill = size
    } else {
      section.bytes = Array(fields.bytes[try content(header, of: name)])
    }
    return section
  }

  /// The place of a section's contents, which no other section may have.
  mutating func content(
    _ header: SectionHeader, of name: String
  ) throws(ObjectError) -> Range<Int> {
    let place = try range(header.offset, header.size, of: "section '\(name)'")
    contentBudget -= place.count
    guard contentBudget >= 0 else { throw error(.malformed, "sections overlap") }
    return place
  }

  private func sectionFlags(_ flags: UInt64) -> SectionFlags {
    let pairs: [(UInt64, SectionFlags)] = [
      (SHF.allocate, .allocated), (SHF.write, .writable), (SHF.executable, .executable),
      (SHF.merge, .mergeable), (SHF.strings, .strings), (SHF.gnuRetain, .retained),
    ]
    var result = SectionFlags()
    for (bit, flag) in pairs where flags & bit != 0 { result.insert(flag) }
    return result
  }

  /// Reads the section groups of the COMDAT kind; other groups mean nothing to the linker.
  mutating func readGroups() throws(ObjectError) {
    var isInGroup = Array(repeating: false, count: object.sections.count)
    for header in headers where header.type == SHT.group {
      let place = try range(header.offset, header.size, of: "a section group")
      guard place.count >= 4, place.count % 4 == 0 else {
        throw error(.malformed, "a section group has a size of \(place.count) bytes")
      }
      guard fields.u32(place.lowerBound) & groupIsCOMDAT != 0 else { continue }
      guard header.info > 0, header.info <= object.symbols.count else {
        throw error(.malformed, "the signature of a section group is not a symbol")
      }
      let symbol = object.symbols[Int(header.info) - 1]
      var group = SectionGroup(signature: symbol.name, sections: [])
      if case .section(let index) = symbol.place, symbol.kind == .section {
        group.signature = object.sections[index].name
      }
      for at in stride(from: place.lowerBound + 4, to: place.upperBound, by: 4) {
        let member = fields.u32(at)
        guard member < headers.count else {
          throw error(.malformed, "a section group contains the unknown section \(member)")
        }
        let kept = keptIndex[Int(member)]
        guard kept >= 0 else { continue }
        guard !isInGroup[kept] else {
          throw error(.malformed, "section '\(object.sections[kept].name)' is in two groups")
        }
        isInGroup[kept] = true
        group.sections.append(kept)
      }
      object.groups.append(group)
    }
  }
}

// MARK: - Symbols

extension ObjectReader {
  mutating func readSymbols() throws(ObjectError) {
    guard symbolTable != 0 else { return }
    let header = headers[symbolTable]
    guard header.entrySize == UInt64(ELFSize.symbol), header.size % header.entrySize == 0 else {
      throw error(.malformed, "the symbol table does not consist of 24-byte entries")
    }
    let table = try range(header.offset, header.size, of: "the symbol table")
    let names = try stringTable(header.link)
    let extended = try extendedSectionIndices(entries: table.count / ELFSize.symbol)
    object.symbols.reserveCapacity(table.count / ELFSize.symbol)
    for index in 1..<max(table.count / ELFSize.symbol, 1) {
      let at = table.lowerBound + index * ELFSize.symbol
      let section = try sectionIndex(ofSymbol: index, at: at, extended)
      let name = try string(fields.u32(at), in: names)
      try appendSymbol(name, at: at, section: section)
    }
  }

  /// What the symbol with number `index`, whose entry is at `offset`, says of its section: an index
  /// into `headers`, or a reserved 16-bit index with its upper half set.
  func sectionIndex(
    ofSymbol index: Int, at offset: Int, _ extended: Range<Int>?
  ) throws(ObjectError) -> UInt32 {
    let section = UInt32(fields.u16(offset + 6))
    if section == UInt32(SHN.extended), let extended {
      let section = fields.u32(extended.lowerBound + 4 * index)
      guard section < headers.count else {
        throw error(.malformed, "a symbol is in the unknown section \(section)")
      }
      return section
    }
    return section >= UInt32(SHN.reservedLow) ? section | 0xffff_0000 : section
  }

  /// The table of section indices that do not fit in a symbol, one 32-bit entry per symbol.
  func extendedSectionIndices(entries: Int) throws(ObjectError) -> Range<Int>? {
    for header in headers
    where header.type == SHT.symbolTableSectionIndices && Int(header.link) == symbolTable {
      let place = try range(header.offset, header.size, of: "the table of section indices")
      guard place.count >= 4 * entries else {
        throw error(.malformed, "the table of section indices is shorter than the symbol table")
      }
      return place
    }
    return nil
  }

  /// `section` is an index into `headers`, or a reserved 16-bit index with its upper half set.
  private mutating func appendSymbol(
    _ name: String, at offset: Int, section: UInt32
  ) throws(ObjectError) {
    let value = fields.u64(offset + 8)
    guard let size = Int(exactly: fields.u64(offset + 16)) else {
      throw error(.malformed, "symbol '\(name)' is impossibly large")
    }
    var symbol = ObjectSymbol(
      name: name, place: .undefined, value: 0, size: size,
      binding: try binding(fields.u8(offset + 4) >> 4, of: name),
      kind: try kind(fields.u8(offset + 4) & 15, of: name))
    if section == UInt32(SHN.absolute) | 0xffff_0000 {
      symbol.place = .absolute
      symbol.value = Int(bitPattern: UInt(value))
    } else if section == UInt32(SHN.common) | 0xffff_0000 {
      symbol.place = try commonPlace(symbol, alignment: value)
    } else if section != 0 {
      guard section < headers.count else {
        throw error(.malformed, "symbol '\(name)' is in the unknown section \(section)")
      }
      try place(&symbol, in: Int(section), value)
    }
    object.symbols.append(symbol)
  }

  private mutating func place(
    _ symbol: inout ObjectSymbol, in section: Int, _ value: UInt64
  ) throws(ObjectError) {
    let kept = keptIndex[section]
    guard kept >= 0 else {
      symbol.place = .absolute
      unusableSymbols.insert(object.symbols.count)
      return
    }
    guard value <= UInt64(object.sections[kept].size) else {
      throw error(.malformed, "symbol '\(symbol.name)' lies outside its section")
    }
    symbol.place = .section(kept)
    symbol.value = Int(value)
  }

  /// A common symbol has its alignment for a value (gABI chapter 4, `SHN_COMMON`).
  private func commonPlace(
    _ symbol: ObjectSymbol, alignment value: UInt64
  ) throws(ObjectError) -> ObjectSymbol.Place {
    let alignment = max(value, 1)
    guard alignment & (alignment - 1) == 0, alignment <= 1 << 32 else {
      throw error(.malformed, "common symbol '\(symbol.name)' has the alignment \(alignment)")
    }
    guard symbol.binding != .local else {
      throw error(.malformed, "common symbol '\(symbol.name)' is local")
    }
    return .common(alignment: Int(alignment))
  }

  private func binding(
    _ number: UInt8, of name: String
  ) throws(ObjectError) -> ObjectSymbol.Binding {
    switch number {
    case STB.local: .local
    case STB.global: .global
    case STB.weak: .weak
    default: throw error(.unsupported, "symbol '\(name)' has the unknown binding \(number)")
    }
  }

  private func kind(_ number: UInt8, of name: String) throws(ObjectError) -> ObjectSymbol.Kind {
    switch number {
    case STT.none: .none
    case STT.object: .object
    case STT.function: .function
    case STT.section: .section
    case STT.file: .file
    case 6: throw error(.unsupported, "symbol '\(name)' is thread-local")
    default: throw error(.unsupported, "symbol '\(name)' has the unknown type \(number)")
    }
  }
}

// MARK: - Relocations

extension ObjectReader {
  mutating func readRelocations() throws(ObjectError) {
    /// The symbol that stands for "no symbol" in relocations, once one needs it.
    var nullSymbol: Int?
    for header in headers where header.type == SHT.relocationsWithAddends {
      guard header.info > 0, header.info < headers.count else {
        throw error(.malformed, "relocations for the unknown section \(header.info)")
      }
      let kept = keptIndex[Int(header.info)]
      guard kept >= 0 else { continue }
      guard header.entrySize == UInt64(ELFSize.relocation), header.size % header.entrySize == 0,
        Int(header.link) == symbolTable, symbolTable != 0
      else {
        throw error(.malformed, "a relocation table is not described as one")
      }
      let table = try range(header.offset, header.size, of: "a relocation table")
      contentBudget -= table.count
      guard contentBudget >= 0 else { throw error(.malformed, "sections overlap") }
      try readRelocations(table, of: kept, &nullSymbol)
    }
  }

  private mutating func readRelocations(
    _ table: Range<Int>, of section: Int, _ nullSymbol: inout Int?
  ) throws(ObjectError) {
    var relocations = object.sections[section].relocations
    let size = UInt64(object.sections[section].bytes.count)
    var isSorted = true
    var last = relocations.last?.offset ?? 0
    relocations.reserveCapacity(relocations.count + table.count / ELFSize.relocation)
    for at in stride(from: table.lowerBound, to: table.upperBound, by: ELFSize.relocation) {
      let offset = fields.u64(at)
      guard offset < size else {
        let name = object.sections[section].name
        throw error(.malformed, "a relocation lies outside its section '\(name)'")
      }
      let symbol = try relocationSymbol(fields.u32(at + 12), &nullSymbol)
      relocations.append(
        Relocation(
          offset: Int(offset), kind: fields.u32(at + 8), symbol: symbol,
          addend: Int(bitPattern: UInt(fields.u64(at + 16)))))
      if Int(offset) < last { isSorted = false }
      last = Int(offset)
    }
    if !isSorted { sortByOffset(&relocations) }
    object.sections[section].relocations = relocations
  }

  /// Sorts by offset; relocations of one place stay in the order of the file.
  private func sortByOffset(_ relocations: inout [Relocation]) {
    let order = relocations.indices.sorted { left, right in
      (relocations[left].offset, left) < (relocations[right].offset, right)
    }
    relocations = order.map { relocations[$0] }
  }

  /// The index in `object.symbols` for an index into the symbol table of the file.
  private mutating func relocationSymbol(
    _ index: UInt32, _ nullSymbol: inout Int?
  ) throws(ObjectError) -> Int {
    if index == 0 {
      if let nullSymbol { return nullSymbol }
      nullSymbol = object.symbols.count
      object.symbols.append(ObjectSymbol(name: "", place: .absolute, binding: .local))
      return object.symbols.count - 1
    }
    let symbol = Int(index) - 1
    guard symbol < object.symbols.count, symbol != nullSymbol else {
      throw error(.malformed, "a relocation refers to the unknown symbol \(index)")
    }
    guard unusableSymbols.isEmpty || !unusableSymbols.contains(symbol) else {
      throw error(.unsupported, "a relocation refers to a section that is not linked")
    }
    return symbol
  }
}

/// An ELF file of any type as its headers describe it: what a tool that shows files works on.
///
/// ``ObjectFile`` is what the linker works on: the meaning of a relocatable file, and nothing else.
/// This keeps every section, symbol and relocation under the number that it has in the file.
public struct ELFFile: Sendable {
  /// Stands for the file in messages.
  public var name: String
  /// An ``ET`` value.
  public var type: UInt16
  public var machine: ELFMachine
  public var entry: UInt64
  /// Where the program headers end in the file.
  public var programHeadersEnd = 0
  public var segments: [Segment] = []
  /// Section 0 is the null entry.
  public var sections: [Section] = []
  /// Index of the section that `symbols` come from, or 0 if there is none.
  public var symbolTable = 0
  /// Symbol 0 is the null entry. Of a file without a symbol table, the symbols for dynamic linking.
  public var symbols: [Symbol] = []
  public var relocationTables: [RelocationTable] = []

  /// Part of the file that is mapped to memory, or describes what is.
  public struct Segment: Sendable {
    public var header: ProgramHeader
    /// Where its contents are in the file.
    public var contents: Range<Int>
  }

  public struct Section: Sendable {
    public var name: String
    public var header: SectionHeader
    /// Where its contents are in the file; empty if they are not.
    public var contents: Range<Int>
  }

  public struct Symbol: Sendable {
    /// The name, or that of the section for a section symbol.
    public var name: String
    /// `STT` value.
    public var kind: UInt8
    /// `STB` value.
    public var binding: UInt8
    /// Index of a section, or an ``SHN`` value from `reservedLow` on with its upper half set.
    public var section: UInt32
    public var value: UInt64
    public var size: UInt64

    /// Whether the symbol stands for a place in one of the file's sections.
    public var isInSection: Bool { section != 0 && section < 0xffff_0000 }
  }

  public struct RelocationTable: Sendable {
    /// Index of the section that holds the table.
    public var section: Int
    /// Index of the section that the relocations are for, or 0 if they are not for one.
    public var target: Int
    /// In the order of the file. Symbols are indices into ``ELFFile/symbols``; what is not one of
    /// them is -1.
    public var relocations: [Relocation]
  }
}

/// Reads an ELF64 little-endian file for x86-64 or AArch64.
///
/// Whatever the bytes are, the result is consistent or an error, and time and memory are
/// proportional to their number.
public func readELFFile(
  _ bytes: UnsafeRawBufferPointer, name: String
) throws(ObjectError) -> ELFFile {
  var reader = try ELFFileReader(bytes, name: name)
  try reader.readSegments()
  try reader.readSections()
  try reader.readSymbols()
  try reader.readRelocations()
  return reader.file
}

/// The state of reading; the methods run in the order of ``readELFFile(_:name:)``. What both
/// readers need, such as names and ranges, is the business of ``ObjectReader``.
private struct ELFFileReader {
  var reader: ObjectReader
  var file: ELFFile
  private var fields: FieldReader { reader.fields }

  init(_ bytes: UnsafeRawBufferPointer, name: String) throws(ObjectError) {
    reader = try ObjectReader(bytes, name: name, types: [])
    file = ELFFile(
      name: name, type: reader.fields.u16(16), machine: reader.object.machine,
      entry: reader.fields.u64(24))
  }

  // MARK: Headers

  mutating func readSegments() throws(ObjectError) {
    let count = UInt64(fields.u16(56))
    if count == 0 { return }
    let size = UInt64(ELFSize.programHeader)
    guard fields.u16(54) == UInt16(ELFSize.programHeader) else {
      throw reader.error(.malformed, "program headers have a size of \(fields.u16(54)) bytes")
    }
    let table = try reader.range(fields.u64(32), count * size, of: "the program header table")
    file.programHeadersEnd = table.upperBound
    for at in stride(from: table.lowerBound, to: table.upperBound, by: ELFSize.programHeader) {
      let contents = try reader.range(
        fields.u64(at + 8), fields.u64(at + 32), of: "the contents of a program header")
      file.segments.append(
        ELFFile.Segment(header: ProgramHeader(fields, at: at), contents: contents))
    }
  }

  mutating func readSections() throws(ObjectError) {
    try reader.readSectionHeaders()
    if reader.headers.isEmpty { return }
    let short = fields.u16(62)
    let nameTable = short == SHN.extended ? reader.headers[0].link : UInt32(short)
    let names = nameTable == 0 ? nil : try reader.stringTable(nameTable)
    for header in reader.headers {
      var section = ELFFile.Section(name: "", header: header, contents: 0..<0)
      if header.type != SHT.null {
        if let names { section.name = try reader.string(header.name, in: names) }
        if header.type != SHT.noBits {
          section.contents = try reader.content(header, of: section.name)
        }
      }
      file.sections.append(section)
    }
  }

  // MARK: Symbols

  mutating func readSymbols() throws(ObjectError) {
    let headers = reader.headers
    let table =
      headers.firstIndex { $0.type == SHT.symbolTable }
      ?? headers.firstIndex { $0.type == SHT.dynamicSymbolTable }
    guard let table else { return }
    file.symbolTable = table
    reader.symbolTable = table
    let place = file.sections[table].contents
    guard headers[table].entrySize == UInt64(ELFSize.symbol), place.count % ELFSize.symbol == 0
    else { throw reader.error(.malformed, "the symbol table does not consist of 24-byte entries") }
    let names = try reader.stringTable(headers[table].link)
    let extended = try reader.extendedSectionIndices(entries: place.count / ELFSize.symbol)
    file.symbols.reserveCapacity(place.count / ELFSize.symbol)
    for index in 0..<place.count / ELFSize.symbol {
      let at = place.lowerBound + index * ELFSize.symbol
      let section = try reader.sectionIndex(ofSymbol: index, at: at, extended)
      var symbol = ELFFile.Symbol(
        name: try reader.string(fields.u32(at), in: names), kind: fields.u8(at + 4) & 15,
        binding: fields.u8(at + 4) >> 4, section: section, value: fields.u64(at + 8),
        size: fields.u64(at + 16))
      if symbol.isInSection {
        guard section < headers.count else {
          throw reader.error(.malformed, "a symbol is in the unknown section \(section)")
        }
        if symbol.kind == STT.section && symbol.name.isEmpty {
          symbol.name = file.sections[Int(section)].name
          try reader.charge(symbol.name.utf8.count)
        }
      }
      file.symbols.append(symbol)
    }
  }

  // MARK: Relocations

  mutating func readRelocations() throws(ObjectError) {
    for (index, section) in file.sections.enumerated()
    where section.header.type == SHT.relocationsWithAddends {
      guard section.header.entrySize == UInt64(ELFSize.relocation),
        section.contents.count % ELFSize.relocation == 0
      else { throw reader.error(.malformed, "a relocation table is not described as one") }
      guard section.header.info < file.sections.count else {
        throw reader.error(
          .malformed, "relocations for the unknown section \(section.header.info)")
      }
      let usesSymbols = file.symbolTable != 0 && Int(section.header.link) == file.symbolTable
      let relocations = stride(
        from: section.contents.lowerBound, to: section.contents.upperBound, by: ELFSize.relocation
      ).map { relocation(at: $0, usesSymbols) }
      file.relocationTables.append(
        ELFFile.RelocationTable(
          section: index, target: Int(section.header.info), relocations: relocations))
    }
  }

  private func relocation(at offset: Int, _ usesSymbols: Bool) -> Relocation {
    let symbol = Int(fields.u32(offset + 12))
    return Relocation(
      offset: Int(bitPattern: UInt(fields.u64(offset))), kind: fields.u32(offset + 8),
      symbol: symbol == 0 || usesSymbols && symbol < file.symbols.count ? symbol : -1,
      addend: Int(bitPattern: UInt(fields.u64(offset + 16))))
  }
}

/// The header at the start of an ELF file (gABI chapter 4, "ELF Header"), as this toolchain writes
/// it: 64-bit, little-endian, System V.
public struct ELFHeader: Sendable {
  public var type: UInt16
  public var machine: ELFMachine
  public var entry: UInt64 = 0
  public var programHeaderOffset: Int = 0
  public var programHeaderCount: Int = 0
  public var sectionHeaderOffset: Int = 0
  public var sectionHeaderCount: Int = 0
  /// Index of the section that holds the section names.
  public var sectionNameTable: Int = 0

  public init(type: UInt16, machine: ELFMachine) {
    self.type = type
    self.machine = machine
  }

  /// The first bytes of every file: magic number, 64-bit, little-endian, version 1, System V.
  static let identification: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]

  /// Counts that do not fit in the header are written as the gABI says: the true values stand in
  /// section header 0, see ``SectionHeader/null(sectionCount:nameTable:)``.
  public func write(to writer: inout FieldWriter) {
    let hasSections = sectionHeaderCount > 0
    let countFits = sectionHeaderCount < Int(SHN.reservedLow)
    let tableFits = sectionNameTable < Int(SHN.reservedLow)
    for byte in Self.identification { writer.u8(byte) }
    writer.u64(0)
    writer.u16(type)
    writer.u16(machine.rawValue)
    writer.u32(1)
    writer.u64(entry)
    writer.u64(UInt64(programHeaderOffset))
    writer.u64(UInt64(sectionHeaderOffset))
    writer.u32(0)
    writer.u16(UInt16(ELFSize.header))
    writer.u16(programHeaderCount > 0 ? UInt16(ELFSize.programHeader) : 0)
    writer.u16(UInt16(programHeaderCount))
    writer.u16(hasSections ? UInt16(ELFSize.sectionHeader) : 0)
    writer.u16(countFits ? UInt16(sectionHeaderCount) : 0)
    writer.u16(tableFits ? UInt16(sectionNameTable) : SHN.extended)
  }
}

/// One entry of the section header table (gABI chapter 4, "Section Header").
public struct SectionHeader: Sendable {
  /// Offset of the name in the section name table.
  public var name: UInt32 = 0
  public var type: UInt32
  public var flags: UInt64 = 0
  public var address: UInt64 = 0
  public var offset: UInt64 = 0
  public var size: UInt64 = 0
  public var link: UInt32 = 0
  public var info: UInt32 = 0
  public var alignment: UInt64 = 1
  public var entrySize: UInt64 = 0

  public init(type: UInt32) { self.type = type }

  /// Entry 0 of the table, which holds the counts that are too large for the ELF header.
  public static func null(sectionCount: Int, nameTable: Int) -> SectionHeader {
    var header = SectionHeader(type: SHT.null)
    header.alignment = 0
    if sectionCount >= Int(SHN.reservedLow) { header.size = UInt64(sectionCount) }
    if nameTable >= Int(SHN.reservedLow) { header.link = UInt32(nameTable) }
    return header
  }

  public func write(to writer: inout FieldWriter) {
    writer.u32(name)
    writer.u32(type)
    writer.u64(flags)
    writer.u64(address)
    writer.u64(offset)
    writer.u64(size)
    writer.u32(link)
    writer.u32(info)
    writer.u64(alignment)
    writer.u64(entrySize)
  }

  /// Reads the entry at `offset`, all of which lies inside the file.
  init(_ reader: FieldReader, at offset: Int) {
    name = reader.u32(offset)
    type = reader.u32(offset + 4)
    flags = reader.u64(offset + 8)
    address = reader.u64(offset + 16)
    self.offset = reader.u64(offset + 24)
    size = reader.u64(offset + 32)
    link = reader.u32(offset + 40)
    info = reader.u32(offset + 44)
    alignment = reader.u64(offset + 48)
    entrySize = reader.u64(offset + 56)
  }
}

/// One entry of the program header table (gABI chapter 5, "Program Header"): what the kernel maps.
public struct ProgramHeader: Sendable {
  public var type: UInt32
  public var flags: UInt32
  public var offset: Int = 0
  public var address: Int = 0
  public var fileSize: Int = 0
  public var memorySize: Int = 0
  public var alignment: Int = 0

  public init(type: UInt32, flags: UInt32) {
    self.type = type
    self.flags = flags
  }

  /// Reads the entry at `offset`, all of which lies inside the file. Numbers beyond `Int` become
  /// negative.
  init(_ reader: FieldReader, at offset: Int) {
    type = reader.u32(offset)
    flags = reader.u32(offset + 4)
    self.offset = Int(bitPattern: UInt(reader.u64(offset + 8)))
    address = Int(bitPattern: UInt(reader.u64(offset + 16)))
    fileSize = Int(bitPattern: UInt(reader.u64(offset + 32)))
    memorySize = Int(bitPattern: UInt(reader.u64(offset + 40)))
    alignment = Int(bitPattern: UInt(reader.u64(offset + 48)))
  }

  public func write(to writer: inout FieldWriter) {
    writer.u32(type)
    writer.u32(flags)
    writer.u64(UInt64(offset))
    writer.u64(UInt64(address))
    writer.u64(UInt64(address))
    writer.u64(UInt64(fileSize))
    writer.u64(UInt64(memorySize))
    writer.u64(UInt64(alignment))
  }
}

/// One entry of a symbol table (gABI chapter 4, "Symbol Table").
public struct SymbolEntry: Sendable {
  /// Offset of the name in the string table.
  public var name: UInt32 = 0
  /// `STB` value in the high half, `STT` value in the low half.
  public var info: UInt8 = 0
  public var section: UInt16 = SHN.undefined
  public var value: UInt64 = 0
  public var size: UInt64 = 0

  public init() {}

  /// The `st_info` byte for a symbol.
  public static func info(_ binding: ObjectSymbol.Binding, _ kind: ObjectSymbol.Kind) -> UInt8 {
    let high =
      switch binding {
      case .local: STB.local
      case .global: STB.global
      case .weak: STB.weak
      }
    let low =
      switch kind {
      case .none: STT.none
      case .object: STT.object
      case .function: STT.function
      case .section: STT.section
      case .file: STT.file
      }
    return high << 4 | low
  }

  public func write(to writer: inout FieldWriter) {
    writer.u32(name)
    writer.u8(info)
    writer.u8(0)
    writer.u16(section)
    writer.u64(value)
    writer.u64(size)
  }
}

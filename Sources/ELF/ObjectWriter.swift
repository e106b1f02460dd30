/// Returns `object` as the bytes of an ELF64 relocatable file.
///
/// Sections keep their order and come first; the tables that describe them follow. Symbols keep
/// their order among those of local and among those of other binding, because an ELF symbol table
/// begins with the local ones (gABI chapter 4, `sh_info`). A `.note.GNU-stack` section is added if
/// there is none: without it, other linkers make the stack executable.
public func writeObject(_ object: ObjectFile) -> [UInt8] {
  var writer = ObjectWriter(object)
  writer.addGroupHeaders()
  writer.addSectionHeaders()
  writer.addRelocationHeaders()
  writer.addTableHeaders()
  let size = writer.assignOffsets()
  return Array(unsafeUninitializedCapacity: size) { memory, count in
    writer.write(to: UnsafeMutableRawBufferPointer(memory))
    count = size
  }
}

/// The state of writing one object; the methods run in the order of ``writeObject(_:)``.
///
/// First every section header is made, so that the place of everything is known; then the file is
/// written from front to back.
private struct ObjectWriter {
  var object: ObjectFile
  var headers: [SectionHeader] = [SectionHeader(type: SHT.null)]
  /// NUL-terminated names of sections and symbols; offset 0 is the empty name.
  var strings: [UInt8] = [0]
  /// Indices into `object.symbols` in the order of the ELF symbol table, which begins with a null
  /// entry that is not listed here.
  var symbolOrder: [Int] = []
  var localSymbolCount = 0
  /// For each of `object.symbols` its index in the ELF symbol table.
  var symbolIndex: [UInt32]
  /// Offset in `strings` of the name of each symbol.
  var symbolNames: [UInt32]
  /// Section header index of `object.sections[0]`: groups come before their members.
  var firstSection: Int
  /// For each of `object.sections` the section header of its relocations, or 0.
  var relocationHeader: [Int]
  /// Section header index of the symbol table, which follows the sections and their relocations.
  var symbolTable: Int
  var sectionHeaderOffset = 0

  init(_ object: ObjectFile) {
    self.object = object
    if !object.sections.contains(where: { $0.name == ".note.GNU-stack" }) {
      self.object.sections.append(
        ObjectSection(name: ".note.GNU-stack", flags: [], alignment: 1))
    }
    firstSection = 1 + object.groups.count
    symbolTable = firstSection + self.object.sections.count
    symbolTable += object.sections.count { !$0.relocations.isEmpty }
    relocationHeader = Array(repeating: 0, count: self.object.sections.count)
    symbolIndex = Array(repeating: 0, count: object.symbols.count)
    symbolNames = Array(repeating: 0, count: object.symbols.count)
    orderSymbols()
  }

  private mutating func orderSymbols() {
    symbolOrder.reserveCapacity(object.symbols.count)
    for index in object.symbols.indices where object.symbols[index].binding == .local {
      symbolOrder.append(index)
    }
    localSymbolCount = symbolOrder.count
    for index in object.symbols.indices where object.symbols[index].binding != .local {
      symbolOrder.append(index)
    }
    for (position, index) in symbolOrder.enumerated() {
      symbolIndex[index] = UInt32(position + 1)
      symbolNames[index] = addString(object.symbols[index].name)
    }
  }

  private mutating func addString(_ name: String) -> UInt32 {
    if name.isEmpty { return 0 }
    let offset = UInt32(strings.count)
    strings.append(contentsOf: name.utf8)
    strings.append(0)
    return offset
  }

  // MARK: Section headers

  /// Groups come before their members (gABI chapter 4, "Section Groups").
  mutating func addGroupHeaders() {
    for group in object.groups {
      var header = SectionHeader(type: SHT.group)
      header.name = addString(".group")
      let relocated = group.sections.count { !object.sections[$0].relocations.isEmpty }
      header.size = UInt64(4 * (1 + group.sections.count + relocated))
      header.link = UInt32(symbolTable)
      header.info = signatureSymbol(group)
      header.alignment = 4
      header.entrySize = 4
      headers.append(header)
    }
  }

  /// The ELF index of a symbol named like the signature of `group`; it is added if there is none.
  private mutating func signatureSymbol(_ group: SectionGroup) -> UInt32 {
    let wanted = group.signature.utf8
    for index in object.symbols.indices
    where object.symbols[index].name.utf8.elementsEqual(wanted) {
      return symbolIndex[index]
    }
    object.symbols.append(ObjectSymbol(name: group.signature, place: .undefined, binding: .weak))
    symbolOrder.append(object.symbols.count - 1)
    symbolIndex.append(UInt32(symbolOrder.count))
    symbolNames.append(addString(group.signature))
    return UInt32(symbolOrder.count)
  }

  mutating func addSectionHeaders() {
    var isGrouped = Array(repeating: false, count: object.sections.count)
    for group in object.groups {
      for member in group.sections { isGrouped[member] = true }
    }
    for (index, section) in object.sections.enumerated() {
      var header = SectionHeader(type: sectionType(section))
      // The name of a relocation section contains that of the section it is for.
      let isRelocated = !section.relocations.isEmpty
      header.name = addString(isRelocated ? ".rela" + section.name : section.name)
      if isRelocated && !section.name.isEmpty { header.name += 5 }
      header.flags = elfFlags(section.flags) | (isGrouped[index] ? SHF.group : 0)
      header.size = UInt64(section.size)
      header.alignment = UInt64(section.alignment)
      header.entrySize = UInt64(section.entrySize)
      headers.append(header)
    }
  }

  private func sectionType(_ section: ObjectSection) -> UInt32 {
    if section.bytes.isEmpty && section.zeroFill > 0 { return SHT.noBits }
    if section.name.hasPrefix(".init_array") { return SHT.initArray }
    if section.name.hasPrefix(".fini_array") { return SHT.finiArray }
    if section.name.hasPrefix(".preinit_array") { return SHT.preinitArray }
    if section.name.hasPrefix(".note") && section.name != ".note.GNU-stack" { return SHT.note }
    return SHT.programBits
  }

  private func elfFlags(_ flags: SectionFlags) -> UInt64 {
    let pairs: [(SectionFlags, UInt64)] = [
      (.allocated, SHF.allocate), (.writable, SHF.write), (.executable, SHF.executable),
      (.mergeable, SHF.merge), (.strings, SHF.strings), (.retained, SHF.gnuRetain),
    ]
    var result: UInt64 = 0
    for (flag, bit) in pairs where flags.contains(flag) { result |= bit }
    return result
  }

  mutating func addRelocationHeaders() {
    for (index, section) in object.sections.enumerated() where !section.relocations.isEmpty {
      relocationHeader[index] = headers.count
      var header = SectionHeader(type: SHT.relocationsWithAddends)
      header.name = headers[firstSection + index].name - (section.name.isEmpty ? 0 : 5)
      header.flags = SHF.infoLink | headers[firstSection + index].flags & SHF.group
      header.size = UInt64(section.relocations.count * ELFSize.relocation)
      header.link = UInt32(symbolTable)
      header.info = UInt32(firstSection + index)
      header.alignment = 8
      header.entrySize = UInt64(ELFSize.relocation)
      headers.append(header)
    }
  }

  /// Section indices from `SHN_LORESERVE` on do not fit in a symbol and need a table of their own.
  private var needsExtendedIndices: Bool {
    firstSection + object.sections.count >= Int(SHN.reservedLow)
  }

  mutating func addTableHeaders() {
    var symbols = SectionHeader(type: SHT.symbolTable)
    symbols.name = addString(".symtab")
    symbols.size = UInt64((symbolOrder.count + 1) * ELFSize.symbol)
    symbols.link = UInt32(symbolTable + (needsExtendedIndices ? 2 : 1))
    symbols.info = UInt32(localSymbolCount + 1)
    symbols.alignment = 8
    symbols.entrySize = UInt64(ELFSize.symbol)
    headers.append(symbols)
    if needsExtendedIndices {
      var indices = SectionHeader(type: SHT.symbolTableSectionIndices)
      indices.name = addString(".symtab_shndx")
      indices.size = UInt64((symbolOrder.count + 1) * 4)
      indices.link = UInt32(symbolTable)
      indices.alignment = 4
      indices.entrySize = 4
      headers.append(indices)
    }
    var names = SectionHeader(type: SHT.stringTable)
    names.name = addString(".strtab")
    names.size = UInt64(strings.count)
    headers.append(names)
    headers[0] = .null(sectionCount: headers.count, nameTable: headers.count - 1)
  }

  /// Gives every section its place in the file and returns the size of the file. Alignments count
  /// in memory only; in the file a page is enough.
  mutating func assignOffsets() -> Int {
    var offset = ELFSize.header
    for index in headers.indices.dropFirst() {
      let alignment = min(Int(headers[index].alignment), 4096)
      offset = (offset + alignment - 1) & ~(alignment - 1)
      headers[index].offset = UInt64(offset)
      if headers[index].type != SHT.noBits { offset += Int(headers[index].size) }
    }
    sectionHeaderOffset = (offset + 7) & ~7
    return sectionHeaderOffset + headers.count * ELFSize.sectionHeader
  }

  // MARK: The file

  func write(to memory: UnsafeMutableRawBufferPointer) {
    var writer = FieldWriter(memory)
    var header = ELFHeader(type: ET.relocatable, machine: object.machine)
    header.sectionHeaderOffset = sectionHeaderOffset
    header.sectionHeaderCount = headers.count
    header.sectionNameTable = headers.count - 1
    header.write(to: &writer)
    writeGroups(&writer)
    writeSections(&writer)
    writeRelocations(&writer)
    writeSymbols(&writer)
    if needsExtendedIndices { writeExtendedIndices(&writer) }
    writer.fill(upTo: Int(headers[headers.count - 1].offset))
    writer.copy(strings)
    writer.fill(upTo: sectionHeaderOffset)
    for header in headers { header.write(to: &writer) }
  }

  /// The relocation section of a member is a member as well.
  private func writeGroups(_ writer: inout FieldWriter) {
    for (index, group) in object.groups.enumerated() {
      writer.fill(upTo: Int(headers[1 + index].offset))
      writer.u32(groupIsCOMDAT)
      for member in group.sections { writer.u32(UInt32(firstSection + member)) }
      for member in group.sections where relocationHeader[member] != 0 {
        writer.u32(UInt32(relocationHeader[member]))
      }
    }
  }

  private func writeSections(_ writer: inout FieldWriter) {
    for (index, section) in object.sections.enumerated() {
      let header = headers[firstSection + index]
      if header.type == SHT.noBits { continue }
      writer.fill(upTo: Int(header.offset))
      writer.copy(section.bytes)
      writer.fill(upTo: Int(header.offset + header.size))
    }
  }

  private func writeRelocations(_ writer: inout FieldWriter) {
    var index = firstSection + object.sections.count
    for section in object.sections where !section.relocations.isEmpty {
      writer.fill(upTo: Int(headers[index].offset))
      for relocation in section.relocations {
        writer.u64(UInt64(relocation.offset))
        writer.u32(relocation.kind)
        writer.u32(symbolIndex[relocation.symbol])
        writer.u64(UInt64(bitPattern: Int64(relocation.addend)))
      }
      index += 1
    }
  }

  private func writeSymbols(_ writer: inout FieldWriter) {
    writer.fill(upTo: Int(headers[symbolTable].offset))
    SymbolEntry().write(to: &writer)
    for index in symbolOrder {
      let symbol = object.symbols[index]
      var entry = SymbolEntry()
      entry.name = symbolNames[index]
      entry.info = SymbolEntry.info(symbol.binding, symbol.kind)
      entry.value = UInt64(bitPattern: Int64(symbol.value))
      entry.size = UInt64(symbol.size)
      switch symbol.place {
      case .undefined: entry.section = SHN.undefined
      case .absolute: entry.section = SHN.absolute
      case .common(let alignment):
        entry.section = SHN.common
        entry.value = UInt64(alignment)
      case .section(let section):
        let number = firstSection + section
        entry.section = number < Int(SHN.reservedLow) ? UInt16(number) : SHN.extended
      }
      entry.write(to: &writer)
    }
  }

  private func writeExtendedIndices(_ writer: inout FieldWriter) {
    writer.fill(upTo: Int(headers[symbolTable + 1].offset))
    writer.u32(0)
    for index in symbolOrder {
      if case .section(let section) = object.symbols[index].place,
        firstSection + section >= Int(SHN.reservedLow)
      {
        writer.u32(UInt32(firstSection + section))
      } else {
        writer.u32(0)
      }
    }
  }
}

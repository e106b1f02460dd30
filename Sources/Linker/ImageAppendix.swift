import ELF

/// What follows the loaded part of an executable that is not stripped: debugging information, the
/// symbol table, its names and the section headers. Debuggers, profilers and `objdump` use them;
/// the kernel does not.
struct ImageAppendix {
  /// The section header table, whose last entry is for the section names.
  var headers: [SectionHeader] = [SectionHeader(type: SHT.null)]
  var sectionHeaderOffset = 0
  var endOffset = 0

  private var symbols: [SymbolEntry] = [SymbolEntry()]
  private var strings: [UInt8] = [0]
  private var sectionNames: [UInt8] = [0]
  /// For each output section its index in `headers`, or 0 if it has none because it is empty.
  private var headerOf: [Int] = []
  /// Where the debugging sections are in the file, and where they end.
  private var debugOffsets: [Int] = []
  private var debugEnd = 0

  init(_ image: Image) {
    addSectionHeaders(image)
    addDebugHeaders(image)
    let localSymbolCount = addSymbols(image)
    addTableHeaders(image, localSymbolCount)
  }

  private mutating func addSectionHeaders(_ image: Image) {
    for section in image.layout.sections {
      guard section.size > 0 else {
        headerOf.append(0)
        continue
      }
      headerOf.append(headers.count)
      var header = SectionHeader(type: section.content == .zeros ? SHT.noBits : SHT.programBits)
      header.name = Self.append(section.name, to: &sectionNames)
      header.flags = SHF.allocate
      switch section.content {
      case .code: header.flags |= SHF.executable
      case .constants: break
      case .data, .zeros: header.flags |= SHF.write
      }
      header.address = UInt64(section.address)
      header.offset = UInt64(section.fileOffset)
      header.size = UInt64(section.size)
      header.alignment = UInt64(section.alignment)
      headers.append(header)
    }
  }

  private mutating func addDebugHeaders(_ image: Image) {
    debugEnd = image.layout.loadedFileSize
    for section in image.debug.sections {
      let offset = aligned(debugEnd, to: section.alignment)
      debugOffsets.append(offset)
      debugEnd = offset + section.size
      var header = SectionHeader(type: SHT.programBits)
      header.name = Self.append(section.name, to: &sectionNames)
      header.offset = UInt64(offset)
      header.size = UInt64(section.size)
      header.alignment = UInt64(section.alignment)
      if section.isStrings {
        header.flags = SHF.merge | SHF.strings
        header.entrySize = 1
      }
      headers.append(header)
    }
  }

  private static func append(_ name: String, to strings: inout [UInt8]) -> UInt32 {
    let offset = UInt32(strings.count)
    strings.append(contentsOf: name.utf8)
    strings.append(0)
    return offset
  }

  private mutating func addTableHeaders(_ image: Image, _ localSymbolCount: Int) {
    var offset = aligned(debugEnd, to: 8)
    func place(_ header: inout SectionHeader, _ size: Int) {
      header.offset = UInt64(offset)
      header.size = UInt64(size)
      offset += size
    }
    var table = SectionHeader(type: SHT.symbolTable)
    table.name = Self.append(".symtab", to: &sectionNames)
    table.link = UInt32(headers.count + 1)
    table.info = UInt32(localSymbolCount)
    table.alignment = 8
    table.entrySize = UInt64(ELFSize.symbol)
    place(&table, symbols.count * ELFSize.symbol)
    var names = SectionHeader(type: SHT.stringTable)
    names.name = Self.append(".strtab", to: &sectionNames)
    place(&names, strings.count)
    var headerNames = SectionHeader(type: SHT.stringTable)
    headerNames.name = Self.append(".shstrtab", to: &sectionNames)
    place(&headerNames, sectionNames.count)
    headers += [table, names, headerNames]
    headers[0] = .null(sectionCount: headers.count, nameTable: headers.count - 1)
    sectionHeaderOffset = aligned(offset, to: 8)
    endOffset = sectionHeaderOffset + headers.count * ELFSize.sectionHeader
  }

  /// Everything that follows the sections, in the order of the file.
  func write(
    _ image: Image, _ writer: inout FieldWriter, _ failures: inout RelocationFailures
  ) {
    for (section, offset) in zip(image.debug.sections, debugOffsets) {
      writer.fill(upTo: offset)
      writeDebugSection(section, image, &writer, &failures)
    }
    writer.fill(upTo: aligned(debugEnd, to: 8))
    for symbol in symbols { symbol.write(to: &writer) }
    writer.copy(strings)
    writer.copy(sectionNames)
    writer.fill(upTo: sectionHeaderOffset)
    for header in headers { header.write(to: &writer) }
  }
}

// MARK: - Symbols

extension ImageAppendix {
  /// Adds the symbols of all objects that are in the image: first local ones, then the others, as a
  /// symbol table must be. Returns how many entries come before the first that is not local.
  fileprivate mutating func addSymbols(_ image: Image) -> Int {
    symbols.reserveCapacity(image.addresses.count + 1)
    strings.reserveCapacity(32 * image.addresses.count)
    addSymbols(image, areLocal: true)
    let localCount = symbols.count
    addSymbols(image, areLocal: false)
    for boundary in image.symbols.boundaries { add(boundary, image) }
    return localCount
  }

  private mutating func addSymbols(_ image: Image, areLocal: Bool) {
    let inputs = image.inputs
    for (index, object) in inputs.objects.enumerated() {
      var number = inputs.firstSymbol[index]
      for symbol in object.symbols {
        if (symbol.binding == .local) == areLocal { add(symbol, number, image) }
        number += 1
      }
    }
  }

  /// Adds a symbol if it is the definition of its name, is in the image and helps a reader of the
  /// program: labels that begin with ".L" are internal to a compiler or assembler.
  private mutating func add(_ symbol: ObjectSymbol, _ number: Int, _ image: Image) {
    let global = Int(image.symbols.globalNumber[number])
    if global >= 0 && Int(image.symbols.definition[global]) != number { return }
    switch symbol.kind {
    case .section, .file: return
    case .none, .object, .function: break
    }
    if symbol.name.utf8.isEmpty || symbol.name.utf8.starts(with: ".L".utf8) { return }
    var entry = SymbolEntry()
    switch image.symbols.targets[number] {
    case .section(let section, _):
      let output = Int(image.layout.outputOf[section])
      if output < 0 { return }
      entry.section = sectionIndex(output)
    case .absolute: entry.section = SHN.absolute
    case .boundary, .undefined, .undefinedWeak: return
    }
    entry.info = SymbolEntry.info(symbol.binding, symbol.kind)
    entry.value = UInt64(bitPattern: Int64(image.addresses[number]))
    entry.size = UInt64(symbol.size)
    entry.name = Self.append(symbol.name, to: &strings)
    symbols.append(entry)
  }

  private mutating func add(_ boundary: Boundary, _ image: Image) {
    var entry = SymbolEntry()
    entry.info = SymbolEntry.info(.global, .none)
    let output = boundarySection(boundary.place, image.layout)
    entry.section = output.map(sectionIndex) ?? SHN.absolute
    entry.value = UInt64(boundaryAddress(boundary.place, image.layout, image.facts))
    entry.name = Self.append(boundary.name, to: &strings)
    symbols.append(entry)
  }

  /// What a symbol in an output section has as `st_shndx`. Sections that are empty, or beyond the
  /// reach of the field, have none; the value is the same either way.
  private func sectionIndex(_ output: Int) -> UInt16 {
    let index = headerOf[output]
    return index > 0 && index < Int(SHN.reservedLow) ? UInt16(index) : SHN.absolute
  }
}

import ELF
import Support

/// The tables of a file as text: sections, segments, symbols and relocations. Names come last in a
/// line, so that long ones do not disturb the columns.
struct FileTables {
  let file: ELFFile
  /// Of the file, in bytes.
  let size: Int

  func writeTitle(_ text: inout TextWriter) {
    let kind =
      switch file.type {
      case ET.relocatable: "object"
      case ET.executable: "executable"
      case 3: "shared object or position-independent executable"
      case 4: "core dump"
      default: "file of type \(file.type)"
      }
    text.write("\(printable(file.name)): \(file.machine.name) \(kind), \(size) bytes")
    if file.entry != 0 { text.write(", starts at \(hex(file.entry))") }
    text.newline()
  }

  // MARK: Segments and sections

  func writeSegments(_ text: inout TextWriter) {
    if file.segments.isEmpty { return }
    text.write("\nsegments\n")
    text.writeColumns([
      ("address", 18), ("in memory", 12), ("offset", 12), ("in file", 12), ("align", 10),
    ])
    text.write("  flags  type\n")
    for segment in file.segments {
      let header = segment.header
      text.writeColumns([
        (hex(header.address), 18), (hex(header.memorySize), 12), (hex(header.offset), 12),
        (hex(header.fileSize), 12), (hex(header.alignment), 10),
      ])
      let rights = rights(
        header.flags & PF.read != 0, header.flags & PF.write != 0, header.flags & PF.execute != 0)
      text.write("  \(rights)    \(segmentType(header.type))\n")
    }
  }

  func writeSections(_ text: inout TextWriter) {
    if file.sections.count < 2 { return }
    text.write("\nsections\n")
    text.writeColumns([("no", 4), ("address", 12), ("offset", 12), ("size", 12), ("align", 8)])
    text.write("  flags  type           name\n")
    for (index, section) in file.sections.enumerated().dropFirst() {
      let header = section.header
      text.writeColumns([
        (String(index), 4), (hex(header.address), 12), (hex(header.offset), 12),
        (hex(header.size), 12), (hex(header.alignment), 8),
      ])
      let isLoaded = header.flags & SHF.allocate != 0
      let rights = rights(
        isLoaded, header.flags & SHF.write != 0, header.flags & SHF.executable != 0)
      text.write("  \(rights)    ")
      text.writeLeft(sectionType(header.type), 13)
      text.write("  \(printable(section.name))\(attributes(header))\n")
    }
  }

  private func rights(_ read: Bool, _ write: Bool, _ execute: Bool) -> String {
    (read ? "r" : "-") + (write ? "w" : "-") + (execute ? "x" : "-")
  }

  /// Flags that have no letter of their own.
  private func attributes(_ header: SectionHeader) -> String {
    let pairs: [(UInt64, String)] = [
      (SHF.merge, "merge"), (SHF.strings, "strings"), (SHF.group, "group"),
      (SHF.threadLocal, "thread-local"), (SHF.compressed, "compressed"),
      (SHF.gnuRetain, "retain"), (SHF.exclude, "exclude"),
    ]
    let names = pairs.filter { header.flags & $0.0 != 0 }.map(\.1)
    return names.isEmpty ? "" : "  (" + names.joined(separator: ", ") + ")"
  }

  private func segmentType(_ type: UInt32) -> String {
    switch type {
    case 0: "null"
    case PT.load: "load"
    case 2: "dynamic"
    case 3: "interpreter"
    case 4: "note"
    case 6: "program headers"
    case 7: "thread-local storage"
    case 0x6474_e550: "exception frames"
    case PT.gnuStack: "stack"
    case 0x6474_e552: "read-only after relocation"
    case 0x6474_e553: "property"
    default: hex(type)
    }
  }

  private func sectionType(_ type: UInt32) -> String {
    switch type {
    case SHT.programBits: "progbits"
    case SHT.symbolTable: "symtab"
    case SHT.stringTable: "strtab"
    case SHT.relocationsWithAddends: "rela"
    case 5: "hash"
    case 6: "dynamic"
    case SHT.note: "note"
    case SHT.noBits: "nobits"
    case SHT.relocations: "rel"
    case SHT.dynamicSymbolTable: "dynsym"
    case SHT.initArray: "init_array"
    case SHT.finiArray: "fini_array"
    case SHT.preinitArray: "preinit_array"
    case SHT.group: "group"
    case SHT.symbolTableSectionIndices: "symtab_shndx"
    case SHT.x86_64Unwind where file.machine == .x86_64: "x86_64_unwind"
    default: hex(type)
    }
  }

  // MARK: Symbols

  func writeSymbols(_ text: inout TextWriter) {
    if file.symbols.count < 2 { return }
    text.write("\nsymbols\n")
    text.writeColumns([("value", 18), ("size", 10)])
    text.write("  binding  type      section           name\n")
    for symbol in file.symbols.dropFirst() {
      text.writeColumns([(hex(symbol.value), 18), (hex(symbol.size), 10)])
      text.write("  ")
      text.writeLeft(binding(symbol.binding), 9)
      text.writeLeft(kind(symbol.kind), 10)
      text.writeLeft(place(symbol), 18)
      text.write(printable(symbol.name))
      text.newline()
    }
  }

  private func binding(_ number: UInt8) -> String {
    switch number {
    case STB.local: "local"
    case STB.global: "global"
    case STB.weak: "weak"
    case 10: "unique"
    default: String(number)
    }
  }

  private func kind(_ number: UInt8) -> String {
    switch number {
    case STT.none: "-"
    case STT.object: "object"
    case STT.function: "function"
    case STT.section: "section"
    case STT.file: "file"
    case 5: "common"
    case 6: "thread"
    case 10: "ifunc"
    default: String(number)
    }
  }

  private func place(_ symbol: ELFFile.Symbol) -> String {
    switch symbol.section {
    case UInt32(SHN.undefined): "undefined"
    case UInt32(SHN.absolute) | 0xffff_0000: "absolute"
    case UInt32(SHN.common) | 0xffff_0000: "common"
    case 0xffff_0000...: hex(symbol.section & 0xffff)
    default: shortened(file.sections[Int(symbol.section)].name)
    }
  }

  // MARK: Relocations

  func writeRelocations(_ text: inout TextWriter) {
    let names = referenceNames(file)
    for table in file.relocationTables where !table.relocations.isEmpty {
      let section = table.target > 0 ? table.target : table.section
      let preposition = table.target > 0 ? "for" : "in"
      text.write("\nrelocations \(preposition) \(printable(file.sections[section].name))\n")
      text.writeColumns([("offset", 18)])
      text.write("  type                            symbol\n")
      for relocation in table.relocations {
        text.writeColumns([(hex(relocation.offset), 18)])
        text.write("  ")
        text.writeLeft(relocationName(relocation.kind, file.machine), 32)
        text.write(target(of: relocation, names))
        text.newline()
      }
    }
  }
}

// MARK: - Names

/// The name of a relocation type in the ABI, or its number.
func relocationName(_ kind: UInt32, _ machine: ELFMachine) -> String {
  let name =
    switch machine {
    case .x86_64: X86_64Relocation(rawValue: kind)?.name
    case .aarch64: AArch64Relocation(rawValue: kind)?.name
    }
  return name ?? "type \(kind)"
}

/// Symbol and addend of a relocation; `names` are ``referenceNames(_:)``.
func target(of relocation: Relocation, _ names: [String]) -> String {
  guard relocation.symbol != 0 else { return hex(relocation.addend) }
  let name = names.indices.contains(relocation.symbol) ? names[relocation.symbol] : "?"
  if relocation.addend == 0 { return name }
  let sign = relocation.addend < 0 ? "-" : "+"
  return name + sign + hex(relocation.addend.magnitude)
}

/// How many characters of a name are shown where something refers to it. Every reference repeats
/// the name: with names as long as the file, the text would grow with the square of the file's
/// size.
private let longestReference = 200

/// `name` as it is shown in references.
func shortened(_ name: String) -> String {
  let text = printable(name)
  if text.utf8.count <= longestReference { return text }
  return String(text.unicodeScalars.prefix(longestReference)) + "…"
}

/// The names of the symbols of `file` as they are shown in references.
func referenceNames(_ file: ELFFile) -> [String] {
  var names = file.symbols.map { shortened($0.name) }
  if !names.isEmpty { names[0] = "*ABS*" }
  return names
}

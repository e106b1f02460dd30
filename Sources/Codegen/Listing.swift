public import ELF

/// Prints instructions in the syntax of a target's assembler.
public protocol InstructionPrinter {
  /// `symbols`: names of the symbols that `target` of an instruction indexes.
  init(symbols: [String])
  /// Names of the labels that have one.
  var labelNames: [Int32: String] { get set }
  /// Appends one instruction without indentation or newline.
  func print(_ instruction: MachineInstruction, into text: inout String)
  /// How a label is written.
  func label(_ number: Int32) -> String
  /// A name as the assembler reads it.
  static func quoted(_ name: String) -> String
  /// The line that a listing begins with.
  static var header: String { get }
}

/// What listings of a target need to know.
public protocol AssemblySyntax {
  associatedtype Printer: InstructionPrinter
  /// Where bytes are no instruction, the next may begin so many bytes further.
  static var instructionAlignment: Int { get }
  /// What stands at `offset` of a section of code, and its length.
  static func content(
    of section: ObjectSection, at offset: Int
  ) -> (Disassembly.Content, length: Int)
  /// Size in bytes of a relocation's field.
  static func relocationSize(_ kind: UInt32) -> Int
  /// The directive for a field that holds what a relocation says. `addend` is as it stands behind
  /// the symbol. Nil if there is no such directive.
  static func directive(_ kind: UInt32, _ symbol: String, _ addend: String) -> String?
}

/// An object as assembler text: what `--emit asm` prints.
///
/// GNU `as` turns the text into the same sections with the same bytes and relocations. Code is
/// disassembled; bytes that the encoder would not make out of the instruction they stand for are
/// written as bytes.
///
/// Symbols are written as they are called. The assembler has no way to refer to one that has
/// exactly the name of a register or of an operator (`rax`, `and`); the compiler's own symbols
/// never do.
public struct Listing<Syntax: AssemblySyntax> {
  private let object: ObjectFile
  /// How each symbol is written in operands.
  private let names: [String]
  /// Per section: what it defines, by offset.
  private let definitions: [[Definition]]
  /// Sections that are referred to by their section symbol get a label at their start.
  private let isReferred: [Bool]
  private var text = ""

  private struct Definition {
    var offset: Int
    var symbol: Int
  }

  /// The text of `object`.
  public static func text(of object: ObjectFile) -> String {
    var listing = Listing(object)
    listing.write()
    return listing.text
  }

  private init(_ object: ObjectFile) {
    self.object = object
    var definitions: [[Definition]] = Array(repeating: [], count: object.sections.count)
    var isReferred = Array(repeating: false, count: object.sections.count)
    var names: [String] = []
    for (index, symbol) in object.symbols.enumerated() {
      guard case .section(let section) = symbol.place else {
        names.append(symbol.name)
        continue
      }
      if symbol.kind == .section {
        names.append(".Lsection\(section)")
        isReferred[section] = true
      } else {
        names.append(symbol.name)
        definitions[section].append(Definition(offset: symbol.value, symbol: index))
      }
    }
    // Symbols at the same place keep their order.
    self.definitions = definitions.map {
      $0.sorted { ($0.offset, $0.symbol) < ($1.offset, $1.symbol) }
    }
    self.names = names
    self.isReferred = isReferred
  }

  private mutating func write() {
    text = Syntax.Printer.header + "\n"
    for (index, symbol) in object.symbols.enumerated() where symbol.place == .absolute {
      if symbol.kind != .file { text += "\(quoted(index)) = \(symbol.value)\n" }
    }
    for index in object.sections.indices { writeSection(index) }
  }

  private func quoted(_ symbol: Int) -> String { Syntax.Printer.quoted(names[symbol]) }

  // MARK: Sections

  private mutating func writeSection(_ index: Int) {
    let section = object.sections[index]
    let isEmptyInFile = section.zeroFill > 0 && section.bytes.isEmpty
    text += "\n.section \(Syntax.Printer.quoted(section.name)), \"\(flags(section))\", "
    text += isEmptyInFile ? "@nobits" : "@progbits"
    if section.flags.contains(.mergeable) { text += ", \(section.entrySize)" }
    text += "\n.balign \(section.alignment)\n"
    if isReferred[index] { text += ".Lsection\(index):\n" }
    var nextSymbol = 0
    if section.flags.contains(.executable) {
      writeCode(index, &nextSymbol)
    } else {
      writeData(index, &nextSymbol)
    }
    writeZeros(index, &nextSymbol)
  }

  private func flags(_ section: ObjectSection) -> String {
    var result = ""
    if section.flags.contains(.allocated) { result += "a" }
    if section.flags.contains(.writable) { result += "w" }
    if section.flags.contains(.executable) { result += "x" }
    if section.flags.contains(.mergeable) { result += "M" }
    if section.flags.contains(.strings) { result += "S" }
    if section.flags.contains(.retained) { result += "R" }
    return result
  }

  /// The symbols that are defined at `offset`; `next` walks over all of the section.
  private mutating func writeSymbols(_ section: Int, at offset: Int, _ next: inout Int) {
    let definitions = definitions[section]
    while next < definitions.count && definitions[next].offset <= offset {
      writeSymbol(definitions[next].symbol)
      next += 1
    }
  }

  private mutating func writeSymbol(_ index: Int) {
    let symbol = object.symbols[index]
    let name = quoted(index)
    switch symbol.binding {
    case .local: break
    case .global: text += ".globl \(name)\n"
    case .weak: text += ".weak \(name)\n"
    }
    switch symbol.kind {
    case .function: text += ".type \(name), @function\n"
    case .object: text += ".type \(name), @object\n"
    case .none, .section, .file: break
    }
    if symbol.size > 0 { text += ".size \(name), \(symbol.size)\n" }
    text += "\(name):\n"
  }

  // MARK: Code

  private mutating func writeCode(_ index: Int, _ nextSymbol: inout Int) {
    let section = object.sections[index]
    let code = Disassembly(
      count: section.bytes.count, symbols: definitions[index].map(\.offset),
      step: Syntax.instructionAlignment, content: { Syntax.content(of: section, at: $0) })
    var printer = Syntax.Printer(symbols: names)
    for definition in definitions[index] {
      // A global symbol might be replaced by another object's: only local ones stand for a place.
      if object.symbols[definition.symbol].binding == .local {
        printer.labelNames[Int32(truncatingIfNeeded: definition.offset)] = names[definition.symbol]
      }
    }
    for (number, piece) in code.pieces.enumerated() {
      writePlace(index, at: piece.offset, code, printer, &nextSymbol)
      let isLast = number + 1 == code.pieces.count
      let end = isLast ? section.bytes.count : code.pieces[number + 1].offset
      switch piece.content {
      case .instruction(let instruction, let prefix):
        text += "  \(prefix)"
        printer.print(instruction, into: &text)
        text += "\n"
      case .bytes: writeByteList(section, piece.offset..<end)
      case .address(let relocation): writeAddress(relocation)
      }
    }
    writePlace(index, at: section.bytes.count, code, printer, &nextSymbol)
  }

  /// The symbols and the label at an offset of code.
  private mutating func writePlace(
    _ section: Int, at offset: Int, _ code: Disassembly, _ printer: Syntax.Printer,
    _ nextSymbol: inout Int
  ) {
    writeSymbols(section, at: offset, &nextSymbol)
    let number = Int32(truncatingIfNeeded: offset)
    if code.isTarget[offset] && printer.labelNames[number] == nil {
      text += printer.label(number) + ":\n"
    }
  }

  // MARK: Data

  private mutating func writeData(_ index: Int, _ nextSymbol: inout Int) {
    let section = object.sections[index]
    var nextRelocation = 0
    var offset = 0
    while offset < section.bytes.count {
      writeSymbols(index, at: offset, &nextSymbol)
      var end = section.bytes.count
      if nextSymbol < definitions[index].count {
        end = min(end, definitions[index][nextSymbol].offset)
      }
      if nextRelocation < section.relocations.count {
        let relocation = section.relocations[nextRelocation]
        if relocation.offset == offset {
          writeAddress(relocation)
          offset += Syntax.relocationSize(relocation.kind)
          nextRelocation += 1
          continue
        }
        end = min(end, relocation.offset)
      }
      writeBytes(section, offset..<end)
      offset = end
    }
    writeSymbols(index, at: section.bytes.count, &nextSymbol)
  }

  /// What a section has in memory behind its bytes.
  private mutating func writeZeros(_ index: Int, _ nextSymbol: inout Int) {
    let section = object.sections[index]
    var offset = section.bytes.count
    while offset < section.size {
      writeSymbols(index, at: offset, &nextSymbol)
      var end = section.size
      if nextSymbol < definitions[index].count {
        end = min(end, definitions[index][nextSymbol].offset)
      }
      text += "  .zero \(end - offset)\n"
      offset = end
    }
    writeSymbols(index, at: section.size, &nextSymbol)
  }

  /// A field with a relocation.
  private mutating func writeAddress(_ relocation: Relocation) {
    let name = quoted(relocation.symbol)
    var addend = ""
    if relocation.addend > 0 { addend = " + \(relocation.addend)" }
    if relocation.addend < 0 { addend = " - \(relocation.addend.magnitude)" }
    let kind = relocation.kind
    let directive = Syntax.directive(kind, name, addend)
    text += "  " + (directive ?? ".error \"relocation type \(kind) cannot be written\"") + "\n"
  }

  private mutating func writeByteList(_ section: ObjectSection, _ range: Range<Int>) {
    text += "  .byte " + section.bytes[range].map(String.init).joined(separator: ", ") + "\n"
  }

  /// Bytes without relocations: as words where the section consists of words.
  private mutating func writeBytes(_ section: ObjectSection, _ range: Range<Int>) {
    let wordSize = section.alignment >= 8 ? 8 : section.alignment == 4 ? 4 : 1
    var offset = range.lowerBound
    while offset < range.upperBound {
      let isWord = wordSize > 1 && offset % wordSize == 0 && range.upperBound - offset >= wordSize
      if isWord {
        var word: UInt64 = 0
        for index in (0..<wordSize).reversed() {
          word = word << 8 | UInt64(section.bytes[offset + index])
        }
        text += "  \(wordSize == 8 ? ".quad" : ".long") 0x\(String(word, radix: 16))\n"
        offset += wordSize
      } else {
        let boundary = wordSize > 1 ? (offset / wordSize + 1) * wordSize : offset + 16
        let end = min(boundary, range.upperBound)
        writeByteList(section, offset..<end)
        offset = end
      }
    }
  }
}

import ELF
import Support

/// Shows the code of a file as instructions.
func writeCode(
  _ file: ELFFile, _ memory: UnsafeRawBufferPointer, _ text: inout TextWriter
) throws(ObjectError) {
  guard memory.count <= Int(Int32.max) else {
    throw ObjectError(
      file: file.name, kind: .unsupported, detail: "too large to be disassembled")
  }
  let symbols = SymbolIndex(file)
  let names = referenceNames(file)
  for region in try codeRegions(file, memory, symbols) {
    switch file.machine {
    case .x86_64:
      write(region, X86CodeReader.self, file, symbols, names, &text)
    case .aarch64:
      write(region, ARM64CodeReader.self, file, symbols, names, &text)
    }
  }
}

private func write<Reader: CodeReader>(
  _ region: CodeRegion, _ reader: Reader.Type, _ file: ELFFile, _ symbols: SymbolIndex,
  _ names: [String], _ text: inout TextWriter
) {
  var disassembly = Disassembly(
    region: region, machine: file.machine, symbols: symbols, names: names,
    reader: Reader(
      region.code, relocations: region.relocations, symbols: names, base: region.base))
  disassembly.write(&text)
}

/// The walk over one region.
private struct Disassembly<Reader: CodeReader> {
  let region: CodeRegion
  let machine: ELFMachine
  let symbols: SymbolIndex
  /// By symbol number.
  let names: [String]
  var reader: Reader

  private var nextLabel = 0
  private var nextRelocation = 0
  private let addressWidth: Int

  init(
    region: CodeRegion, machine: ELFMachine, symbols: SymbolIndex, names: [String], reader: Reader
  ) {
    self.region = region
    self.machine = machine
    self.symbols = symbols
    self.names = names
    self.reader = reader
    let last = region.base &+ UInt64(region.range.upperBound)
    addressWidth = max(4, String(last, radix: 16).utf8.count)
  }

  mutating func write(_ text: inout TextWriter) {
    text.write("\ncode of \(region.title)\n")
    if region.labels.first?.offset != region.range.lowerBound { text.newline() }
    var offset = region.range.lowerBound
    while offset < region.range.upperBound {
      writeLabels(at: offset, &text)
      offset = writeLine(at: offset, &text)
    }
    writeLabels(at: offset, &text)
  }

  private mutating func writeLabels(at offset: Int, _ text: inout TextWriter) {
    var isFirst = true
    while nextLabel < region.labels.count, region.labels[nextLabel].offset <= offset {
      if isFirst { text.newline() }
      isFirst = false
      text.writeHex(address(offset), digits: addressWidth)
      text.write(" <\(region.labels[nextLabel].name)>:\n")
      nextLabel += 1
    }
  }

  private func address(_ offset: Int) -> UInt64 {
    region.base &+ UInt64(truncatingIfNeeded: offset)
  }

  /// Where the next symbol begins: nothing that is shown in one line reaches beyond it.
  private var limit: Int {
    nextLabel < region.labels.count
      ? min(region.labels[nextLabel].offset, region.range.upperBound) : region.range.upperBound
  }

  /// Shows what stands at `offset` and returns where it ends.
  private mutating func writeLine(at offset: Int, _ text: inout TextWriter) -> Int {
    skipRelocations(before: offset)
    let zeros = countZeros(at: offset)
    if zeros >= 8 {
      let rounded = zeros / Reader.unit * Reader.unit
      writeColumns(offset..<offset + Reader.unit, &text)
      text.write("...      # \(rounded) zeros\n")
      return offset + rounded
    }
    guard let line = reader.line(at: offset), line.length <= limit - offset else {
      return writeUnit(at: offset, &text)
    }
    writeColumns(offset..<offset + line.length, &text)
    writeText(line.text, &text)
    let count = line.isFiller ? countFillers(at: offset, line.length) : 1
    let end = offset + count * line.length
    if count > 1 { text.write("  # \(count) times") }
    writeTarget(line, &text)
    writeRelocations(before: end, &text)
    text.newline()
    return end
  }

  /// Bytes that are not an instruction.
  private mutating func writeUnit(at offset: Int, _ text: inout TextWriter) -> Int {
    let isWord = Reader.unit == 4 && limit - offset >= 4
    let end = offset + (isWord ? 4 : 1)
    writeColumns(offset..<end, &text)
    if isWord {
      writeText(".word 0x", &text)
      text.writeHex(word(at: offset), digits: 8)
    } else {
      writeText(".byte 0x", &text)
      text.writeHex(UInt64(region.code[offset]), digits: 2)
    }
    writeRelocations(before: end, &text)
    text.newline()
    return end
  }

  // MARK: Runs

  /// How many zeros without symbol or relocation there are from `offset` on.
  private func countZeros(at offset: Int) -> Int {
    var end = limit
    if nextRelocation < region.relocations.count {
      end = min(end, max(region.relocations[nextRelocation].offset, offset))
    }
    var index = offset
    while index < end && region.code[index] == 0 { index += 1 }
    return index - offset
  }

  private func countFillers(at offset: Int, _ length: Int) -> Int {
    let pattern = region.code[offset..<offset + length]
    var end = offset + length
    while end + length <= limit, region.code[end..<end + length].elementsEqual(pattern) {
      end += length
    }
    return (end - offset) / length
  }

  // MARK: Parts of a line

  private func word(at offset: Int) -> UInt64 {
    (0..<4).reduce(0) { $0 | UInt64(region.code[offset + $1]) << UInt64(8 * $1) }
  }

  /// Address and bytes.
  private func writeColumns(_ range: Range<Int>, _ text: inout TextWriter) {
    text.write("  ")
    text.writeHex(address(range.lowerBound), digits: addressWidth)
    text.write("  ")
    if Reader.unit == 4 && range.count == 4 {
      text.writeHex(word(at: range.lowerBound), digits: 8)
      text.write("  ")
      return
    }
    for index in range {
      text.writeHex(UInt64(region.code[index]), digits: 2)
      text.write(byte: 0x20)
    }
    text.write(0x20, count: Reader.unit == 4 ? 1 : 1 + 3 * (bytesPerLine - range.count))
  }

  /// The mnemonic in a column of its own.
  private func writeText(_ line: String, _ text: inout TextWriter) {
    var width = 0
    for byte in line.utf8 {
      if byte == 0x20 && width >= 0 {
        text.write(0x20, count: mnemonicWidth - width)
        width = -1
      }
      text.write(byte: byte)
      if width >= 0 { width += 1 }
    }
  }

  private func writeTarget(_ line: CodeLine, _ text: inout TextWriter) {
    guard let target = line.target else { return }
    let address = address(target)
    let name = symbols.name(of: address, from: region.section)
    if line.namesTarget {
      if let name { text.write(" <\(name)>") }
    } else {
      text.write("  # \(hex(address))")
      if let name { text.write(" <\(name)>") }
    }
  }

  // MARK: Relocations

  private mutating func skipRelocations(before offset: Int) {
    while nextRelocation < region.relocations.count,
      region.relocations[nextRelocation].offset < offset
    {
      nextRelocation += 1
    }
  }

  private mutating func writeRelocations(before end: Int, _ text: inout TextWriter) {
    while nextRelocation < region.relocations.count,
      region.relocations[nextRelocation].offset < end
    {
      let relocation = region.relocations[nextRelocation]
      text.write("  # \(relocationName(relocation.kind, machine)) ")
      text.write(target(of: relocation, names))
      nextRelocation += 1
    }
  }
}

/// Room in the column of bytes: nearly all instructions are shorter.
private let bytesPerLine = 10
/// Room for the mnemonic; one more space follows.
private let mnemonicWidth = 7

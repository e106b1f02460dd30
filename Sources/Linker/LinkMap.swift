import ELF
import Support

/// The archive members of a program, and why each of them is there.
func membersText(_ members: [PulledMember]) -> String {
  if members.isEmpty { return "" }
  var text = TextWriter()
  text.write("archive members:\n")
  for member in members {
    text.write("  \(printable(member.member))  for '\(printable(member.symbol))'")
    text.write(member.neededBy.map { ", needed by \(printable($0))\n" } ?? ", kept by request\n")
  }
  text.newline()
  return text.string
}

/// What is where in the image: each of its sections, what it was made from, and the symbols there.
///
/// ```
///     address      size  contents
///    0x4000e8      0x3c  .text
///    0x4000e8      0x1a    main.o: .text._start
///    0x4000e8                _start
/// ```
func mapText(_ image: Image) -> String {
  var map = LinkMap(image)
  map.writeSections()
  map.writeSummary()
  return map.text.string
}

private struct LinkMap {
  let image: Image
  var text = TextWriter()
  /// Numbers of the symbols to show, by section number and offset.
  private var symbols: [Int] = []

  init(_ image: Image) {
    self.image = image
    collectSymbols()
  }

  /// The names that count: local ones, and of the others their definition.
  private mutating func collectSymbols() {
    var found: [(section: Int, offset: Int, number: Int)] = []
    var number = 0
    for object in image.inputs.objects {
      for symbol in object.symbols {
        let global = Int(image.symbols.globalNumber[number])
        let counts = global < 0 || Int(image.symbols.definition[global]) == number
        if counts, isNamed(symbol),
          case .section(let section, let offset) = image.symbols.targets[number]
        {
          found.append((section, offset, number))
        }
        number += 1
      }
    }
    found.sort { ($0.section, $0.offset, $0.number) < ($1.section, $1.offset, $1.number) }
    symbols = found.map(\.number)
  }

  private func isNamed(_ symbol: ObjectSymbol) -> Bool {
    switch symbol.kind {
    case .section, .file: false
    case .none, .object, .function:
      !symbol.name.isEmpty && !symbol.name.utf8.starts(with: ".L".utf8)
    }
  }

  // MARK: Sections

  mutating func writeSections() {
    text.write("     address        size  contents\n")
    for section in image.layout.sections where section.size > 0 {
      writeColumns(section.address, section.size)
      text.write(printable(section.name))
      text.newline()
      for member in section.members { writeMember(member) }
      if section.members.isEmpty { writeOffsets(section) }
    }
  }

  /// An input section and its symbols.
  private mutating func writeMember(_ number: Int) {
    let inputs = image.inputs
    let object = Int(inputs.sections[number].object)
    let name = inputs.objects[object].sections[number - inputs.firstSection[object]].name
    writeColumns(image.layout.addressOf[number], inputs.sections[number].size)
    text.write("  \(printable(inputs.objects[object].name)): \(printable(name))\n")
    var index = firstSymbol(of: number)
    while index < symbols.count,
      case .section(number, _) = image.symbols.targets[symbols[index]]
    {
      writeColumns(image.addresses[symbols[index]], nil)
      text.write("    \(printable(inputs.symbol(symbols[index]).name))\n")
      index += 1
    }
  }

  /// Index in `symbols` of the first one in the section with number `section` or a later one.
  private func firstSymbol(of section: Int) -> Int {
    var low = 0
    var high = symbols.count
    while low < high {
      let middle = (low + high) / 2
      guard case .section(let own, _) = image.symbols.targets[symbols[middle]] else { return low }
      if own < section { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func writeOffsets(_ section: OutputSection) {
    for (slot, symbol) in image.offsets.symbols.enumerated() {
      writeColumns(section.address + 8 * slot, 8)
      text.write("  address of \(printable(image.inputs.displayName(symbol)))\n")
    }
  }

  // MARK: Summary

  /// What is not in the image although an object has it.
  mutating func writeSummary() {
    var dropped = (count: 0, size: 0)
    var shared = (count: 0, size: 0)
    var isMember = Array(repeating: false, count: image.inputs.sections.count)
    for section in image.layout.sections {
      for member in section.members { isMember[member] = true }
    }
    for (number, section) in image.inputs.sections.enumerated()
    where section.flags.contains(.allocated) && !isMember[number] {
      if image.layout.outputOf[number] >= 0 {
        shared = (shared.count + 1, shared.size &+ section.size)
      } else {
        dropped = (dropped.count + 1, dropped.size &+ section.size)
      }
    }
    text.write("\nnot reached: \(dropped.count) sections, \(dropped.size) bytes\n")
    text.write("stored once: \(shared.count) copies, \(shared.size) bytes\n")
  }

  // MARK: Columns

  private mutating func writeColumns(_ address: Int, _ size: Int?) {
    writeRight("0x" + String(address, radix: 16), 12)
    writeRight(size.map { "0x" + String($0, radix: 16) } ?? "", 12)
    text.write("  ")
  }

  private mutating func writeRight(_ field: String, _ width: Int) {
    text.write(0x20, count: width - field.utf8.count)
    text.write(field)
  }
}

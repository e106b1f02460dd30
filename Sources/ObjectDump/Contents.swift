import ELF
import Support

/// Shows the bytes of all sections called `name`. Returns whether there are any.
func writeContents(
  of name: String, _ file: ELFFile, _ memory: UnsafeRawBufferPointer, _ text: inout TextWriter
) -> Bool {
  var isFound = false
  for section in file.sections.dropFirst() where section.name == name {
    isFound = true
    text.write("\ncontents of \(printable(name)), \(hex(section.header.size)) bytes")
    text.write(section.header.type == SHT.noBits ? " of zeros\n" : "\n")
    let last = section.header.address &+ UInt64(section.contents.count)
    let width = max(4, String(last, radix: 16).utf8.count)
    for start in stride(from: 0, to: section.contents.count, by: 16) {
      let line = section.contents.lowerBound + start
      let bytes = memory[line..<min(line + 16, section.contents.upperBound)]
      writeLine(bytes, at: section.header.address &+ UInt64(start), width, &text)
    }
  }
  return isFound
}

/// Sixteen bytes as numbers and, where they are printable, as characters.
private func writeLine(
  _ bytes: Slice<UnsafeRawBufferPointer>, at address: UInt64, _ width: Int,
  _ text: inout TextWriter
) {
  text.write("  ")
  text.writeHex(address, digits: width)
  text.write("  ")
  for (index, byte) in bytes.enumerated() {
    if index == 8 { text.write(byte: 0x20) }
    text.writeHex(UInt64(byte), digits: 2)
    text.write(byte: 0x20)
  }
  text.write(0x20, count: 3 * (16 - bytes.count) + (bytes.count <= 8 ? 1 : 0))
  text.write(" |")
  for byte in bytes { text.write(byte: 0x20...0x7e ~= byte ? byte : 0x2e) }
  text.write("|\n")
}

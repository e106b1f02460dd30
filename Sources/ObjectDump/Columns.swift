import Support

/// `number` in hexadecimal, with `0x`; negative numbers as the 64 bits that they are.
func hex(_ number: some FixedWidthInteger) -> String {
  "0x" + String(UInt64(truncatingIfNeeded: number), radix: 16)
}

private let digits = Array("0123456789abcdef".utf8)

extension TextWriter {
  /// Fields flush right, with the width of their columns, two spaces apart.
  mutating func writeColumns(_ fields: [(text: String, width: Int)]) {
    for field in fields {
      write(0x20, count: 2 + field.width - field.text.utf8.count)
      write(field.text)
    }
  }

  /// A field flush left.
  mutating func writeLeft(_ text: String, _ width: Int) {
    write(text)
    write(0x20, count: max(width - text.unicodeScalars.count, 1))
  }

  /// The lowest `count` hexadecimal digits of a number.
  mutating func writeHex(_ number: UInt64, digits count: Int) {
    for index in (0..<count).reversed() {
      write(byte: digits[Int(truncatingIfNeeded: number >> UInt64(4 * index)) & 15])
    }
  }
}

extension TextWriter {
  /// Writes a string as a JSON value (RFC 8259 §7).
  public mutating func writeJSON(_ text: String) {
    let digits = Array("0123456789abcdef".utf8)
    write(byte: 0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22: write("\\\"")
      case 0x5C: write("\\\\")
      case 0x0A: write("\\n")
      case 0x0D: write("\\r")
      case 0x09: write("\\t")
      case 0..<0x20, 0x7F:
        write("\\u00")
        write(byte: digits[Int(byte >> 4)])
        write(byte: digits[Int(byte & 15)])
      default: write(byte: byte)
      }
    }
    write(byte: 0x22)
  }
}

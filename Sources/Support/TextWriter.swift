/// Collects text as bytes: what every dump, report and printed stage is written with.
public struct TextWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public var string: String { String(decoding: bytes, as: UTF8.self) }

  public mutating func write(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  public mutating func write(_ text: some Sequence<UInt8>) {
    bytes.append(contentsOf: text)
  }

  public mutating func write(byte: UInt8) {
    bytes.append(byte)
  }

  public mutating func write(_ number: Int) {
    bytes.append(contentsOf: String(number).utf8)
  }

  public mutating func write(_ byte: UInt8, count: Int) {
    bytes.append(contentsOf: repeatElement(byte, count: max(0, count)))
  }

  public mutating func newline() {
    bytes.append(10)
  }

  /// Writes bytes between double quotes, with everything but printable ASCII escaped as in a Rail
  /// string literal (`\n`, `\t`, `\"`, `\\`, `\xHH`): one line, whatever the bytes are.
  public mutating func writeQuoted(_ text: some Sequence<UInt8>) {
    let digits = Array("0123456789abcdef".utf8)
    bytes.append(0x22)
    for byte in text {
      switch byte {
      case 0x0A: write("\\n")
      case 0x09: write("\\t")
      case 0x0D: write("\\r")
      case 0x22: write("\\\"")
      case 0x5C: write("\\\\")
      case 0x20...0x7E: bytes.append(byte)
      default:
        write("\\x")
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      }
    }
    bytes.append(0x22)
  }
}

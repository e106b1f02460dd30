/// One line of a source file as a terminal shows it: a window of bounded size, in which every
/// character takes the columns that it takes on screen.
struct DisplayLine {
  /// UTF-8 text without control characters.
  private(set) var text: [UInt8] = []
  /// Where each byte of the window begins on screen; one more entry than bytes, for the end.
  private var columns: [Int] = []
  /// Offset in the file of the window's first byte.
  private let start: Int

  /// Most bytes of a line that are shown.
  static let windowSize = 160
  private static let ellipsis = Array("...".utf8)

  /// - Parameters:
  ///   - range: the line without its line end.
  ///   - focus: the offset that must be inside the window.
  init(_ bytes: [UInt8], _ range: Range<Int>, focus: Int) {
    var range = range
    if range.upperBound > range.lowerBound && bytes[range.upperBound - 1] == 0x0D {
      range = range.lowerBound..<range.upperBound - 1
    }
    let window = DisplayLine.window(range, focus, bytes)
    start = window.lowerBound
    var column = 0
    if window.lowerBound > range.lowerBound {
      text += DisplayLine.ellipsis
      column = DisplayLine.ellipsis.count
    }
    var offset = window.lowerBound
    while offset < window.upperBound {
      let (length, width) = appendCharacter(bytes, offset, window.upperBound)
      for _ in 0..<length { columns.append(column) }
      column += width
      offset += length
    }
    columns.append(column)
    if window.upperBound < range.upperBound { text += DisplayLine.ellipsis }
  }

  /// The screen column, from 0, of an offset in the file; offsets outside the window count as its
  /// ends.
  func column(of offset: Int) -> Int {
    columns[min(max(offset - start, 0), columns.count - 1)]
  }

  /// Screen column behind the last character.
  var width: Int { columns[columns.count - 1] }

  /// The part of a line that is shown, around `focus` if all is too much.
  private static func window(_ line: Range<Int>, _ focus: Int, _ bytes: [UInt8]) -> Range<Int> {
    guard line.count > windowSize else { return line }
    let latest = line.upperBound - windowSize
    var start = min(max(line.lowerBound, focus - windowSize / 3), latest)
    // Not in the middle of a character.
    while start < line.upperBound && bytes[start] & 0xC0 == 0x80 { start += 1 }
    var end = min(start + windowSize, line.upperBound)
    while end > start && end < line.upperBound && bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return start..<end
  }

  /// Appends the character at `offset`: a space for a tab, `?` for what cannot be shown.
  private mutating func appendCharacter(
    _ bytes: [UInt8], _ offset: Int, _ end: Int
  ) -> (length: Int, width: Int) {
    let first = bytes[offset]
    if first < 0x80 {
      text.append(first == 0x09 ? 0x20 : first < 0x20 || first == 0x7F ? 0x3F : first)
      return (1, 1)
    }
    let slice = bytes[offset..<min(offset + 4, end)]
    var iterator = slice.makeIterator()
    var decoder = UTF8()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
      text.append(0x3F)
      return (1, 1)
    }
    let length = UTF8.width(scalar)
    guard let width = DisplayLine.width(of: scalar) else {
      text.append(0x3F)
      return (length, 1)
    }
    text.append(contentsOf: bytes[offset..<offset + length])
    return (length, width)
  }

  /// Columns that a character takes, after Unicode Standard Annex 11 (wide and combining characters
  /// in blocks); nil for controls, which could change the meaning of what is seen.
  private static func width(of scalar: UnicodeScalar) -> Int? {
    switch scalar.value {
    case 0x80...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: nil
    case 0x0300...0x036F, 0x1AB0...0x1AFF, 0x200B...0x200D, 0x20D0...0x20FF, 0xFE00...0xFE0F: 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1FAFF,
      0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}

import Diagnostics

extension Lexer {
  /// `"""…"""`: lines as they stand, without escapes.
  ///
  /// What follows the opening quotes on their line is dropped if it is white space, and so is what
  /// stands before the closing quotes on theirs, with the line break before it. The longest
  /// indentation that all other lines share is removed (the first line counts only if it is not the
  /// one of the opening quotes); lines of white space alone become empty and do not count.
  mutating func lexRawString() {
    let start = position
    let column = start - lineStart + 1
    let textStart = output.stringBytes.count
    position += 3
    let contentStart = position
    guard let contentEnd = findRawEnd() else {
      output.isCutShort = true
      reports.add(.unterminatedString(range(start, start + 3)))
      position = count
      return put(.string, from: start, column: column, value: addRawString(from: textStart))
    }
    appendRawLines(contentStart, contentEnd)
    position = contentEnd + 3
    put(.string, from: start, column: column, value: addRawString(from: textStart))
  }

  private mutating func addRawString(from textStart: Int) -> Int {
    output.strings.append(Int32(textStart)..<Int32(output.stringBytes.count))
    return output.strings.count - 1
  }

  /// The offset of the closing quotes; on the way, lines are counted and bytes checked.
  private mutating func findRawEnd() -> Int? {
    while true {
      switch bytes[position] {
      case 0x22 where bytes[position + 1] == 0x22 && bytes[position + 2] == 0x22:
        return position
      case 0x0A:
        position += 1
        lineStart = position
      case 0:
        if position == count { return nil }
        reportNUL(at: position)
        position += 1
      case 0x80...:
        position += checkUTF8(at: position)
      default:
        position += 1
      }
    }
  }

  private mutating func appendRawLines(_ contentStart: Int, _ contentEnd: Int) {
    var lines = rawLines(contentStart, contentEnd)
    if lines.count > 1 && isBlank(lines[0]) { lines.removeFirst() }
    let startsOnOwnLine = lines.first.map { $0.lowerBound > contentStart } ?? true
    if lines.count > 1 || startsOnOwnLine, let last = lines.last, isBlank(last) {
      lines.removeLast()
    }
    let indented = startsOnOwnLine ? lines[...] : lines.dropFirst()
    let common = commonIndentation(indented)
    for (index, line) in lines.enumerated() {
      if index > 0 { output.stringBytes.append(0x0A) }
      if index == 0 && !startsOnOwnLine {
        append(line)
      } else if !isBlank(line) {
        append(line.lowerBound + common..<line.upperBound)
      }
    }
  }

  private mutating func append(_ range: Range<Int>) {
    output.stringBytes.append(
      contentsOf: UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count))
  }

  /// The lines between two offsets, without their LF or CR LF.
  private func rawLines(_ start: Int, _ end: Int) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var lineStart = start
    for offset in start...end where offset == end || bytes[offset] == 0x0A {
      let hasReturn = offset < end && offset > lineStart && bytes[offset - 1] == 0x0D
      lines.append(lineStart..<(hasReturn ? offset - 1 : offset))
      lineStart = offset + 1
    }
    return lines
  }

  private func isBlank(_ line: Range<Int>) -> Bool {
    line.allSatisfy { bytes[$0] == 0x20 || bytes[$0] == 0x09 || bytes[$0] == 0x0D }
  }

  /// Length of the longest run of spaces and tabs that all lines which are not blank begin with.
  private func commonIndentation(_ lines: ArraySlice<Range<Int>>) -> Int {
    var common: Range<Int>?
    for line in lines where !isBlank(line) {
      guard let shared = common else {
        let end = line.first { bytes[$0] != 0x20 && bytes[$0] != 0x09 } ?? line.upperBound
        common = line.lowerBound..<end
        continue
      }
      var length = 0
      while length < shared.count && length < line.count
        && bytes[shared.lowerBound + length] == bytes[line.lowerBound + length]
      {
        length += 1
      }
      common = shared.lowerBound..<shared.lowerBound + length
    }
    return common?.count ?? 0
  }
}

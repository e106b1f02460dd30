import Diagnostics

// The text of every literal is appended to `output.stringBytes` in runs between escapes. A CR
// before an LF is white space even in a string, so that the line ends of a file do not change its
// meaning.

extension Lexer {
  /// `"…"` or `"""…"""`.
  mutating func lexQuote() {
    if bytes[position + 1] == 0x22 && bytes[position + 2] == 0x22 { return lexRawString() }
    let start = position
    let column = start - lineStart + 1
    let textStart = output.stringBytes.count
    position += 1
    scanText(stringStart: start, isInterpolated: false)
    if bytes[position] == 0x22 && position < count { position += 1 }
    put(.string, from: start, column: column, value: addString(from: textStart))
  }

  private mutating func addString(from textStart: Int) -> Int {
    output.strings.append(Int32(textStart)..<Int32(output.stringBytes.count))
    return output.strings.count - 1
  }

  /// Decodes text up to its closing quote, an interpolation's brace, or the end of the text after a
  /// report; leaves `position` there.
  private mutating func scanText(stringStart: Int, isInterpolated: Bool) {
    let textStart = position
    var run = position
    while true {
      let byte = bytes[position]
      switch byte {
      case 0x22:
        return copyRun(from: run)
      case 0x5C:
        copyRun(from: run)
        lexEscape()
        run = position
      case 0x0A:
        position += 1
        lineStart = position
      case 0x0D where bytes[position + 1] == 0x0A:
        copyRun(from: run)
        position += 1
        run = position
      case 0x7B where isInterpolated, 0x7D where isInterpolated:
        guard bytes[position + 1] == byte else { return copyRun(from: run) }
        position += 1
        copyRun(from: run)
        position += 1
        run = position
      case 0:
        if position == count {
          copyRun(from: run)
          return endUnterminatedString(stringStart, textStart: textStart)
        }
        reportNUL(at: position)
        position += 1
      case 0x80...:
        position += checkUTF8(at: position)
      default:
        position += 1
      }
    }
  }

  @inline(__always)
  private mutating func copyRun(from run: Int) {
    output.stringBytes.append(
      contentsOf: UnsafeBufferPointer(start: bytes + run, count: position - run))
  }

  /// Reports a string without an end. The first time, lexing goes on at the end of the line on
  /// which this part of its text began, because that is where the quote is most likely missing; a
  /// second attempt could make the work quadratic.
  private mutating func endUnterminatedString(_ stringStart: Int, textStart: Int) {
    let quote = bytes[stringStart] == 0x24 ? 2 : 1
    reports.add(.unterminatedString(range(stringStart, stringStart + quote)))
    resume(behindLineOf: textStart)
  }

  /// Decodes the escape at `position` into the text.
  private mutating func lexEscape() {
    let start = position
    if let value = simpleEscape(bytes[start + 1]) {
      output.stringBytes.append(value)
      position += 2
      return
    }
    switch bytes[start + 1] {
    case 0x0A:
      position += 2
      lineStart = position
    case 0x0D where bytes[start + 2] == 0x0A:
      position += 3
      lineStart = position
    default:
      if let scalar = numericEscape() {
        appendCode(scalar)
      } else {
        unknownEscape()
      }
    }
  }

  /// `\xHH` gives a byte, `\u{H…}` a scalar in UTF-8.
  private enum EscapedCode {
    case byte(UInt8)
    case scalar(UnicodeScalar)
  }

  private mutating func appendCode(_ code: EscapedCode) {
    switch code {
    case .byte(let byte): output.stringBytes.append(byte)
    case .scalar(let scalar): output.stringBytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
    }
  }

  private func simpleEscape(_ letter: UInt8) -> UInt8? {
    switch letter {
    case 0x6E: 0x0A
    case 0x74: 0x09
    case 0x72: 0x0D
    case 0x30: 0
    case 0x5C, 0x22, 0x27, 0x7B, 0x7D: letter
    default: nil
    }
  }

  /// The numeric escape at `position`, moving behind it; nil and no move if there is none.
  private mutating func numericEscape() -> EscapedCode? {
    let start = position
    switch bytes[start + 1] {
    case 0x78:
      guard let high = hexDigit(bytes[start + 2]), let low = hexDigit(bytes[start + 3]) else {
        return nil
      }
      position += 4
      return .byte(high << 4 | low)
    case 0x75 where bytes[start + 2] == 0x7B:
      var end = start + 3
      var value: UInt32 = 0
      while let digit = hexDigit(bytes[end]), value <= 0x10FFFF {
        value = value << 4 | UInt32(digit)
        end += 1
      }
      guard end > start + 3, bytes[end] == 0x7D, let scalar = UnicodeScalar(value) else {
        return nil
      }
      position = end + 1
      return .scalar(scalar)
    default:
      return nil
    }
  }

  /// Any other escape stands for itself, with a warning: the character after the backslash is left
  /// to the caller's loop, to which it means nothing special.
  private mutating func unknownEscape() {
    let start = position
    let length = position + 1 < count ? decodeUTF8(bytes + start + 1)?.length ?? 1 : 0
    if !reports.isFullOfWarnings {
      let escaped = UnexpectedCharacter(bytes + start + 1, length)
      reports.add(.unknownEscape(range(start, start + 1 + length), escaped))
    }
    output.stringBytes.append(0x5C)
    position += 1
  }
}

// MARK: - Character literals

extension Lexer {
  /// `'c'`: the code of one byte or of one Unicode scalar.
  mutating func lexCharacter() {
    let start = position
    position += 1
    var code: UInt32?
    switch bytes[position] {
    case 0x5C:
      if let value = simpleEscape(bytes[position + 1]) {
        code = UInt32(value)
        position += 2
      } else {
        switch numericEscape() {
        case .byte(let byte): code = UInt32(byte)
        case .scalar(let scalar): code = scalar.value
        case nil: position += 1
        }
      }
    case 0x27, 0x0A, 0x0D, 0:
      break
    default:
      if let scalar = decodeUTF8(bytes + position) {
        code = scalar.value
        position += scalar.length
      } else {
        code = UInt32(bytes[position])
        position += checkUTF8(at: position)
      }
    }
    if code != nil && bytes[position] == 0x27 {
      position += 1
    } else {
      skipBadCharacter(from: start)
      reports.add(.badCharacterLiteral(range(start, position)))
    }
    put(.character, from: start, value: output.integers.count)
    output.integers.append(Int(code ?? 0))
  }

  /// Skips what was meant to be a character literal: to the next quote on the line if it is near.
  private mutating func skipBadCharacter(from start: Int) {
    let limit = min(count, start + 32)
    var end = start + 1
    while end < limit && bytes[end] != 0x27 && bytes[end] != 0x0A { end += 1 }
    position = end < limit && bytes[end] == 0x27 ? end + 1 : max(position, start + 1)
    if position > count { position = count }
  }
}

// MARK: - Interpolation

extension Lexer {
  /// `$"…{e}…"` is lexed as `interpolationStart`, then texts and holes, then `interpolationEnd`; a
  /// hole is `holeStart`, the ordinary tokens of `e`, and `holeEnd`.
  mutating func beginInterpolation() {
    let start = position
    position += 2
    put(.interpolationStart, from: start)
    lexInterpolationText(stringStart: start)
  }

  /// The text up to the next hole or the closing quote, and that.
  mutating func lexInterpolationText(stringStart: Int) {
    let start = position
    let column = start - lineStart + 1
    let textStart = output.stringBytes.count
    scanText(stringStart: stringStart, isInterpolated: true)
    while bytes[position] == 0x7D {
      reports.add(.singleBrace(range(position, position + 1)))
      position += 1
      scanText(stringStart: stringStart, isInterpolated: true)
    }
    isFirst = false
    if output.stringBytes.count > textStart {
      put(.interpolationText, from: start, column: column, value: addString(from: textStart))
    }
    let isHole = bytes[position] == 0x7B
    if isHole && bracketDepth < SyntaxTree.maximumNesting {
      holes.append(
        Hole(
          stringStart: stringStart, tokenCount: output.tokens.count, bracketDepth: bracketDepth))
    }
    if isHole {
      open(.holeStart)
    } else {
      let end = position
      if bytes[end] == 0x22 && end < count { position += 1 }
      put(.interpolationEnd, from: end)
    }
  }
}

// Turns the bytes of one file into tokens.
//
// Conventions: `position` is the offset of the next byte; a `lex…` method is called with `position`
// on the first byte of its token and leaves it behind the last one. The text ends with a NUL byte
// that is not part of it, so that no loop needs a test for the end: a NUL elsewhere is an error.

public import Diagnostics
public import Support

/// Lexes a file. Names are interned; literals are decoded and checked; problems go to
/// `diagnostics`.
public func lex(
  _ file: SourceFile, id: FileID, interner: inout Interner, diagnostics: inout DiagnosticSink
) -> TokenList {
  var reports = SyntaxReports(file: id)
  let tokens = lex(file, interner: &interner, reports: &reports)
  reports.send(to: &diagnostics)
  return tokens
}

func lex(
  _ file: SourceFile, interner: inout Interner, reports: inout SyntaxReports
) -> TokenList {
  guard file.count < SyntaxTree.maximumFileSize else {
    reports.add(.fileTooLarge(SourceRange(file: reports.file, start: 0, end: 0)))
    let end = Token(kind: .endOfFile, start: 0, end: 0, column: 1, value: -1, isFirst: true)
    var empty = TokenList()
    empty.tokens = [end]
    return empty
  }
  return file.bytes.withUnsafeBufferPointer { bytes -> TokenList in
    guard let base = bytes.baseAddress else { return TokenList() }
    var lexer = Lexer(bytes: base, count: bytes.count - 1, reports: reports)
    lexer.run(&interner)
    reports = lexer.reports
    return lexer.output
  }
}

struct Lexer {
  /// The hole of an interpolated string.
  struct Hole {
    /// Where the `$"` stands.
    var stringStart: Int
    /// How many tokens, and how many open brackets, there are before the hole.
    var tokenCount: Int
    var bracketDepth: Int
    /// How many braces are open inside the hole.
    var openBraces = 0
  }

  let bytes: UnsafePointer<UInt8>
  /// Length of the text, which is also the offset of its NUL sentinel.
  let count: Int
  var position = 0
  /// Offset at which the current line begins.
  var lineStart = 0
  /// Whether the next token is the first on its line.
  var isFirst = true
  /// The holes of interpolated strings that are open, innermost last.
  var holes: [Hole] = []
  /// Brackets that are open, holes included.
  var bracketDepth = 0
  /// Whether a string has been found to have no end; a second one is not looked beyond.
  var foundUnterminatedString = false
  /// Whether invalid UTF-8 has been reported.
  var foundInvalidUTF8 = false
  var output = TokenList()
  var reports: SyntaxReports

  init(bytes: UnsafePointer<UInt8>, count: Int, reports: SyntaxReports) {
    self.bytes = bytes
    self.count = count
    self.reports = reports
    output.tokens.reserveCapacity(count / 4 + 16)
  }

  mutating func run(_ interner: inout Interner) {
    let keywords = KeywordTable(&interner)
    skipShebang()
    while !reports.isFull && lexNext(keywords, &interner) {}
    position = count
    put(.endOfFile, from: count)
    // Blocks end at the end of the file as they do at the start of a line.
    output.tokens[output.tokens.count - 1].isFirst = true
  }

  /// Lexes white space, a comment or a token; false at the end of the text.
  @inline(__always)
  private mutating func lexNext(_ keywords: KeywordTable, _ interner: inout Interner) -> Bool {
    let start = position
    switch bytes[start] {
    case 0x20, 0x09:
      var end = start + 1
      while bytes[end] == 0x20 { end += 1 }
      position = end
    case 0x0A:
      beginLine(at: start + 1)
      var end = start + 1
      while bytes[end] == 0x20 { end += 1 }
      position = end
    case 0x61...0x7A, 0x41...0x5A, 0x5F:
      lexName(keywords, &interner)
    case 0x30...0x39:
      lexNumber()
    case 0x22:
      lexQuote()
    case 0x27:
      lexCharacter()
    case 0x2D where bytes[start + 1] == 0x2D:
      skipLineComment()
    case 0x7B where bytes[start + 1] == 0x2D:
      skipBlockComment()
    case 0x24 where bytes[start + 1] == 0x22:
      beginInterpolation()
    case 0x23 where isFirst && isNameStart(bytes[start + 1]):
      lexDirective(&interner)
    case 0x0D where bytes[start + 1] == 0x0A:
      position = start + 1
    case 0 where start == count:
      return endText()
    default:
      lexPunctuation()
    }
    return true
  }

  @inline(__always)
  mutating func beginLine(at offset: Int) {
    lineStart = offset
    isFirst = true
  }

  /// Appends the token of the bytes `start..<position`.
  @inline(__always)
  mutating func put(_ kind: TokenKind, from start: Int, value: Int = -1) {
    put(kind, from: start, column: start - lineStart + 1, value: value)
  }

  /// The same for a token that may have begun on an earlier line.
  @inline(__always)
  mutating func put(_ kind: TokenKind, from start: Int, column: Int, value: Int) {
    output.tokens.append(
      Token(
        kind: kind, start: UInt32(truncatingIfNeeded: start),
        end: UInt32(truncatingIfNeeded: position), column: UInt32(truncatingIfNeeded: column),
        value: Int32(truncatingIfNeeded: value), isFirst: isFirst))
    isFirst = false
  }

  func range(_ start: Int, _ end: Int) -> SourceRange {
    SourceRange(file: reports.file, start: UInt32(start), end: UInt32(end))
  }

  mutating func reportNUL(at offset: Int) {
    guard !reports.isFull else { return }
    reports.add(.unexpectedCharacter(range(offset, offset + 1), .nul))
  }

  /// At the end of the text, false if that is where it may end. A hole that is still open is
  /// reported; the first time, lexing goes on at the end of the line on which it began, as for
  /// other strings.
  private mutating func endText() -> Bool {
    guard let hole = holes.last, let outermost = holes.first else { return false }
    reports.add(.unterminatedString(range(hole.stringStart, hole.stringStart + 2)))
    holes.removeAll()
    output.tokens.removeLast(output.tokens.count - outermost.tokenCount)
    bracketDepth = outermost.bracketDepth
    let start = output.tokens.last.map { Int($0.end) } ?? 0
    position = count
    resume(behindLineOf: start)
    isFirst = false
    put(.interpolationEnd, from: position)
    return true
  }

  /// After a string without an end: goes on behind the line that `offset` is on, but only once, so
  /// that the work stays linear.
  mutating func resume(behindLineOf offset: Int) {
    if foundUnterminatedString {
      output.isCutShort = true
      return
    }
    foundUnterminatedString = true
    position = offset
    while bytes[position] != 0x0A && position < count { position += 1 }
    lineStart = offset
    while lineStart > 0 && bytes[lineStart - 1] != 0x0A { lineStart -= 1 }
  }
}

// MARK: - Names, comments, directives

extension Lexer {
  @inline(__always)
  private mutating func lexName(_ keywords: KeywordTable, _ interner: inout Interner) {
    let start = position
    var end = start + 1
    while isNameByte(bytes[end]) { end += 1 }
    while bytes[end] == 0x27 { end += 1 }
    position = end
    let symbol = interner.intern(UnsafeBufferPointer(start: bytes + start, count: end - start))
    put(keywords.kind(of: symbol), from: start, value: Int(symbol.index))
  }

  private mutating func lexDirective(_ interner: inout Interner) {
    let start = position
    position += 1
    while isNameByte(bytes[position]) { position += 1 }
    let word = UnsafeBufferPointer(start: bytes + start + 1, count: position - start - 1)
    put(.directive, from: start, value: Int(interner.intern(word).index))
  }

  private mutating func skipShebang() {
    if bytes[0] == 0x23 && bytes[1] == 0x21 { skipLineComment() }
  }

  private mutating func skipLineComment() {
    var end = position
    while bytes[end] != 0x0A {
      let byte = bytes[end]
      if byte >= 0x80 {
        end += checkUTF8(at: end)
      } else if byte == 0 {
        if end == count { break }
        reportNUL(at: end)
        end += 1
      } else {
        end += 1
      }
    }
    position = end
  }

  /// Block comments nest; strings and line comments are not recognised inside.
  private mutating func skipBlockComment() {
    let start = position
    var depth = 1
    position += 2
    while depth > 0 {
      switch bytes[position] {
      case 0x7B where bytes[position + 1] == 0x2D:
        depth += 1
        position += 2
      case 0x2D where bytes[position + 1] == 0x7D:
        depth -= 1
        position += 2
      case 0x0A:
        position += 1
        beginLine(at: position)
      case 0:
        if position == count {
          output.isCutShort = true
          reports.add(.unterminatedComment(range(start, start + 2)))
          return
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

  /// Length of the UTF-8 sequence at `offset` in a comment or string; 1 with a warning (the first
  /// time) if there is no valid one.
  mutating func checkUTF8(at offset: Int) -> Int {
    if let scalar = decodeUTF8(bytes + offset) { return scalar.length }
    if !foundInvalidUTF8 {
      foundInvalidUTF8 = true
      reports.add(.invalidUTF8(range(offset, offset + 1)))
    }
    return 1
  }
}

// MARK: - Operators, brackets and what is neither

extension Lexer {
  private mutating func lexPunctuation() {
    let start = position
    let next = bytes[start + 1]
    switch bytes[start] {
    case 0x28: open(.leftParenthesis)
    case 0x5B: open(.leftBracket)
    case 0x7B: open(.leftBrace)
    case 0x29: close(.rightParenthesis)
    case 0x5D: close(.rightBracket)
    case 0x7D: closeBrace()
    case 0x2C: put1(.comma)
    case 0x5C: put1(.backslash)
    case 0x3A: if next == 0x3A { put2(.cons) } else { put1(.colon) }
    case 0x2E: if next == 0x2E { put2(.range) } else { put1(.dot) }
    case 0x7C:
      switch next {
      case 0x7C: put2(.or)
      case 0x3E: put2(.pipe)
      default: put1(.bar)
      }
    case 0x26 where next == 0x26: put2(.and)
    case 0x3D: if next == 0x3D { putDottable(.equal, length: 2) } else { put1(.equals) }
    case 0x21 where next == 0x3D: putDottable(.notEqual, length: 2)
    case 0x3C:
      if next == 0x3D {
        putDottable(.lessOrEqual, length: 2)
      } else {
        putDottable(.less, length: 1)
      }
    case 0x3E:
      switch next {
      case 0x3D: putDottable(.greaterOrEqual, length: 2)
      case 0x3E: put2(.compose)
      default: putDottable(.greater, length: 1)
      }
    case 0x2B: if next == 0x2B { put2(.append) } else { putDottable(.add, length: 1) }
    case 0x2D: if next == 0x3E { put2(.arrow) } else { putDottable(.subtract, length: 1) }
    case 0x2A: putDottable(.multiply, length: 1)
    case 0x2F: putDottable(.divide, length: 1)
    case 0x25: put1(.remainder)
    default: lexUnexpected()
    }
  }

  private mutating func put1(_ kind: TokenKind) {
    position += 1
    put(kind, from: position - 1)
  }

  private mutating func put2(_ kind: TokenKind) {
    position += 2
    put(kind, from: position - 2)
  }

  /// An operator that a dot may follow, which means the same operator. The dot belongs to `..` if
  /// another dot follows, and must not be taken for the point of a number.
  private mutating func putDottable(_ kind: TokenKind, length: Int) {
    let start = position
    position += length
    if bytes[position] == 0x2E && bytes[position + 1] != 0x2E {
      if isDigit(bytes[position + 1]) {
        let dot = position
        var end = dot + 1
        while isDigit(bytes[end]) { end += 1 }
        let digits = UnsafeBufferPointer(start: bytes + dot + 1, count: end - dot - 1)
        reports.add(
          .pointWithoutDigit(range(dot, end), String(decoding: digits, as: UTF8.self)))
      }
      position += 1
    }
    put(kind, from: start)
  }

  mutating func open(_ kind: TokenKind) {
    if bracketDepth == SyntaxTree.maximumNesting { return skipDeepNesting() }
    bracketDepth += 1
    if kind == .leftBrace && !holes.isEmpty { holes[holes.count - 1].openBraces += 1 }
    put1(kind)
  }

  mutating func close(_ kind: TokenKind) {
    if bracketDepth > 0 { bracketDepth -= 1 }
    put1(kind)
  }

  private mutating func closeBrace() {
    guard let hole = holes.last else { return close(.rightBrace) }
    if hole.openBraces > 0 {
      holes[holes.count - 1].openBraces -= 1
      return close(.rightBrace)
    }
    holes.removeLast()
    close(.holeEnd)
    lexInterpolationText(stringStart: hole.stringStart)
  }

  /// Brackets that are nested too deeply are not worth a token each: reports them and goes on with
  /// the next line that looks like a declaration.
  private mutating func skipDeepNesting() {
    if !output.isNestedTooDeeply {
      output.isNestedTooDeeply = true
      reports.add(.nestedTooDeeply(range(position, position + 1)))
    }
    bracketDepth = 0
    holes.removeAll()
    while position < count {
      let isLineEnd = bytes[position] == 0x0A
      position += 1
      if isLineEnd {
        beginLine(at: position)
        if isNameStart(bytes[position]) || bytes[position] == 0x23 { return }
      }
    }
  }

  /// Reports a run of bytes that start no token, as one problem, and leaves one token for it.
  private mutating func lexUnexpected() {
    let start = position
    position += decodeUTF8(bytes + start)?.length ?? 1
    let character = UnexpectedCharacter(bytes + start, position - start)
    reports.add(
      .unexpectedCharacter(range(start, position), character, inBrackets: bracketDepth > 0))
    while isUnexpected(bytes[position]) && position < count { position += 1 }
    put(.invalid, from: start)
  }

  /// Whether a byte can start no token, whatever follows.
  private func isUnexpected(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D: false
    case 0x3B, 0x40, 0x5E, 0x60, 0x7E, 0x3F: true
    default: byte < 0x20 || byte >= 0x7F
    }
  }
}

// MARK: - Bytes

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

@inline(__always)
func isNameStart(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == 0x5F }

@inline(__always)
func isNameByte(_ byte: UInt8) -> Bool {
  (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F
}

/// The Unicode scalar that starts at `bytes`, if its UTF-8 form is valid (Unicode Standard, table
/// 3-7). Reads behind a byte only if that byte asks for more, so a NUL ends every sequence.
func decodeUTF8(_ bytes: UnsafePointer<UInt8>) -> (value: UInt32, length: Int)? {
  func continuation(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> UInt32? {
    range.contains(bytes[index]) ? UInt32(bytes[index] & 0x3F) : nil
  }
  let first = bytes[0]
  switch first {
  case 0..<0x80:
    return (UInt32(first), 1)
  case 0xC2...0xDF:
    guard let second = continuation(1) else { return nil }
    return (UInt32(first & 0x1F) << 6 | second, 2)
  case 0xE0...0xEF:
    let low: UInt8 = first == 0xE0 ? 0xA0 : 0x80
    let high: UInt8 = first == 0xED ? 0x9F : 0xBF
    guard let second = continuation(1, low...high), let third = continuation(2) else { return nil }
    return (UInt32(first & 0x0F) << 12 | second << 6 | third, 3)
  case 0xF0...0xF4:
    let low: UInt8 = first == 0xF0 ? 0x90 : 0x80
    let high: UInt8 = first == 0xF4 ? 0x8F : 0xBF
    guard let second = continuation(1, low...high), let third = continuation(2),
      let fourth = continuation(3)
    else { return nil }
    return (UInt32(first & 0x07) << 18 | second << 12 | third << 6 | fourth, 4)
  default:
    return nil
  }
}

/// A token of assembler source.
struct AssemblyToken {
  enum Kind: UInt8 {
    /// A mnemonic, directive, register or symbol: letters, digits, `_`, `.` and `$`.
    case name
    /// Text in double quotes; the range includes them.
    case quoted
    /// `value` has the number.
    case integer
    /// `value` has the bits of the double.
    case float
    /// `1b` or `1f`: `value` is twice the number, plus one for `f`.
    case numericReference
    /// `value` is one of ``Punctuation``.
    case punctuation
    /// A newline, `;`, or the end of the text.
    case endOfStatement
    /// Something that is no token.
    case invalid
  }

  var kind: Kind
  /// Byte range in the text.
  var start: Int
  var end: Int
  var value: UInt64 = 0

  func isPunctuation(_ punctuation: Punctuation) -> Bool {
    kind == .punctuation && value == UInt64(punctuation)
  }
}

/// Operators and separators: single characters by their ASCII code, the others from 128 on.
typealias Punctuation = UInt8

enum Operators {
  static let shiftLeft: Punctuation = 128
  static let shiftRight: Punctuation = 129
  static let equal: Punctuation = 130
  static let notEqual: Punctuation = 131
  static let lessOrEqual: Punctuation = 132
  static let greaterOrEqual: Punctuation = 133
  static let and: Punctuation = 134
  static let or: Punctuation = 135
}

/// Splits one text into tokens.
struct AssemblyLexer {
  /// The text, followed by one NUL.
  let bytes: [UInt8]
  var position = 0
  /// Whether `#` begins a comment anywhere (x86-64) or only at the beginning of a line (AArch64,
  /// where it announces an immediate).
  let hashIsComment: Bool

  init(_ bytes: [UInt8], hashIsComment: Bool) {
    self.bytes = bytes
    self.hashIsComment = hashIsComment
  }

  /// Length of the text.
  var count: Int { bytes.count - 1 }
  var isAtEnd: Bool { position >= count }

  // MARK: Tokens

  mutating func next() -> AssemblyToken {
    if let comment = skipBlanks() {
      return AssemblyToken(kind: .invalid, start: comment, end: count)
    }
    let start = position
    if isAtEnd { return AssemblyToken(kind: .endOfStatement, start: start, end: start) }
    let byte = bytes[position]
    switch byte {
    case 0x0A, UInt8(ascii: ";"):
      position += 1
      return AssemblyToken(kind: .endOfStatement, start: start, end: position)
    case UInt8(ascii: "\""): return quoted()
    case UInt8(ascii: "'"): return character()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
    default: break
    }
    if isNameStart(byte) {
      while isNamePart(bytes[position]) { position += 1 }
      return AssemblyToken(kind: .name, start: start, end: position)
    }
    if byte < 0x20 || byte >= 0x7F {
      position += 1
      return AssemblyToken(kind: .invalid, start: start, end: position)
    }
    return punctuation(byte)
  }

  /// Skips blanks and comments, but not the end of the line; returns where a comment begins that
  /// does not end.
  private mutating func skipBlanks() -> Int? {
    while position < count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0D, 0x0C: position += 1
      case UInt8(ascii: "/") where bytes[position + 1] == UInt8(ascii: "/"): skipLine()
      case UInt8(ascii: "/") where bytes[position + 1] == UInt8(ascii: "*"):
        let start = position
        position += 2
        while position < count
          && !(bytes[position] == UInt8(ascii: "*") && bytes[position + 1] == UInt8(ascii: "/"))
        {
          position += 1
        }
        if position >= count {
          position = count
          return start
        }
        position += 2
      case UInt8(ascii: "#") where hashIsComment || isAtLineStart(): skipLine()
      default: return nil
      }
    }
    return nil
  }

  /// Skips to the newline.
  mutating func skipLine() {
    while position < count && bytes[position] != 0x0A { position += 1 }
  }

  /// Whether only blanks stand before the position on its line.
  private func isAtLineStart() -> Bool {
    var index = position - 1
    while index >= 0 && bytes[index] != 0x0A {
      if bytes[index] != 0x20 && bytes[index] != 0x09 { return false }
      index -= 1
    }
    return true
  }

  private func isNameStart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), UInt8(ascii: "."), 0x80...:
      true
    default: false
    }
  }

  func isNamePart(_ byte: UInt8) -> Bool {
    isNameStart(byte) || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      || byte == UInt8(ascii: "$")
  }

  private mutating func quoted() -> AssemblyToken {
    let start = position
    position += 1
    while position < count && bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == 0x0A { break }
      position += bytes[position] == UInt8(ascii: "\\") && position + 1 < count ? 2 : 1
    }
    guard position < count && bytes[position] == UInt8(ascii: "\"") else {
      position = min(position, count)
      return AssemblyToken(kind: .invalid, start: start, end: position)
    }
    position += 1
    return AssemblyToken(kind: .quoted, start: start, end: position)
  }

  /// `'a'` or `'a`, the number of a character.
  private mutating func character() -> AssemblyToken {
    let start = position
    position += 1
    guard position < count && bytes[position] != 0x0A else {
      return AssemblyToken(kind: .invalid, start: start, end: position)
    }
    var value = bytes[position]
    position += 1
    if value == UInt8(ascii: "\\") && position < count && bytes[position] != 0x0A {
      value = StringLiteral.simpleEscape(bytes[position]) ?? bytes[position]
      position += 1
    }
    if bytes[position] == UInt8(ascii: "'") { position += 1 }
    return AssemblyToken(kind: .integer, start: start, end: position, value: UInt64(value))
  }

  private mutating func punctuation(_ byte: UInt8) -> AssemblyToken {
    let start = position
    position += 1
    let second = bytes[position]
    let pair: Punctuation? =
      switch (byte, second) {
      case (UInt8(ascii: "<"), UInt8(ascii: "<")): Operators.shiftLeft
      case (UInt8(ascii: ">"), UInt8(ascii: ">")): Operators.shiftRight
      case (UInt8(ascii: "="), UInt8(ascii: "=")): Operators.equal
      case (UInt8(ascii: "!"), UInt8(ascii: "=")): Operators.notEqual
      case (UInt8(ascii: "<"), UInt8(ascii: ">")): Operators.notEqual
      case (UInt8(ascii: "<"), UInt8(ascii: "=")): Operators.lessOrEqual
      case (UInt8(ascii: ">"), UInt8(ascii: "=")): Operators.greaterOrEqual
      case (UInt8(ascii: "&"), UInt8(ascii: "&")): Operators.and
      case (UInt8(ascii: "|"), UInt8(ascii: "|")): Operators.or
      default: nil
      }
    if pair != nil { position += 1 }
    return AssemblyToken(
      kind: .punctuation, start: start, end: position, value: UInt64(pair ?? byte))
  }

  // MARK: Numbers

  private mutating func number() -> AssemblyToken {
    let start = position
    while isNamePart(bytes[position]) && bytes[position] != UInt8(ascii: ".") { position += 1 }
    let isFraction =
      bytes[position] == UInt8(ascii: ".") && bytes[start..<position].allSatisfy(isDigit)
    if isFraction { return float(start) }
    if let exponent = bytes[start..<position].firstIndex(where: { !isDigit($0) }),
      bytes[exponent] | 0x20 == UInt8(ascii: "e")
    {
      position = exponent
      return float(start)
    }
    let text = bytes[start..<position]
    if let last = text.last, text.count > 1, text.dropLast().allSatisfy(isDigit),
      last == UInt8(ascii: "b") || last == UInt8(ascii: "f"),
      let number = digits(text.dropLast(), radix: 10), number < 1 << 32
    {
      return AssemblyToken(
        kind: .numericReference, start: start, end: position,
        value: number << 1 | (last == UInt8(ascii: "f") ? 1 : 0))
    }
    guard let value = integer(text) else {
      return AssemblyToken(kind: .invalid, start: start, end: position)
    }
    return AssemblyToken(kind: .integer, start: start, end: position, value: value)
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private func integer(_ text: ArraySlice<UInt8>) -> UInt64? {
    guard text.count > 1, text[text.startIndex] == UInt8(ascii: "0") else {
      return digits(text, radix: 10)
    }
    switch text[text.startIndex + 1] {
    case UInt8(ascii: "x"), UInt8(ascii: "X"): return digits(text.dropFirst(2), radix: 16)
    case UInt8(ascii: "b"), UInt8(ascii: "B"): return digits(text.dropFirst(2), radix: 2)
    default: return digits(text.dropFirst(), radix: 8)
    }
  }

  private func digits(_ text: ArraySlice<UInt8>, radix: UInt64) -> UInt64? {
    if text.isEmpty { return nil }
    var result: UInt64 = 0
    for byte in text {
      let digit: UInt64
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = UInt64(byte - UInt8(ascii: "A") + 10)
      default: return nil
      }
      let (product, overflow) = result.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(digit)
      if digit >= radix || overflow || carry { return nil }
      result = sum
    }
    return result
  }

  /// The rest of a number with a decimal point or an exponent, which stands at the position.
  private mutating func float(_ start: Int) -> AssemblyToken {
    if bytes[position] == UInt8(ascii: ".") { position += 1 }
    while isDigit(bytes[position]) { position += 1 }
    if bytes[position] | 0x20 == UInt8(ascii: "e") {
      var next = position + 1
      if bytes[next] == UInt8(ascii: "+") || bytes[next] == UInt8(ascii: "-") { next += 1 }
      if isDigit(bytes[next]) {
        while isDigit(bytes[next]) { next += 1 }
        position = next
      }
    }
    guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      return AssemblyToken(kind: .invalid, start: start, end: position)
    }
    return AssemblyToken(kind: .float, start: start, end: position, value: value.bitPattern)
  }
}

/// The contents of text in double quotes.
enum StringLiteral {
  /// The byte that a backslash and a letter stand for.
  static func simpleEscape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "v"): 0x0B
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): byte
    default: nil
    }
  }

  /// The bytes between the quotes, with escapes resolved: `\n` and its like, up to three octal
  /// digits, `\x` and hexadecimal digits of which the last two count. Nil if there is another one.
  static func contents(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        result.append(byte)
        continue
      }
      if let simple = simpleEscape(escape) {
        result.append(simple)
      } else if escape | 0x20 == UInt8(ascii: "x") {
        guard let value = takeDigits(&rest, bits: 4, limit: .max) else { return nil }
        result.append(value)
      } else if escape >= UInt8(ascii: "0") && escape <= UInt8(ascii: "7") {
        rest = text[(rest.startIndex - 1)..<text.endIndex]
        result.append(takeDigits(&rest, bits: 3, limit: 3) ?? 0)
      } else {
        return nil
      }
    }
    return result
  }

  private static func takeDigits(
    _ text: inout ArraySlice<UInt8>, bits: UInt8, limit: Int
  ) -> UInt8? {
    var value: UInt8 = 0
    var count = 0
    while count < limit, let byte = text.first, let digit = digit(byte), digit < 1 << bits {
      value = value << bits | digit
      text.removeFirst()
      count += 1
    }
    return count == 0 ? nil : value
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

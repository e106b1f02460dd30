/// One token of a file.
public struct Token: Sendable {
  /// Byte offsets in the file.
  public var start: UInt32
  public var end: UInt32
  /// Byte column of `start`, from 1.
  public var column: UInt32
  /// A symbol index, or an index into one of the pools of literals; see ``TokenKind``.
  public var value: Int32
  public var kind: TokenKind
  /// Whether no other token starts before this one on its line (`docs/layout.md`: "first").
  public var isFirst: Bool

  @inlinable public init(
    kind: TokenKind, start: UInt32, end: UInt32, column: UInt32, value: Int32, isFirst: Bool
  ) {
    self.start = start
    self.end = end
    self.column = column
    self.value = value
    self.kind = kind
    self.isFirst = isFirst
  }
}

/// The kinds of tokens. The order matters in two places, so that one comparison answers a question:
/// what can start an argument is contiguous, and the binary operators are contiguous and in the
/// order of ``BinaryOperator``.
public enum TokenKind: UInt8, Sendable, CaseIterable {
  // MARK: What can start an atom
  /// value: symbol.
  case name
  /// value: index into the integers.
  case integer
  /// value: index into the integers.
  case character
  /// value: index into the floats.
  case float
  /// value: index into the strings.
  case string
  /// `$"`.
  case interpolationStart
  case `true`, `false`, null
  case leftParenthesis, leftBracket, leftBrace
  /// Text that is no token; a diagnostic has been reported.
  case invalid

  // MARK: Binary operators
  case pipe, compose, or, and
  case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual
  case cons, append
  case add, subtract, multiply, divide, remainder

  // MARK: Punctuation
  case rightParenthesis, rightBracket, rightBrace
  case comma, bar, equals, arrow, colon, dot, range, backslash

  // MARK: Keywords
  case then, `else`, `in`, `let`, `if`, match
  case type, `import`, foreign, link

  // MARK: Inside interpolated strings
  /// value: index into the strings.
  case interpolationText
  case holeStart, holeEnd
  /// The closing quote.
  case interpolationEnd

  // MARK: The rest
  /// `#word`; value: symbol of the word.
  case directive
  case endOfFile

  // MARK: What layout makes of line starts (never in a token list)
  /// A new statement of the innermost block begins here.
  case nextStatement
  /// The innermost block ends here.
  case endOfBlock

  @inline(__always) var startsAtom: Bool { rawValue <= TokenKind.invalid.rawValue }

  @inline(__always) var isBinaryOperator: Bool {
    rawValue >= TokenKind.pipe.rawValue && rawValue <= TokenKind.remainder.rawValue
  }

  /// Whether this closes a bracket of ordinary text or the hole of an interpolated string.
  var isCloser: Bool {
    switch self {
    case .rightParenthesis, .rightBracket, .rightBrace, .holeEnd: true
    default: false
    }
  }

  var isOpener: Bool {
    switch self {
    case .leftParenthesis, .leftBracket, .leftBrace, .holeStart: true
    default: false
    }
  }
}

/// The tokens of one file and the literals they refer to.
public struct TokenList: Sendable {
  /// Ends with one `endOfFile`.
  public internal(set) var tokens: [Token] = []
  /// 2^62 stands here too: the parser knows whether a minus makes it a legal literal.
  public internal(set) var integers: [Int] = []
  public internal(set) var floats: [Double] = []
  /// Text of string literals after escapes, back to back.
  public internal(set) var stringBytes: [UInt8] = []
  /// Byte range in `stringBytes` of each string literal.
  public internal(set) var strings: [Range<Int32>] = []
  /// Whether brackets were nested deeper than ``SyntaxTree/maximumNesting``, which has been
  /// reported.
  var isNestedTooDeeply = false
  /// Whether the end of the text is inside a comment or string, which has been reported.
  var isCutShort = false
}

import Codegen
import Diagnostics
import ELF
import Support

/// The state of assembling one source. Extensions in the other files do the work; the order of the
/// phases is that of ``assemble(_:_:options:diagnostics:)``.
struct Assembly {
  let options: AssemblyOptions
  let file: FileID
  var diagnostics = DiagnosticSink()
  /// How many errors have been reported: behind the limit the source is given up.
  static let maximumErrors = 50
  var isStopped = false

  // MARK: Text

  /// The text being read; ``outerTexts`` are those it is expanded in.
  var lexer: AssemblyLexer
  var outerTexts: [OuterText] = []
  var token = AssemblyToken(kind: .endOfStatement, start: 0, end: 0)
  /// End of the token before ``token``.
  var previousEnd = 0
  /// Where the instruction begins that is being assembled.
  var statementStart = 0
  var names: Interner
  let vocabulary: Vocabulary

  // MARK: Program

  var symbols: [AssemblySymbol] = []
  /// For each interned name its symbol, or -1.
  var symbolOfName: [Int32] = []
  var numericLabels: [UInt64: NumericLabel] = [:]
  var sections: [AssemblySection] = []
  var sectionNumbers: [String: Int] = [:]
  var currentSection = 0
  var previousSection = 0
  var sectionStack: [(current: Int, previous: Int)] = []
  var expressions = ExpressionArena()
  /// What `.cfi_…` directives say, in the order of their beginnings, by section those without an
  /// end, and where it goes.
  var frames: [FrameDescription] = []
  var openFrames: [Int: Int] = [:]
  var frameSections = FrameSections.exceptions
  /// Whether addresses are known.
  var isLaidOut = false

  // MARK: Text substitution

  var macros: [Int32: Macro] = [:]
  var macroCalls = 0
  /// Bytes that macros and repetitions have made so far.
  var expandedBytes = 0
  var conditionals: [Conditional] = []

  // MARK: Syntax

  /// x86-64: `.intel_syntax`; AT&T is what GNU assemblers begin with.
  var isIntelSyntax = false

  init(_ source: SourceFile, _ file: FileID, _ options: AssemblyOptions) {
    self.options = options
    self.file = file
    lexer = AssemblyLexer(source.bytes, hashIsComment: options.machine == .x86_64)
    (vocabulary, names) = Vocabulary.of(options.machine)
    symbolOfName = Array(repeating: -1, count: names.count)
    currentSection = section(named: ".text", SectionAttributes(standard: ".text"))
    previousSection = currentSection
  }

  var isX86: Bool { options.machine == .x86_64 }

  // MARK: Tokens

  mutating func advance() {
    previousEnd = token.end
    token = lexer.next()
  }

  /// The bytes of a token of the current text.
  func text(_ token: AssemblyToken) -> ArraySlice<UInt8> { lexer.bytes[token.start..<token.end] }

  func string(_ token: AssemblyToken) -> String { String(decoding: text(token), as: UTF8.self) }

  mutating func intern(_ bytes: ArraySlice<UInt8>) -> Int32 {
    bytes.withUnsafeBufferPointer { names.intern($0).index }
  }

  /// The name of a `.name` or `.quoted` token.
  mutating func internedName(_ token: AssemblyToken) -> Int32 {
    if token.kind == .quoted {
      let inner = text(token).dropFirst().dropLast()
      return intern((StringLiteral.contents(inner) ?? Array(inner))[...])
    }
    return intern(text(token))
  }

  /// The number of a word of the language: directives, mnemonics and registers may be written in
  /// any case.
  mutating func internedWord(_ token: AssemblyToken) -> Int32 {
    let bytes = text(token)
    let hasCapital = bytes.contains { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
    if !hasCapital { return intern(bytes) }
    return intern(
      bytes.map {
        $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0
      }[...])
  }

  mutating func takeIf(_ punctuation: Punctuation) -> Bool {
    guard token.isPunctuation(punctuation) else { return false }
    advance()
    return true
  }

  mutating func expect(_ punctuation: Punctuation, _ what: String) throws(AssemblyError) {
    if !takeIf(punctuation) { throw expected(what) }
  }

  var isAtEndOfStatement: Bool { token.kind == .endOfStatement }

  mutating func expectEndOfStatement() throws(AssemblyError) {
    if !isAtEndOfStatement { throw expected("the end of the statement") }
  }

  // MARK: Errors

  /// Bytes of the source file: of a macro's text, those of the statement that calls it.
  func range(_ start: Int, _ end: Int) -> SourceRange {
    if let outer = outerTexts.first { return outer.call }
    return SourceRange(file: file, start: UInt32(start), end: UInt32(max(start, end)))
  }

  func range(_ token: AssemblyToken) -> SourceRange { range(token.start, token.end) }

  /// The range from `start` to the last token that was consumed.
  func range(from start: Int) -> SourceRange { range(start, max(previousEnd, start)) }

  func expected(_ what: String) -> AssemblyError {
    if token.kind == .invalid { return invalidToken() }
    let found =
      isAtEndOfStatement ? "the statement ends here" : "found '\(string(token))'"
    return AssemblyError("E0402", "expected \(what)", range(token), found)
  }

  func invalidToken() -> AssemblyError {
    let first = lexer.bytes[token.start]
    switch first {
    case UInt8(ascii: "\""):
      return AssemblyError(
        "E0401", "unterminated string", range(token), "the closing quote is missing")
    case UInt8(ascii: "/"):
      return AssemblyError("E0401", "unterminated comment", range(token), "no '*/' follows")
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      return AssemblyError(
        "E0401", "'\(string(token))' is not a number", range(token),
        help: "numbers are decimal, 0x…, 0b… or octal with a leading 0, and have at most 64 bits")
    default:
      return AssemblyError("E0401", "unexpected character", range(token))
    }
  }

  mutating func report(_ error: AssemblyError) {
    var diagnostic = error.diagnostic
    if let outer = outerTexts.last {
      let line = lexer.line(at: min(token.start, max(previousEnd - 1, 0)))
      let context = "in \(outer.name): \(line)"
      diagnostic.primary.text =
        diagnostic.primary.text.isEmpty ? context : "\(diagnostic.primary.text), \(context)"
    }
    diagnostics.report(diagnostic)
    if diagnostics.errorCount >= Assembly.maximumErrors && !isStopped {
      isStopped = true
      diagnostics.report(
        AssemblyError(
          "E0400", "too many errors", diagnostic.primary.range, "the rest is not looked at"
        ).diagnostic)
    }
  }
}

extension AssemblyLexer {
  /// The line around an offset, without blanks at its ends, as printable text.
  func line(at offset: Int) -> String {
    var start = min(offset, count)
    var end = start
    while start > 0 && bytes[start - 1] != 0x0A { start -= 1 }
    while end < count && bytes[end] != 0x0A { end += 1 }
    let line = bytes[start..<end].prefix(200).map { $0 < 0x20 ? 0x20 : $0 }
    return String(decoding: line, as: UTF8.self).split(separator: " ").joined(separator: " ")
  }
}

/// Something wrong with the source: ends the statement.
struct AssemblyError: Error {
  var diagnostic: Diagnostic

  init(
    _ code: String, _ message: String, _ range: SourceRange, _ label: String = "",
    help: String? = nil
  ) {
    diagnostic = Diagnostic(
      code: code, severity: .error, message: message, primary: Diagnostic.Label(range, label),
      help: help)
  }

  func with(_ range: SourceRange, _ text: String) -> AssemblyError {
    var result = self
    result.diagnostic.secondary.append(Diagnostic.Label(range, text))
    return result
  }
}

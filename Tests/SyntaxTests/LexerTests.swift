import Diagnostics
import Support
import Syntax
import Testing

/// Tokens of a text as `kind` or `kind:value`, without the end of the file.
private func tokens(_ text: String) -> String { tokens(Array(text.utf8)).0 }

private func tokens(_ bytes: [UInt8]) -> (String, [Diagnostic]) {
  let file = SourceFile(path: "t", text: bytes)
  var interner = Interner()
  var sink = DiagnosticSink()
  let list = lex(file, id: FileID(index: 0), interner: &interner, diagnostics: &sink)
  let texts = list.tokens.dropLast().map { token -> String in
    let value = Int(token.value)
    switch token.kind {
    case .name, .directive:
      return "\(token.kind):\(interner.string(of: Symbol(index: token.value)))"
    case .integer, .character: return "\(token.kind):\(list.integers[value])"
    case .float: return "\(token.kind):\(list.floats[value])"
    case .string, .interpolationText:
      var writer = TextWriter()
      let range = list.strings[value]
      writer.writeQuoted(list.stringBytes[Int(range.lowerBound)..<Int(range.upperBound)])
      return "\(token.kind):\(writer.string)"
    default: return "\(token.kind)"
    }
  }
  return (texts.joined(separator: " "), sink.sorted())
}

@Suite struct LexerTests {
  @Test(arguments: [
    // Names, primes, keywords
    ("x _y Z9 a_b'", "name:x name:_y name:Z9 name:a_b'"),
    ("x'' in' in", "name:x'' name:in' in"),
    ("let in if then else match", "let in if then else match"),
    ("type import foreign link", "type import foreign link"),
    ("true false null as with where", "true false null name:as name:with name:where"),
    // Integers
    ("0 007 1_000", "integer:0 integer:7 integer:1000"),
    ("0xFF 0Xff", "integer:255 integer:0"),
    ("0b101 0o17 0xff_ff", "integer:5 integer:15 integer:65535"),
    ("4611686018427387903", "integer:4611686018427387903"),
    ("0x3fffffffffffffff", "integer:4611686018427387903"),
    // Floats
    (
      "1.5 1e6 1.5e-3 2E+2 1_0.2_5",
      "float:1.5 float:1000000.0 float:0.0015 float:200.0 float:10.25"
    ),
    ("1..2", "integer:1 range integer:2"),
    ("t.0", "name:t dot integer:0"),
    // Characters
    (
      "'a' '\\n' '\\'' '\"' '\\x41' '\\u{20AC}' '€'",
      "character:97 character:10 character:39 character:34 character:65 character:8364 "
        + "character:8364"
    ),
    ("g'a'", "name:g' name:a'"),
    ("g('a')", "name:g leftParenthesis character:97 rightParenthesis"),
    ("2 'a'", "integer:2 character:97"),
    // Strings
    (#""a\n\t\r\0\\\"\'\{\}""#, #"string:"a\n\t\r\x00\\\"'{}""#),
    (#""\x41\u{e9}""#, #"string:"A\xc3\xa9""#),
    ("\"a\\\nb\"", #"string:"ab""#),
    ("\"a\nb\"", #"string:"a\nb""#),
    ("\"a\r\nb\"", #"string:"a\nb""#),
    ("\"{x}{- no comment -}\"", #"string:"{x}{- no comment -}""#),
    // Raw strings
    (#""""a "b" \n""""#, #"string:"a \"b\" \\n""#),
    ("\"\"\"\n    a\n      b\n\n    c\n    \"\"\"", #"string:"a\n  b\n\nc""#),
    ("\"\"\"a\n  b\n  \"\"\"", #"string:"a\nb""#),
    ("\"\"\"\n  a\n    \"\"\"", #"string:"a""#),
    ("\"\"\"\r\n  a\r\n  b\r\n\"\"\"", #"string:"a\nb""#),
    ("\"\"\"\"\"\"", #"string:"""#),
    ("\"\"\"\n\"\"\"", #"string:"""#),
    ("\"\"\"  x\"\"\"", #"string:"  x""#),
    // Interpolation
    (
      #"$"a {x + 1} b""#,
      "interpolationStart interpolationText:\"a \" holeStart name:x add integer:1 holeEnd "
        + "interpolationText:\" b\" interpolationEnd"
    ),
    (#"$"{{x}} \{y\}""#, #"interpolationStart interpolationText:"{x} {y}" interpolationEnd"#),
    (
      #"$"{f "}" {x}}""#,
      "interpolationStart holeStart name:f string:\"}\" leftBrace name:x rightBrace holeEnd "
        + "interpolationEnd"
    ),
    (#"$"{-x}""#, "interpolationStart holeStart subtract name:x holeEnd interpolationEnd"),
    (
      #"$"{$"{a}"}""#,
      "interpolationStart holeStart interpolationStart holeStart name:a holeEnd interpolationEnd "
        + "holeEnd interpolationEnd"
    ),
    ("$\"\"", "interpolationStart interpolationEnd"),
    // Operators and brackets
    ("+ - * / %", "add subtract multiply divide remainder"),
    ("== != < > <= >=", "equal notEqual less greater lessOrEqual greaterOrEqual"),
    ("&& || |> = -> | :: ++ >> ..", "and or pipe equals arrow bar cons append compose range"),
    (
      "( ) [ ] { } , : \\ .",
      "leftParenthesis rightParenthesis leftBracket rightBracket leftBrace rightBrace comma "
        + "colon backslash dot"
    ),
    (
      "+. -. *. /. <. >. <=. >=. ==. !=.",
      "add subtract multiply divide less greater lessOrEqual greaterOrEqual equal notEqual"
    ),
    ("a<..b", "name:a less range name:b"),
    ("=>", "equals greater"),
    ("x|>f", "name:x pipe name:f"),
    // Comments, directives, white space
    ("a -- b\nc", "name:a name:c"),
    ("a {- {- b -} \" -- -} c", "name:a name:c"),
    ("{--} a", "name:a"),
    ("#strict", "directive:strict"),
    ("#!/bin/x\na", "name:a"),
    ("a\tb\r\n", "name:a name:b"),
  ])
  func turnsTextIntoTokens(_ text: String, _ expected: String) {
    if text.contains("0X") {
      // No prefix: reported, and one token.
      #expect(tokens(text) == expected)
    } else {
      let (actual, diagnostics) = tokens(Array(text.utf8))
      #expect(actual == expected)
      #expect(diagnostics.isEmpty)
    }
  }

  @Test(arguments: [
    ("x ; y", "E0101", 2, 3), ("!x", "E0101", 0, 1), ("& x", "E0101", 0, 1),
    ("a # b", "E0101", 2, 3),
    ("$ x", "E0101", 0, 1), ("× y", "E0101", 0, 2), ("a \r b", "E0101", 2, 3),
    ("a \0 b", "E0101", 2, 3), ("-- \0", "E0101", 3, 4), ("\"\0\"", "E0101", 1, 2),
    ("\u{FEFF}x", "E0101", 0, 3),
    ("\"abc", "E0102", 0, 1), ("$\"a", "E0102", 0, 2), ("$\"a {x", "E0102", 0, 2),
    ("\"\"\"a", "E0102", 0, 3), ("\"a\\", "E0102", 0, 1),
    ("{- a", "E0103", 0, 2), ("{- {- -}", "E0103", 0, 2),
    ("2ex", "E0104", 1, 3), ("1_", "E0104", 1, 2), ("0x", "E0104", 0, 2), ("0b12", "E0104", 3, 4),
    ("0xg", "E0104", 2, 3), ("1__0", "E0104", 1, 4), ("1.5x", "E0104", 3, 4),
    ("4611686018427387905", "E0105", 0, 19), ("0xFFFFFFFFFFFFFFFFF", "E0105", 0, 19),
    ("99999999999999999999999", "E0105", 0, 23),
    ("''", "E0106", 0, 2), ("'ab'", "E0106", 0, 4), ("'\n'", "E0106", 0, 1),
    ("'\\q'", "E0106", 0, 4),
    ("'", "E0106", 0, 1), ("'\\", "E0106", 0, 2), ("'\\u{110000}'", "E0106", 0, 12),
    ("a +.5", "E0107", 3, 5), ("a <=.25", "E0107", 4, 7),
    ("$\"}\"", "E0108", 2, 3),
    ("\"\\q\"", "W0101", 1, 3), ("\"\\xZZ\"", "W0101", 1, 3), ("\"\\u{D800}\"", "W0101", 1, 3),
    ("\"\\u{}\"", "W0101", 1, 3),
  ])
  func reports(_ text: String, _ code: String, _ start: Int, _ end: Int) throws {
    let (_, diagnostics) = tokens(Array(text.utf8))
    let first = try #require(diagnostics.first)
    #expect(first.code == code)
    #expect(Int(first.primary.range.start) == start)
    #expect(Int(first.primary.range.end) == end)
  }

  @Test(
    arguments: [
      ([0x22, 0xFF, 0xFE, 0x22], "string:\"\\xff\\xfe\""), ([0x2D, 0x2D, 0xC3], ""),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], "string:\"\\xed\\xa0\\x80\""),
    ] as [([UInt8], String)])
  func warnsOnceOfInvalidUTF8(_ bytes: [UInt8], _ expected: String) {
    let (actual, diagnostics) = tokens(bytes)
    #expect(actual == expected)
    #expect(diagnostics.map(\.code) == ["W0102"])
  }

  @Test func keepsValidUTF8WithoutWarning() {
    let (_, diagnostics) = tokens(Array("f = \"äß→日本😀\" -- Ünïcode {- 😀 -}".utf8))
    #expect(diagnostics.isEmpty)
  }

  @Test func stopsReadingAfterTooManyErrors() {
    let (_, diagnostics) = tokens(Array(String(repeating: "a ; ", count: 500).utf8))
    #expect(diagnostics.count == 101)
    #expect(diagnostics.last?.code == "E0113")
  }

  @Test func limitsWarningsWithoutAnError() {
    let (_, diagnostics) = tokens(Array("\"\(String(repeating: "\\q", count: 500))\"".utf8))
    #expect(diagnostics.count == 101)
    #expect(diagnostics.allSatisfy { $0.severity == .warning })
  }

  @Test func marksFirstTokensAndColumns() {
    let file = SourceFile(
      path: "t", text: Array("a b\n  c {- x\n -} d \"e\nf\" g\n\th".utf8))
    var interner = Interner()
    var sink = DiagnosticSink()
    let list = lex(file, id: FileID(index: 0), interner: &interner, diagnostics: &sink)
    let places = list.tokens.dropLast().map { "\($0.column)\($0.isFirst ? "^" : "")" }
    #expect(places == ["1^", "3", "3^", "5^", "7", "4", "2^"])
  }

  /// Clinger's fast path and the library's slow one against the values that Swift's own literals
  /// have.
  @Test(arguments: [
    ("0.1", 0.1), ("1e22", 1e22), ("1e23", 1e23), ("9007199254740993.0", 9007199254740993.0),
    ("1.7976931348623157e308", 1.7976931348623157e308), ("4.9e-324", Double.leastNonzeroMagnitude),
    ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown), ("1e-5", 1e-5),
    ("123456789012345678901234567890.0", 123456789012345678901234567890.0),
    ("0.000000000000000000000000000001", 1e-30), ("1e999", Double.infinity), ("1e-999", 0.0),
    ("1e99999999999999999999", Double.infinity), ("0e99999999999999999999", 0.0),
    ("8.10109172351e-10", 8.10109172351e-10), ("1.00000000000000011102230246251565", 1.0),
    ("1.00000000000000011102230246251566", 1.0000000000000002),
  ])
  func roundsFloatsCorrectly(_ text: String, _ expected: Double) {
    #expect(tokens(text) == "float:\(expected)")
  }

  @Test func dumpsTokens() {
    let file = SourceFile(path: "t", text: Array("f x =\n  \"a\" + 1.5\n".utf8))
    var interner = Interner()
    var sink = DiagnosticSink()
    let list = lex(file, id: FileID(index: 0), interner: &interner, diagnostics: &sink)
    #expect(
      dump(list, file, interner).string == """
        1:1^ name f
        1:3 name x
        1:5 equals
        2:3^ string "a"
        2:7 add
        2:9 float 0f3ff8000000000000
        3:1^ endOfFile

        """)
  }
}

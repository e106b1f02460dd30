// The wording of every message of lexer and parser, ordered by code.

import Diagnostics
import Support

/// Bytes that start no token, as a message shows them.
struct UnexpectedCharacter {
  /// The character itself if it can be shown, else `\xHH` of its first byte.
  var text: String
  /// The Unicode scalar, if the bytes are one.
  var scalar: UInt32?

  static let nul = UnexpectedCharacter(text: "\\0", scalar: 0)

  init(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
    let scalar = length > 0 ? decodeUTF8(bytes)?.value : 0
    self.scalar = scalar
    if let scalar, scalar > 0x20, scalar != 0x7F, !(0x80..<0xA0).contains(scalar),
      let character = UnicodeScalar(scalar), scalar != 0xFEFF
    {
      text = String(character)
    } else if scalar == 0 {
      text = "\\0"
    } else {
      let digits = String(bytes[0], radix: 16)
      text = "\\x" + (digits.count < 2 ? "0" : "") + digits
    }
  }

  private init(text: String, scalar: UInt32?) {
    self.text = text
    self.scalar = scalar
  }
}

private func syntaxError(
  _ code: String, _ message: String, _ range: SourceRange, _ label: String = "",
  secondary: [Diagnostic.Label] = [], help: String? = nil, edits: [Diagnostic.Edit] = []
) -> Diagnostic {
  Diagnostic(
    code: code, severity: .error, message: message, primary: Diagnostic.Label(range, label),
    secondary: secondary, help: help, edits: edits)
}

private func syntaxWarning(
  _ code: String, _ message: String, _ range: SourceRange, _ label: String = "",
  secondary: [Diagnostic.Label] = [], help: String? = nil, edits: [Diagnostic.Edit] = []
) -> Diagnostic {
  Diagnostic(
    code: code, severity: .warning, message: message, primary: Diagnostic.Label(range, label),
    secondary: secondary, help: help, edits: edits)
}

// MARK: - Lexical errors (E010x, E011x)

extension Diagnostic {
  static func unexpectedCharacter(
    _ range: SourceRange, _ character: UnexpectedCharacter, inBrackets: Bool = false
  ) -> Diagnostic {
    var help: String?
    var edits: [Edit] = []
    switch character.scalar {
    case 0x0D: help = "a line ends in LF or CR LF"
    case 0x21: help = "'!=' is unequal; the function 'not' negates a condition"
    case 0x23: help = "a directive is the first thing on its line; a comment begins with '--'"
    case 0x24: help = "text with holes is written $\"…{expression}…\""
    case 0x26:
      help = "logical and is '&&'"
      edits = [Edit(range, "&&")]
    case 0x3B:
      help =
        inBrackets
        ? "elements are separated by ','"
        : "a statement ends with its line: put the next one on a line of its own"
    case 0x2018, 0x2019:
      help = "write a plain quote: '"
      edits = [Edit(range, "'")]
    case 0x201C, 0x201D:
      help = "write a plain quote: \""
      edits = [Edit(range, "\"")]
    case 0xFEFF:
      help = "remove the byte order mark"
      edits = [Edit(range, "")]
    default: break
    }
    return syntaxError(
      "E0101", "unexpected character '\(character.text)'", range, help: help, edits: edits)
  }

  static func unterminatedString(_ range: SourceRange) -> Diagnostic {
    syntaxError("E0102", "unterminated string", range, "the closing quote of this is missing")
  }

  static func unterminatedComment(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0103", "unterminated comment", range, "no '-}' matches this",
      help: "block comments nest: every '{-' inside needs its own '-}'")
  }

  /// - Parameter character: what follows the number; nil if its digits are missing.
  static func malformedNumber(
    _ range: SourceRange, _ bad: SourceRange, character: String?
  ) -> Diagnostic {
    // Exponents and digits of other bases look like names too.
    let isName = character.map { ("a"..."z").contains($0) && $0 != "e" } ?? false
    guard let character else {
      return syntaxError("E0104", "expected a digit after a number's base", range)
    }
    return syntaxError(
      "E0104", "unexpected '\(character)' directly after a number", bad,
      secondary: [Label(range, "the number begins here")],
      help: isName
        ? "a product is written with '*'"
        : character == "_"
          ? "'_' stands between two digits" : "put a space between a number and a name",
      edits: isName
        ? [Edit(SourceRange(file: bad.file, start: bad.start, end: bad.start), " * ")] : [])
  }

  static func integerOutOfRange(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0105", "integer literal is out of range", range,
      help: "an int lies between -4611686018427387904 and 4611686018427387903")
  }

  static func badCharacterLiteral(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0106", "a character literal holds exactly one character", range,
      help: "strings are written with double quotes")
  }

  /// An operator's dot directly before a digit.
  static func pointWithoutDigit(_ range: SourceRange, _ digits: String) -> Diagnostic {
    let shown = digits.utf8.count <= 20 ? digits : String(digits.prefix(20)) + "…"
    return syntaxError(
      "E0107", "a number needs a digit before its point: write 0.\(shown)", range,
      edits: [Edit(range, " 0.\(digits)")])
  }

  static func singleBrace(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0108", "single '}' in interpolated text", range,
      help: "a brace that is text is written '}}'", edits: [Edit(range, "}}")])
  }

  static func unknownDirective(_ range: SourceRange, _ word: String) -> Diagnostic {
    let near = ["strict", "generate"].first {
      editDistance(Array($0.utf8), Array(word.utf8)) <= 2
    }
    return syntaxError(
      "E0109", "unknown directive '#\(word)'", range,
      help: near.map { "did you mean '#\($0)'?" } ?? "there are '#strict' and '#generate'",
      edits: near.map { [Edit(range, "#\($0)")] } ?? [])
  }

  static func misplacedStrict(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0110", "'#strict' must stand at the head of the file", range, "after a declaration",
      help: "it holds for the whole file: move it above the first declaration")
  }

  static func nestedTooDeeply(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0111", "nested too deeply", range,
      help: "at most \(SyntaxTree.maximumNesting) levels are allowed: "
        + "give some of the inner parts names")
  }

  static func fileTooLarge(_ range: SourceRange) -> Diagnostic {
    syntaxError("E0112", "this file is too large: the limit is 256 MiB", range)
  }

  static func tooManyErrors(_ range: SourceRange) -> Diagnostic {
    syntaxError("E0113", "too many errors: the rest of this file is not read", range)
  }
}

// MARK: - Syntax errors (E012x, E013x)

extension Diagnostic {
  /// The general case. Both texts are plain words: `'then'`, `a pattern`, `the name 'x'`.
  static func expected(
    _ expected: String, found: String, _ range: SourceRange, secondary: [Label] = [],
    help: String? = nil, edits: [Edit] = []
  ) -> Diagnostic {
    syntaxError(
      "E0120", "expected \(expected), found \(found)", range, secondary: secondary, help: help,
      edits: edits)
  }

  /// Nothing stands where the block after `=`, `->`, `then`, `else` or `in` should begin.
  static func missingBlock(
    _ range: SourceRange, after opener: String, openerRange: SourceRange, isNextDeclaration: Bool
  ) -> Diagnostic {
    syntaxError(
      "E0121", "expected an expression after '\(opener)'", range,
      isNextDeclaration ? "a new declaration begins here" : "",
      secondary: [Label(openerRange, "after this")],
      help: isNextDeclaration ? "indent the line if it belongs to the declaration above" : nil)
  }

  static func ifWithoutElse(_ range: SourceRange, at position: SourceRange) -> Diagnostic {
    syntaxError(
      "E0122", "'if' needs an 'else'", range, "both branches are required",
      secondary: [Label(position, "no 'else' follows")],
      help: "every expression has a value: write 'else ()' if there is nothing to do")
  }

  static func letWithoutBody(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0123", "'let' without a body", range, "nothing follows in its scope",
      help: "put the expression that uses it on the next line, in the column of the 'let', "
        + "or behind 'in'")
  }

  static func chainedComparison(
    _ range: SourceRange, first: SourceRange, operators: (String, String)
  ) -> Diagnostic {
    syntaxError(
      "E0124", "comparison operators do not chain", range,
      secondary: [Label(first, "the first comparison")],
      help: "write a \(operators.0) b && b \(operators.1) c")
  }

  /// A bracket without its closing one, which is expected at `position` or behind what ends at
  /// `after`.
  static func unclosedBracket(
    _ closer: String, found: String, _ position: SourceRange, opener: Label, after: UInt32
  ) -> Diagnostic {
    let place = SourceRange(file: position.file, start: after, end: after)
    return syntaxError(
      "E0125", "expected '\(closer)', found \(found)", position,
      secondary: [opener], help: "insert '\(closer)'", edits: [Edit(place, closer)])
  }

  static func unmatchedCloser(_ closer: String, _ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0126", "unexpected '\(closer)'", range, "nothing is open that this could close",
      help: "remove it or add the opening one", edits: [Edit(range, "")])
  }

  static func matchWithoutArms(
    _ range: SourceRange, found: String, at position: SourceRange
  ) -> Diagnostic {
    syntaxError(
      "E0127", "expected '|' and an arm of this 'match', found \(found)", position,
      secondary: [Label(range, "this has no arms")],
      help: "arms look like: | pattern -> expression")
  }

  static func strayBar(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0128", "unexpected '|'", range, "no 'match' is open here",
      help: "logical or is '||'; arms belong to a 'match' in the same brackets")
  }

  /// Something behind the end of a declaration on its last line.
  static func textAfterDeclaration(_ range: SourceRange, found: String) -> Diagnostic {
    syntaxError(
      "E0129", "expected the end of the declaration, found \(found)", range,
      help: "a declaration begins on a line of its own, in the column of the one before")
  }

  /// A `then`, `else` or `in` that nothing waits for.
  static func strayKeyword(_ keyword: String, opener: String, _ range: SourceRange) -> Diagnostic {
    syntaxError("E0135", "unexpected '\(keyword)'", range, "no '\(opener)' waits for this")
  }

  /// A spelling that another language has and Rail has not.
  static func foreignSpelling(
    _ message: String, at range: SourceRange, help: String, edits: [Edit]
  ) -> Diagnostic {
    syntaxError(
      "E0136", message, range, "Rail does not write it like this", help: help, edits: edits)
  }

  static func detachedDot(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0130", "expected a name directly behind and a value directly before '.'", range,
      help: "write r.x without spaces")
  }

  static func fieldOfNumber(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0131", "expected a digit after the point", range,
      help: "a float has a digit on both sides of its point: write 1.0")
  }

  static func bareNegativePattern(_ range: SourceRange, text: String) -> Diagnostic {
    syntaxError(
      "E0132", "expected parentheses around a negative number in a pattern's argument", range,
      help: "write (\(text))", edits: [Edit(range, "(\(text))")])
  }

  /// - Parameter next: where the token behind the `let` begins.
  static func topLevelLet(_ range: SourceRange, next: UInt32) -> Diagnostic {
    var removed = range
    removed.end = next
    return syntaxError(
      "E0133", "expected a declaration, found 'let'", range,
      help: "at top level a definition has no 'let': name = expression",
      edits: [Edit(removed, "")])
  }

  static func typeAnnotationInside(_ range: SourceRange) -> Diagnostic {
    syntaxError(
      "E0134", "expected '=', found ':'", range,
      help: "only declarations have signatures, on a line of their own: name : type")
  }
}

// MARK: - Warnings

extension Diagnostic {
  static func unknownEscape(
    _ range: SourceRange, _ character: UnexpectedCharacter
  ) -> Diagnostic {
    syntaxWarning(
      "W0101", "unknown escape '\\\(character.text)'", range, "the backslash stays in the text",
      help: "a backslash in text is written '\\\\'")
  }

  static func invalidUTF8(_ range: SourceRange) -> Diagnostic {
    syntaxWarning(
      "W0102", "this file is not valid UTF-8", range, "the first byte that is not",
      help: "byte values in strings can be written '\\xHH'")
  }

  /// A block left of the line of its opener, or for `=` not right of it.
  static func shallowBlock(_ range: SourceRange, after opener: String) -> Diagnostic {
    syntaxWarning(
      "W0110", "misleading layout: this stands left of the line of its '\(opener)'", range,
      help: "indent it deeper than that line")
  }

  /// The body of a `let` in a column where no block has one.
  static func shiftedBody(
    _ range: SourceRange, of letRange: SourceRange, edits: [Edit]
  ) -> Diagnostic {
    syntaxWarning(
      "W0111", "misleading layout: this is the body of the 'let' above, in another column", range,
      secondary: [Label(letRange, "the 'let'")],
      help: "put it in the column of the 'let'", edits: edits)
  }

  static func ambiguousArm(_ range: SourceRange, owner: SourceRange) -> Diagnostic {
    syntaxWarning(
      "W0112", "misleading layout: no open 'match' has its arms in this column", range,
      secondary: [Label(owner, "the arm goes to this 'match'")],
      help: "put the '|' in the column of the first '|' of its 'match'")
  }

  static func shiftedDeclaration(_ range: SourceRange, column: Int) -> Diagnostic {
    syntaxWarning(
      "W0113", "misleading layout: declarations of this file begin in column \(column)", range)
  }

  /// `C of t`: constructors have fields, one after the other.
  static func wordOf(_ range: SourceRange, removing removed: SourceRange) -> Diagnostic {
    syntaxWarning(
      "W0114", "'of' is read as the name of a field", range,
      help: "the fields of a constructor follow its name directly", edits: [Edit(removed, "")])
  }

  static func tooManyWarnings(_ range: SourceRange) -> Diagnostic {
    syntaxWarning("W0199", "too many warnings: the rest in this file is not shown", range)
  }
}

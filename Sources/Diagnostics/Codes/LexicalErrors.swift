// E0100 to E0119: characters and literals, and limits of a file.

let lexicalErrors: [DiagnosticCode] = [
  DiagnosticCode(
    "E0101", "Unexpected character",
    """
    The character begins nothing that Rail knows. Often it comes from another language (`;`, `!`,
    `&`) or from a text processor (curly quotes, a byte order mark). Strings and comments may
    contain any text.
    """,
    wrong: """
      main =
        let flag = 0
        print (!flag)
      """,
    repaired: """
      main =
        let flag = 0
        print (not flag)
      """),
  DiagnosticCode(
    "E0102", "Unterminated string",
    """
    A string was opened and never closed. Strings may span several lines, so everything up to the
    end of the file was read as its text.
    """,
    wrong: #"main = print "hello"#,
    repaired: #"main = print "hello""#),
  DiagnosticCode(
    "E0103", "Unterminated comment",
    """
    A block comment `{- … -}` has no end. Block comments nest: each `{-` inside one needs its own
    `-}`.
    """,
    wrong: """
      {- prints {- a greeting -}
      main = print "hello"
      """,
    repaired: """
      {- prints {- a greeting -} -}
      main = print "hello"
      """),
  DiagnosticCode(
    "E0104", "Letter or digit directly after a number",
    """
    A number ends where its digits end. A name directly behind it is no multiplication: write the
    operator. `_` may stand between two digits, and a prefix such as `0x` needs digits behind it.
    """,
    wrong: """
      double x = 2x
      main = print (double 4)
      """,
    repaired: """
      double x = 2 * x
      main = print (double 4)
      """),
  DiagnosticCode(
    "E0105", "Integer literal is out of range",
    """
    An int has 63 bits: it lies between -4611686018427387904 and 4611686018427387903. Module `u64`
    has arithmetic on full 64-bit words; a float holds larger numbers inexactly.
    """,
    wrong: "main = print 9223372036854775807",
    repaired: "main = print 4611686018427387903"),
  DiagnosticCode(
    "E0106", "A character literal holds exactly one character",
    """
    `'a'` is the number of one character. Text of any length is a string, in double quotes.
    """,
    wrong: "main = print 'hello'",
    repaired: "main = print \"hello\""),
  DiagnosticCode(
    "E0107", "A number needs a digit before its point",
    """
    An operator with a dot behind it (`+.`) is a float operator of old programs, so `.5` directly
    behind an operator would be ambiguous. Write the zero.
    """,
    wrong: """
      more x = x +.5
      main = print (more 1.0)
      """,
    repaired: """
      more x = x + 0.5
      main = print (more 1.0)
      """),
  DiagnosticCode(
    "E0108", "Single '}' in interpolated text",
    """
    In `$"…"` braces enclose expressions. A brace that is text is doubled or escaped.
    """,
    wrong: #"main = print $"a } b""#,
    repaired: #"main = print $"a }} b""#),
  DiagnosticCode(
    "E0109", "Unknown directive",
    """
    A word with `#` at the beginning of a line is a directive; there are `#strict` and
    `#generate`. A comment begins with `--`.
    """,
    wrong: """
      #stric
      main = print "hello"
      """,
    repaired: """
      #strict
      main = print "hello"
      """),
  DiagnosticCode(
    "E0110", "'#strict' must stand at the head of the file",
    """
    `#strict` holds for the whole file, so it stands above the first declaration.
    """,
    wrong: """
      main = print "hello"
      #strict
      """,
    repaired: """
      #strict
      main = print "hello"
      """),
  DiagnosticCode(
    "E0111", "Nested too deeply",
    """
    Expressions, patterns, types and comments may be nested some thousand levels deep. Only
    generated programs reach that: let the generator give names to inner parts.
    """),
  DiagnosticCode("E0112", "File is too large", "A source file may have at most 256 MiB."),
  DiagnosticCode(
    "E0113", "Too many errors",
    """
    After a hundred syntax errors the rest of a file is not read. Repair the first ones: the
    others may be their consequences, or the file may be no Rail program at all.
    """),
]

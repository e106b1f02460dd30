// W0100 to W0199: text and layout. W0200 to W0299: programs.

let layoutWarnings: [DiagnosticCode] = [
  DiagnosticCode(
    "W0101", "Unknown escape",
    """
    The escapes are `\\n \\t \\r \\0 \\\\ \\" \\' \\{ \\} \\xHH \\u{H…}` and `\\` at the end of a
    line. Of any other the backslash stays in the text, as in old programs.
    """,
    wrong: #"""
      greet name = "hello \(name)"
      main = print (greet "Ada")
      """#,
    repaired: """
      greet name = $"hello {name}"
      main = print (greet "Ada")
      """),
  DiagnosticCode(
    "W0102", "Not valid UTF-8",
    """
    Source files are UTF-8. Bytes that are not are kept in strings, but editors will show them
    differently; in strings `\\xHH` stands for any byte.
    """),
  DiagnosticCode(
    "W0110", "Misleading layout: a block left of its opener",
    """
    A block on lines of its own should stand deeper than the line whose `=`, `->`, `then` or
    `else` it follows. Old programs that are careless about columns are still read as their
    authors meant them.
    """,
    wrong: """
      main =
        let double x =
        x * 2
        print (double 1)
      """,
    repaired: """
      main =
        let double x =
          x * 2
        print (double 1)
      """),
  DiagnosticCode(
    "W0111", "Misleading layout: a 'let' and its body in different columns",
    """
    The lines of a block stand in one column. A line in another one is taken as the body of the
    `let` above because that is the only way to read it.
    """,
    wrong: """
      main =
        let x = 5
       print x
      """,
    repaired: """
      main =
        let x = 5
        print x
      """),
  DiagnosticCode(
    "W0112", "Misleading layout: no 'match' has its arms in this column",
    """
    When several matches are open, the column of a `|` tells to which one an arm belongs: put it
    below the first `|` of its `match`, or put the inner `match` in parentheses.
    """,
    wrong: """
      f a b = match a
        | 0 -> match b
            | 0 -> "both"
          | _ -> "a"
        | _ -> "none"
      main = print (f 0 0)
      """,
    repaired: """
      f a b = match a
        | 0 -> match b
            | 0 -> "both"
            | _ -> "a"
        | _ -> "none"
      main = print (f 0 0)
      """),
  DiagnosticCode(
    "W0113", "Misleading layout: a declaration in another column",
    """
    All declarations of a file begin in the same column, normally the first.
    """,
    wrong: """
       double x = x * 2
      main = print (double 1)
      """,
    repaired: """
      double x = x * 2
      main = print (double 1)
      """),
  DiagnosticCode(
    "W0114", "A field called 'of'",
    """
    In Rail the fields of a constructor follow its name directly: `Circle r`, not `Circle of r`.
    Here `of` would be one more field.
    """,
    wrong: """
      type Shape = | Circle of r | Dot
      main = print Dot
      """,
    repaired: """
      type Shape = | Circle r | Dot
      main = print Dot
      """),
  DiagnosticCode(
    "W0199", "Too many warnings",
    "After a hundred warnings about its text, no more of a file are shown."),
]

let programWarnings: [DiagnosticCode] = [
  DiagnosticCode(
    "W0201", "An arm is never reached",
    """
    The arms above take every value that this one could. Arms are tried from top to bottom:
    special cases stand above general ones.
    """,
    wrong: """
      describe n = match n
        | _ -> "many"
        | 0 -> "zero"
      main = print (describe 0)
      """,
    repaired: """
      describe n = match n
        | 0 -> "zero"
        | _ -> "many"
      main = print (describe 0)
      """),
  DiagnosticCode(
    "W0202", "An alternative is never reached",
    """
    Other alternatives or arms above take every value that this one could.
    """,
    wrong: """
      small n = match n
        | 0 | 1 | 0 -> true
        | _ -> false
      main = print (small 1)
      """,
    repaired: """
      small n = match n
        | 0 | 1 -> true
        | _ -> false
      main = print (small 1)
      """),
  DiagnosticCode(
    "W0203", "A 'match' has no arm for other values",
    """
    Ints, floats and strings have more values than arms can list. Without a last arm for the
    others the program stops with an error when one of them comes.
    """,
    wrong: """
      name n = match n
        | 1 -> "one"
        | 2 -> "two"
      main = print (name 1)
      """,
    repaired: """
      name n = match n
        | 1 -> "one"
        | 2 -> "two"
        | _ -> "many"
      main = print (name 1)
      """),
  DiagnosticCode(
    "W0204", "A 'match' is too large to be checked",
    """
    Finding out whether a match covers all cases can take exponential time. For this one the check
    was given up; the program is compiled as it stands. Match in several steps.
    """),
  DiagnosticCode(
    "W0205", "The value of an expression is not used",
    """
    A statement that is not the last of its block is evaluated for its effect. This one has none,
    so it does nothing: perhaps an operator is missing at the beginning of the line, or a `let`.
    """,
    wrong: """
      main =
        let xs = [1, 2]
        length xs + 1
        print xs
      """,
    repaired: """
      main =
        let xs = [1, 2]
        print (length xs + 1)
        print xs
      """),
  DiagnosticCode(
    "W0206", "A signature is ignored",
    """
    The signature contains a word that is no type. Old programs used signatures as comments, so it
    is ignored rather than refused; in a `#strict` file it is an error.
    """,
    wrong: """
      greet : text -> text
      greet name = "hello " + name
      main = print (greet "Ada")
      """,
    repaired: """
      greet : string -> string
      greet name = "hello " + name
      main = print (greet "Ada")
      """),
  DiagnosticCode(
    "W0207", "A name is only known to the importing program",
    """
    The module uses a name that neither it nor its imports define; the program that imports it
    does. Old libraries were written like that. Import the module that defines the name.
    """,
    wrong: """
      import "report.rail"
      import "geometry.rail"
      main = print (report 2 3 + area 1 1)
      """,
    repaired: """
      import "geometry.rail"
      report w h = area w h
      main = print (report 2 3)
      """,
    support: [
      ("geometry.rail", "area w h = w * h"), ("report.rail", "report w h = area w h"),
    ]),
  DiagnosticCode(
    "W0208", "A signature with fewer parameters than the definition",
    """
    In an imported file that is not `#strict` such a signature is ignored, because old programs
    used signatures as comments; elsewhere it is an error, E0247. Its type must have an `->` for
    each parameter of the definition.
    """,
    wrong: """
      import "old.rail"
      main = print (add 1 2)
      """,
    repaired: """
      import "new.rail"
      main = print (add 1 2)
      """,
    support: [
      ("new.rail", "add : int -> int -> int\nadd a b = a + b"),
      ("old.rail", "add : int\nadd a b = a + b"),
    ]),
  DiagnosticCode(
    "W0209", "An import is never used",
    """
    Nothing of the module is used in this file, or not all the names of its list. Remove what is
    not needed.
    """,
    wrong: """
      import "geometry.rail"
      main = print "done"
      """,
    repaired: """
      main = print "done"
      """,
    support: [("geometry.rail", "area w h = w * h")]),
  DiagnosticCode(
    "W0210", "A private definition is never used",
    """
    A name that begins with `_` can be used only in its own file, and nothing there uses this one.
    """,
    wrong: """
      _double x = x * 2
      main = print 3
      """,
    repaired: """
      main = print 3
      """),
  DiagnosticCode(
    "W0211", "A local name is never used",
    """
    A `let` names a value or function that nothing below it uses. If it is there for its effect or
    for later, let its name begin with `_`. Parameters and parts of patterns may be unused.
    """,
    wrong: """
      main =
        let count = length args
        let limit = 10
        print count
      """,
    repaired: """
      main =
        let count = length args
        let _limit = 10
        print count
      """),
]

// E0120 to E0139: how tokens belong together.

let syntaxErrors: [DiagnosticCode] = [
  DiagnosticCode(
    "E0120", "Expected something else here",
    """
    The text up to this place could be a Rail program, but not with what comes next. The message
    says what could have followed; the mistake may also stand a little before, for instance an
    operator without an operand or a word from another language.
    """,
    wrong: """
      sign n = if n < 0 -1 else 1
      main = print (sign 5)
      """,
    repaired: """
      sign n = if n < 0 then -1 else 1
      main = print (sign 5)
      """),
  DiagnosticCode(
    "E0121", "Expected an expression",
    """
    After `=`, `->`, `then`, `else` and `in` an expression or a block follows. On a line of its
    own it must be indented: at top level deeper than the declaration it belongs to. Where there
    is nothing to do, write `()`.
    """,
    wrong: """
      double x =
      x * 2
      main = print (double 3)
      """,
    repaired: """
      double x =
        x * 2
      main = print (double 3)
      """),
  DiagnosticCode(
    "E0122", "'if' needs an 'else'",
    """
    `if` is an expression: it has a value in either case, so both branches are required. If there
    is nothing to do in the other case, write `else ()`.
    """,
    wrong: """
      main =
        if length args > 3 then print "many arguments"
        0
      """,
    repaired: """
      main =
        if length args > 3 then print "many arguments" else ()
        0
      """),
  DiagnosticCode(
    "E0123", "'let' without a body",
    """
    A `let` names a value for what follows: the lines below it in the same column, or what stands
    behind `in`. As the last thing of a block it would be useless.
    """,
    wrong: """
      main =
        let total = 3 + 4
      """,
    repaired: """
      main =
        let total = 3 + 4
        print total
      """),
  DiagnosticCode(
    "E0124", "Comparison operators do not chain",
    """
    `a < b < c` would compare the truth value of `a < b` with `c`. Compare twice and join with `&&`.
    """,
    wrong: """
      between a x b = a <= x <= b
      main = print (between 1 2 3)
      """,
    repaired: """
      between a x b = a <= x && x <= b
      main = print (between 1 2 3)
      """),
  DiagnosticCode(
    "E0125", "A bracket is not closed",
    """
    Every `(`, `[` and `{` needs its closing bracket. The message marks the one that is open and
    the place where it should have been closed at the latest; the right place may be earlier.
    """,
    wrong: "main = print (show (1 + 2)",
    repaired: "main = print (show (1 + 2))"),
  DiagnosticCode(
    "E0126", "A closing bracket too many",
    """
    Nothing is open that this bracket could close, or something else must be closed first.
    """,
    wrong: "main = print (show 3))",
    repaired: "main = print (show 3)"),
  DiagnosticCode(
    "E0127", "'match' without arms",
    """
    A `match` has at least one arm, which begins with `|`: `| pattern -> expression`.
    """,
    wrong: """
      describe n = match n
      main = print (describe 0)
      """,
    repaired: """
      describe n = match n
        | 0 -> "zero"
        | _ -> "many"
      main = print (describe 0)
      """),
  DiagnosticCode(
    "E0128", "Unexpected '|'",
    """
    A `|` begins an arm of an open `match` or a constructor of a type. Inside brackets it belongs
    only to a `match` in the same brackets. Logical or is `||`, bitwise or is `bit_or`.
    """,
    wrong: """
      outside x = x < 0 | x > 10
      main = print (outside 20)
      """,
    repaired: """
      outside x = x < 0 || x > 10
      main = print (outside 20)
      """),
  DiagnosticCode(
    "E0129", "Expected the end of the declaration",
    """
    The declaration is complete, but its line goes on. Declarations begin on lines of their own,
    all in the same column.
    """,
    wrong: """
      import "geometry.rail" main = print (area 2 3)
      """,
    repaired: """
      import "geometry.rail"
      main = print (area 2 3)
      """,
    support: [("geometry.rail", "area w h = w * h")]),
  DiagnosticCode(
    "E0130", "Space around a '.'",
    """
    A field or the name of a module's definition follows its dot directly: `r.x`, `M.f`. Functions
    are composed with `>>`.
    """,
    wrong: """
      type Point = | Point { x, y }
      get_x p = p . x
      main = print (get_x (Point { x = 1, y = 2 }))
      """,
    repaired: """
      type Point = | Point { x, y }
      get_x p = p.x
      main = print (get_x (Point { x = 1, y = 2 }))
      """),
  DiagnosticCode(
    "E0131", "Expected a digit after the point",
    """
    A float has a digit on both sides of its point.
    """,
    wrong: "main = print 1.",
    repaired: "main = print 1.0"),
  DiagnosticCode(
    "E0132", "A negative number in a pattern's argument needs parentheses",
    """
    `| Some -1` reads like a subtraction, in patterns as in expressions.
    """,
    wrong: """
      type Box = | Box n
      is_lost b = match b
        | Box -1 -> true
        | _ -> false
      main = print (is_lost (Box 2))
      """,
    repaired: """
      type Box = | Box n
      is_lost b = match b
        | Box (-1) -> true
        | _ -> false
      main = print (is_lost (Box 2))
      """),
  DiagnosticCode(
    "E0133", "'let' at top level",
    """
    Definitions at top level are written without `let`: `name parameters = expression`. They may
    refer to each other in any order, so there is no `let rec` either.
    """,
    wrong: """
      let limit = 10
      main = print limit
      """,
    repaired: """
      limit = 10
      main = print limit
      """),
  DiagnosticCode(
    "E0134", "Type annotation inside a definition",
    """
    Types are inferred. A top-level definition may have a signature on a line of its own, `name :
    type`; parameters and local names have none.
    """,
    wrong: """
      main =
        let count : int = 5
        print count
      """,
    repaired: """
      main =
        let count = 5
        print count
      """),
  DiagnosticCode(
    "E0135", "Unexpected 'then', 'else' or 'in'",
    """
    `then` and `else` belong to an `if`, `in` to a `let`. Here none is waiting for the word:
    perhaps its line stands too far left, or an earlier line has ended the expression.
    """,
    wrong: """
      sign n = n < 0 then -1 else 1
      main = print (sign 5)
      """,
    repaired: """
      sign n = if n < 0 then -1 else 1
      main = print (sign 5)
      """),
  DiagnosticCode(
    "E0136", "A spelling from another language",
    """
    The text is read as a word or sign of another language, because the declaration makes sense
    when it is written as Rail writes it. `rail check --fix` makes that change.
    """,
    wrong: """
      sign n =
        if n < 0 then -1
        elif n == 0 then 0
        else 1
      main = print (sign 5)
      """,
    repaired: """
      sign n =
        if n < 0 then -1
        else if n == 0 then 0
        else 1
      main = print (sign 5)
      """),
]

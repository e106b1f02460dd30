// E0240 to E0259: declarations.

let declarationErrors: [DiagnosticCode] = [
  DiagnosticCode(
    "E0240", "Signature without a definition",
    """
    A signature `name : type` describes a definition of the same file. Perhaps the definition was
    renamed.
    """,
    wrong: """
      totals : list int -> int
      total xs = fold (\\a b -> a + b) 0 xs
      main = print (total [1, 2])
      """,
    repaired: """
      total : list int -> int
      total xs = fold (\\a b -> a + b) 0 xs
      main = print (total [1, 2])
      """),
  DiagnosticCode(
    "E0241", "Unknown type",
    """
    The word names no type that is visible here. The builtin ones are `int float num string bool
    unit ptr dyn`, `list a`, `array a`, `float_array`, `bytes`, `chan a` and `thread a`; a type
    variable is a small letter.
    """,
    wrong: """
      type Box = | Box (content : strng)
      main = print (Box "a")
      """,
    repaired: """
      type Box = | Box (content : string)
      main = print (Box "a")
      """),
  DiagnosticCode(
    "E0242", "'#generate' is not allowed",
    """
    `#generate` would ask a server for declarations. This version does not do that: write them
    yourself.
    """,
    wrong: """
      #generate "a function that doubles a number"
      main = print 1
      """,
    repaired: """
      double x = x * 2
      main = print (double 1)
      """),
  DiagnosticCode(
    "E0243", "Dynamic linking is not available",
    """
    `link` would need a shared library. This version links programs statically; `foreign` declares
    C functions that the runtime provides (`docs/foreign.md`).
    """,
    wrong: """
      link "-lm"
      main = print (sqrt 2.0)
      """,
    repaired: "main = print (sqrt 2.0)"),
  DiagnosticCode(
    "E0244", "Unknown C function",
    """
    `foreign` names a C function, which in a static program must be one that the runtime provides
    (`docs/foreign.md`).
    """,
    wrong: """
      foreign frobnicate n -> int
      main = print (frobnicate 3)
      """,
    repaired: """
      foreign labs n -> int
      main = print (labs (-3))
      """),
  DiagnosticCode(
    "E0245", "Two signatures of one name",
    """
    A definition has one signature.
    """,
    wrong: """
      double : int -> int
      double : float -> float
      double x = x * 2
      main = print (double 1)
      """,
    repaired: """
      double : int -> int
      double x = x * 2
      main = print (double 1)
      """),
  DiagnosticCode(
    "E0246", "A type with the wrong number of arguments",
    """
    `list a` takes one type, `int` none, a declared type as many as its declaration has parameters.
    """,
    wrong: """
      first : list int string -> int
      first xs = length xs
      main = print (first [1])
      """,
    repaired: """
      first : list int -> int
      first xs = length xs
      main = print (first [1])
      """),
  DiagnosticCode(
    "E0247", "A signature with fewer parameters than the definition",
    """
    A signature's type has an `->` for each parameter of its definition.
    """,
    wrong: """
      add : int -> int
      add a b = a + b
      main = print (add 1 2)
      """,
    repaired: """
      add : int -> int -> int
      add a b = a + b
      main = print (add 1 2)
      """),
  DiagnosticCode(
    "E0248", "An alias that stands for itself",
    """
    `type Name = type` gives a type another name; it cannot be part of what it stands for. A type
    that contains itself is declared with constructors.
    """,
    wrong: """
      type Tree = list Tree
      main = print 1
      """,
    repaired: """
      type Tree = | Node (children : list Tree)
      main = print (Node [])
      """),
  DiagnosticCode(
    "E0249", "A type that is too large",
    """
    Aliases are written out where they are used; when each of several aliases uses the one before
    it twice, a type doubles with each of them. Declare a type with a constructor instead.
    """),
]

// E0220 to E0239: patterns and records.

let patternErrors: [DiagnosticCode] = [
  DiagnosticCode(
    "E0220", "A 'match' does not cover all cases",
    """
    Every value must find an arm. The message lists patterns of what is missing; a guard (`| p if
    e`) counts as an arm that may be passed over. An arm for each case is better than a last `| _
    -> …`: when a constructor is added later, the compiler names the places to look at.
    """,
    wrong: """
      type Light = | Red | Amber | Green
      go light = match light
        | Red -> "stop"
        | Green -> "go"
      main = print (go Red)
      """,
    repaired: """
      type Light = | Red | Amber | Green
      go light = match light
        | Red -> "stop"
        | Green -> "go"
        | Amber -> "wait"
      main = print (go Red)
      """),
  DiagnosticCode(
    "E0221", "A pattern may not match",
    """
    The pattern of a `let`, a parameter or a lambda must fit every value, because there is no
    other arm to go to.
    """,
    wrong: """
      first xs =
        let (x :: _) = xs
        x
      main = print (first [1])
      """,
    repaired: """
      first xs = match xs
        | x :: _ -> x
        | [] -> 0
      main = print (first [1])
      """),
  DiagnosticCode(
    "E0222", "Wrong number of arguments of a constructor in a pattern",
    """
    A pattern names all parts of a constructor; `_` stands for one that is not needed.
    """,
    wrong: """
      type Point = | Point x y
      get_x p = match p
        | Point x -> x
      main = print (get_x (Point 1 2))
      """,
    repaired: """
      type Point = | Point x y
      get_x p = match p
        | Point x _ -> x
      main = print (get_x (Point 1 2))
      """),
  DiagnosticCode(
    "E0223", "The alternatives of a pattern bind different names",
    """
    With `p | q` one expression follows for both, so both must bind the names that it uses.
    """,
    wrong: """
      type Shape = | Circle r | Square side
      size s = match s
        | Circle r | Square side -> r
      main = print (size (Circle 1))
      """,
    repaired: """
      type Shape = | Circle r | Square side
      size s = match s
        | Circle n | Square n -> n
      main = print (size (Circle 1))
      """),
  DiagnosticCode(
    "E0224", "A name is bound twice in one pattern",
    """
    Each part of a value gets a name of its own, or `_`. That two parts are equal is asked by a
    guard: `| (a, b) if a == b -> …`.
    """,
    wrong: """
      main =
        let (a, a) = (1, 2)
        print a
      """,
    repaired: """
      main =
        let (a, _) = (1, 2)
        print a
      """),
]

let recordErrors: [DiagnosticCode] = [
  DiagnosticCode(
    "E0230", "Unknown field",
    """
    No record type that is visible here has a field of this name, or the constructor has none. A
    record is declared with `type Name = | Name { field, field }`. What other languages write as a
    method or property, `xs.length`, is a function in Rail: `length xs`.
    """,
    wrong: """
      type Person = | Person { name, age }
      greet p = "hello " + p.nmae
      main = print (greet (Person { name = "Ada", age = 36 }))
      """,
    repaired: """
      type Person = | Person { name, age }
      greet p = "hello " + p.name
      main = print (greet (Person { name = "Ada", age = 36 }))
      """),
  DiagnosticCode(
    "E0231", "Missing field",
    """
    A record is built with a value for each of its fields; `{ r | x = 1 }` makes a changed copy of
    another one. A pattern mentions each field, or ends with `_` for the others.
    """,
    wrong: """
      type Point = | Point { x, y }
      main = print (Point { x = 1 })
      """,
    repaired: """
      type Point = | Point { x, y }
      main = print (Point { x = 1, y = 0 })
      """),
  DiagnosticCode(
    "E0232", "A field is given twice",
    """
    Each field of a record has one value and one declaration.
    """,
    wrong: """
      type Point = | Point { x, y }
      main = print (Point { x = 1, y = 2, x = 3 })
      """,
    repaired: """
      type Point = | Point { x, y }
      main = print (Point { x = 1, y = 2 })
      """),
  DiagnosticCode(
    "E0233", "Not a constructor with named fields",
    """
    Braces behind a name build a record, which needs a constructor that was declared with braces.
    Other constructors take their arguments one after the other: `Point 1 2`.
    """,
    wrong: """
      type Point = | Point x y
      main = print (Point { x = 1, y = 2 })
      """,
    repaired: """
      type Point = | Point { x, y }
      main = print (Point { x = 1, y = 2 })
      """),
]

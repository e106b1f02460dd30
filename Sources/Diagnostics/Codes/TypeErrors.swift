// E0300 to E0399: what fails whatever the inputs.

let typeErrors: [DiagnosticCode] = [
  DiagnosticCode(
    "E0301", "An operator cannot be applied to these operands",
    """
    The operation fails whatever the program is given. Numbers and strings do not mix: `show`
    makes a string of any value, `parse_int` and `parse_float` read numbers from strings. Lists
    and strings are appended with `++`.
    """,
    wrong: "main = print (\"age: \" + 42)",
    repaired: "main = print (\"age: \" + show 42)"),
  DiagnosticCode(
    "E0302", "A builtin cannot be applied to this argument",
    """
    The argument is always of a kind that the builtin does not take. Often two arguments are in
    the wrong order: functions come first and the collection last, as in `map f xs`.
    """,
    wrong: "main = print (sqrt \"2\")",
    repaired: "main = print (sqrt (parse_float \"2\"))"),
  DiagnosticCode(
    "E0303", "Not a function",
    """
    Something that is no function is followed by an argument. Perhaps an operator or a parenthesis
    is missing.
    """,
    wrong: """
      main =
        let limit = 10
        print (limit 3)
      """,
    repaired: """
      main =
        let limit = 10
        print (limit * 3)
      """),
  DiagnosticCode(
    "E0304", "Too many arguments",
    """
    The function takes fewer arguments, and its result is no function that could take the others.
    """,
    wrong: """
      double x = x * 2
      main = print (double 2 3)
      """,
    repaired: """
      double x = x * 2
      main = print (double 2)
      """),
  DiagnosticCode(
    "E0305", "A pattern never fits",
    """
    The value that is matched is always of another kind than the pattern asks for.
    """,
    wrong: """
      main =
        let (a, b) = [1, 2]
        print (a + b)
      """,
    repaired: """
      main =
        let (a, b) = (1, 2)
        print (a + b)
      """),
  DiagnosticCode(
    "E0306", "No such field",
    """
    The value is always of a kind that does not have this field.
    """,
    wrong: """
      type Point = | Point { x, y }
      type Person = | Person { name, age }
      main = print ((Point { x = 1, y = 2 }).name)
      """,
    repaired: """
      type Point = | Point { x, y }
      type Person = | Person { name, age }
      main = print ((Point { x = 1, y = 2 }).x)
      """),
  DiagnosticCode(
    "E0307", "A function cannot take this argument",
    """
    The function always does something with its parameter that fails for this argument; the second
    place in the message shows the operation.
    """,
    wrong: """
      double x = x * 2
      main = print (double "a")
      """,
    repaired: """
      double x = x * 2
      main = print (double 3)
      """),
]

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
  DiagnosticCode(
    "E0310", "A value is not of its declared type",
    """
    A signature or a field's type is a promise about what flows here, and this value is always of
    another kind. The message says where the type is declared.
    """,
    wrong: """
      label : string -> string
      label s = "<" + s + ">"
      main = print (label 12)
      """,
    repaired: """
      label : string -> string
      label s = "<" + s + ">"
      main = print (label (show 12))
      """),
  DiagnosticCode(
    "E0311", "Ints inside a value where floats are declared",
    """
    An int becomes a float where a float is declared, but the elements of a list that exists
    already are not converted: `map to_float xs` makes a list of floats.
    """,
    wrong: """
      total : list float -> float
      total xs = fold (\\a b -> a + b) 0.0 xs
      ints = [1, 2]
      main = print (total ints)
      """,
    repaired: """
      total : list float -> float
      total xs = fold (\\a b -> a + b) 0.0 xs
      ints = [1, 2]
      main = print (total (map to_float ints))
      """),
  DiagnosticCode(
    "E0312", "A definition is less general than its signature",
    """
    A type variable in a signature stands for a type that the caller chooses; the definition may
    not choose one.
    """,
    wrong: """
      one : int -> a
      one n = n
      main = print (one 2)
      """,
    repaired: """
      one : int -> int
      one n = n
      main = print (one 2)
      """),
  DiagnosticCode(
    "E0313", "A declared type that cannot be checked",
    """
    A value whose type is not known is checked where it meets a declared type. Functions, arrays
    and channels cannot be checked so: what they will give or hold is not known then.
    """,
    wrong: """
      sum : array int -> int
      sum a = arr_get a 0
      mixed = [arr_new 1 0, "a"]
      main = print (sum (head mixed))
      """,
    repaired: """
      sum : array int -> int
      sum a = arr_get a 0
      cells = [arr_new 1 0]
      main = print (sum (head cells))
      """),
  DiagnosticCode(
    "E0314", "A value of a declared type is mixed with others",
    """
    Arrays, channels and functions keep their declared types: they cannot be put where values of
    several types meet, because those who take them out again would not know these types.
    """,
    wrong: """
      sum : array int -> int
      sum a =
        let both = [a, 5]
        arr_get a (length both)
      main = print (sum (arr_new 3 0))
      """,
    repaired: """
      sum : array int -> int
      sum a =
        let both = (a, 5)
        arr_get a (length both)
      main = print (sum (arr_new 3 0))
      """),
  DiagnosticCode(
    "E0320", "Values of several types in one place",
    """
    In a `#strict` file every place has one type. Values of several kinds are put into one type by
    a constructor for each kind.
    """,
    wrong: """
      #strict
      main = print ["a", 1]
      """,
    repaired: """
      #strict
      type Item = | Text (s : string) | Number (n : int)
      main = print [Text "a", Number 1]
      """),
  DiagnosticCode(
    "E0321", "Ints and floats in one place",
    """
    In a `#strict` file a place holds ints or floats, not either.
    """,
    wrong: """
      #strict
      main = print [1, 2.5]
      """,
    repaired: """
      #strict
      main = print [1.0, 2.5]
      """),
  DiagnosticCode(
    "E0322", "A value that may be something else",
    """
    `head []` is 0, and some operations give `null` or an error value. In a `#strict` file that is
    excluded first, or a signature says so: `string or null`.
    """,
    wrong: """
      #strict
      name n = if n == 0 then null else "abc"
      main = print (name 1)
      """,
    repaired: """
      #strict
      name : int -> string or null
      name n = if n == 0 then null else "abc"
      main = print (name 1)
      """),
  DiagnosticCode(
    "E0323", "Nothing says what a constant holds",
    """
    In a `#strict` file an array or a list that begins empty needs a signature, or a use from which
    the type of its elements follows.
    """,
    wrong: """
      #strict
      cell = arr_new 1 []
      main = print (arr_len cell)
      """,
    repaired: """
      #strict
      cell : array (list int)
      cell = arr_new 1 []
      main = print (arr_len cell)
      """),
  DiagnosticCode(
    "E0324", "The type of an imported definition contains dyn",
    """
    A `#strict` file may use definitions of files that are not, if their types are known. Give the
    definition a signature; if `dyn` is meant, write it there.
    """,
    wrong: """
      #strict
      import "loose.rail"
      main = print (length (mix 1))
      """,
    repaired: """
      #strict
      import "declared.rail"
      main = print (length (mix 1))
      """,
    support: [
      ("declared.rail", "mix : int -> list dyn\nmix x = [x, \"a\", 2]"),
      ("loose.rail", "mix x = [x, \"a\", 2]"),
    ]),
]

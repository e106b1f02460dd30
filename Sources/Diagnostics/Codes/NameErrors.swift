// E0200 to E0219: names and modules.

private let geometry = (path: "geometry.rail", text: "_scale = 10\narea w h = w * h * _scale")

let nameErrors: [DiagnosticCode] = [
  DiagnosticCode(
    "E0200", "Too many errors",
    """
    After two hundred errors about names the others of a file are not shown. Repair the first
    ones: often a missing import is behind all of them.
    """),
  DiagnosticCode(
    "E0201", "Unknown name",
    """
    Nothing of this name is visible here: no parameter or `let` around this place, no definition
    of this file or of its imports, no builtin. A local name is visible only below its `let`, and
    not in other definitions. Names distinguish capitals and small letters.
    """,
    wrong: """
      count_items xs = lenght xs
      main = print (count_items [1, 2, 3])
      """,
    repaired: """
      count_items xs = length xs
      main = print (count_items [1, 2, 3])
      """),
  DiagnosticCode(
    "E0202", "Unknown constructor",
    """
    In a pattern a capitalised name is always a constructor, and no type that is visible here
    declares this one. A variable in a pattern begins with a small letter.
    """,
    wrong: """
      type Shape = | Circle r | Square side
      area shape = match shape
        | Circle r -> 3 * r * r
        | Sqare side -> side * side
      main = print (area (Square 3))
      """,
    repaired: """
      type Shape = | Circle r | Square side
      area shape = match shape
        | Circle r -> 3 * r * r
        | Square side -> side * side
      main = print (area (Square 3))
      """),
  DiagnosticCode(
    "E0203", "Unknown module",
    """
    `M.name` needs an import that gives its module the alias `M`: `import "path" as M`. The
    functions of builtin types belong to no module: `map`, not `List.map`.
    """,
    wrong: "main = print (List.map (\\x -> x + 1) [1, 2])",
    repaired: "main = print (map (\\x -> x + 1) [1, 2])"),
  DiagnosticCode(
    "E0204", "Defined twice",
    """
    A file defines each name once. Cases are told apart inside one definition, with `match` or `if`.
    """,
    wrong: """
      greet name = "hello " + name
      greet name = "hi " + name
      main = print (greet "Ada")
      """,
    repaired: """
      greet name = "hello " + name
      main = print (greet "Ada")
      """),
  DiagnosticCode(
    "E0205", "Ambiguous name",
    """
    Two imports bring different definitions of the name. Give one of them an alias (`import "…" as
    M`, then `M.name`), or list the names that you want from it.
    """,
    wrong: """
      import "first.rail"
      import "second.rail"
      main = print (convert 1)
      """,
    repaired: """
      import "first.rail"
      import "second.rail" as Second
      main = print (convert 1 + Second.convert 1)
      """,
    support: [("first.rail", "convert x = x + 1"), ("second.rail", "convert x = x * 2")]),
  DiagnosticCode(
    "E0206", "Cannot find module",
    """
    The file of an import is in none of the places where it was looked for. `import "path"` names
    a file, from the folder of the importing file; `import name` names `name.rail` beside it or a
    module of the library.
    """,
    wrong: """
      import "geomtry.rail"
      main = print (area 2 3)
      """,
    repaired: """
      import "geometry.rail"
      main = print (area 2 3)
      """,
    support: [geometry]),
  DiagnosticCode(
    "E0207", "Cannot read a file",
    """
    The file is there but could not be read: it may be a folder, or its permissions do not allow it.
    """),
  DiagnosticCode(
    "E0208", "No 'main'",
    """
    A program begins with the definition of `main`. A file without one can be imported and
    checked, but not run.
    """,
    wrong: "double x = x * 2",
    repaired: """
      double x = x * 2
      main = print (double 4)
      """),
  DiagnosticCode(
    "E0209", "'main' takes at most one parameter",
    """
    `main` has no parameter, or one: the list of the program's arguments.
    """,
    wrong: "main path count = print path",
    repaired: "main arguments = print (head arguments)"),
  DiagnosticCode(
    "E0210", "Private name",
    """
    Names that begin with `_` can be used only in their own file. Rename the definition to make it
    public.
    """,
    wrong: """
      import "geometry.rail" as Geometry
      main = print Geometry._scale
      """,
    repaired: """
      import "geometry.rail" as Geometry
      main = print (Geometry.area 2 3)
      """,
    support: [geometry]),
]

import Diagnostics
import Semantics
import Testing

/// Files, and the diagnostics that the program `main.rail` among them must give.
private struct ModuleCase: Sendable, CustomTestStringConvertible {
  var title: String
  var files: MemoryFiles
  var main: String
  var messages: [String]

  init(
    _ title: String, _ files: [String: String], library: [String: String] = [:],
    paths: [String] = [], currentDirectory: String = "", main: String = "main.rail",
    _ messages: [String] = []
  ) {
    self.title = title
    self.files = MemoryFiles(
      files: files, library: library, libraryPaths: paths, currentDirectory: currentDirectory)
    self.main = main
    self.messages = messages
  }

  var testDescription: String { title }
}

private let searchCases = [
  ModuleCase(
    "beside the importing file",
    [
      "main.rail": "import \"a/b.rail\"", "a/b.rail": "import \"c.rail\"\nf = c",
      "a/c.rail": "c = 1",
    ], ["1:1 W0209: nothing of this import is used"]),
  ModuleCase(
    "in the current directory",
    ["a/main.rail": "import \"lib/x.rail\"\nf = x", "lib/x.rail": "x = 1"], main: "a/main.rail"),
  ModuleCase(
    "in RAIL_PATH, in order",
    [
      "main.rail": "import \"x.rail\"\nf = first", "one/x.rail": "first = 1",
      "two/x.rail": "second = 1",
    ], paths: ["none", "one", "two"]),
  ModuleCase(
    "in the embedded library, by both names",
    ["main.rail": "import \"stdlib/x.rail\"\nimport x\nf = embedded"],
    library: ["x.rail": "embedded = 1"]),
  ModuleCase(
    "the project's own stdlib wins",
    [
      "p/main.rail": "import x\nimport \"q/user.rail\"\nf = own + user",
      "p/q/user.rail": "import \"stdlib/x.rail\"\nuser = own", "p/stdlib/x.rail": "own = 1",
    ], library: ["x.rail": "embedded = 1"], main: "p/main.rail"),
  ModuleCase(
    "a module of the library finds its neighbours",
    ["main.rail": "import x\nf = x"],
    library: [
      "x.rail": "import y\nimport \"sub/z.rail\"\nx = y + z", "y.rail": "y = 1",
      "sub/z.rail": "import w\nz = w", "sub/w.rail": "w = 2",
    ]),
  ModuleCase(
    "a bare import is not looked for by other names",
    ["main.rail": "import x", "y/x.rail": "x = 1"],
    ["1:1 E0206: cannot find module x"]),
  ModuleCase(
    "a path has no implied extension", ["main.rail": "import \"x\"", "x.rail": "x = 1"],
    ["1:1 E0206: cannot find module \"x\""]),
  ModuleCase(
    "an absolute path and a relative one",
    [
      "/home/p/main.rail": "import \"/home/p/x.rail\"\nimport \"y.rail\"\nf = x",
      "/home/p/x.rail": "x = 1", "/home/p/y.rail": "import \"lib/../x.rail\"\ny = x",
    ], currentDirectory: "/home/p", main: "/home/p/main.rail",
    ["2:1 W0209: nothing of this import is used"]),
]

private let visibilityCases = [
  ModuleCase(
    "one definition by two routes",
    [
      "main.rail": "import \"x.rail\"\nimport \"./a/../x.rail\"\nimport \"y.rail\"\nf = x",
      "x.rail": "x = 1", "y.rail": "import \"x.rail\"\ny = x",
    ], ["3:1 W0209: nothing of this import is used"]),
  ModuleCase(
    "imports are not passed on",
    [
      "main.rail": "import \"y.rail\"\nf = x", "x.rail": "x = 1",
      "y.rail": "import \"x.rail\"\ny = x",
    ],
    ["2:5 E0201: unknown name 'x'"]),
  ModuleCase(
    "ambiguous only when used",
    [
      "main.rail": "import \"x.rail\"\nimport \"y.rail\"\nf = a\ng = b\nh = c\nc = 1",
      "x.rail": "a = 1\nb = 1\nc = 1", "y.rail": "b = 2\nc = 2",
    ], ["4:5 E0205: 'b' is ambiguous"]),
  ModuleCase(
    "an alias gives M.name and M_name only",
    ["main.rail": "import \"x.rail\" as M\nf = M.a + M_a\ng = a", "x.rail": "a = 1"],
    ["3:5 E0201: unknown name 'a'"]),
  ModuleCase(
    "an alias may be in small letters and hides a builtin's M_name",
    ["main.rail": "import \"x.rail\" as str\nf = str.find + str_find", "x.rail": "find = 1"]),
  ModuleCase(
    "a selective list with an alias",
    ["main.rail": "import \"x.rail\" as M (a)\nf = M.b + a\ng = b", "x.rail": "a = 1\nb = 2"],
    ["3:5 E0201: unknown name 'b'"]),
  ModuleCase(
    "a selective list may name types",
    [
      "main.rail": "import \"x.rail\" (T, A)\nf : T -> int\nf x = match x\n  | A -> 1\n  | M -> 2",
      "x.rail": "type T = | A | B",
    ], ["5:5 E0202: unknown constructor 'M'"]),
  ModuleCase(
    "private names",
    [
      "main.rail": "import \"x.rail\" as M\nimport \"x.rail\" (_p)\nf = M._p\ng = _p",
      "x.rail": "_p = 1\nq = _p",
    ],
    [
      "2:18 E0210: '_p' is private to its file", "3:5 E0210: '_p' is private to its file",
      "4:5 E0201: unknown name '_p'",
    ]),
  ModuleCase(
    "unknown modules and names of modules",
    ["main.rail": "import \"x.rail\" as M\nf = M.b\ng = N.b", "x.rail": "a = 1"],
    ["2:5 E0201: unknown name 'M.b'", "3:5 E0203: unknown module 'N'"]),
  ModuleCase(
    "one alias for two modules",
    [
      "main.rail": "import \"x.rail\" as M\nimport \"y.rail\" as M", "x.rail": "a = 1",
      "y.rail": "b = 1",
    ], ["2:20 E0204: 'M' is defined twice"]),
  ModuleCase(
    "a cycle", ["main.rail": "import \"x.rail\"\nf = g", "x.rail": "import \"main.rail\"\ng = f"]),
  ModuleCase(
    "importers provide names, also indirectly",
    [
      "main.rail": "import \"x.rail\"\nhelper n = n", "x.rail": "import \"y.rail\"",
      "y.rail": "a = helper 1\nb = helper 2",
    ],
    [
      "x.rail:1:1 W0209: nothing of this import is used",
      "y.rail:1:5 W0207: 'helper' is only known to the program that imports this file",
    ]),
  ModuleCase(
    "importers do not provide private names",
    ["main.rail": "import \"x.rail\"\n_helper n = n", "x.rail": "a = _helper 1"],
    [
      "1:1 W0209: nothing of this import is used",
      "2:1 W0210: '_helper' is private to this file and never used",
      "x.rail:1:5 E0201: unknown name '_helper'",
    ]),
]

/// Errors that must not lead to more errors.
private let followUpCases = [
  ModuleCase(
    "names of a module that was not found",
    ["main.rail": "import \"no.rail\"\nf x = match g x\n  | A y -> y\n  | _ -> 1"],
    ["1:1 E0206: cannot find module \"no.rail\""]),
  ModuleCase(
    "qualified and selected names of such a module",
    ["main.rail": "import no as N\nimport no (a)\nf = N.g + a\nh (N.C x) = b"],
    [
      "1:1 E0206: cannot find module no", "2:1 E0206: cannot find module no",
      "4:13 E0201: unknown name 'b'",
    ]),
  ModuleCase(
    "constructors of a type that could not be read",
    ["main.rail": "type T = | A | B ( | C\nf x = match x\n  | C -> 1\n  | _ -> g 1"],
    ["1:20 E0120: expected a name, ':' and a type, found '|'"]),
  ModuleCase(
    "names of an imported file that could not be read",
    [
      "main.rail": "import \"x.rail\"\nimport \"x.rail\" as X\nf = g + X.g",
      "x.rail": "1 + 2\ng = 1",
    ],
    ["x.rail:1:1 E0120: expected a declaration, found the number 1"]),
  ModuleCase(
    "an error in a body hides nothing", ["main.rail": "f = (1 + )\ng = a"],
    [
      "1:10 E0120: expected an expression after '+', found ')'", "2:5 E0201: unknown name 'a'",
    ]),
]

@Suite struct ModuleTests {
  @Test(arguments: followUpCases)
  fileprivate func oneErrorDoesNotLeadToOthers(_ test: ModuleCase) {
    #expect(test.files.analyse(test.main).messages == test.messages)
  }

  @Test(arguments: searchCases)
  fileprivate func isLookedForWhereTheRulesSay(_ test: ModuleCase) {
    #expect(test.files.analyse(test.main).messages == test.messages)
  }

  @Test(arguments: visibilityCases)
  fileprivate func bringsTheNamesThatTheRulesSay(_ test: ModuleCase) {
    #expect(test.files.analyse(test.main).messages == test.messages)
  }

  @Test func aMissingModuleSaysWhereItWasLookedFor() {
    let files = MemoryFiles(
      files: ["a/main.rail": "import \"stdlib/no.rail\""], libraryPaths: ["lib"])
    #expect(
      files.analyse("a/main.rail").diagnostics.diagnostics.first?.help
        == "looked for a/stdlib/no.rail, stdlib/no.rail, lib/stdlib/no.rail, "
        + "stdlib/no.rail of the compiler")
  }

  @Test func filesThatCannotBeReadAreReported() {
    var files = MemoryFiles(files: ["main.rail": "import \"a.rail\"\nimport \"b.rail\""])
    files.secret = ["a.rail"]
    files.directories = ["b.rail", "d"]
    #expect(
      files.analyse().messages == [
        "1:1 E0207: cannot read 'a.rail': permission denied",
        "2:1 E0206: cannot find module \"b.rail\"",
      ])
    #expect(files.analyse("d").messages == ["1:1 E0207: cannot read 'd': it is a directory"])
    #expect(
      files.analyse("no.rail").messages == ["1:1 E0207: cannot read 'no.rail': no such file"])
  }

  @Test func aFileIsLoadedOnce() {
    let files = MemoryFiles(
      files: [
        "main.rail": "import \"x.rail\"\nimport \"./x.rail\" as X\nimport x\nimport \"main.rail\"",
        "x.rail": "import \"main.rail\"\nimport \"x.rail\"",
      ])
    #expect(
      files.analyse().sources.files.map(\.path) == ["stdlib/prelude.rail", "main.rail", "x.rail"])
  }
}

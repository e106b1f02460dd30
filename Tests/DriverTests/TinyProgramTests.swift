import Foundation
import TestSupport
import Testing

/// A program pays for what it uses: how large stripped executables are at most, and that they do
/// what the language says however little of the runtime is in them.
@Suite(.enabled(if: railExecutable != nil, "needs the built rail executable"))
struct TinyProgramTests {
  struct Sample: CustomTestStringConvertible, Sendable {
    var name: String
    var source: String
    /// Bytes of the stripped executable.
    var most: Int
    var options: [String] = []
    var status: Int32 = 0
    var output = ""
    var testDescription: String { name }
  }

  static let samples = [
    Sample(name: "a number", source: "main = 42\n", most: 256, status: 42),
    Sample(name: "a negative number", source: "main = -1\n", most: 256, status: 255),
    Sample(name: "a large number", source: "main = 1000\n", most: 256, status: 232),
    Sample(name: "no number", source: "main = \"text\"\n", most: 256),
    Sample(name: "no number but a function", source: "main = \\x -> x\n", most: 400),
    Sample(
      name: "hello", source: "main = print \"hello, world\"\n", most: 1024,
      output: "hello, world\n"),
    Sample(
      name: "several lines and a status", source: "main =\n  print \"one\"\n  print 2\n  3\n",
      most: 1024, status: 3, output: "one\n2\n"),
    Sample(
      name: "known calls",
      source: """
        greeting = "hello"
        greet name times =
          if times > 0 then
            print $"{greeting}, {name}"
            greet name (times - 1)
          else 7
        main = greet "world" 3

        """,
      most: 1100, status: 7, output: "hello, world\nhello, world\nhello, world\n"),
    Sample(
      name: "lists and garbage",
      source: """
        build n onto = if n == 0 then onto else build (n - 1) (n :: onto)
        sum xs onto = match xs
          | [] -> onto
          | x :: rest -> sum rest (onto + x)
        main = print (sum (build 300000 []) 0)

        """,
      most: 12 * 1024, options: ["-O"], output: "45000150000\n"),
    Sample(
      name: "recursion",
      source: """
        fib n = if n < 2 then n else fib (n - 1) + fib (n - 2)
        main = print (fib 20)

        """,
      most: 8 * 1024, options: ["-O"], output: "6765\n"),
  ]

  /// The machines to compile for, and how to run their programs here; nil if that is not possible.
  static let targets: [(name: String, emulator: [String]?)] = [
    ("x86_64-linux", []), ("aarch64-linux", findTool("qemu-aarch64").map { [$0] }),
  ]

  private func build(
    _ source: String, _ options: [String] = [], in directory: TemporaryDirectory
  ) throws -> String {
    let file = try directory.write(Array(source.utf8), to: "program.rail")
    let output = directory.path("program")
    try runTool(try #require(railExecutable), ["build", file, "--strip", "-o", output] + options)
    return output
  }

  @Test(arguments: samples, targets.indices) func isTinyAndBehaves(
    _ sample: Sample, _ target: Int
  ) throws {
    let (name, emulator) = Self.targets[target]
    let directory = try TemporaryDirectory()
    let program = try build(sample.source, sample.options + ["--target", name], in: directory)
    let size = try #require(FileManager.default.contents(atPath: program)).count
    #expect(size <= sample.most, "\(size) bytes")
    guard let emulator else { return }
    // So many collections take long in an emulator.
    let settings = ["RAIL_GC_STRESS=0", "RAIL_GC_STRESS=1"]
    for setting in emulator.isEmpty ? settings[...] : settings[..<1] {
      let result = try runProgram("/usr/bin/env", [setting] + emulator + [program])
      #expect(result.status == sample.status)
      #expect(result.outputText == sample.output)
      #expect(result.errorText == "")
    }
  }

  /// A body of `try` that tries again in tail position still needs its handler afterwards: such
  /// recursion uses the stack, and must notice when it is used up. So must functions with large
  /// frames and those whose recursion is roundabout.
  @Test(arguments: [
    "endless n = try (\\_ -> endless (n + 1)) (\\m -> m)",
    "endless n = 1 + other n\nother n = 2 * third n\nthird n = endless (n + 1) - 3",
    "endless n = head (map (\\k -> endless (n + k)) [1])",
    "endless n = (n, endless (n + 1))",
  ], targets.indices)
  func recursionEndsInAnError(_ definition: String, _ target: Int) throws {
    let (name, emulator) = Self.targets[target]
    guard let emulator else { return }
    let directory = try TemporaryDirectory()
    let source = "\(definition)\nmain = print (try (\\_ -> endless 0) (\\m -> m))\n"
    for level in ["-O0", "-O"] {
      let program = try build(source, [level, "--target", name], in: directory)
      let result = try runProgram(
        "/usr/bin/env", ["RAIL_STACK_MAX=1m"] + emulator + [program])
      #expect(result.outputText == "stack exhausted\n", "\(level) \(result.errorText)")
      #expect(result.status == 0)
    }
  }

  /// Every way by which a float can come into a program brings the means to show it.
  @Test(arguments: [
    "1.5", "to_float (length args)", "sqrt (length args)", "parse_float (head args)", "pow 2 0.5",
    "float_arr_get (float_arr_new 1 2) 0", "bytes_get_f64_le (bytes_new 8) 0",
    "bytes_get_f32_be (bytes_new 4) 0", "[1, 2.5]", "fmod (length args) 3", "int_to_float 3",
    "match float_of_string \"1.5\"\n    | Ok x -> x\n    | Err _ -> 0.0",
  ], ["-O0", "-O"])
  func floatsCanBeShown(_ expression: String, _ level: String) throws {
    let directory = try TemporaryDirectory()
    let source = """
      id x = if length args > 5 then x else head [x]
      main =
        let x = \(expression)
        print (id x)
        print (repr (id x))
        print ((show x) == show (id x))

      """
    let result = try runProgram(try build(source, [level], in: directory))
    #expect(result.status == 0, "\(result.errorText)")
    #expect(result.outputText.hasSuffix("\n1\n"))
  }

  /// The same report whether the compiler knew the output or not.
  @Test(arguments: ["print \"hello\"", "print (head args)"])
  func outputThatCannotBeWrittenIsAnError(_ main: String) throws {
    let directory = try TemporaryDirectory()
    let program = try build("main = \(main)\n", in: directory)
    let reasons = [
      (">/dev/full", "no space left on device"), (">&-", "bad file descriptor"),
    ]
    for (redirection, reason) in reasons {
      let result = try runProgram("/bin/sh", ["-c", "exec \"$0\" \(redirection)", program])
      #expect(result.status == 1)
      #expect(
        result.errorText
          == "rail: error: cannot write standard output: \(reason)\n  at exit\n")
    }
  }

  /// A reader that has gone away is no error: SIGPIPE ends the program, or the status that a shell
  /// shows for that if the signal is ignored.
  @Test(arguments: ["print \"hello\"", "print (head args)"])
  func aReaderThatHasGoneAwayIsNoError(_ main: String) throws {
    let directory = try TemporaryDirectory()
    let program = try build("main = \(main)\n", in: directory)
    let script = "trap '' PIPE; { sleep 0.2; \"$0\"; echo $? >&2; } | true"
    let result = try runProgram("/bin/sh", ["-c", script, program])
    #expect(result.errorText == "141\n")
  }

  /// What the compiler does itself, and what the program does, is the same up to the size of the
  /// output's buffer and beyond.
  @Test(arguments: [100, 1023, 1024, 1100]) func longOutputIsComplete(_ lines: Int) throws {
    let directory = try TemporaryDirectory()
    let line = String(repeating: "x", count: 31)
    let body = String(repeating: "  print \"\(line)\"\n", count: lines)
    let program = try build("main =\n\(body)", in: directory)
    let result = try runProgram(program)
    #expect(result.outputText == String(repeating: line + "\n", count: lines))
    #expect(result.status == 0)
  }
}

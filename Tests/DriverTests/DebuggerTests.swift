import Foundation
import TestSupport
import Testing

/// Whether programs for AArch64 can be debugged: in an emulator to which gdb connects.
private let canDebugAArch64: Bool = {
  let missing = ["gdb-multiarch", "qemu-aarch64"].filter { findTool($0) == nil }
  if !missing.isEmpty { print("skipped: \(missing) not installed") }
  return missing.isEmpty
}()

/// A built program in a directory of its own.
private struct DebuggedProgram {
  let directory: TemporaryDirectory

  /// Without optimisation every function and line of the source is there.
  init(_ sources: [String: String], level: String = "-O0", options: [String] = []) throws {
    directory = try TemporaryDirectory()
    for (name, text) in sources { _ = try directory.write(Array(text.utf8), to: name) }
    try run(
      try #require(railExecutable), ["build", "program.rail", "-o", "program", level] + options)
  }

  var path: String { directory.path("program") }

  /// Runs a tool in the directory, which is also its home: gdb warns if it has none.
  @discardableResult
  func run(_ tool: String, _ arguments: [String]) throws -> ProgramResult {
    let place = directory.url.path
    let result = try runProgram("/usr/bin/env", ["-C", place, "HOME=\(place)", tool] + arguments)
    guard result.status == 0 else {
      throw ToolFailure(description: "\(tool): \(result.outputText)\(result.errorText)")
    }
    return result
  }

  func debug(_ commands: String...) throws -> [String] {
    try TestSupport.debug("program", in: directory, commands)
  }

  /// The same for a program for AArch64, which stands before its first instruction.
  func debugAArch64(environment: String = "A=B", _ commands: String...) throws -> [String] {
    let start = "timeout 60 qemu-aarch64 -E \(environment) -g socket ./program"
    let wait = "for i in $(seq 100); do test -S socket && break; sleep 0.1; done"
    return try TestSupport.debug(
      "program", in: directory,
      ["shell (\(start) > output &); \(wait)", "target remote socket"] + commands + ["kill"],
      gdb: "gdb-multiarch")
  }

  /// What the tool says about the program if it is installed; it must not complain.
  func examine(_ tool: String, _ arguments: [String]) throws -> String {
    guard let tool = findTool(tool) else {
      print("skipped: \(tool) is not installed")
      return ""
    }
    let result = try run(tool, arguments)
    #expect(result.errorText == "", "\(tool)")
    return result.outputText
  }
}

/// A recursion 150 calls deep, in the course of which memory is collected.
private let deepRecursion = [
  "program.rail": """
    build n seen =
      if n == 0 then
        print (length seen)
        []
      else
        let rest = build (n - 1) (cons [n, n + 1] seen)
        cons n rest

    main = length (build 150 [])

    """
]

private let calculation = [
  "program.rail": """
    import "shapes.rail"

    factorial n =
      if n == 0 then
        1
      else
        n * factorial (n - 1)

    main =
      let a = factorial 3
      let b = area 4 5
      print (a + b)
      print (map (\\x -> x * 2) [a, b])
      0

    """,
  "shapes.rail": """
    area width height =
      let product = width * height
      product

    """,
]

/// What a user of a debugger or profiler sees of a program.
@Suite(.enabled(if: railExecutable != nil, "needs the built rail executable"))
struct DebuggerTests {
  @Test(.enabled(if: debugger != nil)) func gdbStopsAtFunctionsAndLines() throws {
    let program = try DebuggedProgram(calculation)
    let lines = try program.debug(
      "break program.factorial if 0", "break program.rail:5", "break shapes.rail:3", "run",
      "info line", "continue", "backtrace", "info symbol $pc")
    let stops = lines.filter { $0.hasPrefix("Breakpoint ") }
    #expect(stops.contains { $0.hasSuffix("file program.rail, line 3.") })
    #expect(stops.contains { $0.hasSuffix("program.factorial () at program.rail:5") })
    #expect(stops.contains { $0.hasSuffix("shapes.area () at shapes.rail:3") })
    #expect(lines.contains { $0.hasPrefix("Line 5 of \"program.rail\" starts at address") })
    #expect(lines.contains("5\t    1"), "gdb shows the source text")
    #expect(tracedFunctions(lines) == ["shapes.area", "program.main", "rail_enter"])
  }

  @Test(.enabled(if: debugger != nil)) func gdbStepsFromLineToLine() throws {
    let program = try DebuggedProgram(calculation)
    let lines = try program.debug(
      "start", "next", "next", "step", "step", "step", "next", "next", "next")
    let shown = lines.compactMap { line in Int(line.prefix { $0 != "\t" }) }
    #expect(shown == [9, 10, 11, 2, 3, 12, 13, 14])
  }

  @Test(.enabled(if: debugger != nil)) func gdbUnwindsThroughTheRuntime() throws {
    let program = try DebuggedProgram(calculation)
    let lines = try program.debug(
      "break rail_print", "run", "backtrace", "finish", "up", "info line")
    #expect(
      tracedFunctions(lines).prefix(4)
        == ["rail_print", "rail_call_c", "program.main", "rail_enter"])
    #expect(lines.contains { $0.hasPrefix("Line 12 of \"program.rail\" starts at") })
    #expect(lines.contains { $0.contains("rail_print () at runtime/src/print.c:") })
  }

  /// A collection replaces return addresses on the stack by that of rail_marker; nothing is lost.
  @Test(.enabled(if: debugger != nil)) func gdbUnwindsThroughStackMarkers() throws {
    let program = try DebuggedProgram(deepRecursion)
    let lines = try program.debug(
      "set environment RAIL_GC_STRESS=1", "break rail_print", "run", "backtrace")
    expectDeepRecursion(tracedFunctions(lines))
  }

  private func expectDeepRecursion(_ names: [String]) {
    #expect(names.count { $0 == "program.build" } == 151)
    #expect(names.count { $0 == "rail_marker" } > 2)
    #expect(names.last == "rail_enter")
  }

  @Test(.enabled(if: canDebugAArch64)) func gdbDebugsAArch64Programs() throws {
    let options = ["--target", "aarch64-linux"]
    let program = try DebuggedProgram(calculation, options: options)
    let lines = try program.debugAArch64(
      "break program.rail:5", "break shapes.rail:3", "continue", "info line", "continue",
      "next", "next", "break rail_print", "continue", "backtrace")
    let stops = lines.filter { $0.hasPrefix("Breakpoint ") }
    #expect(stops.contains { $0.hasSuffix("program.factorial () at program.rail:5") })
    #expect(stops.contains { $0.hasSuffix("shapes.area () at shapes.rail:3") })
    #expect(lines.contains { $0.hasPrefix("Line 5 of \"program.rail\" starts at address") })
    let shown = lines.compactMap { line in Int(line.prefix { $0 != "\t" }) }
    #expect(shown.starts(with: [5, 3, 12]))
    #expect(
      tracedFunctions(lines) == ["rail_print", "rail_call_c", "program.main", "rail_enter"])

    let deep = try DebuggedProgram(deepRecursion, options: options)
    expectDeepRecursion(
      tracedFunctions(
        try deep.debugAArch64(
          environment: "RAIL_GC_STRESS=1", "break rail_print", "continue", "backtrace")))
  }

  /// At each instruction of a program the caller's frames are found.
  @Test(.enabled(if: debugger != nil), arguments: ["-O0", "-O"])
  func gdbUnwindsFromEveryInstruction(_ level: String) throws {
    let program = try DebuggedProgram(
      [
        "program.rail": """
        sum n = if n == 0 then 0.5 else n + sum (n - 1)

        twice f x = f (f x)

        main =
          let total = sum 3 + twice (\\x -> x / 2) 5
          try (\\_ -> total + error "enough") (\\_ -> total)

        """
      ], level: level)
    let lines = try program.debug(
      "break program.main", "run", "while $_isvoid($_exitcode)", "stepi",
      "if $_isvoid($_exitcode)", "backtrace -1", "end", "end")
    let outermost = lines.filter { $0.hasPrefix("#") }
    #expect(outermost.count > 500)
    let wrong = outermost.filter { !$0.contains("rail_enter () at runtime/") }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
  }

  @Test func toolsReadTheDebuggingInformation() throws {
    let program = try DebuggedProgram(calculation)
    let dump = try program.examine("readelf", ["--debug-dump", "program"])
    if !dump.isEmpty { #expect(dump.contains("shapes.rail")) }
    let verdict = try program.examine("llvm-dwarfdump", ["--verify", "program"])
    if !verdict.isEmpty { #expect(verdict.hasSuffix("No errors.\n")) }
    let symbols = try program.examine("nm", ["program"])
    guard !symbols.isEmpty else { return }
    let area = try #require(symbols.split(separator: "\n").first { $0.hasSuffix(" shapes.area") })
    let address = String(area.prefix { $0 != " " })
    #expect(
      try program.examine("addr2line", ["-f", "-e", "program", address]).hasPrefix(
        "shapes.area\n") == true)
    let lines = try program.examine("llvm-symbolizer", ["-e", "program", "0x" + address])
    if !lines.isEmpty { #expect(lines.contains("shapes.rail:")) }
  }

  /// Without a collector the data of a program are zeros, with one they are not: profilers read
  /// names from both.
  @Test(arguments: [
    "count n = if n == 0 then 0 else 1 + count (n - 1)",
    "count n = if n == 0 then 0 else head [n, n] - n + 1 + count (n - 1)",
  ])
  func profilersShowRailFunctionsAndLines(_ count: String) throws {
    let program = try DebuggedProgram([
      "program.rail": """
        \(count)

        repeat times =
          if times == 0 then 0 else count 1000 + repeat (times - 1)

        main = print (repeat 2000)

        """
    ])
    try expectCallgrindShowsNames(program)
    guard let perf = findTool("perf"),
      (try? program.run(perf, ["record", "-q", "-e", "cpu-clock", "-o", "perf.data", "./program"]))
        != nil
    else {
      print("skipped: perf is not installed, or may not record here")
      return
    }
    let report = try program.run(perf, ["report", "-i", "perf.data", "--stdio"]).outputText
    #expect(report.contains("program.count"))
    let lines = try program.run(
      perf, ["report", "-i", "perf.data", "--stdio", "-F", "overhead,srcline"])
    #expect(lines.outputText.contains("program.rail:1"))
  }

  private func expectCallgrindShowsNames(_ program: DebuggedProgram) throws {
    guard let valgrind = findTool("valgrind"), let annotate = findTool("callgrind_annotate") else {
      print("skipped: valgrind is not installed")
      return
    }
    let result = try program.run(
      valgrind, ["--tool=callgrind", "--callgrind-out-file=profile", "./program"])
    #expect(result.outputText == "2000000\n")
    let profile = try program.run(annotate, ["--threshold=100", "profile"]).outputText
    #expect(profile.contains("program.rail:program.count"))
    #expect(profile.contains("program.rail:program.repeat"))
    #expect(profile.contains("if times == 0 then 0 else count 1000"))
  }

  @Test func debuggingInformationIsNotPartOfTheProgram() throws {
    let full = try DebuggedProgram(calculation)
    let again = try DebuggedProgram(calculation)
    let stripped = try DebuggedProgram(calculation, options: ["--strip"])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: full.path))
    #expect(
      try bytes == Data(contentsOf: URL(fileURLWithPath: again.path)),
      "the folder of the source does not matter")
    #expect(bytes.range(of: Data(full.directory.url.path.utf8)) == nil)
    let small = try Data(contentsOf: URL(fileURLWithPath: stripped.path))
    #expect(small.range(of: Data("debug".utf8)) == nil)
    #expect(small.range(of: Data("shapes.area".utf8)) == nil)
    #expect(try full.run(full.path, []).output == stripped.run(stripped.path, []).output)
  }
}

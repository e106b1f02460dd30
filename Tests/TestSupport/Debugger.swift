import Foundation

/// gdb, if it is installed and may run programs: containers can forbid it to.
public let debugger: String? = {
  guard let gdb = findTool("gdb") else {
    print("skipped: gdb is not installed")
    return nil
  }
  let arguments = ["HOME=/nonexistent", gdb, "-nx", "-batch", "-ex", "run", "/bin/true"]
  let result = try? runProgram("/usr/bin/env", [unblockSignals] + arguments)
  guard let result, result.outputText.contains("exited normally") else {
    print("skipped: gdb may not run programs here")
    return nil
  }
  return gdb
}()

/// Threads that start processes for tests have all signals blocked, and so have the processes; gdb
/// waits for one when its program stops.
private let unblockSignals = "--default-signal"

/// What gdb prints on standard output, line by line, when it carries out `commands` with a program
/// in `directory`, which it takes for the current folder and for the user's: without one it warns.
public func debug(
  _ program: String, in directory: TemporaryDirectory, _ commands: [String],
  gdb: String = debugger ?? "gdb"
) throws -> [String] {
  let settings = [
    "set pagination off", "set confirm off", "set width 0", "set backtrace past-main on",
  ]
  let script = settings + commands
  let text = script.joined(separator: "\n") + "\n"
  let path = try directory.write(Array(text.utf8), to: "commands")
  let place = directory.url.path
  let result = try runProgram(
    "/usr/bin/env",
    [unblockSignals, "-C", place, "HOME=\(place)", gdb, "-nx", "-batch", "-x", path, program])
  guard result.status == 0 else {
    throw ToolFailure(description: "gdb: \(result.outputText)\(result.errorText)")
  }
  return result.outputText.split(separator: "\n").map(String.init)
}

/// The names of the functions in the lines of a backtrace, the innermost first, without that which
/// calls the user's `main`: the compiler may leave out its frame.
public func tracedFunctions(_ lines: [String]) -> [String] {
  let names = lines.filter { $0.hasPrefix("#") }.map { line in
    let words = line.split(separator: " ")
    let start = words.firstIndex(of: "in").map { $0 + 1 } ?? 1
    return String(words[start])
  }
  return names.filter { $0 != "rail_main" }
}

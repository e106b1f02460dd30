import Diagnostics
import Semantics
public import Support

/// How long a fixture may run.
private let secondsPerFixture = 60.0

/// QEMU's user mode keeps a record for each page of a reserved range: with a smaller heap, which is
/// still plenty, programs start in a tenth of the time.
private func environment(of runner: ProgramRunner) -> [String] {
  switch runner {
  case .machine: []
  case .emulator: ["RAIL_HEAP_MAX=512m"]
  }
}

/// Compiles an annotated program, runs it and returns how it differs from what it says: nothing if
/// all is well, `nil` if it has no directives.
///
/// - Parameters:
///   - options: how to compile it, and for which platform.
///   - runner: what runs programs of that platform.
public func runFixture(
  _ path: String, options: Options, runner: ProgramRunner = .machine
) -> [String]? {
  let source: [UInt8]
  do throws(Files.Failure) {
    source = try Files.read(path)
  } catch {
    return ["cannot read it: \(error.text)"]
  }
  guard let fixture = Fixture(source) else { return nil }
  if !fixture.mistakes.isEmpty { return fixture.mistakes }
  let parts = path.split(separator: "/", omittingEmptySubsequences: false)
  let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
  let name = String(parts.last ?? "")
  let directory = folder.hasPrefix("/") ? folder : Files.currentDirectory() + "/" + folder

  var provider = fileProvider(currentDirectory: directory)
  let readFile = provider.read
  provider.read = { $0 == name ? .bytes(fixture.text) : readFile($0) }
  var compilation = Compilation(provider: provider, options: options)
  compilation.evaluates = false
  if fixture.mode == .check {
    compilation.check(name, requireMain: false)
    return compareDiagnostics(fixture, name, compilation)
  }
  let result = compilation.build(name)
  var problems = compareDiagnostics(fixture, name, compilation)
  switch result {
  case .executable(let image):
    func outcomeProblems(_ image: [UInt8]) -> [String] {
      do throws(Files.Failure) {
        let outcome = try Processes.run(
          image, on: runner, arguments: [name] + fixture.arguments, input: fixture.input,
          directory: directory, seconds: secondsPerFixture, environment: environment(of: runner))
        return compareOutcome(fixture, name, outcome)
      } catch {
        return [error.text]
      }
    }
    problems += outcomeProblems(image)
    // A program that the compiler can carry out itself must do the same when it does.
    compilation.evaluates = true
    if case .executable(let evaluated) = compilation.build(name), evaluated != image {
      problems += outcomeProblems(evaluated).map { "evaluated: \($0)" }
    }
  case .rejected:
    if !fixture.diagnostics.contains(where: { $0.severity == "error" }) {
      problems.append("it does not compile, so nothing was run")
    }
  case .failed(let message): problems.append(message)
  case .emitted: problems.append("no executable came out")
  }
  return problems
}

// MARK: - Diagnostics

private func compareDiagnostics(
  _ fixture: Fixture, _ name: String, _ compilation: Compilation
) -> [String] {
  var tables: [Int32: LineTable] = [:]
  var problems: [String] = []
  var missing = fixture.diagnostics
  for diagnostic in compilation.diagnostics.sorted() {
    let range = diagnostic.primary.range
    let file = compilation.sources[range.file]
    let table = tables[range.file.index] ?? LineTable(file)
    tables[range.file.index] = table
    let start = table.position(of: range.start)
    let end = table.position(of: max(range.start + 1, range.end) - 1)
    let severity = diagnostic.severity == .error ? "error" : "warning"
    let match = missing.firstIndex { expected in
      file.path == name && expected.severity == severity && expected.line == start.line
        && diagnostic.message.contains(expected.words)
        && (expected.code ?? diagnostic.code) == diagnostic.code
        && (expected.firstColumn ?? start.column) == start.column
        && (expected.lastColumn ?? end.column) == end.column
    }
    if let match {
      missing.remove(at: match)
    } else if severity == "error" || fixture.checksWarnings {
      problems.append(
        "unexpected \(severity) [\(diagnostic.code)] at \(file.path):\(start.line):\(start.column)-\(end.column): \(diagnostic.message)"
      )
    }
  }
  for expected in missing {
    let column = expected.firstColumn.map { ":\($0)" } ?? ""
    problems.append(
      "missing \(expected.severity) at line \(expected.line)\(column): \(expected.words)")
  }
  return problems
}

// MARK: - Outcome of the run

private func compareOutcome(
  _ fixture: Fixture, _ name: String, _ outcome: Processes.Outcome
) -> [String] {
  if outcome.timedOut { return ["it did not end within \(Int(secondsPerFixture)) s"] }
  var problems: [String] = []
  if outcome.status != fixture.exitStatus {
    problems.append("exit status \(outcome.status) instead of \(fixture.exitStatus)")
  }
  problems += compareOutput(fixture.output ?? [], outcome.output)
  let errors = lines(outcome.errors)
  var rest = errors[...]
  for expected in fixture.errorLines {
    if let found = rest.firstIndex(of: expected) {
      rest = rest[(found + 1)...]
    } else {
      problems.append("missing on standard error: \(expected)")
    }
  }
  if let panic = fixture.panic {
    let first = errors.first ?? ""
    if first != "rail: error: \(panic.message)" {
      problems.append("standard error begins with '\(first)' instead of 'rail: error: \(panic.message)'")
    } else if !(errors.count > 1 && errors[1].contains("\(name):\(panic.line):")) {
      let place = errors.count > 1 ? errors[1] : ""
      problems.append("the error is reported '\(place)', not in line \(panic.line)")
    }
  } else if fixture.errorLines.isEmpty && fixture.trace.isEmpty && !errors.isEmpty {
    problems.append("unexpected on standard error: \(errors[0])")
    problems += errors.dropFirst().prefix(2).map { "    \($0)" }
  }
  let trace = frames(errors, name)
  if !fixture.trace.isEmpty && trace != fixture.trace {
    problems.append("the trace is: " + trace.joined(separator: " "))
  }
  return problems
}

/// The frames of a report as `function:line`: of lines such as `  in area   FILE:12:7`.
private func frames(_ errors: [String], _ name: String) -> [String] {
  errors.compactMap { line in
    guard line.hasPrefix("  at ") || line.hasPrefix("  in ") else { return nil }
    let parts = line.split(separator: " ")
    guard parts.count == 3, parts[2].hasPrefix(name + ":") else { return nil }
    let place = parts[2].dropFirst(name.count + 1).prefix { $0 != ":" }
    return "\(parts[1]):\(place)"
  }
}

private func compareOutput(_ expected: [String], _ output: [UInt8]) -> [String] {
  let actual = lines(output)
  if actual == expected { return [] }
  for index in 0..<max(actual.count, expected.count) {
    let want = index < expected.count ? "'\(expected[index])'" : "the end"
    let got = index < actual.count ? "'\(actual[index])'" : "the end"
    if want != got { return ["line \(index + 1) of the output is \(got) instead of \(want)"] }
  }
  return ["the output differs in its end of line"]
}

/// The lines of a text; a last line without a line feed counts too.
private func lines(_ bytes: [UInt8]) -> [String] {
  var parts = bytes.split(separator: 10, omittingEmptySubsequences: false)
  if parts.last?.isEmpty == true { parts.removeLast() }
  return parts.map { String(decoding: $0, as: UTF8.self) }
}

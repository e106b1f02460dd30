public import Driver
public import Support

/// One of two ways to compile and run a program.
public struct Side: Sendable {
  /// As it was described.
  public var description: String
  public var options: Options
  /// Variables of the running program, `NAME=value`.
  public var environment: [String]
  /// What runs programs of the target.
  public var runner: ProgramRunner

  /// - Parameter description: options of `rail build` and variables of the running program, separated by
  ///   blanks: `-O0 RAIL_GC_STRESS=1`.
  public init(_ description: String) throws(UsageError) {
    self.description = description
    let words = description.split(separator: " ").map(String.init)
    environment = words.filter { !$0.hasPrefix("-") && $0.contains("=") }
    let flags = words.filter { $0.hasPrefix("-") || !$0.contains("=") }
    let options = try parseOptions(["build", "--verify"] + flags + ["program.rail"])
    self.options = options
    do throws(MissingEmulator) {
      runner = try options.platform.findRunner()
    } catch {
      throw UsageError(message: "\(error)")
    }
  }
}

/// What came of a program on both sides.
public enum Verdict: Sendable {
  /// Both did the same. `raised` says whether the program ended with an error at run time.
  case same(raised: Bool)
  /// Both compilers refused the program in the same words.
  case rejected(String)
  /// The program needs more time, memory or stack than a test may have, so nothing was learned.
  case undecided(String)
  /// They did different things: a mistake in the compiler or the runtime.
  case different(String)
}

/// The limits of a run; programs that reach them say nothing about the compiler.
private let secondsPerRun = 10.0
private let heapLimit = "RAIL_HEAP_MAX=256m"

/// Compiles and runs a program in two ways and compares all that can be seen of it: output, messages, exit
/// status.
public func compare(_ source: [UInt8], _ first: Side, _ second: Side) -> Verdict {
  let left = onDeepStack { compileInMemory(source, options: first.options) }
  let right = onDeepStack { compileInMemory(source, options: second.options) }
  switch (left, right) {
  case (.rejected(let one), .rejected(let other)):
    return one == other ? .rejected(one) : .different("diagnostics:\n\(one)\nagainst:\n\(other)")
  case (.failed(let message), _): return .different("\(first.description): \(message)")
  case (_, .failed(let message)): return .different("\(second.description): \(message)")
  case (.rejected(let text), .executable): return .different("only the first rejects it:\n\(text)")
  case (.executable, .rejected(let text)):
    return .different("only the second rejects it:\n\(text)")
  case (.executable(let one), .executable(let other)):
    return compareRuns(one, first, other, second)
  }
}

private func compareRuns(
  _ left: [UInt8], _ first: Side, _ right: [UInt8], _ second: Side
) -> Verdict {
  if first.description == second.description && left != right {
    return .different("the executables differ, so compilation is not deterministic")
  }
  do throws(Files.Failure) {
    let one = try run(left, first)
    let other = try run(right, second)
    for outcome in [one, other] {
      if let reason = limit(outcome) { return .undecided(reason) }
    }
    if one.status != other.status {
      return .different(
        "exit status \(one.status) against \(other.status)\n" + text(one.errors)
          + text(other.errors))
    }
    if one.output != other.output { return .different(firstDifference(one.output, other.output)) }
    if one.errors != other.errors { return .different(firstDifference(one.errors, other.errors)) }
    if one.status >= 128 { return .different("both end with signal \(one.status - 128)") }
    return .same(raised: !one.errors.isEmpty)
  } catch {
    return .different("cannot run it: \(error.text)")
  }
}

private func run(_ image: [UInt8], _ side: Side) throws(Files.Failure) -> Processes.Outcome {
  try Processes.run(
    image, on: side.runner, arguments: ["program"], input: [], directory: "/",
    seconds: secondsPerRun, environment: [heapLimit] + side.environment)
}

/// The limit that a run has reached, if it has.
private func limit(_ outcome: Processes.Outcome) -> String? {
  if outcome.timedOut { return "time" }
  let everything = text(outcome.errors) + text(outcome.output)
  return ["memory exhausted", "stack exhausted"].first { everything.contains($0) }
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

private func firstDifference(_ left: [UInt8], _ right: [UInt8]) -> String {
  let one = left.split(separator: 10, omittingEmptySubsequences: false)
  let other = right.split(separator: 10, omittingEmptySubsequences: false)
  for index in 0..<max(one.count, other.count) {
    let a = index < one.count ? text(Array(one[index])) : "(the end)"
    let b = index < other.count ? text(Array(other[index])) : "(the end)"
    if a != b { return "line \(index + 1):\n  \(a)\nagainst\n  \(b)" }
  }
  return "no line differs"
}

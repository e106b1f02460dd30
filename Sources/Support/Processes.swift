import CPosix
import Glibc

/// What runs a program that is in memory.
public enum ProgramRunner: Sendable {
  /// This machine.
  case machine
  /// An emulator like those of QEMU: `-0` names the program, then come its file and arguments.
  case emulator(path: String)
}

/// Runs other programs.
public enum Processes {
  public struct Outcome: Sendable {
    /// Exit status, or 128 + the number of the signal that ended it.
    public var status: Int
    public var output: [UInt8]
    public var errors: [UInt8]
    /// Whether it was stopped because its time was up.
    public var timedOut: Bool
  }

  /// Replaces this process by the executable in `image`, which lives in memory only; returns only if that fails.
  public static func become(
    _ image: [UInt8], on runner: ProgramRunner = .machine, arguments: [String]
  ) throws(Files.Failure) -> Never {
    let descriptor = try Files.memoryFile(image)
    let (path, command) = command(descriptor, runner, arguments)
    // An emulator opens the file itself.
    if case .emulator = runner { _ = fcntl(descriptor, F_SETFD, 0) }
    withArguments(command) { argv in
      _ = execve(path, argv, posix_environment())
    }
    throw .other("cannot execute it: \(String(cString: strerror(errno)))")
  }

  /// The executable to start for a program in an open file, and its arguments.
  private static func command(
    _ descriptor: Int32, _ runner: ProgramRunner, _ arguments: [String]
  ) -> (path: String, arguments: [String]) {
    let file = "/proc/self/fd/\(descriptor)"
    switch runner {
    case .machine: return (file, arguments)
    case .emulator(let path):
      return (path, [path, "-0", arguments[0], file] + arguments.dropFirst())
    }
  }

  /// Runs the executable in `image` to its end. It reads `input`, sees `directory` as current
  /// directory and `environment` (`NAME=value`) besides the variables of this process, and is
  /// stopped after `seconds`.
  public static func run(
    _ image: [UInt8], on runner: ProgramRunner = .machine, arguments: [String], input: [UInt8],
    directory: String, seconds: Double, environment: [String] = []
  ) throws(Files.Failure) -> Outcome {
    let executable = try Files.memoryFile(image)
    defer { close(executable) }
    let input = try Files.memoryFile(input)
    defer { close(input) }
    let output = try Files.memoryFile([])
    defer { close(output) }
    let errors = try Files.memoryFile([])
    defer { close(errors) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addchdir_np(&actions, directory)
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    // An emulator opens the file itself: a descriptor that is its own copy stays open.
    if case .emulator = runner {
      posix_spawn_file_actions_adddup2(&actions, executable, executable)
    }
    let (path, command) = command(executable, runner, arguments)
    var child = pid_t()
    let failure = withArguments(command) { argv in
      withEnvironment(environment) { variables in
        posix_spawn(&child, path, &actions, nil, argv, variables)
      }
    }
    guard failure == 0 else {
      throw .other("cannot execute it: \(String(cString: strerror(failure)))")
    }
    let (status, timedOut) = wait(for: child, seconds: seconds)
    lseek(output, 0, SEEK_SET)
    lseek(errors, 0, SEEK_SET)
    return Outcome(
      status: status, output: try Files.readAll(output, expected: 4096),
      errors: try Files.readAll(errors, expected: 4096), timedOut: timedOut)
  }

  private static func wait(for child: pid_t, seconds: Double) -> (status: Int, timedOut: Bool) {
    let deadline = Clock.seconds() + seconds
    var pause: UInt32 = 100
    var raw: Int32 = 0
    var timedOut = false
    while waitpid(child, &raw, timedOut ? 0 : WNOHANG) == 0 {
      if Clock.seconds() > deadline {
        kill(child, SIGKILL)
        timedOut = true
      } else {
        usleep(pause)
        pause = min(pause * 2, 5000)
      }
    }
    let signal = raw & 0x7F
    return (signal == 0 ? Int(raw >> 8 & 0xFF) : 128 + Int(signal), timedOut)
  }

  /// The environment of this process with further variables in front, where they are found first.
  private static func withEnvironment<Result>(
    _ added: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Result
  ) -> Result {
    if added.isEmpty { return body(posix_environment()) }
    var inherited: [String] = []
    var next = posix_environment()
    while let entry = next?.pointee {
      inherited.append(String(cString: entry))
      next = next?.advanced(by: 1)
    }
    return withArguments(added + inherited) { body($0) }
  }

  private static func withArguments<Result>(
    _ arguments: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    let pointers = arguments.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    var argv: [UnsafeMutablePointer<CChar>?] = pointers + [nil]
    return argv.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("argv has an end mark") }
      return body(base)
    }
  }
}

/// Time for measurements; never part of any output but reports of time.
public enum Clock {
  /// Seconds on a clock that only goes forward.
  public static func seconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }
}

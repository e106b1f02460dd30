public import Foundation
import Synchronization

/// Held while a file is written and while a process starts. Tests run concurrently: a child that
/// is just being started has copies of all open files, and a program that any process has open
/// for writing cannot be executed.
private let writingOrStarting = Mutex(())

/// A directory of one test's own, which goes away with the value.
public final class TemporaryDirectory {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "rail-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in the directory.
  public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a file and returns its path.
  public func write(_ bytes: [UInt8], to name: String, executable: Bool = false) throws -> String {
    let path = path(name)
    try writingOrStarting.withLock { _ in
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
    if executable {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    return path
  }
}

/// What a program did.
public struct ProgramResult: Sendable {
  /// The exit status, or minus the signal that ended the program.
  public var status: Int32
  public var output: [UInt8]
  public var errors: [UInt8]

  public var outputText: String { String(decoding: output, as: UTF8.self) }
  public var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// The path of a program that is found through `PATH`, or nil if it is not installed.
public func findTool(_ name: String) -> String? {
  let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
  return path.split(separator: ":").map { "\($0)/\(name)" }.first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
}

/// Runs the program at `path` to its end, without input.
public func runProgram(_ path: String, _ arguments: [String] = []) throws -> ProgramResult {
  let directory = try TemporaryDirectory()
  // Files instead of pipes: a program that fills one pipe while the other is read would block.
  let process = Process()
  process.executableURL = URL(fileURLWithPath: path)
  process.arguments = arguments
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = try FileHandle(
    forWritingTo: URL(fileURLWithPath: directory.write([], to: "output")))
  process.standardError = try FileHandle(
    forWritingTo: URL(fileURLWithPath: directory.write([], to: "errors")))
  try writingOrStarting.withLock { _ in try process.run() }
  process.waitUntilExit()
  let status = process.terminationStatus
  return ProgramResult(
    status: process.terminationReason == .exit ? status : -status,
    output: Array(try Data(contentsOf: URL(fileURLWithPath: directory.path("output")))),
    errors: Array(try Data(contentsOf: URL(fileURLWithPath: directory.path("errors")))))
}

/// A foreign tool that a test called failed.
public struct ToolFailure: Error, CustomStringConvertible {
  public let description: String

  public init(description: String) { self.description = description }
}

/// Runs a tool that has to succeed and returns what it printed on both streams.
@discardableResult
public func runTool(_ path: String, _ arguments: [String]) throws -> String {
  let result = try runProgram(path, arguments)
  guard result.status == 0 else {
    throw ToolFailure(
      description: "\(path) \(arguments.joined(separator: " ")): \(result.errorText)")
  }
  return result.outputText + result.errorText
}

/// Compiles freestanding C as the runtime is compiled and returns the bytes of the object.
public func compileC(
  _ source: String, clang: String, architecture: String = "x86_64", flags: [String] = []
) throws -> [UInt8] {
  let directory = try TemporaryDirectory()
  let input = try directory.write(Array(source.utf8), to: "source.c")
  let output = directory.path("source.o")
  let standard = [
    "--target=\(architecture)-unknown-linux-gnu", "-std=c11", "-O2", "-ffreestanding",
    "-fno-stack-protector", "-fno-pic", "-ffunction-sections", "-fdata-sections",
  ]
  try runTool(clang, standard + flags + ["-c", input, "-o", output])
  return Array(try Data(contentsOf: URL(fileURLWithPath: output)))
}

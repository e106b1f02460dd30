import CPosix
import Glibc

/// The only door to the file system and to other processes: used by the driver and by tests, never by a stage.
public enum Files {
  /// Why a file could not be read or written.
  public enum Failure: Error, Equatable, Sendable {
    case missing
    case isDirectory
    /// Anything else, in the system's words.
    case other(String)

    /// The reason as it stands in a message.
    public var text: String {
      switch self {
      case .missing: "no such file"
      case .isDirectory: "is a directory"
      case .other(let reason): reason
      }
    }
  }

  /// The whole contents of a file.
  public static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw failure() }
    if information.st_mode & S_IFMT == S_IFDIR { throw .isDirectory }
    return try readAll(descriptor, expected: Int(information.st_size))
  }

  /// Everything that can still be read from a descriptor; `expected` is a guess at how much that is.
  public static func readAll(_ descriptor: Int32, expected: Int) throws(Failure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(expected, 0) + 1)
    var filled = 0
    while true {
      if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: filled)) }
      let capacity = bytes.count - filled
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), capacity)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure()
      }
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// Writes a file as a whole: it has either its old or its new contents, never a part. `mode` are the permissions of a new
  /// file before the process's mask.
  public static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(Failure) {
    var information = stat()
    let exists = stat(path, &information) == 0
    if exists && information.st_mode & S_IFMT == S_IFDIR { throw .isDirectory }
    if exists && information.st_mode & S_IFMT != S_IFREG {
      // A device or pipe cannot be replaced, only written to.
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure() }
      defer { close(descriptor) }
      try writeAll(bytes, to: descriptor)
      return
    }
    let temporary = "\(path).\(getpid()).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure() }
    do throws(Failure) {
      defer { close(descriptor) }
      try writeAll(bytes, to: descriptor)
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let reason = failure()
      unlink(temporary)
      throw reason
    }
  }

  /// Replaces the contents of an existing file as a whole. Its permissions stay, and what a symbolic
  /// link leads to is replaced rather than the link.
  public static func replaceContents(of path: String, with bytes: [UInt8]) throws(Failure) {
    guard let resolved = realpath(path, nil) else { throw failure() }
    defer { free(resolved) }
    var information = stat()
    guard stat(resolved, &information) == 0 else { throw failure() }
    let target = String(cString: resolved)
    try write(bytes, to: target, mode: 0o600)
    guard chmod(target, information.st_mode & 0o7777) == 0 else { throw failure() }
  }

  public static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(Failure) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure()
      }
      written += count
    }
  }

  /// An anonymous file in memory with these contents, positioned at its start.
  public static func memoryFile(_ bytes: [UInt8]) throws(Failure) -> Int32 {
    let descriptor = memfd_create("rail", 1)
    guard descriptor >= 0 else { throw failure() }
    do throws(Failure) {
      try writeAll(bytes, to: descriptor)
    } catch {
      close(descriptor)
      throw error
    }
    lseek(descriptor, 0, SEEK_SET)
    return descriptor
  }

  public static func currentDirectory() -> String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }

  public static func isDirectory(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a directory, sorted bytewise, without `.` and `..`.
  public static func list(_ path: String) throws(Failure) -> [String] {
    guard let directory = opendir(path) else { throw failure() }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  public static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// The failure that `errno` stands for.
  /// The path of a program that is found through `PATH`.
  public static func findInPath(_ name: String) -> String? {
    for folder in (environment("PATH") ?? "").split(separator: ":") {
      let path = "\(folder)/\(name)"
      if access(path, X_OK) == 0 && !isDirectory(path) { return path }
    }
    return nil
  }

  private static func failure() -> Failure {
    switch errno {
    case ENOENT: return .missing
    case EISDIR: return .isDirectory
    default:
      guard let text = strerror(errno) else { return .other("error \(errno)") }
      let reason = String(cString: text)
      return .other(reason.prefix(1).lowercased() + reason.dropFirst())
    }
  }
}

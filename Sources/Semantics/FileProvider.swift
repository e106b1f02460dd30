/// What came of reading a file.
public enum ReadResult: Sendable {
  case bytes([UInt8])
  case missing
  case directory
  /// The file is there but cannot be read: a reason such as `permission denied`.
  case unreadable(reason: String)
}

/// The only way in which the front end sees the world outside.
public struct FileProvider: Sendable {
  /// Reads the file at a path, which is absolute or relative to the current directory.
  public var read: @Sendable (String) -> ReadResult
  /// The directories of `RAIL_PATH`, in order.
  public var libraryPaths: [String]
  /// The text of a module of the embedded standard library, by its path in `stdlib/`:
  /// `prelude.rail`.
  public var embedded: @Sendable (String) -> [UInt8]?
  /// The absolute path of the current directory, by which an absolute and a relative path of one
  /// file are recognised as the same; empty if unknown.
  public var currentDirectory: String
  /// The names of what is in a folder (`""`: the current directory), sorted. Only asked for when a
  /// name or a module is unknown, to find what was meant.
  public var list: @Sendable (String) -> [String] = { _ in [] }

  public init(
    read: @escaping @Sendable (String) -> ReadResult, libraryPaths: [String] = [],
    embedded: @escaping @Sendable (String) -> [UInt8]?, currentDirectory: String = ""
  ) {
    self.read = read
    self.libraryPaths = libraryPaths
    self.embedded = embedded
    self.currentDirectory = currentDirectory
  }
}

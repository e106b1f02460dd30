/// Why bytes could not be read as an object file or archive.
public struct ObjectError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: Sendable, Hashable {
    /// The bytes do not begin like a file of the expected format.
    case unrecognized
    /// The file is well-formed as far as it was read, but uses what this toolchain does not handle.
    case unsupported
    /// The file ends before something that it says it contains.
    case truncated
    /// The file contradicts itself or its format.
    case malformed
  }

  /// The name under which the file was read.
  public let file: String
  public let kind: Kind
  /// What is wrong, in words that complete "FILE: …".
  public let detail: String

  public init(file: String, kind: Kind, detail: String) {
    self.file = file
    self.kind = kind
    self.detail = detail
  }

  public var description: String { "\(file): \(detail)" }
}

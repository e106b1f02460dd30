/// A handle to a ``SourceFile`` of a ``SourceMap``.
public struct FileID: Hashable, Sendable {
  public let index: Int32

  @inlinable public init(index: Int32) { self.index = index }
}

/// The text of one file, with one NUL byte appended so that a lexer needs no end test.
public struct SourceFile: Sendable {
  /// The path as it appears in messages and stack traces: as the user gave it, or relative to that.
  public var path: String
  /// The text followed by one NUL byte.
  public var bytes: [UInt8]
  /// Whether the file is part of the embedded prelude, whose frames stack traces fold into one
  /// line.
  public var isPrelude: Bool

  /// - Parameter text: the file's bytes, without the NUL.
  public init(path: String, text: [UInt8], isPrelude: Bool = false) {
    self.path = path
    self.bytes = text + [0]
    self.isPrelude = isPrelude
  }

  /// Length of the text without the NUL.
  public var count: Int { bytes.count - 1 }
}

/// All files of one compilation, in the order in which they were loaded.
public struct SourceMap: Sendable {
  public private(set) var files: [SourceFile] = []

  public init() {}

  public mutating func add(_ file: SourceFile) -> FileID {
    files.append(file)
    return FileID(index: Int32(files.count - 1))
  }

  public subscript(file: FileID) -> SourceFile { files[Int(file.index)] }
}

/// Bytes `start..<end` of a file.
public struct SourceRange: Hashable, Sendable {
  public var file: FileID
  public var start: UInt32
  public var end: UInt32

  @inlinable public init(file: FileID, start: UInt32, end: UInt32) {
    self.file = file
    self.start = start
    self.end = end
  }
}

/// A line and a byte column, both from 1.
public struct SourcePosition: Hashable, Sendable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// The offsets at which the lines of a file begin: turns byte offsets into lines and columns.
public struct LineTable: Sendable {
  private var starts: [UInt32] = [0]

  public init(_ file: SourceFile) {
    file.bytes.withUnsafeBufferPointer { bytes in
      for offset in 0..<(bytes.count - 1) where bytes[offset] == 10 {
        starts.append(UInt32(offset + 1))
      }
    }
  }

  public func position(of offset: UInt32) -> SourcePosition {
    var line = 0
    return position(of: offset, near: &line)
  }

  /// Like ``position(of:)``, but at once if the place is in the same line as the last one: `line`
  /// is for one call after the other and starts as 0.
  public func position(of offset: UInt32, near line: inout Int) -> SourcePosition {
    let isSame =
      line < starts.count && starts[line] <= offset
      && (line + 1 == starts.count || offset < starts[line + 1])
    if !isSame { line = indexOfLine(with: offset) }
    return SourcePosition(line: line + 1, column: Int(offset - starts[line]) + 1)
  }

  private func indexOfLine(with offset: UInt32) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Byte range of line `number` (from 1), without its LF; `fileCount` is the length of the text.
  public func range(ofLine number: Int, fileCount: Int) -> Range<Int> {
    let start = Int(starts[number - 1])
    let end = number < starts.count ? Int(starts[number]) - 1 : fileCount
    return start..<max(start, end)
  }

  public var lineCount: Int { starts.count }
}

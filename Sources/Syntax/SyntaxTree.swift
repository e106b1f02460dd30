public import Diagnostics

/// Index of a ``SyntaxNode`` in its tree; ``none`` where an optional part is absent.
public struct NodeID: Hashable, Sendable {
  public let index: Int32

  @inlinable public init(index: Int32) { self.index = index }

  public static let none = NodeID(index: -1)
  @inlinable public var isNone: Bool { index < 0 }
}

/// One node of a ``SyntaxTree``. What `a`, `b`, `c` and `d` mean is listed at ``SyntaxKind``.
public struct SyntaxNode: Sendable {
  public var kind: SyntaxKind
  /// Levels of nodes from this one down to its deepest leaf, itself included: at most
  /// ``SyntaxTree/maximumNesting``, so that a recursive walk is safe on a deep stack.
  public internal(set) var height: UInt16 = 1
  /// Byte offsets in the file.
  public var start: UInt32
  public var end: UInt32
  public var a: Int32
  public var b: Int32
  public var c: Int32
  public var d: Int32

  @inlinable public init(
    _ kind: SyntaxKind, start: UInt32, end: UInt32, a: Int32 = -1, b: Int32 = -1, c: Int32 = -1,
    d: Int32 = -1
  ) {
    self.kind = kind
    self.start = start
    self.end = end
    self.a = a
    self.b = b
    self.c = c
    self.d = d
  }
}

/// The syntax of one file: an arena of nodes in which children come before their parents, a pool of
/// child lists, and the literals.
public struct SyntaxTree: Sendable {
  /// How deep brackets, expressions, patterns and types may nest; deeper is an error.
  public static let maximumNesting = 10_000
  /// Offsets are 32 bits wide, and so are the indices of what a file holds.
  public static let maximumFileSize = 1 << 28

  public let file: FileID
  public var nodes: [SyntaxNode] = []
  /// Child lists: a node that says "list b, count c" owns `lists[b..<b + c]` (node indices, or
  /// symbol indices where the kind says so).
  public var lists: [Int32] = []
  public var integers: [Int] = []
  public var floats: [Double] = []
  /// Text of string literals after escapes, back to back.
  public var stringBytes: [UInt8] = []
  /// Byte range in `stringBytes` of each string literal.
  public var strings: [Range<Int32>] = []
  /// The declarations, in source order.
  public var declarations: [NodeID] = []
  /// Whether the file says `#strict`.
  public var isStrict = false

  public init(file: FileID) { self.file = file }

  @inlinable public subscript(node: NodeID) -> SyntaxNode { nodes[Int(node.index)] }

  /// The list that begins at `start`.
  @inlinable public func list(_ start: Int32, _ count: Int32) -> ArraySlice<Int32> {
    lists[Int(start)..<Int(start) + Int(count)]
  }

  public func range(of node: NodeID) -> SourceRange {
    let node = self[node]
    return SourceRange(file: file, start: node.start, end: node.end)
  }

  public func string(_ index: Int32) -> ArraySlice<UInt8> {
    let range = strings[Int(index)]
    return stringBytes[Int(range.lowerBound)..<Int(range.upperBound)]
  }
}

// Turns the tokens of a file into its syntax tree.
//
// Conventions: `current` is what layout makes of the next token, `tokens[index]`; a `parse…` method
// consumes what it understands and returns a node, an `error` node after a report if there is
// nothing. It never consumes a token that is not its own: what is left over is skipped, at most
// once, by the innermost construct that knows where to go on (a block, a bracket, the file).

public import Diagnostics
public import Support

/// Parses a file. Problems go to `diagnostics`; where text could not be understood, the tree has
/// nodes of kind `error`.
///
/// Recursion is as deep as the syntax, at most ``SyntaxTree/maximumNesting`` levels: call this on a
/// deep stack (`onDeepStack`).
public func parse(
  _ file: SourceFile, id: FileID, interner: inout Interner, diagnostics: inout DiagnosticSink
) -> SyntaxTree {
  let (tree, parsed) = parseOnce(file, id: id, interner: &interner)
  var reports = parsed
  if reports.hasErrors || reports.hasUnknownEscapes {
    var unused = SyntaxReports(file: id)
    reports.addRepairs(file, lex(file, interner: &interner, reports: &unused).tokens)
  }
  reports.send(to: &diagnostics)
  return tree
}

/// Parses a file without a search for repairs.
func parseOnce(
  _ file: SourceFile, id: FileID, interner: inout Interner
) -> (tree: SyntaxTree, reports: SyntaxReports) {
  var reports = SyntaxReports(file: id)
  let list = lex(file, interner: &interner, reports: &reports)
  let words = ContextualWords(&interner)
  let tree = list.tokens.withUnsafeBufferPointer { tokens -> SyntaxTree in
    guard let base = tokens.baseAddress else { return SyntaxTree(file: id) }
    return file.bytes.withUnsafeBufferPointer { bytes in
      var parser = Parser(base, list: list, source: bytes, words: words, reports: reports)
      parser.parseFile()
      reports = parser.reports
      return parser.tree
    }
  }
  return (tree, reports)
}

/// Words that have a meaning only in some places.
struct ContextualWords {
  let underscore: Int32
  let of: Int32
  let `as`: Int32
  let or: Int32
  let error: Int32
  let unit: Int32
  let strict: Int32
  let generate: Int32

  init(_ interner: inout Interner) {
    underscore = interner.intern("_").index
    of = interner.intern("of").index
    `as` = interner.intern("as").index
    or = interner.intern("or").index
    error = interner.intern("error").index
    unit = interner.intern("unit").index
    strict = interner.intern("strict").index
    generate = interner.intern("generate").index
  }
}

/// Nodes that wait for their parent, and places in the tokens that wait with them.
struct NodeStack {
  private var storage: [Int32] = []
  /// May be set to a smaller number, which drops what is above.
  var count = 0

  var last: Int32? { count > 0 ? storage[count - 1] : nil }

  @inline(__always)
  subscript(position: Int) -> Int32 { storage[position] }

  @inline(__always)
  mutating func append(_ node: Int32) {
    if count < storage.count { storage[count] = node } else { storage.append(node) }
    count += 1
  }

  @inline(__always)
  mutating func removeLast() -> Int32 {
    count -= 1
    return storage[count]
  }
}

struct Parser {
  /// A `match` whose arms are being parsed.
  struct OpenMatch {
    /// Index of the `match` token.
    var tokenIndex: Int
    /// Column of its first `|`, 0 before that.
    var column: UInt32
    /// The next outer match whose column has the same slot in ``matchColumns``.
    var previousInSlot: Int32
  }

  let tokens: UnsafePointer<Token>
  let source: UnsafeBufferPointer<UInt8>
  let words: ContextualWords
  var tree: SyntaxTree
  var reports: SyntaxReports

  /// The next token, and what layout makes of it.
  var index = 0
  var current = TokenKind.endOfFile
  /// Children of nodes that are not finished.
  var scratch = NodeStack()
  /// Levels of expressions, patterns and types around the next token.
  var depth = 0

  // MARK: Layout (see Layout.swift)

  /// The innermost context, and those around it.
  var top = LayoutContext(kind: .block)
  var contexts: [LayoutContext] = []
  /// The token that may be consumed although it starts a statement.
  var grantedIndex = -1
  var declarationColumn: UInt32 = 0
  /// Column of the declarations of this file, 0 before the first.
  var fileColumn: UInt32 = 0
  /// `head` of the next token: column of the last line head in the innermost bracket, else 0.
  var headColumn: UInt32 = 0
  /// How many real brackets are open.
  var bracketCount = 0
  var matches: [OpenMatch] = []
  /// Index of the outermost match inside the innermost bracket.
  var firstMatch = 0
  var blockColumns = ColumnIndex()
  var matchColumns = ColumnIndex()

  // MARK: Recovery (see Parser+Recovery.swift)

  /// Whether constructs are being left, because a bracket was never closed or nesting is too deep:
  /// every construct sees the end of its block until a block or the file takes up again.
  var isUnwinding = false
  /// Nothing more is reported at this token.
  var lastErrorIndex = -1
  var isNestingReported: Bool
  /// Whether what is missing at the end of the file is in a comment or string without an end.
  let isCutShort: Bool
  /// The token at which the last shifted body begins, and the column where it should.
  var shiftedIndex = -1
  var shiftedColumn: UInt32 = 0
  /// Constructs around the next token that wait for `else` or may take an `in`.
  var pendingElse = 0
  var pendingIn = 0
  /// How many more tokens may be looked at again to find out where a bracket should have been
  /// closed: keeps recovery linear.
  var rereadBudget: Int

  init(
    _ tokens: UnsafePointer<Token>, list: TokenList, source: UnsafeBufferPointer<UInt8>,
    words: ContextualWords, reports: SyntaxReports
  ) {
    self.tokens = tokens
    self.source = source
    self.words = words
    self.reports = reports
    tree = SyntaxTree(file: reports.file)
    tree.integers = list.integers
    tree.floats = list.floats
    tree.stringBytes = list.stringBytes
    tree.strings = list.strings
    tree.nodes.reserveCapacity(list.tokens.count)
    tree.lists.reserveCapacity(list.tokens.count / 2)
    isNestingReported = list.isNestedTooDeeply
    isCutShort = list.isCutShort
    rereadBudget = 2 * list.tokens.count
  }
}

// MARK: - Tokens

extension Parser {
  @inline(__always)
  mutating func advance() {
    index += 1
    refresh()
  }

  /// Consumes a token that may be the head of its line.
  @inline(__always)
  mutating func advanceHead() {
    markHead()
    advance()
  }

  /// Consumes the next token if it is of this kind.
  @inline(__always)
  mutating func take(_ kind: TokenKind) -> Bool {
    guard current == kind else { return false }
    advance()
    return true
  }

  /// Whether the next token is this contextual word.
  @inline(__always)
  func isWord(_ word: Int32) -> Bool {
    current == .name && tokens[index].value == word
  }

  /// Whether nothing separates the next token from the one before.
  @inline(__always)
  var isAdjacent: Bool { tokens[index].start == tokens[index - 1].end }

  /// From the token at `first` to the last one consumed.
  func range(from first: Int) -> SourceRange {
    let start = tokens[first].start
    return SourceRange(
      file: tree.file, start: start, end: index > first ? tokens[index - 1].end : start)
  }
}

// MARK: - Nodes

extension Parser {
  /// A node without children, of one token.
  @inline(__always)
  mutating func addLeaf(_ kind: SyntaxKind, _ token: Token, a: Int32 = -1) -> NodeID {
    let id = NodeID(index: Int32(truncatingIfNeeded: tree.nodes.count))
    tree.nodes.append(SyntaxNode(kind, start: token.start, end: token.end, a: a))
    return id
  }

  /// A node of the tokens from `first` to the last one consumed.
  ///
  /// - Parameter height: the greatest height of a child.
  @inline(__always)
  mutating func add(
    _ kind: SyntaxKind, from first: Int, height: UInt16, a: Int32 = -1, b: Int32 = -1,
    c: Int32 = -1, d: Int32 = -1
  ) -> NodeID {
    if height >= SyntaxTree.maximumNesting { return addTooHigh(from: first) }
    let id = NodeID(index: Int32(truncatingIfNeeded: tree.nodes.count))
    var node = SyntaxNode(
      kind, start: tokens[first].start, end: max(tokens[first].start, previousEnd), a: a, b: b,
      c: c, d: d)
    node.height = height + 1
    tree.nodes.append(node)
    return id
  }

  @inline(__always)
  private var previousEnd: UInt32 { index > 0 ? tokens[index - 1].end : 0 }

  @inline(__always)
  func height(_ node: NodeID) -> UInt16 {
    node.isNone ? 0 : tree.nodes[Int(node.index)].height
  }

  /// Moves the children above `mark` from the scratch stack to the tree.
  mutating func takeList(from mark: Int) -> (start: Int32, count: Int32, height: UInt16) {
    let start = Int32(truncatingIfNeeded: tree.lists.count)
    var height: UInt16 = 0
    for position in mark..<scratch.count {
      let child = scratch[position]
      height = max(height, tree.nodes[Int(child)].height)
      tree.lists.append(child)
    }
    let count = Int32(truncatingIfNeeded: scratch.count - mark)
    scratch.count = mark
    return (start, count, height)
  }

  /// A node for text that was not understood, from the token at `first` to the last one consumed.
  mutating func addError(from first: Int) -> NodeID {
    let range = range(from: first)
    let id = NodeID(index: Int32(tree.nodes.count))
    tree.nodes.append(SyntaxNode(.error, start: range.start, end: range.end))
    return id
  }
}

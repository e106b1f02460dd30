import Diagnostics

/// A declaration with an error, as the search for a repair sees it.
struct RepairContext {
  let file: FileID
  /// The text of the whole file, with its NUL.
  let bytes: [UInt8]
  /// All tokens of the file; `region` are those of the declaration.
  let tokens: [Token]
  let region: Range<Int>
  /// Whole lines around the tokens.
  let byteRange: Range<Int>
  let error: Diagnostic
  /// The first token that begins at the error or behind it, or the end of the region.
  let errorIndex: Int

  /// By token of the region, and for its end: how many brackets are open before it.
  private let depths: [Int32]

  /// Larger declarations are not searched: some rules look at every pair of tokens.
  private static let sizeLimit = 32_768
  private static let tokenLimit = 2_000

  init?(_ error: Diagnostic, _ region: Range<Int>, _ search: RepairSearch) {
    guard !region.isEmpty, region.count <= RepairContext.tokenLimit else { return nil }
    file = search.file
    bytes = search.bytes
    tokens = search.tokens
    self.region = region
    self.error = error
    let first = search.tokens[region.lowerBound]
    let textEnd = search.bytes.count - 1
    let end =
      region.upperBound < search.tokens.count
      ? Int(search.tokens[region.upperBound].start) : textEnd
    let start = region.lowerBound == 0 ? 0 : Int(first.start - (first.column - 1))
    guard start <= end, end - start <= RepairContext.sizeLimit else { return nil }
    byteRange = start..<end
    var depths: [Int32] = [0]
    for index in region {
      let kind = search.tokens[index].kind
      let change: Int32 = kind.isOpener ? 1 : kind.isCloser ? -1 : 0
      depths.append(depths[depths.count - 1] + change)
    }
    self.depths = depths
    errorIndex =
      region.first { search.tokens[$0].start >= error.primary.range.start } ?? region.upperBound
  }

  // MARK: - Tokens

  /// The kind of a token; the end of the file outside the region.
  func kind(_ index: Int) -> TokenKind {
    region.contains(index) ? tokens[index].kind : .endOfFile
  }

  func text(_ index: Int) -> String {
    guard region.contains(index) else { return "" }
    return String(decoding: bytes[Int(tokens[index].start)..<Int(tokens[index].end)], as: UTF8.self)
  }

  func text(_ range: Range<UInt32>) -> String {
    String(decoding: bytes[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
  }

  func isWord(_ index: Int, _ word: String) -> Bool {
    kind(index) == .name && text(index) == word
  }

  func isWord(_ index: Int, in words: [String]) -> Bool {
    kind(index) == .name && words.contains(text(index))
  }

  /// Whether a token that is no part of Rail has this text.
  func isInvalid(_ index: Int, _ expected: String) -> Bool {
    kind(index) == .invalid && text(index) == expected
  }

  func isFirst(_ index: Int) -> Bool {
    !region.contains(index) || tokens[index].isFirst
  }

  /// Whether nothing stands between a token and the next one.
  func touchesNext(_ index: Int) -> Bool {
    region.contains(index) && region.contains(index + 1)
      && tokens[index].end == tokens[index + 1].start
  }

  /// The index of the bracket that closes the one at `opener`; nil if it is not in the region.
  func closer(of opener: Int) -> Int? {
    var depth = 0
    var index = opener
    while region.contains(index) {
      if kind(index).isOpener { depth += 1 }
      if kind(index).isCloser { depth -= 1 }
      if depth == 0 { return index }
      index += 1
    }
    return nil
  }

  /// The first token of the next line.
  func nextLine(after index: Int) -> Int {
    var next = index + 1
    while region.contains(next) && !tokens[next].isFirst { next += 1 }
    return next
  }

  /// The first token of the line of a token.
  func lineStart(of index: Int) -> Int {
    var first = index
    while first > region.lowerBound && !tokens[first].isFirst { first -= 1 }
    return first
  }

  /// The tokens of the region that are first on their lines.
  var lineStarts: [Int] { region.filter { tokens[$0].isFirst && tokens[$0].kind != .endOfFile } }

  /// How many brackets are open before a token, counted from `first`.
  func depth(at index: Int, from first: Int) -> Int {
    guard index > first else { return 0 }
    return depthBefore(index) - depthBefore(first)
  }

  private func depthBefore(_ index: Int) -> Int {
    let position = min(max(index - region.lowerBound, 0), region.count)
    return Int(depths[position])
  }

  // MARK: - Edits

  func range(_ first: Int, _ last: Int) -> SourceRange {
    SourceRange(file: file, start: tokens[first].start, end: tokens[last].end)
  }

  func range(_ index: Int) -> SourceRange { range(index, index) }

  func replace(_ first: Int, _ last: Int, _ text: String) -> Diagnostic.Edit {
    Diagnostic.Edit(range(first, last), text)
  }

  func replace(_ index: Int, _ text: String) -> Diagnostic.Edit { replace(index, index, text) }

  /// Inserts directly before a token.
  func insert(_ text: String, before index: Int) -> Diagnostic.Edit {
    let start = region.contains(index) ? tokens[index].start : UInt32(byteRange.upperBound)
    return Diagnostic.Edit(SourceRange(file: file, start: start, end: start), text)
  }

  /// Inserts directly behind a token.
  func insert(_ text: String, after index: Int) -> Diagnostic.Edit {
    let end = tokens[index].end
    return Diagnostic.Edit(SourceRange(file: file, start: end, end: end), text)
  }

  /// Removes a token and the white space behind it or, at the end of a line, before it; the whole
  /// line if nothing else stands there.
  func remove(_ index: Int) -> Diagnostic.Edit {
    let token = tokens[index]
    var start = Int(token.start)
    var end = Int(token.end)
    while bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
    let isLineEnd = bytes[end] == 0x0A || bytes[end] == 0x0D || end == bytes.count - 1
    if isLineEnd {
      while start > 0, bytes[start - 1] == 0x20 || bytes[start - 1] == 0x09 { start -= 1 }
      let isWholeLine = start == 0 || bytes[start - 1] == 0x0A
      if isWholeLine && bytes[end] == 0x0A { end += 1 }
      if !isWholeLine { end = Int(token.end) }
    }
    return Diagnostic.Edit(
      SourceRange(file: file, start: UInt32(start), end: UInt32(end)), "")
  }

  /// Gives a line another indentation.
  func indent(lineOf index: Int, to column: UInt32) -> Diagnostic.Edit {
    let token = tokens[index]
    let start = token.start - (token.column - 1)
    return Diagnostic.Edit(
      SourceRange(file: file, start: start, end: token.start),
      String(repeating: " ", count: Int(column) - 1))
  }
}

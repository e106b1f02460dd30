// Diagnostics as text for a terminal:
//
//     error[E0201]: unknown name 'lenght'
//       --> table.rail:2:12
//     2 | count xs = lenght xs
//       |            ^^^^^^ not found in this scope
//       = help: did you mean 'length'?
//       = or: in Rail this is 'arr_len'
//
// The primary range is marked with `^`, secondary ones with `-`.

public import Support

/// Renders diagnostics of the files of one compilation.
public struct Renderer: Sendable {
  private let sources: SourceMap
  private let isColored: Bool
  private var lineTables: [LineTable?]
  private var writer = TextWriter()

  /// - Parameter isColored: whether to use ANSI colours.
  public init(_ sources: SourceMap, isColored: Bool) {
    self.sources = sources
    self.isColored = isColored
    lineTables = Array(repeating: nil, count: sources.files.count)
  }

  /// All diagnostics in order, with an empty line behind each.
  public mutating func render(_ diagnostics: [Diagnostic]) -> TextWriter {
    writer = TextWriter()
    for diagnostic in diagnostics {
      write(diagnostic)
      writer.newline()
    }
    return writer
  }

  private enum Style: String {
    case error = "\u{1B}[1;31m"
    case warning = "\u{1B}[1;33m"
    case gutter = "\u{1B}[34m"
    case secondary = "\u{1B}[36m"
    case help = "\u{1B}[1;32m"
    case bold = "\u{1B}[1m"
  }

  private mutating func write(_ text: String, _ style: Style) {
    guard isColored else { return writer.write(text) }
    writer.write(style.rawValue)
    writer.write(text)
    writer.write("\u{1B}[0m")
  }
}

// MARK: - One diagnostic

extension Renderer {
  /// A label's share of one line.
  private struct Mark {
    var line: Int
    /// Offsets in the file; equal for a mere place.
    var start: Int
    var end: Int
    var isPrimary: Bool
    var text: String
  }

  private mutating func write(_ diagnostic: Diagnostic) {
    let style: Style = diagnostic.severity == .error ? .error : .warning
    let title = diagnostic.severity == .error ? "error" : "warning"
    write("\(title)[\(diagnostic.code)]", style)
    write(": \(diagnostic.message)", .bold)
    writer.newline()

    let groups = groupedByFile(diagnostic)
    let width = groups.reduce(1) { width, group in
      group.marks.reduce(width) { max($0, String($1.line).utf8.count) }
    }
    for group in groups { write(group.marks, of: group.file, gutter: width, style) }
    if let help = diagnostic.help {
      writer.write(0x20, count: width + 1)
      write("= ", .gutter)
      write("help", .help)
      writer.write(": \(help)\n")
      writeInsertedLines(diagnostic.edits, gutter: width)
    }
    for alternative in diagnostic.alternatives {
      writer.write(0x20, count: width + 1)
      write("= ", .gutter)
      write("or", .help)
      writer.write(": \(alternative.text)\n")
    }
  }

  /// Whole lines that a suggestion would add: a few words do not tell what they are.
  private mutating func writeInsertedLines(_ edits: [Diagnostic.Edit], gutter width: Int) {
    for edit in edits where edit.range.start == edit.range.end {
      guard edit.replacement.contains("\n") else { continue }
      for line in edit.replacement.split(separator: "\n") {
        writer.write(0x20, count: width - 1)
        write("+ |", .help)
        writer.write(" \(line)\n")
      }
    }
  }

  /// The marks of all labels, by file (that of the primary label first), then by place.
  private mutating func groupedByFile(_ diagnostic: Diagnostic) -> [(file: FileID, marks: [Mark])] {
    var groups: [(file: FileID, marks: [Mark])] = []
    let labels = [diagnostic.primary] + diagnostic.secondary
    for (index, label) in labels.enumerated() {
      let marks = marks(of: label, isPrimary: index == 0)
      if let group = groups.firstIndex(where: { $0.file == label.range.file }) {
        groups[group].marks += marks
      } else {
        groups.append((label.range.file, marks))
      }
    }
    return groups
  }

  /// One mark for a label within a line, else one on its first line and one, with the text, on its
  /// last.
  private mutating func marks(of label: Diagnostic.Label, isPrimary: Bool) -> [Mark] {
    let file = sources[label.range.file]
    let lines = lineTable(label.range.file)
    let start = min(Int(label.range.start), file.count)
    let end = min(max(Int(label.range.end), start), file.count)
    let firstLine = lines.position(of: UInt32(start)).line
    // A range that ends behind a line's LF does not reach into the next line.
    let lastLine = lines.position(of: UInt32(end > start ? end - 1 : end)).line
    if firstLine == lastLine {
      return [
        Mark(line: firstLine, start: start, end: end, isPrimary: isPrimary, text: label.text)
      ]
    }
    let firstEnd = lines.range(ofLine: firstLine, fileCount: file.count).upperBound
    let lastRange = lines.range(ofLine: lastLine, fileCount: file.count)
    let lastStart =
      file.bytes[lastRange].firstIndex { $0 != 0x20 && $0 != 0x09 } ?? lastRange.lowerBound
    return [
      Mark(line: firstLine, start: start, end: firstEnd, isPrimary: isPrimary, text: ""),
      Mark(
        line: lastLine, start: min(lastStart, end), end: end, isPrimary: isPrimary,
        text: label.text),
    ]
  }

  private mutating func lineTable(_ id: FileID) -> LineTable {
    if let table = lineTables[Int(id.index)] { return table }
    let table = LineTable(sources[id])
    lineTables[Int(id.index)] = table
    return table
  }
}

// MARK: - Source lines

extension Renderer {
  /// The place of the first mark, and every line that has marks, with these below it.
  private mutating func write(_ marks: [Mark], of id: FileID, gutter width: Int, _ style: Style) {
    let file = sources[id]
    let lines = lineTable(id)
    if let first = marks.first {
      let position = lines.position(of: UInt32(first.start))
      writer.write(0x20, count: width + 1)
      write("--> ", .gutter)
      writer.write("\(file.path):\(position.line):\(position.column)\n")
    }
    // Stable, so that of two marks on a line the primary one keeps its place.
    let ordered = marks.enumerated().sorted {
      ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
    }.map(\.element)
    var next = 0
    var previousLine: Int?
    while next < ordered.count {
      let number = ordered[next].line
      var end = next
      while end < ordered.count && ordered[end].line == number { end += 1 }
      if let previousLine, number > previousLine + 1 { write("...\n", .gutter) }
      write(line: number, Array(ordered[next..<end]), of: id, gutter: width, style)
      previousLine = number
      next = end
    }
  }

  private mutating func write(
    line number: Int, _ marks: [Mark], of id: FileID, gutter width: Int, _ style: Style
  ) {
    let file = sources[id]
    let range = lineTable(id).range(ofLine: number, fileCount: file.count)
    let focus = marks.first { $0.isPrimary } ?? marks[0]
    let line = DisplayLine(file.bytes, range, focus: focus.start)
    let shownNumber = String(number)
    writer.write(0x20, count: width - shownNumber.utf8.count)
    write("\(shownNumber) |", .gutter)
    if !line.text.isEmpty { writer.write(" ") }
    writer.write(line.text)
    writer.newline()

    let placed = marks.map { place($0, on: line) }.sorted {
      ($0.start, $0.end) < ($1.start, $1.end)
    }
    let overlap = zip(placed, placed.dropFirst()).contains { $0.end > $1.start }
    if overlap {
      for mark in placed { write([mark], gutter: width, style) }
    } else {
      write(placed, gutter: width, style)
    }
  }

  /// A mark in screen columns.
  private struct PlacedMark {
    var start: Int
    var end: Int
    var isPrimary: Bool
    var text: String
  }

  private func place(_ mark: Mark, on line: DisplayLine) -> PlacedMark {
    let start = line.column(of: mark.start)
    let end = max(line.column(of: mark.end), start + 1)
    return PlacedMark(start: start, end: end, isPrimary: mark.isPrimary, text: mark.text)
  }

  /// The marks of one line, from left to right: the text of the last stands beside its mark, those
  /// of the others below, each under the beginning of its mark.
  private mutating func write(_ marks: [PlacedMark], gutter width: Int, _ style: Style) {
    writeGutter(width)
    var column = 0
    for mark in marks {
      writer.write(0x20, count: mark.start - column)
      let text = String(repeating: mark.isPrimary ? "^" : "-", count: mark.end - mark.start)
      write(text, mark.isPrimary ? style : .secondary)
      column = mark.end
    }
    if let last = marks.last, !last.text.isEmpty {
      write(" \(last.text)", last.isPrimary ? style : .secondary)
    }
    writer.newline()
    for (index, mark) in marks.enumerated().reversed().dropFirst() where !mark.text.isEmpty {
      writeGutter(width)
      var column = 0
      for outer in marks[..<index] where !outer.text.isEmpty {
        writer.write(0x20, count: outer.start - column)
        write("|", outer.isPrimary ? style : .secondary)
        column = outer.start + 1
      }
      writer.write(0x20, count: mark.start - column)
      write(mark.text, mark.isPrimary ? style : .secondary)
      writer.newline()
    }
  }

  private mutating func writeGutter(_ width: Int) {
    writer.write(0x20, count: width)
    write(" | ", .gutter)
  }
}

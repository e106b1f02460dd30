// Diagnostics for tools: one JSON object a line.
//
//     {"code":"E0201","severity":"error","message":"unknown name 'lenght'","file":"table.rail",
//     "start":{"line":2,"column":12},"end":{"line":2,"column":18},"label":"not found in this
//     scope", "labels":[],"help":"did you mean 'length'?",
//     "edits":[{"file":"table.rail","start":{"line":2,"column":12},"end":{"line":2,"column":18},
//     "replacement":"length"}], "alternatives":[]}
//
// Lines and byte columns count from 1; an end is the place behind the last byte. `labels` and
// `edits` hold objects with `file`, `start`, `end` and `text` or `replacement`; `help` may be null.
// The edits carry out the help; `alternatives` are objects with `help` and `edits` of their own.

public import Support

/// Writes every diagnostic as one line of JSON.
public func renderJSON(_ diagnostics: [Diagnostic], _ sources: SourceMap) -> TextWriter {
  var renderer = JSONRenderer(sources)
  for diagnostic in diagnostics { renderer.write(diagnostic) }
  return renderer.writer
}

private struct JSONRenderer {
  let sources: SourceMap
  var writer = TextWriter()
  private var lineTables: [LineTable?]

  init(_ sources: SourceMap) {
    self.sources = sources
    lineTables = Array(repeating: nil, count: sources.files.count)
  }

  mutating func write(_ diagnostic: Diagnostic) {
    writer.write("{\"code\":")
    writer.writeJSON(diagnostic.code)
    writer.write(",\"severity\":")
    writer.writeJSON(diagnostic.severity == .error ? "error" : "warning")
    writer.write(",\"message\":")
    writer.writeJSON(diagnostic.message)
    writer.write(",")
    writePlace(diagnostic.primary.range)
    writer.write(",\"label\":")
    writer.writeJSON(diagnostic.primary.text)
    writer.write(",\"labels\":[")
    for (index, label) in diagnostic.secondary.enumerated() {
      writer.write(index == 0 ? "{" : ",{")
      writePlace(label.range)
      writer.write(",\"text\":")
      writer.writeJSON(label.text)
      writer.write("}")
    }
    writer.write("],\"help\":")
    if let help = diagnostic.help { writer.writeJSON(help) } else { writer.write("null") }
    write(diagnostic.edits)
    writer.write(",\"alternatives\":[")
    for (index, alternative) in diagnostic.alternatives.enumerated() {
      writer.write(index == 0 ? "{\"help\":" : ",{\"help\":")
      writer.writeJSON(alternative.text)
      write(alternative.edits)
      writer.write("}")
    }
    writer.write("]}\n")
  }

  private mutating func write(_ edits: [Diagnostic.Edit]) {
    writer.write(",\"edits\":[")
    for (index, edit) in edits.enumerated() {
      writer.write(index == 0 ? "{" : ",{")
      writePlace(edit.range)
      writer.write(",\"replacement\":")
      writer.writeJSON(edit.replacement)
      writer.write("}")
    }
    writer.write("]")
  }

  private mutating func writePlace(_ range: SourceRange) {
    writer.write("\"file\":")
    writer.writeJSON(sources[range.file].path)
    let lines = lineTable(range.file)
    writer.write(",\"start\":")
    write(lines.position(of: range.start))
    writer.write(",\"end\":")
    write(lines.position(of: range.end))
  }

  private mutating func write(_ position: SourcePosition) {
    writer.write("{\"line\":")
    writer.write(position.line)
    writer.write(",\"column\":")
    writer.write(position.column)
    writer.write("}")
  }

  private mutating func lineTable(_ id: FileID) -> LineTable {
    if let table = lineTables[Int(id.index)] { return table }
    let table = LineTable(sources[id])
    lineTables[Int(id.index)] = table
    return table
  }
}

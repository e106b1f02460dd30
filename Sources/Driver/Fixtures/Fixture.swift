/// What an annotated program says about itself; `fixtures/README.md` explains the directives.
struct Fixture {
  enum Mode: String { case run, check }

  /// A diagnostic that is expected on a line.
  struct ExpectedDiagnostic {
    var severity: String
    var line: Int
    var code: String?
    var firstColumn: Int?
    var lastColumn: Int?
    var words: String
    /// The line of the directive itself.
    var directiveLine: Int
  }

  var mode = Mode.run
  var arguments: [String] = []
  var input: [UInt8] = []
  var exitStatus = 0
  var checksWarnings = true
  /// Lines of standard output; `nil` if the program must print nothing.
  var output: [String]?
  var errorLines: [String] = []
  var diagnostics: [ExpectedDiagnostic] = []
  /// The line that raises, with the message.
  var panic: (line: Int, message: String)?
  /// The report's frames, innermost first, as `function:line`.
  var trace: [String] = []
  /// The program with its directives blanked out.
  var text: [UInt8] = []
  /// Directives that make no sense.
  var mistakes: [String] = []

  /// Reads the directives of a program; `nil` if it has none.
  init?(_ source: [UInt8]) {
    text = source
    var lines = source.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    var hasDirective = false
    var inOutput = false
    var codeLine = 0
    for index in lines.indices {
      let line = lines[index]
      guard let start = Self.directiveStart(line) else {
        if inOutput { inOutput = readOutput(line) }
        if line.contains(where: { $0 > 32 }) && !inOutput { codeLine = index + 1 }
        continue
      }
      hasDirective = true
      let isAlone = !line[..<start].contains { $0 > 32 }
      if !isAlone { codeLine = index + 1 }
      let words = String(decoding: line[(start + 3)...], as: UTF8.self)
      inOutput = false
      let directive = Self.split(words)
      if directive.name == "output" {
        inOutput = true
        output = output ?? []
      } else {
        read(directive.name, directive.value, line: index + 1, codeLine: codeLine)
      }
      for column in start..<line.count where lines[index][column] != 13 {
        lines[index][column] = 32
      }
    }
    guard hasDirective else { return nil }
    text = Array(lines.joined(separator: [10]))
  }

  /// Offset of `--!` in a line, outside of strings.
  private static func directiveStart(_ line: [UInt8]) -> Int? {
    guard line.count >= 3 else { return nil }
    for offset in 0...(line.count - 3)
    where line[offset] == 45 && line[offset + 1] == 45 && line[offset + 2] == 33 {
      return offset
    }
    return nil
  }

  /// `name: value`, or a bare name.
  private static func split(_ words: String) -> (name: String, value: String) {
    let text = words.drop { $0 == " " }
    guard let colon = text.firstIndex(of: ":") else {
      return (String(text.reversed().drop { $0 == " " || $0 == "\r" }.reversed()), "")
    }
    var value = text[text.index(after: colon)...]
    if value.hasPrefix(" ") { value = value.dropFirst() }
    if value.hasSuffix("\r") { value = value.dropLast() }
    return (String(text[..<colon]), String(value))
  }

  /// A line of an output block; whether the block goes on.
  private mutating func readOutput(_ line: [UInt8]) -> Bool {
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("-- ") {
      output?.append(String(text.dropFirst(3)))
    } else if text == "--" {
      output?.append("")
    } else if !text.isEmpty {
      return false
    }
    return true
  }

  private mutating func read(_ name: String, _ value: String, line: Int, codeLine: Int) {
    let parts = name.split(separator: " ").map(String.init)
    switch parts.first ?? "" {
    case "mode":
      if let mode = Mode(rawValue: value) {
        self.mode = mode
      } else {
        mistakes.append("line \(line): unknown mode '\(value)'")
      }
    case "args": arguments = splitArguments(value)
    case "stdin": input += unescape(value) + [10]
    case "exit":
      if let status = Int(value) {
        exitStatus = status
      } else {
        mistakes.append("line \(line): exit needs a number")
      }
    case "stdout": output = (output ?? []) + [value]
    case "stderr": errorLines.append(value)
    case "trace": trace = value.split(separator: " ").map(String.init)
    case "panic":
      panic = (codeLine, value)
      exitStatus = 1
    case "no-warnings-checked": checksWarnings = false
    case "error", "warning":
      readDiagnostic(parts, value, line: line, codeLine: codeLine)
    default: mistakes.append("line \(line): unknown directive '\(name)'")
    }
  }

  private mutating func readDiagnostic(
    _ parts: [String], _ value: String, line: Int, codeLine: Int
  ) {
    var expected = ExpectedDiagnostic(
      severity: parts[0], line: codeLine, words: value, directiveLine: line)
    for part in parts.dropFirst() {
      if part.hasPrefix("E") || part.hasPrefix("W") {
        expected.code = part
        continue
      }
      let columns = part.split(separator: "-").map { Int($0) }
      guard let first = columns.first, let first, columns.count <= 2 else {
        mistakes.append("line \(line): '\(part)' is neither a column nor a code")
        continue
      }
      expected.firstColumn = first
      if columns.count == 2 { expected.lastColumn = columns[1] }
    }
    diagnostics.append(expected)
  }
}

/// Words separated by spaces; double quotes hold a word together.
private func splitArguments(_ text: String) -> [String] {
  var words: [String] = []
  var current: String?
  var isQuoted = false
  for character in text {
    if character == "\"" {
      isQuoted.toggle()
      current = current ?? ""
    } else if character == " " && !isQuoted {
      if let word = current { words.append(word) }
      current = nil
    } else {
      current = (current ?? "") + String(character)
    }
  }
  if let word = current { words.append(word) }
  return words
}

/// Resolves `\n`, `\t`, `\\` and `\xHH`.
private func unescape(_ text: String) -> [UInt8] {
  var result: [UInt8] = []
  var bytes = Array(text.utf8)[...]
  while let byte = bytes.popFirst() {
    guard byte == 92, let escape = bytes.popFirst() else {
      result.append(byte)
      continue
    }
    switch escape {
    case UInt8(ascii: "n"): result.append(10)
    case UInt8(ascii: "t"): result.append(9)
    case UInt8(ascii: "x"):
      let digits = String(decoding: bytes.prefix(2), as: UTF8.self)
      result.append(UInt8(digits, radix: 16) ?? 63)
      bytes = bytes.dropFirst(2)
    default: result.append(escape)
    }
  }
  return result
}

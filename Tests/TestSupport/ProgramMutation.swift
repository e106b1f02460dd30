/// Text of Rail programs that is wrong in the ways in which people and accidents make it wrong: for
/// tests that lexer, parser and checker survive anything and say what is the matter.
public struct ProgramMutator {
  private var random: RandomNumbers
  private let programs: [[UInt8]]

  /// - Parameter programs: what is changed, and what pieces are taken from.
  public init(seed: UInt64, programs: [[UInt8]]) {
    random = RandomNumbers(seed: seed)
    self.programs = programs.filter { !$0.isEmpty }
  }

  /// The next input: mostly a program with a few changes, sometimes tokens or bytes at random.
  public mutating func next() -> [UInt8] {
    switch random.below(10) {
    case 0: return randomBytes()
    case 1, 2: return randomTokens()
    default:
      guard !programs.isEmpty else { return randomTokens() }
      var program = programs[random.below(programs.count)]
      for _ in 0...random.below(4) { change(&program) }
      return program
    }
  }

  private static let fragments: [[UInt8]] =
    [
      "(", ")", "[", "]", "{", "}", "{-", "-}", "--", "\"", "\"\"\"", "$\"", "'", "\\", "\n",
      "\n  ",
      "\n    ", " ", "\t", "\r\n", "\r", "\0", "\u{FEFF}", "é", "let ", "in ", "if ", "then ",
      "else ", "match ", "type ", "import ", "foreign ", "link ", "as ", "#strict\n", "#x", "|",
      "->", "=", "==", "!=", "<", "..", "::", "++", ">>", "|>", "&&", "||", ".", ",", ":", "+", "-",
      "+.5", "*", "/", "%", ";", "!", "0", "1.5", "0x", "1e", "4611686018427387904", "9e999", "x",
      "x'", "_", "C", "C {", "{ r |", "true", "null", "()", "f x = ", "main = ", "\\x -> ",
      "\nmain =\n  ", "| _ -> ", "\\q", "\\u{110000}", "\\x4", "{{", "}}", "{x", "'ab'", "''",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x82]]

  private mutating func randomBytes() -> [UInt8] {
    (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  private mutating func randomTokens() -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<random.below(80) {
      text += ProgramMutator.fragments[random.below(ProgramMutator.fragments.count)]
      if random.below(3) == 0 { text.append(0x20) }
    }
    return text
  }

  private mutating func change(_ program: inout [UInt8]) {
    guard !program.isEmpty else { return }
    let position = random.below(program.count)
    switch random.below(9) {
    case 0:
      program.insert(
        contentsOf: ProgramMutator.fragments[random.below(ProgramMutator.fragments.count)],
        at: position)
    case 1:
      program.removeSubrange(position..<min(program.count, position + 1 + random.below(12)))
    case 2: program[position] = UInt8(truncatingIfNeeded: random.next())
    case 3: program.removeLast(random.below(program.count))
    case 4: indentAgain(&program, position)
    case 5: moveLine(&program)
    case 6:
      let other = programs[random.below(programs.count)]
      let start = random.below(other.count)
      let end = min(other.count, start + 1 + random.below(40))
      program.insert(contentsOf: other[start..<end], at: position)
    case 7: program.swapAt(position, random.below(program.count))
    default: program = mutated(program, by: &random)
    }
  }

  /// Gives the line at a position another indentation.
  private mutating func indentAgain(_ program: inout [UInt8], _ position: Int) {
    let start = (program[..<position].lastIndex(of: 0x0A) ?? -1) + 1
    let end = program[start...].firstIndex { $0 != 0x20 } ?? program.count
    program.replaceSubrange(start..<end, with: repeatElement(0x20, count: random.below(12)))
  }

  private mutating func moveLine(_ program: inout [UInt8]) {
    var lines = program.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    guard lines.count > 1 else { return }
    let line = lines.remove(at: random.below(lines.count))
    lines.insert(line, at: random.below(lines.count + 1))
    program = Array(lines.joined(separator: [0x0A]))
  }
}

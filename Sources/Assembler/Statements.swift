import Diagnostics
import ELF
import Support

extension Assembly {
  /// Assembles the whole source. After an error it goes on with the next statement.
  mutating func assembleStatements() {
    advance()
    while !isStopped {
      if isAtEndOfStatement {
        if !lexer.isAtEnd {
          advance()
        } else if token.end > token.start {
          // A separator stands at the very end.
          advance()
        } else if outerTexts.isEmpty {
          break
        } else {
          leaveText()
        }
        continue
      }
      do throws(AssemblyError) {
        try assembleStatement()
      } catch {
        report(error)
        skipStatement()
      }
    }
    finishConditionals()
  }

  /// Goes to the end of the statement.
  mutating func skipStatement() {
    while !isAtEndOfStatement { advance() }
  }

  private mutating func assembleStatement() throws(AssemblyError) {
    if isSkipping {
      try skipConditionally()
      return
    }
    let first = token
    switch first.kind {
    case .integer:
      advance()
      guard token.isPunctuation(UInt8(ascii: ":")) else { throw unexpectedStart(first) }
      try defineNumeric(first.value, at: range(first))
      advance()
    case .name, .quoted:
      advance()
      if token.isPunctuation(UInt8(ascii: ":")) {
        let symbol = symbol(named: internedName(first))
        try define(symbol, at: range(first))
        advance()
      } else if token.isPunctuation(UInt8(ascii: "=")) {
        advance()
        try assign(first, onlyOnce: false)
      } else if token.isPunctuation(Operators.equal) {
        advance()
        try assign(first, onlyOnce: true)
      } else if first.kind == .quoted {
        throw unexpectedStart(first)
      } else {
        try assembleWord(first)
      }
    case .punctuation where first.isPunctuation(UInt8(ascii: "{")) && isX86:
      try assembleX86Instruction(first, prefix: try parsePseudoPrefix())
    default:
      throw first.kind == .invalid ? invalidToken() : unexpectedStart(first)
    }
  }

  private func unexpectedStart(_ first: AssemblyToken) -> AssemblyError {
    AssemblyError(
      "E0402", "expected a label, a directive or an instruction", range(first))
  }

  /// A directive, macro or instruction; ``token`` is behind its name.
  private mutating func assembleWord(_ first: AssemblyToken) throws(AssemblyError) {
    let word = internedWord(first)
    if !macros.isEmpty, let macro = macros[word] {
      try call(macro, first)
      return
    }
    if let directive = vocabulary.directive(word) {
      switch directive {
      case .repeat, .repeatFor, .repeatForCharacters: try repeatBlock(directive, first)
      default:
        try assembleDirective(directive, first)
        try expectEndOfStatement()
      }
      return
    }
    if lexer.bytes[first.start] == UInt8(ascii: "."), !(isX86 ? false : isARM64Mnemonic(word)) {
      throw AssemblyError(
        "E0403", "unknown directive '\(string(first))'", range(first),
        help: suggestion(for: string(first), among: Directive.names(options.machine).map(\.0)))
    }
    if isX86 {
      try assembleX86Instruction(first, prefix: .none)
    } else {
      try assembleARM64Instruction(first, word)
    }
    try expectEndOfStatement()
  }

  func isARM64Mnemonic(_ word: Int32) -> Bool {
    Vocabulary.entry(vocabulary.armMnemonics, word) != nil
  }

  func unknownMnemonic(_ first: AssemblyToken) -> AssemblyError {
    let name = string(first)
    var help = suggestion(for: name, among: vocabulary.mnemonicNames + macroNames())
    if help == nil && token.isPunctuation(UInt8(ascii: "%")) && isX86 && isIntelSyntax {
      help = "the operands look like AT&T syntax: write .att_syntax"
    }
    return AssemblyError("E0404", "unknown instruction '\(name)'", range(first), help: help)
  }

  private func macroNames() -> [String] {
    macros.keys.sorted().map { names.string(of: .init(index: $0)) }
  }

  private func suggestion(for name: String, among candidates: [String]) -> String? {
    nearestName(to: name, among: candidates).map { "did you mean '\($0)'?" }
  }
}

/// The candidate that differs least from `name`, if it is near enough.
func nearestName(to name: String, among candidates: [String]) -> String? {
  let wanted = Array(name.lowercased().utf8.prefix(32))
  guard wanted.count > 1 else { return nil }
  var best: String?
  var bestDistance = max(1, wanted.count / 3) + 1
  for candidate in candidates where abs(candidate.utf8.count - wanted.count) < bestDistance {
    let distance = editDistance(wanted, Array(candidate.utf8))
    if distance < bestDistance {
      bestDistance = distance
      best = candidate
    }
  }
  return best
}

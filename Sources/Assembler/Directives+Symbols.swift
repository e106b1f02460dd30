import Diagnostics
import ELF

extension Assembly {
  mutating func describeSymbol(
    _ directive: Directive, _ first: AssemblyToken
  ) throws(AssemblyError) {
    switch directive {
    case .global, .local, .weak, .visibility:
      repeat {
        let (symbol, _) = try parseSymbol()
        bind(symbol, directive)
      } while takeIf(UInt8(ascii: ","))
    case .type: try parseType()
    case .size:
      let (symbol, _) = try parseSymbol()
      try expect(UInt8(ascii: ","), "',' and the size")
      let start = token.start
      let size = try parseExpression()
      symbols[Int(symbol)].size = (size, range(from: start))
    case .set, .setOnce:
      let name = token
      guard name.kind == .name || name.kind == .quoted else { throw expected("a symbol") }
      advance()
      try expect(UInt8(ascii: ","), "',' and the value")
      try assign(name, onlyOnce: directive == .setOnce)
    default: try parseCommon(isLocal: directive == .localCommon)
    }
  }

  private mutating func parseSymbol() throws(AssemblyError) -> (Int32, SourceRange) {
    guard token.kind == .name || token.kind == .quoted else { throw expected("a symbol") }
    let range = range(token)
    let symbol = symbol(named: internedName(token))
    advance()
    return (symbol, range)
  }

  private mutating func bind(_ symbol: Int32, _ directive: Directive) {
    let index = Int(symbol)
    switch directive {
    case .global:
      if symbols[index].binding != .weak { symbols[index].binding = .global }
    case .weak:
      symbols[index].binding = .weak
      symbols[index].isNeeded = true
    case .local: symbols[index].binding = .local
    default: return
    }
    symbols[index].hasBinding = true
    symbols[index].isTemporary = false
  }

  /// `SYMBOL, @function`; the sign may be `%`, or the type a name in capitals.
  private mutating func parseType() throws(AssemblyError) {
    let (symbol, _) = try parseSymbol()
    _ = takeIf(UInt8(ascii: ","))
    if !takeIf(UInt8(ascii: "@")) { _ = takeIf(UInt8(ascii: "%")) }
    let word = token.kind == .quoted ? String(string(token).dropFirst().dropLast()) : string(token)
    switch word {
    case "function", "STT_FUNC": symbols[Int(symbol)].kind = .function
    case "object", "STT_OBJECT": symbols[Int(symbol)].kind = .object
    case "notype", "STT_NOTYPE": symbols[Int(symbol)].kind = .none
    default:
      throw AssemblyError(
        "E0415", "symbol type '\(word)' is not supported", range(token),
        help: "the types are @function, @object and @notype")
    }
    advance()
  }

  /// `NAME = VALUE` and its like; ``token`` is the first of the value.
  mutating func assign(_ name: AssemblyToken, onlyOnce: Bool) throws(AssemblyError) {
    let start = token.start
    let nameRange = range(name)
    if text(name).elementsEqual(".".utf8) {
      let value = try parseExpression()
      addGap(.origin(value, fill: 0, range(from: start)))
      try expectEndOfStatement()
      return
    }
    let word = internedName(name)
    if isX86, Vocabulary.entry(vocabulary.x86Registers, word) != nil, name.kind == .name {
      throw AssemblyError("E0407", "'\(string(name))' is a register", nameRange)
    }
    let symbol = symbol(named: word)
    let value = try parseExpression()
    if case .expression = symbols[Int(symbol)].definition, !onlyOnce {
    } else {
      try checkUndefined(symbol, nameRange)
    }
    var meaning = value
    if let number = knownConstant(value) { meaning = expressions.constant(number) }
    symbols[Int(symbol)].definition = .expression(meaning)
    symbols[Int(symbol)].definedAt = nameRange
    try expectEndOfStatement()
  }

  /// `NAME, SIZE [, ALIGNMENT]`
  private mutating func parseCommon(isLocal: Bool) throws(AssemblyError) {
    let (symbol, nameRange) = try parseSymbol()
    try expect(UInt8(ascii: ","), "',' and the size")
    let start = token.start
    let size = try parseConstant("the size of a symbol")
    guard size >= 0, size <= options.maximumSectionSize else {
      throw AssemblyError("E0415", "\(size) is no size of a symbol", range(from: start))
    }
    var alignment: Int64 = size >= 16 ? 16 : size >= 8 ? 8 : size >= 4 ? 4 : size >= 2 ? 2 : 1
    if takeIf(UInt8(ascii: ",")) {
      let start = token.start
      alignment = try parseConstant("an alignment")
      guard alignment > 0, alignment <= 1 << 30, alignment.nonzeroBitCount == 1 else {
        throw AssemblyError(
          "E0415", "an alignment of \(alignment) is not possible", range(from: start),
          help: "alignments are powers of two")
      }
    } else if isLocal {
      alignment = 1
    }
    try checkUndefined(symbol, nameRange)
    symbols[Int(symbol)].definedAt = nameRange
    symbols[Int(symbol)].kind = .object
    symbols[Int(symbol)].size = (expressions.constant(size), range(from: start))
    if isLocal || symbols[Int(symbol)].hasBinding && symbols[Int(symbol)].binding == .local {
      let saved = (currentSection, previousSection)
      enter(section(named: ".bss", SectionAttributes(standard: ".bss")))
      align(to: Int(alignment))
      symbols[Int(symbol)].definition = here
      addGap(
        .fill(
          count: expressions.constant(size), Filling(value: 0, size: 1), range(from: start)))
      (currentSection, previousSection) = saved
    } else {
      symbols[Int(symbol)].definition = .common(size: Int(size), alignment: Int(alignment))
      if symbols[Int(symbol)].binding == .local { symbols[Int(symbol)].binding = .global }
    }
  }
}

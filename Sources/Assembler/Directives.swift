import Diagnostics
import ELF
import Support

extension Assembly {
  /// Carries out a directive; ``token`` is behind its name.
  mutating func assembleDirective(
    _ directive: Directive, _ first: AssemblyToken
  ) throws(AssemblyError) {
    switch directive {
    case .text, .data, .bss, .rodata, .section, .pushSection, .popSection, .previous:
      try changeSection(directive, first)
    case .global, .local, .weak, .visibility, .type, .size, .common, .localCommon, .set, .setOnce:
      try describeSymbol(directive, first)
    case .bytes1: try emitNumbers(size: 1)
    case .bytes2: try emitNumbers(size: 2)
    case .bytes4: try emitNumbers(size: 4)
    case .bytes8: try emitNumbers(size: 8)
    case .float4: try emitFloats(size: 4)
    case .float8: try emitFloats(size: 8)
    case .ascii: try emitStrings(terminator: [])
    case .terminated: try emitStrings(terminator: [0])
    case .unsignedLEB, .signedLEB: try emitVariableLength(isSigned: directive == .signedLEB)
    case .space, .zero, .fill: try emitFilling(directive, first)
    case .align, .alignPower, .origin: try changePlace(directive, first)
    case .literalPool: try flushPool(range(first))
    case .instruction: try emitNumbers(size: 4)
    case .intelSyntax, .attSyntax: try changeSyntax(directive)
    case .macro: try defineMacro(first)
    case .purgeMacro: try purgeMacro()
    case .endMacro, .endRepeat:
      throw AssemblyError("E0412", "nothing that '\(string(first))' could end", range(first))
    case .repeat, .repeatFor, .repeatForCharacters: try repeatBlock(directive, first)
    case .if, .ifDefined, .ifNotDefined, .ifBlank, .ifNotBlank, .ifEqual, .ifNotEqual, .ifGreater,
      .ifGreaterOrEqual, .ifLess, .ifLessOrEqual:
      try decideCondition(directive, first)
    case .else, .elseIf, .endIf: try changeConditional(directive, first)
    case .error:
      let text = token.kind == .quoted ? string(token) : ""
      throw AssemblyError("E0412", "the source says: error \(text)", range(first))
    case .end:
      lexer.position = lexer.count
      while let outer = outerTexts.popLast() {
        lexer = outer.lexer
        lexer.position = lexer.count
      }
      conditionals = []
      advance()
    case .callFrame: try describeFrame(first)
    case .ignored: skipStatement()
    case .unsupported:
      throw AssemblyError(
        "E0403", "directive '\(string(first))' is not supported", range(first))
    }
  }

  // MARK: Conditions

  private mutating func decideCondition(
    _ directive: Directive, _ first: AssemblyToken
  ) throws(AssemblyError) {
    let range = range(first)
    // A condition that cannot be decided is an error, but its .endif is none.
    var holds = false
    defer { beginConditional(holds, range) }
    switch directive {
    case .ifDefined, .ifNotDefined:
      guard token.kind == .name || token.kind == .quoted else { throw expected("a symbol") }
      let name = internedName(token)
      advance()
      let index = Int(name) < symbolOfName.count ? symbolOfName[Int(name)] : -1
      let isDefined = index >= 0 && symbols[Int(index)].isDefined
      holds = isDefined == (directive == .ifDefined)
    case .ifBlank, .ifNotBlank:
      let isBlank = isAtEndOfStatement
      skipStatement()
      holds = isBlank == (directive == .ifBlank)
    default:
      let value = try parseConstant("a condition")
      holds =
        switch directive {
        case .ifEqual: value == 0
        case .ifGreater: value > 0
        case .ifGreaterOrEqual: value >= 0
        case .ifLess: value < 0
        case .ifLessOrEqual: value <= 0
        default: value != 0
        }
    }
  }

  private mutating func changeSyntax(_ directive: Directive) throws(AssemblyError) {
    isIntelSyntax = directive == .intelSyntax
    guard token.kind == .name else {
      if isIntelSyntax {
        throw AssemblyError(
          "E0402", "expected 'noprefix'", range(token),
          help: "registers with '%' are read in AT&T syntax only")
      }
      return
    }
    let word = string(token)
    guard word == (isIntelSyntax ? "noprefix" : "prefix") else {
      throw AssemblyError("E0402", "'\(word)' is not supported here", range(token))
    }
    advance()
  }

  // MARK: Sections

  private mutating func changeSection(
    _ directive: Directive, _ first: AssemblyToken
  ) throws(AssemblyError) {
    switch directive {
    case .previous: enter(previousSection)
    case .popSection:
      guard let saved = sectionStack.popLast() else {
        throw AssemblyError("E0411", "'.popsection' without '.pushsection'", range(first))
      }
      currentSection = saved.current
      previousSection = saved.previous
    case .pushSection:
      let saved = (currentSection, previousSection)
      try parseSection()
      sectionStack.append(saved)
    case .section: try parseSection()
    default:
      let name = String(string(first).lowercased())
      if !isAtEndOfStatement {
        throw AssemblyError(
          "E0411", "'\(name)' takes no operand", range(token), help: "use .section \(name).NAME")
      }
      enter(section(named: name, SectionAttributes(standard: name)))
    }
  }

  /// `NAME [, "flags" [, @type [, entry size]]]`
  private mutating func parseSection() throws(AssemblyError) {
    let start = token.start
    var name = ""
    if token.kind == .quoted {
      let quoted = internedName(token)
      name = names.string(of: .init(index: quoted))
      advance()
    } else {
      // Names of sections have characters that other names have not.
      while token.kind != .endOfStatement, !token.isPunctuation(UInt8(ascii: ",")),
        token.kind != .invalid, name.isEmpty || token.start == previousEnd
      {
        name += string(token)
        advance()
      }
    }
    if name.isEmpty { throw expected("the section's name") }
    var attributes = SectionAttributes(standard: name)
    var isGiven = false
    if takeIf(UInt8(ascii: ",")) {
      guard token.kind == .quoted else { throw expected("the section's flags in quotes") }
      isGiven = true
      attributes = SectionAttributes(flags: try parseFlags(), isZero: attributes.isZero)
      if takeIf(UInt8(ascii: ",")) { attributes.isZero = try parseSectionType() }
      if attributes.flags.contains(.mergeable) {
        try expect(UInt8(ascii: ","), "',' and the size of the section's elements")
        let size = try parseConstant("the size of an element")
        guard size > 0, size <= 1 << 20 else {
          throw AssemblyError("E0415", "\(size) is no size of an element", range(from: start))
        }
        attributes.entrySize = Int(size)
      }
    }
    let index = section(named: name, attributes)
    if isGiven && sections[index].attributes != attributes {
      if sections[index].isUsed {
        throw AssemblyError(
          "E0411", "section '\(name)' has other flags than before", range(from: start))
      }
      sections[index].attributes = attributes
    }
    enter(index)
  }

  private mutating func parseFlags() throws(AssemblyError) -> SectionFlags {
    var flags: SectionFlags = []
    for byte in text(token).dropFirst().dropLast() {
      switch byte {
      case UInt8(ascii: "a"): flags.insert(.allocated)
      case UInt8(ascii: "w"): flags.insert(.writable)
      case UInt8(ascii: "x"): flags.insert(.executable)
      case UInt8(ascii: "M"): flags.insert(.mergeable)
      case UInt8(ascii: "S"): flags.insert(.strings)
      case UInt8(ascii: "R"): flags.insert(.retained)
      default:
        let flag = String(decoding: [byte], as: UTF8.self)
        throw AssemblyError(
          "E0411", "section flag '\(flag)' is not supported", range(token),
          help: "a: in memory, w: writable, x: code, M: mergeable, S: strings, R: kept")
      }
    }
    advance()
    return flags
  }

  /// Whether the type says that the section holds zeros only.
  private mutating func parseSectionType() throws(AssemblyError) -> Bool {
    guard takeIf(UInt8(ascii: "@")) || takeIf(UInt8(ascii: "%")) else {
      throw expected("a section type, as @progbits")
    }
    let type = string(token)
    switch type {
    case "progbits", "nobits", "note", "init_array", "fini_array", "preinit_array", "unwind":
      advance()
      return type == "nobits"
    default:
      throw AssemblyError("E0411", "unknown section type '\(type)'", range(token))
    }
  }

  // MARK: Places

  private mutating func changePlace(
    _ directive: Directive, _ first: AssemblyToken
  ) throws(AssemblyError) {
    let start = token.start
    if directive == .origin {
      let expression = try parseExpression()
      let range = range(from: start)
      var fill: Int64 = 0
      if takeIf(UInt8(ascii: ",")) { fill = try parseConstant("the value to fill with") }
      addGap(.origin(expression, fill: UInt8(truncatingIfNeeded: fill), range))
      return
    }
    let number = isAtEndOfStatement ? 1 : try parseConstant("an alignment")
    let range = range(from: start)
    if directive == .alignPower {
      guard number >= 0, number <= 30 else {
        throw AssemblyError("E0415", "2 to the power of \(number) is no alignment", range)
      }
    } else {
      guard number >= 0, number <= 1 << 30, number.nonzeroBitCount <= 1 else {
        throw AssemblyError(
          "E0415", "an alignment of \(number) is not possible", range,
          help: "alignments are powers of two")
      }
    }
    let alignment = directive == .alignPower ? 1 << Int(number) : max(Int(number), 1)
    var fill: Filling?
    var limit: Int64 = 0
    if takeIf(UInt8(ascii: ",")) {
      if !isAtEndOfStatement && !token.isPunctuation(UInt8(ascii: ",")) {
        let value = try parseConstant("the value to fill with")
        // Compilers ask for the shortest instruction that does nothing, and mean longer ones too.
        let isNop = isX86 && value == 0x90
        let isCode = sections[currentSection].attributes.flags.contains(.executable)
        if !isNop || !isCode {
          fill = Filling(value: UInt64(truncatingIfNeeded: value), size: 1)
        }
      }
      if takeIf(UInt8(ascii: ",")) {
        limit = try parseConstant("the largest number of bytes to skip")
        guard limit >= 0 else {
          throw AssemblyError("E0415", "a number of bytes is not negative", self.range(from: start))
        }
      }
    }
    align(to: alignment, fill: fill, limit: Int(min(limit, 1 << 30)))
  }
}

import Diagnostics

// MARK: - The file

extension Parser {
  mutating func parseFile() {
    while tokens[index].kind != .endOfFile && !reports.isFull {
      beginDeclaration()
      let first = index
      let declaration = parseDeclaration()
      if !declaration.isNone { tree.declarations.append(declaration) }
      endDeclaration(first)
    }
  }

  /// A declaration begins at the next token, whose column is that of the outermost block.
  private mutating func beginDeclaration() {
    let token = tokens[index]
    if fileColumn == 0 {
      fileColumn = token.column
    } else if token.column != fileColumn && index != lastErrorIndex {
      warn(.shiftedDeclaration(range(of: token), column: Int(fileColumn)))
    }
    declarationColumn = token.column
    isUnwinding = false
    top = LayoutContext(kind: .block, opener: .declaration)
    top.column = token.column
    top.floor = token.column
    top.hardColumn = token.column
    top.statementColumn = token.column
    blockColumns[token.column] = 0
    grant()
  }

  /// Skips what is left over behind a declaration.
  private mutating func endDeclaration(_ first: Int) {
    blockColumns[top.column] = -1
    if !isUnwinding {
      if current == .nextStatement || current == .endOfBlock {
        if index > first { return }
      } else if index > first && mayBeginDeclaration(after: tokens[first].kind) {
        return
      } else {
        reportLeftoverOfDeclaration()
      }
    }
    let skipped = index
    if index == first && tokens[index].kind != .endOfFile { index += 1 }
    skipToDeclaration()
    if index > skipped { tree.declarations.append(addError(from: skipped)) }
  }

  /// Whether the next token may begin a declaration although it stands right of the last one, which
  /// is complete: not after a definition, whose body it would more likely belong to.
  private func mayBeginDeclaration(after first: TokenKind) -> Bool {
    guard tokens[index].isFirst && first != .name else { return false }
    switch tokens[index].kind {
    case .name, .type, .import, .foreign, .link, .directive: return true
    default: return false
    }
  }

  private mutating func reportLeftoverOfDeclaration() {
    let range = range(of: tokens[index])
    switch current {
    case .rightParenthesis, .rightBracket, .rightBrace:
      report(.unmatchedCloser(sourceText(tokens[index]), range))
    case .bar:
      report(.strayBar(range))
    case .then, .else:
      report(.strayKeyword(sourceText(tokens[index]), opener: "if", range))
    case .in:
      report(.strayKeyword("in", opener: "let", range))
    default:
      report(.textAfterDeclaration(range, found: describeNext()))
    }
  }
}

// MARK: - Declarations

extension Parser {
  /// One declaration; none if it is a directive that only sets something.
  private mutating func parseDeclaration() -> NodeID {
    switch current {
    case .name: return parseDefinitionOrSignature()
    case .type: return parseTypeDeclaration()
    case .import: return parseImport()
    case .foreign: return parseForeign()
    case .link: return parseLink()
    case .directive: return parseDirective()
    case .let:
      let first = index
      report(.topLevelLet(range(of: tokens[index]), next: tokens[index + 1].start))
      advance()
      return current == .name ? parseDefinitionOrSignature() : addError(from: first)
    case .rightParenthesis, .rightBracket, .rightBrace, .bar:
      reportLeftoverOfDeclaration()
      return addError(from: index)
    default:
      reportExpected(
        "a declaration", help: "a definition looks like: name parameters = expression")
      return addError(from: index)
    }
  }

  /// `name : type` or `name p… = e`.
  private mutating func parseDefinitionOrSignature() -> NodeID {
    let first = index
    let name = tokens[index].value
    advance()
    if take(.colon) {
      let type = parseType()
      return add(
        .signatureDeclaration, from: first, height: height(type), a: name, b: type.index)
    }
    let mark = scratch.count
    while current.startsAtomPattern { scratch.append(parseAtomPattern().index) }
    let parameters = takeList(from: mark)
    let body: NodeID
    if expectDefinition() {
      advance()
      body = parseBlock(.equals)
    } else {
      body = addError(from: index)
    }
    return add(
      .functionDeclaration, from: first, height: max(parameters.height, height(body)), a: name,
      b: parameters.start, c: parameters.count, d: body.index)
  }

  /// Whether the `=` of a definition is next, if need be after a report.
  private mutating func expectDefinition() -> Bool {
    if current == .equals { return true }
    reportExpected(
      "'=' or another parameter",
      help: "at top level stand declarations only: name parameters = expression")
    return skip(to: .equals)
  }

  /// `type Name a b = …`: constructors or an alias.
  private mutating func parseTypeDeclaration() -> NodeID {
    let first = index
    advance()
    guard current == .name else {
      reportExpected("the name of the type")
      return addError(from: first)
    }
    let name = tokens[index].value
    advance()
    let mark = scratch.count
    while current == .name {
      scratch.append(addLeaf(.typeName, tokens[index], a: tokens[index].value).index)
      advance()
    }
    guard expectEquals() else {
      let list = takeList(from: mark)
      return add(
        .typeDeclaration, from: first, height: list.height, a: name, b: list.start, c: list.count)
    }
    advance()
    if !isConstructorList { return parseAlias(name, from: first, mark: mark) }
    if current == .bar { advanceHead() }
    parseConstructors()
    let list = takeList(from: mark)
    return add(
      .typeDeclaration, from: first, height: list.height, a: name, b: list.start, c: list.count)
  }

  private mutating func parseConstructors() {
    repeat {
      scratch.append(parseConstructor().index)
      guard current == .bar else { return }
      advanceHead()
    } while true
  }

  private mutating func parseAlias(_ name: Int32, from first: Int, mark: Int) -> NodeID {
    let parameters = takeList(from: mark)
    let type = parseType()
    return add(
      .aliasDeclaration, from: first, height: max(parameters.height, height(type)), a: name,
      b: type.index, c: parameters.start, d: parameters.count)
  }

  /// Whether the right side of a type declaration lists constructors: it has a leading `|`, or
  /// begins with a capital and has no `->` outside brackets.
  private var isConstructorList: Bool {
    if current == .bar { return true }
    guard current == .name, isCapitalised(tokens[index]) else { return false }
    if tokens[index + 1].kind == .dot { return false }
    var next = index
    var openBrackets = 0
    while true {
      let token = tokens[next]
      if token.kind == .endOfFile
        || token.isFirst && token.column <= declarationColumn && next > index
      {
        return true
      }
      if token.kind.isOpener { openBrackets += 1 }
      if token.kind.isCloser { openBrackets -= 1 }
      if token.kind == .arrow && openBrackets == 0 { return false }
      if token.kind == .bar && openBrackets == 0 { return true }
      next += 1
    }
  }

  private func isCapitalised(_ token: Token) -> Bool {
    (0x41...0x5A).contains(source[Int(token.start)])
  }

  /// `C f…` or `C { name : type, … }`.
  private mutating func parseConstructor() -> NodeID {
    let first = index
    guard current == .name else {
      reportExpected("the name of a constructor")
      return addError(from: first)
    }
    let name = tokens[index].value
    advance()
    let mark = scratch.count
    if current == .leftBrace {
      let opener = index
      openBracket(.rightBrace)
      while current == .name {
        scratch.append(parseRecordField().index)
        if !take(.comma) { break }
      }
      let isClosed = closeBracket(openedAt: opener)
      let list = takeList(from: mark)
      guard isClosed else { return addError(from: first) }
      return add(
        .constructorDeclaration, from: first, height: list.height, a: name, b: list.start,
        c: list.count, d: 1)
    }
    let firstField = tokens[index]
    let isOf = isWord(words.of) && !tokens[index].isFirst
    parseFields()
    if isOf && scratch.count > mark + 1 {
      var removed = range(of: firstField)
      removed.end = tokens[first + 2].start
      warn(.wordOf(range(of: firstField), removing: removed))
    }
    let list = takeList(from: mark)
    return add(
      .constructorDeclaration, from: first, height: list.height, a: name, b: list.start,
      c: list.count, d: 0)
  }

  /// `name` or `name : type` between braces.
  private mutating func parseRecordField() -> NodeID {
    let first = index
    let name = tokens[index].value
    advance()
    let type = take(.colon) ? parseType() : NodeID.none
    return add(.fieldDeclaration, from: first, height: height(type), a: name, b: type.index)
  }

  /// Fields of a constructor or parameters of a foreign function: `name` or `(name : type)`.
  private mutating func parseFields() {
    while current == .name || current == .leftParenthesis {
      let first = index
      if current == .name {
        let name = tokens[index].value
        advance()
        scratch.append(add(.fieldDeclaration, from: first, height: 0, a: name).index)
      } else {
        scratch.append(parseTypedField().index)
      }
    }
  }

  private mutating func parseTypedField() -> NodeID {
    let first = index
    openBracket(.rightParenthesis)
    let name = tokens[index].value
    var isWhole = true
    if current == .name && tokens[index + 1].kind == .colon {
      advance()
    } else {
      reportExpected("a name, ':' and a type", help: "a typed field is written (name : type)")
      isWhole = false
    }
    var type = NodeID.none
    if take(.colon) { type = parseType() }
    isWhole = closeBracket(openedAt: first) && isWhole
    guard isWhole else { return addError(from: first) }
    return add(.fieldDeclaration, from: first, height: height(type), a: name, b: type.index)
  }

  /// `foreign name p… -> type`.
  private mutating func parseForeign() -> NodeID {
    let first = index
    advance()
    guard current == .name else {
      reportExpected("the name of the foreign function")
      return addError(from: first)
    }
    let name = tokens[index].value
    advance()
    let mark = scratch.count
    parseFields()
    let parameters = takeList(from: mark)
    let result = take(.arrow) ? parseType() : NodeID.none
    return add(
      .foreignDeclaration, from: first, height: max(parameters.height, height(result)), a: name,
      b: parameters.start, c: parameters.count, d: result.index)
  }
}

// MARK: - Modules and directives

extension Parser {
  /// `import "path"` or `import name`, then perhaps `as Alias` and a list of names.
  private mutating func parseImport() -> NodeID {
    let first = index
    advance()
    let source = tokens[index]
    guard current == .string || current == .name else {
      reportExpected("the path or name of a module after 'import'")
      return addError(from: first)
    }
    advance()
    var alias: Int32 = -1
    if isWord(words.as) {
      advance()
      if current == .name {
        alias = tokens[index].value
        advance()
      } else {
        reportExpected("a name after 'as'")
      }
    }
    let names = current == .leftParenthesis ? parseImportNames() : NodeID.none
    let isPath = source.kind == .string
    return add(
      .importDeclaration, from: first, height: height(names), a: isPath ? source.value : -1,
      b: isPath ? -1 : source.value, c: names.index, d: alias)
  }

  private mutating func parseImportNames() -> NodeID {
    let first = index
    openBracket(.rightParenthesis)
    let mark = scratch.count
    while current == .name {
      scratch.append(addLeaf(.name, tokens[index], a: tokens[index].value).index)
      advance()
      if !take(.comma) { break }
    }
    let isClosed = closeBracket(openedAt: first)
    let list = takeList(from: mark)
    guard isClosed else { return addError(from: first) }
    return add(.importNames, from: first, height: list.height, b: list.start, c: list.count)
  }

  private mutating func parseLink() -> NodeID {
    let first = index
    advance()
    return parseStringOperand(.linkDeclaration, "a linker option in quotes after 'link'", first)
  }

  /// A declaration whose only operand is a string.
  private mutating func parseStringOperand(
    _ kind: SyntaxKind, _ expected: String, _ first: Int
  ) -> NodeID {
    let token = tokens[index]
    guard current == .string else {
      reportExpected(expected)
      return addError(from: first)
    }
    advance()
    return add(kind, from: first, height: 0, a: token.value)
  }

  private mutating func parseDirective() -> NodeID {
    let first = index
    let token = tokens[index]
    switch token.value {
    case words.strict:
      if tree.declarations.isEmpty {
        tree.isStrict = true
      } else {
        report(.misplacedStrict(range(of: token)))
      }
      advance()
      return .none
    case words.generate:
      advance()
      return parseStringOperand(
        .generateDirective, "a description in quotes after '#generate'", first)
    default:
      report(.unknownDirective(range(of: token), String(sourceText(token).dropFirst())))
      advance()
      while !tokens[index].isFirst { index += 1 }
      refresh()
      return addError(from: first)
    }
  }
}

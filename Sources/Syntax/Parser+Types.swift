import Diagnostics

extension Parser {
  /// `a -> b -> c`, right-associative.
  mutating func parseType() -> NodeID {
    let first = index
    defer { depth -= 1 }
    guard enter() else { return addError(from: first) }
    let parameter = parseTypeWithExtras()
    guard current == .arrow else { return parameter }
    advance()
    let result = parseType()
    return add(
      .typeFunction, from: first, height: max(height(parameter), height(result)),
      a: parameter.index, b: result.index)
  }

  /// `t or 0`, `t or null or error`.
  private mutating func parseTypeWithExtras() -> NodeID {
    let first = index
    var type = parseTypeApplication()
    while isWord(words.or) {
      advance()
      let extra = parseExtra()
      type = add(
        .typeExtra, from: first, height: max(height(type), height(extra)), a: type.index,
        b: extra.index)
    }
    return type
  }

  private mutating func parseExtra() -> NodeID {
    let token = tokens[index]
    if current == .null {
      advance()
      return addLeaf(.null, token)
    }
    if current == .integer && tree.integers[Int(token.value)] == 0 {
      advance()
      return addLeaf(.integer, token, a: token.value)
    }
    if isWord(words.error) {
      advance()
      return addLeaf(.typeName, token, a: token.value)
    }
    if isWord(words.unit) {
      advance()
      return addLeaf(.unit, token)
    }
    reportExpected("0, null, unit or error after 'or'")
    return addError(from: index)
  }

  /// A name with arguments, or an atom.
  private mutating func parseTypeApplication() -> NodeID {
    let first = index
    let head = parseTypeAtom()
    guard startsTypeArgument else { return head }
    let mark = scratch.count
    while startsTypeArgument { scratch.append(parseTypeAtom().index) }
    let list = takeList(from: mark)
    return add(
      .typeApplication, from: first, height: max(height(head), list.height), a: head.index,
      b: list.start, c: list.count)
  }

  private var startsTypeArgument: Bool {
    switch current {
    case .name: !isWord(words.or)
    case .leftParenthesis, .leftBracket: true
    default: false
    }
  }

  private mutating func parseTypeAtom() -> NodeID {
    let token = tokens[index]
    switch current {
    case .name: return parseTypeName()
    case .leftParenthesis: return parseParenthesizedType()
    case .leftBracket:
      let first = index
      openBracket(.rightBracket)
      let element = parseType()
      guard closeBracket(openedAt: first) else { return addError(from: first) }
      return add(.typeList, from: first, height: height(element), a: element.index)
    case .invalid:
      advance()
      return addLeaf(.error, token)
    default:
      reportExpected("a type")
      return addError(from: index)
    }
  }

  /// `int`, `a` or `M.Name`.
  private mutating func parseTypeName() -> NodeID {
    let first = index
    let name = tokens[index]
    advance()
    guard current == .dot && isAdjacent else { return addLeaf(.typeName, name, a: name.value) }
    advance()
    let member = tokens[index]
    guard current == .name && isAdjacent else {
      reportExpected("the name of a type directly after '.'")
      return addError(from: first)
    }
    advance()
    return add(.typeName, from: first, height: 0, a: member.value, b: name.value)
  }

  /// `(t)` or a tuple.
  private mutating func parseParenthesizedType() -> NodeID {
    let first = index
    openBracket(.rightParenthesis)
    let mark = scratch.count
    repeat { scratch.append(parseType().index) } while take(.comma)
    let isClosed = closeBracket(openedAt: first)
    if isClosed && scratch.count == mark + 1 { return NodeID(index: scratch.removeLast()) }
    let list = takeList(from: mark)
    guard isClosed else { return addError(from: first) }
    return add(.typeTuple, from: first, height: list.height, b: list.start, c: list.count)
  }
}

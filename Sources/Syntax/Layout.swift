// Layout: which lines belong together. `docs/layout.md` is the specification; the names here are
// its names, and the rules stand in its order.

import Diagnostics

/// A construct that is open around the next token.
struct LayoutContext {
  enum Kind: UInt8 {
    /// Inside `( ) [ ] { }` or a hole: newlines are white space.
    case bracket
    /// Between `if` and `then`, `match` and its first `|`, a guard's `if` and its `->`: the same,
    /// but not beyond the declaration.
    case condition
    case block
  }

  /// What a block follows.
  enum Opener: UInt8 {
    case equals, arrow, then, `else`, `in`
    /// A `let` that is no statement is a block by itself.
    case `let`
    /// The whole declaration.
    case declaration
    case none

    var text: String {
      switch self {
      case .equals: "="
      case .arrow: "->"
      case .then: "then"
      case .else: "else"
      case .in: "in"
      case .let: "let"
      case .declaration, .none: ""
      }
    }
  }

  var kind: Kind
  var opener: Opener = .none
  /// Whether the first token of the block stands on the line of its opener.
  var isInline = false
  /// Whether this is the body of old code with careless columns: lets and one expression.
  var isCareless = false
  /// The closing token of a bracket.
  var closer: TokenKind = .endOfFile
  /// Column of the block's statements.
  var column: UInt32 = 0
  /// Lines up to this column are outside the block.
  var floor: UInt32 = 0
  /// Column of the innermost block that is not inline, up to the innermost bracket, else 0.
  var hardColumn: UInt32 = 0
  /// The same through brackets, for recovery: a line up to this column is beyond a bracket.
  var statementColumn: UInt32 = 0
  /// Index of the outermost context that could claim a column when seen from inside this one.
  var firstClaimant: Int32 = 0
  /// The next outer block whose column has the same slot in ``ColumnIndex``.
  var previousInSlot: Int32 = -1
  /// Of a bracket or condition: ``Parser/headColumn`` and ``Parser/firstMatch`` outside it.
  var outerHeadColumn: UInt32 = 0
  var outerFirstMatch: Int32 = 0
}

/// Finds the innermost thing that has a given column without a walk over all that are open: chains
/// of indices by column, modulo the number of slots, as in a scoped symbol table.
struct ColumnIndex {
  private static let slotCount = 256
  private var slots = [Int32](repeating: -1, count: slotCount)

  /// The innermost index pushed for a column in the same slot, -1 if none.
  subscript(column: UInt32) -> Int32 {
    get { slots[Int(column) & (ColumnIndex.slotCount - 1)] }
    set { slots[Int(column) & (ColumnIndex.slotCount - 1)] = newValue }
  }
}

// MARK: - What the parser sees next

extension Parser {
  /// Looks again at the next token, after the context around it or its grant has changed.
  @inline(__always)
  mutating func refresh() {
    let token = tokens[index]
    if token.isFirst || isUnwinding {
      current = isUnwinding ? .endOfBlock : layoutKind(token)
    } else {
      current = token.kind
    }
  }

  /// `peek` for a token that is first on its line.
  func layoutKind(_ token: Token) -> TokenKind {
    if token.kind == .endOfFile { return .endOfBlock }
    switch top.kind {
    case .bracket:
      return token.kind
    case .condition:
      let isOutside = bracketCount == 0 && token.column <= declarationColumn
      return isOutside ? .endOfBlock : token.kind
    case .block:
      return index == grantedIndex ? token.kind : layoutKindInBlock(token)
    }
  }

  private func layoutKindInBlock(_ token: Token) -> TokenKind {
    switch token.kind {
    case .then, .else, .in, .bar, .comma,
      .rightParenthesis, .rightBracket, .rightBrace, .holeEnd:
      return token.kind
    case .pipe, .compose, .or, .and, .equal, .notEqual, .less, .greater, .lessOrEqual,
      .greaterOrEqual, .cons, .append, .add, .multiply, .divide, .remainder:
      switch top.opener {
      case .then, .else, .arrow: return token.column <= top.floor ? .endOfBlock : token.kind
      case .equals, .in, .let, .declaration, .none: return token.kind
      }
    default:
      break
    }
    if token.column > top.column { return token.kind }
    if token.column == top.column { return .nextStatement }
    let continues = top.isInline && token.column > top.floor && !isClaimed(token.column)
    return continues ? token.kind : .endOfBlock
  }

  /// Whether an enclosing block, up to the first that is not inline, has its statements in
  /// `column`.
  func isClaimed(_ column: UInt32) -> Bool {
    guard let enclosing = contexts.last else { return false }
    var candidate = blockColumns[column]
    if candidate == Int32(contexts.count) { candidate = top.previousInSlot }
    while candidate >= enclosing.firstClaimant {
      let context = contexts[Int(candidate)]
      if context.column == column { return true }
      candidate = context.previousInSlot
    }
    return false
  }

  /// Lets the parser consume the next token although it starts a statement.
  mutating func grant() {
    grantedIndex = index
    markHead()
    refresh()
  }

  /// Notes that the next token is about to be consumed as the head of its line, if it is first
  /// there.
  @inline(__always)
  mutating func markHead() {
    let token = tokens[index]
    if token.isFirst { headColumn = token.column }
  }
}

// MARK: - Contexts

extension Parser {
  mutating func push(
    block opener: LayoutContext.Opener, column: UInt32, floor: UInt32, isInline: Bool,
    isCareless: Bool = false
  ) {
    var block = LayoutContext(kind: .block, opener: opener)
    block.isInline = isInline
    block.isCareless = isCareless
    block.column = column
    block.floor = floor
    contexts.append(top)
    block.hardColumn = isInline ? top.hardColumn : column
    block.statementColumn = isInline ? top.statementColumn : column
    block.firstClaimant = isInline ? top.firstClaimant : Int32(contexts.count)
    block.previousInSlot = blockColumns[column]
    blockColumns[column] = Int32(contexts.count)
    top = block
  }

  mutating func popBlock() {
    blockColumns[top.column] = top.previousInSlot
    top = contexts.removeLast()
    refresh()
  }

  /// Makes the inline block on top one that is not, in `column`.
  mutating func reanchorTop(to column: UInt32) {
    blockColumns[top.column] = top.previousInSlot
    top.column = column
    top.floor = column - 1
    top.isInline = false
    top.hardColumn = column
    top.statementColumn = column
    top.firstClaimant = Int32(contexts.count)
    top.previousInSlot = blockColumns[column]
    blockColumns[column] = Int32(contexts.count)
  }

  mutating func push(bracket kind: LayoutContext.Kind, closer: TokenKind = .endOfFile) {
    var context = LayoutContext(kind: kind)
    context.closer = closer
    context.statementColumn = top.statementColumn
    context.outerHeadColumn = headColumn
    context.outerFirstMatch = Int32(firstMatch)
    contexts.append(top)
    context.firstClaimant = Int32(contexts.count + 1)
    top = context
    headColumn = 0
    firstMatch = matches.count
    if kind == .bracket { bracketCount += 1 }
  }

  /// Leaves a bracket or condition; the caller refreshes.
  mutating func popBracket() {
    headColumn = top.outerHeadColumn
    firstMatch = Int(top.outerFirstMatch)
    if top.kind == .bracket { bracketCount -= 1 }
    top = contexts.removeLast()
  }
}

// MARK: - Blocks

extension Parser {
  /// `block`: what follows the opener that has just been consumed.
  ///
  /// - Parameter letColumn: the column of the `let` if the opener is the `=` of one.
  mutating func parseBlock(_ opener: LayoutContext.Opener, letColumn: UInt32? = nil) -> NodeID {
    if isUnwinding { return addError(from: index) }
    let token = tokens[index]
    switch token.kind {
    case .endOfFile, .rightParenthesis, .rightBracket, .rightBrace, .holeEnd, .interpolationEnd,
      .comma, .bar, .then, .else, .in:
      return missingBlock(opener, isNextDeclaration: false)
    default:
      break
    }
    if token.isFirst {
      if bracketCount == 0 && token.column <= declarationColumn {
        return missingBlock(opener, isNextDeclaration: true)
      }
      let isShallow =
        token.column < headColumn || opener == .equals && token.column == headColumn
      let isCareless = top.kind == .block && isShallow
      if isCareless { warn(.shallowBlock(range(of: token), after: opener.text)) }
      push(
        block: opener, column: token.column, floor: token.column - 1, isInline: false,
        isCareless: isCareless)
    } else {
      let floor = letColumn ?? max(headColumn, top.hardColumn)
      push(block: opener, column: token.column, floor: floor, isInline: true)
    }
    grant()
    let result = parseStatements()
    popBlock()
    return result
  }

  /// A `let` that is an operand or the content of a bracket: an inline block by itself.
  mutating func parseLetOperand() -> NodeID {
    let column = tokens[index].column
    let floor = min(column - 1, max(headColumn, top.hardColumn))
    push(block: .let, column: column, floor: floor, isInline: true)
    grant()
    let result = parseStatements()
    popBlock()
    return result
  }

  /// `statements`: the content of the block on top.
  mutating func parseStatements() -> NodeID {
    let firstIndex = index
    let mark = scratch.count
    while true {
      let statementIndex = index
      let statement = parseStatement()
      scratch.append(statement.index)
      recoverAfterStatement(statementIndex)
      if endsWithOpenLet {
        if current == .nextStatement {
          grant()
        } else if !continueAfterOpenLet(letIndex: statementIndex) {
          break
        }
      } else if current == .nextStatement && !top.isCareless {
        grant()
      } else {
        break
      }
    }
    if scratch.count == mark + 1 { return NodeID(index: scratch.removeLast()) }
    let list = takeList(from: mark)
    return add(.block, from: firstIndex, height: list.height, b: list.start, c: list.count)
  }

  private mutating func parseStatement() -> NodeID {
    current == .let ? parseLet() : parseExpression()
  }

  /// Whether the last statement of the block so far is a `let`, which needs a body.
  var endsWithOpenLet: Bool {
    guard let last = scratch.last else { return false }
    switch tree.nodes[Int(last)].kind {
    case .letStatement, .letFunction: return true
    default: return false
    }
  }

  /// Whether the next token can begin the body of a `let` although no statement begins there: on a
  /// line of its own in another column, or as another `let` on the same line.
  var canBeginLetBody: Bool {
    let token = tokens[index]
    guard token.isFirst else { return token.kind == .let }
    guard token.column > declarationColumn else { return false }
    switch token.kind {
    case .endOfFile, .then, .else, .in, .bar, .comma,
      .rightParenthesis, .rightBracket, .rightBrace, .holeEnd:
      return false
    default:
      return true
    }
  }

  /// After a `let` that no statement in the block's column follows: whether the block goes on. If
  /// not, its last statement has been found or reported missing.
  private mutating func continueAfterOpenLet(letIndex: Int) -> Bool {
    guard !isUnwinding && canBeginLetBody else {
      report(.letWithoutBody(range(of: tokens[letIndex])))
      scratch.append(addError(from: index).index)
      return false
    }
    let token = tokens[index]
    // One line of the old style: let a = 1 let b = 2 in a + b.
    guard token.isFirst else { return true }
    let isBetween = top.isInline && top.floor < token.column && token.column < top.column
    if isBetween && !isClaimed(token.column) {
      reanchorTop(to: token.column)
      grant()
      return true
    }
    // Rule 6: old code whose columns mean nothing.
    let column = letIndex == shiftedIndex ? shiftedColumn : tokens[letIndex].column
    if token.column != column {
      warn(
        .shiftedBody(
          range(of: token), of: range(of: tokens[letIndex]),
          edits: shift(linesFrom: index, to: column)))
    }
    shiftedIndex = index
    shiftedColumn = column
    push(
      block: .let, column: token.column, floor: token.column - 1, isInline: false,
      isCareless: true)
    grant()
    scratch.append(parseStatements().index)
    popBlock()
    return false
  }

  /// Nothing stands where a block should begin. If what follows does not look like a declaration,
  /// it is taken for a body that was not indented, and skipped.
  private mutating func missingBlock(
    _ opener: LayoutContext.Opener, isNextDeclaration: Bool
  ) -> NodeID {
    let start = index
    let looksLikeBody = isNextDeclaration && !looksLikeDeclaration(index)
    report(
      .missingBlock(
        range(of: tokens[index]), after: opener.text, openerRange: range(of: tokens[index - 1]),
        isNextDeclaration: isNextDeclaration && !looksLikeBody))
    if looksLikeBody {
      skipUnindentedBody()
      lastErrorIndex = index
      refresh()
    }
    return addError(from: start)
  }
}

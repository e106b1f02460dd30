// The text forms of tokens and syntax: what `--emit tokens` and `--emit syntax` print, and what the
// two compilers are compared by. They depend on nothing but the text of the file.

public import Diagnostics
public import Support

/// One line a token: `line:column`, `^` if it is the first on its line, the kind, and its value if
/// it has one (a name, a number, a quoted text).
///
///     1:1^ name main
///     1:6 equals
///     1:8 integer 0
///     2:1^ endOfFile
public func dump(_ list: TokenList, _ file: SourceFile, _ interner: Interner) -> TextWriter {
  var writer = TextWriter()
  let lines = LineTable(file)
  for token in list.tokens {
    let position = lines.position(of: token.start)
    writer.write(position.line)
    writer.write(":")
    writer.write(position.column)
    if token.isFirst { writer.write("^") }
    writer.write(" ")
    writer.write("\(token.kind)")
    let value = Int(token.value)
    switch token.kind {
    case .name, .directive:
      writer.write(" ")
      writer.write(interner.bytes(of: Symbol(index: token.value)))
    case .integer, .character:
      writer.write(" ")
      writer.write(list.integers[value])
    case .float:
      writer.write(" ")
      writer.write(floatText(list.floats[value]))
    case .string, .interpolationText:
      writer.write(" ")
      let range = list.strings[value]
      writer.writeQuoted(list.stringBytes[Int(range.lowerBound)..<Int(range.upperBound)])
    default: break
    }
    writer.newline()
  }
  return writer
}

/// Bits of a double in hexadecimal: exact, and the same from every implementation.
private func floatText(_ value: Double) -> String {
  "0f" + String(value.bitPattern, radix: 16)
}

/// Every declaration as an indented S-expression, one node a line.
///
/// A line is `(` and the kind of the node, its values (names, numbers, quoted texts), and, if
/// `positions` are wanted, `@` and the byte range. The children follow, each on a line of its own
/// and two columns deeper (indentation ends at 64 levels, so that the text stays linear in the
/// tree); an absent child that others follow is `-`. The last child's line ends with the `)` of its
/// parents.
///
///     (functionDeclaration main @0..<14
///       (application @7..<14
///         (name print @7..<12)
///         (integer 1 @13..<14)))
public func dump(_ tree: SyntaxTree, _ interner: Interner, positions: Bool = true) -> TextWriter {
  var dumper = SyntaxDumper(tree: tree, interner: interner, positions: positions)
  if tree.isStrict { dumper.writer.write("(strict)\n") }
  for declaration in tree.declarations {
    dumper.dump(declaration)
    dumper.writer.newline()
  }
  return dumper.writer
}

private struct SyntaxDumper {
  let tree: SyntaxTree
  let interner: Interner
  let positions: Bool
  var writer = TextWriter()

  /// Nodes yet to be written, last first; `nil` closes a parenthesis.
  private var pending: [NodeID?] = []

  init(tree: SyntaxTree, interner: Interner, positions: Bool) {
    self.tree = tree
    self.interner = interner
    self.positions = positions
  }

  /// Writes a node and what is below it. An explicit stack takes the place of recursion, because
  /// trees may be deep.
  mutating func dump(_ root: NodeID) {
    var depth = 0
    pending = [root]
    while let next = pending.popLast() {
      guard let id = next else {
        writer.write(")")
        depth -= 1
        continue
      }
      if depth > 0 {
        writer.newline()
        writer.write(0x20, count: 2 * min(depth, 64))
      }
      if id.isNone {
        writer.write("-")
        continue
      }
      writer.write("(")
      writeHead(tree[id])
      depth += 1
      pending.append(nil)
      for child in tree.children(of: id).reversed() { pending.append(child) }
    }
  }

  private mutating func writeHead(_ node: SyntaxNode) {
    writer.write("\(node.kind)")
    writeValues(node)
    guard positions else { return }
    writer.write(" @")
    writer.write(Int(node.start))
    writer.write("..<")
    writer.write(Int(node.end))
  }

  private mutating func writeValues(_ node: SyntaxNode) {
    switch node.kind {
    case .functionDeclaration, .signatureDeclaration, .typeDeclaration, .aliasDeclaration,
      .foreignDeclaration, .letFunction, .name, .fieldValue, .namePattern, .fieldPattern:
      write(symbol: node.a)
    case .constructorDeclaration:
      write(symbol: node.a)
      if node.d == 1 { writer.write(" record") }
    case .fieldDeclaration:
      if node.a >= 0 { write(symbol: node.a) }
    case .importDeclaration:
      if node.a >= 0 { write(string: node.a) } else { write(symbol: node.b) }
      if node.d >= 0 {
        writer.write(" as")
        write(symbol: node.d)
      }
    case .linkDeclaration, .generateDirective, .string: write(string: node.a)
    case .binary:
      writer.write(" ")
      writer.write(BinaryOperator(rawValue: node.c)?.text ?? "?")
    case .field, .asPattern: write(symbol: node.b)
    case .integer:
      writer.write(" ")
      writer.write(tree.integers[Int(node.a)])
    case .float:
      writer.write(" ")
      writer.write(floatText(tree.floats[Int(node.a)]))
    case .boolean: writer.write(node.a == 1 ? " true" : " false")
    case .constructorPattern, .recordPattern: write(qualified: node.a, node.d)
    case .typeName: write(qualified: node.a, node.b)
    case .importNames, .block, .letStatement, .ifExpression, .matchExpression, .matchArm, .lambda,
      .negate, .application, .interpolation, .null, .unit, .tuple, .list, .range,
      .recordConstruction, .recordUpdate, .wildcardPattern, .literalPattern, .tuplePattern,
      .listPattern, .consPattern, .orPattern, .typeApplication, .typeFunction, .typeTuple,
      .typeList, .typeExtra, .error:
      break
    }
  }

  private mutating func write(symbol: Int32) {
    writer.write(" ")
    writer.write(interner.bytes(of: Symbol(index: symbol)))
  }

  private mutating func write(qualified symbol: Int32, _ module: Int32) {
    if module >= 0 {
      write(symbol: module)
      writer.write(".")
      writer.write(interner.bytes(of: Symbol(index: symbol)))
    } else {
      write(symbol: symbol)
    }
  }

  private mutating func write(string: Int32) {
    writer.write(" ")
    writer.writeQuoted(tree.string(string))
  }
}

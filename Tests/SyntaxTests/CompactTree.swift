import Diagnostics
import Support
import Syntax

/// What came of parsing a program.
struct Parsed {
  var tree: SyntaxTree
  var interner: Interner
  var sources: SourceMap
  var diagnostics: [Diagnostic]

  init(_ text: String) { self.init(bytes: Array(text.utf8)) }

  init(bytes: [UInt8]) {
    let file = SourceFile(path: "test.rail", text: bytes)
    var sources = SourceMap()
    let id = sources.add(file)
    var interner = Interner()
    var sink = DiagnosticSink()
    tree = parse(file, id: id, interner: &interner, diagnostics: &sink)
    self.interner = interner
    self.sources = sources
    diagnostics = sink.sorted()
  }

  var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
  var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }

  /// `line:column: message` of each diagnostic.
  var messages: [String] {
    let lines = LineTable(sources.files[0])
    return diagnostics.map {
      let position = lines.position(of: $0.primary.range.start)
      return "\(position.line):\(position.column): \($0.message)"
    }
  }

  /// The declarations in a short notation, one a line.
  var compact: String {
    let printer = CompactPrinter(tree: tree, interner: interner)
    return tree.declarations.map { printer.text($0) }.joined(separator: "\n")
  }

  /// The syntax without positions.
  var dump: String { Syntax.dump(tree, interner, positions: false).string }

  var hasErrorNode: Bool { tree.nodes.contains { $0.kind == .error } }
}

/// Syntax trees on one line: prefix notation in parentheses, blocks in braces, lost text as `!`.
/// Recursive: for trees of tests only.
struct CompactPrinter {
  var tree: SyntaxTree
  var interner: Interner
  /// Whether `let _ = e` is written as the statement `e`.
  var mergesDiscards = false

  private func symbol(_ index: Int32) -> String { interner.string(of: Symbol(index: index)) }

  private func string(_ index: Int32) -> String {
    var writer = TextWriter()
    writer.writeQuoted(tree.string(index))
    return writer.string
  }

  private func texts(_ start: Int32, _ count: Int32) -> [String] {
    tree.list(start, count).map { text(NodeID(index: $0)) }
  }

  private func list(_ start: Int32, _ count: Int32) -> String {
    texts(start, count).map { " " + $0 }.joined()
  }

  private func text(_ index: Int32) -> String { text(NodeID(index: index)) }

  private func qualified(_ name: Int32, _ module: Int32) -> String {
    module < 0 ? symbol(name) : "\(symbol(module)).\(symbol(name))"
  }

  func text(_ id: NodeID) -> String {
    let node = tree[id]
    switch node.kind {
    case .functionDeclaration:
      return "\(symbol(node.a))\(list(node.b, node.c)) = \(text(node.d))"
    case .signatureDeclaration: return "\(symbol(node.a)) : \(text(node.b))"
    case .typeDeclaration: return "type \(symbol(node.a))\(list(node.b, node.c))"
    case .aliasDeclaration:
      return "type \(symbol(node.a))\(list(node.c, node.d)) = \(text(node.b))"
    case .constructorDeclaration:
      let fields = list(node.b, node.c)
      return node.d == 1 ? "| \(symbol(node.a)) {\(fields) }" : "| \(symbol(node.a))\(fields)"
    case .fieldDeclaration:
      return node.b < 0 ? symbol(node.a) : "(\(symbol(node.a)) : \(text(node.b)))"
    case .foreignDeclaration:
      let result = node.d < 0 ? "" : " -> \(text(node.d))"
      return "foreign \(symbol(node.a))\(list(node.b, node.c))\(result)"
    case .importDeclaration:
      let source = node.a >= 0 ? string(node.a) : symbol(node.b)
      let alias = node.d < 0 ? "" : " as \(symbol(node.d))"
      return "import \(source)\(alias)\(node.c < 0 ? "" : " " + text(node.c))"
    case .importNames: return "(\(texts(node.b, node.c).joined(separator: ", ")))"
    case .linkDeclaration: return "link \(string(node.a))"
    case .generateDirective: return "generate \(string(node.a))"
    case .block: return "{\(texts(node.b, node.c).joined(separator: "; "))}"
    case .letStatement:
      if mergesDiscards && tree[NodeID(index: node.a)].kind == .wildcardPattern {
        return text(node.b)
      }
      return "let \(text(node.a)) = \(text(node.b))"
    case .letFunction:
      return "let \(symbol(node.a))\(list(node.b, node.c)) = \(text(node.d))"
    case .ifExpression: return "(if \(text(node.a)) \(text(node.b)) \(text(node.c)))"
    case .matchExpression: return "(match \(text(node.a))\(list(node.b, node.c)))"
    case .matchArm:
      let guarded = node.b < 0 ? "" : " if \(text(node.b))"
      return "[\(text(node.a))\(guarded) -> \(text(node.c))]"
    case .lambda: return "(\\\(texts(node.b, node.c).joined(separator: " ")) -> \(text(node.d)))"
    case .binary:
      let op = BinaryOperator(rawValue: node.c)?.text ?? "?"
      return "(\(op) \(text(node.a)) \(text(node.b)))"
    case .negate: return "(neg \(text(node.a)))"
    case .application: return "(\(text(node.a))\(list(node.b, node.c)))"
    case .field: return "\(text(node.a)).\(symbol(node.b))"
    case .name, .namePattern: return symbol(node.a)
    case .integer: return String(tree.integers[Int(node.a)])
    case .float: return String(tree.floats[Int(node.a)])
    case .string: return string(node.a)
    case .interpolation: return "$(\(texts(node.b, node.c).joined(separator: " ")))"
    case .boolean: return node.a == 1 ? "true" : "false"
    case .null: return "null"
    case .unit: return "()"
    case .tuple, .tuplePattern, .typeTuple:
      return "<\(texts(node.b, node.c).joined(separator: ", "))>"
    case .list, .listPattern: return "[\(texts(node.b, node.c).joined(separator: ", "))]"
    case .range: return "[\(text(node.a)) .. \(text(node.b))]"
    case .recordConstruction: return "\(text(node.a)){\(list(node.b, node.c)) }"
    case .recordUpdate: return "{\(text(node.a)) |\(list(node.b, node.c)) }"
    case .fieldValue: return "\(symbol(node.a))=\(text(node.b))"
    case .wildcardPattern: return "_"
    case .literalPattern: return text(node.a)
    case .constructorPattern: return "(\(qualified(node.a, node.d))\(list(node.b, node.c)))"
    case .recordPattern: return "\(qualified(node.a, node.d)){\(list(node.b, node.c)) }"
    case .fieldPattern: return node.b < 0 ? symbol(node.a) : "\(symbol(node.a))=\(text(node.b))"
    case .consPattern: return "(:: \(text(node.a)) \(text(node.b)))"
    case .asPattern: return "(\(text(node.a)) as \(symbol(node.b)))"
    case .orPattern: return "(\(texts(node.b, node.c).joined(separator: " | ")))"
    case .typeName: return qualified(node.a, node.b)
    case .typeApplication: return "(\(text(node.a))\(list(node.b, node.c)))"
    case .typeFunction: return "(\(text(node.a)) -> \(text(node.b)))"
    case .typeList: return "[\(text(node.a))]"
    case .typeExtra: return "\(text(node.a)) or \(text(node.b))"
    case .error: return "!"
    }
  }
}

/// The kinds of syntax nodes, in the order of the grammar (`docs/language.md`), with what their
/// fields hold. "list b, count c" is a range of ``SyntaxTree/lists``; a symbol is the index of a
/// `Symbol`; everything else is the index of a child node, -1 where absent.
public enum SyntaxKind: UInt8, Sendable, CaseIterable {
  // MARK: Declarations
  /// a: name (symbol), list b of c parameters (patterns), d: body.
  case functionDeclaration
  /// a: name (symbol), b: type.
  case signatureDeclaration
  /// a: name (symbol), list b of c: first the type parameters (`typeName` nodes), then the
  /// constructors (`constructorDeclaration`).
  case typeDeclaration
  /// a: name (symbol), b: type, list c of d type parameters (`typeName`).
  case aliasDeclaration
  /// a: name (symbol), list b of c fields (`fieldDeclaration`), d: 1 for a record (`C { x, y }`),
  /// else 0.
  case constructorDeclaration
  /// a: field name (symbol) or -1, b: type or -1.
  case fieldDeclaration
  /// a: name (symbol), list b of c parameters (`fieldDeclaration`), d: result type or -1.
  case foreignDeclaration
  /// a: string literal index (`import "path"`) or -1, b: module name (symbol, `import name`) or -1,
  /// c: `importNames` node for a selective list or -1, d: alias (symbol) or -1.
  case importDeclaration
  /// list b of c `name` nodes.
  case importNames
  /// a: string literal index.
  case linkDeclaration
  /// a: string literal index: `#generate "description"`.
  case generateDirective

  // MARK: Statements and expressions
  /// list b of c statements, at least one; the last is the value. A block of one expression is that
  /// expression itself.
  case block
  /// Statement. a: pattern, b: value.
  case letStatement
  /// Statement; the function may be recursive. a: name (symbol), list b of c parameters (patterns),
  /// d: body. `let C x y = e` has this form too: it takes a value apart if `C` is a capitalised
  /// declared constructor (language.md §4), which only name resolution can know.
  case letFunction
  /// a: condition, b: then, c: else.
  case ifExpression
  /// a: scrutinee, list b of c `matchArm`.
  case matchExpression
  /// a: pattern, b: guard or -1, c: body.
  case matchArm
  /// list b of c parameters (patterns), d: body.
  case lambda
  /// a: left, b: right, c: `BinaryOperator`, d: byte offset of the operator. `|>` is here too.
  case binary
  /// a: operand (never a number: a negative literal is a literal).
  case negate
  /// a: callee, list b of c arguments.
  case application
  /// `base.name`: a field, or a name of a module if the base is the alias of one. a: base, b: name
  /// (symbol), d: byte offset of the name.
  case field
  /// a: symbol.
  case name
  /// a: index in `integers`. Also character literals.
  case integer
  /// a: index in `floats`.
  case float
  /// a: string literal index.
  case string
  /// list b of c parts: `string` nodes for the text and expressions for the holes.
  case interpolation
  /// a: 1 or 0.
  case boolean
  case null
  case unit
  /// list b of c elements, at least two.
  case tuple
  /// list b of c elements.
  case list
  /// a: first, b: last.
  case range
  /// a: constructor (`name` or `field`), list b of c `fieldValue`.
  case recordConstruction
  /// a: record, list b of c `fieldValue`.
  case recordUpdate
  /// a: field name (symbol), b: value.
  case fieldValue

  // MARK: Patterns
  case wildcardPattern
  /// A lone name: a variable or, by the rules of language.md §1, a constructor. a: symbol.
  case namePattern
  /// a: literal (`integer`, `float`, `string`, `boolean`, `null`, `unit`).
  case literalPattern
  /// a: constructor name (symbol), list b of c sub-patterns, d: module alias (symbol) or -1.
  /// `C` alone is a `namePattern` unless it is qualified.
  case constructorPattern
  /// a: constructor name (symbol), list b of c: `fieldPattern`s and at most one `wildcardPattern`
  /// for "the rest", d: module alias (symbol) or -1.
  case recordPattern
  /// a: field name (symbol), b: pattern or -1 (binds a variable of the field's name).
  case fieldPattern
  /// list b of c, at least two.
  case tuplePattern
  /// list b of c.
  case listPattern
  /// a: head, b: tail.
  case consPattern
  /// a: pattern, b: name (symbol).
  case asPattern
  /// list b of c alternatives, at least two.
  case orPattern

  // MARK: Types
  /// a: name (symbol), b: module alias (symbol) or -1.
  case typeName
  /// a: head, list b of c arguments.
  case typeApplication
  /// a: parameter, b: result.
  case typeFunction
  /// list b of c.
  case typeTuple
  /// a: element.
  case typeList
  /// a: type, b: the extra (`integer` 0, `null`, `unit`, or `typeName` `error`).
  case typeExtra

  // MARK: Recovery
  /// Text that could not be parsed; a diagnostic has been reported.
  case error
}

/// The binary operators; the dotted synonyms (`+.`) are the plain ones.
public enum BinaryOperator: Int32, Sendable, CaseIterable {
  case pipe, compose, or, and
  case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual
  case cons, append
  case add, subtract, multiply, divide, remainder

  /// As written in source text.
  public var text: String {
    switch self {
    case .pipe: "|>"
    case .compose: ">>"
    case .or: "||"
    case .and: "&&"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .greater: ">"
    case .lessOrEqual: "<="
    case .greaterOrEqual: ">="
    case .cons: "::"
    case .append: "++"
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .remainder: "%"
    }
  }
}

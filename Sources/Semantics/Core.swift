public import Diagnostics
public import Support

/// The kinds of Core expressions and what their fields hold. "list" is the node's range of
/// ``CoreProgram/operands``: expression indices unless said otherwise. Core is what is left of a
/// program when names are resolved and sugar is gone; its order of evaluation is the order of the
/// fields.
public enum CoreKind: UInt8, Sendable, CaseIterable {
  // MARK: Values
  /// a: low, b: high 32 bits of the number. `true` and `false` are 1 and 0.
  case integer
  /// a: index in `floats`.
  case float
  /// a: index in `strings`.
  case string
  case null, unit
  /// The empty list.
  case nil_
  /// a: local.
  case local
  /// a: index in `globals`; a constant's value, or a function as a value. b: in typed Core, a
  /// `CoreGlobalUse`.
  case global
  /// a: index in `intrinsics`, as a value.
  case intrinsic
  /// a: index in `constructors`, as a value: a constant if it has no fields, else a function.
  case constructor
  /// a: index in `foreigns`, as a value.
  case foreign

  // MARK: Operations
  /// a: callee, list: at least one argument. The callee may be a `global`, `intrinsic`,
  /// `constructor` or `foreign` with more or fewer parameters than there are arguments. b: in typed
  /// Core, the `CoreCallProof` of a call of an intrinsic.
  case call
  /// a: `CoreOperator`, list: its operands. b: in typed Core, a `CoreOperandProof`.
  case `operator`
  /// a: operand, b: `CoreCoercion`; only in typed Core.
  case coerce
  /// a: operand, b: index in `declarations.types`, c: index in `strings`: what the error says. The
  /// value, if it is of the declared type; an int as a float where one is declared; otherwise an
  /// error is raised. Inference puts casts where declared types meet values of which it cannot
  /// tell.
  case cast
  /// a, b: operands; the right one is evaluated only if needed; the result is 0 or 1.
  case and, or
  /// a: condition, b: then, c: else.
  case `if`
  /// list: components.
  case tuple
  /// list: elements.
  case list
  /// a: index in `constructors`, list: exactly its fields.
  case construct
  /// a: record, b: field (symbol): the field of whichever constructor the record has.
  case field
  /// a: record, b: index in `updates`, list: the new values.
  case update
  /// list: parts; strings as they are, everything else shown; the result is their concatenation.
  case interpolation

  // MARK: Binding. Bodies nest along `c`: passes loop along it instead of recurring.
  /// a: local, b: value, c: body.
  case `let`
  /// a: local, b: the function (`lambda`), which may refer to the local, c: body.
  case letFunction
  /// a: pattern (irrefutable), b: value, c: body.
  case destructure
  /// b: evaluated for its effect, c: the value.
  case sequence
  /// list: parameters (locals), a: body, b: name (symbol) or -1.
  case lambda
  /// a: scrutinee, list: indices in `arms`. If no arm fits, an error is raised.
  case match

  /// Stands for an expression with an error that has been reported.
  case error
}

/// The operators that are left in Core.
public enum CoreOperator: Int32, Sendable, CaseIterable {
  case add, subtract, multiply, divide, remainder, negate
  case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual
  case cons, append
}

/// One expression; see ``CoreKind``.
public struct CoreExpression: Sendable {
  public var kind: CoreKind
  public var a: Int32
  public var b: Int32
  public var c: Int32
  public var listStart: Int32
  public var listCount: Int32
  /// Byte range in the file of the enclosing global.
  public var start: UInt32
  public var end: UInt32
  /// Byte offset that run-time errors name: the operator, or the start of the callee.
  public var position: UInt32

  @inlinable public init(
    _ kind: CoreKind, a: Int32 = -1, b: Int32 = -1, c: Int32 = -1, listStart: Int32 = 0,
    listCount: Int32 = 0, start: UInt32, end: UInt32, position: UInt32
  ) {
    self.kind = kind
    self.a = a
    self.b = b
    self.c = c
    self.listStart = listStart
    self.listCount = listCount
    self.start = start
    self.end = end
    self.position = position
  }
}

/// The kinds of patterns. "list" holds pattern indices.
public enum CorePatternKind: UInt8, Sendable, CaseIterable {
  case wildcard
  /// a: local.
  case variable
  /// a: low, b: high 32 bits; c: 1 if written `true` or `false`.
  case integer
  /// a: index in `floats`.
  case float
  /// a: index in `strings`.
  case string
  case null, unit, nil_
  /// a: head, b: tail.
  case cons
  /// list: components.
  case tuple
  /// a: index in `constructors`, list: exactly its fields.
  case constructor
  /// a: pattern, b: local.
  case as_
  /// list: alternatives, which bind the same locals.
  case or
}

public struct CorePattern: Sendable {
  public var kind: CorePatternKind
  public var a: Int32
  public var b: Int32
  public var c: Int32
  public var listStart: Int32
  public var listCount: Int32
  public var start: UInt32
  public var end: UInt32

  @inlinable public init(
    _ kind: CorePatternKind, a: Int32 = -1, b: Int32 = -1, c: Int32 = -1, listStart: Int32 = 0,
    listCount: Int32 = 0, start: UInt32, end: UInt32
  ) {
    self.kind = kind
    self.a = a
    self.b = b
    self.c = c
    self.listStart = listStart
    self.listCount = listCount
    self.start = start
    self.end = end
  }
}

/// One arm of a `match`.
public struct CoreArm: Sendable {
  public var pattern: Int32
  /// An expression, or -1.
  public var guardExpression: Int32
  public var body: Int32

  public init(pattern: Int32, guardExpression: Int32, body: Int32) {
    self.pattern = pattern
    self.guardExpression = guardExpression
    self.body = body
  }
}

/// A definition at the top level of a file: a function, or a constant if it has no parameters.
public struct CoreGlobal: Sendable {
  public var name: Symbol
  public var file: FileID
  /// Byte offsets of the name.
  public var start: UInt32
  public var end: UInt32
  /// The parameters are locals `0..<parameterCount`.
  public var parameterCount: Int32
  /// The locals of the whole definition, lambdas and all: `locals[firstLocal..<firstLocal +
  /// localCount]`; expressions name them relative to `firstLocal`.
  public var firstLocal: Int32
  public var localCount: Int32
  public var body: Int32
  /// Index in the signatures of ``CoreProgram/declarations``, or -1.
  public var signature: Int32 = -1

  public init(
    name: Symbol, file: FileID, start: UInt32, end: UInt32, parameterCount: Int32,
    firstLocal: Int32 = 0, localCount: Int32 = 0, body: Int32 = -1
  ) {
    self.name = name
    self.file = file
    self.start = start
    self.end = end
    self.parameterCount = parameterCount
    self.firstLocal = firstLocal
    self.localCount = localCount
    self.body = body
  }
}

/// A variable or parameter.
public struct CoreLocal: Sendable {
  /// -1 for one that the compiler made.
  public var name: Symbol
  /// Byte offset of the binding name.
  public var start: UInt32

  public init(name: Symbol, start: UInt32) {
    self.name = name
    self.start = start
  }
}

public struct CoreConstructor: Sendable {
  public var name: Symbol
  /// Index in ``CoreProgram/types``.
  public var type: Int32
  public var fieldCount: Int32
  /// The names of the fields of a record; empty otherwise.
  public var fieldNames: [Symbol]
  /// By field: its type, an index in the types of ``CoreProgram/declarations``.
  public var fieldTypes: [Int32] = []
  /// Whether a field has a written type that says more than a variable.
  public var hasTypedFields = false

  public init(name: Symbol, type: Int32, fieldCount: Int32, fieldNames: [Symbol]) {
    self.name = name
    self.type = type
    self.fieldCount = fieldCount
    self.fieldNames = fieldNames
  }
}

public struct CoreType: Sendable {
  public var name: Symbol
  public var file: FileID
  /// Its constructors: `constructors[firstConstructor..<firstConstructor + constructorCount]`.
  public var firstConstructor: Int32
  public var constructorCount: Int32
  /// How many parameters it has. Without a list of parameters a type has one for each field without
  /// a type, in the order of the fields.
  public var parameterCount: Int32 = 0
  /// Whether the parameters are written.
  public var hasWrittenParameters = false

  public init(name: Symbol, file: FileID, firstConstructor: Int32, constructorCount: Int32) {
    self.name = name
    self.file = file
    self.firstConstructor = firstConstructor
    self.constructorCount = constructorCount
  }
}

/// A `foreign` declaration.
public struct CoreForeign: Sendable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    case int, string, pointer, float, unit
    /// A parameter without a declared type: passed by the kind of the argument.
    case any
  }

  public var name: Symbol
  public var file: FileID
  public var start: UInt32
  public var end: UInt32
  public var parameters: [Kind]
  public var result: Kind

  public init(
    name: Symbol, file: FileID, start: UInt32, end: UInt32, parameters: [Kind], result: Kind
  ) {
    self.name = name
    self.file = file
    self.start = start
    self.end = end
    self.parameters = parameters
    self.result = result
  }
}

/// A whole program after name resolution: arenas that refer to each other by index. Expressions and
/// patterns stand behind their parts.
public struct CoreProgram: Sendable {
  public var expressions: [CoreExpression] = []
  public var operands: [Int32] = []
  public var patterns: [CorePattern] = []
  public var arms: [CoreArm] = []
  public var globals: [CoreGlobal] = []
  public var locals: [CoreLocal] = []
  public var types: [CoreType] = []
  public var constructors: [CoreConstructor] = []
  public var foreigns: [CoreForeign] = []
  /// The field symbols of each record update, in the order of its values.
  public var updates: [[Symbol]] = []
  public var floats: [Double] = []
  public var strings: [[UInt8]] = []
  /// The definitions of the prelude, by name; the lowering refers to some of them.
  public var preludeGlobals: [String: Int32] = [:]
  /// `main`, or -1.
  public var main: Int32 = -1
  /// The types of signatures and fields.
  public var declarations = CoreDeclarations()
  /// The types of expressions and locals, if the program has been specialised (typed Core).
  public var typing: CoreTyping?

  public init() {}

  @inlinable public func list(_ expression: CoreExpression) -> ArraySlice<Int32> {
    operands[Int(expression.listStart)..<Int(expression.listStart + expression.listCount)]
  }

  @inlinable public func list(_ pattern: CorePattern) -> ArraySlice<Int32> {
    operands[Int(pattern.listStart)..<Int(pattern.listStart + pattern.listCount)]
  }
}

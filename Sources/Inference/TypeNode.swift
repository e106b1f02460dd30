/// The outermost constructor of a type. The order matters: scalars come before structured types.
///
/// A class only moves up: `unresolved`, then one of the constructors (an int or a float further to
/// `num`), then `dyn`.
enum TypeHead: UInt8 {
  /// Nothing is known yet: a type variable.
  case unresolved
  case int, float
  /// An int or a float.
  case num
  case string, unit, pointer, bytes, floatArray
  /// A variable of a declared type, while the body of its function is checked. Payload: its number.
  case variable
  /// One kid each: the elements, or the result of a thread.
  case list, array, channel, thread
  /// A kid for each component.
  case tuple
  /// Two kids: parameter and result. Functions are curried.
  case function
  /// A declared type. Payload: its index; a kid for each field of each constructor.
  case named
  /// A value whose type is known only at run time.
  case dyn

  @inline(__always) var isNumber: Bool { rawValue >= 1 && rawValue <= 3 }
  @inline(__always) var isScalar: Bool { rawValue >= 1 && rawValue <= 9 }
  @inline(__always) var isStructured: Bool { rawValue >= 10 && rawValue <= 16 }
  /// Whether kids may be written to: elements must then be equal, not only flow.
  @inline(__always) var isMutable: Bool { self == .array || self == .channel }
}

/// Values of another kind that ride along on a type without making it `dyn` (types.md §1.6).
struct Extras: OptionSet {
  var rawValue: UInt8

  /// The int 0, of an empty list's head or an absent value.
  static let zero = Extras(rawValue: 1)
  static let null = Extras(rawValue: 2)
  /// What `print` and its like return.
  static let unit = Extras(rawValue: 4)
  /// The value that `error` gives outside `try`.
  static let error = Extras(rawValue: 8)
}

struct NodeFlags: OptionSet {
  var rawValue: UInt8

  /// Flowed into a `dyn`: what is passed in (parameters, elements of arrays) must become `dyn`.
  static let frozen = NodeFlags(rawValue: 1)
  /// Belongs to a constant, so that there is one for the whole program.
  static let monomorphic = NodeFlags(rawValue: 2)
  /// Monomorphic and still to be determined, or the element of something mutable.
  static let open = NodeFlags(rawValue: 4)
  /// Declared, or the type of a literal: never changes.
  static let rigid = NodeFlags(rawValue: 8)
  /// The head is what an operation asks for, not what a value was seen to have.
  static let guessed = NodeFlags(rawValue: 16)
  /// Waits in the queue of the solver.
  static let queued = NodeFlags(rawValue: 32)
  /// Some operation takes the value as a number.
  static let numeric = NodeFlags(rawValue: 64)
  /// A declared type to which every value that arrives is converted at run time: the parameter of a
  /// function that is passed around.
  static let checked = NodeFlags(rawValue: 128)
}

/// A class of types: a node of the graph, together with all nodes whose `parent` leads to it.
struct TypeNode {
  /// Itself, if it represents its class.
  var parent: Int32
  var head: TypeHead = .unresolved
  var extras: Extras = []
  var flags: NodeFlags = []
  /// How deep below a type variable the solver made it; bounds copying.
  var depth: UInt8 = 0
  /// See ``TypeHead``.
  var payload: Int32 = 0
  /// The kids: `kids[firstKid..<firstKid + kidCount]`.
  var firstKid: Int32 = 0
  var kidCount: Int32 = 0
  /// The expression whose value has the head, or -1; see also ``declared``.
  var origin: Int32 = -1
  /// Why it became `dyn` or `num`: an index in ``ConstraintSystem/causes``, or -1.
  var cause: Int32 = -1
  /// The last elements of circular lists: edges that leave, edges that arrive, constraints.
  var lastOut: Int32 = -1
  var lastIn: Int32 = -1
  var lastUse: Int32 = -1
  /// Scratch of the passes over the graph.
  var mark: Int32 = 0
  /// The number in the scheme under construction, if the mark says so.
  var number: Int32 = 0
  /// Where a node that becomes monomorphic will be kept, or -1.
  var promotion: Int32 = -1

  init(index: Int32) { parent = index }

  @inline(__always) var isRigid: Bool { flags.contains(.rigid) }

  /// Of a rigid node: what is written, an index in the types of ``CoreDeclarations``, or -1. It
  /// shares the field ``origin``, whose values below -1 are no expressions.
  var declared: Int32 { origin < -1 ? -2 - origin : -1 }
  static func origin(ofDeclared type: Int32) -> Int32 { -2 - type }

  /// Whether the outermost constructors are the same.
  @inline(__always) func hasHead(of other: TypeNode) -> Bool {
    head == other.head && payload == other.payload && kidCount == other.kidCount
  }
}

/// How what flows relates to the value at the site of the flow; matters for declared types.
enum FlowPlace: UInt8 {
  /// It is that value, which can be converted or checked there.
  case value
  /// The same, after it has been decided that it is.
  case cast
  /// It is part of a value that is checked as a whole.
  case component
  /// It is part of something that cannot be checked: a function, or what is mutable.
  case part
}

/// A flow of values: whatever `from` may be, `to` may be.
struct FlowEdge {
  var from: Int32
  var to: Int32
  /// The expression whose value flows.
  var site: Int32
  var nextOut: Int32
  var nextIn: Int32
  var place: FlowPlace
}

enum ConstraintKind: UInt8 {
  /// `a` is used as a value of the constructor of `b`, whose kids the use takes apart.
  case demand
  /// The same for operations that accept anything, and for patterns that may fail.
  case totalDemand
  /// `result` = `a` op `b`.
  case arithmetic
  /// `result` = `a ++ b`.
  case append
  /// `result` = `a.field`; payload: the symbol.
  case field
}

struct Constraint {
  var kind: ConstraintKind
  /// The `CoreOperator` of arithmetic.
  var operation: UInt8 = 0
  var flags: Flags = []
  var a: Int32
  var b: Int32
  var result: Int32
  /// The expression it stands for; that of the call if it was copied from a scheme.
  var site: Int32
  /// Of a field: the symbol. Of a demand: the number of the argument, from 1, or 0. Of an append
  /// that is done: the `TypeHead` that the operands have decided on, or ``isFromResult``.
  var payload: Int32 = 0
  /// The expression in the callee, if the constraint was copied from a scheme.
  var original: Int32 = -1
  /// Scratch of the passes over the constraints.
  var mark: Int32 = 0

  /// The operands of an append flow into the result, whatever they are.
  static let isFromResult: Int32 = -1

  struct Flags: OptionSet {
    var rawValue: UInt8

    /// Its kids have been linked, or its failure recorded.
    static let done = Flags(rawValue: 1)
    /// Evaluated whenever its function is called.
    static let unconditional = Flags(rawValue: 2)
    /// Copied from the scheme of a called function.
    static let inherited = Flags(rawValue: 4)
  }
}

/// A constraint in the list of a node.
struct Use {
  var constraint: Int32
  var next: Int32
}

/// Why a class is `dyn` or `num`: two kinds that met at an expression.
struct Cause {
  var site: Int32
  var found: TypeHead
  var foundPayload: Int32
  var foundOrigin: Int32
  var other: TypeHead
  var otherPayload: Int32
  var otherOrigin: Int32
  var isNumber: Bool
}

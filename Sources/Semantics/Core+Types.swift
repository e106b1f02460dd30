/// The outermost constructor of a type in typed Core.
public enum CoreTypeHead: UInt8, Sendable, CaseIterable {
  /// No value gets here: a type variable that nothing has determined. It fits everywhere.
  case nothing
  /// Any value; what is done with it is checked at run time.
  case dyn
  case int
  /// A float as a tagged word: the address of a boxed float.
  case float
  /// A float as 64 bits in a floating-point register. Only expressions, locals and results have
  /// this type, never the parts of a type.
  case rawFloat
  /// An int or a boxed float.
  case num
  case string, unit, pointer, bytes, floatArray
  /// One part: the elements, or the result of a thread.
  case list, array, channel, thread
  /// A part for each component.
  case tuple
  /// Two parts: parameter and result. Functions are curried.
  case function
  /// A declared type. Payload: its index in ``CoreProgram/types``; a part for each field of each of
  /// its constructors, in their order.
  case named
}

/// The values of another kind that a value of a type may also be (`Extras` of the inference).
public struct CoreExtras: OptionSet, Sendable, Hashable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The int 0.
  public static let zero = CoreExtras(rawValue: 1)
  public static let null = CoreExtras(rawValue: 2)
  public static let unit = CoreExtras(rawValue: 4)
  /// An error value.
  public static let error = CoreExtras(rawValue: 8)
}

/// A type: a node of a graph that may have cycles (a rational tree). Equal types have equal
/// indices.
public struct CoreValueType: Sendable {
  public var head: CoreTypeHead
  public var extras: CoreExtras
  /// See ``CoreTypeHead``.
  public var payload: Int32
  /// The parts: `parts[firstPart..<firstPart + partCount]`, indices of types.
  public var firstPart: Int32
  public var partCount: Int32

  public init(
    _ head: CoreTypeHead, extras: CoreExtras = [], payload: Int32 = 0, firstPart: Int32 = 0,
    partCount: Int32 = 0
  ) {
    self.head = head
    self.extras = extras
    self.payload = payload
    self.firstPart = firstPart
    self.partCount = partCount
  }
}

/// What the compiler has proved of the values of a program: typed Core is a ``CoreProgram`` with
/// this.
///
/// The definitions of the source program stay as they are, with every type ``dyn``: they are the
/// instances that assume nothing. Behind them stand the instances that specialisation made
/// (`Inference/Specialization.swift`), which are ordinary globals with their own expressions, arms
/// and locals. In these
///
/// * every conversion between representations is a `coerce` expression;
/// * an `operator` says in `b` what its operands are proved to be (``CoreOperandProof``);
/// * a `call` of an `intrinsic` says in `b` what its operands are proved to be
///   (``CoreCallProof``);
/// * a call of a `global` passes and returns the representations that the instance has.
public struct CoreTyping: Sendable {
  public var types: [CoreValueType]
  public var parts: [Int32] = []
  /// By expression: its type.
  public var ofExpression: [Int32] = []
  /// By local of the program: its type.
  public var ofLocal: [Int32] = []
  /// The first instance among the globals.
  public var firstInstance: Int32 = 0
  /// By instance, from the first on: the global of the source program that it is an instance of.
  public var sourceOfInstance: [Int32] = []

  /// The types without parts and extras, which every typing begins with, in the order of the heads
  /// from `nothing` to `floatArray`.
  public init() {
    types = CoreTypeHead.allCases.prefix(Int(CoreTypeHead.list.rawValue)).map { CoreValueType($0) }
  }

  /// The type with this head and neither parts nor extras.
  @inlinable public static func simple(_ head: CoreTypeHead) -> Int32 { Int32(head.rawValue) }

  /// The part of a type with this number.
  @inlinable public func part(_ type: Int32, _ number: Int32) -> Int32 {
    parts[Int(types[Int(type)].firstPart + number)]
  }

  /// Whether a value of the type can only have this head: it has no extras. What is only ever 0 is
  /// an int.
  @inlinable public func isExactly(_ type: Int32, _ head: CoreTypeHead) -> Bool {
    let known = types[Int(type)]
    if known.head == head { return known.extras.isEmpty }
    return head == .int && known.head == .nothing && known.extras == .zero
  }
}

/// What an `operator` expression may take for granted; in its field `b`.
public enum CoreOperandProof: Int32, Sendable, CaseIterable {
  /// Nothing: the operands are words of any kind.
  case none = -1
  /// Both operands have exactly the type `int`; the result of arithmetic has, too.
  case int
  /// Both operands have the type `rawFloat`; the result of arithmetic has, too.
  case float
  /// Both operands have exactly the type `string`: `+`, `++` and comparisons.
  case string
  /// `++` and `::`: the right operand has exactly the type `list` (with `++` the left one, too).
  case list
}

/// What a `call` of an intrinsic with all its arguments may take for granted; in its field `b`.
public enum CoreCallProof: Int32, Sendable, CaseIterable {
  /// Of the kinds nothing, but `head` and `tail` are not applied to `[]`.
  case onlyNonEmpty = -2
  /// Nothing: arguments and result are words of any kind.
  case none = -1
  /// The arguments have the types of ``Intrinsic/provenForm``, and the result has the type it
  /// gives.
  case operands
  /// The same, and `head` and `tail` are applied to a list that is not empty.
  case nonEmpty
}

/// The conversions between representations, in the field `b` of a `coerce`; only an assertion can
/// fail.
public enum CoreCoercion: Int32, Sendable, CaseIterable {
  /// `rawFloat` to `float`.
  case boxFloat
  /// `float`, without extras, to `rawFloat`.
  case unboxFloat
  /// `int`, without extras, to `rawFloat`: where the language converts.
  case intToFloat
  /// `num`, without extras, to `rawFloat`: where the language converts an int.
  case numToFloat
  /// A word to the same word, of which is asserted that it has the type of the `coerce`
  /// (`--check-types`).
  case assertType
}

/// How the type of the name of an instance and the types of that instance go together.
public enum CoreGlobalUse: Int32, Sendable {
  /// They are the same.
  case same = -1
  /// The name has a type of its own: the instance stands in for one at that type. It assumes
  /// nothing of its arguments that the type does not say, so what it gives for them is of the type
  /// as well.
  case standIn = 1
}

/// What an operand of an intrinsic must be for its proven form.
public enum ProvenOperand: Sendable {
  case any, int, rawFloat, string, bytes, list, array, floatArray
}

/// What the proven form of an intrinsic gives.
public enum ProvenResult: Sendable {
  case int, rawFloat
  /// The int 0.
  case zero
  /// The elements of the first operand, also 0 unless it is known not to be empty.
  case elementOrZero
  /// The elements of the first operand.
  case element
  /// The type of the first operand.
  case same
}

extension Intrinsic {
  /// The form of the intrinsic that checks nothing but bounds, if there is one.
  public var provenForm: (operands: [ProvenOperand], result: ProvenResult)? {
    switch name.description {
    case "head": ([.list], .elementOrZero)
    case "tail": ([.list], .same)
    case "length": ([.list], .int)
    case "arr_get": ([.array, .int], .element)
    case "arr_set": ([.array, .int, .any], .zero)
    case "arr_len": ([.array], .int)
    case "float_arr_get": ([.floatArray, .int], .rawFloat)
    case "float_arr_set": ([.floatArray, .int, .rawFloat], .int)
    case "float_arr_len": ([.floatArray], .int)
    case "str_at": ([.string, .int], .int)
    case "bytes_get": ([.bytes, .int], .int)
    case "bytes_set": ([.bytes, .int, .int], .zero)
    case "bytes_len": ([.bytes], .int)
    case "bit_and", "bit_or", "bit_xor": ([.int, .int], .int)
    case "bit_not": ([.int], .int)
    case "shl", "shr", "sar": ([.int, .int], .int)
    case "fneg", "fsqrt", "sqrt", "fabs", "floor", "ceil", "round", "trunc", "sin", "cos", "tan",
      "exp",
      "log":
      ([.rawFloat], .rawFloat)
    case "to_float": ([.int], .rawFloat)
    case "to_int": ([.rawFloat], .int)
    default: nil
    }
  }
}

/// The type of an SSA value.
public enum IRType: UInt8, Sendable {
  /// No value (terminators, stores).
  case none
  /// A tagged Rail value: the collector sees it in stack maps.
  case word
  /// An untagged 64-bit integer or address: the collector never sees it, so it must not be the only
  /// thing that keeps an object's address across a safepoint.
  case raw
  /// An IEEE 754 double in a floating-point register.
  case float
}

/// The operations of the IR. Operands are values `a`, `b`, `c` or a list; `immediate` and `aux` are
/// constants. The result type is the instruction's `type`. A *safepoint* may run a collection, so every
/// word that lives across it is in its stack map.
public enum Opcode: UInt8, Sendable, CaseIterable {
  // MARK: Constants
  /// `immediate`: the 64 bits (also for floats, their bit pattern).
  case constant
  /// Address of static data; `immediate`: index into `IRProgram.data`. Word: the object's value.
  case dataAddress
  /// Code address of a function, raw; `immediate`: function index.
  case functionAddress
  /// Address of a symbol of the runtime, raw; `immediate`: index into `IRProgram.externals`.
  case externalAddress
  /// Address of the slot of a constant, raw; `immediate`: index of the global.
  case globalAddress

  // MARK: Integer arithmetic on 64 bits (words are their tagged bits; the lowering sees to the tags)
  case add, subtract, multiply
  /// Signed, truncating; `b` is not 0. The most negative number divided by -1 wraps.
  case divide, remainder
  case and, or, xor
  /// Counts are taken modulo 64.
  case shiftLeft, shiftRightLogical, shiftRightArithmetic
  case negate, not

  // MARK: Floating point
  case floatAdd, floatSubtract, floatMultiply, floatDivide, floatNegate, floatSquareRoot
  /// Signed raw integer to double.
  case intToFloat
  /// Bits of a double as raw, and back.
  case floatToBits, bitsToFloat

  // MARK: Comparisons: raw 0 or 1; a branch on one is fused with it
  /// `aux`: `Condition`.
  case compare
  /// `aux`: `Condition` (ordered: false when an operand is NaN, but notEqual is true).
  case floatCompare
  /// Whether `a` is a pointer to an object of the kind `aux`.
  case testKind
  /// Whether `a` is a pointer and the low 32 bits of its object's header are `immediate`.
  case testHeader
  /// Whether both `a` and `b` are tagged ints.
  case testInts

  // MARK: Memory
  /// Loads 64 bits at `a + immediate`.
  case load
  /// Loads 64 bits at `a + 8 * b + immediate`; `b` raw.
  case loadIndexed
  /// Loads an unsigned 32-bit number at `a + immediate`, raw.
  case load32
  /// Loads a byte at `a + b + immediate`, raw; `b` raw.
  case loadByte
  /// Stores `b` at `a + immediate`. No barrier.
  case store
  /// Stores `c` at `a + 8 * b + immediate`. No barrier.
  case storeIndexed
  /// Stores the low byte of `c` at `a + b + immediate`. No barrier.
  case storeByte
  /// Tells the collector that a value has been stored into the mutable object `a`.
  case remember
  /// A new object with the header `immediate` and the listed payload words (any type). Safepoint.
  case allocate

  // MARK: Operations on values of unknown kind
  //
  // Each has an inline fast path for tagged ints (or the expected object kind), and an out-of-line path that calls
  // the runtime function of the same name without disturbing registers. Safepoints; they may raise.
  /// `aux`: `GenericOperation`; operands by its arity; `immediate`: an ``OperandProof``, what need not be tested; the
  /// result is a word.
  case generic
  /// Like `generic` for the comparisons, but the result is raw 0 or 1; a branch on one is fused.
  case genericCompare

  // MARK: Calls: safepoints; nothing survives in registers
  /// `immediate`: function index; list: arguments.
  case call
  /// `a`: the value that is called; list: arguments. Applies whatever `a` is.
  case callValue
  /// `a`: a closure known to take exactly the listed arguments.
  case callClosure
  /// A C function of the runtime: `immediate`: index into `IRProgram.externals`; list: at most five
  /// arguments.
  case callRuntime
  /// An assembly routine of the runtime with Rail's own calling convention (`rail_try`).
  case callExternal

  // MARK: Terminators
  /// `a`: the result.
  case `return`
  /// `immediate`: target block; list: its arguments.
  case jump
  /// `a`: raw condition, not 0 is true; `b`, `c`: blocks for true and false; they take no arguments. `aux`: 1 if
  /// true is unlikely, 2 if false is unlikely, else 0.
  case branch
  /// `a`: raw; `immediate`: lowest case value; list: blocks of the cases from there on; `b`: block for all other values.
  /// The blocks take no arguments.
  case `switch`
  /// Tail forms of the calls.
  case tailCall, tailCallValue, tailCallClosure, tailCallExternal
  /// Control never comes here: after a runtime function that always raises.
  case unreachable
}

/// Comparison of two integers (signed unless named otherwise) or floats.
public enum Condition: UInt8, Sendable, CaseIterable {
  case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual
  case below, aboveOrEqual
}

/// What is known about the operands of a `generic` instruction, so that it need not be tested. A target that
/// ignores it makes slower code, no wrong code.
public struct OperandProof: OptionSet, Sendable {
  public var rawValue: Int64
  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }

  /// The first operand is a tagged int, or of the kind that the fast path is for.
  public static let first = OperandProof(rawValue: 1)
  /// Likewise the second.
  public static let second = OperandProof(rawValue: 2)
  /// The operation is defined on the operands by the fast path: the divisor is not 0, the list is not empty, the
  /// index is in range.
  public static let inDomain = OperandProof(rawValue: 4)
  /// The value stored is no pointer, so that the collector need not be told.
  public static let storesNoPointer = OperandProof(rawValue: 8)

  public static let both: OperandProof = [.first, .second]
}

/// The operations of `generic` and `genericCompare`, with the runtime function `rail_NAME` behind each.
public enum GenericOperation: UInt8, Sendable, CaseIterable {
  case add, subtract, multiply, divide, remainder, negate
  /// Results 0 and 1 as tagged ints with `generic`, raw with `genericCompare`.
  case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual
  /// Fast path: a cons cell.
  case head, tail
  /// Fast path: an array and an int index in range.
  case arrayGet, arraySet, arrayLength
  case bitAnd, bitOr, bitXor

  /// Number of operands.
  public var arity: Int {
    switch self {
    case .negate, .head, .tail, .arrayLength: 1
    case .arraySet: 3
    case .add, .subtract, .multiply, .divide, .remainder, .equal, .notEqual, .less, .greater,
      .lessOrEqual, .greaterOrEqual, .arrayGet, .bitAnd, .bitOr, .bitXor:
      2
    }
  }

  /// Whether the fast path is all there is, given what is known about the operands: then the instruction is no
  /// safepoint and cannot raise.
  public func isUnchecked(_ proof: OperandProof) -> Bool {
    switch self {
    case .add, .subtract, .multiply, .equal, .notEqual, .less, .greater, .lessOrEqual,
      .greaterOrEqual, .bitAnd, .bitOr, .bitXor:
      proof.isSuperset(of: .both)
    case .negate, .arrayLength: proof.contains(.first)
    case .divide, .remainder, .arrayGet: proof.isSuperset(of: [.first, .second, .inDomain])
    case .head, .tail: proof.isSuperset(of: [.first, .inDomain])
    case .arraySet: proof.isSuperset(of: [.first, .second, .inDomain, .storesNoPointer])
    }
  }

  /// The C function `rail_…` that does the whole operation (comparisons give a tagged 0 or 1); its cold-path
  /// stub is `rail_slow_…`.
  public var runtimeName: String {
    switch self {
    case .add: "add"
    case .subtract: "subtract"
    case .multiply: "multiply"
    case .divide: "divide"
    case .remainder: "remainder"
    case .negate: "negate"
    case .equal: "equal"
    case .notEqual: "not_equal"
    case .less: "less"
    case .greater: "greater"
    case .lessOrEqual: "less_equal"
    case .greaterOrEqual: "greater_equal"
    case .head: "head"
    case .tail: "tail"
    case .arrayGet: "arr_get"
    case .arraySet: "arr_set"
    case .arrayLength: "arr_len"
    case .bitAnd: "bit_and"
    case .bitOr: "bit_or"
    case .bitXor: "bit_xor"
    }
  }
}

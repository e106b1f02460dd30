import IR

// Constant folding. Everything is computed as the machine would: modulo 2^64, shift counts modulo 64.

/// The bits of an operation on constants, or nil if it is not folded.
func folded(_ opcode: Opcode, _ a: Int64, _ b: Int64) -> Int64? {
  switch opcode {
  case .add: a &+ b
  case .subtract: a &- b
  case .multiply: a &* b
  case .and: a & b
  case .or: a | b
  case .xor: a ^ b
  case .shiftLeft: a &<< b
  case .shiftRightArithmetic: a &>> b
  case .shiftRightLogical: Int64(bitPattern: UInt64(bitPattern: a) &>> UInt64(bitPattern: b))
  default: nil
  }
}

func foldedNot(_ opcode: Opcode, _ a: Int64) -> Int64? {
  switch opcode {
  case .negate: 0 &- a
  case .not: ~a
  default: nil
  }
}

func holds(_ condition: Condition, _ a: Int64, _ b: Int64) -> Bool {
  switch condition {
  case .equal: a == b
  case .notEqual: a != b
  case .less: a < b
  case .greater: a > b
  case .lessOrEqual: a <= b
  case .greaterOrEqual: a >= b
  case .below: UInt64(bitPattern: a) < UInt64(bitPattern: b)
  case .aboveOrEqual: UInt64(bitPattern: a) >= UInt64(bitPattern: b)
  }
}

/// An operation on two tagged ints, or nil if it is not folded.
func foldedInts(_ operation: GenericOperation, _ left: Int64, _ right: Int64) -> Int64? {
  guard left & 1 == 1 && right & 1 == 1 else { return nil }
  let (a, b) = (left >> 1, right >> 1)
  let result: Int64
  switch operation {
  case .add: result = a &+ b
  case .subtract: result = a &- b
  case .multiply: result = a &* b
  case .bitAnd: result = a & b
  case .bitOr: result = a | b
  case .bitXor: result = a ^ b
  case .divide where b != 0: result = a / b
  case .remainder where b != 0: result = a % b
  default: return nil
  }
  return result &<< 1 | 1
}

extension Condition {
  /// The condition with its operands exchanged.
  var swapped: Condition? {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .greater: .less
    case .lessOrEqual: .greaterOrEqual
    case .greaterOrEqual: .lessOrEqual
    case .below, .aboveOrEqual: nil
    }
  }

  /// The opposite, for integers.
  var negated: Condition {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .greater: .lessOrEqual
    case .lessOrEqual: .greater
    case .greaterOrEqual: .less
    case .below: .aboveOrEqual
    case .aboveOrEqual: .below
    }
  }
}

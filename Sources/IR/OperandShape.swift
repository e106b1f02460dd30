/// Which fields of an ``IRInstruction`` are operands.
public struct OperandShape: Sendable {
  /// How many of the fields a, b, c are values, from a on. `generic` may have fewer: the rest is -1.
  public var values: Int
  /// Whether the list consists of values.
  public var hasValueList: Bool

  @inlinable init(_ values: Int, list: Bool = false) {
    self.values = values
    hasValueList = list
  }
}

extension Opcode {
  @inlinable public var operandShape: OperandShape {
    switch self {
    case .constant, .dataAddress, .functionAddress, .externalAddress, .globalAddress, .unreachable:
      OperandShape(0)
    case .negate, .not, .floatNegate, .floatSquareRoot, .intToFloat, .floatToBits, .bitsToFloat,
      .testKind, .testHeader, .load, .load32, .remember, .return, .branch, .switch:
      OperandShape(1)
    case .add, .subtract, .multiply, .divide, .remainder, .and, .or, .xor, .shiftLeft,
      .shiftRightLogical, .shiftRightArithmetic, .floatAdd, .floatSubtract, .floatMultiply,
      .floatDivide, .compare, .floatCompare, .testInts, .loadIndexed, .loadByte, .store,
      .genericCompare:
      OperandShape(2)
    case .storeIndexed, .storeByte, .generic:
      OperandShape(3)
    case .callValue, .callClosure, .tailCallValue, .tailCallClosure:
      OperandShape(1, list: true)
    case .allocate, .call, .callRuntime, .callExternal, .jump, .tailCall, .tailCallExternal:
      OperandShape(0, list: true)
    }
  }

  /// Whether the result is a constant of the program: known before it runs.
  @inlinable public var isConstant: Bool {
    switch self {
    case .constant, .dataAddress, .functionAddress, .externalAddress, .globalAddress: true
    default: false
    }
  }

  @inlinable public var isStore: Bool {
    self == .store || self == .storeIndexed || self == .storeByte
  }

  /// Whether the operation does nothing but give a result that depends on its operands only.
  @inlinable public var isPure: Bool {
    switch self {
    case .constant, .dataAddress, .functionAddress, .externalAddress, .globalAddress, .add,
      .subtract, .multiply, .and, .or, .xor, .shiftLeft, .shiftRightLogical, .shiftRightArithmetic,
      .negate, .not, .floatAdd, .floatSubtract, .floatMultiply, .floatDivide, .floatNegate,
      .floatSquareRoot, .intToFloat, .floatToBits, .bitsToFloat, .compare, .floatCompare, .testInts:
      true
    case .divide, .remainder, .testKind, .testHeader, .load, .loadIndexed, .load32, .loadByte,
      .store, .storeIndexed, .storeByte, .remember, .allocate, .generic, .genericCompare, .call,
      .callValue, .callClosure, .callRuntime, .callExternal, .return, .jump, .branch, .switch,
      .tailCall, .tailCallValue, .tailCallClosure, .tailCallExternal, .unreachable:
      false
    }
  }
}

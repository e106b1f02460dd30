import CRailRuntime
import Codegen
import IR

/// Which constants can be part of an instruction.
enum ImmediateKind {
  case none, any
  /// Those of `add`, `sub` and `cmp`.
  case sum
  /// Those of `and`, `orr` and `eor`.
  case mask
  /// Tagged ints: any, those that `add` takes without the tag, those of `cmp` and of `and`.
  case int, intSum, intComparison, intMask
}

extension Selection {
  /// Selects the instructions of a function. The functions of `Emission.swift` and its companions
  /// make the machine instructions.
  mutating func run(_ function: IRFunction) {
    begin(function)
    for block in function.blocks {
      beginBlock(block)
      let start = Int(block.start)
      let last = Int(block.end) - 1
      let fused = fusedCondition(start, last, function)
      for index in start..<last where index != fused { select(index, function) }
      selectTerminator(last, fused, function)
    }
    end()
  }

  /// Whether a value is a constant that an instruction can hold.
  func isImmediate(_ value: Int32, _ kind: ImmediateKind, _ function: IRFunction) -> Bool {
    guard kind != .none, let bits = constantBits(value, function) else { return false }
    switch kind {
    case .none: return false
    case .any: return true
    case .sum: return ARM64.isAddImmediate(bits)
    case .mask: return ARM64BitmaskImmediate.encode(UInt64(bitPattern: bits), width: 8) != nil
    case .int: return bits & 1 == 1
    case .intSum: return bits & 1 == 1 && ARM64.isAddImmediate(bits - 1)
    case .intComparison: return bits & 1 == 1 && ARM64.isAddImmediate(bits)
    case .intMask:
      return bits & 1 == 1
        && ARM64BitmaskImmediate.encode(UInt64(bitPattern: bits), width: 8) != nil
    }
  }

  // MARK: - Instructions

  private mutating func select(_ index: Int, _ function: IRFunction) {
    let instruction = function.instructions[index]
    if !isWanted(instruction) { return }
    switch instruction.opcode {
    case .constant, .dataAddress, .functionAddress, .externalAddress, .globalAddress:
      return
    case .add, .subtract, .multiply, .divide, .remainder, .and, .or, .xor, .shiftLeft,
      .shiftRightLogical, .shiftRightArithmetic:
      selectArithmetic(index, instruction, function)
    case .negate, .not, .floatNegate, .floatSquareRoot, .intToFloat:
      let selected = begin(index, function)
      register(instruction.a)
      finish(selected)
    case .floatAdd, .floatMultiply, .floatSubtract, .floatDivide:
      let selected = begin(index, function)
      register(instruction.a)
      register(instruction.b)
      finish(selected)
    case .floatToBits, .bitsToFloat:
      let selected = begin(index, function)
      registerOrMemory(instruction.a)
      finish(selected)
    case .compare, .floatCompare, .testKind, .testHeader, .testInts, .genericCompare:
      var selected = begin(index, function)
      selectCondition(instruction, &selected, function)
      finish(selected)
    case .load, .load32, .loadIndexed, .loadByte, .store, .storeIndexed, .storeByte:
      selectMemory(index, instruction, function)
    case .remember, .allocate:
      selectObject(index, instruction, function)
    case .generic:
      var selected = begin(index, function)
      selectGeneric(instruction, &selected, function)
      finish(selected)
    case .call, .callValue, .callClosure, .callRuntime, .callExternal:
      selectCall(index, instruction, function)
    case .return, .jump, .branch, .switch, .tailCall, .tailCallValue, .tailCallClosure,
      .tailCallExternal, .unreachable:
      preconditionFailure("a terminator inside a block")
    }
  }

  private mutating func selectArithmetic(
    _ index: Int, _ instruction: IRInstruction, _ function: IRFunction
  ) {
    var selected = begin(index, function)
    switch instruction.opcode {
    case .add: selectBinary(instruction, &selected, commutes: true, .sum, function)
    case .subtract: selectBinary(instruction, &selected, commutes: false, .sum, function)
    case .and, .or, .xor: selectBinary(instruction, &selected, commutes: true, .mask, function)
    case .shiftLeft, .shiftRightLogical, .shiftRightArithmetic:
      selectBinary(instruction, &selected, commutes: false, .any, function)
    default: selectBinary(instruction, &selected, commutes: false, .none, function)
    }
    finish(selected)
  }

  /// Two operands in registers, the second of which may be a constant that is part of the
  /// instruction; `commutes` if that may be the first.
  mutating func selectBinary(
    _ instruction: IRInstruction, _ selected: inout SelectedInstruction, commutes: Bool,
    _ kind: ImmediateKind, _ function: IRFunction
  ) {
    let embedsB = isImmediate(instruction.b, kind, function)
    let embedsA = !embedsB && commutes && isImmediate(instruction.a, kind, function)
    selectOperands(instruction, &selected, embedsB: embedsB, embedsA: embedsA)
  }

  /// The operands of a comparison of any sort.
  mutating func selectCondition(
    _ instruction: IRInstruction, _ selected: inout SelectedInstruction, _ function: IRFunction
  ) {
    switch instruction.opcode {
    case .compare:
      selectBinary(instruction, &selected, commutes: true, .sum, function)
    case .genericCompare:
      selectGenericCompare(instruction, &selected, function)
    case .floatCompare, .testInts:
      register(instruction.a)
      register(instruction.b)
    default:
      register(instruction.a)
    }
  }

  // MARK: - Memory

  private mutating func selectMemory(
    _ index: Int, _ instruction: IRInstruction, _ function: IRFunction
  ) {
    var selected = begin(index, function)
    selectAddress(instruction, &selected, function)
    switch instruction.opcode {
    case .store: anywhere(instruction.b)
    case .storeIndexed: anywhere(instruction.c)
    case .storeByte: anywhere(instruction.c)
    default: break
    }
    finish(selected)
  }
}

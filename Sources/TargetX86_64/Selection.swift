import CRailRuntime
import Codegen
import IR

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

  /// The bits of a constant that fits a sign-extended 32-bit field.
  func smallConstant(_ value: Int32, _ function: IRFunction) -> Int32? {
    constantBits(value, function).flatMap { Int32(exactly: $0) }
  }

  /// The same if it is a tagged int.
  func smallInt(_ value: Int32, _ function: IRFunction) -> Int32? {
    guard let bits = smallConstant(value, function), bits & 1 == 1 else { return nil }
    return bits
  }

  // MARK: - Instructions

  private mutating func select(_ index: Int, _ function: IRFunction) {
    let instruction = function.instructions[index]
    if !isWanted(instruction) { return }
    switch instruction.opcode {
    case .constant, .dataAddress, .functionAddress, .externalAddress, .globalAddress:
      return
    case .add, .multiply, .and, .or, .xor, .subtract:
      selectArithmetic(index, instruction, function)
    case .divide, .remainder:
      selectDivision(index, instruction, function)
    case .shiftLeft, .shiftRightLogical, .shiftRightArithmetic:
      selectShift(index, instruction, function)
    case .negate, .not, .floatNegate:
      selectUnary(index, instruction.a, function)
    case .floatAdd, .floatMultiply:
      selectFloat(index, instruction, commutes: true, function)
    case .floatSubtract, .floatDivide:
      selectFloat(index, instruction, commutes: false, function)
    case .floatSquareRoot, .intToFloat, .floatToBits, .bitsToFloat:
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
    let commutes = instruction.opcode != .subtract
    selected.reuse = 1
    if smallConstant(instruction.b, function) != nil {
      selected.variant = Variant.constantRight
      register(instruction.a)
      embedded(instruction.b)
    } else if commutes && smallConstant(instruction.a, function) != nil {
      selected.variant = Variant.constantRight | Variant.swapped
      register(instruction.b)
      embedded(instruction.a)
    } else {
      register(instruction.a)
      registerOrMemory(instruction.b)
      if commutes { selected.reuse = 3 }
    }
    finish(selected)
  }

  private mutating func selectDivision(
    _ index: Int, _ instruction: IRInstruction, _ function: IRFunction
  ) {
    var selected = begin(index, function)
    anywhere(instruction.a, hint: .rax)
    anywhere(instruction.b)
    selected.clobbers = RegisterSet(.rax, .rdx).rawValue
    selected.resultRegister = Int8(
      (instruction.opcode == .divide ? Register.rax : Register.rdx).index)
    finish(selected)
  }

  private mutating func selectShift(
    _ index: Int, _ instruction: IRInstruction, _ function: IRFunction
  ) {
    var selected = begin(index, function)
    if smallConstant(instruction.b, function) != nil {
      selected.variant = Variant.constantRight
      selected.reuse = 1
      register(instruction.a)
      embedded(instruction.b)
    } else {
      anywhere(instruction.a)
      anywhere(instruction.b, hint: .rcx)
      selected.clobbers = RegisterSet(.rcx).rawValue
    }
    finish(selected)
  }

  private mutating func selectUnary(_ index: Int, _ a: Int32, _ function: IRFunction) {
    var selected = begin(index, function)
    selected.reuse = 1
    register(a)
    finish(selected)
  }

  private mutating func selectFloat(
    _ index: Int, _ instruction: IRInstruction, commutes: Bool, _ function: IRFunction
  ) {
    var selected = begin(index, function)
    selected.reuse = commutes ? 3 : 1
    register(instruction.a)
    registerOrMemory(instruction.b)
    finish(selected)
  }

  /// The operands of a comparison of any sort.
  mutating func selectCondition(
    _ instruction: IRInstruction, _ selected: inout SelectedInstruction, _ function: IRFunction
  ) {
    switch instruction.opcode {
    case .compare:
      if smallConstant(instruction.b, function) != nil {
        selected.variant = Variant.constantRight
        registerOrMemory(instruction.a)
        embedded(instruction.b)
      } else if smallConstant(instruction.a, function) != nil {
        selected.variant = Variant.constantRight | Variant.swapped
        registerOrMemory(instruction.b)
        embedded(instruction.a)
      } else {
        register(instruction.a)
        registerOrMemory(instruction.b)
      }
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
    case .storeByte:
      if smallConstant(instruction.c, function) == nil {
        register(instruction.c)
      } else {
        embedded(instruction.c)
      }
    default: break
    }
    finish(selected)
  }
}

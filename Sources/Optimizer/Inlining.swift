import IR

/// Which functions are copied into their callers: small ones that neither call anything nor loop nor fail, so
/// that no stack trace could show them. (They may allocate.)
struct Inlining {
  /// By function: whether it may be inlined.
  private(set) var isSmall: [Bool]

  /// The number of instructions, terminators and constants not counted, up to which a function is small.
  private static let largest = 16
  private static let mostBlocks = 8

  init(functionCount: Int) { isSmall = [Bool](repeating: false, count: functionCount) }

  /// Takes note of the final form of a function.
  mutating func note(_ function: IRFunction, _ index: Int) {
    isSmall[index] = Inlining.isSmall(function)
  }

  private static func isSmall(_ function: IRFunction) -> Bool {
    if function.hasEnvironment || function.blocks.count > mostBlocks { return false }
    var count = 0
    for (number, block) in function.blocks.enumerated() {
      for instruction in function.instructions[Int(block.start)..<Int(block.end)] {
        guard canBeCopied(instruction) else { return false }
        if !instruction.opcode.isConstant { count += 1 }
        // A block that is not placed behind its predecessor may end a loop.
        if jumpsBackward(instruction, from: Int32(number), function) { return false }
      }
    }
    return count - function.blocks.count <= largest
  }

  /// Whether an instruction neither fails nor calls anything.
  private static func canBeCopied(_ instruction: IRInstruction) -> Bool {
    switch instruction.opcode {
    case .constant, .dataAddress, .functionAddress, .externalAddress, .globalAddress, .add, .subtract,
      .multiply, .divide, .remainder, .and, .or, .xor, .shiftLeft, .shiftRightLogical,
      .shiftRightArithmetic, .negate, .not, .floatAdd, .floatSubtract, .floatMultiply, .floatDivide,
      .floatNegate, .floatSquareRoot, .intToFloat, .floatToBits, .bitsToFloat, .compare,
      .floatCompare, .testKind, .testHeader, .testInts, .load, .loadIndexed, .load32, .loadByte,
      .allocate, .return, .jump, .branch, .switch, .unreachable:
      return true
    case .generic:
      guard let operation = GenericOperation(rawValue: instruction.aux) else { return false }
      return operation.isUnchecked(OperandProof(rawValue: instruction.immediate))
    case .store, .storeIndexed, .storeByte, .remember, .genericCompare, .call, .callValue,
      .callClosure, .callRuntime, .callExternal, .tailCall, .tailCallValue, .tailCallClosure,
      .tailCallExternal:
      return false
    }
  }

  private static func jumpsBackward(
    _ instruction: IRInstruction, from block: Int32, _ function: IRFunction
  ) -> Bool {
    var found = false
    forEachSuccessor(of: instruction, function.operands) { if $0 <= block { found = true } }
    return found
  }
}

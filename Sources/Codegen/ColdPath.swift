public import IR

/// Code that is rarely executed and stands behind the function: what inline code jumps to when its
/// assumption does not hold. Which registers and symbols that involves is the target's business.
public struct ColdPath: Sendable {
  public enum Kind: Sendable {
    /// Calls `symbol` with the operands; the result, if `result` is not -1, goes there.
    case slow
    /// The same for a comparison whose result is wanted as a raw 0 or 1.
    case slowRaw
    /// The same, but goes to `join` if the result is true and to `target` if not.
    case slowBranch
    /// Gets new space for an object of `immediate` bytes.
    case allocate
    /// Calls the function `target` with everything in place.
    case apply
    /// The stack is exhausted: jumps to the runtime, in the place of the function, which has no frame
    /// yet.
    case stackExhausted
    /// Division by -1, where the instruction for it would trap.
    case negateQuotient, clearRemainder
  }

  public var kind: Kind
  public var label: Int32
  /// Where the path comes back to.
  public var join: Int32 = -1
  public var target: Int32 = -1
  public var symbol: Int32 = -1
  public var result: Int32 = -1
  public var immediate: Int32 = 0
  public var safepoint = -1
  public var position: UInt32 = 0
  /// The operands: at most three, with the values that tell about constants.
  public private(set) var operandCount = 0
  private var operands: (Location, Location, Location) = (.constant, .constant, .constant)
  private var values: (Int32, Int32, Int32) = (-1, -1, -1)

  public init(kind: Kind, label: Int32, join: Int32 = -1) {
    self.kind = kind
    self.label = label
    self.join = join
  }

  public mutating func add(_ location: Location, _ value: Int32) {
    switch operandCount {
    case 0: (operands.0, values.0) = (location, value)
    case 1: (operands.1, values.1) = (location, value)
    default: (operands.2, values.2) = (location, value)
    }
    operandCount += 1
  }

  public func operand(_ index: Int) -> (Location, Int32) {
    switch index {
    case 0: (operands.0, values.0)
    case 1: (operands.1, values.1)
    default: (operands.2, values.2)
    }
  }
}

extension FunctionCompiler {
  public func addOperand(_ path: inout ColdPath, _ selected: SelectedInstruction, _ index: Int) {
    path.add(location(selected, index), value(selected, index))
  }

  /// The operands of a generic operation in the order in which the runtime wants them.
  public func addOperands(_ path: inout ColdPath, _ selected: SelectedInstruction) {
    if selected.variant & Variant.swapped != 0 {
      addOperand(&path, selected, 1)
      addOperand(&path, selected, 0)
    } else {
      for index in 0..<Int(selected.operandCount) { addOperand(&path, selected, index) }
    }
  }

  /// The operation of a `generic` or `genericCompare`.
  public func genericOperation(_ instruction: IRInstruction) -> GenericOperation {
    guard let operation = GenericOperation(rawValue: instruction.aux) else {
      preconditionFailure("no such generic operation")
    }
    return operation
  }

  /// Records the path that leaves a `generic` or `genericCompare` to the runtime; `path` says where
  /// it begins and ends.
  public mutating func addSlowPath(
    _ path: consuming ColdPath, _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) {
    path.symbol = module.slowSymbol(genericOperation(instruction))
    addOperands(&path, selected)
    addSafepoint(&path, instruction)
  }

  /// Records the path that tells the collector that a pointer has been stored into an array. It has
  /// the stack map of the slow path of the same instruction, which is recorded after it.
  public mutating func addBarrierPath(
    _ path: consuming ColdPath, _ selected: SelectedInstruction, _ instruction: IRInstruction
  ) {
    path.symbol = module.slowRememberElement()
    path.safepoint = nextSafepoint
    path.position = instruction.position
    addOperand(&path, selected, 0)
    addOperand(&path, selected, 1)
    coldPaths.append(path)
  }

  /// The operands of a generic operation that have to be tested for being tagged ints: those that
  /// are neither constants nor proved to be.
  public func unprovedInts(
    _ selected: SelectedInstruction, _ proof: OperandProof
  ) -> (first: Register, second: Register?)? {
    // The operands may have changed places.
    let isSwapped = selected.variant & Variant.swapped != 0
    let leftIsKnown = proof.contains(isSwapped ? .second : .first)
    let rightIsKnown = proof.contains(isSwapped ? .first : .second)
    let left = register(selected, 0)
    let hasRight = selected.operandCount > 1 && location(selected, 1).isRegister
    let right = hasRight ? register(selected, 1) : left
    switch (leftIsKnown, rightIsKnown || !hasRight || left == right) {
    case (true, true): return nil
    case (true, false): return (right, nil)
    case (false, true): return (left, nil)
    case (false, false): return (left, right)
    }
  }

  /// Ends the record of a path that has the current instruction's stack map.
  public mutating func addSafepoint(_ path: inout ColdPath, _ instruction: IRInstruction) {
    path.safepoint = nextSafepoint
    path.position = instruction.position
    nextSafepoint += 1
    coldPaths.append(path)
  }
}

public import IR
import Support

/// How a ``SelectedInstruction`` is done, where there is a choice: its `variant`.
public enum Variant {
  public static let plain: UInt8 = 0
  /// The second operand is a constant that fits the instruction.
  public static let constantRight: UInt8 = 1
  /// The operands are exchanged: operand 0 is `b`, and a constant, if there is one, is `a`.
  public static let swapped: UInt8 = 2
  /// The memory operand is a symbol: there is no operand for the address.
  public static let symbolAddress: UInt8 = 4
}

/// Instruction selection: decides for each instruction of the IR which of its operands have to be
/// in registers, which are part of the machine instruction, and which instructions are done
/// together.
///
/// What is here is the same on all machines: uses, constants, records of operands, calls and
/// terminators. Each target extends this with the selection of its instructions.
public struct Selection: Sendable {
  /// Per value: the instruction that defines it, -1 for parameters; and the number of its uses.
  public private(set) var definitions: [Int32] = []
  public private(set) var useCounts: [Int32] = []
  /// Whether there is a call for which there must be a frame from the beginning: any but those of C
  /// functions in cold blocks, which often only raise an error.
  public private(set) var wantsFrame = false
  private var isCold = false
  public var code = SelectedCode()
  let convention: RegisterConvention

  init(_ convention: RegisterConvention) { self.convention = convention }

  // MARK: - The function as a whole

  /// Starts with a function: finds definitions, constants and the number of uses.
  public mutating func begin(_ function: IRFunction) {
    code.clear()
    wantsFrame = false
    let values = function.valueTypes.count
    definitions.prepare(values, -1)
    useCounts.prepare(values, 0)
    code.isConstant.prepare(values, false)
    for (index, instruction) in function.instructions.enumerated() {
      if instruction.result >= 0 {
        definitions[Int(instruction.result)] = Int32(index)
        if instruction.opcode.isConstant { code.isConstant[Int(instruction.result)] = true }
      }
      countUses(instruction, function)
    }
  }

  private mutating func countUses(_ instruction: IRInstruction, _ function: IRFunction) {
    let shape = instruction.opcode.operandShape
    if shape.values > 0 && instruction.a >= 0 { useCounts[Int(instruction.a)] += 1 }
    if shape.values > 1 && instruction.b >= 0 { useCounts[Int(instruction.b)] += 1 }
    if shape.values > 2 && instruction.c >= 0 { useCounts[Int(instruction.c)] += 1 }
    guard shape.hasValueList else { return }
    let start = Int(instruction.listStart)
    for index in start..<start + Int(instruction.listCount) {
      useCounts[Int(function.operands[index])] += 1
    }
  }

  /// Starts with a block.
  public mutating func beginBlock(_ block: IRBlock) {
    code.blockStarts.append(Int32(code.instructions.count))
    isCold = block.isCold
  }

  /// Ends the function.
  public mutating func end() {
    code.blockStarts.append(Int32(code.instructions.count))
  }

  /// Whether the instruction has to be done: it has an effect, or its result is used.
  @inline(__always) public func isWanted(_ instruction: IRInstruction) -> Bool {
    !instruction.opcode.isPure || useCounts[Int(instruction.result)] > 0
  }

  /// The comparison that is done with the branch at `last`, or -1: it has no other use, and nothing
  /// that has an effect stands between if it has an effect itself.
  public func fusedCondition(_ start: Int, _ last: Int, _ function: IRFunction) -> Int {
    let branch = function.instructions[last]
    guard branch.opcode == .branch, useCounts[Int(branch.a)] == 1 else { return -1 }
    let index = Int(definitions[Int(branch.a)])
    guard index >= start else { return -1 }
    switch function.instructions[index].opcode {
    case .compare, .floatCompare, .testInts: return index
    case .testKind, .testHeader, .genericCompare:
      for between in index + 1..<last where !function.instructions[between].opcode.isPure {
        return -1
      }
      return index
    default: return -1
    }
  }

  // MARK: - Constants

  /// The bits of a constant that is no float and no address.
  public func constantBits(_ value: Int32, _ function: IRFunction) -> Int64? {
    let index = Int(definitions[Int(value)])
    guard index >= 0 else { return nil }
    let instruction = function.instructions[index]
    guard instruction.opcode == .constant, instruction.type != .float else { return nil }
    return instruction.immediate
  }

  /// Whether an address is that of a symbol, so that an instruction can name it.
  public func isSymbolAddress(_ value: Int32, _ function: IRFunction) -> Bool {
    guard code.isConstant[Int(value)] else { return false }
    switch function.instructions[Int(definitions[Int(value)])].opcode {
    case .dataAddress, .globalAddress, .externalAddress: return true
    default: return false
    }
  }

  // MARK: - Operands

  public mutating func register(_ value: Int32, hint: Int8 = -1) {
    code.operands.append(SelectedOperand(value, .register, hint: hint))
  }

  /// The operand of an instruction that could as well take it from memory.
  public mutating func registerOrMemory(_ value: Int32) {
    code.operands.append(SelectedOperand(value, .preferRegister))
  }

  /// Something that is only copied.
  public mutating func anywhere(_ value: Int32, hint: Register = .none) {
    code.operands.append(
      SelectedOperand(
        value, code.isConstant[Int(value)] ? .constant : .any,
        hint: Int8(truncatingIfNeeded: hint.index)))
  }

  /// A constant that is part of the instruction.
  public mutating func embedded(_ value: Int32) {
    code.operands.append(SelectedOperand(value, .constant))
  }

  /// Two operands in registers, one of which may be a constant that is part of the instruction:
  /// `b`, or `a`, which then changes places with it.
  public mutating func selectOperands(
    _ instruction: IRInstruction, _ selected: inout SelectedInstruction, embedsB: Bool,
    embedsA: Bool
  ) {
    if embedsB {
      selected.variant = Variant.constantRight
      register(instruction.a)
      embedded(instruction.b)
    } else if embedsA {
      selected.variant = Variant.constantRight | Variant.swapped
      register(instruction.b)
      embedded(instruction.a)
    } else {
      register(instruction.a)
      register(instruction.b)
    }
  }

  /// The address of a load or store: a register, with an index perhaps, or a symbol.
  public mutating func selectAddress(
    _ instruction: IRInstruction, _ selected: inout SelectedInstruction, _ function: IRFunction
  ) {
    let stored = instruction.opcode.isStore ? 1 : 0
    let hasIndex = instruction.opcode.operandShape.values - stored == 2
    if !hasIndex && isSymbolAddress(instruction.a, function) {
      selected.variant = Variant.symbolAddress
      embedded(instruction.a)
    } else {
      register(instruction.a)
    }
    if hasIndex { register(instruction.b) }
  }

  /// Starts the record of an instruction; its operands are those appended until ``finish(_:)``.
  public func begin(_ index: Int, _ function: IRFunction) -> SelectedInstruction {
    SelectedInstruction(
      ir: Int32(index), result: function.instructions[index].result,
      operandStart: Int32(code.operands.count))
  }

  public mutating func finish(_ selected: SelectedInstruction) {
    var selected = selected
    selected.operandCount = Int32(code.operands.count) - selected.operandStart
    code.instructions.append(selected)
  }

  // MARK: - Objects

  public mutating func selectObject(
    _ index: Int, _ instruction: IRInstruction, _ function: IRFunction
  ) {
    var selected = begin(index, function)
    selected.flags = .safepoint
    if instruction.opcode == .remember {
      anywhere(instruction.a)
    } else {
      selected.flags = [.safepoint, .operandsSurvive]
      for value in function.list(of: instruction) { anywhere(value) }
    }
    finish(selected)
  }

  // MARK: - Calls

  public mutating func selectCall(
    _ index: Int, _ instruction: IRInstruction, _ function: IRFunction
  ) {
    var selected = begin(index, function)
    selected.flags = [.call, .safepoint]
    let isC = instruction.opcode == .callRuntime
    if !isC || !isCold { wantsFrame = true }
    selectArguments(instruction, function)
    let isFloat = instruction.type == .float
    selected.resultRegister = Int8((isFloat ? convention.floatResult : convention.result).index)
    finish(selected)
  }

  /// The callee, if it is a value, and the arguments.
  private mutating func selectArguments(_ instruction: IRInstruction, _ function: IRFunction) {
    if instruction.opcode.operandShape.values > 0 {
      anywhere(instruction.a, hint: convention.environment)
    }
    var assigner = ArgumentAssigner(convention)
    for value in function.list(of: instruction) {
      switch assigner.next(function.valueTypes[Int(value)]) {
      case .register(let register): anywhere(value, hint: register)
      case .memory: anywhere(value)
      }
    }
  }

  // MARK: - Terminators

  /// The operands of a terminator that is no branch.
  public mutating func selectTransfer(
    _ instruction: IRInstruction, _ selected: inout SelectedInstruction, _ function: IRFunction
  ) {
    switch instruction.opcode {
    case .return:
      let isFloat = function.resultType == .float
      anywhere(instruction.a, hint: isFloat ? convention.floatResult : convention.result)
      selected.flags = .leaves
    case .jump:
      for value in function.list(of: instruction) { anywhere(value) }
    case .switch:
      register(instruction.a)
    case .tailCall, .tailCallValue, .tailCallClosure, .tailCallExternal:
      selectArguments(instruction, function)
      selected.flags = .leaves
    case .unreachable:
      selected.flags = .leaves
    default:
      preconditionFailure("a block ends with \(instruction.opcode)")
    }
  }
}

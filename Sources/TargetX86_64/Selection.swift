import CRailRuntime
import Codegen
import IR
import Support

/// How a ``SelectedInstruction`` is done, where there is a choice: its `variant`.
enum Variant {
  static let plain: UInt8 = 0
  /// The second operand is a constant that fits the instruction.
  static let constantRight: UInt8 = 1
  /// The operands are exchanged: operand 0 is `b`, and a constant, if there is one, is `a`.
  static let swapped: UInt8 = 2
  /// The memory operand is a symbol: there is no operand for the address.
  static let symbolAddress: UInt8 = 4
}

/// Instruction selection: decides for each instruction of the IR which of its operands have to be in registers, which are part of
/// the machine instruction, and which instructions are done together. ``X86Emission`` makes the machine instructions.
struct X86Selection {
  /// Per value: the instruction that defines it, -1 for parameters; and the number of its uses.
  private(set) var definitions: [Int32] = []
  private(set) var useCounts: [Int32] = []
  /// Whether there is a call of compiled code: then the function may recur, and has to look at the stack's limit.
  private(set) var callsCode = false
  /// Whether there is a call for which the stack pointer must be aligned from the beginning: any but those of C functions in
  /// cold blocks, which often only raise an error.
  private(set) var wantsFrame = false
  private var isCold = false
  var code = SelectedCode()

  mutating func run(_ function: IRFunction) {
    code.clear()
    callsCode = false
    wantsFrame = false
    analyse(function)
    for block in function.blocks.indices {
      code.blockStarts.append(Int32(code.instructions.count))
      isCold = function.blocks[block].isCold
      let start = Int(function.blocks[block].start)
      let last = Int(function.blocks[block].end) - 1
      let fused = fusedCondition(start, last, function)
      for index in start..<last where index != fused { select(index, function) }
      selectTerminator(last, fused, function)
    }
    code.blockStarts.append(Int32(code.instructions.count))
  }

  /// Finds definitions, constants and the number of uses.
  private mutating func analyse(_ function: IRFunction) {
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

  /// The comparison that is done with the branch at `last`, or -1: it has no other use, and nothing that has an effect
  /// stands between if it has an effect itself.
  private func fusedCondition(_ start: Int, _ last: Int, _ function: IRFunction) -> Int {
    let branch = function.instructions[last]
    guard branch.opcode == .branch, useCounts[Int(branch.a)] == 1 else { return -1 }
    let index = Int(definitions[Int(branch.a)])
    guard index >= start else { return -1 }
    switch function.instructions[index].opcode {
    case .compare, .floatCompare, .testInts: return index
    case .testKind, .testHeader, .genericCompare:
      for between in index + 1..<last where !function.instructions[between].opcode.isPure { return -1 }
      return index
    default: return -1
    }
  }

  // MARK: - Operands

  /// The bits of a constant that fits a sign-extended 32-bit field.
  func smallConstant(_ value: Int32, _ function: IRFunction) -> Int32? {
    let index = Int(definitions[Int(value)])
    guard index >= 0 else { return nil }
    let instruction = function.instructions[index]
    guard instruction.opcode == .constant, instruction.type != .float else { return nil }
    return Int32(exactly: instruction.immediate)
  }

  /// The same if it is a tagged int.
  func smallInt(_ value: Int32, _ function: IRFunction) -> Int32? {
    guard let bits = smallConstant(value, function), bits & 1 == 1 else { return nil }
    return bits
  }

  mutating func register(_ value: Int32, hint: Int8 = -1) {
    code.operands.append(SelectedOperand(value, .register, hint: hint))
  }

  /// The second operand of an instruction that takes a memory operand there.
  mutating func registerOrMemory(_ value: Int32) {
    code.operands.append(SelectedOperand(value, .preferRegister))
  }

  /// Something that is only copied.
  mutating func anywhere(_ value: Int32, hint: Register = .none) {
    code.operands.append(
      SelectedOperand(
        value, code.isConstant[Int(value)] ? .constant : .any,
        hint: Int8(truncatingIfNeeded: hint.index)))
  }

  mutating func embedded(_ value: Int32) {
    code.operands.append(SelectedOperand(value, .constant))
  }

  /// Starts the record of an instruction; its operands are those appended until ``finish(_:)``.
  func begin(_ index: Int, _ function: IRFunction) -> SelectedInstruction {
    SelectedInstruction(
      ir: Int32(index), result: function.instructions[index].result,
      operandStart: Int32(code.operands.count))
  }

  mutating func finish(_ selected: SelectedInstruction) {
    var selected = selected
    selected.operandCount = Int32(code.operands.count) - selected.operandStart
    code.instructions.append(selected)
  }

  mutating func noteCall(isC: Bool) {
    if !isC { callsCode = true }
    if !isC || !isCold { wantsFrame = true }
  }

  // MARK: - Instructions

  private mutating func select(_ index: Int, _ function: IRFunction) {
    let instruction = function.instructions[index]
    if instruction.opcode.isPure && useCounts[Int(instruction.result)] == 0 { return }
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
    case .compare, .floatCompare, .testKind, .testHeader, .testInts:
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
    case .genericCompare:
      var selected = begin(index, function)
      selectGenericCompare(instruction, &selected, function)
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
    selected.clobbers = RegisterSet([RegisterSet(.rax), RegisterSet(.rdx)]).rawValue
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

  /// The operands of a comparison of any sort but the generic one.
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
    case .floatCompare, .testInts:
      register(instruction.a)
      register(instruction.b)
    default:
      register(instruction.a)
    }
  }

  // MARK: - Memory

  /// Whether an address is that of a symbol, so that the instruction can name it.
  private func isSymbolAddress(_ value: Int32, _ function: IRFunction) -> Bool {
    guard code.isConstant[Int(value)] else { return false }
    switch function.instructions[Int(definitions[Int(value)])].opcode {
    case .dataAddress, .globalAddress, .externalAddress: return true
    default: return false
    }
  }

  private mutating func selectMemory(
    _ index: Int, _ instruction: IRInstruction, _ function: IRFunction
  ) {
    var selected = begin(index, function)
    let hasIndex = instruction.opcode.operandShape.values - (instruction.opcode.isStore ? 1 : 0) == 2
    if !hasIndex && isSymbolAddress(instruction.a, function) {
      selected.variant = Variant.symbolAddress
      embedded(instruction.a)
    } else {
      register(instruction.a)
    }
    if hasIndex { register(instruction.b) }
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

  private mutating func selectObject(
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
}

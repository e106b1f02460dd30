import Codegen
import IR

// Copies between registers, slots, memory and constants. The scratch register of addresses is used
// for displacements that instructions cannot hold, the other ones for what is on its way.

extension FunctionCompiler {
  /// The memory operand `base + displacement` for an access of `width` bytes. Uses a scratch
  /// register, that of addresses unless told otherwise, if the displacement is too large.
  mutating func memory(
    _ base: Register, _ displacement: Int32, width: Int32,
    scratch: Register = CallingConvention.addressScratch
  ) -> ARM64.Memory {
    let isScaled =
      displacement >= 0 && displacement < 0x1000 * width && displacement % width == 0
    if isScaled || (displacement >= -256 && displacement < 256) {
      return ARM64.Memory(base, displacement)
    }
    ARM64.appendConstant(Int64(displacement), to: scratch, into: &output)
    emit(ARM64.rrr(.add, scratch, base, scratch, .uxtx))
    return ARM64.Memory(scratch)
  }

  mutating func slotMemory(
    _ slot: Int32, scratch: Register = CallingConvention.addressScratch
  ) -> ARM64.Memory {
    precondition(slot >= 0, "the value has a slot")
    return memory(.sp, slot * 8, width: 8, scratch: scratch)
  }

  /// Loads 8 bytes, together with what the load before it has loaded if that stands beside it.
  mutating func load(_ register: Register, _ memory: ARM64.Memory) {
    if let pair = pair(.ldr, .ldp, register, memory) {
      output[output.count - 1] = pair
    } else {
      emit(ARM64.load(register, memory))
    }
  }

  /// Stores 8 bytes, likewise.
  mutating func store(_ memory: ARM64.Memory, _ register: Register) {
    if let pair = pair(.str, .stp, register, memory) {
      output[output.count - 1] = pair
    } else {
      emit(ARM64.store(memory, register))
    }
  }

  /// One instruction for an access and the last one, if that is of the same kind, to the word
  /// before or behind, and nothing can come between them.
  private func pair(
    _ single: ARM64Opcode, _ double: ARM64Opcode, _ register: Register, _ memory: ARM64.Memory
  ) -> MachineInstruction? {
    guard let last = output.last, last.opcode == single.rawValue, last.width == 8,
      last.base == memory.base, last.index.isNone, memory.index.isNone, last.target < 0,
      memory.symbol < 0, last.modifier == ARM64Modifier.none.rawValue, memory.modifier == .none,
      !isTargetHere
    else { return nil }
    let other = single == .ldr ? last.d : last.s
    if other.isFloat != register.isFloat { return nil }
    // The second load would have had another address, or would have overwritten the first.
    if single == .ldr && (other == memory.base || other == register) { return nil }
    let lowest = min(last.displacement, memory.displacement)
    guard abs(last.displacement - memory.displacement) == 8, lowest % 8 == 0, lowest >= -512,
      lowest <= 504
    else { return nil }
    let isAscending = last.displacement == lowest
    return ARM64.rrm(
      double, isAscending ? other : register, isAscending ? register : other,
      ARM64.Memory(memory.base, lowest))
  }

  /// Whether a label stands behind the last instruction.
  private var isTargetHere: Bool {
    for mark in marks.reversed() {
      if Int(mark.index) < output.count { return false }
      if mark.kind == .label { return true }
    }
    return false
  }

  /// Copies a value to a register.
  mutating func copy(_ value: Int32, from: Location, to register: Register) {
    if from.isSlot {
      load(register, slotMemory(from.slot))
    } else if from.isRegister {
      copy(from.register, to: register)
    } else {
      makeConstant(value, in: register)
    }
  }

  mutating func copy(_ source: Register, to register: Register) {
    if source == register { return }
    emit(
      source.isFloat || register.isFloat
        ? ARM64.fmov(register, source) : ARM64.mov(register, source))
  }

  /// Whether a value without a place is the constant 0, for which there is a register.
  func isZero(_ value: Int32, _ from: Location) -> Bool {
    if from.isRegister || from.isSlot { return false }
    let definition = definition(value)
    return definition.opcode == .constant && definition.immediate == 0
  }

  /// A register that holds a value: its own, or one into which it is copied: `register` if the
  /// value is a constant or `register` is given, else the floating-point scratch register. Of a
  /// value in a distant slot, `scratch` takes the address.
  mutating func fetch(
    _ value: Int32, from: Location, into register: Register? = nil,
    scratch: Register = CallingConvention.addressScratch
  ) -> Register {
    if from.isRegister { return from.register }
    if from.isSlot {
      let target = register ?? CallingConvention.floatScratch
      load(target, slotMemory(from.slot, scratch: scratch))
      return target
    }
    if isZero(value, from) { return .zr }
    let target = register ?? CallingConvention.scratch
    makeConstant(value, in: target)
    return target
  }

  /// Copies a value to memory, whose base may be the scratch register of addresses if the value is
  /// in a register or a constant.
  mutating func copy(_ value: Int32, from: Location, to memory: ARM64.Memory) {
    store(memory, fetch(value, from: from))
  }

  /// Makes a constant in a register. Keeps the flags; uses the scratch register for a double.
  mutating func makeConstant(_ value: Int32, in register: Register) {
    let definition = definition(value)
    switch definition.opcode {
    case .constant where register.isFloat:
      makeDouble(definition.immediate, in: register)
    case .constant:
      ARM64.appendConstant(definition.immediate, to: register, into: &output)
    case .functionAddress:
      emit(ARM64.address(register, label: module.functionLabel(definition.immediate)))
    default:
      let (symbol, displacement) = symbolReference(definition)
      makeAddress(register, symbol, displacement)
    }
  }

  private mutating func makeDouble(_ bits: Int64, in register: Register) {
    let constant = Double(bitPattern: UInt64(bitPattern: bits))
    if bits == 0 {
      emit(ARM64.clear(register))
    } else if let move = ARM64.fmov(register, constant: constant) {
      emit(move)
    } else {
      ARM64.appendConstant(bits, to: CallingConvention.scratch, into: &output)
      emit(ARM64.fmov(register, CallingConvention.scratch))
    }
  }

  mutating func makeAddress(_ register: Register, _ symbol: Int32, _ displacement: Int32) {
    emit(ARM64.pageAddress(register, symbol: symbol, displacement))
    emit(ARM64.addLowPart(register, register, symbol: symbol, displacement))
  }

  // MARK: - Parallel moves

  /// The moves at the end of a block, before it jumps.
  mutating func emitEdgeMoves() {
    findEdgeMoves()
    emitMoveSteps()
  }

  /// The steps of ``moves``. The scratch register may hold a value between them, but not when
  /// constants are made, which come last.
  mutating func emitMoveSteps() {
    for step in moves.steps {
      if step.to.isRegister {
        copy(step.value, from: step.from, to: step.to.register)
      } else {
        let source = fetch(step.value, from: step.from)
        store(slotMemory(step.to.slot), source)
      }
    }
  }
}

import CRailRuntime
import Codegen
import IR

extension FunctionCompiler {
  // MARK: - Loads and stores

  /// The memory operand of an access of `width` bytes whose operand 0, and perhaps 1, is its
  /// address. Uses the scratch register of addresses.
  private mutating func memory(
    _ selected: SelectedInstruction, _ instruction: IRInstruction, width: Int32, isIndexed: Bool
  ) -> ARM64.Memory {
    let displacement = Int32(truncatingIfNeeded: instruction.immediate)
    if selected.variant == Variant.symbolAddress {
      return symbolMemory(definition(instruction.a), displacement, width: width)
    }
    let base = register(selected, 0)
    if !isIndexed { return memory(base, displacement, width: width) }
    let amount = UInt8(width.trailingZeroBitCount)
    let index = register(selected, 1)
    if displacement == 0 { return ARM64.Memory(base, index: index, .lsl, amount: amount) }
    let scratch = CallingConvention.addressScratch
    if displacement >= -256 && displacement < 256 {
      emit(ARM64.rrr(.add, scratch, base, index, .lsl, amount))
      return ARM64.Memory(scratch, displacement)
    }
    ARM64.appendConstant(Int64(displacement), to: scratch, into: &output)
    emit(ARM64.add(scratch, scratch, base))
    return ARM64.Memory(scratch, index: index, .lsl, amount: amount)
  }

  /// A place at a symbol. Our own sections are aligned, so that the low bits of an address can be
  /// part of the access; others have to be made.
  private mutating func symbolMemory(
    _ address: IRInstruction, _ offset: Int32, width: Int32
  ) -> ARM64.Memory {
    let scratch = CallingConvention.addressScratch
    let (symbol, displacement) = symbolReference(address)
    if address.opcode == .externalAddress {
      makeAddress(scratch, symbol, 0)
      return memory(scratch, offset, width: width)
    }
    let sum = displacement + offset
    if sum % width != 0 {
      makeAddress(scratch, symbol, sum)
      return ARM64.Memory(scratch)
    }
    emit(ARM64.pageAddress(scratch, symbol: symbol, sum))
    return ARM64.Memory(scratch, lowPartOf: symbol, sum)
  }

  mutating func emitLoad(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let width: Int32
    switch instruction.opcode {
    case .load, .loadIndexed: width = 8
    case .load32: width = 4
    default: width = 1
    }
    let isIndexed = instruction.opcode == .loadIndexed || instruction.opcode == .loadByte
    let memory = memory(selected, instruction, width: width, isIndexed: isIndexed)
    if width == 8 {
      load(result, memory)
    } else {
      emit(ARM64.load(result, memory, width: UInt8(width)))
    }
  }

  mutating func emitStore(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let isByte = instruction.opcode == .storeByte
    let index = Int(selected.operandCount) - 1
    var source = fetchStored(value(selected, index), from: location(selected, index), isByte)
    let memory = memory(
      selected, instruction, width: isByte ? 1 : 8,
      isIndexed: isByte || instruction.opcode == .storeIndexed)
    if isByte && source.isFloat {
      emit(ARM64.fmov(CallingConvention.scratch, source))
      source = CallingConvention.scratch
    }
    if isByte {
      emit(ARM64.store(memory, source, width: 1))
    } else {
      store(memory, source)
    }
  }

  /// The register with what is to be stored; of a constant byte its upper bits do not matter.
  private mutating func fetchStored(
    _ value: Int32, from: Location, _ isByte: Bool
  ) -> Register {
    guard isByte, !from.isRegister, !from.isSlot else { return fetch(value, from: from) }
    let byte = definition(value).immediate & 0xFF
    if byte == 0 { return .zr }
    ARM64.appendConstant(byte, to: CallingConvention.scratch, into: &output)
    return CallingConvention.scratch
  }

  // MARK: - Objects

  /// Objects up to this size are filled relative to the allocation pointer, which stands at their
  /// end.
  private static let reachBehindPointer: Int32 = 256

  /// Advances the allocation pointer; if that goes beyond the limit, the cold path gets new space.
  /// The object is then filled from its end, which is where the allocation pointer stands in both
  /// cases.
  mutating func emitAllocate(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let size = Int32(8 * (selected.operandCount + 1))
    let pointer = CallingConvention.allocationPointer
    let scratch = CallingConvention.scratch
    let slow = module.buffer.makeLabel()
    let done = module.buffer.makeLabel()
    emit(
      ARM64.load(
        scratch, ARM64.Memory(CallingConvention.thread, RAIL_THREAD_ALLOCATION_LIMIT)))
    emit(ARM64.add(pointer, pointer, Int64(size)))
    emit(ARM64.cmp(pointer, scratch))
    emit(ARM64.branch(.above, slow))
    place(done)
    var path = ColdPath(kind: .allocate, label: slow, join: done)
    path.immediate = size
    addSafepoint(&path, instruction)
    if size <= Self.reachBehindPointer {
      fill(selected, instruction, base: pointer, start: -size)
      emit(ARM64.sub(result, pointer, Int64(size - 8)))
    } else {
      // The result may have the register of an operand.
      let base = CallingConvention.addressScratch
      emit(ARM64.sub(base, pointer, Int64(size - 8)))
      fill(selected, instruction, base: base, start: -8)
      copy(base, to: result)
    }
  }

  /// Stores header and fields, two words at a time where possible. A word waits in its register for
  /// the next one; both scratch registers are used but the one that is the base.
  private mutating func fill(
    _ selected: SelectedInstruction, _ instruction: IRInstruction, base: Register, start: Int32
  ) {
    var waiting = CallingConvention.scratch
    ARM64.appendConstant(instruction.immediate, to: waiting, into: &output)
    var offset = start
    for index in 0..<Int(selected.operandCount) {
      let from = location(selected, index)
      let field = value(selected, index)
      let isFirstTaken = waiting == CallingConvention.scratch
      let free =
        isFirstTaken ? CallingConvention.addressScratch : CallingConvention.scratch
      if !waiting.isNone && !canPair(waiting, from, field, offset, hasScratch: free != base) {
        emit(ARM64.store(ARM64.Memory(base, offset), waiting))
        waiting = .none
      }
      let scratch = waiting.isNone ? CallingConvention.scratch : free
      let source = fetch(field, from: from, into: scratch, scratch: scratch)
      if waiting.isNone {
        waiting = source
        offset = start + 8 * Int32(index + 1)
      } else {
        emit(ARM64.storePair(waiting, source, ARM64.Memory(base, offset)))
        waiting = .none
      }
    }
    if !waiting.isNone { emit(ARM64.store(ARM64.Memory(base, offset), waiting)) }
  }

  /// Whether a word that waits to be stored at `offset` can be stored together with the next, which
  /// may need a scratch register.
  private func canPair(
    _ waiting: Register, _ next: Location, _ value: Int32, _ offset: Int32, hasScratch: Bool
  ) -> Bool {
    if offset < -512 || offset > 504 { return false }
    if next.isRegister { return next.register.isFloat == waiting.isFloat }
    if waiting.isFloat { return false }
    return hasScratch || isZero(value, next)
  }

  mutating func emitRemember(_ selected: SelectedInstruction, _ instruction: IRInstruction) {
    let slow = module.buffer.makeLabel()
    let done = module.buffer.makeLabel()
    emit(ARM64.branch(slow))
    place(done)
    var path = ColdPath(kind: .slow, label: slow, join: done)
    path.symbol = module.slowRemember()
    addOperand(&path, selected, 0)
    addSafepoint(&path, instruction)
  }
}

import ELF

/// Applies one relocation of the AArch64 supplement (AAELF64, section 5.7). Returns nil if that
/// worked.
func applyAArch64(
  _ relocation: Relocation, to patch: SectionPatch, _ context: RelocationContext
) -> RelocationFailure? {
  guard let kind = AArch64Relocation(rawValue: relocation.kind) else { return .unsupported }
  let offset = relocation.offset
  guard patch.contains(offset, width(kind)) else { return .malformed }
  let place = patch.address &+ offset
  let value = context.symbolAddresses[relocation.symbol] &+ relocation.addend
  switch kind {
  case .none:
    return nil
  case .absolute64:
    patch.store(value, at: offset, as: Int64.self)
    return nil
  case .prel64:
    patch.store(value &- place, at: offset, as: Int64.self)
    return nil
  case .absolute32:
    return storeData(value, bits: 32, at: offset, in: patch)
  case .prel32, .plt32:
    return storeData(value &- place, bits: 32, at: offset, in: patch)
  case .absolute16:
    return storeData(value, bits: 16, at: offset, in: patch)
  case .prel16:
    return storeData(value &- place, bits: 16, at: offset, in: patch)
  case .adrGotPage21, .load64GotLow12:
    guard let slot = context.slotAddress(relocation.symbol) else { return .malformed }
    return patchInstruction(kind, slot &+ relocation.addend, place, at: offset, in: patch)
  case .movwUnsignedG0, .movwUnsignedG0NoCheck, .movwUnsignedG1, .movwUnsignedG1NoCheck,
    .movwUnsignedG2, .movwUnsignedG2NoCheck, .movwUnsignedG3, .loadLiteral19, .adrLow21,
    .adrPage21, .adrPage21NoCheck, .addLow12, .loadStore8Low12, .testBranch14,
    .conditionalBranch19, .jump26, .call26, .loadStore16Low12, .loadStore32Low12,
    .loadStore64Low12, .loadStore128Low12:
    return patchInstruction(kind, value, place, at: offset, in: patch)
  }
}

func isOffsetTableKindAArch64(_ kind: UInt32) -> Bool {
  switch AArch64Relocation(rawValue: kind) {
  case .adrGotPage21, .load64GotLow12: true
  default: false
  }
}

/// Bytes that a relocation patches.
private func width(_ kind: AArch64Relocation) -> Int {
  switch kind {
  case .none: 0
  case .absolute16, .prel16: 2
  case .absolute64, .prel64: 8
  default: 4
  }
}

/// Stores a value that the program may read as a signed or as an unsigned number: the supplement
/// asks for -2^(n-1) <= value < 2^n.
private func storeData(
  _ value: Int, bits: Int, at offset: Int, in patch: SectionPatch
) -> RelocationFailure? {
  guard value >= -(1 << (bits - 1)), value < 1 << bits else { return .overflow(value) }
  if bits == 32 {
    patch.store(value, at: offset, as: Int32.self)
  } else {
    patch.store(value, at: offset, as: Int16.self)
  }
  return nil
}

// MARK: - Instructions

/// A field of an instruction word.
private struct InstructionField {
  /// Bits of the field and its lowest bit in the word.
  let width: Int
  let shift: Int
  /// The value is counted in units of two to this power.
  var scale = 0
  /// Whether values that do not fit are an error; other fields take the low bits.
  var isChecked = true
  var isSigned = true
  /// Whether the low bits of the value, below the unit, must be zero.
  var isAligned = true
}

/// Puts `target`, as the instruction at the address `place` needs it, into the instruction.
private func patchInstruction(
  _ kind: AArch64Relocation, _ target: Int, _ place: Int, at offset: Int, in patch: SectionPatch
) -> RelocationFailure? {
  let relative = target &- place
  switch kind {
  case .adrLow21:
    return storeSplit(relative, relative, at: offset, in: patch)
  case .adrPage21, .adrGotPage21, .adrPage21NoCheck:
    let pages = ((target & ~0xfff) &- (place & ~0xfff)) >> 12
    let isChecked = kind != .adrPage21NoCheck
    return storeSplit(pages, target, isChecked: isChecked, at: offset, in: patch)
  case .movwUnsignedG0, .movwUnsignedG0NoCheck:
    return move(target, part: 0, isChecked: kind == .movwUnsignedG0, at: offset, in: patch)
  case .movwUnsignedG1, .movwUnsignedG1NoCheck:
    return move(target, part: 1, isChecked: kind == .movwUnsignedG1, at: offset, in: patch)
  case .movwUnsignedG2, .movwUnsignedG2NoCheck:
    return move(target, part: 2, isChecked: kind == .movwUnsignedG2, at: offset, in: patch)
  case .movwUnsignedG3:
    return move(target, part: 3, isChecked: false, at: offset, in: patch)
  case .testBranch14:
    let field = InstructionField(width: 14, shift: 5, scale: 2)
    return store(relative, in: field, at: offset, in: patch)
  case .conditionalBranch19, .loadLiteral19:
    let field = InstructionField(width: 19, shift: 5, scale: 2)
    return store(relative, in: field, at: offset, in: patch)
  case .jump26, .call26:
    let field = InstructionField(width: 26, shift: 0, scale: 2)
    return store(relative, in: field, at: offset, in: patch)
  case .addLow12, .loadStore8Low12:
    return storeLow12(target, scale: 0, at: offset, in: patch)
  case .loadStore16Low12:
    return storeLow12(target, scale: 1, at: offset, in: patch)
  case .loadStore32Low12:
    return storeLow12(target, scale: 2, at: offset, in: patch)
  case .loadStore64Low12, .load64GotLow12:
    return storeLow12(target, scale: 3, at: offset, in: patch)
  case .loadStore128Low12:
    return storeLow12(target, scale: 4, at: offset, in: patch)
  case .none, .absolute64, .absolute32, .absolute16, .prel64, .prel32, .prel16, .plt32:
    return .unsupported
  }
}

/// The low 12 bits of an address as the scaled offset of `add`, a load or a store.
private func storeLow12(
  _ target: Int, scale: Int, at offset: Int, in patch: SectionPatch
) -> RelocationFailure? {
  let field = InstructionField(
    width: 12 - scale, shift: 10, scale: scale, isChecked: false, isSigned: false)
  return store(target & 0xfff, in: field, at: offset, in: patch)
}

/// Sixteen bits of a value into `movz` or `movk`; checked, the value must not have bits above them.
private func move(
  _ target: Int, part: Int, isChecked: Bool, at offset: Int, in patch: SectionPatch
) -> RelocationFailure? {
  let field = InstructionField(
    width: 16, shift: 5, scale: 16 * part, isChecked: isChecked, isSigned: false,
    isAligned: false)
  return store(target, in: field, at: offset, in: patch)
}

private func store(
  _ value: Int, in field: InstructionField, at offset: Int, in patch: SectionPatch
) -> RelocationFailure? {
  if field.isAligned && value & ((1 << field.scale) - 1) != 0 { return .misaligned(value) }
  let scaled = value >> field.scale
  if field.isChecked {
    let low = field.isSigned ? -(1 << (field.width - 1)) : 0
    let high = field.isSigned ? 1 << (field.width - 1) : 1 << field.width
    guard scaled >= low, scaled < high else { return .overflow(value) }
  }
  let mask = (1 << field.width) - 1
  replace(mask << field.shift, with: (scaled & mask) << field.shift, at: offset, in: patch)
  return nil
}

/// The 21-bit operand of `adr` and `adrp`, whose low two bits stand apart, above the opcode.
/// `reported` is the value for an error message.
private func storeSplit(
  _ value: Int, _ reported: Int, isChecked: Bool = true, at offset: Int, in patch: SectionPatch
) -> RelocationFailure? {
  if isChecked && (value < -(1 << 20) || value >= 1 << 20) { return .overflow(reported) }
  let bits = (value & 3) << 29 | (value >> 2 & 0x7ffff) << 5
  replace(3 << 29 | 0x7ffff << 5, with: bits, at: offset, in: patch)
  return nil
}

/// Replaces the bits of `mask` in the instruction word at `offset`.
private func replace(_ mask: Int, with bits: Int, at offset: Int, in patch: SectionPatch) {
  let word = UInt32(
    littleEndian: patch.bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  patch.store(Int(word) & ~mask | bits, at: offset, as: UInt32.self)
}

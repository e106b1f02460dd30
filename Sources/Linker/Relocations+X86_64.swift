import ELF

/// Applies one relocation of the AMD64 supplement, section 4.4.1. Returns nil if that worked.
///
/// Sums wrap around like the addresses they are computed from; what is stored in fewer than 64 bits
/// must be the extension of the field.
@inline(__always)
func applyX86_64(
  _ relocation: Relocation, to patch: SectionPatch, _ context: RelocationContext
) -> RelocationFailure? {
  guard let kind = X86_64Relocation(rawValue: relocation.kind) else { return .unsupported }
  let offset = relocation.offset
  guard patch.contains(offset, width(kind)) else { return .malformed }
  let value = context.symbolAddresses[relocation.symbol] &+ relocation.addend
  let relative = value &- (patch.address &+ offset)
  switch kind {
  case .none:
    return nil
  case .absolute64:
    patch.store(value, at: offset, as: Int64.self)
    return nil
  case .pc64:
    patch.store(relative, at: offset, as: Int64.self)
    return nil
  case .pc32, .plt32:
    return storeSigned(relative, at: offset, in: patch, as: Int32.self)
  case .absolute32S:
    return storeSigned(value, at: offset, in: patch, as: Int32.self)
  case .absolute32:
    guard value >= 0, value <= Int(UInt32.max) else { return .overflow(value) }
    patch.store(value, at: offset, as: UInt32.self)
    return nil
  case .absolute16:
    return storeEither(value, at: offset, in: patch, as: Int16.self)
  case .pc16:
    return storeSigned(relative, at: offset, in: patch, as: Int16.self)
  case .absolute8:
    return storeEither(value, at: offset, in: patch, as: Int8.self)
  case .pc8:
    return storeSigned(relative, at: offset, in: patch, as: Int8.self)
  case .gotpcrel, .gotpcrelx, .rexGotpcrelx:
    return applyOffsetTableX86_64(relocation, to: patch, context, relative)
  }
}

/// Bytes that a relocation patches.
private func width(_ kind: X86_64Relocation) -> Int {
  switch kind {
  case .none: 0
  case .absolute8, .pc8: 1
  case .absolute16, .pc16: 2
  case .absolute32, .absolute32S, .pc32, .plt32, .gotpcrel, .gotpcrelx, .rexGotpcrelx: 4
  case .absolute64, .pc64: 8
  }
}

/// Stores a value that the program reads as a signed number.
@inline(__always)
private func storeSigned<Field: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  _ value: Int, at offset: Int, in patch: SectionPatch, as type: Field.Type
) -> RelocationFailure? {
  guard Field(exactly: value) != nil else { return .overflow(value) }
  patch.store(value, at: offset, as: type)
  return nil
}

/// Stores a value that the program may read as a signed or as an unsigned number.
private func storeEither<Field: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  _ value: Int, at offset: Int, in patch: SectionPatch, as type: Field.Type
) -> RelocationFailure? {
  guard value >= Int(Field.min), value < 1 << Field.bitWidth else { return .overflow(value) }
  patch.store(value, at: offset, as: type)
  return nil
}

// MARK: - Global offset table

func isOffsetTableKindX86_64(_ kind: UInt32) -> Bool {
  switch X86_64Relocation(rawValue: kind) {
  case .gotpcrel, .gotpcrelx, .rexGotpcrelx: true
  default: false
  }
}

/// How an instruction with a slot of the global offset table as operand becomes one with the
/// symbol's address (AMD64 supplement, appendix B.2).
enum RelaxationX86_64 {
  /// `mov foo@GOTPCREL(%rip), %reg` becomes `lea foo(%rip), %reg`.
  case moveToLea
  /// `call *foo@GOTPCREL(%rip)` becomes `addr32 call foo`, of the same length.
  case directCall
  /// `jmp *foo@GOTPCREL(%rip)` becomes `jmp foo` and a `nop`.
  case directJump
}

/// The rewriting that fits the instruction in `bytes` around the relocation, if any.
func relaxationX86_64(_ relocation: Relocation, _ bytes: [UInt8]) -> RelaxationX86_64? {
  let offset = relocation.offset
  guard relocation.kind != X86_64Relocation.gotpcrel.rawValue, relocation.addend == -4,
    offset >= 2, offset <= bytes.count - 4
  else { return nil }
  return relaxation(opcode: bytes[offset - 2], modRM: bytes[offset - 1])
}

private func relaxation(opcode: UInt8, modRM: UInt8) -> RelaxationX86_64? {
  // In ModRM, mode 00 with r/m 101 is an operand relative to the next instruction.
  switch (opcode, modRM) {
  case (0x8b, _) where modRM & 0xc7 == 0x05: .moveToLea
  case (0xff, 0x15): .directCall
  case (0xff, 0x25): .directJump
  default: nil
  }
}

/// `relative` is the distance from the place to the symbol. A symbol without a slot is one whose
/// uses can all be rewritten.
private func applyOffsetTableX86_64(
  _ relocation: Relocation, to patch: SectionPatch, _ context: RelocationContext, _ relative: Int
) -> RelocationFailure? {
  let offset = relocation.offset
  if let slot = context.slotAddress(relocation.symbol) {
    let distance = slot &+ relocation.addend &- (patch.address &+ offset)
    return storeSigned(distance, at: offset, in: patch, as: Int32.self)
  }
  guard offset >= 2,
    let relaxation = relaxation(opcode: patch.bytes[offset - 2], modRM: patch.bytes[offset - 1])
  else { return .malformed }
  switch relaxation {
  case .moveToLea:
    patch.bytes[offset - 2] = 0x8d
  case .directCall:
    patch.bytes[offset - 2] = 0x67
    patch.bytes[offset - 1] = 0xe8
  case .directJump:
    // One byte shorter: the distance begins, and the instruction ends, a byte earlier.
    patch.bytes[offset - 2] = 0xe9
    patch.bytes[offset + 3] = 0x90
    return storeSigned(relative &+ 1, at: offset - 1, in: patch, as: Int32.self)
  }
  return storeSigned(relative, at: offset, in: patch, as: Int32.self)
}

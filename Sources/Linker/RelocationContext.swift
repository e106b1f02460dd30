import ELF

/// What applying the relocations of one section needs to know, apart from the section.
struct RelocationContext {
  /// Addresses of the symbols of the object, by their index in it.
  let symbolAddresses: UnsafeBufferPointer<Int>
  /// Slots of the symbols of the object in the global offset table, by their index in it, or -1;
  /// empty if there is no table.
  let slots: UnsafeBufferPointer<Int32>
  let offsetTableAddress: Int

  /// The address of the slot of `symbol` in the global offset table, or nil if it has none.
  func slotAddress(_ symbol: Int) -> Int? {
    guard symbol < slots.count, slots[symbol] >= 0 else { return nil }
    return offsetTableAddress + 8 * Int(slots[symbol])
  }
}

/// Why a relocation could not be applied.
enum RelocationFailure {
  /// The value does not fit in the field.
  case overflow(Int)
  /// The value is not a multiple of the unit of the field.
  case misaligned(Int)
  case unsupported
  /// The field does not lie inside the section, or is not part of an instruction of the kind that
  /// the relocation is for.
  case malformed
}

/// The contents of one section in the image, at their final address.
struct SectionPatch {
  let bytes: UnsafeMutableRawBufferPointer
  let address: Int

  /// Whether `width` bytes at `offset` lie inside the section.
  func contains(_ offset: Int, _ width: Int) -> Bool {
    offset >= 0 && width <= bytes.count && offset <= bytes.count - width
  }

  /// Stores `value` in little-endian order; the place lies inside the section.
  func store<Field: FixedWidthInteger & BitwiseCopyable>(
    _ value: Int, at offset: Int, as type: Field.Type
  ) {
    bytes.storeBytes(
      of: Field(truncatingIfNeeded: value).littleEndian, toByteOffset: offset, as: type)
  }
}

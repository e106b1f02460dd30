/// Reads little-endian fields at offsets that the caller has checked against the size of a table.
struct FieldReader {
  let bytes: UnsafeRawBufferPointer

  var count: Int { bytes.count }

  func u8(_ offset: Int) -> UInt8 { load(offset, as: UInt8.self) }
  func u16(_ offset: Int) -> UInt16 { UInt16(littleEndian: load(offset, as: UInt16.self)) }
  func u32(_ offset: Int) -> UInt32 { UInt32(littleEndian: load(offset, as: UInt32.self)) }
  func u64(_ offset: Int) -> UInt64 { UInt64(littleEndian: load(offset, as: UInt64.self)) }

  private func load<Field: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int, as type: Field.Type
  ) -> Field {
    precondition(offset >= 0 && MemoryLayout<Field>.size <= count - offset)
    return bytes.loadUnaligned(fromByteOffset: offset, as: type)
  }
}

/// Writes little-endian fields one after another into memory that the caller has sized.
public struct FieldWriter {
  public let memory: UnsafeMutableRawBufferPointer
  /// Where the next field goes.
  public var offset: Int

  @inlinable
  public init(_ memory: UnsafeMutableRawBufferPointer, at offset: Int = 0) {
    self.memory = memory
    self.offset = offset
  }

  @inlinable public mutating func u8(_ value: UInt8) { store(value) }
  @inlinable public mutating func u16(_ value: UInt16) { store(value.littleEndian) }
  @inlinable public mutating func u32(_ value: UInt32) { store(value.littleEndian) }
  @inlinable public mutating func u64(_ value: UInt64) { store(value.littleEndian) }

  /// Writes `bytes` as they are.
  @inlinable
  public mutating func copy(_ bytes: [UInt8]) {
    precondition(offset >= 0 && bytes.count <= memory.count - offset)
    bytes.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(rebasing: memory[offset..<(offset + source.count)])
        .copyMemory(from: source)
    }
    offset += bytes.count
  }

  /// Writes the UTF-8 bytes of `name` and a NUL.
  @inlinable
  public mutating func name(_ name: String) {
    for byte in name.utf8 { u8(byte) }
    u8(0)
  }

  /// Writes `byte` until the next field would go to `end`; does nothing if it is already there.
  @inlinable
  public mutating func fill(upTo end: Int, with byte: UInt8 = 0) {
    guard offset < end else { return }
    precondition(offset >= 0 && end <= memory.count)
    UnsafeMutableRawBufferPointer(rebasing: memory[offset..<end]).initializeMemory(
      as: UInt8.self, repeating: byte)
    offset = end
  }

  @inlinable
  mutating func store<Field: FixedWidthInteger & BitwiseCopyable>(_ value: Field) {
    precondition(offset >= 0 && MemoryLayout<Field>.size <= memory.count - offset)
    memory.storeBytes(of: value, toByteOffset: offset, as: Field.self)
    offset += MemoryLayout<Field>.size
  }
}

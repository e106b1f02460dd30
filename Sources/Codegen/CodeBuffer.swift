public import ELF

/// Machine code under construction: bytes, labels that instructions refer to before they are placed, and relocations
/// against symbols of the object.
///
/// Offsets count from the start of the text section.
public struct CodeBuffer: Sendable {
  public var bytes: [UInt8] = []
  public var relocations: [Relocation] = []
  /// Offset of each label, -1 while it has not been placed.
  public private(set) var labels: [Int32] = []
  /// The labels that have been placed, in the order of their offsets.
  public private(set) var placedLabels: [Int32] = []
  /// Places to be patched once their label is known.
  public var fixups: [Fixup] = []

  /// A field that depends on the distance to a label.
  public struct Fixup: Sendable {
    /// Offset of the field.
    public var offset: Int32
    public var label: Int32
    /// The target's kind of field.
    public var kind: UInt8

    public init(offset: Int32, label: Int32, kind: UInt8) {
      self.offset = offset
      self.label = label
      self.kind = kind
    }
  }

  public init() {}

  @inlinable public var offset: Int { bytes.count }

  public mutating func makeLabel() -> Int32 {
    labels.append(-1)
    return Int32(labels.count - 1)
  }

  /// Makes `count` labels with consecutive numbers and returns the first.
  public mutating func makeLabels(_ count: Int) -> Int32 {
    let first = Int32(labels.count)
    labels.append(contentsOf: repeatElement(-1, count: count))
    return first
  }

  public mutating func place(_ label: Int32) { place(label, at: bytes.count) }

  /// Places a label at an offset not before those of other labels; for code that is appended in large parts.
  public mutating func place(_ label: Int32, at offset: Int) {
    precondition(labels[Int(label)] < 0, "a label is placed once")
    labels[Int(label)] = Int32(truncatingIfNeeded: offset)
    placedLabels.append(label)
  }

  /// Corrects the offset of a placed label after code before it has become shorter. Must keep the order of offsets.
  public mutating func move(_ label: Int32, to offset: Int32) {
    labels[Int(label)] = offset
  }

  @inlinable public mutating func append8(_ value: UInt8) { bytes.append(value) }

  @inlinable public mutating func append32(_ value: UInt32) {
    bytes.append(UInt8(truncatingIfNeeded: value))
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    bytes.append(UInt8(truncatingIfNeeded: value >> 16))
    bytes.append(UInt8(truncatingIfNeeded: value >> 24))
  }

  @inlinable public mutating func append64(_ value: UInt64) {
    append32(UInt32(truncatingIfNeeded: value))
    append32(UInt32(truncatingIfNeeded: value >> 32))
  }

  @inlinable public mutating func patch32(at offset: Int, _ value: UInt32) {
    bytes[offset] = UInt8(truncatingIfNeeded: value)
    bytes[offset + 1] = UInt8(truncatingIfNeeded: value >> 8)
    bytes[offset + 2] = UInt8(truncatingIfNeeded: value >> 16)
    bytes[offset + 3] = UInt8(truncatingIfNeeded: value >> 24)
  }
}

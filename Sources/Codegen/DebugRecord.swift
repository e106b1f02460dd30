/// What emission notes for debuggers while it makes code: where each source line begins, and how
/// far the stack pointer is from the caller's frame. `DebugSections` turns it into DWARF.
///
/// Offsets count from the start of the text section and ascend. They are arrays of their own, so
/// that a target can correct them when jumps become shorter.
public struct DebugRecord: Sendable {
  /// The state of the frame from some instruction on.
  public struct Frame: Sendable, Hashable {
    /// Bytes from the stack pointer up to what it was in the caller before the call: the canonical
    /// frame address of DWARF.
    public var size: Int32
    /// The return address is in its register; else in the word below the canonical frame address.
    public var keepsReturnRegister: Bool

    public init(size: Int32, keepsReturnRegister: Bool = false) {
      self.size = size
      self.keepsReturnRegister = keepsReturnRegister
    }
  }

  public var lineOffsets: [Int32] = []
  /// Source positions, `line << 12 | column`, or 0 for code that stands for no source text.
  public var linePositions: [UInt32] = []
  public var frameOffsets: [Int32] = []
  public var frames: [Frame] = []

  public init() {}

  public mutating func addLine(at offset: Int, _ position: UInt32) {
    lineOffsets.append(Int32(truncatingIfNeeded: offset))
    linePositions.append(position)
  }

  public mutating func addFrame(at offset: Int, _ frame: Frame) {
    frameOffsets.append(Int32(truncatingIfNeeded: offset))
    frames.append(frame)
  }
}

/// What the DWARF of a target's code depends on.
public struct DebugTarget: Sendable {
  /// Relocation types of 64-bit addresses and of 32-bit offsets in sections.
  public var address64: UInt32
  public var address32: UInt32
  /// Instructions begin at multiples of this many bytes.
  public var instructionUnit: Int
  /// Register numbers of the machine's DWARF supplement.
  public var stackPointer: UInt8
  public var returnAddress: UInt8
  /// The state of the frame at the first instruction of a function.
  public var entryFrame: DebugRecord.Frame
  /// Registers that C preserves over calls and compiled code does not.
  public var unpreserved: [UInt8]

  public init(
    address64: UInt32, address32: UInt32, instructionUnit: Int, stackPointer: UInt8,
    returnAddress: UInt8, entryFrame: DebugRecord.Frame, unpreserved: [UInt8]
  ) {
    self.address64 = address64
    self.address32 = address32
    self.instructionUnit = instructionUnit
    self.stackPointer = stackPointer
    self.returnAddress = returnAddress
    self.entryFrame = entryFrame
    self.unpreserved = unpreserved
  }
}

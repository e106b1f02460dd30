import ELF

/// Where the code of a function has moved to after some of its branches have got another length:
/// what stands behind such a branch moves by all that has been added or saved before it.
///
/// A target's branch relaxation notes the steps in the order of the code, and moves the bytes and
/// the fields that wait for labels itself. Offsets, here and everywhere, count from the start of
/// the text section.
///
/// One value serves for many functions, one after the other.
public struct CodeMovement: Sendable {
  /// A place from which on offsets have moved up by `total` bytes.
  @usableFromInline struct Step: Sendable {
    @usableFromInline let offset: Int32
    @usableFromInline let total: Int32

    @inlinable init(offset: Int32, total: Int32) {
      self.offset = offset
      self.total = total
    }
  }

  @usableFromInline private(set) var steps: [Step] = []
  /// Where the function begins in the buffer, and what is its own of fields, relocations and labels.
  public private(set) var firstOffset = 0
  public private(set) var firstFixup = 0
  private var firstRelocation = 0
  private var firstPlacedLabel = 0

  public init() {}

  /// Notes that a function begins at the end of `buffer`.
  public mutating func begin(_ buffer: borrowing CodeBuffer) {
    steps.removeAll(keepingCapacity: true)
    firstOffset = buffer.bytes.count
    firstFixup = buffer.fixups.count
    firstRelocation = buffer.relocations.count
    firstPlacedLabel = buffer.placedLabels.count
  }

  /// Notes that what stood at `offset` or behind it is `total` bytes further up now, or down if
  /// that is negative; offsets ascend.
  @inlinable public mutating func addStep(at offset: Int32, total: Int32) {
    steps.append(Step(offset: offset, total: total))
  }

  /// Where `offset` has moved to. `next` belongs to a walk over ascending offsets and starts at 0.
  @inlinable @inline(__always)
  public func moved(_ offset: Int32, _ next: inout Int) -> Int32 {
    while next < steps.count && steps[next].offset <= offset { next += 1 }
    return next == 0 ? offset : offset + steps[next - 1].total
  }

  /// Corrects offsets into the function that were noted before it moved: `offsets[first...]`, which
  /// must ascend.
  public func move(_ offsets: inout [Int32], from first: Int = 0) {
    if steps.isEmpty { return }
    var next = 0
    for index in first..<offsets.count { offsets[index] = moved(offsets[index], &next) }
  }

  /// Corrects the offsets of the function's relocations and labels.
  public func moveReferences(in buffer: inout CodeBuffer) {
    var next = 0
    for index in firstRelocation..<buffer.relocations.count {
      let offset = Int32(buffer.relocations[index].offset)
      buffer.relocations[index].offset = Int(moved(offset, &next))
    }
    next = 0
    for index in firstPlacedLabel..<buffer.placedLabels.count {
      let label = buffer.placedLabels[index]
      buffer.move(label, to: moved(buffer.labels[Int(label)], &next))
    }
  }
}

extension ModuleState {
  /// How much has been noted about the code so far, by offsets.
  public struct NoteCounts: Sendable {
    let sites: Int
    let lines: Int
    let frames: Int
  }

  public var noteCounts: NoteCounts {
    NoteCounts(
      sites: returnOffsets.count, lines: debug.lineOffsets.count, frames: debug.frameOffsets.count)
  }

  /// Corrects the offsets of call sites, lines and frames that have been noted since `first` was
  /// taken, when the function began.
  public mutating func moveNotes(since first: NoteCounts, _ movement: borrowing CodeMovement) {
    movement.move(&returnOffsets, from: first.sites)
    movement.move(&debug.lineOffsets, from: first.lines)
    movement.move(&debug.frameOffsets, from: first.frames)
  }
}

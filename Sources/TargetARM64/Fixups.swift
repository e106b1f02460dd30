public import Codegen

// Fields that wait for a label.

extension ARM64Encoder {
  /// Fills in the fields from `first` on whose label has been placed, and forgets them. When the
  /// text section is complete, none may remain.
  public static func resolveFixups(in buffer: inout CodeBuffer, from first: Int = 0) {
    var kept = first
    for index in first..<buffer.fixups.count {
      let fixup = buffer.fixups[index]
      let target = buffer.labels[Int(fixup.label)]
      if target < 0 {
        buffer.fixups[kept] = fixup
        kept += 1
        continue
      }
      do throws(ARM64EncodingError) {
        try resolve(fixup, target: target, in: &buffer)
      } catch {
        fatalError("AArch64 encoder: \(error.text): from \(fixup.offset) to \(target)")
      }
    }
    buffer.fixups.removeLast(buffer.fixups.count - kept)
  }

  /// Fills in one field for a label at the offset `target`. An error means that the label cannot be
  /// reached from here, or not with this instruction.
  public static func resolve(
    _ fixup: CodeBuffer.Fixup, target: Int32, in buffer: inout CodeBuffer
  ) throws(ARM64EncodingError) {
    guard let kind = ARM64Fixup(rawValue: fixup.kind) else { throw .unknownOpcode }
    let offset = Int(fixup.offset)
    let distance = Int64(target) - Int64(fixup.offset)
    let old = load(at: offset, buffer)
    if kind == .addressSum {
      try fillSum(distance, d: old & 31, at: offset, &buffer)
    } else {
      buffer.patch32(at: offset, try fill(kind, distance: distance, in: old))
    }
  }

  /// The word `word` with the distance to its label filled in: all kinds but `addressSum`, which is
  /// several words.
  public static func fill(
    _ kind: ARM64Fixup, distance: Int64, in word: UInt32
  ) throws(ARM64EncodingError) -> UInt32 {
    switch kind {
    case .branch26: return word | (try branchField(distance, bits: 26))
    case .conditional19, .compare19, .literal19:
      return word | (try branchField(distance, bits: 19)) << 5
    case .testBit14: return word | (try branchField(distance, bits: 14)) << 5
    case .address21:
      if distance < -0x10_0000 || distance >= 0x10_0000 { throw .branchOutOfRange }
      return word | splitField(distance)
    case .addressSum: throw .noSuchForm
    }
  }

  /// Two `add` or `sub` behind an `adr` of its own address.
  private static func fillSum(
    _ distance: Int64, d: UInt32, at offset: Int, _ buffer: inout CodeBuffer
  ) throws(ARM64EncodingError) {
    let magnitude = UInt32(truncatingIfNeeded: distance.magnitude)
    if distance.magnitude >= 1 << 24 { throw .branchOutOfRange }
    let addOrSubtract: UInt32 = (distance < 0 ? 0xD100_0000 : 0x9100_0000) | d << 5 | d
    buffer.patch32(at: offset + 4, addOrSubtract | 1 << 22 | (magnitude >> 12) << 10)
    buffer.patch32(at: offset + 8, addOrSubtract | (magnitude & 0xFFF) << 10)
  }

  private static func load(at offset: Int, _ buffer: borrowing CodeBuffer) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(buffer.bytes[offset + $1]) << UInt32(8 * $1) }
  }
}

import ELF
import IR

// Call frame information: DWARF 4, section 6.4.

extension DebugSections {
  /// One common entry for what all functions share, then one for each function.
  func makeFrames() -> ObjectSection {
    var section = emptySection(.frames)
    section.bytes.reserveCapacity(40 * (names.count + 1))
    section.relocations.reserveCapacity(2 * names.count)
    appendCommonEntry(to: &section)
    var next = 0
    for index in program.functions.indices {
      appendEntry(index, &next, to: &section)
    }
    return section
  }

  private func appendCommonEntry(to section: inout ObjectSection) {
    beginEntry(&section.bytes)
    section.bytes.append32(0xffff_ffff)  // a common entry
    section.bytes.append(4)  // version
    section.bytes.append(contentsOf: [0, 8, 0])  // no extension; sizes of addresses and selectors
    section.bytes.appendLEB128(UInt(target.instructionUnit))
    section.bytes.appendLEB128(-8)  // unit of offsets from the canonical frame address
    section.bytes.appendLEB128(UInt(target.returnAddress))
    section.bytes.append(DW_CFA.defineCFA)
    section.bytes.appendLEB128(UInt(target.stackPointer))
    section.bytes.appendLEB128(UInt(target.entryFrame.size))
    if !target.entryFrame.keepsReturnRegister { appendSavedReturnAddress(to: &section.bytes) }
    for register in target.unpreserved {
      section.bytes.append(DW_CFA.undefined)
      section.bytes.appendLEB128(UInt(register))
    }
    endEntry(&section.bytes, start: 0)
  }

  /// The entry of a function; `next` walks over the frames of the record.
  private func appendEntry(_ index: Int, _ next: inout Int, to section: inout ObjectSection) {
    let start = section.bytes.count
    beginEntry(&section.bytes)
    appendReference(to: .frames, in: &section)
    appendTextAddress(starts[index], to: &section)
    section.append(UInt64(starts[index + 1] - starts[index]))
    var offset = starts[index]
    var frame = target.entryFrame
    while next < record.frameOffsets.count && record.frameOffsets[next] < starts[index + 1] {
      appendAdvance(Int(record.frameOffsets[next] - offset), to: &section.bytes)
      appendChange(from: frame, to: record.frames[next], &section.bytes)
      offset = record.frameOffsets[next]
      frame = record.frames[next]
      next += 1
    }
    endEntry(&section.bytes, start: start)
  }

  private func beginEntry(_ bytes: inout [UInt8]) { bytes.append32(0) }

  /// Pads the entry to a multiple of the address size and fills in its length.
  private func endEntry(_ bytes: inout [UInt8], start: Int) {
    while (bytes.count - start) % 8 != 0 { bytes.append(DW_CFA.nop) }
    bytes.patch32(at: start, UInt32(bytes.count - start - 4))
  }

  private func appendAdvance(_ distance: Int, to bytes: inout [UInt8]) {
    let units = distance / target.instructionUnit
    if units == 0 { return }
    if units < 64 {
      bytes.append(DW_CFA.advance | UInt8(units))
    } else if units < 1 << 8 {
      bytes.append(DW_CFA.advance1)
      bytes.append(UInt8(units))
    } else if units < 1 << 16 {
      bytes.append(DW_CFA.advance2)
      bytes.append16(UInt16(units))
    } else {
      bytes.append(DW_CFA.advance4)
      bytes.append32(UInt32(units))
    }
  }

  private func appendChange(
    from old: DebugRecord.Frame, to new: DebugRecord.Frame, _ bytes: inout [UInt8]
  ) {
    if new.size != old.size {
      bytes.append(DW_CFA.defineCFAOffset)
      bytes.appendLEB128(UInt(new.size))
    }
    if old.keepsReturnRegister && !new.keepsReturnRegister {
      appendSavedReturnAddress(to: &bytes)
    } else if new.keepsReturnRegister && !old.keepsReturnRegister {
      bytes.append(DW_CFA.restore | target.returnAddress)
    }
  }

  /// The return address is in the first word below the canonical frame address.
  private func appendSavedReturnAddress(to bytes: inout [UInt8]) {
    bytes.append(DW_CFA.offset | target.returnAddress)
    bytes.appendLEB128(UInt(1))
  }
}

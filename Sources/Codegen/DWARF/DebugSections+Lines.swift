import CRailRuntime
import ELF
import IR

// The line number program: DWARF 4, section 6.2.

/// What positions are shifted by to have their line.
let linePositionShift = UInt32(RAIL_POSITION_COLUMN_BITS)

/// A special operation advances the line by `base ..< base + range`, the address by what is left.
/// Lines of Rail take few instructions, but those instructions many bytes.
private let lineBase = -3
private let lineRange = 10
/// How far the last special operation advances the address: `constantAddPC` does as much.
private let largestSpecialAdvance = (255 - DW_LNS.firstSpecial) / lineRange

extension DebugSections {
  /// One sequence of rows for all of the text section.
  func makeLines() -> ObjectSection {
    var section = emptySection(.lines)
    section.bytes.reserveCapacity(3 * record.lineOffsets.count + 256)
    section.bytes.append32(0)  // length of what follows, known at the end
    appendHeader(to: &section.bytes)
    appendExtended(DW_LNE.setAddress, operandSize: 8, to: &section.bytes)
    appendTextAddress(0, to: &section)
    appendRows(to: &section.bytes)
    section.bytes.patch32(at: 0, UInt32(section.bytes.count - 4))
    return section
  }

  private func appendHeader(to bytes: inout [UInt8]) {
    bytes.append16(4)  // version
    let lengthField = bytes.count
    bytes.append32(0)
    bytes.append(UInt8(target.instructionUnit))
    bytes.append(1)  // operations in an instruction
    bytes.append(1)  // rows are good places for breakpoints
    bytes.append(UInt8(bitPattern: Int8(lineBase)))
    bytes.append(UInt8(lineRange))
    bytes.append(UInt8(DW_LNS.firstSpecial))
    bytes.append(contentsOf: DW_LNS.operandCounts)
    bytes.append(0)  // no directories: paths are complete
    for file in program.files {
      bytes.appendString(file)
      bytes.append(contentsOf: [0, 0, 0])  // directory, time of change, size: not given
    }
    bytes.append(0)
    bytes.patch32(at: lengthField, UInt32(bytes.count - lengthField - 4))
  }

  private func appendExtended(_ operation: UInt8, operandSize: Int, to bytes: inout [UInt8]) {
    bytes.append(0)
    bytes.appendLEB128(UInt(operandSize + 1))
    bytes.append(operation)
  }

  private func appendRows(to bytes: inout [UInt8]) {
    var row = LineRow()
    var next = 0
    for index in program.functions.indices {
      let file = program.functions[index].file
      if file >= 0 && file + 1 != row.file {
        row.file = file + 1
        bytes.append(DW_LNS.setFile)
        bytes.appendLEB128(UInt(row.file))
      }
      while next < record.lineOffsets.count && record.lineOffsets[next] < starts[index + 1] {
        let line = Int(record.linePositions[next] >> linePositionShift)
        let advance = Int(record.lineOffsets[next] - row.offset) / target.instructionUnit
        appendRow(advance, line - row.line, to: &bytes)
        row.offset = record.lineOffsets[next]
        row.line = line
        next += 1
      }
    }
    bytes.append(DW_LNS.advancePC)
    let rest = starts[starts.count - 1] - row.offset
    bytes.appendLEB128(UInt(Int(rest) / target.instructionUnit))
    appendExtended(DW_LNE.endSequence, operandSize: 0, to: &bytes)
  }

  /// Appends the shortest operations for a row.
  private func appendRow(_ advance: Int, _ lines: Int, to bytes: inout [UInt8]) {
    var advance = advance
    var lines = lines
    if lines < lineBase || lines >= lineBase + lineRange {
      bytes.append(DW_LNS.advanceLine)
      bytes.appendLEB128(lines)
      lines = 0
    }
    // The last line advance of the largest address advance may not fit a byte any more.
    var special = DW_LNS.firstSpecial + (lines - lineBase) + lineRange * advance
    if special > 255 && special - lineRange * largestSpecialAdvance <= 255 {
      bytes.append(DW_LNS.constantAddPC)
      special -= lineRange * largestSpecialAdvance
    } else if special > 255 {
      bytes.append(DW_LNS.advancePC)
      bytes.appendLEB128(UInt(advance))
      advance = 0
      special = DW_LNS.firstSpecial + (lines - lineBase)
    }
    bytes.append(UInt8(special))
  }
}

/// The registers of the line number machine that rows change.
private struct LineRow {
  var offset: Int32 = 0
  var file: Int32 = 1
  var line = 1
}

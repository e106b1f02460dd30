import CRailRuntime
public import IR

// What debuggers are told about the code: lines and frames, where they change.

extension FunctionCompiler {
  /// Notes the line of the function's head for its first instructions.
  mutating func beginDebugRecord() {
    guard let debugTarget else { return }
    debugFrame = debugTarget.entryFrame
    addLine(function.position)
  }

  /// Notes that the code from here on is for the selected instruction `index`.
  @inlinable @inline(__always)
  public mutating func noteLine(ofInstruction index: Int) {
    guard debugTarget != nil else { return }
    let instruction = Int(selection.code.instructions[index].ir)
    noteLine(function.instructions[instruction].position)
  }

  /// Notes that the code from here on is for the line of `position`.
  ///
  /// Inlined code has the line of the call, as debuggers show nothing of the function.
  public mutating func noteLine(_ position: UInt32) {
    guard debugTarget != nil else { return }
    let position = module.outermostPosition(position)
    guard
      position >> UInt32(RAIL_POSITION_COLUMN_BITS)
        != debugPosition >> UInt32(RAIL_POSITION_COLUMN_BITS)
    else { return }
    addLine(position)
  }

  private mutating func addLine(_ position: UInt32) {
    debugPosition = position
    marks.append(Mark(kind: .line, index: Int32(output.count), position: position))
  }

  /// Notes that from here on the function's frame is like that.
  public mutating func noteFrame(_ frame: DebugRecord.Frame) {
    guard debugTarget != nil, frame != debugFrame else { return }
    debugFrame = frame
    let kind: Mark.Kind = frame.keepsReturnRegister ? .leafFrame : .frame
    marks.append(Mark(kind: kind, index: Int32(output.count), number: frame.size))
  }

  /// Takes over what stands at an offset of the code.
  @inlinable @inline(__always)
  public mutating func record(_ mark: Mark, at offset: Int) {
    switch mark.kind {
    case .label: module.buffer.place(mark.number, at: offset)
    case .call: addSite(mark, offset: offset)
    case .line: module.debug.addLine(at: offset, mark.position)
    case .frame, .leafFrame:
      module.debug.addFrame(
        at: offset,
        DebugRecord.Frame(size: mark.number, keepsReturnRegister: mark.kind == .leafFrame))
    }
  }
}

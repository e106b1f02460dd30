import CRailRuntime
import Codegen
import IR

// What debuggers are told about the code: lines and frames, where they change.

extension FunctionCompiler {
  /// Notes the line of the function's head for its first instructions.
  mutating func beginDebugRecord() {
    guard recordsDebug else { return }
    debugFrameSize = Self.entryFrame.size
    addLine(function.position)
  }

  /// Notes that the code from here on is for the selected instruction `index`.
  @inline(__always)
  mutating func noteLine(ofInstruction index: Int) {
    guard recordsDebug else { return }
    let instruction = Int(selection.code.instructions[index].ir)
    noteLine(function.instructions[instruction].position)
  }

  /// Notes that the code from here on is for the line of `position`.
  mutating func noteLine(_ position: UInt32) {
    guard recordsDebug,
      position >> UInt32(RAIL_POSITION_COLUMN_BITS)
        != debugPosition >> UInt32(RAIL_POSITION_COLUMN_BITS)
    else { return }
    addLine(position)
  }

  private mutating func addLine(_ position: UInt32) {
    debugPosition = position
    marks.append(Mark(kind: .line, index: Int32(output.count), position: position))
  }

  /// Notes that from here on the function has `words` words of the stack above the stack pointer,
  /// without the return address.
  mutating func noteFrame(words: Int32) {
    let size = Self.entryFrame.size + 8 * words
    guard recordsDebug, size != debugFrameSize else { return }
    debugFrameSize = size
    marks.append(Mark(kind: .frame, index: Int32(output.count), number: size))
  }
}

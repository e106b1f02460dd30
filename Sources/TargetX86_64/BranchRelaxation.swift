public import Codegen
import ELF

/// Gives every jump of a function its shortest form: two bytes where the target is within 127
/// bytes.
///
/// The encoder emits long jumps. When the function is complete, all its jumps are assumed short;
/// those that do not reach become long again, which may move others out of reach, and so on. That
/// gives the smallest code that can be had this way, and the same as GNU `as` chooses. (T. G.
/// Szymanski, Assembling Code for Machines with Span-Dependent Instructions, CACM 21/4, 1978.) A
/// jump that grows can only concern jumps less than some 400 bytes away, so the time is linear in
/// the number of jumps.
///
/// One value serves for many functions, one after the other; its tables are reused.
///
///     var relaxation = BranchRelaxation()
///     relaxation.begin(buffer)
///     …  // encode, place labels, note offsets
///     relaxation.finish(&buffer)
///     relaxation.movement.move(&notedOffsets, from: first)
public struct BranchRelaxation: Sendable {
  private struct Branch {
    /// Offsets before anything is shortened: of the opcode, of the next instruction, of the target.
    var start: Int32
    var end: Int32
    var target: Int32
    /// From the next instruction to the target, if no branch is long but those found so.
    var distance: Int32
    var fixup: Int32
    var isShort: Bool

    /// Bytes that the short form saves.
    var saving: Int32 { end - start - 2 }
    var reaches: Bool { distance >= -128 && distance <= 127 }
  }

  /// Long jumps are at most three times as long as short ones, and so is code that contains them.
  static let farthest: Int32 = 3 * 128

  private var branches: [Branch] = []
  private var worklist: [Int32] = []
  /// Where the code has moved to since ``begin(_:)``.
  public private(set) var movement = CodeMovement()

  public init() {}

  /// Notes that a function begins at the end of `buffer`.
  public mutating func begin(_ buffer: borrowing CodeBuffer) { movement.begin(buffer) }

  /// Shortens the jumps since ``begin(_:)``, moves labels and relocations accordingly, and fills in
  /// all fields whose label has been placed. Jumps to labels that are not placed yet stay long and
  /// wait for ``X86Encoder/resolveFixups(in:from:)``.
  public mutating func finish(_ buffer: inout CodeBuffer) {
    collectBranches(buffer)
    if !branches.isEmpty {
      measure()
      grow()
      compact(&buffer)
    }
    X86Encoder.resolveFixups(in: &buffer, from: movement.firstFixup)
  }

  /// The jumps that might be short.
  private mutating func collectBranches(_ buffer: borrowing CodeBuffer) {
    branches.removeAll(keepingCapacity: true)
    for index in movement.firstFixup..<buffer.fixups.count {
      let fixup = buffer.fixups[index]
      let opcodeLength: Int32
      switch X86Fixup(rawValue: fixup.kind) {
      case .jump: opcodeLength = 1
      case .conditionalJump: opcodeLength = 2
      case .relative, nil: continue
      }
      let target = buffer.labels[Int(fixup.label)]
      let end = fixup.offset + 4
      guard target >= movement.firstOffset, abs(target - end) <= BranchRelaxation.farthest
      else { continue }
      branches.append(
        Branch(
          start: fixup.offset - opcodeLength, end: end, target: target, distance: target - end,
          fixup: Int32(index), isShort: true))
    }
  }

  /// Computes the distances that remain when all candidates are short.
  private mutating func measure() {
    branches.withUnsafeMutableBufferPointer { branches in
      for index in branches.indices {
        let target = branches[index].target
        var distance = branches[index].distance
        if target >= branches[index].end {
          var other = index + 1
          while other < branches.count && branches[other].start < target {
            distance -= branches[other].saving
            other += 1
          }
        } else {
          var other = index
          while other >= 0 && branches[other].start >= target {
            distance += branches[other].saving
            other -= 1
          }
        }
        branches[index].distance = distance
      }
    }
  }

  /// Makes long what does not reach, until everything short reaches.
  private mutating func grow() {
    worklist.removeAll(keepingCapacity: true)
    for index in branches.indices where !branches[index].reaches {
      branches[index].isShort = false
      worklist.append(Int32(index))
    }
    while let grown = worklist.popLast() {
      let start = branches[Int(grown)].start
      let end = branches[Int(grown)].end
      let saving = branches[Int(grown)].saving
      var other = Int(grown) - 1
      while other >= 0 && start - branches[other].end <= BranchRelaxation.farthest {
        if branches[other].target > start { lengthen(other, by: saving) }
        other -= 1
      }
      other = Int(grown) + 1
      while other < branches.count && branches[other].start - end <= BranchRelaxation.farthest {
        if branches[other].target <= start { lengthen(other, by: -saving) }
        other += 1
      }
    }
  }

  private mutating func lengthen(_ index: Int, by bytes: Int32) {
    branches[index].distance += bytes
    if branches[index].isShort && !branches[index].reaches {
      branches[index].isShort = false
      worklist.append(Int32(index))
    }
  }

  /// Rewrites the function with its short jumps.
  private mutating func compact(_ buffer: inout CodeBuffer) {
    let saved = moveBytes(&buffer.bytes)
    guard saved > 0 else { return }
    buffer.bytes.removeLast(saved)
    moveFixups(&buffer.fixups)
    movement.moveReferences(in: &buffer)
  }

  /// Moves the code together over the bytes that short jumps do not need; returns how many that
  /// are.
  private mutating func moveBytes(_ bytes: inout [UInt8]) -> Int {
    var total: Int32 = 0
    let count = bytes.count
    bytes.withUnsafeMutableBytes { bytes in
      guard let memory = bytes.baseAddress else { return }
      var source = movement.firstOffset
      var destination = movement.firstOffset
      func moveChunk(upTo end: Int) {
        if source != destination {
          (memory + destination).copyMemory(from: memory + source, byteCount: end - source)
        }
        destination += end - source
      }
      for branch in branches where branch.isShort {
        let start = Int(branch.start)
        let isJump = bytes[start] == 0xE9
        let opcode: UInt8 = isJump ? 0xEB : 0x70 | (bytes[start + 1] & 0x0F)
        moveChunk(upTo: start)
        bytes[destination] = opcode
        bytes[destination + 1] = UInt8(truncatingIfNeeded: branch.distance)
        destination += 2
        source = Int(branch.end)
        total += branch.saving
        movement.addStep(at: branch.end, total: -total)
      }
      moveChunk(upTo: count)
    }
    return Int(total)
  }

  /// Moves the fields of the function and removes those of short jumps, which are complete.
  private func moveFixups(_ fixups: inout [CodeBuffer.Fixup]) {
    var kept = movement.firstFixup
    var next = 0
    var branch = 0
    for index in movement.firstFixup..<fixups.count {
      while branch < branches.count && (!branches[branch].isShort || branches[branch].fixup < index)
      {
        branch += 1
      }
      if branch < branches.count && branches[branch].fixup == index { continue }
      fixups[kept] = fixups[index]
      fixups[kept].offset = movement.moved(fixups[index].offset, &next)
      kept += 1
    }
    fixups.removeLast(fixups.count - kept)
  }
}

extension X86Encoder {
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
      } else {
        addDistance(target - fixup.offset, at: Int(fixup.offset), &buffer.bytes)
      }
    }
    buffer.fixups.removeLast(buffer.fixups.count - kept)
  }

  private static func addDistance(_ distance: Int32, at offset: Int, _ bytes: inout [UInt8]) {
    precondition(offset + 4 <= bytes.count, "a field lies inside the code")
    bytes.withUnsafeMutableBytes {
      let addend = Int32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Int32.self))
      $0.storeBytes(of: (addend + distance).littleEndian, toByteOffset: offset, as: Int32.self)
    }
  }
}

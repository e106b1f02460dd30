public import Codegen
import ELF

/// Replaces the conditional branches and the `adr` of a function that do not reach their label.
///
/// The encoder emits the short forms, one word each. When the function is complete, those that do
/// not reach become long, which may move others out of reach, and so on: the smallest code that can
/// be had this way. (T. G. Szymanski, Assembling Code for Machines with Span-Dependent
/// Instructions, CACM 21/4, 1978.) The long forms are
///
///     b.ge 1f; b label; 1:                       for  b.lt label  (and cbz, cbnz, tbz, tbnz)
///     adr x0, .; add x0, x0, #h, lsl #12; add x0, x0, #l   for  adr x0, label
///
/// Hardly a function is so large; a look at the distances finds that out. A branch to a label that
/// has not been placed, which is one of another function, is long.
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
    var start: Int32
    /// -1 if it is not known.
    var target: Int32
    /// Number of branches before the target.
    var targetRank: Int32
    var fixup: Int32
    var kind: ARM64Fixup
    var isLong: Bool

    /// Bytes that the long form has more.
    var growth: Int32 { kind == .address21 ? 8 : 4 }
  }

  /// The long form that grows most grows by this.
  private static let largestGrowth = 8
  /// When the exact method has not ended after that many rounds, the rest is decided by a bound:
  /// the time stays linear in the number of branches.
  private static let maximumRounds = 64

  private var branches: [Branch] = []
  /// Bytes that long forms before each branch add.
  private var growthBefore: [Int32] = []
  /// Where the code has moved to since ``begin(_:)``.
  public private(set) var movement = CodeMovement()

  public init() {}

  /// Notes that a function begins at the end of `buffer`.
  public mutating func begin(_ buffer: borrowing CodeBuffer) { movement.begin(buffer) }

  /// Lengthens what does not reach since ``begin(_:)``, moves labels and relocations accordingly,
  /// and fills in all fields whose label has been placed. The others wait for
  /// ``ARM64Encoder/resolveFixups(in:from:)``.
  public mutating func finish(_ buffer: inout CodeBuffer) {
    if mayHaveLongBranches(buffer) {
      collectBranches(buffer)
      grow()
      expand(&buffer)
    }
    ARM64Encoder.resolveFixups(in: &buffer, from: movement.firstFixup)
  }

  /// Whether a distance could be too large if all branches were long.
  private func mayHaveLongBranches(_ buffer: borrowing CodeBuffer) -> Bool {
    let growth = (buffer.fixups.count - movement.firstFixup) * BranchRelaxation.largestGrowth
    for index in movement.firstFixup..<buffer.fixups.count {
      let fixup = buffer.fixups[index]
      guard let kind = ARM64Fixup(rawValue: fixup.kind), let reach = kind.reach else { continue }
      let target = buffer.labels[Int(fixup.label)]
      if target < 0 { return true }
      if abs(Int(target) - Int(fixup.offset)) + growth >= reach { return true }
    }
    return false
  }

  private mutating func collectBranches(_ buffer: borrowing CodeBuffer) {
    branches.removeAll(keepingCapacity: true)
    for index in movement.firstFixup..<buffer.fixups.count {
      let fixup = buffer.fixups[index]
      guard let kind = ARM64Fixup(rawValue: fixup.kind), kind.reach != nil else { continue }
      let target = buffer.labels[Int(fixup.label)]
      branches.append(
        Branch(
          start: fixup.offset, target: target, targetRank: 0, fixup: Int32(index), kind: kind,
          isLong: target < 0))
    }
    for index in branches.indices {
      branches[index].targetRank = rank(of: branches[index].target)
    }
  }

  /// Number of branches before `offset`.
  private func rank(of offset: Int32) -> Int32 {
    var low = 0
    var high = branches.count
    while low < high {
      let middle = (low + high) / 2
      if branches[middle].start < offset { low = middle + 1 } else { high = middle }
    }
    return Int32(low)
  }

  /// Makes long what does not reach, until everything short reaches.
  private mutating func grow() {
    for _ in 0..<BranchRelaxation.maximumRounds {
      sumGrowth()
      var hasChanged = false
      for index in branches.indices where !branches[index].isLong {
        let branch = branches[index]
        let distance =
          Int(branch.target) - Int(branch.start) + Int(growthBefore[Int(branch.targetRank)])
          - Int(growthBefore[index])
        if !reaches(branch.kind, distance) {
          branches[index].isLong = true
          hasChanged = true
        }
      }
      if !hasChanged { return }
    }
    for index in branches.indices where !branches[index].isLong {
      let branch = branches[index]
      let between = abs(Int(branch.targetRank) - index) * BranchRelaxation.largestGrowth
      let distance = Int(branch.target) - Int(branch.start)
      let farthest = distance < 0 ? distance - between : distance + between
      if !reaches(branch.kind, farthest) { branches[index].isLong = true }
    }
    sumGrowth()
  }

  private func reaches(_ kind: ARM64Fixup, _ distance: Int) -> Bool {
    guard let reach = kind.reach else { return true }
    return distance >= -reach && distance < reach
  }

  private mutating func sumGrowth() {
    growthBefore.removeAll(keepingCapacity: true)
    var total: Int32 = 0
    for branch in branches {
      growthBefore.append(total)
      if branch.isLong { total += branch.growth }
    }
    growthBefore.append(total)
  }

  /// Rewrites the function with its long forms.
  private mutating func expand(_ buffer: inout CodeBuffer) {
    let total = Int(growthBefore[branches.count])
    if total == 0 { return }
    for (index, branch) in branches.enumerated() where branch.isLong {
      movement.addStep(at: branch.start + 4, total: growthBefore[index] + branch.growth)
    }
    moveBytes(&buffer.bytes, total)
    moveFixups(&buffer.fixups)
    movement.moveReferences(in: &buffer)
  }

  /// Moves the code apart, from its end on, and puts long forms where the short ones were.
  private func moveBytes(_ bytes: inout [UInt8], _ total: Int) {
    var end = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: total))
    bytes.withUnsafeMutableBytes { bytes in
      var index = branches.count
      while index > 0 {
        index -= 1
        let branch = branches[index]
        if !branch.isLong { continue }
        let behind = Int(branch.start) + 4
        let growth = Int(growthBefore[index + 1])
        let chunk = UnsafeRawBufferPointer(rebasing: bytes[behind..<end])
        UnsafeMutableRawBufferPointer(rebasing: bytes[behind + growth..<end + growth])
          .copyMemory(from: chunk)
        end = Int(branch.start)
        let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: end, as: UInt32.self))
        let place = end + Int(growthBefore[index])
        let (first, second) = longForm(word, branch.kind)
        bytes.storeBytes(of: first.littleEndian, toByteOffset: place, as: UInt32.self)
        bytes.storeBytes(of: second.littleEndian, toByteOffset: place + 4, as: UInt32.self)
      }
    }
  }

  /// The first two words of the long form; the rest depends on the label.
  private func longForm(_ word: UInt32, _ kind: ARM64Fixup) -> (UInt32, UInt32) {
    let branch: UInt32 = 0x1400_0000
    let overNext: UInt32 = 2 << 5
    switch kind {
    case .conditional19 where word & 14 == 14: return (0xD503_201F, branch)
    case .conditional19: return (word ^ 1 | overNext, branch)
    case .compare19, .testBit14: return (word ^ 1 << 24 | overNext, branch)
    case .address21, .branch26, .literal19, .addressSum: return (word, 0)
    }
  }

  private func moveFixups(_ fixups: inout [CodeBuffer.Fixup]) {
    var next = 0
    for index in movement.firstFixup..<fixups.count {
      fixups[index].offset = movement.moved(fixups[index].offset, &next)
    }
    for branch in branches where branch.isLong {
      if branch.kind == .address21 {
        fixups[Int(branch.fixup)].kind = ARM64Fixup.addressSum.rawValue
      } else {
        fixups[Int(branch.fixup)].kind = ARM64Fixup.branch26.rawValue
        fixups[Int(branch.fixup)].offset += 4
      }
    }
  }
}

extension ARM64Fixup {
  /// Distances from `-reach` up to but not including `reach` fit into the field; nil if there is no
  /// long form to take instead.
  var reach: Int? {
    switch self {
    case .conditional19, .compare19, .address21: 1 << 20
    case .testBit14: 1 << 15
    case .branch26, .literal19, .addressSum: nil
    }
  }
}

import Codegen
import Diagnostics
import ELF

// Call frame information (DWARF 4, section 6.4; Linux Standard Base, 10.6): what `.cfi_…`
// directives say, written as GNU `as` writes it.

/// What `.cfi_startproc` … `.cfi_endproc` say of a stretch of code.
struct FrameDescription {
  /// A place in the section of the code.
  struct Place: Equatable {
    var fragment: Int32
    var offset: Int32
  }

  var section: Int32
  var start: Place
  /// Nil as long as there has been no `.cfi_endproc`.
  var end: Place?
  /// The directive that begins it.
  var range: SourceRange
  var instructions: [FrameInstruction] = []
  var returnColumn: UInt64
  var isSignalFrame = false

  // While it is being read: where the last instruction stands, the offset of the canonical frame
  // address and those that `.cfi_remember_state` has saved.
  var last: Place
  var frameOffset = 0
  var savedOffsets: [Int] = []
}

/// An instruction of the machine that finds the rules for a place. Registers have DWARF's numbers.
enum FrameInstruction: Equatable {
  case advance(FrameDescription.Place)
  case defineFrame(register: UInt64, offset: Int)
  case defineFrameRegister(UInt64)
  case defineFrameOffset(Int)
  /// The register is saved so many bytes from the canonical frame address.
  case offset(register: UInt64, Int)
  case register(UInt64, UInt64)
  case restore(UInt64), undefined(UInt64), sameValue(UInt64)
  case rememberState, restoreState, windowSave
  case escape([UInt8])

  /// Whether it ends the instructions that a common entry takes over from the first description.
  var endsCommonPart: Bool {
    switch self {
    case .advance, .rememberState, .escape: true
    default: false
    }
  }
}

/// Which sections frames are described in: `.cfi_sections`.
struct FrameSections: OptionSet {
  let rawValue: UInt8

  static let exceptions = FrameSections(rawValue: 1)
  static let debugging = FrameSections(rawValue: 2)
}

extension Assembly {
  /// Offsets of saved registers are multiples of this.
  static let frameOffsetUnit = -8

  /// Makes the sections of frames; all addresses are known.
  mutating func addFrameSections() {
    if frames.isEmpty { return }
    if frameSections.contains(.exceptions) {
      addFrameSection(".eh_frame", SectionAttributes(flags: .allocated), isForDebuggers: false)
    }
    if frameSections.contains(.debugging) {
      addFrameSection(".debug_frame", SectionAttributes(flags: []), isForDebuggers: true)
    }
  }

  private mutating func addFrameSection(
    _ name: String, _ attributes: SectionAttributes, isForDebuggers: Bool
  ) {
    let index = section(named: name, attributes)
    if sections[index].attributes.isZero {
      report(
        AssemblyError(
          "E0411", "section '\(name)' cannot hold zeros only: frames are described in it",
          frames[0].range))
      return
    }
    sections[index].isUsed = true
    sections[index].alignment = max(sections[index].alignment, 8)
    var writer = FrameWriter(
      self, section: Int32(index), start: sections[index].size, isForDebuggers: isForDebuggers)
    for frame in frames.indices { writer.add(frames[frame], isLast: frame == frames.count - 1) }
    sections[index].bytes += writer.bytes
    sections[index].relocations += writer.relocations
    sections[index].size += writer.bytes.count
  }
}

/// Writes one section of frames.
private struct FrameWriter {
  /// What several descriptions share.
  private struct CommonEntry {
    var returnColumn: UInt64
    var isSignalFrame: Bool
    var instructions: ArraySlice<FrameInstruction>
    /// Offset in the section.
    var offset: Int
  }

  let assembly: Assembly
  let section: Int32
  /// Offset of the first byte in the section.
  let start: Int
  let isForDebuggers: Bool
  var bytes: [UInt8] = []
  var relocations: [PendingRelocation] = []
  private var commonEntries: [CommonEntry] = []

  init(_ assembly: Assembly, section: Int32, start: Int, isForDebuggers: Bool) {
    self.assembly = assembly
    self.section = section
    self.start = start
    self.isForDebuggers = isForDebuggers
  }

  mutating func add(_ frame: FrameDescription, isLast: Bool) {
    guard let end = frame.end else { return }
    let (common, rest) = commonEntry(frame)
    let first = bytes.count
    let startAddress = address(frame.start, frame)
    beginEntry()
    if isForDebuggers {
      addReference(X86_64Relocation.absolute32, .absolute32, .section(section), common)
      bytes.append32(0)
    } else {
      bytes.append32(UInt32(truncatingIfNeeded: start + bytes.count - common))
    }
    let code = RelocationTarget.section(frame.section)
    let size = UInt64(truncatingIfNeeded: address(end, frame) - startAddress)
    if isForDebuggers {
      addReference(X86_64Relocation.absolute64, .absolute64, code, startAddress)
      append64(0)
      append64(size)
    } else {
      addReference(X86_64Relocation.pc32, .prel32, code, startAddress)
      bytes.append32(0)
      bytes.append32(UInt32(truncatingIfNeeded: size))
      bytes.append(0)  // no more data
    }
    var place = startAddress
    for instruction in rest { add(instruction, frame, &place) }
    // The section ends with a whole address.
    endEntry(first, alignment: isForDebuggers || isLast ? 8 : 4)
  }

  private func address(_ place: FrameDescription.Place, _ frame: FrameDescription) -> Int {
    assembly.address(section: frame.section, fragment: place.fragment, offset: place.offset)
  }

  // MARK: Entries

  private mutating func beginEntry() { bytes.append32(0) }

  /// Pads an entry and fills in its length.
  private mutating func endEntry(_ first: Int, alignment: Int) {
    while bytes.count % alignment != 0 { bytes.append(DW_CFA.nop) }
    let length = UInt32(truncatingIfNeeded: bytes.count - first - 4)
    for byte in 0..<4 { bytes[first + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte)) }
  }

  /// The offset of the common entry for a description, and the instructions that are left: of those
  /// that fit the one made last. A new one takes over the first instructions of the description.
  private mutating func commonEntry(
    _ frame: FrameDescription
  ) -> (offset: Int, rest: ArraySlice<FrameInstruction>) {
    let known = commonEntries.last {
      $0.returnColumn == frame.returnColumn && $0.isSignalFrame == frame.isSignalFrame
        && frame.instructions.starts(with: $0.instructions)
    }
    if let known { return (known.offset, frame.instructions[known.instructions.count...]) }
    let end = frame.instructions.firstIndex { $0.endsCommonPart } ?? frame.instructions.count
    let offset = start + bytes.count
    commonEntries.append(
      CommonEntry(
        returnColumn: frame.returnColumn, isSignalFrame: frame.isSignalFrame,
        instructions: frame.instructions[..<end], offset: offset))
    addCommonEntry(frame, frame.instructions[..<end])
    return (offset, frame.instructions[end...])
  }

  private mutating func addCommonEntry(
    _ frame: FrameDescription, _ instructions: ArraySlice<FrameInstruction>
  ) {
    let first = bytes.count
    beginEntry()
    bytes.append32(isForDebuggers ? 0xFFFF_FFFF : 0)
    bytes.append(1)  // version
    bytes += Array((isForDebuggers ? "" : "zR").utf8)
    if frame.isSignalFrame { bytes.append(UInt8(ascii: "S")) }
    bytes.append(0)
    bytes.appendLEB128(UInt(codeUnit))
    bytes.appendLEB128(Assembly.frameOffsetUnit)
    bytes.append(UInt8(truncatingIfNeeded: frame.returnColumn))
    // One byte more says how addresses are written: as signed distances of 4 bytes.
    if !isForDebuggers { bytes += [1, 0x1B] }
    var place = 0
    for instruction in instructions { add(instruction, frame, &place) }
    endEntry(first, alignment: isForDebuggers ? 8 : 4)
  }

  private var codeUnit: Int { assembly.isX86 ? 1 : 4 }

  private mutating func addReference(
    _ x86: X86_64Relocation, _ arm: AArch64Relocation, _ target: RelocationTarget, _ addend: Int
  ) {
    relocations.append(
      PendingRelocation(
        offset: start + bytes.count, kind: assembly.isX86 ? x86.rawValue : arm.rawValue,
        target: target, addend: addend))
  }

  private mutating func append64(_ value: UInt64) {
    bytes.append32(UInt32(truncatingIfNeeded: value))
    bytes.append32(UInt32(truncatingIfNeeded: value >> 32))
  }

  // MARK: Instructions

  /// `place` is the address that the instructions have come to.
  private mutating func add(
    _ instruction: FrameInstruction, _ frame: FrameDescription, _ place: inout Int
  ) {
    switch instruction {
    case .advance(let next):
      addAdvance((address(next, frame) - place) / codeUnit)
      place = address(next, frame)
    case .defineFrame(let register, let offset):
      add(offset < 0 ? DW_CFA.defineCFASigned : DW_CFA.defineCFA, register)
      addFrameOffset(offset)
    case .defineFrameRegister(let register): add(DW_CFA.defineCFARegister, register)
    case .defineFrameOffset(let offset):
      bytes.append(offset < 0 ? DW_CFA.defineCFAOffsetSigned : DW_CFA.defineCFAOffset)
      addFrameOffset(offset)
    case .offset(let register, let offset): addOffset(register, offset)
    case .register(let register, let other):
      add(DW_CFA.register, register)
      bytes.appendLEB128(UInt(other))
    case .restore(let register) where register < 64:
      bytes.append(DW_CFA.restore | UInt8(register))
    case .restore(let register): add(DW_CFA.restoreExtended, register)
    case .undefined(let register): add(DW_CFA.undefined, register)
    case .sameValue(let register): add(DW_CFA.sameValue, register)
    case .rememberState: bytes.append(DW_CFA.rememberState)
    case .restoreState: bytes.append(DW_CFA.restoreState)
    case .windowSave: bytes.append(DW_CFA.windowSave)
    case .escape(let raw): bytes += raw
    }
  }

  private mutating func add(_ operation: UInt8, _ register: UInt64) {
    bytes.append(operation)
    bytes.appendLEB128(UInt(register))
  }

  private mutating func addFrameOffset(_ offset: Int) {
    if offset < 0 {
      bytes.appendLEB128(offset / Assembly.frameOffsetUnit)
    } else {
      bytes.appendLEB128(UInt(offset))
    }
  }

  private mutating func addOffset(_ register: UInt64, _ offset: Int) {
    let units = offset / Assembly.frameOffsetUnit
    if units < 0 {
      add(DW_CFA.offsetExtendedSigned, register)
      bytes.appendLEB128(units)
      return
    }
    if register < 64 {
      bytes.append(DW_CFA.offset | UInt8(register))
    } else {
      add(DW_CFA.offsetExtended, register)
    }
    bytes.appendLEB128(UInt(units))
  }

  private mutating func addAdvance(_ units: Int) {
    switch units {
    case ..<1: return
    case ..<64: bytes.append(DW_CFA.advance | UInt8(units))
    case ..<0x100: bytes += [DW_CFA.advance1, UInt8(units)]
    case ..<0x1_0000:
      bytes.append(DW_CFA.advance2)
      bytes.append16(UInt16(units))
    default:
      bytes.append(DW_CFA.advance4)
      bytes.append32(UInt32(truncatingIfNeeded: units))
    }
  }
}

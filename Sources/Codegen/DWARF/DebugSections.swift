import ELF
import IR

/// The DWARF sections of a module: a compilation unit with an entry for each function
/// (`.debug_info`, `.debug_abbrev`), its lines (`.debug_line`) and how to unwind its frames
/// (`.debug_frame`). Version 4, which all debuggers and profilers in use can read.
///
/// They contain source paths as they appear in messages, and nothing else of the machine that
/// compiles: no directory, no time.
struct DebugSections {
  /// Sections in their order, as they are appended to those of the module.
  enum Kind: Int, CaseIterable {
    case information, abbreviations, lines, frames

    var name: String {
      switch self {
      case .information: ".debug_info"
      case .abbreviations: ".debug_abbrev"
      case .lines: ".debug_line"
      case .frames: ".debug_frame"
      }
    }
  }

  let program: IRProgram
  let record: DebugRecord
  let target: DebugTarget
  /// What each function is called.
  let names: [String]
  /// Where each function begins in the text section, and at last where the section ends.
  let starts: [Int32]
  /// Section symbols: that of the text section, and the first of those for the sections made here,
  /// in the order of their kinds.
  let textSymbol: Int
  let firstSymbol: Int

  func make() -> [ObjectSection] {
    Kind.allCases.map { kind in
      switch kind {
      case .information: makeInformation()
      case .abbreviations: makeAbbreviations()
      case .lines: makeLines()
      case .frames: makeFrames()
      }
    }
  }

  func emptySection(_ kind: Kind) -> ObjectSection {
    ObjectSection(name: kind.name, flags: [], alignment: kind == .frames ? 8 : 1)
  }

  /// Appends the address of a place in the text section.
  func appendTextAddress(_ offset: Int32, to section: inout ObjectSection) {
    section.relocations.append(
      Relocation(
        offset: section.bytes.count, kind: target.address64, symbol: textSymbol,
        addend: Int(offset)))
    section.append(UInt64(0))
  }

  /// Appends the offset of the start of our part of another section.
  func appendReference(to kind: Kind, in section: inout ObjectSection) {
    section.relocations.append(
      Relocation(
        offset: section.bytes.count, kind: target.address32, symbol: firstSymbol + kind.rawValue,
        addend: 0))
    section.bytes.append32(0)
  }
}

import ELF
import IR

// The compilation unit: DWARF 4, sections 2 and 3.

/// Codes of the abbreviations.
private enum Abbreviation {
  static let unit: UInt = 1
  static let function: UInt = 2
  /// A function that the compiler has made: not from a line of a file.
  static let madeFunction: UInt = 3
  /// Where the program begins as far as its author is concerned.
  static let main: UInt = 4
}

extension DebugSections {
  /// What the entries of ``makeInformation()`` consist of.
  func makeAbbreviations() -> ObjectSection {
    var section = emptySection(.abbreviations)
    func add(_ code: UInt, _ tag: Int, hasChildren: Bool, _ attributes: [(Int, Int)]) {
      section.bytes.appendLEB128(code)
      section.bytes.appendLEB128(UInt(tag))
      section.bytes.append(hasChildren ? 1 : 0)
      for (attribute, form) in attributes + [(0, 0)] {
        section.bytes.appendLEB128(UInt(attribute))
        section.bytes.appendLEB128(UInt(form))
      }
    }
    add(
      Abbreviation.unit, DW_TAG.compileUnit, hasChildren: true,
      [
        (DW_AT.producer, DW_FORM.string), (DW_AT.name, DW_FORM.string),
        (DW_AT.statementList, DW_FORM.sectionOffset), (DW_AT.lowPC, DW_FORM.address),
        (DW_AT.highPC, DW_FORM.data4),
      ])
    let function = [
      (DW_AT.name, DW_FORM.string), (DW_AT.lowPC, DW_FORM.address), (DW_AT.highPC, DW_FORM.data4),
    ]
    let place = [(DW_AT.declarationFile, DW_FORM.udata), (DW_AT.declarationLine, DW_FORM.udata)]
    let isMain = [(DW_AT.mainSubprogram, DW_FORM.flagPresent)]
    add(Abbreviation.function, DW_TAG.subprogram, hasChildren: false, function + place)
    add(Abbreviation.madeFunction, DW_TAG.subprogram, hasChildren: false, function)
    add(Abbreviation.main, DW_TAG.subprogram, hasChildren: false, function + place + isMain)
    section.bytes.append(0)
    return section
  }

  func makeInformation() -> ObjectSection {
    var section = emptySection(.information)
    section.bytes.reserveCapacity(48 * names.count + 64)
    section.relocations.reserveCapacity(names.count + 3)
    let main = mainFunction
    section.bytes.append32(0)  // length of what follows, known at the end
    section.bytes.append16(4)  // version
    appendReference(to: .abbreviations, in: &section)
    section.bytes.append(8)  // size of an address
    section.bytes.appendLEB128(Abbreviation.unit)
    section.bytes.appendString("rail")
    section.bytes.appendString(
      main.map { program.files[Int(program.functions[$0].file)] } ?? "rail")
    appendReference(to: .lines, in: &section)
    appendRange(0, starts[starts.count - 1], to: &section)
    for index in program.functions.indices {
      let file = program.functions[index].file
      section.bytes.appendLEB128(
        index == main
          ? Abbreviation.main : file < 0 ? Abbreviation.madeFunction : Abbreviation.function)
      section.bytes.appendString(names[index])
      appendRange(starts[index], starts[index + 1], to: &section)
      if file >= 0 {
        section.bytes.appendLEB128(UInt(file) + 1)
        section.bytes.appendLEB128(UInt(program.functions[index].position >> linePositionShift))
      }
    }
    section.bytes.append(0)  // no more children
    section.bytes.patch32(at: 0, UInt32(section.bytes.count - 4))
    return section
  }

  private func appendRange(_ start: Int32, _ end: Int32, to section: inout ObjectSection) {
    appendTextAddress(start, to: &section)
    section.bytes.append32(UInt32(end - start))
  }

  /// The first function that comes from a file: `main` is translated first.
  private var mainFunction: Int? { program.functions.firstIndex { $0.file >= 0 } }
}

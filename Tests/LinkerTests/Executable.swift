import ELF
import Linker

/// The parts of an executable that tests look at, read without the code under test.
struct Executable {
  struct Segment {
    let type: UInt32
    let flags: UInt32
    let offset: Int
    let address: Int
    let fileSize: Int
    let memorySize: Int
    let alignment: Int
  }
  struct Symbol {
    let name: String
    let address: Int
    let isLocal: Bool
  }

  struct Section {
    let name: String
    let address: Int
    let size: Int
  }

  let bytes: [UInt8]
  let entry: Int
  let segments: [Segment]
  /// In order; empty for stripped programs.
  var sections: [Section] = []
  var sectionNames: [String] { sections.map(\.name) }
  var symbols: [Symbol] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    entry = field(bytes, 24, 8)
    let table = field(bytes, 32, 8)
    segments = (0..<field(bytes, 56, 2)).map { index in
      let at = table + 56 * index
      return Segment(
        type: UInt32(field(bytes, at, 4)), flags: UInt32(field(bytes, at + 4, 4)),
        offset: field(bytes, at + 8, 8), address: field(bytes, at + 16, 8),
        fileSize: field(bytes, at + 32, 8), memorySize: field(bytes, at + 40, 8),
        alignment: field(bytes, at + 48, 8))
    }
    readSections()
  }

  private mutating func readSections() {
    let table = field(bytes, 40, 8)
    guard table != 0 else { return }
    func header(_ index: Int, _ at: Int, _ width: Int) -> Int {
      field(bytes, table + 64 * index + at, width)
    }
    let names = header(field(bytes, 62, 2), 24, 8)
    for index in 1..<field(bytes, 60, 2) {
      sections.append(
        Section(
          name: text(bytes, names + header(index, 0, 4)), address: header(index, 16, 8),
          size: header(index, 32, 8)))
      guard header(index, 4, 4) == 2 else { continue }
      let strings = header(header(index, 40, 4), 24, 8)
      let start = header(index, 24, 8)
      for at in stride(from: start + 24, to: start + header(index, 32, 8), by: 24) {
        symbols.append(
          Symbol(
            name: text(bytes, strings + field(bytes, at, 4)), address: field(bytes, at + 8, 8),
            isLocal: bytes[at + 4] >> 4 == 0))
      }
    }
  }

  var loads: [Segment] { segments.filter { $0.type == 1 } }

  /// The section called `name`, or nil.
  func section(_ name: String) -> Section? { sections.first { $0.name == name } }

  /// The address of the symbol called `name`, or nil.
  func address(of name: String) -> Int? { symbols.first { $0.name == name }?.address }

  /// The unsigned little-endian number in the file for an address.
  func value(at address: Int, _ width: Int) -> Int? {
    let segment = loads.first {
      address >= $0.address && address + width <= $0.address + $0.fileSize
    }
    return segment.map { field(bytes, $0.offset + address - $0.address, width) }
  }
}

private func field(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int {
  (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
}

private func text(_ bytes: [UInt8], _ offset: Int) -> String {
  String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
}

// MARK: - Objects made by hand

/// A section with bytes.
func section(
  _ name: String, _ flags: SectionFlags, _ bytes: [UInt8], alignment: Int = 1,
  _ relocations: [Relocation] = []
) -> ObjectSection {
  var section = ObjectSection(name: name, flags: flags.union(.allocated), alignment: alignment)
  section.bytes = bytes
  section.relocations = relocations
  return section
}

func zeros(_ name: String, _ count: Int, alignment: Int = 1) -> ObjectSection {
  var section = ObjectSection(name: name, flags: [.allocated, .writable], alignment: alignment)
  section.zeroFill = count
  return section
}

func object(
  _ name: String, _ sections: [ObjectSection], _ symbols: [ObjectSymbol],
  machine: ELFMachine = .x86_64
) -> ObjectFile {
  var object = ObjectFile(name: name, machine: machine)
  object.sections = sections
  object.symbols = symbols
  return object
}

/// A global symbol at the start of a section.
func symbol(_ name: String, in section: Int, _ binding: ObjectSymbol.Binding = .global)
  -> ObjectSymbol
{
  ObjectSymbol(name: name, place: .section(section), binding: binding)
}

func undefined(_ name: String, _ binding: ObjectSymbol.Binding = .global) -> ObjectSymbol {
  ObjectSymbol(name: name, place: .undefined, binding: binding)
}

func absolute(_ name: String, _ value: Int) -> ObjectSymbol {
  ObjectSymbol(name: name, place: .absolute, value: value)
}

func relocation(_ kind: X86_64Relocation, _ offset: Int, _ symbol: Int, _ addend: Int = 0)
  -> Relocation
{
  Relocation(offset: offset, kind: kind.rawValue, symbol: symbol, addend: addend)
}

/// What `link` throws for the objects, or no problems.
func problems(_ objects: [ObjectFile], _ options: LinkOptions = LinkOptions()) -> [LinkProblem] {
  do {
    _ = try link(objects, options: options)
    return []
  } catch {
    return error.problems
  }
}

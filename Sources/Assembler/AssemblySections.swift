import Diagnostics
import ELF

/// A section under construction.
///
/// Its bytes are those whose number is known when they are read; between them lie gaps whose size
/// is found by ``Assembly/layOut()``. A fragment is a stretch of bytes and the gap behind it.
struct AssemblySection {
  var name: String
  var attributes: SectionAttributes
  var alignment = 1
  var bytes: [UInt8] = []
  var fragments: [Fragment] = [Fragment(start: 0)]
  var fixups: [Fixup] = []
  var relocations: [PendingRelocation] = []
  /// Constants that loads of this section wait for.
  var pool = LiteralPool()
  /// Whether anything refers to the section or puts something there.
  var isUsed = false
  /// The result of layout: the size, gaps included.
  var size = 0
}

struct SectionAttributes: Equatable {
  var flags: SectionFlags
  var isZero = false
  var entrySize = 0

  init(flags: SectionFlags, isZero: Bool = false, entrySize: Int = 0) {
    self.flags = flags
    self.isZero = isZero
    self.entrySize = entrySize
  }

  /// What a section has whose attributes are not given, by its name.
  init(standard name: String) {
    func isOrBegins(_ prefix: String) -> Bool { name == prefix || name.hasPrefix(prefix + ".") }
    if isOrBegins(".text") || name == ".init" || name == ".fini" {
      self.init(flags: [.allocated, .executable])
    } else if isOrBegins(".bss") {
      self.init(flags: [.allocated, .writable], isZero: true)
    } else if isOrBegins(".data") {
      self.init(flags: [.allocated, .writable])
    } else if isOrBegins(".rodata") {
      self.init(flags: .allocated)
    } else {
      self.init(flags: [])
    }
  }
}

/// A stretch of bytes and the gap behind it.
struct Fragment {
  enum Gap {
    /// The last fragment of a section has none.
    case none
    /// A branch of x86-64 with a short and a long form.
    case branch(Branch)
    /// Up to a multiple of `alignment`, but no more than `limit` bytes; of `fill`, or without that
    /// of instructions that do nothing.
    case align(alignment: Int, fill: Filling?, limit: Int)
    case fill(count: ExpressionID, Filling, SourceRange)
    /// Up to an offset in the section.
    case origin(ExpressionID, fill: UInt8, SourceRange)
  }

  struct Branch {
    /// Nil for `jmp`.
    var condition: UInt8?
    var target: ExpressionID
    var range: SourceRange
    /// Whether the target is a place of this section, so that the form depends on the distance.
    var isOpen = false
    var isLong = false
    /// Of an open branch: the place, as offset in a fragment.
    var targetFragment = 0
    var targetOffset = 0
  }

  /// Offset of the first byte among those of the section.
  var start: Int
  var gap = Gap.none
  /// AArch64: offset in the fragment of its first instruction, which has to be aligned.
  var firstInstruction: (offset: Int, range: SourceRange)?
  var isMisaligned = false
  /// Results of layout: offset of the first byte in the section, and bytes of the gap.
  var address = 0
  var gapSize = 0
  /// Number of alignments before it in the section.
  var region = 0

  init(start: Int) { self.start = start }
}

/// What a gap consists of: a number, again and again.
struct Filling {
  var value: UInt64
  /// Bytes of the number, at most 8.
  var size: Int
}

/// A field that is filled in when all addresses are known, or becomes a relocation.
struct Fixup {
  var fragment: Int32
  /// Offset of the field in the fragment.
  var offset: Int32
  /// The relocation type of the machine that does the same.
  var kind: UInt32
  var value: ExpressionID
  /// Added to the value; relations to the place are counted from the field.
  var addend: Int
  /// The operand.
  var range: SourceRange
  /// A branch that may be short goes to the definition of its section, whatever the linker knows.
  var isOpenBranch = false
}

extension Assembly {
  /// The number of the section called `name`; it is made if there is none.
  mutating func section(named name: String, _ attributes: SectionAttributes) -> Int {
    if let index = sectionNumbers[name] { return index }
    sectionNumbers[name] = sections.count
    sections.append(AssemblySection(name: name, attributes: attributes))
    return sections.count - 1
  }

  mutating func enter(_ section: Int) {
    previousSection = currentSection
    currentSection = section
    sections[section].isUsed = true
  }

  // MARK: Contents

  mutating func checkRoom(_ count: Int, _ range: SourceRange) throws(AssemblyError) {
    if sections[currentSection].attributes.isZero {
      throw AssemblyError(
        "E0411", "section '\(sections[currentSection].name)' holds zeros only", range,
        help: "data goes to .data or .rodata, code to .text")
    }
    if sections[currentSection].bytes.count + count > options.maximumSectionSize {
      throw sectionTooLarge(currentSection, range)
    }
  }

  func sectionTooLarge(_ section: Int, _ range: SourceRange) -> AssemblyError {
    AssemblyError(
      "E0411", "section '\(sections[section].name)' gets too large", range,
      "at most \(options.maximumSectionSize) bytes")
  }

  mutating func emit(_ bytes: some Collection<UInt8>, _ range: SourceRange) throws(AssemblyError) {
    try checkRoom(bytes.count, range)
    sections[currentSection].isUsed = true
    sections[currentSection].bytes.append(contentsOf: bytes)
  }

  mutating func emit(
    _ value: UInt64, size: Int, _ range: SourceRange
  ) throws(AssemblyError) {
    try checkRoom(size, range)
    sections[currentSection].isUsed = true
    for index in 0..<size {
      sections[currentSection].bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
    }
  }

  /// Notes that the field `back` bytes before the current place depends on an expression.
  mutating func addFixup(
    _ kind: UInt32, _ value: ExpressionID, back: Int, addend: Int = 0, _ range: SourceRange
  ) {
    let fragment = sections[currentSection].fragments.count - 1
    let start = sections[currentSection].fragments[fragment].start
    sections[currentSection].fixups.append(
      Fixup(
        fragment: Int32(fragment),
        offset: Int32(sections[currentSection].bytes.count - back - start), kind: kind,
        value: value, addend: addend, range: range))
  }

  /// Ends the current fragment with a gap.
  mutating func addGap(_ gap: Fragment.Gap) {
    sections[currentSection].isUsed = true
    let last = sections[currentSection].fragments.count - 1
    sections[currentSection].fragments[last].gap = gap
    sections[currentSection].fragments.append(
      Fragment(start: sections[currentSection].bytes.count))
  }

  /// Aligns the current place; `fill` of nil means what fits the section.
  mutating func align(to alignment: Int, fill: Filling? = nil, limit: Int = 0) {
    sections[currentSection].alignment = max(sections[currentSection].alignment, alignment)
    sections[currentSection].isUsed = true
    if alignment == 1 { return }
    let isCode = sections[currentSection].attributes.flags.contains(.executable)
    addGap(
      .align(
        alignment: alignment, fill: fill ?? (isCode ? nil : Filling(value: 0, size: 1)),
        limit: limit == 0 ? alignment : limit))
  }
}

import ELF

/// Objects may hold at most this many pieces, so that an object of nothing but one-byte strings
/// stays small in memory; sections beyond it are kept whole.
private let largestPieceCount = 1 << 16

/// Returns `object` with every mergeable section replaced by sections of one element each: a
/// string with its NUL, or a constant (gABI chapter 4, `SHF_MERGE`).
///
/// As sections of their own, elements that the program does not reach are left out, and equal ones
/// can be stored once. What a symbol or relocation refers to decides which piece it refers to:
/// - for a symbol that is not a section symbol, the place of the symbol; an addend then counts from
///   there;
/// - for a section symbol, the place including the addend.
///
/// Requires a consistent object, as `checkObject` leaves it.
func splitMergeableSections(_ object: ObjectFile) -> ObjectFile {
  var splitter = SectionSplitter(object)
  guard splitter.findPieces() else { return object }
  splitter.renumberSections()
  splitter.moveSymbols()
  splitter.moveRelocations()
  return splitter.result
}

/// The state of splitting one object; the methods run in the order of
/// ``splitMergeableSections(_:)``.
private struct SectionSplitter {
  let object: ObjectFile
  var result: ObjectFile
  /// For each section the offsets at which its pieces begin; empty if it is kept whole.
  var starts: [[Int]]
  /// For each section its index in `result`, or that of its first piece.
  var newIndex: [Int] = []

  init(_ object: ObjectFile) {
    self.object = object
    result = object
    starts = Array(repeating: [], count: object.sections.count)
  }

  /// Decides which sections to split, and where. Returns whether there are any.
  mutating func findPieces() -> Bool {
    var total = 0
    for (index, section) in object.sections.enumerated() where canSplit(section) {
      guard section.bytes.count / section.entrySize <= largestPieceCount - total else { continue }
      starts[index] = pieceStarts(section)
      total += starts[index].count
    }
    guard total > 0 else { return false }
    keepAmbiguousSectionsWhole()
    return starts.contains { !$0.isEmpty }
  }

  /// Sections whose names have boundaries, and those whose elements are more aligned than they are
  /// large, stay together.
  private func canSplit(_ section: ObjectSection) -> Bool {
    isShareable(section) && section.flags.contains(.allocated) && section.entrySize > 0
      && section.bytes.count > section.entrySize
      && section.bytes.count % section.entrySize == 0
      && section.entrySize % section.alignment == 0 && !isCIdentifier(section.name)
  }

  private func pieceStarts(_ section: ObjectSection) -> [Int] {
    let size = section.entrySize
    if !section.flags.contains(.strings) {
      return Array(stride(from: 0, to: section.bytes.count, by: size))
    }
    var starts = [0]
    for end in stride(from: size, through: section.bytes.count, by: size)
    where section.bytes[end - size..<end].allSatisfy({ $0 == 0 }) {
      if end < section.bytes.count { starts.append(end) }
    }
    return starts
  }

  /// The addend of a relative x86-64 relocation includes the distance from the field to the next
  /// instruction. With a section symbol it then does not tell which piece is meant. Compilers avoid
  /// that; a section to which it happens is kept whole.
  private mutating func keepAmbiguousSectionsWhole() {
    for section in object.sections {
      for relocation in section.relocations {
        let symbol = object.symbols[relocation.symbol]
        guard symbol.kind == .section, case .section(let target) = symbol.place,
          !starts[target].isEmpty
        else { continue }
        let place = symbol.value &+ relocation.addend
        let isInside = place >= 0 && place < object.sections[target].bytes.count
        if !isInside || !isAbsolute(relocation.kind) { starts[target] = [] }
      }
    }
  }

  private func isAbsolute(_ kind: UInt32) -> Bool {
    guard object.machine == .x86_64 else { return true }
    switch X86_64Relocation(rawValue: kind) {
    case .absolute64, .absolute32, .absolute32S: return true
    default: return false
    }
  }

  // MARK: Rewriting

  /// Pieces take the place of their section.
  mutating func renumberSections() {
    result.sections.removeAll(keepingCapacity: true)
    for (index, section) in object.sections.enumerated() {
      newIndex.append(result.sections.count)
      guard !starts[index].isEmpty else {
        result.sections.append(section)
        continue
      }
      for (number, start) in starts[index].enumerated() {
        let isLast = number + 1 == starts[index].count
        let end = isLast ? section.bytes.count : starts[index][number + 1]
        var piece = section
        piece.bytes = Array(section.bytes[start..<end])
        result.sections.append(piece)
      }
    }
    for index in result.groups.indices {
      result.groups[index].sections = object.groups[index].sections.flatMap { member in
        (0..<max(starts[member].count, 1)).map { newIndex[member] + $0 }
      }
    }
  }

  /// Where the byte at `offset` of a section is in the result.
  private func place(_ section: Int, _ offset: Int) -> (section: Int, offset: Int) {
    guard !starts[section].isEmpty else { return (newIndex[section], offset) }
    // The last piece that begins at or before the offset.
    var low = 0
    var high = starts[section].count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[section][middle] <= offset { low = middle } else { high = middle }
    }
    return (newIndex[section] + low, offset - starts[section][low])
  }

  mutating func moveSymbols() {
    for (index, symbol) in object.symbols.enumerated() {
      guard case .section(let section) = symbol.place else { continue }
      let place = place(section, symbol.value)
      result.symbols[index].place = .section(place.section)
      result.symbols[index].value = place.offset
    }
  }

  /// Gives every relocation against a section symbol a symbol for the piece that it means.
  mutating func moveRelocations() {
    for (index, section) in object.sections.enumerated() where starts[index].isEmpty {
      for (number, relocation) in section.relocations.enumerated() {
        let symbol = object.symbols[relocation.symbol]
        guard symbol.kind == .section, case .section(let target) = symbol.place,
          !starts[target].isEmpty
        else { continue }
        let place = place(target, symbol.value + relocation.addend)
        let moved = Relocation(
          offset: relocation.offset, kind: relocation.kind, symbol: result.symbols.count,
          addend: 0)
        result.sections[newIndex[index]].relocations[number] = moved
        result.symbols.append(
          ObjectSymbol(
            name: symbol.name, place: .section(place.section), value: place.offset,
            binding: .local, kind: .section))
      }
    }
  }
}

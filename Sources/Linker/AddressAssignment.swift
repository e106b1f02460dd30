import ELF

/// Gives every section of the image its address and its place in the file, and makes the segments
/// that the kernel maps.
///
/// ```
///   file      | ELF header, program headers, constants | code | data |
///   memory    [ r--                                  ]
///                       next page, same offset in page: [ r-x ]
///                                     next page, same offset in page: [ rw- data, zeros ]
/// ```
///
/// Offset in the file and address agree modulo the page size, as `mmap` needs, so that segments
/// share pages of the file and no padding is needed between them. The headers belong to the
/// segment of the constants: nothing but code is in an executable segment. An image without
/// constants has no segment for the headers alone, which the kernel reads from the file, unless
/// the program refers to them.
///
/// - Parameter mapsZeros: whether a segment of nothing but zeros has its first bytes in the file,
///   so that it is mapped from there: valgrind takes a file without a writable mapping for no
///   program, and does not read its symbols.
func assignAddresses(
  _ layout: inout ImageLayout, _ facts: MachineFacts, mapsHeaders: Bool, mapsZeros: Bool
) {
  let kinds = SegmentKind.allCases.filter { kind in
    (kind == .constants && mapsHeaders) || layout.holds(kind)
  }
  var assignment = AddressAssignment(
    facts: facts, mapsZeros: mapsZeros, segmentCount: kinds.count)
  for kind in SegmentKind.allCases {
    assignment.place(kind, isNeeded: kinds.contains(kind), &layout)
  }
  layout.segments = assignment.segments
  layout.segments.append(stackHeader())
  layout.loadedFileSize = assignment.fileOffset
  for section in layout.addressOf.indices where layout.outputOf[section] >= 0 {
    layout.addressOf[section] += layout.sections[Int(layout.outputOf[section])].address
  }
}

/// Parts of the image by access rights, in the order of their addresses.
private enum SegmentKind: CaseIterable {
  case constants, code, data

  func holds(_ content: OutputSection.Content) -> Bool {
    switch content {
    case .code: self == .code
    case .constants: self == .constants
    case .data, .zeros: self == .data
    }
  }

  var flags: UInt32 {
    switch self {
    case .code: PF.read | PF.execute
    case .constants: PF.read
    case .data: PF.read | PF.write
    }
  }
}

/// Says that the stack is not executable; the kernel takes it for executable otherwise.
private func stackHeader() -> ProgramHeader {
  var header = ProgramHeader(type: PT.gnuStack, flags: PF.read | PF.write)
  header.alignment = 16
  return header
}

extension ImageLayout {
  /// Whether there is anything to put in a segment.
  fileprivate func holds(_ kind: SegmentKind) -> Bool {
    sections.contains { kind.holds($0.content) && $0.size > 0 }
  }
}

private struct AddressAssignment {
  let facts: MachineFacts
  let mapsZeros: Bool
  var segments: [ProgramHeader] = []
  var address: Int
  var fileOffset: Int

  /// Begins after the headers: `segmentCount` segments and one header for the stack.
  init(facts: MachineFacts, mapsZeros: Bool, segmentCount: Int) {
    self.facts = facts
    self.mapsZeros = mapsZeros
    fileOffset = ELFSize.header + (segmentCount + 1) * ELFSize.programHeader
    address = facts.imageBase + fileOffset
  }

  mutating func place(_ kind: SegmentKind, isNeeded: Bool, _ layout: inout ImageLayout) {
    let members = layout.sections.indices.filter { kind.holds(layout.sections[$0].content) }
    guard isNeeded else {
      // Even then symbols may stand for the boundaries of the empty sections.
      for index in members { layout.sections[index].address = address }
      return
    }
    var segment = ProgramHeader(type: PT.load, flags: kind.flags)
    segment.alignment = facts.pageSize
    if kind == .constants {
      segment.address = facts.imageBase
    } else if let first = members.first(where: { layout.sections[$0].size > 0 }) {
      if !segments.isEmpty { moveToNextPage(layout.sections[first]) }
      segment.address = address
      segment.offset = fileOffset
    }
    for index in members { place(&layout.sections[index]) }
    segment.memorySize = address - segment.address
    if mapsZeros && fileOffset == segment.offset { fileOffset += min(8, segment.memorySize) }
    segment.fileSize = fileOffset - segment.offset
    // A segment that is not mapped from the file begins a page, so that 0 agrees.
    if segment.fileSize == 0 { segment.offset = 0 }
    segments.append(segment)
  }

  /// Moves to an address on another page that suits `section`, the first one of a segment.
  private mutating func moveToNextPage(_ section: OutputSection) {
    let page = facts.pageSize
    address = aligned(address, to: max(page, section.alignment))
    if section.content != .zeros || mapsZeros {
      fileOffset = aligned(fileOffset, to: min(page, section.alignment))
      address += fileOffset % page
    }
  }

  private mutating func place(_ section: inout OutputSection) {
    let start = section.size > 0 ? aligned(address, to: section.alignment) : address
    section.address = start
    guard section.content != .zeros else {
      section.fileOffset = fileOffset
      address = start + section.size
      return
    }
    fileOffset += start - address
    section.fileOffset = fileOffset
    fileOffset += section.size
    address = start + section.size
  }
}

// MARK: - Symbols

/// The address of every symbol of the inputs; 0 for those that are not in the image.
func symbolAddresses(
  _ inputs: LinkInputs, _ symbols: ResolvedSymbols, _ layout: ImageLayout, _ facts: MachineFacts
) -> [Int] {
  let boundaries = symbols.boundaries.map { boundaryAddress($0.place, layout, facts) }
  return symbols.targets.map { target in
    switch target {
    case .section(let section, let offset):
      layout.outputOf[section] < 0 ? 0 : layout.addressOf[section] + offset
    case .absolute(let value): value
    case .boundary(let index): boundaries[index]
    case .undefined, .undefinedWeak: 0
    }
  }
}

func boundaryAddress(
  _ place: Boundary.Place, _ layout: ImageLayout, _ facts: MachineFacts
) -> Int {
  guard let output = boundarySection(place, layout) else { return facts.imageBase }
  let section = layout.sections[output]
  switch place {
  case .imageStart: return facts.imageBase
  case .section(_, .start), .encapsulated(_, .start): return section.address
  case .section(_, .end), .encapsulated(_, .end): return section.address + section.size
  }
}

/// The output section that a boundary belongs to, if any.
func boundarySection(_ place: Boundary.Place, _ layout: ImageLayout) -> Int? {
  let index =
    switch place {
    case .imageStart: -1
    case .section(let section, _): layout.standardSections[section.rawValue]
    case .encapsulated(let name, _): layout.encapsulated[name]
    }
  return index >= 0 ? index : nil
}

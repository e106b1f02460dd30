import ELF

/// Code to be shown, and what is known about it.
struct CodeRegion {
  var title: String
  /// More than the region where instructions may refer to what surrounds it.
  var code: [UInt8]
  /// The part of `code` to show.
  var range: Range<Int>
  /// The address of the first byte of `code`.
  var base: UInt64
  /// By offset in `code`.
  var relocations: [Relocation] = []
  /// By offset in `code`: what begins there.
  var labels: [(offset: Int, name: String)] = []
  /// The section, or 0 if the region is a segment.
  var section = 0
}

/// Finds the code of a file: its executable sections or, if it has no sections, its executable
/// segments.
func codeRegions(
  _ file: ELFFile, _ memory: UnsafeRawBufferPointer, _ symbols: SymbolIndex
) throws(ObjectError) -> [CodeRegion] {
  let segments = try CodeSegments(file, memory)
  var regions: [CodeRegion] = []
  if file.sections.count < 2 && file.type != ET.relocatable {
    for index in segments.indices.indices { regions.append(segments.region(index, file)) }
  } else {
    for (index, section) in file.sections.enumerated()
    where section.header.flags & SHF.executable != 0 && !section.contents.isEmpty {
      regions.append(segments.region(of: section, index, memory))
    }
  }
  addLabels(file, symbols, &regions)
  if file.type == ET.relocatable { addRelocations(file, &regions) }
  return regions
}

/// The executable segments of a file. Their contents do not overlap, and so are no larger than the
/// file.
private struct CodeSegments {
  /// Indices into the segments of the file, in the order of their places in it.
  let indices: [Int]
  private var contents: [Range<Int>] = []
  private var codes: [[UInt8]] = []
  private var bases: [UInt64] = []

  init(_ file: ELFFile, _ memory: UnsafeRawBufferPointer) throws(ObjectError) {
    // Objects have none: their sections are not at any address yet.
    let isLoaded = file.type != ET.relocatable
    indices = file.segments.indices.filter { index in
      let segment = file.segments[index]
      return isLoaded && segment.header.type == PT.load && segment.header.flags & PF.execute != 0
        && !segment.contents.isEmpty
    }.sorted { left, right in
      (file.segments[left].contents.lowerBound, left)
        < (file.segments[right].contents.lowerBound, right)
    }
    var end = 0
    for index in indices {
      let segment = file.segments[index]
      guard segment.contents.lowerBound >= end else {
        throw ObjectError(file: file.name, kind: .malformed, detail: "executable segments overlap")
      }
      end = segment.contents.upperBound
      contents.append(segment.contents)
      codes.append(Array(memory[segment.contents]))
      bases.append(UInt64(bitPattern: Int64(segment.header.address)))
    }
  }

  /// A whole segment, without the headers that it may begin with.
  func region(_ index: Int, _ file: ELFFile) -> CodeRegion {
    let start = contents[index].lowerBound
    let end = file.programHeadersEnd
    let first = start < end && end <= contents[index].upperBound ? end - start : 0
    return CodeRegion(
      title: "segment \(indices[index])", code: codes[index], range: first..<codes[index].count,
      base: bases[index])
  }

  /// A section, within the segment that it is in if there is one.
  func region(
    of section: ELFFile.Section, _ number: Int, _ memory: UnsafeRawBufferPointer
  ) -> CodeRegion {
    let title = shortened(section.name)
    if let index = last(beginningBefore: section.contents.lowerBound),
      section.contents.upperBound <= contents[index].upperBound
    {
      let start = section.contents.lowerBound - contents[index].lowerBound
      if bases[index] &+ UInt64(start) == section.header.address {
        return CodeRegion(
          title: title, code: codes[index], range: start..<start + section.contents.count,
          base: bases[index], section: number)
      }
    }
    return CodeRegion(
      title: title, code: Array(memory[section.contents]), range: 0..<section.contents.count,
      base: section.header.address, section: number)
  }

  private func last(beginningBefore offset: Int) -> Int? {
    var low = 0
    var high = contents.count
    while low < high {
      let middle = (low + high) / 2
      if contents[middle].lowerBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }
}

// MARK: - Labels and relocations

private func addLabels(
  _ file: ELFFile, _ symbols: SymbolIndex, _ regions: inout [CodeRegion]
) {
  for index in regions.indices {
    let region = regions[index]
    for symbol in symbols.labels(ofSection: region.section) {
      let offset = Int(truncatingIfNeeded: symbol.address &- region.base)
      if region.range.contains(offset) || offset == region.range.upperBound {
        regions[index].labels.append((offset, symbol.name))
      }
    }
    let entry = Int(truncatingIfNeeded: file.entry &- region.base)
    if file.entry != 0, region.range.contains(entry),
      !regions[index].labels.contains(where: { $0.offset == entry })
    {
      regions[index].labels.append((entry, "entry"))
      regions[index].labels.sort { $0.offset < $1.offset }
    }
  }
}

private func addRelocations(_ file: ELFFile, _ regions: inout [CodeRegion]) {
  var regionOf = Array(repeating: -1, count: file.sections.count)
  for (index, region) in regions.enumerated() { regionOf[region.section] = index }
  for table in file.relocationTables where regionOf[table.target] >= 0 {
    regions[regionOf[table.target]].relocations += table.relocations
  }
  for index in regions.indices {
    let relocations = regions[index].relocations
    let order = relocations.indices.sorted { left, right in
      (relocations[left].offset, left) < (relocations[right].offset, right)
    }
    regions[index].relocations = order.map { relocations[$0] }
  }
}

import ELF
import Support

/// A section of the image: input sections one after another.
struct OutputSection {
  /// Decides the access rights of the segment that holds the section, and its place in the image.
  enum Content: Int { case code, constants, data, zeros }

  var name: String
  var content: Content
  var alignment = 1
  /// Section numbers of the inputs, in input order.
  var members: [Int] = []
  /// Bytes in memory, and in the file unless the content is zeros.
  var size = 0
  var address = 0
  var fileOffset = 0
}

/// The image that is being made: what is in it and, after ``assignAddresses(_:_:)``, where.
struct ImageLayout {
  /// In the order of their addresses.
  var sections: [OutputSection]
  /// For each section of the inputs the output section it is in, or -1 if it is in none.
  var outputOf: [Int32]
  /// For each section of the inputs its offset in its output section, later its address.
  var addressOf: [Int]
  /// Indices in `sections` of the sections that every image has, in the order of
  /// ``BoundarySymbol/Section``.
  var standardSections: [Int] = []
  /// Index in `sections` of each of ``LinkInputs/encapsulated``, or -1 if nothing of it is live.
  var encapsulated: [Int] = []
  /// Index in `sections` of the global offset table, or -1.
  var globalOffsetTable = -1
  var segments: [ProgramHeader] = []
  /// Size of the file up to the end of the last segment.
  var loadedFileSize = 0
}

/// An image may not be larger than this in memory: far more than 32-bit references can span, and
/// far less than what could overflow an `Int`.
let largestImage = 1 << 45
/// Nor may its file; real ones are a hundred times smaller.
let largestFile = 1 << 31
/// Alignment may need as much padding in the file: this is the size of a huge page.
let largestAlignment = 1 << 21

/// Distributes the live sections over the sections of the image, in input order.
func mergeSections(
  _ inputs: LinkInputs, _ isLive: [Bool], _ offsets: GlobalOffsetTable,
  _ problems: inout [LinkProblem]
) -> ImageLayout {
  let contents = encapsulatedContents(inputs, isLive, &problems)
  var layout = makeOutputSections(inputs, contents, offsets)
  var shared = SharedConstants()
  var memorySize = 0
  var fileSize = 0
  for number in inputs.sections.indices where isLive[number] {
    let section = inputs.sections[number]
    if section.isShareable, let holder = shared.find(number, inputs) {
      layout.outputOf[number] = layout.outputOf[holder]
      layout.addressOf[number] = layout.addressOf[holder]
      continue
    }
    let output = outputSection(section, layout)
    append(section, number, to: output, &layout)
    memorySize += section.size + section.alignment
    if layout.sections[output].content != .zeros {
      fileSize += section.size + section.alignment
    }
    if memorySize > largestImage || fileSize > largestFile {
      problems.append(.imageTooLarge)
      return layout
    }
  }
  return layout
}

/// Whether equal sections of this kind may be one in the image.
func isShareable(_ section: ObjectSection) -> Bool {
  section.flags.contains(.mergeable) && section.flags.isDisjoint(with: [.writable, .executable])
    && section.relocations.isEmpty && section.zeroFill == 0
}

/// The mergeable sections that are in the image, by contents.
private struct SharedConstants {
  private var contents = Interner()
  /// For each of `contents` the number and the alignment of the section that has it.
  private var holders: [(section: Int, alignment: Int)] = []

  /// A section of the image with the same bytes as the section with number `number`, which is
  /// remembered otherwise.
  mutating func find(_ number: Int, _ inputs: LinkInputs) -> Int? {
    let alignment = inputs.sections[number].alignment
    let content = inputs.bytes(number).withUnsafeBufferPointer { Int(contents.intern($0).index) }
    if content == holders.count {
      holders.append((number, alignment))
      return nil
    }
    return holders[content].alignment >= alignment ? holders[content].section : nil
  }
}

/// Creates the sections of the image: constants, code, data, zeros. Those for encapsulated
/// sections, with the given contents, follow the standard one of their kind.
private func makeOutputSections(
  _ inputs: LinkInputs, _ contents: [OutputSection.Content?], _ offsets: GlobalOffsetTable
) -> ImageLayout {
  var layout = ImageLayout(
    sections: [], outputOf: Array(repeating: -1, count: inputs.sections.count),
    addressOf: Array(repeating: 0, count: inputs.sections.count))
  layout.encapsulated = Array(repeating: -1, count: contents.count)
  let standard: [(BoundarySymbol.Section, String, OutputSection.Content)] = [
    (.rodata, ".rodata", .constants), (.text, ".text", .code), (.data, ".data", .data),
    (.bss, ".bss", .zeros),
  ]
  layout.standardSections = Array(repeating: -1, count: standard.count)
  for (section, name, content) in standard {
    layout.standardSections[section.rawValue] = layout.sections.count
    layout.sections.append(OutputSection(name: name, content: content))
    for (number, own) in contents.enumerated() where own == content {
      layout.encapsulated[number] = layout.sections.count
      layout.sections.append(
        OutputSection(
          name: inputs.encapsulated.string(of: Symbol(index: Int32(number))), content: content))
    }
    if content == .constants && offsets.slotCount > 0 {
      layout.globalOffsetTable = layout.sections.count
      var table = OutputSection(name: ".got", content: .constants)
      table.alignment = 8
      table.size = 8 * offsets.slotCount
      layout.sections.append(table)
    }
  }
  return layout
}

/// For each of ``LinkInputs/encapsulated`` what its live sections hold, taken together: read-only
/// ones go where the others need to be. Nil if none is live.
private func encapsulatedContents(
  _ inputs: LinkInputs, _ isLive: [Bool], _ problems: inout [LinkProblem]
) -> [OutputSection.Content?] {
  var contents = [OutputSection.Content?](repeating: nil, count: inputs.encapsulated.count)
  for (number, section) in inputs.sections.enumerated() where isLive[number] {
    let name = Int(section.encapsulation)
    guard name >= 0 else { continue }
    let own: OutputSection.Content =
      if section.flags.contains(.executable) {
        .code
      } else {
        section.flags.contains(.writable) ? .data : .constants
      }
    if contents[name] == nil || contents[name] == .constants {
      contents[name] = own
    } else if own != .constants && own != contents[name] {
      problems.append(
        .unsupportedSection(
          object: inputs.objects[Int(section.object)].name,
          section: inputs.encapsulated.string(of: Symbol(index: Int32(name))),
          reason: "is \(own == .code ? "code" : "data") here, but not in an earlier object"))
    }
  }
  return contents
}

private func outputSection(_ section: InputSection, _ layout: ImageLayout) -> Int {
  let encapsulation = Int(section.encapsulation)
  if encapsulation >= 0 { return layout.encapsulated[encapsulation] }
  let standard: BoundarySymbol.Section =
    if section.flags.contains(.executable) {
      .text
    } else if !section.flags.contains(.writable) {
      .rodata
    } else {
      section.hasBytes ? .data : .bss
    }
  return layout.standardSections[standard.rawValue]
}

private func append(
  _ section: InputSection, _ number: Int, to output: Int, _ layout: inout ImageLayout
) {
  let start = aligned(layout.sections[output].size, to: section.alignment)
  layout.outputOf[number] = Int32(output)
  layout.addressOf[number] = start
  layout.sections[output].members.append(number)
  layout.sections[output].size = start + section.size
  layout.sections[output].alignment = max(layout.sections[output].alignment, section.alignment)
}

/// The smallest multiple of `alignment`, a power of two, that is at least `value`.
func aligned(_ value: Int, to alignment: Int) -> Int {
  (value + alignment - 1) & ~(alignment - 1)
}

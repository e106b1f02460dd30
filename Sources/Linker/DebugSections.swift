import ELF

/// The sections for debuggers and profilers: `.debug_info` and the like. They are in the file but
/// are not loaded, and unlike those that are, nobody refers to them: an object that has code or
/// data in the image brings all of its own.
///
/// They describe code that is left out, too. Its addresses are ones that debuggers pass over: see
/// ``absentAddress(_:)``.
struct DebugSections {
  struct Section {
    var name: String
    var alignment = 1
    /// Section numbers of the inputs, in input order.
    var members: [Int] = []
    var size = 0
    /// All of it consists of strings, of which a linker may keep one of each.
    var isStrings = true
  }

  /// In the order in which their names appear in the inputs.
  var sections: [Section] = []
  /// For each section of the inputs its offset in its section of the image, or -1 if it is in none;
  /// empty if there are none at all.
  var offsetOf: [Int] = []
  /// For each symbol of the inputs what references from debugging information resolve to: addresses
  /// in the image, or offsets in one of `sections`.
  var values: [Int] = []
}

/// What the names of sections with debugging information begin with.
private let debugPrefix = ".debug_"

/// Gathers the debugging information of all objects of which something is live.
func mergeDebugSections(
  _ inputs: LinkInputs, _ isLive: [Bool], _ problems: inout [LinkProblem]
) -> DebugSections {
  var debug = DebugSections()
  var fileSize = 0
  for (index, object) in inputs.objects.enumerated() {
    let numbers = inputs.firstSection[index]..<inputs.firstSection[index + 1]
    guard numbers.contains(where: { isLive[$0] }) else { continue }
    for number in numbers {
      let section = inputs.sections[number]
      let name = object.sections[number - numbers.lowerBound].name
      guard section.hasBytes, !section.isRepeated, !section.flags.contains(.allocated),
        name.utf8.starts(with: debugPrefix.utf8)
      else { continue }
      if debug.offsetOf.isEmpty {
        debug.offsetOf = Array(repeating: -1, count: inputs.sections.count)
      }
      debug.append(section, number, name)
      fileSize += section.size + section.alignment
    }
  }
  if fileSize > largestFile { problems.append(.imageTooLarge) }
  return debug
}

extension DebugSections {
  fileprivate mutating func append(_ section: InputSection, _ number: Int, _ name: String) {
    var index = sections.firstIndex { $0.name == name }
    if index == nil {
      index = sections.count
      sections.append(Section(name: name))
    }
    guard let index else { return }
    let start = aligned(sections[index].size, to: section.alignment)
    offsetOf[number] = start
    sections[index].members.append(number)
    sections[index].size = start + section.size
    sections[index].alignment = max(sections[index].alignment, section.alignment)
    if !section.flags.contains([.mergeable, .strings]) { sections[index].isStrings = false }
  }

  /// Gives symbols their values, most of them those of `addresses`.
  mutating func resolve(_ symbols: ResolvedSymbols, _ addresses: [Int]) {
    guard !sections.isEmpty else { return }
    values = addresses
    for (number, target) in symbols.targets.enumerated() {
      guard case .section(let section, let offset) = target, offsetOf[section] >= 0 else {
        continue
      }
      values[number] = offsetOf[section] + offset
    }
  }

  /// Whether a symbol is in the image, or an offset in one of `sections`.
  fileprivate func isPresent(_ symbol: Int, _ image: Image) -> Bool {
    switch image.symbols.targets[symbol] {
    case .section(let section, _): image.layout.outputOf[section] >= 0 || offsetOf[section] >= 0
    case .absolute, .boundary: true
    case .undefined, .undefinedWeak: false
    }
  }
}

// MARK: - Contents

/// Writes one of the debugging sections with its relocations applied, where `writer` stands.
func writeDebugSection(
  _ section: DebugSections.Section, _ image: Image, _ writer: inout FieldWriter,
  _ failures: inout RelocationFailures
) {
  let start = writer.offset
  for number in section.members {
    writer.fill(upTo: start + image.debug.offsetOf[number])
    let memberStart = writer.offset
    writer.copy(image.inputs.bytes(number))
    let bytes = UnsafeMutableRawBufferPointer(rebasing: writer.memory[memberStart..<writer.offset])
    let patch = SectionPatch(bytes: bytes, address: image.debug.offsetOf[number])
    let absent = absentAddress(section.name)
    applyDebugRelocations(of: number, to: patch, absent: absent, image, &failures)
  }
}

/// The address that code has in the section `name` if it is left out.
///
/// It is the largest number where entries are described, as DWARF 6 proposes and LLVM's tools
/// expect. In lists of ranges and places that would begin a new base, and 0 would end them, so that
/// it is one less there. In lines it is 0, with which the tools of GNU get along and LLVM's too.
private func absentAddress(_ name: String) -> Int {
  switch name {
  case ".debug_info", ".debug_addr", ".debug_types": -1
  case ".debug_ranges", ".debug_loc": -2
  default: 0
  }
}

/// Applies the relocations of a section; `absent` is the address of what is not in the image.
private func applyDebugRelocations(
  of number: Int, to patch: SectionPatch, absent: Int, _ image: Image,
  _ failures: inout RelocationFailures
) {
  let object = Int(image.inputs.sections[number].object)
  let firstSymbol = image.inputs.firstSymbol[object]
  let symbolRange = firstSymbol..<image.inputs.firstSymbol[object + 1]
  image.debug.values.withUnsafeBufferPointer { values in
    let context = RelocationContext(
      symbolAddresses: .init(rebasing: values[symbolRange]), slots: .init(start: nil, count: 0),
      offsetTableAddress: 0)
    for relocation in image.inputs.relocations(number) {
      var applied = relocation
      if !image.debug.isPresent(firstSymbol + relocation.symbol, image) {
        // The value of such a symbol is 0. Fields of other kinds are no addresses.
        applied.addend = relocation.kind == image.facts.address64 ? absent : 0
      }
      let failure =
        switch image.options.machine {
        case .x86_64: applyX86_64(applied, to: patch, context)
        case .aarch64: applyAArch64(applied, to: patch, context)
        }
      if let failure { failures.add(failure, relocation, number) }
    }
  }
}

import ELF

/// Everything that the bytes of the image depend on.
struct Image {
  let inputs: LinkInputs
  let symbols: ResolvedSymbols
  let layout: ImageLayout
  let debug: DebugSections
  let offsets: GlobalOffsetTable
  /// Addresses of the symbols of the inputs.
  let addresses: [Int]
  let entry: Int
  let options: LinkOptions
  let facts: MachineFacts
}

/// Returns the bytes of the executable: headers, sections with relocations applied and, unless
/// stripped, debugging information, symbols and section headers.
func writeImage(_ image: Image, _ problems: inout [LinkProblem]) -> [UInt8] {
  let appendix = image.options.stripped ? nil : ImageAppendix(image)
  let size = appendix?.endOffset ?? image.layout.loadedFileSize
  var failures = RelocationFailures(image)
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { memory, count in
    var writer = FieldWriter(UnsafeMutableRawBufferPointer(memory))
    writeHeaders(image, appendix, &writer)
    for index in image.layout.sections.indices
    where image.layout.sections[index].content != .zeros {
      writeSection(index, image, &writer, &failures)
    }
    appendix?.write(image, &writer, &failures)
    writer.fill(upTo: size)
    count = size
  }
  failures.report(&problems)
  return bytes
}

private func writeHeaders(
  _ image: Image, _ appendix: ImageAppendix?, _ writer: inout FieldWriter
) {
  var header = ELFHeader(type: ET.executable, machine: image.options.machine)
  header.entry = UInt64(image.entry)
  header.programHeaderOffset = ELFSize.header
  header.programHeaderCount = image.layout.segments.count
  if let appendix {
    header.sectionHeaderOffset = appendix.sectionHeaderOffset
    header.sectionHeaderCount = appendix.headers.count
    header.sectionNameTable = appendix.headers.count - 1
  }
  header.write(to: &writer)
  for segment in image.layout.segments { segment.write(to: &writer) }
}

// MARK: - Sections

private func writeSection(
  _ index: Int, _ image: Image, _ writer: inout FieldWriter, _ failures: inout RelocationFailures
) {
  let output = image.layout.sections[index]
  guard output.size > 0 else { return }
  let fill = output.content == .code ? image.facts.codeFill : 0
  writer.fill(upTo: output.fileOffset)
  if index == image.layout.globalOffsetTable {
    for symbol in image.offsets.symbols {
      writer.u64(UInt64(bitPattern: Int64(image.addresses[symbol])))
    }
    return
  }
  for number in output.members {
    let address = image.layout.addressOf[number]
    writer.fill(upTo: output.fileOffset + address - output.address, with: fill)
    writeMember(number, at: address, image, &writer, &failures)
  }
}

/// Copies an input section to the image and applies its relocations.
private func writeMember(
  _ number: Int, at address: Int, _ image: Image, _ writer: inout FieldWriter,
  _ failures: inout RelocationFailures
) {
  let section = image.inputs.sections[number]
  let start = writer.offset
  writer.copy(image.inputs.bytes(number))
  let relocations = image.inputs.relocations(number)
  if !relocations.isEmpty {
    let memory = UnsafeMutableRawBufferPointer(rebasing: writer.memory[start..<writer.offset])
    let patch = SectionPatch(bytes: memory, address: address)
    apply(relocations, number, Int(section.object), to: patch, image, &failures)
  }
  writer.fill(upTo: start + section.size)
}

/// Applies the relocations of the section with number `number`, which belongs to `object`.
private func apply(
  _ relocations: [Relocation], _ number: Int, _ object: Int, to patch: SectionPatch,
  _ image: Image, _ failures: inout RelocationFailures
) {
  let firstSymbol = image.inputs.firstSymbol[object]
  let symbolRange = firstSymbol..<image.inputs.firstSymbol[object + 1]
  image.addresses.withUnsafeBufferPointer { addresses in
    image.offsets.slotOf.withUnsafeBufferPointer { slots in
      relocations.withUnsafeBufferPointer { relocations in
        let context = RelocationContext(
          symbolAddresses: .init(rebasing: addresses[symbolRange]),
          slots: .init(rebasing: slots.isEmpty ? slots[0..<0] : slots[symbolRange]),
          offsetTableAddress: image.offsetTableAddress)
        // The loops differ in nothing but the machine, which is decided outside of them.
        switch image.options.machine {
        case .x86_64:
          for relocation in relocations {
            if let failure = applyX86_64(relocation, to: patch, context) {
              failures.add(failure, relocation, number)
            } else if context.symbolAddresses[relocation.symbol] == 0 {
              failures.checkTarget(relocation, number, firstSymbol + relocation.symbol)
            }
          }
        case .aarch64:
          for relocation in relocations {
            if let failure = applyAArch64(relocation, to: patch, context) {
              failures.add(failure, relocation, number)
            } else if context.symbolAddresses[relocation.symbol] == 0 {
              failures.checkTarget(relocation, number, firstSymbol + relocation.symbol)
            }
          }
        }
      }
    }
  }
}

extension Image {
  var offsetTableAddress: Int {
    layout.globalOffsetTable < 0 ? 0 : layout.sections[layout.globalOffsetTable].address
  }
}

// MARK: - Failures

/// Collects what went wrong while applying relocations.
struct RelocationFailures {
  let image: Image
  var problems: [LinkProblem] = []
  var count = 0

  init(_ image: Image) { self.image = image }

  @inline(never)
  mutating func add(_ failure: RelocationFailure, _ relocation: Relocation, _ section: Int) {
    count += 1
    guard problems.count < shownProblems else { return }
    let inputs = image.inputs
    let object = Int(inputs.sections[section].object)
    let symbol = inputs.displayName(inputs.firstSymbol[object] + relocation.symbol)
    let place = inputs.place(section, relocation.offset)
    let kind = kindName(relocation.kind, image.options.machine)
    switch failure {
    case .overflow(let value):
      problems.append(
        .relocationOverflow(place: place, kind: kind, symbol: symbol, value: value))
    case .misaligned(let value):
      problems.append(
        .relocationMisaligned(place: place, kind: kind, symbol: symbol, value: value))
    case .unsupported:
      problems.append(.unsupportedRelocation(place: place, kind: relocation.kind))
    case .malformed:
      problems.append(.malformedRelocation(place: place, kind: kind))
    }
  }

  /// Reports a symbol whose address is 0 because its section is not in the image: it is not
  /// loaded, or belongs to a repeated group.
  @inline(never)
  mutating func checkTarget(_ relocation: Relocation, _ section: Int, _ symbol: Int) {
    guard case .section(let target, _) = image.symbols.targets[symbol],
      image.layout.outputOf[target] < 0
    else { return }
    count += 1
    guard problems.count < shownProblems else { return }
    problems.append(
      .targetNotLinked(
        place: image.inputs.place(section, relocation.offset),
        symbol: image.inputs.displayName(symbol)))
  }

  func report(_ all: inout [LinkProblem]) {
    all.append(contentsOf: problems)
    if count > problems.count {
      all.append(.more(count: count - problems.count, what: "relocations that do not work"))
    }
  }
}

private func kindName(_ kind: UInt32, _ machine: ELFMachine) -> String {
  let name =
    switch machine {
    case .x86_64: X86_64Relocation(rawValue: kind)?.name
    case .aarch64: AArch64Relocation(rawValue: kind)?.name
    }
  return name ?? "relocation type \(kind)"
}

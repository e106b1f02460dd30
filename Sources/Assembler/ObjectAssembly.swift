import Diagnostics
import ELF
import TargetX86_64

extension Assembly {
  /// What has to be done when the whole source has been read.
  mutating func finishSections() {
    for index in sections.indices where !sections[index].pool.isEmpty {
      currentSection = index
      do throws(AssemblyError) {
        try flushPool(SourceRange(file: file, start: 0, end: 0))
      } catch {
        report(error)
      }
    }
    placeLocalCommons()
    if isStopped { return }
    reportUndefinedLabels()
    reportOpenFrames()
    reportRegistersWithoutPercent()
  }

  /// Gives room to common symbols that `.local` has made local after all: no linker does.
  private mutating func placeLocalCommons() {
    for index in symbols.indices where symbols[index].binding == .local {
      guard case .common(let size, let alignment) = symbols[index].definition else { continue }
      enter(section(named: ".bss", SectionAttributes(standard: ".bss")))
      align(to: alignment)
      symbols[index].definition = here
      let range = symbols[index].definedAt ?? SourceRange(file: file, start: 0, end: 0)
      addGap(
        .fill(
          count: expressions.constant(Int64(size)), Filling(value: 0, size: 1), range))
    }
  }

  /// Reports what is said of symbols and cannot be written.
  mutating func checkSymbols() {
    let numbers = Array(sections.indices)
    for symbol in symbols {
      do throws(AssemblyError) {
        if let size = symbol.size {
          let bytes = try constant(size.value, size.range, "the size of a symbol")
          if bytes < 0 {
            throw AssemblyError("E0415", "\(bytes) is no size of a symbol", size.range)
          }
        }
        if case .expression = symbol.definition, let range = symbol.definedAt {
          let result = objectSymbol(symbol, numbers)
          if result == nil && symbol.hasBinding {
            throw AssemblyError(
              "E0409", "symbol '\(symbol.name)' stands for nothing that others could refer to",
              range)
          }
          if let result { try checkPlace(result, range) }
        }
      } catch {
        report(error)
      }
    }
  }

  /// No object may say that a symbol is where its section is not.
  private func checkPlace(
    _ symbol: ObjectSymbol, _ range: SourceRange
  ) throws(AssemblyError) {
    guard case .section(let section) = symbol.place,
      symbol.value < 0 || symbol.value > sections[section].size
    else { return }
    throw AssemblyError(
      "E0409", "symbol '\(symbol.name)' lies outside of its section", range,
      "\(symbol.value) from the beginning of \(sections[section].name)")
  }

  /// The object, from sections whose addresses are known and whose fields are filled in.
  func makeObject() -> ObjectFile {
    var object = ObjectFile(name: "", machine: options.machine)
    var sectionNumber = Array(repeating: -1, count: sections.count)
    for (index, section) in sections.enumerated() where section.isUsed {
      sectionNumber[index] = object.sections.count
      var result = ObjectSection(
        name: section.name, flags: section.attributes.flags, alignment: section.alignment)
      result.entrySize = section.attributes.entrySize
      if section.attributes.isZero {
        result.zeroFill = section.size
      } else {
        result.bytes = contents(section)
      }
      object.sections.append(result)
    }
    let numbers = addSymbols(to: &object, sectionNumber)
    addRelocations(to: &object, sectionNumber, numbers)
    return object
  }

  /// All bytes of a section, gaps included.
  private func contents(_ section: AssemblySection) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(section.size)
    for (number, fragment) in section.fragments.enumerated() {
      let end = fragment.start + section.byteCount(number)
      bytes += section.bytes[fragment.start..<end]
      switch fragment.gap {
      case .none, .branch: break
      case .fill(_, let filling, _): append(filling, fragment.gapSize, &bytes)
      case .origin(_, let fill, _):
        bytes += repeatElement(fill, count: fragment.gapSize)
      case .align(_, let fill?, _): append(fill, fragment.gapSize, &bytes)
      case .align(_, nil, _): appendNops(fragment.gapSize, &bytes)
      }
    }
    return bytes
  }

  private func append(_ filling: Filling, _ count: Int, _ bytes: inout [UInt8]) {
    if filling.size <= 1 || filling.value == 0 {
      bytes += repeatElement(UInt8(truncatingIfNeeded: filling.value), count: count)
      return
    }
    for index in 0..<count {
      bytes.append(
        UInt8(truncatingIfNeeded: filling.value >> UInt64(8 * (index % filling.size))))
    }
  }

  /// Instructions that do nothing, as GNU `as` chooses them.
  private func appendNops(_ count: Int, _ bytes: inout [UInt8]) {
    if isX86 {
      bytes += X86Encoder.alignmentPadding(count)
    } else {
      bytes += repeatElement(0, count: count & 3)
      for _ in 0..<count / 4 { bytes += [0x1F, 0x20, 0x03, 0xD5] }
    }
  }

  // MARK: Symbols

  /// Appends the symbols of sections that are referred to, then those of the source in the order
  /// of their first mention; returns the number of each.
  private func addSymbols(
    to object: inout ObjectFile, _ sectionNumber: [Int]
  ) -> (symbols: [Int], sections: [Int]) {
    var sectionSymbols = Array(repeating: -1, count: sections.count)
    for section in sections {
      for relocation in section.relocations {
        if case .section(let target) = relocation.target { sectionSymbols[Int(target)] = 0 }
      }
    }
    for index in sections.indices where sectionSymbols[index] >= 0 {
      sectionSymbols[index] = object.symbols.count
      object.symbols.append(
        ObjectSymbol(
          name: sections[index].name, place: .section(sectionNumber[index]), binding: .local,
          kind: .section))
    }
    var numbers = Array(repeating: -1, count: symbols.count)
    for (index, symbol) in symbols.enumerated() {
      guard let result = objectSymbol(symbol, sectionNumber) else { continue }
      numbers[index] = object.symbols.count
      object.symbols.append(result)
    }
    return (numbers, sectionSymbols)
  }

  private func objectSymbol(_ symbol: AssemblySymbol, _ sectionNumber: [Int]) -> ObjectSymbol? {
    if symbol.isTemporary && !symbol.isNeeded { return nil }
    var result = ObjectSymbol(
      name: symbol.name, place: .undefined, binding: symbol.binding, kind: symbol.kind)
    if let size = symbol.size, let value = try? evaluate(size.value), value.isConstant {
      result.size = Int(value.constant)
    }
    switch symbol.definition {
    case .undefined:
      if !symbol.isNeeded { return nil }
      if symbol.binding == .local { result.binding = .global }
      result.size = 0
    case .label(let section, let fragment, let offset):
      result.place = .section(sectionNumber[Int(section)])
      result.value = address(section: section, fragment: fragment, offset: offset)
    case .common(let size, let alignment):
      result.place = .common(alignment: alignment)
      result.size = size
    case .expression(let meaning):
      guard let value = try? evaluate(meaning), value.minus < 0 else { return nil }
      if value.plus < 0 {
        result.place = .absolute
        result.value = Int(value.constant)
      } else if case .label(let section, let fragment, let offset) =
        symbols[Int(value.plus)].definition
      {
        result.place = .section(sectionNumber[Int(section)])
        result.value =
          address(section: section, fragment: fragment, offset: offset) &+ Int(value.constant)
      } else {
        return nil
      }
    }
    return result
  }

  private func addRelocations(
    to object: inout ObjectFile, _ sectionNumber: [Int],
    _ numbers: (symbols: [Int], sections: [Int])
  ) {
    for (index, section) in sections.enumerated() where sectionNumber[index] >= 0 {
      object.sections[sectionNumber[index]].relocations = section.relocations.map { relocation in
        let symbol =
          switch relocation.target {
          case .symbol(let symbol): numbers.symbols[Int(symbol)]
          case .section(let target): numbers.sections[Int(target)]
          }
        return Relocation(
          offset: relocation.offset, kind: relocation.kind, symbol: symbol,
          addend: relocation.addend)
      }
    }
  }
}

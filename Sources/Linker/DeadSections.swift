import ELF
import Support

/// Finds the sections that the entry symbol, the root symbols or a retained section reach through
/// relocations. Returns for each section of the inputs whether it is part of the program.
///
/// A reference to `__start_NAME` or `__stop_NAME` reaches all sections called NAME. Symbols that
/// only dead sections refer to need no definition.
func markLiveSections(
  _ inputs: LinkInputs, _ symbols: ResolvedSymbols, _ options: LinkOptions,
  _ problems: inout [LinkProblem]
) -> [Bool] {
  var marker = LivenessMarker(inputs, symbols)
  marker.markRoot(options.entry, isEntry: true, &problems)
  for root in options.roots { marker.markRoot(root, isEntry: false, &problems) }
  marker.markRetainedSections()
  marker.propagate()
  if marker.meetsUndefined { reportUndefined(inputs, symbols, marker.isLive, &problems) }
  return marker.isLive
}

/// Marking with an explicit stack of sections whose relocations are still to be followed.
private struct LivenessMarker {
  let inputs: LinkInputs
  let symbols: ResolvedSymbols
  var isLive: [Bool]
  var pending: [Int] = []
  var meetsUndefined = false
  /// For each of ``LinkInputs/encapsulated`` whether its sections were marked.
  var isEncapsulationLive: [Bool]

  init(_ inputs: LinkInputs, _ symbols: ResolvedSymbols) {
    self.inputs = inputs
    self.symbols = symbols
    isLive = Array(repeating: false, count: inputs.sectionCount)
    isEncapsulationLive = Array(repeating: false, count: inputs.encapsulated.count)
  }

  mutating func markRoot(_ name: String, isEntry: Bool, _ problems: inout [LinkProblem]) {
    guard let global = symbols.number(of: name), symbols.definition[global] >= 0 else {
      problems.append(.undefinedRoot(symbol: name, isEntry: isEntry))
      return
    }
    follow(symbols.targets[Int(symbols.definition[global])])
  }

  mutating func markRetainedSections() {
    for (index, object) in inputs.objects.enumerated() {
      for (offset, section) in object.sections.enumerated()
      where section.flags.contains([.retained, .allocated]) {
        mark(inputs.firstSection[index] + offset)
      }
    }
  }

  mutating func propagate() {
    while let section = pending.popLast() {
      let object = Int(inputs.owner[section])
      let firstSymbol = inputs.firstSymbol[object]
      let index = section - inputs.firstSection[object]
      for relocation in inputs.objects[object].sections[index].relocations {
        follow(symbols.targets[firstSymbol + relocation.symbol])
      }
    }
  }

  private mutating func follow(_ target: SymbolTarget) {
    switch target {
    case .section(let section, _): mark(section)
    case .boundary(let boundary): markEncapsulated(symbols.boundaries[boundary].place)
    case .undefined: meetsUndefined = true
    case .absolute, .undefinedWeak: break
    }
  }

  private mutating func mark(_ section: Int) {
    if isLive[section] || inputs.isRepeated[section] { return }
    guard isAllocated(section) else { return }
    isLive[section] = true
    pending.append(section)
  }

  private func isAllocated(_ section: Int) -> Bool {
    let object = Int(inputs.owner[section])
    let index = section - inputs.firstSection[object]
    return inputs.objects[object].sections[index].flags.contains(.allocated)
  }

  private mutating func markEncapsulated(_ place: Boundary.Place) {
    guard case .encapsulated(let name, _) = place, !isEncapsulationLive[name] else { return }
    isEncapsulationLive[name] = true
    for section in 0..<inputs.sectionCount where inputs.encapsulation[section] == name {
      mark(section)
    }
  }
}

// MARK: - Undefined symbols

/// How many references to an undefined symbol a message shows.
private let shownReferences = 3

/// Reports each symbol without definition that a live section needs, in order of first need.
private func reportUndefined(
  _ inputs: LinkInputs, _ symbols: ResolvedSymbols, _ isLive: [Bool],
  _ problems: inout [LinkProblem]
) {
  var indexOf: [Int: Int] = [:]
  var found: [(symbol: Int, references: [InputPlace], count: Int)] = []
  for section in 0..<inputs.sectionCount where isLive[section] {
    let firstSymbol = inputs.firstSymbol[Int(inputs.owner[section])]
    for relocation in inputs.section(section).relocations {
      let symbol = firstSymbol + relocation.symbol
      guard case .undefined = symbols.targets[symbol] else { continue }
      let key = symbols.representative(of: symbol)
      let index = indexOf[key] ?? found.count
      if index == found.count {
        indexOf[key] = index
        found.append((symbol, [], 0))
      }
      found[index].count += 1
      if index < shownProblems && found[index].references.count < shownReferences {
        found[index].references.append(inputs.place(section, relocation.offset))
      }
    }
  }
  for (symbol, references, count) in found.prefix(shownProblems) {
    problems.append(
      .undefinedSymbol(
        symbol: inputs.displayName(symbol), references: references, referenceCount: count))
  }
  if found.count > shownProblems {
    problems.append(.more(count: found.count - shownProblems, what: "undefined symbols"))
  }
}

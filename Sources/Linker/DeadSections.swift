import ELF
import Support

/// Finds the sections that the entry symbol, the root symbols or a retained section reach through
/// relocations. Returns for each section of the inputs whether it is part of the program.
///
/// Weak references count unless `options` says otherwise. A reference to `__start_NAME` or
/// `__stop_NAME` reaches all sections called NAME. Symbols that only dead sections refer to need no
/// definition.
func markLiveSections(
  _ inputs: LinkInputs, _ symbols: ResolvedSymbols, _ options: LinkOptions,
  _ problems: inout [LinkProblem]
) -> [Bool] {
  var marker = LivenessMarker(inputs, symbols, followsWeak: options.followsWeakReferences)
  marker.markRoot(options.entry, isEntry: true, &problems)
  for root in options.roots { marker.markRoot(root, isEntry: false, &problems) }
  marker.markRetainedSections()
  marker.propagate()
  if marker.meetsUndefined { reportUndefined(inputs, symbols, marker.isLive, &problems) }
  return marker.isLive
}

/// What each section refers to: for a large program much smaller than the relocations, and so
/// quick to walk in any order.
private struct ReferenceGraph {
  /// Where the references of each section begin in `references`; one more entry holds the end.
  var first: [Int32] = [0]
  /// A section number, ``undefined``, or ``boundary`` minus the index of a boundary.
  var references: [Int32] = []

  static let undefined: Int32 = -1
  static let boundary: Int32 = -2

  init(_ inputs: LinkInputs, _ symbols: ResolvedSymbols, followsWeak: Bool) {
    first.reserveCapacity(inputs.sections.count + 1)
    for section in inputs.sections.indices {
      // What is not loaded, such as debugging information, keeps nothing alive.
      guard inputs.sections[section].flags.contains(.allocated) else {
        first.append(Int32(references.count))
        continue
      }
      let object = Int(inputs.sections[section].object)
      let firstSymbol = inputs.firstSymbol[object]
      for relocation in inputs.relocations(section)
      where followsWeak || !inputs.objects[object].symbols[relocation.symbol].isWeakReference {
        add(symbols.targets[firstSymbol + relocation.symbol], from: section)
      }
      first.append(Int32(references.count))
    }
  }

  private mutating func add(_ target: SymbolTarget, from section: Int) {
    switch target {
    case .section(section, _): break
    case .section(let other, _): references.append(Int32(other))
    case .boundary(let index): references.append(Self.boundary - Int32(index))
    case .undefined: references.append(Self.undefined)
    case .absolute, .undefinedWeak: break
    }
  }
}

/// Marking with an explicit stack of sections whose references are still to be followed.
private struct LivenessMarker {
  let inputs: LinkInputs
  let symbols: ResolvedSymbols
  let graph: ReferenceGraph
  var isLive: [Bool]
  var pending: [Int] = []
  var meetsUndefined = false
  /// For each of ``LinkInputs/encapsulated`` whether its sections were marked.
  var isEncapsulationLive: [Bool]

  init(_ inputs: LinkInputs, _ symbols: ResolvedSymbols, followsWeak: Bool) {
    self.inputs = inputs
    self.symbols = symbols
    graph = ReferenceGraph(inputs, symbols, followsWeak: followsWeak)
    isLive = Array(repeating: false, count: inputs.sections.count)
    isEncapsulationLive = Array(repeating: false, count: inputs.encapsulated.count)
  }

  mutating func markRoot(_ name: String, isEntry: Bool, _ problems: inout [LinkProblem]) {
    guard let global = symbols.number(of: name), symbols.definition[global] >= 0,
      isMarked(symbols.targets[Int(symbols.definition[global])])
    else {
      problems.append(.undefinedRoot(symbol: name, isEntry: isEntry))
      return
    }
  }

  /// Marks the section of `target`. Returns whether the program can have it.
  private mutating func isMarked(_ target: SymbolTarget) -> Bool {
    guard case .section(let section, _) = target else { return true }
    mark(section)
    return isLive[section]
  }

  mutating func markRetainedSections() {
    for (number, section) in inputs.sections.enumerated()
    where section.flags.contains(.retained) {
      mark(number)
    }
  }

  mutating func propagate() {
    while let section = pending.popLast() {
      for index in Int(graph.first[section])..<Int(graph.first[section + 1]) {
        let reference = graph.references[index]
        if reference >= 0 {
          mark(Int(reference))
        } else if reference == ReferenceGraph.undefined {
          meetsUndefined = true
        } else {
          let boundary = symbols.boundaries[Int(ReferenceGraph.boundary - reference)]
          markEncapsulated(boundary.place)
        }
      }
    }
  }

  /// Repeated sections are represented by their first copy; what is not allocated is for debuggers.
  private mutating func mark(_ section: Int) {
    let summary = inputs.sections[section]
    if isLive[section] || summary.isRepeated || !summary.flags.contains(.allocated) { return }
    isLive[section] = true
    pending.append(section)
  }

  private mutating func markEncapsulated(_ place: Boundary.Place) {
    guard case .encapsulated(let name, _) = place, !isEncapsulationLive[name] else { return }
    isEncapsulationLive[name] = true
    for (number, section) in inputs.sections.enumerated()
    where Int(section.encapsulation) == name {
      mark(number)
    }
  }
}

extension ObjectSymbol {
  /// Whether the symbol need not be defined by any object.
  fileprivate var isWeakReference: Bool { binding == .weak && place == .undefined }
}

/// Makes weak references to sections that are not live mean address 0.
func dropUnansweredReferences(
  _ inputs: LinkInputs, _ isLive: [Bool], _ symbols: inout ResolvedSymbols
) {
  for (index, object) in inputs.objects.enumerated() {
    for (offset, symbol) in object.symbols.enumerated() where symbol.isWeakReference {
      let number = inputs.firstSymbol[index] + offset
      if case .section(let section, _) = symbols.targets[number], !isLive[section] {
        symbols.targets[number] = .undefinedWeak
      }
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
  for section in inputs.sections.indices where isLive[section] {
    let firstSymbol = inputs.firstSymbol[Int(inputs.sections[section].object)]
    for relocation in inputs.relocations(section) {
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

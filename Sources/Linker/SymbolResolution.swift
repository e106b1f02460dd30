import ELF
import Support

/// What a symbol stands for, once names are resolved.
enum SymbolTarget {
  /// An offset in the section with this number.
  case section(Int, offset: Int)
  case absolute(Int)
  /// An index into ``ResolvedSymbols/boundaries``.
  case boundary(Int)
  /// Nothing defines the symbol, and this reference to it needs a definition.
  case undefined
  /// Nothing defines the symbol, and this reference to it then means address 0.
  case undefinedWeak
}

/// A symbol that the linker itself defines.
struct Boundary {
  enum Place {
    case imageStart
    case section(BoundarySymbol.Section, BoundarySymbol.Edge)
    /// All sections with this number in ``LinkInputs/encapsulated``.
    case encapsulated(Int, BoundarySymbol.Edge)
  }
  var name: String
  var place: Place
}

/// The meaning of every symbol of the inputs.
struct ResolvedSymbols {
  /// By symbol number.
  var targets: [SymbolTarget]
  /// For each symbol the number of its name in `names`, or -1 for local symbols.
  var globalNumber: [Int32]
  /// The names of symbols that are not local.
  var names: Interner
  /// For each name the number of the symbol that defines it, or -1.
  var definition: [Int32]
  /// For each name the number of the first symbol with it.
  var firstMention: [Int32]
  var boundaries: [Boundary]

  /// Whether an object refers to the headers of the image.
  var mentionsImageStart: Bool {
    boundaries.contains { if case .imageStart = $0.place { true } else { false } }
  }

  /// The number in `names` of a name that some object mentions.
  func number(of name: String) -> Int? { names.find(name).map { Int($0.index) } }

  /// One symbol number for all symbols that mean the same.
  func representative(of symbol: Int) -> Int {
    let global = globalNumber[symbol]
    return global < 0 ? symbol : Int(firstMention[Int(global)])
  }
}

/// Finds the definition that each symbol of each object refers to (gABI chapter 4, "Symbol Table").
///
/// A local symbol means itself. Among symbols of one name, one global definition wins over any
/// number of weak ones; without it, the first weak one does. Two global definitions are a problem.
func resolveSymbols(
  _ inputs: LinkInputs, _ options: LinkOptions, _ problems: inout [LinkProblem]
) -> ResolvedSymbols {
  var table = DefinitionTable(inputs)
  for object in inputs.objects.indices { table.addSymbols(ofObject: object) }
  table.reportDuplicates(&problems)
  var symbols = ResolvedSymbols(
    targets: [], globalNumber: table.globalNumber, names: table.names,
    definition: table.definition, firstMention: table.firstMention, boundaries: [])
  let boundaryOf = defineBoundaries(inputs, options, &symbols)
  assignTargets(inputs, boundaryOf, &symbols)
  return symbols
}

/// Collects the names of all symbols that are not local and decides which definition of each holds.
private struct DefinitionTable {
  let inputs: LinkInputs
  var names = Interner()
  var globalNumber: [Int32]
  var definition: [Int32] = []
  var firstMention: [Int32] = []
  var isWeak: [Bool] = []
  /// Global definitions of names that had one already, as name and symbol numbers.
  var duplicates: [(name: Int, symbol: Int)] = []

  init(_ inputs: LinkInputs) {
    self.inputs = inputs
    globalNumber = Array(repeating: -1, count: inputs.symbolCount)
    definition.reserveCapacity(inputs.symbolCount)
    firstMention.reserveCapacity(inputs.symbolCount)
    isWeak.reserveCapacity(inputs.symbolCount)
  }

  mutating func addSymbols(ofObject object: Int) {
    let firstSection = inputs.firstSection[object]
    var number = inputs.firstSymbol[object]
    for symbol in inputs.objects[object].symbols {
      if symbol.binding != .local {
        let name = Int(names.intern(symbol.name).index)
        globalNumber[number] = Int32(name)
        if name == definition.count {
          definition.append(-1)
          firstMention.append(Int32(number))
          isWeak.append(true)
        }
        switch symbol.place {
        case .undefined, .common: break
        case .section(let section) where inputs.sections[firstSection + section].isRepeated: break
        case .section, .absolute: define(name, number, isWeak: symbol.binding == .weak)
        }
      }
      number += 1
    }
  }

  private mutating func define(_ name: Int, _ symbol: Int, isWeak weak: Bool) {
    if definition[name] < 0 || (isWeak[name] && !weak) {
      definition[name] = Int32(symbol)
      isWeak[name] = weak
    } else if !isWeak[name] && !weak {
      duplicates.append((name, symbol))
    }
  }

  /// One problem for each name, in order of the second definition.
  func reportDuplicates(_ problems: inout [LinkProblem]) {
    /// For each name its index in `found`.
    var indexOf: [Int: Int] = [:]
    var found: [(name: Int, definitions: [InputPlace])] = []
    for (name, symbol) in duplicates {
      let index = indexOf[name] ?? found.count
      if index == found.count {
        indexOf[name] = index
        found.append((name, [inputs.placeOfDefinition(Int(definition[name]))]))
      }
      found[index].definitions.append(inputs.placeOfDefinition(symbol))
    }
    for (name, definitions) in found {
      problems.append(
        .duplicateSymbol(
          symbol: names.string(of: Symbol(index: Int32(name))), definitions: definitions))
    }
  }
}

// MARK: - Symbols that the linker defines

/// Available in every image, under the names that other linkers use.
private let standardBoundaries = [
  Boundary(name: "__ehdr_start", place: .imageStart),
  Boundary(name: "_etext", place: .section(.text, .end)),
  Boundary(name: "_edata", place: .section(.data, .end)),
  Boundary(name: "__bss_start", place: .section(.bss, .start)),
  Boundary(name: "_end", place: .section(.bss, .end)),
]

/// Adds the boundaries that objects refer to and do not define. Returns for each name the index of
/// its boundary, or -1.
private func defineBoundaries(
  _ inputs: LinkInputs, _ options: LinkOptions, _ symbols: inout ResolvedSymbols
) -> [Int32] {
  var boundaryOf = Array(repeating: Int32(-1), count: symbols.names.count)
  func define(_ boundary: Boundary, _ symbols: inout ResolvedSymbols) {
    guard let name = symbols.number(of: boundary.name), symbols.definition[name] < 0,
      boundaryOf[name] < 0
    else { return }
    boundaryOf[name] = Int32(symbols.boundaries.count)
    symbols.boundaries.append(boundary)
  }
  for boundary in options.boundaries {
    let place = Boundary.Place.section(boundary.section, boundary.edge)
    define(Boundary(name: boundary.name, place: place), &symbols)
  }
  for number in 0..<inputs.encapsulated.count {
    let name = inputs.encapsulated.string(of: Symbol(index: Int32(number)))
    define(Boundary(name: "__start_" + name, place: .encapsulated(number, .start)), &symbols)
    define(Boundary(name: "__stop_" + name, place: .encapsulated(number, .end)), &symbols)
  }
  for boundary in standardBoundaries { define(boundary, &symbols) }
  return boundaryOf
}

// MARK: - Targets

private func assignTargets(
  _ inputs: LinkInputs, _ boundaryOf: [Int32], _ symbols: inout ResolvedSymbols
) {
  symbols.targets.reserveCapacity(inputs.symbolCount)
  for (index, object) in inputs.objects.enumerated() {
    let firstSection = inputs.firstSection[index]
    for symbol in object.symbols { symbols.targets.append(ownTarget(symbol, firstSection)) }
  }
  // Now that every definition has its target, names can take over that of their definition.
  for (index, object) in inputs.objects.enumerated() {
    var number = inputs.firstSymbol[index]
    for symbol in object.symbols {
      let global = Int(symbols.globalNumber[number])
      if global >= 0 && symbols.definition[global] >= 0 {
        symbols.targets[number] = symbols.targets[Int(symbols.definition[global])]
      } else if global >= 0 && boundaryOf[global] >= 0 {
        symbols.targets[number] = .boundary(Int(boundaryOf[global]))
      } else if global >= 0 {
        symbols.targets[number] = symbol.binding == .weak ? .undefinedWeak : .undefined
      }
      number += 1
    }
  }
}

/// What `symbol` means by itself, in an object whose sections are numbered from `firstSection`.
private func ownTarget(_ symbol: ObjectSymbol, _ firstSection: Int) -> SymbolTarget {
  switch symbol.place {
  case .undefined, .common: .undefined
  case .absolute: .absolute(symbol.value)
  case .section(let section): .section(firstSection + section, offset: symbol.value)
  }
}

// MARK: - Places for messages

extension LinkInputs {
  /// Where the symbol with number `symbol` is defined.
  func placeOfDefinition(_ symbol: Int) -> InputPlace {
    let object = objects[object(ofSymbol: symbol)]
    let definition = self.symbol(symbol)
    var place = InputPlace(object: object.name, section: "*ABS*", offset: definition.value)
    if case .section(let section) = definition.place {
      place.section = object.sections[section].name
    }
    return place
  }

  /// The place at `offset` in the section with number `section`, with the symbol that contains it.
  func place(_ section: Int, _ offset: Int) -> InputPlace {
    let number = Int(sections[section].object)
    let object = objects[number]
    let index = section - firstSection[number]
    var place = InputPlace(
      object: object.name, section: object.sections[index].name, offset: offset)
    for symbol in object.symbols where symbol.place == .section(index) {
      guard symbol.kind != .section, !symbol.name.isEmpty else { continue }
      if symbol.value <= offset && offset - symbol.value < max(symbol.size, 1) {
        place.symbol = symbol.name
      }
    }
    return place
  }

  /// A name for the symbol with number `number`, also if it has none of its own.
  func displayName(_ number: Int) -> String {
    let symbol = symbol(number)
    guard symbol.name.isEmpty, case .section(let section) = symbol.place else { return symbol.name }
    return objects[object(ofSymbol: number)].sections[section].name
  }
}

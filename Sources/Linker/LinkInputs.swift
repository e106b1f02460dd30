import ELF
import Support

/// The objects to link, with their sections and symbols under one numbering: those of the first
/// object come first, and so on. A *section number* and a *symbol number* below mean this one.
struct LinkInputs {
  let objects: [ObjectFile]
  /// Number of the first section of each object; one more entry holds the total.
  let firstSection: [Int]
  /// Number of the first symbol of each object; one more entry holds the total.
  let firstSymbol: [Int]
  /// For each section the object that it belongs to.
  let owner: [Int32]
  /// Sections of COMDAT groups of which an earlier object has a copy.
  let isRepeated: [Bool]
  /// The names of the sections whose name is a C identifier, in order of first appearance.
  /// `__start_NAME` and `__stop_NAME` are their boundaries.
  let encapsulated: Interner
  /// For each section the number of its name in `encapsulated`, or -1.
  let encapsulation: [Int32]

  var sectionCount: Int { owner.count }
  var symbolCount: Int { firstSymbol[objects.count] }

  /// The section with number `section`.
  func section(_ section: Int) -> ObjectSection {
    let object = Int(owner[section])
    return objects[object].sections[section - firstSection[object]]
  }

  /// The object that the symbol with number `symbol` belongs to.
  func object(ofSymbol symbol: Int) -> Int {
    var low = 0
    var high = objects.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstSymbol[middle] <= symbol { low = middle } else { high = middle }
    }
    return low
  }

  /// The symbol with number `symbol`.
  func symbol(_ symbol: Int) -> ObjectSymbol {
    let object = object(ofSymbol: symbol)
    return objects[object].symbols[symbol - firstSymbol[object]]
  }
}

/// Numbers the sections and symbols of `objects`, which are consistent.
func numberInputs(_ objects: [ObjectFile]) -> LinkInputs {
  var firstSection = [0]
  var firstSymbol = [0]
  for object in objects {
    firstSection.append(firstSection[firstSection.count - 1] + object.sections.count)
    firstSymbol.append(firstSymbol[firstSymbol.count - 1] + object.symbols.count)
  }
  var owner: [Int32] = []
  owner.reserveCapacity(firstSection[objects.count])
  for (index, object) in objects.enumerated() {
    for _ in object.sections.indices { owner.append(Int32(index)) }
  }
  let isRepeated = findRepeatedGroups(objects, firstSection)
  var encapsulated = Interner()
  var encapsulation = Array(repeating: Int32(-1), count: owner.count)
  for (index, object) in objects.enumerated() {
    for (offset, section) in object.sections.enumerated()
    where section.flags.contains(.allocated) && isCIdentifier(section.name) {
      let number = firstSection[index] + offset
      if !isRepeated[number] { encapsulation[number] = encapsulated.intern(section.name).index }
    }
  }
  return LinkInputs(
    objects: objects, firstSection: firstSection, firstSymbol: firstSymbol, owner: owner,
    isRepeated: isRepeated, encapsulated: encapsulated, encapsulation: encapsulation)
}

/// The first group of each signature is kept.
private func findRepeatedGroups(_ objects: [ObjectFile], _ firstSection: [Int]) -> [Bool] {
  var isRepeated = Array(repeating: false, count: firstSection[objects.count])
  var signatures = Interner()
  for (index, object) in objects.enumerated() {
    for group in object.groups {
      let known = signatures.count
      if signatures.intern(group.signature).index == known { continue }
      for member in group.sections where object.sections.indices.contains(member) {
        isRepeated[firstSection[index] + member] = true
      }
    }
  }
  return isRepeated
}

/// Whether `__start_NAME` is a symbol that C code can refer to.
func isCIdentifier(_ name: String) -> Bool {
  var isFirst = true
  for byte in name.utf8 {
    switch byte {
    case 0x41...0x5a, 0x61...0x7a, 0x5f: break
    case 0x30...0x39 where !isFirst: break
    default: return false
    }
    isFirst = false
  }
  return !isFirst
}

// MARK: - Checks

/// Reports what later steps rely on and the types of ``ObjectFile`` cannot express.
func checkObject(
  _ object: ObjectFile, _ options: LinkOptions, _ problems: inout [LinkProblem]
) {
  if object.machine != options.machine {
    problems.append(
      .wrongMachine(
        object: object.name, machine: object.machine.name, expected: options.machine.name))
  }
  let before = problems.count
  for section in object.sections {
    checkSection(section, of: object, &problems)
  }
  guard problems.count == before else { return }
  let isInSection = object.symbols.allSatisfy { symbol in
    guard case .section(let index) = symbol.place else { return symbol.size >= 0 }
    return symbol.size >= 0 && index >= 0 && index < object.sections.count && symbol.value >= 0
      && symbol.value <= object.sections[index].size
  }
  if !isInSection {
    problems.append(
      .inconsistentObject(object: object.name, detail: "a symbol lies outside its section"))
  }
}

private func checkSection(
  _ section: ObjectSection, of object: ObjectFile, _ problems: inout [LinkProblem]
) {
  func report(_ detail: String) {
    problems.append(
      .inconsistentObject(object: object.name, detail: "section '\(section.name)' \(detail)"))
  }
  if section.alignment < 1 || section.alignment > largestAlignment
    || section.alignment & (section.alignment - 1) != 0
  {
    report("has an alignment of \(section.alignment)")
  }
  if section.zeroFill < 0 || section.zeroFill > largestImage { report("has an impossible size") }
  let symbols = object.symbols.count
  let refersToSymbols = section.relocations.withUnsafeBufferPointer { relocations in
    relocations.allSatisfy { $0.symbol >= 0 && $0.symbol < symbols }
  }
  if !refersToSymbols { report("refers to an unknown symbol") }
  guard section.flags.contains(.allocated) else { return }
  if section.flags.contains([.writable, .executable]) {
    problems.append(
      .unsupportedSection(
        object: object.name, section: section.name, reason: "is both writable and executable"))
  }
  if !(section.bytes.isEmpty && section.zeroFill == 0) && isRunAtStart(section.name) {
    problems.append(
      .unsupportedSection(
        object: object.name, section: section.name,
        reason: "lists code to run at start or exit, which is not supported"))
  }
}

/// Whether a section lists functions that a C library would call before or after `main`.
private func isRunAtStart(_ name: String) -> Bool {
  // Nearly all sections are called .text…, .rodata… or .data…: decide those by one byte.
  let bytes = name.utf8.span
  guard bytes.count >= 5, bytes[0] == UInt8(ascii: ".") else { return false }
  switch bytes[2] {
  case UInt8(ascii: "n"), UInt8(ascii: "i"), UInt8(ascii: "r"), UInt8(ascii: "t"):
    let names = [
      ".init_array", ".fini_array", ".preinit_array", ".ctors", ".dtors", ".init", ".fini",
    ]
    return names.contains { name == $0 || name.hasPrefix($0 + ".") }
  default: return false
  }
}

import ELF
import Support

/// What layout depends on in a section, without its contents: small, and not reference-counted.
struct InputSection {
  /// Index of the object that the section belongs to.
  let object: Int32
  let flags: SectionFlags
  let alignment: Int
  /// Bytes in memory.
  let size: Int
  /// Whether the section has bytes in the file; it is all zeros otherwise.
  let hasBytes: Bool
  /// Whether the image may have one section for all with the same bytes.
  let isShareable: Bool
  /// A COMDAT section of which an earlier object has a copy.
  let isRepeated: Bool
  /// The number of the section's name in ``LinkInputs/encapsulated``, or -1.
  let encapsulation: Int32
}

/// The objects to link, with their sections and symbols under one numbering: those of the first
/// object come first, and so on. A *section number* and a *symbol number* below mean this one.
struct LinkInputs {
  let objects: [ObjectFile]
  /// Number of the first section of each object; one more entry holds the total.
  let firstSection: [Int]
  /// Number of the first symbol of each object; one more entry holds the total.
  let firstSymbol: [Int]
  let sections: [InputSection]
  /// The names of the sections whose name is a C identifier, in order of first appearance.
  /// `__start_NAME` and `__stop_NAME` are their boundaries.
  let encapsulated: Interner

  var symbolCount: Int { firstSymbol[objects.count] }

  /// The contents of the section with number `section`.
  func bytes(_ section: Int) -> [UInt8] {
    let object = Int(sections[section].object)
    return objects[object].sections[section - firstSection[object]].bytes
  }

  /// The relocations of the section with number `section`.
  func relocations(_ section: Int) -> [Relocation] {
    let object = Int(sections[section].object)
    return objects[object].sections[section - firstSection[object]].relocations
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
  let isRepeated = findRepeatedGroups(objects, firstSection)
  var encapsulated = Interner()
  var sections: [InputSection] = []
  sections.reserveCapacity(firstSection[objects.count])
  for (number, object) in objects.enumerated() {
    for index in object.sections.indices {
      sections.append(
        summarize(object, number, index, isRepeated[sections.count], &encapsulated))
    }
  }
  return LinkInputs(
    objects: objects, firstSection: firstSection, firstSymbol: firstSymbol, sections: sections,
    encapsulated: encapsulated)
}

private func summarize(
  _ object: ObjectFile, _ number: Int, _ index: Int, _ isRepeated: Bool,
  _ encapsulated: inout Interner
) -> InputSection {
  let flags = object.sections[index].flags
  var encapsulation: Int32 = -1
  if flags.contains(.allocated) && !isRepeated && isCIdentifier(object.sections[index].name) {
    encapsulation = encapsulated.intern(object.sections[index].name).index
  }
  // Sections with boundaries are counted by the program, so that all of them stay.
  let isShareable = flags.contains(.mergeable) && isShareable(object.sections[index])
  return InputSection(
    object: Int32(number), flags: flags, alignment: object.sections[index].alignment,
    size: object.sections[index].size, hasBytes: !object.sections[index].bytes.isEmpty,
    isShareable: isShareable && encapsulation < 0, isRepeated: isRepeated,
    encapsulation: encapsulation)
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

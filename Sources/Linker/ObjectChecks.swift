import ELF

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
  checkCommonSymbols(of: object, &problems)
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

private func checkCommonSymbols(of object: ObjectFile, _ problems: inout [LinkProblem]) {
  for index in object.symbols.indices {
    guard case .common(let alignment) = object.symbols[index].place else { continue }
    let symbol = object.symbols[index]
    let isPossible =
      alignment >= 1 && alignment <= largestAlignment && alignment & (alignment - 1) == 0
      && symbol.size <= largestImage && symbol.binding != .local
    if !isPossible {
      problems.append(
        .inconsistentObject(
          object: object.name, detail: "common symbol '\(symbol.name)' is impossible"))
    }
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
  if section.bytes.isEmpty && !section.relocations.isEmpty { report("has no bytes to relocate") }
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

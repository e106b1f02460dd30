import ELF

/// Finds the symbols at and around an address.
struct SymbolIndex {
  struct Entry {
    var section: Int
    /// An offset in the section for objects.
    var address: UInt64
    var size: UInt64
    var name: String
  }

  /// In the order of sections and, in each, of addresses.
  private var bySection: [Entry] = []
  /// In the order of addresses, of all sections; empty for objects, whose sections have no
  /// addresses.
  private var byAddress: [Entry] = []

  init(_ file: ELFFile) {
    var found: [(entry: Entry, rank: Int)] = []
    for (index, symbol) in file.symbols.enumerated() where symbol.isInSection && isNamed(symbol) {
      let entry = Entry(
        section: Int(symbol.section), address: symbol.value, size: symbol.size,
        name: shortened(symbol.name))
      found.append((entry, symbol.binding == STB.local ? index + file.symbols.count : index))
    }
    // Of several symbols at one place the first stands for it: a global one, if there is one.
    found.sort { left, right in
      (left.entry.section, left.entry.address, left.rank)
        < (right.entry.section, right.entry.address, right.rank)
    }
    bySection = found.map(\.entry)
    if file.type == ET.relocatable { return }
    found.sort { ($0.entry.address, $0.rank) < ($1.entry.address, $1.rank) }
    byAddress = found.map(\.entry)
  }

  /// Names of sections and files are not places in the program, and names that begin with "$" mark
  /// code and data for tools (ELF for the Arm 64-bit architecture, "Mapping symbols").
  private func isNamed(_ symbol: ELFFile.Symbol) -> Bool {
    symbol.kind != STT.section && symbol.kind != STT.file && !symbol.name.isEmpty
      && !symbol.name.utf8.starts(with: "$".utf8)
  }

  /// All symbols of a section, by address.
  func labels(ofSection section: Int) -> ArraySlice<Entry> {
    let first = partition(bySection) { $0.section < section }
    let end = partition(bySection) { $0.section <= section }
    return bySection[first..<end]
  }

  /// The name of `address` as an offset from the symbol that contains it. `section` is the one that
  /// refers to it: addresses in objects are offsets in it.
  func name(of address: UInt64, from section: Int) -> String? {
    let entries = byAddress.isEmpty ? labels(ofSection: section) : byAddress[...]
    let next = partition(entries) { $0.address <= address }
    guard next > entries.startIndex else { return nil }
    let nearest = entries[next - 1].address
    let entry = entries[partition(entries[..<next]) { $0.address < nearest }]
    let offset = address - entry.address
    // A symbol without a size reaches to the next one, but not far: it is a label in code.
    guard offset == 0 || offset < (entry.size > 0 ? entry.size : 0x1000) else { return nil }
    return offset == 0 ? entry.name : "\(entry.name)+\(hex(offset))"
  }

  /// Index of the first of `entries` for which `isBefore` does not hold; it holds for all before.
  private func partition(_ entries: ArraySlice<Entry>, _ isBefore: (Entry) -> Bool) -> Int {
    var low = entries.startIndex
    var high = entries.endIndex
    while low < high {
      let middle = (low + high) / 2
      if isBefore(entries[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func partition(_ entries: [Entry], _ isBefore: (Entry) -> Bool) -> Int {
    partition(entries[...], isBefore)
  }
}

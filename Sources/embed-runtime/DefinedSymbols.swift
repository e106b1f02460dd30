/// The global and weak symbols that an ELF64 little-endian object defines, as clang has written it (System V gABI,
/// chapter 4). This tool is built before the product, whose reader of objects it therefore does not use.
func definedSymbols(_ object: [UInt8], name: String) -> [String] {
  func number(_ offset: Int, _ size: Int) -> Int {
    guard offset >= 0, offset + size <= object.count else { fail("\(name): a damaged object") }
    return (0..<size).reduce(0) { $0 | Int(object[offset + $1]) << (8 * $1) }
  }
  func section(_ index: Int) -> Int { number(0x28, 8) + 64 * index }
  let symbolTable = 2
  guard let table = (0..<number(0x3C, 2)).map(section).first(where: { number($0 + 4, 4) == symbolTable })
  else { return [] }
  let strings = number(section(number(table + 40, 4)) + 24, 8)
  let (start, size) = (number(table + 24, 8), number(table + 32, 8))
  var names: [String] = []
  for symbol in stride(from: start, to: start + size, by: 24) {
    let (binding, place) = (number(symbol + 4, 1) >> 4, number(symbol + 6, 2))
    guard binding != 0, place != 0 else { continue }
    let text = object[(strings + number(symbol, 4))...].prefix { $0 != 0 }
    names.append(String(decoding: text, as: UTF8.self))
  }
  return names
}

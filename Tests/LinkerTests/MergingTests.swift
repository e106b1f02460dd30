import ELF
import Linker
import Testing

@Suite("mergeable sections") struct MergingTests {
  private func strings(_ texts: [String], alignment: Int = 1) -> ObjectSection {
    var result = section(
      ".rodata.str1.1", [.mergeable, .strings],
      texts.flatMap { Array($0.utf8) + [0] }, alignment: alignment)
    result.entrySize = 1
    return result
  }

  private func constants(_ values: [UInt8]) -> ObjectSection {
    var result = section(
      ".rodata.cst8", .mergeable, values.flatMap { Array(repeating: $0, count: 8) }, alignment: 8)
    result.entrySize = 8
    return result
  }

  /// An object whose code refers to `data` by section symbol and addend, or by symbols at offsets.
  private func user(
    _ name: String, _ data: ObjectSection, addends: [Int], symbols offsets: [Int] = [],
    kind: X86_64Relocation = .absolute64
  ) -> ObjectFile {
    let count = addends.count + offsets.count
    let code = section(
      ".text", .executable, Array(repeating: 0, count: 8 * count),
      addends.enumerated().map { relocation(kind, 8 * $0.offset, 1, $0.element) }
        + offsets.indices.map { relocation(kind, 8 * (addends.count + $0), 2 + $0) })
    let base = ObjectSymbol(name: "", place: .section(1), binding: .local, kind: .section)
    let labels = offsets.map {
      ObjectSymbol(name: ".Lstr", place: .section(1), value: $0, binding: .local)
    }
    return object(name, [code, data], [symbol(name, in: 0), base] + labels)
  }

  private func slots(_ program: Executable, _ name: String, _ count: Int) throws -> [Int] {
    let start = try #require(program.address(of: name))
    return (0..<count).compactMap { program.value(at: start + 8 * $0, 8) }
  }

  @Test func equalStringsAreStoredOnceAndUnusedOnesNotAtAll() throws {
    let first = user("_start", strings(["one", "two", "three", "four"]), addends: [4, 15])
    let second = user("other", strings(["zero", "three", "two"]), addends: [7], symbols: [11])
    var options = LinkOptions()
    options.roots = ["other"]
    let program = Executable(try link([first, second], options: options))
    let start = try #require(program.section(".rodata")).address
    // "two", "four" and "three" remain; addend 15 is the "o" of "four", 7 the "r" of "three".
    #expect(try slots(program, "_start", 2) == [start, start + 5])
    #expect(try slots(program, "other", 2) == [start + 9 + 2, start])
    #expect(program.section(".rodata")?.size == 4 + 5 + 6)
    #expect(program.value(at: start, 4) == 0x6f_7774)
  }

  @Test func equalConstantsAreStoredOnce() throws {
    let first = user("_start", constants([1, 2, 3]), addends: [0, 16])
    let second = user("other", constants([3, 4, 1]), addends: [0, 16])
    var options = LinkOptions()
    options.roots = ["other"]
    let program = Executable(try link([first, second], options: options))
    let start = try #require(program.section(".rodata")).address
    #expect(try slots(program, "_start", 2) == [start, start + 8])
    #expect(try slots(program, "other", 2) == [start + 8, start])
    #expect(program.section(".rodata")?.size == 16)
  }

  @Test func sectionsWhosePiecesCannotBeToldApartStayWhole() throws {
    let texts = strings(["one", "two"])
    // What is relative to the next instruction, and what lies outside of the section.
    for (addends, kind) in [([-4, 0], X86_64Relocation.pc32), ([8], .absolute64)] {
      let program = Executable(
        try link([user("_start", texts, addends: addends, kind: kind)], options: LinkOptions()))
      #expect(program.section(".rodata")?.size == 8)
    }
    let aligned = strings(["one", "two"], alignment: 16)
    let program = Executable(
      try link([user("_start", aligned, addends: [4])], options: LinkOptions()))
    #expect(program.section(".rodata")?.size == 8)
  }

  @Test func elementsAtBoundariesOfTheSectionAreFound() throws {
    var data = strings(["", "a", "", "b"])
    data.bytes += Array("no end".utf8)
    let objects = [user("_start", data, addends: [0, 1, 3, 4, 6, 11])]
    let program = Executable(try link(objects, options: LinkOptions()))
    let start = try #require(program.section(".rodata")).address
    #expect(
      try slots(program, "_start", 6)
        == [start, start + 1, start, start + 3, start + 5, start + 10])
  }
}

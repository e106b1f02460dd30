import ELF
import Linker
import Testing

@Suite("problems") struct ProblemTests {
  private func function(_ name: String, calling callees: [String] = []) -> ObjectFile {
    let bytes = Array(repeating: UInt8(0), count: 4 * max(callees.count, 1))
    let calls = callees.indices.map { relocation(.plt32, 4 * $0, $0 + 1, -4) }
    var own = symbol(name, in: 0)
    own.size = bytes.count
    return object(
      "\(name).o", [section(".text.\(name)", .executable, bytes, calls)],
      [own] + callees.map { undefined($0) })
  }

  @Test func everythingUndefinedAndDuplicateIsReportedAtOnce() {
    let objects = [
      function("_start", calling: ["helper", "missing", "lost"]),
      function("helper", calling: ["missing"]), function("helper", calling: ["unneeded"]),
      function("twice"), function("twice"), function("dead", calling: ["also_missing"]),
      function("helper"),
    ]
    let text = LinkError(problems: problems(objects)).description
    #expect(
      text == """
        symbol 'helper' is defined more than once
          defined in helper.o: .text.helper+0x0
          defined in helper.o: .text.helper+0x0
          defined in helper.o: .text.helper+0x0
        symbol 'twice' is defined more than once
          defined in twice.o: .text.twice+0x0
          defined in twice.o: .text.twice+0x0
        symbol 'missing' is not defined
          needed by _start.o: in '_start' (.text._start+0x4)
          needed by helper.o: in 'helper' (.text.helper+0x0)
        symbol 'lost' is not defined
          needed by _start.o: in '_start' (.text._start+0x8)
        """)
  }

  @Test func manyReferencesAreCounted() {
    let text = LinkError(
      problems: problems([function("_start", calling: ["m", "m", "m", "m", "m"])])
    ).description
    #expect(text.hasSuffix("\n  and 2 more"))
  }

  @Test func manyUndefinedSymbolsAreCounted() {
    let names = (0..<250).map { "missing\($0)" }
    let found = problems([function("_start", calling: names)])
    #expect(found.count == 101)
    #expect(found.last == .more(count: 150, what: "undefined symbols"))
  }

  @Test func entryAndRootsMustBeDefined() {
    var options = LinkOptions(entry: "begin")
    options.roots = ["keep", "_start"]
    #expect(
      problems([function("_start")], options) == [
        .undefinedRoot(symbol: "begin", isEntry: true),
        .undefinedRoot(symbol: "keep", isEntry: false),
      ])
    #expect(problems([]) == [.undefinedRoot(symbol: "_start", isEntry: true)])
  }

  @Test func objectsForAnotherMachineAreRefused() {
    let other = object("other.o", [], [], machine: .aarch64)
    #expect(
      problems([function("_start"), other]).map(\.message) == [
        "other.o is for AArch64, not x86-64"
      ])
  }

  /// A section that is not linked, and the words that say why.
  @Test(arguments: [
    (
      section(".text", [.writable, .executable], [0]),
      "a.o: section '.text' is both writable and executable"
    ),
    (
      section(".init_array", .writable, [0]),
      "a.o: section '.init_array' lists code to run at start or exit, which is not supported"
    ),
    (
      section(".ctors.100", .writable, [0]),
      "a.o: section '.ctors.100' lists code to run at start or exit, which is not supported"
    ),
    (
      section(".data", .writable, [0], alignment: 3),
      "a.o is damaged: section '.data' has an alignment of 3"
    ),
    (
      section(".data", .writable, [0], alignment: 1 << 40),
      "a.o is damaged: section '.data' has an alignment of 1099511627776"
    ),
    (zeros(".bss", .max), "a.o is damaged: section '.bss' has an impossible size"),
    (
      section(".bss", .writable, [], [relocation(.pc8, 0, 0)]),
      "a.o is damaged: section '.bss' has no bytes to relocate"
    ),
    (
      section(".text", .executable, [0], [relocation(.pc8, 0, 9)]),
      "a.o is damaged: section '.text' refers to an unknown symbol"
    ),
  ])
  func sectionsThatCannotBeLinkedAreNamed(_ bad: ObjectSection, _ message: String) {
    #expect(problems([object("a.o", [bad], [undefined("x")])]).map(\.message) == [message])
  }

  @Test func symbolsMustLieInTheirSections() {
    for place in [ObjectSymbol.Place.section(1), .section(-1)] {
      let bad = object(
        "a.o", [section(".text", .executable, [0])], [ObjectSymbol(name: "x", place: place)])
      #expect(
        problems([bad]).map(\.message) == ["a.o is damaged: a symbol lies outside its section"])
    }
  }

  @Test func theEntryMustBeInTheProgram() {
    let notes = ObjectSection(name: ".comment", flags: [], alignment: 1)
    #expect(
      problems([object("a.o", [notes], [symbol("_start", in: 0)])]) == [
        .undefinedRoot(symbol: "_start", isEntry: true)
      ])
  }

  @Test func sectionsOfOneNameMustAgree() {
    func part(_ name: String, _ flags: SectionFlags) -> ObjectFile {
      object(name, [section("list", flags.union(.retained), [0])], [])
    }
    let start = object("a.o", [section(".text", .executable, [0])], [symbol("_start", in: 0)])
    #expect(problems([start, part("b.o", []), part("c.o", .executable)]).isEmpty)
    #expect(
      problems([start, part("b.o", .executable), part("c.o", .writable)]).map(\.message) == [
        "c.o: section 'list' is data here, but not in an earlier object"
      ])
  }

  @Test func hugeProgramsAreRefused() {
    let start = section(
      ".text", .executable, Array(repeating: 0, count: 24),
      (1...3).map { relocation(.absolute64, 8 * ($0 - 1), $0) })
    let big = 1 << 44
    let objects = [
      object(
        "a.o", [start, zeros(".bss.a", big), zeros(".bss.b", big), zeros(".bss.c", big)],
        [symbol("_start", in: 0)] + (1...3).map { symbol("area\($0)", in: $0) })
    ]
    #expect(problems(objects) == [.imageTooLarge])
  }

  @Test func referencesToWhatIsNotLoadedAreRefused() {
    let start = section(
      ".text", .executable, Array(repeating: 0, count: 8), [relocation(.absolute64, 0, 1)])
    let notes = ObjectSection(name: ".comment", flags: [], alignment: 1)
    let found = problems([
      object("a.o", [start, notes], [symbol("_start", in: 0), symbol("text", in: 1)])
    ])
    #expect(
      found.map(\.message) == [
        "a.o: in '_start' (.text+0x0): 'text' is in a section that is not part of the program"
      ])
  }
}

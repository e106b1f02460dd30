import ELF
import Linker
import Testing

/// A program with every kind of section; `_start` refers to one section of each.
private func sampleObjects(alignment: Int = 8) -> [ObjectFile] {
  let start = section(
    ".text.start", .executable, Array(repeating: 0x90, count: 40), alignment: 16,
    [
      relocation(.pc32, 0, 1), relocation(.pc32, 4, 2), relocation(.pc32, 8, 3),
      relocation(.pc32, 12, 4),
    ])
  let first = object(
    "first.o",
    [
      start, section(".rodata.a", [], [1, 2, 3]),
      section(".data.a", .writable, [4, 5], alignment: alignment),
      zeros(".bss.a", 100, alignment: alignment),
    ],
    [
      symbol("_start", in: 0), symbol("constant", in: 1), symbol("variable", in: 2),
      symbol("area", in: 3), undefined("helper"),
    ])
  let second = object(
    "second.o",
    [
      section(".text.unused", .executable, [0xcc], [relocation(.pc32, 0, 1)]),
      section(".text.helper", .executable, [0xc3], alignment: 16),
      section(".rodata.b", [], [6]), section(".data.b", .writable, [7]), zeros(".bss.b", 8),
    ],
    [
      symbol("unused", in: 0), undefined("nowhere"), symbol("helper", in: 1),
      symbol("constant2", in: 2), symbol("variable2", in: 3), symbol("area2", in: 4),
    ])
  return [first, second]
}

@Suite("image layout") struct LayoutTests {
  @Test(arguments: [1, 8, 64, 4096, 65536], [false, true])
  func segmentsSuitTheKernel(_ alignment: Int, _ stripped: Bool) throws {
    var options = LinkOptions()
    options.stripped = stripped
    options.roots = ["variable2", "area2", "constant2"]
    let program = Executable(try link(sampleObjects(alignment: alignment), options: options))
    #expect(program.loads.map(\.flags) == [4, 5, 6], "constants r--, code r-x, data rw-")
    var end = 0
    for segment in program.loads {
      #expect(segment.flags & 3 != 3, "writable and executable")
      #expect(segment.address % 4096 == segment.offset % 4096)
      #expect(segment.address / 4096 > (end - 1) / 4096, "segments on one page")
      #expect(segment.fileSize <= segment.memorySize)
      #expect(segment.offset + segment.fileSize <= program.bytes.count)
      end = segment.address + segment.memorySize
    }
    #expect(program.segments.last?.type == 0x6474_e551)
    #expect(program.segments.last?.flags == 6, "the stack is not executable")
    #expect(program.loads[0].offset == 0, "the headers are mapped with the constants")
    let code = program.loads[1]
    #expect(code.address <= program.entry && program.entry < code.address + code.memorySize)
  }

  @Test func sectionsAreInOrderAndDeadOnesAreLeftOut() throws {
    let program = Executable(try link(sampleObjects(), options: LinkOptions()))
    #expect(
      program.sectionNames == [
        ".rodata", ".text", ".data", ".bss", ".symtab", ".strtab", ".shstrtab",
      ])
    #expect(
      program.symbols.map(\.name) == ["_start", "constant", "variable", "area", "helper"])
    let addresses = program.symbols.map(\.address)
    #expect(addresses[1] == 0x400120)  // behind 64 bytes of header and 4 of 56
    #expect(addresses[0] == 0x401130)  // in units of 16
    #expect(addresses[4] == 0x401160)
    #expect(addresses[2] == 0x402168)
    #expect(addresses[3] == 0x402170)
    #expect(program.value(at: addresses[1], 3) == 0x030201)
    #expect(program.value(at: addresses[2], 2) == 0x0504)
    #expect(program.value(at: 0x401158, 4) == 0xcccc_cccc, "traps between functions")
  }

  @Test func rootsAndRetainedSectionsAreKept() throws {
    var options = LinkOptions()
    options.roots = ["variable2"]
    var objects = sampleObjects()
    objects[1].sections[2].flags.insert(.retained)
    let program = Executable(try link(objects, options: options))
    #expect(program.address(of: "variable2") != nil)
    #expect(program.address(of: "constant2") != nil)
    #expect(program.address(of: "area2") == nil)
  }

  /// `_start` refers weakly to `helper`, which `user` refers to, and to what nobody defines.
  private static let weakObjects = [
    object(
      "a",
      [
        section(
          ".text", .executable, Array(repeating: 0, count: 16),
          [relocation(.absolute64, 0, 1), relocation(.absolute64, 8, 2)])
      ], [symbol("_start", in: 0), undefined("helper", .weak), undefined("nowhere", .weak)]),
    object(
      "b",
      [
        section(".text.helper", .executable, [0xc3]),
        section(".text.user", .executable, [0, 0, 0, 0], [relocation(.pc32, 0, 0)]),
      ], [symbol("helper", in: 0), symbol("user", in: 1)]),
  ]

  @Test(arguments: [(true, [], true), (false, [], false), (false, ["user"], true)])
  func weakReferencesKeepSectionsIfWanted(
    _ follows: Bool, _ roots: [String], _ isThere: Bool
  ) throws {
    var options = LinkOptions()
    options.followsWeakReferences = follows
    options.roots = roots
    let program = Executable(try link(Self.weakObjects, options: options))
    #expect((program.address(of: "helper") != nil) == isThere)
    #expect(program.value(at: program.entry, 8) == program.address(of: "helper") ?? 0)
    #expect(program.value(at: program.entry + 8, 8) == 0)
  }

  @Test func boundariesEncloseTheirSections() throws {
    let start = section(
      ".text", .executable, Array(repeating: 0, count: 80),
      (1...8).map { relocation(.absolute64, 8 * $0, $0) })
    let first = object(
      "first.o",
      [start, section("names", [], [1, 2, 3]), section(".data", .writable, [9], alignment: 8)],
      [
        symbol("_start", in: 0), undefined("__start_names"), undefined("__stop_names"),
        undefined("data_start"), undefined("data_end"), undefined("__ehdr_start"),
        undefined("_end"), undefined("__start_none", .weak), symbol("variable", in: 2),
      ])
    let second = object("second.o", [section("names", [], [4], alignment: 4)], [])
    var options = LinkOptions()
    options.boundaries = [
      BoundarySymbol(name: "data_start", section: .data, edge: .start),
      BoundarySymbol(name: "data_end", section: .data, edge: .end),
      BoundarySymbol(name: "not_mentioned", section: .bss, edge: .end),
    ]
    let program = Executable(try link([first, second], options: options))
    func slot(_ index: Int) -> Int? { program.value(at: program.entry + 8 * index, 8) }
    let names = try #require(slot(1))
    #expect(program.value(at: names, 5) == 0x04_0003_0201)
    #expect(slot(2) == names + 5)
    let data = try #require(slot(3))
    #expect(program.value(at: data, 1) == 9)
    #expect(slot(4) == data + 1)
    #expect(slot(8) == data)
    #expect(slot(5) == 0x400000)
    #expect(slot(6) == data + 1)
    #expect(slot(7) == 0)
    #expect(program.address(of: "__stop_names") == names + 5)
    #expect(program.address(of: "not_mentioned") == nil)
    #expect(program.sectionNames.contains("names"))
  }

  @Test func writableBoundarySectionsAreNotInReadOnlyMemory() throws {
    let start = section(
      ".text", .executable, Array(repeating: 0, count: 8), [relocation(.pc32, 0, 1)])
    let objects = [
      object(
        "a", [start, section("list", [], [1])],
        [symbol("_start", in: 0), undefined("__start_list")]),
      object("b", [section("list", .writable, [2])], []),
    ]
    let program = Executable(try link(objects, options: LinkOptions()))
    let list = try #require(program.address(of: "__start_list"))
    let segment = try #require(program.loads.last)
    #expect(segment.flags == 6)
    #expect(list == segment.address)
    #expect(segment.fileSize == 2)
  }

  @Test func theFirstOfRepeatedGroupsIsKept() throws {
    func part(_ name: String, _ value: UInt8) -> ObjectFile {
      var part = object(
        name,
        [
          section(
            ".text", .executable, Array(repeating: 0, count: 8), [relocation(.absolute64, 0, 1)]),
          section(".rodata.shared", [], [value]),
        ], [symbol("user_" + name, in: 0), symbol("shared", in: 1)])
      part.groups = [SectionGroup(signature: "shared", sections: [1])]
      return part
    }
    var options = LinkOptions(entry: "user_a")
    options.roots = ["user_b"]
    let program = Executable(try link([part("a", 1), part("b", 2)], options: options))
    let shared = try #require(program.address(of: "shared"))
    #expect(program.value(at: shared, 1) == 1)
    for user in ["user_a", "user_b"] {
      #expect(program.value(at: try #require(program.address(of: user)), 8) == shared)
    }
    #expect(program.section(".rodata")?.size == 1)
  }

  @Test func onlyUsefulSymbolsAreListedLocalOnesFirst() throws {
    let code = section(".text", .executable, [0xc3])
    let symbols = [
      symbol("_start", in: 0), symbol("inner", in: 0, .local), symbol(".Llabel", in: 0, .local),
      ObjectSymbol(name: "file.c", place: .absolute, binding: .local, kind: .file),
      ObjectSymbol(name: "", place: .section(0), binding: .local, kind: .section),
      symbol("alias", in: 0, .weak), absolute("number", 7), undefined("absent", .weak),
    ]
    let program = Executable(try link([object("a", [code], symbols)], options: LinkOptions()))
    #expect(program.symbols.map(\.name) == ["inner", "_start", "alias", "number"])
    #expect(program.symbols.map(\.isLocal) == [true, false, false, false])
    #expect(program.address(of: "number") == 7)
  }

  @Test func linkingTwiceGivesTheSameBytes() throws {
    let options = LinkOptions()
    #expect(try link(sampleObjects(), options: options) == link(sampleObjects(), options: options))
  }

  /// mov $60, %eax; mov $42, %edi; syscall
  private static let exit42: [UInt8] = [0xb8, 60, 0, 0, 0, 0xbf, 42, 0, 0, 0, 0x0f, 0x05]

  @Test func tinyProgramsAreTiny() throws {
    let start = object(
      "a", [section(".text", .executable, Self.exit42)], [symbol("_start", in: 0)])
    var options = LinkOptions()
    options.stripped = true
    let image = try link([start], options: options)
    #expect(image.count == 64 + 2 * 56 + Self.exit42.count)
    let program = Executable(image)
    #expect(program.sectionNames.isEmpty)
    #expect(program.loads.map(\.flags) == [5])
    #expect(program.loads.map(\.offset) == [64 + 2 * 56], "the headers are not executable")
  }

  @Test func headersAreMappedForThoseWhoLookAtThem() throws {
    let start = object(
      "a", [section(".text", .executable, Self.exit42, [relocation(.absolute64, 0, 1)])],
      [symbol("_start", in: 0), undefined("__ehdr_start")])
    let program = Executable(try link([start], options: LinkOptions()))
    #expect(program.loads.map(\.flags) == [4, 5])
    #expect(program.value(at: program.entry, 8) == 0x40_0000)
    #expect(program.value(at: 0x40_0000, 4) == 0x464c_457f)
  }
}

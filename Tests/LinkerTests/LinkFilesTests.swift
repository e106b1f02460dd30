import ELF
import Foundation
import Linker
import TestSupport
import Testing

@Suite("files and archives") struct LinkFilesTests {
  /// An object whose function `name` calls others.
  private func function(
    _ name: String, calling callees: [String] = [], weakly: Bool = false, isWeak: Bool = false
  ) -> ObjectFile {
    let bytes = Array(repeating: UInt8(0x90), count: 5 * max(callees.count, 1))
    let calls = callees.indices.map { relocation(.plt32, 5 * $0 + 1, $0 + 1, -4) }
    return object(
      "", [section(".text.\(name)", .executable, bytes, calls)],
      [symbol(name, in: 0, isWeak ? .weak : .global)]
        + callees.map { undefined($0, weakly ? .weak : .global) })
  }

  private func file(_ name: String, _ object: ObjectFile) -> LinkFile {
    LinkFile(name: name, bytes: writeObject(object))
  }

  private func archive(_ name: String, _ members: [(String, ObjectFile)]) -> LinkFile {
    LinkFile(name: name, bytes: makeArchive(members.map { ($0.0, writeObject($0.1)) }))
  }

  private func selected(_ files: [LinkFile]) throws -> [String] {
    try selectObjects(files, options: LinkOptions()).objects.map(\.name)
  }

  private func messages(_ files: [LinkFile], _ options: LinkOptions = LinkOptions()) -> [String] {
    do {
      _ = try linkFiles(files, options: options)
      return []
    } catch {
      return error.messages
    }
  }

  @Test func archivesAreSearchedUntilNothingIsMissing() throws {
    // The first archive needs the second, the second the first.
    let files = [
      archive("a.a", [("unused.o", function("x")), ("three.o", function("three"))]),
      file("main.o", function("_start", calling: ["one"])),
      archive(
        "b.a", [
          ("two.o", function("two", calling: ["three"])),
          ("one.o", function("one", calling: ["two"])),
        ]),
    ]
    #expect(try selected(files) == ["a.a(three.o)", "main.o", "b.a(two.o)", "b.a(one.o)"])
    let members = try selectObjects(files, options: LinkOptions()).members
    #expect(members.map(\.symbol) == ["one", "two", "three"])
    #expect(members.map(\.neededBy) == ["main.o", "b.a(one.o)", "b.a(two.o)"])
  }

  @Test func theEntryIsLookedForInArchives() throws {
    let files = [archive("a.a", [("x.o", function("x")), ("start.o", function("_start"))])]
    #expect(try selected(files) == ["a.a(start.o)"])
    #expect(messages(files) == [])
  }

  @Test func objectsComeBeforeArchivesAndTheFirstArchiveCounts() throws {
    let files = [
      archive("a.a", [("one.o", function("one")), ("again.o", function("two"))]),
      archive("b.a", [("two.o", function("two"))]),
      file("main.o", function("_start", calling: ["one", "two"])),
      file("one.o", function("one", isWeak: true)),
    ]
    #expect(try selected(files) == ["a.a(again.o)", "main.o", "one.o"])
  }

  @Test func weakReferencesPullInNothing() throws {
    let files = [
      file("main.o", function("_start", calling: ["one"], weakly: true)),
      archive("a.a", [("one.o", function("one"))]),
    ]
    #expect(try selected(files) == ["main.o"])
    #expect(messages(files) == [])
  }

  @Test func whatIsWrongWithFilesIsSaid() {
    let main = file("main.o", function("_start", calling: ["one"]))
    let text = LinkFile(name: "notes.txt", bytes: Array("hello".utf8))
    #expect(messages([main, text]) == ["notes.txt: not an ELF file"])
    let thin = LinkFile(name: "thin.a", bytes: Array("!<thin>\n".utf8))
    #expect(messages([thin]) == ["thin.a: a thin archive, which only names its members"])
    var arm = function("one")
    arm.machine = .aarch64
    arm.sections[0].relocations = []
    #expect(messages([main, file("arm.o", arm)]) == ["arm.o is for AArch64, not x86-64"])
    #expect(
      messages([main, archive("a.a", [("arm.o", arm)])])
        == ["a.a(arm.o) is for AArch64, not x86-64"])
    #expect(
      messages([main, main]).first == """
        symbol '_start' is defined more than once
          defined in main.o: .text._start+0x0
          defined in main.o: .text._start+0x0
        """)
  }

  /// A member that is no object is not needed, unless a definition is missing.
  @Test func membersThatCannotBeReadAreMentionedIfSomethingIsMissing() {
    let library = LinkFile(
      name: "a.a",
      bytes: makeArchive([("bitcode.o", Array("BC".utf8)), ("x.o", writeObject(function("x")))]))
    #expect(messages([file("main.o", function("_start", calling: ["x"])), library]) == [])
    #expect(
      messages([file("main.o", function("_start", calling: ["one"])), library]) == [
        """
        symbol 'one' is not defined
          needed by main.o: .text._start+0x1
        """, "not searched: a.a(bitcode.o): not an ELF file",
      ])
  }

  @Test func namesInMessagesCannotControlATerminal() {
    let files = [file("main.o", function("_start", calling: ["\u{1b}[2Jone\n"]))]
    #expect(
      messages(files) == [
        "symbol '\\u{1b}[2Jone\\u{a}' is not defined\n  needed by main.o: .text._start+0x1"
      ])
  }

  // MARK: Common symbols

  private func common(_ size: Int, _ alignment: Int) -> ObjectSymbol {
    ObjectSymbol(
      name: "shared", place: .common(alignment: alignment), size: size, kind: .object)
  }

  /// A program that refers to `shared`, with other objects that have it.
  private func withCommons(_ symbols: [ObjectSymbol]) throws -> Executable {
    var main = function("_start", calling: ["shared"])
    main.sections[0].relocations[0].kind = X86_64Relocation.pc32.rawValue
    let others = symbols.map { symbol in object("o", [zeros(".bss.own", 8)], [symbol]) }
    return Executable(try link([main] + others, options: LinkOptions()))
  }

  @Test func theLargestCommonSymbolCounts() throws {
    let program = try withCommons([common(4, 4), common(100, 8), common(16, 256)])
    let data = try #require(program.loads.last)
    #expect(data.memorySize == 100)
    #expect(try #require(program.address(of: "shared")) % 256 == 0)
    #expect(program.symbols.count { $0.name == "shared" } == 1)
  }

  @Test func definitionsReplaceCommonSymbols() throws {
    let definition = symbol("shared", in: 0)
    #expect(try withCommons([common(100, 4), definition]).loads.last?.memorySize == 8)
    #expect(try withCommons([definition, common(100, 4)]).loads.last?.memorySize == 8)
    let weak = symbol("shared", in: 0, .weak)
    #expect(try withCommons([weak, common(100, 4)]).loads.last?.memorySize == 100)
  }

  @Test func impossibleCommonSymbolsAreRefused() {
    for symbol in [common(.max, 4), common(4, 3), common(4, 1 << 40)] {
      #expect(
        problems([object("a.o", [], [symbol])]).first?.message
          == "a.o is damaged: common symbol 'shared' is impossible")
    }
  }

  // MARK: The map

  @Test func theMapSaysWhatIsWhereAndWhy() throws {
    let files = [
      file("main.o", function("_start", calling: ["one"])),
      archive("a.a", [("one.o", function("one")), ("two.o", function("two"))]),
      file("dead.o", function("dead")),
    ]
    let map = try linkFiles(files, options: LinkOptions(), wantsMap: true).map
    #expect(
      map == """
        archive members:
          a.a(one.o)  for 'one', needed by main.o

             address        size  contents
            0x4000b0         0xa  .text
            0x4000b0         0x5    main.o: .text._start
            0x4000b0                  _start
            0x4000b5         0x5    a.a(one.o): .text.one
            0x4000b5                  one

        not reached: 1 sections, 5 bytes
        stored once: 0 copies, 0 bytes

        """)
  }
}

/// How many damaged inputs are tried in all.
private let inputCount = fuzzCount(usually: 2000)

/// A program in four files, three of them made for an archive: common symbols, strings that are
/// merged, weak and local symbols.
private let sources = [
  """
  extern int helper(int); extern const char *name(int); extern int missing __attribute__((weak));
  int shared; int table[100]; static int counter = 5;
  START void _start(void) {
    shared = helper(3);
    call3(WRITE, 1, (long)name(1), 3);
    leave(shared + counter + table[7] + (&missing ? 100 : 0));
  }
  """,
  "int shared; double large[20]; int helper(int x) { large[x] = 4; return x * 2 + large[x]; }",
  """
  static int own(int i) { return !i; }
  const char *name(int i) { return own(i) ? "hi" : "ho\\n"; }
  """,
  "int unneeded(void); int unused(void) { return unneeded(); }",
]

@Suite("files of other tools", .enabled(if: clang != nil, "clang is not installed"))
struct ForeignFilesTests {
  private func compile(_ machine: TestMachine) throws -> [[UInt8]] {
    try sources.map { source in
      try compileC(
        machine.support + source, clang: try #require(clang), architecture: machine.architecture,
        flags: ["-fcommon"])
    }
  }

  @Test(arguments: TestMachine.available, ["ar", "llvm-ar"])
  func programsWithArchivesBehaveAsWritten(_ machine: TestMachine, _ tool: String) throws {
    guard let ar = findTool(tool) else {
      print("skipped: \(tool) is not installed")
      return
    }
    let objects = try compile(machine)
    let directory = try TemporaryDirectory()
    let names = ["a_member_with_a_long_name.o", "name.o", "unused.o"]
    let paths = try zip(names, objects.dropFirst()).map { try directory.write($1, to: $0) }
    try runTool(ar, ["rcs", directory.path("lib.a")] + paths)
    let archive = [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory.path("lib.a"))))
    let files = [
      LinkFile(name: "main.o", bytes: objects[0]), LinkFile(name: "lib.a", bytes: archive),
    ]
    for stripped in [false, true] {
      var options = machine.options()
      options.stripped = stripped
      let result = try machine.run(try linkFiles(files, options: options).bytes)
      #expect(result.outputText == "ho\n")
      #expect(result.status == 15)
    }
  }

  @Test(arguments: TestMachine.available)
  func fuzzedFilesAreLinkedOrRefused(_ machine: TestMachine) throws {
    let objects = try compile(machine)
    let archive = makeArchive(
      [("a_member_with_a_long_name.o", objects[1]), ("name.o", objects[2])])
    let originals = [objects[0], archive, objects[3]]
    var random = RandomNumbers(seed: 11)
    var linked = 0
    for round in 0..<inputCount / 2 {
      var files = originals
      files[round % 3] = mutated(files[round % 3], by: &random)
      do {
        let result = try linkFiles(
          files.map { LinkFile(name: "f", bytes: $0) }, options: machine.options(), wantsMap: true)
        let program = Executable(result.bytes)
        for segment in program.loads {
          #expect(segment.flags & 3 != 3)
          #expect(segment.offset + segment.fileSize <= program.bytes.count)
        }
        linked += 1
      } catch {
        #expect(!error.problems.isEmpty)
        #expect(error.messages.allSatisfy { !$0.isEmpty })
      }
    }
    #expect(linked > inputCount / 40)
  }
}

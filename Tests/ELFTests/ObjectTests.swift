import ELF
import TestSupport
import Testing

@Suite("object files") struct ObjectTests {
  @Test func madeObjectsAreReadAsTheyWereWritten() throws {
    let object = madeObject()
    let read = try readObject(writeObject(object), name: object.name)
    #expect(read == inFileOrder(object))
  }

  @Test(
    .enabled(if: clang != nil, "clang is not installed"),
    arguments: ["x86_64", "aarch64"], [["-g0"], ["-g"], ["-O0", "-fPIC"], ["-mcmodel=small"]])
  func compiledObjectsSurviveWritingAndReading(_ architecture: String, _ flags: [String]) throws {
    let read = try readObject(try sampleObject(architecture, flags: flags), name: "sample")
    #expect(read.machine == (architecture == "x86_64" ? .x86_64 : .aarch64))
    #expect(try readObject(writeObject(read), name: "sample") == read)
  }

  @Test(.enabled(if: clang != nil, "clang is not installed"))
  func compiledObjectsAreUnderstood() throws {
    let object = try readObject(try sampleObject("x86_64"), name: "sample")
    func section(_ name: String) throws -> ObjectSection {
      try #require(object.sections.first { $0.name == name })
    }
    func symbol(_ name: String) throws -> ObjectSymbol {
      try #require(object.symbols.first { $0.name == name })
    }
    #expect(try section(".text.function").flags == [.allocated, .executable])
    #expect(try section(".bss.zeros").zeroFill == 400)
    #expect(try section(".data.names").relocations.map(\.kind) == [1, 1, 1])
    #expect(try section(".rodata.str1.1").entrySize == 1)
    #expect(try section(".rodata.constants").bytes.count == 16)
    #expect(try symbol("function").kind == .function)
    #expect(try symbol("zeros").size == 400)
    #expect(try symbol("external").place == .undefined)
    #expect(try symbol("optional").binding == .weak)
    #expect(try symbol("counter").binding == .local)
    #expect(object.groups.map(\.signature) == ["shared"])
    let members = try #require(object.groups.first).sections.map { object.sections[$0].name }
    #expect(members == [".text.shared"])
  }

  @Test func moreSectionsThanASymbolCanNameAreKept() throws {
    var object = ObjectFile(name: "many")
    for index in 0..<66_000 {
      var section = ObjectSection(name: "s", flags: [.allocated], alignment: 1)
      section.bytes = [UInt8(truncatingIfNeeded: index)]
      object.sections.append(section)
      object.symbols.append(ObjectSymbol(name: "x\(index)", place: .section(index)))
    }
    object.sections.append(ObjectSection(name: ".note.GNU-stack", flags: [], alignment: 1))
    let read = try readObject(writeObject(object), name: "many")
    #expect(read == object)
  }

  @Test func relocationsAreSortedByOffset() throws {
    var object = madeObject()
    object.sections[0].relocations.reverse()
    let read = try readObject(writeObject(object), name: "made")
    #expect(read.sections[0].relocations.map(\.offset) == [1, 8])
  }
}

/// Other programs that read objects, as command lines before and after the file name. What they
/// print for objects that they dislike goes to standard error and is not allowed.
private let readers: [(tool: String, before: [String], after: [String])] = [
  ("readelf", ["-aW"], []),
  ("objdump", ["-drxw"], []),
  ("llvm-objdump", ["-dr", "-x"], []),
  ("ld", ["-r"], ["-o", "OUTPUT"]),
  ("ld.lld", ["-r"], ["-o", "OUTPUT"]),
]

@Suite("other tools") struct ForeignReaderTests {
  @Test(arguments: readers.indices)
  func acceptMadeObjects(_ index: Int) throws {
    try expectAccepted(writeObject(madeObject()), by: index)
  }

  @Test(.enabled(if: clang != nil, "clang is not installed"), arguments: readers.indices)
  func acceptRewrittenObjects(_ index: Int) throws {
    let object = try readObject(try sampleObject("x86_64", flags: ["-g"]), name: "sample")
    try expectAccepted(writeObject(object), by: index)
  }

  @Test func acceptMoreSectionsThanFitInTheHeader() throws {
    var object = ObjectFile(name: "many")
    for index in 0..<66_000 {
      let section = ObjectSection(name: ".text", flags: [.allocated, .executable], alignment: 1)
      object.sections.append(section)
      object.symbols.append(ObjectSymbol(name: "x\(index)", place: .section(index)))
    }
    for index in readers.indices where readers[index].tool.contains("ld") {
      try expectAccepted(writeObject(object), by: index)
    }
  }

  private func expectAccepted(_ bytes: [UInt8], by index: Int) throws {
    let reader = readers[index]
    guard let tool = findTool(reader.tool) else {
      print("skipped: \(reader.tool) is not installed")
      return
    }
    let directory = try TemporaryDirectory()
    let input = try directory.write(bytes, to: "object.o")
    let after = reader.after.map { $0 == "OUTPUT" ? directory.path("output.o") : $0 }
    let result = try runProgram(tool, reader.before + [input] + after)
    #expect(result.status == 0)
    #expect(result.errorText == "")
  }
}

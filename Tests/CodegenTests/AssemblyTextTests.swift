import ELF
import Foundation
import IR
import TargetX86_64
import TestSupport
import Testing

/// The text of `--emit asm`, given to GNU `as`, is the object that we make.
@Suite("Assembly text", .enabled(if: findTool("as") != nil, "needs GNU as"))
struct AssemblyTextTests {
  /// A relocation without numbers that two assemblers may choose differently.
  private struct Reference: Hashable, CustomStringConvertible {
    var offset: Int
    var kind: UInt32
    var target: String
    var addend: Int

    var description: String { "\(offset): \(kind) \(target) + \(addend)" }
  }

  private func references(_ section: ObjectSection, _ object: ObjectFile) -> [Reference] {
    section.relocations.map { relocation in
      let symbol = object.symbols[relocation.symbol]
      var target = symbol.name
      if case .section(let index) = symbol.place { target = object.sections[index].name }
      let value = symbol.place == .undefined ? 0 : symbol.value
      return Reference(
        offset: relocation.offset, kind: relocation.kind, target: target,
        addend: relocation.addend + value)
    }
  }

  private func assemble(_ text: String) throws -> ObjectFile {
    let directory = try TemporaryDirectory()
    let source = try directory.write(Array(text.utf8), to: "program.s")
    let output = directory.path("program.o")
    try runTool(try #require(findTool("as")), [source, "-o", output])
    return try readObject(Array(try Data(contentsOf: URL(fileURLWithPath: output))), name: "as")
  }

  @Test(arguments: UInt64(0)..<8) func assemblesToOurBytes(seed: UInt64) throws {
    var generator = RandomProgram(seed: seed, size: 10 + Int(seed) * 6)
    var program = generator.make(functions: 8)
    program.descriptors = [
      IRDescriptor(name: "Point", fieldCount: 2, fieldNames: ["x", "y\"\\\u{e4}"], type: 0),
      IRDescriptor(name: "None", fieldCount: 0, fieldNames: [], type: 1),
    ]
    program.files = ["a b.rail"]
    let ours = try generateObject(program)
    let theirs = try assemble(X86Listing.text(of: ours))
    for section in ours.sections {
      let other = try #require(
        theirs.sections.first { $0.name == section.name }, "\(section.name) is missing")
      #expect(section.bytes == other.bytes, "\(section.name)")
      #expect(references(section, ours) == references(other, theirs), "\(section.name)")
      #expect(section.flags == other.flags, "\(section.name)")
    }
    let names = { (object: ObjectFile) in
      Set(object.symbols.filter { $0.kind == .function || $0.kind == .object }.map(\.name))
    }
    #expect(names(ours) == names(theirs))
  }
}

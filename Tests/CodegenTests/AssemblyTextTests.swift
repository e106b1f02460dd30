import Codegen
import ELF
import IR
import TargetARM64
import TargetX86_64
import TestSupport
import Testing

/// The text of `--emit asm`, given to an assembler, is the object that we make.
@Suite("Assembly text") struct AssemblyTextTests {
  /// A target with an assembler to compare with.
  struct Machine: Sendable, CustomTestStringConvertible {
    let target: Target
    let assembler: ReferenceAssembler

    var testDescription: String { target.name }

    static let all: [Machine] = [
      (Target.x86_64, ReferenceAssembler.Machine.x86_64), (Target.arm64, .aarch64),
    ].compactMap { target, machine in
      guard let found = ReferenceAssembler.find(for: machine) else { return nil }
      // Only GNU as knows how to be told the length of a branch of x86-64.
      let isFit = found.isGNU || machine == .aarch64
      return isFit ? Machine(target: target, assembler: found) : nil
    }
  }

  @Test(.enabled(if: Machine.all.count == 2, "needs GNU as or llvm-mc for both targets"))
  func bothTargetsAreCompared() {
    #expect(Machine.all.map(\.target.name) == ["x86_64-linux", "aarch64-linux"])
  }

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

  @Test(arguments: UInt64(0)..<8, Machine.all)
  func assemblesToOurBytes(seed: UInt64, machine: Machine) throws {
    var generator = RandomProgram(seed: seed, size: 10 + Int(seed) * 6)
    var program = generator.make(functions: 8)
    program.descriptors = [
      IRDescriptor(name: "Point", fieldCount: 2, fieldNames: ["x", "y\"\\\u{e4}"], type: 0),
      IRDescriptor(name: "None", fieldCount: 0, fieldNames: [], type: 1),
    ]
    program.files = ["a b.rail"]
    let ours = try machine.target.generateObject(program, CodegenOptions())
    let text = Array(machine.target.assemblyText(ours).utf8)
    let theirs = try readObject(machine.assembler.object(text), name: "reference")
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

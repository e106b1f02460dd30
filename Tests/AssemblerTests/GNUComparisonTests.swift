import ELF
import TestSupport
import Testing

private let x86Assembler = ReferenceAssembler.find(for: .x86_64)
private let armAssembler =
  ReferenceAssembler.findGNU(.aarch64) ?? ReferenceAssembler.find(for: .aarch64)

/// Our assembler gives the sections and relocations that GNU `as` gives.
@Suite struct GNUComparisonTests {
  @Test(
    .enabled(if: x86Assembler?.isGNU ?? false, "needs GNU as"),
    arguments: x86Sources + commonSources)
  func agreesForX86_64(_ source: AssemblySource) throws {
    try compare(source.text, .x86_64, with: try #require(x86Assembler))
  }

  @Test(
    .enabled(if: armAssembler != nil, "needs GNU as or llvm-mc for AArch64"),
    arguments: armSources + commonSources)
  func agreesForAArch64(_ source: AssemblySource) throws {
    let assembler = try #require(armAssembler)
    if assembler.isGNU || source.isForLLVM {
      try compare(source.text, .aarch64, with: assembler)
    } else {
      print("skipped for want of GNU as for AArch64: \(source)")
    }
  }

  private func compare(
    _ text: String, _ machine: ELFMachine, with assembler: ReferenceAssembler
  ) throws {
    let source = text + "\n"
    let ours = try assembleSections(source, machine: machine)
    let theirs = try assembler.assemble(Array(source.utf8))
    for (name, section) in theirs.sorted(by: { $0.key < $1.key }) {
      let isOptional = section.bytes.isEmpty || name == ".note.GNU-stack"
      guard let own = ours[name] else {
        if !isOptional { Issue.record("section \(name) is missing") }
        continue
      }
      #expect(hex(own.bytes) == hex(section.bytes), "section \(name)")
      for (our, their) in zip(own.relocations, section.relocations) {
        #expect(our == their, "section \(name)")
      }
      #expect(own.relocations.count == section.relocations.count, "section \(name)")
    }
    for name in ours.keys.sorted() where theirs[name] == nil {
      #expect(ours[name]?.bytes.isEmpty ?? true, "section \(name) is ours alone")
    }
  }
}

import Codegen
import ELF
import TargetX86_64
import TestSupport
import Testing

@Suite struct ListingTests {
  /// Two functions that refer to each other, to read-only data and to another object; a table of
  /// addresses; zeros.
  static let object: ObjectFile = {
    var object = ObjectFile(name: "test")
    var buffer = CodeBuffer()
    let functions = buffer.makeLabels(2)
    let end = buffer.makeLabel()
    var relaxation = BranchRelaxation()
    relaxation.begin(buffer)
    buffer.place(functions)
    for instruction in [
      X86.r(.push, .rbx), X86.mov(.rax, immediate: 7), X86.mov(.rbx, immediate: -1),
      X86.lea(.rdi, symbol: 1, 8), X86.mi(.cmp, .init(symbol: 1), 1000),
      X86.jump(.equal, end), X86.call(label: functions + 1), X86.call(symbol: 3),
      X86.jump(functions), X86.lea(.rcx, label: end),
    ] {
      X86Encoder.encode(instruction, into: &buffer)
    }
    buffer.place(end)
    X86Encoder.encode(X86.r(.pop, .rbx), into: &buffer)
    X86Encoder.encode(X86.jump(functions + 1), into: &buffer)
    relaxation.finish(&buffer)
    X86Encoder.align(&buffer, to: 16)
    buffer.place(functions + 1)
    X86Encoder.encode(X86.none(.ret), into: &buffer)
    X86Encoder.resolveFixups(in: &buffer)

    var text = ObjectSection(name: ".text", flags: [.allocated, .executable], alignment: 16)
    text.bytes = buffer.bytes
    text.relocations = buffer.relocations
    var data = ObjectSection(name: ".rodata.words", flags: .allocated, alignment: 8)
    data.bytes = Array(0..<40)
    data.relocations = [
      Relocation(offset: 8, kind: 1, symbol: 0, addend: 3),
      Relocation(offset: 16, kind: 1, symbol: 3, addend: -8),
    ]
    for index in 8..<24 { data.bytes[index] = 0 }
    var zeros = ObjectSection(name: ".bss", flags: [.allocated, .writable], alignment: 8)
    zeros.zeroFill = 24
    object.sections = [text, data, zeros]
    let second = Int(buffer.labels[Int(functions) + 1])
    object.symbols = [
      ObjectSymbol(name: ".text", place: .section(0), binding: .local, kind: .section),
      ObjectSymbol(name: ".rodata.words", place: .section(1), binding: .local, kind: .section),
      ObjectSymbol(name: "f'.0", place: .section(0), size: 20, binding: .local, kind: .function),
      ObjectSymbol(name: "rail_print", place: .undefined),
      ObjectSymbol(name: "rail_main", place: .section(0), binding: .global, kind: .function),
      ObjectSymbol(
        name: "g.1", place: .section(0), value: second, binding: .local, kind: .function),
      ObjectSymbol(name: "table", place: .section(1), value: 8, binding: .global, kind: .object),
      ObjectSymbol(name: "zeros", place: .section(2), value: 8, binding: .weak, kind: .object),
    ]
    return object
  }()

  @Test func showsSymbolsLabelsAndData() {
    let expected = """
      .intel_syntax noprefix

      .section .text, "ax", @progbits
      .balign 16
      .Lsection0:
      .type "f'.0", @function
      .size "f'.0", 20
      "f'.0":
      .globl rail_main
      .type rail_main, @function
      rail_main:
        push rbx
        mov eax, 7
        mov rbx, -1
        lea rdi, [rip + .Lsection1 + 8]
        cmp qword ptr [rip + .Lsection1], 1000
        je .L52
        call g.1
        call rail_print
        jmp "f'.0"
        lea rcx, [rip + .L52]
      .L52:
        pop rbx
        {disp32} jmp g.1
        .byte 102, 15, 31, 68, 0, 0
      .type g.1, @function
      g.1:
        ret

      .section .rodata.words, "a", @progbits
      .balign 8
      .Lsection1:
        .quad 0x706050403020100
      .globl table
      .type table, @object
      table:
        .quad .Lsection0 + 3
        .quad rail_print - 8
        .quad 0x1f1e1d1c1b1a1918
        .quad 0x2726252423222120

      .section .bss, "aw", @nobits
      .balign 8
        .zero 8
      .weak zeros
      .type zeros, @object
      zeros:
        .zero 16

      """
    #expect(X86Listing.text(of: Self.object) == expected)
  }

  @Test(.enabled(if: ReferenceAssembler.found != nil, "needs GNU as or llvm-mc"))
  func assemblesToTheSameSections() throws {
    let assembler = try #require(ReferenceAssembler.found)
    try expectSame(Self.object, assembler)
  }

  /// Whatever the bytes are, their listing stands for them.
  @Test(
    .enabled(if: ReferenceAssembler.found?.isGNU ?? false, "needs GNU as"), arguments: 0..<8)
  func listingOfRandomBytesAssemblesToThem(_ seed: UInt64) throws {
    let assembler = try #require(ReferenceAssembler.found)
    var random = SplitMix64(state: seed)
    var buffer = CodeBuffer()
    for _ in 0..<2000 {
      let family = InstructionFamily.all[Int(random.next() % UInt64(InstructionFamily.all.count))]
      let instruction = family.instruction(at: Int(random.next() % UInt64(family.count)))
      X86Encoder.encode(instruction, into: &buffer)
      // Now and then something that is no code, or a branch to anywhere.
      switch random.next() % 12 {
      case 0: buffer.append8(UInt8(truncatingIfNeeded: random.next()))
      case 1:
        buffer.append8(0x74)
        buffer.append8(UInt8(truncatingIfNeeded: random.next()))
      case 2:
        buffer.append8(0xE9)
        buffer.append32(UInt32(truncatingIfNeeded: random.next() % 2000))
      default: break
      }
    }
    var text = ObjectSection(name: ".text", flags: [.allocated, .executable], alignment: 16)
    text.bytes = buffer.bytes
    text.relocations = buffer.relocations
    var object = ObjectFile(name: "random")
    object.sections = [text]
    object.symbols = [ObjectSymbol(name: "data", place: .undefined)]
    try expectSame(object, assembler)
  }

  private func expectSame(_ object: ObjectFile, _ assembler: ReferenceAssembler) throws {
    let assembled = try assembler.assemble(Array(X86Listing.text(of: object).utf8))
    for section in object.sections where section.zeroFill == 0 {
      let theirs = try #require(assembled[section.name])
      #expect(hex(theirs.bytes) == hex(section.bytes))
      let ours = section.relocations.map {
        ReferenceAssembler.Relocation(
          offset: $0.offset, kind: $0.kind, symbol: object.symbols[$0.symbol].name,
          addend: $0.addend)
      }
      for (their, our) in zip(theirs.relocations, ours) { #expect(their == our) }
      #expect(theirs.relocations.count == ours.count)
    }
  }
}

import ELF
import Linker
import ObjectDump
import Support
import TestSupport
import Testing

/// `main` calls a function, loads from a table, loops, and is followed by padding.
private func sampleObject() -> ObjectFile {
  var object = ObjectFile(name: "sample.o")
  var text = ObjectSection(name: ".text", flags: [.allocated, .executable], alignment: 16)
  text.bytes = [
    0xe8, 0, 0, 0, 0,  // call helper
    0x48, 0x8b, 0x05, 0, 0, 0, 0,  // mov rax, [rip + table]
    0x48, 0xff, 0xc0,  // inc rax
    0x75, 0xef,  // jne main
    0x06, 0x06,  // no instructions
    0xf0, 0x48, 0x0f, 0xb1, 0x0e,  // lock cmpxchg [rsi], rcx
    0xc3, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc,
    0xc3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]
  text.relocations = [
    Relocation(offset: 1, kind: X86_64Relocation.plt32.rawValue, symbol: 3, addend: -4),
    Relocation(offset: 8, kind: X86_64Relocation.pc32.rawValue, symbol: 0, addend: 4),
  ]
  var data = ObjectSection(name: ".rodata", flags: [.allocated], alignment: 8)
  data.bytes = Array("table of 16 and \u{1}".utf8)
  object.sections = [text, data]
  object.symbols = [
    ObjectSymbol(name: "table", place: .section(1), size: 17, binding: .local, kind: .object),
    ObjectSymbol(name: "main", place: .section(0), size: 25, kind: .function),
    ObjectSymbol(name: "last", place: .section(0), value: 32, binding: .weak),
    ObjectSymbol(name: "helper", place: .undefined),
    ObjectSymbol(name: "buffer", place: .common(alignment: 32), size: 100, kind: .object),
  ]
  return object
}

private func text(_ bytes: [UInt8], _ options: DumpOptions = .everything) -> String {
  let dump = dumpObject(bytes, name: "sample", options: options)
  #expect(dump.problems == [])
  return dump.text.string
}

@Suite("objdump") struct DumpTests {
  @Test func objectsAreShown() {
    #expect(
      text(writeObject(sampleObject())) == """
        sample: x86-64 object, 864 bytes

        sections
            no       address        offset          size     align  flags  type           name
             1           0x0          0x40          0x2a      0x10  r-x    progbits       .text
             2           0x0          0x70          0x11       0x8  r--    progbits       .rodata
             3           0x0          0x81           0x0       0x1  ---    progbits       .note.GNU-stack
             4           0x0          0x88          0x30       0x8  ---    rela           .rela.text
             5           0x0          0xb8          0x90       0x8  ---    symtab         .symtab
             6           0x0         0x148          0x52       0x1  ---    strtab         .strtab

        symbols
                       value        size  binding  type      section           name
                         0x0        0x11  local    object    .rodata           table
                         0x0        0x19  global   function  .text             main
                        0x20         0x0  weak     -         .text             last
                         0x0         0x0  global   -         undefined         helper
                        0x20        0x64  global   object    common            buffer

        relocations for .text
                      offset  type                            symbol
                         0x1  R_X86_64_PLT32                  helper-0x4
                         0x8  R_X86_64_PC32                   table+0x4

        code of .text

        0000 <main>:
          0000  e8 00 00 00 00                 call    helper  # R_X86_64_PLT32 helper-0x4
          0005  48 8b 05 00 00 00 00           mov     rax, qword ptr [rip + table + 8]  # R_X86_64_PC32 table+0x4
          000c  48 ff c0                       inc     rax
          000f  75 ef                          jne     0x0 <main>
          0011  06                             .byte   0x06
          0012  06                             .byte   0x06
          0013  f0 48 0f b1 0e                 .byte   0xf0, 0x48, 0x0f, 0xb1, 0x0e
          0018  c3                             ret
          0019  cc                             int3  # 7 times

        0020 <last>:
          0020  c3                             ret
          0021  00                             ...      # 9 zeros

        """)
  }

  @Test func contentsAreShown() {
    #expect(
      text(writeObject(sampleObject()), DumpOptions(hexSections: [".rodata"])) == """
        sample: x86-64 object, 864 bytes

        contents of .rodata, 0x11 bytes
          0000  74 61 62 6c 65 20 6f 66  20 31 36 20 61 6e 64 20  |table of 16 and |
          0010  01                                                |.|

        """)
  }

  /// A program of a function and a constant, linked by us.
  private func program(stripped: Bool) throws -> [UInt8] {
    var object = sampleObject()
    object.sections[0].bytes = [
      0xe8, 3, 0, 0, 0,  // call last
      0xc3, 0xcc, 0xcc,
      0x8b, 0x05, 0, 0, 0, 0,  // mov eax, [rip + table]
      0x48, 0x8d, 0x0d, 0xf3, 0xff, 0xff, 0xff,  // lea rcx, [rip + last]
      0xc3,
    ]
    object.sections[0].relocations = [
      Relocation(offset: 10, kind: X86_64Relocation.pc32.rawValue, symbol: 0, addend: -4)
    ]
    object.symbols[1].size = 6
    object.symbols[2].value = 8
    var options = LinkOptions(entry: "main")
    options.stripped = stripped
    return try link([object], options: options)
  }

  @Test func executablesAreShown() throws {
    #expect(
      text(try program(stripped: false), DumpOptions(showsCode: true)).split(
        separator: "\n", maxSplits: 1
      ).last! == """

        code of .text

        401100 <main>:
          401100  e8 03 00 00 00                 call    0x401108 <last>
          401105  c3                             ret
          401106  cc                             int3  # 2 times

        401108 <last>:
          401108  8b 05 da ef ff ff              mov     eax, dword ptr [rip - 4134]  # 0x4000e8 <table>
          40110e  48 8d 0d f3 ff ff ff           lea     rcx, [rip - 13]  # 0x401108 <last>
          401115  c3                             ret

        """)
  }

  /// A program may call what is not there: weak functions, for example.
  @Test func branchesThatLeaveTheCodeAreShown() {
    var object = sampleObject()
    object.sections[0].bytes = [
      0xe8, 0, 1, 0, 0, 0x0f, 0x85, 0, 1, 0, 0, 0xe9, 0, 1, 0, 0, 0x74, 0x7f, 0xeb, 0x80, 0xc3,
      0xe8, 0, 0,
    ]
    object.sections[0].relocations = []
    object.symbols.removeAll { $0.name == "last" }
    let code = text(writeObject(object), DumpOptions(showsCode: true))
    for line in [
      "call    0x105", "jne     0x10b", "jmp     0x110", "je      0x91",
      "jmp     0xffffffffffffff94", "ret",
    ] {
      #expect(code.contains(" \(line)\n"), "\(code)")
    }
  }

  /// Without sections there are only segments, and no name but that of the entry.
  @Test func strippedExecutablesAreShown() throws {
    let stripped = try program(stripped: true)
    #expect(
      text(stripped) == """
        sample: x86-64 executable, 278 bytes, starts at 0x401100

        segments
                     address     in memory        offset       in file       align  flags  type
                    0x400000          0xf9           0x0          0xf9      0x1000  r--    load
                    0x401100          0x16         0x100          0x16      0x1000  r-x    load
                         0x0           0x0           0x0           0x0        0x10  rw-    stack

        code of segment 1

        401100 <entry>:
          401100  e8 03 00 00 00                 call    0x401108
          401105  c3                             ret
          401106  cc                             int3  # 2 times
          401108  8b 05 da ef ff ff              mov     eax, dword ptr [rip - 4134]  # 0x4000e8
          40110e  48 8d 0d f3 ff ff ff           lea     rcx, [rip - 13]  # 0x401108
          401115  c3                             ret

        """)
  }

  @Test func archivesAreShownMemberByMember() {
    let archive = makeArchive([("one.o", writeObject(sampleObject())), ("notes", Array("x".utf8))])
    let dump = dumpObject(archive, name: "lib.a", options: DumpOptions(showsCode: true))
    #expect(dump.problems == ["lib.a(notes): not an ELF file"])
    #expect(dump.text.string.hasPrefix("lib.a: archive of 2 files\n\nlib.a(one.o): x86-64 object"))
    #expect(dump.text.string.hasSuffix("# 9 zeros\n\n"))
  }

  @Test func unknownSectionsAreNamed() {
    let dump = dumpObject(
      writeObject(sampleObject()), name: "a.o", options: DumpOptions(hexSections: [".data"]))
    #expect(dump.problems == ["a.o: there is no section '.data'"])
  }

  @Test func controlCharactersAreEscaped() {
    var object = sampleObject()
    object.symbols[1].name = "main\u{1b}[2J\n\u{202e}"
    object.sections[0].name = ".text\u{7f}"
    let output = text(writeObject(object))
    #expect(output.contains("<main\\u{1b}[2J\\u{a}\\u{202e}>:"))
    #expect(!output.utf8.contains { ($0 < 0x20 && $0 != 0x0a) || $0 == 0x7f })
  }

  /// Each reference repeats a name: if all of it, a file of 0.5 MB would give 2 GB of text.
  @Test func longNamesDoNotMultiply() {
    var object = ObjectFile(name: "long")
    var section = ObjectSection(name: ".text", flags: [.allocated, .executable], alignment: 1)
    section.bytes = (0..<10_000).flatMap { _ in [0xe8, 0, 0, 0, 0] as [UInt8] }
    section.relocations = (0..<10_000).map {
      Relocation(offset: 5 * $0 + 1, kind: X86_64Relocation.plt32.rawValue, symbol: 0, addend: -4)
    }
    object.sections = [section]
    // One grapheme cluster.
    object.symbols = [
      ObjectSymbol(
        name: "e" + String(repeating: "\u{301}", count: 100_000), place: .undefined)
    ]
    let bytes = writeObject(object)
    #expect(text(bytes).utf8.count < 40 * bytes.count)
  }

  /// Whatever the decoder knows, instructions begin where others say that they do.
  @Test(.enabled(if: clang != nil && llvmObjdump != nil, "clang or llvm-objdump is not installed"))
  func instructionsBeginWhereTheyDo() throws {
    let source = """
      #include <stdint.h>
      double mix(const double *a, const float *b, int n) {
        double s = 0; for (int i = 0; i < n; i++) s += a[i] * b[i]; return s;
      }
      uint64_t bits(uint64_t *p, uint64_t x, uint16_t y) {
        *p += x;
        return __builtin_bswap64(*p) + __builtin_popcountll(x) + (y << 3 | y >> 13) + x % 1000003;
      }
      void copy(uint8_t *to, const uint8_t *from, long n) {
        for (long i = 0; i < n; i++) to[i] = from[i] ^ 0x5a;
      }
      long double wide(long double x) { return x * 3.5L; }
      """
    for flags in [["-O2"], ["-O3", "-mavx2"], ["-O3", "-mavx512f", "-mavx512bw"], ["-O0"]] {
      let object = try compileC(source, clang: try #require(clang), flags: flags)
      let directory = try TemporaryDirectory()
      let path = try directory.write(object, to: "object.o")
      let expected = try runTool(try #require(llvmObjdump), ["-d", "--no-show-raw-insn", path])
      let starts = expected.split(separator: "\n").compactMap { line -> Int? in
        guard line.hasPrefix(" "), let colon = line.firstIndex(of: ":") else { return nil }
        return Int(line[..<colon].drop { $0 == " " }, radix: 16)
      }
      let own = text(object, DumpOptions(showsCode: true)).split(separator: "\n").compactMap {
        line -> Int? in
        guard line.hasPrefix("  ") else { return nil }
        return Int(line.dropFirst(2).prefix { $0 != " " }, radix: 16)
      }
      #expect(starts.count > 40)
      #expect(own == starts, "\(flags)")
    }
  }
}

@Suite("objdump of AArch64") struct ARM64DumpTests {
  private func littleEndian(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  private func sample() -> ObjectFile {
    var object = ObjectFile(name: "sample.o", machine: .aarch64)
    var text = ObjectSection(name: ".text", flags: [.allocated, .executable], alignment: 4)
    text.bytes = littleEndian([
      0xa9bf_7bfd,  // stp x29, x30, [sp, #-16]!
      0x9000_0008,  // adrp x8, value
      0xb940_0100,  // ldr w0, [x8, :lo12:value]
      0x9400_0000,  // bl helper
      0x34ff_ff80,  // cbz w0, main
      0xa8c1_7bfd,  // ldp x29, x30, [sp], #16
      0xd65f_03c0,  // ret
      0xffff_ffff, 0, 0, 0,
    ])
    text.relocations = [
      Relocation(offset: 4, kind: AArch64Relocation.adrPage21.rawValue, symbol: 1, addend: 0),
      Relocation(
        offset: 8, kind: AArch64Relocation.loadStore32Low12.rawValue, symbol: 1, addend: 0),
      Relocation(offset: 12, kind: AArch64Relocation.call26.rawValue, symbol: 2, addend: 0),
    ]
    var data = ObjectSection(name: ".data", flags: [.allocated, .writable], alignment: 4)
    data.bytes = [7, 0, 0, 0]
    object.sections = [text, data]
    object.symbols = [
      ObjectSymbol(name: "main", place: .section(0), size: 28, kind: .function),
      ObjectSymbol(name: "value", place: .section(1), size: 4, kind: .object),
      ObjectSymbol(name: "helper", place: .undefined),
    ]
    return object
  }

  private func lines(_ bytes: [UInt8]) -> String {
    text(bytes, DumpOptions(showsCode: true)).split(separator: "\n").dropFirst(2)
      .joined(separator: "\n")
  }

  @Test func objectsAreShown() {
    #expect(
      lines(writeObject(sample())) == """
        0000 <main>:
          0000  a9bf7bfd  stp     x29, x30, [sp, #-16]!
          0004  90000008  adrp    x8, value  # R_AARCH64_ADR_PREL_PG_HI21 value
          0008  b9400100  ldr     w0, [x8, :lo12:value]  # R_AARCH64_LDST32_ABS_LO12_NC value
          000c  94000000  bl      helper  # R_AARCH64_CALL26 helper
          0010  34ffff80  cbz     w0, 0x0 <main>
          0014  a8c17bfd  ldp     x29, x30, [sp], #16
          0018  d65f03c0  ret
          001c  ffffffff  .word   0xffffffff
          0020  00000000  ...      # 12 zeros
        """)
  }

  /// The two halves of an address are put together.
  @Test func executablesAreShown() throws {
    var object = sample()
    object.symbols[0].size = 24
    object.symbols[2].place = .section(0)
    object.symbols[2].value = 24
    let program = try link([object], options: LinkOptions(machine: .aarch64, entry: "main"))
    #expect(
      lines(program) == """
        4000e8 <main>:
          4000e8  a9bf7bfd  stp     x29, x30, [sp, #-16]!
          4000ec  90000088  adrp    x8, 0x410000
          4000f0  b9411500  ldr     w0, [x8, #276]  # 0x410114 <value>
          4000f4  94000003  bl      0x400100 <helper>
          4000f8  34ffff80  cbz     w0, 0x4000e8 <main>
          4000fc  a8c17bfd  ldp     x29, x30, [sp], #16
        400100 <helper>:
          400100  d65f03c0  ret
          400104  ffffffff  .word   0xffffffff
          400108  00000000  ...      # 12 zeros
        """)
  }
}

import ELF
import TestSupport
import Testing

let clang = findTool("clang")

/// C with something of everything that the reader and writer know.
private let sampleSource = """
  extern int external(const char *); extern __attribute__((weak)) int optional;
  static int counter = 5; int zeros[100]; const char *names[] = {"one", "two", "three"};
  const double constants[] = {1.5, 2.5};
  static int helper(int x) { return x * counter; }
  int (*table[])(int) = {helper};
  __attribute__((section("notes"), used)) static const int note = 7;
  int function(int x) {
    counter += external(names[x]);
    switch (x) { case 0: return external("a"); case 1: return zeros[x]; case 2: return 77;
                 case 3: return counter; case 4: return table[0](x); case 5: return 3; }
    return &optional ? optional : (int)constants[x];
  }
  __asm__(".section .text.shared,\\"axG\\",%progbits,shared,comdat\\n"
          ".globl shared\\n.type shared,%function\\nshared: ret\\n.quad function\\n.text\\n");

  """

/// An object of the sample source as clang writes it.
func sampleObject(_ architecture: String, flags: [String] = []) throws -> [UInt8] {
  try compileC(
    sampleSource, clang: try #require(clang), architecture: architecture, flags: flags)
}

/// An object as code generation makes it, with every feature of ``ObjectFile``.
func madeObject() -> ObjectFile {
  var object = ObjectFile(name: "made")
  var text = ObjectSection(name: ".text", flags: [.allocated, .executable], alignment: 16)
  text.bytes = [0xe8, 0, 0, 0, 0, 0x48, 0x8d, 0x05, 0, 0, 0, 0, 0xc3]
  text.relocations = [
    Relocation(offset: 1, kind: X86_64Relocation.plt32.rawValue, symbol: 3, addend: -4),
    Relocation(offset: 8, kind: X86_64Relocation.pc32.rawValue, symbol: 0, addend: -4),
  ]
  var strings = ObjectSection(
    name: ".rodata.str", flags: [.allocated, .mergeable, .strings], alignment: 1)
  strings.bytes = Array("hello\0".utf8)
  strings.entrySize = 1
  var zeros = ObjectSection(name: ".bss", flags: [.allocated, .writable], alignment: 32)
  zeros.zeroFill = 4096
  var shared = ObjectSection(name: ".text.shared", flags: [.allocated, .executable], alignment: 4)
  shared.bytes = [0xe9, 0, 0, 0, 0]
  shared.relocations = [
    Relocation(offset: 1, kind: X86_64Relocation.pc32.rawValue, symbol: 1, addend: -4)
  ]
  object.sections = [text, strings, zeros, shared]
  object.symbols = [
    ObjectSymbol(
      name: "greeting", place: .section(1), value: 0, size: 6, binding: .local, kind: .object),
    ObjectSymbol(name: "main", place: .section(0), size: 13, kind: .function),
    ObjectSymbol(name: "", place: .section(2), binding: .local, kind: .section),
    ObjectSymbol(name: "outside", place: .undefined),
    ObjectSymbol(name: "limit", place: .absolute, value: -8, binding: .weak),
    ObjectSymbol(name: "größe", place: .section(2), value: 4096, kind: .object),
    ObjectSymbol(name: "shared", place: .section(3), size: 5, binding: .weak, kind: .function),
    ObjectSymbol(name: "tentative", place: .common(alignment: 16), size: 40, kind: .object),
  ]
  object.groups = [SectionGroup(signature: "shared", sections: [3])]
  return object
}

/// `object` with its symbols in the order of an ELF symbol table and the section that the writer
/// adds: what reading it back gives.
func inFileOrder(_ object: ObjectFile) -> ObjectFile {
  var result = object
  let order =
    object.symbols.indices.filter { object.symbols[$0].binding == .local }
    + object.symbols.indices.filter { object.symbols[$0].binding != .local }
  result.symbols = order.map { object.symbols[$0] }
  for section in result.sections.indices {
    for index in result.sections[section].relocations.indices {
      let old = result.sections[section].relocations[index].symbol
      result.sections[section].relocations[index].symbol = order.firstIndex(of: old) ?? -1
    }
  }
  if !result.sections.contains(where: { $0.name == ".note.GNU-stack" }) {
    result.sections.append(ObjectSection(name: ".note.GNU-stack", flags: [], alignment: 1))
  }
  return result
}

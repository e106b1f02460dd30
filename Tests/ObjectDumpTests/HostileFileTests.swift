import ELF
import Foundation
import Linker
import ObjectDump
import Support
import TestSupport
import Testing

let clang = findTool("clang")
let llvmObjdump = findTool("llvm-objdump")

/// How many damaged files are tried in all.
private let inputCount = fuzzCount(usually: 3000)

/// C with data, strings, calls and relocations of many kinds.
private let source = """
  extern int external(const char *); extern __attribute__((weak)) int optional;
  static int counter = 5; int zeros[100]; const char *names[] = {"one", "two", "three"};
  const double constants[] = {1.5, 2.5};
  static int helper(int x) { return x * counter; }
  int (*table[])(int) = {helper};
  int function(int x) {
    counter += external(names[x]);
    switch (x) { case 0: return external("a"); case 1: return zeros[x]; case 2: return 77;
                 case 3: return counter; case 4: return table[0](x); case 5: return 3; }
    return &optional ? optional : (int)constants[x];
  }
  int external(const char *x) { return *x; }
  void _start(void) { function(3); for (;;); }
  """

@Suite("hostile files", .enabled(if: clang != nil, "clang is not installed"))
struct HostileFileTests {
  /// Real files of every kind that is shown and linked.
  private func originals() throws -> [[UInt8]] {
    let clang = try #require(clang)
    let object = try compileC(source, clang: clang, flags: ["-g", "-fcommon"])
    let arm = try compileC(source, clang: clang, architecture: "aarch64", flags: ["-fPIC"])
    let parsed = try readObject(object, name: "a.o")
    var options = LinkOptions()
    let program = try link([parsed], options: options)
    options.stripped = true
    return [
      object, arm, program, try link([parsed], options: options),
      makeArchive([("a_member_with_a_long_name.o", object), ("b.o", object)]),
    ]
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func fuzzedFilesAreShownOrRefused(_ seed: UInt64) throws {
    let originals = try originals()
    var random = RandomNumbers(seed: seed)
    var shown = 0
    for round in 0..<inputCount / 3 {
      let bytes = mutated(originals[round % originals.count], by: &random)
      var options = DumpOptions.everything
      options.hexSections = [".text"]
      let dump = dumpObject(bytes, name: "damaged", options: options)
      #expect(dump.text.bytes.count <= 100 * bytes.count + 1000)
      if dump.problems.isEmpty { shown += 1 }
    }
    #expect(shown > inputCount / 30)
  }

  /// Damage where it hurts most: in headers and tables.
  @Test(arguments: [1, 2] as [UInt64])
  func filesWithDamagedHeadersAreShownOrRefused(_ seed: UInt64) throws {
    let originals = try originals()
    var random = RandomNumbers(seed: seed)
    for round in 0..<inputCount / 6 {
      var bytes = originals[round % 4]
      let table = (0..<8).reduce(0) { $0 | Int(bytes[40 + $1]) << (8 * $1) }
      for _ in 0...random.below(3) {
        let isSection = table > 0 && random.below(3) > 0
        let start = isSection ? table : 0
        let at = start + random.below(min(bytes.count - start, isSection ? 2000 : 240))
        let extremes: [UInt8] = [0, 1, 2, 4, 8, 0x7f, 0x80, 0xff]
        bytes[at] = extremes[random.below(extremes.count)]
      }
      let dump = dumpObject(bytes, name: "damaged", options: .everything)
      #expect(dump.text.bytes.count <= 100 * bytes.count + 1000)
    }
  }

  @Test func everyTruncationIsShownOrRefused() throws {
    let originals = try originals()
    for bytes in originals {
      for count in stride(from: 0, to: bytes.count, by: 13) {
        let dump = dumpObject(Array(bytes[..<count]), name: "cut", options: .everything)
        #expect(!dump.problems.isEmpty || dump.text.bytes.count > 0)
      }
    }
  }
}

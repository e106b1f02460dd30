import ELF
import Linker
import TestSupport
import Testing

/// How many damaged inputs each test tries in all, for both machines.
private let inputCount = fuzzCount(usually: 4800)

/// Two files that together use most of what the linker knows.
private let sources = [
  """
  extern int shared[], missing __attribute__((weak)), function(int);
  static const char *const names[] = {"zero", "one"};
  extern const int __start_list[], __stop_list[];
  int zeros[50];
  START void _start(void) {
    int sum = &missing ? missing : 1;
    for (const int *p = __start_list; p < __stop_list; p++) sum += *p;
    for (volatile int i = 0; i < 2; i++) sum += names[i][0] + zeros[i];
    leave(function(sum) + shared[1]);
  }
  """,
  """
  __attribute__((section("list"), used)) static const int entry = 3;
  int shared[3] = {1, 2, 3}; int *pointer = shared;
  __attribute__((noinline)) static int helper(int x) { return x * *pointer; }
  int function(int x) {
    switch (x) { case 0: return 5; case 1: return helper(x); case 2: return 77;
                 case 3: return shared[x]; case 4: return 1; default: return helper(x + 1); }
  }
  """,
]

@Suite("hostile objects", .enabled(if: clang != nil, "clang is not installed"))
struct HostileObjectTests {
  @Test(arguments: TestMachine.available, [1, 2, 3] as [UInt64])
  func mutatedFilesAreLinkedOrRefused(_ machine: TestMachine, _ seed: UInt64) throws {
    let files = try sources.map { source in
      writeObject(try machine.compile("file.o", source, flags: ["-fPIC", "-g"]))
    }
    var random = RandomNumbers(seed: seed)
    var linked = 0
    for round in 0..<inputCount / 6 {
      var objects: [ObjectFile] = []
      for (index, file) in files.enumerated() {
        let bytes = round % 2 == index ? mutated(file, by: &random) : file
        guard let object = try? readObject(bytes, name: "file\(index).o") else { continue }
        objects.append(object)
      }
      if objects.count == 2 && linksOrExplains(objects, machine) { linked += 1 }
    }
    #expect(linked > inputCount / 120)
  }

  @Test(arguments: TestMachine.available, [1, 2, 3] as [UInt64])
  func inconsistentObjectsAreLinkedOrRefused(_ machine: TestMachine, _ seed: UInt64) throws {
    let originals = try sources.map {
      try machine.compile("file.o", $0, flags: ["-g", "-fasynchronous-unwind-tables"])
    }
    var random = RandomNumbers(seed: seed)
    var linked = 0
    for _ in 0..<inputCount / 6 {
      var objects = originals
      for _ in 0...random.below(3) { damage(&objects[random.below(2)], &random) }
      if linksOrExplains(objects, machine) { linked += 1 }
    }
    #expect(linked > inputCount / 120)
  }

  /// Whether the objects can be linked. If so, the image keeps what it promises; if not, there is a
  /// reason.
  private func linksOrExplains(_ objects: [ObjectFile], _ machine: TestMachine) -> Bool {
    do {
      let program = Executable(try link(objects, options: machine.options()))
      for segment in program.loads {
        #expect(segment.flags & 3 != 3)
        #expect(segment.offset + segment.fileSize <= program.bytes.count)
        #expect(segment.fileSize <= segment.memorySize)
      }
      return true
    } catch {
      #expect(!error.problems.isEmpty)
      #expect(error.messages.allSatisfy { !$0.isEmpty })
      return false
    }
  }

  /// Gives one field of the object another value.
  private func damage(_ object: inout ObjectFile, _ random: inout RandomNumbers) {
    let extremes = [0, 1, 3, 7, -1, .min, .max, 1 << 31, -1 << 31, 1 << 45, 1 << 62]
    let value = extremes[random.below(extremes.count)]
    let section = random.below(object.sections.count)
    let symbol = random.below(object.symbols.count)
    let relocations = object.sections[section].relocations.count
    let relocation = relocations > 0 ? random.below(relocations) : -1
    switch random.below(12) {
    case 0: object.sections[section].alignment = value
    case 1: object.sections[section].zeroFill = value
    case 2:
      object.sections[section].flags = SectionFlags(
        rawValue: UInt8(truncatingIfNeeded: random.next()))
    case 3: object.sections[section].bytes.removeLast(object.sections[section].bytes.count / 2)
    case 4: object.sections[section].name = ["list", ".text", "", ".bss"][random.below(4)]
    case 5: object.symbols[symbol].value = value
    case 6:
      object.symbols[symbol].place = [.undefined, .absolute, .section(value)][random.below(3)]
    case 7: object.symbols[symbol].name = ["_start", "shared", "", "é"][random.below(4)]
    case 8: object.groups.append(SectionGroup(signature: "shared", sections: [section]))
    case 9 where relocation >= 0: object.sections[section].relocations[relocation].offset = value
    case 10 where relocation >= 0: object.sections[section].relocations[relocation].addend = value
    case 11 where relocation >= 0:
      object.sections[section].relocations[relocation].kind = UInt32(random.below(330))
    default: object.symbols[symbol].binding = [.local, .global, .weak][random.below(3)]
    }
  }
}

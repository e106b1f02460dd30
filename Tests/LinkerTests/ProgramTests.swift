import ELF
import Foundation
import Linker
import TestSupport
import Testing

let clang = findTool("clang")

/// A machine that test programs run on: this one, or an emulated one.
struct TestMachine: Sendable, CustomStringConvertible {
  let machine: ELFMachine
  let architecture: String
  /// The program that runs executables of the machine; nil for this machine.
  let emulator: String?
  /// C functions `call3` for system calls and `leave` to exit, and the numbers of two calls.
  let support: String

  var description: String { architecture }

  /// The machines that can be tested here.
  static let available: [TestMachine] = {
    #if arch(x86_64)
      let native = true
    #else
      let native = false
    #endif
    var machines: [TestMachine] = []
    if native {
      machines.append(
        TestMachine(
          machine: .x86_64, architecture: "x86_64", emulator: nil, support: x86_64Support))
    }
    if let emulator = findTool("qemu-aarch64") {
      machines.append(
        TestMachine(
          machine: .aarch64, architecture: "aarch64", emulator: emulator,
          support: aarch64Support))
    }
    return machines
  }()

  func compile(_ name: String, _ source: String, flags: [String] = []) throws -> ObjectFile {
    let clang = try #require(clang)
    let bytes = try compileC(
      support + source, clang: clang, architecture: architecture, flags: flags)
    return try readObject(bytes, name: name)
  }

  func run(_ image: [UInt8]) throws -> ProgramResult {
    let directory = try TemporaryDirectory()
    let path = try directory.write(image, to: "program", executable: true)
    if let emulator { return try runProgram(emulator, [path]) }
    return try runProgram(path)
  }

  func options() -> LinkOptions { LinkOptions(machine: machine) }
}

private let x86_64Support = """
  static inline long call3(long n, long a, long b, long c) {
    long r;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return r;
  }
  enum { WRITE = 1, EXIT = 60 };
  #define START __attribute__((force_align_arg_pointer))
  static inline void leave(long status) { for (;;) call3(EXIT, status, 0, 0); }

  """

private let aarch64Support = """
  static inline long call3(long n, long a, long b, long c) {
    register long x8 __asm__("x8") = n;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
  }
  enum { WRITE = 64, EXIT = 93 };
  #define START
  static inline void leave(long status) { for (;;) call3(EXIT, status, 0, 0); }

  """

/// A program of one or more C files, and what it prints and returns.
struct SampleProgram: Sendable, CustomStringConvertible {
  let description: String
  var flags: [String] = []
  let sources: [String]
  var output = ""
  var status: Int32 = 0
}

@Suite("linked programs", .enabled(if: clang != nil, "clang is not installed"))
struct ProgramTests {
  @Test(arguments: TestMachine.available, samplePrograms)
  func behaveAsWritten(_ machine: TestMachine, _ program: SampleProgram) throws {
    var objects: [ObjectFile] = []
    for (index, source) in program.sources.enumerated() {
      objects.append(try machine.compile("file\(index).o", source, flags: program.flags))
    }
    for stripped in [false, true] {
      var options = machine.options()
      options.stripped = stripped
      let result = try machine.run(try link(objects, options: options))
      #expect(result.outputText == program.output)
      #expect(result.status == program.status, "\(result.errorText)")
    }
  }

  @Test(arguments: TestMachine.available, [false, true])
  func areReadByOtherToolsWithoutComplaint(_ machine: TestMachine, _ stripped: Bool) throws {
    let sources = try #require(samplePrograms.first { $0.description == "data and zeros" }).sources
    var options = machine.options()
    options.stripped = stripped
    let image = try link(try sources.map { try machine.compile("file.o", $0) }, options: options)
    let directory = try TemporaryDirectory()
    let path = try directory.write(image, to: "program", executable: true)
    for (tool, arguments) in [
      ("readelf", ["-aW"]), ("llvm-objdump", ["-dx"]), ("gdb", ["-nx", "-batch"]),
    ] {
      guard let tool = findTool(tool) else {
        print("skipped: \(tool) is not installed")
        continue
      }
      // Without a home directory gdb warns that it cannot cache anything.
      let home = "HOME=\(directory.path(""))"
      let result = try runProgram("/usr/bin/env", [home, tool] + arguments + [path])
      #expect(result.status == 0)
      #expect(result.errorText == "", "\(tool)")
    }
  }
}

private let samplePrograms = [
  SampleProgram(
    description: "exit status", sources: ["START void _start(void) { leave(42); }"], status: 42),
  SampleProgram(
    description: "text from read-only data",
    sources: ["START void _start(void) { call3(WRITE, 1, (long)\"hello\\n\", 6); leave(0); }"],
    output: "hello\n"),
  SampleProgram(
    description: "calls between files",
    sources: [
      "int add(int, int); START void _start(void) { leave(add(20, 22)); }",
      "int twice(int); int add(int a, int b) { return twice(a) + b - a; }",
      "int twice(int a) { return 2 * a; }",
    ], status: 42),
  SampleProgram(
    description: "data and zeros",
    sources: [
      """
      extern int counter[], zeros[1000], *pointer, (*function)(int);
      START void _start(void) {
        counter[1] += 2; zeros[999] = counter[1]; *pointer += 1;
        leave(function(zeros[999] + zeros[5] + counter[0]));
      }
      """,
      """
      int counter[2] = {10, 20}; int zeros[1000]; int *pointer = &counter[0];
      static int increment(int x) { return x + 1; }
      int (*function)(int) = increment;
      """,
    ], status: 34),
  SampleProgram(
    description: "zeros without data",
    sources: [
      """
      static volatile long area[100000];
      START void _start(void) {
        long sum = 0;
        for (int i = 0; i < 100000; i++) { area[i] += i & 1; sum += area[i]; }
        leave(sum == 50000 ? 7 : 1);
      }
      """
    ], status: 7),
  SampleProgram(
    description: "constant pointers and a switch table",
    sources: [
      """
      static const char *const names[] = {"zero\\n", "one\\n", "two\\n", "three\\n"};
      __attribute__((noinline)) static int length(const char *s) {
        int n = 0; while (s[n]) n++; return n;
      }
      __attribute__((noinline)) int pick(int i) {
        switch (i) { case 0: return length("a"); case 1: return length("bb") + 7;
                     case 2: return length(names[3]); case 3: return 11;
                     case 4: return length(names[i - 3]); default: return 0; }
      }
      START void _start(void) {
        int total = 0;
        for (volatile int i = 0; i < 4; i++) call3(WRITE, 1, (long)names[i], length(names[i]));
        for (volatile int i = 0; i < 6; i++) total += pick(i);
        leave(total);
      }
      """
    ], output: "zero\none\ntwo\nthree\n", status: 31),
  SampleProgram(
    description: "weak symbols",
    sources: [
      """
      __attribute__((weak)) int missing(void);
      __attribute__((weak)) extern int absent;
      __attribute__((weak)) int chosen(void) { return 1; }
      int other(void);
      START void _start(void) {
        leave((missing ? missing() : 40) + chosen() + (&absent ? 100 : 0) + other());
      }
      """,
      "int chosen(void) { return 2; }",
      "__attribute__((weak)) int chosen(void) { return 3; } int other(void) { return 0; }",
    ], status: 42),
  SampleProgram(
    description: "position-independent code",
    flags: ["-fPIC"],
    sources: [
      """
      extern int shared; extern int function(int); __attribute__((weak)) extern int absent;
      START void _start(void) {
        int (*volatile p)(int) = function;
        shared += 1;
        leave(p(shared) + (&absent ? 100 : 0));
      }
      """,
      "int shared = 20; int function(int x) { return x * 2; }",
    ], status: 42),
  SampleProgram(
    description: "calls without a procedure linkage table",
    flags: ["-fPIC", "-fno-plt"],
    sources: [
      """
      int function(int); int tail(int);
      __attribute__((noinline)) int jump(int x) { return tail(x + 1); }
      START void _start(void) { leave(function(10) + jump(3)); }
      """,
      "int function(int x) { return x * 2; } int tail(int x) { return x + 5; }",
    ], status: 29),
  SampleProgram(
    description: "sections with boundaries",
    sources: [
      """
      struct test { int value; };
      #define TEST(name, v) static const struct test name \\
        __attribute__((section("tests"), used)) = {v}
      TEST(first, 1); TEST(second, 2);
      extern const struct test __start_tests[], __stop_tests[];
      extern const char __start_nothing[] __attribute__((weak));
      START void _start(void) {
        int sum = 0;
        for (const struct test *t = __start_tests; t < __stop_tests; t++) sum = sum * 10 + t->value;
        leave(sum + (__start_nothing ? 100 : 0));
      }
      """,
      "__attribute__((section(\"tests\"), used)) static const int third = 3;",
    ], status: 123),
  SampleProgram(
    description: "equal strings and constants in several files",
    sources: [
      """
      const char *other(void); double scale(double);
      __attribute__((noinline)) double half(double x) { return x * 0.5 + 1234.5; }
      static const char *const texts[] = {"first\\n", "shared text\\n"};
      START void _start(void) {
        const char *volatile own = "shared text\\n";
        call3(WRITE, 1, (long)own, 12);
        call3(WRITE, 1, (long)(texts[1] + 7), 5);
        call3(WRITE, 1, (long)other(), 12);
        leave((own == other()) + (texts[1] == own) + (int)(half(2.0) - scale(2.0)));
      }
      """,
      """
      const char *unused(void) { return "unused"; }
      const char *other(void) { return "shared text\\n"; }
      double scale(double x) { return x * 4.25 + 1222.0; }
      """,
    ], output: "shared text\ntext\nshared text\n", status: 7),
  SampleProgram(
    description: "large alignment",
    sources: [
      """
      __attribute__((aligned(8192))) char page[8192] = {1};
      __attribute__((aligned(65536))) char zeros[10];
      START void _start(void) {
        leave(((long)page % 8192 == 0) + 2 * ((long)zeros % 65536 == 0) + 4 * page[0] + zeros[9]);
      }
      """
    ], status: 7),
  SampleProgram(
    description: "repeated inline functions",
    sources: [
      sharedFunction + "int second(void); START void _start(void) { shared(); leave(second()); }",
      sharedFunction + "int second(void) { shared(); return 9; }",
    ], status: 9),
]

/// A function that several objects may contain, written in the assembly that both machines share.
private let sharedFunction = #"""
  __asm__(".section .text.shared,\"axG\",%progbits,shared,comdat\n"
          ".globl shared\n.type shared,%function\nshared: ret\n.text\n");
  void shared(void);

  """#

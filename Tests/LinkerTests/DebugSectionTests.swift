import ELF
import Foundation
import Linker
import TestSupport
import Testing

/// A program of two files, of which one function is not used.
private let sources = [
  """
  int outer(int x);
  int never(int x) { return outer(x) + 3; }
  START void _start(void) { int r = outer(4); leave(r); }
  """,
  """
  static volatile int sink;
  __attribute__((noinline)) int inner(int x) {
    sink = x;
    return x + 1;
  }
  int outer(int x) {
    int y = inner(x) * 2;
    return y + inner(y);
  }
  """,
]

@Suite("debugging information", .enabled(if: clang != nil, "clang is not installed"))
struct DebugSectionTests {
  private func link(
    _ machine: TestMachine, _ flags: [String], stripped: Bool = false
  ) throws -> [UInt8] {
    var objects: [ObjectFile] = []
    for (index, source) in sources.enumerated() {
      objects.append(try machine.compile("file\(index).o", source, flags: flags))
    }
    var options = machine.options()
    options.stripped = stripped
    return try Linker.link(objects, options: options)
  }

  @Test(arguments: TestMachine.available, ["-gdwarf-4", "-gdwarf-5", "-gline-tables-only"])
  func isReadByOtherToolsWithoutComplaint(_ machine: TestMachine, _ flag: String) throws {
    let image = try link(machine, [flag])
    #expect(Executable(image).sectionNames.contains(".debug_line"))
    let directory = try TemporaryDirectory()
    let path = try directory.write(image, to: "program", executable: true)
    for (tool, arguments) in [("readelf", ["--debug-dump"]), ("llvm-dwarfdump", ["--verify"])] {
      guard let tool = findTool(tool) else {
        print("skipped: \(tool) is not installed")
        continue
      }
      let result = try runProgram(tool, arguments + [path])
      #expect(result.status == 0, "\(result.outputText.suffix(500))")
      #expect(result.errorText == "", "\(tool)")
    }
    #expect(try machine.run(image).status == 21)
  }

  @Test(arguments: TestMachine.available)
  func isNotInStrippedPrograms(_ machine: TestMachine) throws {
    let full = try link(machine, ["-g"])
    let stripped = try link(machine, ["-g"], stripped: true)
    #expect(stripped.count * 4 < full.count)
    #expect(Data(stripped).range(of: Data("outer".utf8)) == nil)
    let sizes = Executable(stripped).segments.map(\.memorySize)
    #expect(sizes == Executable(full).segments.map(\.memorySize), "nothing of it is loaded")
  }

  /// Unwinding information for C++ programs serves debuggers.
  @Test(.enabled(if: debugger != nil), arguments: ["", "no-"])
  func findsCallers(_ prefix: String) throws {
    for machine in TestMachine.available where machine.emulator == nil {
      let image = try link(
        machine, ["-g", "-fomit-frame-pointer", "-f\(prefix)asynchronous-unwind-tables"])
      let directory = try TemporaryDirectory()
      let path = try directory.write(image, to: "program", executable: true)
      let lines = try debug(path, in: directory, ["break inner", "run", "backtrace", "info args"])
      #expect(tracedFunctions(lines) == ["inner", "outer", "_start"])
      #expect(lines.last == "x = 4")
    }
  }

  /// Damaged tables are left out; nothing traps.
  @Test func damagedUnwindTablesAreLeftOut() throws {
    let machine = try #require(TestMachine.available.first)
    let object = try machine.compile("file.o", sources[1], flags: ["-fasynchronous-unwind-tables"])
    let start = try machine.compile("start.o", sources[0])
    let index = try #require(object.sections.firstIndex { $0.name == ".eh_frame" })
    for offset in object.sections[index].bytes.indices {
      for value: UInt8 in [0, 1, 0x7f, 0xff] {
        var damaged = object
        damaged.sections[index].bytes[offset] = value
        _ = try Linker.link([start, damaged], options: machine.options())
      }
    }
  }
}

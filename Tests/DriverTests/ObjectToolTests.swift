import Driver
import Foundation
import RuntimeImage
import TestSupport
import Testing

@Suite("object tools") struct ObjectToolTests {
  private func contents(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }

  /// What the compiler links itself can be taken apart and linked by command.
  @Test func compiledProgramsAreLinkedWithTheRuntime() throws {
    let directory = try TemporaryDirectory()
    let program = "main = let _ = print \"linked\" in 0\n"
    let source = try directory.write(Array(program.utf8), to: "p.rail")
    let object = directory.path("p.o")
    #expect(runCommand(["build", source, "--emit", "obj", "-o", object]) == 0)
    let members = runtimeObjects(.x86_64).map { (name: $0.name, contents: Array($0.bytes)) }
    let library = try directory.write(makeArchive(members), to: "runtime.a")
    let output = directory.path("p")
    #expect(runCommand(["link", object, library, "--strip", "-o", output]) == 0)
    #expect(runCommand(["build", source, "--strip", "-o", directory.path("direct")]) == 0)
    // The compiler knows better what the program needs.
    let direct = try #require(contents(directory.path("direct"))?.count)
    #expect(try #require(contents(output)?.count) >= direct)
    let result = try runProgram(output)
    #expect(result.outputText == "linked\n")
    #expect(result.status == 0)
  }

  @Test func nothingIsWrittenIfLinkingFails() throws {
    let directory = try TemporaryDirectory()
    let damaged = try directory.write(Array("\u{7f}ELF".utf8), to: "damaged.o")
    let output = directory.path("program")
    for input in [damaged, directory.path("missing.o"), directory.url.path] {
      #expect(runCommand(["link", input, "-o", output]) == 1)
      #expect(runCommand(["objdump", input]) == 1)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.url.path)
    #expect(left == ["damaged.o"])
  }

  @Test func wrongUsageIsRefused() throws {
    let directory = try TemporaryDirectory()
    let object = try directory.write(Array("kept".utf8), to: "a.o")
    for arguments in [
      ["link"], ["objdump"], ["objdump", "a", "b"], ["link", object, "-o", object],
      ["link", object, "--hex", ".text"], ["objdump", object, "--entry", "x"],
    ] {
      #expect(runCommand(arguments) == 2, "\(arguments)")
    }
    #expect(contents(object) == Array("kept".utf8))
  }
}

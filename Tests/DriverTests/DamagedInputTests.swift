import Driver
import Foundation
import RuntimeImage
import TestSupport
import Testing

/// How many damaged inputs are tried in all. Each starts processes, so they are fewer than those of
/// the tests that call the linker, the disassembler and the assembler directly.
private let inputCount = fuzzCount(usually: 2000) / 20

private let program = """
  main =
    let table = [1, 2.5, "three"]
    print $"{table} {length table}"
    0

  """

private let source = """
  .globl _start
  .text
  _start: nop
  1: b 1b
  .section .rodata
  text: .ascii "assembled\\n"
  .p2align 3
  .quad text, . - text, 1 << 40
  .set length, . - text

  """

/// What a user sees of the commands that read files of other tools: whatever is in these, a command
/// ends by itself, and either succeeds or explains itself and writes no file.
@Suite("damaged inputs", .enabled(if: railExecutable != nil, "needs the built rail executable"))
struct DamagedInputTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private enum Outcome { case succeeded, refused }

  /// Runs a command that may write `out`.
  private func run(_ arguments: [String], _ comment: Comment) throws -> Outcome {
    let result = try runProgram(try #require(railExecutable), arguments)
    #expect(result.status == 0 || result.status == 1, comment)
    let wrote = FileManager.default.fileExists(atPath: directory.path("out"))
    if result.status == 0 {
      try? FileManager.default.removeItem(atPath: directory.path("out"))
      return .succeeded
    }
    #expect(result.errorText.contains("error"), comment)
    #expect(!wrote, comment)
    return .refused
  }

  @Test(arguments: ["x86_64-linux", "aarch64-linux"])
  func objectsAndArchivesAreUsedOrRefused(_ target: String) throws {
    let main = try directory.write(Array(program.utf8), to: "p.rail")
    let object = directory.path("p.o")
    #expect(
      runCommand(["build", main, "--target", target, "--emit", "obj", "-o", object]) == 0)
    let members = runtimeObjects(target == "x86_64-linux" ? .x86_64 : .aarch64)
      .map { (name: $0.name, contents: Array($0.bytes)) }
    let originals = [
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: object))), makeArchive(members),
    ]
    let names = ["p.o", "runtime.a"]
    var random = RandomNumbers(seed: 5)
    var linked = 0
    for round in 0..<inputCount / 2 {
      let damaged = round % 2
      for (index, bytes) in originals.enumerated() {
        let bytes = index == damaged ? mutated(bytes, by: &random) : bytes
        _ = try directory.write(bytes, to: names[index])
      }
      let inputs = names.map { directory.path($0) }
      if try run(["link"] + inputs + ["-o", directory.path("out")], "\(round)") == .succeeded {
        linked += 1
      }
      _ = try run(["objdump", inputs[damaged]], "\(round)")
    }
    #expect(linked > 0)
  }

  @Test(arguments: ["x86_64-linux", "aarch64-linux"])
  func sourcesAreAssembledOrRefused(_ target: String) throws {
    let text = target == "x86_64-linux" ? source.replacing("b 1b", with: "jmp 1b") : source
    var random = RandomNumbers(seed: 6)
    var outcomes: [Outcome] = []
    for round in 0..<inputCount / 2 {
      let path = try directory.write(mutated(Array(text.utf8), by: &random), to: "source.s")
      for options in [[], ["--exe"]] {
        outcomes.append(
          try run(
            ["asm", path, "--target", target, "-o", directory.path("out")] + options, "\(round)"))
      }
    }
    #expect(outcomes.contains(.succeeded) && outcomes.contains(.refused))
  }
}

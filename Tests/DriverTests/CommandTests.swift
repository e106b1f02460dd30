import Foundation
import TestSupport
import Testing

/// What a user of the command sees: exit status, messages, files.
@Suite(.enabled(if: railExecutable != nil, "needs the built rail executable"))
struct CommandTests {
  private func run(_ arguments: String...) throws -> ProgramResult {
    try runProgram(try #require(railExecutable), arguments)
  }

  private func write(_ text: String, in directory: TemporaryDirectory) throws -> String {
    try directory.write(Array(text.utf8), to: "program.rail")
  }

  @Test func builtProgramRunsByItself() throws {
    let directory = try TemporaryDirectory()
    let source = try write("main = \n  print \"hello\"\n  7\n", in: directory)
    let output = directory.path("program")
    #expect(try run("build", source, "-o", output).status == 0)
    let result = try runProgram(output)
    #expect(result.outputText == "hello\n")
    #expect(result.status == 7)
  }

  @Test func runPassesArgumentsAndStatusThrough() throws {
    let directory = try TemporaryDirectory()
    let source = try write("main args =\n  print (tail args)\n  length args\n", in: directory)
    let result = try run("run", source, "-x", "a b")
    #expect(result.outputText == "[-x, a b]\n")
    #expect(result.status == 3)
  }

  @Test(arguments: ["x86_64-linux", "aarch64-linux"])
  func sameSourceGivesTheSameBytes(_ target: String) throws {
    let directory = try TemporaryDirectory()
    let example = repository.appendingPathComponent("fixtures/examples/json.rail").path
    for name in ["first", "second"] {
      let output = directory.path(name)
      #expect(try run("build", example, "--target", target, "-o", output).status == 0)
    }
    let first = FileManager.default.contents(atPath: directory.path("first"))
    #expect(first != nil && first == FileManager.default.contents(atPath: directory.path("second")))
  }

  @Test(arguments: ["run", "test"])
  func programsOfAnotherMachineNeedAnEmulator(_ command: String) throws {
    #if arch(arm64)
      let (target, emulator) = ("x86_64-linux", "qemu-x86_64")
    #else
      let (target, emulator) = ("aarch64-linux", "qemu-aarch64")
    #endif
    let directory = try TemporaryDirectory()
    let source = try write("main = print \"hello\" --! stdout: hello\n", in: directory)
    let result = try runProgram(
      "/usr/bin/env",
      [
        "PATH=\(directory.path("."))", try #require(railExecutable), command, "--target", target,
        source,
      ])
    #expect(result.status == 1)
    #expect(result.outputText.isEmpty)
    #expect(result.errorText.contains("need \(emulator), which is not in PATH"))
  }

  @Test func errorsGiveStatusOneAndNoFile() throws {
    let directory = try TemporaryDirectory()
    let source = try write("main = lenght [1]\n", in: directory)
    let output = directory.path("program")
    let result = try run("build", source, "-o", output)
    #expect(result.status == 1)
    #expect(result.errorText.contains("program.rail:1:8"))
    #expect(result.errorText.contains("did you mean 'length'?"))
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test func unusableFilesAreOneLineErrors() throws {
    let directory = try TemporaryDirectory()
    let source = try write("main = 0\n", in: directory)
    let table: [([String], Int32, String)] = [
      (["run", directory.path("missing.rail")], 1, "no such file"),
      (["check", directory.path("")], 1, "is a directory"),
      (["build", source, "-o", directory.path("no/such/folder")], 1, "cannot write"),
      (["build", source, "-o", directory.path("")], 1, "is a directory"),
      (["build", source, "-o", "/dev/full"], 1, "no space left"),
      (["frob"], 2, "unknown command"),
    ]
    for (arguments, status, words) in table {
      let result = try runProgram(try #require(railExecutable), arguments)
      #expect(result.status == status, "\(arguments)")
      #expect(result.errorText.contains(words), "\(arguments): \(result.errorText)")
      #expect(result.outputText.isEmpty)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.path(""))
    #expect(left == ["program.rail"])
  }

  /// Sorting the arms by what they test is one pass, so large tables are fine.
  @Test func matchWithManyArmsIsCompiled() throws {
    let directory = try TemporaryDirectory()
    let arms = (0..<20_000).map { "  | \($0) -> \($0 * 7 % 1000)\n" }.joined()
    let source = try write(
      "f x = match x\n\(arms)  | _ -> -1\n\nmain = print (map f [0, 19999, 20000])\n",
      in: directory)
    #expect(try run("run", source).outputText == "[0, 993, -1]\n")
  }

  @Test func strangeTextIsReported() throws {
    let directory = try TemporaryDirectory()
    let texts: [([UInt8], String)] = [
      (Array("main = 1 \u{0} 2".utf8), "unexpected character"),
      (
        Array("main = ".utf8) + Array(repeating: UInt8(ascii: "("), count: 2_000_000),
        "nested too deeply"
      ),
      ([], "no 'main'"),
      (Array("main = \"abc".utf8), "unterminated string"),
    ]
    for (bytes, words) in texts {
      let source = try directory.write(bytes, to: "program.rail")
      let result = try run("build", source, "-o", directory.path("out"))
      #expect(result.status == 1)
      #expect(result.errorText.contains(words))
      #expect(result.errorText.utf8.count < 4000)
    }
  }

  @Test func diagnosticsAsJSONAreOneObjectALine() throws {
    let directory = try TemporaryDirectory()
    let source = try write("main = foo + bar\n", in: directory)
    let result = try run("check", "--json", source)
    #expect(result.status == 1)
    let lines = result.outputText.split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines {
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(value?["code"] as? String == "E0201")
    }
  }

  @Test(arguments: ["tokens", "syntax", "core", "ir", "mir", "asm"])
  func everyStageCanBePrinted(_ stage: String) throws {
    let example = repository.appendingPathComponent("fixtures/examples/calculator.rail").path
    let first = try run("build", example, "--emit", stage)
    #expect(first.status == 0)
    #expect(first.output.count > 1000)
    #expect(first.output == (try run("build", example, "--emit", stage)).output)
  }
}

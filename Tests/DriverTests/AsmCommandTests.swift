import Driver
import Foundation
import TestSupport
import Testing

private let hello = """
  .intel_syntax noprefix
  .globl _start
  .text
  _start:
    mov eax, 1; mov edi, 1; lea rsi, [rip + text]; mov edx, offset length; syscall
    mov eax, 60; xor edi, edi; syscall
  .section .rodata
  text: .ascii "assembled\\n"
  .set length, . - text

  """

private let armHello = """
  .globl _start
  _start:
    mov x0, #1; adrp x1, text; add x1, x1, :lo12:text; ldr x2, =length; mov x8, #64; svc #0
    mov x0, #0; mov x8, #93; svc #0
  .section .rodata
  text: .ascii "assembled\\n"
  .set length, . - text

  """

@Suite("rail asm") struct AsmCommandTests {
  @Test func programsRun() throws {
    let directory = try TemporaryDirectory()
    let source = try directory.write(Array(hello.utf8), to: "hello.s")
    let program = directory.path("hello")
    #expect(runCommand(["asm", source, "--exe", "--target", "x86_64-linux", "-o", program]) == 0)
    #expect(try runProgram(program).outputText == "assembled\n")
    let object = directory.path("hello.o")
    #expect(runCommand(["asm", source, "--target", "x86_64-linux", "-o", object]) == 0)
    #expect(runCommand(["link", object, "-o", program]) == 0)
    #expect(try runProgram(program).outputText == "assembled\n")
  }

  @Test(.enabled(if: findTool("qemu-aarch64") != nil, "needs qemu-aarch64"))
  func programsForAArch64Run() throws {
    let directory = try TemporaryDirectory()
    let source = try directory.write(Array(armHello.utf8), to: "hello.s")
    let program = directory.path("hello")
    #expect(
      runCommand(["asm", source, "--exe", "--target", "aarch64-linux", "-o", program]) == 0)
    let qemu = try #require(findTool("qemu-aarch64"))
    #expect(try runProgram(qemu, [program]).outputText == "assembled\n")
  }

  @Test func nothingIsWrittenIfThereAreErrors() throws {
    let directory = try TemporaryDirectory()
    let bad = try directory.write(Array("bogus %rax\n".utf8), to: "bad.s")
    let unlinked = try directory.write(Array("nop\n".utf8), to: "unlinked.s")
    let output = directory.path("output")
    #expect(runCommand(["asm", bad, "-o", output]) == 1)
    #expect(runCommand(["asm", directory.path("missing.s"), "-o", output]) == 1)
    #expect(runCommand(["asm", unlinked, "--exe", "-o", output]) == 1)
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test func wrongUsageIsRefused() throws {
    let directory = try TemporaryDirectory()
    let source = try directory.write(Array("nop\n".utf8), to: "a.s")
    for arguments in [
      ["asm"], ["asm", "a", "b"], ["asm", source, "-o", source],
      ["asm", source, "--target", "z80"], ["asm", source, "--emit", "asm"],
    ] {
      #expect(runCommand(arguments) == 2, "\(arguments)")
    }
  }
}

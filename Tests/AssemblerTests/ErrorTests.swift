import Assembler
import Diagnostics
import ELF
import Testing

/// A mistake and what is said of it.
struct Mistake: Sendable, CustomStringConvertible {
  var source: String
  /// Code, line and column.
  var place: String
  /// Words of message, label or help.
  var words: String
  var machine = ELFMachine.x86_64

  init(_ source: String, _ place: String, _ words: String, _ machine: ELFMachine = .x86_64) {
    self.source = source
    self.place = place
    self.words = words
    self.machine = machine
  }

  var description: String { source }
}

private let intel = ".intel_syntax noprefix\n"

private let mistakes: [Mistake] = [
  // Tokens and syntax
  Mistake(".byte 1 2", "E0402 1:9", "expected the end of the statement"),
  Mistake(".ascii \"abc", "E0401 1:8", "unterminated string"),
  Mistake("/* no end", "E0401 1:1", "unterminated comment"),
  Mistake(".byte 09", "E0401 1:7", "'09' is not a number"),
  Mistake(".quad 0x12345678123456789", "E0401 1:7", "at most 64 bits"),
  Mistake("\u{1}", "E0401 1:1", "unexpected character"),
  Mistake(".byte (1", "E0402 1:9", "expected ')'"),
  Mistake(".byte", "", ""),
  Mistake("5", "E0402 1:1", "expected a label"),
  // Directives
  Mistake(".lnog 5", "E0403 1:1", "did you mean '.long'?"),
  Mistake(".include \"x\"", "E0403 1:1", "not supported"),
  Mistake(".ascii \"\\q\"", "E0415 1:8", "unknown escape"),
  Mistake(".balign 3", "E0415 1:9", "powers of two"),
  Mistake(".zero -1", "E0415 1:7", "-1 is no number of bytes"),
  Mistake(".section .x, \"q\"", "E0411 1:14", "section flag 'q'"),
  Mistake(".section .text, \"aw\"\n.byte 1", "", ""),
  Mistake("nop\n.section .text, \"aw\"", "E0411 2:10", "other flags than before"),
  Mistake(".bss\n.byte 1", "E0411 2:7", "holds zeros only"),
  Mistake(".popsection", "E0411 1:1", "without '.pushsection'"),
  Mistake(".type x, @nonsense", "E0415 1:11", "@function"),
  Mistake(".error \"no\"", "E0412 1:1", "no"),
  Mistake("nop\na = . + 8", "E0409 2:1", "'a' lies outside of its section"),
  Mistake("nop\n.set a, . - 2\n.globl a", "E0409 2:6", "-1 from the beginning of .text"),
  // Frames
  Mistake(".cfi_def_cfa_offset 8", "E0412 1:1", "without '.cfi_startproc'"),
  Mistake(".cfi_startproc\nnop", "E0412 1:1", "without '.cfi_endproc'"),
  Mistake(".cfi_startproc\n.cfi_startproc\n.cfi_endproc", "E0412 2:1", "before '.cfi_endproc'"),
  Mistake(".cfi_startproc\n.data\n.cfi_endproc", "E0412 1:1", "without '.cfi_endproc'"),
  Mistake(
    ".cfi_startproc\n.cfi_restore_state\n.cfi_endproc", "E0412 2:1",
    "without '.cfi_remember_state'"),
  Mistake(".cfi_startproc\n.cfi_offset rbx, 3\n.cfi_endproc", "E0415 2:1", "multiples of 8"),
  Mistake(".cfi_startproc\n.cfi_undefined ebx\n.cfi_endproc", "E0415 2:16", "no register"),
  Mistake(".cfi_startproc\n.cfi_undefined 1 << 40\n.cfi_endproc", "E0415 2:16", "no register"),
  Mistake(".cfi_startproc\n.cfi_escape 256\n.cfi_endproc", "E0415 2:13", "256 is no byte"),
  Mistake(".cfi_sections .text", "E0415 1:15", ".eh_frame or .debug_frame"),
  Mistake(
    ".section .eh_frame, \"a\", @nobits\n.text\n.cfi_startproc\nnop\n.cfi_endproc", "E0411 3:1",
    "zeros only"),
  // Numbers
  Mistake(".byte 256", "E0406 1:7", "256 does not fit into 1 byte"),
  Mistake(".short -32769", "E0406 1:8", "does not fit into 2 bytes"),
  Mistake(".long 1 << 33", "E0406 1:7", "does not fit into 4 bytes"),
  Mistake(".byte 1 / 0", "E0409 1:7", "division by zero"),
  Mistake("x: .byte end - x\n.skip 300\nend:", "E0406 1:10", "does not fit into 1 byte"),
  Mistake(".space later\nlater:", "E0409 1:8", "number of bytes"),
  Mistake(".set a, b + 1\n.set b, a + 1\n.long a", "E0409 3:7", "depends on itself"),
  Mistake(".skip 8\n.org 4", "E0409 2:6", "cannot move back"),
  Mistake(".byte a + b\na: b:", "E0409 1:7", "sum of two addresses"),
  Mistake(".long a - b", "E0409 1:7", "'b' is not defined here"),
  Mistake(".fill 0x7fffffff, 8", "E0411 1:7", "too large"),
  // Symbols
  Mistake("x: nop\nx: nop", "E0407 2:1", "defined twice"),
  Mistake("x: nop\n.set x, 5", "E0407 2:6", "defined twice"),
  Mistake("jmp .Lnone", "E0408 1:5", "undefined label '.Lnone'"),
  Mistake("jmp 1b", "E0408 1:5", "there is no label '1:' before this"),
  Mistake("1: jmp 1f", "E0408 1:8", "there is no label '1:' behind this"),
  Mistake(".size f, g - f\nf: ret", "E0409 1:10", "the size of a symbol"),
  // Macros
  Mistake(".macro m\n.byte 1", "E0412 1:1", ".endm"),
  Mistake(".endm", "E0412 1:1", "nothing that"),
  Mistake(".if 1\n.byte 1", "E0412 1:1", "without '.endif'"),
  Mistake(".else", "E0412 1:1", "without '.if'"),
  Mistake(".macro m\nm\n.endm\nm", "E0412 4:1", "too deeply"),
  Mistake(".macro m a:req\n.endm\nm", "E0412 3:1", "needs the argument 'a'"),
  Mistake(".macro m a\n.endm\nm 1, 2", "E0412 3:1", "1 parameters"),
  Mistake(".macro m\n bogus\n.endm\nm", "E0404 4:1", "in macro 'm': bogus"),
  Mistake(".rept 1 << 40\n.endr", "E0412 1:1", "too many"),
  // Instructions for x86-64
  Mistake("mvo %rax, %rbx", "E0404 1:1", "did you mean 'mov'?"),
  Mistake("mov eax, 1", "E0405 1:1", ".intel_syntax noprefix"),
  Mistake("push rax", "E0405 1:6", ".intel_syntax noprefix"),
  Mistake(intel + "mov eax, rbx", "E0405 2:1", "r32, r64"),
  Mistake(intel + "add [rax], [rbx]", "E0405 2:1", "memory, memory"),
  Mistake(intel + "mov [rax], 1", "E0414 2:5", "qword ptr"),
  Mistake("movl $1, (%rax); mov $1, (%rax)", "E0414 1:26", "add b, w, l or q"),
  Mistake(intel + "add al, 256", "E0406 2:9", "does not fit into 8 bits"),
  Mistake(intel + "add rax, 0x80000000", "E0406 2:10", "32 bits with sign"),
  Mistake(intel + "shl eax, 32", "E0406 2:10", "from 0 to 31"),
  Mistake(intel + "mov rax, [rbx+rcx*3]", "E0406 2:10", "1, 2, 4 or 8"),
  Mistake(intel + "mov rax, [rbx+rcx+rdx]", "E0405 2:10", "at most two registers"),
  Mistake(intel + "mov rax, [ebx]", "E0405 2:10", "64 bits"),
  Mistake(intel + "mov rax, [rsp*2]", "E0405 2:10", "rsp cannot be an index"),
  Mistake(intel + "mov rax, [rbx-rcx]", "E0405 2:10", "cannot be subtracted"),
  Mistake(intel + "mov rax, [rbx+0x80000000]", "E0406 2:10", "does not fit into 32 bits"),
  Mistake(intel + "mov ymm0, 1", "E0413 2:5", "register 'ymm0'"),
  Mistake(intel + "mov ah, sil", "E0405 2:1", "exclude"),
  Mistake(intel + "movzx rax, bh", "E0405 2:1", "exclude"),
  Mistake(intel + "jmp 5", "E0409 2:5", "no label"),
  Mistake(intel + "loop far\n.skip 200\nfar:", "E0406 2:6", "200"),
  Mistake(intel + "mov rax, [rbx+x@PLT]", "E0409 2:10", "'@plt' is not possible"),
  Mistake(intel + "ret 65536", "E0406 2:5", "from 0 to 65535"),
  // Instructions for AArch64
  Mistake("moov x0, x1", "E0404 1:1", "did you mean 'mov'?", .aarch64),
  Mistake("add x0, x1, w2", "E0405 1:13", "64 bits", .aarch64),
  Mistake("add x0, x1, #5000", "E0406 1:13", "12 bits", .aarch64),
  Mistake("mov x0, #0x12345", "E0406 1:9", "ldr x0, =74565", .aarch64),
  Mistake("and x0, x1, #5", "E0406 1:13", "mask", .aarch64),
  Mistake("ldr x0, [x1, #32768]", "E0406 1:9", "out of range", .aarch64),
  Mistake("ldr x0, [w1]", "E0405 1:10", "64 bits", .aarch64),
  Mistake("ldp x0, x1, [x2, #4]", "E0406 1:13", "out of range", .aarch64),
  Mistake("tbz w0, #32, f\nf:", "E0406 1:9", "from 0 to 31", .aarch64),
  Mistake("b.zz f\nf:", "E0404 1:1", "unknown instruction", .aarch64),
  Mistake("b 1f\n.byte 0\n1:", "E0410 1:3", "multiple of 4", .aarch64),
  Mistake(".byte 0\nnop", "E0410 2:1", ".balign 4", .aarch64),
  Mistake("tbz x0, #1, f\n.skip 40000\nf:", "E0410 1:13", "out of range", .aarch64),
  Mistake("b 6", "E0410 1:3", "multiple of 4", .aarch64),
  Mistake("fmov d0, #1.1", "E0406 1:10", "no constant of fmov", .aarch64),
  Mistake("mrs x0, nothing", "E0405 1:9", "unknown system register", .aarch64),
  Mistake("ldr x0, [x0], #8", "E0405 1:1", "base register", .aarch64),
  Mistake("ubfx x0, x1, #60, #5", "E0406 1:19", "from 1 to 4", .aarch64),
  Mistake(".quad x\n.byte x", "E0409 2:7", "does not fit into a byte", .aarch64),
]

@Suite struct ErrorTests {
  private func diagnostics(_ mistake: Mistake) -> ([Diagnostic], LineTable, hasObject: Bool) {
    let file = SourceFile(path: "test.s", text: Array((mistake.source + "\n").utf8))
    var sources = SourceMap()
    let id = sources.add(file)
    var sink = DiagnosticSink()
    let object = assemble(
      file, id, options: AssemblyOptions(machine: mistake.machine), diagnostics: &sink)
    return (sink.sorted(), LineTable(file), object != nil)
  }

  @Test(arguments: mistakes)
  func aMistakeIsExplainedWhereItIs(_ mistake: Mistake) throws {
    let (found, lines, hasObject) = diagnostics(mistake)
    if mistake.place.isEmpty {
      #expect(found.isEmpty && hasObject, "\(found)")
      return
    }
    #expect(!hasObject)
    let first = try #require(found.first)
    let position = lines.position(of: first.primary.range.start)
    #expect("\(first.code) \(position.line):\(position.column)" == mistake.place)
    let text = "\(first.message) \(first.primary.text) \(first.help ?? "")"
    #expect(text.contains(mistake.words), "\(text)")
  }

  @Test func severalMistakesAreReported() {
    let source = (1...20).map { "bogus\($0) %rax\nnop\n" }.joined()
    let (found, _, hasObject) = diagnostics(Mistake(source, "", ""))
    #expect(found.count == 20)
    #expect(!hasObject)
  }

  @Test func thereIsAnEndToMistakes() {
    let source = String(repeating: "bogus\n", count: 1000)
    #expect(diagnostics(Mistake(source, "", "")).0.count < 60)
  }
}

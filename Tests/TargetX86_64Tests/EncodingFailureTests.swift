import Codegen
import TargetX86_64
import Testing

/// Instructions that do not exist stop the compiler with a text that names them.
@Suite struct EncodingFailureTests {
  static let defects: [(MachineInstruction, String)] = [
    (X86.ri(.add, .rax, 0x8000_0000), "immediate out of range: add rax, 2147483648"),
    (X86.ri(.cmp, .rcx, 256, width: 1), "immediate out of range: cmp cl, 256"),
    (X86.ri(.shl, .rax, 64), "count out of range: shl rax, 64"),
    (X86.add(Register(64), .rax), "operand is not a general register: add v0, rax"),
    (X86.rr(.addsd, .xmm(0), .rax), "operand is not an SSE register: addsd xmm0, rax"),
    (
      X86.load(.rax, .init(.rbx, index: .rsp)),
      "rsp cannot be an index: mov rax, qword ptr [rbx + rsp*1]"
    ),
    (
      X86.load(.rax, .init(.rbx, index: .rcx, scale: 3)),
      "the scale is not 1, 2, 4 or 8: mov rax, qword ptr [rbx + rcx*3]"
    ),
    (X86.r(.lea, .rax), "no such form: lea rax"),
    (X86.rr(.imul, .rax, .rbx, width: 1), "wrong width: imul al, bl"),
    (X86.rr(.add, .rax, .rbx, width: 3), "wrong width: add rax, rbx"),
    (X86.nop(length: 16), "length out of range: nop 16"),
    (MachineInstruction(opcode: 999, form: .none), "unknown opcode: <opcode 999>"),
  ]

  @Test(arguments: defects.indices)
  func stopsWithTheNameOfTheInstruction(_ index: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [index] in
      var buffer = CodeBuffer()
      X86Encoder.encode(EncodingFailureTests.defects[index].0, into: &buffer)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("x86-64 encoder: " + EncodingFailureTests.defects[index].1))
  }
}

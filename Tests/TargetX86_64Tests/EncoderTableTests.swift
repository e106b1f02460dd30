import Codegen
import TargetX86_64
import TestSupport
import Testing

/// One instruction with its text and its bytes, written out.
struct EncodingRow: Sendable, CustomTestStringConvertible {
  let text: String
  let bytes: [UInt8]
  let instruction: MachineInstruction

  init(_ text: String, _ bytes: [UInt8], _ instruction: MachineInstruction) {
    self.text = text
    self.bytes = bytes
    self.instruction = instruction
  }

  var testDescription: String { text }
}

@Suite struct EncoderTableTests {
  @Test(arguments: [moveRows, arithmeticRows, memoryRows, controlRows, floatRows].joined())
  func encodesAsTheManualSays(_ row: EncodingRow) {
    var buffer = CodeBuffer()
    X86Encoder.encode(row.instruction, into: &buffer)
    #expect(hex(buffer.bytes) == hex(row.bytes))
    #expect(X86Printer(symbols: ["data"]).text(row.instruction) == row.text)
  }

  static let moveRows: [EncodingRow] = [
    EncodingRow("mov rax, rbx", [0x48, 0x89, 0xD8], X86.mov(.rax, .rbx)),
    EncodingRow("mov r15d, ecx", [0x41, 0x89, 0xCF], X86.mov(.r15, .rcx, width: 4)),
    EncodingRow("mov sil, al", [0x40, 0x88, 0xC6], X86.mov(.rsi, .rax, width: 1)),
    EncodingRow("mov bx, r9w", [0x66, 0x44, 0x89, 0xCB], X86.mov(.rbx, .r9, width: 2)),
    EncodingRow("mov eax, 0", [0xB8, 0, 0, 0, 0], X86.mov(.rax, immediate: 0)),
    EncodingRow(
      "mov eax, 4294967295", [0xB8, 0xFF, 0xFF, 0xFF, 0xFF], X86.mov(.rax, immediate: 0xFFFF_FFFF)),
    EncodingRow(
      "mov r9, -1", [0x49, 0xC7, 0xC1, 0xFF, 0xFF, 0xFF, 0xFF], X86.mov(.r9, immediate: -1)),
    EncodingRow(
      "movabs rcx, 4294967296", [0x48, 0xB9, 0, 0, 0, 0, 1, 0, 0, 0],
      X86.mov(.rcx, immediate: 0x1_0000_0000)),
    EncodingRow(
      "movabs rax, -2147483649", [0x48, 0xB8, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF],
      X86.mov(.rax, immediate: -0x8000_0001)),
    EncodingRow("mov dil, 255", [0x40, 0xB7, 0xFF], X86.ri(.mov, .rdi, 255, width: 1)),
    EncodingRow(
      "mov eax, offset data + 4", [0xB8, 0, 0, 0, 0],
      MachineInstruction(
        opcode: X86Opcode.mov.rawValue, form: .rSymbol, width: 4, d: .rax, displacement: 4,
        target: 0)),
    EncodingRow("movzx eax, cl", [0x0F, 0xB6, 0xC1], X86.rr(.movzx8, .rax, .rcx, width: 4)),
    EncodingRow("movzx eax, dil", [0x40, 0x0F, 0xB6, 0xC7], X86.rr(.movzx8, .rax, .rdi, width: 4)),
    EncodingRow("movsxd rax, ecx", [0x48, 0x63, 0xC1], X86.rr(.movsxd, .rax, .rcx)),
    EncodingRow(
      "movsx rdx, word ptr [rsi]", [0x48, 0x0F, 0xBF, 0x16], X86.rm(.movsx16, .rdx, .init(.rsi))),
    EncodingRow(
      "lea rdi, [rip + data]", [0x48, 0x8D, 0x3D, 0, 0, 0, 0], X86.lea(.rdi, symbol: 0)),
    EncodingRow("xchg rcx, rbx", [0x48, 0x87, 0xD9], X86.rr(.xchg, .rcx, .rbx)),
    EncodingRow("xchg rax, r8", [0x49, 0x90], X86.rr(.xchg, .rax, .r8)),
    EncodingRow("xchg eax, eax", [0x87, 0xC0], X86.rr(.xchg, .rax, .rax, width: 4)),
    EncodingRow("push r12", [0x41, 0x54], X86.r(.push, .r12)),
    EncodingRow(
      "push 128", [0x68, 0x80, 0, 0, 0],
      MachineInstruction(opcode: X86Opcode.push.rawValue, form: .i, immediate: 128)),
    EncodingRow("pop rbp", [0x5D], X86.r(.pop, .rbp)),
    EncodingRow("bswap r10", [0x49, 0x0F, 0xCA], X86.r(.bswap, .r10)),
  ]

  static let arithmeticRows: [EncodingRow] = [
    EncodingRow("add rax, rbx", [0x48, 0x01, 0xD8], X86.add(.rax, .rbx)),
    EncodingRow("add rcx, 127", [0x48, 0x83, 0xC1, 0x7F], X86.add(.rcx, 127)),
    EncodingRow("add rcx, 128", [0x48, 0x81, 0xC1, 0x80, 0, 0, 0], X86.add(.rcx, 128)),
    EncodingRow("add rax, 128", [0x48, 0x05, 0x80, 0, 0, 0], X86.add(.rax, 128)),
    EncodingRow("cmp al, 10", [0x3C, 0x0A], X86.cmp(.rax, 10, width: 1)),
    EncodingRow("sub ax, -200", [0x66, 0x2D, 0x38, 0xFF], X86.ri(.sub, .rax, -200, width: 2)),
    EncodingRow("and spl, 1", [0x40, 0x80, 0xE4, 0x01], X86.ri(.and, .rsp, 1, width: 1)),
    EncodingRow("xor r8d, r8d", [0x45, 0x31, 0xC0], X86.clear(.r8)),
    EncodingRow(
      "adc qword ptr [rbx], 1000", [0x48, 0x81, 0x13, 0xE8, 0x03, 0, 0],
      X86.mi(.adc, .init(.rbx), 1000)),
    EncodingRow(
      "or byte ptr [rax], bpl", [0x40, 0x08, 0x28], X86.mr(.or, .init(.rax), .rbp, width: 1)),
    EncodingRow(
      "sbb edx, dword ptr [rcx]", [0x1B, 0x11], X86.rm(.sbb, .rdx, .init(.rcx), width: 4)),
    EncodingRow("test al, 1", [0xA8, 0x01], X86.test(.rax, 1, width: 1)),
    EncodingRow("test dil, 1", [0x40, 0xF6, 0xC7, 0x01], X86.test(.rdi, 1, width: 1)),
    EncodingRow("test r9, r9", [0x4D, 0x85, 0xC9], X86.test(.r9, .r9)),
    EncodingRow("imul rax, rbx", [0x48, 0x0F, 0xAF, 0xC3], X86.rr(.imul, .rax, .rbx)),
    EncodingRow("imul rax, rbx, -3", [0x48, 0x6B, 0xC3, 0xFD], X86.rri(.imul, .rax, .rbx, -3)),
    EncodingRow(
      "imul r11d, dword ptr [r13], 500", [0x45, 0x69, 0x5D, 0x00, 0xF4, 0x01, 0, 0],
      X86.rmi(.imul, .r11, .init(.r13), 500, width: 4)),
    EncodingRow("imul rcx", [0x48, 0xF7, 0xE9], X86.r(.imulWide, .rcx)),
    EncodingRow("idiv r10", [0x49, 0xF7, 0xFA], X86.r(.idiv, .r10)),
    EncodingRow(
      "neg byte ptr [rdx + 1]", [0xF6, 0x5A, 0x01], X86.m(.neg, .init(.rdx, 1), width: 1)),
    EncodingRow("inc rax", [0x48, 0xFF, 0xC0], X86.r(.inc, .rax)),
    EncodingRow("cqo", [0x48, 0x99], X86.none(.cqo)),
    EncodingRow("shl rax, 1", [0x48, 0xD1, 0xE0], X86.ri(.shl, .rax, 1)),
    EncodingRow("sar r12d, 31", [0x41, 0xC1, 0xFC, 0x1F], X86.ri(.sar, .r12, 31, width: 4)),
    EncodingRow("shr rdx, cl", [0x48, 0xD3, 0xEA], X86.r(.shrCL, .rdx)),
    EncodingRow("shld rax, rbx, 5", [0x48, 0x0F, 0xA4, 0xD8, 0x05], X86.rri(.shld, .rax, .rbx, 5)),
    EncodingRow("shrd rax, rbx, cl", [0x48, 0x0F, 0xAD, 0xD8], X86.rr(.shrdCL, .rax, .rbx)),
    EncodingRow("bt rsi, 63", [0x48, 0x0F, 0xBA, 0xE6, 0x3F], X86.ri(.bt, .rsi, 63)),
    EncodingRow(
      "popcnt ax, cx", [0x66, 0xF3, 0x0F, 0xB8, 0xC1], X86.rr(.popcnt, .rax, .rcx, width: 2)),
    EncodingRow("tzcnt r8, r9", [0xF3, 0x4D, 0x0F, 0xBC, 0xC1], X86.rr(.tzcnt, .r8, .r9)),
  ]

  static let memoryRows: [EncodingRow] = [
    EncodingRow("mov rax, qword ptr [rbx]", [0x48, 0x8B, 0x03], X86.load(.rax, .rbx, 0)),
    EncodingRow("mov rax, qword ptr [rbp]", [0x48, 0x8B, 0x45, 0], X86.load(.rax, .rbp, 0)),
    EncodingRow("mov rax, qword ptr [r13]", [0x49, 0x8B, 0x45, 0], X86.load(.rax, .r13, 0)),
    EncodingRow("mov rax, qword ptr [rsp]", [0x48, 0x8B, 0x04, 0x24], X86.load(.rax, .rsp, 0)),
    EncodingRow(
      "mov qword ptr [r12 - 8], rcx", [0x49, 0x89, 0x4C, 0x24, 0xF8], X86.store(.r12, -8, .rcx)),
    EncodingRow(
      "mov rax, qword ptr [rbx - 128]", [0x48, 0x8B, 0x43, 0x80], X86.load(.rax, .rbx, -128)),
    EncodingRow(
      "mov rax, qword ptr [rbx - 129]", [0x48, 0x8B, 0x83, 0x7F, 0xFF, 0xFF, 0xFF],
      X86.load(.rax, .rbx, -129)),
    EncodingRow(
      "mov eax, dword ptr [4096]", [0x8B, 0x04, 0x25, 0, 0x10, 0, 0],
      X86.load(.rax, .init(.none, 4096), width: 4)),
    EncodingRow(
      "mov rax, qword ptr [r13 + r12*8]", [0x4B, 0x8B, 0x44, 0xE5, 0],
      X86.load(.rax, .init(.r13, index: .r12, scale: 8))),
    EncodingRow(
      "mov rax, qword ptr [r9*4 + 16]", [0x4A, 0x8B, 0x04, 0x8D, 0x10, 0, 0, 0],
      X86.load(.rax, .init(.none, 16, index: .r9, scale: 4))),
    EncodingRow(
      "cmp qword ptr [rip + data + 8], 300", [0x48, 0x81, 0x3D, 0, 0, 0, 0, 0x2C, 0x01, 0, 0],
      X86.mi(.cmp, .init(symbol: 0, 8), 300)),
    EncodingRow(
      "mov byte ptr [rsp + 1], -1", [0xC6, 0x44, 0x24, 0x01, 0xFF],
      X86.store(.rsp, 1, immediate: -1, width: 1)),
  ]

  static let controlRows: [EncodingRow] = [
    EncodingRow("call data", [0xE8, 0, 0, 0, 0], X86.call(symbol: 0)),
    EncodingRow("jmp data", [0xE9, 0, 0, 0, 0], X86.jump(symbol: 0)),
    EncodingRow("jbe data", [0x0F, 0x86, 0, 0, 0, 0], X86.jump(.belowOrEqual, symbol: 0)),
    EncodingRow("call r11", [0x41, 0xFF, 0xD3], X86.call(.r11)),
    EncodingRow("jmp qword ptr [rax + 8]", [0xFF, 0x60, 0x08], X86.jump(.init(.rax, 8))),
    EncodingRow("setne sil", [0x40, 0x0F, 0x95, 0xC6], X86.set(.notEqual, .rsi)),
    EncodingRow("cmovl rax, r8", [0x49, 0x0F, 0x4C, 0xC0], X86.cmov(.less, .rax, .r8)),
    EncodingRow("ret", [0xC3], X86.none(.ret)),
    EncodingRow("ud2", [0x0F, 0x0B], X86.none(.ud2)),
    EncodingRow("int3", [0xCC], X86.none(.int3)),
    EncodingRow("endbr64", [0xF3, 0x0F, 0x1E, 0xFA], X86.none(.endbr64)),
    EncodingRow("syscall", [0x0F, 0x05], X86.none(.syscall)),
    EncodingRow("nop", [0x90], X86.none(.nop)),
    EncodingRow(".byte 15, 31, 64, 0", [0x0F, 0x1F, 0x40, 0], X86.nop(length: 4)),
  ]

  static let floatRows: [EncodingRow] = [
    EncodingRow(
      "movsd xmm9, qword ptr [r8 + 8]", [0xF2, 0x45, 0x0F, 0x10, 0x48, 0x08],
      X86.rm(.movsd, .xmm(9), .init(.r8, 8))),
    EncodingRow(
      "movsd qword ptr [rax], xmm1", [0xF2, 0x0F, 0x11, 0x08],
      X86.mr(.movsd, .init(.rax), .xmm(1))),
    EncodingRow(
      "movapd xmm1, xmm8", [0x66, 0x41, 0x0F, 0x28, 0xC8], X86.rr(.movapd, .xmm(1), .xmm(8))),
    EncodingRow("movaps xmm0, xmm1", [0x0F, 0x28, 0xC1], X86.rr(.movaps, .xmm(0), .xmm(1))),
    EncodingRow(
      "addsd xmm0, xmm15", [0xF2, 0x41, 0x0F, 0x58, 0xC7], X86.rr(.addsd, .xmm(0), .xmm(15))),
    EncodingRow(
      "xorpd xmm2, xmmword ptr [rip + data]", [0x66, 0x0F, 0x57, 0x15, 0, 0, 0, 0],
      X86.rm(.xorpd, .xmm(2), .init(symbol: 0))),
    EncodingRow(
      "ucomisd xmm3, xmm4", [0x66, 0x0F, 0x2E, 0xDC], X86.rr(.ucomisd, .xmm(3), .xmm(4))),
    EncodingRow(
      "cvtsi2sd xmm0, rax", [0xF2, 0x48, 0x0F, 0x2A, 0xC0], X86.rr(.cvtsi2sd, .xmm(0), .rax)),
    EncodingRow(
      "cvttsd2si ecx, xmm7", [0xF2, 0x0F, 0x2C, 0xCF], X86.rr(.cvttsd2si, .rcx, .xmm(7), width: 4)),
    EncodingRow(
      "movq xmm0, rax", [0x66, 0x48, 0x0F, 0x6E, 0xC0], X86.rr(.movqToXMM, .xmm(0), .rax)),
    EncodingRow(
      "movq r9, xmm10", [0x66, 0x4D, 0x0F, 0x7E, 0xD1], X86.rr(.movqFromXMM, .r9, .xmm(10))),
    EncodingRow("movd eax, xmm1", [0x66, 0x0F, 0x7E, 0xC8], X86.rr(.movdFromXMM, .rax, .xmm(1))),
  ]

  @Test(arguments: 1...15)
  func paddingHasTheLengthAskedFor(_ length: Int) {
    var buffer = CodeBuffer()
    X86Encoder.encode(X86.nop(length: length), into: &buffer)
    #expect(buffer.bytes.count == length)
  }

  @Test(arguments: 0..<32)
  func alignmentIsReached(_ offset: Int) {
    var buffer = CodeBuffer()
    for _ in 0..<offset { buffer.append8(0xC3) }
    X86Encoder.align(&buffer, to: 16)
    #expect(buffer.bytes.count == (offset + 15) / 16 * 16)
  }

  /// A long run of instructions crosses the encoder's internal chunks.
  @Test func aRunOfInstructionsIsTheSumOfItsParts() {
    let rows = Array(
      [Self.moveRows, Self.arithmeticRows, Self.memoryRows, Self.floatRows].joined())
    let instructions = (0..<2000).map { rows[$0 * 7 % rows.count].instruction }
    var single = CodeBuffer()
    for instruction in instructions { X86Encoder.encode(instruction, into: &single) }
    var whole = CodeBuffer()
    instructions.withUnsafeBufferPointer { X86Encoder.encode($0, into: &whole) }
    #expect(single.bytes == whole.bytes)
    #expect(single.relocations == whole.relocations)
    #expect(whole.bytes.count > 4096)
  }
}

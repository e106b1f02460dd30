import Codegen
import TargetARM64
import Testing

/// One instruction with its text and its word, written out.
struct EncodingRow: Sendable, CustomTestStringConvertible {
  let text: String
  let word: UInt32
  let instruction: MachineInstruction

  init(_ text: String, _ word: UInt32, _ instruction: MachineInstruction) {
    self.text = text
    self.word = word
    self.instruction = instruction
  }

  var testDescription: String { text }
}

@Suite struct EncoderTableTests {
  @Test(arguments: [integerRows, memoryRows, controlRows, floatRows].joined())
  func encodesAsTheManualSays(_ row: EncodingRow) throws {
    #expect(
      try String(ARM64Encoder.word(row.instruction), radix: 16) == String(row.word, radix: 16))
    #expect(ARM64Printer(symbols: ["data"]).text(row.instruction) == row.text)
  }

  static let integerRows: [EncodingRow] = [
    EncodingRow("mov x0, x1", 0xAA01_03E0, ARM64.mov(.x0, .x1)),
    EncodingRow("mov w0, w1", 0x2A01_03E0, ARM64.mov(.x0, .x1, width: 4)),
    EncodingRow("mov x0, sp", 0x9100_03E0, ARM64.mov(.x0, .sp)),
    EncodingRow("mov sp, x29", 0x9100_03BF, ARM64.mov(.sp, .x29)),
    EncodingRow("mov x0, #0", 0xD280_0000, ARM64.clear(.x0)),
    EncodingRow("mov x0, #-305397761", 0x92A2_4680, ARM64.moveWide(.movn, .x0, 0x1234, shift: 16)),
    EncodingRow(
      "movz w1, #0, lsl #16", 0x52A0_0001, ARM64.moveWide(.movz, .x1, 0, shift: 16, width: 4)),
    EncodingRow(
      "mov x0, #6148914691236517205", 0xB200_F3E0,
      ARM64.rri(.orr, .x0, .zr, 0x5555_5555_5555_5555)),
    EncodingRow("orr x0, xzr, #0x1", 0xB240_03E0, ARM64.rri(.orr, .x0, .zr, 1)),
    EncodingRow("mvn x0, x1, lsl #3", 0xAA21_0FE0, ARM64.mvn(.x0, .x1, .lsl, 3)),
    EncodingRow("add sp, sp, x1", 0x8B21_63FF, ARM64.add(.sp, .sp, .x1)),
    EncodingRow("add sp, sp, x1, lsl #2", 0x8B21_6BFF, ARM64.rrr(.add, .sp, .sp, .x1, .lsl, 2)),
    EncodingRow("add x0, sp, w1, uxtw", 0x8B21_43E0, ARM64.rrr(.add, .x0, .sp, .x1, .uxtw)),
    EncodingRow("add x0, x1, #16", 0x9100_4020, ARM64.add(.x0, .x1, 16)),
    EncodingRow("sub x0, x1, #16", 0xD100_4020, ARM64.add(.x0, .x1, -16)),
    EncodingRow("cmp sp, x1", 0xEB21_63FF, ARM64.cmp(.sp, .x1)),
    EncodingRow("cmp xzr, x1", 0xEB01_03FF, ARM64.cmp(.zr, .x1)),
    EncodingRow("cmp x5, #0", 0xF100_00BF, ARM64.cmp(.x5, 0)),
    EncodingRow("cmn x0, #1, lsl #12", 0xB140_041F, ARM64.cmp(.x0, -4096)),
    EncodingRow("neg x3, x4", 0xCB04_03E3, ARM64.neg(.x3, .x4)),
    EncodingRow("tst w0, #0x80000000", 0x7201_001F, ARM64.tst(.x0, mask: 0x8000_0000, width: 4)),
    EncodingRow("lsl x0, x1, #3", 0xD37D_F020, ARM64.lsl(.x0, .x1, 3)),
    EncodingRow("lsr w0, w1, #31", 0x531F_7C20, ARM64.lsr(.x0, .x1, 31, width: 4)),
    EncodingRow("asr x0, x1, #1", 0x9341_FC20, ARM64.asr(.x0, .x1, 1)),
    EncodingRow("ror x0, x1, #4", 0x93C1_1020, ARM64.ror(.x0, .x1, 4)),
    EncodingRow("ubfx x0, x1, #3, #4", 0xD343_1820, ARM64.ubfx(.x0, .x1, lowest: 3, count: 4)),
    EncodingRow("sxtw x0, w1", 0x9340_7C20, ARM64.signExtend(.x0, .x1, bytes: 4)),
    EncodingRow("uxtb w0, w1", 0x5300_1C20, ARM64.zeroExtend(.x0, .x1, bytes: 1)),
    EncodingRow("mov w0, w1", 0x2A01_03E0, ARM64.zeroExtend(.x0, .x1, bytes: 4)),
    EncodingRow("bfi x0, x1, #8, #8", 0xB378_1C20, ARM64.bfi(.x0, .x1, lowest: 8, count: 8)),
    EncodingRow("lsl x0, x1, x2", 0x9AC2_2020, ARM64.rrr(.lslv, .x0, .x1, .x2)),
    EncodingRow("mul x0, x1, x2", 0x9B02_7C20, ARM64.mul(.x0, .x1, .x2)),
    EncodingRow("msub x0, x1, x2, x3", 0x9B02_8C20, ARM64.rrrr(.msub, .x0, .x1, .x2, .x3)),
    EncodingRow("smulh x0, x1, x2", 0x9B42_7C20, ARM64.rrr(.smulh, .x0, .x1, .x2)),
    EncodingRow("sdiv x0, x1, x2", 0x9AC2_0C20, ARM64.rrr(.sdiv, .x0, .x1, .x2)),
    EncodingRow("clz x0, x1", 0xDAC0_1020, ARM64.rr(.clz, .x0, .x1)),
    EncodingRow("cset x0, eq", 0x9A9F_17E0, ARM64.cset(.equal, .x0)),
    EncodingRow("csel x0, x1, x2, lt", 0x9A82_B020, ARM64.select(.csel, .less, .x0, .x1, .x2)),
    EncodingRow(
      "ccmp x1, #3, #15, ne", 0xFA43_182F,
      ARM64.compareIf(.ccmp, .notEqual, .x1, immediate: 3, else: 15)),
  ]

  static let memoryRows: [EncodingRow] = [
    EncodingRow("ldr x0, [x1]", 0xF940_0020, ARM64.load(.x0, .x1, 0)),
    EncodingRow("ldr x0, [x1, #32760]", 0xF97F_FC20, ARM64.load(.x0, .x1, 32760)),
    EncodingRow("ldur x0, [x1, #-8]", 0xF85F_8020, ARM64.load(.x0, .x1, -8)),
    EncodingRow("ldur x0, [x1, #8]", 0xF840_8020, ARM64.load(.x0, .init(.x1, 8, mode: .unscaled))),
    EncodingRow("ldrb w0, [x1, #1]", 0x3940_0420, ARM64.load(.x0, .x1, 1, width: 1)),
    EncodingRow("strh w0, [sp, #2]", 0x7900_07E0, ARM64.store(.sp, 2, .x0, width: 2)),
    EncodingRow(
      "ldr x0, [x1, x2, lsl #3]", 0xF862_7820,
      ARM64.load(.x0, .init(.x1, index: .x2, amount: 3))),
    EncodingRow(
      "ldr b0, [x1, w2, sxtw]", 0x3C62_C820,
      ARM64.load(.v(0), .init(.x1, index: .x2, .sxtw), width: 1)),
    EncodingRow(
      "ldr q0, [x1, x2, lsl #4]", 0x3CE2_7820,
      ARM64.load(.v(0), .init(.x1, index: .x2, amount: 4), width: 16)),
    EncodingRow(
      "str x30, [sp, #-16]!", 0xF81F_0FFE,
      ARM64.store(.init(.sp, -16, mode: .preIndex), .x30)),
    EncodingRow(
      "ldp x0, x1, [sp], #16", 0xA8C1_07E0,
      ARM64.loadPair(.x0, .x1, .init(.sp, 16, mode: .postIndex))),
    EncodingRow(
      "stp x29, x30, [sp, #-16]!", 0xA9BF_7BFD,
      ARM64.storePair(.x29, .x30, .init(.sp, -16, mode: .preIndex))),
    EncodingRow(
      "ldpsw x0, x1, [sp, #16]", 0x6942_07E0, ARM64.rrm(.ldpsw, .x0, .x1, .init(.sp, 16))),
    EncodingRow(
      "ldr x0, [x1, :lo12:data+8]", 0xF940_0020,
      ARM64.load(.x0, .init(.x1, lowPartOf: 0, 8))),
    EncodingRow("ldaxr w0, [x1]", 0x885F_FC20, ARM64.rm(.ldaxr, .x0, .init(.x1), width: 4)),
    EncodingRow("stlxr w2, x0, [x1]", 0xC802_FC20, ARM64.rrm(.stlxr, .x2, .x0, .init(.x1))),
  ]

  static let controlRows: [EncodingRow] = [
    EncodingRow("adrp x0, data", 0x9000_0000, ARM64.pageAddress(.x0, symbol: 0)),
    EncodingRow("add x0, x0, :lo12:data", 0x9100_0000, ARM64.addLowPart(.x0, .x0, symbol: 0)),
    EncodingRow("adr x0, .L3", 0x1000_0000, ARM64.address(.x0, label: 3)),
    EncodingRow("b .L1", 0x1400_0000, ARM64.branch(1)),
    EncodingRow("b.lt .L1", 0x5400_000B, ARM64.branch(.less, 1)),
    EncodingRow("bl data-4", 0x9400_0000, ARM64.call(symbol: 0, -4)),
    EncodingRow("tbz x3, #33, .L1", 0xB608_0003, ARM64.branchIfClear(.x3, bit: 33, 1)),
    EncodingRow("tbnz w3, #3, .L1", 0x3718_0003, ARM64.branchIfSet(.x3, bit: 3, 1)),
    EncodingRow("cbz w3, .L1", 0x3400_0003, ARM64.branchIfZero(.x3, 1, width: 4)),
    EncodingRow("br x16", 0xD61F_0200, ARM64.branch(.x16)),
    EncodingRow("blr x8", 0xD63F_0100, ARM64.call(.x8)),
    EncodingRow("ret", 0xD65F_03C0, ARM64.ret()),
    EncodingRow("nop", 0xD503_201F, ARM64.nop),
    EncodingRow("dmb ish", 0xD503_3BBF, ARM64.barrier(.dmb, .ish)),
    EncodingRow("isb", 0xD503_3FDF, ARM64.i(.isb, 15)),
    EncodingRow("svc #0", 0xD400_0001, ARM64.i(.svc, 0)),
    EncodingRow("udf #3", 0x0000_0003, ARM64.i(.udf, 3)),
    EncodingRow("mrs x0, tpidr_el0", 0xD53B_D040, ARM64.read(.x0, .tpidrEL0)),
    EncodingRow("msr fpcr, x1", 0xD51B_4401, ARM64.write(.fpcr, .x1)),
    EncodingRow("mrs x2, s3_3_c1_c2_3", 0xD53B_1262, ARM64.ri(.mrs, .x2, 0xD893)),
  ]

  static let floatRows: [EncodingRow] = [
    EncodingRow("fmov d0, #1.0", 0x1E6E_1000, ARM64.ri(.fmov, .v(0), 0x70)),
    EncodingRow("fmov d0, #-0.125", 0x1E78_1000, ARM64.ri(.fmov, .v(0), 0xC0)),
    EncodingRow("fmov d1, x2", 0x9E67_0041, ARM64.fmov(.v(1), .x2)),
    EncodingRow("fmov w2, s1", 0x1E26_0022, ARM64.fmov(.x2, .v(1), width: 4)),
    EncodingRow("fadd d0, d1, d2", 0x1E62_2820, ARM64.rrr(.fadd, .v(0), .v(1), .v(2))),
    EncodingRow("fcmp d0, #0.0", 0x1E60_2008, ARM64.r(.fcmp, .v(0))),
    EncodingRow("fcvt d0, s1", 0x1E22_C020, ARM64.rr(.fcvt, .v(0), .v(1), sourceWidth: 4)),
    EncodingRow("scvtf d0, x1", 0x9E62_0020, ARM64.rr(.scvtf, .v(0), .x1, sourceWidth: 8)),
    EncodingRow("fcvtzs x0, d1", 0x9E78_0020, ARM64.rr(.fcvtzs, .x0, .v(1), sourceWidth: 8)),
    EncodingRow("movi d0, #0x0", 0x2F00_E400, ARM64.clear(.v(0))),
    EncodingRow("cnt v0.8b, v1.8b", 0x0E20_5820, ARM64.rr(.cnt, .v(0), .v(1))),
    EncodingRow("addv b0, v0.8b", 0x0E31_B800, ARM64.rr(.addv, .v(0), .v(0))),
    EncodingRow(
      "mov v0.16b, v1.16b", 0x4EA1_1C20,
      ARM64.rrr(.orrVector, .v(0), .v(1), .v(1), width: 16)),
  ]
}

import Codegen
import TargetARM64
import Testing

/// Instructions that do not exist are errors for the assembler, and stop the compiler with a text
/// that names them.
@Suite struct EncodingFailureTests {
  static let defects: [(MachineInstruction, ARM64EncodingError)] = [
    (ARM64.add(.x0, .x1, 0x1001), .immediateOutOfRange),
    (ARM64.rri(.add, .x0, .x1, -1), .immediateOutOfRange),
    (ARM64.rri(.and, .x0, .x1, 0), .immediateOutOfRange),
    (ARM64.rri(.bic, .x0, .x1, 1), .noSuchForm),
    (ARM64.rri(.add, .zr, .x1, 1), .notGeneralOrStackPointer),
    (ARM64.rri(.adds, .sp, .x1, 1), .notGeneral),
    (ARM64.rrr(.and, .sp, .x1, .x2), .notGeneral),
    (ARM64.rrr(.add, .x0, .x1, .sp), .notGeneral),
    (ARM64.rrr(.add, .x0, .x1, .v(2)), .notGeneral),
    (ARM64.rrr(.add, Register(64), .x1, .x2), .notGeneral),
    (ARM64.rrr(.add, .x0, .x1, .x2, .ror, 1), .wrongModifier),
    (ARM64.rrr(.add, .x0, .x1, .x2, .lsl, 64), .amountOutOfRange),
    (ARM64.rrr(.add, .x0, .x1, .x2, .uxtw, 5), .amountOutOfRange),
    (ARM64.rrr(.add, .x0, .sp, .x2, .lsr, 1), .wrongModifier),
    (ARM64.rrr(.add, .x0, .x1, .x2, width: 2), .wrongWidth),
    (ARM64.rrr(.smulh, .x0, .x1, .x2, width: 4), .wrongWidth),
    (ARM64.moveWide(.movz, .x0, 1, shift: 32, width: 4), .amountOutOfRange),
    (ARM64.moveWide(.movz, .x0, 1, shift: 8), .amountOutOfRange),
    (ARM64.lsl(.x0, .x1, 32, width: 4), .amountOutOfRange),
    (ARM64.load(.x0, .x1, 0x8000), .displacementOutOfRange),
    (ARM64.load(.x0, .x1, 257), .displacementOutOfRange),
    (ARM64.load(.x0, .x1, 0, width: 16), .wrongWidth),
    (ARM64.load(.x0, .init(.x0, 8, mode: .preIndex)), .baseIsLoaded),
    (ARM64.load(.x0, .init(.zr, 8)), .notGeneralOrStackPointer),
    (ARM64.load(.x0, .init(.x1, index: .x2, amount: 2)), .amountOutOfRange),
    (ARM64.load(.x0, .init(.x1, index: .x2, .uxtb)), .wrongModifier),
    (ARM64.rm(.ldrsb, .v(0), .init(.x1)), .notGeneral),
    (ARM64.loadPair(.x0, .x0, .init(.sp)), .loadedTwice),
    (ARM64.loadPair(.x0, .x1, .init(.sp, 512)), .displacementOutOfRange),
    (ARM64.loadPair(.x0, .x1, .init(.sp, 4)), .displacementOutOfRange),
    (ARM64.rrm(.stxr, .x0, .x0, .init(.x1)), .statusIsOperand),
    (ARM64.rm(.ldar, .x0, .init(.x1, 8)), .noSuchForm),
    (ARM64.i(.b, 2), .misalignedBranch),
    (ARM64.i(.b, 1 << 27), .branchOutOfRange),
    (ARM64.ri(.cbz, .x0, 1 << 20), .branchOutOfRange),
    (ARM64.ri(.tbz, .x0, 0), .wrongWidth),
    (ARM64.ri(.adrp, .x0, 1), .immediateOutOfRange),
    (ARM64.r(.br, .sp), .notGeneral),
    (ARM64.i(.svc, 0x1_0000), .immediateOutOfRange),
    (ARM64.ri(.mrs, .x0, 0x7FFF), .immediateOutOfRange),
    (ARM64.rrr(.fadd, .x0, .v(1), .v(2)), .notFloat),
    (ARM64.rrr(.fadd, .v(0), .v(1), .v(2), width: 2), .wrongWidth),
    (ARM64.rr(.fcvt, .v(0), .v(1), sourceWidth: 8), .wrongWidth),
    (ARM64.ri(.movi, .v(0), 1), .immediateOutOfRange),
    (
      MachineInstruction(
        opcode: ARM64Opcode.bCond.rawValue, form: .i, condition: 16), .noSuchCondition
    ),
    (MachineInstruction(opcode: 999, form: .none), .unknownOpcode),
  ]

  @Test(arguments: defects.indices)
  func anInstructionThatDoesNotExistIsAnError(_ index: Int) {
    let (instruction, error) = Self.defects[index]
    #expect(throws: error) { try ARM64Encoder.word(instruction) }
    var buffer = CodeBuffer()
    #expect(throws: error) { try ARM64Encoder.assemble(instruction, into: &buffer) }
    #expect(buffer.bytes.isEmpty && buffer.relocations.isEmpty && buffer.fixups.isEmpty)
  }

  @Test func theCompilerStopsWithTheNameOfTheInstruction() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var buffer = CodeBuffer()
      ARM64Encoder.encode(ARM64.load(.x0, .x1, 257), into: &buffer)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("AArch64 encoder: offset out of range: ldur x0, [x1, #257]"))
  }

  /// Whatever the fields hold, the encoder gives a word or an error, and the printer a text.
  @Test func randomInstructionsAreEncodedOrErrors() {
    var state: UInt64 = 3
    func next(_ limit: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % limit
    }
    func register() -> Register { Register(Int32(next(100)) - 35) }
    var encoded = 0
    for _ in 0..<200_000 {
      let forms = OperandForm.allCases
      let instruction = MachineInstruction(
        opcode: UInt16(next(160)), form: forms[Int(next(UInt64(forms.count)))],
        width: [1, 2, 4, 8, 16, 0, 255][Int(next(7))], condition: UInt8(next(18)),
        scale: [1, 2, 4, 8][Int(next(4))], modifier: UInt8(next(18)) * UInt8(next(2)),
        amount: UInt8(next(66)) * UInt8(next(2)), d: register(), s: register(), base: register(),
        index: register(), displacement: [Int32(next(600)) - 300, .min, .max][Int(next(20) / 18)],
        target: Int32(next(3)) - 1,
        immediate: [Int64(next(70)) - 2, .min, .max][Int(next(20) / 18)])
      if (try? ARM64Encoder.word(instruction)) != nil { encoded += 1 }
      if ARM64Printer().text(instruction).isEmpty { Issue.record("no text") }
    }
    #expect(encoded > 500)
  }
}

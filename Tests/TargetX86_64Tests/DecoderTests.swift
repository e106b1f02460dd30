import Codegen
import ELF
import TargetX86_64
import TestSupport
import Testing

@Suite struct DecoderTests {
  /// What the encoder emits comes back: the same text, and the same bytes when encoded again.
  @Test func roundTripsASampleOfEveryFamily() throws {
    let printer = X86Printer(symbols: ["data"])
    var count = 0
    for family in InstructionFamily.all {
      for number in 0..<min(family.count, 150) {
        let instruction = family.instruction(at: number * 7919 % family.count)
        var buffer = CodeBuffer()
        X86Encoder.encode(instruction, into: &buffer)
        let decoder = X86Decoder(buffer.bytes, relocations: buffer.relocations)
        let decoded = try decoder.instruction(at: 0)
        var again = CodeBuffer()
        X86Encoder.encode(decoded.instruction, into: &again)
        guard decoded.length == buffer.bytes.count, again.bytes == buffer.bytes,
          again.relocations == buffer.relocations,
          printer.text(normalized(decoded.instruction)) == printer.text(normalized(instruction))
        else {
          let seen = printer.text(decoded.instruction)
          Issue.record(
            "\(printer.text(instruction)) (\(hex(buffer.bytes))) is decoded as \(seen)")
          return
        }
        count += 1
      }
    }
    #expect(count > 50_000)
  }

  /// Of instructions that have several spellings, one.
  private func normalized(_ instruction: MachineInstruction) -> MachineInstruction {
    var result = instruction
    switch result.width {
    case 1: result.immediate = Int64(Int8(truncatingIfNeeded: result.immediate))
    case 2: result.immediate = Int64(Int16(truncatingIfNeeded: result.immediate))
    case 4: result.immediate = Int64(Int32(truncatingIfNeeded: result.immediate))
    default: break
    }
    let isMove = result.opcode == X86Opcode.mov.rawValue && result.form == .ri
    if isMove && instruction.width == 8 && instruction.immediate >> 32 == 0 {
      result.width = 4
      result.immediate = Int64(Int32(truncatingIfNeeded: instruction.immediate))
    }
    let isExchange = result.opcode == X86Opcode.xchg.rawValue && result.form == .rr
    if isExchange && result.s != .rax && result.d == .rax { swap(&result.d, &result.s) }
    let isEmptyExchange = isExchange && result.d == .rax && result.s == .rax
    if isEmptyExchange && result.width == 8 { return X86.none(.nop) }
    if isEmptyExchange && result.width == 2 { return X86.nop(length: 2) }
    let isNop = result.opcode == X86Opcode.nop.rawValue
    return isNop && result.form == .i && result.immediate == 1 ? X86.none(.nop) : result
  }

  @Test func branchesNameTheOffsetOfTheirTarget() throws {
    let buffer = relaxed([
      .label(0), .jump(1), .filler(200), .jumpIf(.less, 0), .label(1), .call(0),
    ])
    let decoder = X86Decoder(buffer.bytes)
    #expect(
      X86Printer(labelPrefix: "at ").text(try decoder.instruction(at: 0).instruction)
        == "jmp at 211")
    #expect(
      X86Printer(labelPrefix: "at ").text(try decoder.instruction(at: 205).instruction) == "jl at 0"
    )
    #expect(
      X86Printer(labelPrefix: "at ").text(try decoder.instruction(at: 211).instruction)
        == "call at 0")
    let short = X86Decoder([0xEB, 0xFE])
    #expect(try short.instruction(at: 0).instruction.target == 0)
  }

  @Test func relativeOperandsWithoutRelocationKeepTheirDistance() throws {
    let bytes: [UInt8] = [0x48, 0x81, 0x3D, 0x10, 0, 0, 0, 0x2C, 0x01, 0, 0]
    let decoded = try X86Decoder(bytes).instruction(at: 0)
    #expect(X86Printer().text(decoded.instruction) == "cmp qword ptr [rip + 16], 300")
    var buffer = CodeBuffer()
    X86Encoder.encode(decoded.instruction, into: &buffer)
    #expect(buffer.bytes == bytes)
  }

  @Test(
    arguments: [
      [], [0x48], [0x66, 0x66], [0x0F], [0x48, 0x8B], [0x48, 0x8B, 0x45], [0x48, 0x8B, 0x04],
      [0x48, 0x81, 0xC1, 0x80, 0, 0], [0xE9, 0, 0, 0], [0x48, 0xB8, 1, 2, 3, 4, 5, 6, 7],
    ] as [[UInt8]])
  func anInstructionThatIsCutOffIsAnError(_ bytes: [UInt8]) {
    #expect(throws: X86DecodingError.truncated) { try X86Decoder(bytes).instruction(at: 0) }
  }

  @Test(
    arguments: [
      [0x06], [0x0F, 0xFF], [0xF3, 0x91], [0x66, 0x50], [0xC0, 0xE0, 0x08], [0x8D, 0xC0],
      [0xF2, 0x0F, 0x11, 0xC1], [0xEB, 0x7F], [0x66, 0xC9], [0x0F, 0xC7, 0xC8],
    ] as [[UInt8]])
  func whatTheEncoderNeverEmitsIsAnError(_ bytes: [UInt8]) {
    #expect(throws: X86DecodingError.unknownInstruction) {
      try X86Decoder(bytes).instruction(at: 0)
    }
  }

  /// Random bytes give an error or an instruction that exists: encoding it again, and decoding
  /// that, gives the same instruction.
  @Test func randomBytesAreDecodedToRealInstructionsOrNotAtAll() throws {
    var random = SplitMix64(state: 1)
    let printer = X86Printer()
    var decodedCount = 0
    for _ in 0..<60_000 {
      let bytes = (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      guard let decoded = try? X86Decoder(bytes).instruction(at: 0),
        decoded.instruction.form != .label, decoded.instruction.form != .rLabel
      else { continue }
      decodedCount += 1
      var buffer = CodeBuffer()
      X86Encoder.encode(decoded.instruction, into: &buffer)
      let again = try X86Decoder(buffer.bytes).instruction(at: 0)
      let text = printer.text(normalized(decoded.instruction))
      if printer.text(normalized(again.instruction)) != text || again.length > decoded.length {
        Issue.record("\(hex(bytes)): \(text) becomes \(printer.text(again.instruction))")
        return
      }
    }
    #expect(decodedCount > 10_000)
  }
}

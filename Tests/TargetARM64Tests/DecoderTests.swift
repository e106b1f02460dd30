import Codegen
import ELF
import Foundation
import TargetARM64
import TestSupport
import Testing

@Suite struct DecoderTests {
  static let isFull = EncoderComparison<InstructionFamily>.isFull

  /// Any word gives an instruction that is encoded as that very word, or none; and it can be
  /// printed.
  @Test func randomWordsAreDecodedToRealInstructionsOrNotAtAll() {
    var random = RandomNumbers(seed: 1)
    let printer = ARM64Printer()
    var decodedCount = 0
    for _ in 0..<(Self.isFull ? 20_000_000 : 300_000) {
      let word = UInt32(truncatingIfNeeded: random.next() >> 20)
      guard let instruction = ARM64Decoder.decode(word) else { continue }
      decodedCount += 1
      let text = printer.text(instruction)
      if (try? ARM64Encoder.word(instruction)) != word || text.contains("<") {
        Issue.record("\(String(word, radix: 16)): \(text)")
        return
      }
    }
    #expect(decodedCount > 50_000)
  }

  /// What we decode is what the other assembler makes of our text.
  @Test(.enabled(if: ReferenceAssembler.found != nil, "needs GNU as or llvm-mc for AArch64"))
  func textOfRandomWordsIsAssembledToTheSameWords() throws {
    let assembler = try #require(ReferenceAssembler.found)
    let words = Self.decodableWords(count: Self.isFull ? 1_000_000 : 40_000)
    let printer = ARM64Printer()
    var text = ARM64Printer.header + "\n"
    for (_, instruction) in words { text += printer.text(instruction) + "\n" }
    let bytes = try assembler.assembleText(Array(text.utf8)).bytes
    try #require(bytes.count == 4 * words.count)
    for (index, (word, instruction)) in words.enumerated() {
      let theirs = (0..<4).reduce(UInt32(0)) {
        $0 | UInt32(bytes[4 * index + $1]) << UInt32(8 * $1)
      }
      if theirs != word {
        Issue.record("\(String(word, radix: 16)): \(printer.text(instruction))")
        return
      }
    }
  }

  /// Our text is that of LLVM's disassembler, but for the writing of numbers.
  @Test(.enabled(if: findTool("llvm-mc") != nil, "needs llvm-mc"))
  func textOfRandomWordsIsThatOfLLVM() throws {
    let tool = try #require(findTool("llvm-mc"))
    let words = Self.decodableWords(count: Self.isFull ? 300_000 : 20_000).filter {
      switch ARM64Opcode(rawValue: $0.instruction.opcode) {
      // LLVM knows more names of hints and of system registers.
      case .hint, .mrs, .msr: false
      // And two barriers of later versions.
      case .dsb: $0.instruction.immediate & ~4 != 0
      default: true
      }
    }
    let directory = try TemporaryDirectory()
    let input = words.map { word, _ in
      (0..<4).map { "0x" + String(word >> UInt32(8 * $0) & 0xFF, radix: 16) }
        .joined(separator: " ")
    }.joined(separator: "\n")
    let path = try directory.write(Array(input.utf8), to: "words")
    let output = try runProgram(tool, ["--arch=aarch64", "--disassemble", path]).outputText
    let lines = output.split(separator: "\n").map { Self.canonical(String($0)) }
      .filter { !$0.isEmpty && !$0.hasPrefix(".") }
    try #require(lines.count == words.count)
    let printer = ARM64Printer()
    for (line, (word, instruction)) in zip(lines, words) {
      let ours = Self.canonical(printer.text(instruction))
      if ours != line {
        Issue.record("\(String(word, radix: 16)): \(ours), LLVM has \(line)")
        return
      }
    }
  }

  /// Words that are decoded, with instructions of all kinds: random bits in the place of operands.
  static func decodableWords(count: Int) -> [(word: UInt32, instruction: MachineInstruction)] {
    var random = RandomNumbers(seed: 77)
    var words: [(word: UInt32, instruction: MachineInstruction)] = []
    while words.count < count {
      let family = InstructionFamily.all[random.below(InstructionFamily.all.count)]
      let number = random.below(family.count)
      var word = UInt32(truncatingIfNeeded: random.next() >> 20)
      if random.below(4) > 0, let known = try? ARM64Encoder.word(family.instruction(at: number)) {
        word = known ^ 1 << UInt32(random.below(32)) ^ 1 << UInt32(random.below(32))
      }
      if let instruction = ARM64Decoder.decode(word) { words.append((word, instruction)) }
    }
    return words
  }

  /// Numbers in decimal, floating-point ones without trailing zeros, single blanks, no comment.
  static func canonical(_ line: String) -> String {
    let code = line.components(separatedBy: "//")[0].replacingOccurrences(of: "\t", with: " ")
    return code.split(separator: " ").map { word in
      guard let hash = word.firstIndex(of: "#") else { return String(word) }
      let start = word.index(after: hash)
      let end =
        word[start...].firstIndex { !($0.isHexDigit || ".-x+e".contains($0)) } ?? word.endIndex
      let number = word[start..<end]
      let value: String
      if number.contains(".") {
        value = Double(number).map { "\($0)" } ?? String(number)
      } else if number.hasPrefix("0x") {
        value = UInt64(number.dropFirst(2), radix: 16).map { "\(Int64(bitPattern: $0))" } ?? "?"
      } else {
        value = Int64(number).map { "\($0)" } ?? "?"
      }
      return word[..<start] + value + word[end...]
    }.joined(separator: " ")
  }

  @Test func targetsInTheCodeBecomeLabels() throws {
    var buffer = CodeBuffer()
    ARM64Encoder.encode(ARM64.i(.b, 8), into: &buffer)
    var branch = ARM64.i(.bCond, -4)
    branch.condition = ARM64Condition.less.rawValue
    ARM64Encoder.encode(branch, into: &buffer)
    ARM64Encoder.encode(ARM64.i(.bl, 400), into: &buffer)
    ARM64Encoder.encode(ARM64.ri(.adr, .x1, -11), into: &buffer)
    let decoder = ARM64Decoder(buffer.bytes)
    let printer = ARM64Printer(labelPrefix: "at ")
    let texts = try (0..<4).map { printer.text(try decoder.instruction(at: 4 * $0)) }
    #expect(texts == ["b at 8", "b.lt at 0", "bl #400", "adr x1, at 1"])
  }

  /// A relocation that is not of the instruction's kind says nothing about it.
  @Test func relocationsOfOtherKindsAreIgnored() throws {
    var buffer = CodeBuffer()
    ARM64Encoder.encode(ARM64.add(.x0, .x1, .x2), into: &buffer)
    ARM64Encoder.encode(ARM64.call(symbol: 0), into: &buffer)
    let kinds: [AArch64Relocation] = [.addLow12, .conditionalBranch19]
    let relocations = kinds.enumerated().map {
      Relocation(offset: 4 * $0.offset, kind: $0.element.rawValue, symbol: 0, addend: 0)
    }
    let decoder = ARM64Decoder(buffer.bytes, relocations: relocations)
    #expect(try decoder.instruction(at: 0).form == .rrr)
    #expect(try decoder.instruction(at: 4).form == .label)
  }

  @Test(arguments: [0, 1, 2, 3]) func codeThatIsCutOffIsAnError(_ count: Int) {
    let decoder = ARM64Decoder(Array(repeating: 0, count: count))
    #expect(throws: ARM64DecodingError.truncated) { try decoder.instruction(at: 0) }
    #expect(throws: ARM64DecodingError.truncated) { try decoder.instruction(at: -4) }
  }

  @Test(
    arguments: [
      0xFFFF_FFFF,  // unallocated
      0x9240_FC20,  // a bitmask of ones only
      0x0B20_0000 | 5 << 10,  // an extension shifted by 5
      0x5280_0000 | 2 << 21,  // movz of a word shifted by 32
      0xF840_0C00,  // updates its base and loads it
      0xA940_0400 & ~0x1F | 1,  // loads two values into one register
      0x4E20_1C00 | 1 << 29 | 1 << 22,  // bsl
      0xD69F_03E0,  // eret
    ] as [UInt32])
  func otherWordsAreErrors(_ word: UInt32) {
    #expect(ARM64Decoder.decode(word).map { ARM64Printer().text($0) } == nil)
    var buffer = CodeBuffer()
    buffer.append32(word)
    #expect(throws: ARM64DecodingError.unknownInstruction) {
      try ARM64Decoder(buffer.bytes).instruction(at: 0)
    }
  }
}

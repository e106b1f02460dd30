public import Codegen
public import ELF

/// The disassembler for what the encoder emits.
///
/// It is not a disassembler for all of AArch64: other instructions are errors. What it returns can
/// be encoded again and gives the same word.
public struct ARM64Decoder: Sendable {
  let code: [UInt8]
  /// Those of `code`, by offset.
  let relocations: [Relocation]

  /// `relocations` are those of the section, in increasing order of offset.
  public init(_ code: [UInt8], relocations: [Relocation] = []) {
    self.code = code
    self.relocations = relocations
  }

  /// Decodes the instruction at `offset`.
  ///
  /// A field with a relocation becomes a reference to its symbol. Without one, the target of a
  /// branch, of `adr` or of a load from near the instruction is a label whose number is the offset
  /// in `code`, if it lies there, and else the distance in bytes.
  public func instruction(at offset: Int) throws(ARM64DecodingError) -> MachineInstruction {
    guard offset >= 0, offset + 4 <= code.count else { throw .truncated }
    let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(code[offset + $1]) << UInt32(8 * $1) }
    guard var instruction = ARM64Decoder.decode(word) else { throw .unknownInstruction }
    if let relocation = relocation(at: offset), refer(&instruction, to: relocation) {
      return instruction
    }
    nameLabel(&instruction, at: offset)
    return instruction
  }

  /// The instruction of a word by itself; nil if the encoder never emits it. Distances are
  /// immediates.
  public static func decode(_ word: UInt32) -> MachineInstruction? {
    guard let instruction = WordDecoding(word).decode(),
      let again = try? ARM64Encoder.word(instruction), again == word
    else { return nil }
    return instruction
  }

  /// The relocation of the instruction at `offset`, if there is one.
  func relocation(at offset: Int) -> Relocation? {
    var low = 0
    var high = relocations.count
    while low < high {
      let middle = (low + high) / 2
      if relocations[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low < relocations.count && relocations[low].offset == offset ? relocations[low] : nil
  }

  /// Makes the instruction refer to the symbol of a relocation; false if the two do not belong
  /// together.
  private func refer(_ instruction: inout MachineInstruction, to relocation: Relocation) -> Bool {
    guard let symbol = Int32(exactly: relocation.symbol),
      let displacement = Int32(exactly: relocation.addend)
    else { return false }
    var result = instruction
    switch instruction.form {
    case .i: result.form = .symbol
    case .ri: result.form = .rSymbol
    case .rri: result.form = .rrSymbol
    case .rm, .mr: break
    default: return false
    }
    result.target = symbol
    result.displacement = displacement
    result.immediate = 0
    // The encoder knows which instructions have which relocations.
    var buffer = CodeBuffer()
    do throws(ARM64EncodingError) {
      try ARM64Encoder.assemble(result, into: &buffer)
    } catch {
      return false
    }
    guard buffer.relocations.first?.kind == relocation.kind else { return false }
    instruction = result
    return true
  }

  private func nameLabel(_ instruction: inout MachineInstruction, at offset: Int) {
    let form: OperandForm
    switch ARM64Opcode(rawValue: instruction.opcode) {
    case .b, .bl, .bCond: form = .label
    case .cbz, .cbnz, .tbz, .tbnz, .adr: form = .rLabel
    case .ldr where instruction.form == .ri, .ldrsw where instruction.form == .ri: form = .rLabel
    default: return
    }
    let target = offset + Int(instruction.immediate)
    guard target >= 0, target <= code.count, let label = Int32(exactly: target) else { return }
    instruction.form = form
    instruction.target = label
    instruction.immediate = 0
  }
}

/// Why there is no instruction at an offset.
public enum ARM64DecodingError: Error, Sendable, Hashable {
  /// The code ends within the instruction.
  case truncated
  /// The encoder never emits this word.
  case unknownInstruction
}

/// One word while it is being decoded. Only what tells instructions apart is checked here; whether
/// the rest is as the encoder would make it, the decoder finds out by encoding again.
struct WordDecoding {
  let word: UInt32

  init(_ word: UInt32) { self.word = word }

  /// The groups of instructions (Arm ARM, C4.1, "A64 instruction set encoding").
  func decode() -> MachineInstruction? {
    switch word >> 25 & 15 {
    case 0: word >> 16 == 0 ? ARM64.i(.udf, Int64(word)) : nil
    case 8, 9: decodeImmediate()
    case 10, 11: decodeControl()
    case 4, 6, 12, 14: decodeMemory()
    case 5, 13: decodeRegister()
    case 7, 15: decodeFloat()
    default: nil
    }
  }

  // MARK: Fields

  /// `count` bits from `lowest` on.
  @inline(__always)
  func bits(_ lowest: UInt32, _ count: UInt32) -> UInt32 { word >> lowest & (1 << count - 1) }

  @inline(__always)
  func bit(_ index: UInt32) -> Bool { word >> index & 1 != 0 }

  /// `count` bits from `lowest` on, as a number with sign.
  func signed(_ lowest: UInt32, _ count: UInt32) -> Int64 {
    let unused = 64 - Int64(count)
    return (Int64(bits(lowest, count)) << unused) >> unused
  }

  /// 4 or 8, from bit 31.
  var width: UInt8 { bit(31) ? 8 : 4 }

  /// 4 or 8, the size of floating-point numbers, from bit 22; 0 if there is no such size.
  var floatWidth: UInt8 {
    switch bits(22, 2) {
    case 0: 4
    case 1: 8
    default: 0
    }
  }

  func general(_ lowest: UInt32) -> Register {
    let number = bits(lowest, 5)
    return number == 31 ? .zr : Register(Int32(number))
  }

  func generalOrStackPointer(_ lowest: UInt32) -> Register { Register(Int32(bits(lowest, 5))) }

  func float(_ lowest: UInt32) -> Register { .v(Int32(bits(lowest, 5))) }

  /// The opcode `distance` places after `first`.
  func opcode(_ first: ARM64Opcode, _ distance: UInt32) -> ARM64Opcode? {
    ARM64Opcode(rawValue: first.rawValue + UInt16(truncatingIfNeeded: distance))
  }
}

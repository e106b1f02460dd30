import Codegen
import ELF
import TargetX86_64

/// One instruction as it is shown.
struct CodeLine {
  /// In bytes.
  var length: Int
  var text: String
  /// Where in the code (or outside of it) the instruction refers to, relative to itself.
  var target: Int?
  /// Whether the text ends with the address of the target.
  var namesTarget = false
  /// An instruction that fills gaps; runs of it are shown as one.
  var isFiller = false
}

/// What the disassembly needs of a machine.
protocol CodeReader {
  /// Code consists of units of so many bytes: what is no instruction is shown in units.
  static var unit: Int { get }

  /// `relocations` are in increasing order of offset; their symbols are indices into `symbols`, or
  /// negative. The first byte of `code` has the address `base`.
  init(_ code: [UInt8], relocations: [Relocation], symbols: [String], base: UInt64)

  /// The instruction at an offset of the code, or nil if there is none that the machine's decoder
  /// knows.
  mutating func line(at offset: Int) -> CodeLine?
}

/// x86-64, in Intel syntax.
struct X86CodeReader: CodeReader {
  static let unit = 1

  private let code: [UInt8]
  private let decoder: X86Decoder
  private var printer: X86Printer
  private let base: UInt64

  init(_ code: [UInt8], relocations: [Relocation], symbols: [String], base: UInt64) {
    self.code = code
    decoder = X86Decoder(code, relocations: relocations)
    printer = X86Printer(symbols: symbols)
    self.base = base
  }

  mutating func line(at offset: Int) -> CodeLine? {
    var instruction: MachineInstruction
    let length: Int
    if let decoded = try? decoder.instruction(at: offset) {
      (instruction, length) = (decoded.instruction, decoded.length)
    } else if let branch = leavingBranch(at: offset) {
      (instruction, length) = branch
    } else {
      return bytes(at: offset)
    }
    let end = offset + length
    var line = CodeLine(length: length, text: "")
    switch instruction.form {
    case .label:
      line.target = Int(instruction.target)
      line.namesTarget = true
      let address = base &+ UInt64(truncatingIfNeeded: Int(instruction.target))
      printer.labelNames = [instruction.target: hex(address)]
    case .rLabel:
      // As the processor sees it: relative to the next instruction.
      line.target = Int(instruction.target)
      instruction.form = .rm
      instruction.base = .rip
      instruction.displacement = Int32(truncatingIfNeeded: Int(instruction.target) - end)
      instruction.target = -1
    default:
      if instruction.base == .rip { line.target = end + Int(instruction.displacement) }
    }
    let opcode = X86Opcode(rawValue: instruction.opcode)
    line.isFiller = opcode == .int3
    line.text = opcode == .nop ? "nop" : printer.text(instruction)
    return line
  }

  /// A branch to a place outside of the code, for which the decoder has no label.
  private func leavingBranch(at offset: Int) -> (MachineInstruction, length: Int)? {
    let bytes = code[offset...].prefix(6)
    let first = code[offset]
    let second = bytes.dropFirst().first ?? 0
    let isLongCondition = first == 0x0F && second & 0xF0 == 0x80
    let isShort = first == 0xEB || first & 0xF0 == 0x70
    guard isShort || isLongCondition || first == 0xE8 || first == 0xE9 else { return nil }
    let length = isShort ? 2 : isLongCondition ? 6 : 5
    guard bytes.count >= length else { return nil }
    let field = bytes.prefix(length).suffix(isShort ? 1 : 4)
    let bits = field.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let distance = isShort ? Int(Int8(truncatingIfNeeded: bits)) : Int(Int32(bitPattern: bits))
    guard let target = Int32(exactly: offset + length + distance) else { return nil }
    if first == 0xE8 { return (X86.call(label: target), length) }
    guard isLongCondition || first & 0xF0 == 0x70 else { return (X86.jump(target), length) }
    let number = (isLongCondition ? second : first) & 15
    return X86Condition(rawValue: number).map { (X86.jump($0, target), length) }
  }

  /// An instruction that is not among those of the decoder, as its bytes.
  private func bytes(at offset: Int) -> CodeLine? {
    guard let length = x86InstructionLength(code, at: offset) else { return nil }
    let bytes = code[offset..<offset + length].map { byte in
      "0x" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
    return CodeLine(length: length, text: ".byte " + bytes.joined(separator: ", "))
  }
}

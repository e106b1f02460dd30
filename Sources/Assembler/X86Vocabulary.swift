import Codegen
import TargetX86_64

/// The name of a register in a source.
struct X86RegisterName: Sendable {
  enum Kind: UInt8, Sendable {
    case general, float, instructionPointer, segment
    /// ah, ch, dh, bh: `register` is the one with the same number, which needs a REX prefix.
    case highByte
    /// What the processor has and we do not encode.
    case unsupported
  }

  var kind: Kind
  var register: Register
  /// Bytes; of an SSE register 16.
  var width: UInt8
  /// Of a segment register the prefix that selects it.
  var prefix: UInt8 = 0

  static let all: [(String, X86RegisterName)] = {
    var result: [(String, X86RegisterName)] = []
    for number in Int32(0)..<16 {
      for width: UInt8 in [1, 2, 4, 8] {
        result.append(
          (
            X86Printer.name(of: Register(number), width: width),
            X86RegisterName(kind: .general, register: Register(number), width: width)
          ))
      }
      result.append(
        ("xmm\(number)", X86RegisterName(kind: .float, register: .xmm(number), width: 16)))
    }
    result.append(
      ("rip", X86RegisterName(kind: .instructionPointer, register: .rip, width: 8)))
    for (name, prefix) in [
      ("es", 0x26), ("cs", 0x2E), ("ss", 0x36), ("ds", 0x3E), ("fs", 0x64), ("gs", 0x65),
    ] {
      result.append(
        (
          name,
          X86RegisterName(kind: .segment, register: .none, width: 2, prefix: UInt8(prefix))
        ))
    }
    for (number, name) in ["ah", "ch", "dh", "bh"].enumerated() {
      let register = Register(Int32(4 + number))
      result.append((name, X86RegisterName(kind: .highByte, register: register, width: 1)))
    }
    var unsupported = ["eip", "st"]
    unsupported += (16..<32).map { "xmm\($0)" }
    for prefix in ["ymm", "zmm"] { unsupported += (0..<32).map { "\(prefix)\($0)" } }
    for prefix in ["mm", "k", "bnd"] { unsupported += (0..<8).map { "\(prefix)\($0)" } }
    for prefix in ["cr", "dr"] { unsupported += (0..<16).map { "\(prefix)\($0)" } }
    for name in unsupported {
      result.append((name, X86RegisterName(kind: .unsupported, register: .none, width: 0)))
    }
    return result
  }()
}

/// One reading of a mnemonic; several may have the same name.
struct X86Mnemonic: Sendable {
  /// Of a prefix or a short branch: `nop`, which has no such form.
  var opcode: X86Opcode
  var condition: UInt8 = 0
  /// A width that the mnemonic implies, or 0.
  var width: UInt8 = 0
  /// A prefix that is written like an instruction: its byte.
  var prefix: UInt8?
  /// A branch that has no long form: its opcode.
  var shortBranch: UInt8?
  /// An immediate that the mnemonic names.
  var immediate: Int64?
  /// Whether a constant is always moved with 64 bits: `movabs`.
  var isAbsolute = false
  var isOnlyATT = false

  /// Every mnemonic once, in a fixed order; the first reading whose operands fit counts.
  static func all() -> [(String, [X86Mnemonic])] {
    var order: [String] = []
    var table: [String: [X86Mnemonic]] = [:]
    func add(_ name: String, _ mnemonic: X86Mnemonic) {
      if table[name] == nil { order.append(name) }
      table[name, default: []].append(mnemonic)
    }
    for opcode in X86Opcode.allCases {
      switch opcode {
      case .setcc, .cmovcc, .jcc:
        for (suffix, condition) in conditions {
          add(
            opcode.mnemonic + suffix,
            X86Mnemonic(opcode: opcode, condition: condition.rawValue))
        }
      case .movs, .cmps, .stos, .lods, .scas:
        for (suffix, width) in [("b", UInt8(1)), ("w", 2), ("d", 4), ("q", 8)] {
          add(opcode.mnemonic + suffix, X86Mnemonic(opcode: opcode, width: width))
        }
        add(opcode.mnemonic + "l", X86Mnemonic(opcode: opcode, width: 4, isOnlyATT: true))
      default: add(opcode.mnemonic, X86Mnemonic(opcode: opcode))
      }
    }
    for (number, relation) in ["eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"].enumerated() {
      for (suffix, opcode) in [
        ("sd", X86Opcode.cmpsdBy), ("ss", .cmpssBy), ("pd", .cmppdBy), ("ps", .cmppsBy),
      ] {
        add(
          "cmp" + relation + suffix, X86Mnemonic(opcode: opcode, immediate: Int64(number)))
      }
    }
    add("movabs", X86Mnemonic(opcode: .mov, width: 8, isAbsolute: true))
    add("movsx", X86Mnemonic(opcode: .movsxd))
    add("sal", X86Mnemonic(opcode: .shl))
    add("sal", X86Mnemonic(opcode: .shlCL))
    for (name, byte) in [
      ("lock", 0xF0), ("rep", 0xF3), ("repe", 0xF3), ("repz", 0xF3), ("repne", 0xF2),
      ("repnz", 0xF2),
    ] {
      add(name, X86Mnemonic(opcode: .nop, prefix: UInt8(byte)))
    }
    for (name, byte) in [
      ("loopne", 0xE0), ("loopnz", 0xE0), ("loope", 0xE1), ("loopz", 0xE1), ("loop", 0xE2),
      ("jrcxz", 0xE3),
    ] {
      add(name, X86Mnemonic(opcode: .nop, shortBranch: UInt8(byte)))
    }
    for (name, opcode, width) in attExtensions {
      add(name, X86Mnemonic(opcode: opcode, width: width, isOnlyATT: true))
    }
    for (name, opcode) in attNames {
      add(name, X86Mnemonic(opcode: opcode, isOnlyATT: true))
    }
    return order.map { ($0, table[$0] ?? []) }
  }

  /// The suffixes of conditions, with their synonyms (Intel manual, volume 2, appendix B.1.4.7).
  private static let conditions: [(String, X86Condition)] =
    X86Condition.allCases.map { ($0.suffix, $0) } + [
      ("c", .below), ("nae", .below), ("nb", .aboveOrEqual), ("nc", .aboveOrEqual),
      ("z", .equal), ("nz", .notEqual), ("na", .belowOrEqual), ("nbe", .above),
      ("pe", .parity), ("po", .noParity), ("nge", .less), ("nl", .greaterOrEqual),
      ("ng", .lessOrEqual), ("nle", .greater),
    ]

  /// Extensions whose name has both widths.
  private static let attExtensions: [(String, X86Opcode, UInt8)] = [
    ("movzbw", .movzx8, 2), ("movzbl", .movzx8, 4), ("movzbq", .movzx8, 8),
    ("movzwl", .movzx16, 4), ("movzwq", .movzx16, 8),
    ("movsbw", .movsx8, 2), ("movsbl", .movsx8, 4), ("movsbq", .movsx8, 8),
    ("movswl", .movsx16, 4), ("movswq", .movsx16, 8), ("movslq", .movsxd, 8),
    ("movzb", .movzx8, 0), ("movzw", .movzx16, 0),
  ]

  /// Instructions that AT&T syntax calls otherwise.
  private static let attNames: [(String, X86Opcode)] = [
    ("cltd", .cdq), ("cqto", .cqo), ("cbtw", .cbw), ("cwtl", .cwde), ("cltq", .cdqe),
    ("cwtd", .cwd), ("pushf", .pushfq), ("popf", .popfq),
  ]
}

import Codegen
import TargetARM64

/// What a mnemonic of AArch64 stands for: mnemonics of one case have their operands in common.
enum ARM64Mnemonic: Sendable {
  // Integer arithmetic and logic
  case addSubtract(ARM64Opcode), compare(ARM64Opcode), negate(ARM64Opcode)
  case negateWithCarry(ARM64Opcode)
  case logical(ARM64Opcode), test, moveNot
  case move, moveWide(ARM64Opcode)
  case bitfield(ARM64Opcode), bitfieldAlias(BitfieldAlias)
  case extend(ARM64Opcode, bytes: UInt8)
  case shift(ARM64Opcode), extract
  case twoRegisters(ARM64Opcode), threeRegisters(ARM64Opcode)
  case multiplyAdd(ARM64Opcode), multiply(ARM64Opcode)
  // Conditions
  case select(ARM64Opcode), conditionalSet(ARM64Opcode), conditionalChange(ARM64Opcode)
  case conditionalCompare(ARM64Opcode)
  // Memory; `width` 0 is that of the register
  case address(ARM64Opcode)
  case load(ARM64Opcode, width: UInt8, isUnscaled: Bool)
  case pair(ARM64Opcode)
  case exclusive(ARM64Opcode, width: UInt8)
  // Control
  case branch(ARM64Opcode), conditionalBranch(ARM64Condition)
  case compareBranch(ARM64Opcode), testBranch(ARM64Opcode), registerBranch(ARM64Opcode)
  // System
  case number(ARM64Opcode), hint(Int64), barrier(ARM64Opcode), systemRegister(ARM64Opcode)
  // Floating point
  case floatMove, floatUnary(ARM64Opcode), floatConvert
  case floatBinary(ARM64Opcode), floatMultiplyAdd(ARM64Opcode), floatCompare(ARM64Opcode)
  case toInteger(ARM64Opcode), fromInteger(ARM64Opcode)
  // Vectors
  case moveVectorConstant, countOnes, addAcross

  enum BitfieldAlias: Sendable { case ubfx, sbfx, ubfiz, sbfiz, bfi, bfxil }

  /// Every mnemonic once, in a fixed order.
  static func all() -> [(String, ARM64Mnemonic)] {
    var result: [(String, ARM64Mnemonic)] = []
    func add(_ opcodes: [ARM64Opcode], _ make: (ARM64Opcode) -> ARM64Mnemonic) {
      for opcode in opcodes { result.append(("\(opcode)", make(opcode))) }
    }
    add([.add, .adds, .sub, .subs]) { .addSubtract($0) }
    add([.and, .bic, .orr, .orn, .eor, .eon, .ands, .bics]) { .logical($0) }
    add([.movn, .movz, .movk]) { .moveWide($0) }
    add([.sbfm, .bfm, .ubfm]) { .bitfield($0) }
    add([.rbit, .rev16, .rev32, .rev, .clz, .cls]) { .twoRegisters($0) }
    add([.adc, .adcs, .sbc, .sbcs, .udiv, .sdiv, .lslv, .lsrv, .asrv, .rorv, .smulh, .umulh]) {
      .threeRegisters($0)
    }
    add([.madd, .msub, .smaddl, .smsubl, .umaddl, .umsubl]) { .multiplyAdd($0) }
    add([.csel, .csinc, .csinv, .csneg, .fcsel]) { .select($0) }
    add([.ccmn, .ccmp, .fccmp, .fccmpe]) { .conditionalCompare($0) }
    add([.adr, .adrp]) { .address($0) }
    add([.ldr, .str]) { .load($0, width: 0, isUnscaled: false) }
    add([.ldrsb, .ldrsh, .ldrsw]) { .load($0, width: 0, isUnscaled: false) }
    add([.ldp, .stp, .ldpsw]) { .pair($0) }
    add([.ldar, .ldxr, .ldaxr, .stlr, .stxr, .stlxr]) { .exclusive($0, width: 0) }
    add([.b, .bl]) { .branch($0) }
    add([.cbz, .cbnz]) { .compareBranch($0) }
    add([.tbz, .tbnz]) { .testBranch($0) }
    add([.br, .blr, .ret]) { .registerBranch($0) }
    add([.svc, .brk, .udf, .hint]) { .number($0) }
    add([.dsb, .dmb, .isb, .clrex]) { .barrier($0) }
    add([.mrs, .msr]) { .systemRegister($0) }
    add([
      .fabs, .fneg, .fsqrt, .frintn, .frintp, .frintm, .frintz, .frinta, .frintx, .frinti,
    ]) { .floatUnary($0) }
    add([.fmul, .fdiv, .fadd, .fsub, .fmax, .fmin, .fmaxnm, .fminnm, .fnmul]) {
      .floatBinary($0)
    }
    add([.fmadd, .fmsub, .fnmadd, .fnmsub]) { .floatMultiplyAdd($0) }
    add([.fcmp, .fcmpe]) { .floatCompare($0) }
    add([
      .fcvtns, .fcvtnu, .fcvtps, .fcvtpu, .fcvtms, .fcvtmu, .fcvtzs, .fcvtzu, .fcvtas, .fcvtau,
    ]) { .toInteger($0) }
    add([.scvtf, .ucvtf]) { .fromInteger($0) }
    return result + aliases + memory + conditionalBranches
  }

  private static let aliases: [(String, ARM64Mnemonic)] = [
    ("cmp", .compare(.subs)), ("cmn", .compare(.adds)),
    ("neg", .negate(.sub)), ("negs", .negate(.subs)),
    ("ngc", .negateWithCarry(.sbc)), ("ngcs", .negateWithCarry(.sbcs)),
    ("tst", .test), ("mvn", .moveNot), ("mov", .move), ("fmov", .floatMove),
    ("fcvt", .floatConvert),
    ("ubfx", .bitfieldAlias(.ubfx)), ("sbfx", .bitfieldAlias(.sbfx)),
    ("ubfiz", .bitfieldAlias(.ubfiz)), ("sbfiz", .bitfieldAlias(.sbfiz)),
    ("bfi", .bitfieldAlias(.bfi)), ("bfxil", .bitfieldAlias(.bfxil)),
    ("sxtb", .extend(.sbfm, bytes: 1)), ("sxth", .extend(.sbfm, bytes: 2)),
    ("sxtw", .extend(.sbfm, bytes: 4)), ("uxtb", .extend(.ubfm, bytes: 1)),
    ("uxth", .extend(.ubfm, bytes: 2)), ("uxtw", .extend(.ubfm, bytes: 4)),
    ("lsl", .shift(.lslv)), ("lsr", .shift(.lsrv)), ("asr", .shift(.asrv)),
    ("ror", .shift(.rorv)), ("extr", .extract),
    ("mul", .multiply(.madd)), ("mneg", .multiply(.msub)), ("smull", .multiply(.smaddl)),
    ("smnegl", .multiply(.smsubl)), ("umull", .multiply(.umaddl)),
    ("umnegl", .multiply(.umsubl)),
    ("cset", .conditionalSet(.csinc)), ("csetm", .conditionalSet(.csinv)),
    ("cinc", .conditionalChange(.csinc)), ("cinv", .conditionalChange(.csinv)),
    ("cneg", .conditionalChange(.csneg)),
    ("nop", .hint(0)), ("yield", .hint(1)), ("wfe", .hint(2)), ("wfi", .hint(3)),
    ("sev", .hint(4)), ("sevl", .hint(5)),
    ("movi", .moveVectorConstant), ("cnt", .countOnes), ("addv", .addAcross),
  ]

  private static let memory: [(String, ARM64Mnemonic)] = [
    ("ldrb", .load(.ldr, width: 1, isUnscaled: false)),
    ("ldrh", .load(.ldr, width: 2, isUnscaled: false)),
    ("strb", .load(.str, width: 1, isUnscaled: false)),
    ("strh", .load(.str, width: 2, isUnscaled: false)),
    ("ldur", .load(.ldr, width: 0, isUnscaled: true)),
    ("stur", .load(.str, width: 0, isUnscaled: true)),
    ("ldurb", .load(.ldr, width: 1, isUnscaled: true)),
    ("ldurh", .load(.ldr, width: 2, isUnscaled: true)),
    ("sturb", .load(.str, width: 1, isUnscaled: true)),
    ("sturh", .load(.str, width: 2, isUnscaled: true)),
    ("ldursb", .load(.ldrsb, width: 0, isUnscaled: true)),
    ("ldursh", .load(.ldrsh, width: 0, isUnscaled: true)),
    ("ldursw", .load(.ldrsw, width: 0, isUnscaled: true)),
    ("ldarb", .exclusive(.ldar, width: 1)), ("ldarh", .exclusive(.ldar, width: 2)),
    ("ldxrb", .exclusive(.ldxr, width: 1)), ("ldxrh", .exclusive(.ldxr, width: 2)),
    ("ldaxrb", .exclusive(.ldaxr, width: 1)), ("ldaxrh", .exclusive(.ldaxr, width: 2)),
    ("stlrb", .exclusive(.stlr, width: 1)), ("stlrh", .exclusive(.stlr, width: 2)),
    ("stxrb", .exclusive(.stxr, width: 1)), ("stxrh", .exclusive(.stxr, width: 2)),
    ("stlxrb", .exclusive(.stlxr, width: 1)), ("stlxrh", .exclusive(.stlxr, width: 2)),
  ]

  /// `b.eq`, and `beq` for those who are used to it.
  private static let conditionalBranches: [(String, ARM64Mnemonic)] =
    conditions.flatMap { name, condition in
      [
        ("b.\(name)", .conditionalBranch(condition)), ("b\(name)", .conditionalBranch(condition)),
      ]
    }

  /// The conditions by name.
  static let conditions: [(String, ARM64Condition)] =
    ARM64Condition.allCases.map { ($0.name, $0) } + [("cs", .carrySet), ("cc", .carryClear)]
}

/// The name of a register in a source.
struct ARM64RegisterName {
  var register: Register
  /// Bytes of the operand; 8 or 16 for the arrangements of a vector.
  var width: UInt8
  var isFloat = false
  /// `.8b`, `.16b`, `.2d`, without the point; empty for a scalar.
  var arrangement = ""

  var isGeneral: Bool { !isFloat }

  /// The register called `name`, in lower case.
  init?(_ name: String) {
    switch name {
    case "sp": self.init(register: .sp, width: 8)
    case "wsp": self.init(register: .sp, width: 4)
    case "xzr": self.init(register: .zr, width: 8)
    case "wzr": self.init(register: .zr, width: 4)
    case "lr": self.init(register: .x30, width: 8)
    case "fp": self.init(register: .x29, width: 8)
    default:
      guard let first = name.utf8.first, name.utf8.count <= 7 else { return nil }
      let parts = name.dropFirst().split(
        separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard let digits = parts.first, digits.utf8.count <= 2, let number = UInt8(digits),
        digits.utf8.count == 1 || digits.utf8.first != UInt8(ascii: "0"),
        digits.utf8.first.map({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) ?? false
      else { return nil }
      let isVector = first == UInt8(ascii: "v")
      guard number < 32, (parts.count == 2) == isVector else { return nil }
      switch first {
      case UInt8(ascii: "x") where number < 31:
        self.init(register: .x(Int32(number)), width: 8)
      case UInt8(ascii: "w") where number < 31:
        self.init(register: .x(Int32(number)), width: 4)
      case UInt8(ascii: "b"): self.init(register: .v(Int32(number)), width: 1, isFloat: true)
      case UInt8(ascii: "h"): self.init(register: .v(Int32(number)), width: 2, isFloat: true)
      case UInt8(ascii: "s"): self.init(register: .v(Int32(number)), width: 4, isFloat: true)
      case UInt8(ascii: "d"): self.init(register: .v(Int32(number)), width: 8, isFloat: true)
      case UInt8(ascii: "q"): self.init(register: .v(Int32(number)), width: 16, isFloat: true)
      case UInt8(ascii: "v"):
        let arrangement = String(parts[1])
        guard arrangement == "8b" || arrangement == "16b" || arrangement == "2d" else {
          return nil
        }
        self.init(
          register: .v(Int32(number)), width: arrangement == "8b" ? 8 : 16, isFloat: true,
          arrangement: arrangement)
      default: return nil
      }
    }
  }

  private init(
    register: Register, width: UInt8, isFloat: Bool = false, arrangement: String = ""
  ) {
    self.register = register
    self.width = width
    self.isFloat = isFloat
    self.arrangement = arrangement
  }
}

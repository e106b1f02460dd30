public import Codegen

/// Names for the numbers in the operands of instructions.
public struct ARM64Printer: Sendable {
  /// Names of the symbols that `target` indexes.
  public var symbols: [String]
  /// Put before the number of a label.
  public var labelPrefix: String
  /// Names of the labels that have one.
  public var labelNames: [Int32: String] = [:]

  public init(symbols: [String] = [], labelPrefix: String = ".L") {
    self.symbols = symbols
    self.labelPrefix = labelPrefix
  }

  /// The line that a listing begins with: nothing but the base architecture is used.
  public static let header = ".arch armv8-a"

  /// Appends one instruction in the syntax of GNU `as`, without indentation or newline, with the
  /// aliases that the manual prefers.
  public func print(_ instruction: MachineInstruction, into text: inout String) {
    guard let opcode = ARM64Opcode(rawValue: instruction.opcode) else {
      text += "<opcode \(instruction.opcode)>"
      return
    }
    let spelling = spelling(opcode, instruction)
    text += spelling.mnemonic
    var separator = " "
    for operand in spelling.operands {
      text += separator
      text += operand
      separator = ", "
    }
  }

  /// The instruction as text; see ``print(_:into:)``.
  public func text(_ instruction: MachineInstruction) -> String {
    var text = ""
    print(instruction, into: &text)
    return text
  }

  /// How a label is written.
  public func label(_ number: Int32) -> String {
    labelNames[number].map(ARM64Printer.quoted) ?? labelPrefix + String(number)
  }

  /// What stands in a line: the mnemonic and its operands.
  struct Spelling {
    var mnemonic: String
    var operands: [String]

    init(_ mnemonic: String, _ operands: String...) {
      self.mnemonic = mnemonic
      self.operands = operands
    }

    /// The same with one more operand, unless it is empty.
    func adding(_ operand: String) -> Spelling {
      var result = self
      if !operand.isEmpty { result.operands.append(operand) }
      return result
    }
  }

  private func spelling(_ opcode: ARM64Opcode, _ instruction: MachineInstruction) -> Spelling {
    switch opcode {
    case .add, .adds, .sub, .subs: addSubtract(opcode, instruction)
    case .and, .bic, .orr, .orn, .eor, .eon, .ands, .bics: logical(opcode, instruction)
    case .movn, .movz, .movk: moveWide(opcode, instruction)
    case .sbfm, .bfm, .ubfm: bitfield(opcode, instruction)
    case .extr: extract(instruction)
    case .adc, .adcs, .sbc, .sbcs: withCarry(opcode, instruction)
    case .madd, .msub, .smaddl, .smsubl, .umaddl, .umsubl: multiplyAdd(opcode, instruction)
    case .csel, .csinc, .csinv, .csneg, .fcsel: select(opcode, instruction)
    case .ccmn, .ccmp, .fccmp, .fccmpe: conditionalCompare(opcode, instruction)
    case .ldr, .str, .ldrsb, .ldrsh, .ldrsw: loadStore(opcode, instruction)
    case .ldp, .stp, .ldpsw: pair(opcode, instruction)
    case .ldar, .ldxr, .ldaxr, .stlr, .stxr, .stlxr: synchronized(opcode, instruction)
    case .adr, .adrp, .b, .bl, .bCond, .cbz, .cbnz, .tbz, .tbnz, .br, .blr, .ret, .svc, .brk, .udf,
      .hint, .clrex, .dsb, .dmb, .isb, .mrs, .msr:
      control(opcode, instruction)
    case .fmov, .fcvt, .fcmp, .fcmpe, .fcvtns, .fcvtnu, .fcvtps, .fcvtpu, .fcvtms, .fcvtmu,
      .fcvtzs, .fcvtzu, .fcvtas, .fcvtau, .scvtf, .ucvtf:
      floatSpecial(opcode, instruction)
    case .movi, .andVector, .bicVector, .orrVector, .ornVector, .eorVector, .cnt, .addv:
      vector(opcode, instruction)
    case .lslv, .lsrv, .asrv, .rorv:
      plain(String("\(opcode)".dropLast()), instruction)
    case .smulh, .umulh, .rbit, .rev16, .rev32, .rev, .clz, .cls, .udiv, .sdiv, .fabs, .fneg,
      .fsqrt, .frintn, .frintp, .frintm, .frintz, .frinta, .frintx, .frinti, .fmul, .fdiv, .fadd,
      .fsub, .fmax, .fmin, .fmaxnm, .fminnm, .fnmul, .fmadd, .fmsub, .fnmadd, .fnmsub:
      plain("\(opcode)", instruction)
    }
  }

  /// All registers that the form has, in their order.
  private func plain(_ mnemonic: String, _ instruction: MachineInstruction) -> Spelling {
    var spelling = Spelling(mnemonic, name(instruction.d, instruction))
    if instruction.form == .r { return spelling }
    spelling = spelling.adding(name(instruction.s, instruction))
    if instruction.form == .rr { return spelling }
    spelling = spelling.adding(name(instruction.index, instruction))
    return instruction.form == .rrr
      ? spelling : spelling.adding(name(instruction.base, instruction))
  }

  // MARK: Operands

  /// A register as an operand of the instruction's width.
  func name(_ register: Register, _ instruction: MachineInstruction) -> String {
    registerName(register, width: instruction.width)
  }

  func number(_ value: Int64) -> String { "#" + String(value) }

  func conditionName(_ instruction: MachineInstruction) -> String {
    ARM64Condition(rawValue: instruction.condition)?.name ?? "<condition>"
  }

  /// What a branch or an address near the instruction refers to: a label, a symbol, or a number of
  /// bytes.
  func reference(_ instruction: MachineInstruction) -> String {
    switch instruction.form {
    case .label, .rLabel: label(instruction.target)
    case .symbol, .rSymbol: symbol(instruction)
    default: number(instruction.immediate)
    }
  }

  /// The symbol of the instruction and its displacement.
  func symbol(_ instruction: MachineInstruction) -> String {
    let index = Int(instruction.target)
    let displacement = instruction.displacement
    let name =
      symbols.indices.contains(index) ? ARM64Printer.quoted(symbols[index]) : "symbol\(index)"
    if displacement == 0 { return name }
    return name + (displacement < 0 ? "-" : "+") + String(displacement.magnitude)
  }

  /// A name as the assembler reads it: quoted unless it consists of the usual characters.
  public static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "$"):
        true
      default: false
      }
    }
    return isPlain ? name : "\"\(name)\""
  }
}

/// The name of a register as an operand of `width` bytes. Virtual registers are `v0`, `v1`, … in
/// angle brackets.
func registerName(_ register: Register, width: UInt8) -> String {
  if register.isNone { return "<none>" }
  if register.isVirtual { return "<v\(register.index - Register.firstVirtual)>" }
  let isWide = width > 4
  if register == .zr { return isWide ? "xzr" : "wzr" }
  if register == .sp { return isWide ? "sp" : "wsp" }
  if register.isFloat {
    let prefix =
      switch width {
      case 1: "b"
      case 2: "h"
      case 4: "s"
      case 8: "d"
      default: "q"
      }
    return prefix + String(register.hardwareNumber)
  }
  return (isWide ? "x" : "w") + String(register.index)
}

/// An instruction as text that is always possible, even for those that cannot be encoded: for
/// messages about defects.
func describe(_ instruction: MachineInstruction) -> String {
  ARM64Printer().text(instruction) + " (form \(instruction.form), width \(instruction.width))"
}

import Codegen
import ELF

// Registers, widths and references: what all instructions have in common.

extension ARM64Encoder {
  /// The number of a general register or zero.
  @inline(__always)
  static func general(_ register: Register) throws(ARM64EncodingError) -> UInt32 {
    if UInt32(bitPattern: register.index) < 31 { return UInt32(bitPattern: register.index) }
    if register == .zr { return 31 }
    throw .notGeneral
  }

  /// The number of a general register or the stack pointer.
  @inline(__always)
  static func generalOrStackPointer(_ register: Register) throws(ARM64EncodingError) -> UInt32 {
    if UInt32(bitPattern: register.index) < 32 { return UInt32(bitPattern: register.index) }
    throw .notGeneralOrStackPointer
  }

  /// The number of a SIMD&FP register.
  @inline(__always)
  static func float(_ register: Register) throws(ARM64EncodingError) -> UInt32 {
    let number = UInt32(bitPattern: register.index &- Register.firstFloat)
    if number >= 32 { throw .notFloat }
    return number
  }

  /// The bit 31 that selects 64 bits.
  @inline(__always)
  static func size(_ instruction: MachineInstruction) throws(ARM64EncodingError) -> UInt32 {
    if instruction.width == 8 { return 1 << 31 }
    if instruction.width == 4 { return 0 }
    throw .wrongWidth
  }

  @inline(__always)
  static func requireWidth8(_ instruction: MachineInstruction) throws(ARM64EncodingError) {
    if instruction.width != 8 { throw .wrongWidth }
  }

  @inline(__always)
  static func require(
    _ form: OperandForm, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) {
    if instruction.form != form { throw .noSuchForm }
  }

  /// The type of floating-point numbers of `width` bytes, in bits 23 and 22.
  @inline(__always)
  static func floatType(_ width: UInt8) throws(ARM64EncodingError) -> UInt32 {
    if width == 8 { return 1 << 22 }
    if width == 4 { return 0 }
    throw .wrongWidth
  }

  @inline(__always)
  static func condition(_ instruction: MachineInstruction) throws(ARM64EncodingError) -> UInt32 {
    if instruction.condition >= 16 { throw .noSuchCondition }
    return UInt32(instruction.condition)
  }

  /// An immediate of `bits` bits without sign.
  @inline(__always)
  static func unsigned(
    _ value: Int64, bits: UInt32
  ) throws(ARM64EncodingError) -> UInt32 {
    if value < 0 || value >= 1 << Int64(bits) { throw .immediateOutOfRange }
    return UInt32(truncatingIfNeeded: value)
  }

  /// A number of bits of `bits` bits.
  @inline(__always)
  static func amount(
    _ instruction: MachineInstruction, below limit: UInt8
  ) throws(ARM64EncodingError) -> UInt32 {
    if instruction.amount >= limit { throw .amountOutOfRange }
    return UInt32(instruction.amount)
  }

  /// d, s and index as bits 4:0, 9:5 and 20:16.
  @inline(__always)
  static func threeRegisters(
    _ base: UInt32, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    try require(.rrr, instruction)
    if instruction.modifier != 0 || instruction.amount != 0 { throw .wrongModifier }
    let d = try general(instruction.d)
    let s = try general(instruction.s)
    let m = try general(instruction.index)
    return base | (try size(instruction)) | m << 16 | s << 5 | d
  }

  // MARK: References

  /// Notes what the word at `offset` needs of the label or symbol that the instruction names.
  static func noteReference(
    _ instruction: MachineInstruction, at offset: Int, _ buffer: inout CodeBuffer
  ) throws(ARM64EncodingError) {
    guard let opcode = ARM64Opcode(rawValue: instruction.opcode) else { throw .unknownOpcode }
    let field = try referenceField(opcode, instruction)
    switch instruction.form {
    case .label, .rLabel:
      guard let kind = field.fixup else { throw .noSuchForm }
      buffer.fixups.append(
        CodeBuffer.Fixup(offset: Int32(offset), label: instruction.target, kind: kind.rawValue))
    default:
      buffer.relocations.append(
        Relocation(
          offset: offset, kind: field.relocation.rawValue, symbol: Int(instruction.target),
          addend: Int(instruction.displacement)))
    }
  }

  /// A field of an instruction word that depends on an address: what it is called in fixups and in
  /// relocations.
  struct ReferenceField {
    var fixup: ARM64Fixup?
    var relocation: AArch64Relocation
  }

  private static func referenceField(
    _ opcode: ARM64Opcode, _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> ReferenceField {
    switch opcode {
    case .b: return ReferenceField(fixup: .branch26, relocation: .jump26)
    case .bl: return ReferenceField(fixup: .branch26, relocation: .call26)
    case .bCond: return ReferenceField(fixup: .conditional19, relocation: .conditionalBranch19)
    case .cbz, .cbnz: return ReferenceField(fixup: .compare19, relocation: .conditionalBranch19)
    case .tbz, .tbnz: return ReferenceField(fixup: .testBit14, relocation: .testBranch14)
    case .adr: return ReferenceField(fixup: .address21, relocation: .adrLow21)
    case .adrp: return ReferenceField(fixup: nil, relocation: .adrPage21)
    case .add: return ReferenceField(fixup: nil, relocation: .addLow12)
    case .ldr where instruction.form == .rm, .str, .ldrsb, .ldrsh,
      .ldrsw where instruction.form == .rm:
      return ReferenceField(
        fixup: nil, relocation: lowPartRelocation(accessWidth(opcode, instruction)))
    case .ldr, .ldrsw: return ReferenceField(fixup: .literal19, relocation: .loadLiteral19)
    default: throw .noSuchForm
    }
  }

  private static func lowPartRelocation(_ width: UInt8) -> AArch64Relocation {
    switch width {
    case 1: .loadStore8Low12
    case 2: .loadStore16Low12
    case 4: .loadStore32Low12
    case 8: .loadStore64Low12
    default: .loadStore128Low12
    }
  }
}

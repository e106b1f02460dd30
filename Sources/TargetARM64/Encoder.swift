public import Codegen

/// The encoder: machine instructions to words, as the Arm Architecture Reference Manual (chapters
/// C4, C6 and C7) defines them.
///
/// Every instruction is one word of 32 bits, little-endian. What depends on a label or symbol is
/// zero in the word and is noted as a fixup or relocation of the code buffer.
public enum ARM64Encoder {
  /// Words gathered before they are appended to the code buffer.
  private static let chunkSize = 256

  /// Appends one instruction of the compiler's own: an operand that cannot be encoded is a defect,
  /// and traps with a text that names the instruction.
  public static func encode(_ instruction: MachineInstruction, into buffer: inout CodeBuffer) {
    do throws(ARM64EncodingError) {
      try assemble(instruction, into: &buffer)
    } catch {
      encodingFailure(instruction, error)
    }
  }

  /// Appends instructions: faster than one by one.
  public static func encode(
    _ instructions: UnsafeBufferPointer<MachineInstruction>, into buffer: inout CodeBuffer
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: chunkSize) { chunk in
      var next = 0
      while next < instructions.count {
        let count = min(instructions.count - next, chunkSize)
        let start = buffer.bytes.count
        for index in 0..<count {
          let instruction = instructions[next + index]
          do throws(ARM64EncodingError) {
            chunk[index] = try word(instruction).littleEndian
            if instruction.target >= 0 {
              try noteReference(instruction, at: start + 4 * index, &buffer)
            }
          } catch {
            encodingFailure(instruction, error)
          }
        }
        let bytes = UnsafeRawBufferPointer(chunk)
        buffer.bytes.append(contentsOf: bytes[0..<4 * count])
        next += count
      }
    }
  }

  /// Appends one instruction that comes from a user, who is told what is wrong with it. On an error
  /// nothing is appended.
  public static func assemble(
    _ instruction: MachineInstruction, into buffer: inout CodeBuffer
  ) throws(ARM64EncodingError) {
    let word = try word(instruction)
    if instruction.target >= 0 {
      try noteReference(instruction, at: buffer.bytes.count, &buffer)
    }
    buffer.append32(word)
  }

  /// Appends `nop`s up to the next multiple of `alignment`, a power of two that is at least 4.
  public static func align(_ buffer: inout CodeBuffer, to alignment: Int) {
    precondition(buffer.bytes.count & 3 == 0, "instructions are aligned")
    while buffer.bytes.count & (alignment - 1) != 0 { encode(ARM64.nop, into: &buffer) }
  }

  /// The instruction as a word; fields of labels and symbols are zero.
  public static func word(
    _ instruction: MachineInstruction
  ) throws(ARM64EncodingError) -> UInt32 {
    guard let opcode = ARM64Opcode(rawValue: instruction.opcode) else { throw .unknownOpcode }
    switch opcode {
    case .add, .adds, .sub, .subs:
      return try addSubtract(opcode, instruction)
    case .and, .bic, .orr, .orn, .eor, .eon, .ands, .bics:
      return try logical(opcode, instruction)
    case .adc, .adcs, .sbc, .sbcs:
      let operation = number(opcode, from: .adc)
      return try threeRegisters(0x1A00_0000 | operation << 29, instruction)
    case .movn, .movz, .movk:
      return try moveWide(opcode, instruction)
    case .sbfm, .bfm, .ubfm:
      return try bitfield(opcode, instruction)
    case .extr:
      return try extract(instruction)
    case .rbit, .rev16, .rev32, .rev, .clz, .cls:
      return try oneSource(opcode, instruction)
    case .udiv, .sdiv:
      return try threeRegisters(0x1AC0_0800 | number(opcode, from: .udiv) << 10, instruction)
    case .lslv, .lsrv, .asrv, .rorv:
      return try threeRegisters(0x1AC0_2000 | number(opcode, from: .lslv) << 10, instruction)
    case .madd, .msub, .smaddl, .smsubl, .umaddl, .umsubl:
      return try multiplyAdd(opcode, instruction)
    case .smulh, .umulh:
      try requireWidth8(instruction)
      return try threeRegisters(opcode == .smulh ? 0x1B40_7C00 : 0x1BC0_7C00, instruction)
    case .csel, .csinc, .csinv, .csneg:
      let operation = number(opcode, from: .csel)
      let base: UInt32 = 0x1A80_0000 | (operation & 2) << 29 | (operation & 1) << 10
      return try threeRegisters(base | condition(instruction) << 12, instruction)
    case .ccmn, .ccmp:
      return try conditionalCompare(opcode, instruction)
    case .adr, .adrp:
      return try address(opcode, instruction)
    case .ldr, .str, .ldrsb, .ldrsh, .ldrsw:
      return try loadStore(opcode, instruction)
    case .ldp, .stp, .ldpsw:
      return try pair(opcode, instruction)
    case .ldar, .ldxr, .ldaxr, .stlr, .stxr, .stlxr:
      return try synchronized(opcode, instruction)
    case .b, .bl, .bCond, .cbz, .cbnz, .tbz, .tbnz:
      return try branch(opcode, instruction)
    case .br, .blr, .ret:
      return try branchToRegister(opcode, instruction)
    case .svc, .brk, .udf, .hint, .clrex, .dsb, .dmb, .isb, .mrs, .msr:
      return try system(opcode, instruction)
    case .fmov:
      return try floatMove(instruction)
    case .fabs, .fneg, .fsqrt, .frintn, .frintp, .frintm, .frintz, .frinta, .frintx, .frinti:
      return try floatUnary(opcode, instruction)
    case .fcvt:
      return try floatConvert(instruction)
    case .fmul, .fdiv, .fadd, .fsub, .fmax, .fmin, .fmaxnm, .fminnm, .fnmul:
      return try floatBinary(0x1E20_0800 | number(opcode, from: .fmul) << 12, instruction)
    case .fcsel:
      return try floatBinary(0x1E20_0C00 | condition(instruction) << 12, instruction)
    case .fmadd, .fmsub, .fnmadd, .fnmsub:
      return try floatMultiplyAdd(opcode, instruction)
    case .fcmp, .fcmpe, .fccmp, .fccmpe:
      return try floatCompare(opcode, instruction)
    case .fcvtns, .fcvtnu, .fcvtps, .fcvtpu, .fcvtms, .fcvtmu, .fcvtzs, .fcvtzu, .fcvtas, .fcvtau,
      .scvtf, .ucvtf:
      return try integerConversion(opcode, instruction)
    case .movi, .andVector, .bicVector, .orrVector, .ornVector, .eorVector, .cnt, .addv:
      return try vector(opcode, instruction)
    }
  }

  /// The distance of an opcode from the first of its group: the numbers of the architecture.
  @inline(__always)
  static func number(_ opcode: ARM64Opcode, from first: ARM64Opcode) -> UInt32 {
    UInt32(opcode.rawValue &- first.rawValue)
  }
}

/// What is wrong with an instruction.
public enum ARM64EncodingError: UInt8, Error, Sendable, CaseIterable {
  case unknownOpcode, noSuchForm, wrongWidth
  case notGeneral, notGeneralOrStackPointer, notFloat
  case immediateOutOfRange, amountOutOfRange, wrongModifier, noSuchCondition
  case displacementOutOfRange, indexAndDisplacement
  case baseIsLoaded, loadedTwice, statusIsOperand
  case misalignedBranch, branchOutOfRange

  /// A short text for a message.
  public var text: String {
    switch self {
    case .unknownOpcode: "unknown opcode"
    case .noSuchForm: "no such form"
    case .wrongWidth: "wrong width"
    case .notGeneral: "operand is not a general register"
    case .notGeneralOrStackPointer: "operand is not a general register or the stack pointer"
    case .notFloat: "operand is not a SIMD&FP register"
    case .immediateOutOfRange: "immediate out of range"
    case .amountOutOfRange: "shift amount out of range"
    case .wrongModifier: "no such shift, extension or address mode here"
    case .noSuchCondition: "no such condition"
    case .displacementOutOfRange: "offset out of range"
    case .indexAndDisplacement: "an index register excludes an offset"
    case .baseIsLoaded: "the base register is both updated and an operand"
    case .loadedTwice: "both operands are loaded into one register"
    case .statusIsOperand: "the status register is also an operand"
    case .misalignedBranch: "the target of a branch is not a multiple of 4"
    case .branchOutOfRange: "the target is out of range"
    }
  }
}

/// Stops the compiler: it has made an instruction that does not exist.
@inline(never)
func encodingFailure(_ instruction: MachineInstruction, _ error: ARM64EncodingError) -> Never {
  fatalError("AArch64 encoder: \(error.text): \(describe(instruction))")
}

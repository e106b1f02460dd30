import Codegen
import Diagnostics
import ELF
import Support
import TargetARM64

extension Assembly {
  /// Assembles one instruction; ``token`` is behind the mnemonic.
  mutating func assembleARM64Instruction(
    _ first: AssemblyToken, _ word: Int32
  ) throws(AssemblyError) {
    guard let mnemonic = Vocabulary.entry(vocabulary.armMnemonics, word) else {
      throw unknownMnemonic(first)
    }
    statementStart = first.start
    switch mnemonic {
    case .addSubtract, .compare, .negate, .negateWithCarry, .logical, .test, .moveNot, .move,
      .moveWide, .bitfield, .bitfieldAlias, .extend, .shift, .extract, .twoRegisters,
      .threeRegisters, .multiplyAdd, .multiply:
      try assembleInteger(mnemonic)
    case .select, .conditionalSet, .conditionalChange, .conditionalCompare:
      try assembleConditional(mnemonic)
    case .address, .load, .pair, .exclusive: try assembleMemory(mnemonic)
    case .branch, .conditionalBranch, .compareBranch, .testBranch, .registerBranch:
      try assembleBranch(mnemonic)
    case .number, .hint, .barrier, .systemRegister: try assembleSystem(mnemonic)
    case .floatMove, .floatUnary, .floatConvert, .floatBinary, .floatMultiplyAdd, .floatCompare,
      .toInteger, .fromInteger, .moveVectorConstant, .countOnes, .addAcross:
      try assembleFloat(mnemonic)
    }
  }

  // MARK: Emission

  /// Encodes an instruction. `range`: the operand that may be out of range.
  mutating func emit(
    _ instruction: MachineInstruction, _ range: SourceRange? = nil
  ) throws(AssemblyError) {
    let word: UInt32
    do throws(ARM64EncodingError) {
      word = try ARM64Encoder.word(instruction)
    } catch {
      throw encodingError(error, range)
    }
    try emitWord(word)
  }

  private mutating func emitWord(_ word: UInt32) throws(AssemblyError) {
    let whole = range(from: statementStart)
    if sections[currentSection].alignment < 4 { sections[currentSection].alignment = 4 }
    noteInstruction(whole)
    try emit(UInt64(word), size: 4, whole)
  }

  /// Encodes an instruction that refers to an address: the instruction's form is one with a symbol.
  /// `kind` is given where the opcode does not tell the relocation.
  mutating func emit(
    _ instruction: MachineInstruction, to target: Operand, kind: AArch64Relocation? = nil
  ) throws(AssemblyError) {
    var instruction = instruction
    instruction.target = 0
    var buffer = CodeBuffer()
    do throws(ARM64EncodingError) {
      try ARM64Encoder.assemble(instruction, into: &buffer)
    } catch {
      throw encodingError(error, target.range)
    }
    let word = buffer.bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    try emitWord(word)
    if let relocation = kind?.rawValue ?? buffer.relocations.first?.kind {
      addFixup(relocation, target.expression, back: 4, target.range)
    }
  }

  private func encodingError(
    _ error: ARM64EncodingError, _ operand: SourceRange?
  ) -> AssemblyError {
    let whole = range(from: statementStart)
    switch error {
    case .immediateOutOfRange, .amountOutOfRange, .displacementOutOfRange, .branchOutOfRange:
      return AssemblyError("E0406", error.text, operand ?? whole)
    case .misalignedBranch:
      return AssemblyError("E0410", error.text, operand ?? whole)
    case .wrongWidth:
      return AssemblyError(
        "E0405", "the instruction does not exist with registers of this size", whole)
    default:
      return AssemblyError("E0405", error.text, whole)
    }
  }

  /// Instructions are aligned: that can be said when addresses are known, but for all of a fragment
  /// at once.
  private mutating func noteInstruction(_ range: SourceRange) {
    let last = sections[currentSection].fragments.count - 1
    let offset =
      sections[currentSection].bytes.count - sections[currentSection].fragments[last].start
    if let first = sections[currentSection].fragments[last].firstInstruction {
      if (offset - first.offset) & 3 == 0 { return }
      if sections[currentSection].fragments[last].isMisaligned { return }
      sections[currentSection].fragments[last].isMisaligned = true
      report(misaligned(range))
    } else {
      sections[currentSection].fragments[last].firstInstruction = (offset, range)
    }
  }

  func misaligned(_ range: SourceRange) -> AssemblyError {
    AssemblyError(
      "E0410", "the instruction is not aligned", range,
      help: "instructions stand at multiples of 4: put .balign 4 before it")
  }

  // MARK: System

  private mutating func assembleSystem(_ mnemonic: ARM64Mnemonic) throws(AssemblyError) {
    switch mnemonic {
    case .number(let opcode):
      let immediate = try parseARMImmediate()
      try emit(ARM64.i(opcode, try number(immediate, "the operand")), immediate.range)
    case .hint(let value): try emit(ARM64.i(.hint, value))
    case .barrier(let opcode): try assembleBarrier(opcode)
    case .systemRegister(let opcode):
      if opcode == .mrs {
        let register = try parseGeneral(width: 8)
        try parseComma()
        try emit(ARM64.ri(.mrs, register.register, try parseSystemRegister(isWritten: false)))
      } else {
        let system = try parseSystemRegister(isWritten: true)
        try parseComma()
        try emit(ARM64.ri(.msr, try parseGeneral(width: 8).register, system))
      }
    default: return
    }
  }

  private mutating func assembleBarrier(_ opcode: ARM64Opcode) throws(AssemblyError) {
    if isAtEndOfStatement && (opcode == .isb || opcode == .clrex) {
      try emit(ARM64.i(opcode, 15))
      return
    }
    if token.kind == .name {
      let name = string(token).lowercased()
      let barrier = ARM64Barrier.allCases.first { "\($0)" == name }
      guard let barrier, opcode != .clrex, opcode != .isb || barrier == .sy else {
        let known = ARM64Barrier.allCases.map { "\($0)" }.joined(separator: ", ")
        throw AssemblyError(
          "E0405", "'\(name)' is no barrier", range(token),
          help: opcode == .isb ? "isb takes sy" : "barriers are \(known)")
      }
      advance()
      try emit(ARM64.i(opcode, barrier.rawValue))
      return
    }
    try emit(ARM64.i(opcode, try parseARMNumber("barrier", 0...15)))
  }

  private mutating func parseSystemRegister(isWritten: Bool) throws(AssemblyError) -> Int64 {
    guard token.kind == .name else { throw expected("a system register") }
    let name = string(token).lowercased()
    let number: Int64
    if let register = ARM64SystemRegister.allCases.first(where: { $0.name == name }) {
      if isWritten && !register.isWritable {
        throw AssemblyError("E0405", "system register '\(name)' cannot be written", range(token))
      }
      number = register.rawValue
    } else if let numbered = ARM64SystemRegister.number(of: name) {
      number = numbered
    } else {
      throw AssemblyError(
        "E0405", "unknown system register '\(name)'", range(token),
        help: "others can be written by number: s3_3_c13_c0_2")
    }
    advance()
    return number
  }

  // MARK: Branches

  private mutating func assembleBranch(_ mnemonic: ARM64Mnemonic) throws(AssemblyError) {
    var instruction: MachineInstruction
    switch mnemonic {
    case .branch(let opcode):
      instruction = ARM64.i(opcode, 0)
    case .conditionalBranch(let condition):
      instruction = ARM64.i(.bCond, 0)
      instruction.condition = condition.rawValue
    case .compareBranch(let opcode):
      let register = try parseGeneral()
      try parseComma()
      instruction = ARM64.ri(opcode, register.register, 0, width: register.width)
    case .testBranch(let opcode):
      let register = try parseGeneral()
      try parseComma()
      let bit = try parseARMNumber("the bit", 0...Int64(register.width) * 8 - 1)
      try parseComma()
      instruction = ARM64.ri(opcode, register.register, 0, width: bit < 32 ? 4 : 8)
      instruction.amount = UInt8(bit)
    case .registerBranch(let opcode):
      if opcode == .ret && isAtEndOfStatement {
        try emit(ARM64.ret())
      } else {
        try emit(ARM64.r(opcode, try parseGeneral(width: 8).register))
      }
      return
    default: return
    }
    let target = try parseARMImmediate()
    if let distance = knownConstant(target.operand.expression) {
      instruction.immediate = distance
      try emit(instruction, target.range)
      return
    }
    if !target.part.isEmpty {
      throw AssemblyError("E0409", "':\(target.part):' is not possible here", target.range)
    }
    instruction.form = instruction.form == .i ? .symbol : .rSymbol
    try emit(instruction, to: target.operand)
  }

  // MARK: Conditions

  private mutating func assembleConditional(_ mnemonic: ARM64Mnemonic) throws(AssemblyError) {
    switch mnemonic {
    case .select(let opcode):
      let isFloat = opcode == .fcsel
      let d = try isFloat ? parseFloat() : parseGeneral()
      try parseComma()
      let s = try isFloat ? parseFloat(width: d.width) : parseGeneral(width: d.width)
      try parseComma()
      let m = try isFloat ? parseFloat(width: d.width) : parseGeneral(width: d.width)
      try parseComma()
      let condition = try parseCondition()
      try emit(
        ARM64.select(opcode, condition, d.register, s.register, m.register, width: d.width))
    case .conditionalSet(let opcode):
      let d = try parseGeneral()
      try parseComma()
      let condition = try parseInvertible()
      try emit(ARM64.select(opcode, condition.inverted, d.register, .zr, .zr, width: d.width))
    case .conditionalChange(let opcode):
      let d = try parseGeneral()
      try parseComma()
      let s = try parseGeneral(width: d.width)
      try parseComma()
      let condition = try parseInvertible()
      try emit(
        ARM64.select(
          opcode, condition.inverted, d.register, s.register, s.register, width: d.width))
    case .conditionalCompare(let opcode):
      let isFloat = opcode == .fccmp || opcode == .fccmpe
      let d = try isFloat ? parseFloat() : parseGeneral()
      try parseComma()
      var instruction = MachineInstruction(
        opcode: opcode.rawValue, form: .rr, width: d.width, d: d.register)
      if isFloat {
        instruction.s = try parseFloat(width: d.width).register
      } else if armRegister(token) != nil {
        instruction.s = try parseGeneral(width: d.width).register
      } else {
        instruction.form = .ri
        instruction.immediate = try parseARMNumber("the number", 0...31)
      }
      try parseComma()
      instruction.amount = UInt8(try parseARMNumber("the flags", 0...15))
      try parseComma()
      instruction.condition = try parseCondition().rawValue
      try emit(instruction)
    default: return
    }
  }

  private mutating func parseInvertible() throws(AssemblyError) -> ARM64Condition {
    let first = token
    let condition = try parseCondition()
    if !condition.isConditional {
      throw AssemblyError("E0405", "this needs a condition that can fail", range(first))
    }
    return condition
  }
}

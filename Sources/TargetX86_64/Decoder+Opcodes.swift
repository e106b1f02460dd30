import Codegen

// The two opcode maps, in the order of the opcodes (Intel manual, volume 2, appendix A).

extension InstructionDecoding {
  /// The instruction with the opcode `code`, which no 0F precedes.
  mutating func decodePlain(_ code: UInt8) throws(X86DecodingError) -> MachineInstruction {
    if code == 0x90 && repeatPrefix == 0xF3 && rex == 0 {
      return try withoutWidth(X86.none(.pause))
    }
    if repeatPrefix != 0 { throw .unknownInstruction }
    if let instruction = decodeHandWritten(code) { return instruction }
    switch code {
    case 0x00...0x3F: return try decodeArithmetic(code)
    case 0x50...0x57: return try withoutWidth(X86.r(.push, registerInOpcode(code)))
    case 0x58...0x5F: return try withoutWidth(X86.r(.pop, registerInOpcode(code)))
    case 0x63: return loadLike(.movsxd, try operands(), width: width)
    case 0x68: return try withoutWidth(push(try number(4)))
    case 0x69:
      let operands = try operands()
      return loadLike(.imul, operands, width: width, immediate: try immediate(width: width))
    case 0x6A: return try withoutWidth(push(try number(1)))
    case 0x6B:
      let operands = try operands()
      return loadLike(.imul, operands, width: width, immediate: try number(1))
    case 0x70...0x7F: return try branch(.jcc, condition: code & 15, size: 1)
    case 0x80, 0x81, 0x83:
      let operands = try operands()
      let width = width(code)
      let immediate = code == 0x83 ? try number(1) : try immediate(width: width)
      return single(try arithmetic(operands.digit), operands, width: width, immediate: immediate)
    case 0x84, 0x85: return storeLike(.test, try operands(), width: width(code))
    case 0x86, 0x87: return storeLike(.xchg, try operands(), width: width(code))
    case 0x88, 0x89: return storeLike(.mov, try operands(), width: width(code))
    case 0x8A, 0x8B: return loadLike(.mov, try operands(), width: width(code))
    case 0x8D: return try decodeAddress()
    case 0x8F:
      let operands = try operands()
      guard operands.digit == 0, operands.isMemory else { throw .unknownInstruction }
      return try withoutWidth(single(.pop, operands, width: 8))
    case 0x90...0x97: return exchangeOrNop(code)
    case 0x99: return try withoutWidth(X86.none(rex & 8 != 0 ? .cqo : .cdq))
    case 0xA8, 0xA9:
      let width = width(code)
      return X86.ri(.test, .rax, try immediate(width: width), width: width)
    case 0xB0...0xBF: return try decodeConstant(code)
    case 0xC0, 0xC1:
      let operands = try operands()
      return try shift(operands, width: width(code), by: try number(1))
    case 0xC2:
      let bytes = try number(2) & 0xFFFF
      return try withoutWidth(
        MachineInstruction(opcode: X86Opcode.retBytes.rawValue, form: .i, immediate: bytes))
    case 0xC3: return try withoutWidth(X86.none(.ret))
    case 0xC6, 0xC7:
      let operands = try operands()
      guard operands.digit == 0 else { throw .unknownInstruction }
      let width = width(code)
      return single(.mov, operands, width: width, immediate: try immediate(width: width))
    case 0xCC: return try withoutWidth(X86.none(.int3))
    case 0xCD:
      let number = try number(1) & 0xFF
      return try withoutWidth(
        MachineInstruction(opcode: X86Opcode.int.rawValue, form: .i, immediate: number))
    case 0xD0, 0xD1: return try shift(try operands(), width: width(code), by: 1)
    case 0xD2, 0xD3: return try shift(try operands(), width: width(code), by: nil)
    case 0xE8: return try branch(.call, size: 4)
    case 0xE9: return try branch(.jmp, size: 4)
    case 0xEB: return try branch(.jmp, size: 1)
    case 0xF6, 0xF7: return try decodeGroup3(code)
    case 0xFE, 0xFF: return try decodeGroup5(code)
    default: throw .unknownInstruction
    }
  }

  /// The instruction with the opcode 0F `code`.
  mutating func decodeEscaped(_ code: UInt8) throws(X86DecodingError) -> MachineInstruction {
    switch code {
    case 0x05: return try withoutPrefix(X86.none(.syscall))
    case 0x0B: return try withoutPrefix(X86.none(.ud2))
    case 0x01, 0x31, 0xA2, 0xAE: return try decodeEscapedSystem(code)
    case 0x10, 0x11, 0x14, 0x15, 0x28...0x2F, 0x50...0x7F, 0xC2, 0xC6, 0xD1...0xFE:
      return try decodeFloat(code)
    case 0x1E:
      guard repeatPrefix == 0xF3, !has66, try byte() == 0xFA else { throw .unknownInstruction }
      return X86.none(.endbr64)
    case 0x1F:
      let operands = try operands()
      guard operands.digit == 0, operands.isMemory, repeatPrefix == 0, length <= 15 else {
        throw .unknownInstruction
      }
      return X86.nop(length: length)
    case 0x40...0x4F:
      try requireNoRepeat()
      var move = loadLike(.cmovcc, try operands(), width: width)
      move.condition = code & 15
      return move
    case 0x80...0x8F: return try branch(.jcc, condition: code & 15, size: 4)
    case 0x90...0x9F:
      try requireNoPrefix()
      var set = single(.setcc, try operands(), width: 1)
      set.condition = code & 15
      return set
    case 0xA3...0xA5, 0xAB...0xAD, 0xAF, 0xB0, 0xB1, 0xB3, 0xB6, 0xB7, 0xBA, 0xBB, 0xBE, 0xBF, 0xC0,
      0xC1, 0xC3, 0xC7...0xCF:
      try requireNoRepeat()
      return try decodeEscapedInteger(code)
    case 0xB8, 0xBC, 0xBD: return try decodeBitCount(code)
    default: throw .unknownInstruction
    }
  }

  // MARK: Integer instructions

  private func arithmetic(_ operation: UInt8) throws(X86DecodingError) -> X86Opcode {
    guard let opcode = X86Opcode(rawValue: UInt16(operation)) else { throw .unknownInstruction }
    return opcode
  }

  private mutating func decodeArithmetic(_ code: UInt8) throws(X86DecodingError)
    -> MachineInstruction
  {
    let opcode = try arithmetic(code >> 3)
    let width = width(code)
    switch code & 7 {
    case 0, 1: return storeLike(opcode, try operands(), width: width)
    case 2, 3: return loadLike(opcode, try operands(), width: width)
    case 4, 5: return X86.ri(opcode, .rax, try immediate(width: width), width: width)
    default: throw .unknownInstruction
    }
  }

  private mutating func decodeConstant(_ code: UInt8) throws(X86DecodingError) -> MachineInstruction
  {
    let d = registerInOpcode(code)
    if code < 0xB8 { return X86.ri(.mov, d, try number(1), width: 1) }
    let width = width
    if width != 4 { return X86.ri(.mov, d, try number(width), width: width) }
    // The upper half becomes 0, so the constant has no sign.
    var move = X86.ri(.mov, d, try number(4) & 0xFFFF_FFFF, width: 4)
    resolveAddress(&move)
    return move
  }

  private mutating func decodeAddress() throws(X86DecodingError) -> MachineInstruction {
    let operands = try operands()
    guard operands.isMemory else { throw .unknownInstruction }
    return loadLike(.lea, operands, width: width)
  }

  private func exchangeOrNop(_ code: UInt8) -> MachineInstruction {
    let other = registerInOpcode(code)
    if other != .rax { return X86.rr(.xchg, other, .rax, width: width) }
    return operandSizePrefixes == 0 ? X86.none(.nop) : X86.nop(length: length)
  }

  /// `count` nil: by cl.
  private func shift(
    _ operands: Operands, width: UInt8, by count: Int64?
  ) throws(X86DecodingError) -> MachineInstruction {
    let opcodes: (constant: X86Opcode, byCL: X86Opcode)
    switch operands.digit {
    case 0: opcodes = (.rol, .rolCL)
    case 1: opcodes = (.ror, .rorCL)
    case 2: opcodes = (.rcl, .rclCL)
    case 3: opcodes = (.rcr, .rcrCL)
    case 4: opcodes = (.shl, .shlCL)
    case 5: opcodes = (.shr, .shrCL)
    case 7: opcodes = (.sar, .sarCL)
    default: throw .unknownInstruction
    }
    guard let count else { return single(opcodes.byCL, operands, width: width) }
    return single(opcodes.constant, operands, width: width, immediate: try bitNumber(count, width))
  }

  /// A number below the operand's width in bits; the encoder has no others.
  private func bitNumber(_ value: Int64, _ width: UInt8) throws(X86DecodingError) -> Int64 {
    guard value >= 0 && value < Int64(width) * 8 else { throw .unknownInstruction }
    return value
  }

  private mutating func decodeGroup3(_ code: UInt8) throws(X86DecodingError) -> MachineInstruction {
    let operands = try operands()
    let width = width(code)
    switch operands.digit {
    case 0: return single(.test, operands, width: width, immediate: try immediate(width: width))
    case 2: return single(.not, operands, width: width)
    case 3: return single(.neg, operands, width: width)
    case 4: return single(.mul, operands, width: width)
    case 5: return single(.imulWide, operands, width: width)
    case 6: return single(.div, operands, width: width)
    case 7: return single(.idiv, operands, width: width)
    default: throw .unknownInstruction
    }
  }

  private mutating func decodeGroup5(_ code: UInt8) throws(X86DecodingError) -> MachineInstruction {
    let operands = try operands()
    switch (operands.digit, code) {
    case (0, _): return single(.inc, operands, width: width(code))
    case (1, _): return single(.dec, operands, width: width(code))
    case (2, 0xFF): return try withoutWidth(single(.call, operands, width: 8))
    case (4, 0xFF): return try withoutWidth(single(.jmp, operands, width: 8))
    case (6, 0xFF): return try withoutWidth(single(.push, operands, width: 8))
    default: throw .unknownInstruction
    }
  }

  private mutating func decodeEscapedInteger(_ code: UInt8) throws(X86DecodingError)
    -> MachineInstruction
  {
    if code >= 0xC8 { return X86.r(.bswap, registerInOpcode(code), width: width) }
    let operands = try operands()
    switch code {
    case 0xA3: return storeLike(.bt, operands, width: width)
    case 0xAB: return storeLike(.bts, operands, width: width)
    case 0xB3: return storeLike(.btr, operands, width: width)
    case 0xBB: return storeLike(.btc, operands, width: width)
    case 0xB0, 0xB1: return storeLike(.cmpxchg, operands, width: width(code))
    case 0xC0, 0xC1: return storeLike(.xadd, operands, width: width(code))
    case 0xC3:
      guard operands.isMemory, !has66 else { throw .unknownInstruction }
      return storeLike(.movnti, operands, width: width)
    case 0xC7:
      guard operands.digit == 1, operands.isMemory, !has66 else { throw .unknownInstruction }
      return single(rex & 8 != 0 ? .cmpxchg16b : .cmpxchg8b, operands, width: 8)
    case 0xA4, 0xAC:
      var shift = storeLike(code == 0xA4 ? .shld : .shrd, operands, width: width)
      shift.immediate = try bitNumber(try number(1), width)
      guard !operands.isMemory else { throw .unknownInstruction }
      shift.form = .rri
      return shift
    case 0xA5: return storeLike(.shldCL, operands, width: width)
    case 0xAD: return storeLike(.shrdCL, operands, width: width)
    case 0xAF: return loadLike(.imul, operands, width: width)
    case 0xB6: return loadLike(.movzx8, operands, width: width)
    case 0xB7: return loadLike(.movzx16, operands, width: width)
    case 0xBA:
      let opcodes: [X86Opcode] = [.bt, .bts, .btr, .btc]
      guard operands.digit >= 4 else { throw .unknownInstruction }
      return single(
        opcodes[Int(operands.digit) - 4], operands, width: width,
        immediate: try bitNumber(try number(1), width))
    case 0xBE: return loadLike(.movsx8, operands, width: width)
    default: return loadLike(.movsx16, operands, width: width)
    }
  }

  private mutating func decodeBitCount(_ code: UInt8) throws(X86DecodingError) -> MachineInstruction
  {
    let opcode: X86Opcode
    switch (code, repeatPrefix) {
    case (0xB8, 0xF3): opcode = .popcnt
    case (0xBC, 0xF3): opcode = .tzcnt
    case (0xBD, 0xF3): opcode = .lzcnt
    case (0xBC, 0): opcode = .bsf
    case (0xBD, 0): opcode = .bsr
    default: throw .unknownInstruction
    }
    return loadLike(opcode, try operands(), width: width)
  }

  private func push(_ value: Int64) -> MachineInstruction {
    MachineInstruction(opcode: X86Opcode.push.rawValue, form: .i, immediate: value)
  }

  private mutating func branch(
    _ opcode: X86Opcode, condition: UInt8 = 0, size: UInt8
  ) throws(X86DecodingError) -> MachineInstruction {
    try requireNoPrefix()
    var branch = MachineInstruction(opcode: opcode.rawValue, form: .label, condition: condition)
    try branchTarget(&branch, size: size)
    return branch
  }

  // MARK: SSE

  private mutating func decodeFloat(_ code: UInt8) throws(X86DecodingError) -> MachineInstruction {
    let selector = repeatPrefix != 0 ? repeatPrefix : has66 ? 0x66 : 0
    if repeatPrefix != 0 && has66 { throw .unknownInstruction }
    let integerWidth: UInt8 = rex & 8 != 0 ? 8 : 4
    let operands = try operands()
    switch (selector, code) {
    case (0xF2, 0x10): return loadLike(.movsd, operands, width: 8)
    case (0xF3, 0x10): return loadLike(.movss, operands, width: 8)
    case (0, 0x11) where operands.isMemory: return storeLike(.movups, operands, width: 8)
    case (0x66, 0x11) where operands.isMemory: return storeLike(.movupd, operands, width: 8)
    case (0x66, 0x7F) where operands.isMemory: return storeLike(.movdqa, operands, width: 8)
    case (0xF3, 0x7F) where operands.isMemory: return storeLike(.movdqu, operands, width: 8)
    case (0x66, 0x6E) where operands.isMemory && integerWidth == 4:
      return loadLike(.movdMemory, operands, width: 8)
    case (0x66, 0x7E) where operands.isMemory && integerWidth == 4:
      return storeLike(.movdMemory, operands, width: 8)
    case (0xF3, 0x7E) where operands.isMemory: return loadLike(.movqMemory, operands, width: 8)
    case (0x66, 0xD6) where operands.isMemory: return storeLike(.movqMemory, operands, width: 8)
    case (0xF3, 0x2A): return loadLike(.cvtsi2ss, operands, width: integerWidth)
    case (0xF3, 0x2C): return loadLike(.cvttss2si, operands, width: integerWidth)
    case (0xF3, 0x2D): return loadLike(.cvtss2si, operands, width: integerWidth)
    case (0x66, 0x71...0x73):
      guard !operands.isMemory,
        let shift = X86Encoder.vectorShifts.first(where: {
          $0.code == code && $0.digit == operands.digit
        })
      else { throw .unknownInstruction }
      return MachineInstruction(
        opcode: shift.opcode.rawValue, form: .ri, d: .xmm(Int32(operands.rm)),
        immediate: try number(1) & 0xFF)
    case (_, 0xC2):
      let predicate = try number(1)
      guard 0...7 ~= predicate else { throw .unknownInstruction }
      return loadLike(
        try floatOpcode(selector, code), operands, width: 8, immediate: predicate)
    case (0, 0xC6), (0x66, 0xC6), (0x66, 0x70), (0xF2, 0x70), (0xF3, 0x70):
      let opcode = try floatOpcode(selector, code)
      return loadLike(opcode, operands, width: 8, immediate: try number(1) & 0xFF)
    case (0xF2, 0x11) where operands.isMemory: return storeLike(.movsd, operands, width: 8)
    case (0xF3, 0x11) where operands.isMemory: return storeLike(.movss, operands, width: 8)
    case (0x66, 0x29) where operands.isMemory: return storeLike(.movapd, operands, width: 8)
    case (0, 0x29) where operands.isMemory: return storeLike(.movaps, operands, width: 8)
    case (0xF2, 0x2A): return loadLike(.cvtsi2sd, operands, width: integerWidth)
    case (0xF2, 0x2C): return loadLike(.cvttsd2si, operands, width: integerWidth)
    case (0xF2, 0x2D): return loadLike(.cvtsd2si, operands, width: integerWidth)
    case (0x66, 0x6E) where !operands.isMemory:
      return loadLike(integerWidth == 8 ? .movqToXMM : .movdToXMM, operands, width: 8)
    case (0x66, 0x7E) where !operands.isMemory:
      return storeLike(integerWidth == 8 ? .movqFromXMM : .movdFromXMM, operands, width: 8)
    case (0x66, 0x6E), (0x66, 0x7E), (0xF3, 0x7E): throw .unknownInstruction
    default: return loadLike(try floatOpcode(selector, code), operands, width: 8)
    }
  }

  private func floatOpcode(_ selector: UInt8, _ code: UInt8) throws(X86DecodingError) -> X86Opcode {
    switch (selector, code) {
    case (0x66, 0x14): return .unpcklpd
    case (0x66, 0x28): return .movapd
    case (0, 0x28): return .movaps
    case (0x66, 0x2E): return .ucomisd
    case (0x66, 0x2F): return .comisd
    case (0x66, 0x54): return .andpd
    case (0x66, 0x55): return .andnpd
    case (0x66, 0x56): return .orpd
    case (0x66, 0x57): return .xorpd
    case (0xF2, 0x51): return .sqrtsd
    case (0xF2, 0x58): return .addsd
    case (0xF2, 0x59): return .mulsd
    case (0xF2, 0x5A): return .cvtsd2ss
    case (0xF3, 0x5A): return .cvtss2sd
    case (0xF2, 0x5C): return .subsd
    case (0xF2, 0x5D): return .minsd
    case (0xF2, 0x5E): return .divsd
    case (0xF2, 0x5F): return .maxsd
    default:
      let entry = X86Encoder.moreFloatOpcodes.first { $0.code == code && $0.prefix == selector }
      guard let entry else { throw .unknownInstruction }
      return entry.opcode
    }
  }

  // MARK: Prefixes

  /// For instructions without a choice of width.
  private func withoutWidth(_ instruction: MachineInstruction) throws(X86DecodingError)
    -> MachineInstruction
  {
    if has66 { throw .unknownInstruction }
    return instruction
  }

  private func withoutPrefix(_ instruction: MachineInstruction) throws(X86DecodingError)
    -> MachineInstruction
  {
    try requireNoPrefix()
    return instruction
  }

  private func requireNoRepeat() throws(X86DecodingError) {
    if repeatPrefix != 0 { throw .unknownInstruction }
  }
}

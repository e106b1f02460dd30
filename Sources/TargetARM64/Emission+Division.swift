import Codegen
import IR

// Quotients and remainders of tagged ints. A tagged int is t = 2x+1.

extension FunctionCompiler {
  /// Ints with a divisor other than 0. The quotient of 63-bit ints always fits 64 bits.
  mutating func emitGenericDivision(
    _ operation: GenericOperation, _ selected: SelectedInstruction, _ proof: OperandProof,
    _ slow: Int32
  ) {
    emitOperandTest(selected, proof, slow)
    let dividend = register(selected, 0)
    let right = location(selected, 1)
    guard right.isRegister else {
      let divisor = constant(selected, 1) >> 1
      if divisor == 0 {
        emit(ARM64.branch(slow))
      } else if operation == .divide {
        emitQuotient(dividend, divisor)
      } else {
        emitRemainder(dividend, divisor)
      }
      return
    }
    let scratch = CallingConvention.scratch
    let divisor = CallingConvention.addressScratch
    emit(ARM64.asr(divisor, right.register, 1))
    if !proof.contains(.inDomain) { emit(ARM64.branchIfZero(divisor, slow)) }
    emit(ARM64.asr(scratch, dividend, 1))
    emit(ARM64.rrr(.sdiv, scratch, scratch, divisor))
    if operation == .divide {
      emitTagged(scratch)
    } else {
      // t - q · 2d; the tagged divisor is 2d + 1.
      emit(ARM64.sub(divisor, right.register, 1))
      emit(ARM64.rrrr(.msub, result, scratch, divisor, dividend))
    }
  }

  /// The result is 2q + 1.
  private mutating func emitTagged(_ quotient: Register, isNegated: Bool = false) {
    emit(isNegated ? ARM64.neg(result, quotient, .lsl, 1) : ARM64.lsl(result, quotient, 1))
    emit(ARM64.add(result, result, 1))
  }

  // MARK: - By constants

  private mutating func emitQuotient(_ dividend: Register, _ divisor: Int64) {
    switch ConstantDivision(by: divisor) {
    case .unit:
      copy(dividend, to: result)
      if divisor < 0 { emitOpposite() }
    case .power(let exponent):
      emitQuotient(dividend, exponent: exponent)
      if divisor < 0 { emitOpposite() }
    case .multiplication(let multiplier, let shift):
      let quotient = emitQuotient(dividend, multiplier, shift)
      emitTagged(quotient, isNegated: divisor < 0)
    }
  }

  /// Turns the tagged result 2q + 1 into 1 - 2q.
  private mutating func emitOpposite() {
    emit(ARM64.neg(result, result))
    emit(ARM64.add(result, result, 2))
  }

  /// Twice the sum of x and, if it is negative, 2^exponent - 1, is shifted; its lowest bit is the
  /// tag's.
  private mutating func emitQuotient(_ dividend: Register, exponent: UInt8) {
    let sum = CallingConvention.scratch
    if exponent == 1 {
      emit(ARM64.lsr(sum, dividend, 63))
      emit(ARM64.rrr(.add, sum, dividend, sum, .lsl, 1))
    } else {
      emitRounding(dividend, exponent, to: sum)
      emit(ARM64.add(sum, dividend, sum))
    }
    emit(ARM64.asr(sum, sum, exponent))
    emit(ARM64.rri(.orr, result, sum, 1))
  }

  /// Twice 2^exponent - 1 if the dividend is negative, else 0.
  private mutating func emitRounding(
    _ dividend: Register, _ exponent: UInt8, to register: Register
  ) {
    emit(ARM64.asr(register, dividend, 63))
    emit(ARM64.rri(.and, register, register, (2 << Int64(exponent)) &- 2))
  }

  /// The raw quotient, in a scratch register.
  private mutating func emitQuotient(
    _ dividend: Register, _ multiplier: Int64, _ shift: UInt8
  ) -> Register {
    let raw = CallingConvention.scratch
    let quotient = CallingConvention.addressScratch
    emit(ARM64.asr(raw, dividend, 1))
    ARM64.appendConstant(multiplier, to: quotient, into: &output)
    emit(ARM64.rrr(.smulh, quotient, raw, quotient))
    if shift > 0 { emit(ARM64.asr(quotient, quotient, shift)) }
    emit(ARM64.rrr(.sub, quotient, quotient, raw, .asr, 63))
    return quotient
  }

  private mutating func emitRemainder(_ dividend: Register, _ divisor: Int64) {
    let scratch = CallingConvention.scratch
    switch ConstantDivision(by: divisor) {
    case .unit:
      emit(ARM64.moveWide(.movz, result, 1))
    case .power(let exponent):
      // What has been added for a negative dividend is taken away again.
      let sum = CallingConvention.addressScratch
      emitRounding(dividend, exponent, to: scratch)
      emit(ARM64.add(sum, dividend, scratch))
      emit(ARM64.rri(.and, sum, sum, (2 << Int64(exponent)) &- 1))
      emit(ARM64.sub(result, sum, scratch))
    case .multiplication(let multiplier, let shift):
      let quotient = emitQuotient(dividend, multiplier, shift)
      ARM64.appendConstant(2 * Int64(divisor.magnitude), to: scratch, into: &output)
      emit(ARM64.rrrr(.msub, result, quotient, scratch, dividend))
    }
  }
}

import Codegen
import IR

// Quotients and remainders of tagged ints. A tagged int is t = 2x+1. Constant divisors are less
// than 2^30 or so: others are no immediates.

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
      let divisor = immediate(selected, 1) >> 1
      if divisor == 0 {
        emit(X86.jump(slow))
      } else if operation == .divide {
        emitQuotient(dividend, divisor)
      } else {
        emitRemainder(dividend, divisor)
      }
      return
    }
    let scratch = CallingConvention.scratch
    copy(right.register, to: scratch)
    emit(X86.ri(.sar, scratch, 1))
    if !proof.contains(.inDomain) { emit(X86.jump(.equal, slow)) }
    copy(dividend, to: .rax)
    emit(X86.ri(.sar, .rax, 1))
    emit(X86.none(.cqo))
    emit(X86.r(.idiv, scratch))
    emitTagged(operation == .divide ? .rax : .rdx)
  }

  /// The result is 2a + 1.
  private mutating func emitTagged(_ a: Register) {
    emit(X86.lea(result, X86.Memory(a, 1, index: a)))
  }

  // MARK: - By constants

  private mutating func emitQuotient(_ dividend: Register, _ divisor: Int32) {
    switch ConstantDivision(by: Int64(divisor)) {
    case .unit:
      copy(dividend, to: result)
      if divisor < 0 { emitOpposite() }
    case .power(let exponent):
      emitSum(dividend, exponent)
      // Its lowest bit is the tag's.
      emit(X86.ri(.sar, result, Int64(exponent)))
      emit(X86.ri(.or, result, 1))
      if divisor < 0 { emitOpposite() }
    case .multiplication(let multiplier, let shift):
      emitProduct(dividend, multiplier, shift)
      let sign = CallingConvention.scratch
      emit(X86.ri(.sar, sign, 63))
      if divisor < 0 {
        emit(X86.rr(.sub, sign, .rdx))
        emitTagged(sign)
      } else {
        emit(X86.rr(.sub, .rdx, sign))
        emitTagged(.rdx)
      }
    }
  }

  /// Turns the tagged result 2q + 1 into 1 - 2q.
  private mutating func emitOpposite() {
    emit(X86.r(.neg, result))
    emit(X86.add(result, 2))
  }

  /// Twice the sum of x and, if it is negative, 2^exponent - 1, with the tag, is the result; twice
  /// what has been added is in the scratch register.
  private mutating func emitSum(_ dividend: Register, _ exponent: UInt8) {
    let rounding = CallingConvention.scratch
    copy(dividend, to: rounding)
    emit(X86.ri(.sar, rounding, 63))
    emit(X86.ri(.and, rounding, (2 << Int64(exponent)) - 2))
    addRegisters(result, dividend, rounding, 0)
  }

  /// The raw quotient, or one less if the dividend is negative, in rdx; the raw dividend in the
  /// scratch register.
  private mutating func emitProduct(_ dividend: Register, _ multiplier: Int64, _ shift: UInt8) {
    let raw = CallingConvention.scratch
    copy(dividend, to: raw)
    emit(X86.ri(.sar, raw, 1))
    emit(X86.mov(.rax, immediate: multiplier))
    emit(X86.r(.imulWide, raw))
    if shift > 0 { emit(X86.ri(.sar, .rdx, Int64(shift))) }
  }

  private mutating func emitRemainder(_ dividend: Register, _ divisor: Int32) {
    let scratch = CallingConvention.scratch
    switch ConstantDivision(by: Int64(divisor)) {
    case .unit:
      emit(X86.mov(result, immediate: 1))
    case .power(let exponent):
      emitSum(dividend, exponent)
      emit(X86.ri(.and, result, (2 << Int64(exponent)) - 1))
      emit(X86.rr(.sub, result, scratch))
    case .multiplication(let multiplier, let shift):
      emitProduct(dividend, multiplier, shift)
      emit(X86.mov(.rax, scratch))
      emit(X86.ri(.sar, .rax, 63))
      emit(X86.rr(.sub, .rdx, .rax))
      emit(X86.rri(.imul, .rdx, .rdx, Int64(divisor.magnitude)))
      emit(X86.rr(.sub, scratch, .rdx))
      emitTagged(scratch)
    }
  }
}

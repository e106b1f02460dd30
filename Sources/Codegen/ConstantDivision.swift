/// How an int is divided by a constant without a division: 63-bit ints, truncating.
///
/// With s = -1 for a negative dividend x, else 0, and the divisor's magnitude m:
///
/// * m = 2^k: the quotient is (x + (s & m - 1)) >> k, arithmetically;
/// * else it is (x · M >> 64 + shift) - s, where the product has 128 bits. For 2^l < m < 2^(l+1)
///   take shift = l - 1 and M = ⌈2^(63+l) / m⌉, which is below 2^63. The error e = M·m - 2^(63+l)
///   is below m, so that |x| · e < 2^62 · 2^(l+1) = 2^(64+shift) for all 63-bit x, which is what
///   makes the quotient exact. (T. Granlund, P. L. Montgomery, Division by Invariant Integers using
///   Multiplication, PLDI 1994, theorem 5.1; the bit that ints leave free is why M is never too
///   large here.)
///
/// A negative divisor gives the opposite quotient and the same remainder.
public enum ConstantDivision: Equatable, Sendable {
  /// By 1 or -1.
  case unit
  /// By a power of two.
  case power(exponent: UInt8)
  case multiplication(by: Int64, shift: UInt8)

  /// The way to divide by `divisor`, which is a 63-bit int other than 0.
  public init(by divisor: Int64) {
    let magnitude = divisor.magnitude
    let logarithm = 63 - magnitude.leadingZeroBitCount
    if magnitude & (magnitude - 1) == 0 {
      self = logarithm == 0 ? .unit : .power(exponent: UInt8(logarithm))
      return
    }
    // 2^(63+l) has the high word 2^(l-1), which is below the magnitude.
    let high = UInt64(1) << UInt64(logarithm - 1)
    let (quotient, _) = magnitude.dividingFullWidth((high, 0))
    self = .multiplication(by: Int64(quotient + 1), shift: UInt8(logarithm - 1))
  }
}

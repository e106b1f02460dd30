import CPosix
import Diagnostics

extension Lexer {
  /// 2^62: one more than the largest integer, legal directly after a unary minus.
  static let integerBound: UInt64 = 1 << 62

  mutating func lexNumber() {
    let start = position
    if bytes[start] == 0x30 {
      switch bytes[start + 1] {
      case 0x78: return lexRadixInteger(bitsPerDigit: 4)
      case 0x6F: return lexRadixInteger(bitsPerDigit: 3)
      case 0x62: return lexRadixInteger(bitsPerDigit: 1)
      default: break
      }
    }
    var number = DecimalNumber()
    scanDigits(&number, areFraction: false)
    var isFloat = false
    if bytes[position] == 0x2E && isDigit(bytes[position + 1]) {
      isFloat = true
      position += 1
      scanDigits(&number, areFraction: true)
    }
    if bytes[position] | 0x20 == 0x65 && scanExponent(&number) { isFloat = true }
    if isNameByte(bytes[position]) { return malformedNumber(from: start, isFloat: isFloat) }
    if isFloat {
      put(.float, from: start, value: output.floats.count)
      output.floats.append(number.fastValue ?? slowFloat(start, position))
    } else {
      let isInRange = !number.isTruncated && number.mantissa <= Lexer.integerBound
      putInteger(isInRange ? number.mantissa : nil, from: start)
    }
  }

  /// Digits with single underscores between them.
  @inline(__always)
  private mutating func scanDigits(_ number: inout DecimalNumber, areFraction: Bool) {
    while true {
      let byte = bytes[position]
      if isDigit(byte) {
        number.append(byte &- 0x30, isFraction: areFraction)
      } else if byte != 0x5F || !isDigit(bytes[position - 1]) || !isDigit(bytes[position + 1]) {
        return
      }
      position += 1
    }
  }

  /// `e`, an optional sign, and digits; false if that is not what stands here.
  private mutating func scanExponent(_ number: inout DecimalNumber) -> Bool {
    var digit = position + 1
    let sign = bytes[digit]
    if sign == 0x2B || sign == 0x2D { digit += 1 }
    guard isDigit(bytes[digit]) else { return false }
    position = digit
    var exponent = DecimalNumber()
    scanDigits(&exponent, areFraction: false)
    // A bound that no mantissa of a file can make up for, and that cannot overflow.
    let magnitude = exponent.isTruncated ? 1 << 40 : Int(min(exponent.mantissa, 1 << 40))
    number.exponent += sign == 0x2D ? -magnitude : magnitude
    return true
  }

  private mutating func lexRadixInteger(bitsPerDigit: Int) {
    let start = position
    position += 2
    let firstDigit = position
    var value: UInt64 = 0
    var isInRange = true
    while true {
      let byte = bytes[position]
      if let digit = hexDigit(byte), digit < 1 << bitsPerDigit {
        if value >> UInt64(64 - bitsPerDigit) != 0 { isInRange = false }
        value = value << UInt64(bitsPerDigit) | UInt64(digit)
      } else if byte != 0x5F || position == firstDigit || bytes[position - 1] == 0x5F
        || (hexDigit(bytes[position + 1]) ?? 255) >= 1 << bitsPerDigit
      {
        break
      }
      position += 1
    }
    if position == firstDigit || isNameByte(bytes[position]) {
      return malformedNumber(from: start, isFloat: false)
    }
    putInteger(isInRange && value <= Lexer.integerBound ? value : nil, from: start)
  }

  /// - Parameter value: nil for a literal that is out of range.
  private mutating func putInteger(_ value: UInt64?, from start: Int) {
    if value == nil { reports.add(.integerOutOfRange(range(start, position))) }
    put(.integer, from: start, value: output.integers.count)
    output.integers.append(Int(value ?? 0))
  }

  private mutating func malformedNumber(from start: Int, isFloat: Bool) {
    let bad = position
    while isNameByte(bytes[position]) { position += 1 }
    reports.add(
      .malformedNumber(
        range(start, position), range(bad, position),
        character: bad < position ? String(UnicodeScalar(bytes[bad])) : nil))
    if isFloat {
      put(.float, from: start, value: output.floats.count)
      output.floats.append(0)
    } else {
      put(.integer, from: start, value: output.integers.count)
      output.integers.append(0)
    }
  }

  /// A float by the C library, which rounds correctly; the locale is never set, so it is "C".
  private func slowFloat(_ start: Int, _ end: Int) -> Double {
    var text: [CChar] = []
    for offset in start..<end where bytes[offset] != 0x5F { text.append(CChar(bytes[offset])) }
    text.append(0)
    return strtod(text, nil)
  }
}

/// The decimal digits of a number: `mantissa` times ten to the power of `exponent`.
struct DecimalNumber {
  var mantissa: UInt64 = 0
  var exponent = 0
  /// Whether digits did not fit `mantissa`.
  var isTruncated = false

  @inline(__always)
  mutating func append(_ digit: UInt8, isFraction: Bool) {
    if mantissa < UInt64.max / 10 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      if isFraction { exponent -= 1 }
    } else {
      isTruncated = true
    }
  }

  /// The nearest double, where a mantissa and a power of ten that are both exact doubles make it
  /// one correctly rounded operation (Clinger, How to Read Floating Point Numbers Accurately,
  /// 1990).
  var fastValue: Double? {
    guard !isTruncated, mantissa <= 1 << 53, (-22...22).contains(exponent) else { return nil }
    let power = DecimalNumber.powersOfTen[abs(exponent)]
    return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

/// The value of a hexadecimal digit.
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x41 + 10
  case 0x61...0x66: byte - 0x61 + 10
  default: nil
  }
}

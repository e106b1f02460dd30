// Constants that instructions hold in a packed form.

/// Bitmask immediates, the constants of `and`, `orr`, `eor` and `ands`: a run of ones, rotated, in
/// an element of 2, 4, 8, 16, 32 or 64 bits that is repeated over the register (Arm ARM,
/// `DecodeBitMasks`). There are 5,334 of 64 bits.
public enum ARM64BitmaskImmediate {
  /// The fields N, immr and imms, from bit 12 down, of a value of `width` bytes, 4 or 8; nil if it
  /// has none, as 0 and -1. Of 4 bytes the upper half of `value` must be zero.
  public static func encode(_ value: UInt64, width: UInt8) -> UInt32? {
    var pattern = value
    if width == 4 {
      if value >> 32 != 0 { return nil }
      pattern |= value << 32
    }
    if pattern == 0 || pattern == .max { return nil }
    var size = 64
    while size > 2 {
      let half = size / 2
      let mask = lowOnes(half)
      if pattern & mask != pattern >> UInt64(half) & mask { break }
      size = half
    }
    let element = pattern & lowOnes(size)
    let ones = element.nonzeroBitCount
    // The element is `ones` ones, rotated right; it starts with ones again if the run goes over its
    // end.
    let rotation: Int
    if element & 1 == 0 {
      rotation = size - element.trailingZeroBitCount
    } else {
      let low = (~element).trailingZeroBitCount
      rotation = ones - low
    }
    if rotated(lowOnes(ones), by: rotation, size: size) != element { return nil }
    let lengthField = ~UInt32(size - 1) << 1 & 0x3F
    let n: UInt32 = size == 64 ? 1 : 0
    return n << 12 | UInt32(rotation) << 6 | lengthField | UInt32(ones - 1)
  }

  /// The value of `width` bytes with the fields `fields` as ``encode(_:width:)`` gives them; nil if
  /// they are reserved, or if other fields are the usual ones for the value.
  public static func decode(_ fields: UInt32, width: UInt8) -> UInt64? {
    let n = fields >> 12 & 1
    let rotation = Int(fields >> 6 & 0x3F)
    let imms = fields & 0x3F
    let length = n << 6 | ~imms & 0x3F
    if length < 2 || width == 4 && n != 0 { return nil }
    let size = 1 << (31 - length.leadingZeroBitCount)
    let ones = Int(imms) & (size - 1) + 1
    if ones == size || rotation >= size { return nil }
    var pattern = rotated(lowOnes(ones), by: rotation, size: size)
    var repeated = size
    while repeated < Int(width) * 8 {
      pattern |= pattern << UInt64(repeated)
      repeated *= 2
    }
    return pattern
  }

  private static func lowOnes(_ count: Int) -> UInt64 {
    count == 64 ? .max : 1 << UInt64(count) - 1
  }

  private static func rotated(_ element: UInt64, by rotation: Int, size: Int) -> UInt64 {
    (element >> UInt64(rotation) | element << UInt64(size - rotation)) & lowOnes(size)
  }
}

/// The constants of `fmov`: ±n/16 * 2^e with n in 16...31 and e in -3...4, in 8 bits (Arm ARM,
/// `VFPExpandImm`).
public enum ARM64FloatImmediate {
  /// The 8 bits for `value`; nil if it has none.
  public static func encode(_ value: Double) -> UInt8? {
    let bits = value.bitPattern
    if bits & 0xFFFF_FFFF_FFFF != 0 { return nil }
    let exponent = Int(bits >> 52 & 0x7FF) - 1023
    if exponent < -3 || exponent > 4 { return nil }
    let sign = UInt8(bits >> 63) << 7
    let fraction = UInt8(bits >> 48 & 15)
    return sign | UInt8((exponent + 3) ^ 4) << 4 | fraction
  }

  /// The number that the 8 bits stand for.
  public static func decode(_ bits: UInt8) -> Double {
    let exponent = UInt64(bits >> 4 & 7 ^ 4) + 1020
    return Double(
      bitPattern: UInt64(bits >> 7) << 63 | exponent << 52 | UInt64(bits & 15) << 48)
  }
}

/// The constants of `movi` for 64 bits: each byte is 0 or 255, and has one bit of eight (Arm ARM,
/// `AdvSIMDExpandImm`).
public enum ARM64ByteMaskImmediate {
  /// The 8 bits for `value`; nil if a byte is neither 0 nor 255.
  public static func encode(_ value: UInt64) -> UInt8? {
    var bits: UInt8 = 0
    for byte in 0..<8 {
      switch value >> UInt64(8 * byte) & 0xFF {
      case 0: break
      case 0xFF: bits |= 1 << UInt8(byte)
      default: return nil
      }
    }
    return bits
  }

  public static func decode(_ bits: UInt8) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bits >> UInt8($1) & 1) * 0xFF << UInt64(8 * $1) }
  }
}

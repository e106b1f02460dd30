import Foundation

/// How many damaged inputs a test tries in all: `RAIL_FUZZ_COUNT` if it is set, else `usual`.
public func fuzzCount(usually usual: Int) -> Int {
  ProcessInfo.processInfo.environment["RAIL_FUZZ_COUNT"].flatMap { Int($0) } ?? usual
}

/// A deterministic source of random numbers (xorshift64*, Vigna 2016).
public struct RandomNumbers {
  private var state: UInt64

  public init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  public mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_f491_4f6c_dd1d
  }

  /// A number from 0 to `limit` - 1.
  public mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}

/// Returns `bytes` with a few bits, bytes or whole fields changed at random; sometimes without the
/// end. For tests of readers that must not fail on any input.
public func mutated(_ bytes: [UInt8], by random: inout RandomNumbers) -> [UInt8] {
  var bytes = bytes
  for _ in 0...random.below(4) {
    let at = random.below(bytes.count)
    switch random.below(5) {
    case 0: bytes[at] ^= 1 << UInt8(random.below(8))
    case 1: bytes[at] = UInt8(truncatingIfNeeded: random.next())
    case 2:
      let extremes: [UInt8] = [0, 1, 0x7f, 0x80, 0xff]
      let value = extremes[random.below(extremes.count)]
      for index in at..<min(at + (1 << random.below(4)), bytes.count) { bytes[index] = value }
    case 3:
      let from = random.below(bytes.count)
      let count = min(1 + random.below(64), bytes.count - max(at, from))
      bytes.replaceSubrange(at..<at + count, with: bytes[from..<from + count])
    default:
      if random.below(8) == 0 { bytes.removeLast(random.below(bytes.count)) }
    }
  }
  return bytes
}

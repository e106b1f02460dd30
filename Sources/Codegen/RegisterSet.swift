/// A set of physical registers: bit `i` stands for the register with index `i`.
public struct RegisterSet: OptionSet, Sendable, Hashable {
  public let rawValue: UInt64
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// The set of one physical register.
  @inlinable public init(_ register: Register) { rawValue = 1 << UInt64(register.index) }
  @inlinable public init(_ registers: Register...) {
    rawValue = registers.reduce(0) { $0 | 1 << UInt64($1.index) }
  }

  @inlinable public func contains(_ register: Register) -> Bool {
    !register.isNone && !register.isVirtual && rawValue >> UInt64(register.index) & 1 != 0
  }
}

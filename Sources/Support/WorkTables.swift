/// Tables that a pass keeps between the things it works on, functions say, so as not to allocate for each.
extension Array {
  /// Makes the first `count` elements equal to `value`, in place where the array is large enough. It never shrinks: what is
  /// behind them is left over from larger tables.
  @inlinable public mutating func prepare(_ count: Int, _ value: Element) {
    if self.count < count {
      self = Array(repeating: value, count: Swift.max(count, 2 * self.count))
      return
    }
    withUnsafeMutableBufferPointer {
      $0[..<count].update(repeating: value)
    }
  }
}

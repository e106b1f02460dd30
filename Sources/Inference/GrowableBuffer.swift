/// A growable array of trivial values with one owner, for the columns of the type graph: no
/// reference count, no copy on write, bounds checked in debug builds only. An index comes from the
/// graph itself, never from input.
struct GrowableBuffer<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 256) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  subscript(index: Int32) -> Element {
    @inline(__always) unsafeAddress {
      assert(index >= 0 && Int(index) < count)
      return UnsafePointer(base + Int(index))
    }
    @inline(__always) unsafeMutableAddress {
      assert(index >= 0 && Int(index) < count)
      return base + Int(index)
    }
  }

  /// The index of the next element to be appended.
  @inline(__always) var next: Int32 { Int32(truncatingIfNeeded: count) }

  @inline(__always) mutating func append(_ element: Element) {
    if count == capacity { grow(to: capacity * 2) }
    base[count] = element
    count += 1
  }

  mutating func append(_ element: Element, times: Int) {
    reserve(times)
    (base + count).initialize(repeating: element, count: times)
    count += times
  }

  /// Puts so many equal elements in place of all.
  mutating func refill(_ element: Element, times: Int) {
    count = 0
    append(element, times: times)
  }

  /// Makes room for `more` further elements.
  @inline(__always) mutating func reserve(_ more: Int) {
    if count + more > capacity { grow(to: max(capacity * 2, count + more)) }
  }

  @inline(__always) mutating func removeLast() -> Element {
    assert(count > 0)
    count -= 1
    return base[count]
  }

  /// Forgets all elements from index `end` on.
  @inline(__always) mutating func truncate(to end: Int) {
    assert(end <= count)
    count = end
  }

  private mutating func grow(to larger: Int) {
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    moved.update(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = larger
  }
}

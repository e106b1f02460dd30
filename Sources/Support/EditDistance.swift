/// The number of insertions, deletions, replacements and swaps of neighbours that lead from one
/// text to the other (optimal string alignment: Damerau, "A technique for computer detection and
/// correction of spelling errors", CACM 1964).
public func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var beforeLast = [Int](repeating: 0, count: right.count + 1)
  var last = Array(0...right.count)
  var current = last
  for i in left.indices {
    current[0] = i + 1
    for j in right.indices {
      let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
      var distance = min(replaced, last[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      current[j + 1] = distance
    }
    (beforeLast, last, current) = (last, current, beforeLast)
  }
  return last[right.count]
}

import TestSupport

/// The types of a small world in which every match can be checked by trying all values.
indirect enum SmallType {
  case color, truth, number
  case option(SmallType)
  case pair(SmallType, SmallType)
  case list(SmallType)

  /// The declarations that programs over these types need.
  static let declarations = """
    type Color = | Red | Green | Blue
    type Option = | None | Some value

    """

  static func random(depth: Int, _ random: inout RandomNumbers) -> SmallType {
    switch random.below(depth > 0 ? 6 : 3) {
    case 0: .color
    case 1: .truth
    case 2: .number
    case 3: .option(.random(depth: depth - 1, &random))
    case 4: .pair(.random(depth: depth - 1, &random), .random(depth: depth - 1, &random))
    default: .list(.random(depth: 0, &random))
    }
  }
}

/// A value of a small type: a tag and parts. Values of different types never meet.
struct SmallValue: Equatable {
  var tag: Int
  var parts: [SmallValue] = []
}

extension SmallType {
  /// Lists are tried up to this length, one more than patterns can distinguish.
  static let longestList = 4

  /// All values, as far as patterns can tell them apart: 9 stands for all numbers that patterns do
  /// not name.
  var values: [SmallValue] {
    switch self {
    case .color: return (0...2).map { SmallValue(tag: $0) }
    case .truth: return (0...1).map { SmallValue(tag: $0) }
    case .number: return [0, 1, 2, 9].map { SmallValue(tag: $0) }
    case .option(let element):
      return [SmallValue(tag: 0)] + element.values.map { SmallValue(tag: 1, parts: [$0]) }
    case .pair(let first, let second):
      return first.values.flatMap { left in
        second.values.map { SmallValue(tag: 0, parts: [left, $0]) }
      }
    case .list(let element):
      var result = [SmallValue(tag: 0)]
      var longest = result
      for _ in 1...SmallType.longestList {
        longest = longest.flatMap { tail in
          element.values.map { SmallValue(tag: 1, parts: [$0, tail]) }
        }
        result += longest
        if result.count > 300 { break }
      }
      return result
    }
  }
}

/// A pattern, with a number for each alternative of an or-pattern.
indirect enum SmallPattern {
  case any
  case form(tag: Int, text: String, parts: [SmallPattern])
  case either([(number: Int, pattern: SmallPattern)])
}

extension SmallType {
  /// A random pattern for values of this type; its alternatives are numbered from `next` on.
  func randomPattern(
    depth: Int, next: inout Int, _ random: inout RandomNumbers
  ) -> SmallPattern {
    if depth == 0 || random.below(4) == 0 { return .any }
    if random.below(6) == 0 {
      var alternatives: [(number: Int, pattern: SmallPattern)] = []
      for _ in 0..<(2 + random.below(2)) {
        next += 1
        let number = next
        alternatives.append(
          (number, randomPattern(depth: depth - 1, next: &next, &random)))
      }
      return .either(alternatives)
    }
    switch self {
    case .color:
      let tag = random.below(3)
      return .form(tag: tag, text: ["Red", "Green", "Blue"][tag], parts: [])
    case .truth:
      let tag = random.below(2)
      return .form(tag: tag, text: ["false", "true"][tag], parts: [])
    case .number:
      let tag = random.below(3)
      return .form(tag: tag, text: "\(tag)", parts: [])
    case .option(let element):
      if random.below(2) == 0 { return .form(tag: 0, text: "None", parts: []) }
      let part = element.randomPattern(depth: depth - 1, next: &next, &random)
      return .form(tag: 1, text: "Some", parts: [part])
    case .pair(let first, let second):
      let left = first.randomPattern(depth: depth - 1, next: &next, &random)
      let right = second.randomPattern(depth: depth - 1, next: &next, &random)
      return .form(tag: 0, text: ",", parts: [left, right])
    case .list(let element):
      if random.below(2) == 0 { return .form(tag: 0, text: "[]", parts: []) }
      let head = element.randomPattern(depth: depth - 1, next: &next, &random)
      let tail = randomPattern(depth: depth - 1, next: &next, &random)
      return .form(tag: 1, text: "::", parts: [head, tail])
    }
  }
}

extension SmallPattern {
  /// Whether the pattern fits; adds the alternatives by which it does to `chosen`.
  ///
  /// - Parameter tryingAll: whether to go on behind the first alternative that fits, as when the
  ///   arm has a guard that is false.
  func fits(_ value: SmallValue, tryingAll: Bool, _ chosen: inout [Int]) -> Bool {
    switch self {
    case .any: return true
    case .form(let tag, _, let parts):
      guard tag == value.tag else { return false }
      for (part, element) in zip(parts, value.parts) {
        if !part.fits(element, tryingAll: tryingAll, &chosen) { return false }
      }
      return true
    case .either(let alternatives):
      var isFitting = false
      for alternative in alternatives {
        var inner: [Int] = []
        guard alternative.pattern.fits(value, tryingAll: tryingAll, &inner) else { continue }
        chosen += [alternative.number] + inner
        isFitting = true
        if !tryingAll { break }
      }
      return isFitting
    }
  }

  /// The numbers of the alternatives that are not in `reached`, in source order; nothing inside
  /// them.
  func unreached(_ reached: Set<Int>) -> [Int] {
    switch self {
    case .any: []
    case .form(_, _, let parts): parts.flatMap { $0.unreached(reached) }
    case .either(let alternatives):
      alternatives.flatMap {
        reached.contains($0.number) ? $0.pattern.unreached(reached) : [$0.number]
      }
    }
  }

  /// Whether the pattern, or one of its alternatives, does not take every value.
  var isTest: Bool {
    switch self {
    case .any: false
    case .form: true
    case .either(let alternatives): alternatives.contains { $0.pattern.isTest }
    }
  }

  private var isParenthesised: Bool {
    switch self {
    case .any: false
    case .form(_, let text, let parts): !parts.isEmpty && text != ","
    case .either: true
    }
  }

  /// Writes the pattern and notes at which offsets its alternatives begin.
  func write(to text: inout String, _ starts: inout [Int: Int]) {
    switch self {
    case .any: text += "_"
    case .form(_, let name, let parts):
      if parts.isEmpty {
        text += name
        return
      }
      text += "("
      if name == "Some" { text += "Some " }
      for (index, part) in parts.enumerated() {
        if index > 0 { text += name == "," ? ", " : " :: " }
        part.write(to: &text, &starts)
      }
      text += ")"
    case .either(let alternatives):
      text += "("
      for (index, alternative) in alternatives.enumerated() {
        if index > 0 { text += " | " }
        // Parentheses around a pattern are not part of it, but those of a tuple are.
        starts[alternative.number] =
          text.utf8.count + (alternative.pattern.isParenthesised ? 1 : 0)
        alternative.pattern.write(to: &text, &starts)
      }
      text += ")"
    }
  }
}

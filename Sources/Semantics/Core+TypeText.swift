public import Support

/// A type of typed Core as text, for people: `list (int, string or 0)`. Where a type contains
/// itself, `^` stands for it; what is nested too deeply is left out.
public func typeText(
  _ type: Int32, _ typing: CoreTyping, _ program: CoreProgram, _ interner: Interner
) -> String {
  var writer = CoreTypeWriter(typing: typing, program: program, interner: interner)
  return writer.text(type, isPart: false)
}

private struct CoreTypeWriter {
  let typing: CoreTyping
  let program: CoreProgram
  let interner: Interner
  /// The types around the one at hand.
  private var path: [Int32] = []
  private static let depthLimit = 12

  init(typing: CoreTyping, program: CoreProgram, interner: Interner) {
    self.typing = typing
    self.program = program
    self.interner = interner
  }

  mutating func text(_ index: Int32, isPart: Bool) -> String {
    if path.contains(index) { return "^" }
    if path.count == CoreTypeWriter.depthLimit { return "…" }
    path.append(index)
    defer { path.removeLast() }
    let type = typing.types[Int(index)]
    var text = headText(index, type)
    for (extra, name) in [
      (CoreExtras.zero, "0"), (.null, "null"), (.unit, "()"), (.error, "error"),
    ] where type.extras.contains(extra) { text += " or \(name)" }
    let isCompound =
      !type.extras.isEmpty || type.head == .function || type.partCount > 0 && type.head != .tuple
    return isPart && isCompound ? "(\(text))" : text
  }

  private mutating func headText(_ index: Int32, _ type: CoreValueType) -> String {
    let parts = (0..<type.partCount).map { typing.part(index, $0) }
    switch type.head {
    case .rawFloat: return "raw"
    case .floatArray: return "float_array"
    case .pointer: return "ptr"
    case .channel: return "chan " + text(parts[0], isPart: true)
    case .list, .array, .thread: return "\(type.head) " + text(parts[0], isPart: true)
    case .tuple: return "(" + parts.map { text($0, isPart: false) }.joined(separator: ", ") + ")"
    case .function:
      let parameter = typing.types[Int(parts[0])].head == .function
      return text(parts[0], isPart: parameter) + " -> " + text(parts[1], isPart: false)
    case .named:
      let name = interner.string(of: program.types[Int(type.payload)].name)
      return ([name] + parts.map { text($0, isPart: true) }).joined(separator: " ")
    default: return "\(type.head)"
    }
  }
}

/// `match` and patterns.
extension ProgramGenerator {
  /// A pattern and the names it binds.
  private struct Pattern {
    var text: String
    var variables: [Variable] = []
  }

  mutating func match(_ type: RailType, _ depth: Int) -> Term {
    var scrutineeType = anyType(2)
    if case .function = scrutineeType { scrutineeType = .list(.int) }
    let scrutinee = term(scrutineeType, depth)
    var pieces: [Term.Piece] = [.text("(match "), .inner(scrutinee)]
    var isComplete = false
    let patterns = completePatterns(scrutineeType)
    if let patterns, chance(50) {
      isComplete = true
      for pattern in patterns { addArm(pattern, type, depth, &pieces) }
    } else {
      for _ in 0...below(3) {
        addArm(pattern(scrutineeType, 2), type, depth, &pieces)
      }
    }
    if !isComplete {
      let name = chance(50) ? nil : fresh("y")
      let rest = Pattern(
        text: name ?? "_", variables: name.map { [Variable(name: $0, type: scrutineeType)] } ?? [])
      addArm(rest, type, depth, &pieces, mayHaveGuard: false)
    }
    pieces.append(.text(")"))
    return Term(type, pieces: pieces, isAtom: true)
  }

  private mutating func addArm(
    _ pattern: Pattern, _ type: RailType, _ depth: Int, _ pieces: inout [Term.Piece],
    mayHaveGuard: Bool = true
  ) {
    pieces.append(.text(" | \(pattern.text)"))
    if mayHaveGuard && chance(15) {
      let condition = binding(pattern.variables) { $0.term(.bool, depth - 1) }
      pieces += [.text(" if "), .operand(condition), .text(" -> ")]
      let guarded = binding(pattern.variables) { $0.term(type, depth) }
      pieces.append(.operand(guarded))
      // A guard covers nothing, so the pattern comes once more.
      pieces.append(.text(" | \(pattern.text)"))
    }
    pieces += [
      .text(" -> "), .operand(binding(pattern.variables) { $0.term(type, depth) }),
    ]
  }

  /// Patterns that together cover a type with few cases.
  private mutating func completePatterns(_ type: RailType) -> [Pattern]? {
    switch type {
    case .bool: return [Pattern(text: "true"), Pattern(text: "false")]
    case .list(let element):
      let rest = Variable(name: fresh("t"), type: type)
      let first = Variable(name: fresh("h"), type: element)
      let empty = Pattern(text: "[]")
      let cons = Pattern(text: "\(first.name) :: \(rest.name)", variables: [first, rest])
      if chance(60) { return [empty, cons] }
      let one = Variable(name: fresh("h"), type: element)
      return [cons, empty, Pattern(text: "[\(one.name)]", variables: [one])].reversed()
    case .tuple(let parts):
      return [fields(parts.map { ($0, 0) }) { "(" + $0.joined(separator: ", ") + ")" }]
    case .data(let index, let arguments):
      return types[index].constructors.map { constructor in
        constructed(constructor, arguments, 0)
      }
    default: return nil
    }
  }

  /// Any pattern that a value of the type may match.
  private mutating func pattern(_ type: RailType, _ depth: Int) -> Pattern {
    if depth == 0 || chance(20) {
      if chance(30) { return Pattern(text: "_") }
      let variable = Variable(name: fresh("y"), type: type)
      return Pattern(text: variable.name, variables: [variable])
    }
    if chance(8) {
      let variable = Variable(name: fresh("y"), type: type)
      let inner = pattern(type, depth - 1)
      return Pattern(
        text: "(\(inner.text) as \(variable.name))", variables: inner.variables + [variable])
    }
    switch type {
    case .int, .small, .number:
      return Pattern(text: pick(["0", "1", "2", "(-1)", "7", "(0 | 3 | 5)", "255"]))
    case .float: return Pattern(text: pick(["0.0", "1.0", "2.5", "1", "(0.5 | 3.0)"]))
    case .bool: return Pattern(text: pick(["true", "false", "1"]))
    case .string: return Pattern(text: pick(["\"\"", "\"a\"", "\"abc\"", "(\"b\" | \"12\")"]))
    case .dynamic:
      return Pattern(text: pick(["0", "1.0", "\"a\"", "[]", "null", "(1 | \"b\")", "()"]))
    case .list(let element): return listPattern(type, element, depth)
    case .tuple(let parts):
      return fields(parts.map { ($0, depth - 1) }) { "(" + $0.joined(separator: ", ") + ")" }
    case .data(let index, let arguments):
      return constructed(pick(types[index].constructors), arguments, depth - 1)
    case .array, .floats, .function, .variable: return Pattern(text: "_")
    }
  }

  private mutating func listPattern(
    _ type: RailType, _ element: RailType, _ depth: Int
  ) -> Pattern {
    switch below(4) {
    case 0: return Pattern(text: "[]")
    case 1: return fields([(element, depth - 1), (type, 0)]) { "(\($0[0]) :: \($0[1]))" }
    case 2: return fields([(element, depth - 1)]) { "[\($0[0])]" }
    default:
      return fields([(element, depth - 1), (element, 0), (type, 0)]) {
        "(\($0[0]) :: \($0[1]) :: \($0[2]))"
      }
    }
  }

  private mutating func constructed(
    _ constructor: DataType.Constructor, _ arguments: [RailType], _ depth: Int
  ) -> Pattern {
    let parts = constructor.fields.map { ($0.replacing(arguments), depth) }
    let names = constructor.fieldNames
    return fields(parts) { texts in
      if texts.isEmpty { return constructor.name }
      if names.isEmpty { return "(\(constructor.name) \(texts.joined(separator: " ")))" }
      let fields = zip(names, texts).map { "\($0) = \($1)" }
      return "(\(constructor.name) { \(fields.joined(separator: ", ")) })"
    }
  }

  private mutating func fields(
    _ parts: [(type: RailType, depth: Int)], _ text: ([String]) -> String
  ) -> Pattern {
    let patterns = parts.map { pattern($0.type, $0.depth) }
    return Pattern(text: text(patterns.map(\.text)), variables: patterns.flatMap(\.variables))
  }
}

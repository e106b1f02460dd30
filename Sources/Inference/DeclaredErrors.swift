import Diagnostics
import Semantics
import Support

// What is said about values that do not fit declared types.

extension TypeInference {
  /// - Parameter declared: the declared type into which the value at the site flows, or -1.
  mutating func report(_ violation: Violation, at site: Int32, declared: Int32) {
    guard site >= 0 else { return }
    let inner = system.nodes[violation.declared].declared
    let declaration = declared >= 0 ? declared : inner
    let value = system.find(expressionNode(violation, site))
    let isInside = value != violation.found
    let place = range(of: site)
    var labels: [Diagnostic.Label] = []
    if declaration >= 0 {
      labels.append(.init(program.declarations.types[Int(declaration)].range, "declared here"))
    }
    if let label = origin(violation.found, unless: site) { labels.append(label) }
    let function = conversion(violation, isInside: isInside, site)
    add(
      .violatedDeclaration(
        violation.kind, subject: subject(of: declaration), found: valueName(violation.found),
        isInside: isInside, at: place, labels: labels,
        function: function, edits: function.map { [applyingAsArgument($0, to: site)] } ?? []),
      at: site, mayBeWarning: violation.kind != .uncheckable)
  }

  /// The node found is part of the value, unless it is the value itself: known only by its being whole.
  private mutating func expressionNode(_ violation: Violation, _ site: Int32) -> Int32 {
    for index in 0..<system.edges.next {
      let edge = system.edges[index]
      if edge.site == site && edge.place == .value { return edge.from }
    }
    return violation.found
  }

  mutating func report(_ escape: Escape) {
    let declared = system.nodes[escape.node].declared
    let site = escape.site >= 0 ? escape.site : lastBody()
    var labels: [Diagnostic.Label] = []
    if declared >= 0 {
      labels.append(.init(program.declarations.types[Int(declared)].range, "declared here"))
    }
    add(
      .declaredBecomesDynamic(
        kindName(escape.node), isVariable: system.nodes[escape.node].head == .variable,
        at: range(of: site), labels: labels), at: site, mayBeWarning: false)
  }

  private func lastBody() -> Int32 {
    let members = graph.members(of: Int(component))
    return program.globals[Int(members[members.startIndex])].body
  }

  /// `argument 1 of 'f' must be int`
  private mutating func subject(of declared: Int32) -> String {
    if subjects.isEmpty { subjects = declarationTexts() }
    if declared < 0 { return "this value must be of the type that is declared for it" }
    if let text = subjects[declared] { return String(decoding: text, as: UTF8.self) }
    return "this value must be \(text(of: declared))"
  }

  /// What a value is, also if it is only an extra one.
  func valueName(_ node: Int32) -> String {
    let value = system.nodes[node]
    guard value.head == .unresolved else {
      if value.head == .dyn { return "a dyn" }
      let rest = extrasName(value.extras)
      return rest.isEmpty ? kindName(node) : "\(kindName(node)) or \(rest)"
    }
    let name = extrasName(value.extras)
    return name.isEmpty ? "a value" : name
  }

  private func extrasName(_ extras: Extras) -> String {
    var names: [String] = []
    if extras.contains(.zero) { names.append("0") }
    if extras.contains(.null) { names.append("null") }
    if extras.contains(.unit) { names.append("unit") }
    if extras.contains(.error) { names.append("an error value") }
    return names.joined(separator: " or ")
  }

  /// The function that would convert the value, if there is one.
  private func conversion(_ violation: Violation, isInside: Bool, _ site: Int32) -> String? {
    let found = system.nodes[violation.found].head
    let wanted = system.nodes[violation.declared].head
    if violation.kind == .intElements {
      return isInside ? "map to_float" : nil
    }
    guard violation.kind == .mismatch, !isInside else { return nil }
    switch (found, wanted) {
    case (.int, .string), (.float, .string), (.num, .string): return "show"
    case (.float, .int): return "to_int"
    case (.string, .int): return "parse_int"
    case (.string, .float), (.string, .num): return "parse_float"
    default: return nil
    }
  }
}

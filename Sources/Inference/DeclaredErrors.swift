import Diagnostics
import Semantics
import Support

// What is said about values that do not fit declared types.

extension TypeInference {
  /// - Parameter demand: the declared type into which the value at the site flows.
  mutating func report(_ violation: Violation, at site: Int32, _ demand: DeclaredDemand) {
    guard site >= 0 else { return }
    var demand = demand
    let value = system.find(expressionNode(violation, site))
    let isInside = value != violation.found
    var inner = DeclaredDemand(
      declared: system.nodes[violation.declared].declared, subject: demand.subject)
    if inner.declared < 0 { inner.declared = demand.declared }
    if demand.declared < 0 { demand.declared = inner.declared }
    var labels: [Diagnostic.Label] = []
    if let place = place(of: inner) { labels.append(.init(place, "declared here")) }
    let mixture = mixture(violation)
    if var label = origin(violation.found, unless: site) {
      if let mixture { label.text = "\(mixture) comes from here" }
      labels.append(label)
    } else if let definition = definition(ofLocal: site) {
      let found = isInside ? "the value" : valueName(violation.found)
      labels.append(.init(range(of: definition), "\(found) comes from here"))
    }
    let function = conversion(violation, isInside: isInside, site)
    add(
      .violatedDeclaration(
        violation.kind, subject: text(of: demand),
        found: mixture ?? valueName(violation.found),
        isInside: isInside, at: range(of: site), labels: labels,
        function: function, edits: function.map { [applyingAsArgument($0, to: site)] } ?? []),
      at: site, mayBeWarning: violation.kind != .uncheckable)
  }

  /// The kinds of which a dyn is made, without the one that is declared.
  private func mixture(_ violation: Violation) -> String? {
    let cause = system.nodes[violation.found].cause
    guard system.nodes[violation.found].head == .dyn, cause >= 0 else { return nil }
    let kinds = system.causes[Int(cause)]
    let wanted = system.nodes[violation.declared].head
    let found = kindName(kinds.found, kinds.foundPayload)
    let other = kindName(kinds.other, kinds.otherPayload)
    if kinds.found == wanted { return other }
    return kinds.other == wanted ? found : "\(found) or \(other)"
  }

  /// The value that a local variable is bound to, if an expression is one.
  func definition(ofLocal site: Int32) -> Int32? {
    let expressions = graph.expressions(of: graph.owner(of: site))
    var value = site
    while expression(value).kind == .local {
      let local = expression(value).a
      let binding = expressions.first { expression($0).kind == .let && expression($0).a == local }
      guard let binding else { break }
      value = expression(binding).b
    }
    return value == site ? nil : value
  }

  /// The node found is part of the value, unless it is the value itself: known only by its being
  /// whole.
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

  /// What a value is, also if it is only an extra one.
  func valueName(_ node: Int32) -> String {
    let value = system.nodes[node]
    guard value.head == .unresolved else {
      if value.head == .dyn { return "a dyn" }
      let rest = valueName(value.extras)
      return rest.isEmpty ? kindName(node) : "\(kindName(node)) or \(rest)"
    }
    let name = valueName(value.extras)
    return name.isEmpty ? "a value" : name
  }

  func valueName(_ extras: Extras) -> String {
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

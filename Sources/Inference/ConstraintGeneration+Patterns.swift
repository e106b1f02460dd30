import Semantics

extension TypeInference {
  /// Takes a value apart.
  ///
  /// - Parameters:
  ///   - site: the expression with the value.
  ///   - isTotal: whether a value of another kind is no error, because another arm takes it.
  mutating func generate(
    pattern index: Int32, of value: Int32, site: Int32, isTotal: Bool
  ) {
    var index = index
    var value = value
    while true {
      let pattern = program.patterns[Int(index)]
      switch pattern.kind {
      case .wildcard, .integer, .float, .string, .null, .unit: return
      case .variable:
        localNodes[firstLocal + pattern.a] = value
        return
      case .as_:
        localNodes[firstLocal + pattern.b] = value
        index = pattern.a
      case .nil_:
        _ = parts(of: value, .list, payload: 0, count: 1, site: site, isTotal: isTotal)
        return
      case .cons:
        let list = parts(of: value, .list, payload: 0, count: 1, site: site, isTotal: isTotal)
        let element = system.kid(list, 0)
        generate(pattern: pattern.a, of: element, site: site, isTotal: isTotal)
        value = system.newStructure(.list, kid: element, origin: site)
        index = pattern.b
      case .tuple:
        let tuple = parts(
          of: value, .tuple, payload: 0, count: pattern.listCount, site: site, isTotal: isTotal)
        generate(parts: pattern, of: tuple, from: 0, site: site, isTotal: isTotal)
        return
      case .constructor:
        let type = program.constructors[Int(pattern.a)].type
        let count = system.fieldOffsets[Int(type) + 1] - system.fieldOffsets[Int(type)]
        let instance = parts(
          of: value, .named, payload: type, count: count, site: site, isTotal: isTotal)
        let offset = constructorOffsets[Int(pattern.a)]
        generate(parts: pattern, of: instance, from: offset, site: site, isTotal: isTotal)
        return
      case .or:
        // The alternatives bind the same locals: what they bind flows together.
        for position in 0..<pattern.listCount {
          let alternative = program.operands[Int(pattern.listStart + position)]
          generate(alternative: alternative, of: value, site: site, isTotal, isFirst: position == 0)
        }
        return
      }
    }
  }

  private mutating func generate(
    parts pattern: CorePattern, of node: Int32, from offset: Int32, site: Int32, isTotal: Bool
  ) {
    for position in 0..<pattern.listCount {
      generate(
        pattern: program.operands[Int(pattern.listStart + position)],
        of: system.kid(node, offset + position), site: site, isTotal: isTotal)
    }
  }

  /// One alternative of several.
  private mutating func generate(
    alternative index: Int32, of value: Int32, site: Int32, _ isTotal: Bool, isFirst: Bool
  ) {
    var bound: [Int32] = []
    collectLocals(of: index, &bound)
    let before = bound.map { localNodes[firstLocal + $0] }
    generate(pattern: index, of: value, site: site, isTotal: true)
    for (position, local) in bound.enumerated() {
      let own = localNodes[firstLocal + local]
      let joined = isFirst ? system.new() : before[position]
      system.flow(own, joined, site: site)
      localNodes[firstLocal + local] = joined
    }
  }

  private func collectLocals(of root: Int32, _ locals: inout [Int32]) {
    var pending = [root]
    while let index = pending.popLast() {
      let pattern = program.patterns[Int(index)]
      switch pattern.kind {
      case .wildcard, .integer, .float, .string, .null, .unit, .nil_: break
      case .variable: locals.append(pattern.a)
      case .as_:
        locals.append(pattern.b)
        pending.append(pattern.a)
      case .cons: pending.append(contentsOf: [pattern.b, pattern.a])
      case .tuple, .constructor: pending.append(contentsOf: program.list(pattern).reversed())
      case .or:
        if let first = program.list(pattern).first { pending.append(first) }
      }
    }
  }

  /// The node with the parts of a value of some constructor: what an earlier pattern has asked for,
  /// if there was one.
  private mutating func parts(
    of value: Int32, _ head: TypeHead, payload: Int32, count: Int32, site: Int32, isTotal: Bool
  ) -> Int32 {
    if !isTotal, isParameter(value, site) {
      noteDemand(
        of: site,
        ParameterDemand(parameter: 0, head: head, payload: payload, kidCount: count, site: site))
    }
    if let known = knownParts(of: value, head, payload, count) { return known }
    let template: Int32
    if head == .named {
      template = instance(ofType: payload, site: site)
    } else {
      template = system.newStructure(head, payload: payload, freshKids: count, origin: site)
    }
    system.demand(
      value, template, site: site, isTotal: isTotal, isUnconditional: isUnconditional)
    return template
  }

  /// Whether a value that is taken apart is that of a variable as a whole, not a part of it.
  private mutating func isParameter(_ value: Int32, _ site: Int32) -> Bool {
    let name = expression(site)
    return isUnconditional && name.kind == .local && localNodes[firstLocal + name.a] == value
  }

  /// Looks at the latest few demands on a value.
  private mutating func knownParts(
    of value: Int32, _ head: TypeHead, _ payload: Int32, _ count: Int32
  ) -> Int32? {
    let root = system.find(value)
    let last = system.nodes[root].lastUse
    if last < 0 { return nil }
    var use = last
    for _ in 0..<4 {
      let constraint = system.constraints[system.uses[use].constraint]
      if constraint.kind == .demand || constraint.kind == .totalDemand {
        let template = system.nodes[constraint.b]
        if template.parent == constraint.b, template.head == head, template.payload == payload,
          template.kidCount == count, !template.isRigid
        {
          return constraint.b
        }
      }
      use = system.uses[use].next
      if use == last { break }
    }
    return nil
  }

  /// Whether a pattern fits every value.
  mutating func isIrrefutable(_ index: Int32) -> Bool {
    var index = index
    while true {
      let pattern = program.patterns[Int(index)]
      switch pattern.kind {
      case .wildcard, .variable: return true
      case .as_: index = pattern.a
      default: return false
      }
    }
  }
}

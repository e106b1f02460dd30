extension CoreProgram {
  /// The first expression of a definition: they stand behind the body of the one before.
  public func firstExpression(of global: Int32) -> Int32 {
    global == 0 ? 0 : globals[Int(global) - 1].body + 1
  }

  /// The expressions whose values an expression may have, behind bindings and choices.
  public func waysOut(of body: Int32) -> [Int32] {
    var found: [Int32] = []
    var pending = [body]
    while let index = pending.popLast() {
      let node = expressions[Int(index)]
      switch node.kind {
      case .let, .letFunction, .destructure, .sequence: pending.append(node.c)
      case .if:
        pending.append(node.c)
        pending.append(node.b)
      case .match:
        for arm in list(node).reversed() { pending.append(arms[Int(arm)].body) }
      default: found.append(index)
      }
    }
    return found
  }

  /// Appends a copy of a definition, with expressions of its own; returns its number.
  public mutating func appendCopy(of index: Int32) -> Int32 {
    var global = globals[Int(index)]
    let first = firstExpression(of: index)
    let distance = Int32(expressions.count) - first
    for source in first...global.body {
      expressions.append(shifted(expressions[Int(source)], by: distance))
    }
    let locals = Int(global.firstLocal)..<Int(global.firstLocal + global.localCount)
    global.firstLocal = Int32(self.locals.count)
    self.locals.append(contentsOf: self.locals[locals])
    global.body += distance
    globals.append(global)
    return Int32(globals.count - 1)
  }

  /// An expression whose parts stand some places further on.
  private mutating func shifted(_ source: CoreExpression, by distance: Int32) -> CoreExpression {
    var node = source
    switch node.kind {
    case .integer, .float, .string, .null, .unit, .nil_, .local, .global, .intrinsic, .constructor,
      .foreign, .error:
      break
    case .call, .update:
      node.a += distance
      shiftList(&node, by: distance)
    case .operator, .tuple, .list, .construct, .interpolation: shiftList(&node, by: distance)
    case .coerce, .cast, .field, .lambda: node.a += distance
    case .and, .or:
      node.a += distance
      node.b += distance
    case .if:
      node.a += distance
      node.b += distance
      node.c += distance
    case .let, .letFunction, .destructure, .sequence:
      node.b += distance
      node.c += distance
    case .match:
      node.a += distance
      let start = Int32(operands.count)
      for index in list(source) {
        var arm = arms[Int(index)]
        if arm.guardExpression >= 0 { arm.guardExpression += distance }
        arm.body += distance
        operands.append(Int32(arms.count))
        arms.append(arm)
      }
      node.listStart = start
    }
    return node
  }

  private mutating func shiftList(_ node: inout CoreExpression, by distance: Int32) {
    let start = Int32(operands.count)
    for part in list(node) { operands.append(part + distance) }
    node.listStart = start
  }
}

extension CoreDeclarations {
  /// Whether two declared types without variables say the same.
  public func areSame(_ first: Int32, _ second: Int32) -> Bool {
    // Types share parts: as trees they may be exponential.
    var seen: Set<UInt64> = []
    var pending = [(first, second)]
    while let (first, second) = pending.popLast() {
      let key = UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
      if first == second || !seen.insert(key).inserted { continue }
      let (left, right) = (types[Int(first)], types[Int(second)])
      switch left.kind {
      case .inferred, .variable, .alias: return false
      default: break
      }
      guard left.kind == right.kind, left.extras == right.extras, left.payload == right.payload,
        left.partCount == right.partCount
      else { return false }
      for number in 0..<left.partCount {
        pending.append((part(first, number), part(second, number)))
      }
    }
    return true
  }
}

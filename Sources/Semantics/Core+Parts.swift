extension CoreProgram {
  /// Appends the expressions of which another consists, in the order of their evaluation.
  @inlinable public func appendParts(of node: CoreExpression, to parts: inout [Int32]) {
    switch node.kind {
    case .integer, .float, .string, .null, .unit, .nil_, .local, .global, .intrinsic, .constructor,
      .foreign, .error:
      break
    case .call, .update:
      parts.append(node.a)
      parts.append(contentsOf: list(node))
    case .operator, .tuple, .list, .construct, .interpolation:
      parts.append(contentsOf: list(node))
    case .coerce, .cast, .field, .lambda: parts.append(node.a)
    case .and, .or:
      parts.append(node.a)
      parts.append(node.b)
    case .if:
      parts.append(node.a)
      parts.append(node.b)
      parts.append(node.c)
    case .let, .letFunction, .destructure, .sequence:
      parts.append(node.b)
      parts.append(node.c)
    case .match:
      parts.append(node.a)
      for index in list(node) {
        let arm = arms[Int(index)]
        if arm.guardExpression >= 0 { parts.append(arm.guardExpression) }
        parts.append(arm.body)
      }
    }
  }
}

extension SyntaxTree {
  /// The children of a node in source order, with ``NodeID/none`` for an absent one that others
  /// follow. This is the one place that knows which fields of a node are children (see
  /// ``SyntaxKind``).
  public func children(of id: NodeID) -> [NodeID] {
    let node = self[id]
    func list(_ start: Int32, _ count: Int32) -> [NodeID] {
      self.list(start, count).map { NodeID(index: $0) }
    }
    func nodes(_ indices: Int32...) -> [NodeID] {
      var nodes = indices.map { NodeID(index: $0) }
      while nodes.last?.isNone == true { nodes.removeLast() }
      return nodes
    }
    switch node.kind {
    case .functionDeclaration, .letFunction: return list(node.b, node.c) + nodes(node.d)
    case .lambda: return list(node.b, node.c) + nodes(node.d)
    case .foreignDeclaration: return list(node.b, node.c) + nodes(node.d)
    case .signatureDeclaration, .fieldDeclaration, .fieldValue, .fieldPattern: return nodes(node.b)
    case .typeDeclaration, .constructorDeclaration, .importNames, .block, .interpolation, .tuple,
      .list, .constructorPattern, .recordPattern, .tuplePattern, .listPattern, .orPattern,
      .typeTuple:
      return list(node.b, node.c)
    case .aliasDeclaration: return list(node.c, node.d) + nodes(node.b)
    case .importDeclaration: return nodes(node.c)
    case .letStatement, .binary, .range, .consPattern, .typeFunction, .typeExtra:
      return nodes(node.a, node.b)
    case .ifExpression, .matchArm: return nodes(node.a, node.b, node.c)
    case .matchExpression, .application, .recordConstruction, .recordUpdate, .typeApplication:
      return nodes(node.a) + list(node.b, node.c)
    case .negate, .field, .literalPattern, .asPattern, .typeList: return nodes(node.a)
    case .linkDeclaration, .generateDirective, .name, .integer, .float, .string, .boolean, .null,
      .unit, .wildcardPattern, .namePattern, .typeName, .error:
      return []
    }
  }
}

/// The generalised type of a definition: a small graph, numbered from 0, that is copied for each
/// use. A reference to a node is its number, or, negative, `~n` for the persistent node n, which is
/// shared.
struct Scheme {
  var firstNode: Int32 = 0
  var nodeCount: Int32 = 0
  var firstKid: Int32 = 0
  var kidCount: Int32 = 0
  var firstConstraint: Int32 = 0
  var constraintCount: Int32 = 0
  /// In ``SchemeTable/roots``: the parameters, then the result.
  var firstRoot: Int32 = 0
  var parameterCount: Int32 = 0
  /// Whether the operations behind the parameters, not flows, use the arguments (builtins).
  var demandsArguments = false
  /// Whether arguments of other kinds are no errors.
  var isSoft = false
  /// Whether it is that of a complete signature.
  var isDeclared = false
  /// Extras that the result has in addition (`head`, `recv`).
  var resultExtras: Extras = []
}

struct SchemeNode {
  var head: TypeHead
  var extras: Extras
  var flags: NodeFlags
  var payload: Int32
  /// Relative to the kids of the scheme.
  var firstKid: Int32
  var kidCount: Int32
  var origin: Int32
}

/// All schemes, in flat arrays, so that a copy is a loop over a range.
struct SchemeTable: ~Copyable {
  var schemes: [Scheme] = []
  var nodes = GrowableBuffer<SchemeNode>(capacity: 4096)
  var kids = GrowableBuffer<Int32>(capacity: 4096)
  /// Node references in `a`, `b` and `result`.
  var constraints = GrowableBuffer<Constraint>()
  var roots = GrowableBuffer<Int32>()
}

extension ConstraintSystem {
  /// Copies the nodes and constraints of a scheme; returns what has to be added to a reference.
  ///
  /// - Parameters:
  ///   - site: the expression that uses the scheme.
  ///   - namesSite: whether values of the scheme's heads come from there (builtins).
  mutating func instantiate(
    _ scheme: Scheme, _ table: borrowing SchemeTable, site: Int32, namesSite: Bool
  ) -> Int32 {
    let base = nodes.next
    let kidBase = kids.next
    nodes.reserve(Int(scheme.nodeCount))
    for index in scheme.firstNode..<(scheme.firstNode + scheme.nodeCount) {
      let source = table.nodes[index]
      var node = TypeNode(index: nodes.next)
      node.head = source.head
      node.extras = source.extras
      node.flags = source.flags
      node.payload = source.payload
      node.firstKid = kidBase + source.firstKid
      node.kidCount = source.kidCount
      node.origin = namesSite && source.origin > -2 ? site : source.origin
      nodes.append(node)
    }
    kids.reserve(Int(scheme.kidCount))
    for index in scheme.firstKid..<(scheme.firstKid + scheme.kidCount) {
      kids.append(resolve(table.kids[index], base))
    }
    for index in scheme.firstConstraint..<(scheme.firstConstraint + scheme.constraintCount) {
      let source = table.constraints[index]
      let flags = source.flags.union(.inherited)
      let original = source.original >= 0 ? source.original : source.site
      let (a, b) = (resolve(source.a, base), resolve(source.b, base))
      let result = resolve(source.result, base)
      switch source.kind {
      case .arithmetic:
        arithmetic(source.operation, a, b, result, site: site, flags: flags, original: original)
      case .append: append(a, b, result, site: site, flags: flags, original: original)
      case .field:
        field(a, source.payload, result, site: site, flags: flags, original: original)
      case .demand, .totalDemand: break  // resolved before generalisation
      }
    }
    return base
  }

  /// The node behind a reference of a scheme that was copied to `base`.
  @inline(__always) func resolve(_ reference: Int32, _ base: Int32) -> Int32 {
    reference < 0 ? ~reference : base + reference
  }
}

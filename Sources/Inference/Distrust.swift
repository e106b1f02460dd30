import Semantics

// What instances show to be otherwise than declared, where no check can look: the functions of an
// array, say, of which an undeclared function has made a dyn. Nothing fails there before the values
// are used. So code may not rely on such a declaration, but on all others.

extension TypeInference {
  /// Has the next runs believe neither the casts nor the signatures that values go through
  /// without being of the declared types.
  ///
  /// - Returns: whether there was one that had been believed.
  mutating func distrust(_ misfits: [FlowEdge]) -> Bool {
    var signatures: Set<Int32> = []
    var isChanged = false
    for edge in misfits {
      if edge.place == .cast {
        isChanged = distrustedCasts.insert(edge.site).inserted || isChanged
      } else if let subject = subject(of: edge.site) {
        signatures.insert(subject.declared)
      }
    }
    for signature in program.declarations.signatures
    where program.globals[Int(signature.global)].signature >= 0
      && (signature.parameters + [signature.result]).contains(where: { signatures.contains($0) })
    {
      program.globals[Int(signature.global)].signature = -1
      schemeOfGlobal[Int(signature.global)] = -1
      isChanged = true
    }
    if isChanged { graph = CallGraph(program, builtinOfGlobal, isSpecializable) }
    return isChanged
  }
}

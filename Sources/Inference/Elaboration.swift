import Diagnostics
public import Semantics
import Support

// Casts become part of the program: a copy in which they stand where declared types ask for them,
// and in which a function with a signature that is passed around is one that casts its arguments
// first. So code generation with and without types sees the same program.

extension TypeInference {
  /// The program with all casts; to be called after ``run()``. From then on this is the program of
  /// the inference, whose expressions are numbered anew.
  public mutating func elaborate() -> CoreProgram {
    defer { places = nil }
    let declaresNothing =
      casts.isEmpty && program.declarations.signatures.isEmpty
      && !program.constructors.contains(where: \.hasTypedFields)
    if declaresNothing { return program }
    let texts = castTexts()
    var moved = TailCasts(program, casts)
    moved.run(owners: casts.map { graph.owner(of: $0.site) })
    var elaborator = Elaborator(moved.program, casts: moved.casts, texts: texts)
    guard elaborator.isNeeded else { return program }
    elaborator.run()
    adopt(elaborator)
    return program
  }

  private mutating func adopt(_ elaborator: Elaborator) {
    let oldCount = Int32(program.globals.count)
    program = elaborator.result
    table.renumberSites(elaborator.newIndex)
    // What remains of the generic run names sites of the old program.
    parameterDemands.removeAll()
    casts.removeAll()
    let added = program.globals.count - Int(oldCount)
    for _ in 0..<added {
      schemeOfGlobal.append(-1)
      nodesOfGlobal.append(-1)
      builtinOfGlobal.append(-1)
      isReached.append(true)
      isDynamic.append(false)
    }
    let locals = program.locals.count - Int(localNodes.next)
    localNodes.append(-1, times: locals)
    lengthOfLocal.append(.none, times: locals)
    leastLength.truncate(to: 0)
    leastLength.append(0, times: program.locals.count + program.globals.count)
    isSpecializable.append(contentsOf: repeatElement(false, count: added))
    graph = CallGraph(program, builtinOfGlobal, isSpecializable)
    let known = diagnostics
    // Components are numbered callees first.
    let components = Set(
      (oldCount..<Int32(program.globals.count)).map { graph.componentOf[Int($0)] })
    for component in components.sorted() { infer(component: component) }
    diagnostics = known
  }

  /// How the messages of all casts begin.
  private mutating func castTexts() -> [DeclaredDemand: [UInt8]] {
    var texts: [DeclaredDemand: [UInt8]] = [:]
    func add(_ demand: DeclaredDemand, _ inference: inout TypeInference) {
      if texts[demand] == nil { texts[demand] = Array(inference.text(of: demand).utf8) }
    }
    for cast in casts { add(cast.demand, &self) }
    let parameters = program.declarations.signatures.flatMap(\.parameters)
    for type in parameters + program.constructors.flatMap(\.fieldTypes) {
      add(.whole(type), &self)
    }
    return texts
  }
}

extension SchemeTable {
  /// Has the sites in constraints and origins name expressions of an elaborated program.
  mutating func renumberSites(_ newIndex: [Int32]) {
    for index in 0..<constraints.next {
      if constraints[index].site >= 0 {
        constraints[index].site = newIndex[Int(constraints[index].site)]
      }
      if constraints[index].original >= 0 {
        constraints[index].original = newIndex[Int(constraints[index].original)]
      }
    }
    for index in 0..<nodes.next where nodes[index].origin >= 0 {
      nodes[index].origin = newIndex[Int(nodes[index].origin)]
    }
  }
}

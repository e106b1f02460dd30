import Diagnostics
public import Semantics
import Support

// Casts become part of the program: a copy in which they stand where declared types ask for them, and in which a
// function with a signature that is passed around is one that casts its arguments first. So code
// generation with and without types sees the same program.

extension TypeInference {
  /// The program with all casts; to be called after ``run()``. From then on this is the program of the
  /// inference, whose expressions are numbered anew.
  public mutating func elaborate() -> CoreProgram {
    let declaresNothing =
      casts.isEmpty && program.declarations.signatures.isEmpty
      && !program.constructors.contains(where: \.hasTypedFields)
    if declaresNothing { return program }
    var elaborator = Elaborator(program, casts: casts, texts: castTexts())
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
    for global in oldCount..<Int32(program.globals.count) {
      infer(component: graph.componentOf[Int(global)])
    }
    diagnostics = known
  }

  /// How the messages of casts begin, by declared type.
  private func castTexts() -> [Int32: [UInt8]] {
    var texts = declarationTexts()
    for cast in casts where texts[cast.declared] == nil {
      texts[cast.declared] = Array("this value must be \(text(of: cast.declared))".utf8)
    }
    return texts
  }

  /// What signatures and typed fields say, by declared type.
  func declarationTexts() -> [Int32: [UInt8]] {
    var texts: [Int32: [UInt8]] = [:]
    func add(_ type: Int32, _ subject: String) {
      if texts[type] == nil { texts[type] = Array("\(subject) must be \(text(of: type))".utf8) }
    }
    for signature in program.declarations.signatures {
      let name = interner.string(of: program.globals[Int(signature.global)].name)
      if signature.parameters.isEmpty {
        add(signature.result, "'\(name)'")
        continue
      }
      for (position, parameter) in signature.parameters.enumerated() {
        add(parameter, "argument \(position + 1) of '\(name)'")
      }
      add(signature.result, "the result of '\(name)'")
    }
    for constructor in program.constructors where constructor.hasTypedFields {
      let name = interner.string(of: constructor.name)
      for (position, type) in constructor.fieldTypes.enumerated() {
        if position < constructor.fieldNames.count {
          let field = interner.string(of: constructor.fieldNames[position])
          add(type, "field '\(field)' of '\(name)'")
        } else {
          add(type, "argument \(position + 1) of '\(name)'")
        }
      }
    }
    return texts
  }

  /// A declared type as it is written.
  func text(of declared: Int32) -> String {
    program.declarations.text(of: declared, in: sources)
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


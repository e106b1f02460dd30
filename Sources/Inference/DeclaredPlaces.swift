import Diagnostics
import Semantics
import Support

/// A declared type, and what a value must have it for: what messages tell.
struct DeclaredDemand: Hashable {
  /// An index in the types of ``CoreDeclarations``: one mention of the type.
  var declared: Int32
  var subject: DeclaredSubject?

  /// The type of a parameter, result or field.
  static func whole(_ type: Int32) -> DeclaredDemand {
    DeclaredDemand(declared: type, subject: DeclaredSubject(declared: type, isPart: false))
  }
}

/// What a declaration gives a type to.
struct DeclaredSubject: Hashable {
  /// The type of a whole parameter, result or field: an index in the types of ``CoreDeclarations``.
  var declared: Int32
  /// Whether the value at hand is part of one of that type.
  var isPart: Bool
}

/// Finds for the value of an expression which declaration it has to obey. Nodes cannot say: all
/// mentions of a type of the program, and of a variable of a signature, are one node.
struct DeclaredPlaces {
  /// By expression: what it is part of, or -1 for the body of a definition.
  private var parents: [Int32]

  init(_ program: CoreProgram) {
    parents = [Int32](repeating: -1, count: program.expressions.count)
    var parts: [Int32] = []
    for (index, expression) in program.expressions.enumerated() {
      parts.removeAll(keepingCapacity: true)
      program.appendParts(of: expression, to: &parts)
      for part in parts { parents[Int(part)] = Int32(index) }
    }
  }

  /// - Parameter owner: the definition that the expression is part of.
  func subject(of site: Int32, in owner: Int32, _ program: CoreProgram) -> DeclaredSubject? {
    let declarations = program.declarations
    var isPart = false
    var current = site
    while parents[Int(current)] >= 0 {
      let parent = parents[Int(current)]
      let node = program.expressions[Int(parent)]
      switch node.kind {
      case .let, .letFunction, .destructure, .sequence:
        if node.c != current { return nil }
      case .if:
        if node.a == current { return nil }
      case .match:
        let isBody = program.list(node).contains { program.arms[Int($0)].body == current }
        if !isBody { return nil }
      case .cast: break
      case .tuple, .list: isPart = true
      case .operator:
        guard node.a == CoreOperator.cons.rawValue else { return nil }
        if program.operands[Int(node.listStart)] == current { isPart = true }
      case .construct, .call, .update:
        if let type = receiver(of: current, node, program), !declarations.isAny(type) {
          return DeclaredSubject(declared: type, isPart: isPart)
        }
        // What has no declared type by itself is part of a value that may have.
        if node.kind != .construct { return nil }
        isPart = true
      default: return nil
      }
      current = parent
    }
    let signature = program.globals[Int(owner)].signature
    if signature < 0 { return nil }
    return DeclaredSubject(declared: declarations.signatures[Int(signature)].result, isPart: isPart)
  }

  /// The type of the parameter or field that an argument is for, if it is declared.
  private func receiver(
    of argument: Int32, _ node: CoreExpression, _ program: CoreProgram
  ) -> Int32? {
    guard let position = program.list(node).firstIndex(of: argument) else { return nil }
    let number = position - Int(node.listStart)
    var types: [Int32] = []
    switch node.kind {
    case .construct: types = program.constructors[Int(node.a)].fieldTypes
    case .call:
      let callee = program.expressions[Int(node.a)]
      if callee.kind == .constructor {
        types = program.constructors[Int(callee.a)].fieldTypes
      } else if callee.kind == .global, program.globals[Int(callee.a)].signature >= 0 {
        let signature = program.globals[Int(callee.a)].signature
        types = program.declarations.signatures[Int(signature)].parameters
      }
    default:
      let field = program.updates[Int(node.b)][number]
      let fields = program.constructors.compactMap { constructor -> Int32? in
        guard let index = constructor.fieldNames.firstIndex(of: field),
          index < constructor.fieldTypes.count
        else { return nil }
        return constructor.fieldTypes[index]
      }
      return fields.count == 1 ? fields[0] : nil
    }
    return number < types.count ? types[number] : nil
  }
}

extension TypeInference {
  /// What the value of an expression must have a declared type for, if the text of the program says
  /// it.
  mutating func subject(of site: Int32) -> DeclaredSubject? {
    if site < 0 { return nil }
    if places == nil { places = DeclaredPlaces(program) }
    return places?.subject(of: site, in: graph.owner(of: site), program)
  }

  /// `argument 1 of 'f' must be int`
  mutating func text(of demand: DeclaredDemand) -> String {
    if demand.declared < 0 && demand.subject == nil {
      return "this value must be of the type that is declared for it"
    }
    if subjectNames.isEmpty { subjectNames = declaredNames() }
    guard let subject = demand.subject else {
      let kind = program.declarations.types[Int(demand.declared)].kind
      let isShared = kind == .named || kind == .variable
      let name = isShared ? nil : subjectNames[demand.declared]
      return "\(name ?? "this value") must be \(text(of: demand.declared))"
    }
    let name = subjectNames[subject.declared] ?? "this value"
    if subject.isPart && demand.declared >= 0 {
      return "a part of \(name) must be \(text(of: demand.declared))"
    }
    return "\(name) must be \(text(of: subject.declared))"
  }

  /// Where a type is written, as near to the value as can be told.
  func place(of demand: DeclaredDemand) -> SourceRange? {
    let types = program.declarations.types
    let own = demand.declared < 0 ? nil : types[Int(demand.declared)].range
    guard let subject = demand.subject else { return own }
    let whole = types[Int(subject.declared)].range
    guard let own, own.file == whole.file, own.start >= whole.start, own.end <= whole.end else {
      return whole
    }
    return own
  }

  /// What signatures and fields give types to, by declared type.
  private func declaredNames() -> [Int32: String] {
    var names: [Int32: String] = [:]
    func add(_ type: Int32, _ subject: String) {
      if names[type] == nil { names[type] = subject }
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
    return names
  }

  /// A declared type as it is written.
  func text(of declared: Int32) -> String {
    program.declarations.text(of: declared, in: sources)
  }
}

import Semantics

/// A type of a declaration and what its variables stand for.
struct DeclaredKey: Hashable {
  /// A declared type, or `~t` for the type t of the program applied to the arguments.
  var type: Int32
  var arguments: [Int32]
}

/// Which declared types are the same everywhere, and their nodes: one for the whole program.
struct ClosedTypes {
  /// By declared type: whether it mentions neither variables nor anything left to inference.
  let isClosed: [Bool]
  fileprivate var nodes: [DeclaredKey: Int32] = [:]

  init(_ program: CoreProgram) { isClosed = program.closedDeclaredTypes() }
}

extension TypeInference {
  /// Types that contain larger and larger instances of themselves become `dyn` this deep.
  private static let unfoldingLimit = 32
  /// So many instances of types in one declaration are told apart.
  private static let instanceLimit = 1024

  /// The nodes of declared types under construction, by what they are made of.
  struct DeclaredMemo {
    fileprivate var nodes: [DeclaredKey: Int32] = [:]
    fileprivate var depth = 0
    fileprivate var instanceCount = 0
  }

  // MARK: - Types of the program

  /// Nodes for all declared types that are the same everywhere; they stay.
  mutating func makeClosedTypes() {
    for index in program.declarations.types.indices where closedTypes.isClosed[index] {
      var memo = DeclaredMemo()
      _ = node(ofDeclared: Int32(index), [], &memo)
    }
    system.persistentNodes = system.nodes.next
    system.persistentKids = system.kids.next
  }

  /// A node of a type of the program, with a kid for each field of each constructor.
  ///
  /// - Parameter arguments: nodes for its parameters.
  mutating func node(
    ofType type: Int32, _ arguments: [Int32], isRigid: Bool, origin: Int32,
    _ memo: inout DeclaredMemo
  ) -> Int32 {
    let key = DeclaredKey(type: ~type, arguments: arguments)
    if isRigid {
      if let known = closedTypes.nodes[key] ?? memo.nodes[key] { return known }
    }
    memo.instanceCount += 1
    if memo.depth >= TypeInference.unfoldingLimit
      || memo.instanceCount > TypeInference.instanceLimit
    {
      return ConstraintSystem.Shared.dyn
    }
    let declared = program.types[Int(type)]
    let node = system.newScalar(.named, origin: origin)
    system.nodes[node].payload = type
    if isRigid {
      system.nodes[node].flags.insert(.rigid)
      remember(key, node, isClosed: isMakingClosed, &memo)
    }
    let end = declared.firstConstructor + declared.constructorCount
    let range = declared.firstConstructor..<end
    let count = range.reduce(Int32(0)) { $0 + program.constructors[Int($1)].fieldCount }
    let first = system.kids.next
    system.nodes[node].firstKid = first
    system.nodes[node].kidCount = count
    for _ in 0..<count { system.kids.append(node) }
    memo.depth += 1
    var position = first
    for constructor in range {
      let fields = program.constructors[Int(constructor)]
      for field in 0..<Int(fields.fieldCount) {
        let type = field < fields.fieldTypes.count ? fields.fieldTypes[field] : -1
        let kid = type < 0 ? system.new() : self.node(ofDeclared: type, arguments, &memo)
        system.kids[position] = kid
        position += 1
      }
    }
    memo.depth -= 1
    return node
  }

  private mutating func remember(
    _ key: DeclaredKey, _ node: Int32, isClosed: Bool, _ memo: inout DeclaredMemo
  ) {
    if isClosed { closedTypes.nodes[key] = node } else { memo.nodes[key] = node }
  }

  // MARK: - Declared types

  /// A node for a declared type.
  ///
  /// - Parameter variables: nodes for its variables.
  mutating func node(
    ofDeclared index: Int32, _ variables: [Int32], _ memo: inout DeclaredMemo
  ) -> Int32 {
    let type = program.declarations.types[Int(index)]
    let isClosed = closedTypes.isClosed[Int(index)]
    let key = DeclaredKey(type: index, arguments: isClosed ? [] : variables)
    if let known = isClosed ? closedTypes.nodes[key] : memo.nodes[key] { return known }
    let origin = TypeNode.origin(ofDeclared: index)
    let extras = Extras(rawValue: type.extras.rawValue)
    switch type.kind {
    case .inferred, .alias: return extras.isEmpty ? system.new() : system.new(extra: extras)
    case .dyn: return ConstraintSystem.Shared.dyn
    case .variable: return variable(variables[Int(type.payload)], extras)
    default: break
    }
    let wasMakingClosed = isMakingClosed
    isMakingClosed = isClosed
    defer { isMakingClosed = wasMakingClosed }
    if type.kind == .named {
      let node = namedNode(index, type, variables, origin: origin, &memo)
      // With extras it is a node of its own.
      guard !extras.isEmpty else {
        remember(key, node, isClosed: isClosed, &memo)
        return node
      }
      let copy = system.checkedCopy(of: node)
      system.nodes[copy].flags.remove(.checked)
      system.nodes[copy].extras = extras
      remember(key, copy, isClosed: isClosed, &memo)
      return copy
    }
    let node = system.newScalar(head(of: type.kind), origin: origin)
    system.nodes[node].flags.insert(.rigid)
    system.nodes[node].extras = extras
    remember(key, node, isClosed: isClosed, &memo)
    if type.partCount == 0 { return node }
    let first = system.kids.next
    system.nodes[node].firstKid = first
    system.nodes[node].kidCount = type.partCount
    for _ in 0..<type.partCount { system.kids.append(node) }
    for part in 0..<type.partCount {
      let kid = self.node(ofDeclared: program.declarations.part(index, part), variables, &memo)
      system.kids[first + part] = kid
    }
    return node
  }

  private mutating func namedNode(
    _ index: Int32, _ type: CoreDeclaredType, _ variables: [Int32], origin: Int32,
    _ memo: inout DeclaredMemo
  ) -> Int32 {
    var arguments: [Int32] = []
    for part in 0..<program.types[Int(type.payload)].parameterCount {
      if part < type.partCount {
        arguments.append(node(ofDeclared: program.declarations.part(index, part), variables, &memo))
      } else {
        arguments.append(system.new())
      }
    }
    return node(ofType: type.payload, arguments, isRigid: true, origin: origin, &memo)
  }

  /// The node of a variable, with more extras.
  private mutating func variable(_ node: Int32, _ extras: Extras) -> Int32 {
    if extras.isEmpty { return node }
    let root = system.find(node)
    if system.nodes[root].isRigid {
      let copy = system.newScalar(.variable, origin: system.nodes[root].origin)
      system.nodes[copy].payload = system.nodes[root].payload
      system.nodes[copy].flags.insert(.rigid)
      system.nodes[copy].extras = extras
      return copy
    }
    system.nodes[root].extras.formUnion(extras)
    return root
  }

  private func head(of kind: CoreDeclaredKind) -> TypeHead {
    switch kind {
    case .inferred, .alias: .unresolved
    case .dyn: .dyn
    case .int: .int
    case .float: .float
    case .num: .num
    case .string: .string
    case .unit: .unit
    case .pointer: .pointer
    case .bytes: .bytes
    case .floatArray: .floatArray
    case .variable: .variable
    case .list: .list
    case .array: .array
    case .channel: .channel
    case .thread: .thread
    case .tuple: .tuple
    case .function: .function
    case .named: .named
    }
  }

  // MARK: - Signatures

  /// The signature of a definition, if it has one.
  func signature(of global: Int32) -> CoreSignature? {
    let index = program.globals[Int(global)].signature
    return index < 0 ? nil : program.declarations.signatures[Int(index)]
  }

  /// Makes the scheme of a definition whose signature leaves nothing to inference.
  mutating func makeDeclaredScheme(_ signature: CoreSignature) {
    let mayBeDynamic = mentionsDynamic(signature.type)
    var variables: [Int32] = []
    for _ in 0..<signature.variableCount {
      let variable = system.new()
      if mayBeDynamic { system.nodes[variable].flags.insert(.frozen) }
      variables.append(variable)
    }
    let roots = nodes(of: signature, variables)
    var scheme = system.extract(
      parameterCount: Int32(roots.count - 1), roots: roots, into: &table)
    scheme.isDeclared = true
    schemeOfGlobal[Int(signature.global)] = add(scheme)
    system.dropComponent()
  }

  /// Gives the nodes of a definition the types that its signature says. The variables of a complete
  /// signature stand for types that the caller chooses; in an instance they are known.
  mutating func applySignature(_ signature: CoreSignature, base: Int32) {
    let isGeneral = signature.isComplete && !isInstance
    let mayBeDynamic = mentionsDynamic(signature.type)
    let places = isGeneral ? places(ofVariablesOf: signature) : []
    var variables: [Int32] = []
    for _ in 0..<signature.variableCount {
      guard isGeneral else {
        variables.append(system.new())
        continue
      }
      let place = places[variables.count]
      let variable = system.newScalar(.variable, origin: TypeNode.origin(ofDeclared: place))
      system.nodes[variable].flags.insert(.rigid)
      system.nodes[variable].payload = Int32(system.variableMayBeDynamic.count)
      system.variableMayBeDynamic.append(mayBeDynamic)
      variables.append(variable)
    }
    for (position, node) in zip(Int32(0)..., nodes(of: signature, variables)) {
      let root = system.find(node)
      if system.nodes[root].isRigid {
        system.nodes[base + position].parent = root
      } else {
        system.unify(base + position, root, site: -1)
      }
    }
  }

  private mutating func nodes(of signature: CoreSignature, _ variables: [Int32]) -> [Int32] {
    var memo = DeclaredMemo()
    return (signature.parameters + [signature.result]).map {
      node(ofDeclared: $0, variables, &memo)
    }
  }

  private func mentionsDynamic(_ root: Int32) -> Bool {
    nodes(below: root).contains { program.declarations.types[Int($0)].kind == .dyn }
  }

  /// Where each variable of a signature is first mentioned.
  private func places(ofVariablesOf signature: CoreSignature) -> [Int32] {
    var places = [Int32](repeating: -1, count: Int(signature.variableCount))
    for index in nodes(below: signature.type) {
      let type = program.declarations.types[Int(index)]
      guard type.kind == .variable, places[Int(type.payload)] < 0 else { continue }
      places[Int(type.payload)] = index
    }
    return places
  }

  /// A declared type and all its parts, each once, from left to right.
  private func nodes(below root: Int32) -> [Int32] {
    var seen: Set<Int32> = []
    var found: [Int32] = []
    var frontier = [root]
    while let next = frontier.popLast() {
      guard seen.insert(next).inserted else { continue }
      found.append(next)
      let count = program.declarations.types[Int(next)].partCount
      for part in stride(from: count - 1, through: 0, by: -1) {
        frontier.append(program.declarations.part(next, part))
      }
    }
    return found
  }

  /// Whether a definition has a signature that leaves nothing to inference.
  @inline(__always) func isDeclared(_ global: Int32) -> Bool {
    let index = program.globals[Int(global)].signature
    return index >= 0 && program.declarations.signatures[Int(index)].isComplete
  }
}

extension TypeInference {
  /// A cast, in a program that has been elaborated: its value is of the declared type, of which
  /// variables and what is left to inference may be anything that the operand has there.
  mutating func generateCast(_ cast: CoreExpression) -> Int32 {
    let value = generate(cast.a)
    if distrustedCasts.contains(cast.a) { return value }
    var memo = DeclaredMemo()
    var variables: [Int32] = []
    for _ in 0..<variableCount(of: cast.b) { variables.append(system.new()) }
    let node = node(ofDeclared: cast.b, variables, &memo)
    system.flow(value, node, site: cast.a, place: .cast)
    return node
  }

  /// One more than the greatest number of a variable in a declared type.
  private func variableCount(of root: Int32) -> Int32 {
    var count: Int32 = 0
    for index in nodes(below: root) {
      let type = program.declarations.types[Int(index)]
      if type.kind == .variable { count = max(count, type.payload + 1) }
    }
    return count
  }
}

import Diagnostics
import Support
import Syntax

/// The variables of a declaration, numbered from 0.
struct TypeVariables {
  var names: [Symbol] = []
  /// Whether names that look like variables are added (signatures declare none).
  var isOpen: Bool

  func number(of name: Symbol) -> Int32? { names.firstIndex(of: name).map { Int32($0) } }
}

/// Turning the types of declarations into ``CoreDeclarations``. The names in them are known to
/// exist.
extension NameResolver {
  // MARK: - Declarations

  mutating func declare(signature node: SyntaxNode, at place: SourceRange) {
    let name = Symbol(index: node.a)
    // The value of that name is this file's own; a constant `args` is not visible by its name.
    var global = values[name].binding.index
    if values[name].level != .own {
      guard let own = pendingGlobals.first(where: { isOwn($0, name) }) else { return }
      global = own.global
    } else if values[name].binding.kind != .global {
      return  // foreign functions and constructors have their own declarations
    }
    var variables = TypeVariables(isOpen: true)
    let type = declaredType(node.b, &variables)
    core.globals[Int(global)].signature = Int32(core.declarations.signatures.count)
    core.declarations.signatures.append(
      CoreSignature(
        global: global, type: type, variableCount: Int32(variables.names.count), range: place))
  }

  private func isOwn(_ pending: PendingGlobal, _ name: Symbol) -> Bool {
    pending.module == module && core.globals[Int(pending.global)].name == name
  }

  mutating func declare(alias: Int32, _ type: Int32, _ variables: inout TypeVariables) {
    let root = declaredType(type, &variables)
    for index in aliases.indices
    where aliases[index].module == Int32(module) && aliases[index].node == alias {
      aliases[index].root = root
      aliases[index].parameterCount = Int32(variables.names.count)
    }
  }

  /// The types of the fields of a type. A field without a type is a parameter: the written one of
  /// that name, or, if none are written, one of its own.
  mutating func declareFields(
    of node: SyntaxNode, _ variables: inout TypeVariables, isSound: Bool
  ) {
    let binding = types[Symbol(index: node.a)]
    guard binding.kind == .type, core.types[Int(binding.index)].file == tree.file else { return }
    let isImplicit = variables.names.isEmpty
    core.types[Int(binding.index)].hasWrittenParameters = !isImplicit
    var constructor = Int(core.types[Int(binding.index)].firstConstructor)
    let end = constructor + Int(core.types[Int(binding.index)].constructorCount)
    for index in tree.list(node.b, node.c) {
      let member = tree.nodes[Int(index)]
      guard member.kind == .constructorDeclaration, constructor < end else { continue }
      for field in tree.list(member.b, member.c) {
        let fieldNode = tree.nodes[Int(field)]
        var type: Int32
        if fieldNode.b >= 0 && isSound {
          type = declaredType(fieldNode.b, &variables)
          if !core.declarations.isAny(type) {
            core.constructors[constructor].hasTypedFields = true
          }
        } else if let number = variables.number(of: Symbol(index: fieldNode.a)), !isImplicit {
          type = add(.variable, payload: number, fieldNode)
        } else if isImplicit && fieldNode.b < 0 {
          variables.names.append(Symbol(index: -1))
          type = add(.variable, payload: Int32(variables.names.count - 1), fieldNode)
        } else {
          type = add(.inferred, fieldNode)
        }
        core.constructors[constructor].fieldTypes.append(type)
      }
      constructor += 1
    }
    core.types[Int(binding.index)].parameterCount = Int32(variables.names.count)
  }

  // MARK: - Types

  private mutating func add(
    _ kind: CoreDeclaredKind, payload: Int32 = -1, parts: [Int32] = [], _ node: SyntaxNode
  ) -> Int32 {
    core.declarations.add(
      CoreDeclaredType(kind, payload: payload, range: range(node)), parts: parts)
  }

  /// A type as it is written, with uses of aliases left as they are.
  private mutating func declaredType(_ index: Int32, _ variables: inout TypeVariables) -> Int32 {
    let node = nodes[Int(index)]
    switch node.kind {
    case .typeName: return declaredName(node, node, [], &variables)
    case .typeApplication:
      let arguments = tree.list(node.b, node.c).map { declaredType($0, &variables) }
      let head = nodes[Int(node.a)]
      if head.kind != .typeName { return add(.inferred, node) }
      return declaredName(head, node, arguments, &variables)
    case .typeFunction: return declaredFunction(node, &variables)
    case .typeTuple:
      let parts = tree.list(node.b, node.c).map { declaredType($0, &variables) }
      return add(.tuple, parts: parts, node)
    case .typeList:
      let element = declaredType(node.a, &variables)
      return add(.list, parts: [element], node)
    case .typeExtra:
      let type = declaredType(node.a, &variables)
      var copy = core.declarations.types[Int(type)]
      copy.extras.insert(extra(nodes[Int(node.b)]))
      copy.range = range(node)
      core.declarations.types.append(copy)
      return Int32(core.declarations.types.count - 1)
    case .unit: return add(.unit, node)
    default: return add(.inferred, node)  // an error that has been reported
    }
  }

  /// `a -> b -> c`: a loop along the results.
  private mutating func declaredFunction(
    _ node: SyntaxNode, _ variables: inout TypeVariables
  ) -> Int32 {
    var arrows = [node]
    while nodes[Int(arrows[arrows.count - 1].b)].kind == .typeFunction {
      arrows.append(nodes[Int(arrows[arrows.count - 1].b)])
    }
    let parameters = arrows.map { declaredType($0.a, &variables) }
    var type = declaredType(arrows[arrows.count - 1].b, &variables)
    for (arrow, parameter) in zip(arrows, parameters).reversed() {
      type = add(.function, parts: [parameter, type], arrow)
    }
    return type
  }

  private func extra(_ node: SyntaxNode) -> CoreExtras {
    switch node.kind {
    case .null: .null
    case .unit: .unit
    case .integer: .zero
    default: .error
    }
  }

  /// - Parameters:
  ///   - head: the name.
  ///   - node: the name with its arguments.
  private mutating func declaredName(
    _ head: SyntaxNode, _ node: SyntaxNode, _ arguments: [Int32], _ variables: inout TypeVariables
  ) -> Int32 {
    let name = Symbol(index: head.a)
    var binding = types[name]
    if head.b >= 0 {
      let target = moduleAliases[Symbol(index: head.b)] - 1
      guard target >= 0 else { return add(.inferred, node) }
      binding = scopes[Int(target)].types.first { $0.name == name }?.binding ?? .none
    }
    switch binding.kind {
    case .type: return add(.named, payload: binding.index, parts: arguments, node)
    case .alias: return add(.alias, payload: binding.index, parts: arguments, node)
    case .none: break
    }
    if let number = variables.number(of: name) {
      return variable(number, arguments, node)
    }
    if let kind = wellKnown.typeWords.declaredKind(name) {
      return declaredWord(kind, name, arguments, node)
    }
    if variables.isOpen && isTypeVariable(name) {
      variables.names.append(name)
      return variable(Int32(variables.names.count - 1), arguments, node)
    }
    return add(.dyn, node)  // the words `error` and `null` alone
  }

  private mutating func variable(
    _ number: Int32, _ arguments: [Int32], _ node: SyntaxNode
  ) -> Int32 {
    if !arguments.isEmpty {
      report(.typeArguments("a type variable", takes: 0, given: arguments.count, at: range(node)))
    }
    return add(.variable, payload: number, node)
  }

  /// A type of the language; the element of a container that stands alone is left to inference.
  private mutating func declaredWord(
    _ kind: CoreDeclaredKind, _ name: Symbol, _ arguments: [Int32], _ node: SyntaxNode
  ) -> Int32 {
    let takes: Int
    switch kind {
    case .list, .array, .channel, .thread: takes = 1
    default: takes = 0
    }
    guard arguments.count != takes else { return add(kind, parts: arguments, node) }
    if takes == 1 && arguments.isEmpty {
      let element = add(.inferred, node)
      return add(kind, parts: [element], node)
    }
    report(
      .typeArguments(
        "'\(interner.string(of: name))'", takes: takes, given: arguments.count, at: range(node)))
    return add(.inferred, node)
  }
}

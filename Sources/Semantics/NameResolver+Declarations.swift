import Diagnostics
import Support
import Syntax

/// The words for types that the language knows.
struct TypeWords {
  /// By symbol, as far as the symbols below go.
  private var isWord: [Bool]
  private var foreignKinds: [Symbol: CoreForeign.Kind] = [:]
  private var declaredKinds: [Symbol: CoreDeclaredKind] = [:]

  init(_ interner: inout Interner) {
    let integers = [
      "int", "bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "isize", "usize",
    ]
    let floats = ["float", "f32", "f64", "double"]
    let others = [
      "num", "dyn", "list", "array", "float_array", "bytes", "chan", "thread", "error", "null",
    ]
    var symbols: [Symbol] = []
    for word in integers { symbols.append(interner.intern(word)) }
    for symbol in symbols { foreignKinds[symbol] = .int }
    for word in floats {
      symbols.append(interner.intern(word))
      foreignKinds[interner.intern(word)] = .float
    }
    for word in others { symbols.append(interner.intern(word)) }
    for (word, kind) in [
      ("string", CoreForeign.Kind.string), ("str", .string), ("ptr", .pointer), ("unit", .unit),
    ] {
      symbols.append(interner.intern(word))
      foreignKinds[interner.intern(word)] = kind
    }
    for word in integers { declaredKinds[interner.intern(word)] = .int }
    for word in floats { declaredKinds[interner.intern(word)] = .float }
    for (word, kind) in [
      ("num", CoreDeclaredKind.num), ("dyn", .dyn), ("list", .list), ("array", .array),
      ("float_array", .floatArray), ("bytes", .bytes), ("chan", .channel), ("thread", .thread),
      ("string", .string), ("str", .string), ("ptr", .pointer), ("unit", .unit),
    ] {
      declaredKinds[interner.intern(word)] = kind
    }
    isWord = [Bool](repeating: false, count: interner.count)
    for symbol in symbols { isWord[Int(symbol.index)] = true }
  }

  func contains(_ symbol: Symbol) -> Bool {
    Int(symbol.index) < isWord.count && isWord[Int(symbol.index)]
  }

  /// How a foreign function passes a value of the type; nil for types that it cannot take.
  func foreignKind(_ symbol: Symbol) -> CoreForeign.Kind? { foreignKinds[symbol] }

  /// What a word means in a declaration; nil for the extras `error` and `null` and for other names.
  func declaredKind(_ symbol: Symbol) -> CoreDeclaredKind? { declaredKinds[symbol] }
}

/// Declarations that have no body to translate: that what they mention exists.
extension NameResolver {
  mutating func checkDeclarations() {
    var signatures: [Symbol: SourceRange] = [:]
    for declaration in tree.declarations {
      let node = tree[declaration]
      switch node.kind {
      case .signatureDeclaration: checkSignature(node, &signatures)
      case .typeDeclaration: checkTypeDeclaration(node)
      case .aliasDeclaration:
        var variables = TypeVariables(isOpen: false)
        for index in tree.list(node.c, node.d) {
          variables.names.append(Symbol(index: tree.nodes[Int(index)].a))
        }
        if !reportUnknownTypes(in: node.b, Set(variables.names)) {
          declare(alias: declaration.index, node.b, &variables)
        }
      case .foreignDeclaration: checkForeign(node)
      case .generateDirective: report(.generationIsOff(at: range(node)))
      case .linkDeclaration: report(.dynamicLinking(at: range(node)))
      default: break
      }
    }
  }

  private mutating func checkSignature(
    _ node: SyntaxNode, _ signatures: inout [Symbol: SourceRange]
  ) {
    let name = Symbol(index: node.a)
    let place = nameRange(name, in: node)
    if let first = signatures[name] {
      report(.secondSignature(
          interner.string(of: name), at: place, first: first, declaration: range(node)))
      return
    }
    signatures[name] = place
    let isOwnConstant = name == wellKnown.arguments
    guard values[name].level == .own || isOwnConstant else {
      if scopes[module].isIncomplete { return }
      let others = scopes[module].definitions.map(\.name).filter { signatures[$0] == nil }
      let near =
        suggestions.respelled(name, among: others, interner)
        ?? suggestions.nearest(to: name, among: others, interner)
      report(
        .signatureWithoutDefinition(
          interner.string(of: name), at: place, suggestion: near.map { replacing(place, by: $0) }))
      return
    }
    if mayMissNames { return }
    guard let (unknown, word) = unknownTypes(in: node.b, nil).first else {
      declare(signature: node, at: place)
      return
    }
    let suggestion = typeSuggestion(word, at: unknown)
    if tree.isStrict {
      report(.unknownType(word, at: unknown, suggestion: suggestion))
    } else {
      report(
        .signatureIgnored(
          interner.string(of: name), unknownType: word, at: unknown, suggestion: suggestion))
    }
  }

  private mutating func checkTypeDeclaration(_ node: SyntaxNode) {
    var variables = TypeVariables(isOpen: false)
    for index in tree.list(node.b, node.c) {
      let member = tree.nodes[Int(index)]
      if member.kind == .typeName { variables.names.append(Symbol(index: member.a)) }
    }
    let written = Set(variables.names)
    var isSound = true
    for index in tree.list(node.b, node.c) {
      let member = tree.nodes[Int(index)]
      guard member.kind == .constructorDeclaration else { continue }
      for field in tree.list(member.b, member.c) {
        let type = tree.nodes[Int(field)].b
        if type >= 0 && reportUnknownTypes(in: type, written) { isSound = false }
      }
    }
    declareFields(of: node, &variables, isSound: isSound && !mayMissNames)
  }

  private mutating func checkForeign(_ node: SyntaxNode) {
    for index in tree.list(node.b, node.c) {
      let type = tree.nodes[Int(index)].b
      if type >= 0 { _ = reportUnknownTypes(in: type, nil) }
    }
    if node.d >= 0 { _ = reportUnknownTypes(in: node.d, nil) }
  }

  /// Returns whether there are any.
  private mutating func reportUnknownTypes(
    in index: Int32, _ parameters: Set<Symbol>?
  ) -> Bool {
    if mayMissNames { return false }
    let unknown = unknownTypes(in: index, parameters)
    for (place, word) in unknown {
      report(.unknownType(word, at: place, suggestion: typeSuggestion(word, at: place)))
    }
    return !unknown.isEmpty
  }

  /// The type that was probably meant by a word.
  private mutating func typeSuggestion(
    _ word: String, at place: SourceRange
  ) -> Diagnostic.Suggestion? {
    let foreign: [String: String] = [
      "str": "string", "text": "string", "integer": "int", "number": "num", "boolean": "bool",
      "char": "int", "void": "unit", "any": "dyn", "real": "float", "vec": "list", "option": "dyn",
    ]
    if let meant = foreign[foldedName(word)] {
      return .init("in Rail this is '\(meant)'", [Diagnostic.Edit(place, meant)])
    }
    guard let symbol = interner.find(word) else { return nil }
    let words = ["int", "float", "num", "string", "bool", "unit", "list", "array", "bytes", "chan"]
    let known = words.compactMap { interner.find($0) } + Array(types.entered)
    let near =
      suggestions.respelled(symbol, among: known, interner)
      ?? suggestions.nearest(to: symbol, among: known, interner)
    return near.map { replacing(place, by: $0) }
  }

  /// The words in a type that name no type.
  ///
  /// - Parameter parameters: the type variables in scope; nil if any single small letter is one.
  private mutating func unknownTypes(
    in index: Int32, _ parameters: Set<Symbol>?
  ) -> [(SourceRange, String)] {
    var unknown: [(SourceRange, String)] = []
    var pending = [index]
    while let next = pending.popLast() {
      guard next >= 0 else { continue }
      let node = nodes[Int(next)]
      switch node.kind {
      case .typeName:
        if !isKnownType(node, parameters) {
          unknown.append((range(node), interner.string(of: Symbol(index: node.a))))
        }
      case .typeApplication:
        pending.append(contentsOf: tree.list(node.b, node.c).reversed())
        pending.append(node.a)
      case .typeFunction: pending.append(contentsOf: [node.b, node.a])
      case .typeTuple: pending.append(contentsOf: tree.list(node.b, node.c).reversed())
      case .typeList: pending.append(node.a)
      case .typeExtra: pending.append(contentsOf: [node.b, node.a])
      default: break  // an extra: 0, null, unit; or an error that has been reported
      }
    }
    return unknown
  }

  private mutating func isKnownType(_ node: SyntaxNode, _ parameters: Set<Symbol>?) -> Bool {
    let name = Symbol(index: node.a)
    if node.b >= 0 {
      let target = moduleAliases[Symbol(index: node.b)] - 1
      uses.use(alias: Symbol(index: node.b), in: module)
      guard target >= 0 else { return target == -2 }
      return scopes[Int(target)].types.contains { $0.name == name } && !isPrivate(name)
    }
    if types[name].kind != .none { uses.useImported(name, in: module) }
    if types[name].kind != .none || wellKnown.typeWords.contains(name) { return true }
    return parameters?.contains(name) ?? isTypeVariable(name)
  }

  /// In a signature, where variables are not declared: a small letter, perhaps with digits and
  /// primes.
  func isTypeVariable(_ name: Symbol) -> Bool {
    let bytes = interner.bytes(of: name)
    guard let first = bytes.first, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z") else {
      return false
    }
    return bytes.dropFirst().allSatisfy {
      $0 == UInt8(ascii: "'") || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
    }
  }
}

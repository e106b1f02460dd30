import Diagnostics
import Support
import Syntax

/// The words for types that the language knows.
struct TypeWords {
  /// By symbol, as far as the symbols below go.
  private var isWord: [Bool]
  private var foreignKinds: [Symbol: CoreForeign.Kind] = [:]

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
    isWord = [Bool](repeating: false, count: interner.count)
    for symbol in symbols { isWord[Int(symbol.index)] = true }
  }

  func contains(_ symbol: Symbol) -> Bool {
    Int(symbol.index) < isWord.count && isWord[Int(symbol.index)]
  }

  /// How a foreign function passes a value of the type; nil for types that it cannot take.
  func foreignKind(_ symbol: Symbol) -> CoreForeign.Kind? { foreignKinds[symbol] }
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
        var parameters: Set<Symbol> = []
        for index in tree.list(node.c, node.d) {
          parameters.insert(Symbol(index: tree.nodes[Int(index)].a))
        }
        reportUnknownTypes(in: node.b, parameters)
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
      report(.definedTwice(interner.string(of: name), at: place, first: first))
      return
    }
    signatures[name] = place
    let isOwnConstant = name == wellKnown.arguments
    guard values[name].level == .own || isOwnConstant else {
      if scopes[module].isIncomplete { return }
      report(.signatureWithoutDefinition(interner.string(of: name), at: place))
      return
    }
    guard !mayMissNames, let (unknown, word) = unknownTypes(in: node.b, nil).first else { return }
    if tree.isStrict {
      report(.unknownType(word, at: unknown))
    } else {
      report(
        .signatureIgnored(interner.string(of: name), unknownType: word, at: unknown))
    }
  }

  private mutating func checkTypeDeclaration(_ node: SyntaxNode) {
    var parameters: Set<Symbol> = []
    for index in tree.list(node.b, node.c) {
      let member = tree.nodes[Int(index)]
      if member.kind == .typeName { parameters.insert(Symbol(index: member.a)) }
    }
    for index in tree.list(node.b, node.c) {
      let member = tree.nodes[Int(index)]
      guard member.kind == .constructorDeclaration else { continue }
      for field in tree.list(member.b, member.c) {
        let type = tree.nodes[Int(field)].b
        if type >= 0 { reportUnknownTypes(in: type, parameters) }
      }
    }
  }

  private mutating func checkForeign(_ node: SyntaxNode) {
    for index in tree.list(node.b, node.c) {
      let type = tree.nodes[Int(index)].b
      if type >= 0 { reportUnknownTypes(in: type, nil) }
    }
    if node.d >= 0 { reportUnknownTypes(in: node.d, nil) }
  }

  private mutating func reportUnknownTypes(in index: Int32, _ parameters: Set<Symbol>?) {
    if mayMissNames { return }
    for (place, word) in unknownTypes(in: index, parameters) {
      report(.unknownType(word, at: place))
    }
  }

  /// The words in a type that name no type.
  ///
  /// - Parameter parameters: the type variables in scope; nil if any single small letter is one.
  private func unknownTypes(
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

  private func isKnownType(_ node: SyntaxNode, _ parameters: Set<Symbol>?) -> Bool {
    let name = Symbol(index: node.a)
    if node.b >= 0 {
      let target = moduleAliases[Symbol(index: node.b)] - 1
      guard target >= 0 else { return target == -2 }
      return scopes[Int(target)].types.contains { $0.name == name } && !isPrivate(name)
    }
    if types[name].kind != .none || wellKnown.typeWords.contains(name) { return true }
    return parameters?.contains(name) ?? isTypeVariable(name)
  }

  /// In a signature, where variables are not declared: a small letter, perhaps with digits and
  /// primes.
  private func isTypeVariable(_ name: Symbol) -> Bool {
    let bytes = interner.bytes(of: name)
    guard let first = bytes.first, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z") else {
      return false
    }
    return bytes.dropFirst().allSatisfy {
      $0 == UInt8(ascii: "'") || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
    }
  }
}

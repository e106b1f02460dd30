import Diagnostics
import Support
import Syntax

/// Replaces aliases in the declared types of a program by what they stand for, and takes signatures
/// apart. Runs when all modules have been read, because aliases may come from any of them.
struct AliasExpansion {
  /// More types than this are not made of aliases.
  static let limit = 100_000

  private var declarations: CoreDeclarations
  private let aliases: [TypeAlias]
  private let types: [CoreType]
  /// By type: whether an alias or a wrong number of arguments may be in it.
  private var needsCopy: [Bool] = []
  /// What aliases without arguments stand for, or -1.
  private var known: [Int32]
  /// The aliases that are being expanded.
  private var isOpen: [Bool]
  private var count = 0
  private(set) var problems: [Diagnostic] = []
  private let name: (Symbol) -> String

  init(
    _ declarations: CoreDeclarations, aliases: [TypeAlias], types: [CoreType],
    name: @escaping (Symbol) -> String
  ) {
    self.declarations = declarations
    self.aliases = aliases
    self.types = types
    self.name = name
    known = [Int32](repeating: -1, count: aliases.count)
    isOpen = [Bool](repeating: false, count: aliases.count)
    // Types stand behind their parts.
    for type in declarations.types {
      let parts = declarations.parts[
        Int(type.firstPart)..<Int(type.firstPart + type.partCount)]
      let isCopied =
        type.kind == .alias || type.kind == .named || parts.contains { needsCopy[Int($0)] }
      needsCopy.append(isCopied)
    }
  }

  mutating func finish() -> CoreDeclarations { declarations }

  /// The type with all aliases replaced.
  mutating func expand(_ type: Int32) -> Int32 { expand(type, []) }

  /// - Parameter arguments: what the variables stand for; empty outside aliases with parameters.
  private mutating func expand(_ index: Int32, _ arguments: [Int32]) -> Int32 {
    var type = declarations.types[Int(index)]
    if type.kind == .variable && !arguments.isEmpty { return arguments[Int(type.payload)] }
    if !needsCopy[Int(index)] && arguments.isEmpty { return index }
    count += 1
    if count == AliasExpansion.limit { problems.append(.typeTooLarge(at: type.range)) }
    if count >= AliasExpansion.limit { return makeInferred(type) }
    let parts = (0..<type.partCount).map { expand(declarations.part(index, $0), arguments) }
    // What has no alias in it stays the same type.
    let isSame =
      arguments.isEmpty
      && (0..<type.partCount).allSatisfy { parts[Int($0)] == declarations.part(index, $0) }
    switch type.kind {
    case .alias: return expand(alias: type, parts)
    case .named:
      let takes = Int(types[Int(type.payload)].parameterCount)
      if parts.isEmpty || parts.count == takes {
        return isSame ? index : add(type, parts: parts)
      }
      problems.append(
        .typeArguments(
          "'\(name(types[Int(type.payload)].name))'", takes: takes, given: parts.count,
          at: type.range))
      type.partCount = 0
      return add(type, parts: [])
    default: return isSame ? index : add(type, parts: parts)
    }
  }

  private mutating func expand(alias use: CoreDeclaredType, _ arguments: [Int32]) -> Int32 {
    let alias = Int(use.payload)
    let root = aliases[alias].root
    if root < 0 { return makeInferred(use) }
    if arguments.count != Int(aliases[alias].parameterCount) {
      problems.append(
        .typeArguments(
          "'\(name(aliases[alias].name))'", takes: Int(aliases[alias].parameterCount),
          given: arguments.count, at: use.range))
      return makeInferred(use)
    }
    if isOpen[alias] {
      problems.append(.cyclicAlias(name(aliases[alias].name), at: use.range))
      return makeInferred(use)
    }
    var result = arguments.isEmpty ? known[alias] : -1
    if result < 0 {
      isOpen[alias] = true
      result = expand(root, arguments)
      isOpen[alias] = false
      if arguments.isEmpty { known[alias] = result }
    }
    var copy = declarations.types[Int(result)]
    copy.extras.formUnion(use.extras)
    copy.range = use.range
    declarations.types.append(copy)
    needsCopy.append(false)
    return Int32(declarations.types.count - 1)
  }

  private mutating func makeInferred(_ type: CoreDeclaredType) -> Int32 {
    add(CoreDeclaredType(.inferred, range: type.range), parts: [])
  }

  private mutating func add(_ type: CoreDeclaredType, parts: [Int32]) -> Int32 {
    needsCopy.append(false)
    return declarations.add(type, parts: parts)
  }
}

extension NameResolver {
  /// Finishes the declared types of the program.
  mutating func finishDeclarations() {
    guard !core.declarations.types.isEmpty else { return }
    let interner = self.interner
    var expansion = AliasExpansion(
      core.declarations, aliases: aliases, types: core.types,
      name: { interner.string(of: $0) })
    for index in core.constructors.indices {
      for field in core.constructors[index].fieldTypes.indices {
        let type = expansion.expand(core.constructors[index].fieldTypes[field])
        core.constructors[index].fieldTypes[field] = type
      }
    }
    var signatures = core.declarations.signatures
    for index in signatures.indices {
      signatures[index].type = expansion.expand(signatures[index].type)
    }
    // An alias that nothing uses may still be wrong.
    for alias in aliases where alias.root >= 0 && alias.parameterCount == 0 {
      _ = expansion.expand(alias.root)
    }
    core.declarations = expansion.finish()
    core.declarations.signatures = signatures
    for problem in expansion.problems { diagnostics.report(problem) }
    let completeness = Completeness(core)
    for index in signatures.indices { takeApart(signature: index, completeness) }
  }

  /// Splits the type of a signature at the parameters of its definition.
  private mutating func takeApart(signature index: Int, _ completeness: Completeness) {
    var signature = core.declarations.signatures[index]
    let global = core.globals[Int(signature.global)]
    var rest = signature.type
    while Int32(signature.parameters.count) < global.parameterCount {
      let type = core.declarations.types[Int(rest)]
      guard type.kind == .function, type.extras.isEmpty else {
        core.globals[Int(signature.global)].signature = -1
        if type.kind == .inferred { return }
        report(shortSignature: signature, global)
        return
      }
      signature.parameters.append(core.declarations.part(rest, 0))
      rest = core.declarations.part(rest, 1)
    }
    signature.result = rest
    signature.isComplete = completeness.isComplete(signature.type)
    core.declarations.signatures[index] = signature
  }

  /// In loose imported code the signature is ignored, as the original did.
  private mutating func report(shortSignature signature: CoreSignature, _ global: CoreGlobal) {
    let isError =
      global.file.index <= ModuleGraph.main || graph.trees[Int(global.file.index)].isStrict
    diagnostics.report(
      .signatureTooShort(
        interner.string(of: global.name), takes: Int(global.parameterCount),
        declared: signature.parameters.count, at: signature.range,
        definition: SourceRange(file: global.file, start: global.start, end: global.end),
        isError: isError))
  }
}

/// Which types leave nothing to inference.
private struct Completeness {
  private let isWholeType: [Bool]
  private let parameterCounts: [Int32]
  private let isComplete: [Bool]

  init(_ core: CoreProgram) {
    var isWholeType = [Bool](repeating: true, count: core.types.count)
    for constructor in core.constructors {
      let hasHole = constructor.fieldTypes.contains {
        core.declarations.types[Int($0)].kind == .inferred
      }
      if hasHole || constructor.fieldTypes.count < Int(constructor.fieldCount) {
        isWholeType[Int(constructor.type)] = false
      }
    }
    self.isWholeType = isWholeType
    parameterCounts = core.types.map(\.parameterCount)
    // Types stand behind their parts.
    var isComplete: [Bool] = []
    isComplete.reserveCapacity(core.declarations.types.count)
    for (index, type) in core.declarations.types.enumerated() {
      let parts = (0..<type.partCount).map { core.declarations.part(Int32(index), $0) }
      var isWhole = parts.allSatisfy { isComplete[Int($0)] }
      if type.kind == .inferred || type.kind == .alias { isWhole = false }
      if type.kind == .named {
        isWhole =
          isWhole && isWholeType[Int(type.payload)]
          && type.partCount == parameterCounts[Int(type.payload)]
      }
      isComplete.append(isWhole)
    }
    self.isComplete = isComplete
  }

  func isComplete(_ type: Int32) -> Bool {
    isComplete[Int(type)]
  }
}

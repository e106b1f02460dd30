import Diagnostics
public import Support

/// Finds what is wrong with typed Core: for each expression of each instance, whether its type
/// follows from the types of its parts by the rule of its kind. It knows nothing of how the types
/// were found. Taken on trust are the types of builtins (`BuiltinTypes`) and foreign functions,
/// which lists are not empty, that casts give, and typed fields hold, values of the declared types,
/// and the types at which an instance stands in for others.
///
/// Recursion is as deep as the program.
///
/// - Returns: a message for each mistake, at most ``CoreVerifier/limit``.
public func verify(_ program: CoreProgram, _ interner: Interner) -> [String] {
  guard let typing = program.typing else { return [] }
  var verifier = CoreVerifier(program, typing, interner)
  for global in Int(typing.firstInstance)..<program.globals.count {
    verifier.verify(global: Int32(global))
    if verifier.problems.count >= CoreVerifier.limit { break }
  }
  return verifier.problems
}

struct CoreVerifier {
  static let limit = 20

  let program: CoreProgram
  let typing: CoreTyping
  let interner: Interner
  var subtypes: CoreSubtypes
  var problems: [String] = []
  /// The declared types of prelude functions, by global; only looked up.
  var preludeTypeOfGlobal: [Int32: BuiltinType] = [:]
  var typeOfIntrinsic: [BuiltinType?]
  /// `append` and the function behind `++`.
  var appendFunctions: [Int32] = []
  /// By constructor: the number of its first field among the parts of its type.
  var firstPartOfConstructor: [Int32]
  /// The type of the prelude that builtins give.
  let resultType: Int32

  // MARK: The definition at hand
  var global: Int32 = 0
  var firstLocal: Int32 = 0
  /// By local: the `lambda` that a `letFunction` binds to it.
  var functions: [Int32: Int32] = [:]
  /// The functions among these that are only called, with all their arguments.
  var directFunctions: Set<Int32> = []

  init(_ program: CoreProgram, _ typing: CoreTyping, _ interner: Interner) {
    self.program = program
    self.typing = typing
    self.interner = interner
    subtypes = CoreSubtypes(typing, program)
    typeOfIntrinsic = Array(repeating: nil, count: intrinsics.count)
    firstPartOfConstructor = Array(repeating: 0, count: program.constructors.count)
    for type in program.types {
      var first: Int32 = 0
      for constructor in type.firstConstructor..<(type.firstConstructor + type.constructorCount) {
        firstPartOfConstructor[Int(constructor)] = first
        first += program.constructors[Int(constructor)].fieldCount
      }
    }
    resultType = Int32(
      program.types.firstIndex {
        $0.file.index == 0 && interner.string(of: $0.name) == "Result"
      } ?? -1)
    for entry in preludeTypes {
      guard let index = program.preludeGlobals[entry.name] else { continue }
      preludeTypeOfGlobal[index] = BuiltinType(entry.type)
    }
    appendFunctions = ["append", "_append_operator"].compactMap { program.preludeGlobals[$0] }
  }

  // MARK: - Reports

  mutating func report(_ index: Int32, _ message: String) {
    let expression = program.expressions[Int(index)]
    let name = interner.string(of: program.globals[Int(global)].name)
    problems.append("\(name), \(expression.kind) at \(expression.start): \(message)")
  }

  func text(_ type: Int32) -> String { typeText(type, subtypes.typing, program, interner) }

  // MARK: - Access

  func expression(_ index: Int32) -> CoreExpression { program.expressions[Int(index)] }

  func operand(_ node: CoreExpression, _ position: Int32) -> Int32 {
    program.operands[Int(node.listStart + position)]
  }

  func type(of index: Int32) -> Int32 { typing.ofExpression[Int(index)] }

  func localType(_ local: Int32) -> Int32 { typing.ofLocal[Int(firstLocal + local)] }

  func head(_ type: Int32) -> CoreTypeHead { subtypes.type(type).head }

  func isExactly(_ index: Int32, _ head: CoreTypeHead) -> Bool {
    typing.isExactly(type(of: index), head)
  }

  /// The type as a word.
  func boxed(_ type: Int32) -> Int32 {
    head(type) == .rawFloat ? CoreTyping.simple(.float) : type
  }

  // MARK: - Requirements

  /// - Parameter type: what the message ends with.
  mutating func require(
    _ condition: Bool, _ index: Int32, _ message: String, _ type: Int32 = -1
  ) {
    if condition { return }
    report(index, type < 0 ? message : "\(message) \(text(type))")
  }

  /// That values of one type may be used as values of another.
  mutating func require(_ from: Int32, flowsTo to: Int32, _ index: Int32, _ role: String) {
    if from == to || subtypes.isSubtype(from, to) { return }
    report(index, "\(role) is \(text(from)), not \(text(to))")
  }

  mutating func require(_ head: CoreTypeHead, flowsTo to: Int32, _ index: Int32, _ role: String) {
    require(CoreTyping.simple(head), flowsTo: to, index, role)
  }

  mutating func requireWord(_ index: Int32) {
    require(head(type(of: index)) != .rawFloat, index, "a raw float where a word is wanted")
  }

  mutating func require(_ index: Int32, isExactly wanted: CoreTypeHead) {
    if isExactly(index, wanted) { return }
    report(index, "has the type \(text(type(of: index))), not exactly \(wanted)")
  }

  mutating func requireExtra(_ extra: CoreExtras, in type: Int32, _ index: Int32) {
    let isThere = subtypes.extras(of: type).isSuperset(of: extra)
    require(isThere, index, "it is left out by the type", type)
  }

  // MARK: - Definitions

  mutating func verify(global index: Int32) {
    global = index
    let definition = program.globals[Int(index)]
    firstLocal = definition.firstLocal
    functions.removeAll(keepingCapacity: true)
    directFunctions.removeAll(keepingCapacity: true)
    // Expressions of a definition stand together.
    let bindsFunctions = (program.firstExpression(of: index)...definition.body).contains {
      program.expressions[Int($0)].kind == .letFunction
    }
    if bindsFunctions { findDirectFunctions(definition) }
    verify(definition.body)
    if definition.parameterCount == 0 { requireWord(definition.body) }
  }

  private mutating func findDirectFunctions(_ definition: CoreGlobal) {
    var uses = LocalUses()
    uses.collect(program, definition.body)
    functions = uses.functions
    for (local, lambda) in functions where !uses.escapes.contains(local) {
      let count = expression(lambda).listCount
      if uses.argumentCounts[local, default: []].allSatisfy({ $0 == count }) {
        directFunctions.insert(local)
      }
    }
  }

  /// Verifies an expression; follows bodies of bindings in a loop.
  mutating func verify(_ start: Int32) {
    var index = start
    while problems.count < CoreVerifier.limit {
      let node = expression(index)
      switch node.kind {
      case .let, .letFunction, .destructure, .sequence:
        verifyBinding(index, node)
      case .if:
        verify(node.a)
        requireWord(node.a)
        verify(node.b)
        require(type(of: node.b), flowsTo: type(of: index), node.b, "the first branch")
      default:
        verifyEnd(index, node)
        return
      }
      require(type(of: node.c), flowsTo: type(of: index), node.c, "the value")
      index = node.c
    }
  }

  private mutating func verifyBinding(_ index: Int32, _ node: CoreExpression) {
    switch node.kind {
    case .let:
      verify(node.b)
      require(type(of: node.b), flowsTo: localType(node.a), index, "the bound value")
    case .letFunction:
      verifyLambda(node.b, expression(node.b), isDirect: directFunctions.contains(node.a))
      require(type(of: node.b), flowsTo: localType(node.a), index, "the bound function")
    case .destructure:
      verify(node.b)
      requireWord(node.b)
      verify(pattern: node.a, of: type(of: node.b), index)
    default: verify(node.b)
    }
  }

  private mutating func verifyEnd(_ index: Int32, _ node: CoreExpression) {
    let type = type(of: index)
    switch node.kind {
    case .integer:
      let isZero = node.a == 0 && node.b == 0 && subtypes.extras(of: type).contains(.zero)
      if !isZero { require(.int, flowsTo: type, index, "the literal") }
    case .float:
      if head(type) != .rawFloat { require(.float, flowsTo: type, index, "the literal") }
    case .string: require(.string, flowsTo: type, index, "the literal")
    case .null: requireExtra(.null, in: type, index)
    case .unit: requireExtra(.unit, in: type, index)
    case .nil_: require(head(type) == .list || head(type) == .dyn, index, "a list has another type")
    case .local: require(localType(node.a), flowsTo: type, index, "the local")
    case .global, .intrinsic, .constructor, .foreign: verifyApplication(of: index, nil, index)
    case .call: verifyCall(index, node)
    case .operator: verifyOperator(index, node)
    case .coerce: verifyCoercion(index, node)
    case .cast:
      verify(node.a)
      requireWord(node.a)
      requireWord(index)
    case .and, .or:
      for part in [node.a, node.b] {
        verify(part)
        requireWord(part)
      }
      require(.int, flowsTo: type, index, "the result")
    case .tuple: verifyItems(index, node, .tuple, payload: 0, from: 0)
    case .list: verifyList(index, node)
    case .construct: verifyConstruction(index, node)
    case .field: verifyField(index, node)
    case .update: verifyUpdate(index, node)
    case .interpolation:
      verifyParts(node)
      require(.string, flowsTo: type, index, "the result")
    case .lambda: verifyLambda(index, node, isDirect: false)
    case .match: verifyMatch(index, node)
    case .error: require(.dyn, flowsTo: type, index, "the value")
    case .if, .let, .letFunction, .destructure, .sequence: preconditionFailure("done in a loop")
    }
  }

  /// The parts of a node, which must be words.
  mutating func verifyParts(_ node: CoreExpression) {
    for position in 0..<node.listCount {
      verify(operand(node, position))
      requireWord(operand(node, position))
    }
  }

  private mutating func verifyCoercion(_ index: Int32, _ node: CoreExpression) {
    verify(node.a)
    let operand = type(of: node.a)
    let wanted: CoreTypeHead
    switch CoreCoercion(rawValue: node.b) {
    case .boxFloat: wanted = .rawFloat
    case .unboxFloat: wanted = .float
    case .intToFloat: wanted = .int
    case .numToFloat: wanted = .num
    case .assertType:
      requireWord(node.a)
      require(operand, flowsTo: type(of: index), index, "the operand")
      return
    case nil:
      report(index, "unknown conversion \(node.b)")
      return
    }
    require(operand, flowsTo: CoreTyping.simple(wanted), index, "the operand")
    let result: CoreTypeHead = node.b == CoreCoercion.boxFloat.rawValue ? .float : .rawFloat
    require(result, flowsTo: type(of: index), index, "the result")
  }

  // MARK: - Functions

  /// - Parameter isDirect: whether it is only called directly, and so may take and give raw floats.
  private mutating func verifyLambda(_ index: Int32, _ node: CoreExpression, isDirect: Bool) {
    verify(node.a)
    var type = type(of: index)
    for position in 0..<node.listCount {
      let parameter = localType(operand(node, position))
      require(isDirect || head(parameter) != .rawFloat, index, "a closure takes a raw float")
      switch head(type) {
      case .function:
        require(typing.part(type, 0), flowsTo: boxed(parameter), index, "a parameter")
        type = typing.part(type, 1)
      case .dyn: require(.dyn, flowsTo: boxed(parameter), index, "a parameter")
      default:
        report(index, "a function has the type \(text(type))")
        return
      }
    }
    require(
      isDirect || head(self.type(of: node.a)) != .rawFloat, index, "a closure gives a raw float")
    require(boxed(self.type(of: node.a)), flowsTo: type, index, "the result")
  }

  private mutating func verifyMatch(_ index: Int32, _ node: CoreExpression) {
    verify(node.a)
    requireWord(node.a)
    for position in 0..<node.listCount {
      let arm = program.arms[Int(operand(node, position))]
      verify(pattern: arm.pattern, of: type(of: node.a), index)
      if arm.guardExpression >= 0 {
        verify(arm.guardExpression)
        requireWord(arm.guardExpression)
      }
      verify(arm.body)
      require(type(of: arm.body), flowsTo: type(of: index), arm.body, "the value of an arm")
    }
  }

  /// The locals of a pattern that is matched with a value of a type; -1 for one taken on trust.
  private mutating func verify(pattern start: Int32, of type: Int32, _ index: Int32) {
    if type < 0 { return }
    let pattern = program.patterns[Int(start)]
    switch pattern.kind {
    case .wildcard, .integer, .float, .string, .null, .unit, .nil_: return
    case .variable: require(type, flowsTo: localType(pattern.a), index, "the value of a variable")
    case .as_:
      require(type, flowsTo: localType(pattern.b), index, "the value of a variable")
      verify(pattern: pattern.a, of: type, index)
    case .cons:
      verify(pattern: pattern.a, of: part(of: type, head(type) == .list, 0), index)
      verify(pattern: pattern.b, of: tail(of: type), index)
    case .tuple:
      let fits = head(type) == .tuple && subtypes.type(type).partCount == pattern.listCount
      for position in 0..<pattern.listCount {
        verify(
          pattern: program.operands[Int(pattern.listStart + position)],
          of: part(of: type, fits, position), index)
      }
    case .constructor:
      let owner = program.constructors[Int(pattern.a)].type
      let fits = head(type) == .named && subtypes.type(type).payload == owner
      let first = firstPartOfConstructor[Int(pattern.a)]
      for position in 0..<pattern.listCount {
        verify(
          pattern: program.operands[Int(pattern.listStart + position)],
          of: !fits && isTyped(field: position, of: pattern.a)
            ? -1 : part(of: type, fits, first + position), index)
      }
    case .or:
      for alternative in program.list(pattern) { verify(pattern: alternative, of: type, index) }
    }
  }

  /// Whether a field has a declared type that is the same in all values.
  private func isTyped(field: Int32, of constructor: Int32) -> Bool {
    subtypes.isTyped(field: Int(field), of: program.constructors[Int(constructor)])
  }

  /// A part of a value that has a pattern's constructor.
  private func part(of type: Int32, _ fits: Bool, _ number: Int32) -> Int32 {
    guard fits else { return unknownPart(of: type) }
    let known = subtypes.type(type)
    return subtypes.typing.parts[Int(known.firstPart + number)]
  }

  /// The tail of a cell, which is always a list, whatever is known of the cell.
  private mutating func tail(of type: Int32) -> Int32 {
    switch head(type) {
    case .list: subtypes.withoutExtras(type)
    case .dyn: subtypes.anyList()
    default: CoreTyping.simple(.nothing)
    }
  }

  /// A value of another type does not match, unless it may be anything.
  private func unknownPart(of type: Int32) -> Int32 {
    CoreTyping.simple(head(type) == .dyn ? .dyn : .nothing)
  }
}

/// How the local functions of a definition are used.
private struct LocalUses {
  var functions: [Int32: Int32] = [:]
  var argumentCounts: [Int32: [Int32]] = [:]
  /// Locals that stand elsewhere than as callees.
  var escapes: Set<Int32> = []

  mutating func collect(_ program: CoreProgram, _ start: Int32) {
    var pending = [start]
    while let index = pending.popLast() {
      let node = program.expressions[Int(index)]
      switch node.kind {
      case .local: escapes.insert(node.a)
      case .call where program.expressions[Int(node.a)].kind == .local:
        argumentCounts[program.expressions[Int(node.a)].a, default: []].append(node.listCount)
        pending.append(contentsOf: program.list(node))
      default:
        if node.kind == .letFunction { functions[node.a] = node.b }
        program.appendParts(of: node, to: &pending)
      }
    }
  }
}

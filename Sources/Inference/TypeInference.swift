public import Diagnostics
public import Semantics
import Support
import Syntax

/// The inference of all types of a program (`docs/types.md`): soft typing in the tradition of
/// Hindley and Milner, with flows of values instead of equations.
///
/// ``run()`` infers every definition once, with nothing known of its callers: the *generic run*. It
/// leaves a scheme for each function and persistent types for constants.
/// ``solve(component:entry:)`` then solves one component again and leaves the types of its
/// expressions and locals to be asked for.
///
/// Functions with complete signatures have these as their types from the beginning, and their
/// bodies are checked against them. ``elaborated()`` then gives the program with the casts that
/// declared types ask for.
public struct TypeInference: ~Copyable {
  var program: CoreProgram
  let interner: Interner
  let sources: SourceMap
  let strictFiles: [Bool]
  let hasStrictFiles: Bool
  let wellKnown: WellKnownBuiltins
  let appendFunction: Int32
  let appendOperator: Int32
  /// The type `Result` of the prelude.
  let resultType: Int32

  var system = ConstraintSystem()
  var table = SchemeTable()
  var graph: CallGraph

  // MARK: Schemes, as indices in `table.schemes` or -1
  var schemeOfGlobal: [Int32]
  var schemeOfIntrinsic: [Int32]
  var schemeOfForeign: [Int32]
  var typeSchemes: [Int32] = []
  /// By constructor: its first kid among those of its type.
  var constructorOffsets: [Int32] = []
  /// By prelude global: the index of its declared type in ``builtinTypes``, or -1.
  var builtinOfGlobal: [Int32]

  // MARK: Declared types
  var closedTypes: ClosedTypes
  /// Whether the node under construction is the same everywhere.
  var isMakingClosed = false
  /// Whether the component is solved for known types of callers, not for all (set by
  /// specialisation).
  var isInstance = false
  /// The expressions whose values have to be checked or converted, of all components.
  var casts: [PlannedCast] = []

  /// Casts, by operand, that cannot tell whether a value is of the declared type, and get others.
  var distrustedCasts: Set<Int32> = []

  /// What signatures and fields give types to, by declared type; made when first needed, as are
  /// ``places``.
  var subjectNames: [Int32: String] = [:]
  /// Of the program before it is elaborated.
  var places: DeclaredPlaces?

  // MARK: The component at hand
  var component: Int32 = -1
  /// By global of the component: the first of its nodes, parameters and then result.
  var nodesOfGlobal: [Int32]
  var localNodes = GrowableBuffer<Int32>()

  // MARK: Specialisation; see `Specialization`
  /// Whether the nodes of expressions are kept for it.
  var recordsExpressions = false
  /// By expression: its node, or -1; for the name of `head` or `tail` in a call for a list that is
  /// known not to be empty ``nonEmptyList``.
  var expressionNodes = GrowableBuffer<Int32>()
  static let nonEmptyList: Int32 = -2
  /// By expression that names a global of another component: the first node of the copy of its
  /// scheme.
  var instanceBases = GrowableBuffer<Int32>()
  /// By global: whether it is a builtin with instances although its type is declared.
  var isSpecializable: [Bool]
  /// By global: whether nothing is to be assumed of its parameters and result.
  var isDynamic: [Bool]
  var comparisons: [Comparison] = []
  var introductions: [Introduction] = []
  var argumentChecks: [ArgumentCheck] = []
  var looseUses: [LooseUse] = []
  /// Where something has been reported in the component; only looked up.
  var reportedPlaces: Set<UInt64> = []
  var wrongArguments: [WrongArgument] = []
  /// Calls that have been reported to have too many arguments.
  var surplusSites: [Int32] = []
  /// By global: what it does to its parameters whenever it is called; only looked up.
  var parameterDemands: [Int32: [ParameterDemand]] = [:]
  /// What was found to be wrong, in the last round.
  public internal(set) var diagnostics = DiagnosticSink()
  /// By global: whether `main` needs it; everything if there is no `main`.
  var isReached: [Bool]

  // MARK: The definition at hand
  var current: Int32 = -1
  var firstLocal: Int32 = 0
  var isStrict = false
  /// Whether the expression at hand is evaluated whenever its function is called.
  var isUnconditional = true

  // MARK: Facts; see `ConstraintGeneration+Facts`
  var leastLength = GrowableBuffer<Int32>()
  var lengthOfLocal = GrowableBuffer<LengthKey>()
  var factLog = GrowableBuffer<FactChange>()

  /// Runs over the whole program until the types of constants no longer change, at most this often.
  static let roundLimit = 4

  public init(_ analysis: Analysis) {
    program = analysis.program
    interner = analysis.interner
    sources = analysis.sources
    strictFiles = analysis.trees.map(\.isStrict)
    hasStrictFiles = strictFiles.contains(true)
    let names = BuiltinNames(analysis.program, analysis.interner)
    wellKnown = names.wellKnown
    builtinOfGlobal = names.builtinOfGlobal
    appendFunction = names.append
    appendOperator = names.appendOperator
    resultType = names.resultType
    let globals = analysis.program.globals
    isSpecializable = names.isSpecializable
    graph = CallGraph(analysis.program, builtinOfGlobal, isSpecializable)
    isReached =
      analysis.program.main < 0
      ? [Bool](repeating: true, count: globals.count)
      : graph.reachable(from: analysis.program.main)
    schemeOfGlobal = [Int32](repeating: -1, count: globals.count)
    nodesOfGlobal = schemeOfGlobal
    isDynamic = [Bool](repeating: false, count: globals.count)
    schemeOfIntrinsic = [Int32](repeating: -1, count: intrinsics.count)
    schemeOfForeign = [Int32](repeating: -1, count: analysis.program.foreigns.count)
    let locals = analysis.program.locals.count
    localNodes.append(-1, times: locals)
    lengthOfLocal.append(.none, times: locals)
    leastLength.append(0, times: locals + globals.count)
    closedTypes = ClosedTypes(analysis.program)
    makeClosedTypes()
    makeTypeSchemes()
    for signature in program.declarations.signatures where isDeclared(signature.global) {
      makeDeclaredScheme(signature)
    }
  }

  /// Whether ``signatures()`` will be asked for, which takes some preparation.
  public var writesSignatures = true

  // MARK: - The generic run

  /// Infers the types of all definitions.
  public mutating func run() {
    var round = 0
    var isAgain = true
    while isAgain && round < TypeInference.roundLimit {
      round += 1
      system.persistentChanged = false
      diagnostics = DiagnosticSink()
      casts.removeAll(keepingCapacity: true)
      if round == TypeInference.roundLimit { giveUpConstants() }
      for index in 0..<graph.componentCount { infer(component: Int32(index)) }
      isAgain = system.persistentChanged && round < TypeInference.roundLimit
      if isAgain { restart() }
    }
    if hasStrictFiles { reportAmbiguousConstants() }
  }

  /// Schemes are made anew; the types of constants stay as they have become.
  mutating func restart() {
    for index in schemeOfGlobal.indices
    where builtinOfGlobal[index] < 0 && program.globals[index].parameterCount > 0
      && !isDeclared(Int32(index))
    {
      schemeOfGlobal[index] = -1
    }
  }

  /// Types of constants that go on changing are made `dyn`.
  private mutating func giveUpConstants() {
    for node in 0..<system.persistentNodes {
      if system.find(node) == node && system.nodes[node].flags.contains(.open) {
        system.makeDynamic(node, cause: -1)
      }
    }
    system.run()
    system.persistentChanged = false
  }

  mutating func infer(component index: Int32) {
    // The types of builtins are declared.
    if graph.members(of: Int(index)).allSatisfy({ isBuiltin($0) }) { return }
    begin(component: index)
    for global in graph.members(of: Int(index)) { generate(definition: global) }
    system.settle()
    finish(component: index)
    component = -1
  }

  /// Makes the nodes of the definitions.
  mutating func begin(component index: Int32) {
    component = index
    comparisons.removeAll(keepingCapacity: true)
    introductions.removeAll(keepingCapacity: true)
    argumentChecks.removeAll(keepingCapacity: true)
    looseUses.removeAll(keepingCapacity: true)
    reportedPlaces.removeAll(keepingCapacity: true)
    for global in graph.members(of: Int(index)) {
      nodesOfGlobal[Int(global)] = system.nodes.next
      let count = program.globals[Int(global)].parameterCount
      for _ in 0...count { _ = system.new() }
      if let signature = signature(of: global) {
        applySignature(signature, base: nodesOfGlobal[Int(global)])
        if signature.isComplete { continue }
      }
      // In a later round a constant begins with what it has become.
      let scheme = schemeOfGlobal[Int(global)]
      if count == 0 && scheme >= 0 {
        let known = table.roots[table.schemes[Int(scheme)].firstRoot]
        if known < 0 { system.unify(system.nodes.next - 1, ~known, site: -1) }
      }
      if isDynamic[Int(global)] {
        let first = nodesOfGlobal[Int(global)]
        for node in first...(first + count) { system.makeDynamic(node, cause: -1) }
      }
    }
  }

  private mutating func finish(component index: Int32) {
    var roots: [Int32] = []
    var constants: [Int32] = []
    for global in graph.members(of: Int(index)) {
      if isDeclared(global) { continue }
      let base = nodesOfGlobal[Int(global)]
      let count = program.globals[Int(global)].parameterCount
      if count == 0 && !isSyntacticValue(program.globals[Int(global)].body) {
        constants.append(base)
      } else {
        for node in base...(base + count) { roots.append(node) }
      }
    }
    system.prepareGeneralization(roots: roots)
    reportDefiniteErrors()
    judgeFlows()
    if hasStrictFiles { reportStrictness() }
    system.dropDecidedUses(marksNumbers: writesSignatures)
    let promoted = system.promote(constants: constants)
    for global in graph.members(of: Int(index)) where !isDeclared(global) { extract(global) }
    system.commit(promoted)
  }

  private mutating func extract(_ global: Int32) {
    let base = nodesOfGlobal[Int(global)]
    let count = program.globals[Int(global)].parameterCount
    let scheme = system.extract(
      parameterCount: count, roots: Array(base...(base + count)), into: &table)
    schemeOfGlobal[Int(global)] = Int32(table.schemes.count)
    table.schemes.append(scheme)
  }

  /// Whether evaluating an expression makes nothing that could be shared (the value restriction).
  func isSyntacticValue(_ index: Int32) -> Bool {
    let value = expression(index)
    switch value.kind {
    case .integer, .float, .string, .null, .unit, .nil_, .lambda, .intrinsic, .constructor,
      .foreign:
      return true
    case .global: return program.globals[Int(value.a)].parameterCount > 0
    case .tuple, .list, .construct:
      return program.list(value).allSatisfy { isSyntacticValue($0) }
    default: return false
    }
  }

  // MARK: - Lookup

  @inline(__always) func isInComponent(_ global: Int32) -> Bool {
    graph.componentOf[Int(global)] == component && builtinOfGlobal[Int(global)] < 0
      && !isDeclared(global)
  }

  func isBuiltin(_ global: Int32) -> Bool { builtinOfGlobal[Int(global)] >= 0 }

  mutating func scheme(ofGlobal global: Int32) -> Scheme? {
    let index = schemeOfGlobal[Int(global)]
    if index >= 0 { return table.schemes[Int(index)] }
    let builtin = builtinOfGlobal[Int(global)]
    guard builtin >= 0 else { return nil }
    let made = add(builtinScheme(preludeTypes[Int(builtin)].type))
    schemeOfGlobal[Int(global)] = made
    return table.schemes[Int(made)]
  }

  mutating func schemeOf(intrinsic: Int32) -> Scheme {
    if schemeOfIntrinsic[Int(intrinsic)] < 0 {
      schemeOfIntrinsic[Int(intrinsic)] = add(
        builtinScheme(intrinsicType(intrinsics[Int(intrinsic)])))
    }
    return table.schemes[Int(schemeOfIntrinsic[Int(intrinsic)])]
  }

  mutating func schemeOf(foreign: Int32) -> Scheme {
    if schemeOfForeign[Int(foreign)] < 0 {
      schemeOfForeign[Int(foreign)] = add(foreignScheme(program.foreigns[Int(foreign)]))
    }
    return table.schemes[Int(schemeOfForeign[Int(foreign)])]
  }

  mutating func add(_ scheme: Scheme) -> Int32 {
    table.schemes.append(scheme)
    return Int32(table.schemes.count - 1)
  }
}

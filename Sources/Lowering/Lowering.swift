public import Diagnostics
public import IR
public import Semantics
public import Support

/// Translates what is reachable from `main` into SSA form. Without types every value is a tagged word, and every
/// operation checks its operands (`-O0`, the reference semantics). Typed Core says which checks can go, and which values
/// are raw floats.
///
/// Functions are numbered in the order in which they are first referred to, starting from `main`, so the result depends
/// on the text of the program only. The program must be free of errors and have a `main`.
///
/// With `evaluates`, a small program that depends on nothing is carried out here and now, as far as nothing but
/// its output is left of it (``KnownOutcomeFinder``).
public func lower(
  _ core: CoreProgram, sources: SourceMap, interner: Interner, evaluates: Bool = false
) -> IRProgram {
  var lowering = ProgramLowering(core, sources: sources, interner: interner)
  if evaluates {
    var finder = KnownOutcomeFinder(core)
    if let outcome = finder.find() {
      lowering.lowerOutcome(outcome)
      return lowering.finish()
    }
  }
  lowering.requestMain()
  while let next = lowering.nextPending() { lowering.lower(next) }
  lowering.lowerApplyFunctions()
  return lowering.finish()
}

/// A function that has a number but no code yet.
struct PendingFunction {
  enum Body {
    case main
    case global(Int32)
    /// The code of a closure for a global that takes or gives raw floats.
    case uniform(Int32)
    /// The function that returns a constant's value, computing it at the first call.
    case constant(Int32)
    /// A `lambda` expression of a global.
    case lambda(expression: Int32, global: Int32)
    /// An intrinsic, constructor or foreign function as a value.
    case intrinsic(Int32)
    case constructor(Int32)
    case foreign(Int32)
  }

  var body: Body
  var function: Int
}

/// The state of lowering a program: what has been numbered so far, and the function being made.
struct ProgramLowering {
  let core: CoreProgram
  let sources: SourceMap
  let interner: Interner
  var program = IRProgram()
  var builder = FunctionBuilder()

  // MARK: Program-wide tables

  var pending: [PendingFunction] = []
  var nextPendingIndex = 0
  /// By global: the function (or the accessor of a constant), -1 if not referred to yet.
  var globalFunctions: [Int32]
  /// By global: the function that its closure has, -1 if not referred to yet.
  var closureFunctions: [Int32]
  /// By global: index of the slot of a constant, -1 if there is none.
  var globalSlots: [Int32]
  /// By global: whether its captures have been analysed.
  var isAnalysed: [Bool]
  /// By expression: index in `lambdas` for an analysed `lambda`, else -1.
  var lambdaIndices: [Int32]
  var lambdas: [LambdaInfo] = []
  /// By local of the program: the lambda it names (`letFunction`), else -1.
  var namedLambdas: [Int32]
  /// By intrinsic: how it is done.
  let intrinsicLowerings: [IntrinsicLowering]
  let provenLowerings: [ProvenLowering]
  var wrapperFunctions = WrapperFunctions()
  var statics: StaticTables
  var externals: [String: Int32] = [:]
  /// Largest argument count of a call of an unknown function so far.
  var largestApplication = 0
  var lineTables: [LineTable?]
  /// Where the line of the last position was found.
  private var lastLine = 0
  /// By global: whether a call in tail position may leave its caller's frame out (see `mayTransfer`); 0 unknown,
  /// 1 being computed, 2 no, 3 yes.
  var transferStates: [UInt8]
  /// For each field name: the constructors that have it, with its index.
  var fieldOwners: [Symbol: [(constructor: Int32, field: Int)]] = [:]

  /// Whether anything refers to `main`, so that its value has to be kept.
  lazy var isMainMentioned = core.expressions.contains { $0.kind == .global && $0.a == core.main }

  // MARK: The function being made

  var context = FunctionContext()
  /// By local: what it is bound to, valid where the stamp is the current function's.
  var bindings: [ValueID] = []
  var bindingStamps: [Int32] = []

  init(_ core: CoreProgram, sources: SourceMap, interner: Interner) {
    self.core = core
    self.sources = sources
    self.interner = interner
    globalFunctions = Array(repeating: -1, count: core.globals.count)
    closureFunctions = globalFunctions
    globalSlots = globalFunctions
    isAnalysed = Array(repeating: false, count: core.globals.count)
    transferStates = Array(repeating: 0, count: core.globals.count)
    lambdaIndices = Array(repeating: -1, count: core.expressions.count)
    intrinsicLowerings = intrinsics.map { IntrinsicLowering("\($0.name)") }
    provenLowerings =
      core.typing == nil ? [] : intrinsics.map { ProvenLowering("\($0.name)") }
    namedLambdas = Array(repeating: -1, count: core.locals.count)
    statics = StaticTables(expressionCount: core.expressions.count)
    lineTables = Array(repeating: nil, count: sources.files.count)
    program.files = sources.files.map(\.path)
    program.descriptors = core.constructors.map { constructor in
      IRDescriptor(
        name: interner.string(of: constructor.name), fieldCount: Int(constructor.fieldCount),
        fieldNames: constructor.fieldNames.map { interner.string(of: $0) },
        type: Int(constructor.type))
    }
    for (index, constructor) in core.constructors.enumerated() {
      for (field, name) in constructor.fieldNames.enumerated() {
        fieldOwners[name, default: []].append((Int32(index), field))
      }
    }
  }

  // MARK: - Requests

  /// Gives a function a number and puts it on the list of those to be made.
  mutating func request(_ body: PendingFunction.Body) -> Int {
    let number = pending.count
    pending.append(PendingFunction(body: body, function: number))
    return number
  }

  mutating func requestMain() {
    precondition(core.main >= 0, "the program has no main")
    program.mainFunction = Int32(request(.main))
  }

  mutating func nextPending() -> PendingFunction? {
    guard nextPendingIndex < pending.count else { return nil }
    nextPendingIndex += 1
    return pending[nextPendingIndex - 1]
  }

  /// The function of a global: its code, or for a constant the accessor.
  mutating func function(ofGlobal global: Int32) -> Int {
    if globalFunctions[Int(global)] < 0 {
      let isConstant = core.globals[Int(global)].parameterCount == 0
      globalFunctions[Int(global)] = Int32(request(isConstant ? .constant(global) : .global(global)))
    }
    return Int(globalFunctions[Int(global)])
  }

  /// The code of the closure of a global with parameters: its function, or a wrapper that takes and gives words.
  mutating func closureFunction(ofGlobal global: Int32) -> Int {
    if isUniform(global: global) { return function(ofGlobal: global) }
    if closureFunctions[Int(global)] < 0 {
      closureFunctions[Int(global)] = Int32(request(.uniform(global)))
    }
    return Int(closureFunctions[Int(global)])
  }

  /// Slot 0 is the head of the list of constants being computed.
  mutating func slot(ofGlobal global: Int32) -> Int {
    if globalSlots[Int(global)] < 0 {
      program.globalCount = max(program.globalCount, 1)
      globalSlots[Int(global)] = Int32(program.globalCount)
      program.globalCount += 1
    }
    return Int(globalSlots[Int(global)])
  }

  /// The index of a runtime symbol in `IRProgram.externals`.
  mutating func external(_ name: String) -> Int {
    if let known = externals[name] { return Int(known) }
    let index = program.externals.count
    program.externals.append(name)
    externals[name] = Int32(index)
    return index
  }

  mutating func finish() -> IRProgram { program }

  // MARK: - Positions

  /// The position of a byte offset in the current function's file.
  mutating func position(_ offset: UInt32) -> UInt32 {
    let file = Int(context.file.index)
    if lineTables[file] == nil { lineTables[file] = LineTable(sources.files[file]) }
    guard let place = lineTables[file]?.position(of: offset, near: &lastLine) else { return 0 }
    return SourcePlace.position(line: place.line, column: place.column)
  }
}

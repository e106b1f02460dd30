import Diagnostics
import Support
import Syntax

/// Turns the syntax of all modules into Core: every name becomes an index, sugar disappears.
///
/// Phases, each over all modules in order: collect what the modules define (`NameResolver+Tables`),
/// then, module by module, enter what is visible (`NameResolver+Visibility`) and translate the
/// bodies (`NameResolver+Expressions` and the rest). Names are found by indexing tables with the
/// symbol; see ``SymbolTable``.
///
/// It cannot be copied: a copy would cost dozens of reference counts, and closures over `self`
/// make copies that nobody sees.
struct NameResolver: ~Copyable {
  let graph: ModuleGraph
  /// Whether the embedded library has a module, for the help of an unknown name.
  let isInLibrary: (String) -> Bool
  /// What could be imported, likewise.
  var neighbours: Neighbours
  var interner: Interner
  var diagnostics: DiagnosticSink
  var core = CoreProgram()
  /// What is to be checked by `Exhaustiveness` afterwards.
  var coverage: [CoverageRequest] = []

  // MARK: Modules
  var scopes: [ModuleScope]
  /// Right sides of type aliases.
  var aliases: [TypeAlias] = []
  /// The candidates behind ``Binding/Kind/ambiguous``.
  var ambiguities: [[Binding]] = []
  /// Where the constructors are declared.
  var constructorRanges: [SourceRange] = []
  /// The definitions whose bodies have to be translated, in order of modules and source.
  var pendingGlobals: [PendingGlobal] = []
  /// By symbol: whether some record has a field of that name.
  var isFieldName: [Bool] = []
  var wellKnown: WellKnownNames

  // MARK: The module at hand
  var module = 0
  var tree: SyntaxTree
  var nodes = UnsafeBufferPointer<SyntaxNode>(start: nil, count: 0)
  var lists = UnsafeBufferPointer<Int32>(start: nil, count: 0)
  var values: SymbolTable<VisibleBinding>
  var types: SymbolTable<TypeBinding>
  /// By alias: 1 + the module, 0 if there is none, -1 if the module was not found.
  var moduleAliases: SymbolTable<Int32>
  /// Whether names that are not found may come from something that could not be read.
  var mayMissNames = false
  var reportCount = 0
  var suggestions = Suggestions()
  /// Where errors of the syntax are, by module: names of definitions that have some are not
  /// checked.
  var syntaxErrors: [[UInt32]] = []
  /// Whether the definition at hand has an error of its syntax.
  var isDefinitionBroken = false
  /// How many symbols there were when the tables were made.
  var symbolCount = 0

  // MARK: Uses
  var uses = UseRecords(symbolCount: 0, globalCount: 0)
  var unusedLocals: [(module: Int, diagnostic: Diagnostic)] = []
  /// How many of them there are in the module at hand.
  var unusedLocalCount = 0
  var unusedImports: [UnusedImport] = []

  // MARK: The definition at hand
  var locals: SymbolTable<Int32>
  var firstLocal = 0
  var pattern: PatternState
  /// Operands of the nodes under construction, the innermost last.
  var scratch: [Int32] = []
  /// Statements of the blocks under construction, the innermost last.
  var binders: [Binder] = []

  init(
    graph: ModuleGraph, interner: Interner, diagnostics: DiagnosticSink, provider: FileProvider
  ) {
    self.graph = graph
    isInLibrary = { provider.embedded($0 + ".rail") != nil }
    neighbours = Neighbours(provider)
    self.interner = interner
    self.diagnostics = diagnostics
    scopes = [ModuleScope](repeating: ModuleScope(), count: graph.modules.count)
    tree = graph.trees[0]
    wellKnown = WellKnownNames(&self.interner)
    values = SymbolTable(count: 0, empty: .none)
    types = SymbolTable(count: 0, empty: .none)
    moduleAliases = SymbolTable(count: 0, empty: 0)
    locals = SymbolTable(count: 0, empty: -1)
    pattern = PatternState(symbolCount: 0)
  }

  /// Translates the whole program.
  mutating func run() {
    findIncompleteModules()
    collectDefinitions()
    reserveSpace()
    makeTables()
    enterBuiltins()
    var next = 0
    for index in graph.modules.indices {
      let mark = enterModule(index)
      next = translateModule(from: next)
      findUnusedImports()
      leaveModule(to: mark)
    }
    finishDeclarations()
    reportUnused()
  }

  /// Core has about as many nodes as the syntax, and arrays that grow by doubling are copied often.
  private mutating func reserveSpace() {
    var (nodeCount, listCount) = (0, 0)
    for tree in graph.trees {
      nodeCount += tree.nodes.count
      listCount += tree.lists.count
    }
    core.expressions.reserveCapacity(nodeCount)
    core.operands.reserveCapacity(listCount + nodeCount / 4)
    core.patterns.reserveCapacity(nodeCount / 8)
    core.locals.reserveCapacity(nodeCount / 6)
  }

  private mutating func makeTables() {
    let count = interner.count
    values = SymbolTable(count: count, empty: .none)
    types = SymbolTable(count: count, empty: .none)
    moduleAliases = SymbolTable(count: count, empty: 0)
    locals = SymbolTable(count: count, empty: -1)
    pattern = PatternState(symbolCount: count)
    symbolCount = count
    uses = UseRecords(symbolCount: count, globalCount: core.globals.count)
  }

  /// Passes on a diagnostic about the module at hand. A file that is no Rail program could give
  /// millions: beyond a limit they are only told to be many.
  mutating func report(_ diagnostic: Diagnostic) {
    if isDefinitionBroken { return }
    if !diagnostic.edits.isEmpty && isRepeated(diagnostic) { return }
    reportCount += 1
    if reportCount < NameResolver.reportLimit {
      diagnostics.report(diagnostic)
    } else if reportCount == NameResolver.reportLimit {
      diagnostics.report(.tooMany(at: diagnostic.primary.range))
    }
  }

  static let reportLimit = 200

  /// Whether the same change has been suggested for the same reason: one mistake, told once.
  private func isRepeated(_ diagnostic: Diagnostic) -> Bool {
    guard diagnostic.edits.contains(where: { $0.range != diagnostic.primary.range }) else {
      return false
    }
    return diagnostics.diagnostics.suffix(NameResolver.reportLimit).contains { other in
      other.code == diagnostic.code && other.message == diagnostic.message
        && other.edits.elementsEqual(diagnostic.edits) {
          $0.range == $1.range && $0.replacement == $1.replacement
        }
    }
  }

  /// Translates the pending definitions from `first` on that belong to the module at hand; returns
  /// the first of the next module.
  private mutating func translateModule(from first: Int) -> Int {
    let current = graph.trees[module]
    tree = current
    return current.nodes.withUnsafeBufferPointer { nodes in
      current.lists.withUnsafeBufferPointer { lists in
        self.nodes = nodes
        self.lists = lists
        checkDeclarations()
        var next = first
        while next < pendingGlobals.count, pendingGlobals[next].module == module {
          translate(pendingGlobals[next])
          next += 1
        }
        return next
      }
    }
  }

  private mutating func translate(_ pending: PendingGlobal) {
    let node = nodes[Int(pending.node)]
    if !syntaxErrors[module].isEmpty {
      var next = UInt32.max
      for declaration in tree.declarations
      where tree[declaration].start > node.start && tree[declaration].kind != .error {
        next = tree[declaration].start
        break
      }
      isDefinitionBroken = syntaxErrors[module].contains { node.start <= $0 && $0 < next }
    }
    defer { isDefinitionBroken = false }
    uses.beginDefinition()
    firstLocal = core.locals.count
    let mark = scratch.count
    let body = resolveFunction(parameters: node.b, count: node.c, body: node.d)
    dropScratch(to: mark)
    let global = Int(pending.global)
    core.globals[global].firstLocal = Int32(firstLocal)
    core.globals[global].localCount = Int32(core.locals.count - firstLocal)
    core.globals[global].body = body
    reportUnusedLocals()
  }
}

/// A definition whose body is to be translated.
struct PendingGlobal {
  var module: Int
  /// The `functionDeclaration`.
  var node: Int32
  var global: Int32
}

/// The right side of a type alias.
struct TypeAlias {
  var module: Int32
  var name: Symbol
  /// The `aliasDeclaration`.
  var node: Int32
  /// In ``CoreDeclarations/types``, or -1 if it could not be read.
  var root: Int32 = -1
  var parameterCount: Int32 = 0
}

/// A statement of a block under construction: the node it becomes when the rest of the block is
/// there.
struct Binder {
  var kind: CoreKind
  var a: Int32
  var b: Int32
  var start: UInt32
  var end: UInt32
}

/// Something whose patterns have to be checked once the program is complete.
struct CoverageRequest {
  enum Kind {
    /// `index` is a `match` expression.
    case match
    /// `index` is a pattern that must fit every value.
    case irrefutable
  }

  var kind: Kind
  var file: FileID
  var index: Int32
}

/// The names to which the language gives a meaning.
struct WellKnownNames {
  let main, arguments, range, send, receive: Symbol
  /// The prelude's definitions behind `[a .. b]` and `range a b`.
  let rangeInclusive, rangeBetween: Symbol
  /// The symbols of ``intrinsics``.
  let intrinsicSymbols: [Symbol]
  /// Index of `read_line` in ``intrinsics``.
  let readLine: Int32
  let typeWords: TypeWords

  init(_ interner: inout Interner) {
    main = interner.intern("main")
    arguments = interner.intern("args")
    range = interner.intern("range")
    send = interner.intern("send")
    receive = interner.intern("recv")
    rangeInclusive = interner.intern("_range_inclusive")
    rangeBetween = interner.intern("_range_between")
    var symbols: [Symbol] = []
    var readLine: Int32 = -1
    symbols.reserveCapacity(intrinsics.count)
    let readLineSymbol = interner.intern("read_line")
    for (index, intrinsic) in intrinsics.enumerated() {
      let symbol = interner.intern(
        UnsafeBufferPointer(
          start: intrinsic.name.utf8Start, count: intrinsic.name.utf8CodeUnitCount))
      if symbol == readLineSymbol { readLine = Int32(index) }
      symbols.append(symbol)
    }
    intrinsicSymbols = symbols
    self.readLine = readLine
    typeWords = TypeWords(&interner)
  }
}

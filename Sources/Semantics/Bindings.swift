import Diagnostics
import Support
import Syntax

/// What a name at the top level of a module stands for.
struct Binding: Equatable {
  enum Kind: UInt8 {
    /// Nothing has this name.
    case none
    /// Index in ``CoreProgram/globals``, ``CoreProgram/constructors``, ``CoreProgram/foreigns``.
    case global, constructor, foreign
    /// Index in ``intrinsics``.
    case intrinsic
    /// Several imports bring different definitions: index in ``NameResolver/ambiguities``.
    case ambiguous
    /// Something that an error, which has been reported, has kept from being known.
    case lost
  }

  var index: Int32
  var kind: Kind

  static let none = Binding(index: -1, kind: .none)
  static let lost = Binding(index: -1, kind: .lost)
}

/// How near to a module the source of a binding is; nearer ones hide farther ones.
enum BindingLevel: UInt8 {
  case builtin, imported, own
}

/// A binding as it is visible in a module.
struct VisibleBinding {
  var binding: Binding
  var level: BindingLevel

  static let none = VisibleBinding(binding: .none, level: .builtin)
}

/// What a name of a type stands for.
struct TypeBinding: Equatable {
  enum Kind: UInt8 {
    case none
    /// Index in ``CoreProgram/types``.
    case type
    /// Index in ``NameResolver/aliases``.
    case alias
  }

  var index: Int32
  var kind: Kind

  static let none = TypeBinding(index: -1, kind: .none)
}

/// A name and the value that it stands for.
struct Definition {
  var name: Symbol
  var binding: Binding
}

/// A name and the type that it stands for.
struct TypeDefinition {
  var name: Symbol
  var binding: TypeBinding
}

/// What a module defines and which names its imports bring.
struct ModuleScope {
  /// The values that the module defines, in source order, each name once.
  var definitions: [Definition] = []
  var types: [TypeDefinition] = []
  /// `M_name` for every public name of every module that is imported as `M`.
  var qualifiedNames: [Definition] = []
  /// The public values by name, made when first asked for; only looked up, never iterated.
  var exports: [Symbol: Binding]?
  /// Whether the module may define more than is known: a declaration could not be read.
  var isIncomplete = false
}

/// A value for each symbol, with a log of what was overwritten, so that a scope is left by undoing
/// it: entering a name, looking one up and leaving cost a few instructions each, whatever the
/// number of scopes.
struct SymbolTable<Value> {
  private var values: [Value]
  private var log: [(symbol: Int32, old: Value)] = []

  /// - Parameter count: the number of symbols there are; none may be added later.
  init(count: Int, empty: Value) {
    values = [Value](repeating: empty, count: count)
  }

  subscript(symbol: Symbol) -> Value { values[Int(symbol.index)] }

  mutating func enter(_ symbol: Symbol, _ value: Value) {
    log.append((symbol.index, values[Int(symbol.index)]))
    values[Int(symbol.index)] = value
  }

  /// A mark of the present state, for ``leave(to:)``.
  var mark: Int { log.count }

  /// Goes back to the state at `mark`.
  mutating func leave(to mark: Int) {
    while log.count > mark {
      let (symbol, old) = log.removeLast()
      values[Int(symbol)] = old
    }
  }

  /// The symbols that have been entered and not left, the latest first; some may be repeated.
  var entered: some Sequence<Symbol> {
    log.lazy.reversed().map { Symbol(index: $0.symbol) }
  }
}

import Diagnostics
import Semantics
import Support

/// The intrinsics and prelude functions to which the inference gives a meaning of its own.
struct WellKnownBuiltins {
  var head, tail, length: Int32
  var not, isEmpty, split, strSplit: Int32
}

/// Finds the builtins in a program.
struct BuiltinNames {
  static let preludeFile: Int32 = 0

  var wellKnown: WellKnownBuiltins
  var builtinOfGlobal: [Int32]
  var append: Int32 = -1
  var appendOperator: Int32 = -1
  var resultType: Int32 = -1
  /// By global: whether it is one of ``specializable``.
  var isSpecializable: [Bool]

  /// The functions of the prelude of which instances are made: those whose text inference sees
  /// through well enough to find the declared type again, and which run often.
  static let specializable: Set<String> = [
    "not", "abs", "min", "max", "cons", "is_empty", "reverse", "map", "gpu_map", "filter", "fold",
    "range", "_range_between", "_range_inclusive", "arr_from_list", "arr_to_list", "chars",
  ]

  init(_ program: CoreProgram, _ interner: Interner) {
    builtinOfGlobal = [Int32](repeating: -1, count: program.globals.count)
    isSpecializable = [Bool](repeating: false, count: program.globals.count)
    var byName: [String: Int32] = [:]
    for (index, entry) in preludeTypes.enumerated() { byName[entry.name] = Int32(index) }
    var globals: [String: Int32] = [:]
    for (index, global) in program.globals.enumerated() {
      // The prelude comes first.
      guard global.file.index == BuiltinNames.preludeFile else { break }
      let name = interner.string(of: global.name)
      globals[name] = Int32(index)
      builtinOfGlobal[index] = byName[name] ?? -1
      isSpecializable[index] = BuiltinNames.specializable.contains(name)
    }
    func intrinsic(_ name: String) -> Int32 {
      Int32(intrinsics.firstIndex { $0.name.description == name } ?? -1)
    }
    wellKnown = WellKnownBuiltins(
      head: intrinsic("head"), tail: intrinsic("tail"), length: intrinsic("length"),
      not: globals["not"] ?? -1, isEmpty: globals["is_empty"] ?? -1,
      split: globals["split"] ?? -1, strSplit: globals["str_split"] ?? -1)
    append = globals["append"] ?? -1
    resultType = Int32(
      program.types.firstIndex {
        $0.file.index == BuiltinNames.preludeFile && interner.string(of: $0.name) == "Result"
      } ?? -1)
    appendOperator = globals["_append_operator"] ?? -1
  }
}

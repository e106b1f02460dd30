import Diagnostics
import Semantics
import Support

// The types of what is not inferred: intrinsics, and those functions of the prelude whose text tests kinds
// at run time, which inference cannot see through.
//
// The notation is that of signatures, with differences: a result `0` is a value that may be the int 0
// and is of no other kind so far (likewise `unit` and `error`), so that it can be joined with anything;
// letters are type variables. A parameter that is a letter takes anything; one with a constructor is
// what the operation demands of its argument. `soft` in front: a wrong argument is no definite error.

/// The type of an intrinsic.
func intrinsicType(_ intrinsic: Intrinsic) -> String {
  switch intrinsic.name.description {
  // Output and conversion
  case "print", "print_raw", "eprint", "flush": return "a -> unit"
  case "show", "repr": return "a -> string"
  case "show_float", "float_repr": return "num -> string"
  case "to_float": return "num -> float"
  case "to_int": return "a -> int"
  case "parse_int": return "string -> int"
  case "parse_float": return "string -> float"
  case "int_text_valid", "float_text_valid": return "string -> int"

  // Mathematics
  case "fneg", "fsqrt", "fabs", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "tanh", "sinh",
    "cosh", "exp", "exp2", "log", "log2", "log10", "floor", "ceil", "round", "trunc", "cbrt":
    return "float -> float"
  case "pow", "atan2", "hypot", "fmod": return "float -> float -> float"

  // Values
  case "compare": return "a -> b -> int"
  case "head": return "list a -> a or 0"
  case "tail": return "list a -> list a"
  case "length": return "a -> int"
  case "is_string", "is_list", "is_int", "is_function", "is_error": return "a -> int"
  case "has_kind": return "a -> int -> int"
  case "kind_error": return "string -> int -> b -> a"
  case "kinds_error": return "string -> b -> c -> a"

  // Strings
  case "char_to_int": return "string -> int"
  case "char_from_int": return "int -> string"
  case "str_find": return "string -> string -> int"
  case "str_find_from": return "string -> string -> int -> int"
  case "str_sub": return "string -> int -> int -> string"
  case "str_at": return "string -> int -> int"
  case "str_starts_with", "str_ends_with": return "string -> string -> int"
  case "str_lower", "str_upper", "strip", "trim": return "string -> string"
  case "join_list": return "string -> list string -> string"
  case "concat_list": return "list string -> string"

  // Arrays
  case "arr_new": return "int -> a -> array a"
  case "arr_get": return "array a -> int -> a"
  case "arr_set": return "array a -> int -> a -> 0"
  case "arr_len": return "array a -> int"
  case "arr_copy": return "array a -> array a"
  case "arr_fill": return "array a -> int -> int -> a -> 0"
  case "arr_blit": return "array a -> int -> array a -> int -> int -> 0"
  case "arr_eq": return "array a -> array b -> int"
  case "float_arr_new": return "int -> float -> float_array"
  case "float_arr_get": return "float_array -> int -> float"
  case "float_arr_set": return "float_array -> int -> float -> int"
  case "float_arr_len": return "float_array -> int"
  case "float_arr_to_f32_file", "float_arr_from_f32_file":
    return "string -> float_array -> int -> int"

  // Bytes
  case "bytes_new": return "int -> bytes"
  case "bytes_set": return "bytes -> int -> int -> 0"
  case "bytes_len": return "bytes -> int"
  case "bytes_from_string": return "string -> bytes"
  case "bytes_to_string": return "bytes -> string"
  case "bytes_blit": return "bytes -> int -> bytes -> int -> int -> 0"
  case "byte_at": return "a -> int -> int"
  case "byte_set": return "a -> int -> int -> 0"
  case "bytes_get_f32_le", "bytes_get_f32_be", "bytes_get_f64_le", "bytes_get_f64_be":
    return "bytes -> int -> float"
  case "bytes_put_f32_le", "bytes_put_f32_be", "bytes_put_f64_le", "bytes_put_f64_be":
    return "bytes -> int -> float -> 0"
  case "bytes_get", "bytes_get_u16_le", "bytes_get_u16_be", "bytes_get_u32_le", "bytes_get_u32_be",
    "bytes_get_i64_le", "bytes_get_i64_be":
    return "bytes -> int -> int"
  case "bytes_put_u16_le", "bytes_put_u16_be", "bytes_put_u32_le", "bytes_put_u32_be",
    "bytes_put_i64_le", "bytes_put_i64_be":
    return "bytes -> int -> int -> 0"

  // Bits
  case "bit_and", "bit_or", "bit_xor", "shl", "shr", "sar", "rotl", "rotr": return "int -> int -> int"
  case "bit_not", "popcount", "clz", "ctz": return "int -> int"

  // Files, process, environment
  case "read_file": return "string -> string"
  case "write_file", "append_file": return "string -> string -> 0"
  case "shell_run": return "string -> (int, string)"
  case "read_line": return "a -> string"
  case "at_eof": return "a -> int"
  case "command_line": return "a -> list string"
  case "exit": return "b -> a"
  case "env_get": return "string -> string"
  case "time_ns", "mono_ns": return "a -> int"

  // Errors
  case "error": return "a -> error"
  case "err_msg": return "a -> string"
  case "try": return "(0 -> a) -> (string -> a) -> a"
  case "panic": return "b -> a"

  // Memory
  case "rc_alloc": return "int -> ptr"
  case "rc_retain": return "ptr -> ptr"
  case "rc_release": return "ptr -> 0"
  case "gc_collect": return "a -> 0"
  case "gc_stats": return "a -> list (string, int)"
  case "alloc_stats_snapshot": return "a -> list int"

  // What only the prelude uses, and what this table does not know yet: checked at run time.
  default: return String(repeating: "dyn -> ", count: intrinsic.arity) + "dyn"
  }
}

/// A function of the prelude with a declared type.
struct PreludeType {
  var name: String
  var type: String
}

let preludeTypes: [PreludeType] = [
  PreludeType(name: "not", type: "a -> int"),
  PreludeType(name: "int_to_float", type: "num -> float"),
  PreludeType(name: "float_to_int", type: "num -> int"),
  PreludeType(name: "int_of_string", type: "string -> Result int string"),
  PreludeType(name: "float_of_string", type: "string -> Result float string"),
  PreludeType(name: "abs", type: "n -> n"),
  PreludeType(name: "min", type: "n -> n -> n"),
  PreludeType(name: "max", type: "n -> n -> n"),
  PreludeType(name: "cons", type: "a -> list a -> list a"),
  PreludeType(name: "is_empty", type: "a -> int"),
  PreludeType(name: "append", type: "a -> a -> a"),
  PreludeType(name: "_append_operator", type: "a -> a -> a"),
  PreludeType(name: "reverse", type: "list a -> list a"),
  PreludeType(name: "map", type: "(a -> b) -> list a -> list b"),
  PreludeType(name: "gpu_map", type: "(a -> b) -> list a -> list b"),
  PreludeType(name: "filter", type: "(a -> b) -> list a -> list a"),
  PreludeType(name: "fold", type: "(b -> a -> b) -> b -> list a -> b"),
  PreludeType(name: "range", type: "int -> list int"),
  PreludeType(name: "_range_between", type: "int -> int -> list int"),
  PreludeType(name: "_range_inclusive", type: "int -> int -> list int"),
  PreludeType(name: "join", type: "string -> list a -> string"),
  PreludeType(name: "cat", type: "list a -> string"),
  PreludeType(name: "chars", type: "string -> list string"),
  PreludeType(name: "split", type: "string -> string -> list string"),
  PreludeType(name: "str_split", type: "string -> string -> list string"),
  PreludeType(name: "str_contains", type: "string -> string -> int"),
  PreludeType(name: "str_replace", type: "string -> string -> string -> string"),
  PreludeType(name: "lines", type: "string -> list string"),
  PreludeType(name: "arr_from_list", type: "list a -> array a"),
  PreludeType(name: "arr_to_list", type: "array a -> list a"),
  PreludeType(name: "args", type: "list string"),
  PreludeType(name: "shell", type: "string -> string"),
  PreludeType(name: "shell_status", type: "string -> (int, string)"),
  PreludeType(name: "assert", type: "a -> b -> unit"),
  PreludeType(name: "arena_mark", type: "a -> int"),
  PreludeType(name: "arena_reset", type: "a -> 0"),
  PreludeType(name: "channel", type: "b -> chan a"),
  PreludeType(name: "send", type: "chan a -> a -> 0"),
  PreludeType(name: "recv", type: "chan a -> a or 0"),
  PreludeType(name: "spawn", type: "soft (0 -> a) -> thread a"),
  PreludeType(name: "spawn_thread", type: "(a -> b) -> a -> thread b"),
  PreludeType(name: "fiber_await", type: "thread a -> a"),
  PreludeType(name: "join_thread", type: "thread a -> a"),
  PreludeType(name: "fiber_yield", type: "a -> 0"),
  PreludeType(name: "fiber_init", type: "a -> 0"),
  PreludeType(name: "mutex_new", type: "a -> chan int"),
  PreludeType(name: "mutex_lock", type: "chan int -> 0"),
  PreludeType(name: "mutex_unlock", type: "chan int -> 0"),
]

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

  init(_ program: CoreProgram, _ interner: Interner) {
    builtinOfGlobal = [Int32](repeating: -1, count: program.globals.count)
    var byName: [String: Int32] = [:]
    for (index, entry) in preludeTypes.enumerated() { byName[entry.name] = Int32(index) }
    var globals: [String: Int32] = [:]
    for (index, global) in program.globals.enumerated() {
      // The prelude comes first.
      guard global.file.index == BuiltinNames.preludeFile else { break }
      let name = interner.string(of: global.name)
      globals[name] = Int32(index)
      builtinOfGlobal[index] = byName[name] ?? -1
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

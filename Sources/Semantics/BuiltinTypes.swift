// The types of what is not inferred: intrinsics, and those functions of the prelude whose text
// tests kinds at run time, which inference cannot see through.
//
// The notation is that of signatures, with differences: a result `0` is a value that may be the int
// 0 and is of no other kind so far (likewise `unit` and `error`), so that it can be joined with
// anything; letters are type variables. A parameter that is a letter takes anything; one with a
// constructor is what the operation demands of its argument. `soft` in front: a wrong argument is
// no definite error.

/// The type of an intrinsic, in the notation above.
public func intrinsicType(_ intrinsic: Intrinsic) -> String {
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
  case "bit_and", "bit_or", "bit_xor", "shl", "shr", "sar", "rotl", "rotr":
    return "int -> int -> int"
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
public struct PreludeType: Sendable {
  public var name: String
  public var type: String
}

public let preludeTypes: [PreludeType] = [
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

// MARK: - The notation

/// A type in the notation of this file, read: nodes that refer to their parts by index, of which
/// the last is the whole type.
public struct BuiltinType: Sendable {
  public enum Kind: Sendable {
    /// A type variable, by its number.
    case variable(Int32)
    /// One of the extra values, of a type that is otherwise open.
    case extra(CoreExtras)
    /// A type constructor with its parts; `Result` is `named`.
    case head(CoreTypeHead)
  }

  public struct Node: Sendable {
    public var kind: Kind
    public var parts: [Int32]
  }

  public private(set) var nodes: [Node] = []
  public private(set) var root: Int32 = 0
  /// Whether a wrong argument is no definite error.
  public private(set) var isSoft = false
  /// Whether the result may also be the int 0.
  public private(set) var resultMayBeZero = false
  public var variableCount: Int { variables.count }
  private var variables: [String] = []

  public init(_ text: String) {
    var reader = BuiltinTypeReader(text)
    isSoft = reader.take("soft")
    root = readFunction(&reader)
    resultMayBeZero = reader.take("or") && reader.take("0")
  }

  private mutating func add(_ kind: Kind, _ parts: [Int32] = []) -> Int32 {
    nodes.append(Node(kind: kind, parts: parts))
    return Int32(nodes.count - 1)
  }

  /// `a -> b`
  private mutating func readFunction(_ reader: inout BuiltinTypeReader) -> Int32 {
    let parameter = readApplication(&reader)
    guard reader.take("->") else { return parameter }
    let result = readFunction(&reader)
    return add(.head(.function), [parameter, result])
  }

  private mutating func readApplication(_ reader: inout BuiltinTypeReader) -> Int32 {
    let word = reader.next()
    switch word {
    case "(":
      var parts = [readFunction(&reader)]
      while reader.take(",") { parts.append(readFunction(&reader)) }
      _ = reader.take(")")
      return parts.count == 1 ? parts[0] : add(.head(.tuple), parts)
    case "int": return add(.head(.int))
    case "float": return add(.head(.float))
    case "num": return add(.head(.num))
    case "string": return add(.head(.string))
    case "ptr": return add(.head(.pointer))
    case "bytes": return add(.head(.bytes))
    case "float_array": return add(.head(.floatArray))
    case "dyn": return add(.head(.dyn))
    case "0": return add(.extra(.zero))
    case "unit": return add(.extra(.unit))
    case "error": return add(.extra(.error))
    case "list": return add(.head(.list), [readApplication(&reader)])
    case "array": return add(.head(.array), [readApplication(&reader)])
    case "chan": return add(.head(.channel), [readApplication(&reader)])
    case "thread": return add(.head(.thread), [readApplication(&reader)])
    case "Result":
      let value = readApplication(&reader)
      let message = readApplication(&reader)
      return add(.head(.named), [value, message])
    default:
      if let known = variables.firstIndex(of: word) { return add(.variable(Int32(known))) }
      variables.append(word)
      return add(.variable(Int32(variables.count - 1)))
    }
  }
}

/// The words of a type.
private struct BuiltinTypeReader {
  private var words: [Substring] = []
  private var position = 0

  init(_ text: String) {
    var spaced = ""
    for character in text {
      if character == "(" || character == ")" || character == "," {
        spaced += " \(character) "
      } else {
        spaced.append(character)
      }
    }
    words = spaced.split(separator: " ")
  }

  mutating func next() -> String {
    guard position < words.count else { return "" }
    position += 1
    return String(words[position - 1])
  }

  mutating func take(_ word: String) -> Bool {
    guard position < words.count, words[position] == word else { return false }
    position += 1
    return true
  }
}

/// A builtin that is not written in Rail: the compiler expands it inline or calls the runtime
/// function `rail_NAME` (`docs/architecture.md`).
public struct Intrinsic: Sendable {
  public var name: StaticString
  public var arity: Int
  /// Only the embedded library may use it.
  public var isHidden: Bool

  init(_ name: StaticString, _ arity: Int, hidden: Bool = false) {
    self.name = name
    self.arity = arity
    self.isHidden = hidden
  }
}

/// All intrinsics; Core refers to them by index. Builtins that are not here are defined in
/// `stdlib/prelude.rail`.
public let intrinsics: [Intrinsic] = [
  // Output and conversion
  Intrinsic("print", 1), Intrinsic("print_raw", 1), Intrinsic("eprint", 1), Intrinsic("flush", 1),
  Intrinsic("show", 1), Intrinsic("repr", 1), Intrinsic("show_float", 1),
  Intrinsic("float_repr", 1), Intrinsic("to_float", 1), Intrinsic("to_int", 1),
  Intrinsic("parse_int", 1), Intrinsic("parse_float", 1),
  Intrinsic("int_text_valid", 1, hidden: true), Intrinsic("float_text_valid", 1, hidden: true),

  // Mathematics
  Intrinsic("fneg", 1), Intrinsic("fsqrt", 1), Intrinsic("fabs", 1), Intrinsic("sqrt", 1),
  Intrinsic("sin", 1), Intrinsic("cos", 1), Intrinsic("tan", 1), Intrinsic("asin", 1),
  Intrinsic("acos", 1), Intrinsic("atan", 1), Intrinsic("tanh", 1), Intrinsic("sinh", 1),
  Intrinsic("cosh", 1), Intrinsic("exp", 1), Intrinsic("exp2", 1), Intrinsic("log", 1),
  Intrinsic("log2", 1), Intrinsic("log10", 1), Intrinsic("floor", 1), Intrinsic("ceil", 1),
  Intrinsic("round", 1), Intrinsic("trunc", 1), Intrinsic("cbrt", 1), Intrinsic("pow", 2),
  Intrinsic("atan2", 2), Intrinsic("hypot", 2), Intrinsic("fmod", 2),

  // Values
  Intrinsic("compare", 2), Intrinsic("head", 1), Intrinsic("tail", 1), Intrinsic("length", 1),
  Intrinsic("is_string", 1, hidden: true), Intrinsic("is_list", 1, hidden: true),
  Intrinsic("is_int", 1, hidden: true), Intrinsic("is_function", 1, hidden: true),
  Intrinsic("has_kind", 2, hidden: true), Intrinsic("kind_error", 3, hidden: true),
  Intrinsic("kinds_error", 3, hidden: true),

  // Strings
  Intrinsic("char_to_int", 1), Intrinsic("char_from_int", 1), Intrinsic("str_find", 2),
  Intrinsic("str_find_from", 3, hidden: true), Intrinsic("str_sub", 3), Intrinsic("str_at", 2),
  Intrinsic("str_starts_with", 2), Intrinsic("str_ends_with", 2), Intrinsic("str_lower", 1),
  Intrinsic("str_upper", 1), Intrinsic("strip", 1), Intrinsic("trim", 1),
  Intrinsic("join_list", 2, hidden: true), Intrinsic("concat_list", 1, hidden: true),

  // Arrays
  Intrinsic("arr_new", 2), Intrinsic("arr_get", 2), Intrinsic("arr_set", 3),
  Intrinsic("arr_len", 1), Intrinsic("arr_copy", 1), Intrinsic("arr_fill", 4),
  Intrinsic("arr_blit", 5), Intrinsic("arr_eq", 2), Intrinsic("float_arr_new", 2),
  Intrinsic("float_arr_get", 2), Intrinsic("float_arr_set", 3), Intrinsic("float_arr_len", 1),
  Intrinsic("float_arr_to_f32_file", 3), Intrinsic("float_arr_from_f32_file", 3),

  // Bytes
  Intrinsic("bytes_new", 1), Intrinsic("bytes_get", 2), Intrinsic("bytes_set", 3),
  Intrinsic("bytes_len", 1), Intrinsic("bytes_from_string", 1), Intrinsic("bytes_to_string", 1),
  Intrinsic("bytes_blit", 5), Intrinsic("byte_at", 2), Intrinsic("byte_set", 3),
  Intrinsic("bytes_get_u16_le", 2), Intrinsic("bytes_get_u16_be", 2),
  Intrinsic("bytes_get_u32_le", 2), Intrinsic("bytes_get_u32_be", 2),
  Intrinsic("bytes_get_i64_le", 2), Intrinsic("bytes_get_i64_be", 2),
  Intrinsic("bytes_get_f32_le", 2), Intrinsic("bytes_get_f32_be", 2),
  Intrinsic("bytes_get_f64_le", 2), Intrinsic("bytes_get_f64_be", 2),
  Intrinsic("bytes_put_u16_le", 3), Intrinsic("bytes_put_u16_be", 3),
  Intrinsic("bytes_put_u32_le", 3), Intrinsic("bytes_put_u32_be", 3),
  Intrinsic("bytes_put_i64_le", 3), Intrinsic("bytes_put_i64_be", 3),
  Intrinsic("bytes_put_f32_le", 3), Intrinsic("bytes_put_f32_be", 3),
  Intrinsic("bytes_put_f64_le", 3), Intrinsic("bytes_put_f64_be", 3),

  // Bits
  Intrinsic("bit_and", 2), Intrinsic("bit_or", 2), Intrinsic("bit_xor", 2), Intrinsic("bit_not", 1),
  Intrinsic("shl", 2), Intrinsic("shr", 2), Intrinsic("sar", 2), Intrinsic("rotl", 2),
  Intrinsic("rotr", 2), Intrinsic("popcount", 1), Intrinsic("clz", 1), Intrinsic("ctz", 1),
  Intrinsic("multiply_high", 2, hidden: true), Intrinsic("carry_of_sum", 2, hidden: true),

  // Files, process, environment
  Intrinsic("read_file", 1), Intrinsic("write_file", 2), Intrinsic("append_file", 2),
  Intrinsic("shell_run", 1, hidden: true), Intrinsic("read_line", 1), Intrinsic("at_eof", 1),
  Intrinsic("command_line", 1, hidden: true), Intrinsic("exit", 1), Intrinsic("env_get", 1),
  Intrinsic("time_ns", 1), Intrinsic("mono_ns", 1),

  // Errors
  Intrinsic("error", 1), Intrinsic("is_error", 1), Intrinsic("err_msg", 1), Intrinsic("try", 2),
  Intrinsic("panic", 1),

  // State behind channels, fibers and threads
  Intrinsic("channel_new", 1, hidden: true), Intrinsic("thread_new", 1, hidden: true),
  Intrinsic("cell_get", 2, hidden: true), Intrinsic("cell_set", 3, hidden: true),

  // Memory
  Intrinsic("rc_alloc", 1), Intrinsic("rc_retain", 1), Intrinsic("rc_release", 1),
  Intrinsic("gc_collect", 1), Intrinsic("gc_stats", 1), Intrinsic("alloc_stats_snapshot", 1),
]

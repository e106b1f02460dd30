import Diagnostics
import Support

/// The C functions that `foreign` can declare: the runtime provides them under the names
/// `rail_foreign_NAME` (`docs/foreign.md`).
public let foreignFunctionNames: [String] = [
  "abs", "acos", "asin", "atan", "atan2", "atof", "atoi", "calloc", "cbrt", "ceil", "close",
  "cos", "cosh", "exp", "exp2", "expm1", "fabs", "floor", "fmod", "free", "getenv", "getpid",
  "hypot", "isatty", "labs", "log", "log10", "log1p", "log2", "lseek", "malloc", "memcmp",
  "memcpy", "memmove", "memset", "open", "pow", "puts", "read", "realloc", "round", "sin",
  "sinh", "sleep", "sqrt", "strcmp", "strlen", "tan", "tanh", "time", "tolower", "toupper",
  "trunc", "usleep", "write",
]

extension NameResolver {
  /// Reports foreign functions that are used but that the runtime does not have.
  mutating func checkForeignFunctions() {
    guard !core.foreigns.isEmpty else { return }
    var isUsed = [Bool](repeating: false, count: core.foreigns.count)
    for expression in core.expressions where expression.kind == .foreign {
      isUsed[Int(expression.a)] = true
    }
    for (index, foreign) in core.foreigns.enumerated() where isUsed[index] {
      let name = interner.string(of: foreign.name)
      if !foreignFunctionNames.contains(name) {
        diagnostics.report(
          .unknownForeignFunction(
            name,
            at: SourceRange(file: foreign.file, start: foreign.start, end: foreign.end)))
      }
    }
  }
}

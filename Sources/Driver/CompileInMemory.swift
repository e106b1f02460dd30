import Diagnostics
import Semantics
import Support

/// What ``compileInMemory(_:options:)`` made of a program.
public enum CompiledProgram: Equatable, Sendable {
  /// The bytes of the executable.
  case executable([UInt8])
  /// The errors in the program, as the command prints them.
  case rejected(String)
  /// The program is correct but beyond a limit of the compiler, or one of its verifiers found a
  /// mistake of the compiler.
  case failed(String)
}

/// Compiles a program that consists of one file and the standard library, as `rail build` would with these
/// options: for tests that compile thousands. Call it on a deep stack (``onDeepStack(_:)``).
public func compileInMemory(_ source: [UInt8], options: Options) -> CompiledProgram {
  let name = options.files.first ?? "program.rail"
  let provider = FileProvider(
    read: { $0 == name ? .bytes(source) : .missing },
    libraryPaths: [], embedded: embeddedModule, currentDirectory: "/")
  var compilation = Compilation(provider: provider, options: options)
  switch compilation.build(name) {
  case .executable(let bytes), .emitted(let bytes): return .executable(bytes)
  case .failed(let message): return .failed(message)
  case .rejected:
    var renderer = Renderer(compilation.sources, isColored: false)
    return .rejected(renderer.render(compilation.diagnostics.sorted()).string)
  }
}

import Diagnostics
import RuntimeImage
import Semantics
import Support
import Syntax

extension Compilation {
  /// The number of the main file; the prelude is loaded before it.
  static let mainFile: Int32 = 1
}

/// `--emit tokens`: the tokens of the main file.
func tokensText(_ analysis: Analysis) -> [UInt8] {
  var interner = analysis.interner
  var sink = DiagnosticSink()
  let file = analysis.sources[FileID(index: Compilation.mainFile)]
  let tokens = lex(
    file, id: FileID(index: Compilation.mainFile), interner: &interner, diagnostics: &sink)
  return dump(tokens, file, interner).bytes
}

/// `--emit syntax`: the syntax tree of the main file.
func syntaxText(_ analysis: Analysis) -> [UInt8] {
  dump(analysis.trees[Int(Compilation.mainFile)], analysis.interner).bytes
}

/// `--emit core`: the program without the prelude.
func coreText(_ analysis: Analysis) -> [UInt8] {
  dump(analysis.program, analysis.sources, analysis.interner).bytes
}

/// `--emit types`: the instances of typed Core.
func typesText(_ program: CoreProgram, _ analysis: Analysis) -> [UInt8] {
  dump(program, analysis.sources, analysis.interner).bytes
}

/// The text of a module of the embedded library, by its path below `stdlib`.
func embeddedModule(_ path: String) -> [UInt8]? {
  embeddedLibrary().first { $0.path == path }.map { Array($0.bytes) }
}

/// What `rail build --emit` makes of the program in a file, as `options` say; nil if it does not
/// compile. For tests that look at a stage of many programs.
public func emittedStage(_ path: String, options: Options) -> [UInt8]? {
  var compilation = Compilation(provider: fileProvider(), options: options)
  switch compilation.build(path) {
  case .emitted(let bytes), .executable(let bytes): return bytes
  case .rejected, .failed: return nil
  }
}

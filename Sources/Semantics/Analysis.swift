public import Diagnostics
public import Support
public import Syntax

/// What the front end knows about a program.
public struct Analysis: Sendable {
  /// All files, in the order of their loading: the prelude, the main file, imports.
  public var sources: SourceMap
  public var interner: Interner
  public var diagnostics: DiagnosticSink
  /// Complete and sound if there are no errors.
  public var program: CoreProgram
  /// The syntax of each file, by its number.
  public var trees: [SyntaxTree]
}

/// Loads, parses and resolves a program and checks its patterns.
///
/// Recursion is as deep as the syntax: call this on a deep stack (`onDeepStack`).
///
/// - Parameters:
///   - mainPath: the main file, as the user gave it.
///   - provider: the files.
///   - requireMain: whether the file must define `main`; a library need not.
public func analyze(mainPath: String, provider: FileProvider, requireMain: Bool) -> Analysis {
  var interner = Interner()
  var diagnostics = DiagnosticSink()
  let graph = loadModules(
    mainPath: mainPath, provider: provider, interner: &interner, diagnostics: &diagnostics)
  let isSyntaxSound = !diagnostics.hasErrors
  var resolver = NameResolver(
    graph: graph, interner: interner, diagnostics: diagnostics, provider: provider)
  resolver.run()
  resolver.checkForeignFunctions()
  resolver.findMain(isRequired: requireMain && isSyntaxSound)
  checkCoverage(
    resolver.coverage, in: resolver.core, graph: graph, interner: resolver.interner,
    diagnostics: &resolver.diagnostics)
  return Analysis(
    sources: graph.sources, interner: resolver.interner, diagnostics: resolver.diagnostics,
    program: resolver.core, trees: graph.trees)
}

extension NameResolver {
  /// Looks for `main` in the main file.
  mutating func findMain(isRequired: Bool) {
    let main = scopes[Int(ModuleGraph.main)].definitions.first { $0.name == wellKnown.main }
    guard let main, main.binding.kind == .global else {
      if isRequired {
        let file = FileID(index: ModuleGraph.main)
        report(.noMain(at: SourceRange(file: file, start: 0, end: 0)))
      }
      return
    }
    core.main = main.binding.index
    let global = core.globals[Int(main.binding.index)]
    if global.parameterCount > 1 {
      report(
        .mainParameters(
          Int(global.parameterCount),
          at: SourceRange(file: global.file, start: global.start, end: global.end)))
    }
  }
}

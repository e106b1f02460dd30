public import Diagnostics
public import ELF
import Support

/// What the assembler is asked for.
public struct AssemblyOptions: Sendable {
  public var machine: ELFMachine
  /// Bytes that a section may have. A few characters of source can ask for any number of them.
  public var maximumSectionSize = 1 << 30

  public init(machine: ELFMachine) { self.machine = machine }
}

/// Assembles a source in the syntax of the GNU assembler.
///
/// The result has the bytes and relocations that GNU `as` gives; `docs/assembler.md` lists what is
/// understood. Errors go to `diagnostics`; with any there is no object. Works through the
/// text once, statement by statement, then places everything (``Assembly/layOut()``) and fills in
/// what waited for that (``Assembly/applyFixups()``).
///
/// - Parameter file: stands for the source in positions.
public func assemble(
  _ source: SourceFile, _ file: FileID, options: AssemblyOptions,
  diagnostics: inout DiagnosticSink
) -> ObjectFile? {
  var assembly = Assembly(source, file, options)
  assembly.assembleStatements()
  assembly.finishSections()
  if !assembly.diagnostics.hasErrors { assembly.layOut() }
  if !assembly.diagnostics.hasErrors { assembly.applyFixups() }
  if !assembly.diagnostics.hasErrors { assembly.addFrameSections() }
  if !assembly.diagnostics.hasErrors { assembly.checkSymbols() }
  for diagnostic in assembly.diagnostics.diagnostics { diagnostics.report(diagnostic) }
  return assembly.diagnostics.hasErrors ? nil : assembly.makeObject()
}

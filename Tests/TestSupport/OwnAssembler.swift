import Assembler
import Diagnostics
public import ELF
import Support

/// Our own assembler as a stand-in for a foreign one.
public func assembleSections(
  _ source: String, machine: ELFMachine
) throws -> [String: ReferenceAssembler.Section] {
  let file = SourceFile(path: "test.s", text: Array(source.utf8))
  var sources = SourceMap()
  let id = sources.add(file)
  var diagnostics = DiagnosticSink()
  let object = assemble(
    file, id, options: AssemblyOptions(machine: machine), diagnostics: &diagnostics)
  guard let object else {
    var renderer = Renderer(sources, isColored: false)
    let text = renderer.render(Array(diagnostics.sorted().prefix(3))).string
    throw ToolFailure(description: text)
  }
  return sections(of: object)
}

/// What an object says of its sections, with relocations against local symbols counted from the
/// beginning of the symbol's section, because assemblers differ in that.
public func sections(of object: ObjectFile) -> [String: ReferenceAssembler.Section] {
  var result: [String: ReferenceAssembler.Section] = [:]
  for section in object.sections {
    let relocations = section.relocations.map { relocation in
      let symbol = object.symbols[relocation.symbol]
      guard symbol.binding == .local, case .section(let index) = symbol.place else {
        return ReferenceAssembler.Relocation(
          offset: relocation.offset, kind: relocation.kind, symbol: symbol.name,
          addend: relocation.addend)
      }
      return ReferenceAssembler.Relocation(
        offset: relocation.offset, kind: relocation.kind, symbol: object.sections[index].name,
        addend: relocation.addend + symbol.value)
    }
    result[section.name] = ReferenceAssembler.Section(
      bytes: section.bytes, relocations: relocations.sorted { $0.offset < $1.offset })
  }
  return result
}

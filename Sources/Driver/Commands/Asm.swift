import Assembler
import Codegen
import Diagnostics
import ELF
import Linker
import Support

/// `rail asm`.
func assembleFile(_ options: Options, _ terminal: Terminal) -> Int32 {
  let path = options.files[0]
  let text: [UInt8]
  do throws(Files.Failure) {
    text = try Files.read(path)
  } catch {
    terminal.fail("cannot read '\(path)': \(error.text)")
    return ExitStatus.rejected
  }
  var sources = SourceMap()
  let source = SourceFile(path: path, text: text)
  let file = sources.add(source)
  var diagnostics = DiagnosticSink()
  let machine = options.platform.target.machine
  let object = assemble(
    source, file, options: AssemblyOptions(machine: machine), diagnostics: &diagnostics)
  terminal.report(diagnostics, sources, asJSON: options.usesJSON)
  guard var object else { return ExitStatus.rejected }
  object.name = path
  let suffix = options.linksExecutable ? "" : ".o"
  let output = options.output ?? defaultOutput(path, suffix, extension: ".s")
  if output == path {
    terminal.fail("'\(output)' would be overwritten: it is the source")
    return ExitStatus.usage
  }
  guard options.linksExecutable else {
    return write(writeObject(object), to: output, mode: 0o666, terminal)
  }
  var linkOptions = LinkOptions(entry: options.entry)
  linkOptions.machine = machine
  linkOptions.stripped = options.isStripped
  do throws(LinkError) {
    return write(
      try link([object], options: linkOptions), to: output, mode: 0o777, terminal)
  } catch {
    for message in error.messages { terminal.fail(message) }
    return ExitStatus.rejected
  }
}

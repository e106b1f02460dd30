import Diagnostics
import Support

/// `rail check`.
func checkFiles(_ options: Options, _ terminal: Terminal) -> Int32 {
  var status = ExitStatus.fine
  for path in options.files {
    guard canRead(path, terminal) else {
      status = ExitStatus.rejected
      continue
    }
    var compilation = Compilation(provider: fileProvider())
    compilation.printsTypes = options.printsTypes
    compilation.check(path, requireMain: false)
    terminal.report(compilation.diagnostics, compilation.sources, asJSON: options.usesJSON)
    terminal.print(compilation.types)
    if options.showsTimes { terminal.printError(compilation.times.text) }
    if compilation.diagnostics.hasErrors { status = ExitStatus.rejected }
  }
  return status
}

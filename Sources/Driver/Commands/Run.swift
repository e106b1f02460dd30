import Support

/// `rail run`: on success this process becomes the program.
func runProgram(_ options: Options, _ terminal: Terminal) -> Int32 {
  let path = options.files[0]
  guard canRead(path, terminal) else { return ExitStatus.rejected }
  let runner: ProgramRunner
  do throws(MissingEmulator) {
    runner = try options.platform.findRunner()
  } catch {
    terminal.fail("cannot run '\(path)': \(error)")
    return ExitStatus.rejected
  }
  var compilation = Compilation(provider: fileProvider(), options: options)
  compilation.isStripped = true
  let result = compilation.build(path)
  terminal.report(compilation.diagnostics, compilation.sources, asJSON: false)
  for note in compilation.notes { terminal.printError("rail: note: \(note)\n") }
  switch result {
  case .executable(let bytes):
    do throws(Files.Failure) {
      try Processes.become(
        bytes, on: runner, arguments: [path] + options.programArguments)
    } catch {
      terminal.fail("cannot run '\(path)': \(error.text)")
    }
  case .failed(let message): terminal.fail(message)
  case .rejected, .emitted: break
  }
  return ExitStatus.rejected
}

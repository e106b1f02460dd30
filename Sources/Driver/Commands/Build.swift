import Support

/// `rail build`.
func buildProgram(_ options: Options, _ terminal: Terminal) -> Int32 {
  let path = options.files[0]
  guard canRead(path, terminal) else { return ExitStatus.rejected }
  var compilation = Compilation(provider: fileProvider(), options: options)
  let result = compilation.build(path)
  terminal.report(compilation.diagnostics, compilation.sources, asJSON: options.usesJSON)
  for note in compilation.notes { terminal.printError("rail: note: \(note)\n") }
  if options.showsTimes { terminal.printError(compilation.times.text) }
  switch result {
  case .rejected: return ExitStatus.rejected
  case .failed(let message):
    terminal.fail(message)
    return ExitStatus.rejected
  case .executable(let bytes):
    return write(bytes, to: options.output ?? defaultOutput(path, ""), mode: 0o777, terminal)
  case .emitted(let bytes):
    if options.emit == .obj {
      return write(bytes, to: options.output ?? defaultOutput(path, ".o"), mode: 0o666, terminal)
    }
    if let output = options.output, output != "-" {
      return write(bytes, to: output, mode: 0o666, terminal)
    }
    terminal.print(bytes)
    return ExitStatus.fine
  }
}

/// `name.rail` gives `name` in the current directory.
func defaultOutput(_ path: String, _ suffix: String, extension: String = ".rail") -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  if name.hasSuffix(`extension`) && name.count > `extension`.count {
    return String(name.dropLast(`extension`.count)) + suffix
  }
  return name + (suffix.isEmpty ? ".out" : suffix)
}

/// Writes a result, all of it or nothing; returns the exit status.
func write(
  _ bytes: [UInt8], to path: String, mode: UInt32, _ terminal: Terminal
) -> Int32 {
  do throws(Files.Failure) {
    try Files.write(bytes, to: path, mode: mode)
    return ExitStatus.fine
  } catch {
    terminal.fail("cannot write '\(path)': \(error.text)")
    return ExitStatus.rejected
  }
}

import ObjectDump
import Support

/// `rail objdump`.
func showObject(_ options: Options, _ terminal: Terminal) -> Int32 {
  let path = options.files[0]
  let bytes: [UInt8]
  do throws(Files.Failure) {
    bytes = try Files.read(path)
  } catch {
    terminal.fail("cannot read '\(path)': \(error.text)")
    return ExitStatus.rejected
  }
  let dump = dumpObject(
    bytes, name: path, options: options.dump.isEmpty ? .everything : options.dump)
  terminal.print(dump.text.bytes)
  for problem in dump.problems { terminal.fail(problem) }
  return dump.problems.isEmpty ? ExitStatus.fine : ExitStatus.rejected
}

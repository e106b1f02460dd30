import Linker
import Support

/// `rail link`.
func linkObjects(_ options: Options, _ terminal: Terminal) -> Int32 {
  let output = options.output ?? "a.out"
  if options.files.contains(output) {
    terminal.fail("'\(output)' would be overwritten: it is an input as well")
    return ExitStatus.usage
  }
  guard let files = readFiles(options.files, terminal) else { return ExitStatus.rejected }
  var linkOptions = LinkOptions(entry: options.entry)
  linkOptions.stripped = options.isStripped
  do throws(LinkError) {
    let linked = try linkFiles(files, options: linkOptions, wantsMap: options.wantsMap)
    let status = write(linked.bytes, to: output, mode: 0o777, terminal)
    if status == ExitStatus.fine { terminal.print(linked.map) }
    return status
  } catch {
    for message in error.messages { terminal.fail(message) }
    return ExitStatus.rejected
  }
}

/// Reads all files and reports those that cannot be read; nil if there are any.
private func readFiles(_ paths: [String], _ terminal: Terminal) -> [LinkFile]? {
  var files: [LinkFile] = []
  for path in paths {
    do throws(Files.Failure) {
      files.append(LinkFile(name: path, bytes: try Files.read(path)))
    } catch {
      terminal.fail("cannot read '\(path)': \(error.text)")
    }
  }
  return files.count == paths.count ? files : nil
}

import Diagnostics
import Support

/// `rail check --fix`: repairs the files and reports what is left.
func fixFiles(_ options: Options, _ terminal: Terminal) -> Int32 {
  var status = ExitStatus.fine
  for path in options.files {
    guard canRead(path, terminal), fix(path, options, terminal) else {
      status = ExitStatus.rejected
      continue
    }
  }
  let rest = checkFiles(options, terminal)
  return status == ExitStatus.fine ? rest : status
}

/// Repairs one file; false after a message if it cannot be written.
private func fix(_ path: String, _ options: Options, _ terminal: Terminal) -> Bool {
  let repair = Repair(path, provider: fileProvider())
  if repair.isUnsettled {
    terminal.fail("the suggestions for '\(path)' lead back to where they began: it is not changed")
    return false
  }
  if !repair.steps.isEmpty {
    do throws(Files.Failure) {
      try Files.replaceContents(of: path, with: repair.text)
    } catch {
      terminal.fail("cannot write '\(path)': \(error.text)")
      return false
    }
  }
  var text = ""
  for step in repair.steps {
    text += "\(path):\(step.position.line):\(step.position.column): \(step.code): \(step.help)\n"
  }
  let count = repair.steps.count
  text += "\(path): \(count) suggestion\(count == 1 ? "" : "s") carried out\n"
  terminal.printError(text)
  return true
}

import Support

/// `rail test`: runs annotated programs.
func testFiles(_ options: Options, _ terminal: Terminal) -> Int32 {
  var paths: [String] = []
  for path in options.files {
    if Files.isDirectory(path) {
      collectFixtures(path, into: &paths)
    } else {
      guard canRead(path, terminal) else { return ExitStatus.rejected }
      paths.append(path)
    }
  }
  let runner: ProgramRunner
  do throws(MissingEmulator) {
    runner = try options.platform.findRunner()
  } catch {
    terminal.fail("\(error)")
    return ExitStatus.rejected
  }
  var passed = 0
  var failed = 0
  for path in paths {
    let problems = runFixture(path, options: options, runner: runner)
    guard let problems else { continue }
    if problems.isEmpty {
      passed += 1
    } else {
      failed += 1
      terminal.print("FAIL \(path)\n")
      for problem in problems { terminal.print("  \(problem)\n") }
    }
  }
  if passed + failed == 0 {
    terminal.fail("no program with --! directives found")
    return ExitStatus.rejected
  }
  terminal.print("\(passed) passed, \(failed) failed\n")
  return failed == 0 ? ExitStatus.fine : ExitStatus.rejected
}

/// All `.rail` files below a folder, sorted, without folders named `support` and hidden ones.
public func collectFixtures(_ folder: String, into paths: inout [String]) {
  guard let names = try? Files.list(folder) else { return }
  for name in names where !name.hasPrefix(".") {
    let path = folder == "." ? name : "\(folder)/\(name)"
    if Files.isDirectory(path) {
      if name != "support" { collectFixtures(path, into: &paths) }
    } else if name.hasSuffix(".rail") {
      paths.append(path)
    }
  }
}

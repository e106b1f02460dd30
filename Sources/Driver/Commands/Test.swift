import Support

/// `rail test`: runs annotated programs.
func testFiles(_ options: Options, _ terminal: Terminal) -> Int32 {
  if options.files.allSatisfy({ $0.hasSuffix(".repairs") }) {
    return testRepairs(options.files, terminal)
  }
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

/// Runs files of broken programs (`fixtures/README.md`) and tells for how many the suggestions lead
/// to the program that was meant; the others are printed as they came out.
private func testRepairs(_ paths: [String], _ terminal: Terminal) -> Int32 {
  var repaired = 0
  var count = 0
  for path in paths {
    guard canRead(path, terminal), let bytes = try? Files.read(path) else {
      return ExitStatus.rejected
    }
    for repairCase in RepairCase.parse(String(decoding: bytes, as: UTF8.self)) {
      count += 1
      let (outcome, text) = repairCase.run()
      if outcome == .intended {
        repaired += 1
      } else {
        terminal.print("\(path): \(repairCase.name): \(outcome.rawValue)\n\(text)\n")
      }
    }
  }
  terminal.print("\(repaired) of \(count) broken programs became the intended one\n")
  return ExitStatus.fine
}

import Driver
import Testing

/// The command line is read as `docs/commands.md` says.
@Suite struct OptionsTests {
  @Test func runStopsAtTheFile() throws {
    let options = try parseOptions(["run", "--verify", "a.rail", "-o", "--json", "x y"])
    #expect(options.command == .run)
    #expect(options.verifies)
    #expect(options.files == ["a.rail"])
    #expect(options.programArguments == ["-o", "--json", "x y"])
  }

  @Test func bareFileIsRun() throws {
    let options = try parseOptions(["a.rail", "1"])
    #expect(options.command == .run)
    #expect(options.files == ["a.rail"])
    #expect(options.programArguments == ["1"])
  }

  @Test func buildTakesOptionsOnBothSidesOfTheFile() throws {
    let options = try parseOptions(
      ["build", "--strip", "a.rail", "-o", "out", "--emit=asm", "--target", "x86_64-linux"])
    #expect(options.command == .build)
    #expect(options.isStripped)
    #expect(options.output == "out")
    #expect(options.emit == .asm)
    #expect(options.files == ["a.rail"])
  }

  @Test(arguments: ["build", "run", "test"], ["x86_64-linux", "aarch64-linux"])
  func everyCommandThatCompilesTakesATarget(_ command: String, _ target: String) throws {
    #expect(try parseOptions([command, "--target", target, "a.rail"]).platform.name == target)
  }

  @Test func doubleDashEndsOptions() throws {
    #expect(try parseOptions(["check", "--", "--json"]).files == ["--json"])
  }

  @Test(arguments: [
    (["frob"], "unknown command 'frob'"),
    (["build"], "'rail build' needs a file"),
    (["check"], "'rail check' needs a file"),
    (["run"], "'rail run' needs a file"),
    (["build", "a.rail", "b.rail"], "takes one file"),
    (["asm", "a.s", "b.s"], "'rail asm' takes one file"),
    (["objdump"], "'rail objdump' needs a file"),
    (["build", "a.rail", "--emit", "soup"], "cannot emit 'soup'"),
    (["build", "a.rail", "--emit"], "option '--emit' needs a value"),
    (["build", "a.rail", "--strip=yes"], "option '--strip' takes no value"),
    (["build", "a.rail", "--target", "mips"], "unknown target 'mips'"),
    (["check", "a.rail", "--strip"], "unknown option '--strip'"),
    (["help", "frob"], "there is no command 'frob'"),
  ])
  func mistakesAreNamed(_ arguments: [String], _ words: String) {
    #expect(throws: UsageError.self) { try parseOptions(arguments) }
    do throws(UsageError) {
      _ = try parseOptions(arguments)
    } catch {
      #expect(error.message.contains(words))
    }
  }

  @Test(arguments: Command.allCases) func helpNamesTheUsageOfEachCommand(_ command: Command) {
    #expect(helpText(command).hasPrefix("usage: rail \(command.rawValue)"))
    #expect(helpText(nil).contains("rail \(command.rawValue)"))
  }
}

public import ObjectDump

/// What was typed on the command line.
public struct Options: Sendable {
  public var command = Command.help
  /// Source files, or fixture paths for `rail test`.
  public var files: [String] = []
  /// `rail run`: what comes after the file, for the program.
  public var programArguments: [String] = []
  public var output: String?
  public var platform = Platform.host
  public var emit = Emission.exe
  public var isStripped = false
  public var verifies = false
  /// Whether checks that are proved to succeed are left out, and code is optimised.
  public var optimizes = true
  /// Whether the types that the compiler has proved are asserted at run time.
  public var assertsTypes = false
  public var showsTimes = false
  public var usesJSON = false
  /// `rail asm`: whether to make an executable of the object.
  public var linksExecutable = false
  /// `rail link`: the symbol at which the program starts.
  public var entry = "_start"
  /// `rail link`: whether to print what is where in the program.
  public var wantsMap = false
  /// `rail objdump`: what to show; nothing means everything.
  public var dump = DumpOptions()
  /// `rail check`: print the types of the top-level definitions.
  public var printsTypes = false
  /// `rail check`: carry out the suggestions.
  public var fixes = false
  /// `rail check`: the code to explain instead of checking anything.
  public var explained: String?
  /// `rail help`: the command that help is wanted on.
  public var topic: Command?

  public init() {}
}

/// The commands of `rail`, in the order in which help lists them.
public enum Command: String, Sendable, CaseIterable {
  case run, build, check, test, asm, link, objdump, version, help

  var usage: String {
    switch self {
    case .run: "rail run FILE [ARGS…]"
    case .build: "rail build FILE [-o OUT] [options]"
    case .check: "rail check FILE… [options]"
    case .test: "rail test [PATH…]"
    case .asm: "rail asm FILE.s [-o OUT] [--exe] [options]"
    case .link: "rail link OBJ… [-o OUT] [options]"
    case .objdump: "rail objdump FILE [options]"
    case .version: "rail version"
    case .help: "rail help [COMMAND]"
    }
  }

  var summary: String {
    switch self {
    case .run: "compile a program and run it; a bare FILE.rail does the same"
    case .build: "compile a program to a static executable"
    case .check: "report the errors of programs or modules without compiling them"
    case .test: "run annotated programs and compare what they do with what they say"
    case .asm: "assemble a source in GNU syntax to an object or executable"
    case .link: "link objects and archives to a static executable"
    case .objdump: "show what is in an object, executable or archive"
    case .version: "print the version"
    case .help: "explain a command"
    }
  }

  /// What `rail help COMMAND` says beyond usage and options.
  var details: String {
    switch self {
    case .run:
      """
      The program gets standard input, output and error, the arguments after FILE and the
      environment of this command; its exit status becomes this command's. Options of rail stand
      before FILE. Nothing is written to disk.
      """
    case .build:
      """
      The executable is called like FILE without .rail unless -o names it. It is static: it runs on
      any Linux of its target, with nothing installed. An existing file is replaced as a whole or
      not at all.
      """
    case .check:
      """
      Files need no main. Errors and warnings go to standard error, or with --json to standard output,
      one object a line. --types prints the inferred type of every definition of the file on standard
      output, in the form of signatures. --fix carries out the first suggestion of every message,
      again and again until there are none, and writes the file; what is left is reported.
      'rail check --explain E0201' explains a code, with a wrong and a repaired example.
      """
    case .test:
      """
      Runs every .rail file with --! directives in the given files and folders (default: the
      current folder), leaving out folders called support. fixtures/README.md explains the directives.
      """
    case .asm:
      """
      Assembles a source in the syntax of the GNU assembler, for x86-64 in AT&T or Intel syntax, to an
      object called like FILE with .o, or with --exe to an executable called like FILE without .s.
      docs/assembler.md lists what is understood. With errors nothing is written.
      """
    case .link:
      """
      Links ELF objects (.o) and archives (.a) for one machine, in the order of the command line. The
      executable is called a.out unless -o names it. Of archives those members are taken that define
      what is missing; sections that nothing refers to are left out.
      """
    case .objdump:
      """
      Without options all of headers, symbols, relocations and disassembly are shown; with them only
      what they name. An archive is shown member by member.
      """
    case .version, .help: ""
    }
  }
}

/// What `rail build --emit` writes.
public enum Emission: String, Sendable, CaseIterable {
  case tokens, syntax, core, types, proofs, ir
  case optimizedIR = "ir-opt"
  case mir, asm, obj, exe
}

/// A mistake on the command line: one line, without `rail: `.
public struct UsageError: Error, Sendable {
  public var message: String
  public var command: Command?

  public init(message: String, command: Command? = nil) {
    self.message = message
    self.command = command
  }
}

/// One option; the table below is all that parsing and help know about options.
private struct Flag {
  var names: [String]
  /// Placeholder of its argument, if it takes one.
  var argument: String?
  var commands: [Command]
  var help: String
  var apply: @Sendable (inout Options, String) throws(UsageError) -> Void
}

private let flags: [Flag] = [
  Flag(
    names: ["-o", "--output"], argument: "OUT", commands: [.build, .asm, .link],
    help: "write to OUT; with build, - is standard output for the emitted texts",
    apply: { (options, value) throws(UsageError) in options.output = value }),
  Flag(
    names: ["--target"], argument: "TARGET", commands: [.build, .run, .test, .asm],
    help: Platform.all.map(\.name).joined(separator: " | ") + "; by default this machine",
    apply: { (options, value) throws(UsageError) in
      guard let platform = Platform(named: value) else {
        let known = Platform.all.map(\.name).joined(separator: ", ")
        throw UsageError(message: "unknown target '\(value)': it is one of \(known)")
      }
      options.platform = platform
    }),
  Flag(
    names: ["--exe"], argument: nil, commands: [.asm],
    help: "link the object to an executable that starts at _start, or as --entry says",
    apply: { (options, _) throws(UsageError) in options.linksExecutable = true }),
  Flag(
    names: ["--emit"], argument: "WHAT", commands: [.build],
    help: Emission.allCases.map(\.rawValue).joined(separator: " | "),
    apply: { (options, value) throws(UsageError) in
      guard let emission = Emission(rawValue: value) else {
        let known = Emission.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError(message: "cannot emit '\(value)': it is one of \(known)")
      }
      options.emit = emission
    }),
  Flag(
    names: ["-O"], argument: nil, commands: [.build, .run, .test],
    help: "leave out what the types of the program prove needless (default)",
    apply: { (options, _) throws(UsageError) in options.optimizes = true }),
  Flag(
    names: ["-O0"], argument: nil, commands: [.build, .run, .test],
    help: "check every operation at run time",
    apply: { (options, _) throws(UsageError) in options.optimizes = false }),
  Flag(
    names: ["--check-types"], argument: nil, commands: [.build, .run, .test],
    help: "with -O, assert at run time what the compiler has proved of the types",
    apply: { (options, _) throws(UsageError) in options.assertsTypes = true }),
  Flag(
    names: ["--strip"], argument: nil, commands: [.build, .asm, .link],
    help: "leave out symbols and debugging information",
    apply: { (options, _) throws(UsageError) in options.isStripped = true }),
  Flag(
    names: ["--verify"], argument: nil, commands: [.build, .run, .test],
    help: "check the compiler's own intermediate results",
    apply: { (options, _) throws(UsageError) in options.verifies = true }),
  Flag(
    names: ["--time"], argument: nil, commands: [.build, .check],
    help: "print how long each stage took",
    apply: { (options, _) throws(UsageError) in options.showsTimes = true }),
  Flag(
    names: ["--json"], argument: nil, commands: [.check, .build, .asm],
    help: "print errors and warnings as JSON, one object a line",
    apply: { (options, _) throws(UsageError) in options.usesJSON = true }),
  Flag(
    names: ["--entry"], argument: "SYMBOL", commands: [.asm, .link],
    help: "the symbol at which the program starts, instead of _start",
    apply: { (options, value) throws(UsageError) in options.entry = value }),
  Flag(
    names: ["--map"], argument: nil, commands: [.link],
    help: "print what is where in the program, and why archive members are in it",
    apply: { (options, _) throws(UsageError) in options.wantsMap = true }),
  Flag(
    names: ["--headers"], argument: nil, commands: [.objdump],
    help: "segments and sections",
    apply: { (options, _) throws(UsageError) in options.dump.showsHeaders = true }),
  Flag(
    names: ["--symbols"], argument: nil, commands: [.objdump],
    help: "the symbol table",
    apply: { (options, _) throws(UsageError) in options.dump.showsSymbols = true }),
  Flag(
    names: ["--relocations"], argument: nil, commands: [.objdump],
    help: "places that the linker fills in, and with what",
    apply: { (options, _) throws(UsageError) in options.dump.showsRelocations = true }),
  Flag(
    names: ["--disassemble"], argument: nil, commands: [.objdump],
    help: "code as instructions",
    apply: { (options, _) throws(UsageError) in options.dump.showsCode = true }),
  Flag(
    names: ["--hex"], argument: "SECTION", commands: [.objdump],
    help: "the bytes of a section; may be given several times",
    apply: { (options, value) throws(UsageError) in options.dump.hexSections.append(value) }),
  Flag(
    names: ["--types"], argument: nil, commands: [.check],
    help: "print the types of the definitions, ready to paste as signatures",
    apply: { (options, _) throws(UsageError) in options.printsTypes = true }),
  Flag(
    names: ["--fix"], argument: nil, commands: [.check],
    help: "carry out the first suggestion of every message and write the files",
    apply: { (options, _) throws(UsageError) in options.fixes = true }),
  Flag(
    names: ["--explain"], argument: "CODE", commands: [.check],
    help: "explain an error or warning by its code, such as E0201",
    apply: { (options, value) throws(UsageError) in options.explained = value }),
]

/// Reads the arguments after the program's name.
public func parseOptions(_ arguments: [String]) throws(UsageError) -> Options {
  var options = Options()
  guard let first = arguments.first else { return options }
  var rest = arguments.dropFirst()
  if let command = Command(rawValue: first) {
    options.command = command
  } else if first == "--help" || first == "-h" {
    return options
  } else if first == "--version" {
    options.command = .version
  } else if first.hasPrefix("-") {
    options.command = .run
    rest = arguments[...]
  } else if first.hasSuffix(".rail") {
    options.command = .run
    rest = arguments[...]
  } else {
    throw UsageError(message: "unknown command '\(first)'")
  }
  try parse(rest, into: &options)
  try check(&options)
  return options
}

private func parse(_ arguments: ArraySlice<String>, into options: inout Options) throws(UsageError) {
  var rest = arguments
  var onlyFiles = false
  while let argument = rest.popFirst() {
    if onlyFiles || !argument.hasPrefix("-") || argument == "-" {
      options.files.append(argument)
      if options.command == .run {
        options.programArguments = Array(rest)
        return
      }
      continue
    }
    if argument == "--" {
      onlyFiles = true
      continue
    }
    if argument == "--help" || argument == "-h" {
      options.topic = options.command
      options.command = .help
      return
    }
    try apply(argument, &rest, &options)
  }
}

private func apply(
  _ argument: String, _ rest: inout ArraySlice<String>, _ options: inout Options
) throws(UsageError) {
  let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
  let name = String(parts[0])
  let command = options.command
  guard let flag = flags.first(where: { $0.names.contains(name) && $0.commands.contains(command) })
  else { throw UsageError(message: "unknown option '\(name)'", command: command) }
  guard flag.argument != nil else {
    if parts.count > 1 {
      throw UsageError(message: "option '\(name)' takes no value", command: command)
    }
    try flag.apply(&options, "")
    return
  }
  if parts.count > 1 {
    try flag.apply(&options, String(parts[1]))
  } else if let value = rest.popFirst() {
    try flag.apply(&options, value)
  } else {
    throw UsageError(message: "option '\(name)' needs a value", command: command)
  }
}

/// Checks the number of files.
private func check(_ options: inout Options) throws(UsageError) {
  let command = options.command
  switch command {
  case .run, .build, .asm, .objdump:
    try requireOneFile(options)
  case .check:
    if options.files.isEmpty && options.explained == nil {
      throw UsageError(message: "'rail check' needs a file", command: command)
    }
  case .link:
    if options.files.isEmpty {
      throw UsageError(message: "'rail link' needs an object or archive", command: command)
    }
  case .test: if options.files.isEmpty { options.files = ["."] }
  case .version: break
  case .help:
    guard let name = options.files.first else { break }
    guard let topic = Command(rawValue: name) else {
      throw UsageError(message: "there is no command '\(name)'")
    }
    options.topic = topic
  }
}

private func requireOneFile(_ options: Options) throws(UsageError) {
  let command = options.command
  guard let file = options.files.first else {
    throw UsageError(message: "'rail \(command.rawValue)' needs a file", command: command)
  }
  if options.files.count > 1 {
    throw UsageError(
      message:
        "'rail \(command.rawValue)' takes one file, but '\(file)' and '\(options.files[1])' are given",
      command: command)
  }
}

// MARK: - Help

/// The text of `rail help [COMMAND]`.
public func helpText(_ topic: Command?) -> String {
  guard let topic else { return overview() }
  var text = "usage: \(topic.usage)\n\n\(topic.summary)\n"
  if !topic.details.isEmpty { text += "\n\(topic.details)\n" }
  let own = flags.filter { $0.commands.contains(topic) }
  if !own.isEmpty {
    text += "\noptions:\n"
    for flag in own {
      let left = flag.names.joined(separator: ", ") + (flag.argument.map { " \($0)" } ?? "")
      text += "  \(padded(left, 22)) \(flag.help)\n"
    }
  }
  return text
}

private func overview() -> String {
  var text = "Rail: an ML-like language compiled to small static executables\n\nusage:\n"
  for command in Command.allCases {
    text += "  \(padded(command.usage, 40)) \(command.summary)\n"
  }
  text += """

    exit status: 0 fine, 1 errors in the program (or, with run, the program's own), 2 wrong usage
    'rail help COMMAND' lists a command's options
    'rail check --explain CODE' explains an error or warning

    """
  return text
}

private func padded(_ text: String, _ width: Int) -> String {
  text.count >= width ? text : text + String(repeating: " ", count: width - text.count)
}

import Glibc
import Semantics
import Support

/// The exit statuses of the command itself.
enum ExitStatus {
  static let fine: Int32 = 0
  static let rejected: Int32 = 1
  static let usage: Int32 = 2
}

/// The version of the toolchain.
public let railVersion = "0.1.0"

/// The whole command: `arguments` without the program's name; returns the exit status.
public func runCommand(_ arguments: [String]) -> Int32 {
  let terminal = Terminal()
  let options: Options
  do throws(UsageError) {
    options = try parseOptions(arguments)
  } catch {
    terminal.fail(error.message)
    let topic = error.command.map { " \($0.rawValue)" } ?? ""
    terminal.printError("rail: 'rail help\(topic)' explains the usage\n")
    return ExitStatus.usage
  }
  switch options.command {
  case .run: return onDeepStack { runProgram(options, terminal) }
  case .build: return onDeepStack { buildProgram(options, terminal) }
  case .check:
    if let code = options.explained { return explain(code, terminal) }
    return onDeepStack {
      options.fixes ? fixFiles(options, terminal) : checkFiles(options, terminal)
    }
  case .test: return onDeepStack { testFiles(options, terminal) }
  case .asm: return assembleFile(options, terminal)
  case .link: return linkObjects(options, terminal)
  case .objdump: return showObject(options, terminal)
  case .version:
    terminal.print("rail \(railVersion)\n")
    return ExitStatus.fine
  case .help:
    terminal.print(helpText(options.topic))
    return ExitStatus.fine
  }
}

/// What the front end may see: the file system, `RAIL_PATH` and the library embedded in this executable.
func fileProvider(currentDirectory: String = Files.currentDirectory()) -> FileProvider {
  let searched = Files.environment("RAIL_PATH") ?? ""
  var provider = FileProvider(
    read: { path in
      let absolute = path.hasPrefix("/") ? path : currentDirectory + "/" + path
      do throws(Files.Failure) {
        return .bytes(try Files.read(absolute))
      } catch {
        switch error {
        case .missing: return .missing
        case .isDirectory: return .directory
        case .other(let reason): return .unreadable(reason: reason)
        }
      }
    },
    libraryPaths: searched.split(separator: ":").map(String.init),
    embedded: embeddedModule,
    currentDirectory: currentDirectory)
  provider.list = { path in
    (try? Files.list(path.hasPrefix("/") ? path : currentDirectory + "/" + path)) ?? []
  }
  return provider
}

/// Whether the main file can be read; says why if not.
func canRead(_ path: String, _ terminal: Terminal) -> Bool {
  switch fileProvider().read(path) {
  case .bytes: return true
  case .missing: terminal.fail("cannot read '\(path)': no such file")
  case .directory: terminal.fail("cannot read '\(path)': is a directory")
  case .unreadable(let reason): terminal.fail("cannot read '\(path)': \(reason)")
  }
  return false
}

import Diagnostics
import Foundation
import Semantics
import Support
import Testing

/// The prelude as it stands in the repository.
private let prelude: [UInt8] = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  guard let data = try? Data(contentsOf: root.appending(path: "stdlib/prelude.rail")) else {
    preconditionFailure("stdlib/prelude.rail is not where the tests expect it")
  }
  return Array(data)
}()

/// A file system in memory.
struct MemoryFiles: Sendable {
  var files: [String: String] = [:]
  var directories: Set<String> = []
  /// Files that are there but cannot be read.
  var secret: Set<String> = []
  /// The embedded library, apart from the prelude.
  var library: [String: String] = [:]
  var libraryPaths: [String] = []
  var currentDirectory = ""

  var provider: FileProvider {
    let copy = self
    return FileProvider(
      read: { path in
        if copy.directories.contains(path) { return .directory }
        if copy.secret.contains(path) { return .unreadable(reason: "permission denied") }
        return copy.files[path].map { .bytes(Array($0.utf8)) } ?? .missing
      },
      libraryPaths: libraryPaths,
      embedded: { name in
        name == "prelude.rail" ? prelude : copy.library[name].map { Array($0.utf8) }
      },
      currentDirectory: currentDirectory)
  }

  /// Analyses the program whose main file is at `path`.
  func analyse(_ path: String = "main.rail", requireMain: Bool = false) -> Analysis {
    let provider = provider
    return onDeepStack { analyze(mainPath: path, provider: provider, requireMain: requireMain) }
  }
}

/// Analyses a program of one file.
func analyse(_ text: String, requireMain: Bool = false) -> Analysis {
  MemoryFiles(files: ["main.rail": text]).analyse(requireMain: requireMain)
}

extension Analysis {
  /// The diagnostics, each as `line:column code: message`, with the path in front if it is not in
  /// the main file.
  var messages: [String] {
    diagnostics.sorted().map { diagnostic in
      let file = sources[diagnostic.primary.range.file]
      let place = LineTable(file).position(of: diagnostic.primary.range.start)
      let path = diagnostic.primary.range.file.index == 1 ? "" : file.path + ":"
      return "\(path)\(place.line):\(place.column) \(diagnostic.code): \(diagnostic.message)"
    }
  }

  /// The definitions outside the prelude, as Core text.
  var core: String { dump(program, sources, interner).string }
}

/// A program and the diagnostics that it must give, exactly.
struct DiagnosticCase: Sendable, CustomTestStringConvertible {
  var title: String
  var program: String
  var messages: [String]

  init(_ title: String, _ program: String, _ messages: [String] = []) {
    self.title = title
    self.program = program
    self.messages = messages
  }

  var testDescription: String { title }
}

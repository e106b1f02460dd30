public import Diagnostics
public import Semantics
import Support

/// A file and what was done to repair it by carrying out suggestions of the compiler.
public struct Repair: Sendable {
  /// A suggestion that was carried out.
  public struct Step: Sendable {
    public var pass: Int
    /// Where the problem stood, in the text as it was in that pass.
    public var position: SourcePosition
    public var code: String
    public var help: String
  }

  public private(set) var text: [UInt8]
  public private(set) var steps: [Step] = []
  /// Errors that are left, in this file and in those it imports.
  public private(set) var errorCount = 0
  /// Suggestions that were not carried out because they lead back to a text that was there before,
  /// or go on without end.
  public private(set) var isUnsettled = false

  /// A repaired program rarely needs more than two passes; one that needs this many goes astray.
  static let passLimit = 20

  /// Checks a file and carries out the first suggestion of every diagnostic, until nothing changes.
  ///
  /// Nothing is written. Recursion is as deep as the syntax: call this on a deep stack.
  public init(_ path: String, provider: FileProvider) {
    guard case .bytes(let original) = provider.read(path) else {
      text = []
      return
    }
    text = original
    var seen: Set<[UInt8]> = [original]
    for pass in 1... {
      let current = text
      var overlaid = provider
      overlaid.read = { $0 == path ? .bytes(current) : provider.read($0) }
      var compilation = Compilation(provider: overlaid)
      compilation.check(path, requireMain: false)
      errorCount = compilation.diagnostics.errorCount
      let mainFile = FileID(index: Compilation.mainFile)
      let fixes = FixPass(
        compilation.diagnostics.sorted(), file: mainFile, count: current.count)
      if fixes.applied.isEmpty { return }
      let repaired = fixes.apply(to: current)
      guard pass <= Repair.passLimit, seen.insert(repaired).inserted else {
        isUnsettled = true
        return
      }
      let lines = LineTable(compilation.sources[mainFile])
      for diagnostic in fixes.applied {
        steps.append(
          Step(
            pass: pass, position: lines.position(of: diagnostic.primary.range.start),
            code: diagnostic.code, help: diagnostic.help ?? diagnostic.message))
      }
      text = repaired
    }
  }
}

/// A program of files in memory, the main file among them, with the embedded library.
public func memoryProgram(_ files: [(path: String, text: String)]) -> FileProvider {
  var provider = fileProvider(currentDirectory: "")
  provider.read = { path in
    files.first { $0.path == path }.map { .bytes(Array($0.text.utf8)) } ?? .missing
  }
  provider.list = { folder in
    var names: [String] = []
    for (path, _) in files where folder.isEmpty || path.hasPrefix(folder + "/") {
      let rest = folder.isEmpty ? path[...] : path.dropFirst(folder.utf8.count + 1)
      let name = String(rest.prefix { $0 != "/" })
      if !names.contains(name) { names.append(name) }
    }
    return names.sorted()
  }
  return provider
}

/// What `rail check` reports about a program, in order. Call this on a deep stack.
public func checkProgram(
  _ path: String, provider: FileProvider, requireMain: Bool = false
) -> (diagnostics: [Diagnostic], sources: SourceMap) {
  var compilation = Compilation(provider: provider)
  compilation.check(path, requireMain: requireMain)
  return (compilation.diagnostics.sorted(), compilation.sources)
}

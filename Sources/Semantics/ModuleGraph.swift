import Diagnostics
import Support
import Syntax

/// An `import` of a module.
struct ModuleImport {
  /// The `importDeclaration`.
  var node: NodeID
  /// The module it names, or -1 if it was not found.
  var target: Int32
  /// The alias behind `as`.
  var alias: Symbol?
  /// The `importNames` node of a selective list.
  var names: NodeID
}

/// A file of the program. Modules have the numbers of their files.
struct Module {
  var file: FileID
  /// Where the relative imports of the file begin, in the file system or in the embedded library.
  var directory: String
  /// Whether the text comes from the embedded library.
  var isEmbedded: Bool
  var imports: [ModuleImport] = []
  /// The modules that import this one, each once, in order of loading.
  var importers: [Int32] = []
}

/// All files of a program, parsed: the prelude (module 0), the main file (module 1), and what they
/// import, in the order in which they are first mentioned.
struct ModuleGraph {
  static let prelude: Int32 = 0
  static let main: Int32 = 1

  var sources = SourceMap()
  var modules: [Module] = []
  var trees: [SyntaxTree] = []
}

/// Offsets and list indices are 32 bits wide; no file is allowed to come near that.
private let maximumFileSize = 1 << 29

/// Loads and parses a program.
///
/// Each file is loaded once: files are recognised by their normalised path, those of the embedded
/// library by their name. What cannot be found or read is reported; the graph always has its first
/// two modules, if only as empty files.
func loadModules(
  mainPath: String, provider: FileProvider, interner: inout Interner,
  diagnostics: inout DiagnosticSink
) -> ModuleGraph {
  var loader = ModuleLoader(provider: provider, mainDirectory: directory(of: mainPath))
  loader.loadPrelude(&interner, &diagnostics)
  loader.loadMain(mainPath, &interner, &diagnostics)
  var next = 0
  while next < loader.graph.modules.count {
    loader.loadImports(of: next, &interner, &diagnostics)
    next += 1
  }
  return loader.graph
}

/// Where a module is looked for.
private enum Place {
  case file(String)
  /// In the embedded library.
  case embedded(String)
}

private struct ModuleLoader {
  let provider: FileProvider
  let mainDirectory: String
  var graph = ModuleGraph()
  /// Module numbers by identity; only looked up, never iterated.
  private var known: [String: Int32] = [:]

  init(provider: FileProvider, mainDirectory: String) {
    self.provider = provider
    self.mainDirectory = mainDirectory
  }

  // MARK: - The first two modules

  mutating func loadPrelude(_ interner: inout Interner, _ diagnostics: inout DiagnosticSink) {
    let name = "prelude.rail"
    let text = provider.embedded(name)
    let file = add(
      SourceFile(path: "stdlib/" + name, text: text ?? [], isPrelude: true), directory: "",
      isEmbedded: true, identity: .embedded(name), &interner, &diagnostics)
    if text == nil {
      diagnostics.report(.cannotRead("the prelude", "missing", at: start(of: file)))
    }
  }

  mutating func loadMain(
    _ path: String, _ interner: inout Interner, _ diagnostics: inout DiagnosticSink
  ) {
    var text: [UInt8] = []
    var problem: String?
    switch provider.read(path) {
    case .bytes(let bytes): text = bytes
    case .missing: problem = "no such file"
    case .directory: problem = "it is a directory"
    case .unreadable(let reason): problem = reason
    }
    if text.count > maximumFileSize {
      problem = "it is larger than \(maximumFileSize >> 20) MB"
      text = []
    }
    let file = add(
      SourceFile(path: path, text: text), directory: directory(of: path), isEmbedded: false,
      identity: .file(path), &interner, &diagnostics)
    if let problem { diagnostics.report(.cannotRead("'\(path)'", problem, at: start(of: file))) }
  }

  private func start(of module: Int32) -> SourceRange {
    SourceRange(file: FileID(index: module), start: 0, end: 0)
  }

  private mutating func add(
    _ source: SourceFile, directory: String, isEmbedded: Bool, identity: Place,
    _ interner: inout Interner, _ diagnostics: inout DiagnosticSink
  ) -> Int32 {
    let file = graph.sources.add(source)
    known[key(identity)] = file.index
    graph.modules.append(Module(file: file, directory: directory, isEmbedded: isEmbedded))
    graph.trees.append(
      parse(source, id: file, interner: &interner, diagnostics: &diagnostics))
    return file.index
  }

  private func key(_ place: Place) -> String {
    switch place {
    case .file(let path): normalise(join(provider.currentDirectory, path))
    case .embedded(let name): "stdlib:" + name
    }
  }

  // MARK: - Imports

  mutating func loadImports(
    of module: Int, _ interner: inout Interner, _ diagnostics: inout DiagnosticSink
  ) {
    let declarations = graph.trees[module].declarations
    for declaration in declarations {
      let node = graph.trees[module][declaration]
      guard node.kind == .importDeclaration else { continue }
      // A list that could not be read brings everything: it has been reported.
      let hasNames = node.c >= 0 && graph.trees[module].nodes[Int(node.c)].kind == .importNames
      let target = find(node, declaration, from: module, &interner, &diagnostics)
      graph.modules[module].imports.append(
        ModuleImport(
          node: declaration, target: target,
          alias: node.d < 0 ? nil : Symbol(index: node.d),
          names: hasNames ? NodeID(index: node.c) : .none))
      if target >= 0, graph.modules[Int(target)].importers.last != Int32(module) {
        graph.modules[Int(target)].importers.append(Int32(module))
      }
    }
  }

  /// The module that an import names, loaded now if it is new; -1 after an error.
  private mutating func find(
    _ node: SyntaxNode, _ declaration: NodeID, from module: Int, _ interner: inout Interner,
    _ diagnostics: inout DiagnosticSink
  ) -> Int32 {
    let range = graph.trees[module].range(of: declaration)
    let isBare = node.a < 0
    guard !isBare || node.b >= 0 else { return -1 }  // the parser has reported it
    let name =
      isBare
      ? interner.string(of: Symbol(index: node.b))
      : String(decoding: graph.trees[module].string(node.a), as: UTF8.self)
    let places = isBare ? placesOfName(name, from: module) : placesOfPath(name, from: module)
    for place in places {
      if let loaded = known[key(place)] { return loaded }
      switch read(place) {
      case .missing, .directory: continue
      case .unreadable(let reason):
        diagnostics.report(.cannotRead("'\(text(of: place))'", reason, at: range))
        return -1
      case .bytes(let bytes):
        guard bytes.count <= maximumFileSize else {
          diagnostics.report(
            .cannotRead(
              "'\(text(of: place))'", "it is larger than \(maximumFileSize >> 20) MB", at: range))
          return -1
        }
        return load(bytes, from: place, &interner, &diagnostics)
      }
    }
    diagnostics.report(
      .moduleNotFound(
        isBare ? name : "\"\(name)\"", lookedIn: places.map(text), at: range,
        suggestion: nearestModule(name, isBare: isBare, from: module, at: range)))
    return -1
  }

  /// A file with the same name in a folder here, or with a similar one.
  private func nearestModule(
    _ name: String, isBare: Bool, from module: Int, at range: SourceRange
  ) -> Diagnostic.Suggestion? {
    let wanted = isBare ? name + ".rail" : name
    let file = wanted.split(separator: "/").last.map(String.init) ?? wanted
    let own = graph.sources[FileID(index: Int32(module))].path
    let folder = graph.modules[module].directory
    let paths = Neighbours(provider).paths(in: folder).filter { join(folder, $0) != own }
    let moved = paths.filter { $0.split(separator: "/").last.map(String.init) == file }
    let limit = max(1, wanted.utf8.count / 4)
    let near = moved.count == 1 ? moved.first : nearestPath(wanted, paths, limit)
    guard let near else { return nil }
    let source = graph.sources[range.file].bytes
    let text = String(decoding: source[Int(range.start)..<Int(range.end)], as: UTF8.self)
    let old = isBare ? name : "\"\(name)\""
    let base = near.hasSuffix(".rail") ? String(near.dropLast(5)) : near
    let new = isBare && !near.contains("/") ? base : "\"\(near)\""
    guard let place = firstOccurrence(of: old, in: text) else { return nil }
    let start = range.start + UInt32(place)
    let edited = SourceRange(
      file: range.file, start: start, end: start + UInt32(old.utf8.count))
    return .init("did you mean \(new)?", [Diagnostic.Edit(edited, new)])
  }

  private func firstOccurrence(of part: String, in text: String) -> Int? {
    let (part, text) = (Array(part.utf8), Array(text.utf8))
    // Behind the word 'import'.
    var start = "import".utf8.count
    while start + part.count <= text.count {
      if text[start..<start + part.count].elementsEqual(part) { return start }
      start += 1
    }
    return nil
  }

  private func nearestPath(_ wanted: String, _ paths: [String], _ limit: Int) -> String? {
    var best: String?
    var bestDistance = limit + 1
    for path in paths.prefix(1000) {
      let distance = editDistance(Array(wanted.utf8), Array(path.utf8))
      if distance < bestDistance {
        bestDistance = distance
        best = path
      }
    }
    return best
  }

  private mutating func load(
    _ bytes: [UInt8], from place: Place, _ interner: inout Interner,
    _ diagnostics: inout DiagnosticSink
  ) -> Int32 {
    switch place {
    case .file(let path):
      let shown = normalise(path)
      return add(
        SourceFile(path: shown, text: bytes), directory: directory(of: shown), isEmbedded: false,
        identity: place, &interner, &diagnostics)
    case .embedded(let name):
      return add(
        SourceFile(path: "stdlib/" + name, text: bytes), directory: directory(of: name),
        isEmbedded: true, identity: place, &interner, &diagnostics)
    }
  }

  private func read(_ place: Place) -> ReadResult {
    switch place {
    case .file(let path): provider.read(path)
    case .embedded(let name): provider.embedded(name).map { .bytes($0) } ?? .missing
    }
  }

  private func text(of place: Place) -> String {
    switch place {
    case .file(let path): normalise(path)
    case .embedded(let name): "stdlib/\(name) of the compiler"
    }
  }

  // MARK: - Where to look

  /// `import "path"`: beside the importing file, in the current directory, in the directories of
  /// `RAIL_PATH`, in the standard library.
  private func placesOfPath(_ path: String, from module: Int) -> [Place] {
    var places = placesBeside(module, path)
    let isAbsolute = path.utf8.first == UInt8(ascii: "/")
    if !isAbsolute {
      append(.file(path), to: &places)
      for library in provider.libraryPaths where !library.isEmpty {
        append(.file(join(library, path)), to: &places)
      }
      let prefix = "stdlib/"
      let normal = normalise(path)
      if normal.hasPrefix(prefix) {
        appendLibrary(String(normal.dropFirst(prefix.count)), to: &places)
      }
    }
    return places
  }

  /// `import name`: beside the importing file, in the directories of `RAIL_PATH`, where packages
  /// are installed, and in the standard library.
  private func placesOfName(_ name: String, from module: Int) -> [Place] {
    let file = name + ".rail"
    var places = placesBeside(module, file)
    for library in provider.libraryPaths where !library.isEmpty {
      append(.file(join(library, file)), to: &places)
    }
    appendLibrary(file, to: &places)
    return places
  }

  private func placesBeside(_ module: Int, _ path: String) -> [Place] {
    var places: [Place] = []
    let importer = graph.modules[module]
    let isAbsolute = path.utf8.first == UInt8(ascii: "/")
    if importer.isEmbedded && !isAbsolute {
      appendLibrary(normalise(join(importer.directory, path)), to: &places)
    } else {
      append(.file(join(importer.directory, path)), to: &places)
    }
    return places
  }

  /// A module of the standard library: the project's own copy goes before the embedded one.
  private func appendLibrary(_ name: String, to places: inout [Place]) {
    append(.file(join(mainDirectory, "stdlib/" + name)), to: &places)
    append(.embedded(name), to: &places)
  }

  private func append(_ place: Place, to places: inout [Place]) {
    if !places.contains(where: { key($0) == key(place) }) { places.append(place) }
  }
}

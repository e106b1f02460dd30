import Diagnostics
import Support
import Syntax

/// A module that a program could import but does not.
struct NeighbourModule {
  /// As an import names it: `geometry.rail`.
  var path: String
  /// What it defines for others, in the order of its text.
  var names: [String]
}

/// The modules beside a file, and in the folders there. Read only when a name is unknown.
struct Neighbours {
  private static let fileLimit = 64
  private static let byteLimit = 2_000_000

  let provider: FileProvider
  private var known: [String: [NeighbourModule]] = [:]

  init(_ provider: FileProvider) { self.provider = provider }

  /// The modules beside the files of a folder.
  mutating func modules(in folder: String) -> [NeighbourModule] {
    if let modules = known[folder] { return modules }
    var modules: [NeighbourModule] = []
    var bytesLeft = Neighbours.byteLimit
    for path in paths(in: folder).prefix(Neighbours.fileLimit) where bytesLeft > 0 {
      guard case .bytes(let text) = provider.read(join(folder, path)) else { continue }
      bytesLeft -= text.count
      if bytesLeft > 0 { modules.append(NeighbourModule(path: path, names: publicNames(text))) }
    }
    known[folder] = modules
    return modules
  }

  /// The Rail files of a folder and of the folders in it, as seen from there.
  func paths(in folder: String) -> [String] {
    var own: [String] = []
    var inner: [String] = []
    for name in provider.list(folder).prefix(1000) where !name.hasPrefix(".") {
      if name.hasSuffix(".rail") {
        own.append(name)
      } else if inner.count < 1000 && !name.contains(".") {
        let files = provider.list(join(folder, name)).filter { $0.hasSuffix(".rail") }
        inner += files.map { name + "/" + $0 }
      }
    }
    return own + inner
  }

  private func publicNames(_ text: [UInt8]) -> [String] {
    var interner = Interner()
    var sink = DiagnosticSink()
    let file = SourceFile(path: "", text: text)
    let tree = parse(file, id: FileID(index: 0), interner: &interner, diagnostics: &sink)
    var names: [String] = []
    for declaration in tree.declarations {
      let node = tree[declaration]
      switch node.kind {
      case .functionDeclaration, .foreignDeclaration:
        names.append(interner.string(of: Symbol(index: node.a)))
      case .typeDeclaration:
        for member in tree.list(node.b, node.c)
        where tree.nodes[Int(member)].kind == .constructorDeclaration {
          names.append(interner.string(of: Symbol(index: tree.nodes[Int(member)].a)))
        }
      default: break
      }
    }
    return names.filter { !$0.hasPrefix("_") && $0 != "main" }
  }
}

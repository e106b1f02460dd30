import Diagnostics
import Semantics
public import Support

extension TypeInference {
  /// Modules are numbered in the order of their loading: the prelude, the main file, imports.
  static let mainFile: Int32 = 1

  /// The types of all definitions of the main file, one a line in source order, as signatures are
  /// written; those that no signature can say as comments.
  public mutating func signatures() -> TextWriter {
    var writer = TextWriter()
    for (index, global) in program.globals.enumerated()
    where global.file.index == TypeInference.mainFile {
      guard let type = typeText(ofGlobal: Int32(index)) else { continue }
      if type.contains(" where ") { writer.write("-- ") }
      writer.write(interner.bytes(of: global.name))
      writer.write(" : ")
      writer.write(type)
      writer.newline()
    }
    return writer
  }
}

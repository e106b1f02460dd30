import Diagnostics
import Foundation
import Inference
import Semantics
import Support

/// The prelude as it stands in the repository.
private let prelude: [UInt8] = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  guard let data = try? Data(contentsOf: root.appending(path: "stdlib/prelude.rail")) else {
    preconditionFailure("stdlib/prelude.rail is not where the tests expect it")
  }
  return Array(data)
}()

/// The front end's view of a program of one file, or of `main.rail` among several.
func analyse(_ files: [String: String]) -> Analysis {
  let provider = FileProvider(
    read: { path in files[path].map { .bytes(Array($0.utf8)) } ?? .missing },
    embedded: { $0 == "prelude.rail" ? prelude : nil })
  return analyze(mainPath: "main.rail", provider: provider, requireMain: false)
}

/// What `rail check --types` prints for a program, as lines.
func types(of text: String) -> [String] {
  onDeepStack {
    let analysis = analyse(["main.rail": text])
    if analysis.diagnostics.hasErrors {
      return analysis.diagnostics.sorted().map { "error: \($0.message)" }
    }
    var inference = TypeInference(analysis)
    inference.run()
    return inference.signatures().string.split(separator: "\n").map(String.init)
  }
}

/// What inference finds wrong with the files of a program, as `path:line: code message`.
func problems(in files: [String: String]) -> [String] {
  onDeepStack {
    let analysis = analyse(files)
    var inference = TypeInference(analysis)
    inference.run()
    return inference.diagnostics.sorted().map { diagnostic in
      let place = diagnostic.primary.range
      let file = analysis.sources[place.file]
      let line = LineTable(file).position(of: place.start).line
      return "\(file.path):\(line): \(diagnostic.code) \(diagnostic.message)"
    }
  }
}

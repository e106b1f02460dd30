import Diagnostics
import Foundation
import Semantics
import TestSupport
import Testing

/// The programs of `fixtures/`.
private let fixtures: [String] = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")
  let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
  return paths.filter { $0.hasSuffix(".rail") }.sorted().compactMap {
    try? String(contentsOf: root.appending(path: $0), encoding: .utf8)
  }
}()

/// A program cut into words, numbers, spaces and single other characters.
private func pieces(of program: String) -> [String] {
  var result: [String] = []
  var last: Character = " "
  for character in program {
    let isWord = character.isLetter || character.isNumber || character == "_"
    let wasWord = last.isLetter || last.isNumber || last == "_"
    if isWord && wasWord && !result.isEmpty {
      result[result.count - 1].append(character)
    } else {
      result.append(String(character))
    }
    last = character
  }
  return result
}

/// How many programs: `RAIL_FUZZ_COUNT`, else a sample.
private let programCount =
  ProcessInfo.processInfo.environment["RAIL_FUZZ_COUNT"].flatMap { Int($0) } ?? 1200

@Suite struct MutationTests {
  /// Programs that are wrong in a few places: every input ends, and no name is left unresolved in a
  /// program without errors.
  @Test(arguments: 0..<8)
  func mutatedProgramsGiveDiagnosticsOrSoundCore(_ part: Int) throws {
    try #require(fixtures.count > 100)
    var random = RandomNumbers(seed: UInt64(part) + 1)
    for _ in 0..<programCount / 8 {
      var words = pieces(of: fixtures[random.below(fixtures.count)])
      let others = pieces(of: fixtures[random.below(fixtures.count)])
      guard !words.isEmpty, !others.isEmpty else { continue }
      for _ in 0...random.below(4) {
        let at = random.below(words.count)
        switch random.below(4) {
        case 0: words[at] = others[random.below(others.count)]
        case 1: words[at] = words[random.below(words.count)]
        case 2: words[at] = ""
        default: words.insert(words[random.below(words.count)], at: at)
        }
      }
      let text = words.joined()
      let analysis = analyse(text)
      if !analysis.diagnostics.hasErrors {
        let isSound = analysis.program.expressions.allSatisfy { $0.kind != .error }
        #expect(isSound, "\(text)")
      }
      #expect(!analysis.core.contains("(error)") || analysis.diagnostics.hasErrors, "\(text)")
    }
  }
}

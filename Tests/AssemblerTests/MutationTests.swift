import Assembler
import Diagnostics
import ELF
import Foundation
import Support
import TestSupport
import Testing

/// How many damaged sources are tried in all.
private let inputCount = fuzzCount(usually: 3000)

/// Whatever the source is, it ends soon, with an object that can be written and read, or with an
/// error.
@Suite struct MutationTests {
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func damagedSourcesAreAssembledOrRefused(_ seed: UInt64) throws {
    var random = RandomNumbers(seed: seed)
    var assembled = 0
    for round in 0..<inputCount / 4 {
      let machine: ELFMachine = round % 2 == 0 ? .x86_64 : .aarch64
      let originals = (machine == .x86_64 ? x86Sources : armSources) + commonSources
      var text = Array(originals[random.below(originals.count)].text.utf8)
      if random.below(3) == 0 { text = Self.shuffled(text, originals, &random) }
      if random.below(4) != 0 { text = mutated(text, by: &random) }
      let file = SourceFile(path: "test.s", text: text)
      var sources = SourceMap()
      let id = sources.add(file)
      var options = AssemblyOptions(machine: machine)
      options.maximumSectionSize = 1 << 20
      var diagnostics = DiagnosticSink()
      let clock = ContinuousClock()
      var object: ObjectFile?
      let time = clock.measure {
        object = assemble(file, id, options: options, diagnostics: &diagnostics)
      }
      #expect(time < .seconds(5), "seed \(seed) round \(round)")
      #expect((object == nil) == diagnostics.hasErrors, "seed \(seed) round \(round)")
      if let object {
        assembled += 1
        _ = try readObject(writeObject(object), name: "test.o")
      } else {
        var renderer = Renderer(sources, isColored: false)
        #expect(!renderer.render(diagnostics.sorted()).bytes.isEmpty)
      }
    }
    #expect(assembled > 0)
  }

  /// Lines of several sources, and parts of lines, in any order.
  private static func shuffled(
    _ text: [UInt8], _ others: [AssemblySource], _ random: inout RandomNumbers
  ) -> [UInt8] {
    let separators: Set<UInt8> = [0x0A, UInt8(ascii: ";")]
    var pieces = text.split(whereSeparator: { separators.contains($0) }).map { Array($0) }
    let other = Array(others[random.below(others.count)].text.utf8)
    let more = other.split(whereSeparator: { separators.contains($0) }).map { Array($0) }
    for _ in 0...random.below(8) {
      guard !pieces.isEmpty, !more.isEmpty else { break }
      let at = random.below(pieces.count)
      switch random.below(4) {
      case 0: pieces.insert(more[random.below(more.count)], at: at)
      case 1: pieces.swapAt(at, random.below(pieces.count))
      case 2: pieces[at] += [UInt8(ascii: ",")] + more[random.below(more.count)]
      default:
        let words = pieces[at].split(separator: UInt8(ascii: ","))
        let new = more[random.below(more.count)].split(separator: UInt8(ascii: ","))
        pieces[at] = Array(
          (words.dropLast() + new.suffix(1)).joined(separator: [UInt8(ascii: ",")]))
      }
    }
    return Array(pieces.joined(separator: [0x0A])) + [0x0A]
  }
}

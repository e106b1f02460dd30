import Driver
import ELF
import Support
import TestSupport
import Testing

/// The text of `--emit asm` stands for the object of `--emit obj`: our assembler makes that object
/// of it, and so does GNU `as`.
@Suite struct EmittedAssemblyTests {
  /// GNU `as` sees every so many programs: it is another process each time.
  static let gnuStride = 12

  @Test(arguments: ["conformance", "examples", "bench"], Platform.all.map(\.name))
  func listingAssemblesToTheObject(_ folder: String, _ target: String) throws {
    let platform = try #require(Platform(named: target))
    let isX86 = target == "x86_64-linux"
    let machine: ELFMachine = isX86 ? .x86_64 : .aarch64
    let assembler = ReferenceAssembler.findGNU(isX86 ? .x86_64 : .aarch64)
    var compared = 0
    for path in programs(in: folder) {
      for optimizes in [false, true] {
        var options = Options()
        options.platform = platform
        options.optimizes = optimizes
        options.emit = .obj
        guard let object = onDeepStack({ [options] in emittedStage(path, options: options) })
        else { continue }
        options.emit = .asm
        let listing = onDeepStack { [options] in emittedStage(path, options: options) }
        let text = try #require(listing, "\(path)")
        let expected = sections(of: try readObject(object, name: path))
        let source = String(decoding: text, as: UTF8.self)
        expectSame(try assembleSections(source, machine: machine), expected, path)
        compared += 1
        if let assembler, compared % Self.gnuStride == 0 {
          expectSame(try assembler.assemble(text), expected, "\(path) with GNU as")
        }
      }
    }
    print(
      "\(compared) listings of \(folder) for \(target) assembled"
        + (assembler == nil ? "; GNU as is missing, so none was compared with it" : ""))
    #expect(compared >= 20)
  }

  private func programs(in folder: String) -> [String] {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false)
      .dropLast(3).joined(separator: "/")
    var paths: [String] = []
    collectFixtures(root + "/fixtures/" + folder, into: &paths)
    return paths
  }

  private func expectSame(
    _ found: [String: ReferenceAssembler.Section],
    _ expected: [String: ReferenceAssembler.Section], _ path: String
  ) {
    for (name, section) in expected.sorted(by: { $0.key < $1.key }) where !section.bytes.isEmpty {
      // A listing has no debugging information.
      if name.hasPrefix(".debug") { continue }
      let other = found[name]
      if other?.bytes != section.bytes {
        Issue.record("\(path): the bytes of \(name) differ")
      }
      if other?.relocations != section.relocations {
        Issue.record("\(path): the relocations of \(name) differ")
      }
    }
  }
}

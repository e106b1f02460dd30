import ELF
import Foundation
import TestSupport
import Testing

private let clang = findTool("clang")

/// The assembly sources of the C runtime are hand-written programs: AT&T syntax for x86-64, macros,
/// constants of C headers.
@Suite("runtime sources", .enabled(if: clang != nil, "clang is not installed"))
struct RuntimeSourcesTests {
  private static let runtime =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/") + "/runtime"

  private static func sources(_ machine: ELFMachine) -> [String] {
    let folder = "\(runtime)/arch/\(machine)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".S") }.sorted().map { "\(folder)/\($0)" }
  }

  @Test(arguments: [ELFMachine.x86_64, .aarch64])
  func areAssembled(_ machine: ELFMachine) throws {
    let clang = try #require(clang)
    let reference = ReferenceAssembler.findGNU(machine == .x86_64 ? .x86_64 : .aarch64)
    for path in Self.sources(machine) {
      let preprocessed = try runTool(
        clang,
        [
          "--target=\(machine)-unknown-linux-gnu", "-E", "-I\(Self.runtime)/include",
          "-I\(Self.runtime)/src", "-I\(Self.runtime)/arch/\(machine)", path,
        ])
      let ours = try assembleSections(preprocessed, machine: machine)
      guard let reference else {
        print("not compared for want of GNU as: \(path)")
        continue
      }
      let theirs = try reference.assemble(Array(preprocessed.utf8))
      #expect(theirs.keys.contains(".debug_frame"))
      for (name, section) in theirs.sorted(by: { $0.key < $1.key }) where !section.bytes.isEmpty {
        #expect(ours[name]?.bytes == section.bytes, "\(path) \(name)")
        #expect(ours[name]?.relocations == section.relocations, "\(path) \(name)")
      }
    }
    if machine == .x86_64 { #expect(Self.sources(machine).count >= 2) }
  }
}

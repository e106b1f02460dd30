import ELF
import Foundation
import TestSupport
import Testing

@Suite("archives") struct ArchiveTests {
  /// A member header with `name` and `size` in their fields.
  private func header(_ name: String, _ size: Int) -> [UInt8] {
    let fields = [(name, 16), ("0", 12), ("0", 6), ("0", 6), ("644", 8), ("\(size)", 10)]
    return fields.flatMap { text, width in
      Array(text.utf8) + Array(repeating: 0x20, count: width - text.utf8.count)
    } + [0x60, 0x0a]
  }

  private func archive(_ members: [(String, String)]) -> [UInt8] {
    members.reduce(into: Array("!<arch>\n".utf8)) { bytes, member in
      let contents = Array(member.1.utf8)
      bytes += header(member.0, contents.count) + contents
      if contents.count % 2 == 1 { bytes.append(0x0a) }
    }
  }

  @Test func membersAreFoundByShortAndLongNames() throws {
    let bytes = archive([
      ("/", "index"), ("//", "a_name_of_more_than_sixteen_bytes.o/\nsecond_long_name.o/\n"),
      ("short.o/", "one"), ("/0", "two"), ("/37", "four"), ("plain", ""),
    ])
    let read = try Archive(bytes, name: "lib.a")
    #expect(
      read.members.map(\.name) == [
        "short.o", "a_name_of_more_than_sixteen_bytes.o", "second_long_name.o", "plain",
      ])
    #expect(
      read.members.map { String(decoding: bytes[$0.contents], as: UTF8.self) }
        == ["one", "two", "four", ""])
  }

  @Test(.enabled(if: findTool("ar") != nil, "ar is not installed"))
  func archivesOfGNUArAreRead() throws {
    let ar = try #require(findTool("ar"))
    let directory = try TemporaryDirectory()
    let names = ["first.o", "a_member_with_a_long_name.o", "third.o"]
    let object = writeObject(madeObject())
    let paths = try names.map { try directory.write(object, to: $0) }
    try runTool(ar, ["rcs", directory.path("lib.a")] + paths)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory.path("lib.a"))))
    let members = try Archive(bytes, name: "lib.a").members
    #expect(members.map(\.name) == names)
    for member in members { #expect(Array(bytes[member.contents]) == object) }
  }

  @Test(arguments: [
    ("", ObjectError.Kind.unrecognized), ("!<thin>\n", .unrecognized),
    ("!<arch>\nshort", .truncated),
  ])
  func damagedArchivesAreRefused(_ text: String, _ kind: ObjectError.Kind) throws {
    let error = #expect(throws: ObjectError.self) { try Archive(Array(text.utf8), name: "a") }
    #expect(error?.kind == kind)
  }

  @Test func mutatedArchivesAreReadOrRefused() throws {
    let bytes = archive([
      ("//", "a_name_of_more_than_sixteen_bytes.o/\n"), ("short.o/", "one"), ("/0", "two"),
    ])
    var random = RandomNumbers(seed: 7)
    for _ in 0..<2000 {
      let damaged = mutated(bytes, by: &random)
      guard let archive = try? Archive(damaged, name: "damaged") else { continue }
      for member in archive.members { #expect(member.contents.upperBound <= damaged.count) }
    }
  }
}

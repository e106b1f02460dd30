import Foundation
import RuntimeImage
import TestSupport
import Testing

@Suite struct RuntimeImageTests {
  @Test(arguments: RuntimeMachine.allCases)
  func objectsAreRelocatableELF(_ machine: RuntimeMachine) throws {
    let objects = runtimeObjects(machine)
    #expect(objects.contains { $0.name == "collect" })
    #expect(Set(objects.map(\.name)).count == objects.count)
    for object in objects {
      // e_ident of a 64-bit little-endian object, then e_type ET_REL (System V gABI, chapter 4).
      #expect(object.bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1]), "\(object.name)")
      #expect(object.bytes.dropFirst(16).first == 1, "\(object.name)")
    }
  }

  @Test func libraryIsTheFolderOfTheStandardLibrary() throws {
    let library = embeddedLibrary()
    #expect(library.map(\.path) == library.map(\.path).sorted())
    let prelude = try #require(library.first { $0.path == "prelude.rail" })
    let file = try Data(contentsOf: repository.appendingPathComponent("stdlib/prelude.rail"))
    #expect(Array(prelude.bytes) == Array(file))
  }
}

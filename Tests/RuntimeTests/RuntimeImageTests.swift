import RuntimeImage
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

  @Test func objectsKeepBytesWithHighBits() throws {
    // Every object has the machine code of a call: e8, a relocation, which is only there when
    // the embedding keeps all eight bits.
    let collector = try #require(runtimeObjects(.x86_64).first { $0.name == "collect" })
    #expect(collector.bytes.contains(0xE8))
  }
}

import ELF
import TestSupport
import Testing

/// How many damaged objects are tried in all.
private let inputCount = fuzzCount(usually: 4000)

@Suite("hostile input") struct HostileInputTests {
  @Test func everyTruncationIsAnError() throws {
    let bytes = writeObject(madeObject())
    for count in 0..<bytes.count {
      #expect(throws: ObjectError.self) {
        try readObject(Array(bytes[..<count]), name: "truncated")
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4])
  func mutatedObjectsAreReadOrRefused(_ seed: UInt64) throws {
    var originals = [writeObject(madeObject())]
    if clang != nil {
      originals.append(try sampleObject("x86_64", flags: ["-g"]))
      originals.append(try sampleObject("aarch64"))
    }
    var random = RandomNumbers(seed: seed)
    var refused = 0
    for round in 0..<inputCount / 4 {
      let bytes = mutated(originals[round % originals.count], by: &random)
      do {
        let object = try readObject(bytes, name: "mutated")
        // What was accepted is consistent: it can be written and read again.
        let again = try readObject(writeObject(object), name: "mutated")
        #expect(again.sections.count >= object.sections.count)
      } catch {
        refused += 1
        #expect(!error.detail.isEmpty)
      }
    }
    #expect(refused > inputCount / 40)
  }

  /// A change to an object, and the error that it must lead to.
  struct Damage: Sendable, CustomStringConvertible {
    let description: String
    let kind: ObjectError.Kind
    /// Byte offset and the 64-bit little-endian value that goes there, shortened to `width` bytes.
    let offset: Int
    let width: Int
    let value: UInt64
  }

  @Test(arguments: [
    Damage(description: "magic number", kind: .unrecognized, offset: 0, width: 1, value: 0),
    Damage(description: "32-bit class", kind: .unsupported, offset: 4, width: 1, value: 1),
    Damage(description: "big-endian", kind: .unsupported, offset: 5, width: 1, value: 2),
    Damage(description: "executable", kind: .unsupported, offset: 16, width: 2, value: 2),
    Damage(description: "other machine", kind: .unsupported, offset: 18, width: 2, value: 8),
    Damage(description: "table far away", kind: .truncated, offset: 40, width: 8, value: 1 << 62),
    Damage(description: "table at the end", kind: .truncated, offset: 40, width: 8, value: .max),
    Damage(description: "entry size", kind: .malformed, offset: 58, width: 2, value: 63),
    Damage(description: "too many sections", kind: .truncated, offset: 60, width: 2, value: 60000),
    Damage(description: "no name table", kind: .malformed, offset: 62, width: 2, value: 1),
  ])
  func damagedHeadersAreNamed(_ damage: Damage) throws {
    var bytes = writeObject(madeObject())
    for index in 0..<damage.width {
      bytes[damage.offset + index] = UInt8(truncatingIfNeeded: damage.value >> UInt64(8 * index))
    }
    let error = #expect(throws: ObjectError.self) { try readObject(bytes, name: "damaged") }
    #expect(error?.kind == damage.kind)
    #expect(error?.description.hasPrefix("damaged: ") == true)
  }

  @Test func sharedContentsCannotFillMemory() throws {
    // Ten thousand sections that all claim the same contents, most of the file.
    var object = ObjectFile(name: "bomb")
    for _ in 0..<10_000 {
      object.sections.append(ObjectSection(name: "s", flags: [.allocated], alignment: 1))
    }
    var bytes = writeObject(object)
    let table = bytes.count - 64 * 10_004
    for index in 1...10_000 {
      let at = table + 64 * index
      let size = bytes.count - 1000
      for byte in 0..<8 { bytes[at + 24 + byte] = 0 }
      for byte in 0..<8 { bytes[at + 32 + byte] = UInt8(truncatingIfNeeded: size >> (8 * byte)) }
    }
    let error = #expect(throws: ObjectError.self) { try readObject(bytes, name: "bomb") }
    #expect(error?.detail == "sections overlap")
  }
}

/// A machine that the embedded runtime has been compiled for.
public enum RuntimeMachine: Sendable, CaseIterable {
  case x86_64, aarch64
}

/// Returns the relocatable ELF objects of the runtime, sorted by name.
public func runtimeObjects(
  _ machine: RuntimeMachine
) -> [(name: String, bytes: UnsafeBufferPointer<UInt8>)] {
  switch machine {
  case .x86_64: x86_64Objects.files
  case .aarch64: aarch64Objects.files
  }
}

/// Returns the modules of the standard library, sorted by their path below `stdlib`
/// (`prelude.rail`).
public func embeddedLibrary() -> [(path: String, bytes: UnsafeBufferPointer<UInt8>)] {
  library.files.map { (path: $0.name, bytes: $0.bytes) }
}

/// Decoded at first use and kept as long as the process runs.
private let x86_64Objects = decodeImage(x86_64Image, x86_64Files)
private let aarch64Objects = decodeImage(aarch64Image, aarch64Files)
private let library = decodeImage(libraryImage, libraryFiles)

/// Files in memory that is never freed or changed.
private struct Image: @unchecked Sendable {
  var files: [(name: String, bytes: UnsafeBufferPointer<UInt8>)]
}

/// Undoes what `ImageWriter` of embed-runtime does: eight characters are seven bytes.
private func decodeImage(
  _ literal: StaticString, _ table: [(name: StaticString, size: Int)]
) -> Image {
  let groups = literal.utf8CodeUnitCount / 8
  let source = UnsafeRawPointer(literal.utf8Start)
  // Each group is stored as eight bytes, of which the next group overwrites the last.
  let target = UnsafeMutableRawPointer.allocate(byteCount: 7 * groups + 8, alignment: 8)
  for group in 0..<groups {
    let word = source.loadUnaligned(fromByteOffset: 8 * group, as: UInt64.self)
    let bytes = word & 0x007F_7F7F_7F7F_7F7F | spreadHighBits(word >> 56)
    target.storeBytes(of: bytes.littleEndian, toByteOffset: 7 * group, as: UInt64.self)
  }
  var offset = 0
  let files = table.map { file in
    defer { offset += file.size }
    let start = UnsafePointer((target + offset).assumingMemoryBound(to: UInt8.self))
    return (
      name: String(describing: file.name),
      bytes: UnsafeBufferPointer(start: start, count: file.size)
    )
  }
  return Image(files: files)
}

/// Moves bit i of a 7-bit number to bit 8 * i + 7: the product puts copies of the number 7 bits
/// apart, so that bit i of copy i stands at 8 * i; they do not overlap.
private func spreadHighBits(_ bits: UInt64) -> UInt64 {
  ((bits &* 0x0000_0408_1020_4081) & 0x0001_0101_0101_0101) << 7
}

/// One file of an ``Archive``.
public struct ArchiveMember: Sendable, Hashable {
  public var name: String
  /// Where the contents are in the bytes of the archive.
  public var contents: Range<Int>
}

/// The files in a System V archive (`ar`), with the long names of the GNU variant.
///
/// The symbol index that an archive may begin with is skipped: it repeats what the members say.
public struct Archive: Sendable {
  public let members: [ArchiveMember]

  /// Reads the member headers; `name` stands for the archive in messages.
  public init(_ bytes: [UInt8], name: String) throws(ObjectError) {
    var reader = ArchiveReader(bytes: bytes, name: name)
    members = try reader.readMembers()
  }

  /// What every archive begins with.
  static let magic = Array("!<arch>\n".utf8)
  static let thinMagic = Array("!<thin>\n".utf8)

  /// Whether `bytes` begin like an archive, thin ones included.
  public static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: magic) || bytes.starts(with: thinMagic)
  }
}

/// The state of reading an archive.
private struct ArchiveReader {
  let bytes: [UInt8]
  let name: String
  /// Place of the table of long names, once it was met.
  var longNames = 0..<0
  /// Names are references into one table, so that without a limit they could add up to much more
  /// than the file.
  var nameBudget: Int

  init(bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
    nameBudget = 16 * bytes.count
  }

  func error(_ kind: ObjectError.Kind, _ detail: String) -> ObjectError {
    ObjectError(file: name, kind: kind, detail: detail)
  }

  /// A member header is 60 bytes of text: name (16), date (12), owner (6), group (6), mode (8),
  /// size in decimal (10), and the two bytes "`\n". Members begin at even offsets.
  mutating func readMembers() throws(ObjectError) -> [ArchiveMember] {
    if bytes.starts(with: Archive.thinMagic) {
      throw error(.unrecognized, "a thin archive, which only names its members")
    }
    guard bytes.starts(with: Archive.magic) else {
      throw error(.unrecognized, "not an archive")
    }
    var members: [ArchiveMember] = []
    var offset = Archive.magic.count
    while offset < bytes.count {
      guard bytes.count - offset >= 60 else {
        throw error(.truncated, "a member header extends past the end of the archive")
      }
      guard bytes[offset + 58] == 0x60, bytes[offset + 59] == 0x0a,
        let size = decimal(offset + 48..<offset + 58)
      else {
        throw error(.malformed, "a member header is damaged")
      }
      let start = offset + 60
      guard size <= bytes.count - start else {
        throw error(.truncated, "a member extends past the end of the archive")
      }
      if let name = try memberName(at: offset, contents: start..<start + size) {
        members.append(ArchiveMember(name: name, contents: start..<start + size))
      }
      offset = start + size + size % 2
    }
    return members
  }

  /// The number in a field that is padded with spaces.
  private func decimal(_ field: Range<Int>) -> Int? {
    var value = 0
    var digits = 0
    for index in field where bytes[index] != 0x20 {
      guard bytes[index] >= 0x30, bytes[index] <= 0x39, index == field.lowerBound + digits else {
        return nil
      }
      value = value * 10 + Int(bytes[index] - 0x30)
      digits += 1
    }
    return digits > 0 ? value : nil
  }

  /// The name of the member whose header is at `offset`, or nil if it is a table of the archive.
  private mutating func memberName(
    at offset: Int, contents: Range<Int>
  ) throws(ObjectError) -> String? {
    var field = bytes[offset..<offset + 16]
    while field.last == 0x20 { field.removeLast() }
    guard field.first == 0x2f else {
      if field.last == 0x2f { field.removeLast() }
      return try validated(field)
    }
    // "/" and "/SYM64/" are symbol indices, "//" is the table of long names, "/N" refers to it.
    let rest = field.dropFirst()
    if rest.isEmpty || rest.elementsEqual("SYM64/".utf8) { return nil }
    if rest.elementsEqual("/".utf8) {
      longNames = contents
      return nil
    }
    guard let start = decimal(rest.startIndex..<rest.endIndex), start < longNames.count else {
      throw error(.malformed, "a member refers to an unknown long name")
    }
    let table = bytes[longNames][(longNames.lowerBound + start)...]
    var long = table.prefix { $0 != 0x0a }
    if long.last == 0x2f { long.removeLast() }
    return try validated(long)
  }

  private mutating func validated(_ bytes: ArraySlice<UInt8>) throws(ObjectError) -> String {
    nameBudget -= bytes.count
    guard nameBudget >= 0 else { throw error(.malformed, "names are implausibly long") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error(.unsupported, "a member name is not valid UTF-8")
    }
    return text
  }
}

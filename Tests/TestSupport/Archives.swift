/// An archive as `ar` makes it, without an index of symbols.
public func makeArchive(_ members: [(name: String, contents: [UInt8])]) -> [UInt8] {
  var bytes = Array("!<arch>\n".utf8)
  func append(_ name: String, _ contents: [UInt8]) {
    let fields = [(name, 16), ("0", 12), ("0", 6), ("0", 6), ("644", 8), ("\(contents.count)", 10)]
    for (text, width) in fields {
      bytes += Array(text.utf8) + Array(repeating: 0x20, count: width - text.utf8.count)
    }
    bytes += [0x60, 0x0a] + contents
    if contents.count % 2 == 1 { bytes.append(0x0a) }
  }
  let isLong = members.map { $0.name.utf8.count > 15 }
  var longNames: [UInt8] = []
  var offsets: [Int] = []
  for (member, isLong) in zip(members, isLong) {
    offsets.append(longNames.count)
    if isLong { longNames += Array("\(member.name)/\n".utf8) }
  }
  if !longNames.isEmpty { append("//", longNames) }
  for (index, member) in members.enumerated() {
    append(isLong[index] ? "/\(offsets[index])" : member.name + "/", member.contents)
  }
  return bytes
}

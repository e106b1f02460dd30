import ELF
public import Support

/// What to show of a file.
public struct DumpOptions: Sendable {
  public var showsHeaders: Bool
  public var showsSymbols: Bool
  public var showsRelocations: Bool
  public var showsCode: Bool
  /// Names of sections whose contents to show.
  public var hexSections: [String]

  public init(
    showsHeaders: Bool = false, showsSymbols: Bool = false, showsRelocations: Bool = false,
    showsCode: Bool = false, hexSections: [String] = []
  ) {
    self.showsHeaders = showsHeaders
    self.showsSymbols = showsSymbols
    self.showsRelocations = showsRelocations
    self.showsCode = showsCode
    self.hexSections = hexSections
  }

  /// Whether nothing is to be shown.
  public var isEmpty: Bool {
    !showsHeaders && !showsSymbols && !showsRelocations && !showsCode && hexSections.isEmpty
  }

  public static let everything = DumpOptions(
    showsHeaders: true, showsSymbols: true, showsRelocations: true, showsCode: true)
}

/// A file as text, and what is wrong with it.
public struct DumpResult: Sendable {
  public var text = TextWriter()
  /// Messages of one line each. What could be read is in the text nevertheless.
  public var problems: [String] = []
}

/// Shows an object, an executable, or an archive member by member.
///
/// Time and the size of the text are proportional to the size of the file, whatever is in it.
/// `name` stands for the file in the text.
public func dumpObject(_ bytes: [UInt8], name: String, options: DumpOptions) -> DumpResult {
  var dump = DumpResult()
  var found = Array(repeating: false, count: options.hexSections.count)
  bytes.withUnsafeBytes { memory in
    if Archive.isArchive(bytes) {
      dumpMembers(bytes, memory, name, options, &found, &dump)
    } else {
      dumpOne(memory, name, options, &found, &dump)
    }
  }
  if dump.problems.isEmpty {
    for (index, section) in options.hexSections.enumerated() where !found[index] {
      dump.problems.append("\(printable(name)): there is no section '\(printable(section))'")
    }
  }
  return dump
}

private func dumpMembers(
  _ bytes: [UInt8], _ memory: UnsafeRawBufferPointer, _ name: String, _ options: DumpOptions,
  _ found: inout [Bool], _ dump: inout DumpResult
) {
  do throws(ObjectError) {
    let members = try Archive(bytes, name: name).members
    dump.text.write(
      "\(printable(name)): archive of \(members.count) \(members.count == 1 ? "file" : "files")\n")
    for member in members {
      dump.text.newline()
      dumpOne(
        UnsafeRawBufferPointer(rebasing: memory[member.contents]), "\(name)(\(member.name))",
        options, &found, &dump)
    }
  } catch {
    dump.problems.append(printable(error.description))
  }
}

private func dumpOne(
  _ memory: UnsafeRawBufferPointer, _ name: String, _ options: DumpOptions, _ found: inout [Bool],
  _ dump: inout DumpResult
) {
  do throws(ObjectError) {
    let file = try readELFFile(memory, name: name)
    let tables = FileTables(file: file, size: memory.count)
    tables.writeTitle(&dump.text)
    if options.showsHeaders {
      tables.writeSegments(&dump.text)
      tables.writeSections(&dump.text)
    }
    if options.showsSymbols { tables.writeSymbols(&dump.text) }
    if options.showsRelocations { tables.writeRelocations(&dump.text) }
    for (index, section) in options.hexSections.enumerated() {
      if writeContents(of: section, file, memory, &dump.text) { found[index] = true }
    }
    if options.showsCode { try writeCode(file, memory, &dump.text) }
  } catch {
    dump.problems.append(printable(error.description))
  }
}

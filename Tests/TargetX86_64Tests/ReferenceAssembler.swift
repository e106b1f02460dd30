import Foundation

/// GNU `as` or `llvm-mc`, whichever is installed: what our encoder is compared with.
struct ReferenceAssembler: Sendable {
  let path: String
  let isGNU: Bool

  /// The assembler to compare with, if there is one for x86-64.
  static let found: ReferenceAssembler? = {
    for name in ["as", "x86_64-linux-gnu-as"] {
      if let path = executable(name), let version = try? run(path, ["--version"]),
        version.contains("GNU"), version.contains("x86_64")
      {
        return ReferenceAssembler(path: path, isGNU: true)
      }
    }
    return executable("llvm-mc").map { ReferenceAssembler(path: $0, isGNU: false) }
  }()

  /// What a relocatable object says of a section.
  struct Section {
    var bytes: [UInt8]
    /// By offset.
    var relocations: [Relocation]
  }

  struct Relocation: Equatable {
    var offset: Int
    var kind: UInt32
    /// For the symbol of a section, the section's name.
    var symbol: String
    var addend: Int
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// The text section of an assembled source.
  func assembleText(_ source: [UInt8]) throws -> Section {
    guard let text = try assemble(source)[".text"] else {
      throw Failure(description: "no text section")
    }
    return text
  }

  /// The sections with contents of an assembled source, by name.
  func assemble(_ source: [UInt8]) throws -> [String: Section] {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "rail-encoder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appending(path: "input.s").path
    let output = folder.appending(path: "output.o").path
    try Data(source).write(to: URL(filePath: input))
    let options = isGNU ? ["--64"] : ["-filetype=obj", "-triple=x86_64-linux-gnu"]
    _ = try ReferenceAssembler.run(path, options + [input, "-o", output])
    return try ReferenceAssembler.read([UInt8](Data(contentsOf: URL(filePath: output))))
  }

  // MARK: Processes

  private static func executable(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Standard output of a program that ends well.
  private static func run(_ path: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failure(description: String(text.prefix(2000))) }
    return text
  }

  // MARK: ELF (gABI, chapter 4): just as much as is needed here, independent of our own reader

  private static func read(_ file: [UInt8]) throws -> [String: Section] {
    func number(_ offset: Int, _ size: Int) -> Int {
      (0..<size).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) }
    }
    func string(_ offset: Int) -> String {
      String(decoding: file[offset...].prefix { $0 != 0 }, as: UTF8.self)
    }
    struct Header {
      var name: String
      var type: Int
      var offset: Int
      var size: Int
      var link: Int
      var info: Int
    }
    let table = number(0x28, 8)
    let names = number(table + 64 * number(0x3E, 2) + 24, 8)
    let headers = (0..<number(0x3C, 2)).map { index -> Header in
      let at = table + 64 * index
      return Header(
        name: string(names + number(at, 4)), type: number(at + 4, 4), offset: number(at + 24, 8),
        size: number(at + 32, 8), link: number(at + 40, 4), info: number(at + 44, 4))
    }
    var result: [String: Section] = [:]
    for header in headers where header.type == 1 {
      let bytes = file[header.offset..<header.offset + header.size]
      result[header.name] = Section(bytes: Array(bytes), relocations: [])
    }
    for header in headers where header.type == 4 {
      let symbols = headers[header.link]
      let strings = headers[symbols.link].offset
      var relocations: [Relocation] = []
      for at in stride(from: header.offset, to: header.offset + header.size, by: 24) {
        let symbol = symbols.offset + 24 * number(at + 12, 4)
        let isSection = file[symbol + 4] & 15 == 3
        relocations.append(
          Relocation(
            offset: number(at, 8), kind: UInt32(number(at + 8, 4)),
            symbol: isSection
              ? headers[number(symbol + 6, 2)].name : string(strings + number(symbol, 4)),
            addend: number(at + 16, 8)))
      }
      result[headers[header.info].name]?.relocations = relocations.sorted { $0.offset < $1.offset }
    }
    return result
  }
}

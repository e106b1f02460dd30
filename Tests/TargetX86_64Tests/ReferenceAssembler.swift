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

  /// What a relocatable object says of its text section.
  struct Output {
    var text: [UInt8]
    /// By offset.
    var relocations: [Relocation]
  }

  struct Relocation: Equatable {
    var offset: Int
    var kind: UInt32
    var symbol: String
    var addend: Int
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  func assemble(_ source: [UInt8]) throws -> Output {
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

  private static func read(_ file: [UInt8]) throws -> Output {
    func number(_ offset: Int, _ size: Int) -> Int {
      (0..<size).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) }
    }
    struct Section {
      var name: Int, type: Int, offset: Int, size: Int, link: Int, info: Int
    }
    let table = number(0x28, 8)
    let sections = (0..<number(0x3C, 2)).map { index -> Section in
      let at = table + 64 * index
      return Section(
        name: number(at, 4), type: number(at + 4, 4), offset: number(at + 24, 8),
        size: number(at + 32, 8), link: number(at + 40, 4), info: number(at + 44, 4))
    }
    let names = sections[number(0x3E, 2)].offset
    func string(_ offset: Int) -> String {
      String(decoding: file[offset...].prefix { $0 != 0 }, as: UTF8.self)
    }
    guard let text = sections.firstIndex(where: { string(names + $0.name) == ".text" }) else {
      throw Failure(description: "no text section")
    }
    var result = Output(
      text: Array(file[sections[text].offset..<sections[text].offset + sections[text].size]),
      relocations: [])
    for section in sections where section.type == 4 && section.info == text {
      let symbols = sections[section.link]
      let strings = sections[symbols.link].offset
      for at in stride(from: section.offset, to: section.offset + section.size, by: 24) {
        let symbol = symbols.offset + 24 * number(at + 12, 4)
        result.relocations.append(
          Relocation(
            offset: number(at, 8), kind: UInt32(number(at + 8, 4)),
            symbol: string(strings + number(symbol, 4)), addend: number(at + 16, 8)))
      }
    }
    result.relocations.sort { $0.offset < $1.offset }
    return result
  }
}

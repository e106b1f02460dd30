import Foundation

/// GNU `as` or `llvm-mc`, whichever is installed: what our encoders are compared with.
public struct ReferenceAssembler: Sendable {
  /// For which machine it assembles.
  public enum Machine: String, Sendable {
    case x86_64, aarch64
  }

  public let machine: Machine
  public let path: String
  public let isGNU: Bool

  /// The assembler to compare with, if there is one for the machine. For AArch64 that of LLVM is
  /// preferred: GNU's knows no `adrp` with a distance.
  public static func find(for machine: Machine) -> ReferenceAssembler? {
    machine == .x86_64
      ? findGNU(machine) ?? findLLVM(machine) : findLLVM(machine) ?? findGNU(machine)
  }

  private static func findLLVM(_ machine: Machine) -> ReferenceAssembler? {
    findTool("llvm-mc").map { ReferenceAssembler(machine: machine, path: $0, isGNU: false) }
  }

  /// GNU `as`, if it is for the machine.
  public static func findGNU(_ machine: Machine) -> ReferenceAssembler? {
    for name in ["as", "\(machine)-linux-gnu-as"] {
      if let path = findTool(name), let version = try? runTool(path, ["--version"]),
        version.contains("GNU"), version.contains("\(machine)")
      {
        return ReferenceAssembler(machine: machine, path: path, isGNU: true)
      }
    }
    return nil
  }

  /// What a relocatable object says of a section.
  public struct Section {
    public var bytes: [UInt8]
    /// By offset.
    public var relocations: [Relocation]

    public init(bytes: [UInt8], relocations: [Relocation]) {
      self.bytes = bytes
      self.relocations = relocations
    }
  }

  public struct Relocation: Equatable, Sendable {
    public var offset: Int
    public var kind: UInt32
    /// For a local symbol, the name of its section.
    public var symbol: String
    /// For a local symbol, from the beginning of its section.
    public var addend: Int

    public init(offset: Int, kind: UInt32, symbol: String, addend: Int) {
      self.offset = offset
      self.kind = kind
      self.symbol = symbol
      self.addend = addend
    }
  }

  /// The text section of an assembled source.
  public func assembleText(_ source: [UInt8]) throws -> Section {
    guard let text = try assemble(source)[".text"] else {
      throw ToolFailure(description: "no text section")
    }
    return text
  }

  /// The sections with contents of an assembled source, by name.
  public func assemble(_ source: [UInt8]) throws -> [String: Section] {
    try ReferenceAssembler.read(object(source))
  }

  /// The object file of a source.
  public func object(_ source: [UInt8]) throws -> [UInt8] {
    let directory = try TemporaryDirectory()
    let input = try directory.write(source, to: "input.s")
    let output = directory.path("output.o")
    let options =
      isGNU
      ? machine == .x86_64 ? ["--64"] : []
      : ["-filetype=obj", "-triple=\(machine)-linux-gnu"]
    let result = try runProgram(path, options + [input, "-o", output])
    if result.status != 0 {
      throw ToolFailure(description: String(result.errorText.prefix(2000)))
    }
    return [UInt8](try Data(contentsOf: URL(filePath: output)))
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
    // Bits of a program, pointers to constructors, unwind tables of x86-64.
    for header in headers where [1, 14, 0x7000_0001].contains(header.type) {
      let bytes = file[header.offset..<header.offset + header.size]
      result[header.name] = Section(bytes: Array(bytes), relocations: [])
    }
    for header in headers where header.type == 4 {
      let symbols = headers[header.link]
      let strings = headers[symbols.link].offset
      var relocations: [Relocation] = []
      for at in stride(from: header.offset, to: header.offset + header.size, by: 24) {
        let symbol = symbols.offset + 24 * number(at + 12, 4)
        let place = number(symbol + 6, 2)
        let isLocal = file[symbol + 4] >> 4 == 0 && place > 0 && place < headers.count
        relocations.append(
          Relocation(
            offset: number(at, 8), kind: UInt32(number(at + 8, 4)),
            symbol: isLocal ? headers[place].name : string(strings + number(symbol, 4)),
            addend: number(at + 16, 8) + (isLocal ? number(symbol + 8, 8) : 0)))
      }
      result[headers[header.info].name]?.relocations = relocations.sorted { $0.offset < $1.offset }
    }
    return result
  }
}

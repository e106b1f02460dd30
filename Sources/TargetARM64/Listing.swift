public import Codegen
public import ELF

/// An object as text for GNU `as`, which turns it into the same sections; see ``Listing``.
///
/// Symbols are written as they are called. The assembler has no way to refer to one that has
/// exactly the name of a register (`x0`); the compiler's own symbols never do.
public enum ARM64Listing {
  public static func text(of object: ObjectFile) -> String {
    Listing<ARM64Syntax>.text(of: object)
  }
}

extension ARM64Printer: InstructionPrinter {
  public init(symbols: [String]) { self.init(symbols: symbols, labelPrefix: ".L") }
}

enum ARM64Syntax: AssemblySyntax {
  typealias Printer = ARM64Printer

  static let instructionAlignment = 4

  static func content(
    of section: ObjectSection, at offset: Int
  ) -> (Disassembly.Content, length: Int) {
    let decoder = ARM64Decoder(section.bytes, relocations: section.relocations)
    let relocation = decoder.relocation(at: offset)
    // What has a relocation is written with its symbol, or not as an instruction.
    if let instruction = try? decoder.instruction(at: offset),
      relocation == nil || instruction.target >= 0
    {
      return (.instruction(instruction, prefix: ""), 4)
    }
    if let relocation, directive(relocation.kind, "", "") != nil {
      return (.address(relocation), relocationSize(relocation.kind))
    }
    return (.bytes, 4)
  }

  static func relocationSize(_ kind: UInt32) -> Int {
    switch AArch64Relocation(rawValue: kind) {
    case .absolute64, .prel64: 8
    case .absolute16, .prel16: 2
    default: 4
    }
  }

  static func directive(_ kind: UInt32, _ symbol: String, _ addend: String) -> String? {
    switch AArch64Relocation(rawValue: kind) {
    case .absolute64: ".quad \(symbol)\(addend)"
    case .absolute32: ".long \(symbol)\(addend)"
    case .absolute16: ".short \(symbol)\(addend)"
    case .prel64: ".quad \(symbol)\(addend) - ."
    case .prel32: ".long \(symbol)\(addend) - ."
    default: nil
    }
  }
}

public import Codegen
public import ELF

/// An object as text for GNU `as`, which turns it into the same sections; see ``Listing``.
///
/// Symbols are written as they are called. The assembler has no way to refer to one that has
/// exactly the name of a register or of an operator (`rax`, `and`); the compiler's own symbols
/// never do.
public enum X86Listing {
  public static func text(of object: ObjectFile) -> String { Listing<X86Syntax>.text(of: object) }
}

extension X86Printer: InstructionPrinter {
  public init(symbols: [String]) { self.init(symbols: symbols, labelPrefix: ".L") }
}

enum X86Syntax: AssemblySyntax {
  typealias Printer = X86Printer

  static let instructionAlignment = 1

  static func content(
    of section: ObjectSection, at offset: Int
  ) -> (Disassembly.Content, length: Int) {
    let decoder = X86Decoder(section.bytes, relocations: section.relocations)
    let relocations = decoder.relocations
    let first = decoder.firstRelocation(from: offset)
    if first < relocations.count && relocations[first].offset == offset {
      let size = X86Relocation.size(relocations[first].kind)
      if offset + size <= decoder.code.count { return (.address(relocations[first]), size) }
    }
    guard let decoded = try? decoder.instruction(at: offset) else { return (.bytes, 1) }
    let instruction = decoded.instruction
    let end = offset + decoded.length
    let bytes = decoder.code[offset..<end]
    var buffer = CodeBuffer()
    X86Encoder.encode(instruction, into: &buffer)
    let expected = relocations[first..<decoder.firstRelocation(from: end)]
    if !haveSameRelocations(expected, at: offset, buffer) { return (.bytes, 1) }
    guard instruction.form == .label || instruction.form == .rLabel else {
      if !buffer.bytes.elementsEqual(bytes) { return (.bytes, 1) }
      return (.instruction(instruction, prefix: ""), decoded.length)
    }
    // The encoder leaves the field of a label to be filled in, and makes a branch long at first.
    let isCall = instruction.opcode == X86Opcode.call.rawValue
    let isBranch = instruction.form == .label && !isCall
    if isBranch && decoded.length == 2 { return (.instruction(instruction, prefix: ""), 2) }
    guard buffer.bytes.dropLast(4).elementsEqual(bytes.dropLast(4)) else { return (.bytes, 1) }
    // A long branch might be taken for a short one, if it is not said.
    let distance = Int(instruction.target) - end
    let isNear = abs(distance) <= BranchRelaxation.farthest
    return (
      .instruction(instruction, prefix: isBranch && isNear ? "{disp32} " : ""), decoded.length
    )
  }

  static func relocationSize(_ kind: UInt32) -> Int { X86Relocation.size(kind) }

  static func directive(_ kind: UInt32, _ symbol: String, _ addend: String) -> String? {
    switch kind {
    case X86Relocation.absolute64: ".quad \(symbol)\(addend)"
    case X86Relocation.absolute32: ".long \(symbol)\(addend)"
    case X86Relocation.pc32: ".long \(symbol)\(addend) - ."
    case X86Relocation.plt32: ".long \(symbol)@PLT\(addend)"
    default: nil
    }
  }
}

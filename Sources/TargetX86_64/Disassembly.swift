import Codegen
import ELF

/// A section of code, taken apart into what an assembler needs to read to make the very same bytes.
struct Disassembly {
  struct Piece {
    var offset: Int
    var content: Content
  }

  enum Content {
    /// A long branch might be taken for a short one, if it is not said.
    case instruction(MachineInstruction, isLongBranch: Bool)
    /// A byte that is no instruction, or the first of one that the encoder would encode otherwise.
    case byte
    /// A field with a relocation that belongs to no instruction.
    case address(Relocation)
  }

  private(set) var pieces: [Piece] = []
  /// Whether a branch refers to an offset; one more than there are bytes.
  private(set) var isTarget: [Bool]

  /// `symbols`: the offsets of symbols, which never stand inside an instruction.
  init(_ section: ObjectSection, symbols: [Int]) {
    let decoder = X86Decoder(section.bytes, relocations: section.relocations)
    let count = section.bytes.count
    isTarget = Array(repeating: false, count: count + 1)
    var isSymbol = isTarget
    for offset in symbols where isSymbol.indices.contains(offset) { isSymbol[offset] = true }
    var found: [Piece] = []
    var isBoundary = isTarget
    isBoundary[count] = true
    var offset = 0
    while offset < count {
      isBoundary[offset] = true
      var (content, length) = Disassembly.content(decoder, at: offset)
      if case .instruction = content, isSymbol[offset + 1..<offset + length].contains(true) {
        (content, length) = (.byte, 1)
      }
      found.append(Piece(offset: offset, content: content))
      offset += length
    }
    for (index, piece) in found.enumerated() {
      let end = index + 1 < found.count ? found[index + 1].offset : count
      addPiece(piece, end: end, isBoundary)
    }
  }

  /// A branch to a place between instructions has a label; one into the middle of an instruction
  /// cannot be written.
  private mutating func addPiece(_ piece: Piece, end: Int, _ isBoundary: [Bool]) {
    guard case .instruction(let instruction, _) = piece.content,
      instruction.form == .label || instruction.form == .rLabel
    else {
      pieces.append(piece)
      return
    }
    if isBoundary[Int(instruction.target)] {
      isTarget[Int(instruction.target)] = true
      pieces.append(piece)
    } else {
      pieces += (piece.offset..<end).map { Piece(offset: $0, content: .byte) }
    }
  }

  /// What stands at `offset`, and its length.
  private static func content(_ decoder: X86Decoder, at offset: Int) -> (Content, length: Int) {
    let relocations = decoder.relocations
    let first = decoder.firstRelocation(from: offset)
    if first < relocations.count && relocations[first].offset == offset {
      let size = X86Relocation.size(relocations[first].kind)
      if offset + size <= decoder.code.count { return (.address(relocations[first]), size) }
    }
    guard let decoded = try? decoder.instruction(at: offset) else { return (.byte, 1) }
    let instruction = decoded.instruction
    let end = offset + decoded.length
    let bytes = decoder.code[offset..<end]
    var buffer = CodeBuffer()
    X86Encoder.encode(instruction, into: &buffer)
    let expected = relocations[first..<decoder.firstRelocation(from: end)]
    let hasSameRelocations =
      expected.count == buffer.relocations.count
      && zip(expected, buffer.relocations).allSatisfy {
        $0.offset == $1.offset + offset && $0.kind == $1.kind && $0.symbol == $1.symbol
          && $0.addend == $1.addend
      }
    if !hasSameRelocations { return (.byte, 1) }
    guard instruction.form == .label || instruction.form == .rLabel else {
      if !buffer.bytes.elementsEqual(bytes) { return (.byte, 1) }
      return (.instruction(instruction, isLongBranch: false), decoded.length)
    }
    // The encoder leaves the field of a label to be filled in, and makes a branch long at first.
    let isCall = instruction.opcode == X86Opcode.call.rawValue
    let isBranch = instruction.form == .label && !isCall
    if isBranch && decoded.length == 2 {
      return (.instruction(instruction, isLongBranch: false), 2)
    }
    guard buffer.bytes.dropLast(4).elementsEqual(bytes.dropLast(4)) else { return (.byte, 1) }
    let distance = Int(instruction.target) - end
    let isNear = abs(distance) <= BranchRelaxation.farthest
    return (.instruction(instruction, isLongBranch: isBranch && isNear), decoded.length)
  }
}

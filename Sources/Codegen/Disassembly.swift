public import ELF

/// A section of code, taken apart into what an assembler needs to read to make the very same bytes.
public struct Disassembly {
  struct Piece {
    var offset: Int
    var content: Content
  }

  /// What stands at a place of the code.
  public enum Content {
    /// An instruction, with what the assembler must be told before it to choose the same encoding.
    case instruction(MachineInstruction, prefix: String)
    /// Bytes that are no instruction, or of one that the encoder would encode otherwise.
    case bytes
    /// A field with a relocation that belongs to no instruction.
    case address(Relocation)
  }

  private(set) var pieces: [Piece] = []
  /// Whether a branch refers to an offset; one more than there are bytes.
  private(set) var isTarget: [Bool]

  /// `symbols`: the offsets of symbols, which never stand inside an instruction. `content` tells
  /// what stands at an offset, and its length. Without an instruction the section goes on `step`
  /// bytes further.
  init(
    count: Int, symbols: [Int], step: Int, content: (Int) -> (Content, length: Int)
  ) {
    isTarget = Array(repeating: false, count: count + 1)
    var isSymbol = isTarget
    for offset in symbols where isSymbol.indices.contains(offset) { isSymbol[offset] = true }
    var found: [Piece] = []
    var isBoundary = isTarget
    isBoundary[count] = true
    var offset = 0
    while offset < count {
      isBoundary[offset] = true
      var (piece, length) = content(offset)
      if case .instruction = piece, isSymbol[offset + 1..<offset + length].contains(true) {
        piece = .bytes
      }
      if case .bytes = piece { length = min(step, count - offset) }
      found.append(Piece(offset: offset, content: piece))
      offset += length
    }
    for piece in found { addPiece(piece, isBoundary) }
  }

  /// A branch to a place between instructions has a label; one into the middle of an instruction
  /// cannot be written.
  private mutating func addPiece(_ piece: Piece, _ isBoundary: [Bool]) {
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
      pieces.append(Piece(offset: piece.offset, content: .bytes))
    }
  }
}

/// Whether `relocations`, from `offset` on, are those that the encoder has noted in `buffer`.
public func haveSameRelocations(
  _ relocations: ArraySlice<Relocation>, at offset: Int, _ buffer: borrowing CodeBuffer
) -> Bool {
  if relocations.count != buffer.relocations.count { return false }
  for (given, made) in zip(relocations, buffer.relocations) {
    if given.offset != made.offset + offset || given.kind != made.kind
      || given.symbol != made.symbol || given.addend != made.addend
    {
      return false
    }
  }
  return true
}

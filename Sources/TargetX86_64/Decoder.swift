public import Codegen
public import ELF

/// The disassembler for what the encoder emits.
///
/// It is not a disassembler for all of x86-64: other instructions are errors. What it returns can
/// be encoded again; that gives the same bytes if they came from our encoder, and possibly shorter
/// ones with the same meaning if not.
public struct X86Decoder: Sendable {
  let code: [UInt8]
  /// Those of `code`, by offset.
  let relocations: [Relocation]

  /// `relocations` are those of the section, in increasing order of offset.
  public init(_ code: [UInt8], relocations: [Relocation] = []) {
    self.code = code
    self.relocations = relocations
  }

  /// Decodes the instruction at `offset`.
  ///
  /// A field with a relocation becomes a reference to its symbol. Without one, the target of a
  /// branch or of a relative `lea` is a label whose number is the offset in `code`, and other
  /// relative operands have the base ``Codegen/Register/rip``.
  public func instruction(at offset: Int) throws(X86DecodingError) -> X86DecodedInstruction {
    var decoding = InstructionDecoding(decoder: self, start: offset)
    let instruction = try decoding.decode()
    return X86DecodedInstruction(
      instruction: instruction, offset: offset, length: decoding.position - offset)
  }

  /// The relocation of the field at `offset`, if there is one.
  func relocation(at offset: Int) -> Relocation? {
    let index = firstRelocation(from: offset)
    return index < relocations.count && relocations[index].offset == offset
      ? relocations[index] : nil
  }

  /// Index of the first relocation at `offset` or behind it.
  func firstRelocation(from offset: Int) -> Int {
    var low = 0
    var high = relocations.count
    while low < high {
      let middle = (low + high) / 2
      if relocations[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// An instruction and where it stood.
public struct X86DecodedInstruction: Sendable {
  public var instruction: MachineInstruction
  public var offset: Int
  /// In bytes.
  public var length: Int
}

/// Why there is no instruction at an offset.
public enum X86DecodingError: Error, Sendable, Hashable {
  /// The code ends within the instruction.
  case truncated
  /// The encoder emits nothing that begins like this.
  case unknownInstruction
}

/// One instruction while it is being decoded: the prefixes and what has been read behind them.
struct InstructionDecoding {
  private let decoder: X86Decoder
  private let start: Int
  private(set) var position: Int

  /// Operand-size prefix, which also selects among SSE instructions.
  private(set) var has66 = false
  /// F2, F3 or 0.
  private(set) var repeatPrefix: UInt8 = 0
  private(set) var rex: UInt8 = 0
  private var hasREX = false
  /// Number of operand-size prefixes: padding has several.
  private(set) var operandSizePrefixes = 0

  /// Where the displacement of an operand relative to the program counter stands; -1 if there is
  /// none.
  private var relativeField = -1

  init(decoder: X86Decoder, start: Int) {
    self.decoder = decoder
    self.start = start
    position = start
  }

  mutating func decode() throws(X86DecodingError) -> MachineInstruction {
    try readPrefixes()
    let first = try byte()
    var instruction = first == 0x0F ? try decodeEscaped(try byte()) : try decodePlain(first)
    if relativeField >= 0 { resolveMemory(&instruction) }
    guard let opcode = X86Opcode(rawValue: instruction.opcode),
      opcode.accepts(instruction.form, width: instruction.width)
    else { throw .unknownInstruction }
    if !hasREX && hasHighByte(opcode, instruction) { throw .unknownInstruction }
    return instruction
  }

  /// Whether a byte operand is number 4 to 7: without a REX prefix these are ah, ch, dh and bh,
  /// which we do not have.
  private func hasHighByte(_ opcode: X86Opcode, _ instruction: MachineInstruction) -> Bool {
    let extendsByte = opcode == .movzx8 || opcode == .movsx8
    return instruction.width == 1 && 4..<8 ~= instruction.d.index
      || (instruction.width == 1 || extendsByte) && 4..<8 ~= instruction.s.index
  }

  private mutating func readPrefixes() throws(X86DecodingError) {
    while try peek() == 0x66 && operandSizePrefixes < X86Encoder.maximumLength {
      position += 1
      operandSizePrefixes += 1
    }
    has66 = operandSizePrefixes > 0
    let prefix = try peek()
    if prefix == 0xF2 || prefix == 0xF3 { repeatPrefix = try byte() }
    if try peek() & 0xF0 == 0x40 {
      rex = try byte()
      hasREX = true
    }
  }

  // MARK: Reading

  private func peek() throws(X86DecodingError) -> UInt8 {
    guard decoder.code.indices.contains(position) else { throw .truncated }
    return decoder.code[position]
  }

  mutating func byte() throws(X86DecodingError) -> UInt8 {
    let value = try peek()
    position += 1
    return value
  }

  /// A little-endian number of `size` bytes with sign.
  mutating func number(_ size: UInt8) throws(X86DecodingError) -> Int64 {
    var value: UInt64 = 0
    for index in 0..<UInt64(size) { value |= UInt64(try byte()) << (8 * index) }
    let unused = 64 - 8 * Int64(size)
    return (Int64(bitPattern: value) << unused) >> unused
  }

  /// An immediate operand of an instruction of `width`: 64-bit instructions have 32 bits of it.
  mutating func immediate(width: UInt8) throws(X86DecodingError) -> Int64 {
    try number(min(width, 4))
  }

  // MARK: Operands

  /// The operand width that the prefixes select.
  var width: UInt8 { rex & 8 != 0 ? 8 : has66 ? 2 : 4 }
  /// The same for opcodes whose lowest bit selects bytes.
  func width(_ opcode: UInt8) -> UInt8 { opcode & 1 == 0 ? 1 : width }

  /// A register number in the low bits of an opcode.
  func registerInOpcode(_ opcode: UInt8) -> Register {
    Register(Int32(opcode & 7 | (rex & 1) << 3))
  }

  /// Reads ModRM with what belongs to it: a register number or opcode extension, and a register or
  /// memory operand, which comes back in `base` or in the fields of a memory operand.
  mutating func operands() throws(X86DecodingError) -> Operands {
    let modRM = try byte()
    let field = (modRM >> 3) & 7
    var operands = Operands(
      digit: field, reg: field | (rex & 4) << 1, rm: modRM & 7 | (rex & 1) << 3,
      isMemory: modRM >> 6 != 3)
    if operands.isMemory { try readMemory(modRM, &operands) }
    return operands
  }

  struct Operands {
    /// The reg field without the prefix's bit: an opcode extension.
    var digit: UInt8
    var reg: UInt8
    var rm: UInt8
    var isMemory: Bool
    var base = Register.none
    var index = Register.none
    var scale: UInt8 = 1
    var displacement: Int32 = 0
  }

  private mutating func readMemory(
    _ modRM: UInt8, _ operands: inout Operands
  ) throws(X86DecodingError) {
    var base = operands.rm
    var hasBase = true
    let mode = modRM >> 6
    if modRM & 7 == 4 {
      let sib = try byte()
      let index = (sib >> 3) & 7 | (rex & 2) << 2
      if index != 4 {
        operands.index = Register(Int32(index))
        operands.scale = 1 << (sib >> 6)
      }
      base = sib & 7 | (rex & 1) << 3
      hasBase = sib & 7 != 5 || mode != 0
    } else if modRM & 7 == 5 && mode == 0 {
      relativeField = position
      hasBase = false
    }
    if hasBase { operands.base = Register(Int32(base)) }
    if mode == 1 {
      operands.displacement = Int32(truncatingIfNeeded: try number(1))
    } else if mode == 2 || !hasBase {
      operands.displacement = Int32(truncatingIfNeeded: try number(4))
    }
  }

  /// Gives a memory operand without base its symbol, or else the program counter as its base. The
  /// whole instruction has been read: addends count from its end.
  private func resolveMemory(_ instruction: inout MachineInstruction) {
    let opcode = X86Opcode(rawValue: instruction.opcode)
    if let relocation = decoder.relocation(at: relativeField) {
      instruction.target = Int32(truncatingIfNeeded: relocation.symbol)
      instruction.displacement = Int32(
        truncatingIfNeeded: relocation.addend &+ (position - relativeField))
      if opcode == .lea { instruction.form = .rSymbol }
    } else if opcode == .lea
      && decoder.code.indices.contains(position + Int(instruction.displacement))
    {
      instruction.form = .rLabel
      instruction.target = Int32(truncatingIfNeeded: position + Int(instruction.displacement))
      instruction.displacement = 0
    } else {
      instruction.base = .rip
    }
  }

  /// The relative field of a branch, to the end of the instruction.
  mutating func branchTarget(
    _ instruction: inout MachineInstruction, size: UInt8
  ) throws(X86DecodingError) {
    let field = position
    let distance = try number(size)
    if size == 4, let relocation = decoder.relocation(at: field) {
      instruction.form = .symbol
      instruction.target = Int32(truncatingIfNeeded: relocation.symbol)
      instruction.displacement = Int32(truncatingIfNeeded: relocation.addend &+ 4)
      return
    }
    let target = position + Int(distance)
    guard target >= 0 && target <= decoder.code.count else { throw .unknownInstruction }
    instruction.form = .label
    instruction.target = Int32(truncatingIfNeeded: target)
  }

  /// The absolute address of a symbol in the field that has just been read, if there is a
  /// relocation.
  func resolveAddress(_ instruction: inout MachineInstruction) {
    guard let relocation = decoder.relocation(at: position - 4),
      relocation.kind == X86Relocation.absolute32
    else { return }
    instruction.form = .rSymbol
    instruction.target = Int32(truncatingIfNeeded: relocation.symbol)
    instruction.displacement = Int32(truncatingIfNeeded: relocation.addend)
    instruction.immediate = 0
  }

  // MARK: Instructions by form

  /// The length of the instruction so far.
  var length: Int { position - start }

  /// No prefix that selects another instruction.
  func requireNoPrefix() throws(X86DecodingError) {
    if repeatPrefix != 0 || has66 { throw .unknownInstruction }
  }

  /// d is the register field, s or memory the other operand.
  func loadLike(
    _ opcode: X86Opcode, _ operands: Operands, width: UInt8, immediate: Int64? = nil
  ) -> MachineInstruction {
    let d = Register(Int32(operands.reg) + (opcode.destinationIsFloat ? Register.firstFloat : 0))
    let s = Register(Int32(operands.rm) + (opcode.sourceIsFloat ? Register.firstFloat : 0))
    if operands.isMemory {
      return memory(
        opcode, immediate == nil ? .rm : .rmi, operands, width, d: d, immediate: immediate ?? 0)
    }
    return MachineInstruction(
      opcode: opcode.rawValue, form: immediate == nil ? .rr : .rri, width: width, d: d, s: s,
      immediate: immediate ?? 0)
  }

  /// s is the register field, d or memory the other operand.
  func storeLike(_ opcode: X86Opcode, _ operands: Operands, width: UInt8) -> MachineInstruction {
    let s = Register(Int32(operands.reg) + (opcode.sourceIsFloat ? Register.firstFloat : 0))
    if operands.isMemory { return memory(opcode, .mr, operands, width, s: s) }
    let d = Register(Int32(operands.rm) + (opcode.destinationIsFloat ? Register.firstFloat : 0))
    return MachineInstruction(opcode: opcode.rawValue, form: .rr, width: width, d: d, s: s)
  }

  /// d or memory is the only operand, perhaps with an immediate.
  func single(
    _ opcode: X86Opcode, _ operands: Operands, width: UInt8, immediate: Int64? = nil
  ) -> MachineInstruction {
    if operands.isMemory {
      return memory(opcode, immediate == nil ? .m : .mi, operands, width, immediate: immediate ?? 0)
    }
    return MachineInstruction(
      opcode: opcode.rawValue, form: immediate == nil ? .r : .ri, width: width,
      d: Register(Int32(operands.rm)), immediate: immediate ?? 0)
  }

  private func memory(
    _ opcode: X86Opcode, _ form: OperandForm, _ operands: Operands, _ width: UInt8,
    d: Register = .none, s: Register = .none, immediate: Int64 = 0
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: form, width: width, scale: operands.scale, d: d, s: s,
      base: operands.base, index: operands.index, displacement: operands.displacement,
      immediate: immediate)
  }
}

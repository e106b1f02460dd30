public import Codegen

/// Shorthand for making instructions: `X86.add(d, s)`, `X86.load(d, base, 16)`, `X86.jump(.less,
/// label)`. Widths are bytes and 8 unless given. Registers may be virtual or physical.
public enum X86 {
  /// A memory operand: `base + index * scale + displacement`, or `symbol + displacement` relative
  /// to the program counter.
  public struct Memory: Sendable {
    public var base: Register
    public var index: Register
    public var scale: UInt8
    public var displacement: Int32
    /// Index of a symbol, or -1. Excludes `base` and `index`.
    public var symbol: Int32

    @inlinable public init(
      _ base: Register, _ displacement: Int32 = 0, index: Register = .none, scale: UInt8 = 1
    ) {
      self.base = base
      self.index = index
      self.scale = scale
      self.displacement = displacement
      symbol = -1
    }

    @inlinable public init(symbol: Int32, _ displacement: Int32 = 0) {
      base = .none
      index = .none
      scale = 1
      self.displacement = displacement
      self.symbol = symbol
    }
  }

  // MARK: Any opcode, by form

  @inlinable public static func none(_ opcode: X86Opcode, width: UInt8 = 8) -> MachineInstruction {
    MachineInstruction(opcode: opcode.rawValue, form: .none, width: width)
  }

  @inlinable public static func r(_ opcode: X86Opcode, _ d: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    MachineInstruction(opcode: opcode.rawValue, form: .r, width: width, d: d)
  }

  @inlinable public static func rr(
    _ opcode: X86Opcode, _ d: Register, _ s: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(opcode: opcode.rawValue, form: .rr, width: width, d: d, s: s)
  }

  @inlinable public static func ri(
    _ opcode: X86Opcode, _ d: Register, _ immediate: Int64, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(opcode: opcode.rawValue, form: .ri, width: width, d: d, immediate: immediate)
  }

  @inlinable public static func rri(
    _ opcode: X86Opcode, _ d: Register, _ s: Register, _ immediate: Int64, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: .rri, width: width, d: d, s: s, immediate: immediate)
  }

  @inlinable public static func rm(
    _ opcode: X86Opcode, _ d: Register, _ memory: Memory, width: UInt8 = 8
  ) -> MachineInstruction {
    withMemory(opcode, .rm, memory, width: width, d: d)
  }

  @inlinable public static func mr(
    _ opcode: X86Opcode, _ memory: Memory, _ s: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    withMemory(opcode, .mr, memory, width: width, s: s)
  }

  @inlinable public static func mi(
    _ opcode: X86Opcode, _ memory: Memory, _ immediate: Int64, width: UInt8 = 8
  ) -> MachineInstruction {
    withMemory(opcode, .mi, memory, width: width, immediate: immediate)
  }

  @inlinable public static func rmi(
    _ opcode: X86Opcode, _ d: Register, _ memory: Memory, _ immediate: Int64, width: UInt8 = 8
  ) -> MachineInstruction {
    withMemory(opcode, .rmi, memory, width: width, d: d, immediate: immediate)
  }

  @inlinable public static func m(_ opcode: X86Opcode, _ memory: Memory, width: UInt8 = 8)
    -> MachineInstruction
  {
    withMemory(opcode, .m, memory, width: width)
  }

  @inlinable static func withMemory(
    _ opcode: X86Opcode, _ form: OperandForm, _ memory: Memory, width: UInt8,
    d: Register = .none, s: Register = .none, immediate: Int64 = 0
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: form, width: width, scale: memory.scale, d: d, s: s,
      base: memory.base, index: memory.index, displacement: memory.displacement,
      target: memory.symbol, immediate: immediate)
  }

  // MARK: Moves

  @inlinable public static func mov(_ d: Register, _ s: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    rr(.mov, d, s, width: width)
  }

  /// Any 64-bit constant, in its shortest encoding; flags are kept.
  @inlinable public static func mov(_ d: Register, immediate: Int64) -> MachineInstruction {
    ri(.mov, d, immediate)
  }

  @inlinable public static func load(
    _ d: Register, _ base: Register, _ displacement: Int32, width: UInt8 = 8
  ) -> MachineInstruction {
    rm(.mov, d, Memory(base, displacement), width: width)
  }

  @inlinable public static func load(_ d: Register, _ memory: Memory, width: UInt8 = 8)
    -> MachineInstruction
  {
    rm(.mov, d, memory, width: width)
  }

  @inlinable public static func store(
    _ base: Register, _ displacement: Int32, _ s: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    mr(.mov, Memory(base, displacement), s, width: width)
  }

  @inlinable public static func store(_ memory: Memory, _ s: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    mr(.mov, memory, s, width: width)
  }

  /// Stores a sign-extended 32-bit constant.
  @inlinable public static func store(
    _ base: Register, _ displacement: Int32, immediate: Int32, width: UInt8 = 8
  ) -> MachineInstruction {
    mi(.mov, Memory(base, displacement), Int64(immediate), width: width)
  }

  @inlinable public static func lea(_ d: Register, _ memory: Memory) -> MachineInstruction {
    rm(.lea, d, memory)
  }

  /// The address of a symbol, relative to the program counter.
  @inlinable public static func lea(
    _ d: Register, symbol: Int32, _ displacement: Int32 = 0
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: X86Opcode.lea.rawValue, form: .rSymbol, d: d, displacement: displacement,
      target: symbol)
  }

  /// The address of a label of the text section.
  @inlinable public static func lea(_ d: Register, label: Int32) -> MachineInstruction {
    MachineInstruction(opcode: X86Opcode.lea.rawValue, form: .rLabel, d: d, target: label)
  }

  // MARK: Arithmetic

  @inlinable public static func add(_ d: Register, _ s: Register) -> MachineInstruction {
    rr(.add, d, s)
  }
  @inlinable public static func add(_ d: Register, _ immediate: Int32) -> MachineInstruction {
    ri(.add, d, Int64(immediate))
  }
  @inlinable public static func sub(_ d: Register, _ s: Register) -> MachineInstruction {
    rr(.sub, d, s)
  }
  @inlinable public static func sub(_ d: Register, _ immediate: Int32) -> MachineInstruction {
    ri(.sub, d, Int64(immediate))
  }
  @inlinable public static func cmp(_ d: Register, _ s: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    rr(.cmp, d, s, width: width)
  }
  @inlinable public static func cmp(_ d: Register, _ immediate: Int32, width: UInt8 = 8)
    -> MachineInstruction
  {
    ri(.cmp, d, Int64(immediate), width: width)
  }
  @inlinable public static func test(_ d: Register, _ s: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    rr(.test, d, s, width: width)
  }
  @inlinable public static func test(_ d: Register, _ immediate: Int32, width: UInt8 = 8)
    -> MachineInstruction
  {
    ri(.test, d, Int64(immediate), width: width)
  }
  /// d = 0, with the shortest instruction; the flags are lost.
  @inlinable public static func clear(_ d: Register) -> MachineInstruction {
    rr(.xor, d, d, width: 4)
  }

  // MARK: Control

  @inlinable public static func jump(_ label: Int32) -> MachineInstruction {
    MachineInstruction(opcode: X86Opcode.jmp.rawValue, form: .label, target: label)
  }
  @inlinable public static func jump(_ condition: X86Condition, _ label: Int32)
    -> MachineInstruction
  {
    MachineInstruction(
      opcode: X86Opcode.jcc.rawValue, form: .label, condition: condition.rawValue, target: label)
  }
  @inlinable public static func jump(symbol: Int32) -> MachineInstruction {
    MachineInstruction(opcode: X86Opcode.jmp.rawValue, form: .symbol, target: symbol)
  }
  @inlinable public static func jump(_ condition: X86Condition, symbol: Int32) -> MachineInstruction
  {
    MachineInstruction(
      opcode: X86Opcode.jcc.rawValue, form: .symbol, condition: condition.rawValue, target: symbol)
  }
  @inlinable public static func jump(_ d: Register) -> MachineInstruction { r(.jmp, d) }
  @inlinable public static func jump(_ memory: Memory) -> MachineInstruction { m(.jmp, memory) }

  @inlinable public static func call(label: Int32) -> MachineInstruction {
    MachineInstruction(opcode: X86Opcode.call.rawValue, form: .label, target: label)
  }
  @inlinable public static func call(symbol: Int32) -> MachineInstruction {
    MachineInstruction(opcode: X86Opcode.call.rawValue, form: .symbol, target: symbol)
  }
  @inlinable public static func call(_ d: Register) -> MachineInstruction { r(.call, d) }
  @inlinable public static func call(_ memory: Memory) -> MachineInstruction { m(.call, memory) }

  @inlinable public static func set(_ condition: X86Condition, _ d: Register) -> MachineInstruction
  {
    MachineInstruction(
      opcode: X86Opcode.setcc.rawValue, form: .r, width: 1, condition: condition.rawValue, d: d)
  }
  @inlinable public static func cmov(
    _ condition: X86Condition, _ d: Register, _ s: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: X86Opcode.cmovcc.rawValue, form: .rr, width: width, condition: condition.rawValue,
      d: d,
      s: s)
  }

  /// `length` bytes (1...15) of padding that are executed as fast as possible.
  @inlinable public static func nop(length: Int) -> MachineInstruction {
    MachineInstruction(opcode: X86Opcode.nop.rawValue, form: .i, immediate: Int64(length))
  }
}

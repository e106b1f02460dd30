public import Codegen

/// Shorthand for making instructions: `ARM64.add(d, s, 16)`, `ARM64.load(d, .init(base, 16))`,
/// `ARM64.branch(.less, label)`. Widths are bytes and 8 unless given. Registers may be virtual or
/// physical.
///
/// The functions for aliases such as `mov` and `lsl` are in `Opcode+Aliases.swift`.
public enum ARM64 {
  /// A memory operand.
  public struct Memory: Sendable {
    public var base: Register
    public var index: Register
    public var displacement: Int32
    public var modifier: ARM64Modifier
    public var amount: UInt8
    /// Index of a symbol whose low 12 bits are added, or -1.
    public var symbol: Int32

    /// `base + displacement`; with `mode` the base register is updated, or the encoding with bytes
    /// is asked for.
    @inlinable public init(
      _ base: Register, _ displacement: Int32 = 0, mode: ARM64Modifier = .none
    ) {
      self.base = base
      index = .none
      self.displacement = displacement
      modifier = mode
      amount = 0
      symbol = -1
    }

    /// `base + (index << amount)`, the index extended as `modifier` says: `lsl` (not at all),
    /// `uxtw`, `sxtw` or `sxtx`. `amount` is 0 or the logarithm of the size of the access.
    @inlinable public init(
      _ base: Register, index: Register, _ modifier: ARM64Modifier = .lsl, amount: UInt8 = 0
    ) {
      self.base = base
      self.index = index
      displacement = 0
      self.modifier = modifier == .lsl && amount == 0 ? .none : modifier
      self.amount = amount
      symbol = -1
    }

    /// `base` plus the low 12 bits of the address `symbol + displacement`, whose page `adrp` has
    /// put into `base`.
    @inlinable public init(_ base: Register, lowPartOf symbol: Int32, _ displacement: Int32 = 0) {
      self.base = base
      index = .none
      self.displacement = displacement
      modifier = .none
      amount = 0
      self.symbol = symbol
    }
  }

  // MARK: Any opcode, by form

  @inlinable public static func r(_ opcode: ARM64Opcode, _ d: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    MachineInstruction(opcode: opcode.rawValue, form: .r, width: width, d: d)
  }

  @inlinable public static func i(_ opcode: ARM64Opcode, _ immediate: Int64) -> MachineInstruction {
    MachineInstruction(opcode: opcode.rawValue, form: .i, immediate: immediate)
  }

  /// `sourceWidth`: of conversions, the size of s.
  @inlinable public static func rr(
    _ opcode: ARM64Opcode, _ d: Register, _ s: Register, width: UInt8 = 8, sourceWidth: UInt8 = 1
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: .rr, width: width, scale: sourceWidth, d: d, s: s)
  }

  @inlinable public static func ri(
    _ opcode: ARM64Opcode, _ d: Register, _ immediate: Int64, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(opcode: opcode.rawValue, form: .ri, width: width, d: d, immediate: immediate)
  }

  @inlinable public static func rri(
    _ opcode: ARM64Opcode, _ d: Register, _ s: Register, _ immediate: Int64, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: .rri, width: width, d: d, s: s, immediate: immediate)
  }

  /// The last register may be shifted or extended.
  @inlinable public static func rrr(
    _ opcode: ARM64Opcode, _ d: Register, _ s: Register, _ m: Register,
    _ modifier: ARM64Modifier = .none, _ amount: UInt8 = 0, width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: .rrr, width: width,
      modifier: (modifier == .lsl && amount == 0 ? .none : modifier).rawValue, amount: amount,
      d: d, s: s, index: m)
  }

  @inlinable public static func rrrr(
    _ opcode: ARM64Opcode, _ d: Register, _ s: Register, _ m: Register, _ a: Register,
    width: UInt8 = 8
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: .rrrr, width: width, d: d, s: s, base: a, index: m)
  }

  @inlinable public static func rm(
    _ opcode: ARM64Opcode, _ d: Register, _ memory: Memory, width: UInt8 = 8
  ) -> MachineInstruction {
    withMemory(opcode, .rm, memory, width: width, d: d)
  }

  @inlinable public static func mr(
    _ opcode: ARM64Opcode, _ memory: Memory, _ s: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    withMemory(opcode, .mr, memory, width: width, s: s)
  }

  @inlinable public static func rrm(
    _ opcode: ARM64Opcode, _ d: Register, _ s: Register, _ memory: Memory, width: UInt8 = 8
  ) -> MachineInstruction {
    withMemory(opcode, .rrm, memory, width: width, d: d, s: s)
  }

  @inlinable static func withMemory(
    _ opcode: ARM64Opcode, _ form: OperandForm, _ memory: Memory, width: UInt8,
    d: Register = .none, s: Register = .none
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: opcode.rawValue, form: form, width: width, modifier: memory.modifier.rawValue,
      amount: memory.amount, d: d, s: s, base: memory.base, index: memory.index,
      displacement: memory.displacement, target: memory.symbol)
  }

  // MARK: Memory

  /// `width` 1, 2, 4 or 8 (16 with a SIMD&FP register); the rest of the register becomes zero.
  @inlinable public static func load(_ d: Register, _ memory: Memory, width: UInt8 = 8)
    -> MachineInstruction
  {
    rm(.ldr, d, memory, width: width)
  }

  @inlinable public static func load(
    _ d: Register, _ base: Register, _ displacement: Int32, width: UInt8 = 8
  ) -> MachineInstruction {
    rm(.ldr, d, Memory(base, displacement), width: width)
  }

  @inlinable public static func store(_ memory: Memory, _ s: Register, width: UInt8 = 8)
    -> MachineInstruction
  {
    mr(.str, memory, s, width: width)
  }

  @inlinable public static func store(
    _ base: Register, _ displacement: Int32, _ s: Register, width: UInt8 = 8
  ) -> MachineInstruction {
    mr(.str, Memory(base, displacement), s, width: width)
  }

  @inlinable public static func loadPair(
    _ first: Register, _ second: Register, _ memory: Memory, width: UInt8 = 8
  ) -> MachineInstruction {
    rrm(.ldp, first, second, memory, width: width)
  }

  @inlinable public static func storePair(
    _ first: Register, _ second: Register, _ memory: Memory, width: UInt8 = 8
  ) -> MachineInstruction {
    rrm(.stp, first, second, memory, width: width)
  }

  // MARK: Addresses

  /// The page, 4096 bytes, of a symbol: to be followed by ``addLowPart(_:_:symbol:_:)``, or a load
  /// or store.
  @inlinable public static func pageAddress(
    _ d: Register, symbol: Int32, _ displacement: Int32 = 0
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: ARM64Opcode.adrp.rawValue, form: .rSymbol, d: d, displacement: displacement,
      target: symbol)
  }

  /// d = s plus the low 12 bits of a symbol's address.
  @inlinable public static func addLowPart(
    _ d: Register, _ s: Register, symbol: Int32, _ displacement: Int32 = 0
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: ARM64Opcode.add.rawValue, form: .rrSymbol, d: d, s: s, displacement: displacement,
      target: symbol)
  }

  /// The address of a symbol within 1 MiB.
  @inlinable public static func address(
    _ d: Register, symbol: Int32, _ displacement: Int32 = 0
  ) -> MachineInstruction {
    MachineInstruction(
      opcode: ARM64Opcode.adr.rawValue, form: .rSymbol, d: d, displacement: displacement,
      target: symbol)
  }

  /// The address of a label of the text section. ``BranchRelaxation`` replaces it when it is too
  /// far.
  @inlinable public static func address(_ d: Register, label: Int32) -> MachineInstruction {
    MachineInstruction(opcode: ARM64Opcode.adr.rawValue, form: .rLabel, d: d, target: label)
  }

  // MARK: Control

  @inlinable public static func branch(_ label: Int32) -> MachineInstruction {
    MachineInstruction(opcode: ARM64Opcode.b.rawValue, form: .label, target: label)
  }

  @inlinable public static func branch(_ condition: ARM64Condition, _ label: Int32)
    -> MachineInstruction
  {
    MachineInstruction(
      opcode: ARM64Opcode.bCond.rawValue, form: .label, condition: condition.rawValue,
      target: label)
  }

  @inlinable public static func branch(symbol: Int32, _ displacement: Int32 = 0)
    -> MachineInstruction
  {
    MachineInstruction(
      opcode: ARM64Opcode.b.rawValue, form: .symbol, displacement: displacement, target: symbol)
  }

  @inlinable public static func branch(_ d: Register) -> MachineInstruction { r(.br, d) }

  @inlinable public static func branchIfZero(_ d: Register, _ label: Int32, width: UInt8 = 8)
    -> MachineInstruction
  {
    MachineInstruction(
      opcode: ARM64Opcode.cbz.rawValue, form: .rLabel, width: width, d: d, target: label)
  }

  @inlinable public static func branchIfNotZero(_ d: Register, _ label: Int32, width: UInt8 = 8)
    -> MachineInstruction
  {
    MachineInstruction(
      opcode: ARM64Opcode.cbnz.rawValue, form: .rLabel, width: width, d: d, target: label)
  }

  /// Branches if bit `bit` of d is clear.
  @inlinable public static func branchIfClear(_ d: Register, bit: UInt8, _ label: Int32)
    -> MachineInstruction
  {
    MachineInstruction(
      opcode: ARM64Opcode.tbz.rawValue, form: .rLabel, width: bit < 32 ? 4 : 8, amount: bit, d: d,
      target: label)
  }

  /// Branches if bit `bit` of d is set.
  @inlinable public static func branchIfSet(_ d: Register, bit: UInt8, _ label: Int32)
    -> MachineInstruction
  {
    MachineInstruction(
      opcode: ARM64Opcode.tbnz.rawValue, form: .rLabel, width: bit < 32 ? 4 : 8, amount: bit,
      d: d, target: label)
  }

  @inlinable public static func call(label: Int32) -> MachineInstruction {
    MachineInstruction(opcode: ARM64Opcode.bl.rawValue, form: .label, target: label)
  }

  @inlinable public static func call(symbol: Int32, _ displacement: Int32 = 0)
    -> MachineInstruction
  {
    MachineInstruction(
      opcode: ARM64Opcode.bl.rawValue, form: .symbol, displacement: displacement, target: symbol)
  }

  @inlinable public static func call(_ d: Register) -> MachineInstruction { r(.blr, d) }

  @inlinable public static func ret(_ d: Register = .x30) -> MachineInstruction { r(.ret, d) }

  // MARK: System

  @inlinable public static var nop: MachineInstruction { i(.hint, 0) }

  @inlinable public static func barrier(_ opcode: ARM64Opcode, _ barrier: ARM64Barrier)
    -> MachineInstruction
  {
    i(opcode, barrier.rawValue)
  }

  @inlinable public static func read(_ d: Register, _ register: ARM64SystemRegister)
    -> MachineInstruction
  {
    ri(.mrs, d, register.rawValue)
  }

  @inlinable public static func write(_ register: ARM64SystemRegister, _ s: Register)
    -> MachineInstruction
  {
    ri(.msr, s, register.rawValue)
  }
}

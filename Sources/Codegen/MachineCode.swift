/// A register: physical ones are numbered by the target from 0 (general registers 0..<32,
/// floating-point registers 32..<64, each by its hardware number), virtual ones from
/// ``firstVirtual``. Below ``none`` there is room for what a target encodes like a register
/// although it holds nothing, such as a constant zero.
public struct Register: Hashable, Sendable {
  public let index: Int32

  @inlinable public init(_ index: Int32) { self.index = index }

  public static let none = Register(-1)
  public static let firstFloat: Int32 = 32
  public static let firstVirtual: Int32 = 64

  @inlinable public var isNone: Bool { index == Register.none.index }
  @inlinable public var isVirtual: Bool { index >= Register.firstVirtual }
  /// A physical floating-point register.
  @inlinable public var isFloat: Bool { index >= Register.firstFloat && !isVirtual }
  /// The number of a physical register in its class, as instructions encode it.
  @inlinable public var hardwareNumber: UInt8 { UInt8(truncatingIfNeeded: index & 31) }
}

/// Which of the fields of a ``MachineInstruction`` are its operands.
///
/// Instructions with three or four register operands keep the third in `index` and the fourth in
/// `base`.
public enum OperandForm: UInt8, Sendable, CaseIterable {
  case none
  /// d
  case r
  /// d, s
  case rr
  /// d, immediate
  case ri
  /// d, s, immediate
  case rri
  /// d, memory
  case rm
  /// d, memory, immediate
  case rmi
  /// memory, s
  case mr
  /// memory, immediate
  case mi
  /// memory
  case m
  /// immediate
  case i
  /// `target`: a label of the function
  case label
  /// `target`: a symbol of the object, plus `displacement`
  case symbol
  /// d, symbol: the address of a symbol, plus `displacement`
  case rSymbol
  /// d, label: the address of a label
  case rLabel
  /// d, s, index
  case rrr
  /// d, s, index, base
  case rrrr
  /// d, s, index, immediate
  case rrri
  /// d, s, memory
  case rrm
  /// d, s, symbol: a part of the address of a symbol, plus `displacement`
  case rrSymbol
}

/// One machine instruction, before register allocation (virtual registers) and after (physical
/// ones): a flat struct, so that a function is one array. What the fields mean is the target's
/// opcode's business; the roles that a register allocator needs (read, written) come from a table
/// of the target.
public struct MachineInstruction: Sendable {
  /// Raw value of the target's opcode enumeration.
  public var opcode: UInt16
  public var form: OperandForm
  /// Operand size in bytes: 1, 2, 4, 8 or 16.
  public var width: UInt8
  /// The target's condition code, for conditional instructions.
  public var condition: UInt8
  /// Factor of `index` in a memory operand: 1, 2, 4 or 8.
  public var scale: UInt8
  /// What the target does with the last register or the address, such as a shift or an update; 0 is
  /// nothing.
  public var modifier: UInt8
  /// Bits of the shift, or another small constant; the target's opcode tells.
  public var amount: UInt8
  /// First register operand, the destination where there is one.
  public var d: Register
  public var s: Register
  /// Memory operand: `base + index * scale + displacement`; without a base, `target` may be a
  /// symbol (addressed relative to the program counter).
  public var base: Register
  public var index: Register
  public var displacement: Int32
  /// A label, or a symbol: index into the symbols of the object being made; -1 if unused.
  public var target: Int32
  public var immediate: Int64

  @inlinable public init(
    opcode: UInt16, form: OperandForm, width: UInt8 = 8, condition: UInt8 = 0, scale: UInt8 = 1,
    modifier: UInt8 = 0, amount: UInt8 = 0, d: Register = .none, s: Register = .none,
    base: Register = .none, index: Register = .none, displacement: Int32 = 0, target: Int32 = -1,
    immediate: Int64 = 0
  ) {
    self.opcode = opcode
    self.form = form
    self.width = width
    self.condition = condition
    self.scale = scale
    self.modifier = modifier
    self.amount = amount
    self.d = d
    self.s = s
    self.base = base
    self.index = index
    self.displacement = displacement
    self.target = target
    self.immediate = immediate
  }
}

/// What a register allocator must know about one operand.
public enum OperandConstraint: UInt8, Sendable {
  /// In a register.
  case register
  /// In a register if the value is used again soon, else wherever it is.
  case preferRegister
  /// In a register or in its slot.
  case any
  /// The value is a constant that the target makes on the spot: no business of the allocator.
  case constant
}

/// A value that a ``SelectedInstruction`` reads.
public struct SelectedOperand: Sendable {
  public var value: Int32
  public var constraint: OperandConstraint
  /// The physical register where the value would best be, or -1.
  public var hint: Int8

  @inlinable public init(_ value: Int32, _ constraint: OperandConstraint, hint: Int8 = -1) {
    self.value = value
    self.constraint = constraint
    self.hint = hint
  }
}

/// One instruction of the IR, or several that are done in one breath, as the register allocator sees it:
/// what it reads, defines and destroys. The target's selection makes it, and its emission turns it
/// into machine instructions once all locations are known.
public struct SelectedInstruction: Sendable {
  public struct Flags: OptionSet, Sendable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A call: no register survives.
    public static let call = Flags(rawValue: 1)
    /// A collection may happen here, or an error be raised: the instruction needs a stack map.
    public static let safepoint = Flags(rawValue: 2)
    /// The operands are read after the collection.
    public static let operandsSurvive = Flags(rawValue: 4)
    /// Control does not go on behind the instruction (tail calls, returns, unreachable).
    public static let leaves = Flags(rawValue: 8)
  }

  /// The instruction of the IR.
  public var ir: Int32
  /// An earlier instruction of the same block that is done with it, -1 if there is none.
  public var fused: Int32
  /// Range of ``SelectedCode/operands``.
  public var operandStart: Int32
  public var operandCount: Int32
  /// The value defined, -1 if there is none.
  public var result: Int32
  public var flags: Flags
  /// How the target has decided to do it; means something to the target only.
  public var variant: UInt8
  /// The physical register in which the result appears, or -1 for any.
  public var resultRegister: Int8
  /// Bit i: the instruction is shorter if the result has the register of operand i.
  public var reuse: UInt8
  /// Physical registers that it destroys besides writing its result.
  public var clobbers: UInt64

  @inlinable public init(ir: Int32, result: Int32, operandStart: Int32) {
    self.ir = ir
    self.result = result
    self.operandStart = operandStart
    fused = -1
    operandCount = 0
    flags = []
    variant = 0
    resultRegister = -1
    reuse = 0
    clobbers = 0
  }
}

/// A function after instruction selection.
///
/// The arrays are reused from function to function.
public struct SelectedCode: Sendable {
  public var instructions: [SelectedInstruction] = []
  public var operands: [SelectedOperand] = []
  /// Block b consists of the instructions `blockStarts[b]..<blockStarts[b + 1]`, at least its terminator.
  public var blockStarts: [Int32] = []
  /// Per value: whether it is a constant. It is made anew in each block that wants it in a register.
  public var isConstant: [Bool] = []

  public init() {}

  public mutating func clear() {
    instructions.removeAll(keepingCapacity: true)
    operands.removeAll(keepingCapacity: true)
    blockStarts.removeAll(keepingCapacity: true)
  }
}

/// The registers that a target lets the allocator use: bit i is the physical register i.
public struct AllocatableRegisters: Sendable {
  public var general: UInt64
  public var float: UInt64
  /// Taken first: those that no calling convention asks for.
  public var preferred: UInt64

  public init(general: UInt64, float: UInt64, preferred: UInt64) {
    self.general = general
    self.float = float
    self.preferred = preferred
  }
}

/// Where a value is: in a physical register, in a slot of the frame, or nowhere, for constants that are made where
/// they are needed.
public struct Location: Hashable, Sendable {
  public let code: Int32

  @inlinable public init(code: Int32) { self.code = code }
  @inlinable public init(_ register: Register) { code = register.index }
  @inlinable public init(slot: Int32) { code = Register.firstVirtual + slot }

  /// The value is a constant.
  public static let constant = Location(code: -1)
  /// In the slot of the value, which is chosen after all registers.
  public static let valueSlot = Location(code: -2)

  @inlinable public var isRegister: Bool { code >= 0 && code < Register.firstVirtual }
  @inlinable public var isSlot: Bool { code >= Register.firstVirtual }
  @inlinable public var register: Register { Register(code) }
  @inlinable public var slot: Int32 { code - Register.firstVirtual }
}

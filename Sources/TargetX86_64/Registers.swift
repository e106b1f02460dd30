public import Codegen

/// The registers of x86-64 as ``Register`` values: general registers are 0..<16 and SSE registers
/// 32..<48, each by its hardware number.
extension Register {
  @inlinable public static var rax: Register { Register(0) }
  @inlinable public static var rcx: Register { Register(1) }
  @inlinable public static var rdx: Register { Register(2) }
  @inlinable public static var rbx: Register { Register(3) }
  @inlinable public static var rsp: Register { Register(4) }
  @inlinable public static var rbp: Register { Register(5) }
  @inlinable public static var rsi: Register { Register(6) }
  @inlinable public static var rdi: Register { Register(7) }
  @inlinable public static var r8: Register { Register(8) }
  @inlinable public static var r9: Register { Register(9) }
  @inlinable public static var r10: Register { Register(10) }
  @inlinable public static var r11: Register { Register(11) }
  @inlinable public static var r12: Register { Register(12) }
  @inlinable public static var r13: Register { Register(13) }
  @inlinable public static var r14: Register { Register(14) }
  @inlinable public static var r15: Register { Register(15) }

  /// The program counter: only as the base of a memory operand, which then counts from the next
  /// instruction. The compiler refers to symbols and labels instead; this is for code whose
  /// relocations are gone.
  @inlinable public static var rip: Register { Register(16) }

  /// The SSE register `number`, 0..<16.
  @inlinable public static func xmm(_ number: Int32) -> Register {
    Register(Register.firstFloat + number)
  }
}

/// Condition codes by their hardware number ("tttn" of the Intel manual, volume 2, appendix B): the
/// number is added to the opcodes of `jcc`, `setcc` and `cmovcc`.
public enum X86Condition: UInt8, Sendable, CaseIterable {
  case overflow, noOverflow
  /// Unsigned; after `ucomisd` also "less or unordered".
  case below, aboveOrEqual
  case equal, notEqual
  case belowOrEqual, above
  case sign, noSign
  /// After `ucomisd`: an operand is NaN.
  case parity, noParity
  case less, greaterOrEqual, lessOrEqual, greater

  /// The condition that holds exactly when this one does not.
  @inlinable public var inverted: X86Condition { X86Condition(rawValue: rawValue ^ 1)! }

  /// The condition with the same outcome after the operands of the comparison have been exchanged.
  public var swapped: X86Condition {
    switch self {
    case .below: .above
    case .above: .below
    case .aboveOrEqual: .belowOrEqual
    case .belowOrEqual: .aboveOrEqual
    case .less: .greater
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .lessOrEqual: .greaterOrEqual
    case .overflow, .noOverflow, .equal, .notEqual, .sign, .noSign, .parity, .noParity: self
    }
  }

  /// The suffix of the mnemonic, as in `jne`.
  public var suffix: String {
    switch self {
    case .overflow: "o"
    case .noOverflow: "no"
    case .below: "b"
    case .aboveOrEqual: "ae"
    case .equal: "e"
    case .notEqual: "ne"
    case .belowOrEqual: "be"
    case .above: "a"
    case .sign: "s"
    case .noSign: "ns"
    case .parity: "p"
    case .noParity: "np"
    case .less: "l"
    case .greaterOrEqual: "ge"
    case .lessOrEqual: "le"
    case .greater: "g"
    }
  }
}

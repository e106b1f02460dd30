import CRailRuntime
public import IR

/// Which registers of a target have which role, as `rail/abi.h` lays down under "Registers".
public struct RegisterConvention: Sendable {
  public var thread: Register
  public var environment: Register
  public var scratch: Register
  public var result: Register
  public var floatResult: Register
  /// The general argument registers: one hexadecimal digit for the number of each, the first
  /// lowest.
  let argumentDigits: UInt64
  let argumentCount: Int32
  /// The floating-point argument registers are the first so many.
  let floatArgumentCount: Int32
  public var allocatable: AllocatableRegisters
  /// How a physical register is called.
  public var name: @Sendable (Register) -> String

  /// `arguments` are at most 16 of the first 16 general registers.
  public init(
    thread: Register, environment: Register, scratch: Register, result: Register,
    floatResult: Register, arguments: [Register], floatArgumentCount: Int32,
    allocatable: AllocatableRegisters, name: @escaping @Sendable (Register) -> String
  ) {
    self.thread = thread
    self.environment = environment
    self.scratch = scratch
    self.result = result
    self.floatResult = floatResult
    argumentDigits = arguments.reversed().reduce(0) { $0 << 4 | UInt64($1.hardwareNumber) }
    argumentCount = Int32(arguments.count)
    self.floatArgumentCount = floatArgumentCount
    self.allocatable = allocatable
    self.name = name
  }
}

/// Gives the arguments of a call their places, one after the other.
public struct ArgumentAssigner {
  private let digits: UInt64
  private let generalLimit: Int32
  private let floatLimit: Int32
  private var general: Int32 = 0
  private var float: Int32 = 0

  /// Where an argument is passed: in a register, or in the thread state at a byte offset.
  public enum Place: Equatable {
    case register(Register)
    case memory(Int32)
  }

  public init(_ convention: borrowing RegisterConvention) {
    digits = convention.argumentDigits
    generalLimit = convention.argumentCount
    floatLimit = convention.floatArgumentCount
  }

  /// The place of the next argument. General ones beyond the registers stand in
  /// `rail_thread.arguments` by their number, floating-point ones by their number from the end, so
  /// that they never meet.
  public mutating func next(_ type: IRType) -> Place {
    if type == .float {
      float += 1
      let index = float - 1
      if index < floatLimit { return .register(Register(Register.firstFloat + index)) }
      return .memory(RAIL_THREAD_ARGUMENTS + 8 * (RAIL_MAXIMUM_ARGUMENTS - index))
    }
    general += 1
    let index = general - 1
    if index < generalLimit {
      return .register(Register(Int32(truncatingIfNeeded: digits >> UInt64(4 * index) & 15)))
    }
    return .memory(RAIL_THREAD_ARGUMENTS + 8 * index)
  }
}

import CRailRuntime
import Codegen
import IR

/// Rail's calling convention on x86-64, as `rail/abi.h` defines it under "Registers".
enum CallingConvention {
  static let thread = Register.r15
  static let allocationPointer = Register.r14
  static let environment = Register.r10
  static let scratch = Register.r11
  static let floatScratch = Register.xmm(15)
  static let result = Register.rax
  static let floatResult = Register.xmm(0)
  static let floatArgumentCount = 8

  /// Everything but the stack pointer, the thread state, the allocation pointer and the scratch registers.
  static let allocatable = AllocatableRegisters(
    general: 0b0011_0111_1110_1111, float: 0x7FFF << UInt64(Register.firstFloat),
    preferred: mask(.rbx, .rbp, .r12, .r13) | 0x7F00 << UInt64(Register.firstFloat))

  /// The general argument register `index`: rsi rdx rcx r8 r9 rdi.
  @inline(__always) static func argument(_ index: Int32) -> Register {
    // One hexadecimal digit for each, the first lowest.
    Register(Int32(truncatingIfNeeded: 0x79_8126 >> (4 * index) & 15))
  }

  private static func mask(_ registers: Register...) -> UInt64 {
    registers.reduce(0) { $0 | 1 << UInt64($1.index) }
  }
}

/// Gives the arguments of a call their places, one after the other.
struct ArgumentAssigner {
  private var general: Int32 = 0
  private var float: Int32 = 0

  /// Where an argument is passed: in a register, or in the thread state at a byte offset.
  enum Place: Equatable {
    case register(Register)
    case memory(Int32)
  }

  /// The place of the next argument. General ones beyond the registers stand in `rail_thread.arguments` by their
  /// number, floating-point ones by their number from the end, so that they never meet.
  mutating func next(_ type: IRType) -> Place {
    if type == .float {
      float += 1
      let index = float - 1
      if index < CallingConvention.floatArgumentCount { return .register(.xmm(index)) }
      return .memory(RAIL_THREAD_ARGUMENTS + 8 * (RAIL_MAXIMUM_ARGUMENTS - index))
    }
    general += 1
    let index = general - 1
    if index < RAIL_X86_64_ARGUMENT_REGISTERS { return .register(CallingConvention.argument(index)) }
    return .memory(RAIL_THREAD_ARGUMENTS + 8 * index)
  }
}

import Codegen

/// Rail's calling convention on AArch64, as `rail/abi.h` defines it under "Registers".
enum CallingConvention {
  static let thread = Register.x28
  static let allocationPointer = Register.x27
  /// Where the stack ends for Rail code; the same as in the thread state.
  static let stackLimit = Register.x29
  static let environment = Register.x9
  /// For values: constants on their way to memory, what breaks a cycle of moves.
  static let scratch = Register.x16
  /// For addresses and second operands.
  static let addressScratch = Register.x17
  static let floatScratch = Register.v(31)
  static let result = Register.x0
  static let floatResult = Register.v(0)
  static let link = Register.x30

  /// Everything but the stack pointer and its limit, the thread state, the allocation pointer, the
  /// scratch registers and the link register. (x18 belongs to the platform, but Linux makes no use
  /// of it.)
  private static let allocatable = AllocatableRegisters(
    general: 0x07FC_FFFF, float: 0x7FFF_FFFF << UInt64(Register.firstFloat),
    preferred: RegisterSet(
      .x8, .x10, .x11, .x12, .x13, .x14, .x15, .x18, .x19, .x20, .x21, .x22, .x23, .x24, .x25,
      .x26
    ).rawValue | 0x7FFF_FF00 << UInt64(Register.firstFloat))

  static let registers = RegisterConvention(
    thread: thread, environment: environment, scratch: scratch, result: result,
    floatResult: floatResult, arguments: [.x1, .x2, .x3, .x4, .x5, .x6, .x7, .x0],
    floatArgumentCount: 8, allocatable: allocatable, name: { registerName($0, width: 8) })
}

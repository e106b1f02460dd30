import Codegen

/// Rail's calling convention on x86-64, as `rail/abi.h` defines it under "Registers".
enum CallingConvention {
  static let thread = Register.r15
  static let allocationPointer = Register.r14
  static let environment = Register.r10
  static let scratch = Register.r11
  static let floatScratch = Register.xmm(15)
  static let result = Register.rax
  static let floatResult = Register.xmm(0)

  /// Everything but the stack pointer, the thread state, the allocation pointer and the scratch
  /// registers.
  private static let allocatable = AllocatableRegisters(
    general: 0b0011_0111_1110_1111, float: 0x7FFF << UInt64(Register.firstFloat),
    preferred: RegisterSet(.rbx, .rbp, .r12, .r13).rawValue
      | 0x7F00 << UInt64(Register.firstFloat))

  static let registers = RegisterConvention(
    thread: thread, environment: environment, scratch: scratch, result: result,
    floatResult: floatResult, arguments: [.rsi, .rdx, .rcx, .r8, .r9, .rdi],
    floatArgumentCount: 8, allocatable: allocatable, name: { registerName($0, width: 8) })
}

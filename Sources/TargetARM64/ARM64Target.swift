public import Codegen
public import ELF
public import IR

extension Target {
  /// AArch64 Linux: the base architecture, Armv8-A, without extensions.
  public static let arm64 = Target(
    name: "aarch64-linux", machineName: "aarch64", machine: .aarch64,
    generateObject: { (program, options) throws(CodegenError) in
      try TargetARM64.generateObject(program, options)
    },
    machineText: TargetARM64.machineText, assemblyText: ARM64Listing.text(of:))
}

/// Compiles a program to a relocatable object for AArch64 Linux; see ``Target/generateObject``.
public func generateObject(
  _ program: IRProgram, _ options: CodegenOptions = CodegenOptions()
) throws(CodegenError) -> ObjectFile {
  var compiler = FunctionCompiler(
    program, CallingConvention.registers, options, debugTarget)
  var relaxation = BranchRelaxation()
  for index in program.functions.indices {
    compiler.compile(program.functions[index], label: Int32(index))
    if let error = compiler.module.error { throw error }
    compiler.encode(&relaxation)
  }
  ARM64Encoder.resolveFixups(in: &compiler.module.buffer)
  return try ObjectEmission(
    compiler.module, program,
    DataRelocations(address64: AArch64Relocation.absolute64.rawValue),
    debugTarget: compiler.debugTarget
  ).run(name: options.objectName, machine: .aarch64)
}

/// A function is entered with an empty frame and the return address in x30. Registers have their
/// own numbers, and the stack pointer is 31 (DWARF for the Arm 64-bit Architecture, 4.1).
private let debugTarget = DebugTarget(
  address64: AArch64Relocation.absolute64.rawValue,
  address32: AArch64Relocation.absolute32.rawValue, instructionUnit: 4, stackPointer: 31,
  returnAddress: 30, entryFrame: DebugRecord.Frame(size: 0, keepsReturnRegister: true),
  unpreserved: [19, 20, 21, 22, 23, 24, 25, 26])

/// The functions of a program after register allocation, as text; see ``Target/machineText``.
public func machineText(
  _ program: IRProgram, _ options: CodegenOptions = CodegenOptions()
) -> String {
  var compiler = FunctionCompiler(
    program, CallingConvention.registers, options, debugTarget)
  var text = ""
  for (index, function) in program.functions.enumerated() {
    compiler.compile(function, label: Int32(index))
    compiler.describe(index, into: &text)
  }
  return text
}

extension FunctionCompiler {
  /// Turns the machine instructions of the function into words, and its call sites into entries of
  /// the frame table.
  mutating func encode(_ relaxation: inout BranchRelaxation) {
    relaxation.begin(module.buffer)
    let notes = module.noteCounts
    let start = module.buffer.offset
    output.withUnsafeBufferPointer { ARM64Encoder.encode($0, into: &module.buffer) }
    for mark in marks { record(mark, at: start + 4 * Int(mark.index)) }
    relaxation.finish(&module.buffer)
    module.moveNotes(since: notes, relaxation.movement)
  }
}

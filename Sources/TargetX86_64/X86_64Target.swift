import CRailRuntime
public import Codegen
public import ELF
public import IR

extension Target {
  /// x86-64 Linux.
  public static let x86_64 = Target(
    name: "x86_64-linux", machineName: "x86_64", machine: .x86_64,
    generateObject: { (program, options) throws(CodegenError) in
      try TargetX86_64.generateObject(program, options)
    },
    machineText: TargetX86_64.machineText, assemblyText: X86Listing.text(of:))
}

/// Compiles a program to a relocatable object for x86-64 Linux; see ``Target/generateObject``.
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
  X86Encoder.resolveFixups(in: &compiler.module.buffer)
  return try ObjectEmission(
    compiler.module, program, DataRelocations(address64: X86Relocation.absolute64),
    debugTarget: compiler.debugTarget
  ).run(name: options.objectName, machine: .x86_64)
}

/// A function is entered with nothing but the return address on the stack. Registers have the
/// numbers of the AMD64 supplement, figure 3.36: 3 is rbx, 6 rbp, 7 rsp, 12 and 13 r12 and r13, 16
/// the return address.
private let debugTarget = DebugTarget(
  address64: X86_64Relocation.absolute64.rawValue, address32: X86_64Relocation.absolute32.rawValue,
  instructionUnit: 1, stackPointer: 7, returnAddress: 16,
  entryFrame: DebugRecord.Frame(size: 8), unpreserved: [3, 6, 12, 13])

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
  /// Functions begin at multiples of this.
  private static let alignment = 16

  /// Turns the machine instructions of the function into bytes, and its call sites into entries of
  /// the frame table.
  mutating func encode(_ relaxation: inout BranchRelaxation) {
    X86Encoder.align(&module.buffer, to: Self.alignment)
    relaxation.begin(module.buffer)
    let notes = module.noteCounts
    withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: output.count * X86Encoder.maximumLength
    ) { bytes in
      guard let start = bytes.baseAddress else { return }
      var cursor = CodeCursor(start, offset: module.buffer.offset)
      encodeOutput(&cursor)
      cursor.flush(into: &module.buffer)
    }
    relaxation.finish(&module.buffer)
    module.moveNotes(since: notes, relaxation.movement)
  }

  private mutating func encodeOutput(_ cursor: inout CodeCursor) {
    var next = 0
    for mark in marks {
      while next < Int(mark.index) {
        X86Encoder.encode(output[next], &cursor, &module.buffer)
        next += 1
      }
      record(mark, at: cursor.offset)
    }
    while next < output.count {
      X86Encoder.encode(output[next], &cursor, &module.buffer)
      next += 1
    }
  }
}

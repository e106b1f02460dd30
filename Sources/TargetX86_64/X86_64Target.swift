import CRailRuntime
public import Codegen
public import ELF
public import IR

/// What a client may choose about code generation.
public struct CodegenOptions: Sendable {
  /// The object's name in messages.
  public var objectName: String
  /// Checks the register allocation of each function.
  public var verifies: Bool
  /// Adds DWARF sections for debuggers and profilers. They do not change the code.
  public var hasDebugInformation: Bool

  public init(
    objectName: String = "program", verifies: Bool = false, hasDebugInformation: Bool = false
  ) {
    self.objectName = objectName
    self.verifies = verifies
    self.hasDebugInformation = hasDebugInformation
  }
}

/// Compiles a program to a relocatable object for x86-64 Linux.
///
/// The program must satisfy the IR verifier. The object defines `rail_main`, `rail_apply_N` and `rail_program`, and refers to
/// symbols of the runtime.
public func generateObject(
  _ program: IRProgram, _ options: CodegenOptions = CodegenOptions()
) throws(CodegenError) -> ObjectFile {
  var compiler = FunctionCompiler(
    module: ModuleState(program, runtimeSymbolCount: RuntimeSymbol.count))
  compiler.verifies = options.verifies
  compiler.recordsDebug = options.hasDebugInformation
  for index in program.functions.indices {
    compiler.compile(program.functions[index], label: Int32(index))
    if let error = compiler.module.error { throw error }
    compiler.encode()
  }
  X86Encoder.resolveFixups(in: &compiler.module.buffer)
  return try ObjectEmission(
    compiler.module, program, DataRelocations(address64: X86Relocation.absolute64),
    debugTarget: options.hasDebugInformation ? x86DebugTarget : nil
  ).run(name: options.objectName)
}

/// Registers have the numbers of the AMD64 supplement, figure 3.36: 3 is rbx, 6 rbp, 7 rsp, 12 and 13
/// r12 and r13, 16 the return address.
private let x86DebugTarget = DebugTarget(
  address64: X86_64Relocation.absolute64.rawValue, address32: X86_64Relocation.absolute32.rawValue,
  instructionUnit: 1, stackPointer: 7, returnAddress: 16,
  entryFrame: FunctionCompiler.entryFrame, unpreserved: [3, 6, 12, 13])

/// Symbols of the runtime that code refers to by itself: the stubs of generic operations by their raw value, then these.
enum RuntimeSymbol {
  static let remember = GenericOperation.allCases.count
  static let allocate = remember + 1
  static let stack = remember + 2
  static let callC = remember + 3
  static let rememberElement = remember + 4
  static let count = remember + 5
}

extension ModuleState {
  mutating func slowSymbol(_ operation: GenericOperation) -> Int32 {
    runtimeSymbol(Int(operation.rawValue), "rail_slow_" + operation.runtimeName)
  }

  mutating func slowRemember() -> Int32 {
    runtimeSymbol(RuntimeSymbol.remember, "rail_slow_remember")
  }

  mutating func slowRememberElement() -> Int32 {
    runtimeSymbol(RuntimeSymbol.rememberElement, "rail_slow_remember_element")
  }

  mutating func slowAllocate() -> Int32 {
    runtimeSymbol(RuntimeSymbol.allocate, "rail_slow_allocate")
  }

  mutating func slowStack() -> Int32 { runtimeSymbol(RuntimeSymbol.stack, "rail_slow_stack") }

  mutating func callC() -> Int32 { runtimeSymbol(RuntimeSymbol.callC, "rail_call_c") }
}

extension FunctionCompiler {
  /// Functions begin at multiples of this.
  private static let alignment = 16

  /// Turns the machine instructions of the function into bytes, and its call sites into entries of the frame table.
  mutating func encode() {
    X86Encoder.align(&module.buffer, to: Self.alignment)
    relaxation.begin(module.buffer)
    let firstSite = module.returnOffsets.count
    let firstLine = module.debug.lineOffsets.count
    let firstFrame = module.debug.frameOffsets.count
    withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: output.count * X86Encoder.maximumLength
    ) { bytes in
      guard let start = bytes.baseAddress else { return }
      var cursor = CodeCursor(start, offset: module.buffer.offset)
      encodeOutput(&cursor)
      cursor.flush(into: &module.buffer)
    }
    relaxation.finish(&module.buffer)
    relaxation.adjust(&module.returnOffsets, from: firstSite)
    relaxation.adjust(&module.debug.lineOffsets, from: firstLine)
    relaxation.adjust(&module.debug.frameOffsets, from: firstFrame)
  }

  private mutating func encodeOutput(_ cursor: inout CodeCursor) {
    var next = 0
    for mark in marks {
      while next < Int(mark.index) {
        X86Encoder.encode(output[next], &cursor, &module.buffer)
        next += 1
      }
      switch mark.kind {
      case .label: module.buffer.place(mark.number, at: cursor.offset)
      case .call: addSite(mark, offset: cursor.offset)
      case .line: module.debug.addLine(at: cursor.offset, mark.position)
      case .frame:
        module.debug.addFrame(at: cursor.offset, DebugRecord.Frame(size: mark.number))
      }
    }
    while next < output.count {
      X86Encoder.encode(output[next], &cursor, &module.buffer)
      next += 1
    }
  }

  private mutating func addSite(_ mark: Mark, offset: Int) {
    module.returnOffsets.append(Int32(truncatingIfNeeded: offset))
    var entry = FrameEntry(
      registerMask: 0, slots: 0, position: mark.position,
      frameWords: UInt32(max(frameWords, 1)))
    if mark.number >= 0 {
      entry.registerMask = allocator.allocation.registerMasks[Int(mark.number)]
      entry.slots = module.slotField(frame.maps, frame.mapRange(ofSafepoint: Int(mark.number)))
    }
    module.frameEntries.append(entry)
  }
}

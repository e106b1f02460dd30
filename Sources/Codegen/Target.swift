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

/// A machine that programs are compiled for: what can be done with it, as functions. Each target
/// module has one value of this type.
public struct Target: Sendable {
  /// How the user names it: machine and system, as `x86_64-linux`.
  public var name: String
  /// How tools and files name the machine, as `x86_64`: also the folder of the runtime's own part.
  public var machineName: String
  public var machine: ELFMachine
  /// Compiles a program, which must satisfy the IR verifier, to a relocatable object. It defines
  /// `rail_main`, `rail_apply_N` and `rail_program`, and refers to symbols of the runtime.
  public var generateObject:
    @Sendable (IRProgram, CodegenOptions) throws(CodegenError) -> ObjectFile
  /// The functions of a program after register allocation, as text; see
  /// ``FunctionCompiler/describe(_:_:into:)``.
  public var machineText: @Sendable (IRProgram, CodegenOptions) -> String
  /// An object as assembler text, which assembles to the same sections; see ``Listing``.
  public var assemblyText: @Sendable (ObjectFile) -> String

  public init(
    name: String, machineName: String, machine: ELFMachine,
    generateObject:
      @escaping @Sendable (IRProgram, CodegenOptions) throws(CodegenError) -> ObjectFile,
    machineText: @escaping @Sendable (IRProgram, CodegenOptions) -> String,
    assemblyText: @escaping @Sendable (ObjectFile) -> String
  ) {
    self.name = name
    self.machineName = machineName
    self.machine = machine
    self.generateObject = generateObject
    self.machineText = machineText
    self.assemblyText = assemblyText
  }
}

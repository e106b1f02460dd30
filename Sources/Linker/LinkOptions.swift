public import ELF

/// What to link, and how.
public struct LinkOptions: Sendable {
  /// The processor that all objects must be for.
  public var machine: ELFMachine
  /// The symbol at which the program starts.
  public var entry: String
  /// Symbols that are kept, with all they refer to, whether or not the entry reaches them.
  public var roots: [String] = []
  /// Symbols that the linker defines where an object refers to them and none defines them.
  public var boundaries: [BoundarySymbol] = []
  /// Whether a weak reference keeps what it refers to, as other linkers have it. If not, it means
  /// address 0 unless something else reaches the definition: by a weak reference a part of the
  /// program then asks whether another part is there, and uses it only in that case.
  public var followsWeakReferences = true
  /// Leaves out the symbol table and the section headers, which running a program does not need.
  public var stripped = false

  public init(machine: ELFMachine = .x86_64, entry: String = "_start") {
    self.machine = machine
    self.entry = entry
  }
}

/// A symbol for the address where a section of the image begins or ends.
///
/// Sections whose name is a C identifier need none: `__start_NAME` and `__stop_NAME` are always
/// available.
public struct BoundarySymbol: Sendable {
  /// The sections that every image has, though they may be empty.
  public enum Section: Int, Sendable { case text, rodata, data, bss }
  public enum Edge: Sendable { case start, end }

  public var name: String
  public var section: Section
  public var edge: Edge

  public init(name: String, section: Section, edge: Edge) {
    self.name = name
    self.section = section
    self.edge = edge
  }
}

/// What layout and code filling depend on in a machine.
struct MachineFacts {
  /// The largest page size in use: segments of different access rights are at least this far apart.
  let pageSize: Int
  /// Address of the first byte of the image.
  let imageBase: Int
  /// Fills gaps between functions: an instruction that traps.
  let codeFill: UInt8
  /// The relocation types of addresses of 64 and 32 bits.
  let address64: UInt32
  let address32: UInt32

  init(_ machine: ELFMachine) {
    switch machine {
    case .x86_64:
      pageSize = 4096
      imageBase = 0x40_0000
      codeFill = 0xcc  // int3
      address64 = X86_64Relocation.absolute64.rawValue
      address32 = X86_64Relocation.absolute32.rawValue
    case .aarch64:
      // Kernels may use pages of 4, 16 or 64 KiB.
      pageSize = 65536
      imageBase = 0x40_0000
      codeFill = 0  // udf #0
      address64 = AArch64Relocation.absolute64.rawValue
      address32 = AArch64Relocation.absolute32.rawValue
    }
  }
}

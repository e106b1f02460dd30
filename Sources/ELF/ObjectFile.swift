/// A relocatable object in memory: what code generation produces, what the linker consumes and what
/// `ObjectReader` and `ObjectWriter` convert from and to ELF bytes (System V gABI, chapter 4).
public struct ObjectFile: Sendable, Equatable {
  /// Where the object came from, for error messages: a file name, or a description.
  public var name: String
  public var machine: ELFMachine
  public var sections: [ObjectSection] = []
  /// Symbol 0 is an ordinary symbol: the null entry of an ELF symbol table is not represented.
  public var symbols: [ObjectSymbol] = []
  /// Sections that may occur in several objects and of which the linker keeps one copy.
  public var groups: [SectionGroup] = []

  public init(name: String, machine: ELFMachine = .x86_64) {
    self.name = name
    self.machine = machine
  }
}

/// A COMDAT group: of all groups with one signature the linker keeps the first.
public struct SectionGroup: Sendable, Hashable {
  public var signature: String
  /// Indices into ``ObjectFile/sections``; a section is in at most one group.
  public var sections: [Int]

  public init(signature: String, sections: [Int]) {
    self.signature = signature
    self.sections = sections
  }
}

/// One section of an ``ObjectFile``.
public struct ObjectSection: Sendable, Equatable {
  public var name: String
  public var flags: SectionFlags
  /// A power of two, at least 1.
  public var alignment: Int
  public var bytes: [UInt8] = []
  /// For sections without bytes in the file (`.bss`): their size in memory; otherwise 0.
  public var zeroFill: Int = 0
  /// For mergeable sections: the size of an element; otherwise 0.
  public var entrySize: Int = 0
  /// In increasing order of `offset`.
  public var relocations: [Relocation] = []

  public init(name: String, flags: SectionFlags, alignment: Int) {
    self.name = name
    self.flags = flags
    self.alignment = alignment
  }

  /// Bytes the section occupies in memory.
  public var size: Int { bytes.count + zeroFill }
}

/// The flags of a section that the linker acts on.
public struct SectionFlags: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let allocated = SectionFlags(rawValue: 1)
  public static let writable = SectionFlags(rawValue: 2)
  public static let executable = SectionFlags(rawValue: 4)
  public static let mergeable = SectionFlags(rawValue: 8)
  public static let strings = SectionFlags(rawValue: 16)
  /// Kept even if nothing refers to it.
  public static let retained = SectionFlags(rawValue: 32)
}

/// A place in a section that is to be patched with a symbol's address.
public struct Relocation: Sendable, Hashable {
  /// Byte offset in the section.
  public var offset: Int
  /// The relocation type of the machine's ELF supplement (`R_X86_64_PC32` is 2, …).
  public var kind: UInt32
  /// Index into ``ObjectFile/symbols``.
  public var symbol: Int
  public var addend: Int

  public init(offset: Int, kind: UInt32, symbol: Int, addend: Int) {
    self.offset = offset
    self.kind = kind
    self.symbol = symbol
    self.addend = addend
  }
}

/// A symbol that an object defines or refers to.
public struct ObjectSymbol: Sendable, Equatable {
  public enum Binding: UInt8, Sendable { case local, global, weak }
  public enum Kind: UInt8, Sendable { case none, object, function, section, file }
  public enum Place: Sendable, Hashable {
    case undefined
    case absolute
    /// Index into ``ObjectFile/sections``.
    case section(Int)
    /// Zeros for which the linker makes room: of all common symbols of one name the largest counts,
    /// and a definition by an object replaces them (C's tentative definitions). The alignment is a
    /// power of two.
    case common(alignment: Int)
  }

  public var name: String
  public var place: Place
  /// Offset in the section, or the value of an absolute symbol; 0 for others.
  public var value: Int
  public var size: Int
  public var binding: Binding
  public var kind: Kind

  public init(
    name: String, place: Place, value: Int = 0, size: Int = 0, binding: Binding = .global,
    kind: Kind = .none
  ) {
    self.name = name
    self.place = place
    self.value = value
    self.size = size
    self.binding = binding
    self.kind = kind
  }
}

/// Numbers of the ELF file format, under the names of its specification: System V Application
/// Binary Interface (gABI), chapters 4 and 5, and the supplements for x86-64 and AArch64.

/// The processor that an object or executable is for (`e_machine`).
public enum ELFMachine: UInt16, Sendable {
  case x86_64 = 62
  case aarch64 = 183

  /// The name used in messages.
  public var name: String {
    switch self {
    case .x86_64: "x86-64"
    case .aarch64: "AArch64"
    }
  }
}

/// Values of `e_type`: what a file is.
public enum ET {
  public static let relocatable: UInt16 = 1
  public static let executable: UInt16 = 2
}

/// Sizes in bytes of the records of a 64-bit ELF file.
public enum ELFSize {
  public static let header = 64
  public static let programHeader = 56
  public static let sectionHeader = 64
  public static let symbol = 24
  public static let relocation = 24
}

/// Values of `sh_type`: what a section holds.
public enum SHT {
  public static let null: UInt32 = 0
  public static let programBits: UInt32 = 1
  public static let symbolTable: UInt32 = 2
  public static let stringTable: UInt32 = 3
  public static let relocationsWithAddends: UInt32 = 4
  public static let note: UInt32 = 7
  public static let noBits: UInt32 = 8
  public static let relocations: UInt32 = 9
  public static let dynamicSymbolTable: UInt32 = 11
  public static let initArray: UInt32 = 14
  public static let finiArray: UInt32 = 15
  public static let preinitArray: UInt32 = 16
  public static let group: UInt32 = 17
  public static let symbolTableSectionIndices: UInt32 = 18
  public static let x86_64Unwind: UInt32 = 0x7000_0001
}

/// Bits of `sh_flags`.
public enum SHF {
  public static let write: UInt64 = 0x1
  public static let allocate: UInt64 = 0x2
  public static let executable: UInt64 = 0x4
  public static let merge: UInt64 = 0x10
  public static let strings: UInt64 = 0x20
  public static let infoLink: UInt64 = 0x40
  public static let group: UInt64 = 0x200
  public static let threadLocal: UInt64 = 0x400
  public static let compressed: UInt64 = 0x800
  public static let gnuRetain: UInt64 = 0x20_0000
  public static let exclude: UInt64 = 0x8000_0000
}

/// Section indices with a meaning of their own (`st_shndx`, `e_shstrndx`).
public enum SHN {
  public static let undefined: UInt16 = 0
  /// The first index that is not a section.
  public static let reservedLow: UInt16 = 0xff00
  public static let absolute: UInt16 = 0xfff1
  public static let common: UInt16 = 0xfff2
  /// The index does not fit and is stored elsewhere.
  public static let extended: UInt16 = 0xffff
}

/// The word that makes a section group a COMDAT group: of several groups with one signature the
/// linker keeps the first.
public let groupIsCOMDAT: UInt32 = 1

/// Symbol types (low half of `st_info`).
public enum STT {
  public static let none: UInt8 = 0
  public static let object: UInt8 = 1
  public static let function: UInt8 = 2
  public static let section: UInt8 = 3
  public static let file: UInt8 = 4
}

/// Symbol bindings (high half of `st_info`).
public enum STB {
  public static let local: UInt8 = 0
  public static let global: UInt8 = 1
  public static let weak: UInt8 = 2
}

/// Values of `p_type`: what a program header describes.
public enum PT {
  public static let load: UInt32 = 1
  public static let gnuStack: UInt32 = 0x6474_e551
}

/// Bits of `p_flags`: access rights of a segment.
public enum PF {
  public static let execute: UInt32 = 1
  public static let write: UInt32 = 2
  public static let read: UInt32 = 4
}

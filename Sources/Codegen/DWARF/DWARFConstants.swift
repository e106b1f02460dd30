/// Numbers of the DWARF Debugging Information Format, version 4, under the names of its
/// specification (section 7): those that are in use here.

/// Tags of debugging information entries.
enum DW_TAG {
  static let compileUnit = 0x11
  static let subprogram = 0x2e
}

/// Attributes of entries.
enum DW_AT {
  static let name = 0x03
  static let statementList = 0x10
  static let lowPC = 0x11
  static let highPC = 0x12
  static let producer = 0x25
  static let declarationFile = 0x3a
  static let declarationLine = 0x3b
  static let mainSubprogram = 0x6a
}

/// How the value of an attribute is written.
enum DW_FORM {
  static let address = 0x01
  static let data4 = 0x06
  static let string = 0x08
  static let udata = 0x0f
  static let sectionOffset = 0x17
  /// The flag is set; nothing is written.
  static let flagPresent = 0x19
}

/// Operations of line number programs.
enum DW_LNS {
  static let copy: UInt8 = 1
  static let advancePC: UInt8 = 2
  static let advanceLine: UInt8 = 3
  static let setFile: UInt8 = 4
  static let constantAddPC: UInt8 = 8
  /// The first special operation: there are twelve of the other kind.
  static let firstSpecial = 13
  /// How many operands each of the twelve has.
  static let operandCounts: [UInt8] = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]
}

/// Operations of line number programs that begin with 0 and a length.
enum DW_LNE {
  static let endSequence: UInt8 = 1
  static let setAddress: UInt8 = 2
}

/// Call frame instructions; the first has its operand in the low six bits.
public enum DW_CFA {
  public static let advance: UInt8 = 0x40
  public static let offset: UInt8 = 0x80
  public static let restore: UInt8 = 0xc0
  public static let nop: UInt8 = 0x00
  public static let advance1: UInt8 = 0x02
  public static let advance2: UInt8 = 0x03
  public static let advance4: UInt8 = 0x04
  public static let offsetExtended: UInt8 = 0x05
  public static let restoreExtended: UInt8 = 0x06
  public static let undefined: UInt8 = 0x07
  public static let sameValue: UInt8 = 0x08
  public static let register: UInt8 = 0x09
  public static let rememberState: UInt8 = 0x0a
  public static let restoreState: UInt8 = 0x0b
  public static let defineCFA: UInt8 = 0x0c
  public static let defineCFARegister: UInt8 = 0x0d
  public static let defineCFAOffset: UInt8 = 0x0e
  public static let offsetExtendedSigned: UInt8 = 0x11
  public static let defineCFASigned: UInt8 = 0x12
  public static let defineCFAOffsetSigned: UInt8 = 0x13
  /// On AArch64: the return address is signed from here on, or no longer.
  public static let windowSave: UInt8 = 0x2d
}

extension [UInt8] {
  public mutating func append16(_ value: UInt16) {
    append(UInt8(truncatingIfNeeded: value))
    append(UInt8(truncatingIfNeeded: value >> 8))
  }

  public mutating func append32(_ value: UInt32) {
    append16(UInt16(truncatingIfNeeded: value))
    append16(UInt16(truncatingIfNeeded: value >> 16))
  }

  /// Little-endian base 128: seven bits a byte (DWARF 4, section 7.6).
  public mutating func appendLEB128(_ value: UInt) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  public mutating func appendLEB128(_ value: Int) {
    var rest = value
    while rest < -0x40 || rest > 0x3f {
      append(UInt8(truncatingIfNeeded: rest) & 0x7f | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest) & 0x7f)
  }

  /// The UTF-8 bytes of `text` and a NUL.
  mutating func appendString(_ text: String) {
    append(contentsOf: text.utf8)
    append(0)
  }

  /// Fills in the 32-bit field at `offset`.
  mutating func patch32(at offset: Int, _ value: UInt32) {
    for byte in 0..<4 { self[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)) }
  }
}

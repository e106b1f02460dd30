import ELF
import Support

/// The words that have a meaning of their own, by interned name: they are interned first, so that a
/// word's number is an index into the tables here.
struct Vocabulary: Sendable {
  private(set) var directives: [Directive?] = []
  private(set) var x86Mnemonics: [[X86Mnemonic]?] = []
  private(set) var x86Registers: [X86RegisterName?] = []
  private(set) var armMnemonics: [ARM64Mnemonic?] = []
  /// All mnemonics of the machine, for suggestions.
  private(set) var mnemonicNames: [String] = []

  /// The vocabulary of a machine, and the names with which it begins.
  static func of(_ machine: ELFMachine) -> (vocabulary: Vocabulary, names: Interner) {
    switch machine {
    case .x86_64: x86
    case .aarch64: arm
    }
  }

  private static let x86 = make(.x86_64)
  private static let arm = make(.aarch64)

  private static func make(_ machine: ELFMachine) -> (Vocabulary, Interner) {
    var names = Interner()
    let vocabulary = Vocabulary(machine, &names)
    return (vocabulary, names)
  }

  private init(_ machine: ELFMachine, _ names: inout Interner) {
    for (name, directive) in Directive.names(machine) {
      Vocabulary.set(&directives, names.intern(name).index, directive)
    }
    if machine == .x86_64 {
      for (name, register) in X86RegisterName.all {
        Vocabulary.set(&x86Registers, names.intern(name).index, register)
      }
      for (name, mnemonic) in X86Mnemonic.all() {
        Vocabulary.set(&x86Mnemonics, names.intern(name).index, mnemonic)
        mnemonicNames.append(name)
      }
    } else {
      for (name, mnemonic) in ARM64Mnemonic.all() {
        Vocabulary.set(&armMnemonics, names.intern(name).index, mnemonic)
        mnemonicNames.append(name)
      }
    }
  }

  private static func set<Entry>(_ table: inout [Entry?], _ index: Int32, _ entry: Entry) {
    while table.count <= Int(index) { table.append(nil) }
    table[Int(index)] = entry
  }

  static func entry<Entry>(_ table: [Entry?], _ name: Int32) -> Entry? {
    Int(name) < table.count ? table[Int(name)] : nil
  }

  func directive(_ name: Int32) -> Directive? { Vocabulary.entry(directives, name) }
}

/// What a directive does; several names may do the same.
enum Directive: UInt8, Sendable {
  // Sections
  case text, data, bss, rodata, section, pushSection, popSection, previous
  // Symbols
  case global, local, weak, visibility, type, size, common, localCommon, set, setOnce
  // Data
  case bytes1, bytes2, bytes4, bytes8, float4, float8
  case ascii, terminated, space, zero, fill, unsignedLEB, signedLEB
  // Places
  case align, alignPower, origin
  // Instructions
  case literalPool, instruction, intelSyntax, attSyntax
  // Text
  case macro, endMacro, purgeMacro, `repeat`, repeatFor, repeatForCharacters, endRepeat
  case `if`, ifDefined, ifNotDefined, ifBlank, ifNotBlank, `else`, elseIf, endIf
  case ifEqual, ifNotEqual, ifGreater, ifGreaterOrEqual, ifLess, ifLessOrEqual
  case error, end
  // `.cfi_…`
  case callFrame
  // Without effect on the result
  case ignored, unsupported

  static func names(_ machine: ELFMachine) -> [(String, Directive)] {
    let isARM = machine == .aarch64
    return shared + [
      (".word", isARM ? .bytes4 : .bytes2), (".align", isARM ? .alignPower : .align),
    ] + (isARM ? arm : x86)
  }

  private static let shared: [(String, Directive)] = [
    (".text", .text), (".data", .data), (".bss", .bss), (".rodata", .rodata),
    (".section", .section), (".pushsection", .pushSection), (".popsection", .popSection),
    (".previous", .previous),
    (".globl", .global), (".global", .global), (".local", .local), (".weak", .weak),
    (".hidden", .visibility), (".protected", .visibility), (".internal", .visibility),
    (".type", .type), (".size", .size), (".comm", .common), (".lcomm", .localCommon),
    (".set", .set), (".equ", .set), (".equiv", .setOnce),
    (".byte", .bytes1), (".short", .bytes2), (".hword", .bytes2), (".2byte", .bytes2),
    (".value", .bytes2), (".long", .bytes4), (".int", .bytes4), (".4byte", .bytes4),
    (".quad", .bytes8), (".8byte", .bytes8), (".float", .float4), (".single", .float4),
    (".double", .float8), (".ascii", .ascii), (".asciz", .terminated), (".string", .terminated),
    (".space", .space), (".skip", .space), (".zero", .zero), (".fill", .fill),
    (".uleb128", .unsignedLEB), (".sleb128", .signedLEB),
    (".balign", .align), (".p2align", .alignPower), (".org", .origin),
    (".macro", .macro), (".endm", .endMacro), (".purgem", .purgeMacro), (".rept", .repeat),
    (".irp", .repeatFor), (".irpc", .repeatForCharacters), (".endr", .endRepeat),
    (".if", .if), (".ifdef", .ifDefined), (".ifndef", .ifNotDefined),
    (".ifnotdef", .ifNotDefined), (".ifb", .ifBlank), (".ifnb", .ifNotBlank), (".else", .else),
    (".elseif", .elseIf), (".endif", .endIf), (".ifeq", .ifEqual), (".ifne", .ifNotEqual),
    (".ifgt", .ifGreater), (".ifge", .ifGreaterOrEqual), (".iflt", .ifLess),
    (".ifle", .ifLessOrEqual),
    (".error", .error), (".err", .error), (".end", .end),
    (".file", .ignored), (".loc", .ignored), (".ident", .ignored), (".addrsig", .ignored),
    (".addrsig_sym", .ignored), (".title", .ignored),
    (".cfi_sections", .callFrame), (".cfi_startproc", .callFrame), (".cfi_endproc", .callFrame),
    (".cfi_personality", .callFrame), (".cfi_personality_id", .callFrame),
    (".cfi_lsda", .callFrame), (".cfi_def_cfa", .callFrame),
    (".cfi_def_cfa_register", .callFrame), (".cfi_def_cfa_offset", .callFrame),
    (".cfi_adjust_cfa_offset", .callFrame), (".cfi_offset", .callFrame),
    (".cfi_rel_offset", .callFrame), (".cfi_register", .callFrame), (".cfi_restore", .callFrame),
    (".cfi_undefined", .callFrame), (".cfi_same_value", .callFrame),
    (".cfi_remember_state", .callFrame), (".cfi_restore_state", .callFrame),
    (".cfi_return_column", .callFrame), (".cfi_signal_frame", .callFrame),
    (".cfi_window_save", .callFrame), (".cfi_escape", .callFrame),
    (".include", .unsupported), (".incbin", .unsupported), (".subsection", .unsupported),
    (".symver", .unsupported), (".reloc", .unsupported), (".octa", .unsupported),
    (".altmacro", .unsupported), (".exitm", .unsupported),
  ]

  private static let x86: [(String, Directive)] = [
    (".intel_syntax", .intelSyntax), (".att_syntax", .attSyntax), (".code64", .ignored),
    (".arch", .ignored), (".code32", .unsupported), (".code16", .unsupported),
  ]

  private static let arm: [(String, Directive)] = [
    (".xword", .bytes8), (".dword", .bytes8), (".inst", .instruction),
    (".ltorg", .literalPool), (".pool", .literalPool), (".cfi_negate_ra_state", .callFrame),
    (".arch", .ignored), (".cpu", .ignored), (".arch_extension", .ignored),
  ]
}

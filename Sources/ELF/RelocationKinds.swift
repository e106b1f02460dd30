/// Relocation types of the System V ABI supplement for AMD64, section 4.4: those that occur in
/// relocatable objects. S is the symbol's address, A the addend, P the place, G a GOT entry.
public enum X86_64Relocation: UInt32, Sendable, CaseIterable {
  case none = 0
  /// S + A, 64 bits.
  case absolute64 = 1
  /// S + A - P, signed 32 bits.
  case pc32 = 2
  /// Like `pc32`; the target may be reached through a procedure linkage table.
  case plt32 = 4
  /// G + A - P, signed 32 bits; the instruction may not be changed.
  case gotpcrel = 9
  /// S + A, zero-extended 32 bits.
  case absolute32 = 10
  /// S + A, sign-extended 32 bits.
  case absolute32S = 11
  case absolute16 = 12
  case pc16 = 13
  case absolute8 = 14
  case pc8 = 15
  case pc64 = 24
  /// Like `gotpcrel`, in an instruction without REX prefix that may be relaxed.
  case gotpcrelx = 41
  /// Like `gotpcrel`, in an instruction with REX prefix that may be relaxed.
  case rexGotpcrelx = 42

  /// The name in the ABI.
  public var name: String {
    switch self {
    case .none: "R_X86_64_NONE"
    case .absolute64: "R_X86_64_64"
    case .pc32: "R_X86_64_PC32"
    case .plt32: "R_X86_64_PLT32"
    case .gotpcrel: "R_X86_64_GOTPCREL"
    case .absolute32: "R_X86_64_32"
    case .absolute32S: "R_X86_64_32S"
    case .absolute16: "R_X86_64_16"
    case .pc16: "R_X86_64_PC16"
    case .absolute8: "R_X86_64_8"
    case .pc8: "R_X86_64_PC8"
    case .pc64: "R_X86_64_PC64"
    case .gotpcrelx: "R_X86_64_GOTPCRELX"
    case .rexGotpcrelx: "R_X86_64_REX_GOTPCRELX"
    }
  }
}

/// Relocation types of the ELF supplement for the Arm 64-bit architecture (AAELF64, section 5.7):
/// those of static, position-dependent code. Page(x) is x with its low 12 bits clear.
public enum AArch64Relocation: UInt32, Sendable, CaseIterable {
  case none = 0
  /// S + A.
  case absolute64 = 257
  case absolute32 = 258
  case absolute16 = 259
  /// S + A - P.
  case prel64 = 260
  case prel32 = 261
  case prel16 = 262
  /// Bits 15:0, 31:16, 47:32 and 63:48 of S + A into `movz` or `movk`.
  case movwUnsignedG0 = 263
  case movwUnsignedG0NoCheck = 264
  case movwUnsignedG1 = 265
  case movwUnsignedG1NoCheck = 266
  case movwUnsignedG2 = 267
  case movwUnsignedG2NoCheck = 268
  case movwUnsignedG3 = 269
  /// S + A - P into the 19-bit word offset of a load literal.
  case loadLiteral19 = 273
  /// S + A - P into the 21-bit byte offset of `adr`.
  case adrLow21 = 274
  /// Page(S + A) - Page(P) into the 21-bit page offset of `adrp`.
  case adrPage21 = 275
  case adrPage21NoCheck = 276
  /// Low 12 bits of S + A into `add`.
  case addLow12 = 277
  case loadStore8Low12 = 278
  /// S + A - P into the 14-bit word offset of `tbz`, `tbnz`.
  case testBranch14 = 279
  /// S + A - P into the 19-bit word offset of `b.cond`, `cbz`, `cbnz`.
  case conditionalBranch19 = 280
  /// S + A - P into the 26-bit word offset of `b`.
  case jump26 = 282
  /// S + A - P into the 26-bit word offset of `bl`.
  case call26 = 283
  case loadStore16Low12 = 284
  case loadStore32Low12 = 285
  case loadStore64Low12 = 286
  case loadStore128Low12 = 299
  /// Page(G) - Page(P) into `adrp`.
  case adrGotPage21 = 311
  /// Low 12 bits of G into a 64-bit load.
  case load64GotLow12 = 312
  case plt32 = 314

  /// The name in the ABI.
  public var name: String {
    switch self {
    case .none: "R_AARCH64_NONE"
    case .absolute64: "R_AARCH64_ABS64"
    case .absolute32: "R_AARCH64_ABS32"
    case .absolute16: "R_AARCH64_ABS16"
    case .prel64: "R_AARCH64_PREL64"
    case .prel32: "R_AARCH64_PREL32"
    case .prel16: "R_AARCH64_PREL16"
    case .movwUnsignedG0: "R_AARCH64_MOVW_UABS_G0"
    case .movwUnsignedG0NoCheck: "R_AARCH64_MOVW_UABS_G0_NC"
    case .movwUnsignedG1: "R_AARCH64_MOVW_UABS_G1"
    case .movwUnsignedG1NoCheck: "R_AARCH64_MOVW_UABS_G1_NC"
    case .movwUnsignedG2: "R_AARCH64_MOVW_UABS_G2"
    case .movwUnsignedG2NoCheck: "R_AARCH64_MOVW_UABS_G2_NC"
    case .movwUnsignedG3: "R_AARCH64_MOVW_UABS_G3"
    case .loadLiteral19: "R_AARCH64_LD_PREL_LO19"
    case .adrLow21: "R_AARCH64_ADR_PREL_LO21"
    case .adrPage21: "R_AARCH64_ADR_PREL_PG_HI21"
    case .adrPage21NoCheck: "R_AARCH64_ADR_PREL_PG_HI21_NC"
    case .addLow12: "R_AARCH64_ADD_ABS_LO12_NC"
    case .loadStore8Low12: "R_AARCH64_LDST8_ABS_LO12_NC"
    case .testBranch14: "R_AARCH64_TSTBR14"
    case .conditionalBranch19: "R_AARCH64_CONDBR19"
    case .jump26: "R_AARCH64_JUMP26"
    case .call26: "R_AARCH64_CALL26"
    case .loadStore16Low12: "R_AARCH64_LDST16_ABS_LO12_NC"
    case .loadStore32Low12: "R_AARCH64_LDST32_ABS_LO12_NC"
    case .loadStore64Low12: "R_AARCH64_LDST64_ABS_LO12_NC"
    case .loadStore128Low12: "R_AARCH64_LDST128_ABS_LO12_NC"
    case .adrGotPage21: "R_AARCH64_ADR_GOT_PAGE"
    case .load64GotLow12: "R_AARCH64_LD64_GOT_LO12_NC"
    case .plt32: "R_AARCH64_PLT32"
    }
  }
}

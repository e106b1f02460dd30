public import Codegen

/// The encoder: machine instructions to bytes, as the Intel manual (volume 2) defines them.
///
/// Where the architecture offers several encodings of an instruction, the choice is that of GNU
/// `as`, so that the text of the printer assembles to the very same bytes. The one exception the
/// printer knows about: constants are moved by the shortest of the three forms of `mov`.
///
/// Instructions come from our own compiler: an operand that cannot be encoded is a defect of it and
/// traps with a text that names the instruction.
public enum X86Encoder {
  /// No instruction is longer (Intel manual, volume 2, section 2.3.11).
  static let maximumLength = 15
  /// Bytes gathered before they are appended to the code buffer.
  private static let chunkSize = 1024  // the most that is taken from the stack

  /// Appends one instruction.
  public static func encode(_ instruction: MachineInstruction, into buffer: inout CodeBuffer) {
    withUnsafePointer(to: instruction) {
      encode(UnsafeBufferPointer(start: $0, count: 1), into: &buffer, chunkSize: 16)
    }
  }

  /// Appends instructions: faster than one by one.
  public static func encode(
    _ instructions: UnsafeBufferPointer<MachineInstruction>, into buffer: inout CodeBuffer
  ) {
    encode(instructions, into: &buffer, chunkSize: chunkSize)
  }

  @inline(__always)
  private static func encode(
    _ instructions: UnsafeBufferPointer<MachineInstruction>, into buffer: inout CodeBuffer,
    chunkSize: Int
  ) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: chunkSize) { chunk in
      guard let start = chunk.baseAddress else { return }
      var cursor = CodeCursor(start, offset: buffer.bytes.count)
      for index in instructions.indices {
        if cursor.count > chunkSize - maximumLength { cursor.flush(into: &buffer) }
        encode(instructions[index], &cursor, &buffer)
      }
      cursor.flush(into: &buffer)
    }
  }

  /// Appends padding up to the next multiple of `alignment`, a power of two, in as few instructions
  /// as possible.
  public static func align(_ buffer: inout CodeBuffer, to alignment: Int) {
    var missing = -buffer.bytes.count & (alignment - 1)
    while missing > 0 {
      let length = min(missing, maximumPadding)
      encode(X86.nop(length: length), into: &buffer)
      missing -= length
    }
  }

  /// Puts one instruction where `cursor` stands; there must be room for ``maximumLength`` bytes.
  static func encode(
    _ instruction: MachineInstruction, _ cursor: inout CodeCursor,
    _ buffer: inout CodeBuffer
  ) {
    guard let opcode = X86Opcode(rawValue: instruction.opcode) else {
      encodingFailure(instruction, "unknown opcode")
    }
    let width = instruction.width
    if opcode.widths & width == 0 || width & (width &- 1) != 0 {
      encodingFailure(instruction, "wrong width")
    }
    switch opcode {
    case .add, .or, .adc, .sbb, .and, .sub, .xor, .cmp:
      encodeArithmetic(instruction, &cursor, &buffer)
    case .mov:
      encodeMove(instruction, &cursor, &buffer)
    case .lea:
      encodeAddress(instruction, &cursor, &buffer)
    case .movzx8, .movzx16, .movsx8, .movsx16, .movsxd:
      encodeExtension(opcode, instruction, &cursor, &buffer)
    case .test:
      encodeTest(instruction, &cursor, &buffer)
    case .xchg:
      encodeExchange(instruction, &cursor, &buffer)
    case .push, .pop, .bswap:
      encodeStackOrSwap(opcode, instruction, &cursor, &buffer)
    case .imul:
      encodeMultiply(instruction, &cursor, &buffer)
    case .mul, .imulWide, .div, .idiv, .neg, .not, .inc, .dec, .shlCL, .shrCL, .sarCL, .rolCL,
      .rorCL:
      encodeUnary(opcode, instruction, &cursor, &buffer)
    case .shl, .shr, .sar, .rol, .ror:
      encodeShift(opcode, instruction, &cursor, &buffer)
    case .shld, .shrd, .shldCL, .shrdCL:
      encodeDoubleShift(opcode, instruction, &cursor)
    case .rcl, .rcr:
      encodeShift(opcode, instruction, &cursor, &buffer)
    case .rclCL, .rcrCL:
      encodeUnary(opcode, instruction, &cursor, &buffer)
    case .bt, .bts, .btr, .btc:
      encodeBitTest(opcode, instruction, &cursor, &buffer)
    case .popcnt, .lzcnt, .tzcnt, .bsr, .bsf:
      encodeLoadLike(bitCountEncoding(opcode), instruction, &cursor, &buffer)
    case .cmovcc:
      encodeLoadLike(
        OpcodeBytes(escaped: 0x40 + condition(instruction)), instruction, &cursor, &buffer)
    case .setcc:
      encodeSet(instruction, &cursor, &buffer)
    case .jmp, .jcc, .call:
      encodeBranch(opcode, instruction, &cursor, &buffer)
    case .cqo, .cdq, .ret, .ud2, .int3, .endbr64, .syscall, .nop:
      encodeFixed(opcode, instruction, &cursor)
    case .movsd, .movapd, .movss, .movaps, .addsd, .subsd, .mulsd, .divsd, .sqrtsd, .minsd, .maxsd,
      .ucomisd, .comisd, .xorpd, .andpd, .orpd, .andnpd, .unpcklpd, .cvtsd2ss, .cvtss2sd:
      encodeFloat(opcode, instruction, &cursor, &buffer)
    case .cvtsi2sd, .cvttsd2si, .cvtsd2si, .cvtsi2ss, .cvttss2si, .cvtss2si, .movdToXMM, .movqToXMM,
      .movdFromXMM, .movqFromXMM:
      encodeConversion(opcode, instruction, &cursor, &buffer)
    case .clc, .stc, .cmc, .cld, .std, .hlt, .leave, .lahf, .sahf, .pushfq, .popfq, .cbw, .cwde,
      .cdqe, .cwd, .cpuid, .rdtsc, .rdtscp, .xgetbv, .pause, .lfence, .mfence, .sfence, .movs,
      .cmps, .stos, .lods, .scas, .retBytes, .int:
      encodeSystem(opcode, instruction, &cursor)
    case .xadd, .cmpxchg, .movnti, .cmpxchg8b, .cmpxchg16b, .ldmxcsr, .stmxcsr:
      encodeSynchronized(opcode, instruction, &cursor, &buffer)
    case .movups, .movupd, .movdqa, .movdqu, .movdMemory, .movqMemory, .addss, .subss, .mulss,
      .divss, .sqrtss, .minss, .maxss, .ucomiss, .comiss, .addpd, .subpd, .mulpd, .divpd, .sqrtpd,
      .minpd, .maxpd, .addps, .subps, .mulps, .divps, .sqrtps, .minps, .maxps, .andps, .orps,
      .andnps, .xorps, .unpcklps, .pxor, .por, .pand, .pandn, .paddb, .paddw, .paddd, .paddq,
      .psubb, .psubw, .psubd, .psubq, .pcmpeqb, .pcmpeqw, .pcmpeqd, .pcmpgtb, .pcmpgtw, .pcmpgtd,
      .pminub, .pmaxub, .punpcklbw, .punpcklqdq:
      encodeFloat(opcode, instruction, &cursor, &buffer)
    case .unpckhpd, .unpckhps, .punpcklwd, .punpckldq, .punpckhbw, .punpckhwd, .punpckhdq,
      .punpckhqdq, .packuswb, .packsswb, .packssdw, .pmuludq, .pmullw, .pmulhw, .pmulhuw,
      .pmaddwd, .psadbw, .pavgb, .pavgw, .pminsw, .pmaxsw, .psllw, .pslld, .psllq, .psrlw, .psrld,
      .psrlq, .psraw, .psrad, .paddusb, .paddusw, .paddsb, .paddsw, .psubusb, .psubusw, .psubsb,
      .psubsw, .cvtdq2pd, .cvtdq2ps, .cvttps2dq, .cvtps2dq, .cvttpd2dq, .cvtps2pd, .cvtpd2ps:
      encodeFloat(opcode, instruction, &cursor, &buffer)
    case .psllwBy, .pslldBy, .psllqBy, .psrlwBy, .psrldBy, .psrlqBy, .psrawBy, .psradBy,
      .pslldqBy, .psrldqBy:
      encodeVectorShift(opcode, instruction, &cursor)
    case .pshufd, .shufps, .shufpd, .pshuflw, .pshufhw, .cmpsdBy, .cmpssBy, .cmppdBy, .cmppsBy,
      .pmovmskb, .movmskpd, .movmskps:
      encodeElements(opcode, instruction, &cursor, &buffer)
    }
  }
}

/// A place in a chunk of memory where bytes are put one after the other. The chunk's owner sees to
/// it that there is room for a whole instruction.
struct CodeCursor {
  private let start: UnsafeMutablePointer<UInt8>
  private var position: UnsafeMutablePointer<UInt8>
  /// Offset of the chunk in the text section.
  private var chunkOffset: Int

  init(_ start: UnsafeMutablePointer<UInt8>, offset: Int) {
    self.start = start
    position = start
    chunkOffset = offset
  }

  /// Bytes in the chunk.
  @inline(__always) var count: Int { position - start }
  /// The offset in the text section of the byte that is put next.
  @inline(__always) var offset: Int { chunkOffset + count }

  @inline(__always) mutating func put8(_ value: UInt8) {
    position.pointee = value
    position += 1
  }

  /// Puts a byte only if `condition` holds; without a jump.
  @inline(__always) mutating func put8(_ value: UInt8, if condition: Bool) {
    position.pointee = value
    position += condition ? 1 : 0
  }

  @inline(__always) mutating func put16(_ value: UInt16) {
    UnsafeMutableRawPointer(position).storeBytes(of: value.littleEndian, as: UInt16.self)
    position += 2
  }

  @inline(__always) mutating func put32(_ value: Int32) {
    UnsafeMutableRawPointer(position).storeBytes(of: value.littleEndian, as: Int32.self)
    position += 4
  }

  @inline(__always) mutating func put64(_ value: Int64) {
    UnsafeMutableRawPointer(position).storeBytes(of: value.littleEndian, as: Int64.self)
    position += 8
  }

  mutating func flush(into buffer: inout CodeBuffer) {
    buffer.bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
    chunkOffset += count
    position = start
  }
}

/// Stops the compiler: it has made an instruction that does not exist.
@inline(never)
func encodingFailure(_ instruction: MachineInstruction, _ reason: String) -> Never {
  fatalError("x86-64 encoder: \(reason): \(describe(instruction))")
}

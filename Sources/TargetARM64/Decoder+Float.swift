import Codegen

// Scalar floating point and the few vector instructions, in the order of the manual (Arm ARM,
// C4.1.96).

extension WordDecoding {
  func decodeFloat() -> MachineInstruction? {
    switch (bit(28), bit(30)) {
    case (true, false) where bit(24): return decodeMultiplyAdd()
    case (true, false) where bit(21):
      switch bits(10, 2) {
      case 1: return decodeConditionalCompare()
      case 2: return binary(bits(12, 4) < 9 ? opcode(.fmul, bits(12, 4)) : nil)
      case 3: return decodeSelect()
      default: break
      }
      if bits(10, 6) == 0 { return decodeIntegerConversion() }
      if bit(12) { return ARM64.ri(.fmov, float(0), Int64(bits(13, 8)), width: floatWidth) }
      return bit(13) ? decodeCompare() : decodeUnary()
    case (false, _): return decodeVector()
    default: return nil
    }
  }

  private func binary(_ opcode: ARM64Opcode?) -> MachineInstruction? {
    opcode.map { ARM64.rrr($0, float(0), float(5), float(16), width: floatWidth) }
  }

  private func decodeMultiplyAdd() -> MachineInstruction? {
    opcode(.fmadd, bits(21, 1) << 1 | bits(15, 1)).map {
      ARM64.rrrr($0, float(0), float(5), float(16), float(10), width: floatWidth)
    }
  }

  private func decodeConditionalCompare() -> MachineInstruction? {
    ARM64Condition(rawValue: UInt8(bits(12, 4))).map {
      ARM64.compareIf(
        bit(4) ? .fccmpe : .fccmp, $0, float(5), float(16), else: UInt8(bits(0, 4)),
        width: floatWidth)
    }
  }

  private func decodeSelect() -> MachineInstruction? {
    ARM64Condition(rawValue: UInt8(bits(12, 4))).map {
      ARM64.select(.fcsel, $0, float(0), float(5), float(16), width: floatWidth)
    }
  }

  private func decodeCompare() -> MachineInstruction? {
    let opcode: ARM64Opcode = bit(4) ? .fcmpe : .fcmp
    return bit(3)
      ? ARM64.r(opcode, float(5), width: floatWidth)
      : ARM64.rr(opcode, float(5), float(16), width: floatWidth)
  }

  private func decodeUnary() -> MachineInstruction? {
    let opcode: ARM64Opcode?
    switch bits(15, 6) {
    case 0: opcode = .fmov
    case 1: opcode = .fabs
    case 2: opcode = .fneg
    case 3: opcode = .fsqrt
    case 4, 5, 7:
      let widths: [UInt8] = [4, 8, 0, 2]
      return ARM64.rr(
        .fcvt, float(0), float(5), width: widths[Int(bits(15, 2))],
        sourceWidth: widths[Int(bits(22, 2))])
    case 8...12: opcode = self.opcode(.frintn, bits(15, 3))
    case 14: opcode = .frintx
    case 15: opcode = .frinti
    default: opcode = nil
    }
    return opcode.map { ARM64.rr($0, float(0), float(5), width: floatWidth) }
  }

  private func decodeIntegerConversion() -> MachineInstruction? {
    let rounding = bits(19, 2)
    switch bits(16, 3) {
    case 0, 1:
      return opcode(.fcvtns, rounding << 1 | bits(16, 1)).map {
        ARM64.rr($0, general(0), float(5), width: width, sourceWidth: floatWidth)
      }
    case 2, 3:
      return opcode(.scvtf, bits(16, 1)).map {
        ARM64.rr($0, float(0), general(5), width: floatWidth, sourceWidth: width)
      }
    case 4, 5:
      return opcode(.fcvtas, bits(16, 1)).map {
        ARM64.rr($0, general(0), float(5), width: width, sourceWidth: floatWidth)
      }
    case 6: return ARM64.rr(.fmov, general(0), float(5), width: width)
    default: return ARM64.rr(.fmov, float(0), general(5), width: width)
    }
  }

  private func decodeVector() -> MachineInstruction? {
    let width: UInt8 = bit(30) ? 16 : 8
    if word & 0xBFFF_FC00 == 0x0E20_5800 {
      return ARM64.rr(.cnt, float(0), float(5), width: width)
    }
    if word & 0xBFFF_FC00 == 0x0E31_B800 {
      return ARM64.rr(.addv, float(0), float(5), width: width)
    }
    if word & 0xBFF8_FC00 == 0x2F00_E400 {
      let mask = ARM64ByteMaskImmediate.decode(UInt8(bits(16, 3) << 5 | bits(5, 5)))
      return ARM64.ri(.movi, float(0), Int64(bitPattern: mask), width: width)
    }
    let operation = bits(29, 1) << 2 | bits(22, 2)
    if word & 0x9F20_FC00 == 0x0E20_1C00 && operation < 5 {
      return opcode(.andVector, operation).map {
        ARM64.rrr($0, float(0), float(5), float(16), width: width)
      }
    }
    return nil
  }
}

import Codegen
import TargetARM64

// Loads and stores with all registers, kinds of address and offsets.

extension InstructionFamily {
  static let memory: [InstructionFamily] =
    singles + literals + pairs + synchronized

  /// An access: opcode, operand width, bytes in memory, register operands.
  private struct Access {
    var opcode: ARM64Opcode
    var width: UInt8
    var bytes: Int32
    var isFloat: Bool

    var form: OperandForm { opcode == .str ? .mr : .rm }

    func operand(_ isFew: Bool) -> Axis {
      let registers =
        isFloat
        ? isFew ? Operands.fewFloat : Operands.float
        : isFew ? Operands.fewGeneral : Operands.general
      return opcode == .str ? .s(registers) : .d(registers)
    }
  }

  private static let accesses: [Access] = {
    var accesses: [Access] = []
    for opcode: ARM64Opcode in [.ldr, .str] {
      for width: UInt8 in [1, 2, 4, 8] {
        accesses.append(
          Access(opcode: opcode, width: width, bytes: Int32(width), isFloat: false))
      }
      for width: UInt8 in [1, 2, 4, 8, 16] {
        accesses.append(Access(opcode: opcode, width: width, bytes: Int32(width), isFloat: true))
      }
    }
    for width in widths {
      accesses.append(Access(opcode: .ldrsb, width: width, bytes: 1, isFloat: false))
      accesses.append(Access(opcode: .ldrsh, width: width, bytes: 2, isFloat: false))
    }
    accesses.append(Access(opcode: .ldrsw, width: 8, bytes: 4, isFloat: false))
    return accesses
  }()

  private static let singles: [InstructionFamily] = accesses.flatMap { access in
    let bases = Axis.base(Operands.orStackPointer)
    let fewBases = Axis.base(Operands.fewOrStackPointer)
    let scaled = (0..<0x1000).map { Int32($0) * access.bytes }
    let bytewise = Array(Int32(-256)..<256)
    let borders: [Int32] = [-256, -255, -1, 1, 255, access.bytes, 0xFFF * access.bytes, 0]
    let updates: [ARM64Modifier] = [.preIndex, .postIndex]
    func family(_ axes: [Axis], target: Int32 = -1) -> InstructionFamily {
      InstructionFamily(access.opcode, access.form, width: access.width, target: target, axes)
    }
    let logarithm = UInt8(access.bytes.trailingZeroBitCount)
    let shifts: [UInt8] = logarithm == 0 ? [0] : [0, logarithm]
    let extensions = Axis.modifier([.uxtw, .sxtw, .sxtx], shifts)
    let shift = logarithm == 0 ? Axis.modifier([.none], [0]) : .modifier([.lsl], [logarithm])
    return [
      family([access.operand(false), bases, .displacement(borders)]),
      family([access.operand(true), fewBases, .displacement(scaled)]),
      family([access.operand(true), fewBases, .displacement(bytewise)]),
      family([
        access.operand(true), fewBases, .displacement(bytewise), .modifier([.unscaled], [0]),
      ]),
      family([
        access.operand(false), bases, .displacement([-256, -1, 0, 8, 255]), .modifier(updates, [0]),
      ]),
      family([access.operand(true), fewBases, .displacement(bytewise), .modifier(updates, [0])]),
      family([access.operand(false), bases, .index(Operands.fewGeneral)]),
      family([access.operand(true), bases, .index(Operands.general), extensions]),
      family([access.operand(true), bases, .index(Operands.general), shift]),
      family([access.operand(false), bases, .displacement(Operands.addends)], target: 0),
    ]
  }

  private static let literals: [InstructionFamily] = {
    var families: [InstructionFamily] = []
    func add(_ opcode: ARM64Opcode, width: UInt8, _ registers: [Register]) {
      let distances = Axis.immediate(Operands.distances(bits: 19, unit: 4))
      families += [
        InstructionFamily(opcode, .ri, width: width, [.d(registers), distances]),
        InstructionFamily(
          opcode, .rSymbol, width: width, target: 0,
          [.d(registers), .displacement(Operands.addends)]),
      ]
    }
    for width in widths { add(.ldr, width: width, Operands.general) }
    for width: UInt8 in [4, 8, 16] { add(.ldr, width: width, Operands.float) }
    add(.ldrsw, width: 8, Operands.general)
    return families
  }()

  private static let pairs: [InstructionFamily] = {
    var families: [InstructionFamily] = []
    func add(_ opcode: ARM64Opcode, width: UInt8, unit: Int32, isFloat: Bool) {
      let all = isFloat ? Operands.float : Operands.general
      let few = isFloat ? Operands.fewFloat : Operands.fewGeneral
      let dense = Axis.displacement((-64..<64).map { $0 * unit })
      for modifier: ARM64Modifier in [.none, .preIndex, .postIndex] {
        families += [
          InstructionFamily(
            opcode, .rrm, width: width,
            [
              .d(few), .s(Array(few.reversed())), .base(Operands.fewOrStackPointer), dense,
              .modifier([modifier], [0]),
            ]),
          InstructionFamily(
            opcode, .rrm, width: width,
            [
              .d(all), .s(all), .base(Operands.fewOrStackPointer),
              .displacement([0, 63 * unit, -64 * unit]), .modifier([modifier], [0]),
            ]),
          InstructionFamily(
            opcode, .rrm, width: width,
            [
              .d(all), .s(few), .base(Operands.orStackPointer), .displacement([2 * unit]),
              .modifier([modifier], [0]),
            ]),
        ]
      }
    }
    for opcode: ARM64Opcode in [.ldp, .stp] {
      for width in widths { add(opcode, width: width, unit: Int32(width), isFloat: false) }
      for width: UInt8 in [4, 8, 16] {
        add(opcode, width: width, unit: Int32(width), isFloat: true)
      }
    }
    add(.ldpsw, width: 8, unit: 4, isFloat: false)
    return families
  }()

  private static let synchronized: [InstructionFamily] = ([1, 2, 4, 8] as [UInt8]).flatMap {
    width in
    let all = Operands.general
    let bases = Axis.base(Operands.orStackPointer)
    func family(_ opcode: ARM64Opcode, _ form: OperandForm, _ axes: [Axis]) -> InstructionFamily {
      InstructionFamily(opcode, form, width: width, axes)
    }
    return [
      family(.ldar, .rm, [.d(all), bases]), family(.ldxr, .rm, [.d(all), bases]),
      family(.ldaxr, .rm, [.d(all), bases]), family(.stlr, .mr, [.s(all), bases]),
      family(.stxr, .rrm, [.d(all), .s(all), bases]),
      family(.stlxr, .rrm, [.d(all), .s(all), bases]),
    ]
  }

  /// Whether the manual calls the effect of the instruction unpredictable: assemblers refuse it,
  /// and so do we.
  static func isUnpredictable(_ instruction: MachineInstruction) -> Bool {
    let isUpdate =
      instruction.modifier == ARM64Modifier.preIndex.rawValue
      || instruction.modifier == ARM64Modifier.postIndex.rawValue
    let base = instruction.base
    switch ARM64Opcode(rawValue: instruction.opcode) {
    case .ldr, .str, .ldrsb, .ldrsh, .ldrsw:
      return isUpdate && (instruction.form == .mr ? instruction.s : instruction.d) == base
    case .ldp, .ldpsw:
      return instruction.d == instruction.s
        || isUpdate && (instruction.d == base || instruction.s == base)
    case .stp: return isUpdate && (instruction.d == base || instruction.s == base)
    case .stxr, .stlxr: return instruction.d == instruction.s || instruction.d == base
    default: return false
    }
  }
}

import Codegen
import TargetARM64

/// All instructions that come from a template by giving some operands each of a list of values.
struct InstructionFamily: Sendable {
  enum Axis: Sendable {
    case d([Register])
    case s([Register])
    case index([Register])
    case base([Register])
    case immediate([Int64])
    case displacement([Int32])
    case condition([UInt8])
    case modifier([ARM64Modifier], [UInt8])
    case amount([UInt8])

    var count: Int {
      switch self {
      case .d(let values), .s(let values), .index(let values), .base(let values): values.count
      case .immediate(let values): values.count
      case .displacement(let values): values.count
      case .condition(let values), .amount(let values): values.count
      case .modifier(let modifiers, let amounts): modifiers.count * amounts.count
      }
    }

    func set(_ instruction: inout MachineInstruction, to index: Int) {
      switch self {
      case .d(let values): instruction.d = values[index]
      case .s(let values): instruction.s = values[index]
      case .index(let values): instruction.index = values[index]
      case .base(let values): instruction.base = values[index]
      case .immediate(let values): instruction.immediate = values[index]
      case .displacement(let values): instruction.displacement = values[index]
      case .condition(let values): instruction.condition = values[index]
      case .amount(let values): instruction.amount = values[index]
      case .modifier(let modifiers, let amounts):
        instruction.modifier = modifiers[index / amounts.count].rawValue
        instruction.amount = amounts[index % amounts.count]
      }
    }
  }

  let template: MachineInstruction
  let axes: [Axis]
  /// Number of instructions.
  let count: Int

  init(
    _ opcode: ARM64Opcode, _ form: OperandForm, width: UInt8 = 8, scale: UInt8 = 1,
    target: Int32 = -1, _ axes: [Axis]
  ) {
    template = MachineInstruction(
      opcode: opcode.rawValue, form: form, width: width, scale: scale, target: target)
    self.axes = axes
    count = axes.reduce(1) { $0 * $1.count }
  }

  /// One of them; `index` in 0..<count.
  func instruction(at index: Int) -> MachineInstruction {
    var rest = index
    var instruction = template
    for axis in axes {
      axis.set(&instruction, to: rest % axis.count)
      rest /= axis.count
    }
    return instruction
  }

  /// Every instruction form with all registers and the borders of immediates, and with few
  /// registers and all or a dense choice of immediates.
  static let all: [InstructionFamily] =
    integer + constants + memory + control + floatingPoint
}

/// Values of operands.
enum Operands {
  static let general = (0..<31).map { Register.x(Int32($0)) } + [.zr]
  static let orStackPointer = (0..<31).map { Register.x(Int32($0)) } + [.sp]
  static let float = (0..<32).map { Register.v(Int32($0)) }
  static let fewGeneral: [Register] = [.x0, .x13, .x30, .zr]
  static let fewOrStackPointer: [Register] = [.x1, .x22, .sp]
  static let fewFloat: [Register] = [.v(0), .v(15), .v(31)]
  static let conditions = Array(UInt8(0)..<16)
  static let addends: [Int32] = [0, 4, 16, -8, 4096, 0x10_0000]

  /// Distances in units of `unit` bytes at the borders of `bits` bits with sign, and a dense choice
  /// of others.
  static func distances(bits: Int64, unit: Int64) -> [Int64] {
    let limit = Int64(1) << (bits - 1)
    var values: [Int64] = [-limit, -limit + 1, -2, -1, 0, 1, 2, limit - 2, limit - 1]
    for bit in 2..<bits - 1 { values += [1 << bit - 1, 1 << bit, -(1 << bit), -(1 << bit) - 1] }
    values += stride(from: -limit, to: limit, by: Int(limit / 61) | 1)
    return values.map { $0 * unit }
  }

  /// All bitmask immediates of `width` bytes, found by trying all fields.
  static func bitmasks(width: UInt8) -> [Int64] {
    (UInt32(0)..<1 << 13).compactMap {
      ARM64BitmaskImmediate.decode($0, width: width).map { Int64(bitPattern: $0) }
    }
  }
}

extension InstructionFamily {
  static let widths: [UInt8] = [4, 8]

  private static let integer: [InstructionFamily] =
    additions + logic + threeOperands + conditions

  /// `add` and `sub` with all kinds of last operand.
  private static let additions: [InstructionFamily] = {
    var families: [InstructionFamily] = []
    let all = Operands.general
    let orSP = Operands.orStackPointer
    let few = Operands.fewGeneral
    let fewOrSP = Operands.fewOrStackPointer
    let borders: [Int64] = [0, 1, 0x7FF, 0x800, 0xFFF, 0x1000, 0x7FF000, 0x800000, 0xFFF000]
    let dense = (0..<0x1000).flatMap { [Int64($0), Int64($0) << 12] }
    let extensions = Axis.modifier(
      [.uxtb, .uxth, .uxtw, .uxtx, .sxtb, .sxth, .sxtw, .sxtx], [0, 1, 2, 3, 4])
    for width in widths {
      for opcode: ARM64Opcode in [.add, .adds, .sub, .subs] {
        func add(_ form: OperandForm, _ axes: [Axis]) {
          families.append(InstructionFamily(opcode, form, width: width, axes))
        }
        let setsFlags = opcode == .adds || opcode == .subs
        let d = setsFlags ? all : orSP
        families += shifted(opcode, width, [.lsl, .lsr, .asr])
        add(.rrr, [.d(d), .s(orSP), .index(few), extensions])
        add(.rrr, [.d(setsFlags ? few : fewOrSP), .s(orSP), .index(all), extensions])
        add(.rrr, [.d(d), .s([.sp]), .index(all)])
        add(.rrr, [.d(d), .s([.sp]), .index(all), .modifier([.lsl], [1, 2, 3, 4])])
        add(.rri, [.d(d), .s(orSP), .immediate(borders)])
        add(.rri, [.d(setsFlags ? few : fewOrSP), .s(fewOrSP), .immediate(dense)])
        add(.rri, [.d(d), .s(orSP), .immediate([0]), .modifier([.lsl], [0])])
      }
    }
    return families
  }()

  /// All shifts of the last register.
  private static func shifted(
    _ opcode: ARM64Opcode, _ width: UInt8, _ modifiers: [ARM64Modifier]
  ) -> [InstructionFamily] {
    let all = Operands.general
    let few = Operands.fewGeneral
    var families = [
      InstructionFamily(opcode, .rrr, width: width, [.d(all), .s(all), .index(all)])
    ]
    for modifier in modifiers {
      families += [
        InstructionFamily(
          opcode, .rrr, width: width,
          [.d(all), .s(few), .index(all), .modifier([modifier], [1, width * 8 - 1])]),
        InstructionFamily(
          opcode, .rrr, width: width,
          [.d(few), .s(few), .index(few), .modifier([modifier], Array(0..<width * 8))]),
      ]
    }
    return families
  }

  private static let logic: [InstructionFamily] = widths.flatMap { width in
    ([.and, .bic, .orr, .orn, .eor, .eon, .ands, .bics] as [ARM64Opcode]).flatMap {
      shifted($0, width, [.lsl, .lsr, .asr, .ror])
    }
  }

  /// What has only registers as operands, and `extr`.
  private static let threeOperands: [InstructionFamily] = {
    var families: [InstructionFamily] = []
    let all = Operands.general
    let few = Operands.fewGeneral
    for width in widths {
      func add(_ opcode: ARM64Opcode, _ form: OperandForm, _ axes: [Axis]) {
        families.append(InstructionFamily(opcode, form, width: width, axes))
      }
      for opcode: ARM64Opcode in [
        .adc, .adcs, .sbc, .sbcs, .udiv, .sdiv, .lslv, .lsrv, .asrv, .rorv,
      ] {
        add(opcode, .rrr, [.d(all), .s(all), .index(all)])
      }
      for opcode: ARM64Opcode in [.rbit, .rev16, .rev, .clz, .cls] {
        add(opcode, .rr, [.d(all), .s(all)])
      }
      for opcode: ARM64Opcode in [.madd, .msub] {
        add(opcode, .rrrr, [.d(all), .s(all), .index(all), .base(few)])
        add(opcode, .rrrr, [.d(few), .s(few), .index(all), .base(all)])
      }
      let lowest = (0..<Int64(width) * 8).map { $0 }
      add(
        .extr, .rrri,
        [.d(all), .s(all), .index(all), .immediate([0, 1, lowest.count - 1].map { Int64($0) })])
      add(.extr, .rrri, [.d(few), .s(few), .index(few), .immediate(lowest)])
    }
    families.append(InstructionFamily(.rev32, .rr, [.d(all), .s(all)]))
    for opcode: ARM64Opcode in [.smaddl, .smsubl, .umaddl, .umsubl] {
      families.append(
        InstructionFamily(opcode, .rrrr, [.d(all), .s(all), .index(all), .base(few)]))
    }
    for opcode: ARM64Opcode in [.smulh, .umulh] {
      families.append(InstructionFamily(opcode, .rrr, [.d(all), .s(all), .index(all)]))
    }
    return families
  }()

  private static let conditions: [InstructionFamily] = {
    var families: [InstructionFamily] = []
    let all = Operands.general
    let few = Operands.fewGeneral
    let conditions = Axis.condition(Operands.conditions)
    let flags = Axis.amount(Array(0..<16))
    for width in widths {
      func add(_ opcode: ARM64Opcode, _ form: OperandForm, _ axes: [Axis]) {
        families.append(InstructionFamily(opcode, form, width: width, axes))
      }
      for opcode: ARM64Opcode in [.csel, .csinc, .csinv, .csneg] {
        add(opcode, .rrr, [.d(all), .s(all), .index(all), .condition([0, 7, 11])])
        add(opcode, .rrr, [.d(few), .s(all), .index(few + [.x3]), conditions])
      }
      for opcode: ARM64Opcode in [.ccmn, .ccmp] {
        add(opcode, .rr, [.d(all), .s(all), flags, conditions])
        add(opcode, .ri, [.d(all), .immediate(Array(0..<32)), flags, conditions])
      }
    }
    return families
  }()

  /// Instructions with large constants: bitmasks, 16 bits, bit fields, addresses.
  private static let constants: [InstructionFamily] = {
    var families: [InstructionFamily] = []
    let all = Operands.general
    let few = Operands.fewGeneral
    for width in widths {
      let bitmasks = Operands.bitmasks(width: width)
      let amounts = Array(0..<width * 8)
      for opcode: ARM64Opcode in [.and, .orr, .eor, .ands] {
        let d = opcode == .ands ? all : Operands.orStackPointer
        families += [
          InstructionFamily(
            opcode, .rri, width: width, [.d([d[0], d[17], d[31]]), .s(few), .immediate(bitmasks)]),
          InstructionFamily(
            opcode, .rri, width: width,
            [
              .d(d), .s(all),
              .immediate(
                stride(from: 0, to: bitmasks.count, by: 151).map {
                  bitmasks[$0]
                }),
            ]),
        ]
      }
      for opcode: ARM64Opcode in [.movn, .movz, .movk] {
        let shifts: [UInt8] = width == 4 ? [0, 16] : [0, 16, 32, 48]
        families += [
          InstructionFamily(
            opcode, .ri, width: width, [.d(few), .immediate(Array(0...0xFFFF)), .amount(shifts)]),
          InstructionFamily(
            opcode, .ri, width: width,
            [.d(all), .immediate([0, 1, 0x7FFF, 0x8000, 0xFFFF]), .amount(shifts)]),
        ]
      }
      for opcode: ARM64Opcode in [.sbfm, .bfm, .ubfm] {
        let immr = amounts.map { Int64($0) }
        families += [
          InstructionFamily(
            opcode, .rri, width: width,
            [.d(few), .s(few), .immediate(immr), .amount(amounts)]),
          InstructionFamily(
            opcode, .rri, width: width,
            [.d(all), .s(all), .immediate([0, 1, 16, 31]), .amount([0, 7, 15, 30, 31])]),
        ]
      }
    }
    families += [
      InstructionFamily(.adr, .ri, [.d(all), .immediate(Operands.distances(bits: 21, unit: 1))]),
      InstructionFamily(
        .adrp, .ri, [.d(all), .immediate(Operands.distances(bits: 21, unit: 4096))]),
      InstructionFamily(.adr, .rSymbol, target: 0, [.d(all), .displacement(Operands.addends)]),
      InstructionFamily(.adrp, .rSymbol, target: 0, [.d(all), .displacement(Operands.addends)]),
      InstructionFamily(
        .add, .rrSymbol, target: 0,
        [
          .d(Operands.orStackPointer), .s(Operands.orStackPointer),
          .displacement(Operands.addends),
        ]),
    ]
    return families
  }()

  private static let control: [InstructionFamily] = {
    let all = Operands.general
    let distances26 = Axis.immediate(Operands.distances(bits: 26, unit: 4))
    let distances19 = Axis.immediate(Operands.distances(bits: 19, unit: 4))
    let distances14 = Axis.immediate(Operands.distances(bits: 14, unit: 4))
    let addends = Axis.displacement(Operands.addends)
    let conditions = Axis.condition(Operands.conditions)
    var families = [
      InstructionFamily(.b, .i, [distances26]), InstructionFamily(.bl, .i, [distances26]),
      InstructionFamily(.b, .symbol, target: 0, [addends]),
      InstructionFamily(.bl, .symbol, target: 0, [addends]),
      InstructionFamily(.bCond, .i, [distances19, conditions]),
      InstructionFamily(.bCond, .symbol, target: 0, [addends, conditions]),
      InstructionFamily(
        .mrs, .ri, [.d(all), .immediate(ARM64SystemRegister.allCases.map(\.rawValue))]),
      InstructionFamily(.mrs, .ri, [.d([.x2]), .immediate(Array(0xC000...0xFFFF))]),
      InstructionFamily(
        .msr, .ri,
        [.d(all), .immediate([ARM64SystemRegister.nzcv, .fpcr, .fpsr, .tpidrEL0].map(\.rawValue))]),
    ]
    for opcode: ARM64Opcode in [.cbz, .cbnz] {
      for width in widths {
        families += [
          InstructionFamily(opcode, .ri, width: width, [.d(all), distances19]),
          InstructionFamily(opcode, .rSymbol, width: width, target: 0, [.d(all), addends]),
        ]
      }
    }
    for opcode: ARM64Opcode in [.tbz, .tbnz] {
      for width in widths {
        let bits = Axis.amount(width == 4 ? Array(0..<32) : Array(32..<64))
        families += [
          InstructionFamily(opcode, .ri, width: width, [.d(all), distances14, bits]),
          InstructionFamily(opcode, .rSymbol, width: width, target: 0, [.d(all), addends, bits]),
        ]
      }
    }
    for opcode: ARM64Opcode in [.br, .blr, .ret] {
      families.append(InstructionFamily(opcode, .r, [.d(all)]))
    }
    for opcode: ARM64Opcode in [.svc, .brk, .udf] {
      families.append(InstructionFamily(opcode, .i, [.immediate(Array(0...0xFFFF))]))
    }
    families.append(InstructionFamily(.hint, .i, [.immediate(Array(0..<128))]))
    for opcode: ARM64Opcode in [.clrex, .dmb, .isb] {
      families.append(InstructionFamily(opcode, .i, [.immediate(Array(0..<16))]))
    }
    // 0 and 4 are other instructions since Armv8.4 and Armv8.0 with errata: ssbb and pssbb.
    families.append(InstructionFamily(.dsb, .i, [.immediate([1, 2, 3] + Array(5..<16))]))
    return families
  }()

  private static let floatingPoint: [InstructionFamily] = {
    var families: [InstructionFamily] = []
    let float = Operands.float
    let few = Operands.fewFloat
    let general = Operands.general
    for width in widths {
      func add(_ opcode: ARM64Opcode, _ form: OperandForm, _ axes: [Axis], scale: UInt8 = 1) {
        families.append(InstructionFamily(opcode, form, width: width, scale: scale, axes))
      }
      for opcode: ARM64Opcode in [
        .fmov, .fabs, .fneg, .fsqrt, .frintn, .frintp, .frintm, .frintz, .frinta, .frintx, .frinti,
        .fcmp, .fcmpe,
      ] {
        add(opcode, .rr, [.d(float), .s(float)])
      }
      add(.fcmp, .r, [.d(float)])
      add(.fcmpe, .r, [.d(float)])
      add(.fmov, .rr, [.d(float), .s(general)])
      add(.fmov, .rr, [.d(general), .s(float)])
      add(.fmov, .ri, [.d(float), .immediate(Array(0..<256))])
      for opcode: ARM64Opcode in [
        .fmul, .fdiv, .fadd, .fsub, .fmax, .fmin, .fmaxnm, .fminnm, .fnmul,
      ] {
        add(opcode, .rrr, [.d(float), .s(float), .index(float)])
      }
      add(
        .fcsel, .rrr,
        [
          .d(float), .s(float), .index(few), .condition(Operands.conditions),
        ])
      add(.fcsel, .rrr, [.d(few), .s(few), .index(float), .condition(Operands.conditions)])
      for opcode: ARM64Opcode in [.fmadd, .fmsub, .fnmadd, .fnmsub] {
        add(opcode, .rrrr, [.d(float), .s(float), .index(float), .base(few)])
        add(opcode, .rrrr, [.d(few), .s(few), .index(float), .base(float)])
      }
      for opcode: ARM64Opcode in [.fccmp, .fccmpe] {
        let flags = Axis.amount(Array(0..<16))
        add(opcode, .rr, [.d(float), .s(float), flags, .condition([1, 12])])
        add(opcode, .rr, [.d(few), .s(few), flags, .condition(Operands.conditions)])
      }
      for other in widths {
        for opcode: ARM64Opcode in [
          .fcvtns, .fcvtnu, .fcvtps, .fcvtpu, .fcvtms, .fcvtmu, .fcvtzs, .fcvtzu, .fcvtas, .fcvtau,
        ] {
          add(opcode, .rr, [.d(general), .s(float)], scale: other)
        }
        add(.scvtf, .rr, [.d(float), .s(general)], scale: other)
        add(.ucvtf, .rr, [.d(float), .s(general)], scale: other)
      }
    }
    for (to, from): (UInt8, UInt8) in [(2, 4), (2, 8), (4, 2), (4, 8), (8, 2), (8, 4)] {
      families.append(
        InstructionFamily(.fcvt, .rr, width: to, scale: from, [.d(float), .s(float)]))
    }
    for width: UInt8 in [8, 16] {
      let masks = (UInt8(0)...255).map { Int64(bitPattern: ARM64ByteMaskImmediate.decode($0)) }
      families.append(InstructionFamily(.movi, .ri, width: width, [.d(float), .immediate(masks)]))
      for opcode: ARM64Opcode in [.andVector, .bicVector, .orrVector, .ornVector, .eorVector] {
        families.append(
          InstructionFamily(opcode, .rrr, width: width, [.d(float), .s(float), .index(float)]))
      }
      families.append(InstructionFamily(.cnt, .rr, width: width, [.d(float), .s(float)]))
      families.append(InstructionFamily(.addv, .rr, width: width, [.d(float), .s(float)]))
    }
    return families
  }()
}

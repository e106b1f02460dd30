import Codegen
import TargetX86_64

/// All instructions that share opcode, form, width and condition: the product of their operands,
/// each running over all registers, all shapes of memory operand, and immediates and displacements
/// around the borders of their encodings.
struct InstructionFamily: Sendable {
  let opcode: X86Opcode
  let form: OperandForm
  let width: UInt8
  let condition: UInt8

  private let destinations: Int
  private let sources: Int
  private let memories: Int
  private let immediates: [Int64]

  init(_ opcode: X86Opcode, _ form: OperandForm, width: UInt8, condition: UInt8) {
    self.opcode = opcode
    self.form = form
    self.width = width
    self.condition = condition
    let (hasD, hasS, hasMemory, hasImmediate) = InstructionFamily.operands(of: form)
    destinations = hasD ? 16 : 1
    sources = hasS ? 16 : 1
    memories = hasMemory ? MemorySpace.count : 1
    immediates = hasImmediate ? InstructionFamily.immediates(opcode, form, width: width) : [0]
  }

  /// Number of instructions.
  var count: Int {
    let operands = destinations * sources * memories * immediates.count
    return form == .symbol || form == .rSymbol
      ? operands * MemorySpace.symbolDisplacements.count : operands
  }

  /// One of them; `index` in 0..<count.
  func instruction(at index: Int) -> MachineInstruction {
    var rest = index
    func take(_ count: Int) -> Int {
      defer { rest /= count }
      return rest % count
    }
    var instruction = MachineInstruction(
      opcode: opcode.rawValue, form: form, width: width, condition: condition)
    let (hasD, hasS, hasMemory, _) = InstructionFamily.operands(of: form)
    let d = Int32(take(destinations))
    let s = Int32(take(sources))
    if hasD { instruction.d = opcode.destinationIsFloat ? .xmm(d) : Register(d) }
    if hasS { instruction.s = opcode.sourceIsFloat ? .xmm(s) : Register(s) }
    instruction.immediate = immediates[take(immediates.count)]
    if hasMemory { MemorySpace.set(&instruction, at: take(memories)) }
    if form == .symbol || form == .rSymbol {
      instruction.target = 0
      instruction.displacement =
        MemorySpace.symbolDisplacements[take(MemorySpace.symbolDisplacements.count)]
    }
    return instruction
  }

  /// Everything the encoder can encode, except what refers to labels.
  static let all: [InstructionFamily] = {
    var families: [InstructionFamily] = []
    for opcode in X86Opcode.allCases {
      let conditions: Range<UInt8> =
        opcode == .jcc || opcode == .setcc || opcode == .cmovcc ? 0..<16 : 0..<1
      for form in OperandForm.allCases where form != .label && form != .rLabel {
        for width: UInt8 in [1, 2, 4, 8] where opcode.accepts(form, width: width) {
          for condition in conditions {
            families.append(InstructionFamily(opcode, form, width: width, condition: condition))
          }
        }
      }
    }
    return families
  }()

  private static func operands(
    of form: OperandForm
  ) -> (d: Bool, s: Bool, memory: Bool, immediate: Bool) {
    switch form {
    case .none, .label, .symbol, .rrr, .rrrr, .rrri, .rrm, .rrSymbol: (false, false, false, false)
    case .r, .rSymbol, .rLabel: (true, false, false, false)
    case .rr: (true, true, false, false)
    case .ri: (true, false, false, true)
    case .rri: (true, true, false, true)
    case .rm: (true, false, true, false)
    case .rmi: (true, false, true, true)
    case .mr: (false, true, true, false)
    case .mi: (false, false, true, true)
    case .m: (false, false, true, false)
    case .i: (false, false, false, true)
    }
  }

  /// The numbers on both sides of each border between encodings, and the extremes.
  private static func immediates(
    _ opcode: X86Opcode, _ form: OperandForm, width: UInt8
  ) -> [Int64] {
    if opcode == .nop { return Array(1...15) }
    if let limits = opcode.immediateLimits(width: width) {
      return [0, 1, 2, limits.upperBound / 2, limits.upperBound]
    }
    let small: [Int64] = [-128, -1, 0, 1, 127, 128]
    switch width {
    case 1: return small + [255]
    case 2: return small + [-0x8000, -129, 255, 256, 0x7FFF, 0x8000, 0xFF7F, 0xFF80, 0xFFFF]
    case 4:
      return small + [
        -0x8000_0000, -129, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FF7F, 0xFFFF_FF80, 0xFFFF_FFFF,
      ]
    default:
      let signed = small + [-0x8000_0000, -129, 0x7FFF_FFFF]
      return opcode != .mov || form != .ri
        ? signed
        : signed + [
          0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, -0x8000_0001, .min, .max, 0x0123_4567_89AB_CDEF,
        ]
    }
  }
}

/// All shapes of memory operand: every base or none, every index and scale or none, displacements
/// at the borders of their encodings; and a symbol.
enum MemorySpace {
  static let displacements: [Int32] = [0, 1, -1, 127, -128, 128, -129, .max, .min]
  static let symbolDisplacements: [Int32] = [0, 8, -8, 0x10_0000]

  private static let bases = 17
  private static let indexes = 1 + 15 * 4
  private static let plain = bases * indexes * displacements.count

  static let count = plain + symbolDisplacements.count

  static func set(_ instruction: inout MachineInstruction, at position: Int) {
    if position >= plain {
      instruction.target = 0
      instruction.displacement = symbolDisplacements[position - plain]
      return
    }
    let base = position % bases
    let index = position / bases % indexes
    instruction.displacement = displacements[position / bases / indexes]
    if base > 0 { instruction.base = Register(Int32(base - 1)) }
    if index > 0 {
      let number = Int32((index - 1) / 4)
      instruction.index = Register(number < 4 ? number : number + 1)  // 4, rsp, is no index
      instruction.scale = 1 << UInt8((index - 1) % 4)
    }
  }
}

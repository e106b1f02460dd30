import ELF
import Linker
import Testing

/// Where code begins in a program with one segment: after the headers, in units of 16.
private let codeAddress = 0x4000b0

/// One relocation of code that is otherwise `before`, against an absolute symbol.
struct RelocationCase: Sendable, CustomStringConvertible {
  enum Outcome: Sendable, Equatable {
    /// What the code is afterwards.
    case bytes([UInt8])
    case overflow(Int)
    case misaligned(Int)
    case malformed
    case unsupported
  }

  let description: String
  let machine: ELFMachine
  let kind: UInt32
  let symbolValue: Int
  let addend: Int
  let offset: Int
  let before: [UInt8]
  let outcome: Outcome

  /// The outcome for the code under test.
  func apply() -> Outcome {
    let code = section(
      ".text", .executable, before, alignment: 16,
      [Relocation(offset: offset, kind: kind, symbol: 1, addend: addend)])
    let input = object(
      "a.o", [code], [symbol("_start", in: 0), absolute("target", symbolValue)], machine: machine)
    do {
      let image = try link([input], options: LinkOptions(machine: machine))
      let start = codeAddress - 0x400000
      return .bytes(Array(image[start..<start + before.count]))
    } catch {
      switch error.problems.first {
      case .relocationOverflow(_, _, "target", let value): return .overflow(value)
      case .relocationMisaligned(_, _, "target", let value): return .misaligned(value)
      case .malformedRelocation: return .malformed
      case .unsupportedRelocation: return .unsupported
      default: return .bytes([])
      }
    }
  }
}

private func x86(
  _ kind: X86_64Relocation, _ value: Int, plus addend: Int = 0, at offset: Int = 0,
  _ outcome: RelocationCase.Outcome
) -> RelocationCase {
  RelocationCase(
    description: "\(kind.name) \(value)+\(addend) at \(offset)", machine: .x86_64,
    kind: kind.rawValue, symbolValue: value, addend: addend, offset: offset,
    before: Array(repeating: 0x90, count: 8), outcome: outcome)
}

/// The code of these cases with `value` in it.
private func field(_ value: [UInt8], at offset: Int = 0) -> RelocationCase.Outcome {
  var bytes = Array(repeating: UInt8(0x90), count: 8)
  bytes.replaceSubrange(offset..<offset + value.count, with: value)
  return .bytes(bytes)
}

private let x86Cases: [RelocationCase] = [
  x86(.none, 5, field([])),
  x86(.absolute64, 0x1122_3344_5566_7788, field([0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11])),
  x86(.absolute64, -1, plus: -1, field([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
  x86(.absolute64, 0, at: 1, .malformed),
  x86(.pc64, codeAddress - 1, field([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
  x86(.pc32, codeAddress + 0x7fff_ffff, field([0xff, 0xff, 0xff, 0x7f])),
  x86(.pc32, codeAddress + 0x8000_0000, .overflow(0x8000_0000)),
  x86(.pc32, codeAddress + 0x8000_0000, plus: -1, field([0xff, 0xff, 0xff, 0x7f])),
  x86(.pc32, codeAddress + 0x8000_0003, plus: -4, at: 1, field([0xfe, 0xff, 0xff, 0x7f], at: 1)),
  x86(.pc32, codeAddress - 0x8000_0000, field([0, 0, 0, 0x80])),
  x86(.pc32, codeAddress - 0x8000_0001, .overflow(-0x8000_0001)),
  x86(.pc32, codeAddress, at: 4, field([0xfc, 0xff, 0xff, 0xff], at: 4)),
  x86(.pc32, codeAddress, at: 5, .malformed),
  x86(.pc32, codeAddress, at: -1, .malformed),
  x86(.pc32, codeAddress, at: .max, .malformed),
  x86(.pc32, codeAddress, at: .min, .malformed),
  x86(.plt32, codeAddress + 0x7fff_ffff, field([0xff, 0xff, 0xff, 0x7f])),
  x86(.plt32, codeAddress + 0x8000_0000, .overflow(0x8000_0000)),
  x86(.absolute32, 0xffff_ffff, field([0xff, 0xff, 0xff, 0xff])),
  x86(.absolute32, 0x1_0000_0000, .overflow(0x1_0000_0000)),
  x86(.absolute32, 0x1_0000_0000, plus: -1, field([0xff, 0xff, 0xff, 0xff])),
  x86(.absolute32, 0, field([0, 0, 0, 0])),
  x86(.absolute32, -1, .overflow(-1)),
  x86(.absolute32S, 0x7fff_ffff, field([0xff, 0xff, 0xff, 0x7f])),
  x86(.absolute32S, 0x8000_0000, .overflow(0x8000_0000)),
  x86(.absolute32S, -0x8000_0000, field([0, 0, 0, 0x80])),
  x86(.absolute32S, -0x8000_0001, .overflow(-0x8000_0001)),
  x86(.absolute16, 0xffff, field([0xff, 0xff])),
  x86(.absolute16, 0x10000, .overflow(0x10000)),
  x86(.absolute16, -0x8000, field([0, 0x80])),
  x86(.absolute16, -0x8001, .overflow(-0x8001)),
  x86(.absolute8, 0xff, at: 7, field([0xff], at: 7)),
  x86(.absolute8, 0x100, .overflow(0x100)),
  x86(.absolute8, 0, at: 8, .malformed),
  x86(.pc16, codeAddress + 0x7fff, field([0xff, 0x7f])),
  x86(.pc16, codeAddress + 0x8000, .overflow(0x8000)),
  x86(.pc8, codeAddress - 0x80, field([0x80])),
  x86(.pc8, codeAddress - 0x81, .overflow(-0x81)),
  RelocationCase(
    description: "unknown", machine: .x86_64, kind: 99, symbolValue: 0, addend: 0, offset: 0,
    before: [0], outcome: .unsupported),
]

/// An instruction word with a relocation against `value`; `expected` is the word afterwards.
private func arm(
  _ kind: AArch64Relocation, _ value: Int, _ before: UInt32, _ expected: UInt32
) -> RelocationCase {
  arm(kind, value, before, .bytes(littleEndian(expected)))
}

private func arm(
  _ kind: AArch64Relocation, _ value: Int, _ before: UInt32, _ outcome: RelocationCase.Outcome
) -> RelocationCase {
  RelocationCase(
    description: "\(kind.name) \(value)", machine: .aarch64, kind: kind.rawValue,
    symbolValue: value, addend: 0, offset: 0, before: littleEndian(before), outcome: outcome)
}

private func littleEndian(_ word: UInt32) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
}

private let call: UInt32 = 0x9400_0000
private let adrp: UInt32 = 0x9000_0000
private let adr: UInt32 = 0x1000_0000
private let add: UInt32 = 0x9100_0000
private let branchIfEqual: UInt32 = 0x5400_0000
private let testBranch: UInt32 = 0x3600_0000
private let load: UInt32 = 0xf940_0000
private let movz: UInt32 = 0xd280_0000

private let armCases: [RelocationCase] = [
  arm(.call26, codeAddress, call, 0x9400_0000),
  arm(.call26, codeAddress - 4, call, 0x97ff_ffff),
  arm(.call26, codeAddress + 0x7ff_fffc, call, 0x95ff_ffff),
  arm(.call26, codeAddress + 0x800_0000, call, .overflow(0x800_0000)),
  arm(.call26, codeAddress - 0x800_0000, call, 0x9600_0000),
  arm(.call26, codeAddress - 0x800_0004, call, .overflow(-0x800_0004)),
  arm(.call26, codeAddress + 2, call, .misaligned(2)),
  arm(.jump26, codeAddress + 8, 0x1400_0000, 0x1400_0002),
  arm(.conditionalBranch19, codeAddress + 0xffffc, branchIfEqual, 0x547f_ffe0),
  arm(.conditionalBranch19, codeAddress + 0x100000, branchIfEqual, .overflow(0x100000)),
  arm(.conditionalBranch19, codeAddress - 0x100000, branchIfEqual, 0x5480_0000),
  arm(.testBranch14, codeAddress + 0x7ffc, testBranch, 0x3603_ffe0),
  arm(.testBranch14, codeAddress + 0x8000, testBranch, .overflow(0x8000)),
  arm(.testBranch14, codeAddress - 0x8000, testBranch, 0x3604_0000),
  arm(.loadLiteral19, codeAddress + 4, 0x5800_0000, 0x5800_0020),
  arm(.adrLow21, codeAddress + 1, adr, 0x3000_0000),
  arm(.adrLow21, codeAddress - 1, adr, 0x70ff_ffe0),
  arm(.adrLow21, codeAddress + 0xfffff, adr, 0x707f_ffe0),
  arm(.adrLow21, codeAddress + 0x100000, adr, .overflow(0x100000)),
  arm(.adrPage21, 0x400fff, adrp, 0x9000_0000),
  arm(.adrPage21, 0x401000, adrp, 0xb000_0000),
  arm(.adrPage21, 0x404000, adrp, 0x9000_0020),
  arm(.adrPage21, 0x3fffff, adrp, 0xf0ff_ffe0),
  arm(.adrPage21, 0x400000 + 0xffff_ffff, adrp, 0xf07f_ffe0),
  arm(.adrPage21, 0x400000 + 0x1_0000_0000, adrp, .overflow(0x1_0040_0000)),
  arm(.adrPage21NoCheck, 0x400000 + 0x1_0000_0000, adrp, 0x9080_0000),
  arm(.addLow12, 0x12345, add, 0x910d_1400),
  arm(.addLow12, 0xfff, add, 0x913f_fc00),
  arm(.loadStore8Low12, 0x1fff, 0x3940_0000, 0x397f_fc00),
  arm(.loadStore16Low12, 0x1002, 0x7940_0000, 0x7940_0400),
  arm(.loadStore16Low12, 0x1001, 0x7940_0000, .misaligned(1)),
  arm(.loadStore32Low12, 0x1ffc, 0xb940_0000, 0xb94f_fc00),
  arm(.loadStore64Low12, 0x1ff8, load, 0xf947_fc00),
  arm(.loadStore64Low12, 0x1ffc, load, .misaligned(0xffc)),
  arm(.loadStore128Low12, 0x1ff0, 0x3dc0_0000, 0x3dc3_fc00),
  arm(.movwUnsignedG0, 0xffff, movz, 0xd29f_ffe0),
  arm(.movwUnsignedG0, 0x10000, movz, .overflow(0x10000)),
  arm(.movwUnsignedG0, -1, movz, .overflow(-1)),
  arm(.movwUnsignedG0NoCheck, 0x1_0002, movz, 0xd280_0040),
  arm(.movwUnsignedG1, 0xffff_0000, movz, 0xd29f_ffe0),
  arm(.movwUnsignedG1, 0x1_0000_0000, movz, .overflow(0x1_0000_0000)),
  arm(.movwUnsignedG2, 0x1_0000_0000, movz, 0xd280_0020),
  arm(.movwUnsignedG3, 0x7fff << 48, movz, 0xd28f_ffe0),
  arm(.absolute32, 0xffff_ffff, 0, 0xffff_ffff),
  arm(.absolute32, 0x1_0000_0000, 0, .overflow(0x1_0000_0000)),
  arm(.absolute32, -0x8000_0000, 0, 0x8000_0000),
  arm(.prel32, codeAddress - 1, 0, 0xffff_ffff),
  arm(.absolute16, 0xffff, 0, 0x0000_ffff),
  arm(.absolute16, 0x10000, 0, .overflow(0x10000)),
  arm(.absolute64, 0, 0, .malformed),
  RelocationCase(
    description: "unknown", machine: .aarch64, kind: 1, symbolValue: 0, addend: 0, offset: 0,
    before: [0, 0, 0, 0], outcome: .unsupported),
]

@Suite("relocations") struct RelocationTests {
  @Test(arguments: x86Cases + armCases)
  func areAppliedUpToTheirLimits(_ test: RelocationCase) {
    #expect(test.apply() == test.outcome)
  }

  /// An instruction that loads an address from the offset table, and what it becomes when the
  /// symbol, which is 16 bytes after the instruction's start, has a place in the program.
  @Test(
    arguments: [
      (
        [0x48, 0x8b, 0x05, 0, 0, 0, 0], X86_64Relocation.rexGotpcrelx, 3,
        [0x48, 0x8d, 0x05, 9, 0, 0, 0]
      ),
      ([0x4c, 0x8b, 0x3d, 0, 0, 0, 0], .rexGotpcrelx, 3, [0x4c, 0x8d, 0x3d, 9, 0, 0, 0]),
      ([0x8b, 0x0d, 0, 0, 0, 0], .gotpcrelx, 2, [0x8d, 0x0d, 10, 0, 0, 0]),
      ([0xff, 0x15, 0, 0, 0, 0], .gotpcrelx, 2, [0x67, 0xe8, 10, 0, 0, 0]),
      ([0xff, 0x25, 0, 0, 0, 0], .gotpcrelx, 2, [0xe9, 11, 0, 0, 0, 0x90]),
    ] as [([UInt8], X86_64Relocation, Int, [UInt8])])
  func instructionsWithASlotAreRewritten(
    _ before: [UInt8], _ kind: X86_64Relocation, _ offset: Int, _ after: [UInt8]
  ) throws {
    let code = section(
      ".text.a", .executable, before, alignment: 16, [relocation(kind, offset, 1, -4)])
    let target = section(".text.b", .executable, [0xc3], alignment: 16)
    let input = object("a.o", [code, target], [symbol("_start", in: 0), symbol("target", in: 1)])
    let image = try link([input], options: LinkOptions())
    #expect(Array(image[0xb0..<0xb0 + after.count]) == after)
    #expect(!Executable(image).sectionNames.contains(".got"))
  }

  /// Instructions that have no other form, or whose symbol may be far away, keep their slot.
  @Test(
    arguments: [
      (
        [0x48, 0x03, 0x05, 0, 0, 0, 0], X86_64Relocation.rexGotpcrelx, undefined("target", .weak), 0
      ),
      ([0x48, 0x03, 0x05, 0, 0, 0, 0], .rexGotpcrelx, absolute("target", 1 << 40), 1 << 40),
      ([0x48, 0x8b, 0x05, 0, 0, 0, 0], .rexGotpcrelx, absolute("target", -7), -7),
      ([0x48, 0x8b, 0x05, 0, 0, 0, 0], .gotpcrel, symbol("target", in: 0), 0x4010f0),
    ] as [([UInt8], X86_64Relocation, ObjectSymbol, Int)])
  func otherInstructionsLoadTheSlot(
    _ code: [UInt8], _ kind: X86_64Relocation, _ target: ObjectSymbol, _ value: Int
  ) throws {
    let start = section(".text", .executable, code, alignment: 16, [relocation(kind, 3, 1, -4)])
    let input = object("a.o", [start], [symbol("_start", in: 0), target])
    let program = Executable(try link([input, input].prefix(1) + [], options: LinkOptions()))
    #expect(program.sectionNames.contains(".got"))
    let distance = try #require(program.value(at: program.entry + 3, 4))
    let slot = program.entry + 7 + Int(Int32(truncatingIfNeeded: distance))
    #expect(program.value(at: slot, 8) == value)
  }

  @Test func symbolsOfOneNameShareASlot() throws {
    let code: [UInt8] = [0x48, 0x03, 0x05, 0, 0, 0, 0]
    func part(_ name: String) -> ObjectFile {
      let code = section(".text", .executable, code, [relocation(.rexGotpcrelx, 3, 1, -4)])
      return object(name, [code], [symbol(name, in: 0), undefined("target", .weak)])
    }
    var options = LinkOptions()
    options.roots = ["other"]
    let program = Executable(try link([part("_start"), part("other")], options: options))
    #expect(program.section(".got")?.size == 8)
  }
}

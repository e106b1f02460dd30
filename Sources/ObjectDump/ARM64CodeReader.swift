import Codegen
import ELF
import TargetARM64

/// AArch64, in the syntax of GNU `as` with the aliases that the manual prefers.
struct ARM64CodeReader: CodeReader {
  static let unit = 4

  private let decoder: ARM64Decoder
  private var printer: ARM64Printer
  private let base: UInt64
  private var pages = KnownPages()

  init(_ code: [UInt8], relocations: [Relocation], symbols: [String], base: UInt64) {
    decoder = ARM64Decoder(code, relocations: relocations)
    printer = ARM64Printer(symbols: symbols)
    self.base = base
  }

  mutating func line(at offset: Int) -> CodeLine? {
    guard let decoded = try? decoder.instruction(at: offset) else { return nil }
    var instruction = decoded
    var line = CodeLine(length: 4, text: "")
    let address = base &+ UInt64(truncatingIfNeeded: offset)
    let distance = Int(truncatingIfNeeded: instruction.immediate)
    switch (ARM64Opcode(rawValue: instruction.opcode), instruction.form) {
    case (_, .label), (_, .rLabel):
      line.target = Int(instruction.target)
    case (.b, .i), (.bl, .i), (.bCond, .i):
      line.target = offset + distance
      instruction.form = .label
    case (.cbz, .ri), (.cbnz, .ri), (.tbz, .ri), (.tbnz, .ri), (.adr, .ri), (.ldr, .ri),
      (.ldrsw, .ri):
      line.target = offset + distance
      instruction.form = .rLabel
    case (.adrp, .ri):
      instruction.form = .rLabel
      name((address & ~0xfff) &+ UInt64(truncatingIfNeeded: distance), &instruction)
    default: break
    }
    let completed = pages.follow(decoded, at: address)
    if let target = line.target {
      line.namesTarget = true
      name(base &+ UInt64(truncatingIfNeeded: target), &instruction)
    } else if let completed {
      line.target = Int(truncatingIfNeeded: completed &- base)
    }
    line.text = printer.text(instruction)
    return line
  }

  /// Makes the printer write an address where the instruction has a label.
  private mutating func name(_ address: UInt64, _ instruction: inout MachineInstruction) {
    instruction.target = 0
    printer.labelNames = [0: hex(address)]
  }
}

/// What registers hold after `adrp`: an address is made by two instructions, of which the second
/// has the low twelve bits. Only straight-line code is followed, and not far.
private struct KnownPages {
  private var pages: [(register: Register, page: UInt64, age: Int)] = []

  /// Looks at the next instruction, at `address`. Returns the address that it completes or
  /// accesses.
  mutating func follow(_ instruction: MachineInstruction, at address: UInt64) -> UInt64? {
    let opcode = ARM64Opcode(rawValue: instruction.opcode)
    switch opcode {
    case .adrp:
      forget(instruction.d)
      if instruction.form == .ri {
        let distance = UInt64(bitPattern: instruction.immediate)
        pages.append((instruction.d, (address & ~0xfff) &+ distance, 0))
      }
      return nil
    case .b, .bl, .bCond, .cbz, .cbnz, .tbz, .tbnz, .br, .blr, .ret, .svc, .brk, .udf:
      pages.removeAll()
      return nil
    default: break
    }
    let target = target(of: instruction, opcode)
    for index in pages.indices { pages[index].age += 1 }
    // A register that is mentioned in another way may have been changed.
    if opcode != .str || target == nil { forget(instruction.d) }
    if target == nil {
      for register in [instruction.s, instruction.index, instruction.base] { forget(register) }
    }
    pages.removeAll { $0.age >= 4 }
    return target
  }

  private func target(of instruction: MachineInstruction, _ opcode: ARM64Opcode?) -> UInt64? {
    switch (opcode, instruction.form) {
    case (.add, .rri):
      guard instruction.width == 8, instruction.modifier == 0 else { return nil }
      return page(instruction.s).map { $0 &+ UInt64(bitPattern: instruction.immediate) }
    case (.ldr, .rm), (.ldrsb, .rm), (.ldrsh, .rm), (.ldrsw, .rm), (.str, .mr):
      guard instruction.index.isNone, instruction.modifier == 0 else { return nil }
      return page(instruction.base).map {
        $0 &+ UInt64(truncatingIfNeeded: instruction.displacement)
      }
    default: return nil
    }
  }

  private func page(_ register: Register) -> UInt64? {
    pages.last { $0.register == register }?.page
  }

  private mutating func forget(_ register: Register) {
    pages.removeAll { $0.register == register }
  }
}

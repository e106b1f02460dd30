import Diagnostics
import ELF
import TargetARM64

// Fields that depend on addresses: filled in, or left to the linker as relocations.

/// How the relocation types of both machines are filled in.
struct FieldKind {
  /// Bytes of the field.
  var size: Int
  /// Whether the value counts from the field.
  var isRelative: Bool
  /// What an absolute field becomes when the difference to a place of its section is wanted.
  var relative: UInt32?
  var range: Range
  /// Whether the assembler must leave it to the linker, who alone knows the value.
  var needsLinker = false
  /// Of AArch64: a field within an instruction.
  var instruction: ARM64Fixup?

  enum Range {
    case any
    /// Signed or unsigned.
    case either
    case signed
    case unsigned
  }

  init(
    _ size: Int, _ range: Range, isRelative: Bool = false, relative: UInt32? = nil,
    needsLinker: Bool = false, instruction: ARM64Fixup? = nil
  ) {
    self.size = size
    self.range = range
    self.isRelative = isRelative
    self.relative = relative
    self.needsLinker = needsLinker
    self.instruction = instruction
  }

  init(_ kind: UInt32, _ machine: ELFMachine) {
    switch machine {
    case .x86_64: self.init(x86: X86_64Relocation(rawValue: kind) ?? .none)
    case .aarch64:
      if kind == ARM64FieldKind.absolute8 {
        self.init(1, .either)
      } else {
        self.init(arm: AArch64Relocation(rawValue: kind) ?? .none)
      }
    }
  }

  private init(x86 kind: X86_64Relocation) {
    switch kind {
    case .none: self.init(0, .any)
    case .absolute64: self.init(8, .any, relative: X86_64Relocation.pc64.rawValue)
    case .absolute32: self.init(4, .either, relative: X86_64Relocation.pc32.rawValue)
    case .absolute32S: self.init(4, .signed, relative: X86_64Relocation.pc32.rawValue)
    case .absolute16: self.init(2, .either, relative: X86_64Relocation.pc16.rawValue)
    case .absolute8: self.init(1, .either, relative: X86_64Relocation.pc8.rawValue)
    case .pc64: self.init(8, .any, isRelative: true)
    case .pc32, .plt32: self.init(4, .signed, isRelative: true)
    case .pc16: self.init(2, .signed, isRelative: true)
    case .pc8: self.init(1, .signed, isRelative: true)
    case .gotpcrel, .gotpcrelx, .rexGotpcrelx:
      self.init(4, .signed, isRelative: true, needsLinker: true)
    }
  }

  private init(arm kind: AArch64Relocation) {
    func inside(_ field: ARM64Fixup) -> FieldKind {
      FieldKind(4, .any, isRelative: true, instruction: field)
    }
    switch kind {
    case .none: self.init(0, .any)
    case .absolute64: self.init(8, .any, relative: AArch64Relocation.prel64.rawValue)
    case .absolute32: self.init(4, .either, relative: AArch64Relocation.prel32.rawValue)
    case .absolute16: self.init(2, .either, relative: AArch64Relocation.prel16.rawValue)
    case .prel64: self.init(8, .any, isRelative: true)
    case .prel32: self.init(4, .either, isRelative: true)
    case .prel16: self.init(2, .either, isRelative: true)
    case .loadLiteral19: self = inside(.literal19)
    case .adrLow21: self = inside(.address21)
    case .testBranch14: self = inside(.testBit14)
    case .conditionalBranch19: self = inside(.conditional19)
    case .jump26, .call26: self = inside(.branch26)
    case .plt32: self.init(4, .signed, isRelative: true, needsLinker: true)
    case .movwUnsignedG0, .movwUnsignedG0NoCheck, .movwUnsignedG1, .movwUnsignedG1NoCheck,
      .movwUnsignedG2, .movwUnsignedG2NoCheck, .movwUnsignedG3, .adrPage21, .adrPage21NoCheck,
      .addLow12, .loadStore8Low12, .loadStore16Low12, .loadStore32Low12, .loadStore64Low12,
      .loadStore128Low12, .adrGotPage21, .load64GotLow12:
      self.init(4, .any, needsLinker: true)
    }
  }
}

/// Fields that no relocation of AArch64 can fill in.
enum ARM64FieldKind {
  static let absolute8: UInt32 = 0x1_0000
}

extension Assembly {
  /// Fills in every field or makes a relocation of it.
  mutating func applyFixups() {
    for index in sections.indices {
      for fixup in sections[index].fixups {
        do throws(AssemblyError) {
          try apply(fixup, section: index)
        } catch {
          report(error)
          if isStopped { return }
        }
      }
      // They come in the order of the source, and those of branches behind the others.
      sections[index].relocations.sort { $0.offset < $1.offset }
    }
  }

  private mutating func apply(_ fixup: Fixup, section: Int) throws(AssemblyError) {
    var kind = FieldKind(fixup.kind, options.machine)
    var number = fixup.kind
    let place =
      sections[section].fragments[Int(fixup.fragment)].address + Int(fixup.offset)
    var value: ExpressionValue
    do throws(ExpressionProblem) {
      value = try evaluate(fixup.value)
    } catch {
      throw AssemblyError("E0409", error.text, fixup.range)
    }
    value.constant &+= Int64(fixup.addend)
    if value.minus >= 0 {
      // A difference to a place of this section counts from the field.
      guard !kind.isRelative, let relative = kind.relative,
        case .label(let other, let fragment, let offset) =
          symbols[Int(value.minus)].definition, Int(other) == section
      else { throw differenceError(value, fixup) }
      value.constant &+= Int64(place - address(section: other, fragment: fragment, offset: offset))
      value.minus = -1
      number = relative
      kind = FieldKind(relative, options.machine)
    }
    if value.plus < 0 && !kind.isRelative && !kind.needsLinker {
      try fill(fixup, section, kind, value.constant)
      return
    }
    if value.plus >= 0 && kind.isRelative && !kind.needsLinker,
      symbols[Int(value.plus)].binding == .local || fixup.isOpenBranch,
      case .label(let other, let fragment, let offset) = symbols[Int(value.plus)].definition,
      Int(other) == section
    {
      let target = address(section: other, fragment: fragment, offset: offset)
      try fill(fixup, section, kind, Int64(target &- place) &+ value.constant)
      return
    }
    try relocate(number, fixup, section, place, value)
  }

  private func differenceError(_ value: ExpressionValue, _ fixup: Fixup) -> AssemblyError {
    let name = symbols[Int(value.minus)].name
    return AssemblyError(
      "E0409", "this difference cannot be left to the linker", fixup.range,
      symbols[Int(value.minus)].isDefined
        ? "'\(name)' is not in the section of this field" : "'\(name)' is not defined here")
  }

  /// Stores a value that is known.
  private mutating func fill(
    _ fixup: Fixup, _ section: Int, _ kind: FieldKind, _ value: Int64
  ) throws(AssemblyError) {
    let at = sections[section].fragments[Int(fixup.fragment)].start + Int(fixup.offset)
    if let field = kind.instruction {
      var word: UInt32 = 0
      for index in (0..<4).reversed() {
        word = word << 8 | UInt32(sections[section].bytes[at + index])
      }
      do throws(ARM64EncodingError) {
        word = try ARM64Encoder.fill(field, distance: value, in: word)
      } catch {
        throw branchError(error, field, value, fixup.range)
      }
      store(UInt64(word), size: 4, at: at, section)
      return
    }
    let bits = Int64(8 * kind.size)
    let fits =
      switch kind.range {
      case .any: true
      case .either: value >= -1 << (bits - 1) && value < 1 << bits
      case .signed: value >= -1 << (bits - 1) && value < 1 << (bits - 1)
      case .unsigned: value >= 0 && value < 1 << bits
      }
    if !fits {
      throw AssemblyError(
        "E0406", "\(value) does not fit into \(kind.size) byte\(kind.size == 1 ? "" : "s")",
        fixup.range,
        kind.isRelative ? "the target is that many bytes away" : "")
    }
    store(UInt64(bitPattern: value), size: kind.size, at: at, section)
  }

  private mutating func store(_ value: UInt64, size: Int, at offset: Int, _ section: Int) {
    for index in 0..<size {
      sections[section].bytes[offset + index] = UInt8(
        truncatingIfNeeded: value >> UInt64(8 * index))
    }
  }

  private func branchError(
    _ error: ARM64EncodingError, _ field: ARM64Fixup, _ distance: Int64, _ range: SourceRange
  ) -> AssemblyError {
    if error == .misalignedBranch {
      return AssemblyError(
        "E0410", "the target is not a multiple of 4 bytes away", range,
        "\(distance) bytes", help: "instructions are aligned: put .balign 4 before them")
    }
    let help: String? =
      switch field {
      case .conditional19, .compare19, .testBit14:
        "branch over an unconditional one: the condition's opposite to 1f, b TARGET, 1:"
      case .address21: "use adrp and add with :lo12:"
      case .literal19: "put .ltorg nearer"
      default: nil
      }
    return AssemblyError(
      "E0410", "the target is out of range", range, "\(distance) bytes away", help: help)
  }

  private mutating func relocate(
    _ kind: UInt32, _ fixup: Fixup, _ section: Int, _ place: Int, _ value: ExpressionValue
  ) throws(AssemblyError) {
    if kind == ARM64FieldKind.absolute8 {
      throw AssemblyError("E0409", "an address does not fit into a byte", fixup.range)
    }
    var kind = kind
    guard value.plus >= 0 else {
      throw AssemblyError(
        "E0409", "an absolute address is not possible here", fixup.range,
        help: "the operand has to be a label or symbol")
    }
    let symbol = symbols[Int(value.plus)]
    var target = RelocationTarget.symbol(value.plus)
    var addend = Int(value.constant)
    if symbol.binding == .local,
      case .label(let other, let fragment, let offset) = symbol.definition,
      !isSymbolKept(kind, section: Int(other))
    {
      target = .section(other)
      // No procedure linkage table is needed for what the file defines itself.
      if isX86 && kind == X86_64Relocation.plt32.rawValue {
        kind = X86_64Relocation.pc32.rawValue
      }
      addend &+= address(section: other, fragment: fragment, offset: offset)
    } else {
      if symbol.isTemporary && !symbol.isDefined { return }  // reported already
      symbols[Int(value.plus)].isNeeded = true
    }
    if isX86 {
      // The addend is all that counts.
      let at = sections[section].fragments[Int(fixup.fragment)].start + Int(fixup.offset)
      store(0, size: FieldKind(kind, options.machine).size, at: at, section)
    }
    sections[section].relocations.append(
      PendingRelocation(offset: place, kind: kind, target: target, addend: addend))
  }

  /// Whether a relocation must name a local symbol and not just its section: for a slot of the
  /// global offset table, and in sections whose parts the linker moves.
  private func isSymbolKept(_ kind: UInt32, section: Int) -> Bool {
    if sections[section].attributes.flags.contains(.mergeable) { return true }
    if isX86 {
      switch X86_64Relocation(rawValue: kind) {
      case .gotpcrel, .gotpcrelx, .rexGotpcrelx: return true
      default: return false
      }
    }
    switch AArch64Relocation(rawValue: kind) {
    case .adrGotPage21, .load64GotLow12: return true
    default: return false
    }
  }
}

/// A relocation whose symbol has no number yet.
struct PendingRelocation {
  var offset: Int
  var kind: UInt32
  var target: RelocationTarget
  var addend: Int
}

enum RelocationTarget {
  case symbol(Int32)
  /// The beginning of a section.
  case section(Int32)
}

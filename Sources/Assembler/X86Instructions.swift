import Codegen
import Diagnostics
import ELF
import Support
import TargetX86_64

/// What braces before an instruction ask for.
enum X86PseudoPrefix {
  case none
  /// `{disp32}`: the long form of a branch.
  case long
}

/// An instruction whose operands fit: the form, and which operand is what.
private struct X86Match {
  var opcode: X86Opcode
  var form: OperandForm
  var width: UInt8
  var d: X86Operand?
  var s: X86Operand?
  var memory: X86Operand?
  var immediate: X86Operand?
  /// An immediate that the source leaves out.
  var impliedImmediate: Int64?
}

extension Assembly {
  /// `{disp32}`; ``token`` is the brace.
  mutating func parsePseudoPrefix() throws(AssemblyError) -> X86PseudoPrefix {
    let start = token.start
    advance()
    let name = string(token)
    advance()
    try expect(UInt8(ascii: "}"), "'}'")
    guard name == "disp32" else {
      throw AssemblyError(
        "E0403", "pseudo prefix '{\(name)}' is not supported", range(from: start),
        help: "{disp32} asks for the long form of a branch")
    }
    return .long
  }

  mutating func assembleX86Instruction(
    _ first: AssemblyToken, prefix: X86PseudoPrefix
  ) throws(AssemblyError) {
    var name = first
    if prefix != .none {
      guard token.kind == .name else { throw expected("an instruction") }
      name = token
      advance()
    }
    var mnemonics = x86Mnemonics(name)
    var prefixes: [UInt8] = []
    while let byte = mnemonics.first?.prefix {
      prefixes.append(byte)
      if isAtEndOfStatement {
        try emit(prefixes, range(name))
        return
      }
      guard token.kind == .name, prefixes.count < 5 else { throw expected("an instruction") }
      name = token
      advance()
      mnemonics = x86Mnemonics(name)
    }
    if mnemonics.isEmpty { throw unknownMnemonic(name) }
    let operands = try parseX86Operands()
    try expectEndOfStatement()
    let whole = range(name.start, max(previousEnd, name.end))
    for mnemonic in mnemonics where mnemonic.isBranch || mnemonic.shortBranch != nil {
      if let target = operands.first, operands.count == 1, target.isBare, !target.isIndirect {
        try emitBranch(mnemonic, target, isLong: prefix == .long, prefixes, whole)
        return
      }
    }
    var problem: AssemblyError?
    for mnemonic in mnemonics {
      do throws(AssemblyError) {
        guard let match = try match(mnemonic, operands) else { continue }
        try emit(match, mnemonic, prefixes, whole)
        return
      } catch {
        if problem == nil { problem = error }
      }
    }
    throw problem ?? noSuchForm(name, mnemonics, operands)
  }

  /// What a mnemonic may stand for, the likeliest first: in AT&T syntax it may have a suffix that
  /// tells the width.
  private mutating func x86Mnemonics(_ name: AssemblyToken) -> [X86Mnemonic] {
    var result: [X86Mnemonic] = []
    let word = internedWord(name)
    if let exact = Vocabulary.entry(vocabulary.x86Mnemonics, word) {
      result = isIntelSyntax ? exact.filter { !$0.isOnlyATT } : exact
    }
    if isIntelSyntax { return result }
    let bytes = Array(names.bytes(of: .init(index: word)))
    let width: UInt8
    switch bytes.last {
    case UInt8(ascii: "b"): width = 1
    case UInt8(ascii: "w"): width = 2
    case UInt8(ascii: "l"): width = 4
    case UInt8(ascii: "q"): width = 8
    default: return result
    }
    let stems = Vocabulary.entry(vocabulary.x86Mnemonics, intern(bytes.dropLast())) ?? []
    for var stem in stems where stem.prefix == nil && stem.shortBranch == nil {
      if stem.width != 0 && stem.width != width { continue }
      stem.width = width
      result.append(stem)
    }
    return result
  }

  // MARK: Matching

  /// The form and width in which a reading takes the operands; nil if in none.
  private func match(
    _ mnemonic: X86Mnemonic, _ operands: [X86Operand]
  ) throws(AssemblyError) -> X86Match? {
    let opcode = mnemonic.opcode
    if mnemonic.prefix != nil || mnemonic.shortBranch != nil { return nil }
    guard var match = arrange(opcode, operands, named: mnemonic.immediate) else { return nil }
    // Only registers take numbers of 64 bits.
    if mnemonic.isAbsolute && match.form != .ri { return nil }
    var widths: [UInt8] = []
    for width: UInt8 in [1, 2, 4, 8] where opcode.accepts(match.form, width: width) {
      match.width = width
      if mnemonic.width != 0 && mnemonic.width != opcode.suffixWidth(width) { continue }
      if isConsistent(match) { widths.append(width) }
    }
    guard let width = widths.first else { return nil }
    if widths.count > 1 {
      guard let memory = match.memory else { return nil }
      throw AssemblyError(
        "E0414", "the size of the memory operand is not known", memory.range,
        help: isIntelSyntax
          ? "write 'byte ptr', 'word ptr', 'dword ptr' or 'qword ptr' before it"
          : "add b, w, l or q to the mnemonic")
    }
    match.width = width
    return match
  }

  /// Assigns the operands to the fields of the form that they make.
  private func arrange(
    _ opcode: X86Opcode, _ operands: [X86Operand], named: Int64?
  ) -> X86Match? {
    var operands = operands
    var match = X86Match(opcode: opcode, form: .none, width: 0)
    if opcode.countsByCL {
      guard let last = operands.popLast(), last.isCL else { return nil }
    }
    let isShift = opcode.isShiftByConstant
    if isShift && operands.count == 1 { match.impliedImmediate = 1 }
    let kinds = operands.map(\.kind)
    switch kinds {
    case []: match.form = .none
    case [.register]:
      match.form = isShift ? .ri : .r
      match.d = operands[0]
    case [.memory]:
      match.form = isShift ? .mi : .m
      match.memory = operands[0]
    case [.immediate]:
      match.form = .i
      match.immediate = operands[0]
    case [.register, .register]:
      match.form = .rr
      match.d = operands[0]
      match.s = operands[1]
    case [.register, .immediate]:
      match.form = .ri
      match.d = operands[0]
      match.immediate = operands[1]
      if opcode == .imul {
        match.form = .rri
        match.s = operands[0]
      }
    case [.register, .memory]:
      // Operations whose operands can be exchanged have one form for both orders.
      if opcode == .test || opcode == .xchg {
        match.form = .mr
        match.s = operands[0]
      } else {
        match.form = .rm
        match.d = operands[0]
      }
      match.memory = operands[1]
    case [.memory, .register]:
      match.form = .mr
      match.memory = operands[0]
      match.s = operands[1]
    case [.memory, .immediate]:
      match.form = .mi
      match.memory = operands[0]
      match.immediate = operands[1]
    case [.register, .register, .immediate]:
      match.form = .rri
      match.d = operands[0]
      match.s = operands[1]
      match.immediate = operands[2]
    case [.register, .memory, .immediate]:
      match.form = .rmi
      match.d = operands[0]
      match.memory = operands[1]
      match.immediate = operands[2]
    default: return nil
    }
    if let named {
      // The mnemonic names the last operand.
      match.impliedImmediate = named
      match.form = match.form == .rr ? .rri : match.form == .rm ? .rmi : .none
    }
    // The compiler's padding is no instruction of the source.
    if opcode == .nop && match.form != .none { return nil }
    return opcode.forms.contains(match.form) ? match : nil
  }

  /// Whether the operands are such as the opcode has them with the width.
  private func isConsistent(_ match: X86Match) -> Bool {
    let opcode = match.opcode
    if let d = match.d {
      if d.isFloat != opcode.destinationIsFloat { return false }
      if !d.isFloat && d.width != opcode.destinationWidth(match.width) { return false }
    }
    if let s = match.s {
      if s.isFloat != opcode.sourceIsFloat { return false }
      if !s.isFloat && s.width != opcode.sourceWidth(match.width) { return false }
    }
    if let memory = match.memory {
      let isBranch = opcode == .jmp || opcode == .call
      if isBranch && !isIntelSyntax && !memory.isIndirect { return false }
      let width = opcode.memoryWidth(match.width)
      if memory.width != 0 && width != 0 && memory.width != width { return false }
    }
    return true
  }

  private func noSuchForm(
    _ name: AssemblyToken, _ mnemonics: [X86Mnemonic], _ operands: [X86Operand]
  ) -> AssemblyError {
    var forms: [String] = []
    for opcode in mnemonics.map(\.opcode) {
      for form in OperandForm.allCases where opcode.forms.contains(form) {
        guard let text = describe(form, opcode), !forms.contains(text) else { continue }
        forms.append(text)
      }
    }
    let lacksPercent = operands.contains { operand in
      guard let expression = operand.expression?.expression,
        expressions[expression].kind == .symbol
      else { return false }
      return symbols[Int(expressions[expression].left)].registerUse != nil
    }
    let given = (isIntelSyntax ? operands : operands.reversed()).map { describe($0) }
      .joined(separator: ", ")
    return AssemblyError(
      "E0405", "'\(string(name))' does not take these operands", range(name),
      given.isEmpty ? "without operands" : given,
      help: lacksPercent
        ? Assembly.syntaxHelp
        : forms.isEmpty ? nil : "it takes " + forms.joined(separator: "; or "))
  }

  private func describe(_ operand: X86Operand) -> String {
    switch operand.kind {
    case .register: operand.isFloat ? "xmm" : "r\(Int(operand.width) * 8)"
    case .immediate: "number"
    case .memory: "memory"
    }
  }

  /// A form in words, the operands in the order of the syntax.
  private func describe(_ form: OperandForm, _ opcode: X86Opcode) -> String? {
    let d = opcode.destinationIsFloat ? "xmm" : "register"
    let s = opcode.sourceIsFloat ? "xmm" : "register"
    var parts: [String]
    switch form {
    case .none: return "no operands"
    case .r: parts = [d]
    case .rr: parts = [d, s]
    case .ri: parts = [d, "number"]
    case .rri: parts = [d, s, "number"]
    case .rm: parts = [d, "memory"]
    case .rmi: parts = [d, "memory", "number"]
    case .mr: parts = ["memory", s]
    case .mi: parts = ["memory", "number"]
    case .m: parts = ["memory"]
    case .i: parts = ["number"]
    case .label, .symbol: parts = ["label"]
    case .rSymbol, .rLabel, .rrr, .rrrr, .rrri, .rrm, .rrSymbol: return nil
    }
    if opcode.countsByCL { parts.append("cl") }
    return (isIntelSyntax ? parts : parts.reversed()).joined(separator: ", ")
  }

  // MARK: Branches

  private mutating func emitBranch(
    _ mnemonic: X86Mnemonic, _ target: X86Operand, isLong: Bool, _ prefixes: [UInt8],
    _ range: SourceRange
  ) throws(AssemblyError) {
    guard let operand = target.expression else { return }
    let opcode = mnemonic.opcode
    if let number = knownConstant(operand.expression) {
      throw AssemblyError(
        "E0409", "the branch has the address \(number) and no label", target.range,
        help: "branches go to labels and symbols")
    }
    if operand.variant != "" && operand.variant != "plt" {
      throw AssemblyError("E0409", "'@\(operand.variant)' is not possible here", operand.range)
    }
    try emit(prefixes, range)
    if let code = mnemonic.shortBranch {
      try emit([code, 0], range)
      addFixup(
        X86_64Relocation.pc8.rawValue, operand.expression, back: 1, addend: -1, target.range)
      return
    }
    if opcode == .call || isLong || operand.variant == "plt" {
      try emit(
        opcode == .call
          ? [0xE8]
          : X86Encoder.branchOpcode(
            condition: opcode == .jcc ? mnemonic.condition : nil, isLong: true), range)
      try emit(0, size: 4, range)
      addFixup(
        branchRelocation(operand.expression), operand.expression, back: 4, addend: -4,
        target.range)
      return
    }
    try checkRoom(6, range)
    addGap(
      .branch(
        Fragment.Branch(
          condition: opcode == .jcc ? mnemonic.condition : nil, target: operand.expression,
          range: target.range)))
  }

  /// The relocation of a branch to another object: a place inside a function cannot be reached by
  /// way of a procedure linkage table.
  func branchRelocation(_ target: ExpressionID) -> UInt32 {
    let isInside = (try? evaluate(target)).map { $0.constant != 0 } ?? false
    return (isInside ? X86_64Relocation.pc32 : .plt32).rawValue
  }

  // MARK: Encoding

  /// Encodes the instruction. Numbers that are not known yet are encoded with the widest field,
  /// whose place follows from the order of an instruction's parts: displacement and immediate are
  /// its end.
  private mutating func emit(
    _ match: X86Match, _ mnemonic: X86Mnemonic, _ prefixes: [UInt8], _ range: SourceRange
  ) throws(AssemblyError) {
    var instruction = MachineInstruction(
      opcode: match.opcode.rawValue, form: match.form, width: match.width,
      condition: mnemonic.condition)
    if let d = match.d { instruction.d = d.register }
    if let s = match.s { instruction.s = s.register }
    var open = X86OpenFields()
    if let immediate = match.impliedImmediate { instruction.immediate = immediate }
    if let operand = match.immediate {
      try setImmediate(operand, match, mnemonic, &instruction, &open)
    }
    if let memory = match.memory { try setMemory(memory, &instruction, &open) }
    // The breakpoint has an instruction of its own.
    if match.opcode == .int && instruction.immediate == 3 { instruction = X86.none(.int3) }
    var buffer = CodeBuffer()
    X86Encoder.encode(instruction, into: &buffer)
    var bytes = buffer.bytes
    if let displacement = open.displacement {
      let relocation = buffer.relocations.first
      let trailing = relocation.map { -$0.addend - 4 } ?? trailingBytes(instruction)
      open.displacementBack = trailing + 4
      if open.isRelative {
        open.displacementAddend = -4 - trailing
        open.displacementKind = try relativeKind(displacement, bytes, back: trailing + 4, match)
      }
    }
    if let constant = open.patchedImmediate {
      for index in 0..<open.immediateSize {
        bytes[bytes.count - open.immediateSize + index] = UInt8(
          truncatingIfNeeded: constant >> Int64(8 * index))
      }
    }
    try selectHighBytes(match, &bytes, range)
    insert(prefixes, segment: match.memory?.segment ?? 0, match.width, &bytes)
    try emit(bytes, range)
    if let displacement = open.displacement {
      addFixup(
        open.displacementKind, displacement.expression, back: open.displacementBack,
        addend: open.displacementAddend, displacement.range)
    }
    if let immediate = open.immediate {
      addFixup(
        open.immediateKind, immediate.expression, back: open.immediateSize, immediate.range)
    }
  }

  /// ah, ch, dh and bh have been encoded as spl, bpl, sil and dil: they are the same without the
  /// REX prefix.
  private func selectHighBytes(
    _ match: X86Match, _ bytes: inout [UInt8], _ range: SourceRange
  ) throws(AssemblyError) {
    let registers = [match.d, match.s].compactMap { $0 }
    guard registers.contains(where: \.isHighByte) else { return }
    let position = bytes.first == 0x66 ? 1 : 0
    let needsREX = registers.contains {
      !$0.isHighByte && $0.width == 1 && 4..<8 ~= $0.register.index
    }
    guard bytes[position] == 0x40, !needsREX else {
      throw AssemblyError(
        "E0405", "ah, bh, ch and dh exclude the registers that came with 64 bits", range,
        help: "the other operands have to be registers of 8 to 32 bits up to edi, without sil, "
          + "dil, spl and bpl")
    }
    bytes.remove(at: position)
  }

  /// Puts prefixes where GNU `as` puts them: a segment's first, others behind that of the operand
  /// size.
  private func insert(
    _ prefixes: [UInt8], segment: UInt8, _ width: UInt8, _ bytes: inout [UInt8]
  ) {
    if !prefixes.isEmpty {
      let hasSize = width == 2 && bytes.first == 0x66
      bytes.insert(contentsOf: prefixes, at: hasSize ? 1 : 0)
    }
    if segment != 0 { bytes.insert(segment, at: 0) }
  }

  /// Bytes of immediate behind the displacement: the addend of the same instruction with a symbol
  /// tells.
  private func trailingBytes(_ instruction: MachineInstruction) -> Int {
    var probe = instruction
    probe.base = .none
    probe.index = .none
    probe.displacement = 0
    probe.target = 0
    var buffer = CodeBuffer()
    X86Encoder.encode(probe, into: &buffer)
    return buffer.relocations.first.map { -$0.addend - 4 } ?? 0
  }

  private mutating func setImmediate(
    _ operand: X86Operand, _ match: X86Match, _ mnemonic: X86Mnemonic,
    _ instruction: inout MachineInstruction, _ open: inout X86OpenFields
  ) throws(AssemblyError) {
    guard let expression = operand.expression else { return }
    let width = match.width
    let isWideMove = match.opcode == .mov && match.form == .ri && width == 8
    guard let value = knownConstant(expression.expression) else {
      if !expression.variant.isEmpty || match.opcode.immediateLimits(width: width) != nil {
        throw AssemblyError(
          "E0409", "this operand has to be a number that is known here", operand.range)
      }
      open.immediate = expression
      open.immediateSize = mnemonic.isAbsolute ? 8 : Int(min(width, 4))
      open.immediateKind =
        switch (width, mnemonic.isAbsolute) {
        case (_, true): X86_64Relocation.absolute64.rawValue
        case (1, _): X86_64Relocation.absolute8.rawValue
        case (2, _): X86_64Relocation.absolute16.rawValue
        case (4, _): X86_64Relocation.absolute32.rawValue
        default: X86_64Relocation.absolute32S.rawValue
        }
      instruction.immediate = X86OpenFields.widest(width, isAbsolute: mnemonic.isAbsolute)
      if isWideMove && !mnemonic.isAbsolute { instruction.immediate = -1 }
      return
    }
    if isWideMove {
      // GNU `as` shortens a constant to 32 bits with sign, and no further.
      let isShort = Int32(exactly: value) != nil && !mnemonic.isAbsolute
      instruction.immediate = isShort ? -1 : .min
      open.patchedImmediate = value
      open.immediateSize = isShort ? 4 : 8
      return
    }
    if let limits = match.opcode.immediateLimits(width: width) {
      guard limits.contains(value) else {
        throw AssemblyError(
          "E0406", "\(value) is out of range", operand.range, "from 0 to \(limits.upperBound)")
      }
    } else if !fitsImmediate(value, width: width) {
      let bits = Int(min(width, 4)) * 8
      let isSigned = width == 8
      let help =
        match.opcode == .mov || !isSigned
        ? nil : "move it into a register first, with movabs, and use that"
      throw AssemblyError(
        "E0406", "\(value) does not fit into \(bits) bits\(isSigned ? " with sign" : "")",
        operand.range, help: help)
    }
    instruction.immediate = value
  }

  private func fitsImmediate(_ value: Int64, width: UInt8) -> Bool {
    width == 8 ? Int32(exactly: value) != nil : ranged(value, size: Int(width))
  }

  private mutating func setMemory(
    _ memory: X86Operand, _ instruction: inout MachineInstruction, _ open: inout X86OpenFields
  ) throws(AssemblyError) {
    instruction.base = memory.base
    instruction.index = memory.index
    instruction.scale = memory.scale
    let isRelative = memory.base == .rip
    if isRelative && !memory.index.isNone || memory.index == .rip {
      throw AssemblyError("E0405", "rip excludes an index register", memory.range)
    }
    if memory.index == .rsp {
      throw AssemblyError("E0405", "rsp cannot be an index", memory.range)
    }
    guard let displacement = memory.expression else { return }
    if let value = knownConstant(displacement.expression), displacement.variant.isEmpty {
      guard let short = Int32(exactly: value) else {
        throw AssemblyError(
          "E0406", "displacement \(value) does not fit into 32 bits with sign", memory.range)
      }
      instruction.displacement = short
      return
    }
    open.displacement = displacement
    open.isRelative = isRelative
    if isRelative {
      instruction.base = .none
      instruction.target = 0
    } else {
      if !displacement.variant.isEmpty {
        throw AssemblyError(
          "E0409", "'@\(displacement.variant)' is not possible here", displacement.range,
          help: "'@gotpcrel' is relative to rip")
      }
      instruction.displacement = .max
      open.displacementKind = X86_64Relocation.absolute32S.rawValue
    }
  }

  /// The relocation of an operand relative to rip. Of an instruction that loads from a slot of the
  /// global offset table the linker may make one that needs none.
  private func relativeKind(
    _ displacement: Operand, _ bytes: [UInt8], back: Int, _ match: X86Match
  ) throws(AssemblyError) -> UInt32 {
    switch displacement.variant {
    case "": return X86_64Relocation.pc32.rawValue
    case "gotpcrel": break
    default:
      throw AssemblyError(
        "E0409", "'@\(displacement.variant)' is not possible here", displacement.range)
    }
    let canRelax =
      match.form == .rm && match.width >= 4
      && (match.opcode == .mov || match.opcode.rawValue <= X86Opcode.cmp.rawValue)
      || match.opcode == .test && match.form == .mr && match.width >= 4
      || match.form == .m && (match.opcode == .jmp || match.opcode == .call)
    if !canRelax { return X86_64Relocation.gotpcrel.rawValue }
    let hasREX = bytes.count - back == 3
    return (hasREX ? X86_64Relocation.rexGotpcrelx : .gotpcrelx).rawValue
  }
}

/// The parts of an instruction that wait for addresses.
private struct X86OpenFields {
  var displacement: Operand?
  /// Bytes from the field to the end of the instruction.
  var displacementBack = 0
  var displacementKind: UInt32 = 0
  var displacementAddend = 0
  /// Whether it counts from rip.
  var isRelative = false
  var immediate: Operand?
  var immediateSize = 0
  var immediateKind: UInt32 = 0
  /// A known number that is put into a field which the encoder would make shorter or longer.
  var patchedImmediate: Int64?

  /// A number that needs the widest field.
  static func widest(_ width: UInt8, isAbsolute: Bool) -> Int64 {
    if isAbsolute { return .min }
    switch width {
    case 1: return 0x7F
    case 2: return 0x7FFF
    default: return 0x7FFF_FFFF
    }
  }
}

extension X86Mnemonic {
  /// Whether the operand may be a label.
  var isBranch: Bool {
    prefix == nil && shortBranch == nil && opcode.forms.contains(.label)
  }
}

import Codegen
import Diagnostics
import ELF

extension Assembly {
  /// Gaps of more bytes are kept as such.
  private static let maximumInlineFilling = 64

  /// `.byte` to `.quad`: numbers and addresses.
  mutating func emitNumbers(size: Int) throws(AssemblyError) {
    if isAtEndOfStatement { return }
    repeat {
      let operand = try parseOperand()
      if let value = knownConstant(operand.expression) {
        if !ranged(value, size: size) { throw outOfRange(value, size: size, operand.range) }
        try emit(UInt64(bitPattern: value), size: size, operand.range)
        continue
      }
      let kind = try dataRelocation(size: size, operand)
      try emit(0, size: size, operand.range)
      addFixup(kind, operand.expression, back: size, operand.range)
    } while takeIf(UInt8(ascii: ","))
  }

  /// Whether a number fits a field that may be read with or without sign.
  func ranged(_ value: Int64, size: Int) -> Bool {
    if size == 8 { return true }
    let bits = Int64(8 * size)
    return value >= -1 << (bits - 1) && value < 1 << bits
  }

  func outOfRange(_ value: Int64, size: Int, _ range: SourceRange) -> AssemblyError {
    AssemblyError(
      "E0406", "\(value) does not fit into \(size) byte\(size == 1 ? "" : "s")", range)
  }

  private func dataRelocation(size: Int, _ operand: Operand) throws(AssemblyError) -> UInt32 {
    let kind: UInt32?
    switch (options.machine, operand.variant) {
    case (.x86_64, ""):
      let kinds: [Int: X86_64Relocation] = [
        1: .absolute8, 2: .absolute16, 4: .absolute32, 8: .absolute64,
      ]
      kind = kinds[size]?.rawValue
    case (.x86_64, "plt"): kind = size == 4 ? X86_64Relocation.plt32.rawValue : nil
    case (.x86_64, "gotpcrel"): kind = size == 4 ? X86_64Relocation.gotpcrel.rawValue : nil
    case (.aarch64, ""):
      let kinds: [Int: UInt32] = [
        1: ARM64FieldKind.absolute8, 2: AArch64Relocation.absolute16.rawValue,
        4: AArch64Relocation.absolute32.rawValue, 8: AArch64Relocation.absolute64.rawValue,
      ]
      kind = kinds[size]
    case (.aarch64, "plt"): kind = size == 4 ? AArch64Relocation.plt32.rawValue : nil
    default: kind = nil
    }
    guard let kind else {
      throw AssemblyError(
        "E0409", "'@\(operand.variant)' is not possible in \(size) bytes of data", operand.range)
    }
    return kind
  }

  // MARK: Floating point

  mutating func emitFloats(size: Int) throws(AssemblyError) {
    repeat {
      let start = token.start
      let isNegative = takeIf(UInt8(ascii: "-"))
      if !isNegative { _ = takeIf(UInt8(ascii: "+")) }
      var value: Double
      switch token.kind {
      case .float: value = Double(bitPattern: token.value)
      case .integer: value = Double(token.value)
      default: throw expected("a number")
      }
      advance()
      if isNegative { value = -value }
      if size == 4 {
        try emit(UInt64(Float(value).bitPattern), size: 4, range(from: start))
      } else {
        try emit(value.bitPattern, size: 8, range(from: start))
      }
    } while takeIf(UInt8(ascii: ","))
  }

  // MARK: Text

  mutating func emitStrings(terminator: [UInt8]) throws(AssemblyError) {
    if isAtEndOfStatement { return }
    repeat {
      repeat {
        guard token.kind == .quoted else { throw expected("text in double quotes") }
        guard let contents = StringLiteral.contents(text(token).dropFirst().dropLast()) else {
          throw AssemblyError(
            "E0415", "unknown escape in a string", range(token),
            help: #"escapes are \n \t \r \b \f \v \\ \" \ooo and \xhh"#)
        }
        try emit(contents, range(token))
        advance()
      } while token.kind == .quoted
      try emit(terminator, range(previousEnd, previousEnd))
    } while takeIf(UInt8(ascii: ","))
  }

  // MARK: Numbers of variable length

  /// LEB128, of numbers that are known.
  mutating func emitVariableLength(isSigned: Bool) throws(AssemblyError) {
    repeat {
      let start = token.start
      let value = try parseConstant("a number of variable length")
      var bytes: [UInt8] = []
      if isSigned {
        bytes.appendLEB128(Int(value))
      } else {
        bytes.appendLEB128(UInt(UInt64(bitPattern: value)))
      }
      try emit(bytes, range(from: start))
    } while takeIf(UInt8(ascii: ","))
  }

  // MARK: Fillings

  /// `.space COUNT [, VALUE]`, `.zero COUNT`, `.fill COUNT [, SIZE [, VALUE]]`
  mutating func emitFilling(
    _ directive: Directive, _ first: AssemblyToken
  ) throws(AssemblyError) {
    let start = token.start
    let count = try parseExpression()
    let range = range(from: start)
    var filling = Filling(value: 0, size: 1)
    if directive == .fill, takeIf(UInt8(ascii: ",")) {
      let size = try parseConstant("the size of a value")
      guard size >= 0 else {
        throw AssemblyError("E0415", "\(size) is no size of a value", self.range(from: start))
      }
      filling.size = Int(min(size, 8))
    }
    if takeIf(UInt8(ascii: ",")) {
      let value = try parseConstant("the value to fill with")
      filling.value = UInt64(bitPattern: value)
      // Of larger values GNU assemblers take four bytes.
      if directive == .fill { filling.value &= 0xFFFF_FFFF }
    }
    let isZero = sections[currentSection].attributes.isZero
    if isZero && filling.value != 0 {
      throw AssemblyError(
        "E0411", "section '\(sections[currentSection].name)' holds zeros only", range)
    }
    if let number = knownConstant(count) {
      try checkFilling(number, filling, range)
      if !isZero && Int(number) * filling.size <= Assembly.maximumInlineFilling {
        for _ in 0..<number { try emit(filling.value, size: filling.size, range) }
        return
      }
    }
    addGap(.fill(count: count, filling, range))
  }

  /// The number of a filling's values has to be possible.
  func checkFilling(
    _ count: Int64, _ filling: Filling, _ range: SourceRange
  ) throws(AssemblyError) {
    if count < 0 {
      throw AssemblyError("E0415", "\(count) is no number of bytes", range)
    }
    if count > Int64(options.maximumSectionSize / max(filling.size, 1)) {
      throw sectionTooLarge(currentSection, range)
    }
  }
}

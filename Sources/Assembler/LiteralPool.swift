import Diagnostics
import ELF

/// Constants that `ldr REGISTER, =VALUE` puts behind the code.
struct LiteralPool {
  struct Entry {
    var value: ExpressionID
    /// What the expression amounted to when it was read: equal entries are one.
    var meaning: ExpressionValue
    /// 4 or 8 bytes.
    var size: Int
    /// The label of the constant.
    var symbol: Int32
    var range: SourceRange
  }

  var entries: [Entry] = []

  var isEmpty: Bool { entries.isEmpty }
}

extension Assembly {
  /// The label of a constant in the pool of the current section.
  mutating func literal(
    _ value: ExpressionID, size: Int, _ range: SourceRange
  ) throws(AssemblyError) -> Int32 {
    let meaning: ExpressionValue
    do throws(ExpressionProblem) {
      meaning = try evaluate(value)
    } catch {
      throw AssemblyError("E0409", error.text, range)
    }
    if meaning.isConstant && !ranged(meaning.constant, size: size) {
      throw outOfRange(meaning.constant, size: size, range)
    }
    for entry in sections[currentSection].pool.entries where entry.size == size {
      if entry.meaning.constant == meaning.constant && entry.meaning.plus == meaning.plus
        && entry.meaning.minus == meaning.minus
      {
        return entry.symbol
      }
    }
    let symbol = makeSymbol("", isTemporary: true)
    sections[currentSection].pool.entries.append(
      LiteralPool.Entry(value: value, meaning: meaning, size: size, symbol: symbol, range: range))
    return symbol
  }

  /// Puts the pool of the current section here: small constants first, as GNU `as` does.
  mutating func flushPool(_ range: SourceRange) throws(AssemblyError) {
    let entries = sections[currentSection].pool.entries
    sections[currentSection].pool.entries = []
    for size in [4, 8] where entries.contains(where: { $0.size == size }) {
      align(to: size, fill: Filling(value: 0, size: 1))
      for entry in entries where entry.size == size {
        try define(entry.symbol, at: entry.range)
        if let value = knownConstant(entry.value) {
          try emit(UInt64(bitPattern: value), size: size, entry.range)
        } else {
          try emit(0, size: size, entry.range)
          let kind: AArch64Relocation = size == 4 ? .absolute32 : .absolute64
          addFixup(kind.rawValue, entry.value, back: size, entry.range)
        }
      }
    }
  }
}

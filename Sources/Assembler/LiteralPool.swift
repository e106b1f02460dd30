import Diagnostics
import ELF

/// Constants that `ldr REGISTER, =VALUE` puts behind the code.
struct LiteralPool {
  struct Entry {
    var value: ExpressionID
    /// 4 or 8 bytes.
    var size: Int
    /// The label of the constant.
    var symbol: Int32
    var range: SourceRange
  }

  /// What an expression amounted to when it was read: equal entries are one.
  struct Meaning: Hashable {
    var value: ExpressionValue
    var size: Int
  }

  var entries: [Entry] = []
  /// The entry of each meaning.
  var known: [Meaning: Int] = [:]

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
    let key = LiteralPool.Meaning(value: meaning, size: size)
    if let index = sections[currentSection].pool.known[key] {
      return sections[currentSection].pool.entries[index].symbol
    }
    let symbol = makeSymbol("", isTemporary: true)
    sections[currentSection].pool.known[key] = sections[currentSection].pool.entries.count
    sections[currentSection].pool.entries.append(
      LiteralPool.Entry(value: value, size: size, symbol: symbol, range: range))
    return symbol
  }

  /// Puts the pool of the current section here: small constants first, as GNU `as` does.
  mutating func flushPool(_ range: SourceRange) throws(AssemblyError) {
    let entries = sections[currentSection].pool.entries
    sections[currentSection].pool = LiteralPool()
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

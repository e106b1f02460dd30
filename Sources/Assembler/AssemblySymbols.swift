import Diagnostics
import ELF
import Support

/// A symbol of the source.
struct AssemblySymbol {
  enum Definition {
    case undefined
    /// A place: offset in a fragment of a section.
    case label(section: Int32, fragment: Int32, offset: Int32)
    /// `.set` and its like.
    case expression(ExpressionID)
    case common(size: Int, alignment: Int)
  }

  var name: String
  var definition = Definition.undefined
  var binding = ObjectSymbol.Binding.local
  /// Whether `.globl`, `.weak` or `.local` has been said.
  var hasBinding = false
  var kind = ObjectSymbol.Kind.none
  /// `.size`
  var size: (value: ExpressionID, range: SourceRange)?
  /// Labels that never stand in the symbol table: those of the assembler, `.L…`, and numbers.
  var isTemporary: Bool
  var definedAt: SourceRange?
  /// Where it was referred to first.
  var usedAt: SourceRange?
  /// Where it was an operand of AT&T syntax, if it is called like a register.
  var registerUse: SourceRange?
  /// Whether a relocation or a directive wants it in the symbol table.
  var isNeeded = false

  var isDefined: Bool {
    if case .undefined = definition { return false }
    return true
  }
}

/// The uses of one number as a label: `1: … 1b … 1f`.
struct NumericLabel {
  /// The symbol of the last definition, or -1.
  var last: Int32 = -1
  /// The symbol that `1f` refers to, or -1.
  var next: Int32 = -1
}

extension Assembly {
  /// The symbol of an interned name; it is made if there is none.
  mutating func symbol(named name: Int32) -> Int32 {
    if symbolOfName.count <= Int(name) {
      symbolOfName.append(
        contentsOf: repeatElement(-1, count: names.count - symbolOfName.count))
    }
    if symbolOfName[Int(name)] >= 0 { return symbolOfName[Int(name)] }
    let text = names.string(of: .init(index: name))
    let symbol = makeSymbol(text, isTemporary: text.hasPrefix(".L"))
    symbolOfName[Int(name)] = symbol
    return symbol
  }

  mutating func makeSymbol(_ name: String, isTemporary: Bool) -> Int32 {
    symbols.append(AssemblySymbol(name: name, isTemporary: isTemporary))
    return Int32(symbols.count - 1)
  }

  /// A temporary symbol for the current place.
  mutating func makeSymbolHere() -> Int32 {
    let symbol = makeSymbol("", isTemporary: true)
    sections[currentSection].isUsed = true
    symbols[Int(symbol)].definition = here
    return symbol
  }

  /// The current place.
  var here: AssemblySymbol.Definition {
    let section = sections[currentSection]
    return .label(
      section: Int32(currentSection), fragment: Int32(section.fragments.count - 1),
      offset: Int32(section.bytes.count - section.fragments[section.fragments.count - 1].start))
  }

  // MARK: Definitions

  mutating func define(_ symbol: Int32, at range: SourceRange) throws(AssemblyError) {
    try checkUndefined(symbol, range)
    sections[currentSection].isUsed = true
    symbols[Int(symbol)].definition = here
    symbols[Int(symbol)].definedAt = range
  }

  func checkUndefined(_ symbol: Int32, _ range: SourceRange) throws(AssemblyError) {
    let old = symbols[Int(symbol)]
    guard old.isDefined else { return }
    let error = AssemblyError(
      "E0407", "symbol '\(old.name)' is defined twice", range, "this is the second definition")
    guard let first = old.definedAt else { throw error }
    throw error.with(first, "this is the first one")
  }

  mutating func defineNumeric(_ number: UInt64, at range: SourceRange) throws(AssemblyError) {
    var label = numericLabels[number] ?? NumericLabel()
    let symbol =
      label.next >= 0 ? label.next : makeSymbol(String(number), isTemporary: true)
    label.last = symbol
    label.next = -1
    numericLabels[number] = label
    try define(symbol, at: range)
  }

  /// The symbol of `1b` or `1f`.
  mutating func numericReference(_ token: AssemblyToken) throws(AssemblyError) -> Int32 {
    let number = token.value >> 1
    var label = numericLabels[number] ?? NumericLabel()
    if token.value & 1 == 0 {
      if label.last < 0 {
        throw AssemblyError(
          "E0408", "there is no label '\(number):' before this", range(token),
          help: "'\(number)b' looks backward, '\(number)f' forward")
      }
      return label.last
    }
    if label.next < 0 {
      label.next = makeSymbol("\(number)", isTemporary: true)
      symbols[Int(label.next)].usedAt = range(token)
      numericLabels[number] = label
    }
    return label.next
  }

  /// Reports labels that are referred to and cannot come from another object.
  mutating func reportUndefinedLabels() {
    for symbol in symbols where symbol.isTemporary && !symbol.isDefined {
      guard let range = symbol.usedAt else { continue }
      let isNumber = symbol.name.utf8.first.map { $0 < UInt8(ascii: ":") } ?? false
      if isNumber && !symbol.name.hasPrefix(".") {
        report(
          AssemblyError(
            "E0408", "there is no label '\(symbol.name):' behind this", range,
            help: "'\(symbol.name)f' looks forward, '\(symbol.name)b' backward"))
      } else {
        report(
          AssemblyError(
            "E0408", "undefined label '\(symbol.name)'", range,
            help: "names that begin with .L are local to the file"))
      }
    }
  }
}

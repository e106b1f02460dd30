import Support
import Testing

@Suite struct InternerTests {
  @Test func equalBytesAreOneSymbol() {
    var interner = Interner()
    let names = ["", "a", "b", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefghj", "a\0", "\0", "é"]
    let symbols = names.map { interner.intern($0) }
    #expect(Set(symbols).count == names.count)
    #expect(symbols.map { Int($0.index) } == Array(0..<names.count))
    for (name, symbol) in zip(names, symbols) {
      #expect(interner.intern(name) == symbol)
      #expect(interner.find(name) == symbol)
      #expect(interner.string(of: symbol) == name)
    }
    #expect(interner.count == names.count)
    #expect(interner.find("never seen") == nil)
    #expect(interner.count == names.count)
  }

  @Test func growsAndKeepsSymbols() {
    var interner = Interner()
    let names = (0..<20_000).map { "name_\($0)_of_some_length" }
    let symbols = names.map { interner.intern($0) }
    #expect(symbols.map { Int($0.index) } == Array(0..<names.count))
    #expect(names.map { interner.intern($0) } == symbols)
    #expect(names.map { interner.find($0) } == symbols)
  }
}

@Suite struct TextWriterTests {
  @Test func writesTextNumbersAndQuotes() {
    var writer = TextWriter()
    writer.write("a")
    writer.write(-12)
    writer.write(0x2E, count: 3)
    writer.write(0x2E, count: -1)
    writer.writeQuoted([0x22, 0x5C, 0x0A, 0x00, 0xFF, 0x41])
    writer.newline()
    #expect(writer.string == "a-12...\"\\\"\\\\\\n\\x00\\xffA\"\n")
  }

  @Test func writesJSONStrings() {
    var writer = TextWriter()
    writer.writeJSON("a\"\\\n\r\t\u{1}\u{7F}é")
    #expect(writer.string == #""a\"\\\n\r\t\u0001\u007fé""#)
  }
}

@Suite struct DeepStackTests {
  private struct Failed: Error {}

  private func depth(_ count: Int) -> Int { count == 0 ? 0 : 1 + depth(count - 1) }

  @Test func allowsDeepRecursion() {
    #expect(onDeepStack { depth(1_000_000) } == 1_000_000)
  }

  @Test func passesErrorsOn() {
    #expect(throws: Failed.self) { try onDeepStack { () throws(Failed) -> Int in throw Failed() } }
  }
}

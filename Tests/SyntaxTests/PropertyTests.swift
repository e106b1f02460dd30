import Diagnostics
import Foundation
import Support
import Syntax
import TestSupport
import Testing

/// Programs of the repository's fixtures.
let fixturePrograms: [String] = {
  let root = repository.appendingPathComponent("fixtures")
  let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
  let paths = (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "rail" }
  return paths.map(\.path).sorted().compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
    + LayoutCase.all.map(\.source)
}()

/// Changes of a text that mean nothing (the last paragraph of layout.md).
@Suite struct LayoutPropertyTests {
  /// Written with indentation alone: no line is aligned with a token inside another one.
  private static let indentedPrograms = [
    """
    main =
      let xs = [1, 2, 3]
      let total = fold (\\acc x -> acc + x) 0 xs
      if total > 3 then
        print "large"
        print total
      else if total == 3 then
        print "three"
      else
        match xs
          | [] -> print "none"
          | x :: rest if x > 1 ->
            let y = x * 2
            print y
          | _ ->
            print "some"
      xs
        |> map (\\x ->
          let y = x + 1
          y * 2)
        |> sum
    """,
    """
    type Shape =
      | Circle r
      | Square { side : float }

    area : Shape -> float
    area s = match s
      | Circle r -> r * r
      | Square { side } ->
        side
          * side

    main =
      let go n acc =
        if n == 0 then acc
        else
          go (n - 1)
            (acc + n)
      let big = go 10 0
        + 5
      each [
        big,
        go 3 0
      ] \\v ->
        print v
      0
    """,
  ]

  private func scaled(_ text: String, _ scale: (Int) -> Int) -> String {
    text.components(separatedBy: "\n").map { line in
      let indentation = line.prefix { $0 == " " }.count
      return String(repeating: " ", count: scale(indentation)) + line.dropFirst(indentation)
    }.joined(separator: "\n")
  }

  @Test(arguments: indentedPrograms)
  func indentationMayBeHalvedOrDoubled(_ program: String) {
    let parsed = Parsed(program)
    #expect(parsed.messages.isEmpty)
    #expect(Parsed(scaled(program) { $0 / 2 }).dump == parsed.dump)
    #expect(Parsed(scaled(program) { $0 * 2 }).dump == parsed.dump)
    #expect(Parsed(scaled(program) { $0 * 4 }).dump == parsed.dump)
  }

  @Test func lineEndsMayBeCRLF() {
    for program in fixturePrograms where !program.contains("\r") {
      let parsed = Parsed(program)
      let converted = Parsed(program.replacingOccurrences(of: "\n", with: "\r\n"))
      #expect(converted.dump == parsed.dump)
      #expect(converted.messages == parsed.messages)
    }
  }

  @Test(
    arguments: indentedPrograms + [
      "main =\n  let _ = print 1\n  let x = 2\n  let _ = print x\n  x",
      "f x = match x\n  | A ->\n    let _ = print 1\n    2\n  | B -> let _ = print 3\n         4",
    ])
  func aDiscardedLetIsAStatement(_ program: String) {
    let rewritten = program.replacingOccurrences(of: "let _ = ", with: "")
    #expect(merged(rewritten) == merged(program))
  }

  private func merged(_ program: String) -> [String] {
    let parsed = Parsed(program)
    #expect(parsed.messages.isEmpty)
    var printer = CompactPrinter(tree: parsed.tree, interner: parsed.interner)
    printer.mergesDiscards = true
    return parsed.tree.declarations.map { printer.text($0) }
  }

  /// Lines may be broken before an argument, and before and after an operator, if the rest of the
  /// line opens no block.
  @Test func linesMayBeBrokenDeeper() {
    var random = RandomNumbers(seed: 1)
    var breaks = 0
    for program in fixturePrograms {
      let parsed = Parsed(program)
      guard parsed.errors.isEmpty else { continue }
      for place in breakablePlaces(program) where random.below(4) == 0 {
        var bytes = Array(program.utf8)
        bytes.insert(contentsOf: Array("\n".utf8) + [UInt8](repeating: 0x20, count: 150), at: place)
        let broken = Parsed(bytes: bytes)
        #expect(broken.dump == parsed.dump, "broken at \(place): \(program)")
        breaks += 1
      }
    }
    #expect(breaks > 500)
  }

  /// Offsets of tokens that are arguments, operators or operands, and after which no block is
  /// opened on the same line.
  private func breakablePlaces(_ program: String) -> [Int] {
    let file = SourceFile(path: "t", text: Array(program.utf8))
    var interner = Interner()
    var sink = DiagnosticSink()
    let list = lex(file, id: FileID(index: 0), interner: &interner, diagnostics: &sink)
    let tokens = list.tokens
    var places: [Int] = []
    for index in tokens.indices.dropFirst() where !tokens[index].isFirst {
      let previous = tokens[index - 1].kind
      let isAdjacent = tokens[index].start == tokens[index - 1].end
      guard !isAdjacent, mayPrecedeBreak(previous), mayFollowBreak(tokens[index].kind) else {
        continue
      }
      let rest = tokens[index...].dropFirst().prefix { !$0.isFirst }
      if rest.contains(where: { opensBlock($0.kind) }) { continue }
      places.append(Int(tokens[index].start))
    }
    return places
  }

  private func mayPrecedeBreak(_ kind: TokenKind) -> Bool {
    switch kind {
    case .name, .integer, .float, .string, .rightParenthesis, .rightBracket, .add, .multiply,
      .equal,
      .and, .pipe, .append, .interpolationEnd:
      true
    default: false
    }
  }

  private func mayFollowBreak(_ kind: TokenKind) -> Bool {
    switch kind {
    case .name, .integer, .float, .string, .leftParenthesis, .leftBracket, .add, .multiply, .equal,
      .and, .pipe, .append:
      true
    default: false
    }
  }

  private func opensBlock(_ kind: TokenKind) -> Bool {
    switch kind {
    case .equals, .arrow, .then, .else, .in, .let, .match, .if, .backslash, .bar,
      .interpolationStart,
      .directive:
      true
    default: false
    }
  }
}

/// Inputs that nobody would write. `RAIL_FUZZ_COUNT` sets how many.
@Suite struct FuzzTests {
  private static let count =
    ProcessInfo.processInfo.environment["RAIL_FUZZ_COUNT"].flatMap { Int($0) } ?? 4000

  @Test(.timeLimit(.minutes(30)))
  func anyInputIsParsedOrReported() {
    onDeepStack {
      var mutator = ProgramMutator(seed: 7, programs: fixturePrograms.map { Array($0.utf8) })
      for _ in 0..<FuzzTests.count { check(mutator.next()) }
    }
  }

  private func check(_ bytes: [UInt8]) {
    let clock = ContinuousClock()
    let start = clock.now
    let parsed = Parsed(bytes: bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(
      !parsed.hasErrorNode || !parsed.errors.isEmpty, "an error that is not reported: \(text)")
    #expect(
      parsed.diagnostics.allSatisfy { $0.primary.range.end <= bytes.count },
      "beyond the end: \(text)")
    #expect(
      parsed.tree.nodes.allSatisfy { $0.start <= $0.end && Int($0.end) <= bytes.count },
      "a node beyond the end: \(text)")
    var renderer = Renderer(parsed.sources, isColored: false)
    _ = renderer.render(parsed.diagnostics)
    #expect(clock.now - start < .seconds(1), "too slow: \(text)")
  }
}

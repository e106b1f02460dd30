import Testing

/// Programs whose types grow without bound if nothing bounds them, or that make naive algorithms
/// take quadratic time. That the time limit holds is the test; the answers are looked at only for
/// their size.
@Suite(.timeLimit(.minutes(1))) struct SizeTests {
  @Test func definitionsThatWrapEachOther() {
    let chain = (1..<300).map { "f\($0) x = f\($0 - 1) (x, x)" }.joined(separator: "\n")
    let result = types(of: "f0 x = (x, x)\n" + chain)
    #expect(result.count == 300)
    #expect(result.allSatisfy { $0.utf8.count < 20_000 })
  }

  @Test func definitionsThatDoubleEachOther() {
    let chain = (1..<40).map { "f\($0) x = f\($0 - 1) (f\($0 - 1) x)" }.joined(separator: "\n")
    #expect(types(of: "f0 x = (x, x)\n" + chain).count == 40)
  }

  @Test func thousandFields() {
    let names = (0..<1000).map { "a\($0)" }
    let result = types(
      of: """
        f p = match p | (\(names.joined(separator: ", "))) -> \(names.joined(separator: " + "))
        t = (\((0..<1000).map(String.init).joined(separator: ", ")))
        main = f t
        """)
    #expect(result.count == 3)
    #expect(result.last == "main : int")
  }

  @Test func manyMutuallyRecursiveFunctions() {
    let count = 2000
    let functions = (0..<count).map {
      "f\($0) x y = if x < \($0) then y else f\(($0 * 7 + 1) % count) (x - 1) (f\(($0 + 1) % count) x y)"
    }
    let result = types(of: functions.joined(separator: "\n"))
    #expect(result.count == count)
    #expect(Set(result.map { $0.split(separator: ":").last }) == [" num -> a -> a"])
  }

  @Test func longChainsOfArithmetic() {
    let steps = (1..<2000).map {
      "  let x\($0) = if x\($0 - 1) == 0 then x\($0 - 1) else x\($0 - 1) + 1"
    }
    let result = types(of: "f x0 =\n" + steps.joined(separator: "\n") + "\n  x1999")
    #expect(result == ["f : num -> num"])
  }

  @Test func deepLiterals() {
    let result = types(
      of: "deep = " + String(repeating: "[", count: 2000) + "1"
        + String(repeating: "]", count: 2000))
    #expect(result.count == 1)
  }
}

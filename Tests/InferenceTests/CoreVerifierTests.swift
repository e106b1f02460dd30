import Diagnostics
import Inference
import Semantics
import Support
import Testing

/// A program with most kinds of expressions.
private let sample = """
  type Shape = | Circle r | Box w h
  type Point = | Point { x, y }

  area shape = match shape
    | Circle r -> 3.14 * r * r
    | Box w h -> w * h

  total shapes = fold (\\sum shape -> sum + area shape) 0.0 shapes

  norm p = sqrt (p.x * p.x + p.y * p.y)

  join_all words = match words
    | [] -> ""
    | word :: rest -> word + "," + join_all rest

  count xs =
    let go ys n = if length ys == 0 then n else go (tail ys) (n + 1)
    go xs 0

  scale k = \\x -> x * k

  fill n =
    let a = arr_new n 0
    let go i = if i == n then a else
      arr_set a i (i * i)
      go (i + 1)
    go 0

  main =
    print (total [Circle 1.5, Box 2.0 3.0])
    print (norm (Point { x = 3.0, y = 4.0 }))
    print (join_all ["a", "b"])
    print (count [1, 2, 3])
    print ((scale 2) 21)
    print (arr_get (fill 5) 3)
    print (map (\\x -> x + 0.5) [1.5])
    print (head [1, 2] + 1)
    0
  """

/// Typed Core of the sample after a change, and what the verifier says.
private func problems(after change: (inout CoreProgram) -> Bool) -> [String]? {
  let (sound, interner) = onDeepStack { sampleCore() }
  var program = sound
  guard change(&program) else { return nil }
  return onDeepStack { [program] in verify(program, interner) }
}

private func sampleCore() -> (CoreProgram, Interner) {
  let analysis = analyse(["main.rail": sample])
  precondition(!analysis.diagnostics.hasErrors, "the sample has errors")
  var inference = TypeInference(analysis)
  inference.run()
  return (specialize(inference).program, analysis.interner)
}

extension CoreProgram {
  /// The expressions of the instances.
  fileprivate var typedExpressions: Range<Int> {
    let sources = globals[..<Int(typing?.firstInstance ?? 0)]
    return (Int(sources.map(\.body).max() ?? -1) + 1)..<expressions.count
  }

  fileprivate func first(where isWanted: (CoreExpression) -> Bool) -> Int? {
    typedExpressions.first { isWanted(expressions[$0]) }
  }
}

/// A way to break typed Core.
struct Breakage: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var apply: @Sendable (inout CoreProgram) -> Bool

  init(_ description: String, _ apply: @escaping @Sendable (inout CoreProgram) -> Bool) {
    testDescription = description
    self.apply = apply
  }
}

private let breakages: [Breakage] = [
  Breakage("a conversion is left out") { program in
    guard let index = program.first(where: { $0.kind == .coerce }) else { return false }
    let operand = program.expressions[index].a
    for parent in program.operands.indices where program.operands[parent] == Int32(index) {
      program.operands[parent] = operand
    }
    return true
  },
  Breakage("another conversion") { program in
    guard let index = program.first(where: { $0.kind == .coerce }) else { return false }
    program.expressions[index].b = CoreCoercion.intToFloat.rawValue
    return true
  },
  Breakage("strings are added as ints") { program in
    guard
      let index = program.first(where: {
        $0.kind == .operator && $0.b == CoreOperandProof.string.rawValue
      })
    else { return false }
    program.expressions[index].b = CoreOperandProof.int.rawValue
    return true
  },
  Breakage("floats are added as ints") { program in
    guard
      let index = program.first(where: {
        $0.kind == .operator && $0.b == CoreOperandProof.float.rawValue
      })
    else { return false }
    program.expressions[index].b = CoreOperandProof.int.rawValue
    return true
  },
  Breakage("raw floats are added without a proof") { program in
    guard
      let index = program.first(where: {
        $0.kind == .operator && $0.b == CoreOperandProof.float.rawValue
      })
    else { return false }
    program.expressions[index].b = CoreOperandProof.none.rawValue
    return true
  },
  Breakage("a builtin without a proven form is proved") { program in
    guard let output = intrinsics.firstIndex(where: { $0.name.description == "print" }),
      let index = program.first(where: {
        $0.kind == .call && program.expressions[Int($0.a)].kind == .intrinsic
          && program.expressions[Int($0.a)].a == Int32(output)
      })
    else { return false }
    program.expressions[index].b = CoreCallProof.operands.rawValue
    return true
  },
  Breakage("a call goes to the original") { program in
    guard let typing = program.typing,
      let index = program.first(where: {
        $0.kind == .global && $0.a >= typing.firstInstance
          && program.globals[Int($0.a)].parameterCount > 0
      })
    else { return false }
    let place = Int(program.expressions[index].a - typing.firstInstance)
    program.expressions[index].a = typing.sourceOfInstance[place]
    return true
  },
  Breakage("a closure takes a raw float") { program in
    guard var typing = program.typing,
      let global = program.globals[Int(typing.firstInstance)...].first(where: {
        program.expressions[Int($0.body)].kind == .lambda
      })
    else { return false }
    let lambda = program.expressions[Int(global.body)]
    let local = program.operands[Int(lambda.listStart)]
    typing.ofLocal[Int(global.firstLocal + local)] = CoreTyping.simple(.rawFloat)
    program.typing = typing
    return true
  },
]

@Suite struct CoreVerifierTests {
  @Test func soundProgramIsAccepted() {
    #expect(problems { _ in true } == [])
  }

  @Test(arguments: breakages)
  func brokenProgramIsRejected(_ breakage: Breakage) throws {
    let found = try #require(
      problems(after: breakage.apply), "the sample lacks what is to be broken")
    #expect(!found.isEmpty)
  }

  /// Whatever expression is given another scalar type, somebody notices: whoever makes the value,
  /// or whoever uses it.
  @Test(arguments: [CoreTypeHead.int, .string, .float])
  func wrongTypeOfAnyExpressionIsNoticed(_ head: CoreTypeHead) {
    let (program, interner) = onDeepStack { sampleCore() }
    guard let typing = program.typing else {
      Issue.record("the sample has no types")
      return
    }
    let wrong = CoreTyping.simple(head == .string ? .int : .string)
    var count = 0
    for index in program.typedExpressions
    where typing.ofExpression[index] == CoreTyping.simple(head) {
      var broken = program
      broken.typing?.ofExpression[index] = wrong
      let found = onDeepStack { [broken] in verify(broken, interner) }
      #expect(
        !found.isEmpty, "\(program.expressions[index].kind) at \(program.expressions[index].start)")
      count += 1
    }
    #expect(count > 3)
  }

  @Test func wrongTypeOfAnyLocalIsNoticed() {
    let (program, interner) = onDeepStack { sampleCore() }
    guard let typing = program.typing else {
      Issue.record("the sample has no types")
      return
    }
    var count = 0
    let first = Int(program.globals[Int(typing.firstInstance)].firstLocal)
    for local in first..<program.locals.count
    where typing.ofLocal[local] != CoreTyping.simple(.dyn) {
      var broken = program
      broken.typing?.ofLocal[local] = CoreTyping.simple(.bytes)
      let found = onDeepStack { [broken] in verify(broken, interner) }
      #expect(!found.isEmpty, "local \(local - first)")
      count += 1
    }
    #expect(count > 10)
  }
}

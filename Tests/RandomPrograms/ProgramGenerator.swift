import TestSupport

/// Makes random programs that compile without errors, end soon and print much of what they compute. The same seed
/// gives the same program.
///
/// A program consists of type declarations, constants, functions and a `main` that evaluates expressions, each of
/// them within `try`. Terms are made from the type that is wanted (``RailType``) down. What makes the programs
/// interesting for a compiler that infers types are *surprises*, places where the wanted type is only what happens
/// at run time, or not even that (`ProgramGenerator+Surprises.swift`), and *shapes*, small programs that have
/// broken type inference before (`Shapes.swift`).
public struct ProgramGenerator {
  /// A name in scope.
  struct Variable {
    var name: String
    var type: RailType
  }

  /// A function that terms may call.
  struct Function {
    var name: String
    /// With ``RailType/variable(_:)`` for what the caller chooses.
    var parameters: [RailType]
    var result: RailType
    /// About how many terms are evaluated in a call.
    var cost: Int
  }

  private var random: RandomNumbers
  var types: [DataType] = []
  var scope: [Variable] = []
  /// The names that `main` has bound.
  private var results: [Variable] = []
  var functions: [Function] = []
  /// How many terms in a thousand are surprises.
  var surprises = 0
  /// About how many terms the definition in hand has evaluated, and may evaluate.
  var steps = 0
  var stepLimit = 0
  /// How often the term in hand is evaluated.
  var repetitions = 1
  private var names = 0

  private init(seed: UInt64) {
    random = RandomNumbers(seed: seed)
    // Neighbouring seeds begin alike.
    for _ in 0..<4 { _ = random.next() }
  }

  /// The program of a seed.
  public static func program(seed: UInt64) -> RandomProgram {
    var generator = ProgramGenerator(seed: seed)
    return generator.makeProgram()
  }

  private mutating func makeProgram() -> RandomProgram {
    surprises = pick([0, 0, 5, 20, 60])
    var program = RandomProgram()
    program.definitions = [.text(prelude)]
    for _ in 0..<below(4) { program.definitions.append(makeType()) }
    program.definitions += chooseLibrary()
    for _ in 0..<2 + below(6) { program.definitions += makeFunction() }
    let uses = 4 + below(8)
    for index in 0..<uses {
      if below(100) < 30 {
        let (definitions, statements) = makeShape()
        program.definitions += definitions
        program.main += statements
      } else {
        program.main += makeUse(label: "\(index)")
      }
      if below(100) < 8 { program.definitions += makeFunction() }
    }
    // What is not within try may end the program.
    if below(100) < 25 { program.main.append(.effect(printed(term(anyType(2), 3)))) }
    begin(limit: 200)
    // Below 128: above that are the signals that end a program.
    program.main.append(.effect(Term(.small, "bit_and @0 127", [term(.int, 2)])))
    return program
  }

  /// A statement or two that evaluate something and print it.
  private mutating func makeUse(label: String) -> [Statement] {
    begin(limit: 4000)
    let type = anyType(3)
    let body = binding(results) { $0.term(type, 5) }
    switch below(4) {
    case 0:
      return [.effect(Term(.dynamic, "check \"\(label)\" (\\_ -> ~0)", [body]))]
    case 1:
      let name = fresh("v")
      let statement = Statement.binding(
        name, Term(body.type, "try (\\_ -> ~0) (\\_ -> ~1)", [body, leaf(body.type)]))
      results.append(Variable(name: name, type: body.type))
      return [statement, .effect(Term(.dynamic, "print (repr \(name))"))]
    default:
      return [.effect(Term(.dynamic, "print (try (\\_ -> repr @0) (\\m -> \"raised \" + m))", [body]))]
    }
  }

  private mutating func printed(_ term: Term) -> Term {
    Term(.dynamic, below(2) == 0 ? "print @0" : "print (repr @0)", [term])
  }

  // MARK: - Choices

  /// Starts counting what a definition costs.
  mutating func begin(limit: Int) {
    steps = 0
    stepLimit = limit
    repetitions = 1
  }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[below(choices.count)]
  }

  /// A number from 0 to `limit` - 1.
  mutating func below(_ limit: Int) -> Int { random.below(limit) }

  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  mutating func fresh(_ prefix: String) -> String {
    names += 1
    return "\(prefix)\(names)"
  }

  /// Generates something that is evaluated several times.
  mutating func repeated<Value>(
    _ times: Int, _ body: (inout ProgramGenerator) -> Value
  ) -> Value {
    repetitions *= times
    defer { repetitions /= times }
    return body(&self)
  }

  /// Generates something that sees further names.
  mutating func binding<Value>(
    _ variables: [Variable], _ body: (inout ProgramGenerator) -> Value
  ) -> Value {
    scope += variables
    defer { scope.removeLast(variables.count) }
    return body(&self)
  }

  /// Any type; `depth` limits how much is in it.
  mutating func anyType(_ depth: Int) -> RailType {
    let scalars: [RailType] = [
      .int, .int, .int, .int, .float, .float, .float, .string, .string, .number, .bool, .small,
    ]
    guard depth > 0, chance(60) else { return pick(scalars) }
    switch below(12) {
    case 0, 1, 2: return .list(anyType(depth - 1))
    case 3, 4: return .tuple((0..<2 + below(2)).map { _ in anyType(depth - 1) })
    case 5, 6, 7:
      guard !types.isEmpty else { return .list(anyType(depth - 1)) }
      let index = below(types.count)
      return .data(index, (0..<types[index].parameterCount).map { _ in anyType(depth - 1) })
    case 8:
      return .function((0...below(2)).map { _ in anyType(depth - 1) }, anyType(depth - 1))
    case 9: return .array(anyType(depth - 1))
    case 10: return .floats
    default: return surprises > 0 ? .dynamic : .list(.number)
    }
  }

  /// A name in scope of this type, if there is one.
  mutating func variable(_ type: RailType) -> Term? {
    let candidates = scope.filter { variable in
      variable.type == type || (type == .int && variable.type == .small)
        || (type == .number && (variable.type == .int || variable.type == .float))
    }
    if candidates.isEmpty { return nil }
    return Term(type, pick(candidates).name)
  }
}

/// What every program has.
private let prelude = """
  -- Prints what an expression gives or which error it raises.
  check label body =
    print (label + ": " + try (\\_ -> repr (body 0)) (\\m -> "raised " + m))

  -- The element of a list at an index, by which types are lost.
  item i xs = if i <= 0 then head xs else item (i - 1) (tail xs)
  """

/// Terms of any type.
extension ProgramGenerator {
  /// A term that evaluates to a value of a type; `depth` limits how deep it is.
  mutating func term(_ type: RailType, _ depth: Int) -> Term {
    steps += repetitions
    if steps > stepLimit || depth <= 0 { return leaf(type) }
    if below(1000) < surprises, let term = surprise(type, depth - 1) { return term }
    if chance(25), let term = variable(type) { return term }
    if chance(45), let term = general(type, depth - 1) { return term }
    return specific(type, depth - 1)
  }

  /// A term without sub-terms, or nearly so.
  mutating func leaf(_ type: RailType) -> Term {
    if chance(60), let term = variable(type) { return term }
    switch type {
    case .int: return Term(type, pick(ints))
    case .small: return Term(type, pick(["0", "1", "2", "3", "4", "5", "7"]))
    case .float: return Term(type, pick(floats))
    case .number: return leaf(chance(50) ? .int : .float).typed(.number)
    case .string: return Term(type, pick(strings), isAtom: true)
    case .bool: return Term(type, pick(["true", "false"]))
    case .dynamic: return mixed()
    case .list(let element):
      return chance(40) ? Term(type, "[]") : Term(type, "[~0]", [leaf(element)])
    case .array(let element): return Term(type, "(arr_new 4 @0)", [leaf(element)])
    case .floats: return Term(type, "(float_arr_new 4 @0)", [leaf(.float)])
    case .tuple(let parts): return tuple(type, parts.map { leaf($0) })
    case .data(let index, let arguments):
      return construct(type, types[index].constructors[0], arguments) { generator, field in
        generator.leaf(field)
      }
    case .function(let parameters, let result):
      let names = parameters.map { _ in "_" }.joined(separator: " ")
      return Term(type, "(\\\(names) -> ~0)", [leaf(result)])
    case .variable:
      guard let term = variable(type) else { preconditionFailure("no value of type \(type.text)") }
      return term
    }
  }

  func tuple(_ type: RailType, _ parts: [Term]) -> Term {
    Term(type, "(" + parts.indices.map { "~\($0)" }.joined(separator: ", ") + ")", parts)
  }

  mutating func construct(
    _ type: RailType, _ constructor: DataType.Constructor, _ arguments: [RailType],
    _ field: (inout ProgramGenerator, RailType) -> Term
  ) -> Term {
    let fields = constructor.fields.map { field(&self, $0.replacing(arguments)) }
    if !constructor.fieldNames.isEmpty {
      let template = constructor.fieldNames.enumerated().map { "\($1) = ~\($0)" }
      return Term(
        type, "\(constructor.name) { \(template.joined(separator: ", ")) }", fields, isAtom: true)
    }
    let template = fields.indices.map { " @\($0)" }.joined()
    return Term(type, constructor.name + template, fields)
  }

  // MARK: - Forms that give values of every type

  private mutating func general(_ type: RailType, _ depth: Int) -> Term? {
    switch below(16) {
    case 0: return Term(type, "if @0 then @1 else @2", [
      term(.bool, depth), term(type, depth), term(type, depth),
    ])
    case 1, 2: return bound(type, depth)
    case 3, 4, 5: return match(type, depth)
    case 6, 7, 8, 9: return call(type, depth)
    case 10:
      return Term(type, "try (\\_ -> ~0) (\\_ -> ~1)", [term(type, depth), term(type, depth)])
    case 11: return application(type, depth)
    case 12: return localLoop(type, depth)
    case 13: return fold(type, depth)
    case 14: return projection(type, depth)
    default: return stored(type, depth)
    }
  }

  /// `let x = a in b`, sometimes with a pattern.
  private mutating func bound(_ type: RailType, _ depth: Int) -> Term {
    if chance(30) {
      let first = anyType(1)
      let second = anyType(1)
      let names = [
        Variable(name: fresh("x"), type: first), Variable(name: fresh("x"), type: second),
      ]
      let value = term(.tuple([first, second]), depth)
      let body = binding(names) { $0.term(type, depth) }
      return Term(type, "(let (\(names[0].name), \(names[1].name)) = ~0 in ~1)", [value, body])
    }
    let bound = anyType(2)
    let name = Variable(name: fresh("x"), type: bound)
    let value = term(bound, depth)
    let body = binding([name]) { $0.term(type, depth) }
    return Term(type, "(let \(name.name) = ~0 in ~1)", [value, body])
  }

  /// A function literal applied at once, or the value piped into one.
  private mutating func application(_ type: RailType, _ depth: Int) -> Term {
    let parameter = anyType(1)
    let function = lambda([parameter], type, depth)
    let argument = term(parameter, depth)
    return Term(type, chance(50) ? "@0 @1" : "@1 |> @0", [function, argument])
  }

  mutating func lambda(_ parameters: [RailType], _ result: RailType, _ depth: Int) -> Term {
    let variables = parameters.map { Variable(name: fresh("p"), type: $0) }
    let body = binding(variables) { $0.term(result, depth) }
    let names = variables.map(\.name).joined(separator: " ")
    return Term(.function(parameters, result), "(\\\(names) -> ~0)", [body])
  }

  /// A recursive local function: a loop with an accumulator, or a recursion that is no tail call.
  private mutating func localLoop(_ type: RailType, _ depth: Int) -> Term {
    let count = Variable(name: fresh("n"), type: .small)
    let state = Variable(name: fresh("a"), type: type)
    let name = fresh("go")
    let start = term(type, depth)
    let step = repeated(6) { generator in
      generator.binding([count, state]) { $0.term(type, depth) }
    }
    let times = leaf(.small)
    let (n, a) = (count.name, state.name)
    if chance(50) {
      return Term(
        type, "(let \(name) \(n) \(a) = if \(n) <= 0 then \(a) else \(name) (\(n) - 1) @1 in \(name) @2 @0)",
        [start, step, times])
    }
    return Term(
      type,
      "(let \(name) \(n) = if \(n) <= 0 then ~0 else (let \(a) = \(name) (\(n) - 1) in ~1) in \(name) @2)",
      [start, step, times])
  }

  private mutating func fold(_ type: RailType, _ depth: Int) -> Term {
    let element = anyType(1)
    let list = term(.list(element), depth)
    let step = repeated(5) { $0.lambda([type, element], type, depth) }
    return Term(type, "fold @0 @1 @2", [step, term(type, depth), list])
  }

  /// Part of something bigger.
  private mutating func projection(_ type: RailType, _ depth: Int) -> Term? {
    switch below(4) {
    case 0:
      let name = fresh("x")
      return Term(
        type, "(let (_, \(name)) = ~0 in \(name))", [term(.tuple([anyType(1), type]), depth)])
    case 1: return Term(type, "arr_get @0 (bit_and @1 3)", [
      term(.array(type), depth), term(.int, depth),
    ])
    case 2:
      return Term(
        type, "(match ~0 | [] -> ~1 | x :: _ -> x)", [term(.list(type), depth), term(type, depth)])
    default:
      return field(type, depth)
    }
  }

  /// A field of a record, by name.
  private mutating func field(_ type: RailType, _ depth: Int) -> Term? {
    for (index, data) in types.enumerated() where data.isRecord {
      for (position, field) in data.constructors[0].fields.enumerated() {
        var found: [Int: RailType] = [:]
        guard field.match(type, &found) else { continue }
        let arguments = (0..<data.parameterCount).map { found[$0] ?? anyType(1) }
        let record = term(.data(index, arguments), depth)
        return Term(
          type, "@0.\(data.constructors[0].fieldNames[position])", [record], isAtom: true)
      }
    }
    return nil
  }

  /// Through a mutable cell or a channel.
  private mutating func stored(_ type: RailType, _ depth: Int) -> Term {
    let name = fresh("c")
    switch below(3) {
    case 0:
      return Term(
        type, "(let \(name) = arr_new 2 @0 in let _ = arr_set \(name) @2 @1 in arr_get \(name) 0)",
        [term(type, depth), term(type, depth), Term(.small, pick(["0", "0", "1", "2"]))])
    case 1:
      return Term(
        type, "(let \(name) = channel 0 in let _ = send \(name) @0 in recv \(name))",
        [term(type, depth)])
    default:
      return Term(type, "fiber_await (spawn (\\_ -> ~0))", [term(type, depth)])
    }
  }

  /// A call of a function of the program.
  mutating func call(_ type: RailType, _ depth: Int) -> Term? {
    let start = below(max(1, functions.count))
    for offset in functions.indices {
      let function = functions[(start + offset) % functions.count]
      guard steps + repetitions * function.cost <= stepLimit else { continue }
      var found: [Int: RailType] = [:]
      guard function.result.match(type, &found) else { continue }
      steps += repetitions * function.cost
      var arguments: [RailType] = []
      for index in 0..<6 { arguments.append(found[index] ?? anyType(1)) }
      let operands = function.parameters.map { parameter -> Term in
        let wanted = parameter.replacing(arguments)
        if case .function = wanted { return repeated(6) { $0.term(wanted, depth) } }
        return term(wanted, depth)
      }
      let template = operands.indices.map { " @\($0)" }.joined()
      return Term(type, function.name + template, operands)
    }
    return nil
  }
}

extension Term {
  /// The same term where another type is wanted.
  func typed(_ type: RailType) -> Term {
    var term = self
    term.type = type
    return term
  }
}

private let ints = [
  "0", "1", "2", "3", "5", "7", "10", "-1", "-2", "-7", "64", "63", "100", "255", "256", "1000003",
  "4611686018427387903", "(-4611686018427387904)", "2305843009213693952", "9007199254740993",
  "4503599627370497", "(-9007199254740993)", "2147483648", "0xFFFFFFFF", "'a'",
]

private let floats = [
  "0.0", "(-0.0)", "1.0", "0.5", "(-1.5)", "2.5", "3.0", "0.1", "1e300", "(-1e300)", "1e-300", "5e-324",
  "1.7976931348623157e308", "4.611686018427388e18", "9007199254740992.0", "1e15", "123456.789",
  "(0.0 / 0.0)", "(1.0 / 0.0)", "(-1.0 / 0.0)", "0.30000000000000004",
]

private let strings = [
  "\"\"", "\"a\"", "\"b\"", "\"abc\"", "\"Zebra\"", "\"12\"", "\"-7x\"", "\"3.5e1\"", "\"a,b,,c\"",
  "\"line\\nnext\"", "\"\\0\"", "\"\\xff\"", "\"é\"", "\"{x}\"", "\" padded \"", "\"say \\\"hi\\\"\"",
]

/// Declarations: types, constants and functions.
extension ProgramGenerator {
  // MARK: - Types

  mutating func makeType() -> Definition {
    let index = types.count
    let parameterCount = below(3)
    if chance(30) {
      let fieldCount = 1 + below(3)
      let fields = (0..<fieldCount).map { _ in fieldType(parameterCount, own: nil) }
      types.append(
        DataType(
          parameterCount: parameterCount,
          constructors: [
            DataType.Constructor(
              name: "R\(index)", fields: fields,
              fieldNames: (0..<fieldCount).map { "r\(index)_\($0)" },
              isTyped: fields.map { _ in true })
          ]))
    } else {
      let own = RailType.data(index, (0..<parameterCount).map { .variable($0) })
      var constructors: [DataType.Constructor] = []
      for number in 0...below(4) {
        let fields = (0..<below(4)).map { _ in
          fieldType(parameterCount, own: number > 0 ? own : nil)
        }
        constructors.append(
          DataType.Constructor(
            name: "C\(index)_\(number)", fields: fields,
            isTyped: fields.map { $0.isDeclarable && chance(20) }))
      }
      types.append(DataType(parameterCount: parameterCount, constructors: constructors))
    }
    return .text(types[index].declaration(index: index))
  }

  /// The type of a field; `own` is the type that is being declared, if the field may be of it.
  private mutating func fieldType(_ parameterCount: Int, own: RailType?) -> RailType {
    if let own, chance(35) { return chance(70) ? own : .list(own) }
    if parameterCount > 0 && chance(50) { return .variable(below(parameterCount)) }
    return pick([
      .int, .int, .float, .float, .string, .bool, .list(.int), .tuple([.int, .float]),
      .list(.string),
    ])
  }

  // MARK: - Functions and constants

  /// A function, two that call each other, or a constant.
  mutating func makeFunction() -> [Definition] {
    switch below(12) {
    case 0, 1: return [makeConstant()]
    case 2, 3, 4: return [makePlainFunction()]
    case 5: return [makePolymorphicFunction()]
    case 6, 7: return [makeLoop()]
    case 8: return [makeRecursion()]
    case 9: return [makeStructuralRecursion()]
    case 10: return [makeTraversal()]
    default: return makeMutualRecursion()
    }
  }

  /// Lines of a block: bindings, stores into arrays in scope, and the value.
  private mutating func body(_ type: RailType, _ depth: Int) -> [Statement] {
    let outer = scope.count
    defer { scope.removeLast(scope.count - outer) }
    var statements: [Statement] = []
    for _ in 0..<below(4) {
      if chance(30), let statement = store() {
        statements.append(statement)
        continue
      }
      let variable = Variable(name: fresh("x"), type: anyType(2))
      statements.append(.binding(variable.name, term(variable.type, depth - 1)))
      scope.append(variable)
    }
    return statements + [.effect(term(type, depth))]
  }

  /// A store into an array in scope.
  private mutating func store() -> Statement? {
    let arrays = scope.compactMap { variable -> (String, RailType)? in
      if case .array(let element) = variable.type { return (variable.name, element) }
      return nil
    }
    if arrays.isEmpty { return nil }
    let (name, element) = pick(arrays)
    return .effect(
      Term(.dynamic, "arr_set \(name) @0 @1", [leaf(.small), term(element, 2)]))
  }

  private mutating func makeConstant() -> Definition {
    begin(limit: 300)
    let type = anyType(2)
    let name = fresh("constant")
    let statements = body(type, 3)
    scope.append(Variable(name: name, type: type))
    return .function(
      signature: signature(name, [], type), head: name, body: statements)
  }

  /// A signature, if the types are such that a program can promise them.
  private mutating func signature(
    _ name: String, _ parameters: [RailType], _ result: RailType
  ) -> String? {
    guard surprises == 0, chance(30), (parameters + [result]).allSatisfy(\.isDeclarable) else {
      return nil
    }
    return name + " : " + (parameters + [result]).map(\.text).joined(separator: " -> ")
  }

  private mutating func parameters(_ types: [RailType]) -> [Variable] {
    types.map { Variable(name: fresh("p"), type: $0) }
  }

  private mutating func add(_ name: String, _ parameters: [Variable], _ result: RailType) {
    functions.append(
      Function(name: name, parameters: parameters.map(\.type), result: result, cost: steps + 1))
  }

  private func head(_ name: String, _ parameters: [Variable]) -> String {
    ([name] + parameters.map(\.name)).joined(separator: " ")
  }

  private mutating func makePlainFunction() -> Definition {
    begin(limit: 600)
    let name = fresh("f")
    let parameters = parameters((0...below(4)).map { _ in anyType(2) })
    let result = anyType(2)
    let statements = binding(parameters) { $0.body(result, 4) }
    add(name, parameters, result)
    return .function(
      signature: signature(name, parameters.map(\.type), result), head: head(name, parameters),
      body: statements)
  }

  /// A function whose first parameters are of any type.
  private mutating func makePolymorphicFunction() -> Definition {
    begin(limit: 300)
    let name = fresh("poly")
    let first = RailType.variable(0)
    let second = RailType.variable(1)
    let shapes: [RailType] = [
      first, .list(first), .tuple([first, second]), .tuple([second, .int]), .function([first], second),
      .array(first), .list(.tuple([first, second])),
    ]
    let parameters = parameters([first, second] + (0..<below(3)).map { _ in pick(shapes) })
    let result = pick(shapes)
    let statements = binding(parameters) { $0.body(result, 3) }
    add(name, parameters, result)
    return .function(signature: nil, head: head(name, parameters), body: statements)
  }

  /// A tail-recursive function: a count that goes down, and state.
  private mutating func makeLoop() -> Definition {
    begin(limit: 100)
    let name = fresh("loop")
    let parameters = parameters([.small] + (0...below(3)).map { _ in anyType(1) })
    let result = chance(60) ? parameters[1].type : anyType(1)
    let value = binding(parameters) { generator in
      let end = generator.term(result, 2)
      let steps = parameters.dropFirst().map { generator.term($0.type, 3) }
      let template = steps.indices.map { " @\($0 + 1)" }.joined()
      let count = parameters[0].name
      return Term(
        result, "if \(count) <= 0 then @0 else \(name) (\(count) - 1)\(template)", [end] + steps)
    }
    steps *= 7
    add(name, parameters, result)
    return .function(
      signature: signature(name, parameters.map(\.type), result), head: head(name, parameters),
      body: [.effect(value)])
  }

  /// A recursive function with one or two calls of itself that are not tail calls.
  private mutating func makeRecursion() -> Definition {
    begin(limit: 60)
    let name = fresh("rec")
    let parameters = parameters([.small] + (0..<below(3)).map { _ in anyType(1) })
    let result = anyType(2)
    let branches = 1 + below(2)
    let inner = (0..<branches).map { _ in Variable(name: fresh("r"), type: result) }
    let count = parameters[0].name
    let value = binding(parameters) { generator in
      let end = generator.term(result, 2)
      var operands = [end]
      var template = "if \(count) <= 0 then @0 else ("
      for variable in inner {
        template += "let \(variable.name) = \(name) (\(count) - \(branches))"
        for parameter in parameters.dropFirst() {
          template += " @\(operands.count)"
          operands.append(generator.term(parameter.type, 2))
        }
        template += " in "
      }
      template += "~\(operands.count))"
      operands.append(generator.binding(inner) { $0.term(result, 3) })
      return Term(result, template, operands)
    }
    steps *= branches == 1 ? 8 : 32
    add(name, parameters, result)
    return .function(signature: nil, head: head(name, parameters), body: [.effect(value)])
  }

  /// A recursive function over a list.
  private mutating func makeStructuralRecursion() -> Definition {
    begin(limit: 60)
    let name = fresh("walk")
    let element = anyType(1)
    let parameters = parameters([.list(element)] + (0..<below(2)).map { _ in anyType(1) })
    let result = anyType(2)
    let inside = [
      Variable(name: fresh("h"), type: element), Variable(name: fresh("r"), type: result),
    ]
    let (first, rest) = (inside[0].name, fresh("t"))
    let value = binding(parameters) { generator in
      let end = generator.term(result, 2)
      let passed = parameters.dropFirst().map { generator.term($0.type, 2) }
      let step = generator.binding(inside) { $0.term(result, 3) }
      let template = passed.indices.map { " @\($0 + 2)" }.joined()
      return Term(
        result,
        "match \(parameters[0].name) | [] -> @0 | \(first) :: \(rest) -> (let \(inside[1].name) = \(name) \(rest)\(template) in ~1)",
        [end, step] + passed)
    }
    steps *= 6
    add(name, parameters, result)
    return .function(signature: nil, head: head(name, parameters), body: [.effect(value)])
  }

  /// A recursive function over a declared type.
  private mutating func makeTraversal() -> Definition {
    guard !types.isEmpty else { return makeLoop() }
    begin(limit: 80)
    let index = below(types.count)
    let arguments = (0..<types[index].parameterCount).map { _ in anyType(1) }
    let type = RailType.data(index, arguments)
    let name = fresh("visit")
    let parameter = Variable(name: fresh("p"), type: type)
    let result = anyType(1)
    var pieces: [Term.Piece] = [.text("match \(parameter.name)")]
    for constructor in types[index].constructors {
      var variables: [Variable] = []
      var calls = ""
      var texts: [String] = []
      for (position, field) in constructor.fields.enumerated() {
        let variable = Variable(name: fresh("y"), type: field.replacing(arguments))
        let named = constructor.fieldNames.isEmpty ? "" : constructor.fieldNames[position] + " = "
        texts.append(named + variable.name)
        if variable.type == type {
          let inner = Variable(name: fresh("r"), type: result)
          calls += "let \(inner.name) = \(name) \(variable.name) in "
          variables.append(inner)
        }
        variables.append(variable)
      }
      let fields =
        constructor.fieldNames.isEmpty
        ? texts.map { " " + $0 }.joined() : " { \(texts.joined(separator: ", ")) }"
      let body = binding(variables) { $0.term(result, 3) }
      pieces += [
        .text(" | \(constructor.name)\(fields) -> (\(calls)"), .inner(body), .text(")"),
      ]
    }
    steps *= 5
    add(name, [parameter], result)
    return .function(
      signature: nil, head: "\(name) \(parameter.name)",
      body: [.effect(Term(result, pieces: pieces, isAtom: false))])
  }

  private mutating func makeMutualRecursion() -> [Definition] {
    begin(limit: 80)
    let names = [fresh("even"), fresh("odd")]
    let state = anyType(1)
    let result = anyType(1)
    var definitions: [Definition] = []
    for (name, other) in [(names[0], names[1]), (names[1], names[0])] {
      let parameters = parameters([.small, state])
      let count = parameters[0].name
      let value = binding(parameters) { generator in
        let operands = [generator.term(result, 2), generator.term(state, 3)]
        if generator.chance(50) {
          return Term(
            result, "if \(count) <= 0 then @0 else \(other) (\(count) - 1) @1", operands)
        }
        let inner = Variable(name: generator.fresh("r"), type: result)
        let step = generator.binding([inner]) { $0.term(result, 3) }
        return Term(
          result,
          "if \(count) <= 0 then @0 else (let \(inner.name) = \(other) (\(count) - 1) @1 in ~2)",
          operands + [step])
      }
      definitions.append(
        .function(signature: nil, head: head(name, parameters), body: [.effect(value)]))
    }
    steps *= 8
    for name in names {
      functions.append(
        Function(name: name, parameters: [.small, state], result: result, cost: steps + 1))
    }
    return definitions
  }
}

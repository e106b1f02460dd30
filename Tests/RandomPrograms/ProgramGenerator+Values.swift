/// Terms that are particular to a type: its operators, builtins and literals.
extension ProgramGenerator {
  mutating func specific(_ type: RailType, _ depth: Int) -> Term {
    switch type {
    case .int: return intTerm(depth)
    case .small: return chance(60) ? leaf(type) : Term(type, "bit_and @0 3", [term(.int, depth)])
    case .float: return floatTerm(depth)
    case .number: return numberTerm(depth)
    case .bool: return boolTerm(depth)
    case .string: return stringTerm(depth)
    case .dynamic: return dynamicTerm(depth)
    case .list(let element): return listTerm(type, element, depth)
    case .array(let element): return arrayTerm(type, element, depth)
    case .floats:
      return Term(type, "(float_arr_new 4 @0)", [term(chance(70) ? .float : .int, depth)])
    case .tuple(let parts): return tuple(type, parts.map { term($0, depth) })
    case .data(let index, let arguments): return dataTerm(type, types[index], arguments, depth)
    case .function(let parameters, let result): return functionTerm(parameters, result, depth)
    case .variable: return leaf(type)
    }
  }

  /// A template whose operands are all of one type.
  private mutating func make(
    _ type: RailType, _ template: String, _ operands: [RailType], _ depth: Int
  ) -> Term {
    Term(type, template, operands.map { term($0, depth) })
  }

  private mutating func intTerm(_ depth: Int) -> Term {
    switch below(20) {
    case 0, 1, 2, 3, 4: return make(.int, "@0 \(pick(["+", "-", "*"])) @1", [.int, .int], depth)
    case 5:
      let divisor = pick(["2", "3", "(-1)", "7", "10"])
      return make(.int, "@0 \(pick(["/", "%"])) \(divisor)", [.int], depth)
    case 6: return make(.int, "@0 \(pick(["/", "%"])) @1", [.int, .int], depth)
    case 7: return make(.int, "-@0", [.int], depth)
    case 8:
      return make(.int, "\(pick(["bit_and", "bit_or", "bit_xor"])) @0 @1", [.int, .int], depth)
    case 9:
      let operation = pick(["shl", "shr", "sar", "rotl", "rotr"])
      return make(.int, "\(operation) @0 @1", [.int, chance(80) ? .small : .int], depth)
    case 10: return make(.int, "\(pick(["bit_not", "popcount", "clz", "ctz"])) @0", [.int], depth)
    case 11: return make(.int, "length @0", [chance(50) ? .string : .list(anyType(1))], depth)
    case 12: return make(.int, "to_int @0", [chance(70) ? .float : .string], depth)
    case 13: return make(.int, "parse_int @0", [.string], depth)
    case 14: return make(.int, "str_at @0 @1", [.string, .small], depth)
    case 15: return make(.int, "str_find @0 @1", [.string, .string], depth)
    case 16: return make(.int, "\(pick(["min", "max"])) @0 @1", [.int, .int], depth)
    case 17: return make(.int, "abs @0", [.int], depth)
    case 18:
      let compared = anyType(1)
      return make(.int, "compare @0 @1", [compared, compared], depth)
    default: return make(.int, "char_to_int @0", [.string], depth)
    }
  }

  private mutating func floatTerm(_ depth: Int) -> Term {
    let numbers: [RailType] = [.float, .float, .float, .int, .number]
    switch below(12) {
    case 0, 1, 2, 3:
      let operation = pick(["+", "-", "*", "/", "%"])
      let types = [RailType.float, pick(numbers)]
      return make(.float, "@0 \(operation) @1", chance(50) ? types : types.reversed(), depth)
    case 4: return make(.float, "-@0", [.float], depth)
    case 5:
      let function = pick(["sqrt", "fabs", "floor", "ceil", "round", "trunc", "fneg", "cbrt"])
      return make(.float, "\(function) @0", [pick(numbers)], depth)
    case 6:
      let function = pick(["sin", "cos", "exp", "log", "atan", "tanh"])
      return make(.float, "\(function) @0", [pick(numbers)], depth)
    case 7:
      let function = pick(["pow", "atan2", "hypot", "fmod"])
      return make(.float, "\(function) @0 @1", [.float, pick(numbers)], depth)
    case 8: return make(.float, "to_float @0", [pick(numbers)], depth)
    case 9: return make(.float, "parse_float @0", [.string], depth)
    case 10: return make(.float, "float_arr_get @0 @1", [.floats, .small], depth)
    default: return make(.float, "\(pick(["min", "max"])) @0 @1", [.float, .float], depth)
    }
  }

  private mutating func numberTerm(_ depth: Int) -> Term {
    let numbers: [RailType] = [.number, .number, .int, .float]
    switch below(6) {
    case 0, 1, 2:
      return make(
        .number, "@0 \(pick(["+", "-", "*", "/", "%"])) @1", [.number, pick(numbers)], depth)
    case 3:
      return make(.number, "if @0 then @1 else @2", [.bool, pick(numbers), pick(numbers)], depth)
    case 4:
      return make(.number, "\(pick(["min", "max"])) @0 @1", [pick(numbers), pick(numbers)], depth)
    default: return make(.number, "\(pick(["abs ", "-"]))@0", [.number], depth)
    }
  }

  private mutating func boolTerm(_ depth: Int) -> Term {
    let order = pick(["<", ">", "<=", ">="])
    switch below(10) {
    case 0: return make(.bool, "@0 \(order) @1", [.int, .int], depth)
    case 1:
      let numbers: [RailType] = [.float, .int, .number]
      return make(.bool, "@0 \(order) @1", [pick(numbers), pick(numbers)], depth)
    case 2:
      var compared = anyType(2)
      if !compared.isOrdered { compared = .string }
      return make(.bool, "@0 \(order) @1", [compared, compared], depth)
    case 3, 4:
      let compared = anyType(2)
      let other = chance(80) ? compared : anyType(1)
      return make(.bool, "@0 \(pick(["==", "!="])) @1", [compared, other], depth)
    case 5: return make(.bool, "@0 \(pick(["&&", "||"])) @1", [.bool, .bool], depth)
    case 6: return make(.bool, "not @0", [chance(80) ? .bool : anyType(1)], depth)
    case 7: return make(.bool, "is_empty @0", [.list(anyType(1))], depth)
    case 8:
      let function = pick(["str_contains", "str_starts_with", "str_ends_with"])
      return make(.bool, "\(function) @0 @1", [.string, .string], depth)
    default: return make(.bool, "(length @0 \(order) @1)", [.list(anyType(1)), .small], depth)
    }
  }

  private mutating func stringTerm(_ depth: Int) -> Term {
    switch below(14) {
    case 0, 1, 2: return make(.string, "@0 \(pick(["+", "++"])) @1", [.string, .string], depth)
    case 3, 4, 5: return make(.string, "\(pick(["show", "repr"])) @0", [anyType(2)], depth)
    case 6:
      let parts = [term(anyType(1), depth), term(anyType(1), depth)]
      return Term(.string, "$\"<{ ~0 } { ~1 }>\"", parts, isAtom: true)
    case 7: return make(.string, "str_sub @0 @1 @2", [.string, .small, .small], depth)
    case 8:
      let function = pick(["str_upper", "str_lower", "strip", "trim"])
      return make(.string, "\(function) @0", [.string], depth)
    case 9: return make(.string, "join @0 @1", [.string, .list(anyType(1))], depth)
    case 10: return make(.string, "cat @0", [.list(.string)], depth)
    case 11: return make(.string, "char_from_int @0", [.int], depth)
    case 12: return make(.string, "str_replace @0 @1 @2", [.string, .string, .string], depth)
    default: return make(.string, "show_float @0", [.float], depth)
    }
  }

  private mutating func listTerm(_ type: RailType, _ element: RailType, _ depth: Int) -> Term {
    switch below(12) {
    case 0, 1, 2:
      let elements = (0..<below(4)).map { _ in term(element, depth) }
      let template = elements.indices.map { "~\($0)" }.joined(separator: ", ")
      return Term(type, "[\(template)]", elements)
    case 3, 4: return make(type, "@0 :: @1", [element, type], depth)
    case 5: return make(type, "\(pick(["@0 ++ @1", "append @0 @1"]))", [type, type], depth)
    case 6, 7:
      let source = anyType(1)
      let list = term(.list(source), depth)
      let function = repeated(5) { $0.term(.function([source], element), depth) }
      return Term(type, "map @0 @1", [function, list])
    case 8:
      let list = term(type, depth)
      let test = repeated(5) { $0.lambda([element], .bool, depth) }
      return Term(type, "filter @0 @1", [test, list])
    case 9: return make(type, "\(pick(["reverse", "tail"])) @0", [type], depth)
    case 10: return make(type, "arr_to_list @0", [.array(element)], depth)
    default:
      switch element {
      case .int: return make(type, pick(["range @0", "[0 .. @0]", "range 2 @0"]), [.small], depth)
      case .string:
        return chance(50)
          ? make(type, "chars @0", [.string], depth)
          : make(type, "\(pick(["split", "str_split"])) @0 @1", [.string, .string], depth)
      default: return make(type, "[~0, ~1]", [element, element], depth)
      }
    }
  }

  private mutating func arrayTerm(_ type: RailType, _ element: RailType, _ depth: Int) -> Term {
    switch below(4) {
    case 0, 1: return make(type, "(arr_new 4 @0)", [element], depth)
    case 2: return make(type, "arr_from_list @0", [.list(element)], depth)
    default: return make(type, "arr_copy @0", [type], depth)
    }
  }

  private mutating func dataTerm(
    _ type: RailType, _ data: DataType, _ arguments: [RailType], _ depth: Int
  ) -> Term {
    if data.isRecord && chance(35) {
      let constructor = data.constructors[0]
      let position = below(constructor.fields.count)
      let field = constructor.fields[position].replacing(arguments)
      return Term(
        type, "{ @0 | \(constructor.fieldNames[position]) = ~1 }",
        [term(type, depth), term(field, depth)], isAtom: true)
    }
    return construct(type, pick(data.constructors), arguments) { generator, field in
      generator.term(field, depth)
    }
  }

  private mutating func functionTerm(
    _ parameters: [RailType], _ result: RailType, _ depth: Int
  ) -> Term {
    let type = RailType.function(parameters, result)
    if chance(25) {
      // A function of the program with its first arguments.
      for function in functions {
        guard function.parameters.count >= parameters.count,
          steps + repetitions * function.cost <= stepLimit
        else { continue }
        var found: [Int: RailType] = [:]
        let missing = function.parameters.suffix(parameters.count)
        guard
          RailType.function(Array(missing), function.result).match(type, &found), chance(60)
        else { continue }
        steps += repetitions * function.cost
        let all = (0..<6).map { found[$0] ?? .int }
        let given = function.parameters.dropLast(parameters.count)
          .map { term($0.replacing(all), depth) }
        let template = given.indices.map { " @\($0)" }.joined()
        return Term(type, function.name + template, given)
      }
    }
    if parameters.count == 1 && chance(15) {
      let middle = anyType(1)
      return make(
        type, "@0 >> @1", [.function(parameters, middle), .function([middle], result)], depth)
    }
    return lambda(parameters, result, depth)
  }
}

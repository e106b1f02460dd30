import CRailRuntime
import IR
import Semantics

/// A value known at compile time: a word, or the address of a static object.
enum StaticValue: Hashable {
  case word(UInt64)
  case data(Int32)
}

/// Static objects made so far, so that equal literals share one.
struct StaticTables {
  /// By expression: 0 not looked at yet, 1 not static, 2 being looked at, otherwise index + 3 in `values`.
  var states: [Int32]
  var values: [StaticValue] = []
  var strings: [[UInt8]: Int32] = [:]
  var floats: [UInt64: Int32] = [:]
  /// Static closures by function.
  var closures: [Int: Int32] = [:]
  /// Descriptors of declared types.
  var descriptors: [DescriptorKey: Int32] = [:]
  /// Function of a static closure, by its index in `IRProgram.data`.
  var closureFunctions: [Int32: (function: Int, arity: Int)] = [:]

  init(expressionCount: Int) { states = Array(repeating: 0, count: expressionCount) }
}

/// The tagged bits of an int.
func taggedInt(_ value: Int) -> UInt64 { UInt64(bitPattern: Int64(value)) << 1 | 1 }

/// The number that the fields `a` and `b` of a Core node hold.
func integerValue(_ low: Int32, _ high: Int32) -> Int {
  Int(Int64(high) << 32 | Int64(UInt32(bitPattern: low)))
}

func header(kind: Int32, aux: Int = 0, words: Int) -> UInt64 {
  UInt64(kind) | UInt64(aux) << UInt64(RAIL_AUX_SHIFT) | UInt64(words) << UInt64(RAIL_WORDS_SHIFT)
}

/// The value of a constructor without fields.
func nullaryConstructor(_ index: Int32) -> UInt64 {
  UInt64(index) << UInt64(RAIL_NULLARY_SHIFT) | UInt64(RAIL_NULLARY)
}

extension ProgramLowering {
  /// The value of an expression if it needs no evaluation: a literal, a function without captured variables, a
  /// constant defined by such a thing, or a structure of these.
  mutating func staticValue(_ index: Int32) -> StaticValue? {
    let state = statics.states[Int(index)]
    if state >= 3 { return statics.values[Int(state) - 3] }
    // A constant that needs itself is found here again while it is looked at: that is an error at run time.
    if state != 0 { return nil }
    statics.states[Int(index)] = 2
    let value = findStaticValue(core.expressions[Int(index)], index)
    if let value {
      statics.values.append(value)
      statics.states[Int(index)] = Int32(statics.values.count + 2)
    } else {
      statics.states[Int(index)] = 1
    }
    return value
  }

  private mutating func findStaticValue(
    _ expression: CoreExpression, _ index: Int32
  ) -> StaticValue? {
    switch expression.kind {
    case .integer: return .word(taggedInt(integerValue(expression.a, expression.b)))
    case .float: return .data(floatObject(core.floats[Int(expression.a)]))
    case .string: return .data(stringObject(core.strings[Int(expression.a)]))
    case .null: return .word(UInt64(RAIL_NULL))
    case .unit: return .word(UInt64(RAIL_UNIT))
    case .nil_: return .word(UInt64(RAIL_NIL))
    case .global: return staticValue(ofGlobal: expression.a)
    case .intrinsic:
      let intrinsic = intrinsics[Int(expression.a)]
      return .data(closureObject(wrapper(ofIntrinsic: expression.a), arity: intrinsic.arity))
    case .constructor:
      let constructor = core.constructors[Int(expression.a)]
      if constructor.fieldCount == 0 { return .word(nullaryConstructor(expression.a)) }
      let function = wrapper(ofConstructor: expression.a)
      return .data(closureObject(function, arity: Int(constructor.fieldCount)))
    case .foreign:
      let arity = max(1, core.foreigns[Int(expression.a)].parameters.count)
      return .data(closureObject(wrapper(ofForeign: expression.a), arity: arity))
    case .lambda:
      let lambda = lambda(at: index)
      guard lambdas[Int(lambda)].isClosed else { return nil }
      return .data(closureObject(ofLambda: lambda))
    case .tuple:
      let count = Int(expression.listCount)
      return structure(
        header(kind: RAIL_KIND_TUPLE, aux: count, words: count), core.list(expression))
    case .construct:
      let count = Int(expression.listCount)
      if count == 0 { return .word(nullaryConstructor(expression.a)) }
      return structure(
        header(kind: RAIL_KIND_CONSTRUCTOR, aux: Int(expression.a), words: count),
        core.list(expression))
    case .list: return listStructure(core.list(expression))
    case .coerce:
      // A boxed float literal is a static object; other conversions make no object.
      guard expression.b == CoreCoercion.boxFloat.rawValue else { return nil }
      let operand = core.expressions[Int(expression.a)]
      return operand.kind == .float ? .data(floatObject(core.floats[Int(operand.a)])) : nil
    case .cast, .local, .call, .operator, .and, .or, .if, .field, .update, .interpolation, .let,
      .letFunction, .destructure, .sequence, .match, .error:
      return nil
    }
  }

  /// The value of a global: a function's static closure, or a constant's if its definition is static.
  private mutating func staticValue(ofGlobal global: Int32) -> StaticValue? {
    let definition = core.globals[Int(global)]
    if definition.parameterCount > 0 {
      let function = closureFunction(ofGlobal: global)
      return .data(closureObject(function, arity: Int(definition.parameterCount)))
    }
    let outer = context.global
    context.global = global
    defer { context.global = outer }
    return staticValue(definition.body)
  }

  // MARK: - Objects

  mutating func addData(_ object: DataObject) -> Int32 {
    program.data.append(object)
    return Int32(program.data.count - 1)
  }

  mutating func stringObject(_ bytes: [UInt8]) -> Int32 {
    if let known = statics.strings[bytes] { return known }
    var words = [UInt64(RAIL_KIND_STRING) | UInt64(bytes.count) << UInt64(RAIL_LENGTH_SHIFT)]
    words.reserveCapacity(bytes.count / 8 + 2)
    var word: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      word |= UInt64(byte) << UInt64(index % 8 * 8)
      if index % 8 == 7 {
        words.append(word)
        word = 0
      }
    }
    words.append(word)
    let object = addData(DataObject(words: words))
    statics.strings[bytes] = object
    return object
  }

  mutating func floatObject(_ value: Double) -> Int32 {
    if let known = statics.floats[value.bitPattern] { return known }
    let object = addData(
      DataObject(words: [header(kind: RAIL_KIND_FLOAT, words: 1), value.bitPattern]))
    statics.floats[value.bitPattern] = object
    return object
  }

  /// The closure of a function that captures nothing.
  mutating func closureObject(_ function: Int, arity: Int) -> Int32 {
    if let known = statics.closures[function] { return known }
    let object = addData(
      DataObject(
        words: [header(kind: RAIL_KIND_CLOSURE, aux: arity, words: 1), 0],
        references: [DataReference(word: 1, target: .function(Int32(function)))]))
    statics.closures[function] = object
    statics.closureFunctions[object] = (function, arity)
    return object
  }

  mutating func closureObject(ofLambda lambda: Int32) -> Int32 {
    let expression = core.expressions[Int(lambdas[Int(lambda)].expression)]
    return closureObject(function(ofLambda: lambda), arity: Int(expression.listCount))
  }

  private mutating func structure(_ header: UInt64, _ parts: ArraySlice<Int32>) -> StaticValue? {
    var values: [StaticValue] = []
    values.reserveCapacity(parts.count)
    for part in parts {
      guard let value = staticValue(part) else { return nil }
      values.append(value)
    }
    return .data(object(header, values))
  }

  private mutating func listStructure(_ elements: ArraySlice<Int32>) -> StaticValue? {
    var values: [StaticValue] = []
    values.reserveCapacity(elements.count)
    for element in elements {
      guard let value = staticValue(element) else { return nil }
      values.append(value)
    }
    var list = StaticValue.word(UInt64(RAIL_NIL))
    for value in values.reversed() {
      list = .data(object(header(kind: RAIL_KIND_CONS, words: 2), [value, list]))
    }
    return list
  }

  private mutating func object(_ header: UInt64, _ values: [StaticValue]) -> Int32 {
    addData(dataObject(header, values))
  }

  func dataObject(_ header: UInt64, _ values: [StaticValue]) -> DataObject {
    var object = DataObject(words: [header])
    for value in values {
      switch value {
      case .word(let word): object.words.append(word)
      case .data(let data):
        object.references.append(
          DataReference(word: Int32(object.words.count), target: .data(data)))
        object.words.append(0)
      }
    }
    return object
  }
}

import CRailRuntime
import IR
import Semantics
import Support

/// What a descriptor of a declared type depends on.
struct DescriptorKey: Hashable {
  var type: Int32
  /// The descriptors for the variables of the declaration.
  var arguments: [StaticValue]
}

// Casts to declared types: the usual kinds of scalars are tested inline, everything else is left to `rail_cast`.

extension ProgramLowering {
  /// Types that contain larger and larger instances of themselves are compared this deep.
  private static let descriptorDepth = 64

  mutating func lowerCast(_ expression: CoreExpression) -> ValueID {
    let value = lowerValue(expression.a)
    builder.position = position(expression.position)
    return cast(value, to: expression.b, core.strings[Int(expression.c)])
  }

  /// - Parameter wanted: how the message begins.
  private mutating func cast(_ value: ValueID, to index: Int32, _ wanted: [UInt8]) -> ValueID {
    let type = core.declarations.types[Int(index)]
    guard let test = lowerScalarTest(type, value) else { return callCast(value, index, wanted) }
    let join = builder.makeBlock(parameterCount: 1)
    let other = builder.makeBlock(isCold: true)
    let fits = builder.makeBlock()
    builder.branch(test, then: fits, else: other)
    builder.begin(fits)
    builder.jump(join, CollectionOfOne(value))
    builder.begin(other)
    builder.jump(join, CollectionOfOne(callCast(value, index, wanted)))
    builder.begin(join)
    return builder.parameter(0, of: join)
  }

  /// Whether a value is of a scalar kind, as a raw 0 or 1; nil for other types.
  private mutating func lowerScalarTest(_ type: CoreDeclaredType, _ value: ValueID) -> ValueID? {
    switch type.kind {
    case .int: lowerKindTest(.int, value)
    case .float: builder.testKind(value, UInt8(RAIL_KIND_FLOAT))
    case .string: lowerKindTest(.string, value)
    default: nil
    }
  }

  private mutating func callCast(
    _ value: ValueID, _ index: Int32, _ wanted: [UInt8]
  ) -> ValueID {
    let descriptor = emit(descriptor(of: index, [], depth: 0))
    let text = builder.dataAddress(Int(stringObject(wanted)))
    return callRuntime("rail_cast", [value, descriptor, text])
  }

  /// Casts new values of fields to what the constructor declares for them.
  mutating func cast(
    _ values: [ValueID], toFields names: [Symbol], of constructor: Int
  ) -> [ValueID] {
    let declared = core.constructors[constructor]
    guard declared.hasTypedFields else { return values }
    return zip(values, names).map { value, name in
      guard let field = declared.fieldNames.firstIndex(of: name),
        !core.declarations.isAny(declared.fieldTypes[field])
      else { return value }
      let type = declared.fieldTypes[field]
      let wanted =
        "field '\(interner.string(of: name))' of '\(interner.string(of: declared.name))' must be "
        + core.declarations.text(of: type, in: sources)
      return cast(value, to: type, Array(wanted.utf8))
    }
  }

  // MARK: - Descriptors

  /// The static tuple that describes a declared type (`rail/abi.h`).
  private mutating func descriptor(
    of index: Int32, _ arguments: [StaticValue], depth: Int
  ) -> StaticValue {
    let type = core.declarations.types[Int(index)]
    let any = StaticValue.word(taggedInt(0))
    switch type.kind {
    case .inferred, .dyn, .alias: return any
    case .variable:
      return Int(type.payload) < arguments.count ? arguments[Int(type.payload)] : any
    default: break
    }
    if depth > Self.descriptorDepth { return any }
    let key = DescriptorKey(type: index, arguments: arguments)
    if let known = statics.descriptors[key] { return .data(known) }
    // Types contain themselves: the object exists before its parts do.
    let object = addData(DataObject(words: []))
    statics.descriptors[key] = object
    var values: [StaticValue] = [
      .word(taggedInt(Int(descriptorKind(type.kind)))),
      .word(taggedInt(Int(type.extras.rawValue))),
    ]
    switch type.kind {
    case .list, .tuple:
      for part in 0..<type.partCount {
        let part = core.declarations.part(index, part)
        values.append(descriptor(of: part, arguments, depth: depth + 1))
      }
    case .named:
      var inner: [StaticValue] = []
      for part in 0..<type.partCount {
        let part = core.declarations.part(index, part)
        inner.append(descriptor(of: part, arguments, depth: depth + 1))
      }
      values += constructorDescriptors(of: type.payload, inner, depth: depth + 1)
    default: break
    }
    let header = header(kind: RAIL_KIND_TUPLE, aux: values.count, words: values.count)
    program.data[Int(object)] = dataObject(header, values)
    return .data(object)
  }

  private mutating func constructorDescriptors(
    of type: Int32, _ arguments: [StaticValue], depth: Int
  ) -> [StaticValue] {
    let declared = core.types[Int(type)]
    var values: [StaticValue] = [.word(taggedInt(Int(declared.firstConstructor)))]
    let end = declared.firstConstructor + declared.constructorCount
    for constructor in declared.firstConstructor..<end {
      var fields: [StaticValue] = []
      for field in core.constructors[Int(constructor)].fieldTypes {
        fields.append(descriptor(of: field, arguments, depth: depth))
      }
      if fields.isEmpty { fields.append(.word(taggedInt(0))) }
      let header = header(kind: RAIL_KIND_TUPLE, aux: fields.count, words: fields.count)
      values.append(.data(addData(dataObject(header, fields))))
    }
    return values
  }

  private func descriptorKind(_ kind: CoreDeclaredKind) -> Int32 {
    switch kind {
    case .int: RAIL_TYPE_INT
    case .float: RAIL_TYPE_FLOAT
    case .num: RAIL_TYPE_NUM
    case .string: RAIL_TYPE_STRING
    case .unit: RAIL_TYPE_UNIT
    case .pointer: RAIL_TYPE_POINTER
    case .bytes: RAIL_TYPE_BYTES
    case .floatArray: RAIL_TYPE_FLOAT_ARRAY
    case .array: RAIL_TYPE_ARRAY
    case .channel: RAIL_TYPE_CHANNEL
    case .thread: RAIL_TYPE_THREAD
    case .function: RAIL_TYPE_FUNCTION
    case .list: RAIL_TYPE_LIST
    case .tuple: RAIL_TYPE_TUPLE
    case .named: RAIL_TYPE_NAMED
    case .inferred, .dyn, .variable, .alias:
      preconditionFailure("every value is of the type \(kind)")
    }
  }
}

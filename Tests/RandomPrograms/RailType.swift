/// The type that the generator has in mind for a term. What inference makes of it is not known here; a term
/// only has to behave as a value of its type in an untyped evaluation.
indirect enum RailType: Hashable, Sendable {
  case int
  /// An int from 0 to 7: recursion depths, indices, counts.
  case small
  case float
  /// An int or a float, by what happens at run time.
  case number
  case string, bool
  /// A value whose kind inference does not know: it comes out of something mixed.
  case dynamic
  case list(RailType)
  case array(RailType)
  /// A float array.
  case floats
  case tuple([RailType])
  /// A declared type, by its index, and its arguments.
  case data(Int, [RailType])
  case function([RailType], RailType)
  /// A type parameter of the declaration or polymorphic function in hand.
  case variable(Int)

  /// The type with type parameters replaced.
  func replacing(_ arguments: [RailType]) -> RailType {
    switch self {
    case .int, .small, .float, .number, .string, .bool, .dynamic, .floats: self
    case .list(let element): .list(element.replacing(arguments))
    case .array(let element): .array(element.replacing(arguments))
    case .tuple(let parts): .tuple(parts.map { $0.replacing(arguments) })
    case .data(let index, let parts): .data(index, parts.map { $0.replacing(arguments) })
    case .function(let parameters, let result):
      .function(parameters.map { $0.replacing(arguments) }, result.replacing(arguments))
    case .variable(let index): index < arguments.count ? arguments[index] : self
    }
  }

  /// Finds what the type parameters of this type stand for if it is to be `other`; false if it
  /// cannot be.
  func match(_ other: RailType, _ found: inout [Int: RailType]) -> Bool {
    switch (self, other) {
    case (.variable(let index), _):
      if let known = found[index] { return known == other }
      found[index] = other
      return true
    case (.list(let a), .list(let b)), (.array(let a), .array(let b)): return a.match(b, &found)
    case (.tuple(let a), .tuple(let b)): return RailType.match(a, b, &found)
    case (.data(let a, let x), .data(let b, let y)):
      return a == b && RailType.match(x, y, &found)
    case (.function(let a, let x), .function(let b, let y)):
      return RailType.match(a, b, &found) && x.match(y, &found)
    default: return self == other
    }
  }

  private static func match(
    _ first: [RailType], _ second: [RailType], _ found: inout [Int: RailType]
  ) -> Bool {
    first.count == second.count && zip(first, second).allSatisfy { $0.match($1, &found) }
  }

  /// Whether a signature may mention it: declared types are checked, so only what a program can
  /// promise about immutable values whose kinds are all known.
  var isDeclarable: Bool {
    switch self {
    case .int, .small, .float, .string, .bool: true
    case .list(let element): element.isDeclarable
    case .tuple(let parts): parts.allSatisfy(\.isDeclarable)
    case .number, .dynamic, .array, .floats, .data, .function, .variable: false
    }
  }

  /// Whether `<` orders its values.
  var isOrdered: Bool {
    switch self {
    case .int, .small, .float, .number, .string, .bool: true
    case .list(let element): element.isOrdered
    case .tuple(let parts): parts.allSatisfy(\.isOrdered)
    case .dynamic, .array, .floats, .data, .function, .variable: false
    }
  }

  /// As a signature spells it.
  var text: String {
    switch self {
    case .int, .small: "int"
    case .float: "float"
    case .number: "num"
    case .string: "string"
    case .bool: "bool"
    case .dynamic: "dyn"
    case .list(let element): "list \(element.atomText)"
    case .array(let element): "array \(element.atomText)"
    case .floats: "float_array"
    case .tuple(let parts): "(" + parts.map(\.text).joined(separator: ", ") + ")"
    case .data(let index, let parts):
      (["T\(index)"] + parts.map(\.atomText)).joined(separator: " ")
    case .function(let parameters, let result):
      (parameters + [result]).map(\.atomText).joined(separator: " -> ")
    case .variable(let index): "v\(index)"
    }
  }

  private var atomText: String {
    switch self {
    case .list, .array, .function: "(\(text))"
    case .data(_, let parts): parts.isEmpty ? text : "(\(text))"
    default: text
    }
  }
}

/// A type declaration of a random program; its name is `T` and its index.
struct DataType {
  struct Constructor {
    var name: String
    /// With ``RailType/variable(_:)`` for the parameters of the type.
    var fields: [RailType]
    /// Names of the fields of a record; empty for a plain constructor.
    var fieldNames: [String] = []
    /// For each field whether the declaration says its type.
    var isTyped: [Bool]
  }

  var parameterCount: Int
  /// The first one has no field of the type itself.
  var constructors: [Constructor]

  var isRecord: Bool { !constructors[0].fieldNames.isEmpty }

  func declaration(index: Int) -> String {
    let parameters = (0..<parameterCount).map { " v\($0)" }.joined()
    let alternatives = constructors.map { constructor -> String in
      if isRecord {
        let fields = zip(constructor.fieldNames, constructor.fields).map { "\($0) : \($1.text)" }
        return "\(constructor.name) { \(fields.joined(separator: ", ")) }"
      }
      var text = constructor.name
      for (position, field) in constructor.fields.enumerated() {
        let isTyped = constructor.isTyped[position]
        text += isTyped ? " (f\(position) : \(field.text))" : " f\(position)"
      }
      return text
    }
    return "type T\(index)\(parameters) = | " + alternatives.joined(separator: " | ")
  }
}

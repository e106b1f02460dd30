public import Diagnostics

/// What a type in a declaration says outermost.
public enum CoreDeclaredKind: UInt8, Sendable, CaseIterable {
  /// Nothing: inference finds it out.
  case inferred
  case dyn, int, float, num, string, unit, pointer, bytes, floatArray
  /// Payload: the number of the variable in its declaration.
  case variable
  /// One part: the elements, or the result of a thread.
  case list, array, channel, thread
  /// A part for each component.
  case tuple
  /// Two parts: parameter and result. Functions are curried.
  case function
  /// A declared type. Payload: its index in ``CoreProgram/types``; a part for each of its
  /// parameters, or none if they are left to inference.
  case named
  /// A use of a type alias. Payload: its index; the parts are its arguments. Only until all modules
  /// have been read: then aliases are replaced by what they stand for.
  case alias
}

/// A type as a declaration writes it: a node of an acyclic graph.
public struct CoreDeclaredType: Sendable {
  public var kind: CoreDeclaredKind
  public var extras: CoreExtras = []
  /// See ``CoreDeclaredKind``.
  public var payload: Int32 = -1
  /// The parts: `parts[firstPart..<firstPart + partCount]`, indices of types.
  public var firstPart: Int32 = 0
  public var partCount: Int32 = 0
  /// Where it is written.
  public var range: SourceRange

  public init(_ kind: CoreDeclaredKind, payload: Int32 = -1, range: SourceRange) {
    self.kind = kind
    self.payload = payload
    self.range = range
  }
}

/// The signature of a definition.
public struct CoreSignature: Sendable {
  /// Index in ``CoreProgram/globals``.
  public var global: Int32
  /// The whole type, the types of the parameters of the definition, and what it returns when it is
  /// given all of them: indices in ``CoreDeclarations/types``.
  public var type: Int32
  public var parameters: [Int32] = []
  public var result: Int32 = -1
  /// How many variables it has, numbered from 0.
  public var variableCount: Int32
  /// Whether it leaves nothing to inference.
  public var isComplete = false
  /// Where its name stands.
  public var range: SourceRange

  public init(global: Int32, type: Int32, variableCount: Int32, range: SourceRange) {
    self.global = global
    self.type = type
    self.variableCount = variableCount
    self.range = range
  }
}

/// The types that the declarations of a program write: signatures and typed fields.
public struct CoreDeclarations: Sendable {
  public var types: [CoreDeclaredType] = []
  public var parts: [Int32] = []
  public var signatures: [CoreSignature] = []

  public init() {}

  /// The part of a type with this number.
  @inlinable public func part(_ type: Int32, _ number: Int32) -> Int32 {
    parts[Int(types[Int(type)].firstPart + number)]
  }

  public mutating func add(_ type: CoreDeclaredType, parts: [Int32] = []) -> Int32 {
    var type = type
    type.firstPart = Int32(self.parts.count)
    type.partCount = Int32(parts.count)
    self.parts.append(contentsOf: parts)
    types.append(type)
    return Int32(types.count - 1)
  }

  /// A type as it is written.
  public func text(of type: Int32, in sources: SourceMap) -> String {
    let range = types[Int(type)].range
    let bytes = sources[range.file].bytes
    guard Int(range.end) <= bytes.count else { return "" }
    let words = bytes[Int(range.start)..<Int(range.end)].split { $0 <= UInt8(ascii: " ") }
    return words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  /// Whether every value is of a type, so that a cast to it does nothing.
  public func isAny(_ type: Int32) -> Bool {
    switch types[Int(type)].kind {
    case .inferred, .dyn, .variable: true
    default: false
    }
  }
}

extension CoreProgram {
  /// By declared type: whether it mentions neither variables nor anything left to inference, so
  /// that it is the same wherever it is used.
  public func closedDeclaredTypes() -> [Bool] {
    var isWhole = [Bool](repeating: true, count: types.count)
    for constructor in constructors {
      let hasHole = constructor.fieldTypes.contains {
        declarations.types[Int($0)].kind == .inferred
      }
      if hasHole || constructor.fieldTypes.count < Int(constructor.fieldCount) {
        isWhole[Int(constructor.type)] = false
      }
    }
    var isClosed: [Bool] = []
    isClosed.reserveCapacity(declarations.types.count)
    // Types stand behind their parts.
    for (index, type) in declarations.types.enumerated() {
      var closed = true
      for part in 0..<type.partCount {
        closed = closed && isClosed[Int(declarations.part(Int32(index), part))]
      }
      switch type.kind {
      case .inferred, .variable, .alias: closed = false
      case .named:
        closed =
          closed && isWhole[Int(type.payload)]
          && type.partCount == types[Int(type.payload)].parameterCount
      default: break
      }
      isClosed.append(closed)
    }
    return isClosed
  }
}

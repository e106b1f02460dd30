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
  /// A declared type. Payload: its index in ``CoreProgram/types``; a part for each of its parameters, or
  /// none if they are left to inference.
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
  /// The whole type, the types of the parameters of the definition, and what it returns when it is given
  /// all of them: indices in ``CoreDeclarations/types``.
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

  /// Whether every value is of a type, so that a cast to it does nothing.
  public func isAny(_ type: Int32) -> Bool {
    switch types[Int(type)].kind {
    case .inferred, .dyn, .variable: true
    default: false
    }
  }
}

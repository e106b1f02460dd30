import Semantics
import Support

// Schemes from the notation of `BuiltinTypes`, from foreign declarations and from type
// declarations. They are made with persistent nodes absent: among the nodes of the component at
// hand, which they leave as they were.

extension TypeInference {
  mutating func builtinScheme(_ text: String) -> Scheme {
    let type = BuiltinType(text)
    var variables = [Int32](repeating: -1, count: type.variableCount)
    var nodes: [Int32] = []
    for source in type.nodes {
      let parts = source.parts.map { nodes[Int($0)] }
      switch source.kind {
      case .variable(let number):
        if variables[Int(number)] < 0 { variables[Int(number)] = system.new() }
        nodes.append(variables[Int(number)])
      case .extra(let extra): nodes.append(system.new(extra: Extras(rawValue: extra.rawValue)))
      case .head(.named): nodes.append(structure(.named, resultType, parts))
      case .head(let head): nodes.append(structure(inferenceHead(head), 0, parts))
      }
    }
    var scheme = scheme(ofFunction: nodes[Int(type.root)], isSoft: type.isSoft)
    if type.resultMayBeZero { scheme.resultExtras = .zero }
    return scheme
  }

  /// The scheme of a node made for the purpose.
  private mutating func scheme(ofFunction function: Int32, isSoft: Bool) -> Scheme {
    var roots: [Int32] = []
    var result = function
    while system.nodes[result].head == .function {
      roots.append(system.kid(result, 0))
      result = system.kid(result, 1)
    }
    roots.append(result)
    var scheme = system.extract(parameterCount: Int32(roots.count - 1), roots: roots, into: &table)
    scheme.demandsArguments = true
    scheme.isSoft = isSoft
    return scheme
  }

  /// Wrong arguments are no definite errors: C takes strings, bytes and arrays as addresses.
  mutating func foreignScheme(_ foreign: CoreForeign) -> Scheme {
    var node = foreignNode(foreign.result)
    for parameter in foreign.parameters.reversed() {
      node = system.newFunction(parameter: foreignNode(parameter), result: node, origin: -1)
    }
    return scheme(ofFunction: node, isSoft: true)
  }

  private mutating func foreignNode(_ kind: CoreForeign.Kind) -> Int32 {
    switch kind {
    case .int: system.newScalar(.int, origin: -1)
    case .string: system.newScalar(.string, origin: -1)
    case .pointer: system.newScalar(.pointer, origin: -1)
    case .float: system.newScalar(.float, origin: -1)
    case .unit: system.new(extra: .unit)
    case .any: system.new()
    }
  }

  /// A scheme for each declared type, with a kid for each field of each constructor.
  mutating func makeTypeSchemes() {
    constructorOffsets = [Int32](repeating: 0, count: program.constructors.count)
    for (index, type) in program.types.enumerated() {
      system.fieldOffsets.append(Int32(system.fieldNames.count))
      var count: Int32 = 0
      for constructor in type.firstConstructor..<(type.firstConstructor + type.constructorCount) {
        constructorOffsets[Int(constructor)] = count
        let declared = program.constructors[Int(constructor)]
        count += declared.fieldCount
        for field in 0..<Int(declared.fieldCount) {
          let isNamed = field < declared.fieldNames.count
          system.fieldNames.append(isNamed ? declared.fieldNames[field].index : -1)
        }
      }
      let parameters = (0..<type.parameterCount).map { _ in system.new() }
      var memo = DeclaredMemo()
      let node = node(
        ofType: Int32(index), parameters, isRigid: false, origin: -1, &memo)
      for kid in 0..<system.nodes[node].kidCount {
        let field = system.find(system.kid(node, kid))
        let isClosed = system.nodes[field].isRigid && field < system.persistentNodes
        system.declaredFields.append(isClosed ? field : -1)
      }
      let scheme = system.extract(parameterCount: 0, roots: [node], into: &table)
      typeSchemes.append(add(scheme))
      system.dropComponent()
    }
    system.fieldOffsets.append(Int32(system.fieldNames.count))
  }

  mutating func structure(_ head: TypeHead, _ payload: Int32, _ parts: [Int32]) -> Int32 {
    let node = system.newScalar(head, origin: -1)
    system.nodes[node].payload = payload
    system.nodes[node].firstKid = system.kids.next
    system.nodes[node].kidCount = Int32(parts.count)
    for part in parts { system.kids.append(part) }
    return node
  }
}

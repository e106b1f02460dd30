import Semantics
import Support

// Schemes from the notation of `BuiltinTypes`, from foreign declarations and from type declarations.
// They are made with persistent nodes absent: among the nodes of the component at hand, which they leave
// as they were.

extension TypeInference {
  mutating func builtinScheme(_ text: String) -> Scheme {
    var reader = TypeTextReader(text)
    let isSoft = reader.take("soft")
    let function = read(&reader)
    var scheme = scheme(ofFunction: function, isSoft: isSoft)
    if reader.take("or"), reader.take("0") { scheme.resultExtras = .zero }
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

  /// `a -> b`
  private mutating func read(_ reader: inout TypeTextReader) -> Int32 {
    let parameter = readApplication(&reader)
    guard reader.take("->") else { return parameter }
    let result = read(&reader)
    return system.newFunction(parameter: parameter, result: result, origin: -1)
  }

  private mutating func readApplication(_ reader: inout TypeTextReader) -> Int32 {
    let word = reader.next()
    let node: Int32
    switch word {
    case "(":
      var parts = [read(&reader)]
      while reader.take(",") { parts.append(read(&reader)) }
      _ = reader.take(")")
      node = parts.count == 1 ? parts[0] : structure(.tuple, 0, parts)
    case "int": node = system.newScalar(.int, origin: -1)
    case "float": node = system.newScalar(.float, origin: -1)
    case "num": node = system.newScalar(.num, origin: -1)
    case "string": node = system.newScalar(.string, origin: -1)
    case "ptr": node = system.newScalar(.pointer, origin: -1)
    case "bytes": node = system.newScalar(.bytes, origin: -1)
    case "float_array": node = system.newScalar(.floatArray, origin: -1)
    case "dyn": node = system.newScalar(.dyn, origin: -1)
    case "0": node = system.new(extra: .zero)
    case "unit": node = system.new(extra: .unit)
    case "error": node = system.new(extra: .error)
    case "list": node = structure(.list, 0, [readApplication(&reader)])
    case "array": node = structure(.array, 0, [readApplication(&reader)])
    case "chan": node = structure(.channel, 0, [readApplication(&reader)])
    case "thread": node = structure(.thread, 0, [readApplication(&reader)])
    case "Result":
      let value = readApplication(&reader)
      let message = readApplication(&reader)
      node = structure(.named, resultType, [value, message])
    default: node = reader.variable(word) ?? bind(word, &reader)
    }
    return node
  }

  private mutating func bind(_ word: String, _ reader: inout TypeTextReader) -> Int32 {
    let node = system.new()
    reader.variables.append((word, node))
    return node
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
      let node = system.newStructure(.named, payload: Int32(index), freshKids: count, origin: -1)
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

/// The words of a type in the notation of `BuiltinTypes`.
struct TypeTextReader {
  private var words: [Substring] = []
  private var position = 0
  var variables: [(name: String, node: Int32)] = []

  init(_ text: String) {
    var spaced = ""
    for character in text {
      if character == "(" || character == ")" || character == "," {
        spaced += " \(character) "
      } else {
        spaced.append(character)
      }
    }
    words = spaced.split(separator: " ")
  }

  mutating func next() -> String {
    guard position < words.count else { return "" }
    position += 1
    return String(words[position - 1])
  }

  mutating func take(_ word: String) -> Bool {
    guard position < words.count, words[position] == word else { return false }
    position += 1
    return true
  }

  func variable(_ name: String) -> Int32? { variables.first { $0.name == name }?.node }
}

import Semantics
import Support

// Rule 12 of the inference: types as they are written in signatures.

extension TypeInference {
  /// The type of a definition as it would stand in a signature, after `name : `; nil for one that
  /// has not been inferred.
  public mutating func typeText(ofGlobal global: Int32) -> String? {
    guard let scheme = scheme(ofGlobal: global) else { return nil }
    let base = system.instantiate(scheme, table, site: -1, namesSite: false)
    var node = root(scheme, scheme.parameterCount, base)
    for position in stride(from: scheme.parameterCount - 1, through: 0, by: -1) {
      node = system.newFunction(parameter: root(scheme, position, base), result: node, origin: -1)
    }
    system.run()
    let text = typeText(of: node)
    system.dropComponent()
    return text
  }

  /// The type of a node of the present component.
  mutating func typeText(of node: Int32) -> String {
    var printer = TypePrinter(operandsOfNumbers: numericNodes())
    printer.scan(node, &system)
    var next = printer
    var text = next.text(of: node, as: .function, &self)
    if next.hasFrozenVariable && !next.mentionsDynamic {
      // What may become a dyn is one in the eyes of a signature without any other.
      next = printer
      next.writesFrozenAsDynamic = true
      text = next.text(of: node, as: .function, &self)
    }
    printer = next
    let clauses = printer.clauses(&self)
    if !clauses.isEmpty { text += " where " + clauses.joined(separator: ", ") }
    return text
  }

  /// The nodes that take part in undecided arithmetic: 1 if it may be on strings, 3 for results,
  /// else 2.
  private mutating func numericNodes() -> [Int32: Int] {
    var result: [Int32: Int] = [:]
    // Results of one operation are operands of another: numbers spread in a few rounds.
    var isChanged = true
    while isChanged {
      isChanged = false
      for index in 0..<system.constraints.next {
        let constraint = system.constraints[index]
        if constraint.kind == .append || constraint.kind == .field, system.waits(constraint) {
          for node in [constraint.a, constraint.b, constraint.result]
          where result[system.find(node)] == nil {
            result[system.find(node)] = 1
          }
        }
        guard constraint.kind == .arithmetic else { continue }
        let nodes = [constraint.a, constraint.b, constraint.result].map { system.find($0) }
        let isNumeric =
          constraint.operation != ArithmeticClass.addition
          || nodes.contains { system.nodes[$0].head.isNumber || result[$0] ?? 0 >= 2 }
        for (position, node) in nodes.enumerated() {
          // An int so far: with other numbers for the operands it will be more than that.
          let isOpenResult =
            position == 2 && isNumeric
            && nodes[0..<2].contains { system.nodes[$0].head == .unresolved }
          let level = isOpenResult ? 3 : isNumeric ? 2 : 1
          if result[node] ?? 0 < level {
            result[node] = level
            isChanged = true
          }
        }
      }
    }
    return result
  }
}

/// How tightly the place of a type binds.
enum TypePlace {
  /// Anything may stand here.
  case function
  /// The left side of an arrow.
  case parameter
  /// An argument of a type.
  case atom
}

struct TypePrinter {
  /// Text longer than this is cut: what is left is `dyn`.
  static let lengthLimit = 2000

  let operandsOfNumbers: [Int32: Int]
  private var names: [Int32: String] = [:]
  /// How often a node occurs, for those with extras only.
  private var occurrences: [Int32: Int] = [:]
  /// Nodes of a cycle that have to be named.
  private var cyclic: [Int32] = []
  private var isWritten: Set<Int32> = []
  private var length = 0
  private var open: Set<Int32> = []
  private(set) var hasFrozenVariable = false
  private(set) var mentionsDynamic = false
  var writesFrozenAsDynamic = false

  init(operandsOfNumbers: [Int32: Int]) { self.operandsOfNumbers = operandsOfNumbers }

  /// Finds the nodes through which a type contains itself, in order of appearance: a depth-first
  /// walk with an explicit stack.
  mutating func scan(_ root: Int32, _ system: inout ConstraintSystem) {
    var state: [Int32: Bool] = [:]  // true while open
    var frontier: [(node: Int32, isLeaving: Bool)] = [(system.find(root), false)]
    while let (node, isLeaving) = frontier.popLast() {
      if isLeaving {
        state[node] = false
        continue
      }
      occurrences[node, default: 0] += 1
      if let isOpen = state[node] {
        if isOpen && !cyclic.contains(node) { cyclic.append(node) }
        continue
      }
      state[node] = true
      frontier.append((node, true))
      if system.nodes[node].head == .named { continue }
      for position in stride(from: system.nodes[node].kidCount - 1, through: 0, by: -1) {
        frontier.append((system.find(system.kid(node, position)), false))
      }
    }
  }

  /// The equations of a `where`.
  mutating func clauses(_ inference: inout TypeInference) -> [String] {
    var result: [String] = []
    for node in cyclic {
      guard let name = names[node] else { continue }
      open = []
      isWritten = [node]
      result.append("\(name) = \(shape(of: node, as: .function, &inference))")
    }
    return result
  }

  mutating func text(
    of node: Int32, as place: TypePlace, _ inference: inout TypeInference
  ) -> String {
    let root = inference.system.find(node)
    if cyclic.contains(root) {
      if let name = names[root] { return name }
      return makeName(for: root)
    }
    if length > TypePrinter.lengthLimit || open.count > 1000 { return "dyn" }
    open.insert(root)
    let text = shape(of: root, as: place, &inference)
    open.remove(root)
    length += text.utf8.count
    return text
  }

  private mutating func shape(
    of root: Int32, as place: TypePlace, _ inference: inout TypeInference
  ) -> String {
    let node = inference.system.nodes[root]
    var extras = node.extras
    let base: String
    var isAtom = true
    switch node.head {
    case .unresolved:
      let operand = operandsOfNumbers[root] ?? 0
      if node.flags.contains(.frozen) {
        hasFrozenVariable = true
        if writesFrozenAsDynamic { return "dyn" }
      }
      let isNumeric = node.flags.contains(.numeric) || operand >= 2
      if isNumeric {
        base = "num"
      } else if operand == 1 {
        base = "dyn"
        mentionsDynamic = true
      } else if occurrences[root] == 1 && !extras.isEmpty {
        return onlyExtras(root, extras, place)
      } else {
        base = names[root] ?? makeName(for: root)
      }
    case .dyn:
      mentionsDynamic = true
      return "dyn"
    case .int: base = operandsOfNumbers[root] == 3 ? "num" : "int"
    case .float: base = extras.contains(.zero) ? "num" : "float"
    case .num: base = "num"
    case .string: base = "string"
    case .unit: base = "unit"
    case .pointer: base = "ptr"
    case .bytes: base = "bytes"
    case .floatArray: base = "float_array"
    case .variable: base = inference.variableName(node.payload)
    case .list: (base, isAtom) = ("list " + part(root, 0, .atom, &inference), false)
    case .array: (base, isAtom) = ("array " + part(root, 0, .atom, &inference), false)
    case .channel: (base, isAtom) = ("chan " + part(root, 0, .atom, &inference), false)
    case .thread: (base, isAtom) = ("thread " + part(root, 0, .atom, &inference), false)
    case .tuple:
      var parts: [String] = []
      for position in 0..<node.kidCount {
        parts.append(part(root, position, .function, &inference))
      }
      base = "(" + parts.joined(separator: ", ") + ")"
    case .function:
      let parameter = part(root, 0, .parameter, &inference)
      let result = part(root, 1, .function, &inference)
      let text = "\(parameter) -> \(result)"
      return place == .function && extras.isEmpty ? text : "(\(text))\(suffix(extras))"
    case .named: (base, isAtom) = named(root, node, &inference)
    }
    if node.head.isNumber { extras.remove(.zero) }
    let needsBrackets = place == .atom && (!isAtom || !extras.isEmpty)
    return needsBrackets ? "(\(base)\(suffix(extras)))" : base + suffix(extras)
  }

  private mutating func part(
    _ root: Int32, _ position: Int32, _ place: TypePlace, _ inference: inout TypeInference
  ) -> String {
    text(of: inference.system.kid(root, position), as: place, &inference)
  }

  private mutating func named(
    _ root: Int32, _ node: TypeNode, _ inference: inout TypeInference
  ) -> (String, Bool) {
    let type = inference.program.types[Int(node.payload)]
    var text = inference.interner.string(of: type.name)
    let arguments = inference.typeArguments(of: root)
    for argument in arguments { text += " " + self.text(of: argument, as: .atom, &inference) }
    return (text, arguments.isEmpty)
  }

  private mutating func makeName(for root: Int32) -> String {
    var number = names.count
    var name = String(UnicodeScalar(UInt8(97 + number % 26)))
    number /= 26
    if number > 0 { name += String(number) }
    names[root] = name
    return name
  }

  /// The type of a value that is only ever an extra one.
  private mutating func onlyExtras(
    _ root: Int32, _ extras: Extras, _ place: TypePlace
  ) -> String {
    var others = extras
    let base: String
    if extras.contains(.zero) {
      base = "int"
      others.remove(.zero)
    } else if extras.contains(.unit) {
      base = "unit"
      others.remove(.unit)
    } else {
      base = makeName(for: root)
    }
    let text = base + suffix(others)
    return place == .atom && !others.isEmpty ? "(\(text))" : text
  }

  private func suffix(_ extras: Extras) -> String {
    var text = ""
    if extras.contains(.zero) { text += " or 0" }
    if extras.contains(.null) { text += " or null" }
    if extras.contains(.unit) { text += " or unit" }
    if extras.contains(.error) { text += " or error" }
    return text
  }
}

extension TypeInference {
  /// The arguments of a declared type in a signature: one for each of its written parameters.
  /// Without written ones the arguments are left to inference.
  mutating func typeArguments(of node: Int32) -> [Int32] {
    let type = program.types[Int(system.nodes[node].payload)]
    guard type.hasWrittenParameters else { return [] }
    return (0..<type.parameterCount).map { parameter in
      argument(parameter, of: node, depth: 0) ?? system.new()
    }
  }

  /// What a parameter of a declared type stands for: where a field has it.
  private mutating func argument(_ parameter: Int32, of node: Int32, depth: Int) -> Int32? {
    let payload = system.nodes[node].payload
    let type = program.types[Int(payload)]
    var fields: [Int32] = []
    for index in type.firstConstructor..<(type.firstConstructor + type.constructorCount) {
      fields.append(contentsOf: program.constructors[Int(index)].fieldTypes)
    }
    guard fields.count == Int(system.nodes[node].kidCount) else { return nil }
    for (kid, field) in zip(Int32(0)..., fields) {
      let declared = program.declarations.types[Int(field)]
      if declared.kind == .variable && declared.payload == parameter {
        return system.find(system.kid(node, kid))
      }
    }
    for (kid, field) in zip(Int32(0)..., fields) {
      let declared = program.declarations.types[Int(field)]
      if declared.kind == .named && declared.payload == payload { continue }
      if let found = part(of: system.kid(node, kid), like: field, parameter, depth: depth) {
        return found
      }
    }
    return nil
  }

  /// The part of a type at the place where a declared type has a variable.
  private mutating func part(
    of node: Int32, like declared: Int32, _ variable: Int32, depth: Int
  ) -> Int32? {
    let type = program.declarations.types[Int(declared)]
    let root = system.find(node)
    if type.kind == .variable { return type.payload == variable ? root : nil }
    if depth > 3 || type.partCount == 0 { return nil }
    for number in 0..<type.partCount {
      let inner = program.declarations.part(declared, number)
      let kid: Int32?
      if type.kind == .named {
        guard system.nodes[root].head == .named, system.nodes[root].payload == type.payload else {
          return nil
        }
        kid = argument(number, of: root, depth: depth + 1)
      } else {
        kid = number < system.nodes[root].kidCount ? system.kid(root, number) : nil
      }
      if let kid, let found = part(of: kid, like: inner, variable, depth: depth + 1) {
        return found
      }
    }
    return nil
  }

  func variableName(_ number: Int32) -> String { "a" }
}

public import Diagnostics
public import Support

/// The text of a program in Core, for `--emit core`:
///
///     type Option = None | Some 1
///
///     area shape.0 =
///       (match shape.0
///         | (Circle r.1) ->
///           (* 3 r.1))
///
/// Operations stand in front of their operands, in parentheses. Locals have their numbers behind
/// the name, definitions of other files the path of the file in front; intrinsics begin with `%`.
/// Of typed Core the instances are written, each with the types of its parameters and result and of
/// its other locals in front. A proof stands before its operation: `(int+ x.0 1)`.
///
/// Indentation is capped, and nothing recurs: the text is linear in the size of the program.
///
/// - Parameter includesPrelude: whether the definitions of the prelude are written too.
public func dump(
  _ program: CoreProgram, _ sources: SourceMap, _ interner: Interner, includesPrelude: Bool = false
) -> TextWriter {
  var dumper = CoreDumper(program: program, sources: sources, interner: interner)
  for type in program.types where includesPrelude || !sources[type.file].isPrelude {
    dumper.write(type)
  }
  for foreign in program.foreigns { dumper.write(foreign) }
  if let typing = program.typing {
    for index in Int(typing.firstInstance)..<program.globals.count {
      dumper.writeSignature(program.globals[index])
      dumper.write(program.globals[index])
    }
    return dumper.writer
  }
  for global in program.globals where includesPrelude || !sources[global.file].isPrelude {
    dumper.write(global)
  }
  return dumper.writer
}

private struct CoreDumper {
  enum Task {
    case text(String)
    case line(indent: Int)
    /// - isBlock: whether bindings may stand on lines of their own.
    case expression(Int32, indent: Int, isBlock: Bool)
    case pattern(Int32)
    case local(Int32)
  }

  let program: CoreProgram
  let sources: SourceMap
  let interner: Interner
  var writer = TextWriter()
  private var file = FileID(index: 0)
  private var firstLocal = 0
  /// What is still to be written, last first.
  private var tasks: [Task] = []

  init(program: CoreProgram, sources: SourceMap, interner: Interner) {
    self.program = program
    self.sources = sources
    self.interner = interner
  }

  private func name(_ symbol: Symbol) -> String {
    symbol.index < 0 ? "_" : interner.string(of: symbol)
  }

  /// Schedules tasks so that they are carried out in the order in which they are given.
  private mutating func then(_ next: [Task]) { tasks.append(contentsOf: next.reversed()) }

  // MARK: - Declarations

  mutating func write(_ type: CoreType) {
    writer.write("type \(name(type.name)) =")
    let constructors = program.constructors[
      Int(type.firstConstructor)..<Int(type.firstConstructor + type.constructorCount)]
    for (index, constructor) in constructors.enumerated() {
      writer.write(index == 0 ? " " : " | ")
      writer.write(name(constructor.name))
      if !constructor.fieldNames.isEmpty {
        writer.write(" { " + constructor.fieldNames.map(name).joined(separator: ", ") + " }")
      } else if constructor.fieldCount > 0 {
        writer.write(" \(constructor.fieldCount)")
      }
    }
    writer.write("\n\n")
  }

  mutating func write(_ foreign: CoreForeign) {
    let parameters = foreign.parameters.map { " \($0)" }.joined()
    writer.write("foreign \(name(foreign.name))\(parameters) -> \(foreign.result)\n\n")
  }

  /// The types of an instance, as comments.
  mutating func writeSignature(_ global: CoreGlobal) {
    guard let typing = program.typing else { return }
    func text(_ type: Int32) -> String { typeText(type, typing, program, interner) }
    var parts = (0..<global.parameterCount).map {
      text(typing.ofLocal[Int(global.firstLocal + $0)])
    }
    parts.append(text(typing.ofExpression[Int(global.body)]))
    writer.write("-- " + parts.map { $0.contains("->") ? "(\($0))" : $0 }.joined(separator: " -> "))
    writer.newline()
    for local in global.parameterCount..<global.localCount {
      let index = Int(global.firstLocal + local)
      writer.write("--   \(name(program.locals[index].name)).\(local) : ")
      writer.write(text(typing.ofLocal[index]))
      writer.newline()
    }
  }

  mutating func write(_ global: CoreGlobal) {
    file = global.file
    firstLocal = Int(global.firstLocal)
    writer.write(name(global.name))
    for local in 0..<global.parameterCount {
      writer.write(" ")
      writeLocal(local)
    }
    writer.write(" =")
    tasks = [.text("\n\n")]
    if global.body >= 0 {
      then([.line(indent: 1), .expression(global.body, indent: 1, isBlock: true)])
    }
    while let task = tasks.popLast() {
      switch task {
      case .text(let text): writer.write(text)
      case .line(let indent):
        writer.newline()
        writer.write(UInt8(ascii: " "), count: 2 * min(indent, 40))
      case .expression(let index, let indent, let isBlock): write(index, indent, isBlock)
      case .pattern(let index): writePattern(index)
      case .local(let local): writeLocal(local)
      }
    }
  }

  private mutating func writeLocal(_ local: Int32) {
    let index = firstLocal + Int(local)
    writer.write(name(program.locals[index].name))
    writer.write(".\(local)")
  }

  // MARK: - Expressions

  private mutating func write(_ index: Int32, _ indent: Int, _ isBlock: Bool) {
    let node = program.expressions[Int(index)]
    switch node.kind {
    case .integer: writer.write(Int(node.b) << 32 | Int(UInt32(bitPattern: node.a)))
    case .float: writer.write(program.floats[Int(node.a)].description)
    case .string: writer.writeQuoted(program.strings[Int(node.a)])
    case .null: writer.write("null")
    case .unit: writer.write("()")
    case .nil_: writer.write("[]")
    case .error: writer.write("(error)")
    case .local: writeLocal(node.a)
    case .global: writeGlobal(node.a)
    case .intrinsic: writer.write("%\(intrinsics[Int(node.a)].name)")
    case .constructor: writer.write(name(program.constructors[Int(node.a)].name))
    case .foreign: writer.write("foreign." + name(program.foreigns[Int(node.a)].name))
    case .call: writeItems("(" + proof(ofCall: node), [node.a] + program.list(node), indent)
    case .operator:
      let opening = "(" + proof(ofOperator: node) + symbol(of: node) + " "
      writeItems(opening, Array(program.list(node)), indent)
    case .and: writeItems("(&& ", [node.a, node.b], indent)
    case .or: writeItems("(|| ", [node.a, node.b], indent)
    case .tuple: writeItems("(tuple ", Array(program.list(node)), indent)
    case .list: writeItems("(list ", Array(program.list(node)), indent)
    case .interpolation: writeItems("(text ", Array(program.list(node)), indent)
    case .coerce: writeItems("(" + name(ofCoercion: node.b) + " ", [node.a], indent)
    case .cast:
      let text = String(decoding: program.strings[Int(node.c)], as: UTF8.self)
      writeItems("(cast {- \(text) -} ", [node.a], indent)
    case .construct:
      let constructor = name(program.constructors[Int(node.a)].name)
      writeItems("(make \(constructor) ", Array(program.list(node)), indent)
    case .field: writeItems("(.\(name(Symbol(index: node.b))) ", [node.a], indent)
    case .update: writeUpdate(node, indent)
    case .if:
      then([
        .text("(if "), .expression(node.a, indent: indent + 1, isBlock: false),
        .line(indent: indent + 1), .expression(node.b, indent: indent + 1, isBlock: false),
        .line(indent: indent + 1), .expression(node.c, indent: indent + 1, isBlock: false),
        .text(")"),
      ])
    case .let, .letFunction, .destructure, .sequence: writeBinding(index, node, indent, isBlock)
    case .lambda: writeLambda(node, indent)
    case .match: writeMatch(node, indent)
    }
  }

  private mutating func writeGlobal(_ index: Int32) {
    let global = program.globals[Int(index)]
    if global.file != file { writer.write(sources[global.file].path + ":") }
    writer.write(name(global.name))
  }

  private mutating func writeItems(_ opening: String, _ items: [Int32], _ indent: Int) {
    writer.write(opening)
    tasks.append(.text(")"))
    for (number, item) in zip(0..., items).reversed() {
      tasks.append(.expression(item, indent: indent + 1, isBlock: false))
      if number > 0 { tasks.append(.text(" ")) }
    }
  }

  private func name(ofCoercion raw: Int32) -> String {
    switch CoreCoercion(rawValue: raw) {
    case .boxFloat: "box"
    case .unboxFloat: "unbox"
    case .intToFloat: "float-of-int"
    case .numToFloat: "float-of-num"
    case .assertType: "assert"
    case nil: preconditionFailure("no coercion has the number \(raw)")
    }
  }

  private func proof(ofOperator node: CoreExpression) -> String {
    switch CoreOperandProof(rawValue: node.b) {
    case .int: "int"
    case .float: "float"
    case .string: "string"
    case .list: "list"
    case .none?, nil: ""
    }
  }

  private func proof(ofCall node: CoreExpression) -> String {
    switch CoreCallProof(rawValue: node.b) {
    case .operands: "proved "
    case .nonEmpty: "proved nonempty "
    case .onlyNonEmpty: "nonempty "
    case .none?, nil: ""
    }
  }

  private func symbol(of node: CoreExpression) -> String {
    switch CoreOperator(rawValue: node.a) {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .remainder: "%"
    case .negate: "negate"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .greater: ">"
    case .lessOrEqual: "<="
    case .greaterOrEqual: ">="
    case .cons: "::"
    case .append: "++"
    case nil: preconditionFailure("no operator has the number \(node.a)")
    }
  }

  private mutating func writeUpdate(_ node: CoreExpression, _ indent: Int) {
    var next: [Task] = [
      .text("(update "), .expression(node.a, indent: indent + 1, isBlock: false),
    ]
    for (field, value) in zip(program.updates[Int(node.b)], program.list(node)) {
      next.append(.text(" (" + name(field) + " "))
      next.append(.expression(value, indent: indent + 1, isBlock: false))
      next.append(.text(")"))
    }
    then(next + [.text(")")])
  }

  private mutating func writeBinding(
    _ index: Int32, _ node: CoreExpression, _ indent: Int, _ isBlock: Bool
  ) {
    guard isBlock else {
      then([
        .text("(do"), .line(indent: indent + 1),
        .expression(index, indent: indent + 1, isBlock: true), .text(")"),
      ])
      return
    }
    var next: [Task]
    switch node.kind {
    case .let: next = [.text("let "), .local(node.a), .text(" = ")]
    case .letFunction: next = [.text("let function "), .local(node.a), .text(" = ")]
    case .destructure: next = [.text("let "), .pattern(node.a), .text(" = ")]
    default: next = []
    }
    next.append(.expression(node.b, indent: indent + 1, isBlock: false))
    next.append(.line(indent: indent))
    next.append(.expression(node.c, indent: indent, isBlock: true))
    then(next)
  }

  private mutating func writeLambda(_ node: CoreExpression, _ indent: Int) {
    var next: [Task] = [.text("(\\")]
    for (number, parameter) in program.list(node).enumerated() {
      if number > 0 { next.append(.text(" ")) }
      next.append(.local(parameter))
    }
    next.append(.text(" ->"))
    next.append(.line(indent: indent + 1))
    next.append(.expression(node.a, indent: indent + 1, isBlock: true))
    then(next + [.text(")")])
  }

  private mutating func writeMatch(_ node: CoreExpression, _ indent: Int) {
    var next: [Task] = [
      .text("(match "), .expression(node.a, indent: indent + 1, isBlock: false),
    ]
    for armIndex in program.list(node) {
      let arm = program.arms[Int(armIndex)]
      next.append(.line(indent: indent + 1))
      next.append(.text("| "))
      next.append(.pattern(arm.pattern))
      if arm.guardExpression >= 0 {
        next.append(.text(" if "))
        next.append(.expression(arm.guardExpression, indent: indent + 2, isBlock: false))
      }
      next.append(.text(" ->"))
      next.append(.line(indent: indent + 2))
      next.append(.expression(arm.body, indent: indent + 2, isBlock: true))
    }
    then(next + [.text(")")])
  }

  // MARK: - Patterns

  private mutating func writePattern(_ index: Int32) {
    let node = program.patterns[Int(index)]
    switch node.kind {
    case .wildcard: writer.write("_")
    case .variable: writeLocal(node.a)
    case .integer:
      if node.c == 1 {
        writer.write(node.a == 1 ? "true" : "false")
      } else {
        writer.write(node.integerValue)
      }
    case .float: writer.write(program.floats[Int(node.a)].description)
    case .string: writer.writeQuoted(program.strings[Int(node.a)])
    case .null: writer.write("null")
    case .unit: writer.write("()")
    case .nil_: writer.write("[]")
    case .cons: writeItems("(:: ", [node.a, node.b])
    case .tuple: writeItems("(tuple ", Array(program.list(node)))
    case .constructor:
      let constructor = name(program.constructors[Int(node.a)].name)
      writeItems(
        node.listCount == 0 ? "(\(constructor)" : "(\(constructor) ", Array(program.list(node)))
    case .as_: then([.text("("), .pattern(node.a), .text(" as "), .local(node.b), .text(")")])
    case .or: writeItems("(or ", Array(program.list(node)))
    }
  }

  private mutating func writeItems(_ opening: String, _ items: [Int32]) {
    writer.write(opening)
    tasks.append(.text(")"))
    for (number, item) in zip(0..., items).reversed() {
      tasks.append(.pattern(item))
      if number > 0 { tasks.append(.text(" ")) }
    }
  }
}

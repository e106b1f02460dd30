// Edits that repair an operation which always fails.

import Diagnostics
import Semantics

/// An argument of a builtin that is of a wrong kind, to be reported when all are known.
struct WrongArgument {
  var site: Int32
  /// From 0.
  var position: Int32
  var found: TypeNode
  var wanted: TypeNode
  var diagnostic: Diagnostic
}

extension TypeInference {
  // MARK: - Text

  func bytes(of range: SourceRange) -> [UInt8] { sources[range.file].bytes }

  func text(_ range: SourceRange) -> String {
    String(decoding: bytes(of: range)[Int(range.start)..<Int(range.end)], as: UTF8.self)
  }

  /// The range of an expression with the parentheses directly around it.
  func parenthesized(_ index: Int32) -> SourceRange {
    var range = range(of: index)
    let bytes = bytes(of: range)
    while range.start > 0, bytes[Int(range.start) - 1] == UInt8(ascii: "("),
      bytes[Int(range.end)] == UInt8(ascii: ")")
    {
      range.start -= 1
      range.end += 1
    }
    return range
  }

  /// Whether an expression needs no parentheses as an argument.
  private func isAtom(_ index: Int32) -> Bool {
    if parenthesized(index) != range(of: index) { return true }
    switch expression(index).kind {
    case .integer, .float, .string, .null, .unit, .local, .global, .intrinsic, .foreign,
      .constructor, .tuple, .list, .nil_, .field, .interpolation:
      let first = bytes(of: range(of: index))[Int(range(of: index).start)]
      return first != UInt8(ascii: "-")
    default: return false
    }
  }

  /// The text of an expression as an argument.
  func argumentText(_ index: Int32) -> String {
    let range = parenthesized(index)
    return isAtom(index) ? text(range) : "(\(text(range)))"
  }

  /// `function x` in place of `x`, where an operand may stand.
  func applying(_ function: String, to index: Int32) -> Diagnostic.Edit {
    .init(parenthesized(index), "\(function) \(argumentText(index))")
  }

  /// `(function x)` in place of `x`, where an argument stands.
  func applyingAsArgument(_ function: String, to index: Int32) -> Diagnostic.Edit {
    let range = parenthesized(index)
    if range != self.range(of: index) {
      return .init(self.range(of: index), "\(function) \(innerArgument(index))")
    }
    return .init(range, "(\(function) \(argumentText(index)))")
  }

  private func innerArgument(_ index: Int32) -> String {
    let inner = text(range(of: index))
    switch expression(index).kind {
    case .call, .operator, .if, .match, .lambda, .and, .or: return "(\(inner))"
    default: return inner
    }
  }

  // MARK: - Operators

  /// For `+` of a string and a number `show`; for other arithmetic on a string `parse_int`; for `+`
  /// of two lists `++`.
  mutating func suggestion(
    forOperator site: Int32, _ nodes: [Int32], isAddition: Bool
  ) -> Diagnostic.Suggestion? {
    let operation = expression(site)
    let operands = Array(program.list(operation))
    guard operation.kind == .operator, operands.count == 2, nodes.count == 2 else { return nil }
    let heads = nodes.map { kind($0)?.head ?? system.nodes[$0].head }
    if let found = suggestion(forCallBefore: site, heads) { return found }
    if isAddition && heads == [.list, .list] {
      let file = range(of: site).file
      let place = SourceRange(file: file, start: operation.position, end: operation.position + 1)
      return .init("lists are appended with '++'", [.init(place, "++")])
    }
    guard let string = heads.firstIndex(of: .string) else {
      return heads.contains(.named)
        ? .init("'match' takes a value apart, to get at what is in it", []) : nil
    }
    let other = heads[1 - string]
    guard other.isNumber || isAddition else { return nil }
    if isAddition {
      if other == .list || other == .unit || other == .unresolved { return nil }
      return .init(
        "'show' makes a string of any value", [applying("show", to: operands[1 - string])])
    }
    if !mayBeNumber(operands[string]) { return nil }
    let parser = other == .float ? "parse_float" : "parse_int"
    return .init(
      "'\(parser)' reads a number from a string", [applying(parser, to: operands[string])])
  }

  /// Whether a string may be the text of a number: no literal of other text.
  private func mayBeNumber(_ index: Int32) -> Bool {
    let value = expression(index)
    guard value.kind == .string else { return true }
    let first = program.strings[Int(value.a)].first { $0 != 0x20 && $0 != UInt8(ascii: "-") }
    return first.map { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ?? false
  }

  // MARK: - Arguments

  /// Two arguments that would fit each other's place, else a conversion.
  mutating func reportWrongArguments() {
    var index = 0
    while index < wrongArguments.count {
      let first = wrongArguments[index]
      // That the call has too many arguments says it all.
      if surplusSites.contains(first.site) {
        index += 1
        continue
      }
      let partner = wrongArguments[(index + 1)...].firstIndex {
        $0.site == first.site && fits(first.found, $0.wanted) && fits($0.found, first.wanted)
      }
      if let partner {
        let second = wrongArguments.remove(at: partner)
        add(moving(first, second) ?? swapping(first, second), at: first.site)
      } else {
        add(converting(first), at: first.site)
      }
      index += 1
    }
    wrongArguments.removeAll()
    surplusSites.removeAll()
  }

  private func fits(_ found: TypeNode, _ wanted: TypeNode) -> Bool {
    wanted.head == found.head || wanted.head.isNumber && found.head.isNumber
  }

  private func swapping(_ first: WrongArgument, _ second: WrongArgument) -> Diagnostic {
    let call = expression(first.site)
    let (left, right) = (operand(call, first.position), operand(call, second.position))
    var diagnostic = first.diagnostic
    diagnostic.secondary.append(
      .init(second.diagnostic.primary.range, second.diagnostic.primary.text))
    diagnostic.help = "swap the two arguments"
    diagnostic.edits = [
      .init(parenthesized(left), text(parenthesized(right))),
      .init(parenthesized(right), text(parenthesized(left))),
    ]
    return diagnostic
  }

  /// The argument that should stand first stands last: the others moved up.
  private mutating func moving(
    _ first: WrongArgument, _ last: WrongArgument
  ) -> Diagnostic? {
    let call = expression(first.site)
    let callee = expression(call.a)
    let (start, end) = (first.position, last.position)
    guard call.kind == .call, callee.kind == .intrinsic, end > start + 1 else { return nil }
    let scheme = schemeOf(intrinsic: callee.a)
    let areAlike = (start + 1...end).allSatisfy {
      $0 < scheme.parameterCount && declaredHead(scheme, $0) == first.found.head
    }
    guard areAlike else { return nil }
    var diagnostic = first.diagnostic
    let place = last.diagnostic.primary
    diagnostic.secondary.append(place)
    diagnostic.help = "the arguments stand in another order"
    let arguments = (start...end).map { operand(call, $0) }
    let texts = [argumentText(operand(call, end))] + arguments.dropLast().map { argumentText($0) }
    diagnostic.edits = zip(arguments, texts).map { .init(parenthesized($0), $1) }
    return diagnostic
  }

  private func converting(_ wrong: WrongArgument) -> Diagnostic {
    let call = expression(wrong.site)
    if call.kind == .operator, wrong.wanted.head == .list { return consing(wrong, call) }
    guard call.kind == .call,
      let function = conversion(from: wrong.found.head, to: wrong.wanted.head)
    else { return wrong.diagnostic }
    var diagnostic = wrong.diagnostic
    diagnostic.help = "'\(function)' converts it"
    diagnostic.edits = [applyingAsArgument(function, to: operand(call, wrong.position))]
    return diagnostic
  }

  /// `::` without a list on its right.
  private func consing(_ wrong: WrongArgument, _ operation: CoreExpression) -> Diagnostic {
    var diagnostic = wrong.diagnostic
    diagnostic.help = "'::' puts an element in front of a list: x :: xs"
    let (left, right) = (operand(operation, 0), operand(operation, 1))
    guard expression(left).kind == .list else { return diagnostic }
    diagnostic.help = "the element stands on the left, the list on the right"
    diagnostic.edits = [
      .init(parenthesized(left), text(parenthesized(right))),
      .init(parenthesized(right), text(parenthesized(left))),
    ]
    return diagnostic
  }

  /// The builtin that makes a value of one kind from another.
  private func conversion(from found: TypeHead, to wanted: TypeHead) -> String? {
    switch (found, wanted) {
    case (.int, .string), (.float, .string), (.num, .string): "show"
    case (.string, .int): "parse_int"
    case (.string, .float), (.string, .num): "parse_float"
    case (.float, .int), (.num, .int): "to_int"
    case (.string, .list): "chars"
    case (.array, .list): "arr_to_list"
    case (.list, .array): "arr_from_list"
    case (.bytes, .string): "bytes_to_string"
    case (.string, .bytes): "bytes_from_string"
    default: nil
    }
  }

  /// A tuple where a function of several parameters is called: `f(a, b)`.
  func separatingArguments(
    _ argument: Int32, of callee: Int32
  ) -> Diagnostic.Suggestion? {
    let tuple = expression(argument)
    guard tuple.kind == .tuple, callee >= 0,
      program.globals[Int(callee)].parameterCount == tuple.listCount
    else { return nil }
    let range = range(of: argument)
    let bytes = bytes(of: range)
    let isAttached = range.start > 0 && bytes[Int(range.start) - 1] != 0x20
    let arguments = program.list(tuple).map { argumentText($0) }.joined(separator: " ")
    return .init(
      "arguments are separated by spaces", [.init(range, (isAttached ? " " : "") + arguments)])
  }

  /// The same for a call with a tuple as its only argument.
  func suggestion(forTupleIn call: CoreExpression) -> Diagnostic.Suggestion? {
    let callee = expression(call.a)
    guard callee.kind == .global, call.listCount == 1, let argument = program.list(call).first
    else { return nil }
    return separatingArguments(argument, of: callee.a)
  }

  // MARK: - Calls

  /// What is called is no function: a constant loses its arguments, an array is indexed.
  func suggestion(forCallOf kind: TypeHead, _ site: Int32) -> Diagnostic.Suggestion? {
    let call = expression(site)
    let callee = expression(call.a)
    let arguments = Array(program.list(call))
    guard let last = arguments.last else { return nil }
    var whole = range(of: call.a)
    whole.end = parenthesized(last).end
    let name = text(range(of: call.a))
    if let getter = getter(of: kind), arguments.count == 1, expression(last).kind == .list,
      expression(last).listCount == 1,
      let index = program.list(expression(last)).first
    {
      return .init(
        "an element is taken out with '\(getter)'",
        [.init(whole, "\(getter) \(name) \(argumentText(index))")])
    }
    if callee.kind == .global && program.globals[Int(callee.a)].parameterCount == 0 {
      let isAlone = parenthesized(site) != range(of: site)
      let place = isAlone ? parenthesized(site) : whole
      return .init("'\(name)' is a constant: leave out the argument", [.init(place, name)])
    }
    return nil
  }

  /// Too many arguments: an operator is missing before a line, arguments of an argument lack
  /// parentheses, or what is too much is left out.
  func suggestion(forSurplusArgumentsOf site: Int32, takes: Int) -> Diagnostic.Suggestion? {
    let call = expression(site)
    // A value that is piped into the call stands before it.
    let arguments = program.list(call).filter { range(of: $0).start > range(of: call.a).start }
    let takes = takes - (Int(call.listCount) - arguments.count)
    for argument in arguments where isFunctionName(argument) && isFirstOnLine(argument) {
      let start = range(of: argument).start
      let place = SourceRange(file: range(of: argument).file, start: start, end: start)
      return .init("pass the value on with '|>'", [.init(place, "|> ")])
    }
    guard takes > 0, takes < arguments.count, let last = arguments.last else { return nil }
    if let found = suggestion(forIndex: arguments[takes], of: arguments[takes - 1])
      ?? suggestion(forPrinting: arguments, with: call.a)
    {
      return found
    }
    let surplus = parenthesized(arguments[takes])
    let end = parenthesized(last).end
    let inner = arguments[takes - 1]
    if isFunctionName(inner) {
      let first = range(of: inner).start
      return .init(
        "put the inner call in parentheses",
        [
          .init(SourceRange(file: surplus.file, start: first, end: first), "("),
          .init(SourceRange(file: surplus.file, start: end, end: end), ")"),
        ])
    }
    let before = parenthesized(inner).end
    return .init(
      "leave out what is too many",
      [.init(SourceRange(file: surplus.file, start: before, end: end), "")])
  }

  private func isFirstOnLine(_ index: Int32) -> Bool {
    let place = range(of: index)
    let bytes = bytes(of: place)
    var start = Int(place.start)
    while start > 0, bytes[start - 1] == 0x20 { start -= 1 }
    return start > 0 && bytes[start - 1] == 0x0A
  }

  private func isFunctionName(_ index: Int32) -> Bool {
    let value = expression(index)
    switch value.kind {
    case .global: return program.globals[Int(value.a)].parameterCount > 0
    case .intrinsic, .foreign: return true
    default: return false
    }
  }
}

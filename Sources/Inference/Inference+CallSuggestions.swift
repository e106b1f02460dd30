// Edits for calls that end too early or too late: what belongs to an argument stands behind the
// call, or what stands behind it is taken for an argument.

import Diagnostics
import Semantics

extension TypeInference {
  /// An operator is applied to a call, which should have been applied to more.
  func suggestion(forCallBefore site: Int32, _ heads: [TypeHead]) -> Diagnostic.Suggestion? {
    let operation = expression(site)
    let operands = program.list(operation)
    if let function = zip(operands, heads).first(where: { $0.1 == .function })?.0 {
      return suggestion(forFunction: function, in: site, isFirst: function == operands.first)
    }
    guard heads.first == .unit, let left = operands.first, let right = operands.last else {
      return nil
    }
    let call = expression(left)
    guard call.kind == .call, let argument = program.list(call).last,
      range(of: argument).start > range(of: call.a).start
    else { return nil }
    // Further operators apply to the result.
    var end = right
    var whole = site
    for index in site..<graph.expressions(of: graph.owner(of: site)).upperBound {
      let next = expression(index)
      guard next.kind == .operator, next.listCount == 2, operand(next, 0) == whole else { continue }
      whole = index
      end = operand(next, 1)
    }
    return .init(
      "put the whole argument in parentheses",
      inParentheses(from: parenthesized(argument).start, to: parenthesized(end)))
  }

  /// An operand is a function: it lacks arguments, or one with a sign lacks parentheses.
  private func suggestion(
    forFunction index: Int32, in site: Int32, isFirst: Bool
  ) -> Diagnostic.Suggestion? {
    let value = expression(index)
    let callee = value.kind == .call ? value.a : index
    let given = value.kind == .call ? Int(value.listCount) : 0
    guard let takes = arity(of: expression(callee)), takes > given else { return nil }
    let operation = expression(site)
    let bytes = bytes(of: range(of: site))
    let position = Int(operation.position)
    if isFirst, operation.a == CoreOperator.subtract.rawValue, position > 0,
      bytes[position - 1] == 0x20, bytes[position + 1] != 0x20
    {
      return .init(
        "a negative argument stands in parentheses",
        inParentheses(
          from: operation.position, to: parenthesized(operand(operation, 1))))
    }
    let count = "\(takes) argument\(takes == 1 ? "" : "s")"
    return .init(
      "'\(calleeName(callee))' takes \(count), but \(given) \(given == 1 ? "is" : "are") given", [])
  }

  private func inParentheses(from start: UInt32, to last: SourceRange) -> [Diagnostic.Edit] {
    [
      .init(SourceRange(file: last.file, start: start, end: start), "("),
      .init(SourceRange(file: last.file, start: last.end, end: last.end), ")"),
    ]
  }

  /// `xs[0]`: what stands directly in front of a list of one element.
  func suggestion(forIndex list: Int32, of value: Int32) -> Diagnostic.Suggestion? {
    let literal = expression(list)
    guard literal.kind == .list, literal.listCount == 1, let index = program.list(literal).first,
      range(of: list).start == parenthesized(value).end
    else { return nil }
    let name = expression(value)
    var head = TypeHead.unresolved
    if name.kind == .local {
      let node = localNodes[firstLocalOf(value) + name.a]
      if node >= 0 && node < system.nodes.next { head = system.nodes[node].head }
    }
    if head == .list {
      let isFirst = expression(index).kind == .integer && text(range(of: index)) == "0"
      let place = SourceRange(
        file: range(of: list).file, start: parenthesized(value).start, end: range(of: list).end)
      return .init(
        "lists have no index: 'head' gives the first element, 'match' takes a list apart",
        isFirst ? [.init(place, "(head \(argumentText(value)))")] : [])
    }
    guard let getter = getter(of: head) else {
      return .init("an element of an array is taken out with 'arr_get array index'", [])
    }
    let place = SourceRange(
      file: range(of: list).file, start: parenthesized(value).start, end: range(of: list).end)
    return .init(
      "an element is taken out with '\(getter)'",
      [.init(place, "(\(getter) \(argumentText(value)) \(argumentText(index)))")])
  }

  /// The builtin that takes an element out of a value.
  func getter(of head: TypeHead) -> String? {
    switch head {
    case .array: "arr_get"
    case .floatArray: "float_arr_get"
    case .bytes: "bytes_get"
    case .string: "str_at"
    default: nil
    }
  }

  /// `print "total:" n`, as other languages print several values.
  func suggestion(
    forPrinting arguments: [Int32], with callee: Int32
  ) -> Diagnostic.Suggestion? {
    let isPrint = ["print", "eprint", "print_raw"].contains(calleeName(callee))
    guard isPrint, let first = arguments.first, expression(first).kind == .string,
      let last = arguments.last
    else { return nil }
    var parts: [String] = []
    for (position, argument) in arguments.enumerated() {
      let isText = expression(argument).kind == .string
      var part = isText ? text(range(of: argument)) : "show \(argumentText(argument))"
      if position < arguments.count - 1 {
        if !isText {
          part += " + \" \""
        } else if part.hasSuffix("\""), !part.hasSuffix(" \"") {
          part = String(part.dropLast()) + " \""
        }
      }
      parts.append(part)
    }
    let place = SourceRange(
      file: range(of: first).file, start: parenthesized(first).start, end: parenthesized(last).end)
    return .init(
      "'print' takes one value: put them together",
      [.init(place, "(\(parts.joined(separator: " + ")))")])
  }
}

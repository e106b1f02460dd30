import Diagnostics
import Support
import Syntax

/// Making Core nodes.
extension NameResolver {
  func range(_ node: SyntaxNode) -> SourceRange {
    SourceRange(file: tree.file, start: node.start, end: node.end)
  }

  func isCapitalised(_ symbol: Symbol) -> Bool {
    guard let first = interner.bytes(of: symbol).first else { return false }
    return first >= UInt8(ascii: "A") && first <= UInt8(ascii: "Z")
  }

  /// A new local of the definition at hand.
  ///
  /// - Parameter name: a symbol, or -1 for a local without a name.
  mutating func newLocal(_ name: Int32, _ start: UInt32) -> Int32 {
    core.locals.append(CoreLocal(name: Symbol(index: name), start: start))
    return Int32(core.locals.count - 1 - firstLocal)
  }

  mutating func add(_ kind: CoreKind, a: Int32 = -1, _ node: SyntaxNode) -> Int32 {
    core.expressions.append(
      CoreExpression(kind, a: a, start: node.start, end: node.end, position: node.start))
    return Int32(core.expressions.count - 1)
  }

  mutating func add(_ value: (kind: CoreKind, a: Int32), _ node: SyntaxNode) -> Int32 {
    add(value.kind, a: value.a, node)
  }

  mutating func addInteger(_ value: Int, _ node: SyntaxNode) -> Int32 {
    core.expressions.append(
      CoreExpression(
        .integer, a: Int32(truncatingIfNeeded: value), b: Int32(truncatingIfNeeded: value >> 32),
        start: node.start, end: node.end, position: node.start))
    return Int32(core.expressions.count - 1)
  }

  mutating func addString(_ node: SyntaxNode) -> Int32 {
    core.strings.append(Array(tree.string(node.a)))
    return add(.string, a: Int32(core.strings.count - 1), node)
  }

  /// A node whose list is the part of ``scratch`` above `mark`, which is removed.
  mutating func addWithList(
    _ kind: CoreKind, a: Int32 = -1, b: Int32 = -1, from mark: Int, start: UInt32, end: UInt32,
    position: UInt32? = nil
  ) -> Int32 {
    let listStart = Int32(core.operands.count)
    let count = scratch.count - mark
    moveScratchToOperands(from: mark)
    core.expressions.append(
      CoreExpression(
        kind, a: a, b: b, listStart: listStart, listCount: Int32(count), start: start, end: end,
        position: position ?? start))
    return Int32(core.expressions.count - 1)
  }

  mutating func moveScratchToOperands(from mark: Int) {
    for index in mark..<scratch.count { core.operands.append(scratch[index]) }
    dropScratch(to: mark)
  }

  mutating func dropScratch(to mark: Int) {
    while scratch.count > mark { scratch.removeLast() }
  }

  mutating func addCall(
    _ callee: Int32, _ arguments: [Int32], start: UInt32, end: UInt32
  ) -> Int32 {
    let mark = scratch.count
    scratch.append(contentsOf: arguments)
    return addWithList(
      .call, a: callee, from: mark, start: start, end: end,
      position: core.expressions[Int(callee)].position)
  }

  /// - Parameter second: -1 for an operator with one operand.
  mutating func addOperator(
    _ operation: CoreOperator, _ first: Int32, _ second: Int32, _ node: SyntaxNode,
    position: UInt32
  ) -> Int32 {
    let listStart = Int32(core.operands.count)
    core.operands.append(first)
    if second >= 0 { core.operands.append(second) }
    core.expressions.append(
      CoreExpression(
        .operator, a: operation.rawValue, listStart: listStart, listCount: second < 0 ? 1 : 2,
        start: node.start, end: node.end, position: position))
    return Int32(core.expressions.count - 1)
  }
}

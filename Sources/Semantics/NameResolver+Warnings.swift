import Diagnostics
import Support
import Syntax

/// Statements whose value is dropped.
extension NameResolver {
  /// Warns about a statement that does nothing but compute a value.
  mutating func warnIfValueIsUseless(_ index: Int32) {
    if graph.sources[tree.file].isPrelude { return }
    if isUseless(index) { report(.valueNotUsed(at: range(nodes[Int(index)]))) }
  }

  /// Whether an expression has a value but no effect of its own. Calls are made for their effect;
  /// an `if`, a `match`, `&&` and `||` are judged by what they may do last.
  private func isUseless(_ index: Int32) -> Bool {
    var current = index
    while true {
      let node = nodes[Int(current)]
      switch node.kind {
      case .integer, .float, .string, .boolean, .null, .interpolation, .tuple, .list, .range,
        .lambda, .recordConstruction, .recordUpdate, .field, .negate:
        return true
      case .name: return !isReadLine(node)
      case .application: return isConstructor(nodes[Int(node.a)])
      case .binary:
        switch operatorOf(node) {
        case .pipe: return isConstructor(nodes[Int(node.b)])
        case .and, .or: current = node.b
        default: return true
        }
      case .block: current = lists[Int(node.b + node.c - 1)]
      case .ifExpression:
        guard isUseless(node.b) else { return false }
        current = node.c
      case .matchExpression:
        for offset in node.b..<(node.b + node.c) {
          let arm = nodes[Int(lists[Int(offset)])]
          if arm.kind != .matchArm || !isUseless(arm.c) { return false }
        }
        return true
      default: return false
      }
    }
  }

  private func isReadLine(_ node: SyntaxNode) -> Bool {
    let symbol = Symbol(index: node.a)
    let binding = values[symbol].binding
    return locals[symbol] < 0 && binding.kind == .intrinsic && binding.index == wellKnown.readLine
  }

  private func isConstructor(_ node: SyntaxNode) -> Bool {
    guard node.kind == .name else { return false }
    let symbol = Symbol(index: node.a)
    return locals[symbol] < 0 && values[symbol].binding.kind == .constructor
  }
}

public import IR

// What branches and switches need to know on every machine.

/// Where control goes after a test.
public struct Targets {
  public var then: Int32
  public var otherwise: Int32
  /// The label of what is placed next, or -1.
  public var next: Int32

  public init(then: Int32, otherwise: Int32, next: Int32) {
    self.then = then
    self.otherwise = otherwise
    self.next = next
  }
}

/// One case of a `switch`.
public struct SwitchEntry {
  public var value: Int64
  public var label: Int32
}

/// How a `switch` finds its case.
public enum SwitchPlan {
  /// By an indirect jump: the labels of the cases from `lowest` on.
  case table(lowest: Int32, [Int32])
  /// By comparisons with the cases, which ascend.
  case search([SwitchEntry])
}

extension FunctionCompiler {
  /// Where a `branch` goes.
  public func targets(_ branch: IRInstruction) -> Targets {
    Targets(
      then: blockLabels[Int(branch.b)], otherwise: blockLabels[Int(branch.c)], next: nextLabel())
  }

  /// The condition of a comparison: of numbers, or of values of unknown kind.
  public func comparison(_ instruction: IRInstruction) -> Condition {
    guard instruction.opcode == .generic || instruction.opcode == .genericCompare else {
      guard let condition = Condition(rawValue: instruction.aux) else {
        preconditionFailure("no such condition")
      }
      return condition
    }
    switch genericOperation(instruction) {
    case .equal: return .equal
    case .notEqual: return .notEqual
    case .less: return .less
    case .greater: return .greater
    case .lessOrEqual: return .lessOrEqual
    case .greaterOrEqual: return .greaterOrEqual
    default: preconditionFailure("no comparison")
    }
  }

  private static var smallestTable: Int { 5 }
  /// Tables are addressed by an offset of eight times the lowest case.
  private static var highestTableCase: Int64 { 1 << 24 }

  public func switchPlan(_ instruction: IRInstruction) -> SwitchPlan {
    let cases = function.list(of: instruction)
    let used = cases.reduce(0) { $0 + ($1 == instruction.b ? 0 : 1) }
    if used >= Self.smallestTable && used * 2 >= cases.count
      && instruction.immediate.magnitude < Self.highestTableCase
    {
      return .table(lowest: Int32(instruction.immediate), cases.map { blockLabels[Int($0)] })
    }
    var entries: [SwitchEntry] = []
    for (index, block) in cases.enumerated() where block != instruction.b {
      entries.append(
        SwitchEntry(
          value: instruction.immediate &+ Int64(index), label: blockLabels[Int(block)]))
    }
    return .search(entries)
  }
}

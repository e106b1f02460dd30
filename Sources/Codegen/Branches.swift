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
private struct SwitchEntry {
  var value: Int64
  var label: Int32
}

/// A step of the search for the case of a `switch`.
public enum SearchStep {
  /// Compares the value with a constant.
  case compare(Int64)
  /// Goes to a label: if they are equal, if the value is greater, anyway.
  case ifEqual(Int32), ifGreater(Int32), jump(Int32)
  /// The place of a label.
  case label(Int32)
}

/// How a `switch` finds its case.
public enum SwitchPlan {
  /// By an indirect jump: the labels of the cases from `lowest` on.
  case table(lowest: Int32, [Int32])
  /// By comparisons with the cases. The last step leads to the block for all others, if that does
  /// not come next.
  case search([SearchStep])
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

  public mutating func switchPlan(_ instruction: IRInstruction) -> SwitchPlan {
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
    let otherwise = blockLabels[Int(instruction.b)]
    var steps: [SearchStep] = []
    addSearch(entries[...], otherwise, to: &steps)
    if otherwise != nextLabel() { steps.append(.jump(otherwise)) }
    return .search(steps)
  }

  /// Compares with the middle one of the cases, which ascend, and so on in halves; falls through if
  /// there is no such case.
  private mutating func addSearch(
    _ entries: ArraySlice<SwitchEntry>, _ otherwise: Int32, to steps: inout [SearchStep]
  ) {
    if entries.count <= 3 {
      for entry in entries { steps += [.compare(entry.value), .ifEqual(entry.label)] }
      return
    }
    let middle = entries.startIndex + entries.count / 2
    let upper = module.buffer.makeLabel()
    steps += [
      .compare(entries[middle].value), .ifEqual(entries[middle].label), .ifGreater(upper),
    ]
    addSearch(entries[..<middle], otherwise, to: &steps)
    steps += [.jump(otherwise), .label(upper)]
    addSearch(entries[(middle + 1)...], otherwise, to: &steps)
  }
}

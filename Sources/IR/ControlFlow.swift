extension Opcode {
  /// Whether the operation ends a block.
  @inlinable public var isTerminator: Bool {
    switch self {
    case .return, .jump, .branch, .switch, .tailCall, .tailCallValue, .tailCallClosure,
      .tailCallExternal, .unreachable:
      true
    default:
      false
    }
  }
}

/// Replaces each successor of a terminator by what `change` returns for it. Cases of a switch may repeat a block.
@inlinable @inline(__always)
func mapSuccessors(
  of terminator: inout IRInstruction, _ operands: inout [Int32],
  _ change: (Int32) -> Int32
) {
  switch terminator.opcode {
  case .jump:
    terminator.immediate = Int64(change(Int32(terminator.immediate)))
  case .branch:
    terminator.b = change(terminator.b)
    terminator.c = change(terminator.c)
  case .switch:
    let start = Int(terminator.listStart)
    for index in start..<start + Int(terminator.listCount) {
      operands[index] = change(operands[index])
    }
    terminator.b = change(terminator.b)
  default:
    break
  }
}

/// Calls `visit` with each successor of a terminator. Cases of a switch may repeat a block.
@inlinable @inline(__always)
public func forEachSuccessor(
  of terminator: IRInstruction, _ operands: [Int32], _ visit: (Int32) -> Void
) {
  switch terminator.opcode {
  case .jump:
    visit(Int32(terminator.immediate))
  case .branch:
    visit(terminator.b)
    visit(terminator.c)
  case .switch:
    let start = Int(terminator.listStart)
    for index in start..<start + Int(terminator.listCount) { visit(operands[index]) }
    visit(terminator.b)
  default:
    break
  }
}

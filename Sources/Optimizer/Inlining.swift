import CRailRuntime
import IR

/// Which functions are copied into their callers, and the places that their instructions have there.
///
/// Copied are small functions without loops that do not call themselves directly. What stands in blocks from which
/// control does not come back, mostly the report of an error, does not count: it is executed once.
struct Inlining {
  /// By function: whether it may be inlined.
  private(set) var isSmall: [Bool]
  /// Where copied code stood.
  private(set) var calls: [InlinedCall]

  /// The sum of ``weight(_:)`` up to which a function is small.
  private static let largest = 16
  private static let mostBlocks = 12
  private static let mostInstructions = 60

  init(functionCount: Int, calls: [InlinedCall]) {
    isSmall = [Bool](repeating: false, count: functionCount)
    self.calls = calls
  }

  /// Takes note of the final form of a function.
  mutating func note(_ function: IRFunction, _ index: Int) {
    isSmall[index] = Inlining.isSmall(function, index)
  }

  private static func isSmall(_ function: IRFunction, _ index: Int) -> Bool {
    if function.hasEnvironment || function.blocks.count > mostBlocks
      || function.instructions.count > mostInstructions
    {
      return false
    }
    var sum = 0
    for (number, block) in function.blocks.enumerated() {
      let instructions = function.instructions[Int(block.start)..<Int(block.end)]
      let counts = instructions.last?.opcode != .unreachable
      for instruction in instructions {
        if isCallOfKnown(instruction.opcode) && Int(instruction.immediate) == index { return false }
        // A block that is not placed behind its predecessor may end a loop.
        if jumpsBackward(instruction, from: Int32(number), function) { return false }
        if counts { sum += weight(instruction) }
      }
    }
    return sum <= largest
  }

  /// About how many machine instructions one of the IR takes, but for conditions and jumps.
  private static func weight(_ instruction: IRInstruction) -> Int {
    if instruction.opcode.isConstant { return 0 }
    switch instruction.opcode {
    case .return, .jump, .branch, .unreachable: return 0
    case .generic:
      return isUnchecked(instruction) ? 1 : 3
    case .genericCompare: return 3
    case .allocate: return 1 + Int(instruction.listCount)
    case .call, .callValue, .callClosure, .callRuntime, .callExternal, .tailCall, .tailCallValue,
      .tailCallClosure, .tailCallExternal, .switch:
      return 4 + Int(instruction.listCount)
    default: return 1
    }
  }

  private static func jumpsBackward(
    _ instruction: IRInstruction, from block: Int32, _ function: IRFunction
  ) -> Bool {
    var found = false
    forEachSuccessor(of: instruction, function.operands) { if $0 <= block { found = true } }
    return found
  }

  // MARK: - Positions

  /// The position that stands for `position` of `function` in a copy in place of a call at `caller`, which may be a
  /// tail call. As without inlining, traces do not show functions that have ended with a tail call.
  mutating func position(
    _ position: UInt32, of function: IRFunction, calledFrom caller: UInt32, isTail: Bool
  ) -> UInt32 {
    var call: InlinedCall
    if let index = SourcePlace.inlinedCall(position) {
      call = calls[index]
      if call.isTail {
        (call.caller, call.isTail) = (caller, isTail)
      } else {
        call.caller = self.position(
          call.caller, of: function, calledFrom: caller, isTail: isTail)
      }
    } else {
      let isHidden = function.flags & UInt32(RAIL_FUNCTION_HIDDEN) != 0
      if isHidden && !isTail { return caller }
      call = InlinedCall(
        name: function.name, file: function.file, flags: function.flags, position: position,
        caller: caller, isTail: isTail)
    }
    calls.append(call)
    return SourcePlace.inlined | UInt32(calls.count - 1)
  }
}

/// Whether a stack trace can have the place of such an instruction.
func mayBeTraced(_ instruction: IRInstruction) -> Bool {
  switch instruction.opcode {
  case .generic: !isUnchecked(instruction)
  case .genericCompare, .allocate, .call, .callValue, .callClosure, .callRuntime,
    .callExternal, .tailCall, .tailCallValue, .tailCallClosure, .tailCallExternal:
    true
  default: false
  }
}

/// Whether a `generic` instruction is no safepoint and cannot raise.
func isUnchecked(_ instruction: IRInstruction) -> Bool {
  guard let operation = GenericOperation(rawValue: instruction.aux) else { return false }
  return operation.isUnchecked(OperandProof(rawValue: instruction.immediate))
}

func isTailCall(_ opcode: Opcode) -> Bool { ordinaryCall(opcode) != opcode }

/// The form of a call that comes back here.
func ordinaryCall(_ opcode: Opcode) -> Opcode {
  switch opcode {
  case .tailCall: .call
  case .tailCallValue: .callValue
  case .tailCallClosure: .callClosure
  case .tailCallExternal: .callExternal
  default: opcode
  }
}

func isCallOfKnown(_ opcode: Opcode) -> Bool { opcode == .call || opcode == .tailCall }

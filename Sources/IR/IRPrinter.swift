// The text form of the IR: one line for each instruction; `IRParser` reads it back.
//
//     externals rail_show rail_print
//     globals 1
//     file "fib.rail"
//     descriptor "Point" 2 type 0 ["x" "y"]
//     data 4294967299 1 d0 f2 x1
//     output d0
//     main f0
//     apply 1 f5
//     inlined i0 "half" file 0 flags 0 @9:12 from @12:5
//     function f0 "fib" file 0 flags 0 result word
//     b0 (v0: word):
//       v1: raw = genericCompare.less v0 v3 @12:5
//       branch v1 b1 b2
//     b1 cold:
//       v2: word = call f0 [v0] @12:9
//       return v2
//
// Values are v, blocks b, functions f, static objects d, externals x, globals g with their number; `#` marks any other number.
// `@line:column` is the source position, of a function that of its definition; `@i` with a number is that of an
// inlined call, `tail` if it was a tail call. A static object is the list of its words. `environment` behind a
// function's name says that the first parameter is its closure. Comments begin with `;`.

extension IRProgram {
  /// The program in the text form.
  public func text() -> String {
    var text = ""
    if !externals.isEmpty { text += "externals " + externals.joined(separator: " ") + "\n" }
    if globalCount > 0 { text += "globals \(globalCount)\n" }
    for file in files { text += "file \(quoted(file))\n" }
    for descriptor in descriptors { print(descriptor, into: &text) }
    for object in data { print(object, into: &text) }
    if knownOutput >= 0 { text += "output d\(knownOutput)\n" }
    if mainFunction >= 0 { text += "main f\(mainFunction)\n" }
    for apply in applyFunctions { text += "apply \(apply.arguments) f\(apply.function)\n" }
    for (index, call) in inlinedCalls.enumerated() { print(call, index, into: &text) }
    for (index, function) in functions.enumerated() {
      function.print(index: index, into: &text)
    }
    return text
  }

  private func print(_ descriptor: IRDescriptor, into text: inout String) {
    text += "descriptor \(quoted(descriptor.name)) \(descriptor.fieldCount) type \(descriptor.type)"
    if !descriptor.fieldNames.isEmpty {
      text += " [" + descriptor.fieldNames.map(quoted).joined(separator: " ") + "]"
    }
    text += "\n"
  }

  private func print(_ call: InlinedCall, _ index: Int, into text: inout String) {
    text += "inlined i\(index) \(quoted(call.name)) file \(call.file) flags \(call.flags)"
    text += positionText(call.position) + (call.isTail ? " tail" : "") + " from" + positionText(call.caller)
    text += "\n"
  }

  private func print(_ object: DataObject, into text: inout String) {
    text += "data"
    for (index, word) in object.words.enumerated() {
      if let reference = object.references.first(where: { Int($0.word) == index }) {
        switch reference.target {
        case .data(let target): text += " d\(target)"
        case .function(let target): text += " f\(target)"
        case .external(let target): text += " x\(target)"
        }
      } else {
        text += " \(Int64(bitPattern: word))"
      }
    }
    text += "\n"
  }
}

extension IRFunction {
  /// Appends the function in the text form.
  public func print(index: Int, into text: inout String) {
    text += "function f\(index) \(quoted(name))"
    if hasEnvironment { text += " environment" }
    if file >= 0 { text += " file \(file)" }
    if flags != 0 { text += " flags \(flags)" }
    text += " result \(resultType)\(positionText(position))\n"
    for (number, block) in blocks.enumerated() {
      text += "b\(number)"
      if block.parameterCount > 0 {
        let parameters = block.firstParameter..<block.firstParameter + block.parameterCount
        text += " (" + parameters.map { "v\($0): \(valueTypes[Int($0)])" }.joined(separator: ", ") + ")"
      }
      text += block.isCold ? " cold:\n" : ":\n"
      for instruction in instructions[Int(block.start)..<Int(block.end)] {
        text += "  "
        print(instruction, into: &text)
        text += "\n"
      }
    }
  }

  /// Appends one instruction, without indentation or newline.
  public func print(_ instruction: IRInstruction, into text: inout String) {
    if instruction.result >= 0 { text += "v\(instruction.result): \(instruction.type) = " }
    text += opcodeNames[Int(instruction.opcode.rawValue)]
    if let suffix = auxiliaryName(instruction) { text += "." + suffix }
    printOperands(instruction, into: &text)
    text += positionText(instruction.position)
  }

  private func auxiliaryName(_ instruction: IRInstruction) -> String? {
    switch instruction.opcode {
    case .compare, .floatCompare: Condition(rawValue: instruction.aux).map { "\($0)" }
    case .generic, .genericCompare: GenericOperation(rawValue: instruction.aux).map { "\($0)" }
    case .testKind: String(instruction.aux)
    case .branch where instruction.aux == 1: "unlikely"
    case .branch where instruction.aux == 2: "likely"
    default: nil
    }
  }

  private func printOperands(_ instruction: IRInstruction, into text: inout String) {
    let shape = instruction.opcode.operandShape
    let operands = [instruction.a, instruction.b, instruction.c]
    for operand in operands.prefix(shape.values) where operand >= 0 { text += " v\(operand)" }
    switch instruction.opcode.immediateMeaning {
    case .none: break
    case .number: text += " #\(instruction.immediate)"
    case .optionalNumber:
      if instruction.immediate != 0 { text += " #\(instruction.immediate)" }
    case .bits: text += " " + constantText(instruction)
    case .function: text += " f\(instruction.immediate)"
    case .data: text += " d\(instruction.immediate)"
    case .external: text += " x\(instruction.immediate)"
    case .global: text += " g\(instruction.immediate)"
    case .block: text += " b\(instruction.immediate)"
    }
    if instruction.opcode == .branch { text += " b\(instruction.b) b\(instruction.c)" }
    if instruction.opcode == .switch { text += " b\(instruction.b)" }
    let isPlainJump = instruction.opcode == .jump && instruction.listCount == 0
    if (shape.hasValueList && !isPlainJump) || instruction.opcode == .switch {
      let letter = instruction.opcode == .switch ? "b" : "v"
      text += " [" + list(of: instruction).map { letter + String($0) }.joined(separator: " ") + "]"
    }
  }

  private func constantText(_ instruction: IRInstruction) -> String {
    let number = Double(bitPattern: UInt64(bitPattern: instruction.immediate))
    return instruction.type == .float && number.isFinite
      ? "\(number)" : "#\(instruction.immediate)"
  }
}

/// A position behind a space, nothing for none.
private func positionText(_ position: UInt32) -> String {
  if let index = SourcePlace.inlinedCall(position) { return " @i\(index)" }
  let (line, column) = (position >> SourcePlace.columnBits, position & UInt32(SourcePlace.lastColumn))
  return position == 0 ? "" : " @\(line):\(column)"
}

/// By raw value: asking an enumeration for the name of a case is slow.
private let opcodeNames = Opcode.allCases.map { "\($0)" }

/// What the `immediate` of an instruction is, for the text form.
enum ImmediateMeaning {
  case none, number, optionalNumber, bits, function, data, external, global, block
}

extension Opcode {
  var immediateMeaning: ImmediateMeaning {
    switch self {
    case .constant: .bits
    case .dataAddress: .data
    case .functionAddress, .call, .tailCall: .function
    case .externalAddress, .callRuntime, .callExternal, .tailCallExternal: .external
    case .globalAddress: .global
    case .jump: .block
    case .testHeader, .load, .loadIndexed, .load32, .loadByte, .store, .storeIndexed, .storeByte,
      .allocate, .switch:
      .number
    case .generic: .optionalNumber
    case .add, .subtract, .multiply, .divide, .remainder, .and, .or, .xor, .shiftLeft,
      .shiftRightLogical, .shiftRightArithmetic, .negate, .not, .floatAdd, .floatSubtract,
      .floatMultiply, .floatDivide, .floatNegate, .floatSquareRoot, .intToFloat, .floatToBits,
      .bitsToFloat, .compare, .floatCompare, .testKind, .testInts, .remember, .genericCompare,
      .callValue, .callClosure, .return, .branch, .tailCallValue,
      .tailCallClosure, .unreachable:
      .none
    }
  }
}

/// A string between quotes, with escapes for quotes, backslashes and control characters.
private func quoted(_ text: String) -> String {
  let digits = Array("0123456789abcdef")
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\\(scalar)"
    case _ where scalar.value < 32:
      result += "\\x\(digits[Int(scalar.value >> 4)])\(digits[Int(scalar.value & 15)])"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

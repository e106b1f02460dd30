public import Codegen

/// Names for the numbers in the operands of instructions.
public struct X86Printer: Sendable {
  /// Names of the symbols that `target` indexes.
  public var symbols: [String]
  /// Put before the number of a label.
  public var labelPrefix: String
  /// Names of the labels that have one.
  public var labelNames: [Int32: String] = [:]

  public init(symbols: [String] = [], labelPrefix: String = ".L") {
    self.symbols = symbols
    self.labelPrefix = labelPrefix
  }

  /// The line that a listing begins with: all instructions are in this syntax.
  public static let header = ".intel_syntax noprefix"

  /// Appends one instruction in the Intel syntax of GNU `as`, without indentation or newline.
  public func print(_ instruction: MachineInstruction, into text: inout String) {
    guard let opcode = X86Opcode(rawValue: instruction.opcode) else {
      text += "<opcode \(instruction.opcode)>"
      return
    }
    if opcode == .nop && instruction.form == .i {
      printPadding(instruction, into: &text)
      return
    }
    let shortened = constantWithoutSign(opcode, instruction)
    text += mnemonic(opcode, instruction)
    switch instruction.form {
    case .none: break
    case .r: printOperands(opcode, instruction, into: &text, [.destination])
    case .rr: printOperands(opcode, instruction, into: &text, [.destination, .source])
    case .ri: printOperands(opcode, shortened, into: &text, [.destination, .immediate])
    case .rri: printOperands(opcode, instruction, into: &text, [.destination, .source, .immediate])
    case .rm: printOperands(opcode, instruction, into: &text, [.destination, .memory])
    case .rmi: printOperands(opcode, instruction, into: &text, [.destination, .memory, .immediate])
    case .mr: printOperands(opcode, instruction, into: &text, [.memory, .source])
    case .mi: printOperands(opcode, instruction, into: &text, [.memory, .immediate])
    case .m: printOperands(opcode, instruction, into: &text, [.memory])
    case .i: printOperands(opcode, instruction, into: &text, [.immediate])
    case .label: printOperands(opcode, instruction, into: &text, [.label])
    case .symbol: printOperands(opcode, instruction, into: &text, [.symbol])
    case .rSymbol: printOperands(opcode, instruction, into: &text, [.destination, .symbolAddress])
    case .rLabel: printOperands(opcode, instruction, into: &text, [.destination, .labelAddress])
    case .rrr, .rrrr, .rrri, .rrm, .rrSymbol: text += " <\(instruction.form)>"
    }
  }

  /// The instruction as text; see ``print(_:into:)``.
  public func text(_ instruction: MachineInstruction) -> String {
    var text = ""
    print(instruction, into: &text)
    return text
  }

  /// How a label is written.
  public func label(_ number: Int32) -> String {
    labelNames[number].map(X86Printer.quoted) ?? labelPrefix + String(number)
  }

  // MARK: Operands

  private enum Operand {
    case destination, source, memory, immediate, label, symbol, symbolAddress, labelAddress
  }

  private func printOperands(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, into text: inout String,
    _ operands: [Operand]
  ) {
    var separator = " "
    for operand in operands {
      text += separator
      separator = ", "
      switch operand {
      case .destination:
        text += registerName(instruction.d, width: opcode.destinationWidth(instruction.width))
      case .source:
        text += registerName(instruction.s, width: opcode.sourceWidth(instruction.width))
      case .memory: printMemory(opcode, instruction, into: &text)
      case .immediate: text += String(instruction.immediate)
      case .label: text += label(instruction.target)
      case .symbol: printSymbol(instruction, into: &text)
      case .symbolAddress where opcode == .mov:
        text += "offset "
        printSymbol(instruction, into: &text)
      case .symbolAddress:
        text += "[rip + "
        printSymbol(instruction, into: &text)
        text += "]"
      case .labelAddress: text += "[rip + \(label(instruction.target))]"
      }
    }
    if opcode.countsByCL { text += ", cl" }
  }

  private func printMemory(
    _ opcode: X86Opcode, _ instruction: MachineInstruction, into text: inout String
  ) {
    text += memoryKeyword(opcode, instruction)
    text += "["
    if instruction.target >= 0 {
      text += "rip + "
      printSymbol(instruction, into: &text)
    } else {
      var hasTerm = false
      if !instruction.base.isNone {
        text += registerName(instruction.base, width: 8)
        hasTerm = true
      }
      if !instruction.index.isNone {
        if hasTerm { text += " + " }
        text += registerName(instruction.index, width: 8)
        text += "*\(instruction.scale)"
        hasTerm = true
      }
      printDisplacement(instruction.displacement, after: hasTerm, into: &text)
    }
    text += "]"
  }

  private func printDisplacement(_ value: Int32, after hasTerm: Bool, into text: inout String) {
    if !hasTerm {
      text += String(value)
    } else if value != 0 {
      text += value < 0 ? " - " : " + "
      text += String(value.magnitude)
    }
  }

  private func printSymbol(_ instruction: MachineInstruction, into text: inout String) {
    let index = Int(instruction.target)
    text += symbols.indices.contains(index) ? X86Printer.quoted(symbols[index]) : "symbol\(index)"
    printDisplacement(instruction.displacement, after: true, into: &text)
  }

  /// A name as the assembler reads it: quoted unless it consists of the usual characters.
  public static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    return isPlain ? name : "\"\(name)\""
  }

  // MARK: Special cases

  /// `mov` of width 8 with a constant below 2^32 is encoded, and so written, as a move of 32 bits.
  private func constantWithoutSign(
    _ opcode: X86Opcode, _ instruction: MachineInstruction
  ) -> MachineInstruction {
    var instruction = instruction
    if opcode == .mov && instruction.form == .ri && instruction.width == 8
      && instruction.immediate >> 32 == 0
    {
      instruction.width = 4
    }
    return instruction
  }

  /// Padding is written as bytes: assemblers disagree on the longer forms of `nop`.
  private func printPadding(_ instruction: MachineInstruction, into text: inout String) {
    var buffer = CodeBuffer()
    X86Encoder.encode(instruction, into: &buffer)
    text += ".byte "
    text += buffer.bytes.map(String.init).joined(separator: ", ")
  }
}

/// An instruction as text that is always possible, even for those that cannot be encoded: for
/// messages about defects.
func describe(_ instruction: MachineInstruction) -> String {
  var text =
    instruction.opcode == X86Opcode.nop.rawValue
    ? "nop \(instruction.immediate)" : X86Printer().text(instruction)
  text += " (form \(instruction.form), width \(instruction.width))"
  return text
}

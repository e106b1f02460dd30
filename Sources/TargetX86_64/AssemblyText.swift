public import Codegen
import ELF
public import IR

/// The object of a program as text for GNU `as` (Intel syntax), which makes the same sections of it, byte for byte,
/// as ``generateObject(_:_:)``.
public func assemblyText(
  _ program: IRProgram, options: CodegenOptions = CodegenOptions()
) throws(CodegenError) -> String {
  var compiler = FunctionCompiler(
    module: ModuleState(program, runtimeSymbolCount: RuntimeSymbol.count))
  compiler.verifies = options.verifies
  var listing = AssemblyListing()
  for (index, function) in program.functions.enumerated() {
    compiler.compile(function, label: Int32(index))
    if let error = compiler.module.error { throw error }
    let end = compiler.module.buffer.offset
    compiler.encode()
    listing.add(compiler, function: index, padding: end)
  }
  X86Encoder.resolveFixups(in: &compiler.module.buffer)
  let jumpTables = compiler.module.jumpTableLabels
  let object = try ObjectEmission(
    compiler.module, program, DataRelocations(address64: X86Relocation.absolute64)
  ).run(name: options.objectName)
  return listing.finish(object, program, jumpTables: jumpTables)
}

/// Collects the text of an object: code function by function, then the other sections from the finished object.
private struct AssemblyListing {
  private var text = X86Printer.header + "\n"

  init() {
    startSection(.text)
  }

  /// Places in our sections are named by a label at the section's start, which the assembler replaces by the symbol of the section.
  private func startLabel(_ section: ModuleState.Section) -> String { ".Lsection_\(section)" }

  private mutating func startSection(_ section: ModuleState.Section) {
    let flags = section == .text ? "ax" : section == .globals ? "aw" : "a"
    text += "\n.section \(section.name), \"\(flags)\", @progbits\n"
    text += ".balign \(section.alignment)\n\(startLabel(section)):\n"
  }

  // MARK: - Code

  mutating func add(_ compiler: FunctionCompiler, function: Int, padding: Int) {
    let start = Int(compiler.module.buffer.labels[function])
    if start > padding { addBytes(compiler.module.buffer.bytes[padding..<start]) }
    let symbol = "\"\(symbolName(compiler.function.name, function))\""
    text += "\n.type \(symbol), @function\n\(symbol):\n"
    let printer = X86Printer(symbols: symbolTexts(compiler.module))
    var next = 0
    for mark in compiler.marks {
      addInstructions(compiler, next..<Int(mark.index), function, printer)
      next = Int(mark.index)
      if mark.label >= 0 { text += "\(printer.label(mark.label)):\n" }
    }
    addInstructions(compiler, next..<compiler.output.count, function, printer)
    text += ".size \(symbol), . - \(symbol)\n"
  }

  private func symbolTexts(_ module: ModuleState) -> [String] {
    module.symbols.enumerated().map { index, symbol in
      ModuleState.Section(rawValue: index).map(startLabel) ?? symbol.name
    }
  }

  private mutating func addInstructions(
    _ compiler: FunctionCompiler, _ range: Range<Int>, _ function: Int, _ printer: X86Printer
  ) {
    for index in range {
      let instruction = compiler.output[index]
      text += "  "
      // Our jumps between functions are never short.
      let leavesFunction =
        instruction.form == .label && Int(instruction.target) < compiler.module.functionCount
        && Int(instruction.target) != function && instruction.opcode != X86Opcode.call.rawValue
      if leavesFunction { text += "{disp32} " }
      printer.print(instruction, into: &text)
      text += "\n"
    }
  }

  // MARK: - Data

  mutating func finish(
    _ object: ObjectFile, _ program: IRProgram, jumpTables: [Int32]
  ) -> String {
    for symbol in object.symbols where symbol.binding == .global && symbol.place == .section(0) {
      text += ".globl \(symbol.name)\n.set \(symbol.name), \(startLabel(.text)) + \(symbol.value)\n"
      text += ".type \(symbol.name), @function\n.size \(symbol.name), \(symbol.size)\n"
    }
    for section in ModuleState.Section.allCases where section != .text {
      startSection(section)
      if section == .program {
        text += ".globl rail_program\n.type rail_program, @object\nrail_program:\n"
      }
      addContents(object.sections[section.rawValue], section, object.symbols)
    }
    text += ".size rail_program, . - rail_program\n"
    text += "\n.section .note.GNU-stack, \"\", @progbits\n"
    return text
  }

  private mutating func addContents(
    _ contents: ObjectSection, _ section: ModuleState.Section, _ symbols: [ObjectSymbol]
  ) {
    switch section {
    case .names: addStrings(contents.bytes)
    case .frames, .wideSlots, .functions, .descriptors: addWords(contents.bytes, size: 4)
    case .text, .rodata, .globals, .program: addAddresses(contents, symbols)
    }
  }

  /// 64-bit words, some of which are addresses.
  private mutating func addAddresses(_ contents: ObjectSection, _ symbols: [ObjectSymbol]) {
    var next = 0
    for relocation in contents.relocations {
      addWords(Array(contents.bytes[next..<relocation.offset]), size: 8)
      let name =
        ModuleState.Section(rawValue: relocation.symbol).map(startLabel)
        ?? symbols[relocation.symbol].name
      text += "  .quad \(name)" + (relocation.addend == 0 ? "" : " + \(relocation.addend)") + "\n"
      next = relocation.offset + 8
    }
    addWords(Array(contents.bytes[next...]), size: 8)
  }

  private mutating func addWords(_ bytes: [UInt8], size: Int) {
    for start in stride(from: 0, to: bytes.count, by: size) {
      let value = bytes[start..<start + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      text += size == 4 ? "  .long \(value)\n" : "  .quad \(value)\n"
    }
  }

  private mutating func addBytes(_ bytes: ArraySlice<UInt8>) {
    text += "  .byte " + bytes.map(String.init).joined(separator: ", ") + "\n"
  }

  /// NUL-terminated names.
  private mutating func addStrings(_ bytes: [UInt8]) {
    for name in bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false) {
      text += "  .string \""
      for byte in name {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\\(Character(Unicode.Scalar(byte)))"
        case 32..<127: text.unicodeScalars.append(Unicode.Scalar(byte))
        default: text += "\\" + octal(byte)
        }
      }
      text += "\"\n"
    }
  }

  private func octal(_ byte: UInt8) -> String {
    "\(byte >> 6)\(byte >> 3 & 7)\(byte & 7)"
  }
}

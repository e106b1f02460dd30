/// What is wrong with a text of the IR, and on which line.
public struct IRParseError: Error, Sendable, Hashable, CustomStringConvertible {
  public var line: Int
  public var message: String

  public var description: String { "line \(line): \(message)" }
}

/// Reads the text form that `IRProgram.text()` makes (described there). Only the form is checked: for the rest there is the
/// verifier. Values, blocks and functions may be numbered with gaps only where the verifier allows them.
public func parseIR(_ text: String) throws(IRParseError) -> IRProgram {
  var parser = IRParser(text)
  return try parser.parse()
}

private struct IRParser {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var program = IRProgram()
  private var opcodes: [String: Opcode] = [:]

  init(_ text: String) {
    bytes = Array(text.utf8)
    for opcode in Opcode.allCases { opcodes["\(opcode)"] = opcode }
  }

  mutating func parse() throws(IRParseError) -> IRProgram {
    while true {
      skipLines()
      if position == bytes.count { break }
      try parseDeclaration()
    }
    return program
  }

  // MARK: - Declarations

  private mutating func parseDeclaration() throws(IRParseError) {
    let keyword = word()
    switch keyword {
    case "externals":
      while !isAtLineEnd { program.externals.append(word()) }
    case "globals": program.globalCount = Int(try number())
    case "file": program.files.append(try string())
    case "descriptor": try parseDescriptor()
    case "data": try parseData()
    case "output": program.knownOutput = try reference("d")
    case "main": program.mainFunction = try reference("f")
    case "apply":
      let arguments = Int(try number())
      program.applyFunctions.append((arguments, try reference("f")))
    case "inlined": try parseInlinedCall()
    case "function":
      // Ends at the start of a line.
      return try parseFunction()
    default: throw error("expected a declaration, not '\(keyword)'")
    }
    try endLine()
  }

  private mutating func parseDescriptor() throws(IRParseError) {
    let name = try string()
    let count = Int(try number())
    try expect("type")
    let type = Int(try number())
    var fields: [String] = []
    if accept("[") {
      while !accept("]") { fields.append(try string()) }
    }
    program.descriptors.append(
      IRDescriptor(name: name, fieldCount: count, fieldNames: fields, type: type))
  }

  private mutating func parseData() throws(IRParseError) {
    var object = DataObject(words: [])
    while !isAtLineEnd {
      let target: DataReference.Target
      switch peek {
      case UInt8(ascii: "d"): target = .data(try reference("d"))
      case UInt8(ascii: "f"): target = .function(try reference("f"))
      case UInt8(ascii: "x"): target = .external(try reference("x"))
      default:
        object.words.append(UInt64(bitPattern: try number()))
        continue
      }
      object.references.append(DataReference(word: Int32(object.words.count), target: target))
      object.words.append(0)
    }
    program.data.append(object)
  }

  private mutating func parseInlinedCall() throws(IRParseError) {
    let index = try reference("i")
    guard Int(index) == program.inlinedCalls.count else { throw error("inlined calls are in order") }
    let name = try string()
    try expect("file")
    let file = Int32(truncatingIfNeeded: try number())
    try expect("flags")
    let flags = UInt32(truncatingIfNeeded: try number())
    let position = accept("@") ? try sourcePosition() : 0
    let isTail = peek == UInt8(ascii: "t")
    try expect(isTail ? "tail from" : "from")
    let caller = accept("@") ? try sourcePosition() : 0
    program.inlinedCalls.append(
      InlinedCall(
        name: name, file: file, flags: flags, position: position, caller: caller, isTail: isTail))
  }

  private mutating func parseFunction() throws(IRParseError) {
    let index = try reference("f")
    guard Int(index) == program.functions.count else { throw error("functions are in order") }
    var function = IRFunction(name: try string())
    while !isAtLineEnd {
      if accept("@") {
        function.position = try sourcePosition()
        continue
      }
      let keyword = word()
      switch keyword {
      case "environment": function.hasEnvironment = true
      case "file": function.file = Int32(truncatingIfNeeded: try number())
      case "flags": function.flags = UInt32(truncatingIfNeeded: try number())
      case "result": function.resultType = try type()
      default: throw error("unknown property '\(keyword)' of a function")
      }
    }
    try endLine()
    while true {
      skipLines()
      guard peek == UInt8(ascii: "b") else { break }
      try parseBlock(&function)
    }
    program.functions.append(function)
  }

  private mutating func parseBlock(_ function: inout IRFunction) throws(IRParseError) {
    let index = try reference("b")
    guard Int(index) == function.blocks.count else { throw error("blocks are in order") }
    var block = IRBlock(start: Int32(function.instructions.count))
    if accept("(") {
      while !accept(")") {
        let value = try reference("v")
        try expect(":")
        if block.parameterCount == 0 { block.firstParameter = value }
        guard value == block.firstParameter + block.parameterCount else {
          throw error("the parameters of a block have consecutive numbers")
        }
        block.parameterCount += 1
        try define(value, try type(), &function)
      }
    }
    if peek == UInt8(ascii: "c") {
      try expect("cold")
      block.isCold = true
    }
    try expect(":")
    try endLine()
    while true {
      skipLines()
      guard !isAtBlockEnd else { break }
      function.instructions.append(try parseInstruction(&function))
      try endLine()
    }
    block.end = Int32(function.instructions.count)
    function.blocks.append(block)
  }

  /// Instructions are indented.
  private var isAtBlockEnd: Bool {
    position == bytes.count || position == 0 || bytes[position - 1] == UInt8(ascii: "\n")
  }

  private func define(
    _ value: Int32, _ type: IRType, _ function: inout IRFunction
  ) throws(IRParseError) {
    guard value >= 0 && value < 1 << 24 else { throw error("v\(value) is out of range") }
    while function.valueTypes.count <= Int(value) { function.valueTypes.append(.none) }
    guard function.valueTypes[Int(value)] == .none else { throw error("v\(value) is defined twice") }
    function.valueTypes[Int(value)] = type
  }

  // MARK: - Instructions

  private mutating func parseInstruction(
    _ function: inout IRFunction
  ) throws(IRParseError) -> IRInstruction {
    var result: Int32 = -1
    var resultType = IRType.none
    if peek == UInt8(ascii: "v") {
      result = try reference("v")
      try expect(":")
      resultType = try type()
      try expect("=")
      try define(result, resultType, &function)
    }
    let name = word()
    guard let opcode = opcodes[name] else {
      throw error("there is no instruction '\(name)'")
    }
    var instruction = IRInstruction(opcode, type: resultType, result: result)
    if accept(".") { instruction.aux = try auxiliary(of: opcode) }
    try parseOperands(&instruction, &function)
    if accept("@") { instruction.position = try sourcePosition() }
    return instruction
  }

  /// `line:column` or the number of an inlined call, behind the `@`.
  private mutating func sourcePosition() throws(IRParseError) -> UInt32 {
    if peek == UInt8(ascii: "i") {
      return SourcePlace.inlined | UInt32(bitPattern: try reference("i"))
    }
    let line = try number()
    try expect(":")
    let column = try number()
    guard line >= 0 && column >= 0 else { throw error("lines and columns are not negative") }
    return SourcePlace.position(line: Int(line), column: Int(column))
  }

  private mutating func auxiliary(of opcode: Opcode) throws(IRParseError) -> UInt8 {
    if opcode == .testKind { return UInt8(truncatingIfNeeded: try number()) }
    let name = word()
    let found: UInt8? =
      switch opcode {
      case .compare, .floatCompare:
        Condition.allCases.first { "\($0)" == name }?.rawValue
      case .generic, .genericCompare:
        GenericOperation.allCases.first { "\($0)" == name }?.rawValue
      case .branch: name == "unlikely" ? 1 : name == "likely" ? 2 : nil
      default: nil
      }
    guard let found else { throw error("'\(opcode)' has no variant '\(name)'") }
    return found
  }

  private mutating func parseOperands(
    _ instruction: inout IRInstruction, _ function: inout IRFunction
  ) throws(IRParseError) {
    let shape = instruction.opcode.operandShape
    if shape.values > 0 && peek == UInt8(ascii: "v") { instruction.a = try reference("v") }
    if shape.values > 1 && peek == UInt8(ascii: "v") { instruction.b = try reference("v") }
    if shape.values > 2 && peek == UInt8(ascii: "v") { instruction.c = try reference("v") }
    switch instruction.opcode.immediateMeaning {
    case .none: break
    case .number:
      try expect("#")
      instruction.immediate = try number()
    case .optionalNumber:
      if accept("#") { instruction.immediate = try number() }
    case .bits: instruction.immediate = try bits(instruction.type)
    case .function: instruction.immediate = Int64(try reference("f"))
    case .data: instruction.immediate = Int64(try reference("d"))
    case .external: instruction.immediate = Int64(try reference("x"))
    case .global: instruction.immediate = Int64(try reference("g"))
    case .block: instruction.immediate = Int64(try reference("b"))
    }
    if instruction.opcode == .branch || instruction.opcode == .switch {
      instruction.b = try reference("b")
    }
    if instruction.opcode == .branch { instruction.c = try reference("b") }
    guard shape.hasValueList || instruction.opcode == .switch else { return }
    if instruction.opcode == .jump && peek != UInt8(ascii: "[") { return }
    try expect("[")
    instruction.listStart = Int32(function.operands.count)
    while !accept("]") {
      function.operands.append(try reference(instruction.opcode == .switch ? "b" : "v"))
    }
    instruction.listCount = Int32(function.operands.count) - instruction.listStart
  }

  private mutating func bits(_ type: IRType) throws(IRParseError) -> Int64 {
    if accept("#") { return try number() }
    guard type == .float else { throw error("expected '#' and a number") }
    var text = ""
    while let byte = peek, !isSpace(byte), byte != UInt8(ascii: "@") {
      text.unicodeScalars.append(Unicode.Scalar(byte))
      position += 1
    }
    guard let value = Double(text) else { throw error("'\(text)' is no number") }
    skipSpace()
    return Int64(bitPattern: value.bitPattern)
  }

  private mutating func type() throws(IRParseError) -> IRType {
    let name = word()
    switch name {
    case "word": return .word
    case "raw": return .raw
    case "float": return .float
    case "none": return .none
    default: throw error("there is no type '\(name)'")
    }
  }

  // MARK: - Words

  private func error(_ message: String) -> IRParseError {
    IRParseError(line: line, message: message)
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n")
      || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private var isAtLineEnd: Bool {
    peek == nil || peek == UInt8(ascii: "\n") || peek == UInt8(ascii: ";")
  }

  private mutating func skipSpace() {
    while let byte = peek, isSpace(byte), byte != UInt8(ascii: "\n") { position += 1 }
  }

  private mutating func skipComment() {
    guard peek == UInt8(ascii: ";") else { return }
    while let byte = peek, byte != UInt8(ascii: "\n") { position += 1 }
  }

  /// Goes to the next line that has something on it, behind its indentation.
  private mutating func skipLines() {
    while true {
      skipSpace()
      skipComment()
      guard peek == UInt8(ascii: "\n") else { return }
      position += 1
      line += 1
    }
  }

  private mutating func endLine() throws(IRParseError) {
    skipSpace()
    skipComment()
    guard isAtLineEnd else { throw error("expected the end of the line") }
  }

  /// A run of letters, digits and underscores; empty if there is none.
  private mutating func word() -> String {
    let start = position
    while let byte = peek, isWordByte(byte) { position += 1 }
    let result = String(decoding: bytes[start..<position], as: UTF8.self)
    skipSpace()
    return result
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private mutating func accept(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    skipSpace()
    return true
  }

  private mutating func expect(_ text: String) throws(IRParseError) {
    if !accept(text) { throw error("expected '\(text)'") }
  }

  private mutating func number() throws(IRParseError) -> Int64 {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Int64(text) else { throw error("expected a number") }
    skipSpace()
    return value
  }

  /// A letter and a number.
  private mutating func reference(_ letter: String) throws(IRParseError) -> Int32 {
    try expect(letter)
    guard let value = Int32(exactly: try number()) else { throw error("the number is too large") }
    return value
  }

  private mutating func string() throws(IRParseError) -> String {
    guard peek == UInt8(ascii: "\"") else { throw error("expected a string") }
    position += 1
    var content: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\n") {
      position += 1
      content.append(byte == UInt8(ascii: "\\") ? try escape() : byte)
    }
    guard peek == UInt8(ascii: "\"") else { throw error("the string has no end") }
    position += 1
    skipSpace()
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func escape() throws(IRParseError) -> UInt8 {
    guard let byte = peek else { throw error("the string has no end") }
    position += 1
    guard byte == UInt8(ascii: "x") else { return byte }
    let digits = bytes[position..<min(position + 2, bytes.count)]
    guard let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw error("'\\x' is followed by two hexadecimal digits")
    }
    position += 2
    return value
  }
}

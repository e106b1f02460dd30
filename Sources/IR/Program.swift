/// Index of a value in its function: results of instructions and block parameters share one numbering.
public struct ValueID: Hashable, Sendable {
  public let index: Int32

  @inlinable public init(_ index: Int32) { self.index = index }
  @inlinable public init(_ index: Int) { self.index = Int32(index) }

  public static let none = ValueID(Int32(-1))
  @inlinable public var isNone: Bool { index < 0 }
}

/// One operation; see ``Opcode`` for the meaning of the fields.
public struct IRInstruction: Sendable {
  public var opcode: Opcode
  public var type: IRType
  public var aux: UInt8
  /// The value defined, or -1.
  public var result: Int32
  /// Value indices (or block indices where the opcode says so), -1 if unused.
  public var a: Int32
  public var b: Int32
  public var c: Int32
  /// Range of ``IRFunction/operands``.
  public var listStart: Int32
  public var listCount: Int32
  /// Source position, see ``SourcePlace``.
  public var position: UInt32
  public var immediate: Int64

  @inlinable public init(
    _ opcode: Opcode, type: IRType = .none, aux: UInt8 = 0, result: Int32 = -1, a: Int32 = -1,
    b: Int32 = -1, c: Int32 = -1, listStart: Int32 = 0, listCount: Int32 = 0,
    position: UInt32 = 0, immediate: Int64 = 0
  ) {
    self.opcode = opcode
    self.type = type
    self.aux = aux
    self.result = result
    self.a = a
    self.b = b
    self.c = c
    self.listStart = listStart
    self.listCount = listCount
    self.position = position
    self.immediate = immediate
  }
}

/// A basic block: parameters, then instructions, the last of which is its only terminator.
public struct IRBlock: Sendable {
  /// The parameters are the values `firstParameter..<firstParameter + parameterCount`.
  public var firstParameter: Int32
  public var parameterCount: Int32
  /// Range of ``IRFunction/instructions``.
  public var start: Int32
  public var end: Int32
  /// Rarely executed: placed after the others, and treated so by register allocation.
  public var isCold: Bool

  @inlinable public init(
    firstParameter: Int32 = 0, parameterCount: Int32 = 0, start: Int32 = 0, end: Int32 = 0,
    isCold: Bool = false
  ) {
    self.firstParameter = firstParameter
    self.parameterCount = parameterCount
    self.start = start
    self.end = end
    self.isCold = isCold
  }
}

/// A function in SSA form with block parameters.
///
/// Block 0 is the entry and has no predecessors; its parameters are the function's, preceded by the closure if
/// `hasEnvironment`. A block is dominated by no later block: blocks stand in reverse postorder except that cold ones may
/// come last. Critical edges have been split: a block with several successors passes no arguments.
public struct IRFunction: Sendable {
  /// Shown in stack traces and used for the symbol; need not be unique.
  public var name: String
  /// Index into ``IRProgram/files``, -1 for compiler-made functions.
  public var file: Int32
  public var hasEnvironment: Bool
  /// `RAIL_FUNCTION_*` of the ABI header.
  public var flags: UInt32
  /// Source position of the definition, like that of an instruction.
  public var position: UInt32
  public var resultType: IRType
  public var blocks: [IRBlock] = []
  public var instructions: [IRInstruction] = []
  public var operands: [Int32] = []
  /// Type of each value.
  public var valueTypes: [IRType] = []

  public init(
    name: String, file: Int32 = -1, hasEnvironment: Bool = false, flags: UInt32 = 0,
    position: UInt32 = 0, resultType: IRType = .word
  ) {
    self.name = name
    self.file = file
    self.hasEnvironment = hasEnvironment
    self.flags = flags
    self.position = position
    self.resultType = resultType
  }

  /// Number of parameters without the environment.
  public var parameterCount: Int {
    blocks.isEmpty ? 0 : Int(blocks[0].parameterCount) - (hasEnvironment ? 1 : 0)
  }

  @inlinable public func list(of instruction: IRInstruction) -> ArraySlice<Int32> {
    let start = Int(instruction.listStart)
    return operands[start..<start + Int(instruction.listCount)]
  }
}

/// A static object, immutable, in read-only memory: header, payload, and where addresses go.
public struct DataObject: Sendable {
  /// Header word first. The object's value is the address of word 1.
  public var words: [UInt64]
  public var references: [DataReference] = []

  public init(words: [UInt64], references: [DataReference] = []) {
    self.words = words
    self.references = references
  }
}

/// A word of a ``DataObject`` that holds an address.
public struct DataReference: Sendable {
  public enum Target: Sendable, Hashable {
    /// Value of another static object.
    case data(Int32)
    /// Code of a function.
    case function(Int32)
    /// A symbol of the runtime.
    case external(Int32)
  }

  public var word: Int32
  public var target: Target

  public init(word: Int32, target: Target) {
    self.word = word
    self.target = target
  }
}

/// A constructor, as the runtime's printer and equality need it (`struct rail_descriptor`).
public struct IRDescriptor: Sendable {
  public var name: String
  public var fieldCount: Int
  /// Empty if it is not a record.
  public var fieldNames: [String]
  public var type: Int

  public init(name: String, fieldCount: Int, fieldNames: [String], type: Int) {
    self.name = name
    self.fieldCount = fieldCount
    self.fieldNames = fieldNames
    self.type = type
  }
}

/// Source positions of instructions: `line << 12 | column` in the function's file (`RAIL_POSITION_COLUMN_BITS`), 0
/// for none, or with the highest bit set the index of an ``InlinedCall`` (`RAIL_POSITION_INLINED`).
public enum SourcePlace {
  public static let columnBits: UInt32 = 12
  public static let inlined: UInt32 = 1 << 31
  /// The largest line and column that a position can name.
  public static let lastLine = 1 << 19 - 1
  public static let lastColumn = 1 << 12 - 1

  /// The position of a line and column; what does not fit is cut to the largest.
  public static func position(line: Int, column: Int) -> UInt32 {
    UInt32(min(line, lastLine)) << columnBits | UInt32(min(column, lastColumn))
  }

  /// The index of the inlined call that a position stands for, or nil.
  @inlinable public static func inlinedCall(_ position: UInt32) -> Int? {
    position & inlined == 0 ? nil : Int(position & ~inlined)
  }
}

/// A place in the code of a function that has been inlined, so that stack traces show the function
/// (`struct rail_inlined_call`).
public struct InlinedCall: Sendable {
  /// Name, file and flags of the function.
  public var name: String
  public var file: Int32
  public var flags: UInt32
  /// Where in the function; not itself the position of an inlined call.
  public var position: UInt32
  /// Where the function was called; that may be an inlined call again, of a smaller index.
  public var caller: UInt32
  /// The call was a tail call: the caller's frame would be gone, and a trace does not show it.
  public var isTail: Bool

  public init(
    name: String, file: Int32, flags: UInt32, position: UInt32, caller: UInt32, isTail: Bool
  ) {
    self.name = name
    self.file = file
    self.flags = flags
    self.position = position
    self.caller = caller
    self.isTail = isTail
  }
}

/// A whole program, reduced to what is reachable from `main`.
public struct IRProgram: Sendable {
  public var functions: [IRFunction] = []
  public var data: [DataObject] = []
  public var descriptors: [IRDescriptor] = []
  /// Number of slots for constants; slot 0 is of another kind (`rail_program.globals` in the ABI header).
  public var globalCount = 0
  /// Symbols of the runtime that are used, without duplicates.
  public var externals: [String] = []
  /// Source paths for stack traces.
  public var files: [String] = []
  /// What positions in inlined code stand for.
  public var inlinedCalls: [InlinedCall] = []
  /// The function behind the symbol `rail_main`, and those behind `rail_apply_N` by N.
  public var mainFunction: Int32 = -1
  /// Index in `data` of a string that is written to standard output before `main` begins, by a program that
  /// needs the runtime for nothing else; -1 if there is none.
  public var knownOutput: Int32 = -1
  public var applyFunctions: [(arguments: Int, function: Int32)] = []

  public init() {}
}

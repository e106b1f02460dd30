public import IR
public import ELF

/// A limit of code generation that a program exceeds.
public enum CodegenError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A function needs more slots than ``FrameLayout/maximumSlots``.
  case frameTooLarge(function: String, slots: Int)
  /// A section exceeds 2 GiB.
  case sectionTooLarge(name: String)
  /// A value is applied to `arguments` arguments, and the program has no function for that.
  case missingApplyFunction(arguments: Int)

  public var description: String {
    switch self {
    case .frameTooLarge(let function, let slots):
      "the function '\(function)' is too large: it keeps \(slots) values at a time"
    case .sectionTooLarge(let name): "the program is too large: section \(name) exceeds 2 GiB"
    case .missingApplyFunction(let arguments): "no function applies values to \(arguments) arguments"
    }
  }
}

/// What is known about a call site (`struct rail_frame_entry`), by the offset of its return address.
public struct FrameEntry: Sendable {
  public var registerMask: UInt32
  /// `slots` of the ABI header.
  public var slots: UInt32
  public var position: UInt32
  public var frameWords: UInt32

  public init(registerMask: UInt32, slots: UInt32, position: UInt32, frameWords: UInt32) {
    self.registerMask = registerMask
    self.slots = slots
    self.position = position
    self.frameWords = frameWords
  }
}

/// The object of a program that makes floats without the help of the runtime mentions this symbol of
/// the runtime, even if nothing refers to it: the linker is to take it as a root.
public let floatSymbol = "rail_new_float"

/// The object being made: what functions add to as they are compiled.
///
/// Sections are addressed by their symbols, which come first: code refers to static data by the section of read-only data and an
/// offset, which is known from the beginning.
public struct ModuleState: Sendable {
  /// Sections in their order; each has a symbol with the same number.
  public enum Section: Int, CaseIterable, Sendable {
    case text, rodata, globals, frames, wideSlots, inlinedCalls, functions, descriptors, names, program

    public var name: String {
      switch self {
      case .text: ".text"
      case .rodata: ".rodata"
      case .globals: ".data"
      case .frames: ".rodata.frames"
      case .wideSlots: ".rodata.wide_slots"
      case .inlinedCalls: ".rodata.inlined_calls"
      case .functions: ".rodata.functions"
      case .descriptors: ".rodata.descriptors"
      case .names: ".rodata.names"
      case .program: ".rodata.program"
      }
    }

    public var alignment: Int {
      switch self {
      case .text: 16
      case .names: 1
      case .frames, .wideSlots, .inlinedCalls, .functions, .descriptors: 4
      case .rodata, .globals, .program: 8
      }
    }
  }

  public var buffer = CodeBuffer()
  public var symbols: [ObjectSymbol] = []
  /// Labels of the functions: consecutive, from 0.
  public let functionCount: Int
  private let needs: CodeNeeds
  /// Per call site in the order of the code: offset of the return address, and the entry.
  public var returnOffsets: [Int32] = []
  public var frameEntries: [FrameEntry] = []
  public var wideSlots: [UInt32] = []
  public var debug = DebugRecord()
  /// By inlined call: the position of its caller.
  private let callers: [UInt32]
  /// Labels of the entries of all jump tables; they stand behind the static data.
  public private(set) var jumpTableLabels: [Int32] = []
  /// The first limit that has been exceeded.
  public private(set) var error: CodegenError?

  /// Offset in read-only data of each static object's value, and of the first jump table.
  private var dataOffsets: [Int32] = []
  private var jumpTableStart: Int32 = 0
  private var externalNames: [String]
  private var externalSymbols: [Int32]
  private var runtimeSymbols: [Int32]
  private var applyLabels: [Int32] = []
  private var usesThreadState = false

  /// `runtimeNames` are the symbols that the target's code needs by itself, whatever the program; they are
  /// added when one is used for the first time.
  public init(_ program: IRProgram, runtimeSymbolCount: Int) {
    functionCount = program.functions.count
    callers = program.inlinedCalls.map(\.caller)
    needs = CodeNeeds(program)
    externalNames = program.externals
    externalSymbols = Array(repeating: -1, count: program.externals.count)
    runtimeSymbols = Array(repeating: -1, count: runtimeSymbolCount)
    for (index, section) in Section.allCases.enumerated() {
      symbols.append(
        ObjectSymbol(
          name: section.name, place: .section(index), binding: .local, kind: .section))
    }
    _ = buffer.makeLabels(functionCount)
    for apply in program.applyFunctions {
      while applyLabels.count <= apply.arguments { applyLabels.append(-1) }
      applyLabels[apply.arguments] = apply.function
    }
    layOutData(program)
    if needs.makesFloats { _ = addUndefined(floatSymbol) }
  }

  private mutating func layOutData(_ program: IRProgram) {
    dataOffsets.reserveCapacity(program.data.count)
    var offset = 0
    for object in program.data {
      dataOffsets.append(Int32(truncatingIfNeeded: offset + 8))
      offset += 8 * object.words.count
    }
    if offset > Int(Int32.max) / 2 { fail(.sectionTooLarge(name: Section.rodata.name)) }
    jumpTableStart = Int32(truncatingIfNeeded: offset)
  }

  public mutating func fail(_ problem: CodegenError) {
    if error == nil { error = problem }
  }

  /// Whether a function must see to it that the stack is not exhausted when it begins: because it
  /// may call itself, in a roundabout way perhaps, or because its frame is large.
  public func checksStack(_ function: Int32, frameWords: Int32) -> Bool {
    needs.checksStack[Int(function)] || Int(frameWords) * 8 > CodeNeeds.uncheckedBytes
  }

  /// Whether a frame is so large that the stack pointer that it gives is what has to be compared with
  /// the limit.
  public func isLargeFrame(words: Int32) -> Bool { Int(words) * 8 > CodeNeeds.smallFrame }

  /// Notes that the code uses the thread state other than through symbols of the runtime, so that
  /// the object does not seem to do without.
  public mutating func useThreadState() {
    if !usesThreadState {
      usesThreadState = true
      _ = addUndefined("rail_process")
    }
  }

  /// The place in the function itself that a position stands for: of inlined code, the outermost call.
  @inlinable public func outermostPosition(_ position: UInt32) -> UInt32 {
    SourcePlace.inlinedCall(position) == nil ? position : outermostCaller(position)
  }

  @usableFromInline func outermostCaller(_ position: UInt32) -> UInt32 {
    var result = position
    while let index = SourcePlace.inlinedCall(result) { result = callers[index] }
    return result
  }

  // MARK: - References

  public var rodataSymbol: Int32 { Int32(Section.rodata.rawValue) }
  public var globalsSymbol: Int32 { Int32(Section.globals.rawValue) }

  @inlinable public func functionLabel(_ index: Int64) -> Int32 {
    Int32(truncatingIfNeeded: index)
  }

  /// The label of `rail_apply_N`.
  public mutating func applyLabel(_ arguments: Int32) -> Int32 {
    if Int(arguments) < applyLabels.count && applyLabels[Int(arguments)] >= 0 {
      return applyLabels[Int(arguments)]
    }
    fail(.missingApplyFunction(arguments: Int(arguments)))
    return 0
  }

  /// Offset in read-only data of the value of a static object.
  public func dataOffset(_ index: Int64) -> Int32 { dataOffsets[Int(index)] }

  public mutating func externalSymbol(_ index: Int64) -> Int32 {
    let known = externalSymbols[Int(index)]
    if known >= 0 { return known }
    let symbol = addUndefined(externalNames[Int(index)])
    externalSymbols[Int(index)] = symbol
    return symbol
  }

  /// The symbol of number `index` among those of the target; `name` is only asked the first time.
  public mutating func runtimeSymbol(_ index: Int, _ name: @autoclosure () -> String) -> Int32 {
    if runtimeSymbols[index] >= 0 { return runtimeSymbols[index] }
    let name = name()
    let symbol: Int32
    if let external = externalNames.firstIndex(of: name) {
      symbol = externalSymbol(Int64(external))
    } else {
      symbol = addUndefined(name)
    }
    runtimeSymbols[index] = symbol
    return symbol
  }

  private mutating func addUndefined(_ name: String) -> Int32 {
    symbols.append(ObjectSymbol(name: name, place: .undefined))
    return Int32(symbols.count - 1)
  }

  /// Adds a table of the addresses of labels to read-only data; returns its offset.
  public mutating func addJumpTable(_ labels: [Int32]) -> Int32 {
    let offset = jumpTableStart + Int32(8 * jumpTableLabels.count)
    jumpTableLabels.append(contentsOf: labels)
    return offset
  }

  // MARK: - Frame table

  /// The `slots` of a frame entry for the bitmap that is a range of `maps`.
  public mutating func slotField(_ maps: [UInt32], _ range: Range<Int>) -> UInt32 {
    var end = range.upperBound
    while end > range.lowerBound && maps[end - 1] == 0 { end -= 1 }
    let count = end - range.lowerBound
    if count == 0 { return 0 }
    if count == 1 && maps[range.lowerBound] < wideSlotsFlag { return maps[range.lowerBound] }
    let index = UInt32(wideSlots.count)
    wideSlots.append(UInt32(count))
    for word in range.lowerBound..<end { wideSlots.append(maps[word]) }
    return wideSlotsFlag | index
  }
}

import CRailRuntime
public import ELF
public import IR

let wideSlotsFlag = UInt32(RAIL_WIDE_SLOTS)

/// The relocation types that the tables need; the machine's ELF supplement numbers them.
public struct DataRelocations: Sendable {
  /// A 64-bit address.
  public var address64: UInt32

  public init(address64: UInt32) { self.address64 = address64 }
}

/// Makes the object of a module whose code is complete: static data, the program's tables (`struct rail_program`) and symbols.
public struct ObjectEmission {
  private let program: IRProgram
  private let relocations: DataRelocations
  private let debugTarget: DebugTarget?
  private var module: ModuleState
  private var sections: [ObjectSection] = []
  /// Contents of `.rodata.names`, and the offset of each source path in it.
  private var names: [UInt8] = [0]
  private var fileNames: [Int32] = []

  /// With a `debugTarget` the object gets the DWARF sections that the record of `module` gives.
  public init(
    _ module: ModuleState, _ program: IRProgram, _ relocations: DataRelocations,
    debugTarget: DebugTarget? = nil
  ) {
    self.module = module
    self.program = program
    self.relocations = relocations
    self.debugTarget = debugTarget
  }

  public consuming func run(
    name: String, machine: ELFMachine
  ) throws(CodegenError) -> ObjectFile {
    if let error = module.error { throw error }
    for section in ModuleState.Section.allCases { sections.append(emptySection(section)) }
    sections[ModuleState.Section.text.rawValue].bytes = module.buffer.bytes
    sections[ModuleState.Section.text.rawValue].relocations = module.buffer.relocations
    emitData()
    emitJumpTables()
    emitGlobals()
    for file in program.files { fileNames.append(addName(file)) }
    emitFrames()
    emitFunctions()
    emitDescriptors()
    sections[ModuleState.Section.names.rawValue].bytes = names
    emitProgram()
    let names = FunctionNames(program).names
    addFunctionSymbols(names)
    if let debugTarget { addDebugSections(names, debugTarget) }
    for section in sections where section.size > Int(Int32.max) {
      throw .sectionTooLarge(name: section.name)
    }
    var object = ObjectFile(name: name, machine: machine)
    object.sections = sections
    object.symbols = module.symbols
    return object
  }

  private func emptySection(_ section: ModuleState.Section) -> ObjectSection {
    let flags: SectionFlags =
      switch section {
      case .text: [.allocated, .executable]
      case .globals: [.allocated, .writable]
      default: .allocated
      }
    return ObjectSection(name: section.name, flags: flags, alignment: section.alignment)
  }

  // MARK: - Static data

  private mutating func emitData() {
    let index = ModuleState.Section.rodata.rawValue
    for object in program.data {
      let start = sections[index].bytes.count
      for word in object.words { sections[index].append(word) }
      // Relocations are in increasing order of their offsets.
      for reference in object.references.sorted(by: { $0.word < $1.word }) {
        let (symbol, addend) = resolve(reference.target)
        sections[index].relocations.append(
          Relocation(
            offset: start + 8 * Int(reference.word), kind: relocations.address64, symbol: symbol,
            addend: addend))
      }
    }
  }

  private mutating func resolve(_ target: DataReference.Target) -> (symbol: Int, addend: Int) {
    switch target {
    case .data(let index):
      (ModuleState.Section.rodata.rawValue, Int(module.dataOffset(Int64(index))))
    case .function(let index):
      (ModuleState.Section.text.rawValue, Int(module.buffer.labels[Int(index)]))
    case .external(let index):
      (Int(module.externalSymbol(Int64(index))), 0)
    }
  }

  private mutating func emitJumpTables() {
    for label in module.jumpTableLabels {
      appendAddress(
        to: .rodata, of: .text, offset: Int(module.buffer.labels[Int(label)]))
    }
  }

  private mutating func emitGlobals() {
    let index = ModuleState.Section.globals.rawValue
    for slot in 0..<program.globalCount {
      sections[index].append(UInt64(slot == 0 ? RAIL_INITIALISING : RAIL_UNINITIALISED))
    }
  }

  /// Appends the address of a place in one of our sections.
  private mutating func appendAddress(
    to section: ModuleState.Section, of target: ModuleState.Section, offset: Int = 0
  ) {
    let index = section.rawValue
    sections[index].relocations.append(
      Relocation(
        offset: sections[index].bytes.count, kind: relocations.address64, symbol: target.rawValue,
        addend: offset))
    sections[index].append(UInt64(0))
  }

  // MARK: - Tables

  private mutating func emitFrames() {
    var words: [UInt32] = []
    words.reserveCapacity(module.frameEntries.count * 5)
    let numbers = inlinedCallNumbers()
    for (offset, entry) in zip(module.returnOffsets, module.frameEntries) {
      words.append(UInt32(offset))
      words.append(entry.registerMask)
      words.append(entry.slots)
      words.append(renumbered(entry.position, numbers))
      words.append(entry.frameWords)
    }
    setContents(of: .frames, to: words)
    setContents(of: .wideSlots, to: module.wideSlots)
    emitInlinedCalls(numbers)
  }

  /// By inlined call: its number among those that call sites mention, directly or as callers.
  private func inlinedCallNumbers() -> [UInt32] {
    let unused = UInt32.max
    var numbers = [UInt32](repeating: unused, count: program.inlinedCalls.count)
    for entry in module.frameEntries {
      var position = entry.position
      while let index = SourcePlace.inlinedCall(position), numbers[index] == unused {
        numbers[index] = 0
        if program.inlinedCalls[index].isTail { break }
        position = program.inlinedCalls[index].caller
      }
    }
    var count: UInt32 = 0
    for index in numbers.indices where numbers[index] != unused {
      numbers[index] = count
      count += 1
    }
    return numbers
  }

  private func renumbered(_ position: UInt32, _ numbers: [UInt32]) -> UInt32 {
    guard let index = SourcePlace.inlinedCall(position) else { return position }
    return SourcePlace.inlined | numbers[index]
  }

  private mutating func emitInlinedCalls(_ numbers: [UInt32]) {
    var words: [UInt32] = []
    var offsets: [String: Int32] = [:]
    for (call, number) in zip(program.inlinedCalls, numbers) where number != .max {
      let name = offsets[call.name] ?? addName(call.name)
      offsets[call.name] = name
      words.append(UInt32(name))
      words.append(fileName(call.file))
      words.append(call.flags)
      words.append(call.position)
      words.append(
        call.isTail ? UInt32(RAIL_POSITION_REPLACED) : renumbered(call.caller, numbers))
    }
    setContents(of: .inlinedCalls, to: words)
  }

  private func fileName(_ file: Int32) -> UInt32 { file < 0 ? 0 : UInt32(fileNames[Int(file)]) }

  private mutating func emitFunctions() {
    var words: [UInt32] = []
    words.reserveCapacity(program.functions.count * 4)
    // By index: a copy of a function would count references to all its arrays.
    for number in program.functions.indices {
      words.append(UInt32(module.buffer.labels[number]))
      words.append(UInt32(addName(program.functions[number].name)))
      words.append(fileName(program.functions[number].file))
      words.append(program.functions[number].flags)
    }
    setContents(of: .functions, to: words)
  }

  private mutating func emitDescriptors() {
    var words: [UInt32] = []
    for descriptor in program.descriptors {
      words.append(UInt32(addName(descriptor.name)))
      words.append(UInt32(descriptor.fieldCount))
      let fields = UInt32(names.count)
      for field in descriptor.fieldNames { _ = addName(field) }
      words.append(descriptor.fieldNames.isEmpty ? 0 : fields)
      words.append(UInt32(descriptor.type))
    }
    setContents(of: .descriptors, to: words)
  }

  private mutating func setContents(of section: ModuleState.Section, to words: [UInt32]) {
    words.map { $0.littleEndian }.withUnsafeBytes { sections[section.rawValue].bytes = Array($0) }
  }

  private mutating func addName(_ name: String) -> Int32 {
    let offset = Int32(truncatingIfNeeded: names.count)
    names.append(contentsOf: name.utf8)
    names.append(0)
    return offset
  }

  /// `struct rail_program`.
  private mutating func emitProgram() {
    let section = ModuleState.Section.program
    func count(_ value: Int) { sections[section.rawValue].append(UInt64(value)) }
    appendAddress(to: section, of: .text)
    count(module.buffer.bytes.count)
    appendAddress(to: section, of: .frames)
    count(module.frameEntries.count)
    appendAddress(to: section, of: .wideSlots)
    appendAddress(to: section, of: .functions)
    count(program.functions.count)
    appendAddress(to: section, of: .names)
    appendAddress(to: section, of: .descriptors)
    count(program.descriptors.count)
    appendAddress(to: section, of: .globals)
    count(program.globalCount)
    appendAddress(to: section, of: .inlinedCalls)
    module.symbols.append(
      ObjectSymbol(
        name: "rail_program", place: .section(section.rawValue),
        size: sections[section.rawValue].bytes.count, kind: .object))
  }

  // MARK: - Symbols

  /// A local symbol for each function; those that the ABI names have a global one instead.
  private mutating func addFunctionSymbols(_ names: [String]) {
    module.symbols.reserveCapacity(module.symbols.count + program.functions.count)
    if program.knownOutput >= 0 {
      module.symbols.append(
        ObjectSymbol(
          name: "rail_known_output", place: .section(ModuleState.Section.rodata.rawValue),
          value: Int(module.dataOffset(Int64(program.knownOutput))), kind: .object))
    }
    for index in names.indices {
      let isGlobal =
        index == Int(program.mainFunction)
        || program.applyFunctions.contains { Int($0.function) == index }
      let start = Int(functionStart(index))
      module.symbols.append(
        ObjectSymbol(
          name: names[index], place: .section(ModuleState.Section.text.rawValue), value: start,
          size: Int(functionStart(index + 1)) - start, binding: isGlobal ? .global : .local,
          kind: .function))
    }
  }

  /// Where the code of a function begins; for the number after the last one, where all code ends.
  private func functionStart(_ index: Int) -> Int32 {
    index < module.functionCount
      ? module.buffer.labels[index] : Int32(truncatingIfNeeded: module.buffer.bytes.count)
  }

  // MARK: - Debugging information

  private mutating func addDebugSections(_ names: [String], _ target: DebugTarget) {
    let made = DebugSections(
      program: program, record: module.debug, target: target, names: names,
      starts: (0...module.functionCount).map { functionStart($0) },
      textSymbol: ModuleState.Section.text.rawValue, firstSymbol: module.symbols.count
    ).make()
    for section in made {
      module.symbols.append(
        ObjectSymbol(
          name: section.name, place: .section(sections.count), binding: .local, kind: .section))
      sections.append(section)
    }
  }
}

extension ObjectSection {
  mutating func append(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

}

import Codegen
import Diagnostics
import ELF
import TargetARM64

extension Assembly {
  /// Carries out a `.cfi_…` directive. Those about the handlers of exceptions have no effect:
  /// nothing that we link raises any.
  mutating func describeFrame(_ first: AssemblyToken) throws(AssemblyError) {
    let name = string(first).lowercased()
    switch name {
    case ".cfi_sections": try parseFrameSections()
    case ".cfi_startproc": try beginFrame(first)
    case ".cfi_personality", ".cfi_lsda", ".cfi_personality_id": skipStatement()
    default:
      guard let frame = openFrames[currentSection] else {
        throw AssemblyError("E0412", "'\(name)' without '.cfi_startproc'", range(first))
      }
      if name == ".cfi_endproc" {
        frames[frame].end = place
        openFrames[currentSection] = nil
      } else {
        noteFramePlace(frame)
        try changeFrame(frame, name, first)
      }
    }
  }

  private mutating func parseFrameSections() throws(AssemblyError) {
    frameSections = []
    repeat {
      guard token.kind == .name else { throw expected(".eh_frame or .debug_frame") }
      switch string(token) {
      case ".eh_frame": frameSections.insert(.exceptions)
      case ".debug_frame": frameSections.insert(.debugging)
      default:
        throw AssemblyError(
          "E0415", "frames cannot be described in '\(string(token))'", range(token),
          help: "it is .eh_frame or .debug_frame")
      }
      advance()
    } while takeIf(UInt8(ascii: ","))
  }

  private mutating func beginFrame(_ first: AssemblyToken) throws(AssemblyError) {
    if let open = openFrames[currentSection] {
      throw AssemblyError("E0412", "'.cfi_startproc' before '.cfi_endproc'", range(first))
        .with(frames[open].range, "this has no end yet")
    }
    var isSimple = false
    if token.kind == .name {
      guard string(token) == "simple" else { throw expected("'simple' or nothing") }
      advance()
      isSimple = true
    }
    var frame = FrameDescription(
      section: Int32(currentSection), start: place, range: range(first),
      returnColumn: isX86 ? 16 : 30, last: place)
    if !isSimple {
      // x86-64: the call has pushed the return address.
      frame.frameOffset = isX86 ? 8 : 0
      frame.instructions = [.defineFrame(register: isX86 ? 7 : 31, offset: frame.frameOffset)]
      if isX86 { frame.instructions.append(.offset(register: 16, -8)) }
    }
    openFrames[currentSection] = frames.count
    frames.append(frame)
  }

  /// Reports descriptions without an end.
  mutating func reportOpenFrames() {
    for frame in frames where frame.end == nil {
      report(AssemblyError("E0412", "'.cfi_startproc' without '.cfi_endproc'", frame.range))
    }
  }

  private var place: FrameDescription.Place {
    let fragments = sections[currentSection].fragments
    let last = fragments.count - 1
    return FrameDescription.Place(
      fragment: Int32(last),
      offset: Int32(sections[currentSection].bytes.count - fragments[last].start))
  }

  /// What follows is true from the current place on.
  private mutating func noteFramePlace(_ frame: Int) {
    let place = place
    if frames[frame].last == place { return }
    frames[frame].last = place
    frames[frame].instructions.append(.advance(place))
  }

  // MARK: Rules

  private mutating func changeFrame(
    _ frame: Int, _ name: String, _ first: AssemblyToken
  ) throws(AssemblyError) {
    switch name {
    case ".cfi_def_cfa":
      let register = try parseFrameRegister()
      let offset = try parseSecondOffset()
      try defineFrame(frame, offset, .defineFrame(register: register, offset: offset), first)
    case ".cfi_def_cfa_register": add(.defineFrameRegister(try parseFrameRegister()), frame)
    case ".cfi_def_cfa_offset":
      let offset = try parseOffset()
      try defineFrame(frame, offset, .defineFrameOffset(offset), first)
    case ".cfi_adjust_cfa_offset":
      let offset = frames[frame].frameOffset &+ (try parseOffset())
      try defineFrame(frame, offset, .defineFrameOffset(offset), first)
    case ".cfi_offset", ".cfi_rel_offset":
      let register = try parseFrameRegister()
      var offset = try parseSecondOffset()
      if name == ".cfi_rel_offset" { offset = offset &- frames[frame].frameOffset }
      try checkUnit(offset, first)
      add(.offset(register: register, offset), frame)
    case ".cfi_register":
      let register = try parseFrameRegister()
      try expect(UInt8(ascii: ","), "',' and a register")
      add(.register(register, try parseFrameRegister()), frame)
    case ".cfi_restore", ".cfi_undefined", ".cfi_same_value":
      repeat {
        let register = try parseFrameRegister()
        switch name {
        case ".cfi_restore": add(.restore(register), frame)
        case ".cfi_undefined": add(.undefined(register), frame)
        default: add(.sameValue(register), frame)
        }
      } while takeIf(UInt8(ascii: ","))
    case ".cfi_remember_state":
      frames[frame].savedOffsets.append(frames[frame].frameOffset)
      add(.rememberState, frame)
    case ".cfi_restore_state":
      guard let offset = frames[frame].savedOffsets.popLast() else {
        throw AssemblyError(
          "E0412", "'.cfi_restore_state' without '.cfi_remember_state'", range(first))
      }
      frames[frame].frameOffset = offset
      add(.restoreState, frame)
    case ".cfi_return_column": frames[frame].returnColumn = try parseFrameRegister()
    case ".cfi_signal_frame": frames[frame].isSignalFrame = true
    case ".cfi_window_save", ".cfi_negate_ra_state": add(.windowSave, frame)
    default: add(.escape(try parseEscape()), frame)
    }
  }

  private mutating func add(_ instruction: FrameInstruction, _ frame: Int) {
    frames[frame].instructions.append(instruction)
  }

  private mutating func defineFrame(
    _ frame: Int, _ offset: Int, _ instruction: FrameInstruction, _ first: AssemblyToken
  ) throws(AssemblyError) {
    if offset < 0 { try checkUnit(offset, first) }
    frames[frame].frameOffset = offset
    add(instruction, frame)
  }

  private func checkUnit(_ offset: Int, _ first: AssemblyToken) throws(AssemblyError) {
    if offset % Assembly.frameOffsetUnit != 0 {
      throw AssemblyError(
        "E0415", "an offset of \(offset) cannot be described", range(from: first.start),
        help: "offsets of saved registers are multiples of 8")
    }
  }

  // MARK: Operands

  private mutating func parseOffset() throws(AssemblyError) -> Int {
    Int(try parseConstant("an offset"))
  }

  private mutating func parseSecondOffset() throws(AssemblyError) -> Int {
    try expect(UInt8(ascii: ","), "',' and an offset")
    return try parseOffset()
  }

  /// A register by its name or by the number that DWARF gives it.
  private mutating func parseFrameRegister() throws(AssemblyError) -> UInt64 {
    let start = token.start
    if isX86 { _ = takeIf(UInt8(ascii: "%")) }
    if token.kind == .name {
      guard let number = frameNumber(ofRegister: string(token).lowercased()) else {
        throw AssemblyError(
          "E0415", "'\(string(token))' is no register of a frame", range(from: start))
      }
      advance()
      return number
    }
    let number = try parseConstant("a register")
    guard number >= 0, number < 128 else {
      throw AssemblyError("E0415", "\(number) is no register of a frame", range(from: start))
    }
    return UInt64(number)
  }

  /// AMD64 supplement, figure 3.36; DWARF for the Arm 64-bit Architecture, 4.1.
  private func frameNumber(ofRegister name: String) -> UInt64? {
    if isX86 {
      let names = [
        "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12",
        "r13", "r14", "r15", "rip",
      ]
      if let number = names.firstIndex(of: name) { return UInt64(number) }
      guard name.hasPrefix("xmm"), let number = UInt64(name.dropFirst(3)), number < 16 else {
        return nil
      }
      return 17 + number
    }
    guard let register = ARM64RegisterName(name), register.register != .zr else { return nil }
    if register.register == .sp { return 31 }
    let index = UInt64(register.register.index)
    return register.isFloat ? index + 32 : index
  }

  private mutating func parseEscape() throws(AssemblyError) -> [UInt8] {
    var bytes: [UInt8] = []
    repeat {
      let start = token.start
      let value = try parseConstant("a byte")
      guard value >= -128, value <= 255 else {
        throw AssemblyError("E0415", "\(value) is no byte", range(from: start))
      }
      bytes.append(UInt8(truncatingIfNeeded: value))
    } while takeIf(UInt8(ascii: ","))
    return bytes
  }
}

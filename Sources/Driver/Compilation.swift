import Codegen
import Diagnostics
import ELF
import IR
import Inference
import Linker
import Lowering
import Optimizer
import RuntimeImage
import Semantics
import Support

/// What came of compiling a program.
enum CompilationResult: Sendable {
  /// The bytes of the executable.
  case executable([UInt8])
  /// The text or object that was asked for instead.
  case emitted([UInt8])
  /// The program has errors; they are among the diagnostics.
  case rejected
  /// The program is correct but beyond a limit of the compiler.
  case failed(String)
}

/// A compilation: its inputs, and what it has to say.
struct Compilation {
  var provider: FileProvider
  var platform = Platform.host
  var emit = Emission.exe
  var isStripped = false
  var verifies = false
  /// Whether the types of the program are used for faster code.
  var optimizes = true
  /// Whether the types that have been proved are asserted at run time.
  var assertsTypes = false
  /// Whether programs that depend on nothing are carried out by the compiler when it makes an
  /// executable. Objects and texts of stages have their code: they are linked, and read, by others.
  var evaluates = true
  /// Whether ``check(_:requireMain:)`` writes ``types``.
  var printsTypes = false
  /// The types of the definitions of the main file, one a line.
  private(set) var types: [UInt8] = []
  private(set) var sources = SourceMap()
  private(set) var diagnostics = DiagnosticSink()
  private(set) var times = StageTimes()
  /// What is to be said beside the diagnostics, a line each.
  private(set) var notes: [String] = []

  init(provider: FileProvider) { self.provider = provider }

  /// A compilation as the command line asks for it: every option that changes what is compiled, or
  /// how, is taken over here and nowhere else.
  init(provider: FileProvider, options: Options) {
    self.init(provider: provider)
    platform = options.platform
    emit = options.emit
    isStripped = options.isStripped
    verifies = options.verifies
    optimizes = options.optimizes
    assertsTypes = options.assertsTypes
  }

  /// Finds the errors of a program or, without `requireMain`, of a module.
  mutating func check(_ path: String, requireMain: Bool) {
    let analysis = times.measure("check") {
      analyze(mainPath: path, provider: provider, requireMain: requireMain)
    }
    sources = analysis.sources
    diagnostics = analysis.diagnostics
    if diagnostics.hasErrors { return }
    var inference = infer(analysis)
    if printsTypes { types = inference.signatures().bytes }
  }

  /// Finds the types of a program, and what is wrong with them.
  private mutating func infer(_ analysis: Analysis) -> TypeInference {
    var inference = TypeInference(analysis)
    inference.writesSignatures = printsTypes
    times.measure("infer") { inference.run() }
    for diagnostic in inference.diagnostics.diagnostics { diagnostics.report(diagnostic) }
    return inference
  }

  /// The compiler: from a path to the bytes of an executable. Each step takes the result of the one before; what a step
  /// does is explained where it is defined.
  mutating func build(_ path: String) -> CompilationResult {
    var analysis = times.measure("check") {
      analyze(mainPath: path, provider: provider, requireMain: true)
    }
    sources = analysis.sources
    diagnostics = analysis.diagnostics
    // Tokens and syntax can be looked at even if the program has errors.
    switch emit {
    case .tokens: return .emitted(tokensText(analysis))
    case .syntax: return .emitted(syntaxText(analysis))
    case .core, .types, .proofs, .ir, .optimizedIR, .mir, .asm, .obj, .exe: break
    }
    if diagnostics.hasErrors { return .rejected }
    var inference = infer(analysis)
    if diagnostics.hasErrors { return .rejected }
    analysis.program = times.measure("elaborate") { inference.elaborate() }
    if emit == .core { return .emitted(coreText(analysis)) }

    let wantsTypes = optimizes || emit == .types || emit == .proofs
    var core = wantsTypes ? specialized(inference) : analysis.program
    if let problem = times.measure("verify", { verify(core, analysis.interner) }).first {
      if verifies { return .failed("typed Core is not sound: \(problem)") }
      notes.append(
        "types that cannot be verified are not used, a mistake of the compiler: \(problem)")
      core = analysis.program
    }
    if emit == .types { return .emitted(typesText(core, analysis)) }
    if emit == .proofs { return .emitted(Array(CoreProofs(core).text.utf8)) }

    var program = times.measure("lower") {
      lower(
        core, sources: analysis.sources, interner: analysis.interner,
        evaluates: evaluates && emit == .exe)
    }
    if let problem = problem(in: program) { return .failed("the IR is not sound: \(problem)") }
    if emit == .ir { return .emitted(Array(program.text().utf8)) }
    if optimizes {
      times.measure("optimise") { optimize(&program) }
      if let problem = problem(in: program) {
        return .failed("the optimised IR is not sound: \(problem)")
      }
    }
    if emit == .optimizedIR { return .emitted(Array(program.text().utf8)) }
    do {
      return try generate(program)
    } catch {
      return .failed(error.message)
    }
  }

  /// The program with what inference proves of it.
  private mutating func specialized(_ inference: consuming TypeInference) -> CoreProgram {
    let start = Clock.seconds()
    let (program, _) = specialize(inference, assertsTypes: assertsTypes)
    times.add("specialise", Clock.seconds() - start)
    return program
  }

  /// What the verifier has to say against a program, if it is asked.
  private mutating func problem(in program: IRProgram) -> String? {
    guard verifies else { return nil }
    return times.measure("verify") { verify(program) }.first.map { "\($0)" }
  }

  /// The back end.
  private mutating func generate(
    _ program: IRProgram
  ) throws(CompilationFailure) -> CompilationResult {
    var options = CodegenOptions(verifies: verifies)
    // Not in assembler text, which is for people.
    options.hasDebugInformation = !isStripped && (emit == .obj || emit == .exe)
    let target = platform.target
    if emit == .mir { return .emitted(Array(target.machineText(program, options).utf8)) }
    let object = try times.measure("generate") { () throws(CompilationFailure) in
      try CompilationFailure.from { () throws(CodegenError) in
        try target.generateObject(program, options)
      }
    }
    if emit == .asm { return .emitted(Array(target.assemblyText(object).utf8)) }
    if emit == .obj { return .emitted(writeObject(object)) }
    var linkOptions = LinkOptions(machine: platform.target.machine)
    linkOptions.stripped = isStripped
    linkOptions.entry = entrySymbol(of: object, program)
    linkOptions.followsWeakReferences = false
    if object.symbols.contains(where: { $0.place == .undefined && $0.name == floatSymbol }) {
      linkOptions.roots.append(floatSymbol)
    }
    let runtime = try times.measure("runtime") { () throws(CompilationFailure) in
      try readRuntime(platform.runtime, for: object, linkOptions)
    }
    let image = try times.measure("link") { () throws(CompilationFailure) in
      try CompilationFailure.from { try link([object] + runtime, options: linkOptions) }
    }
    return .executable(image)
  }
}

/// Where the program begins: with the runtime only if its code refers to it, by thread state or symbol.
private func entrySymbol(of object: ObjectFile, _ program: IRProgram) -> String {
  if object.symbols.contains(where: { $0.place == .undefined }) {
    precondition(program.knownOutput < 0, "a program with known output needs nothing else")
    return "_start"
  }
  return program.knownOutput < 0 ? "rail_start_bare" : "rail_start_known"
}

/// The objects of the runtime that a program needs, sorted by name: those that define the entry, a root, or what the program or
/// another one of them refers to, as a linker takes members from an archive.
private func readRuntime(
  _ machine: RuntimeMachine, for program: ObjectFile, _ options: LinkOptions
) throws(CompilationFailure) -> [ObjectFile] {
  let runtime = RuntimeObjects(machine)
  var objects = [ObjectFile?](repeating: nil, count: runtime.count)
  var pending = [options.entry] + options.roots
  pending += neededSymbols(program)
  while let symbol = pending.popLast() {
    guard let index = runtime.index(defining: symbol), objects[index] == nil else { continue }
    let object = try CompilationFailure.from {
      try readObject(
        UnsafeRawBufferPointer(runtime.bytes(index)), name: runtime.name(index),
        wantsDebugSections: !options.stripped)
    }
    objects[index] = object
    pending += neededSymbols(object)
  }
  return objects.compactMap { $0 }
}

private func neededSymbols(_ object: ObjectFile) -> [String] {
  object.symbols.filter { $0.place == .undefined && $0.binding == .global }.map(\.name)
}

/// A limit of the compiler or an error of the linker, as a message.
struct CompilationFailure: Error {
  var message: String

  static func from<Value, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(CompilationFailure) -> Value {
    do {
      return try body()
    } catch {
      throw CompilationFailure(message: "\(error)")
    }
  }
}

/// How long the stages took, in seconds, in the order in which they ran.
struct StageTimes: Sendable {
  private(set) var stages: [(name: String, seconds: Double)] = []

  mutating func measure<Value, Failure: Error>(
    _ name: String, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let start = Clock.seconds()
    defer { stages.append((name, Clock.seconds() - start)) }
    return try body()
  }

  mutating func add(_ name: String, _ seconds: Double) { stages.append((name, seconds)) }

  /// A line a stage, in milliseconds.
  var text: String {
    var text = ""
    for (name, seconds) in stages { text += line(name, seconds) }
    return text + line("total", stages.reduce(0) { $0 + $1.seconds })
  }

  private func line(_ name: String, _ seconds: Double) -> String {
    let micros = Int((seconds * 1e6).rounded())
    let fraction = String(micros % 1000 + 1000).dropFirst()
    return "rail: time: \(name): \(micros / 1000).\(fraction) ms\n"
  }
}

import Codegen
import ELF
import Foundation
import IR
import Linker
import RuntimeImage
import TargetX86_64
import TestSupport

/// The runtime's objects, read once.
private let runtime: [ObjectFile] = {
  do {
    return try runtimeObjects(.x86_64).map { try readObject(Array($0.bytes), name: $0.name) }
  } catch {
    preconditionFailure("\(error)")
  }
}()

/// A program of the IR that has been verified, compiled with a checked register allocation, and linked with the runtime.
struct CompiledProgram {
  let executable: [UInt8]

  init(_ program: IRProgram) throws {
    let problems = verify(program)
    if let first = problems.first { throw first }
    let object = try generateObject(program, CodegenOptions(verifies: true))
    executable = try link([object] + runtime, options: LinkOptions())
  }

  init(text: String) throws { try self.init(parseIR(text)) }

  /// Runs it; `isStressed` collects garbage all the time, and moves everything that is alive.
  func run(isStressed: Bool = false) throws -> ProgramResult {
    let directory = try TemporaryDirectory()
    let path = try directory.write(executable, to: "program", executable: true)
    return isStressed
      ? try runProgram("/usr/bin/env", ["RAIL_GC_STRESS=1", path]) : try runProgram(path)
  }
}

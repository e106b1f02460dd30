import Codegen
import ELF
import Foundation
import IR
import Linker
import RuntimeImage
import TargetARM64
import TargetX86_64
import TestSupport
import Testing

/// A target whose programs can be run here.
struct TestMachine: Sendable, CustomTestStringConvertible {
  let target: Target
  let runtime: [ObjectFile]
  /// What runs the programs, nil for the machine itself.
  let emulator: String?

  var testDescription: String { target.name }

  /// All that can be run: this machine, and what there is an emulator for.
  static let all: [TestMachine] = [
    find(.x86_64, .x86_64), find(.arm64, .aarch64),
  ].compactMap { $0 }

  static let names = Set(all.map(\.target.name))

  private static func find(_ target: Target, _ runtime: RuntimeMachine) -> TestMachine? {
    #if arch(arm64)
      let host = Target.arm64.name
    #else
      let host = Target.x86_64.name
    #endif
    let emulator = findTool("qemu-" + target.machineName)
    if target.name != host && emulator == nil { return nil }
    return TestMachine(
      target: target, runtime: objects(runtime), emulator: target.name == host ? nil : emulator)
  }

  /// The runtime's objects.
  private static func objects(_ runtime: RuntimeMachine) -> [ObjectFile] {
    do {
      return try runtimeObjects(runtime).map { try readObject(Array($0.bytes), name: $0.name) }
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

/// A program of the IR that has been verified, compiled with a checked register allocation, and
/// linked with the runtime.
struct CompiledProgram {
  let machine: TestMachine
  let executable: [UInt8]

  init(_ program: IRProgram, for machine: TestMachine) throws {
    let problems = verify(program)
    if let first = problems.first { throw first }
    let object = try machine.target.generateObject(program, CodegenOptions(verifies: true))
    self.machine = machine
    executable = try link(
      [object] + machine.runtime, options: LinkOptions(machine: machine.target.machine))
  }

  init(text: String, for machine: TestMachine) throws {
    try self.init(parseIR(text), for: machine)
  }

  /// Runs it; `isStressed` collects garbage all the time, and moves everything that is alive.
  func run(isStressed: Bool = false) throws -> ProgramResult {
    let directory = try TemporaryDirectory()
    let path = try directory.write(executable, to: "program", executable: true)
    // QEMU starts faster when there is less memory to reserve.
    let limits = machine.emulator == nil ? [] : ["RAIL_HEAP_MAX=512m"]
    let stress = isStressed ? ["RAIL_GC_STRESS=1"] : []
    let command = [machine.emulator, path].compactMap { $0 }
    return try runProgram("/usr/bin/env", limits + stress + command)
  }
}

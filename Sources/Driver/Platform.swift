import Codegen
import RuntimeImage
public import Support
import TargetARM64
import TargetX86_64

/// A machine that programs are compiled for: its target, its runtime, and how its programs are run
/// on this machine.
public struct Platform: Sendable {
  let target: Target
  let runtime: RuntimeMachine

  /// All of them, in the order in which messages list them.
  public static let all = [
    Platform(target: .x86_64, runtime: .x86_64), Platform(target: .arm64, runtime: .aarch64),
  ]

  /// What this process runs on.
  #if arch(arm64)
    public static let host = all[1]
  #else
    public static let host = all[0]
  #endif

  /// How the user names it, as `x86_64-linux`.
  public var name: String { target.name }

  /// The one with this name.
  public init?(named name: String) {
    guard let found = Platform.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  private init(target: Target, runtime: RuntimeMachine) {
    self.target = target
    self.runtime = runtime
  }

  // MARK: Running programs

  /// The emulator for programs of this machine: QEMU's user mode, as it is called in `PATH`.
  public var emulatorName: String { "qemu-" + target.machineName }

  /// What runs its programs here: the machine itself, or an emulator.
  public func findRunner() throws(MissingEmulator) -> ProgramRunner {
    if name == Platform.host.name { return .machine }
    guard let path = Files.findInPath(emulatorName) else {
      throw MissingEmulator(target: name, emulator: emulatorName)
    }
    return .emulator(path: path)
  }
}

/// Programs of a machine cannot be run here.
public struct MissingEmulator: Error, Sendable, CustomStringConvertible {
  var target: String
  var emulator: String

  public var description: String {
    "programs for \(target) need \(emulator), which is not in PATH (in Debian it is part of the "
      + "package qemu-user)"
  }
}

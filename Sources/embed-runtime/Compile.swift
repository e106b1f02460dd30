import Glibc

/// An object file of the runtime.
struct RuntimeObject {
  /// The name of its source without folder and extension: unique in the runtime.
  var name: String
  var path: String
}

/// A C or assembly file of the runtime.
private struct Source {
  var name: String
  var path: String
}

/// Sources whose speed matters more than their size: the collector, loops over bytes and elements,
/// mathematics.
private let fastSources: Set<String> = [
  "collect", "stack", "equal", "order", "arithmetic", "string", "array", "float_array", "bytes",
  "list", "decimal_scale", "float_parse", "float_format",
]

/// Sources for which nearly as much is true. All others are compiled for size alone, so that small
/// programs are small.
private let quickSources: Set<String> = [
  "allocate", "remember", "large_objects", "memory", "int_text", "output", "print", "show", "text",
  "convert",
]

private func optimization(_ name: String) -> String {
  if fastSources.contains(name) || name.hasPrefix("math_") { return "-O2" }
  return quickSources.contains(name) ? "-Os" : "-Oz"
}

/// Compiles every source of the runtime that has changed, a few at a time.
func compileRuntime(
  machine: String, clang: String, folder: String, output: String
) -> [RuntimeObject] {
  let sources = runtimeSources(machine: machine, folder: folder)
  let headers = filesBelow(folder, suffix: ".h").map { folder + "/" + $0 }
  let newestHeader = (headers + [CommandLine.arguments[0]]).map(changeTime).max() ?? 0
  var running: [pid_t] = []
  var objects: [RuntimeObject] = []
  for source in sources {
    let object = RuntimeObject(name: source.name, path: "\(output).\(machine).\(source.name).o")
    objects.append(object)
    let needed = max(newestHeader, changeTime(source.path))
    if changeTime(object.path) > needed { continue }
    if running.count == 4 { wait(for: running.removeFirst()) }
    let arguments = flags(machine: machine, folder: folder, optimization(source.name))
    running.append(start([clang] + arguments + ["-c", source.path, "-o", object.path]))
  }
  for process in running { wait(for: process) }
  return objects
}

private func runtimeSources(machine: String, folder: String) -> [Source] {
  let common = filesBelow(folder + "/src", suffix: ".c").map { folder + "/src/" + $0 }
  let special = filesBelow(folder + "/arch/\(machine)", suffix: ".S").map {
    folder + "/arch/\(machine)/" + $0
  }
  return (common + special).map { path in
    let file = path.split(separator: "/").last ?? ""
    return Source(name: String(file.split(separator: ".").first ?? ""), path: path)
  }
}

/// One section per function and object, so that the linker keeps only what a program uses; no
/// position independence, since programs are linked at a fixed address. Contraction to fused
/// multiply-add is off: results must not depend on the machine.
///
/// Debuggers get lines and how to unwind frames, in sections that are not loaded; nothing in the
/// program itself unwinds C frames. Inlined functions are lines of those that they are in, which
/// halves what there is to read at each link. (The last -g option decides how much is told.) Paths count from the folder that `folder` is in, so that the
/// result does not depend on where it is made.
private func flags(machine: String, folder: String, _ optimization: String) -> [String] {
  let parent = folder.split(separator: "/", omittingEmptySubsequences: false).dropLast()
  return [
    "--target=\(machine)-unknown-linux-gnu", "-std=c11", optimization, "-ffreestanding",
    "-fno-stack-protector", "-ffunction-sections", "-fdata-sections",
    "-fno-asynchronous-unwind-tables", "-fno-pic", "-fno-ident", "-fno-addrsig",
    "-gdwarf-4", "-gno-inline-line-tables", "-gno-column-info", "-gline-tables-only",
    "-fdebug-compilation-dir=.",
    "-fdebug-prefix-map=\(parent.joined(separator: "/"))/=",
    "-ffp-contract=off", "-fomit-frame-pointer", "-Wall", "-Wextra", "-Werror",
    "-I\(folder)/include", "-I\(folder)/src", "-I\(folder)/arch/\(machine)",
  ] + (machineFlags[machine] ?? [])
}

/// Code and data lie within 2 GiB on both; the Cortex-A53 has none of the later extensions, and
/// atomic operations are not to be calls.
private let machineFlags = [
  "x86_64": ["-mcmodel=small"],
  "aarch64": ["-march=armv8-a", "-mtune=cortex-a53", "-mcmodel=small", "-mno-outline-atomics"],
]

private func start(_ arguments: [String]) -> pid_t {
  var process = pid_t()
  var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  guard posix_spawn(&process, arguments[0], nil, nil, &pointers, environ) == 0 else {
    fail("cannot run \(arguments[0])")
  }
  return process
}

private func wait(for process: pid_t) {
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0 && errno == EINTR {}
  // The compiler has already said what is wrong.
  if status != 0 { exit(1) }
}

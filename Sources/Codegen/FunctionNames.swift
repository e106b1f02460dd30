import IR
import Support

/// The names of a program's functions in symbol tables and debuggers: `module.function`, where the
/// module is the name of the source file without folder and extension, and `rail.function` for what
/// the compiler has made. Of functions with one name, all but the first have a number behind it.
///
/// The functions that the ABI names are called so.
struct FunctionNames {
  private(set) var names: [String] = []
  private var taken = Interner()
  /// How many functions have had each of the names without a number, by their number in `taken`.
  private var counts: [Int: Int] = [:]

  init(_ program: IRProgram) {
    names.reserveCapacity(program.functions.count)
    let modules = program.files.map(moduleName)
    for index in program.functions.indices {
      let file = program.functions[index].file
      let module = file < 0 ? "rail" : modules[Int(file)]
      names.append("\(module).\(program.functions[index].name)")
    }
    if program.mainFunction >= 0 { names[Int(program.mainFunction)] = "rail_main" }
    for apply in program.applyFunctions {
      names[Int(apply.function)] = "rail_apply_\(apply.arguments)"
    }
    for index in names.indices { makeUnique(index) }
  }

  private mutating func makeUnique(_ index: Int) {
    let known = taken.count
    let number = Int(taken.intern(names[index]).index)
    if number == known { return }
    var count = counts[number] ?? 1
    var name: String
    repeat {
      count += 1
      name = "\(names[index]).\(count)"
    } while taken.find(name) != nil
    counts[number] = count
    _ = taken.intern(name)
    names[index] = name
  }
}

/// `folder/name.rail` is the module `name`.
private func moduleName(_ path: String) -> String {
  let file = path.split(separator: "/").last.map(String.init) ?? path
  return file.hasSuffix(".rail") ? String(file.dropLast(5)) : file
}

import ELF
import RuntimeImage
import Semantics
import Testing

/// The names that the compiler accepts are those that the runtime defines.
@Test func foreignFunctionsAreThoseOfTheRuntime() throws {
  var defined: Set<String> = []
  let prefix = "rail_foreign_"
  for (name, bytes) in runtimeObjects(.x86_64) {
    for symbol in try readObject(Array(bytes), name: name).symbols
    where symbol.place != .undefined && symbol.binding == .global {
      if symbol.name.hasPrefix(prefix) {
        defined.insert(String(symbol.name.dropFirst(prefix.count)))
      }
    }
  }
  defined.remove("call")
  #expect(Set(foreignFunctionNames) == defined)
  #expect(foreignFunctionNames == foreignFunctionNames.sorted())
}

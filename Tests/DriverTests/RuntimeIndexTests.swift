import ELF
import RuntimeImage
import Testing

/// The index of the embedded runtime, which the build makes, is that of its objects.
@Test(arguments: RuntimeMachine.allCases)
func runtimeIndexNamesTheFirstObjectThatDefinesASymbol(_ machine: RuntimeMachine) throws {
  let runtime = RuntimeObjects(machine)
  var definitions: [String: Int] = [:]
  var mentioned: Set<String> = []
  for index in 0..<runtime.count {
    let object = try readObject(Array(runtime.bytes(index)), name: runtime.name(index))
    for symbol in object.symbols where symbol.binding != .local {
      mentioned.insert(symbol.name)
      if symbol.place != .undefined && definitions[symbol.name] == nil {
        definitions[symbol.name] = index
      }
    }
  }
  #expect(definitions.count > 300)
  for symbol in mentioned {
    #expect(runtime.index(defining: symbol) == definitions[symbol], "\(symbol)")
  }
  #expect(runtime.index(defining: "") == nil)
  #expect(runtime.index(defining: "rail_") == nil)
}

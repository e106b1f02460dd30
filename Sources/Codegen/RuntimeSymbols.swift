public import IR

/// Symbols of the runtime that code refers to by itself: the stubs of generic operations by their
/// raw value, then these.
private enum RuntimeSymbol {
  static let remember = GenericOperation.allCases.count
  static let allocate = remember + 1
  static let stack = remember + 2
  static let callC = remember + 3
  static let rememberElement = remember + 4
  static let count = remember + 5
}

extension ModuleState {
  static let runtimeSymbolCount = RuntimeSymbol.count

  public mutating func slowSymbol(_ operation: GenericOperation) -> Int32 {
    runtimeSymbol(Int(operation.rawValue), "rail_slow_" + operation.runtimeName)
  }

  public mutating func slowRemember() -> Int32 {
    runtimeSymbol(RuntimeSymbol.remember, "rail_slow_remember")
  }

  public mutating func slowRememberElement() -> Int32 {
    runtimeSymbol(RuntimeSymbol.rememberElement, "rail_slow_remember_element")
  }

  public mutating func slowAllocate() -> Int32 {
    runtimeSymbol(RuntimeSymbol.allocate, "rail_slow_allocate")
  }

  public mutating func slowStack() -> Int32 {
    runtimeSymbol(RuntimeSymbol.stack, "rail_slow_stack")
  }

  public mutating func callC() -> Int32 { runtimeSymbol(RuntimeSymbol.callC, "rail_call_c") }
}

import ELF

/// The table of addresses that some instructions load instead of having them as operands: one
/// 64-bit slot for each symbol that needs it.
///
/// Position-dependent code needs few: for symbols that may stay undefined, and for objects compiled
/// as position-independent whose instructions cannot be rewritten.
struct GlobalOffsetTable {
  /// For each symbol number of the inputs its slot, or -1; empty if no symbol has one.
  var slotOf: [Int32] = []
  /// For each slot a symbol whose address it holds.
  var symbols: [Int] = []

  var slotCount: Int { symbols.count }

  /// Gives `symbol` the slot of all symbols with its meaning.
  mutating func add(_ symbol: Int, _ inputs: LinkInputs, _ resolved: ResolvedSymbols) {
    if slotOf.isEmpty { slotOf = Array(repeating: -1, count: inputs.symbolCount) }
    let representative = resolved.representative(of: symbol)
    if slotOf[representative] < 0 {
      slotOf[representative] = Int32(symbols.count)
      symbols.append(representative)
    }
    slotOf[symbol] = slotOf[representative]
  }
}

/// Finds the symbols that live sections refer to through the global offset table.
func collectOffsetTable(
  _ inputs: LinkInputs, _ symbols: ResolvedSymbols, _ isLive: [Bool], _ machine: ELFMachine
) -> GlobalOffsetTable {
  var table = GlobalOffsetTable()
  for number in inputs.sections.indices where isLive[number] {
    let firstSymbol = inputs.firstSymbol[Int(inputs.sections[number].object)]
    for relocation in inputs.relocations(number) {
      let needsSlot =
        switch machine {
        case .x86_64:
          isOffsetTableKindX86_64(relocation.kind)
            && !isRelaxable(relocation, inputs.bytes(number), symbols, firstSymbol)
        case .aarch64: isOffsetTableKindAArch64(relocation.kind)
        }
      if needsSlot { table.add(firstSymbol + relocation.symbol, inputs, symbols) }
    }
  }
  return table
}

/// Whether the instruction can be rewritten to use the symbol's address: the symbol must have a
/// place in the image, which is within reach of all code.
private func isRelaxable(
  _ relocation: Relocation, _ bytes: [UInt8], _ symbols: ResolvedSymbols, _ firstSymbol: Int
) -> Bool {
  switch symbols.targets[firstSymbol + relocation.symbol] {
  case .section, .boundary: relaxationX86_64(relocation, bytes) != nil
  case .absolute, .undefined, .undefinedWeak: false
  }
}

/// One method for each operation of the IR, in the order of ``Opcode``.
extension FunctionBuilder {
  // MARK: - Constants

  /// The word or raw value with these bits.
  @inlinable public mutating func constant(_ bits: Int64, _ type: IRType = .word) -> ValueID {
    append(IRInstruction(.constant, type: type, immediate: bits))
  }

  /// The tagged int `value`, which must fit 63 bits.
  @inlinable public mutating func int(_ value: Int64) -> ValueID {
    constant(value << 1 | 1)
  }

  @inlinable public mutating func float(_ value: Double) -> ValueID {
    constant(Int64(bitPattern: value.bitPattern), .float)
  }

  /// The value of the static object `IRProgram.data[index]`.
  @inlinable public mutating func dataAddress(_ index: Int) -> ValueID {
    append(IRInstruction(.dataAddress, type: .word, immediate: Int64(index)))
  }

  @inlinable public mutating func functionAddress(_ index: Int) -> ValueID {
    append(IRInstruction(.functionAddress, type: .raw, immediate: Int64(index)))
  }

  @inlinable public mutating func externalAddress(_ index: Int) -> ValueID {
    append(IRInstruction(.externalAddress, type: .raw, immediate: Int64(index)))
  }

  @inlinable public mutating func globalAddress(_ index: Int) -> ValueID {
    append(IRInstruction(.globalAddress, type: .raw, immediate: Int64(index)))
  }

  // MARK: - Arithmetic and comparisons

  /// Integer arithmetic, conversions, floating-point arithmetic: anything that only has operands and a result.
  @inlinable public mutating func operation(
    _ opcode: Opcode, _ type: IRType, _ a: ValueID, _ b: ValueID = .none
  ) -> ValueID {
    append(IRInstruction(opcode, type: type, a: a.index, b: b.index))
  }

  @inlinable public mutating func compare(
    _ condition: Condition, _ a: ValueID, _ b: ValueID
  ) -> ValueID {
    append(
      IRInstruction(.compare, type: .raw, aux: condition.rawValue, a: a.index, b: b.index))
  }

  @inlinable public mutating func floatCompare(
    _ condition: Condition, _ a: ValueID, _ b: ValueID
  ) -> ValueID {
    append(
      IRInstruction(.floatCompare, type: .raw, aux: condition.rawValue, a: a.index, b: b.index))
  }

  /// Whether `a` points to an object of the kind `RAIL_KIND_…`.
  @inlinable public mutating func testKind(_ a: ValueID, _ kind: UInt8) -> ValueID {
    append(IRInstruction(.testKind, type: .raw, aux: kind, a: a.index))
  }

  /// Whether `a` points to an object whose header has these low 32 bits.
  @inlinable public mutating func testHeader(_ a: ValueID, _ header: UInt32) -> ValueID {
    append(IRInstruction(.testHeader, type: .raw, a: a.index, immediate: Int64(header)))
  }

  @inlinable public mutating func testInts(_ a: ValueID, _ b: ValueID) -> ValueID {
    append(IRInstruction(.testInts, type: .raw, a: a.index, b: b.index))
  }

  // MARK: - Memory

  @inlinable public mutating func load(
    _ type: IRType, _ base: ValueID, offset: Int = 0
  ) -> ValueID {
    append(IRInstruction(.load, type: type, a: base.index, immediate: Int64(offset)))
  }

  @inlinable public mutating func loadIndexed(
    _ type: IRType, _ base: ValueID, _ index: ValueID, offset: Int = 0
  ) -> ValueID {
    append(
      IRInstruction(
        .loadIndexed, type: type, a: base.index, b: index.index, immediate: Int64(offset)))
  }

  @inlinable public mutating func load32(_ base: ValueID, offset: Int = 0) -> ValueID {
    append(IRInstruction(.load32, type: .raw, a: base.index, immediate: Int64(offset)))
  }

  @inlinable public mutating func loadByte(
    _ base: ValueID, _ index: ValueID, offset: Int = 0
  ) -> ValueID {
    append(
      IRInstruction(
        .loadByte, type: .raw, a: base.index, b: index.index, immediate: Int64(offset)))
  }

  @inlinable public mutating func store(_ base: ValueID, offset: Int = 0, _ value: ValueID) {
    append(IRInstruction(.store, a: base.index, b: value.index, immediate: Int64(offset)))
  }

  @inlinable public mutating func storeIndexed(
    _ base: ValueID, _ index: ValueID, offset: Int = 0, _ value: ValueID
  ) {
    append(
      IRInstruction(
        .storeIndexed, a: base.index, b: index.index, c: value.index, immediate: Int64(offset)))
  }

  @inlinable public mutating func storeByte(
    _ base: ValueID, _ index: ValueID, offset: Int = 0, _ value: ValueID
  ) {
    append(
      IRInstruction(
        .storeByte, a: base.index, b: index.index, c: value.index, immediate: Int64(offset)))
  }

  @inlinable public mutating func remember(_ object: ValueID) {
    append(IRInstruction(.remember, a: object.index))
  }

  /// A new object with the header word `header`; see the ABI header for its layout.
  @inlinable public mutating func allocate(
    header: UInt64, _ payload: some Collection<ValueID>
  ) -> ValueID {
    var instruction = IRInstruction(
      .allocate, type: .word, immediate: Int64(bitPattern: header))
    setList(payload, of: &instruction)
    return append(instruction)
  }

  // MARK: - Operations on values of unknown kind

  @inlinable public mutating func generic(
    _ operation: GenericOperation, _ a: ValueID, _ b: ValueID = .none, _ c: ValueID = .none,
    proof: OperandProof = []
  ) -> ValueID {
    append(
      IRInstruction(
        .generic, type: .word, aux: operation.rawValue, a: a.index, b: b.index, c: c.index,
        immediate: proof.rawValue))
  }

  /// One of the comparisons, giving a raw 0 or 1.
  @inlinable public mutating func genericCompare(
    _ operation: GenericOperation, _ a: ValueID, _ b: ValueID
  ) -> ValueID {
    append(
      IRInstruction(
        .genericCompare, type: .raw, aux: operation.rawValue, a: a.index, b: b.index))
  }

  // MARK: - Calls

  @inlinable public mutating func call(
    _ function: Int, _ arguments: some Collection<ValueID>, type: IRType = .word
  ) -> ValueID {
    var instruction = IRInstruction(.call, type: type, immediate: Int64(function))
    setList(arguments, of: &instruction)
    return append(instruction)
  }

  /// Applies `callee`, whatever it is, to one or more arguments.
  @inlinable public mutating func callValue(
    _ callee: ValueID, _ arguments: some Collection<ValueID>
  ) -> ValueID {
    var instruction = IRInstruction(.callValue, type: .word, a: callee.index)
    setList(arguments, of: &instruction)
    return append(instruction)
  }

  /// Calls a closure that takes exactly these arguments.
  @inlinable public mutating func callClosure(
    _ closure: ValueID, _ arguments: some Collection<ValueID>, type: IRType = .word
  ) -> ValueID {
    var instruction = IRInstruction(.callClosure, type: type, a: closure.index)
    setList(arguments, of: &instruction)
    return append(instruction)
  }

  /// Calls the C function `IRProgram.externals[external]`; with the type `none` its result is ignored.
  @inlinable @discardableResult
  public mutating func callRuntime(
    _ external: Int, _ arguments: some Collection<ValueID>, type: IRType = .word
  ) -> ValueID {
    var instruction = IRInstruction(.callRuntime, type: type, immediate: Int64(external))
    setList(arguments, of: &instruction)
    return append(instruction)
  }

  /// Calls the assembly routine `IRProgram.externals[external]`.
  @inlinable public mutating func callExternal(
    _ external: Int, _ arguments: some Collection<ValueID>, type: IRType = .word
  ) -> ValueID {
    var instruction = IRInstruction(.callExternal, type: type, immediate: Int64(external))
    setList(arguments, of: &instruction)
    return append(instruction)
  }

  // MARK: - Terminators

  @inlinable public mutating func `return`(_ value: ValueID) {
    appendTerminator(IRInstruction(.return, a: value.index))
  }

  @inlinable public mutating func jump(_ block: BlockID) {
    appendTerminator(IRInstruction(.jump, immediate: Int64(block.index)))
  }

  @inlinable public mutating func jump(
    _ block: BlockID, _ arguments: some Collection<ValueID>
  ) {
    var instruction = IRInstruction(.jump, immediate: Int64(block.index))
    setList(arguments, of: &instruction)
    appendTerminator(instruction)
  }

  /// Goes to `then` if the raw `condition` is not 0. Which of the two is unlikely follows from which is cold.
  @inlinable public mutating func branch(
    _ condition: ValueID, then: BlockID, else otherwise: BlockID
  ) {
    let unlikely: UInt8 = isCold(then) ? 1 : isCold(otherwise) ? 2 : 0
    appendTerminator(
      IRInstruction(
        .branch, aux: unlikely, a: condition.index, b: then.index, c: otherwise.index))
  }

  /// Goes to `cases[value - lowest]`, or to `otherwise` if there is no such case. `value` is raw.
  @inlinable public mutating func `switch`(
    _ value: ValueID, lowest: Int, cases: some Collection<BlockID>, default otherwise: BlockID
  ) {
    var instruction = IRInstruction(
      .switch, a: value.index, b: otherwise.index, immediate: Int64(lowest))
    setList(cases, of: &instruction)
    appendTerminator(instruction)
  }

  @inlinable public mutating func tailCall(
    _ function: Int, _ arguments: some Collection<ValueID>
  ) {
    var instruction = IRInstruction(.tailCall, immediate: Int64(function))
    setList(arguments, of: &instruction)
    appendTerminator(instruction)
  }

  @inlinable public mutating func tailCallValue(
    _ callee: ValueID, _ arguments: some Collection<ValueID>
  ) {
    var instruction = IRInstruction(.tailCallValue, a: callee.index)
    setList(arguments, of: &instruction)
    appendTerminator(instruction)
  }

  @inlinable public mutating func tailCallClosure(
    _ closure: ValueID, _ arguments: some Collection<ValueID>
  ) {
    var instruction = IRInstruction(.tailCallClosure, a: closure.index)
    setList(arguments, of: &instruction)
    appendTerminator(instruction)
  }

  @inlinable public mutating func tailCallExternal(
    _ external: Int, _ arguments: some Collection<ValueID>
  ) {
    var instruction = IRInstruction(.tailCallExternal, immediate: Int64(external))
    setList(arguments, of: &instruction)
    appendTerminator(instruction)
  }

  @inlinable public mutating func unreachable() {
    appendTerminator(IRInstruction(.unreachable))
  }
}

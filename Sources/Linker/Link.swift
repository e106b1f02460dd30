public import ELF

/// Links `objects` into one static, position-dependent executable and returns its bytes.
///
/// Only sections that the entry symbol or a root symbol reaches are kept. The same objects in the
/// same order give the same bytes. Throws all problems found, in the order of the objects.
public func link(
  _ objects: [ObjectFile], options: LinkOptions
) throws(LinkError) -> [UInt8] {
  try writeImage(try makeImage(objects, options: options))
}

/// Links like ``link(_:options:)`` and also returns what is where in the image, as text: see
/// ``mapText(_:)``.
public func linkWithMap(
  _ objects: [ObjectFile], options: LinkOptions
) throws(LinkError) -> (bytes: [UInt8], map: String) {
  let image = try makeImage(objects, options: options)
  return (try writeImage(image), mapText(image))
}

/// All of linking up to the point where only the bytes are missing.
private func makeImage(
  _ objects: [ObjectFile], options: LinkOptions
) throws(LinkError) -> Image {
  let facts = MachineFacts(options.machine)
  var problems: [LinkProblem] = []

  // Later steps rely on the objects being consistent.
  for object in objects { checkObject(object, options, &problems) }
  try stopIfAny(problems)

  // Common symbols become definitions and references.
  var objects = objects
  allocateCommonSymbols(&objects)
  if !options.stripped { objects = objects.map { translateUnwindTables($0, facts) } }

  // Strings and constants become sections of their own before anything is numbered, so that later
  // steps treat them like all others.
  let inputs = numberInputs(objects.map(splitMergeableSections))

  // Which sections are live depends on what names mean. Both steps report, so that the user learns
  // of symbols defined twice and of symbols not defined at once.
  var symbols = resolveSymbols(inputs, options, &problems)
  let isLive = markLiveSections(inputs, symbols, options, &problems)
  try stopIfAny(problems)
  if !options.followsWeakReferences { dropUnansweredReferences(inputs, isLive, &symbols) }

  // The offset table is a section of the image: its size must be known before there are addresses.
  let offsets = collectOffsetTable(inputs, symbols, isLive, options.machine)
  var layout = mergeSections(inputs, isLive, offsets, &problems)
  var debug =
    options.stripped ? DebugSections() : mergeDebugSections(inputs, isLive, &problems)
  try stopIfAny(problems)
  assignAddresses(
    &layout, facts, mapsHeaders: symbols.mentionsImageStart, mapsZeros: !options.stripped)

  let addresses = symbolAddresses(inputs, symbols, layout, facts)
  debug.resolve(symbols, addresses)
  return Image(
    inputs: inputs, symbols: symbols, layout: layout, debug: debug, offsets: offsets,
    addresses: addresses,
    entry: addressOfEntry(symbols, addresses, options), options: options, facts: facts)
}

/// Relocations are applied in the finished image, where the sections were copied to.
private func writeImage(_ image: Image) throws(LinkError) -> [UInt8] {
  var problems: [LinkProblem] = []
  let bytes = writeImage(image, &problems)
  try stopIfAny(problems)
  return bytes
}

private func stopIfAny(_ problems: [LinkProblem]) throws(LinkError) {
  if !problems.isEmpty { throw LinkError(problems: problems) }
}

/// The entry symbol is defined: otherwise marking has reported it.
private func addressOfEntry(
  _ symbols: ResolvedSymbols, _ addresses: [Int], _ options: LinkOptions
) -> Int {
  guard let name = symbols.number(of: options.entry) else { return 0 }
  return addresses[Int(symbols.definition[name])]
}

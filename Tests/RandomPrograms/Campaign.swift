import Support

/// What a campaign of random programs has found.
public struct CampaignSummary: Sendable {
  public var programs = 0
  /// How many ended with an error at run time.
  public var raised = 0
  /// Programs in which an operation fails whatever the inputs, so that they do not compile.
  public var refused = 0
  /// Programs that do not compile for another reason: mistakes of the generator.
  public var rejected = 0
  public var undecided = 0
  public var differences = 0
  public var seconds = 0.0

  public var text: String {
    let milliseconds = programs == 0 ? 0 : Int(seconds * 10_000 / Double(programs))
    return """
      \(programs) programs in \(Int(seconds)) s (\(milliseconds / 10).\(milliseconds % 10) ms each): \
      \(differences) behave differently, \(rejected) do not compile, \(refused) always fail, \
      \(undecided) reached a limit, \(raised) ended with an error
      """
  }
}

/// Compares the programs of all seeds on two sides and reports, seed and reduced program included, what is not
/// as it should be.
public func compareRandomPrograms(
  seeds: Range<UInt64>, _ first: Side, _ second: Side, shrinks: Bool,
  report: (String) -> Void
) -> CampaignSummary {
  var summary = CampaignSummary()
  let start = Clock.seconds()
  for seed in seeds {
    let program = ProgramGenerator.program(seed: seed)
    summary.programs += 1
    switch compare(Array(program.text.utf8), first, second) {
    case .same(let raised): summary.raised += raised ? 1 : 0
    case .undecided: summary.undecided += 1
    case .rejected(let diagnostics) where areKindErrors(diagnostics): summary.refused += 1
    case .rejected(let diagnostics):
      summary.rejected += 1
      report("seed \(seed) does not compile:\n" + errors(diagnostics))
    case .different(let how):
      summary.differences += 1
      report("seed \(seed) behaves differently, '\(first.description)' against '\(second.description)': \(how)")
      if shrinks { report(reduced(program, first, second)) }
    }
  }
  summary.seconds = Clock.seconds() - start
  return summary
}

/// Whether all errors are about the kinds of operands and values.
private func areKindErrors(_ diagnostics: String) -> Bool {
  diagnostics.split(separator: "\n").filter { $0.hasPrefix("error") }.allSatisfy {
    $0.hasPrefix("error[E03")
  }
}

/// The errors among rendered diagnostics, without the warnings.
private func errors(_ diagnostics: String) -> String {
  diagnostics.split(separator: "\n\n").filter { $0.hasPrefix("error") }.joined(separator: "\n\n")
}

private func reduced(_ program: RandomProgram, _ first: Side, _ second: Side) -> String {
  var shrinker = Shrinker { candidate in
    if case .different = compare(Array(candidate.text.utf8), first, second) { return true }
    return false
  }
  let small = shrinker.shrink(program)
  guard case .different(let how) = compare(Array(small.text.utf8), first, second) else {
    return "not reproducible:\n\(program.text)"
  }
  return "reduced:\n\n\(small.text)\n\(how)"
}
